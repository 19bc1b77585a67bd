/* A claim in full sentences. */
#include "report/sentences.h"

#include "claim/statistic.h"
#include "report/words.h"

#include <math.h>
#include <string.h>

/* A text of the suite as the end of a sentence. */
static void full_stop(wk_doc *doc, const char *text) {
    const size_t length = strlen(text);
    wk_doc_sayf(doc, "%s%s", text, length && strchr(".!?", text[length - 1]) ? "" : ".");
}

/* ---- tests ---- */

/* "ΔΘ (ntk.change)" */
static void name_metric(wk_doc *doc, const wk_judged *report, const char *name) {
    const wk_metric *metric = wk_words_metric(report, name);
    if (metric && metric->symbol && !metric->refers)
        wk_doc_sayf(doc, "%s (%s)", metric->brief ? metric->brief : metric->symbol, name);
    else
        wk_doc_text(doc, name);
}

/* Without `over` a seed has one value, which is the worst. */
static const char *worst(const wk_test *test) {
    if (!test->over)
        return "";
    return test->rule.kind == WK_BELOW   ? "largest "
           : test->rule.kind == WK_ABOVE ? "smallest "
                                         : "smallest and the largest ";
}

/* One place of a statistic's phrase (claim/statistic.h). */
static void fill(wk_doc *doc, const wk_judged *report, const wk_test *test, const char *place,
                 size_t length) {
    const bool is_over = length == 4 && strncmp(place, "over", length) == 0;
    if (length == 6 && strncmp(place, "metric", length) == 0) {
        name_metric(doc, report, test->metric);
    } else if (length == 9 && strncmp(place, "predicted", length) == 0) {
        name_metric(doc, report, test->predicted);
    } else if (is_over || (length == 5 && strncmp(place, "among", length) == 0)) {
        wk_doc_sayf(doc, "%s%s", is_over || !test->over ? "" : " among the values of ", test->over);
    } else if (length == 5 && strncmp(place, "bound", length) == 0) {
        if (!test->predicted)
            return;
        wk_doc_say(doc, ", divided by the ");
        name_metric(doc, report, test->predicted);
        wk_doc_say(doc, ",");
    } else if (length == 5 && strncmp(place, "worst", length) == 0) {
        wk_doc_say(doc, worst(test));
    } else {
        WK_ASSERT(length == 1 && (*place == 'a' || *place == 'b'));
        wk_doc_sayf(doc, "%s %s", test->between, *place == 'a' ? test->a.text : test->b.text);
    }
}

static void phrase(wk_doc *doc, const wk_judged *report, const wk_test *test) {
    for (const char *p = test->statistic->phrase; *p;) {
        const char *close = *p == '{' ? strchr(p, '}') : NULL;
        if (close) {
            fill(doc, report, test, p + 1, (size_t)(close - p - 1));
            p = close + 1;
        } else {
            const size_t n = 1 + strcspn(p + 1, "{");
            wk_doc_sayf(doc, "%.*s", (int)n, p);
            p += n;
        }
    }
}

static void matches(wk_doc *doc, const wk_matches *where) {
    for (size_t i = 0; i < where->n; i++) {
        wk_doc_sayf(doc, "%s%s is ", i ? wk_words_joint(i, where->n, " and ") : " where ",
                    where->list[i].param);
        wk_words_values(doc, &where->list[i]);
    }
}

void wk_sentences_test(wk_doc *doc, const wk_judged *report, const wk_test *test) {
    phrase(doc, report, test);
    wk_doc_say(doc, test->rule.kind == WK_WITHIN && test->over &&
                            strstr(test->statistic->phrase, "{worst}")
                        ? " are "
                        : " is ");
    if (test->rule.kind == WK_WITHIN)
        wk_doc_sayf(doc, "between %.6g and %.6g", test->rule.low, test->rule.high);
    else
        wk_words_rule(doc, &test->rule);
    if (test->when == WK_AT_TIME)
        wk_doc_sayf(doc, " at t = %.6g", test->t);
    else if (wk_words_is_trained(report, test->metric))
        wk_doc_say(doc, " at the end of training");
    matches(doc, &test->where);
    if (isfinite(test->cap))
        wk_doc_sayf(doc, ", with values above %.6g counted as %.6g", test->cap, test->cap);
}

/* ---- hypotheses ---- */

static bool looks_at(const wk_hypothesis *h, size_t ntests, const char *metric) {
    for (size_t i = 0; h && i < ntests; i++)
        if (strcmp(h->tests[i].metric, metric) == 0 ||
            (h->tests[i].predicted && strcmp(h->tests[i].predicted, metric) == 0))
            return true;
    return false;
}

static void explain(wk_doc *doc, const wk_judged *report, const char *name) {
    const wk_metric *metric = wk_words_metric(report, name);
    if (!metric)
        return;
    wk_doc_sayf(doc, " By %s is meant: ", name);
    full_stop(doc, metric->help);
}

/* What the metrics are, but for those that `before` has told. */
static void meanings(wk_doc *doc, const wk_judged *report, const wk_hypothesis *h,
                     const wk_hypothesis *before) {
    for (size_t i = 0; i < h->n; i++) {
        const char *names[] = {h->tests[i].metric, h->tests[i].predicted};
        for (size_t k = 0; k < 2; k++)
            if (names[k] && !looks_at(h, i, names[k]) &&
                !looks_at(before, before ? before->n : 0, names[k]))
                explain(doc, report, names[k]);
    }
}

