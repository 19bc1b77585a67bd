/* The network, its first layer in dual form, and its gradient step.
 *
 *   f(x) = V φ(W x/√d)/√M,   H = W X/√d,   F = V φ(H)/√M
 *
 * Full-batch gradient descent moves H only by multiples of the rows of G = X^T X/d (SCIENCE I9):
 *   H ← H − η (∂ℓ/∂H) G,   ∂ℓ/∂H = (V^T g ∘ φ'(H))/√M,   V ← V − η g φ(H)^T/√M,   g = ∂ℓ/∂F,
 * so neither W nor d is needed once H_0 is formed. A step runs over tiles of hidden units; each
 * tile's V and H are updated and its part of the next F is added up while it is in cache: 2Mn² +
 * 6Mnk operations.
 *
 * Tiles are grouped into at most WK_NET_STRIPS strips, which the pool's threads take in any order;
 * strips' parts of F are added in order of strips. So every bit is the same for any number of
 * threads.
 *
 * With hidden layers above the first the step has four passes instead (back through the top layer,
 * back through W^l, the first layer and forward again, outputs); the arithmetic of first and output
 * layer is the same.
 *
 * With `orthogonal`, V V^T = I_k is kept by the polar retraction V ← (Z Z^T)^{-1/2} Z after each
 * step with the raw gradient (I8). The k x k factor is applied when a tile is next visited, which
 * keeps the step one pass.
 */
#ifndef WK_MODEL_NET_NET_H
#define WK_MODEL_NET_NET_H

#include "la/pool.h"
#include "model/data/data.h"
#include "model/net/activation.h"
#include "model/net/deep.h"

enum { WK_NET_TILE = 128, WK_NET_STRIPS = 64 };

typedef struct wk_net_options {
    bool orthogonal;    /* V V^T = I_k */
    bool frozen;        /* only V is trained: the frozen-feature twin, `layers: output` */
    bool keep_gradient; /* needed by wk_net_move2: one more (M, ld) array, and of each hidden W */
    size_t hidden;      /* hidden layers above the first: depth L − 2 (model/net/deep.h) */
    bool residual;      /* h^l = h^{l-1} + …, for hidden > 0 */
} wk_net_options;

typedef struct wk_net {
    size_t M, n, ld, k;
    const wk_activation *activation;
    const wk_thin *thin;
    wk_net_options options;
    const double *G; /* (ld, ld), borrowed from the data */
    double *H;       /* (M, ld) pre-activations of the first layer */
    wk_deep deep;    /* the layers above it; of depth 2: none */
    double *Vt;      /* (M, k): row m is column m of V, or of Z when `pending` */
    double *F;       /* (k, ld) outputs at the current H and V */
    double *A;       /* (M, ld) or NULL: H = H_0 + A G */
    double *V0t;     /* (M, k) or NULL: as at the start, with A */
    bool pending;
    double *retraction; /* (k, k): V = retraction Z while pending */
    /* work space */
    wk_pool *pool;
    size_t strips;
    double *partial;  /* (strips, k, ld) parts of F */
    double *grams;    /* (strips, k, k) parts of Z Z^T */
    double **scratch; /* a thread: D (tile, ld) and dV (tile, k) */
    wk_arena *arena;
} wk_net;

/* Fills H_0 (M, ld) = W X/√d tile by tile, W drawn from (seed, WK_ROLE_W1, unit). */
void wk_net_draw_hidden(const wk_data *data, size_t M, uint64_t seed, wk_pool *pool, double *H,
                        wk_arena *arena);

/* A network drawn by `seed`; with options.orthogonal V_0 is the polar factor of the draw. k <= M. F
 * is that of the start. All memory is in `arena`; `data` and `pool` are borrowed. */
wk_status wk_net_new(wk_net *net, const wk_data *data, const wk_activation *activation, size_t M,
                     size_t k, wk_net_options options, uint64_t seed, wk_pool *pool,
                     wk_arena *arena, wk_error *err) WK_CHECKED;

/* The same with given weights: H0 (M, n) and V0 (k, M), copied. */
wk_status wk_net_from(wk_net *net, const wk_data *data, const wk_activation *activation, size_t M,
                      size_t k, wk_net_options options, const double *H0, const double *V0,
                      wk_pool *pool, wk_arena *arena, wk_error *err) WK_CHECKED;

/* The same of any depth: W[l] (M, M) for l < options.hidden, copied. */
wk_status wk_net_from_deep(wk_net *net, const wk_data *data, const wk_activation *activation,
                           size_t M, size_t k, wk_net_options options, const double *H0,
                           const double *const *W, const double *V0, wk_pool *pool, wk_arena *arena,
                           wk_error *err) WK_CHECKED;

/* One step of gradient descent with step size eta; g (k, ld) = ∂ℓ/∂F at net->F, zero beyond n.
 * WK_CANNOT if the retraction fails (Z has lost rank). */
wk_status wk_net_step(wk_net *net, const double *g, double eta, wk_error *err) WK_CHECKED;

/* F (and the layers above the first) from H, V and W as they stand: after they were changed by
 * hand. */
wk_status wk_net_refresh(wk_net *net, wk_error *err) WK_CHECKED;

/* Applies a pending retraction, so that Vt holds V itself. Changes no bit of what follows. */
void wk_net_settle(wk_net *net);

/* ‖V‖_F² (after wk_net_settle). */
double wk_net_output_norm2(const wk_net *net);

/* ‖Δθ‖_F² = ‖ΔV‖² + ‖ΔW‖² with ‖ΔW‖² = Σ (A G) ∘ A; needs keep_gradient, settled. */
double wk_net_move2(const wk_net *net);

/* (M, ld) pre-activations of the last hidden layer, whose features the output layer sees. */
const double *wk_net_top(const wk_net *net);

/* Floating-point operations of one step, of drawing, and bytes held: what a plan needs. */
double wk_net_step_flops(size_t M, size_t n, size_t k, wk_net_options options);
double wk_net_draw_flops(size_t M, size_t n, size_t d);
double wk_net_bytes(size_t M, size_t n, size_t k, wk_net_options options);

/* Tiles of strip s: units [*first, *last). Strips partition 0 … M-1 and depend on M alone. */
size_t wk_net_strip_count(size_t M, size_t most);
void wk_net_strip(size_t M, size_t strips, size_t s, size_t *first, size_t *last);

#endif
