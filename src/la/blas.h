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

/* Eigenvalues (n), ascending, alone; of A too only the lower triangle is read, and it is destroyed.
 * Where A is graded, with its large entries at the upper left, small eigenvalues keep far more
 * digits than by wk_la_eigen, whose error is eps times the largest. */
wk_status wk_la_eigenvalues(size_t n, double *A, double *values, wk_error *err) WK_CHECKED;

/* Singular values (min(m, n)), descending, of A (m, n), which is destroyed. */
wk_status wk_la_singular_values(size_t m, size_t n, double *A, double *values,
                                wk_error *err) WK_CHECKED;

/* A = U diag(s) Vt: U (m, r), s (r) descending, Vt (r, n), r = min(m, n). A is destroyed. */
wk_status wk_la_svd(size_t m, size_t n, double *A, double *U, double *s, double *Vt,
                    wk_error *err) WK_CHECKED;

/* Replaces the columns of A (m, n), m >= n, by an orthonormal basis of their span (Householder QR).
 */
wk_status wk_la_orthonormalise(size_t m, size_t n, double *A, wk_error *err) WK_CHECKED;

/* The triangular factor of a matrix that comes in pieces: L (n, n) lower triangular becomes that of
 * [L A], so that L Lᵀ + A Aᵀ stays what it was, by Householder reflections (Aᵀ is m rows more of
 * what Lᵀ is the R of). A (n, m), or, `lower`, (n, n) and lower triangular itself; it is destroyed.
 * work: wk_la_append_work(n) doubles. What is above the diagonal of L is not touched. */
void wk_la_append(size_t n, size_t m, double *L, double *A, bool lower, double *work);
size_t wk_la_append_work(size_t n);

/* QR factorisation with exchange of columns, of the matrix whose column j is row j of A (n, m), m
 * >= n. Then the first j+1 numbers of row j are column j of R, which is column pivot[j] of the
 * matrix'; the diagonal of R falls in size. */
wk_status wk_la_pivoted(size_t n, size_t m, double *A, size_t *pivot, wk_arena *scratch,
                        wk_error *err) WK_CHECKED;

/* The inverse, in place, of the r x r triangular R as wk_la_pivoted leaves it, rows of distance m.
 */
wk_status wk_la_invert(size_t r, double *R, size_t m, wk_error *err) WK_CHECKED;

/* S^{-1/2} of a symmetric positive definite S (k, k), which is destroyed. WK_CANNOT if an
 * eigenvalue is below k eps times the largest: the polar factor is then not defined to working
 * accuracy. */
wk_status wk_la_inverse_root(size_t k, double *S, double *root, wk_arena *scratch,
                             wk_error *err) WK_CHECKED;

/* Frobenius norm of A (m, n), with rows summed in order. */
double wk_la_norm(size_t m, size_t n, const double *A, size_t lda);

#endif
