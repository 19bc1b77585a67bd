/* Gram matrix and projections of the features, streamed over hidden units. */
#include "model/pca/features.h"

#include "la/blas.h"
#include "model/net/net.h"

#include <math.h>
#include <string.h>

enum {
    STRIPS = 16, /* few, because each has a part of the size of the result */
    UNITS = 256, /* hidden units that a block of the result takes at once */
};

typedef struct gram_job gram_job;
/* Writes columns first … first+columns-1 of what is multiplied with itself, for units m … m+rows-1,
 * into tile (rows, columns). scratch has room for twice as much. */
typedef void fill(const gram_job *job, size_t m, size_t rows, size_t first, size_t columns,
                  double *tile, double *scratch);

struct gram_job {
    const wk_features *features;
    const double *weight;
    fill *fill;
    double *out; /* (n, n) */
    size_t strips;
    double *parts;  /* (strips, ld, ld) */
    double **space; /* a thread */
};

/* φ and φ' (rows, columns) of a part of a layer; `space` has room for as much. */
static void apply(const wk_features *f, size_t m, size_t rows, size_t first, size_t columns,
                  double *phi, double *slope, double *space) {
    size_t ld;
    const double *h = wk_hidden_part(f, m, rows, first, columns, space, &ld);
    if (ld == columns) {
        f->thin->apply(rows * columns, h, phi, slope);
        return;
    }
    for (size_t u = 0; u < rows; u++)
        f->thin->apply(columns, h + u * ld, phi + u * columns, slope + u * columns);
}

static void fill_values(const gram_job *job, size_t m, size_t rows, size_t first, size_t columns,
                        double *tile, double *scratch) {
    apply(job->features, m, rows, first, columns, tile, scratch, scratch + rows * columns);
}

static void fill_slopes(const gram_job *job, size_t m, size_t rows, size_t first, size_t columns,
                        double *tile, double *scratch) {
    apply(job->features, m, rows, first, columns, scratch, tile, scratch + rows * columns);
    for (size_t u = 0; u < rows; u++) {
        const double w = sqrt(job->weight[m + u]);
        for (size_t i = 0; i < columns; i++)
            tile[u * columns + i] *= w;
    }
}

/* ---- few columns: a part of the result for each strip of hidden units ---- */

/* Columns that are multiplied: those held out follow them. */
static size_t padded_inputs(const wk_features *f) {
    return (f->n + WK_THIN_PAD - 1) / WK_THIN_PAD * WK_THIN_PAD;
}

static void gram_strip(void *context, size_t strip, size_t thread) {
    const gram_job *job = context;
    const size_t M = job->features->M, width = padded_inputs(job->features);
    double *part = job->parts + strip * width * width;
    memset(part, 0, width * width * sizeof *part);
    size_t first, last;
    wk_net_strip(M, job->strips, strip, &first, &last);
    for (size_t m = first; m < last; m += WK_NET_TILE) {
        const size_t rows = last - m < WK_NET_TILE ? last - m : WK_NET_TILE;
        double *tile = job->space[thread];
        job->fill(job, m, rows, 0, width, tile, tile + WK_NET_TILE * width);
        wk_la_gram_lower(rows, width, 1, tile, width, 1, part, width);
    }
}

static void gram_by_strips(gram_job *job, wk_pool *pool, wk_arena *scratch) {
    const wk_features *f = job->features;
    const size_t width = padded_inputs(f), n = f->n;
    job->strips = wk_net_strip_count(f->M, STRIPS);
    job->parts = wk_arena_doubles(scratch, job->strips * width * width);
    for (size_t i = 0; i < wk_pool_threads(pool); i++)
        job->space[i] = wk_arena_doubles(scratch, WK_NET_TILE * 3 * width);
    wk_pool_run(pool, job->strips, gram_strip, job);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t s = 0; s < job->strips; s++)
                sum += job->parts[(s * width + i) * width + j];
            job->out[i * n + j] = sum / (double)f->M;
        }
}

/* ---- many columns: blocks of the result, each over all hidden units ---- */

