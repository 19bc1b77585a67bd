/* The limits that a stage is held against: how fast BLAS multiplies, on the pool's threads at once,
 * each calling single-threaded BLAS. */
#ifndef WK_BENCH_GEMM_H
#define WK_BENCH_GEMM_H

#include "base/arena.h"
#include "la/pool.h"

#include <stddef.h>

/* The products H ← H − η D G of one training step, and nothing else: the same calls, as many, in
 * the same strips; but on one tile a thread that stays in cache, which is the best that the library
 * can do at that shape. */
typedef struct wk_bench_tile_gemm {
    wk_pool *pool;
    size_t M, n, ld;
    const double *G; /* (ld, ld), borrowed */
    double **tile;   /* a thread: D (tile, ld), H (tile, ld) */
} wk_bench_tile_gemm;

wk_status wk_bench_tile_gemm_init(wk_bench_tile_gemm *gemm, wk_pool *pool, size_t M, size_t n,
                                  size_t ld, const double *G, wk_arena *arena,
                                  wk_error *err) WK_CHECKED;
double wk_bench_tile_gemm_run(wk_bench_tile_gemm *gemm); /* seconds */
double wk_bench_tile_gemm_flops(const wk_bench_tile_gemm *gemm);

/* A large DGEMM: each thread of the pool multiplies its own pair of 2048 x 2048 matrices. */
enum { WK_BENCH_LARGE = 2048 };
typedef struct wk_bench_large_gemm {
    wk_pool *pool;
    double **square; /* a thread: A, B, C (2048, 2048) */
} wk_bench_large_gemm;

wk_status wk_bench_large_gemm_init(wk_bench_large_gemm *gemm, wk_pool *pool, wk_arena *arena,
                                   wk_error *err) WK_CHECKED;
double wk_bench_large_gemm_run(wk_bench_large_gemm *gemm); /* seconds */
double wk_bench_large_gemm_flops(const wk_bench_large_gemm *gemm);

#endif
