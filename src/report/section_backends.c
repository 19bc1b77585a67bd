/* report.md: which BLAS to use, what each backend really loaded, and whether a verdict depends on
 * it. Speed and numbers are in section_kernels.c. */
#include "report/sections.h"

#include "base/heap.h"
#include "base/quote.h"
#include "base/text.h"
#include "blas/backends.h"
#include "blas/compare.h"
#include "report/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- which to use ---- */

static void name_candidate(wk_doc *doc, const wk_blas_compare *contest, const wk_candidate *one) {
    wk_doc_code(doc, contest->contenders[one->contender].label);
    if (one->threads)
        wk_doc_sayf(doc, " with %zu thread%s", one->threads, one->threads == 1 ? "" : "s");
}

/* "takes 1.31 times as long (95 % interval [1.25, 1.38])" */
static void name_ratio(wk_doc *doc, const wk_interval *ratio) {
    wk_doc_sayf(doc, "takes %.3g times as long", ratio->mean);
    if (isnan(ratio->low))
        wk_doc_say(doc, " (no interval: one round)");
    else
        wk_doc_sayf(doc, " (%.4g %% interval [%.3g, %.3g])", 100 * WK_CONTEST_LEVEL, ratio->low,
                    ratio->high);
}

/* Only an interval that lies above 1 tells the two apart. */
static bool is_measured(const wk_interval *ratio) {
    return ratio->low > 1;
}

/* How many contenders have a candidate that is fit. */
static size_t count_fit(const wk_choice *choice) {
    size_t n = 0, last = WK_CONTEST_NONE;
    for (size_t i = 0; i < choice->n; i++) {
        const wk_candidate *one = &choice->candidates[i];
        n += !*one->unfit && one->contender != last;
        last = *one->unfit ? last : one->contender;
    }
    return n;
}

/* What comes after the name of a candidate that the best one is held against. */
static void name_rival(const wk_rival *rival, const char *if_not_measured, wk_doc *doc) {
    if (!rival->rounds) {
        wk_doc_say(doc, "shares no round with it: no ratio. ");
        return;
    }
    name_ratio(doc, &rival->ratio);
    wk_doc_say(doc, is_measured(&rival->ratio) ? ". " : if_not_measured);
}

static void rivals(const wk_blas_compare *contest, const wk_choice *choice, wk_doc *doc) {
    const wk_rival *second = &choice->second, *usual = &choice->usual;
    const bool other = second->candidate != WK_CONTEST_NONE,
               known = usual->candidate != WK_CONTEST_NONE;
    const bool same = other && second->candidate == usual->candidate;
    if (other) {
        wk_doc_say(doc, "The next, ");
        name_candidate(doc, contest, &choice->candidates[second->candidate]);
        wk_doc_say(doc, same ? ", which is what runs without `--backend`, " : ", ");
        name_rival(second, ": **no measured difference** between the two. ", doc);
    } else {
        wk_doc_say(doc, "No other library was measured that could be chosen, so it is held "
                        "against none. ");
    }
    if (known && choice->usual_is_best) {
        wk_doc_say(doc, "It is what runs without `--backend`, too. ");
    } else if (same && second->rounds && !is_measured(&second->ratio)) {
        wk_doc_say(doc, "So nothing is gained by choosing. ");
    } else if (known && !same) {
        wk_doc_say(doc, "What runs without `--backend`, ");
        name_candidate(doc, contest, &choice->candidates[usual->candidate]);
        wk_doc_say(doc, ", ");
        name_rival(usual, ": **no measured difference**, so nothing is gained by choosing. ", doc);
    }
}

/* Is it left out for that with any number of threads? */
static bool is_out_at_all(const wk_choice *choice, const wk_candidate *one) {
    bool all = true;
    for (size_t i = 0; i < choice->n && all; i++)
        all = choice->candidates[i].contender != one->contender ||
              strcmp(choice->candidates[i].unfit, one->unfit) == 0;
    return all;
}

static void left_out(const wk_blas_compare *contest, const wk_choice *choice, wk_doc *doc) {
    bool any = false;
    for (size_t i = 0; i < choice->n; i++) {
        const wk_candidate *one = &choice->candidates[i];
        const bool first = i == 0 || one[-1].contender != one->contender;
        const bool at_all = is_out_at_all(choice, one);
        if (!*one->unfit || (at_all && !first))
            continue;
        wk_doc_say(doc, any ? "; " : "Left out: ");
        if (at_all)
            wk_doc_code(doc, contest->contenders[one->contender].label);
        else
            name_candidate(doc, contest, one);
        wk_doc_sayf(doc, ", for %s", one->unfit);
        any = true;
    }
    wk_doc_say(doc, any ? "." : "");
}

