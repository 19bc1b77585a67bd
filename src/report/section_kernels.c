/* report.md: speed and numbers of kernels, backend by backend. */
#include "report/sections.h"

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

static void head(const wk_blas_compare *contest, wk_doc *doc) {
    wk_doc_table(doc, 2 + contest->n, "l");
    wk_doc_rowf(doc, "kernel|threads");
    for (size_t c = 0; c < contest->n; c++)
        wk_doc_cells(doc, "%s", contest->contenders[c].label);
}

static void row_begin(const wk_task *task, wk_doc *doc) {
    wk_doc_rowf(doc, "%s", task->label);
    if (task->threads)
        wk_doc_cells(doc, "%zu", task->threads);
    else
        wk_doc_cells(doc, "–");
}

/* ---- speed ---- */

/* What the tables' legends have to explain. */
typedef struct seen {
    bool even, contended, throttled, wrong, failed, product;
} seen;

/* "0.98", "0.031" */
static void ratio(wk_doc *doc, double value) {
    wk_doc_sayf(doc, value < 0.0995 ? "%.2g" : "%.2f", value);
}

/* "62.0 · 0.98 [0.95, 1.01] ≈ †2" */
static void rate(const wk_speed *speed, bool fastest, seen *met, wk_doc *doc) {
    if (isnan(speed->gflops)) {
        wk_doc_say(doc, "–");
        return;
    }
    wk_doc_sayf(doc, fastest ? "**%.3g**" : "%.3g", speed->gflops);
    if (!fastest && !isnan(speed->of_fastest.mean)) {
        wk_doc_say(doc, " · ");
        ratio(doc, speed->of_fastest.mean);
        if (!isnan(speed->of_fastest.low)) {
            wk_doc_say(doc, " [");
            ratio(doc, speed->of_fastest.low);
            wk_doc_say(doc, ", ");
            ratio(doc, speed->of_fastest.high);
            wk_doc_say(doc, "]");
        }
        if (speed->of_fastest.high >= 1 && !speed->wrong && !speed->failed) {
            wk_doc_say(doc, " ≈");
            met->even = true;
        }
    }
    wk_doc_say(doc, speed->wrong ? " ✘" : "");
    if (speed->failed)
        wk_doc_sayf(doc, " ↯%zu", speed->failed);
    if (speed->contended)
        wk_doc_sayf(doc, " †%zu", speed->contended);
    if (speed->throttled)
        wk_doc_sayf(doc, " ‡%zu", speed->throttled);
    met->contended = met->contended || speed->contended;
    met->throttled = met->throttled || speed->throttled;
    met->wrong = met->wrong || speed->wrong;
    met->failed = met->failed || speed->failed;
}

static void percent(wk_doc *doc, double share) {
    if (isfinite(share))
        wk_doc_sayf(doc, "%.0f", 100 * share);
    else
        wk_doc_say(doc, "–");
}

/* "40 · 51 · 83" */
static void shares(const wk_speed *speed, seen *met, wk_doc *doc) {
    if (isnan(speed->gflops)) {
        wk_doc_say(doc, "–");
        return;
    }
    percent(doc, speed->of_peak);
    wk_doc_say(doc, " · ");
    percent(doc, speed->of_gemm);
    if (isfinite(speed->of_product)) {
        wk_doc_say(doc, " · ");
        percent(doc, speed->of_product);
        met->product = true;
    }
}

static void table(const wk_judged *report, const wk_blas_compare *contest, bool rates, seen *met,
                  wk_arena *arena, wk_doc *doc) {
    wk_speed *speeds = wk_arena_get(arena, contest->n, sizeof *speeds);
    head(contest, doc);
    for (size_t t = 0; t < contest->ntasks; t++) {
        size_t fastest = 0;
        if (!wk_task_is_kernel(&contest->tasks[t]))
            continue;
        wk_blas_compare_speeds(contest, report, t, speeds, &fastest, arena);
        row_begin(&contest->tasks[t], doc);
        for (size_t c = 0; c < contest->n; c++) {
            wk_doc_cell(doc);
            if (rates)
                rate(&speeds[c], c == fastest, met, doc);
            else
                shares(&speeds[c], met, doc);
        }
    }
}

