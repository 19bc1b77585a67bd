/* --save-arrays: what a cell was computed from and what came out, as .npy files of one folder:
 * X (d, n), G (n, n), H0 (M, n), V0 (k, M), triplets (N, 3), probes (p,); at the c checkpoints step
 * (c,), t (c,), F (c, k, n), ntk (c, k p, k p) with row index a p + i; H (M, n) and V (k, M) at the
 * last. All functions do nothing when `folder` is NULL.
 */
#ifndef WK_MODEL_CELL_ARRAYS_H
#define WK_MODEL_CELL_ARRAYS_H

#include "model/kernel/ntk.h"

typedef struct wk_arrays {
    const char *folder; /* exists; or NULL */
    wk_arena *arena;
    size_t count, most; /* checkpoints kept, and room for */
    double *F, *ntk, *t;
    int64_t *step;
    size_t side; /* k p, 0 without kernels */
} wk_arrays;

/* The net must be settled, here and below. probe[0..p) may be empty. */
wk_status wk_arrays_start(wk_arrays *arrays, const wk_data *data, const wk_net *net,
                          const size_t *probe, size_t p, wk_error *err) WK_CHECKED;
/* A checkpoint, of at most `most`; ntk: its kernel, or NULL. */
void wk_arrays_keep(wk_arrays *arrays, const wk_net *net, size_t step, double t, const wk_ntk *ntk,
                    size_t most);
wk_status wk_arrays_end(wk_arrays *arrays, wk_net *net, wk_error *err) WK_CHECKED;

#endif
