/* The same network in the other form, to be compared with model/net/net.h step by step, in the
 * running system (SCIENCE I9, I9b). Beside a dual network: trained on its weights W (M, d) and V,
 * as one would write it down; it is slow. Beside a primal one: its dual form.
 */
#ifndef WK_MODEL_CELL_TWIN_H
#define WK_MODEL_CELL_TWIN_H

#include "model/loss/loss.h"
#include "model/net/net.h"

typedef struct wk_twin {
    wk_net *dual; /* beside a primal network, and nothing below but data, loss and g; or NULL */
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
 * Beside a primal network the data need their G. */
wk_status wk_twin_init(wk_twin *twin, const wk_net *net, const wk_data *data, const wk_loss *loss,
                       uint64_t seed, bool frozen, wk_arena *arena, wk_error *err) WK_CHECKED;

/* One step of gradient descent. */
wk_status wk_twin_step(wk_twin *twin, double eta, wk_error *err) WK_CHECKED;

/* (k, ld) */
const double *wk_twin_outputs(const wk_twin *twin);

#endif
