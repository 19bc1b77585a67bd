/* Components by a QR factorisation of differences of features. */
#include "model/pca/components.h"

#include "la/blas.h"
#include "model/net/net.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- differences ---- */

/* What A is made of: the features, or, with a start of the same shape, how far they have moved from
 * it, and then the start's. Of either n columns, one is kept and the others are less that one. */
typedef struct source {
    const wk_features *features, *start;
    size_t base;
} source;

static size_t columns_of(const source *s) {
    return (s->start ? 2 : 1) * s->features->n;
}

static size_t fill_room(const wk_features *f) {
    return 4 * WK_NET_TILE * f->ld;
}

/* Values (rows, ld) to out[u * unit + i * input], columns less that of the base. */
static void spread(const source *s, size_t rows, const double *values, size_t unit, size_t input,
                   double *out) {
    const size_t n = s->features->n, ld = s->features->ld;
    for (size_t u = 0; u < rows; u++)
        for (size_t i = 0; i < n; i++) {
            const double at_base = values[u * ld + s->base];
            out[u * unit + i * input] = i == s->base ? at_base : values[u * ld + i] - at_base;
        }
}

/* A's rows of units m … m+rows-1: entry (u, i) to out[u * unit + i * input]. */
static void fill(const source *s, size_t m, size_t rows, size_t unit, size_t input, double *out,
                 double *room) {
    const wk_features *f = s->features;
    const size_t ld = f->ld;
    double *now = room, *start = now + WK_NET_TILE * ld, *unused = start + WK_NET_TILE * ld;
    double *space = unused + WK_NET_TILE * ld;
    f->thin->apply(rows * ld, wk_hidden_rows(f, m, rows, space), now, unused);
    if (s->start) {
        f->thin->apply(rows * ld, wk_hidden_rows(s->start, m, rows, space), start, unused);
        for (size_t i = 0; i < rows * ld; i++)
            now[i] -= start[i];
        spread(s, rows, start, unit, input, out + f->n * input);
    }
    spread(s, rows, now, unit, input, out);
}

/* ---- the triangular factor ---- */

enum { MOST_STRIPS = 16 };

typedef struct job {
    const source *source;
    size_t columns, strips;
    double *L;     /* (strips, columns, columns): Rᵀ of each strip */
    double **room; /* a thread: (columns, tile), and those of fill and wk_la_append */
} job;

static void factor_strip(void *context, size_t strip, size_t thread) {
    const job *j = context;
    const wk_features *f = j->source->features;
    const size_t columns = j->columns;
    double *tile = j->room[thread], *room = tile + WK_NET_TILE * columns;
    double *work = room + fill_room(f);
    size_t first, last;
    wk_net_strip(f->M, j->strips, strip, &first, &last);
    for (size_t m = first; m < last; m += WK_NET_TILE) {
        const size_t rows = last - m < WK_NET_TILE ? last - m : WK_NET_TILE;
        fill(j->source, m, rows, 1, rows, tile, room);
        wk_la_append(columns, rows, j->L + strip * columns * columns, tile, false, work);
    }
}

/* L (columns, columns) = Rᵀ of A, zero above the diagonal. */
static double *triangle(const source *s, wk_pool *pool, wk_arena *arena) {
    const wk_features *f = s->features;
    const size_t columns = columns_of(s), square = columns * columns;
    const size_t few = f->M / columns < 1 ? 1 : f->M / columns; /* joining strips costs, too */
    const size_t threads = wk_pool_threads(pool);
    double *L = wk_arena_doubles(arena, square);
    const wk_arena_mark mark = wk_arena_here(arena);
    job j = {.source = s,
             .columns = columns,
             .strips = wk_net_strip_count(f->M, few < MOST_STRIPS ? few : MOST_STRIPS)};
    j.L = wk_arena_get(arena, j.strips * square, sizeof *j.L);
    j.room = wk_arena_get(arena, threads, sizeof *j.room);
    for (size_t i = 0; i < threads; i++)
        j.room[i] = wk_arena_doubles(arena, WK_NET_TILE * columns + fill_room(f) +
                                                wk_la_append_work(columns));
    wk_pool_run(pool, j.strips, factor_strip, &j);
    for (size_t part = 1; part < j.strips; part++)
        wk_la_append(columns, columns, j.L, j.L + part * square, true, j.room[0]);
    memcpy(L, j.L, square * sizeof *L);
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
    const source from = {.features = features, .base = base};
    double *L = triangle(&from, pool, arena);
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
    double *room = wk_arena_doubles(scratch, fill_room(features));
    const source from = {.features = features, .base = components->base};
    for (size_t m = 0; m < M; m += WK_NET_TILE) {
        const size_t rows = M - m < WK_NET_TILE ? M - m : WK_NET_TILE;
        fill(&from, m, rows, n, 1, tile, room);
        wk_la_gemm(false, false, rows, k, n, 1 / sqrt((double)M), tile, n, components->moved, k, 0,
                   U + m * k, k);
    }
    wk_arena_reset(scratch, mark);
}

void wk_components_drift(const wk_features *now, const wk_features *start, const double *S,
                         wk_pool *pool, double *drift, wk_arena *scratch) {
    const size_t n = now->n, side = 2 * n, base = 0;
    const wk_arena_mark mark = wk_arena_here(scratch);
    const source from = {.features = now, .start = start, .base = base};
    const double *L = triangle(&from, pool, scratch);
    const double *moved = moved_similarity(n, base, 1, S, scratch);
    double *J = wk_arena_get(scratch, side * side, sizeof *J);
    double *JL = wk_arena_doubles(scratch, side * side);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            J[i * side + j] = J[i * side + n + j] = J[(n + i) * side + j] = moved[i * n + j];
    wk_la_gemm(false, false, side, side, side, 1, J, side, L, side, 0, JL, side);
    wk_la_gemm(true, false, side, side, side, 1, L, side, JL, side, 0, J, side);
    *drift = wk_la_norm(side, side, J, side) / (double)now->M;
    wk_arena_reset(scratch, mark);
}
