/* Claims in words, for the report and the terminal. */
#include "report/words.h"

#include "claim/statistic.h"

#include <math.h>
#include <string.h>

const char *wk_words_mark(wk_verdict verdict) {
    static const char *const marks[] = {[WK_PASS] = "✔ pass",
                                        [WK_FAIL] = "✘ fail",
                                        [WK_INCONCLUSIVE] = "? inconclusive",
                                        [WK_ERROR] = "! error",
                                        [WK_VACUOUS] = "∅ VACUOUS"};
    return marks[verdict];
}

void wk_words_estimate(wk_doc *doc, const wk_part *part) {
    if (isnan(part->estimate)) {
        wk_doc_say(doc, "–");
        return;
    }
    wk_doc_sayf(doc, "%s%.4g [%.4g, %.4g]", part->at_least ? "≥ " : "", part->estimate, part->low,
                part->high);
}

bool wk_words_capped(wk_doc *doc, const wk_part *part) {
    if (!part->capped)
        return false;
    wk_doc_sayf(doc, "%zu of %zu values at the cap %.6g", part->capped, part->values,
                part->test->cap);
    return true;
}

void wk_words_rule(wk_doc *doc, const wk_rule *rule) {
    switch (rule->kind) {
    case WK_BELOW:
        wk_doc_sayf(doc, "below %.6g", rule->high);
        break;
    case WK_ABOVE:
        wk_doc_sayf(doc, "above %.6g", rule->low);
        break;
    case WK_WITHIN:
        wk_doc_sayf(doc, "within (%.6g, %.6g)", rule->low, rule->high);
        break;
    }
}

void wk_words_where(wk_doc *doc, const wk_bag *where) {
    if (!where->n)
        wk_doc_say(doc, "all");
    for (size_t i = 0; i < where->n; i++)
        wk_doc_sayf(doc, "%s`%s` = %s", i ? ", " : "", where->pairs[i].key,
                    where->pairs[i].value.text);
}

void wk_words_source(wk_doc *doc, const wk_claim *claim) {
    switch (claim->origin) {
    case WK_FROM_ABSTRACT:
        wk_doc_say(doc, "a sentence of the paper's abstract (arXiv 2403.08673)");
        return;
    case WK_FROM_DERIVED:
        wk_doc_say(doc, "derived in this project's own mathematics; not quoted from the paper");
        return;
    case WK_FROM_RELATED:
        wk_doc_say(doc, "related work, not the paper itself:");
        break;
    case WK_FROM_ELSEWHERE:
        break;
    }
    wk_doc_sayf(doc, "%s", claim->who);
}

const char *wk_words_joint(size_t i, size_t n, const char *last) {
    return !i ? "" : i + 1 < n ? ", " : last;
}

void wk_words_values(wk_doc *doc, const wk_match *match) {
    for (size_t j = 0; j < match->n; j++)
        wk_doc_sayf(doc, "%s%s", wk_words_joint(j, match->n, " or "), match->values[j].text);
}

static void matches(wk_doc *doc, const wk_matches *where) {
    for (size_t i = 0; i < where->n; i++) {
        wk_doc_sayf(doc, "%s`%s` is ", i ? ", " : "", where->list[i].param);
        wk_words_values(doc, &where->list[i]);
    }
}

const wk_metric *wk_words_metric(const wk_judged *report, const char *name) {
    return wk_metric_find(report->metrics, report->nmetrics, name);
}

bool wk_words_is_trained(const wk_judged *report, const char *name) {
    const wk_metric *metric = wk_words_metric(report, name);
    return !(metric && metric->routine);
}

static void metric(wk_doc *doc, const wk_judged *report, const char *name) {
    const wk_metric *metric = wk_words_metric(report, name);
    if (metric && metric->symbol)
        wk_doc_sayf(doc, "%s (`%s`)", metric->brief ? metric->brief : metric->symbol, name);
    else
        wk_doc_code(doc, name);
}

void wk_words_test(wk_doc *doc, const wk_judged *report, const wk_test *test) {
    wk_doc_sayf(doc, "the `%s` of ", test->statistic->name);
    metric(doc, report, test->metric);
    if (test->between)
        wk_doc_sayf(doc, ", `%s` %s against %s,", test->between, test->a.text, test->b.text);
    if (test->over)
        wk_doc_sayf(doc, " over `%s`", test->over);
    if (test->predicted) {
        wk_doc_say(doc, ", relative to the predicted ");
        metric(doc, report, test->predicted);
        wk_doc_say(doc, ",");
    }
    if (test->when == WK_AT_TIME)
        wk_doc_sayf(doc, " at t = %.6g", test->t);
    else if (wk_words_is_trained(report, test->metric))
        wk_doc_say(doc, " at the end of training");
    if (isfinite(test->cap))
        wk_doc_sayf(doc, " (values above %.6g are taken as that)", test->cap);
    if (test->where.n) {
        wk_doc_say(doc, ", where ");
        matches(doc, &test->where);
        wk_doc_say(doc, ",");
    }
    wk_doc_say(doc, " is ");
    wk_words_rule(doc, &test->rule);
}

