/* Components by a QR factorisation of differences of features. */
#include "model/pca/components.h"

#include "la/blas.h"
#include "model/net/net.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- differences ---- */

/* A's rows of units m … m+rows-1: entry (u, i) to out[u * unit + i * input]. phi: 2 WK_NET_TILE ld
 * doubles. */
static void fill(const wk_features *f, size_t base, size_t m, size_t rows, size_t unit,
                 size_t input, double *out, double *phi) {
    const size_t ld = f->ld;
    f->thin->apply(rows * ld, f->H + m * ld, phi, phi + WK_NET_TILE * ld);
    for (size_t u = 0; u < rows; u++)
        for (size_t i = 0; i < f->n; i++) {
            const double at_base = phi[u * ld + base];
            out[u * unit + i * input] = i == base ? at_base : phi[u * ld + i] - at_base;
        }
}

/* ---- the triangular factor ---- */

enum { MOST_STRIPS = 16 };

typedef struct job {
    const wk_features *features;
    size_t base, strips;
    double *L;     /* (strips, n, n): Rᵀ of each strip */
    double **room; /* a thread: (n, tile), 2 (tile, ld), and that of wk_la_append */
} job;

static void factor_strip(void *context, size_t strip, size_t thread) {
    const job *j = context;
    const wk_features *f = j->features;
    const size_t n = f->n;
    double *tile = j->room[thread], *phi = tile + WK_NET_TILE * n;
    double *work = phi + 2 * WK_NET_TILE * f->ld;
    size_t first, last;
    wk_net_strip(f->M, j->strips, strip, &first, &last);
    for (size_t m = first; m < last; m += WK_NET_TILE) {
        const size_t rows = last - m < WK_NET_TILE ? last - m : WK_NET_TILE;
        fill(f, j->base, m, rows, 1, rows, tile, phi);
        wk_la_append(n, rows, j->L + strip * n * n, tile, false, work);
    }
}

/* L (n, n) = Rᵀ of A, zero above the diagonal. */
static double *triangle(const wk_features *f, size_t base, wk_pool *pool, wk_arena *arena) {
    const size_t n = f->n, threads = wk_pool_threads(pool);
    const size_t few = f->M / n < 1 ? 1 : f->M / n; /* joining strips costs as much as n units */
    double *L = wk_arena_doubles(arena, n * n);
    const wk_arena_mark mark = wk_arena_here(arena);
    job j = {.features = f,
             .base = base,
             .strips = wk_net_strip_count(f->M, few < MOST_STRIPS ? few : MOST_STRIPS)};
    j.L = wk_arena_get(arena, j.strips * n * n, sizeof *j.L);
    j.room = wk_arena_get(arena, threads, sizeof *j.room);
    for (size_t i = 0; i < threads; i++)
        j.room[i] = wk_arena_doubles(arena, WK_NET_TILE * (n + 2 * f->ld) + wk_la_append_work(n));
    wk_pool_run(pool, j.strips, factor_strip, &j);
    for (size_t s = 1; s < j.strips; s++)
        wk_la_append(n, n, j.L, j.L + s * n * n, true, j.room[0]);
    memcpy(L, j.L, n * n * sizeof *L);
    wk_arena_reset(arena, mark);
    return L;
}

/* ---- the problem in the base of A ---- */

/* What φ_b is multiplied with to be of the size of the differences; both by the rows of L. */
static double balance(size_t n, size_t base, const double *L) {
    double differences = 0;
    for (size_t i = 0; i < n; i++)
        if (i != base)
            differences = hypot(differences, wk_la_norm(1, n, L + i * n, n));
    const double own = wk_la_norm(1, n, L + base * n, n);
    return own > 0 && differences > 0 ? differences / own : 1;
}

