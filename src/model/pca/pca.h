/* The principal components that the orthogonal dot model is said to find: eigenvectors of
 * C = Φ S Φᵀ/M (M x M, indefinite), by an n x n problem (SCIENCE I7, I8).
 *
 * With K = ΦᵀΦ/M = Q Λ Qᵀ and R = Λ^{1/2} Qᵀ, C has the nonzero eigenvalues of R S Rᵀ; its
 * eigenvector to w is u = Φ (Q Λ^{-1/2} w)/√M, of unit length. Directions of K below n eps λ_max
 * are dropped.
 */
#ifndef WK_MODEL_PCA_PCA_H
#define WK_MODEL_PCA_PCA_H

#include "base/arena.h"

typedef struct wk_pca {
    size_t r; /* rank of K to working accuracy: how many values there are */
    size_t n, k;
    double *value;       /* (r) eigenvalues of C, descending by ALGEBRAIC value */
    size_t positive;     /* how many are above r eps |value|_max */
    double *coefficient; /* (n, k): column j gives component j, u_j = Φ coefficient_j/√M */
} wk_pca;

/* K (n, n) symmetric PSD, S (n, n) symmetric; k components, k <= n (those beyond r are zero). */
wk_status wk_pca_solve(size_t n, const double *K, const double *S, size_t k, wk_pca *pca,
                       wk_arena *arena, wk_error *err) WK_CHECKED;

/* λ_k − λ_{k+1}, with 0 among the eigenvalues when r < M (a null space exists). Needs k < positive.
 */
double wk_pca_gap(const wk_pca *pca, size_t M);

/* |λ|_max */
double wk_pca_radius(const wk_pca *pca);

/* ‖C_t − C_0‖_F from Γ (2n, 2n) of wk_features_move_gram and S (n, n):
 * C_t − C_0 = [E Φ_0] J [E Φ_0]ᵀ/M with J = [[S, S], [S, 0]], so its square norm is tr(J Γ J Γ). */
void wk_pca_drift(size_t n, const double *S, const double *gamma, double *drift, wk_arena *scratch);

/* Steps of V ← polar(V + 2ηVC) until sinθ to the top k components is tol (SCIENCE I8); NaN-safe:
 * INFINITY if the gap does not let it converge. tangent: tanθ_0 of wk_subspace_tangent. */
double wk_pca_steps(const wk_pca *pca, size_t M, double eta, double tangent, double tol);

#endif
