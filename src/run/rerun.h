/* The command line that makes a report again. */
#ifndef WK_RUN_RERUN_H
#define WK_RUN_RERUN_H

#include "base/arena.h"

#include <stdbool.h>

/* What a run was asked for, as far as it changes results. How fast they come is no part of it. */
typedef struct wk_rerun {
    const char *suite, *folder;
    const char *const *overrides; /* (noverrides) "KEY=VALUE" */
    size_t noverrides;
    const char *backend, *filter; /* or NULL */
    bool confirm;
} wk_rerun;

/* "widecheck run SUITE -o FOLDER …", each word as a shell needs it. Lives in `arena`. */
const char *wk_rerun_line(const wk_rerun *rerun, wk_arena *arena);

#endif
