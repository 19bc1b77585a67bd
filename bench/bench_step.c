/* A training step: its time, its rate beside that of the matrix product at its own tile's shape and
 * of a large one, and its memory. See bench/README.md. */
#include "common.h"
#include "gemm.h"
#include "problem.h"

#include "base/clock.h"
#include "model/net/tile_gemm.h"

#include <stdio.h>
#include <string.h>

typedef struct asked {
    wk_bench_size size;
    size_t rounds, steps;
    const char *pace, *save;
    bool paced;
} asked;

static wk_bench_samples step_times, tile_times, large_times;

/* In a process of its own: everything that a step needs, from data to F, and three steps. */
static wk_status measure_memory(void *context, wk_error *err) {
    const asked *a = context;
    wk_bench_problem problem = {0};
    wk_bench_size data_only = a->size;
    data_only.width = 0;
    WK_TRY(wk_bench_problem_init(&problem, &data_only, err));
    const double before = wk_bench_resident_bytes();
    WK_TRY(
        wk_bench_net(&problem, a->size.width, a->size.outputs, &problem.net, &problem.arena, err));
    for (int i = 0; i < 3; i++)
        WK_TRY(wk_bench_step(&problem, &problem.net, err));
    const double peak = wk_bench_peak_bytes(), M = (double)a->size.width;
    const double bound =
        1.3 * 8 * M * (double)(problem.data.n + a->size.outputs) + 64.0 * 1024 * 1024;
    printf("peak_bytes=%.0f\npeak_growth_bytes=%.0f\npeak_bound_bytes=%.0f\n"
           "peak_percent_of_bound=%.1f\n",
           peak, peak - before, bound, 100 * peak / bound);
    wk_bench_problem_release(&problem);
    return WK_OK;
}

static wk_status one_round(const asked *a, wk_bench_problem *problem, wk_tile_gemm *tile,
                           wk_bench_large_gemm *large, wk_error *err) {
    WK_TRY(wk_bench_step(problem, &problem->net, err)); /* warms up */
    for (size_t i = 0; i < a->steps; i++) {
        const double start = wk_clock_wall();
        WK_TRY(wk_bench_step(problem, &problem->net, err));
        wk_bench_add(&step_times, wk_clock_wall() - start);
        wk_bench_add(&tile_times, wk_tile_gemm_run(tile));
    }
    wk_bench_add(&large_times, wk_bench_large_gemm_run(large));
    return WK_OK;
}

static void print_rates(wk_net_shape shape, wk_net_options options, const wk_tile_gemm *tile,
                        const wk_bench_large_gemm *large) {
    const double flops = wk_net_step_flops(shape, options);
    const double rate = flops / wk_bench_median(&step_times) / 1e9;
    const double tile_rate = tile->flops / wk_bench_median(&tile_times) / 1e9;
    const double large_rate =
        wk_bench_large_gemm_flops(large) / wk_bench_median(&large_times) / 1e9;
    wk_bench_print("step", &step_times);
    wk_bench_print("tile_gemm", &tile_times);
    wk_bench_print("large_gemm", &large_times);
    printf("step_gflops=%.2f\nform=%s\ntile_gemm_shape=%zux%zux%zu\ntile_gemm_gflops=%.2f\n"
           "percent_of_tile_gemm=%.1f\n",
           rate,
           options.tiled    ? "tiled"
           : options.primal ? "primal"
                            : "dual",
           tile->rows, tile->ld, tile->columns, tile_rate, 100 * rate / tile_rate);
    printf("large_gemm_shape=%dx%dx%d, one a thread\nlarge_gemm_gflops=%.2f\n"
           "percent_of_large_gemm=%.1f\n",
           WK_BENCH_LARGE, WK_BENCH_LARGE, WK_BENCH_LARGE, large_rate, 100 * rate / large_rate);
}

static wk_status measure(const asked *a, wk_bench_problem *problem, wk_error *err) {
    const wk_data *data = &problem->data;
    wk_tile_gemm tile;
    wk_bench_large_gemm large;
    const wk_net_shape shape = wk_bench_shape(problem, a->size.width, a->size.outputs);
    const wk_net_options options = problem->net.options;
    if (options.primal)
        wk_tile_gemm_primal(&tile, problem->pool, a->size.width, data->n, data->d,
                            options.tiled ? 3 : 2, &problem->arena);
    else
        wk_tile_gemm_step(&tile, problem->pool, a->size.width, data->n, data->ld, data->G,
                          &problem->arena);
    wk_bench_large_gemm_init(&large, problem->pool, &problem->arena);
    wk_tile_gemm_run(&tile);
    wk_bench_large_gemm_run(&large);
    const wk_bench_watch watch = wk_bench_watch_begin();
    for (size_t r = 0; wk_bench_next_round(a->paced, r, a->rounds); r++)
        WK_TRY(one_round(a, problem, &tile, &large, err));
    if (!step_times.n)
        return wk_fail(err, WK_CANNOT, "no round was asked for");
    wk_bench_watch_print("others_cpu", watch);
    print_rates(shape, options, &tile, &large);
    return WK_OK;
}

static wk_status run(asked *a, wk_bench_problem *problem, wk_error *err) {
    WK_TRY(wk_bench_pace(a->pace, &a->paced, err));
    WK_TRY(wk_bench_require_single_blas(err));
    if (!a->save[0]) {
        wk_bench_print_machine(a->size.threads);
        printf("width=%zu\ninputs=%zu\ndim=%zu\noutputs=%zu\nsteps_a_round=%zu\n", a->size.width,
               3 * a->size.triplets, a->size.dim, a->size.outputs, a->steps);
        WK_TRY(wk_bench_apart(measure_memory, a, err));
    }
    WK_TRY(wk_bench_problem_init(problem, &a->size, err));
    if (a->save[0])
        return wk_bench_problem_save(problem, a->steps, a->save, err);
    return measure(a, problem, err);
}

int main(int argc, char **argv) {
    asked a = {{16384, 200, 784, 10, 2}, 5, 3, "free", "", false};
    const wk_bench_option options[] = {
        {"width", "hidden units M", &a.size.width, 1, 100000000, NULL},
        {"triplets", "triplets N; inputs n = 3N", &a.size.triplets, 1, 10000, NULL},
        {"dim", "input dimension d", &a.size.dim, 1, 1000000, NULL},
        {"outputs", "outputs k", &a.size.outputs, 2, 1000, NULL},
        {"threads", "threads of the pool", &a.size.threads, 1, 1024, NULL},
        {"rounds", "rounds", &a.rounds, 1, WK_BENCH_ROUNDS, NULL},
        {"steps", "timed steps a round", &a.steps, 1, WK_BENCH_TURN, NULL},
        {"pace", "free (default), or stdin: a round for each line", NULL, 0, 0, &a.pace},
        {"save", "no timing: write the start, and where `steps` steps lead, to this folder", NULL,
         0, 0, &a.save},
    };
    const size_t n = sizeof options / sizeof *options;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        wk_bench_usage("bench_step", options, n);
        return 0;
    }
    wk_error err = {0};
    wk_bench_problem problem = {0};
    wk_status status = wk_bench_read(argc, argv, options, n, &err);
    if (status == WK_OK)
        status = run(&a, &problem, &err);
    wk_bench_problem_release(&problem);
    return status == WK_OK ? 0 : wk_bench_failed("bench_step", &err);
}
