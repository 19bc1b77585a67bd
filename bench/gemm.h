/* A limit that a stage is held against, beside model/net/tile_gemm.h: how fast BLAS multiplies
 * large matrices, on the pool's threads at once, each calling single-threaded BLAS. */
#ifndef WK_BENCH_GEMM_H
#define WK_BENCH_GEMM_H

#include "base/arena.h"
#include "la/pool.h"

#include <stddef.h>

/* A large DGEMM: each thread of the pool multiplies its own pair of 2048 x 2048 matrices. */
enum { WK_BENCH_LARGE = 2048 };
typedef struct wk_bench_large_gemm {
    wk_pool *pool;
    double **square; /* a thread: A, B, C (2048, 2048) */
} wk_bench_large_gemm;

void wk_bench_large_gemm_init(wk_bench_large_gemm *gemm, wk_pool *pool, wk_arena *arena);
double wk_bench_large_gemm_run(wk_bench_large_gemm *gemm); /* seconds */
double wk_bench_large_gemm_flops(const wk_bench_large_gemm *gemm);

#endif
