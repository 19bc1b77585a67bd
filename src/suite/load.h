/* A suite from its text: YAML, then `defaults:` laid below each experiment, then the overrides of
 * the command line, then read by type. */
#ifndef WK_SUITE_LOAD_H
#define WK_SUITE_LOAD_H

#include "suite/tree.h"

typedef struct wk_suite {
    const char *path;             /* as given */
    const char *text;             /* the file's */
    const char *const *overrides; /* (noverrides) KEY=VALUE, in order */
    size_t noverrides;
    const wk_node *root;
} wk_suite;

/* `experiment`: the group that `defaults:` is checked against and merged by. A default never mixes
 * into a group of which exactly one row may be given, or that picks a variant: there the
 * experiment's own is taken whole. Everything in *suite lives in `arena`. WK_BAD_INPUT with
 * file:line:column. */
wk_status wk_suite_load(const char *path, const char *text, size_t length,
                        const char *const *overrides, size_t noverrides, const wk_group *document,
                        const wk_group *experiment, wk_arena *arena, wk_suite *suite,
                        wk_error *err) WK_CHECKED;

#endif
