/* report.md: speed and numbers of kernels, backend by backend. */
#include "report/markdown.h"

#include "base/quote.h"
#include "blas/compare.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { DEVIATIONS_MOST = 8 };

static bool has_kernels(const wk_blas_compare *contest) {
    for (size_t t = 0; t < contest->ntasks; t++)
        if (wk_task_is_kernel(&contest->tasks[t]))
            return true;
    return false;
}

/* "| kernel | threads | a | b |" and the line below. */
static void head(const wk_blas_compare *contest, FILE *out) {
    fputs("| kernel | threads |", out);
    for (size_t c = 0; c < contest->n; c++) {
        fputs(" ", out);
        wk_quote_markdown(out, contest->contenders[c].label);
        fputs(" |", out);
    }
    fputs("\n|---|---|", out);
    for (size_t c = 0; c < contest->n; c++)
        fputs("---|", out);
    fputs("\n", out);
}

static void row_begin(const wk_task *task, FILE *out) {
    fputs("| ", out);
    wk_quote_markdown(out, task->label);
    fputs(" | ", out);
    wk_quote_markdown(out, *task->threads ? task->threads : "–");
    fputs(" |", out);
}

/* ---- speed ---- */

/* What the tables' legends have to explain. */
typedef struct seen {
    bool even, contended, throttled, wrong, failed, product;
} seen;

/* "0.98", "0.031" */
static void ratio(FILE *out, double value) {
    fprintf(out, value < 0.0995 ? "%.2g" : "%.2f", value);
}

/* "62.0 · 0.98 [0.95, 1.01] ≈ †2" */
static void rate(const wk_speed *speed, bool fastest, seen *met, FILE *out) {
    if (isnan(speed->gflops)) {
        fputs(" – |", out);
        return;
    }
    fputs(fastest ? " **" : " ", out);
    wk_quote_number(out, speed->gflops, 3);
    fputs(fastest ? "**" : "", out);
    if (!fastest && !isnan(speed->of_fastest.mean)) {
        fputs(" · ", out);
        ratio(out, speed->of_fastest.mean);
        if (!isnan(speed->of_fastest.low)) {
            fputs(" [", out);
            ratio(out, speed->of_fastest.low);
            fputs(", ", out);
            ratio(out, speed->of_fastest.high);
            fputs("]", out);
        }
        if (speed->of_fastest.high >= 1 && !speed->wrong && !speed->failed) {
            fputs(" ≈", out);
            met->even = true;
        }
    }
    fputs(speed->wrong ? " ✘" : "", out);
    if (speed->failed)
        fprintf(out, " ↯%zu", speed->failed);
    if (speed->contended)
        fprintf(out, " †%zu", speed->contended);
    if (speed->throttled)
        fprintf(out, " ‡%zu", speed->throttled);
    met->contended = met->contended || speed->contended;
    met->throttled = met->throttled || speed->throttled;
    met->wrong = met->wrong || speed->wrong;
    met->failed = met->failed || speed->failed;
    fputs(" |", out);
}

static void percent(FILE *out, double share) {
    if (isfinite(share))
        fprintf(out, "%.0f", 100 * share);
    else
        fputs("–", out);
}

/* "40 · 51 · 83" */
static void shares(const wk_speed *speed, seen *met, FILE *out) {
    fputs(" ", out);
    if (isnan(speed->gflops)) {
        fputs("– |", out);
        return;
    }
    percent(out, speed->of_peak);
    fputs(" · ", out);
    percent(out, speed->of_gemm);
    if (isfinite(speed->of_product)) {
        fputs(" · ", out);
        percent(out, speed->of_product);
        met->product = true;
    }
    fputs(" |", out);
}

static void table(const wk_judged *report, const wk_blas_compare *contest, bool rates, seen *met,
                  wk_arena *arena, FILE *out) {
    wk_speed *speeds = wk_arena_get(arena, contest->n, sizeof *speeds);
    head(contest, out);
    for (size_t t = 0; t < contest->ntasks; t++) {
        size_t fastest = 0;
        if (!wk_task_is_kernel(&contest->tasks[t]))
            continue;
        wk_blas_compare_speeds(contest, report, t, speeds, &fastest, arena);
        row_begin(&contest->tasks[t], out);
        for (size_t c = 0; c < contest->n; c++) {
            if (rates)
                rate(&speeds[c], c == fastest, met, out);
            else
                shares(&speeds[c], met, out);
        }
        fputs("\n", out);
    }
    fputs("\n", out);
}