/* J (n, n) = T S Tᵀ, where T has ones in row b, divided by alpha. */
static double *moved_similarity(size_t n, size_t base, double alpha, const double *S,
                                wk_arena *arena) {
    double *J = wk_arena_doubles(arena, n * n), all = 0, size = 0;
    memcpy(J, S, n * n * sizeof *J);
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++) {
            sum += S[i * n + j];
            size += fabs(S[i * n + j]);
        }
        all += sum;
        J[i * n + base] = J[base * n + i] = sum / alpha;
    }
    /* 1ᵀS1 of triplets is 0; its rounding would stand for the largest part of C. */
    J[base * n + base] = fabs(all) <= (double)n * DBL_EPSILON * size ? 0 : all / alpha / alpha;
    return J;
}

typedef struct factors {
    size_t r;
    double *R, *P; /* (r, n): A = Q R, Q = A Pᵀ; φ_b scaled */
} factors;

/* From L, which is destroyed, by exchange of columns until nothing of any is left. */
static wk_status reveal(size_t n, double *L, factors *out, wk_arena *arena, wk_error *err) {
    size_t *pivot = wk_arena_get(arena, n, sizeof *pivot), r = 0;
    WK_TRY(wk_la_pivoted(n, n, L, pivot, arena, err));
    while (r < n && fabs(L[r * n + r]) > 8 * (double)n * DBL_EPSILON * fabs(L[0]))
        r++;
    if (r == 0)
        return wk_fail(err, WK_CANNOT, "the features are all zero");
    *out = (factors){.r = r};
    out->R = wk_arena_get(arena, r * n, sizeof *out->R);
    out->P = wk_arena_get(arena, r * n, sizeof *out->P);
    for (size_t j = 0; j < n; j++)
        for (size_t q = 0; q <= j && q < r; q++)
            out->R[q * n + pivot[j]] = L[j * n + q];
    WK_TRY(wk_la_invert(r, L, n, err));
    for (size_t q = 0; q < r; q++)
        for (size_t i = 0; i <= q; i++)
            out->P[q * n + pivot[i]] = L[q * n + i];
    return WK_OK;
}

wk_status wk_components_find(const wk_features *features, const double *S, size_t k, wk_pool *pool,
                             wk_components *components, wk_arena *arena, wk_error *err) {
    const size_t n = features->n, base = 0;
    const double root = sqrt((double)features->M);
    double *L = triangle(features, base, pool, arena);
    const double alpha = balance(n, base, L);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            L[i * n + j] *= (i == base ? alpha : 1) / root;
    factors f = {0};
    WK_TRY(reveal(n, L, &f, arena, err));
    const double *J = moved_similarity(n, base, alpha, S, arena);
    *components = (wk_components){.base = base};
    wk_pca *pca = &components->pca;
    WK_TRY(wk_pca_of_factor(n, f.r, f.R, f.P, J, k, pca, arena, err));
    components->moved = wk_arena_doubles(arena, n * k);
    memcpy(components->moved, pca->coefficient, n * k * sizeof *pca->coefficient);
    for (size_t a = 0; a < k; a++) {
        double *own = &pca->coefficient[base * k + a];
        components->moved[base * k + a] = *own *= alpha;
        for (size_t i = 0; i < n; i++)
            if (i != base)
                *own -= pca->coefficient[i * k + a];
    }
    return WK_OK;
}

void wk_components_form(const wk_components *components, const wk_features *features, double *U,
                        wk_arena *scratch) {
    const size_t n = features->n, M = features->M, k = components->pca.k;
    const wk_arena_mark mark = wk_arena_here(scratch);
    double *tile = wk_arena_doubles(scratch, WK_NET_TILE * n);
    double *phi = wk_arena_doubles(scratch, 2 * WK_NET_TILE * features->ld);
    for (size_t m = 0; m < M; m += WK_NET_TILE) {
        const size_t rows = M - m < WK_NET_TILE ? M - m : WK_NET_TILE;
        fill(features, components->base, m, rows, n, 1, tile, phi);
        wk_la_gemm(false, false, rows, k, n, 1 / sqrt((double)M), tile, n, components->moved, k, 0,
                   U + m * k, k);
    }
    wk_arena_reset(scratch, mark);
}