/* The stages, or how many kernels. */
static void name_kernels(const wk_blas_compare *contest, const wk_choice *choice, wk_doc *doc) {
    if (!choice->stages) {
        if (choice->kinds == 1)
            wk_doc_say(doc, "At the one kernel that was measured");
        else
            wk_doc_sayf(doc, "Over all %zu kernels", choice->kinds);
        return;
    }
    wk_doc_say(doc, choice->kinds == 1 ? "At this program's own stage ("
                                       : "Over this program's own stages (");
    size_t told = 0;
    for (size_t kind = 0; kind < contest->nkinds; kind++) {
        const wk_task *first = &contest->tasks[contest->kinds[kind]];
        if (wk_task_is_stage(first))
            wk_doc_sayf(doc, "%s%s", told++ ? ", " : "", first->label);
    }
    wk_doc_say(doc, ")");
}

/* What --backend takes for it. */
static const char *option_of(const wk_judged *report, const wk_contender *contender) {
    for (size_t i = 0; i < report->nbackends; i++) {
        const wk_blas_identity *one = &report->backends[i];
        if (strcmp(one->name, contender->backend) == 0 && one->option && *one->option)
            return one->option;
    }
    return contender->backend;
}

static void command(const wk_judged *report, const wk_blas_compare *contest,
                    const wk_candidate *best, wk_arena *arena, wk_doc *doc) {
    const wk_contender *contender = &contest->contenders[best->contender];
    char *text = NULL;
    size_t length = 0;
    FILE *line = wk_text_stream(&text, &length);
    fputs("widecheck run SUITE.yaml --backend ", line);
    wk_quote_shell(line, option_of(report, contender));
    if (best->threads > 1)
        fprintf(line, " --threads %zu", best->threads);
    fclose(line);
    wk_doc_preformatted(doc);
    wk_doc_text(doc, text);
    free(text);
    if (*contender->coretype)
        wk_doc_paragraphf(doc, "It was asked for a core type, too: `%s` in the suite.",
                          wk_arena_printf(arena, "coretype: %s", contender->coretype));
}

static void recommend(const wk_judged *report, const wk_blas_compare *contest, wk_arena *arena,
                      wk_doc *doc) {
    wk_choice choice;
    wk_blas_compare_choose(contest, report, arena, &choice);
    if (!choice.kinds)
        return; /* nothing that has a rate */
    wk_doc_paragraph(doc);
    if (choice.best == WK_CONTEST_NONE) {
        wk_doc_say(doc, "**No backend can be recommended.** ");
        left_out(contest, &choice, doc);
        return;
    }
    const wk_candidate *best = &choice.candidates[choice.best];
    if (contest->n == 1) {
        wk_doc_sayf(doc, "Only `%s` was measured: there is nothing to hold it against.",
                    contest->contenders[0].label);
        return;
    }
    wk_doc_strong(doc, true);
    wk_doc_say(doc, "The fastest here: ");
    name_candidate(doc, contest, best);
    wk_doc_say(doc, ".");
    wk_doc_strong(doc, false);
    wk_doc_say(doc, " ");
    name_kernels(contest, &choice, doc);
    const size_t fit = count_fit(&choice);
    if (fit == 1)
        wk_doc_say(doc, " it is the only backend that can be chosen: ");
    else
        wk_doc_sayf(doc, " it is the fastest of %zu backends: ", fit);
    wk_doc_sayf(doc, "%.3g GFLOP/s in the geometric mean. ", best->gflops);
    rivals(contest, &choice, doc);
    wk_doc_say(doc, "To use it:");
    command(report, contest, best, arena, doc);
    wk_doc_paragraph(doc);
    left_out(contest, &choice, doc);
    wk_doc_paragraph(doc);
    wk_doc_say(doc, choice.stages ? "The threads are this program's own; the library has one then. "
                                  : "");
    wk_doc_say(
        doc,
        "Ratios of times are geometric means over kernels and rounds, paired by round; intervals "
        "are Student-t over rounds, of the logarithm.");
}

/* ---- what was loaded ---- */

static const char *or_dash(const char *text) {
    return *text ? text : "–";
}

/* NaN, which is shown as a dash, for what was not measured. */
static double if_measured(double value) {
    return value > 0 ? value : (double)NAN;
}

/* Cells that name none may ask for threads or a core type: they run on that of the run. */
static void name_library(const wk_blas_identity *one, wk_doc *doc) {
    if (*one->name)
        wk_doc_code(doc, one->name);
    else
        wk_doc_say(doc, "that of the run");
}

static bool is_odd(const wk_judged *report, const wk_blas_identity *one) {
    return !*one->trouble && wk_blas_compare_threads_differ(one, report->core_count);
}

static void library_row(const wk_judged *report, const wk_blas_identity *one, wk_arena *arena,
                        wk_doc *doc) {
    wk_doc_row(doc);
    wk_doc_cell(doc);
    name_library(one, doc);
    wk_doc_cells(doc, "%s|%s|%s", or_dash(wk_backend_title(one->library, one->version, arena)),
                 or_dash(one->provider), or_dash(one->core));
    if (*one->coretype)
        wk_doc_sayf(doc, " (asked: %s)", one->coretype);
    wk_doc_cells(doc, "%s|%zu / %.2g%s|%.3g|`%s`", or_dash(one->threading), one->threads,
                 if_measured(one->effective_threads), is_odd(report, one) ? " ⚠" : "",
                 if_measured(one->gemm_gflops), one->path);
}