/* "in the cells of experiment horizon where train.until.escape is 1.5" */
static void cells(wk_doc *doc, const wk_hypothesis *h, const char *in) {
    wk_doc_sayf(doc, "%s the cells of experiment %s", in, h->from.experiment);
    matches(doc, &h->from.where);
}

static void bullets(wk_doc *doc, const wk_judged *report, const wk_hypothesis *h) {
    for (size_t i = 0; i < h->n; i++) {
        wk_doc_item(doc);
        wk_sentences_test(doc, report, &h->tests[i]);
        wk_doc_say(doc, i + 1 < h->n ? ";" : ".");
    }
}

static void hypothesis(wk_doc *doc, const wk_judged *report, const wk_claim *claim) {
    const wk_hypothesis *h = &claim->claim;
    wk_doc_paragraphf(doc, "Hypothesis. ");
    cells(doc, h, "In");
    if (h->n == 1) {
        wk_doc_say(doc, ", ");
        wk_sentences_test(doc, report, &h->tests[0]);
        wk_doc_say(doc, ".");
    } else {
        wk_doc_say(doc, ", all of these hold:");
        bullets(doc, report, h);
        wk_doc_paragraph(doc);
    }
    meanings(doc, report, h, NULL);
}

static const char *how(const wk_statistic *statistic) {
    if (statistic->every_seed)
        return "Each seed gives one such number; the worst of them must lie where it is claimed to "
               "be, and there is no interval.";
    if (statistic->pooled)
        return "That is one number for all seeds, which must lie where it is claimed to be; there "
               "is no interval.";
    return "Each seed gives one such number; their Student-t interval must lie wholly where it is "
           "claimed to be.";
}

static void judging(wk_doc *doc, const wk_judged *report, const wk_hypothesis *h) {
    const wk_statistic *first = h->tests[0].statistic;
    wk_doc_paragraphf(doc, "Judging. %s", how(first));
    if (!first->every_seed && !first->pooled)
        wk_doc_sayf(doc, " Its level is %.4g %%.", 100 * report->level);
    wk_doc_say(doc,
               " Each combination of the parameters that are neither run over nor fixed above is "
               "judged by itself, and all must pass.");
}

/* ---- margin, control, source ---- */

static void margin(wk_doc *doc, const wk_claim *claim) {
    if (claim->why && *claim->why) {
        wk_doc_paragraphf(doc, "Margin. The bound was set before the run, for this reason: ");
        full_stop(doc, claim->why);
    } else {
        wk_doc_paragraphf(doc, "Margin. No reason is given for the bound.");
    }
}

static void control(wk_doc *doc, const wk_judged *report, const wk_claim *claim) {
    const wk_hypothesis *h = &claim->control;
    wk_doc_paragraphf(
        doc,
        "Control. The same test, with the same rule, must fail when it looks at something else");
    if (claim->control_note) {
        wk_doc_say(doc, ": ");
        full_stop(doc, claim->control_note);
    } else {
        wk_doc_say(doc, ".");
    }
    if (h->n == 1) {
        wk_doc_say(doc, " There it says: ");
        cells(doc, h, "in");
        wk_doc_say(doc, ", ");
        wk_sentences_test(doc, report, &h->tests[0]);
        wk_doc_say(doc, ".");
    } else {
        wk_doc_say(doc, " There each of these must fail, ");
        cells(doc, h, "in");
        wk_doc_say(doc, ":");
        bullets(doc, report, h);
        wk_doc_paragraph(doc);
    }
    meanings(doc, report, h, &claim->claim);
}

static void source(wk_doc *doc, const wk_claim *claim) {
    wk_doc_paragraphf(doc, "Source. ");
    switch (claim->origin) {
    case WK_FROM_ABSTRACT:
        wk_doc_say(doc,
                   "It puts a sentence of the paper's abstract (arXiv 2403.08673) to the test.");
        break;
    case WK_FROM_DERIVED:
        wk_doc_say(
            doc, "It is derived in this project's own mathematics, and not quoted from the paper.");
        break;
    case WK_FROM_RELATED:
        wk_doc_say(doc, "It comes from related work, not from the paper itself:");
        full_stop(doc, claim->who ? claim->who : "");
        break;
    case WK_FROM_ELSEWHERE:
        wk_doc_say(doc, "It comes from here: ");
        full_stop(doc, claim->who ? claim->who : "");
        break;
    }
}

/* A claim about other claims. */
static void about_verdicts(wk_doc *doc, const wk_claim *claim) {
    wk_doc_paragraphf(doc, "Hypothesis. The verdicts of ");
    for (size_t i = 0; i < claim->nverdicts; i++)
        wk_doc_sayf(doc, "%s%s", wk_words_joint(i, claim->nverdicts, " and "),
                    claim->verdicts[i]->id);
    wk_doc_sayf(doc,
                " do not depend on %s: among their parts that differ in nothing else, none has "
                "another verdict.",
                claim->claim.tests->over);
    margin(doc, claim);
    wk_doc_paragraphf(
        doc,
        "Control. Each of these claims must differ in its verdict from its own control, so that "
        "a difference is seen where there is one.");
}

void wk_sentences_claim(wk_doc *doc, const wk_judged *report, const wk_claim *claim) {
    wk_doc_heading(doc, 2, "claim %s", claim->id);
    wk_doc_paragraphf(doc, "\"%s\"", claim->statement);
    source(doc, claim);
    if (claim->nverdicts) {
        about_verdicts(doc, claim);
        return;
    }
    hypothesis(doc, report, claim);
    judging(doc, report, &claim->claim);
    margin(doc, claim);
    control(doc, report, claim);
}