void wk_markdown_speeds(const wk_judged *report, const wk_blas_compare *contest, wk_arena *arena,
                        FILE *out) {
    if (!has_kernels(contest))
        return;
    seen met = {0};
    size_t rounds = 0;
    for (size_t t = 0; t < contest->ntasks; t++)
        if (wk_task_is_kernel(&contest->tasks[t]) && contest->tasks[t].nseeds > rounds)
            rounds = contest->tasks[t].nseeds;
    fprintf(out,
            "### Speed by backend\n\nRates in GFLOP/s, the median over %zu round%s in which the "
            "backends took turns; the fastest is bold. After the dot: the rate over that of the "
            "fastest, as a geometric mean of ratios paired by round, with its %.4g %% Student-t "
            "interval of the logarithm.\n\n",
            rounds, rounds == 1 ? "" : "s", 100 * WK_CONTEST_LEVEL);
    table(report, contest, true, &met, arena, out);
    fputs(met.even ? "≈: no measured difference from the fastest. " : "", out);
    fputs(met.wrong ? "✘: its result is wrong. " : "", out);
    fputs(met.failed ? "↯: cells that ended without a result. " : "", out);
    if (met.contended)
        fprintf(out,
                "†: rounds in which the threads did not get, or did not use, more than %.0f %% of "
                "their time: the machine was busy, and the rate misleads, or the library has not "
                "that much parallel work there. ",
                100 * WK_CONTEST_CONTENTION);
    if (met.throttled)
        fprintf(out,
                "‡: rounds in which the rate of the FMA loop changed by more than %.0f %%: the "
                "clock changed, or the machine was busy. ",
                100 * (WK_CONTEST_CLOCK - 1));
    if (!met.contended && !met.throttled)
        fputs("No round was disturbed: threads got their time, and the clock did not change.", out);
    fputs("\n\nThe same in percent of the FMA peak (a loop of fused multiply-adds in registers, on "
          "as many threads, in the same round) · of the best matrix product seen with as many "
          "threads, of any backend:\n\n",
          out);
    table(report, contest, false, &met, arena, out);
    fputs(met.product ? "Third, where there is one: of the matrix product that the stage is made "
                        "of, at its own shape and on the same backend.\n\n"
                      : "",
          out);
}

/* ---- numbers ---- */

/* "equal", "2.2e-16", "∞" */
static void distance(FILE *out, double value) {
    if (isnan(value))
        fputs("–", out);
    else if (value > 0)
        wk_quote_number(out, value, 2);
    else
        fputs("equal", out);
}

static void pair(FILE *out, const wk_blas_compare *contest, size_t a, size_t b) {
    wk_quote_code(out, contest->contenders[a].label);
    fputs(", ", out);
    wk_quote_code(out, contest->contenders[b].label);
}

/* "yes", or those that do not; "–" if it is known of none. */
static void sameness(FILE *out, const wk_blas_compare *contest, const wk_sameness *same) {
    size_t known = 0, differ = 0;
    for (size_t c = 0; c < contest->n; c++) {
        known += same[c] != WK_BITS_UNKNOWN;
        if (same[c] != WK_BITS_DIFFER)
            continue;
        fputs(differ++ ? ", " : "not ", out);
        wk_quote_code(out, contest->contenders[c].label);
    }
    if (!differ)
        fputs(known ? "yes" : "–", out);
}

static void kernel_row(const wk_blas_compare *contest, const wk_numerics *one, FILE *out) {
    const bool paired = one->a != WK_CONTEST_NONE, differ = paired && one->distance > 0;
    fputs("| ", out);
    wk_quote_markdown(out, one->label);
    fputs(" | ", out);
    distance(out, one->distance);
    fputs(" | ", out);
    if (one->ulps > 0 && one->ulps < 1e6)
        fprintf(out, "%.0f", one->ulps);
    else
        distance(out, one->ulps);
    fputs(" | ", out);
    if (differ) {
        pair(out, contest, one->a, one->b);
        fputs(*one->threads ? ", threads " : "", out);
        wk_quote_markdown(out, one->threads);
    } else {
        fputs("–", out);
    }
    fputs(!paired                 ? " | – | "
          : !one->within          ? " | ✘ **beyond** "
          : isnan(one->tolerance) ? " | no bound | "
                                  : " | ✔ within ",
          out);
    if (paired && (!one->within || !isnan(one->tolerance))) {
        wk_quote_number(out, one->tolerance, 2);
        fputs(" | ", out);
    }
    if (one->worst == WK_CONTEST_NONE) {
        fputs("–", out);
    } else {
        fputs(one->residual <= WK_CONTEST_RESIDUAL ? "" : "✘ ", out);
        wk_quote_number(out, one->residual, 3);
        fputs(" (", out);
        wk_quote_code(out, contest->contenders[one->worst].label);
        fputs(")", out);
    }
    fputs(" | ", out);
    sameness(out, contest, one->repeats);
    fputs(" | ", out);
    sameness(out, contest, one->across);
    fputs(" |\n", out);
}

