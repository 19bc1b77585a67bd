/* The principal components of C = Φ S Φᵀ/M from the features Φ = φ(H) themselves, streamed over
 * tiles of hidden units.
 *
 * Nearly parallel inputs have nearly equal columns φ_j, and what C is made of are their
 * differences. So those are formed first: with one column b as the base, Φ = A T of A = [φ_b, φ_j −
 * φ_b …], and C = A (T S Tᵀ) Aᵀ/M. For a similarity of triplets 1ᵀS1 = 0, so that φ_b φ_bᵀ, by far
 * the largest part, takes no part at all. A = Q R by Householder reflections: forming AᵀA would
 * square its condition number.
 *
 * Tiles are appended to the R of their strip, and strips' R to each other in order: the same bits
 * for any number of threads. 2Mn² operations, and some n³.
 */
#ifndef WK_MODEL_PCA_COMPONENTS_H
#define WK_MODEL_PCA_COMPONENTS_H

#include "model/pca/features.h"
#include "model/pca/pca.h"

typedef struct wk_components {
    wk_pca pca;
    size_t base;   /* b */
    double *moved; /* (n, k): component j is A moved_j/√M, in which no digits cancel */
} wk_components;

/* S (n, n) symmetric. k components, k <= n. Directions of A, φ_b scaled to the size of the
 * differences, below 8 n eps of the largest are dropped. */
wk_status wk_components_find(const wk_features *features, const double *S, size_t k, wk_pool *pool,
                             wk_components *components, wk_arena *arena, wk_error *err) WK_CHECKED;

/* U (M, k), the components. */
void wk_components_form(const wk_components *components, const wk_features *features, double *U,
                        wk_arena *scratch);

/* ‖C_t − C_0‖_F, C_0 that of the start, of the same shape. With E = φ(H) − φ(H_0), formed first so
 * that small moves keep their digits (SCIENCE, trap T7), C_t − C_0 = [E Φ_0] J [E Φ_0]ᵀ/M, J = [[S,
 * S], [S, 0]]. Here too columns are less that of the base, and with their triangular factor R it is
 * ‖R J Rᵀ‖/M. */
void wk_components_drift(const wk_features *now, const wk_features *start, const double *S,
                         wk_pool *pool, double *drift, wk_arena *scratch);

#endif
