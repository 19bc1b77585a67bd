/* The infinite-width limit: Θ_∞ (SCIENCE I5, I6) and the growth rate of the linearised dot model
 * (§3). */
#ifndef WK_MODEL_LIMIT_H
#define WK_MODEL_LIMIT_H

#include "la/pool.h"
#include "model/activation.h"
#include "model/data.h"

/* theta (n, n) = K + G ∘ K̇ of the two-layer network; Θ_M has it as its mean at every width. */
wk_status wk_limit_kernel(const wk_data *data, const wk_activation *activation, wk_pool *pool,
                          double *theta, wk_error *err) WK_CHECKED;

/* μ = 2 λ_max(S Θ): F grows as e^{μt} under the linearised dot flow. theta (n, n) symmetric PSD, S
 * (n, n) symmetric. */
wk_status wk_limit_growth(size_t n, const double *S, const double *theta, double *mu,
                          wk_arena *scratch, wk_error *err) WK_CHECKED;

#endif
