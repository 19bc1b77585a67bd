#include "report/words.h"

#include "base/quote.h"
#include "claim/statistic.h"

#include <math.h>
#include <string.h>

const char *wk_words_mark(wk_verdict verdict) {
    switch (verdict) {
    case WK_PASS:
        return "✔ pass";
    case WK_FAIL:
        return "✘ fail";
    case WK_INCONCLUSIVE:
        return "? inconclusive";
    case WK_ERROR:
        return "! error";
    case WK_VACUOUS:
        return "∅ VACUOUS";
    }
    return "";
}

void wk_words_estimate(FILE *out, const wk_part *part) {
    if (isnan(part->estimate)) {
        fputs("–", out);
        return;
    }
    fputs(part->at_least ? "≥ " : "", out);
    wk_quote_number(out, part->estimate, 4);
    fputs(" [", out);
    wk_quote_number(out, part->low, 4);
    fputs(", ", out);
    wk_quote_number(out, part->high, 4);
    fputs("]", out);
}

bool wk_words_capped(FILE *out, const wk_part *part) {
    if (!part->capped)
        return false;
    fprintf(out, "%zu of %zu values at the cap ", part->capped, part->values);
    wk_quote_number(out, part->test->cap, 6);
    return true;
}

void wk_words_rule(FILE *out, const wk_rule *rule) {
    switch (rule->kind) {
    case WK_BELOW:
        fputs("below ", out);
        wk_quote_number(out, rule->high, 6);
        break;
    case WK_ABOVE:
        fputs("above ", out);
        wk_quote_number(out, rule->low, 6);
        break;
    case WK_WITHIN:
        fputs("within (", out);
        wk_quote_number(out, rule->low, 6);
        fputs(", ", out);
        wk_quote_number(out, rule->high, 6);
        fputs(")", out);
        break;
    }
}

void wk_words_where(FILE *out, const wk_bag *where) {
    if (!where->n)
        fputs("all", out);
    for (size_t i = 0; i < where->n; i++) {
        fputs(i ? ", " : "", out);
        wk_quote_code(out, where->pairs[i].key);
        fputs(" = ", out);
        wk_quote_markdown(out, where->pairs[i].text);
    }
}

void wk_words_source(FILE *out, const wk_claim *claim) {
    switch (claim->origin) {
    case WK_FROM_ABSTRACT:
        fputs("a sentence of the paper's abstract (arXiv 2403.08673)", out);
        return;
    case WK_FROM_DERIVED:
        fputs("derived in this project's own mathematics; not quoted from the paper", out);
        return;
    case WK_FROM_RELATED:
        fputs("related work, not the paper itself:", out);
        break;
    case WK_FROM_ELSEWHERE:
        break;
    }
    wk_quote_markdown(out, claim->who ? claim->who : "");
}

static void matches(FILE *out, const wk_match *where, size_t n) {
    for (size_t i = 0; i < n; i++) {
        fputs(i ? ", " : "", out);
        wk_quote_code(out, where[i].param);
        fputs(" is ", out);
        for (size_t j = 0; j < where[i].n; j++) {
            fputs(!j ? "" : j + 1 < where[i].n ? ", " : " or ", out);
            wk_quote_markdown(out, where[i].values[j]);
        }
    }
}

static void metric(FILE *out, const wk_judged *report, const char *name) {
    for (size_t i = 0; i < report->nmetrics; i++)
        if (strcmp(report->metrics[i].name, name) == 0 && report->metrics[i].symbol) {
            const char *symbol = report->metrics[i].symbol;
            const char *equals = strstr(symbol, " = ");
            char text[128];
            snprintf(text, sizeof text, "%.*s", (int)(equals ? equals - symbol : 100), symbol);
            wk_quote_markdown(out, text);
            fputs(" (", out);
            wk_quote_code(out, name);
            fputs(")", out);
            return;
        }
    wk_quote_code(out, name);
}

bool wk_words_is_kernel(const char *metric) {
    return strncmp(metric, "kernel.", 7) == 0;
}

void wk_words_test(FILE *out, const wk_judged *report, const wk_test *test) {
    fputs("the ", out);
    wk_quote_code(out, test->statistic->name);
    fputs(" of ", out);
    metric(out, report, test->metric);
    if (test->between) {
        fputs(", ", out);
        wk_quote_code(out, test->between);
        fputs(" ", out);
        wk_quote_markdown(out, test->a ? test->a : "");
        fputs(" against ", out);
        wk_quote_markdown(out, test->b ? test->b : "");
        fputs(",", out);
    }
    if (test->over) {
        fputs(" over ", out);
        wk_quote_code(out, test->over);
    }
    if (test->predicted) {
        fputs(", relative to the predicted ", out);
        metric(out, report, test->predicted);
        fputs(",", out);
    }
    if (test->when == WK_AT_TIME)
        fprintf(out, " at t = %.6g", test->t);
    else if (!wk_words_is_kernel(test->metric))
        fputs(" at the end of training", out);
    if (isfinite(test->cap)) {
        fputs(" (values above ", out);
        wk_quote_number(out, test->cap, 6);
        fputs(" are taken as that)", out);
    }
    if (test->nwhere) {
        fputs(", where ", out);
        matches(out, test->where, test->nwhere);
        fputs(",", out);
    }
    fputs(" is ", out);
    wk_words_rule(out, &test->rule);
}