/* A block of columns: how many are there, padded and not. */
typedef struct block {
    size_t first, columns, inputs;
} block;

static block block_of(const wk_features *f, size_t index) {
    const size_t first = index * WK_NET_BLOCK;
    return (block){first, f->ld - first < WK_NET_BLOCK ? f->ld - first : WK_NET_BLOCK,
                   f->n - first < WK_NET_BLOCK ? f->n - first : WK_NET_BLOCK};
}

/* Task `index` counts the blocks of the lower triangle row by row. */
static void gram_block(void *context, size_t index, size_t thread) {
    const gram_job *job = context;
    const wk_features *f = job->features;
    const size_t M = f->M, n = f->n, area = UNITS * WK_NET_BLOCK;
    size_t row = 0;
    while ((row + 1) * (row + 2) / 2 <= index)
        row++;
    const block left = block_of(f, row), right = block_of(f, index - row * (row + 1) / 2);
    const bool square = left.first == right.first;
    double *A = job->space[thread], *B = square ? A : A + area, *scratch = A + 2 * area;
    double *out = job->out + left.first * n + right.first;
    for (size_t m = 0; m < M; m += UNITS) {
        const size_t rows = M - m < UNITS ? M - m : UNITS;
        job->fill(job, m, rows, left.first, left.columns, A, scratch);
        if (!square)
            job->fill(job, m, rows, right.first, right.columns, B, scratch);
        wk_la_gemm(true, false, left.inputs, right.inputs, rows, 1 / (double)M, A, left.columns, B,
                   right.columns, m > 0, out, n);
    }
}

static void gram_by_blocks(gram_job *job, wk_pool *pool, wk_arena *scratch) {
    const size_t blocks = (job->features->n + WK_NET_BLOCK - 1) / WK_NET_BLOCK;
    for (size_t i = 0; i < wk_pool_threads(pool); i++)
        job->space[i] = wk_arena_doubles(scratch, 4 * (size_t)UNITS * WK_NET_BLOCK);
    wk_pool_run(pool, blocks * (blocks + 1) / 2, gram_block, job);
}

/* out (n, n) = the product over M. */
static void run_gram(gram_job *job, wk_pool *pool, double *out, wk_arena *scratch) {
    const size_t n = job->features->n;
    const wk_arena_mark mark = wk_arena_here(scratch);
    job->out = out;
    job->space = wk_arena_get(scratch, wk_pool_threads(pool), sizeof *job->space);
    (n > WK_NET_BLOCK ? gram_by_blocks : gram_by_strips)(job, pool, scratch);
    wk_la_mirror(n, out, n);
    wk_arena_reset(scratch, mark);
}

void wk_features_gram(const wk_features *features, wk_pool *pool, double *K, wk_arena *scratch) {
    gram_job job = {.features = features, .fill = fill_values};
    run_gram(&job, pool, K, scratch);
}

void wk_features_slope_gram(const wk_features *features, const double *weight, wk_pool *pool,
                            double *P, wk_arena *scratch) {
    gram_job job = {.features = features, .weight = weight, .fill = fill_slopes};
    run_gram(&job, pool, P, scratch);
}

void wk_features_project(const wk_features *features, size_t k, const double *Q, double *U,
                         wk_arena *scratch) {
    const wk_arena_mark mark = wk_arena_here(scratch);
    const size_t ld = features->ld, area = WK_NET_TILE * ld;
    double *phi = wk_arena_doubles(scratch, 3 * area);
    for (size_t m = 0; m < features->M; m += WK_NET_TILE) {
        const size_t rows = features->M - m < WK_NET_TILE ? features->M - m : WK_NET_TILE;
        const double *h = wk_hidden_rows(features, m, rows, phi + 2 * area);
        features->thin->apply(rows * ld, h, phi, phi + area);
        wk_la_gemm(false, false, rows, k, features->n, 1 / sqrt((double)features->M), phi, ld, Q, k,
                   0, U + m * k, k);
    }
    wk_arena_reset(scratch, mark);
}
