/* The full empirical NTK of a two-layer relu network: its time and rate. See bench/README.md. */
#include "common.h"
#include "gemm.h"
#include "problem.h"

#include "base/clock.h"
#include "model/cell/npy.h"
#include "model/kernel/ntk_form.h"

#include <stdio.h>
#include <string.h>

typedef struct asked {
    wk_bench_size size;
    size_t inputs, rounds, times;
    const char *pace, *save;
    bool paced;
} asked;

static wk_bench_samples ntk_times, large_times;

/* What another program needs to compute the same, and the kernel (k p, k p), row index a p + i. */
static wk_status save(const asked *a, wk_bench_problem *problem, const wk_ntk *ntk, wk_error *err) {
    const wk_data *data = &problem->data;
    const size_t side = ntk->k * ntk->p;
    double *full = wk_arena_doubles(&problem->arena, side * side);
    wk_ntk_expand(ntk, full);
    WK_TRY(wk_npy_doubles(a->save, "X", 2, (size_t[]){data->d, data->n}, data->X, err));
    WK_TRY(wk_bench_net_save(problem, a->save, "H0", "V0", err));
    return wk_npy_doubles(a->save, "ntk", 2, (size_t[]){side, side}, full, err);
}

static wk_status measure(const asked *a, wk_bench_problem *problem, const size_t *probe,
                         wk_ntk *ntk, wk_error *err) {
    wk_bench_large_gemm large;
    wk_arena scratch = {0};
    wk_bench_large_gemm_init(&large, problem->pool, &problem->arena);
    wk_bench_large_gemm_run(&large);
    const wk_bench_watch watch = wk_bench_watch_begin();
    for (size_t r = 0; wk_bench_next_round(a->paced, r, a->rounds); r++) {
        for (size_t i = 0; i <= a->times; i++) { /* the first warms up */
            const double start = wk_clock_wall();
            wk_ntk_full(&problem->net, probe, ntk, &scratch);
            if (i)
                wk_bench_add(&ntk_times, wk_clock_wall() - start);
        }
        wk_bench_add(&large_times, wk_bench_large_gemm_run(&large));
    }
    wk_arena_release(&scratch);
    if (!ntk_times.n)
        return wk_fail(err, WK_CANNOT, "no round was asked for");
    wk_bench_watch_print("others_cpu", watch);
    const double rate =
        wk_ntk_flops(a->size.width, ntk->k, ntk->p, 0) / wk_bench_median(&ntk_times) / 1e9;
    const double large_rate =
        wk_bench_large_gemm_flops(&large) / wk_bench_median(&large_times) / 1e9;
    wk_bench_print("ntk", &ntk_times);
    wk_bench_print("large_gemm", &large_times);
    printf("ntk_gflops=%.2f\nlarge_gemm_gflops=%.2f\npercent_of_large_gemm=%.1f\n", rate,
           large_rate, 100 * rate / large_rate);
    return WK_OK;
}

static wk_status run(asked *a, wk_bench_problem *problem, wk_error *err) {
    WK_TRY(wk_bench_pace(a->pace, &a->paced, err));
    WK_TRY(wk_bench_require_single_blas(err));
    a->size.triplets = (a->inputs + 2) / 3;
    WK_TRY(wk_bench_problem_init(problem, &a->size, err));
    size_t *probe = wk_arena_get(&problem->arena, a->inputs, sizeof *probe);
    for (size_t i = 0; i < a->inputs; i++)
        probe[i] = i;
    wk_ntk ntk;
    wk_ntk_new(&ntk, a->size.outputs, a->inputs, 0, &problem->arena);
    if (a->save[0]) {
        wk_ntk_full(&problem->net, probe, &ntk, &problem->arena);
        return save(a, problem, &ntk, err);
    }
    wk_bench_print_machine(a->size.threads);
    printf("width=%zu\ninputs=%zu\noutputs=%zu\ntimes_a_round=%zu\n", a->size.width, a->inputs,
           a->size.outputs, a->times);
    return measure(a, problem, probe, &ntk, err);
}

int main(int argc, char **argv) {
    asked a = {{16384, 0, 784, 10, 2}, 100, 5, 3, "free", "", false};
    const wk_bench_option options[] = {
        {"width", "hidden units M", &a.size.width, 1, 100000000, NULL},
        {"inputs", "inputs of the kernel", &a.inputs, 1, 10000, NULL},
        {"dim", "input dimension d", &a.size.dim, 1, 1000000, NULL},
        {"outputs", "outputs k", &a.size.outputs, 1, 1000, NULL},
        {"threads", "threads of the pool", &a.size.threads, 1, 1024, NULL},
        {"rounds", "rounds", &a.rounds, 1, WK_BENCH_ROUNDS, NULL},
        {"times", "timed kernels a round", &a.times, 1, WK_BENCH_TURN, NULL},
        {"pace", "free (default), or stdin: a round for each line", NULL, 0, 0, &a.pace},
        {"save", "no timing: write the network and its kernel to this folder", NULL, 0, 0, &a.save},
    };
    const size_t n = sizeof options / sizeof *options;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        wk_bench_usage("bench_ntk", options, n);
        return 0;
    }
    wk_error err = {0};
    wk_bench_problem problem = {0};
    wk_status status = wk_bench_read(argc, argv, options, n, &err);
    if (status == WK_OK)
        status = run(&a, &problem, &err);
    wk_bench_problem_release(&problem);
    return status == WK_OK ? 0 : wk_bench_failed("bench_ntk", &err);
}
