/* Angles between subspaces, and distances between representations. */
#include "model/pca/subspace.h"

#include "la/blas.h"
#include "model/data/centre.h"

#include <math.h>
#include <string.h>

wk_status wk_subspace_sines(size_t M, size_t k, const double *A, const double *U, double *sine,
                            wk_arena *scratch, wk_error *err) {
    const wk_arena_mark mark = wk_arena_here(scratch);
    double *Q = wk_arena_doubles(scratch, M * k);
    double *overlap = wk_arena_doubles(scratch, k * k);
    memcpy(Q, A, M * k * sizeof *Q);
    WK_TRY(wk_la_orthonormalise(M, k, Q, err));
    wk_la_gemm(true, false, k, k, M, 1, U, k, Q, k, 0, overlap, k);
    wk_la_gemm(false, false, M, k, k, -1, U, k, overlap, k, 1, Q, k);
    WK_TRY(wk_la_singular_values(M, k, Q, sine, err));
    wk_arena_reset(scratch, mark);
    return WK_OK;
}

wk_status wk_subspace_tangent(size_t M, size_t k, const double *Vt, const double *U,
                              double *tangent, wk_arena *scratch, wk_error *err) {
    const wk_arena_mark mark = wk_arena_here(scratch);
    double *rest = wk_arena_doubles(scratch, M * k);
    double *overlap = wk_arena_doubles(scratch, k * k); /* U^T V^T = (V U)^T */
    double *copy = wk_arena_doubles(scratch, k * k);
    double *P = wk_arena_doubles(scratch, k * k);
    double *s = wk_arena_doubles(scratch, k);
    double *Qt = wk_arena_doubles(scratch, k * k);
    double *turned = wk_arena_doubles(scratch, M * k);
    memcpy(rest, Vt, M * k * sizeof *rest);
    wk_la_gemm(true, false, k, k, M, 1, U, k, Vt, k, 0, overlap, k);
    wk_la_gemm(false, false, M, k, k, -1, U, k, overlap, k, 1, rest, k);
    /* ‖(VU)^{-1} restᵀ‖² with (VU)ᵀ = P diag(s) Qt: rows of Qt times restᵀ, over s. */
    memcpy(copy, overlap, k * k * sizeof *copy);
    WK_TRY(wk_la_svd(k, k, copy, P, s, Qt, err));
    wk_la_gemm(false, true, M, k, k, 1, rest, k, Qt, k, 0, turned, k);
    for (size_t m = 0; m < M; m++)
        for (size_t q = 0; q < k; q++)
            turned[m * k + q] /= s[q];
    const double norm = wk_la_norm(M, k, turned, k);
    *tangent = isnan(norm) ? INFINITY : norm;
    wk_arena_reset(scratch, mark);
    return WK_OK;
}

/* out (k, n) = A with each row centred; *size, its norm, 0 if it is no more than rounding. */
static double *centred(size_t k, size_t n, const double *A, size_t lda, double *size,
                       wk_arena *scratch) {
    double *out = wk_arena_doubles(scratch, k * n), noise = 0;
    for (size_t a = 0; a < k; a++) {
        memcpy(out + a * n, A + a * lda, n * sizeof *out);
        noise = hypot(noise, sqrt((double)n) * wk_centre(n, 1, out + a * n));
    }
    *size = wk_la_norm(k, n, out, n);
    if (*size <= noise)
        *size = 0;
    return out;
}

wk_status wk_subspace_rotation(size_t k, size_t n, const double *A, size_t lda, const double *B,
                               size_t ldb, double *Q, wk_arena *scratch, wk_error *err) {
    const wk_arena_mark mark = wk_arena_here(scratch);
    double *cross = wk_arena_doubles(scratch, k * k);
    double *P = wk_arena_doubles(scratch, k * k), *s = wk_arena_doubles(scratch, k);
    double *Qt = wk_arena_doubles(scratch, k * k);
    /* max tr(AᵀQB) is at Q = P Qt with A Bᵀ = P diag(s) Qt */
    wk_la_gemm(false, true, k, k, n, 1, A, lda, B, ldb, 0, cross, k);
    WK_TRY(wk_la_svd(k, k, cross, P, s, Qt, err));
    wk_la_gemm(false, false, k, k, k, 1, P, k, Qt, k, 0, Q, k);
    wk_arena_reset(scratch, mark);
    return WK_OK;
}

wk_status wk_subspace_procrustes(size_t k, size_t n, const double *A, size_t lda, const double *B,
                                 size_t ldb, double *distance, double *rotation, wk_arena *scratch,
                                 wk_error *err) {
    const wk_arena_mark mark = wk_arena_here(scratch);
    double na, nb;
    double *a = centred(k, n, A, lda, &na, scratch), *b = centred(k, n, B, ldb, &nb, scratch);
    double *Q = wk_arena_doubles(scratch, k * k);
    if (na == 0 || nb == 0)
        return wk_fail(err, WK_CANNOT,
                       "a representation is the same for all inputs, up to rounding: it cannot be "
                       "compared with another");
    for (size_t i = 0; i < k * n; i++) {
        a[i] /= na;
        b[i] /= nb;
    }
    /* The residual is formed, not 2 − 2 Σs. */
    WK_TRY(wk_subspace_rotation(k, n, a, n, b, n, Q, scratch, err));
    wk_la_gemm(false, false, k, n, k, -1, Q, k, b, n, 1, a, n);
    *distance = wk_la_norm(k, n, a, n);
    if (rotation)
        memcpy(rotation, Q, k * k * sizeof *Q);
    wk_arena_reset(scratch, mark);
    return WK_OK;
}

static void cross_norm(size_t k, size_t n, const double *a, const double *b, double *norm,
                       wk_arena *scratch) {
    double *product = wk_arena_doubles(scratch, k * k);
    wk_la_gemm(false, true, k, k, n, 1, a, n, b, n, 0, product, k);
    *norm = wk_la_norm(k, k, product, k);
}

void wk_subspace_cka(size_t k, size_t n, const double *A, size_t lda, const double *B, size_t ldb,
                     double *cka, wk_arena *scratch) {
    const wk_arena_mark mark = wk_arena_here(scratch);
    double na, nb, aa, bb, ab;
    double *a = centred(k, n, A, lda, &na, scratch), *b = centred(k, n, B, ldb, &nb, scratch);
    cross_norm(k, n, a, b, &ab, scratch);
    cross_norm(k, n, a, a, &aa, scratch);
    cross_norm(k, n, b, b, &bb, scratch);
    *cka = na == 0 || nb == 0 ? NAN : ab / aa * (ab / bb);
    wk_arena_reset(scratch, mark);
}

wk_status wk_subspace_effective_rank(size_t k, size_t n, const double *A, size_t lda, double *rank,
                                     wk_arena *scratch, wk_error *err) {
    const wk_arena_mark mark = wk_arena_here(scratch);
    const size_t r = k < n ? k : n;
    double *copy = wk_arena_doubles(scratch, k * n), *s = wk_arena_doubles(scratch, r);
    for (size_t a = 0; a < k; a++)
        memcpy(copy + a * n, A + a * lda, n * sizeof *copy);
    WK_TRY(wk_la_singular_values(k, n, copy, s, err));
    double total = 0, entropy = 0;
    for (size_t i = 0; i < r; i++)
        total += s[i];
    for (size_t i = 0; i < r; i++)
        if (s[i] > 0)
            entropy -= s[i] / total * log(s[i] / total);
    *rank = exp(entropy);
    wk_arena_reset(scratch, mark);
    return WK_OK;
}