/* The table's result in a sentence; pairs without a bound are not judged. */
static void bounds(const wk_numerics *all, size_t n, FILE *out) {
    size_t judged = 0, beyond = 0;
    for (size_t i = 0; i < n; i++) {
        judged += all[i].a != WK_CONTEST_NONE && (!all[i].within || !isnan(all[i].tolerance));
        beyond += !all[i].within;
    }
    if (beyond)
        fprintf(out, "**%zu of %zu kernels differ%s by more than rounding may do.** ", beyond,
                judged, beyond == 1 ? "s" : "");
    else if (judged == 1)
        fputs("**The one kernel differs by no more than rounding may do.** ", out);
    else if (judged)
        fprintf(out, "**All %zu kernels differ by no more than rounding may do.** ", judged);
}

static void kernels(const wk_blas_compare *contest, const wk_numerics *all, size_t n, FILE *out) {
    bounds(all, n, out);
    fputs("Some entries of each result, held against those of every other backend in the same "
          "round and with as many threads.\n\n"
          "| kernel | largest relative difference | largest in ulps | between | bound | worst "
          "residual/(n ε) | same bits when repeated | same bits with other threads |\n"
          "|---|---|---|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; i < n; i++)
        kernel_row(contest, &all[i], out);
    fprintf(out,
            "\nRelative to the largest of the entries; the bound is n ε times the condition. An "
            "ulp is a step from one floating-point number to the next, where the entry lies: small "
            "entries among large ones have many. A right result's residual is at most %.0f.\n\n",
            WK_CONTEST_RESIDUAL);
}

static void trained(const wk_blas_compare *contest, const wk_deviation *all, size_t n, FILE *out) {
    size_t differ = 0;
    while (differ < n && all[differ].distance > 0)
        differ++;
    fprintf(out,
            "Cells that are no kernels, with the same parameters and seed: of %zu smooth metric%s "
            "%zu %s bit for bit the same on all backends.",
            n, n == 1 ? "" : "s", n - differ, n - differ == 1 ? "is" : "are");
    if (!differ) {
        fputs("\n\n", out);
        return;
    }
    const size_t shown = differ < DEVIATIONS_MOST ? differ : DEVIATIONS_MOST;
    fprintf(out,
            " The %s:\n\n| metric | relative difference | between | where | seed |\n"
            "|---|---|---|---|---|\n",
            shown < differ ? "largest differences" : "others");
    for (size_t i = 0; i < shown; i++) {
        fputs("| ", out);
        wk_quote_code(out, all[i].metric);
        fputs(" | ", out);
        distance(out, all[i].distance);
        fputs(" | ", out);
        pair(out, contest, all[i].a, all[i].b);
        fputs(" | ", out);
        wk_quote_markdown(out, all[i].task->label);
        fprintf(out, " | %" PRIu64 " |\n", all[i].seed);
    }
    fputs("\nThe largest over the whole series, relative to its largest entry.\n\n", out);
}

void wk_markdown_numerics(const wk_judged *report, const wk_blas_compare *contest, wk_arena *arena,
                          FILE *out) {
    wk_numerics *numerics = NULL;
    wk_deviation *deviations = NULL;
    size_t n = 0, ndeviations = 0;
    wk_blas_compare_numerics(contest, arena, &numerics, &n);
    wk_blas_compare_deviations(contest, report, arena, &deviations, &ndeviations);
    if (n || ndeviations)
        fputs("### Numerics by backend\n\n", out);
    if (n)
        kernels(contest, numerics, n, out);
    if (ndeviations)
        trained(contest, deviations, ndeviations, out);
}
