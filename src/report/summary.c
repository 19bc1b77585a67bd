/* One screen for the terminal: verdicts, counts, and again what did not pass. */
#include "claim/statistic.h"
#include "report/words.h"

#include <math.h>

/* Loud where it has to be seen without colour, too. */
static void verdict_cell(wk_doc *doc, wk_verdict verdict) {
    static const struct {
        const char *word;
        wk_doc_tone tone;
    } shown[] = {[WK_PASS] = {"pass", WK_DOC_GOOD},
                 [WK_FAIL] = {"FAIL", WK_DOC_BAD},
                 [WK_INCONCLUSIVE] = {"inconclusive", WK_DOC_DOUBTFUL},
                 [WK_ERROR] = {"error", WK_DOC_DOUBTFUL},
                 [WK_VACUOUS] = {"VACUOUS", WK_DOC_BAD}};
    wk_doc_cell(doc);
    wk_doc_cell_tone(doc, shown[verdict].tone);
    wk_doc_text(doc, shown[verdict].word);
}

/* " < −0.4": as short as it can be said */
static void say_rule(wk_doc *doc, const wk_rule *rule) {
    if (rule->kind == WK_WITHIN)
        wk_doc_sayf(doc, " in (%.3g, %.3g)", rule->low, rule->high);
    else
        wk_doc_sayf(doc, rule->kind == WK_BELOW ? " < %.3g" : " > %.3g",
                    rule->kind == WK_BELOW ? rule->high : rule->low);
}

/* "slope −0.73 [−0.76, −0.70] < −0.4, n 10" */
static void say_numbers(wk_doc *doc, const wk_finding *found) {
    const wk_part *part = wk_words_part(found);
    if (!part) {
        wk_doc_say(doc, "nothing measured");
    } else if (isnan(part->estimate)) {
        wk_doc_sayf(doc, "%s not measured", part->test->statistic->name);
    } else {
        wk_doc_sayf(doc, "%s %s%.3g [%.3g, %.3g]", part->test->statistic->name,
                    part->at_least ? "≥ " : "", part->estimate, part->low, part->high);
        say_rule(doc, &part->test->rule);
        wk_doc_sayf(doc, ", n %zu", wk_words_seeds(found));
        if (part->capped)
            wk_doc_sayf(doc, ", %zu/%zu at cap", part->capped, part->values);
    }
}

/* The next of "90 cells: 87 ok, 2 diverged, 1 timeout"; nothing for 0. */
static void say_count(wk_doc *doc, const char **before, size_t n, const char *what) {
    if (n)
        wk_doc_sayf(doc, "%s%zu %s", *before, n, what);
    *before = n ? ", " : *before;
}

static void count_all(wk_doc *doc, const wk_judged *report) {
    size_t cells[WK_END_PENDING + 1] = {0}, claims[WK_VACUOUS + 1] = {0};
    for (size_t i = 0; i < report->table->n; i++)
        cells[report->table->rows[i].result.end]++;
    for (size_t i = 0; i < report->njudgements; i++)
        claims[report->judgements[i].verdict]++;
    const char *before = ": ";
    wk_doc_paragraphf(doc, "%zu cells", report->table->n);
    for (int end = WK_END_OK; end <= WK_END_PENDING; end++)
        say_count(doc, &before, cells[end], wk_end_name((wk_end)end));
    before = ": ";
    wk_doc_paragraphf(doc, "%zu claims", report->njudgements);
    for (int v = WK_PASS; v <= WK_VACUOUS; v++)
        say_count(doc, &before, claims[v], wk_verdict_name((wk_verdict)v));
}

/* Why a claim did not pass: its own reason, or that of the part that decided. */
static const char *reason_of(const wk_judgement *found) {
    const wk_part *part = wk_words_part(&found->claim_finding);
    const char *const reasons[] = {found->reason, found->claim_finding.reason,
                                   part ? part->reason : NULL};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i] && *reasons[i])
            return reasons[i];
    return "see report.md";
}

static void repeat(wk_doc *doc, const wk_judged *report) {
    bool any = false;
    for (size_t i = 0; i < report->njudgements; i++) {
        const wk_judgement *found = &report->judgements[i];
        if (found->verdict == WK_PASS)
            continue;
        if (!any) {
            wk_doc_paragraphf(doc, "not passed:");
            wk_doc_table(doc, 2, "l");
        }
        any = true;
        wk_doc_row(doc);
        verdict_cell(doc, found->verdict);
        wk_doc_cells(doc, "%s: %s", found->claim->id, reason_of(found));
    }
}

void wk_report_summary(const wk_judged *report, FILE *out) {
    wk_doc *doc = wk_doc_screen(out);
    if (report->suite_title && *report->suite_title)
        wk_doc_heading(doc, 1, "%s", report->suite_title);
    if (report->njudgements)
        wk_doc_table(doc, 3, "l");
    for (size_t i = 0; i < report->njudgements; i++) {
        const wk_judgement *found = &report->judgements[i];
        wk_doc_row(doc);
        verdict_cell(doc, found->verdict);
        wk_doc_cells(doc, "%s", found->claim->id);
        wk_doc_cell(doc);
        say_numbers(doc, &found->claim_finding);
    }
    count_all(doc, report);
    for (size_t i = 0; i < report->nwarnings; i++)
        wk_doc_paragraphf(doc, "WARNING: %s.", report->warnings[i]);
    repeat(doc, report);
    if (report->rerun) { /* it is there to be copied */
        wk_doc_preformatted_lead(doc, "again: ");
        wk_doc_text(doc, report->rerun);
    }
    wk_doc_end(doc);
}
