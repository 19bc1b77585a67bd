/* How a step's time grows with the number of inputs, from 10^3 to 6·10^4. See bench/README.md. */
#include "common.h"
#include "problem.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SIZES = 5 };

typedef struct asked {
    wk_bench_size size; /* triplets: the most */
    size_t rounds;
} asked;

/* All problems at once, so that they can take turns. */
static wk_bench_problem problems[SIZES];
static wk_bench_samples times[SIZES];
static size_t inputs[SIZES];

/* Sizes spaced evenly in the logarithm from 10^3 inputs to the most. */
static wk_status build(const asked *a, wk_error *err) {
    const double ratio = log((double)(3 * a->size.triplets) / 1000) / (SIZES - 1);
    for (size_t i = 0; i < SIZES; i++) {
        wk_bench_size size = a->size;
        size.triplets = (size_t)llround(1000 * exp(ratio * (double)i) / 3);
        inputs[i] = 3 * size.triplets;
        WK_TRY(wk_bench_problem_init(&problems[i], &size, err));
        WK_TRY(wk_bench_step(&problems[i], &problems[i].net, err));
    }
    return WK_OK;
}

static wk_status run(const asked *a, wk_error *err) {
    WK_TRY(wk_bench_require_single_blas(err));
    wk_bench_print_machine(a->size.threads);
    printf("width=%zu\ndim=%zu\noutputs=%zu\n", a->size.width, a->size.dim, a->size.outputs);
    WK_TRY(build(a, err));
    const wk_bench_watch watch = wk_bench_watch_begin();
    for (size_t r = 0; r < a->rounds; r++)
        for (size_t i = 0; i < SIZES; i++) {
            const double start = wk_clock_wall();
            WK_TRY(wk_bench_step(&problems[i], &problems[i].net, err));
            wk_bench_add(&times[i], wk_clock_wall() - start);
        }
    wk_bench_watch_print("others_cpu", watch);
    for (size_t i = 0; i < SIZES; i++) {
        char name[64];
        snprintf(name, sizeof name, "step_at_%zu", inputs[i]);
        wk_bench_print(name, &times[i]);
        printf("form_at_%zu=%s\n", inputs[i], problems[i].net.options.primal ? "primal" : "dual");
    }
    printf("exponent=%.3f\n", wk_bench_exponent(SIZES, inputs, times));
    return WK_OK;
}

int main(int argc, char **argv) {
    asked a = {{1024, 20000, 100, 8, 2}, 9};
    const wk_bench_option options[] = {
        {"width", "width M", &a.size.width, 1, 100000000, NULL},
        {"triplets", "the most triplets N; inputs n = 3N", &a.size.triplets, 1000, 1000000, NULL},
        {"dim", "input dimension d", &a.size.dim, 1, 1000000, NULL},
        {"outputs", "outputs k", &a.size.outputs, 2, 1000, NULL},
        {"threads", "threads of the pool", &a.size.threads, 1, 1024, NULL},
        {"rounds", "samples a size", &a.rounds, 1, WK_BENCH_ROUNDS, NULL},
    };
    const size_t n = sizeof options / sizeof *options;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        wk_bench_usage("bench_inputs", options, n);
        return 0;
    }
    wk_error err = {0};
    wk_status status = wk_bench_read(argc, argv, options, n, &err);
    if (status == WK_OK)
        status = run(&a, &err);
    for (size_t i = 0; i < SIZES; i++)
        wk_bench_problem_release(&problems[i]);
    return status == WK_OK ? 0 : wk_bench_failed("bench_inputs", &err);
}
