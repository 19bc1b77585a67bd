/* Dense linear algebra by CBLAS and LAPACKE. */
#include "la/blas.h"

#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <limits.h>
#include <math.h>
#include <string.h>

static int dim(size_t n) {
    WK_ASSERT(n <= INT_MAX);
    return (int)n;
}

void wk_la_gemm(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, double alpha,
                const double *A, size_t lda, const double *B, size_t ldb, double beta, double *C,
                size_t ldc) {
    if (m == 0 || n == 0)
        return;
    cblas_dgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans,
                transpose_b ? CblasTrans : CblasNoTrans, dim(m), dim(n), dim(k), alpha, A, dim(lda),
                B, dim(ldb), beta, C, dim(ldc));
}

void wk_la_gram_lower(size_t m, size_t n, double alpha, const double *A, size_t lda, double beta,
                      double *C, size_t ldc) {
    if (n == 0)
        return;
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, dim(n), dim(m), alpha, A, dim(lda), beta, C,
                dim(ldc));
}

void wk_la_mirror(size_t n, double *C, size_t ldc) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            C[j * ldc + i] = C[i * ldc + j];
}

static wk_status lapack_failed(const char *routine, lapack_int info, wk_error *err) {
    if (info == LAPACK_WORK_MEMORY_ERROR || info == LAPACK_TRANSPOSE_MEMORY_ERROR)
        return wk_fail(err, WK_CANNOT, "out of memory in LAPACK's %s", routine);
    return wk_fail(err, WK_CANNOT, "LAPACK's %s failed (info %ld)", routine, (long)info);
}

wk_status wk_la_eigen(size_t n, double *A, double *values, double *vectors, wk_arena *scratch,
                      wk_error *err) {
    if (n == 0)
        return WK_OK;
    lapack_int found = 0;
    lapack_int *support = wk_arena_get(scratch, 2 * n, sizeof *support);
    /* Read by columns, the lower triangle of a row-major matrix is the upper one, and column j of
     * the result is our row j. */
    const lapack_int info = LAPACKE_dsyevr(LAPACK_COL_MAJOR, 'V', 'A', 'U', dim(n), A, dim(n), 0, 0,
                                           0, 0, 0, &found, values, vectors, dim(n), support);
    if (info == 0 && found != dim(n))
        return wk_fail(err, WK_CANNOT, "LAPACK's dsyevr found %ld of %zu eigenvalues", (long)found,
                       n);
    return info ? lapack_failed("dsyevr", info, err) : WK_OK;
}

wk_status wk_la_eigenvalues(size_t n, double *A, double *values, wk_error *err) {
    if (n == 0)
        return WK_OK;
    wk_la_mirror(n, A, n);
    /* With 'L' the reduction begins at the upper left, where the large entries are, and does not
     * mix small ones with them. */
    const lapack_int info = LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'N', 'L', dim(n), A, dim(n), values);
    return info ? lapack_failed("dsyevd", info, err) : WK_OK;
}

wk_status wk_la_singular_values(size_t m, size_t n, double *A, double *values, wk_error *err) {
    if (m == 0 || n == 0)
        return WK_OK;
    double unused;
    const lapack_int info = LAPACKE_dgesdd(LAPACK_COL_MAJOR, 'N', dim(n), dim(m), A, dim(n), values,
                                           &unused, 1, &unused, 1);
    return info ? lapack_failed("dgesdd", info, err) : WK_OK;
}

wk_status wk_la_svd(size_t m, size_t n, double *A, double *U, double *s, double *Vt,
                    wk_error *err) {
    if (m == 0 || n == 0)
        return WK_OK;
    const size_t r = m < n ? m : n;
    /* By columns A is A^T = V diag(s) U^T: LAPACK's left vectors are our right ones. */
    const lapack_int info =
        LAPACKE_dgesdd(LAPACK_COL_MAJOR, 'S', dim(n), dim(m), A, dim(n), s, Vt, dim(n), U, dim(r));
    return info ? lapack_failed("dgesdd", info, err) : WK_OK;
}

