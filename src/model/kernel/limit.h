/* The infinite-width limit: Θ_∞ (SCIENCE I5, I6) and the growth rate of the linearised dot model
 * (§3). */
#ifndef WK_MODEL_KERNEL_LIMIT_H
#define WK_MODEL_KERNEL_LIMIT_H

#include "la/pool.h"
#include "model/data/data.h"
#include "model/net/activation.h"

/* theta (n, n) of a network with `hidden` layers above the first (depth − 2). Two layers: K + G ∘
 * K̇, the mean of Θ_M at every width. Deeper, by recursion from Σ = Θ = G: Θ ← K(Σ) + Θ ∘ K̇(Σ), Σ ←
 * K(Σ); residual layers add to what is there, Θ ← Θ + K(Σ) + Θ ∘ K̇(Σ), Σ ← Σ + K(Σ), but for the
 * output layer (cross terms vanish in the mean). */
wk_status wk_limit_kernel(const wk_data *data, const wk_activation *activation, size_t hidden,
                          bool residual, wk_pool *pool, double *theta, wk_arena *scratch,
                          wk_error *err) WK_CHECKED;

/* Of two layers, ‖x‖ = √d: M Var Θ_(a,i),(b,i) at the start, for a = b and for a ≠ b (SCIENCE I5).
 */
double wk_limit_variance(const wk_activation *activation, bool same_output);

/* μ = 2 λ_max(S Θ): F grows as e^{μt} under the linearised dot flow. theta (n, n) symmetric PSD, S
 * (n, n) symmetric. */
wk_status wk_limit_growth(size_t n, const double *S, const double *theta, double *mu,
                          wk_arena *scratch, wk_error *err) WK_CHECKED;

#endif
