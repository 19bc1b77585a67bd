/* Comparing subspaces and representations. Angles by sines through residuals and an SVD (Knyazev &
 * Argentati 2002), never by acos near 0. */
#ifndef WK_MODEL_PCA_SUBSPACE_H
#define WK_MODEL_PCA_SUBSPACE_H

#include "base/arena.h"

/* Sines of the principal angles, descending, between the column spans of A (M, k), of any full
 * rank, and of U (M, k), orthonormal: singular values of (I − UUᵀ)Q, Q an orthonormal basis of A.
 * sine (k). */
wk_status wk_subspace_sines(size_t M, size_t k, const double *A, const double *U, double *sine,
                            wk_arena *scratch, wk_error *err) WK_CHECKED;

/* tanθ as used for the steps of SCIENCE I8: ‖(V U)^{-1} V (I − UUᵀ)‖_F; Vt = Vᵀ (M, k), U (M, k)
 * orthonormal. INFINITY if V U is singular. */
wk_status wk_subspace_tangent(size_t M, size_t k, const double *Vt, const double *U,
                              double *tangent, wk_arena *scratch, wk_error *err) WK_CHECKED;

/* Representations A, B (k, n) with distance ld between rows; each output is centred over the
 * inputs.
 *
 * Procrustes distance: min over orthogonal Q of ‖A/‖A‖ − Q B/‖B‖‖_F, in [0, √2]. rotation (k, k),
 * may be NULL: that Q. */
wk_status wk_subspace_procrustes(size_t k, size_t n, const double *A, size_t lda, const double *B,
                                 size_t ldb, double *distance, double *rotation, wk_arena *scratch,
                                 wk_error *err) WK_CHECKED;

/* Q (k, k) orthogonal with the least ‖A − Q B‖_F; nothing is centred or scaled. */
wk_status wk_subspace_rotation(size_t k, size_t n, const double *A, size_t lda, const double *B,
                               size_t ldb, double *Q, wk_arena *scratch, wk_error *err) WK_CHECKED;

/* Linear centred kernel alignment (Kornblith et al. 2019): ‖A Bᵀ‖_F²/(‖A Aᵀ‖_F ‖B Bᵀ‖_F), in [0,
 * 1]. */
void wk_subspace_cka(size_t k, size_t n, const double *A, size_t lda, const double *B, size_t ldb,
                     double *cka, wk_arena *scratch);

/* Effective rank (Roy & Vetterli 2007) of A (k, n): exp of the entropy of its normalised singular
 * values. Not centred. */
wk_status wk_subspace_effective_rank(size_t k, size_t n, const double *A, size_t lda, double *rank,
                                     wk_arena *scratch, wk_error *err) WK_CHECKED;

#endif
