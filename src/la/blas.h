/* Dense linear algebra: the only door to CBLAS and LAPACKE. Double precision, row-major everywhere.
 *
 * Shapes stand in comments as (rows, columns); `ld` is the distance between rows, >= columns.
 * Dimensions must fit a 32-bit int (asserted). Functions that call LAPACK return WK_CANNOT with its
 * `info`.
 */
#ifndef WK_LA_BLAS_H
#define WK_LA_BLAS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* C (m, n) = alpha op(A) op(B) + beta C, where op(A) is (m, k), op(B) is (k, n). beta 0 ignores C's
 * content. */
void wk_la_gemm(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, double alpha,
                const double *A, size_t lda, const double *B, size_t ldb, double beta, double *C,
                size_t ldc);

/* The lower triangle of C (n, n) = alpha A^T A + beta C, A (m, n). */
void wk_la_gram_lower(size_t m, size_t n, double alpha, const double *A, size_t lda, double beta,
                      double *C, size_t ldc);

/* Copies the lower triangle of C (n, n) to the upper one. */
void wk_la_mirror(size_t n, double *C, size_t ldc);

/* Eigen-decomposition of a symmetric A (n, n), which is destroyed; only its lower triangle is read.
 * values (n) ascending; row j of vectors (n, n) is the unit eigenvector of values[j]. */
wk_status wk_la_eigen(size_t n, double *A, double *values, double *vectors, wk_arena *scratch,
                      wk_error *err) WK_CHECKED;

/* Singular values (min(m, n)), descending, of A (m, n), which is destroyed. */
wk_status wk_la_singular_values(size_t m, size_t n, double *A, double *values,
                                wk_error *err) WK_CHECKED;

/* A = U diag(s) Vt: U (m, r), s (r) descending, Vt (r, n), r = min(m, n). A is destroyed. */
wk_status wk_la_svd(size_t m, size_t n, double *A, double *U, double *s, double *Vt,
                    wk_error *err) WK_CHECKED;

/* Replaces the columns of A (m, n), m >= n, by an orthonormal basis of their span (Householder QR).
 */
wk_status wk_la_orthonormalise(size_t m, size_t n, double *A, wk_error *err) WK_CHECKED;

/* S^{-1/2} of a symmetric positive definite S (k, k), which is destroyed. WK_CANNOT if an
 * eigenvalue is below k eps times the largest: the polar factor is then not defined to working
 * accuracy. */
wk_status wk_la_inverse_root(size_t k, double *S, double *root, wk_arena *scratch,
                             wk_error *err) WK_CHECKED;

/* Frobenius norm of A (m, n), with rows summed in order. */
double wk_la_norm(size_t m, size_t n, const double *A, size_t lda);

#endif
