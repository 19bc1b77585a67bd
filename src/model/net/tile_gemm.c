/* The products of a step and of the NTK at a tile's own shape, for comparison. */
#include "model/net/tile_gemm.h"

#include "base/clock.h"
#include "la/blas.h"
#include "la/random.h"
#include "model/net/net.h"

enum { CHUNK = 640, GRAM_STRIPS = 16 }; /* as in ntk.c and features.c */

/* A tiny factor: what is added to over and over must stay an ordinary number. */
static const double factor = -1e-9;

/* A matrix a thread, of `count` normal numbers: not constant, which some processors multiply at
 * less power and so faster. */
static void draw_each(wk_tile_gemm *gemm, size_t count, wk_arena *arena) {
    const size_t threads = wk_pool_threads(gemm->pool);
    gemm->tile = wk_arena_get(arena, threads, sizeof *gemm->tile);
    for (size_t i = 0; gemm->tile && i < threads; i++) {
        gemm->tile[i] = wk_arena_doubles(arena, count);
        wk_stream stream = wk_stream_open(1, WK_ROLE_DATA, i);
        wk_stream_normals(&stream, count, gemm->tile[i]);
    }
}

static size_t tile_rows(size_t m, size_t last) {
    return last - m < WK_NET_TILE ? last - m : WK_NET_TILE;
}

/* ---- a step ---- */

static void step_strip(void *context, size_t strip, size_t thread) {
    const wk_tile_gemm *gemm = context;
    const size_t ld = gemm->ld;
    double *D = gemm->tile[thread], *H = D + WK_NET_TILE * ld;
    size_t first, last;
    wk_net_strip(gemm->M, gemm->tasks, strip, &first, &last);
    for (size_t m = first; m < last; m += WK_NET_TILE)
        wk_la_gemm(false, false, tile_rows(m, last), ld, gemm->columns, factor, D, ld, gemm->G, ld,
                   1, H, ld);
}

void wk_tile_gemm_step(wk_tile_gemm *gemm, wk_pool *pool, size_t M, size_t n, size_t ld,
                       const double *G, wk_arena *arena) {
    *gemm = (wk_tile_gemm){.pool = pool,
                           .M = M,
                           .rows = WK_NET_TILE,
                           .columns = n,
                           .ld = ld,
                           .tasks = wk_net_strip_count(M, WK_NET_STRIPS),
                           .task = step_strip,
                           .G = G,
                           .flops = 2 * (double)M * (double)n * (double)n};
    draw_each(gemm, 2 * WK_NET_TILE * ld, arena);
}

/* The last pass forms dW, those before it H. */
static void primal_block(const wk_tile_gemm *gemm, size_t rows, size_t pass, size_t i,
                         double *tile) {
    const size_t d = gemm->columns, ld = gemm->ld, inputs = gemm->n - i;
    const size_t columns = inputs < WK_NET_BLOCK ? inputs : WK_NET_BLOCK;
    double *W = tile, *dW = W + WK_NET_TILE * d, *H = dW + WK_NET_TILE * d;
    if (pass + 1 < gemm->passes)
        wk_la_gemm(false, false, rows, columns, d, factor, W, d, gemm->X + i, gemm->n, 0, H, ld);
    else
        wk_la_gemm(false, true, rows, d, columns, factor, H, ld, gemm->X + i, gemm->n, 1, dW, d);
}

static void primal_strip(void *context, size_t strip, size_t thread) {
    const wk_tile_gemm *gemm = context;
    size_t first, last;
    wk_net_strip(gemm->M, gemm->tasks, strip, &first, &last);
    for (size_t m = first; m < last; m += WK_NET_TILE)
        for (size_t pass = 0; pass < gemm->passes; pass++)
            for (size_t i = 0; i < gemm->n; i += WK_NET_BLOCK)
                primal_block(gemm, tile_rows(m, last), pass, i, gemm->tile[thread]);
}

void wk_tile_gemm_primal(wk_tile_gemm *gemm, wk_pool *pool, size_t M, size_t n, size_t d,
                         size_t passes, wk_arena *arena) {
    const size_t ld = WK_NET_BLOCK + WK_THIN_PAD;
    double *X = wk_arena_doubles(arena, d * n);
    *gemm = (wk_tile_gemm){.pool = pool,
                           .M = M,
                           .rows = WK_NET_TILE,
                           .columns = d,
                           .ld = ld,
                           .tasks = wk_net_strip_count(M, WK_NET_STRIPS),
                           .task = primal_strip,
                           .X = X,
                           .n = n,
                           .passes = passes,
                           .flops = 2 * (double)passes * (double)M * (double)n * (double)d};
    wk_stream stream = wk_stream_open(1, WK_ROLE_DATA, 0);
    wk_stream_normals(&stream, d * n, X);
    draw_each(gemm, WK_NET_TILE * (2 * d + ld), arena);
}

/* ---- the kernel ---- */

static void ntk_chunk(void *context, size_t task, size_t thread) {
    const wk_tile_gemm *gemm = context;
    const size_t first = task * CHUNK, rows = gemm->rows;
    const size_t count = gemm->columns - first < CHUNK ? gemm->columns - first : CHUNK;
    double *outputs = gemm->tile[thread], *inputs = outputs + WK_NET_TILE * rows;
    double *sum = inputs + WK_NET_TILE * CHUNK;
    for (size_t m = 0; m < gemm->M; m += WK_NET_TILE)
        wk_la_gemm(true, false, rows, count, tile_rows(m, gemm->M), factor, outputs, rows, inputs,
                   count, 1, sum, count);
}

void wk_tile_gemm_ntk(wk_tile_gemm *gemm, wk_pool *pool, size_t M, size_t k, size_t p,
                      wk_arena *arena) {
    const size_t rows = k * (k + 1) / 2, columns = p * (p + 1) / 2;
    *gemm = (wk_tile_gemm){.pool = pool,
                           .M = M,
                           .rows = rows,
                           .columns = columns,
                           .tasks = (columns + CHUNK - 1) / CHUNK,
                           .task = ntk_chunk,
                           .flops = 2 * (double)M * (double)rows * (double)columns};
    draw_each(gemm, WK_NET_TILE * (rows + CHUNK) + rows * CHUNK, arena);
}

/* ---- the Gram matrix ---- */

static void gram_strip(void *context, size_t strip, size_t thread) {
    const wk_tile_gemm *gemm = context;
    const size_t ld = gemm->ld;
    double *tile = gemm->tile[thread], *sum = tile + WK_NET_TILE * ld;
    size_t first, last;
    wk_net_strip(gemm->M, gemm->tasks, strip, &first, &last);
    for (size_t m = first; m < last; m += WK_NET_TILE)
        wk_la_gram_lower(tile_rows(m, last), ld, factor, tile, ld, 1, sum, ld);
}

void wk_tile_gemm_gram(wk_tile_gemm *gemm, wk_pool *pool, size_t M, size_t n, size_t ld,
                       wk_arena *arena) {
    *gemm = (wk_tile_gemm){.pool = pool,
                           .M = M,
                           .columns = n,
                           .ld = ld,
                           .tasks = wk_net_strip_count(M, GRAM_STRIPS),
                           .task = gram_strip,
                           .flops = (double)M * (double)n * ((double)n + 1)};
    draw_each(gemm, (WK_NET_TILE + ld) * ld, arena);
}

double wk_tile_gemm_run(wk_tile_gemm *gemm) {
    const double start = wk_clock_wall();
    wk_pool_run(gemm->pool, gemm->tasks, gemm->task, gemm);
    return wk_clock_wall() - start;
}
