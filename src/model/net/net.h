/* The network, its first layer in one of two forms, and its gradient step.
 *
 *   f(x) = V φ(W x/√d)/√M,   H = W X/√d,   F = V φ(H)/√M
 *
 * Full-batch gradient descent with g = ∂ℓ/∂F, ∂ℓ/∂H = (Vᵀg ∘ φ'(H))/√M, V ← V − η g φ(H)ᵀ/√M and
 *
 *   dual     H ← H − η (∂ℓ/∂H) G, G = XᵀX/d (SCIENCE I9): neither W nor d is needed once H_0 is
 *            formed. 2Mn² + 6Mnk operations a step.
 *   primal   W ← W − η (∂ℓ/∂H) Xᵀ/√d, H = W X/√d (I9b): for n ≫ d; no n × n matrix exists.
 *            4Mnd + 6Mnk operations with H kept, 6Mnd + 6Mnk with H formed anew in each pass
 *            (`tiled`), which gives the same bits.
 *
 * Both give the same trajectory but for rounding. Inputs that no loss sees (wk_data.all) are
 * carried along: their outputs are those of the trained network (I9c).
 *
 * A step runs over tiles of hidden units; each tile's V and first layer are updated and its part of
 * the next F is added up while it is in cache. In primal form a tile takes its inputs in blocks of
 * WK_NET_BLOCK. Tiles are grouped into at most WK_NET_STRIPS strips, which the pool's threads take
 * in any order; strips' parts of F are added in order of strips. So every bit is the same for any
 * number of threads.
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
#include "model/net/hidden.h"

typedef struct wk_net_options {
    bool orthogonal;    /* V V^T = I_k */
    bool frozen;        /* only V is trained: the frozen-feature twin, `layers: output` */
    bool keep_gradient; /* needed by wk_net_move2: one more (M, ld) array, and of each hidden W */
    size_t hidden;      /* hidden layers above the first: depth L − 2 (model/net/deep.h) */
    bool residual;      /* h^l = h^{l-1} + …, for hidden > 0 */
    bool primal;        /* the first layer by its weights */
    bool tiled;         /* primal, hidden = 0: H is not kept */
} wk_net_options;

typedef struct wk_net {
    size_t M, n, ld, k; /* n inputs that losses see, of data.all in the first of ld columns */
    const wk_activation *activation;
    const wk_thin *thin;
    wk_net_options options;
    wk_data data;   /* its arrays are borrowed: X, and in dual form G */
    double *H;      /* (M, ld) pre-activations of the first layer; NULL when `tiled` */
    double *W, *W0; /* (M, d) primal: weights, now and (keep_gradient) at the start; or NULL */
    wk_deep deep;   /* the layers above it; of depth 2: none */
    double *Vt;     /* (M, k): row m is column m of V, or of Z when `pending` */
    double *F;      /* (k, ld) outputs at the current H and V */
    double *A;      /* (M, ld) or NULL, dual with keep_gradient: H = H_0 + A G */
    double *V0t;    /* (M, k) or NULL: as at the start, with keep_gradient */
    bool pending;
    double *retraction; /* (k, k): V = retraction Z while pending */
    /* work space */
    wk_pool *pool;
    size_t strips;
    double *partial;           /* (strips, k, ld) parts of F */
    double *grams;             /* (strips, k, k) parts of Z Z^T */
    size_t block, block_ld;    /* inputs that a tile takes at once, and their arrays' ld */
    struct wk_net_work **work; /* a thread */
    wk_arena *arena;
} wk_net;

/* A network drawn by `seed`; with options.orthogonal V_0 is the polar factor of the draw. k <= M. F
 * is that of the start. All memory is in `arena`; `data` and `pool` are borrowed. */
wk_status wk_net_new(wk_net *net, const wk_data *data, const wk_activation *activation, size_t M,
                     size_t k, wk_net_options options, uint64_t seed, wk_pool *pool,
                     wk_arena *arena, wk_error *err) WK_CHECKED;

/* The same with given weights: H0 (M, all) and V0 (k, M), copied. Dual form alone. */
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

/* ‖Δθ‖_F² = ‖ΔV‖² + ‖ΔW‖², in dual form with ‖ΔW‖² = Σ (A G) ∘ A; needs keep_gradient, settled. */
double wk_net_move2(const wk_net *net);

/* Pre-activations of the first hidden layer, and of the last, whose features the output layer sees.
 */
wk_hidden wk_net_first(const wk_net *net);
wk_hidden wk_net_top(const wk_net *net);

/* ---- what a plan needs ---- */

/* n inputs of dimension d. */
typedef struct wk_net_shape {
    size_t M, n, d, k;
} wk_net_shape;

/* What `form: auto` stands for: primal if a step then has fewer operations, and n is large enough
 * for its products to run at the rate of the dual form's. A function of the shape alone. */
bool wk_net_prefers_primal(wk_net_shape shape);
/* Whether H of a primal network of two layers should be formed anew in each pass: where that is
 * cheaper than moving it through memory, or H would be large. */
bool wk_net_prefers_tiles(wk_net_shape shape);

/* Floating-point operations of one step, of drawing, and bytes held. */
double wk_net_step_flops(wk_net_shape shape, wk_net_options options);
double wk_net_draw_flops(wk_net_shape shape);
double wk_net_bytes(wk_net_shape shape, wk_net_options options);

#endif