void wk_section_speeds(const wk_judged *report, const wk_blas_compare *contest, wk_arena *arena,
                       wk_doc *doc) {
    if (!has_kernels(contest))
        return;
    seen met = {0};
    size_t rounds = 0;
    for (size_t t = 0; t < contest->ntasks; t++)
        if (wk_task_is_kernel(&contest->tasks[t]) && contest->tasks[t].nseeds > rounds)
            rounds = contest->tasks[t].nseeds;
    wk_doc_heading(doc, 3, "Speed by backend");
    wk_doc_paragraphf(
        doc,
        "Rates in GFLOP/s, the median over %zu round%s in which the "
        "backends took turns; the fastest is bold. After the dot: the rate over that of the "
        "fastest, as a geometric mean of ratios paired by round, with its %.4g %% Student-t "
        "interval of the logarithm.",
        rounds, rounds == 1 ? "" : "s", 100 * WK_CONTEST_LEVEL);
    table(report, contest, true, &met, arena, doc);
    wk_doc_paragraph(doc);
    wk_doc_say(doc, met.even ? "≈: no measured difference from the fastest. " : "");
    wk_doc_say(doc, met.wrong ? "✘: its result is wrong. " : "");
    wk_doc_say(doc, met.failed ? "↯: cells that ended without a result. " : "");
    if (met.contended)
        wk_doc_sayf(
            doc,
            "†: rounds in which the threads did not get, or did not use, more than %.0f %% of "
            "their time: the machine was busy, and the rate misleads, or the library has not "
            "that much parallel work there. ",
            100 * WK_CONTEST_CONTENTION);
    if (met.throttled)
        wk_doc_sayf(doc,
                    "‡: rounds in which the rate of the FMA loop changed by more than %.0f %%: the "
                    "clock changed, or the machine was busy. ",
                    100 * (WK_CONTEST_CLOCK - 1));
    if (!met.contended && !met.throttled)
        wk_doc_say(doc,
                   "No round was disturbed: threads got their time, and the clock did not change.");
    wk_doc_paragraphf(
        doc, "The same in percent of the FMA peak (a loop of fused multiply-adds in registers, on "
             "as many threads, in the same round) · of the best matrix product seen with as many "
             "threads, of any backend:");
    table(report, contest, false, &met, arena, doc);
    wk_doc_paragraph(doc);
    if (met.product)
        wk_doc_say(doc, "Third, where there is one: of the matrix product that the stage is made "
                        "of, at its own shape and on the same backend.");
}

/* ---- numbers ---- */

/* "equal", "2.2e-16", "∞" */
static void distance(wk_doc *doc, double value) {
    if (isnan(value))
        wk_doc_say(doc, "–");
    else if (value > 0)
        wk_doc_number(doc, value, 2);
    else
        wk_doc_say(doc, "equal");
}

static void pair(wk_doc *doc, const wk_blas_compare *contest, size_t a, size_t b) {
    wk_doc_sayf(doc, "`%s`, `%s`", contest->contenders[a].label, contest->contenders[b].label);
}

/* "yes", or those that do not; "–" if it is known of none. */
static void sameness(wk_doc *doc, const wk_blas_compare *contest, const wk_sameness *same) {
    size_t known = 0, differ = 0;
    for (size_t c = 0; c < contest->n; c++) {
        known += same[c] != WK_BITS_UNKNOWN;
        if (same[c] != WK_BITS_DIFFER)
            continue;
        wk_doc_sayf(doc, "%s`%s`", differ++ ? ", " : "not ", contest->contenders[c].label);
    }
    if (!differ)
        wk_doc_say(doc, known ? "yes" : "–");
}

static void bound(const wk_numerics *one, wk_doc *doc) {
    if (one->a == WK_CONTEST_NONE)
        wk_doc_say(doc, "–");
    else if (one->within && isnan(one->tolerance))
        wk_doc_say(doc, "no bound");
    else
        wk_doc_sayf(doc, one->within ? "✔ within %.2g" : "✘ **beyond** %.2g", one->tolerance);
}

static void kernel_row(const wk_blas_compare *contest, const wk_numerics *one, wk_doc *doc) {
    const bool paired = one->a != WK_CONTEST_NONE, differ = paired && one->distance > 0;
    wk_doc_rowf(doc, "%s", one->label);
    wk_doc_cell(doc);
    distance(doc, one->distance);
    wk_doc_cell(doc);
    if (one->ulps > 0 && one->ulps < 1e6)
        wk_doc_sayf(doc, "%.0f", one->ulps);
    else
        distance(doc, one->ulps);
    wk_doc_cell(doc);
    if (differ) {
        pair(doc, contest, one->a, one->b);
        if (one->threads)
            wk_doc_sayf(doc, ", threads %zu", one->threads);
    } else {
        wk_doc_say(doc, "–");
    }
    wk_doc_cell(doc);
    bound(one, doc);
    wk_doc_cell(doc);
    if (one->worst == WK_CONTEST_NONE) {
        wk_doc_say(doc, "–");
    } else {
        wk_doc_sayf(doc, "%s%.3g (`%s`)", one->residual <= WK_CONTEST_RESIDUAL ? "" : "✘ ",
                    one->residual, contest->contenders[one->worst].label);
    }
    wk_doc_cell(doc);
    sameness(doc, contest, one->repeats);
    wk_doc_cell(doc);
    sameness(doc, contest, one->across);
}

