/* Where a cell runs: the parameters that stand beside the groups of an experiment, typed.
 *
 *   const wk_placement where = wk_placement_of(&cell->params);
 */
#ifndef WK_BLAS_CELL_PLACEMENT_H
#define WK_BLAS_CELL_PLACEMENT_H

#include "base/param.h"

typedef struct wk_placement {
    const char *backend;  /* name of a BLAS; NULL: that of the run */
    const char *coretype; /* of OpenBLAS; NULL: its own choice */
    size_t threads;
} wk_placement;

/* Their rows, for the groups of experiments. What `threads` means differs between groups. */
#define WK_PLACEMENT_BACKEND                                                                       \
    {                                                                                              \
        .name = "backend", .type = WK_NAME, .flags = WK_AXIS,                                      \
        .offset = offsetof(wk_placement, backend),                                                 \
        .help = "which BLAS: names of `widecheck backends`, or all; default: that of the run"      \
    }
#define WK_PLACEMENT_CORETYPE                                                                      \
    {                                                                                              \
        .name = "coretype", .type = WK_NAME, .flags = WK_AXIS,                                     \
        .offset = offsetof(wk_placement, coretype),                                                \
        .help = "core type that OpenBLAS is told to be for, such as Haswell; default: its own "    \
                "choice"                                                                           \
    }
#define WK_PLACEMENT_THREADS(preset, meaning)                                                      \
    {                                                                                              \
        .name = "threads", .type = WK_INTEGER, .flags = WK_AXIS, .fallback = (preset), .min = 1,   \
        .max = 512, .offset = offsetof(wk_placement, threads), .help = (meaning)                   \
    }

/* Binds the three; what is absent stays as it is in *where. *culprit as in base/bind.h. */
wk_status wk_placement_read(const wk_bag *params, wk_placement *where, const char **culprit,
                            wk_error *err) WK_CHECKED;

/* The same of a planned cell, a row or a part of a claim; threads that are absent, or no count, are
 * 0. */
wk_placement wk_placement_of(const wk_bag *params);

#endif
