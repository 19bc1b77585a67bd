/* report.md: speed and numbers of kernels, backend by backend. */
#include "report/sections.h"

#include "blas/compare.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { DEVIATIONS_MOST = 8 };

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
static const char *ratio(double value, wk_arena *arena) {
    return wk_arena_printf(arena, value < 0.0995 ? "%.2g" : "%.2f", value);
}

/* "62.0 · 0.98 [0.95, 1.01] ≈ †2" */
static void rate(const wk_speed *speed, bool fastest, seen *met, wk_arena *arena, wk_doc *doc) {
    const wk_interval *share = &speed->of_fastest;
    wk_doc_sayf(doc, fastest ? "**%.3g**" : "%.3g", speed->gflops);
    if (!fastest && !isnan(share->mean)) {
        wk_doc_sayf(doc, " · %s", ratio(share->mean, arena));
        if (!isnan(share->low))
            wk_doc_sayf(doc, " [%s, %s]", ratio(share->low, arena), ratio(share->high, arena));
        if (share->high >= 1 && !speed->wrong && !speed->failed) {
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

/* "40 · 51 · 83" */
static void shares(const wk_speed *speed, seen *met, wk_doc *doc) {
    wk_doc_sayf(doc, "%.0f · %.0f", 100 * speed->of_peak, 100 * speed->of_gemm);
    if (!isnan(speed->of_product)) {
        wk_doc_sayf(doc, " · %.0f", 100 * speed->of_product);
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
            if (isnan(speeds[c].gflops))
                wk_doc_say(doc, "–");
            else if (rates)
                rate(&speeds[c], c == fastest, met, arena, doc);
            else
                shares(&speeds[c], met, doc);
        }
    }
}

void wk_section_speeds(const wk_judged *report, const wk_blas_compare *contest, wk_arena *arena,
                       wk_doc *doc) {
    seen met = {0};
    size_t rounds = 0;
    for (size_t t = 0; t < contest->ntasks; t++)
        if (wk_task_is_kernel(&contest->tasks[t]) && contest->tasks[t].nseeds > rounds)
            rounds = contest->tasks[t].nseeds;
    if (!rounds)
        return; /* no kernels */
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

/* "equal", "2.2e-16", "∞"; a dash for NaN */
static void distance(wk_doc *doc, double value) {
    wk_doc_sayf(doc, value == 0 ? "equal" : "%.2g", value);
}

static void pair(wk_doc *doc, const wk_blas_compare *contest, const wk_gap *gap) {
    wk_doc_sayf(doc, "`%s`, `%s`", contest->contenders[gap->a].label,
                contest->contenders[gap->b].label);
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

static void bound(const wk_gap *gap, wk_doc *doc) {
    if (gap->pairs && gap->within && isnan(gap->tolerance))
        wk_doc_say(doc, "no bound");
    else if (gap->pairs)
        wk_doc_sayf(doc, gap->within ? "✔ within %.2g" : "✘ **beyond** %.2g", gap->tolerance);
    else
        wk_doc_say(doc, "–");
}

static void kernel_row(const wk_blas_compare *contest, const wk_numerics *one, wk_doc *doc) {
    const wk_gap *gap = &one->gap;
    wk_doc_rowf(doc, "%s", one->label);
    wk_doc_cell(doc);
    distance(doc, gap->distance);
    wk_doc_cell(doc);
    if (gap->ulps > 0 && gap->ulps < 1e6)
        wk_doc_sayf(doc, "%.0f", gap->ulps);
    else
        distance(doc, gap->ulps);
    wk_doc_cell(doc);
    if (gap->distance > 0)
        pair(doc, contest, gap);
    else
        wk_doc_say(doc, "–");
    if (gap->distance > 0 && gap->task->threads)
        wk_doc_sayf(doc, ", threads %zu", gap->task->threads);
    wk_doc_cell(doc);
    bound(gap, doc);
    if (one->worst == WK_CONTEST_NONE)
        wk_doc_cells(doc, "–");
    else
        wk_doc_cells(doc, "%s%.3g (`%s`)", one->residual <= WK_CONTEST_RESIDUAL ? "" : "✘ ",
                     one->residual, contest->contenders[one->worst].label);
    wk_doc_cell(doc);
    sameness(doc, contest, one->repeats);
    wk_doc_cell(doc);
    sameness(doc, contest, one->across);
}

/* The table's result in a sentence; pairs without a bound are not judged. */
static void bounds(const wk_numerics *all, size_t n, wk_doc *doc) {
    size_t judged = 0, beyond = 0;
    for (size_t i = 0; i < n; i++) {
        const wk_gap *gap = &all[i].gap;
        judged += gap->pairs && (!gap->within || !isnan(gap->tolerance));
        beyond += !gap->within;
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
    while (differ < n && all[differ].gap.distance > 0)
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
        const wk_gap *gap = &all[i].gap;
        wk_doc_rowf(doc, "`%s`", all[i].metric);
        wk_doc_cell(doc);
        distance(doc, gap->distance);
        wk_doc_cell(doc);
        pair(doc, contest, gap);
        wk_doc_cells(doc, "%s|%" PRIu64, gap->task->label, gap->seed);
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
