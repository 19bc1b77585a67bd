/* Hidden layers above the first, for depth L > 2 (SCIENCE §1):
 *
 *   h^1 = W^1 x/√d in dual form (model/net/net.h),   h^l = W^l φ(h^{l-1})/√M  [+ h^{l-1},
 * residual], l = 2 … L-1
 *
 * with W^l (M, M), standard normal. Backward, with δ^l = ∂ℓ/∂h^l:
 *   δ^{l-1} = φ'(h^{l-1}) ∘ (W^l)ᵀδ^l/√M  [+ δ^l],   ∂ℓ/∂W^l = δ^l φ(h^{l-1})ᵀ/√M.
 *
 * All products run over blocks of rows of their result, of a fixed size, on the pool: the same bits
 * for any number of threads. Used by net.c and ntk.c alone.
 */
#ifndef WK_MODEL_NET_DEEP_H
#define WK_MODEL_NET_DEEP_H

#include "la/pool.h"
#include "model/net/thin.h"

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum { WK_DEEP_MOST = 3 }; /* depth 5 */

typedef struct wk_deep {
    size_t M, ld, layers; /* layers = L − 2, at most WK_DEEP_MOST */
    bool residual;
    const wk_thin *thin;
    wk_pool *pool;
    double *W[WK_DEEP_MOST];  /* (M, M) weights of h^{l+2} */
    double *W0[WK_DEEP_MOST]; /* (M, M) as at the start, or NULL */
    double *h[WK_DEEP_MOST];  /* (M, ld) pre-activations h^{l+2} */
    double *phi, *slope;      /* (M, ld) work space: of the layer below the one in hand */
    double *delta, *below;    /* (M, ld) work space */
} wk_deep;

/* Memory, from `arena`; weights drawn from (seed, WK_ROLE_HIDDEN + l, unit). keep_start: W0 too. */
void wk_deep_init(wk_deep *deep, size_t M, size_t ld, size_t layers, bool residual, bool keep_start,
                  const wk_thin *thin, uint64_t seed, wk_pool *pool, wk_arena *arena);

/* All h from the first layer's H (M, ld). */
void wk_deep_forward(wk_deep *deep, const double *H);

/* deep->delta (M, ld) holds ∂ℓ/∂h of the top layer; updates every W by −eta times its gradient and
 * leaves ∂ℓ/∂H of the first layer in deep->delta. H: the first layer as it was when wk_deep_forward
 * was called. */
void wk_deep_backward(wk_deep *deep, const double *H, double eta);

/* One layer down for several signals side by side, without changing weights: below (M, width) from
 * signal (M, width) at layer `l` (an index of W); slopes (M, width) are φ' of the layer below at
 * each signal's input. */
void wk_deep_signal_down(const wk_deep *deep, size_t l, size_t width, const double *signal,
                         const double *slopes, double *below);

/* Σ ‖W − W0‖_F²; needs keep_start. */
double wk_deep_move2(const wk_deep *deep);

double wk_deep_step_flops(size_t M, size_t n, size_t layers);

#endif
