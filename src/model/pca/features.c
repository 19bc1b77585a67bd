/* Gram matrix and projections of the features, streamed over hidden units. */
#include "model/pca/features.h"

#include "la/blas.h"
#include "model/net/net.h"

#include <math.h>
#include <string.h>

enum { STRIPS = 16 }; /* few, because each has a part of the size of the result */

typedef struct gram_job gram_job;
/* Writes the tile whose columns are multiplied with each other: (rows, width), from units m …. */
typedef void fill(const gram_job *job, size_t m, size_t rows, double *tile, double *scratch);

struct gram_job {
    const wk_features *features;
    const double *weight, *H0;
    fill *fill;
    size_t width, strips;
    double *parts, **tiles;
};

static void fill_values(const gram_job *job, size_t m, size_t rows, double *tile, double *scratch) {
    const wk_features *f = job->features;
    f->thin->apply(rows * f->ld, f->H + m * f->ld, tile, scratch);
}

static void fill_slopes(const gram_job *job, size_t m, size_t rows, double *tile, double *scratch) {
    const wk_features *f = job->features;
    f->thin->apply(rows * f->ld, f->H + m * f->ld, scratch, tile);
    for (size_t u = 0; u < rows; u++) {
        const double w = sqrt(job->weight[m + u]);
        for (size_t i = 0; i < f->ld; i++)
            tile[u * f->ld + i] *= w;
    }
}

static void fill_move(const gram_job *job, size_t m, size_t rows, double *tile, double *scratch) {
    const wk_features *f = job->features;
    const size_t ld = f->ld, n = f->n;
    double *now = scratch, *start = scratch + rows * ld, *unused = start + rows * ld;
    f->thin->apply(rows * ld, f->H + m * ld, now, unused);
    f->thin->apply(rows * ld, job->H0 + m * ld, start, unused);
    for (size_t u = 0; u < rows; u++)
        for (size_t i = 0; i < n; i++) {
            tile[u * job->width + i] = now[u * ld + i] - start[u * ld + i];
            tile[u * job->width + n + i] = start[u * ld + i];
        }
}

static void gram_strip(void *context, size_t strip, size_t thread) {
    const gram_job *job = context;
    const size_t M = job->features->M, width = job->width;
    double *part = job->parts + strip * width * width;
    memset(part, 0, width * width * sizeof *part);
    size_t first, last;
    wk_net_strip(M, job->strips, strip, &first, &last);
    for (size_t m = first; m < last; m += WK_NET_TILE) {
        const size_t rows = last - m < WK_NET_TILE ? last - m : WK_NET_TILE;
        double *tile = job->tiles[thread];
        job->fill(job, m, rows, tile, tile + WK_NET_TILE * width);
        wk_la_gram_lower(rows, width, 1, tile, width, 1, part, width);
    }
}

/* out (size, size) = the leading block of the sum of all strips, over M. */
static void run_gram(gram_job *job, wk_pool *pool, size_t size, double *out, wk_arena *scratch) {
    const wk_features *f = job->features;
    const wk_arena_mark mark = wk_arena_here(scratch);
    const size_t threads = wk_pool_threads(pool), width = job->width;
    job->strips = wk_net_strip_count(f->M, STRIPS);
    job->parts = wk_arena_doubles(scratch, job->strips * width * width);
    job->tiles = wk_arena_get(scratch, threads, sizeof *job->tiles);
    for (size_t i = 0; i < threads; i++)
        job->tiles[i] = wk_arena_doubles(scratch, WK_NET_TILE * (width + 3 * f->ld));
    wk_pool_run(pool, job->strips, gram_strip, job);
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t s = 0; s < job->strips; s++)
                sum += job->parts[(s * width + i) * width + j];
            out[i * size + j] = sum / (double)f->M;
        }
    wk_la_mirror(size, out, size);
    wk_arena_reset(scratch, mark);
}

void wk_features_gram(const wk_features *features, wk_pool *pool, double *K, wk_arena *scratch) {
    gram_job job = {.features = features, .fill = fill_values, .width = features->ld};
    run_gram(&job, pool, features->n, K, scratch);
}

void wk_features_slope_gram(const wk_features *features, const double *weight, wk_pool *pool,
                            double *P, wk_arena *scratch) {
    gram_job job = {
        .features = features, .weight = weight, .fill = fill_slopes, .width = features->ld};
    run_gram(&job, pool, features->n, P, scratch);
}

void wk_features_move_gram(const wk_features *features, const double *H0, wk_pool *pool,
                           double *gamma, wk_arena *scratch) {
    gram_job job = {.features = features, .H0 = H0, .fill = fill_move, .width = 2 * features->n};
    run_gram(&job, pool, 2 * features->n, gamma, scratch);
}

void wk_features_project(const wk_features *features, size_t k, const double *Q, double *U,
                         wk_arena *scratch) {
    const wk_arena_mark mark = wk_arena_here(scratch);
    const size_t ld = features->ld;
    double *phi = wk_arena_doubles(scratch, 2 * WK_NET_TILE * ld);
    for (size_t m = 0; m < features->M; m += WK_NET_TILE) {
        const size_t rows = features->M - m < WK_NET_TILE ? features->M - m : WK_NET_TILE;
        features->thin->apply(rows * ld, features->H + m * ld, phi, phi + WK_NET_TILE * ld);
        wk_la_gemm(false, false, rows, k, features->n, 1 / sqrt((double)features->M), phi, ld, Q, k,
                   0, U + m * k, k);
    }
    wk_arena_reset(scratch, mark);
}
