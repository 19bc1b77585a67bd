/* Principal components of the similarity matrix. */
#include "model/pca/pca.h"

#include "la/blas.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* R (r, n) = Λ^{1/2} Qᵀ and P (r, n) = Λ^{-1/2} Qᵀ for the directions of K that count. */
static wk_status factor(size_t n, const double *K, size_t *r, double **R, double **P,
                        wk_arena *arena, wk_error *err) {
    double *copy = wk_arena_doubles(arena, n * n);
    double *value = wk_arena_doubles(arena, n);
    double *vector = wk_arena_doubles(arena, n * n);
    *P = wk_arena_doubles(arena, n * n);
    memcpy(copy, K, n * n * sizeof *copy);
    WK_TRY(wk_la_eigen(n, copy, value, vector, arena, err));
    size_t first = 0;
    while (first < n && !(value[first] > (double)n * DBL_EPSILON * value[n - 1]))
        first++;
    *r = n - first;
    *R = copy;
    for (size_t q = 0; q < *r; q++) {
        const double root = sqrt(value[first + q]);
        for (size_t i = 0; i < n; i++) {
            (*R)[q * n + i] = root * vector[(first + q) * n + i];
            (*P)[q * n + i] = vector[(first + q) * n + i] / root;
        }
    }
    return *r ? WK_OK : wk_fail(err, WK_CANNOT, "the features are all zero");
}

wk_status wk_pca_solve(size_t n, const double *K, const double *S, size_t k, wk_pca *pca,
                       wk_arena *arena, wk_error *err) {
    size_t r = 0;
    double *R = NULL, *P = NULL;
    WK_TRY(factor(n, K, &r, &R, &P, arena, err));
    return wk_pca_of_factor(n, r, R, P, S, k, pca, arena, err);
}

wk_status wk_pca_of_factor(size_t n, size_t r, const double *R, const double *P, const double *S,
                           size_t k, wk_pca *pca, wk_arena *arena, wk_error *err) {
    if (k > n)
        return wk_fail(err, WK_BAD_INPUT, "outputs %zu are more than the %zu distinct inputs", k,
                       n);
    *pca = (wk_pca){.n = n, .k = k, .r = r};
    double *SR = wk_arena_doubles(arena, n * r);
    double *C = wk_arena_doubles(arena, r * r), *copy = wk_arena_doubles(arena, r * r);
    double *value = wk_arena_doubles(arena, r);
    double *vector = wk_arena_doubles(arena, r * r);
    pca->value = wk_arena_doubles(arena, r);
    pca->coefficient = wk_arena_get(arena, n * k, sizeof(double));
    wk_la_gemm(false, true, n, r, n, 1, S, n, R, n, 0, SR, r);
    wk_la_gemm(false, false, r, r, n, 1, R, n, SR, r, 0, C, r);
    memcpy(copy, C, r * r * sizeof *copy);
    WK_TRY(wk_la_eigen(r, C, value, vector, arena, err));
    WK_TRY(wk_la_eigenvalues(r, copy, value, err)); /* the same, to more digits */
    for (size_t j = 0; j < r; j++)
        pca->value[j] = value[r - 1 - j];
    const double floor = (double)r * DBL_EPSILON * wk_pca_radius(pca);
    while (pca->positive < r && pca->value[pca->positive] > floor)
        pca->positive++;
    for (size_t j = 0; j < k && j < r; j++) {
        const double *w = vector + (r - 1 - j) * r;
        for (size_t i = 0; i < n; i++)
            for (size_t q = 0; q < r; q++)
                pca->coefficient[i * k + j] += P[q * n + i] * w[q];
    }
    return WK_OK;
}

double wk_pca_radius(const wk_pca *pca) {
    return fmax(fabs(pca->value[0]), fabs(pca->value[pca->r - 1]));
}

/* λ_{k+1} among all M eigenvalues of C. */
static double next_value(const wk_pca *pca, size_t M) {
    const double next = pca->k < pca->r ? pca->value[pca->k] : 0;
    return pca->r < M && next < 0 ? 0 : next;
}

double wk_pca_gap(const wk_pca *pca, size_t M) {
    return pca->value[pca->k - 1] - next_value(pca, M);
}

double wk_pca_steps(const wk_pca *pca, size_t M, double eta, double tangent, double tol) {
    const double top = 1 + 2 * eta * pca->value[pca->k - 1];
    const double next = 1 + 2 * eta * fmax(next_value(pca, M), 0);
    const double steps = ceil(log(tangent / tol) / log(top / next));
    return steps > 0 ? steps : isnan(steps) || top <= next ? INFINITY : 0;
}