static void libraries(const wk_judged *report, wk_arena *arena, wk_doc *doc) {
    if (!report->nbackends)
        return;
    wk_doc_heading(doc, 3, "Backends");
    wk_doc_paragraphf(doc, "What a worker that was given the backend found itself running on.");
    wk_doc_table(doc, 8, "l");
    wk_doc_rowf(doc, "backend|library|LAPACK|core type|threading|threads asked / at work|"
                     "DGEMM (GFLOP/s)|file");
    bool odd = false;
    for (size_t i = 0; i < report->nbackends; i++) {
        library_row(report, &report->backends[i], arena, doc);
        odd = odd || is_odd(report, &report->backends[i]);
    }
    wk_doc_paragraphf(
        doc,
        "Threads at work: CPU time of a matrix product over that of the calling thread; its rate "
        "is by wall time.");
    wk_doc_say(doc, odd ? " ⚠: not the threads that were asked for." : "");
    for (size_t i = 0; i < report->nbackends; i++) {
        const wk_blas_identity *one = &report->backends[i];
        if (!*one->trouble)
            continue;
        wk_doc_item(doc);
        name_library(one, doc);
        wk_doc_sayf(doc, " with %zu thread%s could not be used: %s.", one->threads,
                    one->threads == 1 ? "" : "s", one->trouble);
    }
}

/* ---- verdicts ---- */

static void verdict_row(const wk_verdicts *all, const wk_verdict_row *row, wk_doc *doc) {
    wk_doc_rowf(doc, "[%s]", row->judgement->claim->id);
    wk_doc_say(doc, row->control ? " (control)" : "");
    for (size_t c = 0; c < all->n; c++)
        wk_doc_cells(doc, "%s", row->has[c] ? wk_words_mark(row->verdict[c]) : "–");
    wk_doc_cell(doc);
    if (row->flips) {
        wk_doc_sayf(doc, "⇄ **%zu of %zu**, the first at ", row->flips, row->compared);
        wk_words_where(doc, &row->flipped);
    } else {
        wk_doc_say(doc, row->compared ? "none" : "–");
    }
    if (row->partly)
        wk_doc_sayf(doc, ", ◐ %zu of %zu", row->partly, row->compared);
}

static void flips(const wk_verdicts *all, wk_doc *doc) {
    if (!all->compared) {
        wk_doc_say(doc, "No claim has parts that differ in the backend alone: there is nothing to "
                        "compare. ");
    } else if (!all->flips) {
        wk_doc_sayf(doc,
                    "**No verdict depends on the backend**: of %zu set%s of parts that differ in "
                    "nothing else, none passes on one and "
                    "fails on another. ",
                    all->compared, all->compared == 1 ? "" : "s");
    } else {
        wk_doc_sayf(doc,
                    "**%zu of %zu verdicts depend%s on the backend**: so many sets of parts that "
                    "differ in nothing else pass on one and fail on another (⇄). ",
                    all->flips, all->compared, all->flips == 1 ? "s" : "");
    }
}

static void verdicts(const wk_judged *report, wk_arena *arena, wk_doc *doc) {
    wk_verdicts all;
    wk_blas_compare_verdicts(report, arena, &all);
    if (!all.n)
        return;
    wk_doc_heading(doc, 3, "Verdicts by backend");
    wk_doc_paragraph(doc);
    flips(&all, doc);
    if (all.partly)
        wk_doc_sayf(doc, "%zu%s %s settled on some backends only (◐). ", all.partly,
                    all.flips ? " more" : "", all.partly == 1 ? "is" : "are");
    if (all.unmeasured)
        wk_doc_sayf(doc, "In %zu of the sets a backend was not measured. ", all.unmeasured);
    if (all.timed)
        wk_doc_sayf(doc, "%zu claim%s left out, which test%s nothing but times and rates. ",
                    all.timed, all.timed == 1 ? " is" : "s are", all.timed == 1 ? "s" : "");
    wk_doc_table(doc, 2 + all.n, "l");
    wk_doc_rowf(doc, "claim");
    for (size_t c = 0; c < all.n; c++)
        wk_doc_cells(doc, "%s", all.contenders[c].label);
    wk_doc_cells(doc, "flips");
    for (size_t r = 0; r < all.nrows; r++)
        verdict_row(&all, &all.rows[r], doc);
    wk_doc_paragraphf(doc, "Each column: the claim's parts on that backend, taken together.");
}

/* ---- all of it ---- */

static void sections(const wk_judged *report, wk_arena *arena, wk_doc *doc) {
    wk_blas_compare contest;
    wk_blas_compare_make(report->table, NULL, arena, &contest);
    if (!contest.n && !report->nbackends)
        return;
    wk_doc_heading(doc, 2, "BLAS backends");
    recommend(report, &contest, arena, doc);
    libraries(report, arena, doc);
    wk_section_speeds(report, &contest, arena, doc);
    wk_section_numerics(report, &contest, arena, doc);
    verdicts(report, arena, doc);
}

void wk_section_backends(const wk_judged *report, wk_doc *doc) {
    wk_arena arena = {0};
    sections(report, &arena, doc);
    wk_arena_release(&arena);
}
