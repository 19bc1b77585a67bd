/* A suite, opened for use: read, planned, its claims and figures made, all checked against each
 * other. */
#ifndef WK_STUDY_OPENED_H
#define WK_STUDY_OPENED_H

#include "blas/backends.h"
#include "plot/figure.h"
#include "study/plan.h"

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
    double level;           /* of each claim's interval: 1 − (1 − level)/m */
    wk_backends backends;   /* of this machine; none were looked for if nothing names one */
    const char *const *all; /* (nall) what `backend: all` stands for */
    size_t nall;
} wk_opened;

/* What is opened, and how. */
typedef struct wk_opening {
    const char *path,
        *text; /* text NULL: read from the file; else `path` is what it was read from */
    const char *const *overrides; /* (noverrides) as of --set and --seeds */
    size_t noverrides;
    const char *backend; /* as of --backend, or NULL */
    /* Of a suite that was run: what `backend: all` stood for. Then this machine is not looked at.
     */
    const char *const *all; /* (nall), or NULL */
    size_t nall;
} wk_opening;

/* Everything lives in `arena`. WK_BAD_INPUT with file:line:column. Data files are not opened: see
 * wk_plan_check; that a named backend is there is checked by wk_fleet_make. */
wk_status wk_opened_open(const wk_opening *how, wk_arena *arena, wk_opened *opened,
                         wk_error *err) WK_CHECKED;

/* WK_BAD_INPUT, at a node of the suite, if an experiment that starts at one of the base seeds takes
 * some of the other's. */
wk_status wk_opened_apart(const wk_opened *opened, const wk_node *at, uint64_t a, uint64_t b,
                          wk_error *err) WK_CHECKED;

#endif
