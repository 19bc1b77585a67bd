/* Is the time that a kernel cell reports the library's own? A square dgemm by wk_kernel_run and by
 * a plain loop of cblas_dgemm, in turns within one process. See bench/README.md. */
#include "common.h"

#include "base/clock.h"
#include "blas/cell/kernel.h"

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct asked {
    size_t size, rounds, calls, threads;
} asked;

static wk_bench_samples kernel_times, plain_times, ratios;

/* ---- the plain loop: what anyone would write ---- */

static void plain(const asked *a, wk_bench_samples *times) {
    const size_t n = a->size, count = n * n;
    double *A = malloc(3 * count * sizeof *A), *B = A + count, *C = B + count;
    for (size_t i = 0; i < 3 * count; i++)
        A[i] = (double)rand() / RAND_MAX;
    for (size_t i = 0; i <= a->calls; i++) {
        const double start = wk_clock_wall();
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)n, (int)n, (int)n, 1, A, (int)n,
                    B, (int)n, 0, C, (int)n);
        if (i) /* the first warms up */
            wk_bench_add(times, wk_clock_wall() - start);
    }
    free(A);
}

/* ---- the kernel cell ---- */

static wk_status kernel(const asked *a, wk_pool *pool, wk_bench_samples *times, wk_error *err) {
    wk_arena arena = {0};
    wk_pair pairs[] = {{"kernel.routine", wk_value_text("dgemm")},
                       {"kernel.size", wk_value_integer((int64_t)a->size, &arena)},
                       {"kernel.seconds", wk_value_real(0.001, &arena)}, /* three samples */
                       {"threads", wk_value_integer((int64_t)a->threads, &arena)}};
    const wk_bag bag = wk_bag_of(pairs, sizeof pairs / sizeof *pairs);
    wk_result result = {0};
    const wk_status status = wk_kernel_run(&bag, pool, &arena, &result, err);
    for (size_t i = 0; status == WK_OK && i < result.nseries; i++)
        if (strcmp(result.series[i].name, "kernel.seconds") == 0)
            for (size_t j = 0; j < result.series[i].n; j++)
                wk_bench_add(times, result.series[i].value[j]);
    wk_arena_release(&arena);
    return status;
}

/* ---- in turns ---- */

static wk_status one_round(const asked *a, size_t round, wk_pool *pool, wk_error *err) {
    static wk_bench_samples by_kernel, by_plain;
    by_kernel.n = by_plain.n = 0;
    if (round % 2) /* neither is always the first */
        plain(a, &by_plain);
    WK_TRY(kernel(a, pool, &by_kernel, err));
    if (round % 2 == 0)
        plain(a, &by_plain);
    for (size_t i = 0; i < by_kernel.n; i++)
        wk_bench_add(&kernel_times, by_kernel.value[i]);
    for (size_t i = 0; i < by_plain.n; i++)
        wk_bench_add(&plain_times, by_plain.value[i]);
    wk_bench_add(&ratios, wk_bench_median(&by_plain) / wk_bench_median(&by_kernel));
    return WK_OK;
}

static void print(const asked *a) {
    const double n = (double)a->size, work = 2 * n * n * n / 1e9;
    double least = INFINITY, most = 0;
    for (size_t i = 0; i < ratios.n; i++) {
        least = fmin(least, ratios.value[i]);
        most = fmax(most, ratios.value[i]);
    }
    const double ratio = wk_bench_median(&plain_times) / wk_bench_median(&kernel_times);
    wk_bench_print("kernel", &kernel_times);
    wk_bench_print("plain", &plain_times);
    printf("kernel_gflops=%.2f\nplain_gflops=%.2f\n", work / wk_bench_median(&kernel_times),
           work / wk_bench_median(&plain_times));
    printf("ratio=%.4f\nratio_by_round=%.4f (%.4f to %.4f)\nwithin_10_percent=%s\n", ratio,
           wk_bench_median(&ratios), least, most,
           fabs(wk_bench_median(&ratios) - 1) <= 0.1 ? "yes" : "no");
}

static wk_status run(const asked *a, wk_error *err) {
    wk_pool *pool = NULL;
    WK_TRY(wk_pool_new(1, &pool, err));
    wk_bench_print_machine(a->threads);
    printf("size=%zu\n", a->size);
    const wk_bench_watch watch = wk_bench_watch_begin();
    wk_status status = WK_OK;
    for (size_t r = 0; status == WK_OK && r < a->rounds; r++)
        status = one_round(a, r, pool, err);
    wk_bench_watch_print("others_cpu", watch);
    wk_pool_free(pool);
    if (status == WK_OK)
        print(a);
    return status;
}

int main(int argc, char **argv) {
    asked a = {2048, 7, 3, 1};
    const wk_bench_option options[] = {
        {"size", "rows, columns and inner length", &a.size, 1, 20000, NULL},
        {"rounds", "rounds", &a.rounds, 1, WK_BENCH_ROUNDS, NULL},
        {"calls", "timed calls of the plain loop a round", &a.calls, 1, WK_BENCH_TURN, NULL},
        {"threads", "threads that the environment gives to BLAS", &a.threads, 1, 1024, NULL},
    };
    const size_t n = sizeof options / sizeof *options;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        wk_bench_usage("bench_gemm", options, n);
        return 0;
    }
    wk_error err = {0};
    wk_status status = wk_bench_read(argc, argv, options, n, &err);
    if (status == WK_OK)
        status = run(&a, &err);
    return status == WK_OK ? 0 : wk_bench_failed("bench_gemm", &err);
}
