/* The same network trained on its weights themselves, as one would write it down: W (M, d) and V,
 * with no dual form. It exists to be compared with model/net/net.h (SCIENCE I9), step by step, in
 * the running system; it is slow.
 */
#ifndef WK_MODEL_CELL_TWIN_H
#define WK_MODEL_CELL_TWIN_H

#include "model/loss/loss.h"
#include "model/net/net.h"

typedef struct wk_twin {
    size_t M, k;
    const wk_data *data;
    const wk_loss *loss;
    const wk_thin *thin;
    bool frozen;                     /* W stays: only V is trained */
    double *W;                       /* (M, d) */
    double *Vt;                      /* (M, k) */
    double *F;                       /* (k, ld) outputs at W and V, zero beyond n */
    double *H, *phi, *slope, *delta; /* (M, ld) */
    double *g, *dV, *dW, *scratch;   /* (k, ld), (M, k), (M, d) */
} wk_twin;

/* Of a two-layer network at its start, drawn by `seed`. Everything is borrowed or lives in `arena`.
 */
void wk_twin_init(wk_twin *twin, const wk_net *net, const wk_data *data, const wk_loss *loss,
                  uint64_t seed, bool frozen, wk_arena *arena);

/* One step of gradient descent. */
void wk_twin_step(wk_twin *twin, double eta);

#endif
