/* A suite, opened for use: read, planned, its claims and figures made, all checked against each
 * other. */
#ifndef WK_CLI_OPENED_H
#define WK_CLI_OPENED_H

#include "report/report.h"
#include "run/plan.h"

/* Its parts point at each other: it must not be copied or moved. */
typedef struct wk_opened {
    wk_suite suite;
    wk_plan plan;
    const char *title, *sha256; /* of the file's text */
    const wk_claim *claims;
    const wk_node *const *claim_nodes; /* (nclaims) where each stands */
    size_t nclaims;
    const wk_figure *figures;
    size_t nfigures;
    uint64_t seed;           /* the base seed */
    const uint64_t *confirm; /* (nconfirm) others to confirm with */
    size_t nconfirm;
    double level; /* of each claim's interval: 1 − (1 − level)/m */
} wk_opened;

/* From a file. `overrides` as of --set and --seeds. Everything lives in `arena`. WK_BAD_INPUT with
 * file:line:column. Data files are not opened: see wk_plan_check. */
wk_status wk_opened_file(const char *path, const char *const *overrides, size_t noverrides,
                         wk_arena *arena, wk_opened *opened, wk_error *err) WK_CHECKED;

/* WK_BAD_INPUT, at a node of the suite, if an experiment that starts at one of the base seeds takes
 * some of the other's. */
wk_status wk_opened_apart(const wk_opened *opened, const wk_node *at, uint64_t a, uint64_t b,
                          wk_error *err) WK_CHECKED;

/* From text kept in a store; `path` is what it was read from. */
wk_status wk_opened_text(const char *path, const char *text, const char *const *overrides,
                         size_t noverrides, wk_arena *arena, wk_opened *opened,
                         wk_error *err) WK_CHECKED;

#endif
