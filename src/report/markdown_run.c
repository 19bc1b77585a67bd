/* report.md: what happened in the run (times, machine), and how to run it again. */
#include "report/markdown.h"

#include "base/quote.h"
#include "report/words.h"
#include "table/stages.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

bool wk_markdown_is_stages(const wk_figure *figure) {
    return strcmp(figure->kind->name, "bars") == 0;
}

static void number_or_dash(FILE *out, double value, int digits) {
    if (isfinite(value))
        wk_quote_number(out, value, digits);
    else
        fputs("–", out);
}

void wk_markdown_stages(const wk_judged *report, FILE *out) {
    wk_arena arena = {0};
    wk_stage_sum *sums = NULL;
    size_t n = 0;
    wk_stages_sum(report->table, NULL, report->gemm_gflops, &arena, &sums, &n);
    if (n) {
        fputs("| stage | cells | median of a cell (s) | total (s) | GFLOP/s | % of DGEMM, per core "
              "|\n"
              "|---|---|---|---|---|---|\n",
              out);
        for (size_t i = 0; i < n; i++) {
            fputs("| ", out);
            wk_quote_code(out, sums[i].name);
            fprintf(out, " | %zu | %.3g | %.4g | ", sums[i].cells, sums[i].median_s,
                    sums[i].total_s);
            number_or_dash(out, sums[i].gflops, 3);
            fputs(" | ", out);
            number_or_dash(out, sums[i].percent_of_gemm, 3);
            fputs(" |\n", out);
        }
        fputs("\nRates are " WK_STAGE_RATE ". ", out);
        if (report->gemm_gflops > 0)
            fprintf(out, "That rate was %.3g GFLOP/s.", report->gemm_gflops);
        else
            fputs("That rate was not measured.", out);
        fputs(" “–”: no operations are counted there.\n\n", out);
    } else {
        fputs("No finished cell has times.\n\n", out);
    }
    wk_arena_release(&arena);
}

static void verdict_of(FILE *out, const wk_judgement *found) {
    const wk_part *part = wk_words_part(&found->claim_finding);
    fprintf(out, " %s", wk_words_mark(found->alone));
    if (part) {
        fputc(' ', out);
        wk_words_estimate(out, part);
    }
    fputs(" |", out);
}

static bool is_confirmed(const wk_judged *report, uint64_t seed) {
    bool found = seed == report->seed;
    for (size_t c = 0; c < report->nconfirmations; c++)
        found = found || report->confirmations[c].seed == seed;
    return found;
}

/* What was named and is not shown: a choice among base seeds must be seen. */
static void unconfirmed(const wk_judged *report, bool alone, FILE *out) {
    size_t n = 0;
    for (size_t i = 0; i < report->nconfirm; i++)
        if (!is_confirmed(report, report->confirm[i]))
            fprintf(out, "%s%" PRIu64,
                    n++     ? ", "
                    : alone ? "## Other base seeds\n\nNamed by the suite, but not in this report: "
                            : "Named by the suite, but not in this report: ",
                    report->confirm[i]);
    fputs(n ? " (`widecheck run --confirm` runs them).\n\n" : "", out);
}

void wk_markdown_confirmations(const wk_judged *report, FILE *out) {
    if (!report->nconfirmations) {
        unconfirmed(report, true, out);
        return;
    }
    fprintf(out,
            "## Other base seeds\n\nThe same suite with other weights, and with other data but for "
            "data sets that have a `seed` of their own. A claim whose verdict is not the same with "
            "each is inconclusive.\n\n| claim | %" PRIu64 " |",
            report->seed);
    for (size_t c = 0; c < report->nconfirmations; c++)
        fprintf(out, " %" PRIu64 " |", report->confirmations[c].seed);
    fputs("\n|---|---|", out);
    for (size_t c = 0; c < report->nconfirmations; c++)
        fputs("---|", out);
    for (size_t i = 0; i < report->njudgements; i++) {
        fputs("\n| ", out);
        wk_quote_markdown(out, report->judgements[i].claim->id);
        fputs(" |", out);
        verdict_of(out, &report->judgements[i]);
        for (size_t c = 0; c < report->nconfirmations; c++)
            verdict_of(out, &report->confirmations[c].judgements[i]);
    }
    fputs("\n\n", out);
    unconfirmed(report, false, out);
}

void wk_markdown_environment(const wk_judged *report, FILE *out) {
    fputs("## Environment\n\n| what | value |\n|---|---|\n", out);
    for (size_t i = 0; i < report->nenvironment; i++) {
        fputs("| ", out);
        wk_quote_code(out, report->environment[i].key);
        fputs(" | ", out);
        wk_quote_markdown(out, report->environment[i].text);
        fputs(" |\n", out);
    }
    if (report->core_count)
        fprintf(out, "| cores | %zu |\n", report->core_count);
    fputs("| numerics | ", out);
    wk_quote_code(out, report->numerics ? report->numerics : "");
    fputs(" |\n| suite's SHA-256 | ", out);
    wk_quote_code(out, report->suite_sha256 ? report->suite_sha256 : "");
    fputs(" |\n\n", out);
}

/* In an indented block nothing is read as Markdown. */
void wk_markdown_rerun(const wk_judged *report, FILE *out) {
    fputs("## How to run it again\n\n    ", out);
    wk_quote_plain(out, report->rerun ? report->rerun : "widecheck run SUITE.yaml");
    fputs("\n\nThe same command continues an interrupted run and runs no finished cell again; "
          "`--fresh` "
          "starts over. `widecheck report DIR` makes these files again from the store. All numbers "
          "are "
          "in [results.json](results.json).\n",
          out);
}
