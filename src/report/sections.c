/* The report as a document: verdicts first, then what stands behind each, then everything else. */
#include "report/sections.h"

#include "blas/backends.h"
#include "claim/statistic.h"
#include "report/words.h"
#include "table/stages.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static void head(const wk_judged *report, wk_doc *doc) {
    size_t measured = 0;
    for (size_t i = 0; i < report->table->n; i++)
        measured += wk_end_has_metrics(report->table->rows[i].result.end);
    wk_doc_heading(doc, 1, "%s",
                   report->suite_title && *report->suite_title ? report->suite_title
                                                               : "A widecheck report");
    wk_doc_paragraphf(doc,
                      "Made by widecheck %s (commit %s%s) from `%s` (SHA-256 `%s`); %zu of %zu "
                      "cells measured",
                      report->version, report->commit ? report->commit : "unknown",
                      report->dirty ? ", with uncommitted changes" : "", report->suite_path,
                      report->suite_sha256, measured, report->table->n);
    const char *cpu = wk_judged_fact(report, "cpu"), *library = wk_judged_fact(report, "blas.name");
    if (*cpu)
        wk_doc_sayf(doc, "; %s", cpu);
    if (*library) {
        wk_arena arena = {0};
        const char *version = wk_judged_fact(report, "blas.version");
        wk_doc_sayf(doc, "; %s", wk_backend_title(library, version, &arena));
        wk_arena_release(&arena);
    }
    wk_doc_say(doc, ".");
}

static void verdict_row(const wk_judgement *found, wk_doc *doc) {
    const wk_finding *own = &found->claim_finding;
    const wk_part *part = wk_words_part(own);
    wk_doc_rowf(doc, "[%s]|%s|%s", found->claim->id, wk_words_mark(found->verdict),
                found->claim->statement);
    wk_doc_cell(doc);
    if (part) {
        wk_words_estimate(doc, part);
        if (own->n > 1)
            wk_doc_sayf(doc, " (the tightest of %zu parts)", own->n);
        wk_doc_say(doc, part->capped ? "; " : "");
        wk_words_capped(doc, part);
        wk_doc_cell(doc);
        wk_words_rule(doc, &part->test->rule);
    } else {
        wk_doc_say(doc, "–");
        wk_doc_cells(doc, "–");
    }
    wk_doc_cells(doc, "%zu|%s", wk_words_seeds(own),
                 found->control_finding.verdict == WK_FAIL
                     ? "fails, as it must"
                     : wk_words_mark(found->control_finding.verdict));
}

static void verdicts(const wk_judged *report, wk_doc *doc) {
    if (!report->njudgements) {
        wk_doc_paragraphf(doc, "The suite makes no claims: it only measures.");
        return;
    }
    wk_doc_heading(doc, 2, "Verdicts");
    wk_doc_table(doc, 7, "l");
    wk_doc_rowf(doc, "claim|verdict|statement|estimate [interval]|margin|seeds|control");
    for (size_t i = 0; i < report->njudgements; i++)
        verdict_row(&report->judgements[i], doc);
    wk_doc_paragraphf(
        doc,
        "Intervals: Student-t over seeds at %.6g %% (`identity`, `spread`: the range over seeds; "
        "`z`, `flips`: none). "
        "✔ pass: the whole interval lies on the "
        "claimed side of a margin that was set before the run. ✘ fail: wholly on the other side. "
        "? inconclusive: between. ! error: not measured. ∅ vacuous: the control, a variant on "
        "which the same test must fail, passed too.",
        100 * report->level);
}

static bool is_slope(const wk_finding *found) {
    for (size_t i = 0; i < found->n; i++)
        if (found->parts[i].nlocal || isfinite(found->parts[i].curvature))
            return true;
    return false;
}

static void part_row(const wk_judged *report, const wk_part *part, bool slopes, bool tests,
                     wk_doc *doc) {
    wk_doc_row(doc);
    wk_doc_cell(doc);
    wk_words_where(doc, &part->where);
    if (tests) {
        wk_doc_cell(doc);
        wk_words_test(doc, report, part->test);
    }
    const bool at_least = part->at_least && !isnan(part->estimate);
    wk_doc_cells(doc, "%s%.4g", at_least ? "≥ " : "", part->estimate);
    if (isnan(part->low) || isnan(part->high))
        wk_doc_cells(doc, "–");
    else
        wk_doc_cells(doc, "[%.4g, %.4g]", part->low, part->high);
    wk_doc_cells(doc, "%zu|%s", part->n, wk_words_mark(part->verdict));
    if (slopes) {
        wk_doc_cell(doc);
        for (size_t k = 0; k < part->nlocal; k++) {
            wk_doc_say(doc, k ? " " : "");
            wk_doc_number(doc, part->local[k], 2); /* NaN in words */
        }
        wk_doc_say(doc, part->nlocal ? "" : "–");
        wk_doc_cells(doc, "%.2g", part->curvature);
    }
    wk_doc_cell(doc);
    const bool said = wk_words_capped(doc, part), more = part->reason && *part->reason;
    wk_doc_say(doc, said && more ? "; " : "");
    wk_doc_text(doc, more ? part->reason : "");
}

