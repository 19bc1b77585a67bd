/* The principal components that the orthogonal dot model is said to find: eigenvectors of
 * C = Φ S Φᵀ/M (M x M, indefinite), by an n x n problem (SCIENCE I7, I8).
 *
 * With Φ/√M = Q R, Q of orthonormal columns, C has the nonzero eigenvalues of R S Rᵀ; its
 * eigenvector to w is u = Q w, of unit length. components.h finds R from the features, which does
 * not square what they lose by being nearly parallel; here it comes from a kernel, where nothing
 * but the kernel is known.
 */
#ifndef WK_MODEL_PCA_PCA_H
#define WK_MODEL_PCA_PCA_H

#include "base/arena.h"

typedef struct wk_pca {
    size_t r; /* rank of Φ to working accuracy: how many values there are */
    size_t n, k;
    double *value;       /* (r) eigenvalues of C, descending by ALGEBRAIC value */
    size_t positive;     /* how many are above r eps |value|_max */
    double *coefficient; /* (n, k): column j gives component j, u_j = Φ coefficient_j/√M */
} wk_pca;

/* From a kernel K = ΦᵀΦ/M = Q Λ Qᵀ (n, n): R = Λ^{1/2} Qᵀ. Directions below n eps λ_max are
 * dropped, which are those of Φ below √(n eps). S (n, n) symmetric; k components, k <= n (those
 * beyond r are zero). */
wk_status wk_pca_solve(size_t n, const double *K, const double *S, size_t k, wk_pca *pca,
                       wk_arena *arena, wk_error *err) WK_CHECKED;

/* From a factor of the features: R (r, n), whose rows best fall in size, and P (r, n) with Q = Φ
 * Pᵀ/√M. */
wk_status wk_pca_of_factor(size_t n, size_t r, const double *R, const double *P, const double *S,
                           size_t k, wk_pca *pca, wk_arena *arena, wk_error *err) WK_CHECKED;

/* λ_k − λ_{k+1}, with 0 among the eigenvalues when r < M (a null space exists). Needs k < positive.
 */
double wk_pca_gap(const wk_pca *pca, size_t M);

/* |λ|_max */
double wk_pca_radius(const wk_pca *pca);

/* Steps of V ← polar(V + 2ηVC) until sinθ to the top k components is tol (SCIENCE I8); NaN-safe:
 * INFINITY if the gap does not let it converge. tangent: tanθ_0 of wk_subspace_tangent. */
double wk_pca_steps(const wk_pca *pca, size_t M, double eta, double tangent, double tol);

#endif
