/* report.md: verdicts first, then what stands behind each, then everything else. */
#include "report/markdown.h"

#include "base/quote.h"
#include "blas/backends.h"
#include "claim/statistic.h"
#include "report/words.h"
#include "table/stages.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *fact(const wk_judged *report, const char *name) {
    for (size_t i = 0; i < report->nenvironment; i++)
        if (strcmp(report->environment[i].key, name) == 0)
            return report->environment[i].text;
    return NULL;
}

static void head(const wk_judged *report, FILE *out) {
    size_t measured = 0;
    for (size_t i = 0; i < report->table->n; i++)
        measured += report->table->rows[i].status == WK_END_OK ||
                    report->table->rows[i].status == WK_END_DIVERGED;
    fputs("# ", out);
    wk_quote_markdown(out, report->suite_title && *report->suite_title ? report->suite_title
                                                                       : "A widecheck report");
    fputs("\n\nMade by widecheck ", out);
    wk_quote_markdown(out, report->version ? report->version : "");
    fputs(" (commit ", out);
    wk_quote_markdown(out, report->commit ? report->commit : "unknown");
    fputs(report->dirty ? ", with uncommitted changes) from " : ") from ", out);
    wk_quote_code(out, report->suite_path ? report->suite_path : "");
    fputs(" (SHA-256 ", out);
    wk_quote_code(out, report->suite_sha256 ? report->suite_sha256 : "");
    fprintf(out, "); %zu of %zu cells measured", measured, report->table->n);
    const char *cpu = fact(report, "cpu"), *library = fact(report, "blas.name"),
               *version = fact(report, "blas.version");
    if (cpu) {
        fputs("; ", out);
        wk_quote_markdown(out, cpu);
    }
    if (library) {
        wk_arena arena = {0};
        fputs("; ", out);
        wk_quote_markdown(out, wk_backend_title(library, version ? version : "", &arena));
        wk_arena_release(&arena);
    }
    fputs(".\n\n", out);
}

/* The heading's anchor as GitHub makes it: letters, digits, - and _. */
void wk_markdown_link(FILE *out, const char *id) {
    fputs("[", out);
    wk_quote_markdown(out, id);
    fputs("](#", out);
    for (const char *p = id; *p; p++)
        if (isalnum((unsigned char)*p) || *p == '-' || *p == '_')
            fputc(tolower((unsigned char)*p), out);
    fputs(")", out);
}

static void verdict_row(const wk_judgement *found, FILE *out) {
    const wk_finding *own = &found->claim_finding;
    const wk_part *part = wk_words_part(own);
    fputs("| ", out);
    wk_markdown_link(out, found->claim->id);
    fprintf(out, " | %s | ", wk_words_mark(found->verdict));
    wk_quote_markdown(out, found->claim->statement ? found->claim->statement : "");
    fputs(" | ", out);
    if (part) {
        wk_words_estimate(out, part);
        if (own->n > 1)
            fprintf(out, " (the tightest of %zu parts)", own->n);
        fputs(part->capped ? "; " : "", out);
        wk_words_capped(out, part);
        fputs(" | ", out);
        wk_words_rule(out, &part->test->rule);
    } else {
        fputs("– | –", out);
    }
    fprintf(out, " | %zu | %s |\n", wk_words_seeds(own),
            found->control_finding.verdict == WK_FAIL
                ? "fails, as it must"
                : wk_words_mark(found->control_finding.verdict));
}