void wk_words_hypothesis(FILE *out, const wk_judged *report, const wk_hypothesis *hypothesis) {
    if (!hypothesis->n) {
        fputs("There is none.\n\n", out);
        return;
    }
    fputs("In the cells of experiment ", out);
    wk_quote_code(out, hypothesis->from.experiment ? hypothesis->from.experiment : "");
    if (hypothesis->from.n) {
        fputs(" where ", out);
        matches(out, hypothesis->from.where, hypothesis->from.n);
    }
    fputs(hypothesis->n > 1 ? ", all of these hold:\n\n" : ":\n\n", out);
    for (size_t i = 0; i < hypothesis->n; i++) {
        fputs("- ", out);
        wk_words_test(out, report, &hypothesis->tests[i]);
        if (hypothesis->tests[i].statistic->help) {
            fputs(". ", out);
            wk_quote_code(out, hypothesis->tests[i].statistic->name);
            fputs(": ", out);
            wk_quote_plain(out, hypothesis->tests[i].statistic->help); /* the program's own text */
        }
        fputs("\n", out);
    }
    fputs("\n", out);
}

void wk_words_verdicts(FILE *out, const wk_claim *claim) {
    fputs("Among the parts of ", out);
    for (size_t i = 0; i < claim->nverdicts; i++) {
        fputs(!i ? "" : i + 1 < claim->nverdicts ? ", " : " and ", out);
        wk_quote_code(out, claim->verdicts[i]->id);
    }
    fputs(" that differ in nothing but ", out);
    wk_quote_code(out, claim->claim.tests->over);
    fputs(", no verdict differs from another.\n\n", out);
}

static size_t count(const wk_finding *finding, wk_verdict verdict) {
    size_t n = 0;
    for (size_t i = 0; i < finding->n; i++)
        n += finding->parts[i].verdict == verdict;
    return n;
}

/* Says nothing where there is none, or the text is that of `other`. */
static void say_reason(FILE *out, const char *whose, const char *reason, const char *other) {
    if (!reason || !*reason || (other && strcmp(reason, other) == 0))
        return;
    fputs(whose, out);
    wk_quote_markdown(out, reason);
    fputs(".", out);
}

void wk_words_meaning(FILE *out, const wk_judgement *judgement) {
    const wk_finding *claim = &judgement->claim_finding, *control = &judgement->control_finding;
    switch (judgement->verdict) {
    case WK_PASS:
        fprintf(
            out,
            "The measurements are **consistent with** the claim: in %s the whole interval lies on "
            "the claimed side of the bound, and the control failed the same test, as it must.",
            claim->n == 1 ? "its one part" : "every part");
        break;
    case WK_FAIL:
        fprintf(
            out,
            "The measurements **contradict** the claim as it is put here: in %zu of %zu parts the "
            "whole interval lies on the wrong side of the bound.",
            count(claim, WK_FAIL), claim->n);
        break;
    case WK_INCONCLUSIVE:
        fputs(claim->verdict == WK_PASS
                  ? "The claim's own test passed, but its control did not clearly fail; so nothing "
                    "is "
                    "concluded."
                  : "The measurements neither agree with the claim nor contradict it: an interval "
                    "contains the bound.",
              out);
        break;
    case WK_ERROR:
        fprintf(out, "The claim could not be measured: %s.",
                claim->verdict == WK_ERROR ? "its own cells do not suffice"
                                           : "the cells of its control do not suffice");
        break;
    case WK_VACUOUS:
        fputs("The test says nothing: its control, on which it must fail, passed too.", out);
        break;
    }
    if (judgement->verdict == WK_PASS) /* the sentence above says it all */
        return;
    say_reason(out, " Reason: ", judgement->reason, NULL);
    if (judgement->quoted != WK_QUOTED_CLAIM)
        say_reason(out, " Claim: ", claim->reason, NULL);
    if (judgement->quoted != WK_QUOTED_CONTROL && control->verdict != WK_FAIL)
        say_reason(out, " Control: ", control->reason, claim->reason);
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