wk_status wk_la_orthonormalise(size_t m, size_t n, double *A, wk_error *err) {
    WK_ASSERT(m >= n);
    if (n == 0)
        return WK_OK;
    wk_arena scratch = {0};
    double *tau = wk_arena_doubles(&scratch, n);
    lapack_int info = LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, dim(m), dim(n), A, dim(n), tau);
    const char *routine = "dgeqrf";
    if (info == 0) {
        info = LAPACKE_dorgqr(LAPACK_ROW_MAJOR, dim(m), dim(n), dim(n), A, dim(n), tau);
        routine = "dorgqr";
    }
    wk_arena_release(&scratch);
    return info ? lapack_failed(routine, info, err) : WK_OK;
}

enum { APPEND_BLOCK = 32 }; /* columns that are reflected together */

size_t wk_la_append_work(size_t n) {
    return 2 * APPEND_BLOCK * n;
}

void wk_la_append(size_t n, size_t m, double *L, double *A, bool lower, double *work) {
    if (m == 0 || n == 0)
        return;
    WK_ASSERT(!lower || m == n);
    const int block = n < APPEND_BLOCK ? dim(n) : APPEND_BLOCK;
    /* By columns L is the upper triangular R, and A the rows below it. */
    const lapack_int info =
        LAPACKE_dtpqrt_work(LAPACK_COL_MAJOR, dim(m), dim(n), lower ? dim(n) : 0, block, L, dim(n),
                            A, dim(m), work, block, work + APPEND_BLOCK * n);
    WK_ASSERT(info == 0);
}

wk_status wk_la_pivoted(size_t n, size_t m, double *A, size_t *pivot, wk_arena *scratch,
                        wk_error *err) {
    WK_ASSERT(m >= n);
    lapack_int *from = wk_arena_get(scratch, n, sizeof *from); /* 0: may be exchanged */
    double *tau = wk_arena_doubles(scratch, n);
    const lapack_int info = LAPACKE_dgeqp3(LAPACK_COL_MAJOR, dim(m), dim(n), A, dim(m), from, tau);
    for (size_t j = 0; j < n; j++)
        pivot[j] = (size_t)(from[j] - 1);
    return info ? lapack_failed("dgeqp3", info, err) : WK_OK;
}

wk_status wk_la_invert(size_t r, double *R, size_t m, wk_error *err) {
    const lapack_int info = LAPACKE_dtrtri(LAPACK_COL_MAJOR, 'U', 'N', dim(r), R, dim(m));
    return info ? lapack_failed("dtrtri", info, err) : WK_OK;
}

wk_status wk_la_inverse_root(size_t k, double *S, double *root, wk_arena *scratch, wk_error *err) {
    const wk_arena_mark mark = wk_arena_here(scratch);
    double *values = wk_arena_doubles(scratch, k);
    double *vectors = wk_arena_doubles(scratch, k * k);
    WK_TRY(wk_la_eigen(k, S, values, vectors, scratch, err));
    if (!(values[0] > (double)k * DBL_EPSILON * values[k - 1]))
        return wk_fail(err, WK_CANNOT,
                       "matrix to be orthonormalised has no full rank (eigenvalues %g … %g)",
                       values[0], values[k - 1]);
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < k; j++) {
            double sum = 0;
            for (size_t q = 0; q < k; q++)
                sum += vectors[q * k + i] * vectors[q * k + j] / sqrt(values[q]);
            root[i * k + j] = sum;
        }
    wk_arena_reset(scratch, mark);
    return WK_OK;
}

double wk_la_norm(size_t m, size_t n, const double *A, size_t lda) {
    double scale = 0; /* so that squares neither overflow nor vanish */
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            const double size = fabs(A[i * lda + j]);
            if (isnan(size))
                return size;
            if (size > scale)
                scale = size;
        }
    if (!(scale > 0) || !isfinite(scale))
        return scale;
    double sum = 0;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            const double x = A[i * lda + j] / scale;
            sum += x * x;
        }
    return scale * sqrt(sum);
}