void wk_words_hypothesis(wk_doc *doc, const wk_judged *report, const wk_hypothesis *hypothesis) {
    if (!hypothesis->n) {
        wk_doc_say(doc, "There is none.");
        return;
    }
    wk_doc_sayf(doc, "In the cells of experiment `%s`", hypothesis->from.experiment);
    wk_doc_say(doc, hypothesis->from.where.n ? " where " : "");
    matches(doc, &hypothesis->from.where);
    wk_doc_say(doc, hypothesis->n > 1 ? ", all of these hold:" : ":");
    for (size_t i = 0; i < hypothesis->n; i++) {
        const wk_statistic *statistic = hypothesis->tests[i].statistic;
        wk_doc_item(doc);
        wk_words_test(doc, report, &hypothesis->tests[i]);
        if (statistic->help) {
            wk_doc_sayf(doc, ". `%s`: ", statistic->name);
            wk_doc_say(doc, statistic->help);
        }
    }
}

void wk_words_verdicts(wk_doc *doc, const wk_claim *claim) {
    wk_doc_say(doc, "Among the parts of ");
    for (size_t i = 0; i < claim->nverdicts; i++)
        wk_doc_sayf(doc, "%s`%s`", wk_words_joint(i, claim->nverdicts, " and "),
                    claim->verdicts[i]->id);
    wk_doc_sayf(doc, " that differ in nothing but `%s`, no verdict differs from another.",
                claim->claim.tests->over);
}

static size_t count(const wk_finding *finding, wk_verdict verdict) {
    size_t n = 0;
    for (size_t i = 0; i < finding->n; i++)
        n += finding->parts[i].verdict == verdict;
    return n;
}

/* Says nothing where there is none, or the text is that of `other`. */
static void say_reason(wk_doc *doc, const char *whose, const char *reason, const char *other) {
    if (reason && *reason && !(other && strcmp(reason, other) == 0))
        wk_doc_sayf(doc, " %s: %s.", whose, reason);
}

void wk_words_meaning(wk_doc *doc, const wk_judgement *judgement) {
    const wk_finding *claim = &judgement->claim_finding, *control = &judgement->control_finding;
    switch (judgement->verdict) {
    case WK_PASS:
        wk_doc_sayf(doc,
                    "The measurements are **consistent with** the claim: in %s the whole interval "
                    "lies on the claimed side of the bound, and the control failed the same test, "
                    "as it must.",
                    claim->n == 1 ? "its one part" : "every part");
        return; /* that says it all */
    case WK_FAIL:
        wk_doc_sayf(doc,
                    "The measurements **contradict** the claim as it is put here: in %zu of %zu "
                    "parts the whole interval lies on the wrong side of the bound.",
                    count(claim, WK_FAIL), claim->n);
        break;
    case WK_INCONCLUSIVE:
        wk_doc_say(doc, claim->verdict == WK_PASS
                            ? "The claim's own test passed, but its control did not clearly fail; "
                              "so nothing is concluded."
                            : "The measurements neither agree with the claim nor contradict it: an "
                              "interval contains the bound.");
        break;
    case WK_ERROR:
        wk_doc_sayf(doc, "The claim could not be measured: %s.",
                    claim->verdict == WK_ERROR ? "its own cells do not suffice"
                                               : "the cells of its control do not suffice");
        break;
    case WK_VACUOUS:
        wk_doc_say(doc, "The test says nothing: its control, on which it must fail, passed too.");
        break;
    }
    say_reason(doc, "Reason", judgement->reason, NULL);
    if (judgement->quoted != WK_QUOTED_CLAIM)
        say_reason(doc, "Claim", claim->reason, NULL);
    if (judgement->quoted != WK_QUOTED_CONTROL && control->verdict != WK_FAIL)
        say_reason(doc, "Control", control->reason, claim->reason);
}

/* How far the interval lies on the right side of the bound; negative: beyond it. */
static double slack(const wk_part *part) {
    const wk_rule *rule = &part->test->rule;
    const double below = rule->kind == WK_ABOVE ? (double)INFINITY : rule->high - part->high;
    const double above = rule->kind == WK_BELOW ? (double)INFINITY : part->low - rule->low;
    const double least = below < above ? below : above;
    return isnan(least) ? -(double)INFINITY : least;
}

const wk_part *wk_words_part(const wk_finding *finding) {
    const wk_part *worst = NULL;
    for (size_t i = 0; i < finding->n; i++) {
        const wk_part *part = &finding->parts[i];
        const bool decides = part->verdict == finding->verdict;
        const bool better = worst && worst->verdict == finding->verdict;
        if (!worst || (decides && !better) || (decides == better && slack(part) < slack(worst)))
            worst = part;
    }
    return worst;
}

size_t wk_words_seeds(const wk_finding *finding) {
    size_t n = finding->n ? finding->parts[0].n : 0;
    for (size_t i = 1; i < finding->n; i++)
        n = finding->parts[i].n < n ? finding->parts[i].n : n;
    return n;
}