static void parts(const wk_judged *report, const wk_finding *found, size_t ntests, wk_doc *doc) {
    if (!found->n) {
        wk_doc_paragraphf(doc, "Nothing was measured.");
        return;
    }
    const bool slopes = is_slope(found), tests = ntests > 1;
    wk_doc_table(doc, 6 + (size_t)tests + 2 * (size_t)slopes, "l");
    wk_doc_rowf(doc, "where");
    if (tests)
        wk_doc_cells(doc, "test");
    wk_doc_cells(doc, "estimate|interval|seeds|verdict");
    if (slopes)
        wk_doc_cells(doc, "local slopes|curvature");
    wk_doc_cells(doc, "remarks");
    for (size_t i = 0; i < found->n; i++)
        part_row(report, &found->parts[i], slopes, tests, doc);
}

static void undrawn(const wk_figure *figure, const char *trouble, wk_doc *doc) {
    wk_doc_paragraph(doc);
    wk_doc_emphasis(doc, true);
    wk_doc_sayf(doc, "Figure %s was not drawn: %s.", figure->id, trouble);
    wk_doc_emphasis(doc, false);
}

static void figure_link(const char *name, wk_arena *arena, wk_doc *doc) {
    wk_doc_link(doc, wk_arena_printf(arena, "figures/%s", name), name);
}

static void figure(const wk_judged *report, size_t i, const char *const *troubles, wk_doc *doc) {
    const wk_figure *f = &report->figures[i];
    if (troubles && troubles[i] && *troubles[i]) {
        undrawn(f, troubles[i], doc);
        return;
    }
    wk_arena arena = {0};
    wk_doc_figure(doc, wk_arena_printf(&arena, "figures/%s.svg", f->id),
                  f->title ? f->title : f->id);
    wk_doc_sayf(doc, "**Figure %s.** ", f->id);
    if (f->title)
        wk_doc_sayf(doc, "%s. ", f->title);
    wk_doc_sayf(doc, "%s ", f->caption ? f->caption : f->kind->caption);
    wk_doc_say(doc, f->kind->note(f, report, &arena));
    wk_doc_say(doc, " (data: ");
    figure_link(wk_arena_printf(&arena, "%s.dat", f->id), &arena, doc);
    wk_doc_say(doc, ", script: ");
    figure_link(wk_arena_printf(&arena, "%s.gp", f->id), &arena, doc);
    wk_doc_say(doc, ")");
    wk_arena_release(&arena);
}

/* The first claim that names the figure, or njudgements. */
static size_t claim_of(const wk_judged *report, const char *id) {
    size_t k = 0;
    while (k < report->njudgements && !(report->judgements[k].claim->figure &&
                                        strcmp(report->judgements[k].claim->figure, id) == 0))
        k++;
    return k;
}

/* A figure that several claims name is shown at the first of them. */
static void claim_figure(const wk_judged *report, size_t k, const char *const *troubles,
                         wk_doc *doc) {
    const char *id = report->judgements[k].claim->figure;
    const size_t first = id ? claim_of(report, id) : k;
    for (size_t i = 0; i < report->nfigures && id; i++)
        if (strcmp(report->figures[i].id, id) == 0 && first < k)
            wk_doc_paragraphf(doc, "Figure: %s, at [%s].", id, report->judgements[first].claim->id);
        else if (strcmp(report->figures[i].id, id) == 0)
            figure(report, i, troubles, doc);
}

/* How a statistic is held against its rule. */
typedef enum manner { INTERVAL, WORST_SEED, POOLED } manner;

static manner manner_of(const wk_test *test) {
    return test->statistic->every_seed ? WORST_SEED : test->statistic->pooled ? POOLED : INTERVAL;
}

static void judging(const wk_judged *report, const wk_hypothesis *h, wk_doc *doc) {
    bool said[POOLED + 1] = {false}, mixed = false;
    for (size_t i = 1; i < h->n; i++)
        mixed = mixed || manner_of(&h->tests[i]) != manner_of(&h->tests[0]);
    wk_doc_paragraphf(doc, "**Test.** ");
    for (size_t i = 0; i < h->n; i++) {
        const manner how = manner_of(&h->tests[i]);
        if (said[how])
            continue;
        said[how] = true;
        if (mixed)
            wk_doc_sayf(doc, "`%s`: ", h->tests[i].statistic->name);
        if (how == WORST_SEED)
            wk_doc_say(doc, "Each seed gives one number; the worst of them must lie on the claimed "
                            "side. The interval shown is the range over seeds. ");
        else if (how == POOLED)
            wk_doc_say(doc, "All seeds together give one number, which must lie on the claimed "
                            "side; there is no interval. ");
        else
            wk_doc_sayf(doc,
                        "Each seed gives one number; the Student-t interval over seeds at %.6g %% "
                        "must lie wholly on the claimed side. ",
                        100 * report->level);
    }
    wk_doc_say(doc, "Each combination of the parameters that are neither run over nor fixed is a "
                    "part; all parts must pass.");
}

