#include "report/sentences.h"

#include "base/heap.h"
#include "base/quote.h"
#include "claim/statistic.h"
#include "report/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- paragraphs ---- */

typedef struct page {
    FILE *out;
} page;

/* Text that is broken into lines when it ends. */
typedef struct paragraph {
    page *on;
    FILE *memory;
    char *text;
    size_t length;
} paragraph;

/* What the sentences are written to. */
static FILE *begin(paragraph *p, page *on) {
    *p = (paragraph){.on = on};
    p->memory = wk_text_stream(&p->text, &p->length);
    return p->memory;
}

/* `before` parts it from what stands above; nothing is written for an empty one. */
static void end(paragraph *p, size_t indent, const char *before) {
    fclose(p->memory);
    if (p->length) {
        fputs(before, p->on->out);
        wk_quote_wrapped(p->on->out, p->text, WK_SENTENCES_COLUMNS, indent);
        fputs("\n", p->on->out);
    }
    free(p->text);
}

/* A text of the suite as the end of a sentence. */
static void full_stop(FILE *out, const char *text) {
    const size_t length = strlen(text);
    wk_quote_plain(out, text);
    fputs(length && strchr(".!?", text[length - 1]) ? "" : ".", out);
}

/* ---- tests ---- */

static const wk_metric *metric_of(const wk_judged *report, const char *name) {
    for (size_t i = 0; i < report->nmetrics; i++)
        if (strcmp(report->metrics[i].name, name) == 0)
            return &report->metrics[i];
    return NULL;
}

/* "ΔΘ (ntk.change)" */
static void name_metric(FILE *out, const wk_judged *report, const char *name) {
    const wk_metric *metric = metric_of(report, name);
    const char *symbol = metric && metric->symbol ? metric->symbol : "";
    if (strncmp(symbol, "the same", 8) == 0) /* as a metric that is not named here */
        symbol = "";
    const char *equals = strstr(symbol, " = ");
    fprintf(out, "%.*s%s", (int)(equals ? (size_t)(equals - symbol) : strlen(symbol)), symbol,
            *symbol ? " (" : "");
    wk_quote_plain(out, name);
    fputs(*symbol ? ")" : "", out);
}

