#include "gemm.h"

#include "base/clock.h"
#include "la/blas.h"
#include "la/random.h"

/* A matrix a thread, of `count` normal numbers: not constant, which some processors multiply at
 * less power and so faster. */
static double **draw_each(size_t threads, size_t count, wk_arena *arena) {
    double **each = wk_arena_get(arena, threads, sizeof *each);
    for (size_t i = 0; i < threads; i++) {
        each[i] = wk_arena_doubles(arena, count);
        wk_stream stream = wk_stream_open(1, WK_ROLE_DATA, i);
        wk_stream_normals(&stream, count, each[i]);
    }
    return each;
}

/* ---- large ---- */

static const size_t side = WK_BENCH_LARGE;

void wk_bench_large_gemm_init(wk_bench_large_gemm *gemm, wk_pool *pool, wk_arena *arena) {
    gemm->pool = pool;
    gemm->square = draw_each(wk_pool_threads(pool), 3 * side * side, arena);
}

static void large_task(void *context, size_t task, size_t thread) {
    (void)thread;
    const wk_bench_large_gemm *gemm = context;
    double *A = gemm->square[task], *B = A + side * side, *C = B + side * side;
    wk_la_gemm(false, false, side, side, side, 1, A, side, B, side, 0, C, side);
}

double wk_bench_large_gemm_run(wk_bench_large_gemm *gemm) {
    const double start = wk_clock_wall();
    wk_pool_run(gemm->pool, wk_pool_threads(gemm->pool), large_task, gemm);
    return wk_clock_wall() - start;
}

double wk_bench_large_gemm_flops(const wk_bench_large_gemm *gemm) {
    const double one = (double)WK_BENCH_LARGE;
    return 2 * one * one * one * (double)wk_pool_threads(gemm->pool);
}
