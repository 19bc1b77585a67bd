/* report.md: what happened in the run (times, machine), and how to run it again. */
#include "report/sections.h"

#include "report/words.h"
#include "table/stages.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

bool wk_section_is_stages(const wk_figure *figure) {
    return strcmp(figure->kind->name, "bars") == 0;
}

void wk_section_stages(const wk_judged *report, wk_doc *doc) {
    wk_arena arena = {0};
    wk_stage_sum *sums = NULL;
    size_t n = 0;
    wk_stages_sum(report->table, NULL, report->gemm_gflops, &arena, &sums, &n);
    if (n) {
        wk_doc_table(doc, 6, "l");
        wk_doc_rowf(doc,
                    "stage|cells|median of a cell (s)|total (s)|GFLOP/s|%% of DGEMM, per core");
        for (size_t i = 0; i < n; i++) {
            wk_doc_rowf(doc, "`%s`|%zu|%.3g|%.4g|%.3g|%.3g", sums[i].name, sums[i].cells,
                        sums[i].median_s, sums[i].total_s, sums[i].gflops, sums[i].percent_of_gemm);
        }
        wk_doc_paragraphf(doc, "Rates are " WK_STAGE_RATE ". ");
        if (report->gemm_gflops > 0)
            wk_doc_sayf(doc, "That rate was %.3g GFLOP/s.", report->gemm_gflops);
        else
            wk_doc_say(doc, "That rate was not measured.");
        wk_doc_say(doc, " “–”: no operations are counted there.");
    } else {
        wk_doc_paragraphf(doc, "No finished cell has times.");
    }
    wk_arena_release(&arena);
}

static void verdict_of(wk_doc *doc, const wk_judgement *found) {
    const wk_part *part = wk_words_part(&found->claim_finding);
    wk_doc_cells(doc, "%s", wk_words_mark(found->alone));
    if (part) {
        wk_doc_say(doc, " ");
        wk_words_estimate(doc, part);
    }
}

static bool is_confirmed(const wk_judged *report, uint64_t seed) {
    bool found = seed == report->seed;
    for (size_t c = 0; c < report->nconfirmations; c++)
        found = found || report->confirmations[c].seed == seed;
    return found;
}

/* What was named and is not shown: a choice among base seeds must be seen. */
static void unconfirmed(const wk_judged *report, bool alone, wk_doc *doc) {
    size_t n = 0;
    for (size_t i = 0; i < report->nconfirm; i++) {
        if (is_confirmed(report, report->confirm[i]))
            continue;
        if (!n && alone)
            wk_doc_heading(doc, 2, "Other base seeds");
        if (!n)
            wk_doc_paragraph(doc);
        wk_doc_sayf(doc, "%s%" PRIu64, n++ ? ", " : "Named by the suite, but not in this report: ",
                    report->confirm[i]);
    }
    if (n)
        wk_doc_say(doc, " (`widecheck run --confirm` runs them).");
}

void wk_section_confirmations(const wk_judged *report, wk_doc *doc) {
    if (!report->nconfirmations) {
        unconfirmed(report, true, doc);
        return;
    }
    wk_doc_heading(doc, 2, "Other base seeds");
    wk_doc_paragraphf(
        doc, "The same suite with other weights, and with other data but for "
             "data sets that have a `seed` of their own. A claim whose verdict is not the same "
             "with each is inconclusive.");
    wk_doc_table(doc, 2 + report->nconfirmations, "l");
    wk_doc_rowf(doc, "claim|%" PRIu64, report->seed);
    for (size_t c = 0; c < report->nconfirmations; c++)
        wk_doc_cells(doc, "%" PRIu64, report->confirmations[c].seed);
    for (size_t i = 0; i < report->njudgements; i++) {
        wk_doc_rowf(doc, "%s", report->judgements[i].claim->id);
        verdict_of(doc, &report->judgements[i]);
        for (size_t c = 0; c < report->nconfirmations; c++)
            verdict_of(doc, &report->confirmations[c].judgements[i]);
    }
    unconfirmed(report, false, doc);
}

void wk_section_environment(const wk_judged *report, wk_doc *doc) {
    wk_doc_heading(doc, 2, "Environment");
    wk_doc_table(doc, 2, "l");
    wk_doc_rowf(doc, "what|value");
    for (size_t i = 0; i < report->nenvironment; i++)
        wk_doc_rowf(doc, "`%s`|%s", report->environment[i].key, report->environment[i].value.text);
    if (report->core_count)
        wk_doc_rowf(doc, "cores|%zu", report->core_count);
    wk_doc_rowf(doc, "numerics|`%s`", report->numerics);
    wk_doc_rowf(doc, "suite's SHA-256|`%s`", report->suite_sha256);
}

void wk_section_rerun(const wk_judged *report, wk_doc *doc) {
    wk_doc_heading(doc, 2, "How to run it again");
    wk_doc_preformatted(doc);
    wk_doc_text(doc, report->rerun ? report->rerun : "widecheck run SUITE.yaml");
    wk_doc_paragraphf(
        doc, "The same command continues an interrupted run and runs no finished cell "
             "again; `--fresh` starts over. `widecheck report DIR` makes these files again "
             "from the store. All numbers are in ");
    wk_doc_link(doc, "results.json", "results.json");
    wk_doc_say(doc, ".");
}
