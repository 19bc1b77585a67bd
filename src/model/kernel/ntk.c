/* The matrix of an empirical NTK: its norms, changes and other forms. */
#include "model/kernel/ntk.h"

#include "la/blas.h"

#include <math.h>
#include <string.h>

void wk_ntk_new(wk_ntk *ntk, size_t k, size_t p, size_t hidden, wk_arena *arena) {
    const bool swaps = hidden == 0;
    *ntk = (wk_ntk){k, p, swaps, swaps ? k * (k + 1) / 2 : k * k, p * (p + 1) / 2, NULL};
    ntk->packed = wk_arena_doubles(arena, ntk->rows * ntk->columns);
}

/* ---- derived from a kernel ---- */

/* Of outputs a, b at the pair i >= j of a column. */
static double entry(const wk_ntk *ntk, size_t a, size_t b, size_t column) {
    const size_t row = !ntk->swaps ? a * ntk->k + b
                       : a >= b    ? a * (a + 1) / 2 + b
                                   : b * (b + 1) / 2 + a;
    return ntk->packed[row * ntk->columns + column];
}

/* x (k, stride) ← P x for the k-vectors x[·] of one column, P = (I − u uᵀ)/norm. */
static void project(size_t k, const double *u, double norm, double *x, size_t stride) {
    double along = 0;
    for (size_t a = 0; a < k; a++)
        along += u[a] * x[a * stride];
    for (size_t a = 0; a < k; a++)
        x[a * stride] = (x[a * stride] - along * u[a]) / norm;
}

void wk_ntk_normalised(const wk_ntk *ntk, const size_t *probe, const double *F, size_t ld,
                       double *blocks) {
    const size_t k = ntk->k;
    size_t column = 0;
    for (size_t i = 0; i < ntk->p; i++)
        for (size_t j = 0; j <= i; j++, column++) {
            double *block = blocks + column * k * k;
            for (size_t a = 0; a < k; a++)
                for (size_t b = 0; b < k; b++)
                    block[a * k + b] = entry(ntk, a, b, column);
            const size_t side[2] = {probe[i], probe[j]};
            for (int s = 0; s < 2;
                 s++) { /* P_i from the left on columns, P_j from the right on rows */
                double u[64], norm = 0;
                WK_ASSERT(k <= sizeof u / sizeof *u);
                for (size_t a = 0; a < k; a++)
                    norm += F[a * ld + side[s]] * F[a * ld + side[s]];
                norm = sqrt(norm);
                for (size_t a = 0; a < k; a++)
                    u[a] = F[a * ld + side[s]] / norm;
                for (size_t c = 0; c < k; c++)
                    project(k, u, norm, s == 0 ? block + c : block + c * k, s == 0 ? k : 1);
            }
        }
}

double wk_ntk_change(const wk_ntk *now, const wk_ntk *start) {
    WK_ASSERT(now->rows == start->rows && now->columns == start->columns);
    double change = 0, size = 0;
    size_t row = 0;
    for (size_t a = 0; a < now->k; a++)
        for (size_t b = 0; b < (now->swaps ? a + 1 : now->k); b++, row++)
            for (size_t i = 0, c = row * now->columns; i < now->p; i++)
                for (size_t j = 0; j <= i; j++, c++) {
                    const double times = (now->swaps && a != b ? 2 : 1) * (i == j ? 1 : 2);
                    const double moved = now->packed[c] - start->packed[c];
                    change += times * moved * moved;
                    size += times * start->packed[c] * start->packed[c];
                }
    return sqrt(change / size);
}

double wk_ntk_normalised_change(const wk_ntk *shape, const double *now, const double *start) {
    const size_t k2 = shape->k * shape->k;
    double change = 0, size = 0;
    size_t c = 0;
    for (size_t i = 0; i < shape->p; i++)
        for (size_t j = 0; j <= i; j++)
            for (size_t q = 0; q < k2; q++, c++) {
                const double times = i == j ? 1 : 2, moved = now[c] - start[c];
                change += times * moved * moved;
                size += times * start[c] * start[c];
            }
    return sqrt(change / size);
}

void wk_ntk_expand(const wk_ntk *ntk, double *full) {
    const size_t p = ntk->p, side = ntk->k * p;
    for (size_t a = 0; a < ntk->k; a++)
        for (size_t b = 0; b < ntk->k; b++)
            for (size_t i = 0; i < p; i++)
                for (size_t j = 0; j < p; j++) {
                    const size_t column = i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i;
                    full[(a * p + i) * side + b * p + j] =
                        i >= j ? entry(ntk, a, b, column) : entry(ntk, b, a, column);
                }
}

/* Largest absolute eigenvalue of a symmetric A (side, side), which is destroyed. */
static wk_status spectral_norm(size_t side, double *A, double *norm, wk_arena *scratch,
                               wk_error *err) {
    double *values = wk_arena_doubles(scratch, side);
    double *vectors = wk_arena_doubles(scratch, side * side);
    WK_TRY(wk_la_eigen(side, A, values, vectors, scratch, err));
    *norm = fmax(fabs(values[0]), fabs(values[side - 1]));
    return WK_OK;
}

wk_status wk_ntk_spectral_change(const wk_ntk *now, const wk_ntk *start, double *change,
                                 wk_arena *scratch, wk_error *err) {
    const wk_arena_mark mark = wk_arena_here(scratch);
    const size_t side = now->k * now->p;
    double *A = wk_arena_doubles(scratch, side * side);
    double *B = wk_arena_doubles(scratch, side * side), moved = 0, size = 0;
    wk_ntk_expand(now, A);
    wk_ntk_expand(start, B);
    for (size_t i = 0; i < side * side; i++)
        A[i] -= B[i];
    WK_TRY(spectral_norm(side, A, &moved, scratch, err));
    WK_TRY(spectral_norm(side, B, &size, scratch, err));
    *change = moved / size;
    wk_arena_reset(scratch, mark);
    return WK_OK;
}

double wk_ntk_deviation(const wk_ntk *ntk, const size_t *probe, size_t n, const double *target,
                        const double *size) {
    double off = 0, whole = 0;
    for (size_t a = 0; a < ntk->k; a++)
        for (size_t b = 0; b < ntk->k; b++)
            for (size_t i = 0, c = 0; i < ntk->p; i++)
                for (size_t j = 0; j <= i; j++, c++) {
                    const size_t at = probe[i] * n + probe[j];
                    const double times = i == j ? 1 : 2;
                    const double d = entry(ntk, a, b, c) - (a == b ? target[at] : 0);
                    off += times * d * d;
                    whole += a == b ? times * size[at] * size[at] : 0;
                }
    return sqrt(off / whole);
}

double wk_ntk_flops(size_t M, size_t k, size_t p, size_t hidden) {
    const double width = (double)M, inputs = (double)(p * (p + 1) / 2);
    if (hidden) {
        const double side = (double)(k * p), layers = (double)hidden;
        return layers * 2 * width * width * side + (layers + 1) * width * side * side +
               2 * width * inputs;
    }
    return 2 * width * inputs * ((double)(k * (k + 1) / 2) + 1);
}

double wk_ntk_trace_flops(size_t M, size_t n, size_t k, size_t hidden) {
    const double width = (double)M, inputs = (double)n;
    if (hidden)
        return (double)k * (double)hidden * (2 * width * width * inputs + width * inputs * inputs);
    return 2 * width * inputs * inputs;
}