static void name_side(FILE *out, const wk_test *test, const char *value) {
    wk_quote_plain(out, test->between ? test->between : "");
    fputs(" ", out);
    wk_quote_plain(out, value ? value : "");
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
static void fill(FILE *out, const wk_judged *report, const wk_test *test, const char *place,
                 size_t length) {
    const bool is_over = length == 4 && strncmp(place, "over", length) == 0;
    if (length == 6 && strncmp(place, "metric", length) == 0) {
        name_metric(out, report, test->metric);
    } else if (length == 9 && strncmp(place, "predicted", length) == 0) {
        name_metric(out, report, test->predicted);
    } else if (is_over || (length == 5 && strncmp(place, "among", length) == 0)) {
        fputs(is_over || !test->over ? "" : " among the values of ", out);
        wk_quote_plain(out, test->over ? test->over : "");
    } else if (length == 5 && strncmp(place, "bound", length) == 0) {
        fputs(test->predicted ? ", divided by the " : "", out);
        if (test->predicted)
            name_metric(out, report, test->predicted);
        fputs(test->predicted ? "," : "", out);
    } else if (length == 5 && strncmp(place, "worst", length) == 0) {
        fputs(worst(test), out);
    } else {
        WK_ASSERT(length == 1 && (*place == 'a' || *place == 'b'));
        name_side(out, test, *place == 'a' ? test->a : test->b);
    }
}

static void phrase(FILE *out, const wk_judged *report, const wk_test *test) {
    for (const char *p = test->statistic->phrase; *p;) {
        const char *close = *p == '{' ? strchr(p, '}') : NULL;
        if (close) {
            fill(out, report, test, p + 1, (size_t)(close - p - 1));
            p = close + 1;
        } else {
            fputc(*p++, out);
        }
    }
}

static void matches(FILE *out, const wk_match *where, size_t n) {
    for (size_t i = 0; i < n; i++) {
        fputs(!i ? " where " : i + 1 < n ? ", " : " and ", out);
        wk_quote_plain(out, where[i].param);
        fputs(" is ", out);
        for (size_t j = 0; j < where[i].n; j++) {
            fputs(!j ? "" : j + 1 < where[i].n ? ", " : " or ", out);
            wk_quote_plain(out, where[i].values[j]);
        }
    }
}

static void rule(FILE *out, const wk_rule *r) {
    fputs(r->kind == WK_BELOW ? "below " : r->kind == WK_ABOVE ? "above " : "between ", out);
    wk_quote_number(out, r->kind == WK_BELOW ? r->high : r->low, 6);
    if (r->kind == WK_WITHIN) {
        fputs(" and ", out);
        wk_quote_number(out, r->high, 6);
    }
}

void wk_sentences_test(FILE *out, const wk_judged *report, const wk_test *test) {
    phrase(out, report, test);
    fputs(test->rule.kind == WK_WITHIN && test->over && strstr(test->statistic->phrase, "{worst}")
              ? " are "
              : " is ",
          out);
    rule(out, &test->rule);
    if (test->when == WK_AT_TIME)
        fprintf(out, " at t = %.6g", test->t);
    else if (!wk_words_is_kernel(test->metric))
        fputs(" at the end of training", out);
    matches(out, test->where, test->nwhere);
    if (isfinite(test->cap)) {
        fputs(", with values above ", out);
        wk_quote_number(out, test->cap, 6);
        fputs(" counted as ", out);
        wk_quote_number(out, test->cap, 6);
    }
}

/* ---- hypotheses ---- */

static bool looks_at(const wk_hypothesis *h, size_t ntests, const char *metric) {
    for (size_t i = 0; h && i < ntests; i++)
        if (strcmp(h->tests[i].metric, metric) == 0 ||
            (h->tests[i].predicted && strcmp(h->tests[i].predicted, metric) == 0))
            return true;
    return false;
}

static void explain(FILE *out, const wk_judged *report, const char *name) {
    const wk_metric *metric = metric_of(report, name);
    if (!metric)
        return;
    fprintf(out, " By %s is meant: ", name);
    full_stop(out, metric->help);
}

/* What the metrics are, but for those that `before` has told. */
static void meanings(FILE *out, const wk_judged *report, const wk_hypothesis *h,
                     const wk_hypothesis *before) {
    for (size_t i = 0; i < h->n; i++) {
        const char *names[] = {h->tests[i].metric, h->tests[i].predicted};
        for (size_t k = 0; k < 2; k++)
            if (names[k] && !looks_at(h, i, names[k]) &&
                !looks_at(before, before ? before->n : 0, names[k]))
                explain(out, report, names[k]);
    }
}

/* "in the cells of experiment horizon where train.until.escape is 1.5" */
static void cells(FILE *out, const wk_hypothesis *h, const char *in) {
    fprintf(out, "%s the cells of experiment ", in);
    wk_quote_plain(out, h->from.experiment ? h->from.experiment : "");
    matches(out, h->from.where, h->from.n);
}

static void bullets(page *out, const wk_judged *report, const wk_hypothesis *h) {
    for (size_t i = 0; i < h->n; i++) {
        paragraph p;
        FILE *text = begin(&p, out);
        fputs("- ", text);
        wk_sentences_test(text, report, &h->tests[i]);
        fputs(i + 1 < h->n ? ";" : ".", text);
        end(&p, 2, i ? "" : "\n");
    }
}

static void hypothesis(page *out, const wk_judged *report, const wk_claim *claim) {
    const wk_hypothesis *h = &claim->claim;
    paragraph p;
    FILE *text = begin(&p, out);
    fputs("Hypothesis. ", text);
    cells(text, h, "In");
    if (h->n == 1) {
        fputs(", ", text);
        wk_sentences_test(text, report, &h->tests[0]);
        fputs(".", text);
    } else {
        fputs(", all of these hold:", text);
        end(&p, 0, "\n");
        bullets(out, report, h);
        text = begin(&p, out);
    }
    meanings(text, report, h, NULL);
    end(&p, 0, "\n");
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

static void judging(page *out, const wk_judged *report, const wk_hypothesis *h) {
    paragraph p;
    FILE *text = begin(&p, out);
    const wk_statistic *first = h->tests[0].statistic;
    fprintf(text, "Judging. %s", how(first));
    if (!first->every_seed && !first->pooled)
        fprintf(text, " Its level is %.4g %%.", 100 * report->level);
    fputs(" Each combination of the parameters that are neither run over nor fixed above is "
          "judged by itself, and all must pass.",
          text);
    end(&p, 0, "\n");
}

/* ---- margin, control, source ---- */

static void margin(page *out, const wk_claim *claim) {
    paragraph p;
    FILE *text = begin(&p, out);
    if (claim->why && *claim->why) {
        fputs("Margin. The bound was set before the run, for this reason: ", text);
        full_stop(text, claim->why);
    } else {
        fputs("Margin. No reason is given for the bound.", text);
    }
    end(&p, 0, "\n");
}

static void control(page *out, const wk_judged *report, const wk_claim *claim) {
    const wk_hypothesis *h = &claim->control;
    paragraph p;
    FILE *text = begin(&p, out);
    fputs("Control. The same test, with the same rule, must fail when it looks at something else",
          text);
    if (claim->control_note) {
        fputs(": ", text);
        full_stop(text, claim->control_note);
    } else {
        fputs(".", text);
    }
    if (h->n == 1) {
        fputs(" There it says: ", text);
        cells(text, h, "in");
        fputs(", ", text);
        wk_sentences_test(text, report, &h->tests[0]);
        fputs(".", text);
    } else {
        fputs(" There each of these must fail, ", text);
        cells(text, h, "in");
        fputs(":", text);
        end(&p, 0, "\n");
        bullets(out, report, h);
        text = begin(&p, out);
    }
    meanings(text, report, h, &claim->claim);
    end(&p, 0, "\n");
}

static void source(page *out, const wk_claim *claim) {
    paragraph p;
    FILE *line = begin(&p, out);
    fputs("Source. ", line);
    switch (claim->origin) {
    case WK_FROM_ABSTRACT:
        fputs("It puts a sentence of the paper's abstract (arXiv 2403.08673) to the test.", line);
        break;
    case WK_FROM_DERIVED:
        fputs("It is derived in this project's own mathematics, and not quoted from the paper.",
              line);
        break;
    case WK_FROM_RELATED:
        fputs("It comes from related work, not from the paper itself:", line);
        full_stop(line, claim->who ? claim->who : "");
        break;
    case WK_FROM_ELSEWHERE:
        fputs("It comes from here: ", line);
        full_stop(line, claim->who ? claim->who : "");
        break;
    }
    end(&p, 0, "\n");
}

/* A claim about other claims. */
static void about_verdicts(page *out, const wk_claim *claim) {
    paragraph p;
    FILE *text = begin(&p, out);
    fputs("Hypothesis. The verdicts of ", text);
    for (size_t i = 0; i < claim->nverdicts; i++) {
        fputs(!i ? "" : i + 1 < claim->nverdicts ? ", " : " and ", text);
        wk_quote_plain(text, claim->verdicts[i]->id);
    }
    fputs(" do not depend on ", text);
    wk_quote_plain(text, claim->claim.tests->over);
    fputs(": among their parts that differ in nothing else, none has another verdict.", text);
    end(&p, 0, "\n");
    margin(out, claim);
    text = begin(&p, out);
    fputs("Control. Each of these claims must differ in its verdict from its own control, so that "
          "a difference is seen where there is one.",
          text);
    end(&p, 0, "\n");
}

void wk_sentences_claim(FILE *out, const wk_judged *report, const wk_claim *claim) {
    page whole = {.out = out};
    paragraph p;
    fputs("claim ", out);
    wk_quote_plain(out, claim->id);
    fputs("\n", out);
    FILE *text = begin(&p, &whole);
    fputs("\"", text);
    wk_quote_plain(text, claim->statement ? claim->statement : "");
    fputs("\"", text);
    end(&p, 0, "\n");
    source(&whole, claim);
    if (claim->nverdicts) {
        about_verdicts(&whole, claim);
        return;
    }
    hypothesis(&whole, report, claim);
    judging(&whole, report, &claim->claim);
    margin(&whole, claim);
    control(&whole, report, claim);
}
