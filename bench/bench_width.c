/* How a step's time grows with the width, from 10^3 up, and whether the widest network trains and
 * gets its trace NTK within memory. See bench/README.md. */
#include "common.h"
#include "problem.h"

#include "base/clock.h"
#include "model/kernel/ntk_form.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDTHS = 7 };

typedef struct asked {
    wk_bench_size size; /* width: the greatest */
    size_t rounds, steps;
} asked;

typedef struct ladder {
    size_t width[WIDTHS];
    size_t repeats[WIDTHS]; /* steps a sample: enough to last */
    wk_net net[WIDTHS];
    wk_bench_samples times[WIDTHS];
} ladder;

static const double sample_lasts = 0.05; /* seconds, at least */

/* In a process of its own: the widest network alone. */
static wk_status train_widest(void *context, wk_error *err) {
    const asked *a = context;
    wk_bench_problem problem = {0};
    const wk_bench_watch watch = wk_bench_watch_begin();
    const double start = wk_clock_wall();
    WK_TRY(wk_bench_problem_init(&problem, &a->size, err));
    const double drawn = wk_clock_wall();
    for (size_t i = 0; i < a->steps; i++)
        WK_TRY(wk_bench_step(&problem, &problem.net, err));
    const double trained = wk_clock_wall();
    const size_t n = problem.data.n;
    double *trace = wk_arena_doubles(&problem.arena, n * n), sum = 0;
    wk_net_settle(&problem.net);
    wk_ntk_trace(&problem.net, trace, &problem.arena);
    const double ended = wk_clock_wall();
    wk_bench_watch_print("widest_others_cpu", watch);
    for (size_t i = 0; i < n; i++)
        sum += trace[i * n + i];
    if (!isfinite(sum))
        return wk_fail(err, WK_CANNOT, "the trace kernel is not finite after %zu steps", a->steps);
    const double peak = wk_bench_peak_bytes(), limit = 24.0 * 1024 * 1024 * 1024;
    printf("widest_draw_s=%.3f\nwidest_steps=%zu\nwidest_train_s=%.3f\nwidest_step_s=%.4f\n"
           "widest_trace_ntk_s=%.3f\nwidest_mean_trace_ntk_diagonal=%.6f\n",
           drawn - start, a->steps, trained - drawn, (trained - drawn) / (double)a->steps,
           ended - trained, sum / (double)n);
    printf("widest_peak_bytes=%.0f\nwidest_peak_gib=%.3f\nwidest_limit_gib=24 (%s)\n", peak,
           peak / (1024.0 * 1024 * 1024), peak > 0 && peak < limit ? "met" : "missed");
    wk_bench_problem_release(&problem);
    return WK_OK;
}

static wk_status sample(wk_bench_problem *problem, wk_net *net, size_t repeats, double *seconds,
                        wk_error *err) {
    const double start = wk_clock_wall();
    for (size_t i = 0; i < repeats; i++)
        WK_TRY(wk_bench_step(problem, net, err));
    *seconds = (wk_clock_wall() - start) / (double)repeats;
    return WK_OK;
}

/* Widths spaced evenly in the logarithm from 1000 to the greatest; all networks at once, so that
 * they can take turns. */
static wk_status build(const asked *a, wk_bench_problem *problem, ladder *all, wk_error *err) {
    for (size_t i = 0; i < WIDTHS; i++) {
        const double ratio = log((double)a->size.width / 1000) / (WIDTHS - 1);
        all->width[i] = (size_t)llround(1000 * exp(ratio * (double)i));
        WK_TRY(wk_bench_net(problem, all->width[i], a->size.outputs, &all->net[i], &problem->arena,
                            err));
        double seconds = 0;
        WK_TRY(sample(problem, &all->net[i], 1, &seconds, err));
        WK_TRY(sample(problem, &all->net[i], 1, &seconds, err));
        all->repeats[i] = seconds < sample_lasts ? (size_t)ceil(sample_lasts / seconds) : 1;
    }
    return WK_OK;
}

static wk_status measure_growth(const asked *a, wk_bench_problem *problem, wk_error *err) {
    static ladder all;
    WK_TRY(build(a, problem, &all, err));
    const wk_bench_watch watch = wk_bench_watch_begin();
    for (size_t r = 0; r < a->rounds; r++)
        for (size_t i = 0; i < WIDTHS; i++) {
            double seconds = 0; /* a step to warm up, then the sample */
            WK_TRY(sample(problem, &all.net[i], 1, &seconds, err));
            WK_TRY(sample(problem, &all.net[i], all.repeats[i], &seconds, err));
            wk_bench_add(&all.times[i], seconds);
        }
    wk_bench_watch_print("others_cpu", watch);
    for (size_t i = 0; i < WIDTHS; i++) {
        char name[64];
        snprintf(name, sizeof name, "step_at_%zu", all.width[i]);
        wk_bench_print(name, &all.times[i]);
        printf("gflops_at_%zu=%.2f\n", all.width[i],
               wk_net_step_flops(wk_bench_shape(problem, all.width[i], a->size.outputs),
                                 all.net[i].options) /
                   wk_bench_median(&all.times[i]) / 1e9);
    }
    printf("exponent=%.3f\n", wk_bench_exponent(WIDTHS, all.width, all.times));
    return WK_OK;
}

static wk_status run(const asked *a, wk_bench_problem *problem, wk_error *err) {
    WK_TRY(wk_bench_require_single_blas(err));
    wk_bench_print_machine(a->size.threads);
    printf("inputs=%zu\ndim=%zu\noutputs=%zu\nwidest=%zu\n", 3 * a->size.triplets, a->size.dim,
           a->size.outputs, a->size.width);
    asked copy = *a;
    WK_TRY(wk_bench_apart(train_widest, &copy, err));
    copy.size.width = 0; /* the data only */
    WK_TRY(wk_bench_problem_init(problem, &copy.size, err));
    return measure_growth(a, problem, err);
}

int main(int argc, char **argv) {
    asked a = {{1000000, 32, 784, 4, 2}, 5, 100};
    const wk_bench_option options[] = {
        {"width", "greatest width", &a.size.width, 2000, 100000000, NULL},
        {"triplets", "triplets N; inputs n = 3N", &a.size.triplets, 1, 10000, NULL},
        {"dim", "input dimension d", &a.size.dim, 1, 1000000, NULL},
        {"outputs", "outputs k", &a.size.outputs, 2, 1000, NULL},
        {"threads", "threads of the pool", &a.size.threads, 1, 1024, NULL},
        {"rounds", "samples a width", &a.rounds, 1, WK_BENCH_ROUNDS, NULL},
        {"steps", "steps at the greatest width", &a.steps, 1, 1000000, NULL},
    };
    const size_t n = sizeof options / sizeof *options;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        wk_bench_usage("bench_width", options, n);
        return 0;
    }
    wk_error err = {0};
    wk_bench_problem problem = {0};
    wk_status status = wk_bench_read(argc, argv, options, n, &err);
    if (status == WK_OK)
        status = run(&a, &problem, &err);
    wk_bench_problem_release(&problem);
    return status == WK_OK ? 0 : wk_bench_failed("bench_width", &err);
}