/* The table's result in a sentence; pairs without a bound are not judged. */
static void bounds(const wk_numerics *all, size_t n, wk_doc *doc) {
    size_t judged = 0, beyond = 0;
    for (size_t i = 0; i < n; i++) {
        judged += all[i].a != WK_CONTEST_NONE && (!all[i].within || !isnan(all[i].tolerance));
        beyond += !all[i].within;
    }
    if (beyond)
        wk_doc_sayf(doc, "**%zu of %zu kernels differ%s by more than rounding may do.**", beyond,
                    judged, beyond == 1 ? "s" : "");
    else if (judged == 1)
        wk_doc_say(doc, "**The one kernel differs by no more than rounding may do.**");
    else if (judged)
        wk_doc_sayf(doc, "**All %zu kernels differ by no more than rounding may do.**", judged);
    wk_doc_say(doc, beyond || judged ? " " : "");
}

static void kernels(const wk_blas_compare *contest, const wk_numerics *all, size_t n, wk_doc *doc) {
    wk_doc_paragraph(doc);
    bounds(all, n, doc);
    wk_doc_say(doc, "Some entries of each result, held against those of every other backend in the "
                    "same round and with as many threads.");
    wk_doc_table(doc, 8, "l");
    wk_doc_rowf(doc, "kernel|largest relative difference|largest in ulps|between|bound|"
                     "worst residual/(n ε)|same bits when repeated|same bits with other threads");
    for (size_t i = 0; i < n; i++)
        kernel_row(contest, &all[i], doc);
    wk_doc_paragraphf(
        doc,
        "Relative to the largest of the entries; the bound is n ε times the condition. An "
        "ulp is a step from one floating-point number to the next, where the entry lies: small "
        "entries among large ones have many. A right result's residual is at most %.0f.",
        WK_CONTEST_RESIDUAL);
}

static void trained(const wk_blas_compare *contest, const wk_deviation *all, size_t n,
                    wk_doc *doc) {
    size_t differ = 0;
    while (differ < n && all[differ].distance > 0)
        differ++;
    wk_doc_paragraphf(
        doc,
        "Cells that are no kernels, with the same parameters and seed: of %zu smooth metric%s "
        "%zu %s bit for bit the same on all backends.",
        n, n == 1 ? "" : "s", n - differ, n - differ == 1 ? "is" : "are");
    if (!differ)
        return;
    const size_t shown = differ < DEVIATIONS_MOST ? differ : DEVIATIONS_MOST;
    wk_doc_say(doc, shown < differ ? " The largest differences:" : " The others:");
    wk_doc_table(doc, 5, "l");
    wk_doc_rowf(doc, "metric|relative difference|between|where|seed");
    for (size_t i = 0; i < shown; i++) {
        wk_doc_rowf(doc, "`%s`", all[i].metric);
        wk_doc_cell(doc);
        distance(doc, all[i].distance);
        wk_doc_cell(doc);
        pair(doc, contest, all[i].a, all[i].b);
        wk_doc_cells(doc, "%s|%" PRIu64, all[i].task->label, all[i].seed);
    }
    wk_doc_paragraphf(doc, "The largest over the whole series, relative to its largest entry.");
}

void wk_section_numerics(const wk_judged *report, const wk_blas_compare *contest, wk_arena *arena,
                         wk_doc *doc) {
    wk_numerics *numerics = NULL;
    wk_deviation *deviations = NULL;
    size_t n = 0, ndeviations = 0;
    wk_blas_compare_numerics(contest, arena, &numerics, &n);
    wk_blas_compare_deviations(contest, report, arena, &deviations, &ndeviations);
    if (n || ndeviations)
        wk_doc_heading(doc, 3, "Numerics by backend");
    if (n)
        kernels(contest, numerics, n, doc);
    if (ndeviations)
        trained(contest, deviations, ndeviations, doc);
}
