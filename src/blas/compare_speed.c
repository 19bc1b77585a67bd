/* How fast each backend is at a kernel, in which all took turns. */
#include "blas/compare.h"

#include "base/order.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

/* A metric of one cell; NaN if there is none. */
static double metric_of(const wk_row *row, const char *metric) {
    return wk_row_last(row, metric, (double)NAN);
}

static bool is_rate(double value) {
    return value > 0 && isfinite(value);
}

bool wk_blas_compare_is_wrong(const wk_row *row) {
    return !(wk_row_last(row, "kernel.residual", 0) <= WK_CONTEST_RESIDUAL);
}

/* Has it no wrong result and no failed cell there? */
static bool is_sound(const wk_task *task, size_t contender) {
    bool sound = !task->failed[contender];
    for (size_t s = 0; s < task->nseeds && sound; s++)
        sound = !wk_blas_compare_is_wrong(wk_task_cell(task, contender, s));
    return sound;
}

static double median_of(const wk_task *task, size_t contender, const char *metric, double *values) {
    size_t n = 0;
    for (size_t s = 0; s < task->nseeds; s++) {
        const double value = metric_of(wk_task_cell(task, contender, s), metric);
        if (isfinite(value))
            values[n++] = value;
    }
    wk_sort(values, n);
    return wk_median_sorted(values, n);
}

/* Of one thread, where no other worked; else of all that were asked for. */
static double contention_of(const wk_row *row) {
    const bool alone = metric_of(row, "kernel.helpers") <= WK_CONTEST_HELPERS;
    return alone ? 1 - metric_of(row, "kernel.threads") : metric_of(row, "kernel.contention");
}

static void count_rounds(const wk_task *task, size_t contender, wk_speed *out) {
    out->failed = task->failed[contender];
    for (size_t s = 0; s < task->nseeds; s++) {
        const wk_row *row = wk_task_cell(task, contender, s);
        out->wrong = out->wrong || wk_blas_compare_is_wrong(row);
        out->rounds += is_rate(metric_of(row, "kernel.gflops"));
        out->contended += contention_of(row) > WK_CONTEST_CONTENTION;
        out->throttled += metric_of(row, "kernel.clock") > WK_CONTEST_CLOCK;
    }
}

/* The best rate of a matrix product of that precision on as many threads, of kernels and probes;
 * NaN if there is none. */
static double best_gemm(const wk_blas_compare *contest, const wk_judged *report,
                        const wk_task *like) {
    const bool single = strcmp(like->routine, "sgemm") == 0;
    double best = 0;
    for (size_t t = 0; t < contest->ntasks; t++) {
        const wk_task *task = &contest->tasks[t];
        if (strcmp(task->routine, single ? "sgemm" : "dgemm") != 0 ||
            task->threads != like->threads)
            continue;
        for (size_t i = 0; i < contest->n * task->nseeds; i++)
            if (is_sound(task, i / task->nseeds))
                best = fmax(best, metric_of(task->cells[i], "kernel.gflops"));
    }
    for (size_t i = 0; i < report->nbackends && !single; i++)
        if (like->threads && report->backends[i].threads == like->threads &&
            !*report->backends[i].trouble)
            best = fmax(best, report->backends[i].gemm_gflops);
    return is_rate(best) ? best : (double)NAN;
}

/* Rate over the fastest's: of the rounds that both have. */
static wk_interval ratio_to(const wk_task *task, size_t contender, size_t fastest, double *values) {
    size_t n = 0;
    for (size_t s = 0; s < task->nseeds; s++) {
        const double own = metric_of(wk_task_cell(task, contender, s), "kernel.gflops");
        const double best = metric_of(wk_task_cell(task, fastest, s), "kernel.gflops");
        if (is_rate(own) && is_rate(best))
            values[n++] = own / best;
    }
    return wk_interval_of(values, n, WK_CONTEST_LEVEL, true);
}

void wk_blas_compare_speeds(const wk_blas_compare *contest, const wk_judged *report,
                            size_t task_index, wk_speed *speeds, size_t *fastest, wk_arena *arena) {
    const wk_task *task = &contest->tasks[task_index];
    const double gemm = best_gemm(contest, report, task);
    double *values = wk_arena_doubles(arena, task->nseeds);
    *fastest = WK_CONTEST_NONE;
    for (size_t c = 0; c < contest->n; c++) {
        wk_speed *speed = &speeds[c];
        *speed = (wk_speed){.gflops = median_of(task, c, "kernel.gflops", values)};
        count_rounds(task, c, speed);
        speed->of_peak = median_of(task, c, "kernel.share", values);
        speed->of_product = median_of(task, c, "kernel.of-gemm", values);
        speed->of_gemm = speed->gflops / gemm;
        if (is_rate(speed->gflops) && !speed->wrong && !speed->failed &&
            (*fastest == WK_CONTEST_NONE || speed->gflops > speeds[*fastest].gflops))
            *fastest = c;
    }
    for (size_t c = 0; c < contest->n; c++) {
        speeds[c].of_fastest = (wk_interval){(double)NAN, (double)NAN, (double)NAN};
        if (*fastest != WK_CONTEST_NONE)
            speeds[c].of_fastest = ratio_to(task, c, *fastest, values);
    }
}