static void control(const wk_judged *report, const wk_judgement *found, wk_doc *doc) {
    const wk_claim *claim = found->claim;
    wk_doc_paragraphf(doc, "**Control** (expected outcome: fail). ");
    if (claim->control_note)
        wk_doc_sayf(doc, "%s. ", claim->control_note);
    if (claim->nverdicts) {
        wk_doc_say(doc, "The estimate counts those. ");
    } else {
        wk_words_hypothesis(doc, report, &claim->control);
        wk_doc_paragraph(doc);
    }
    wk_doc_sayf(doc, "Outcome: %s.",
                found->control_finding.verdict == WK_FAIL
                    ? "it failed, as it must"
                    : wk_words_mark(found->control_finding.verdict));
}

static void claim_section(const wk_judged *report, size_t k, const char *const *troubles,
                          wk_doc *doc) {
    const wk_judgement *found = &report->judgements[k];
    const wk_claim *claim = found->claim;
    wk_doc_heading(doc, 3, "%s", claim->id);
    wk_doc_quotation(doc);
    wk_doc_sayf(doc, "%s", claim->statement);
    wk_doc_paragraphf(doc, "Source: ");
    wk_words_source(doc, claim);
    wk_doc_say(doc, ".");
    wk_doc_paragraphf(doc, "**Verdict: %s.** ", wk_words_mark(found->verdict));
    wk_words_meaning(doc, found);
    wk_doc_paragraphf(doc, "**Hypothesis.** ");
    if (claim->nverdicts)
        wk_words_verdicts(doc, claim);
    else
        wk_words_hypothesis(doc, report, &claim->claim);
    wk_doc_paragraphf(doc, "**Margin.** %s",
                      claim->why && *claim->why ? claim->why : "No reason is given for it.");
    if (claim->nverdicts)
        wk_doc_paragraphf(doc, "The estimate counts the differing ones among those compared.");
    else
        judging(report, &claim->claim, doc);
    parts(report, &found->claim_finding, claim->claim.n, doc);
    control(report, found, doc);
    parts(report, &found->control_finding, claim->control.n, doc);
    claim_figure(report, k, troubles, doc);
}

static void other_figures(const wk_judged *report, const char *const *troubles, wk_doc *doc) {
    bool any = false;
    for (size_t i = 0; i < report->nfigures; i++) {
        /* stage times have a section of their own */
        if (claim_of(report, report->figures[i].id) < report->njudgements ||
            wk_section_is_stages(&report->figures[i]))
            continue;
        if (!any)
            wk_doc_heading(doc, 2, "Other figures");
        any = true;
        figure(report, i, troubles, doc);
    }
}

/* What stands between two backticks is code; all of it may hold texts of files. */
static void marked(const char *text, wk_doc *doc) {
    wk_arena arena = {0};
    for (bool code = false; *text; code = !code) {
        const size_t length = strcspn(text, "`");
        if (length)
            (code ? wk_doc_code : wk_doc_text)(doc, wk_arena_span(&arena, text, length));
        text += length + (text[length] == '`');
    }
    wk_arena_release(&arena);
}

static void warnings(const wk_judged *report, wk_doc *doc) {
    for (size_t i = 0; i < report->nwarnings; i++) {
        wk_doc_quotation(doc);
        wk_doc_say(doc, "**Warning.** ");
        marked(report->warnings[i], doc);
        wk_doc_say(doc, ".");
    }
}

static void sections(const wk_judged *report, const char *const *troubles, wk_doc *doc) {
    head(report, doc);
    warnings(report, doc);
    verdicts(report, doc);
    wk_section_families(report, doc);
    wk_section_backends(report, doc);
    if (report->njudgements)
        wk_doc_heading(doc, 2, "Claims");
    for (size_t k = 0; k < report->njudgements; k++)
        claim_section(report, k, troubles, doc);
    other_figures(report, troubles, doc);
    wk_section_cells(report, doc);
    wk_doc_heading(doc, 2, "Stage times");
    for (size_t i = 0; i < report->nfigures; i++)
        if (wk_section_is_stages(&report->figures[i]))
            figure(report, i, troubles, doc);
    wk_section_stages(report, doc);
    wk_section_confirmations(report, doc);
    wk_section_environment(report, doc);
    wk_section_rerun(report, doc);
}

wk_status wk_report_markdown(const wk_judged *report, const char *const *troubles, FILE *out,
                             wk_error *err) {
    wk_doc *doc = wk_doc_markdown(out);
    sections(report, troubles, doc);
    wk_doc_end(doc);
    if (ferror(out))
        return wk_fail(err, WK_CANNOT, "cannot write the report: %s", strerror(errno));
    return WK_OK;
}
