/* The suite of a run, kept in its store, so that a report needs nothing else. */
#ifndef WK_RUN_REMEMBERED_H
#define WK_RUN_REMEMBERED_H

#include "model/data/warnings.h"
#include "run/store.h"
#include "study/opened.h"

/* Keeps what is needed to open the suite again: its text, the overrides, what `backend: all` stood
 * for; and the command line that makes the report again, with what --backend was given (NULL:
 * nothing). */
wk_status wk_remembered_put(wk_store *store, const wk_opened *opened, const char *rerun,
                            const char *backend, wk_error *err) WK_CHECKED;

/* Keeps what the readers of data had to say (NULL: nothing), and gives it back, in `arena`; of a
 * store of before there were any warnings none. */
wk_status wk_remembered_warnings_put(wk_store *store, const wk_warnings *warnings,
                                     wk_error *err) WK_CHECKED;
void wk_remembered_warnings(const wk_bag *facts, const char *const **texts, size_t *n,
                            wk_arena *arena);

/* Opens that suite. Everything lives in `arena`. WK_CANNOT if the facts hold none. */
wk_status wk_remembered_open(const wk_bag *facts, wk_arena *arena, wk_opened *opened,
                             wk_error *err) WK_CHECKED;

#endif