static void verdicts(const wk_judged *report, FILE *out) {
    if (!report->njudgements) {
        fputs("The suite makes no claims: it only measures.\n\n", out);
        return;
    }
    fputs("## Verdicts\n\n"
          "| claim | verdict | statement | estimate [interval] | margin | seeds | control |\n"
          "|---|---|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; i < report->njudgements; i++)
        verdict_row(&report->judgements[i], out);
    fprintf(
        out,
        "\nIntervals: Student-t over seeds at %.6g %% (`identity`, `spread`: the range over seeds; "
        "`z`, `flips`: none). "
        "✔ pass: the whole interval lies on the "
        "claimed side of a margin that was set before the run. ✘ fail: wholly on the other side. "
        "? inconclusive: between. ! error: not measured. ∅ vacuous: the control, a variant on "
        "which the same test must fail, passed too.\n\n",
        100 * report->level);
}

static bool is_slope(const wk_finding *found) {
    for (size_t i = 0; i < found->n; i++)
        if (found->parts[i].nlocal || isfinite(found->parts[i].curvature))
            return true;
    return false;
}

static void part_row(const wk_judged *report, const wk_part *part, bool slopes, bool tests,
                     FILE *out) {
    fputs("| ", out);
    wk_words_where(out, &part->where);
    if (tests) {
        fputs(" | ", out);
        wk_words_test(out, report, part->test);
    }
    fputs(" | ", out);
    if (isnan(part->estimate)) {
        fputs("–", out);
    } else {
        fputs(part->at_least ? "≥ " : "", out);
        wk_quote_number(out, part->estimate, 4);
    }
    fputs(" | ", out);
    if (isnan(part->low) || isnan(part->high)) {
        fputs("–", out);
    } else {
        fputs("[", out);
        wk_quote_number(out, part->low, 4);
        fputs(", ", out);
        wk_quote_number(out, part->high, 4);
        fputs("]", out);
    }
    fprintf(out, " | %zu | %s", part->n, wk_words_mark(part->verdict));
    if (slopes) {
        fputs(" | ", out);
        for (size_t k = 0; k < part->nlocal; k++) {
            fputs(k ? " " : "", out);
            wk_quote_number(out, part->local[k], 2);
        }
        fputs(part->nlocal ? " | " : "– | ", out);
        if (isnan(part->curvature))
            fputs("–", out);
        else
            wk_quote_number(out, part->curvature, 2);
    }
    fputs(" | ", out);
    const bool said = wk_words_capped(out, part), more = part->reason && *part->reason;
    fputs(said && more ? "; " : "", out);
    wk_quote_markdown(out, more ? part->reason : "");
    fputs(" |\n", out);
}

static void parts(const wk_judged *report, const wk_finding *found, size_t ntests, FILE *out) {
    if (!found->n) {
        fputs("Nothing was measured.\n\n", out);
        return;
    }
    const bool slopes = is_slope(found), tests = ntests > 1;
    fprintf(out,
            "| where |%s estimate | interval | seeds | verdict |%s remarks "
            "|\n|---|%s---|---|---|---|%s---|\n",
            tests ? " test |" : "", slopes ? " local slopes | curvature |" : "",
            tests ? "---|" : "", slopes ? "---|---|" : "");
    for (size_t i = 0; i < found->n; i++)
        part_row(report, &found->parts[i], slopes, tests, out);
    fputs("\n", out);
}

static void figure(const wk_judged *report, size_t i, const char *const *troubles, FILE *out) {
    const wk_figure *f = &report->figures[i];
    const char *caption = f->caption ? f->caption : f->kind->caption;
    if (troubles && troubles[i] && *troubles[i]) {
        fputs("*Figure ", out);
        wk_quote_markdown(out, f->id);
        fputs(" was not drawn: ", out);
        wk_quote_markdown(out, troubles[i]);
        fputs(".*\n\n", out);
        return;
    }
    fputs("![", out);
    wk_quote_markdown(out, f->title ? f->title : f->id);
    fprintf(out, "](figures/%s.svg)\n\n**Figure ", f->id);
    wk_quote_markdown(out, f->id);
    fputs(".** ", out);
    if (f->title) {
        wk_quote_markdown(out, f->title);
        fputs(". ", out);
    }
    wk_quote_markdown(out, caption ? caption : "");
    fputs(" ", out);
    f->kind->note(f, report, out);
    fprintf(out, " (data: [%s.dat](figures/%s.dat), script: [%s.gp](figures/%s.gp))\n\n", f->id,
            f->id, f->id, f->id);
}

static size_t figure_of(const wk_judged *report, const wk_claim *claim) {
    size_t i = 0;
    while (i < report->nfigures &&
           !(claim->figure && strcmp(report->figures[i].id, claim->figure) == 0))
        i++;
    return i;
}

/* A figure that several claims name is shown at the first of them. */
static void claim_figure(const wk_judged *report, size_t k, const char *const *troubles,
                         FILE *out) {
    const size_t i = figure_of(report, report->judgements[k].claim);
    if (i == report->nfigures)
        return;
    for (size_t j = 0; j < k; j++)
        if (figure_of(report, report->judgements[j].claim) == i) {
            fputs("Figure: ", out);
            wk_quote_markdown(out, report->figures[i].id);
            fputs(", at ", out);
            wk_markdown_link(out, report->judgements[j].claim->id);
            fputs(".\n\n", out);
            return;
        }
    figure(report, i, troubles, out);
}

/* How a statistic is held against its rule. */
typedef enum manner { INTERVAL, WORST_SEED, POOLED } manner;

static manner manner_of(const wk_test *test) {
    return test->statistic->every_seed ? WORST_SEED : test->statistic->pooled ? POOLED : INTERVAL;
}

static bool mixed(const wk_hypothesis *h) {
    for (size_t i = 1; i < h->n; i++)
        if (manner_of(&h->tests[i]) != manner_of(&h->tests[0]))
            return true;
    return false;
}

static void judging(const wk_judged *report, const wk_hypothesis *h, FILE *out) {
    bool said[POOLED + 1] = {false};
    fputs("\n\n**Test.** ", out);
    for (size_t i = 0; i < h->n; i++) {
        const manner how = manner_of(&h->tests[i]);
        if (said[how])
            continue;
        said[how] = true;
        if (mixed(h)) {
            wk_quote_code(out, h->tests[i].statistic->name);
            fputs(": ", out);
        }
        if (how == WORST_SEED)
            fputs("Each seed gives one number; the worst of them must lie on the claimed side. "
                  "The interval shown is the range over seeds. ",
                  out);
        else if (how == POOLED)
            fputs("All seeds together give one number, which must lie on the claimed side; there "
                  "is no interval. ",
                  out);
        else
            fprintf(out,
                    "Each seed gives one number; the Student-t interval over seeds at %.6g %% must "
                    "lie wholly on the claimed side. ",
                    100 * report->level);
    }
    fputs("Each combination of the parameters that are neither run over nor fixed is a part; all "
          "parts must pass.\n\n",
          out);
}

static void claim_section(const wk_judged *report, size_t k, const char *const *troubles,
                          FILE *out) {
    const wk_judgement *found = &report->judgements[k];
    const wk_claim *claim = found->claim;
    fputs("### ", out);
    wk_quote_markdown(out, claim->id);
    fputs("\n\n> ", out);
    wk_quote_markdown(out, claim->statement ? claim->statement : "");
    fputs("\n\nSource: ", out);
    wk_words_source(out, claim);
    fprintf(out, ".\n\n**Verdict: %s.** ", wk_words_mark(found->verdict));
    wk_words_meaning(out, found);
    fputs("\n\n**Hypothesis.** ", out);
    if (claim->nverdicts)
        wk_words_verdicts(out, claim);
    else
        wk_words_hypothesis(out, report, &claim->claim);
    fputs("**Margin.** ", out);
    wk_quote_markdown(out, claim->why && *claim->why ? claim->why : "No reason is given for it.");
    if (claim->nverdicts)
        fputs("\n\nThe estimate counts the differing ones among those compared.\n\n", out);
    else
        judging(report, &claim->claim, out);
    parts(report, &found->claim_finding, claim->claim.n, out);
    fputs("**Control** (expected outcome: fail). ", out);
    if (claim->control_note) {
        wk_quote_markdown(out, claim->control_note);
        fputs(". ", out);
    }
    if (claim->nverdicts)
        fputs("The estimate counts those. ", out);
    else
        wk_words_hypothesis(out, report, &claim->control);
    fprintf(out, "Outcome: %s.\n\n",
            found->control_finding.verdict == WK_FAIL
                ? "it failed, as it must"
                : wk_words_mark(found->control_finding.verdict));
    parts(report, &found->control_finding, claim->control.n, out);
    claim_figure(report, k, troubles, out);
}

static void other_figures(const wk_judged *report, const char *const *troubles, FILE *out) {
    bool any = false;
    for (size_t i = 0; i < report->nfigures; i++) {
        bool shown = false;
        for (size_t k = 0; k < report->njudgements && !shown; k++)
            shown = figure_of(report, report->judgements[k].claim) == i;
        /* stage times have a section of their own */
        if (shown || wk_markdown_is_stages(&report->figures[i]))
            continue;
        fputs(any ? "" : "## Other figures\n\n", out);
        any = true;
        figure(report, i, troubles, out);
    }
}

wk_status wk_report_markdown(const wk_judged *report, const char *const *troubles, FILE *out,
                             wk_error *err) {
    head(report, out);
    verdicts(report, out);
    wk_markdown_families(report, out);
    wk_markdown_backends(report, out);
    if (report->njudgements)
        fputs("## Claims\n\n", out);
    for (size_t k = 0; k < report->njudgements; k++)
        claim_section(report, k, troubles, out);
    other_figures(report, troubles, out);
    wk_markdown_cells(report, out);
    fputs("## Stage times\n\n", out);
    for (size_t i = 0; i < report->nfigures; i++)
        if (wk_markdown_is_stages(&report->figures[i]))
            figure(report, i, troubles, out);
    wk_markdown_stages(report, out);
    wk_markdown_confirmations(report, out);
    wk_markdown_environment(report, out);
    wk_markdown_rerun(report, out);
    if (ferror(out))
        return wk_fail(err, WK_CANNOT, "cannot write the report: %s", strerror(errno));
    return WK_OK;
}
