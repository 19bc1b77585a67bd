/* A claim in sentences: every statistic can be said, with all that a test holds. */
#include "report/sentences.h"

#include "claim/statistic.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const wk_metric metrics[] = {
    {"m", "ΔΘ = what it is", "how far it moved", .brief = "ΔΘ"},
    {"m.other", "the same without it", "the same of another: a control", .refers = true},
    {"p", "slope", "what theory says", .replay = WK_REPLAY_SMOOTH},
    {.name = "kernel.residual", .routine = true},
};
static const wk_judged report = {
    .metrics = metrics, .nmetrics = sizeof metrics / sizeof *metrics, .level = 0.9979};

static char *sentence_of(const wk_test *test) {
    static char *text; /* static: gcc 12 takes what open_memstream gives for the variable itself */
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    wk_doc *doc = wk_doc_terminal(out, 80);
    wk_doc_preformatted(doc); /* is not wrapped, and keeps its blanks */
    wk_sentences_test(doc, &report, test);
    wk_doc_end(doc);
    fclose(out);
    text[--length] = '\0'; /* the line break */
    memmove(text, text + 4, length - 3);
    return text;
}

static void said(const wk_test *test, const char *expected) {
    char *text = sentence_of(test);
    assert_string_equal(text, expected);
    free(text);
}

static void every_statistic_makes_a_sentence(void **state) {
    (void)state;
    for (size_t i = 0; i < wk_statistics_n; i++)
        for (int kind = WK_BELOW; kind <= WK_WITHIN; kind++) {
            const wk_statistic *s = &wk_statistics[i];
            const wk_test test = {.statistic = s,
                                  .metric = "m",
                                  .over = "model.width",
                                  .cap = INFINITY,
                                  .between = s->needs_between ? "loss" : NULL,
                                  .a = {.text = "dot"},
                                  .b = {.text = "cosine"},
                                  .predicted = s->needs_predicted ? "p" : NULL,
                                  .rule = {(wk_rule_kind)kind, -0.5, 0.25}};
            char *text = sentence_of(&test);
            assert_null(strpbrk(text, "{}`\\"));
            assert_null(strstr(text, "  "));
            assert_null(strstr(text, ",,"));
            assert_int_equal(strncmp(text, "the ", 4), 0);
            assert_non_null(strstr(text, "ΔΘ (m)"));
            assert_true(!s->needs_between || (strstr(text, "loss dot") && strstr(text, "cosine")));
            assert_true(!s->needs_predicted || strstr(text, "slope (p)"));
            assert_true(!s->needs_over || strstr(text, "model.width"));
            assert_non_null(strstr(text, kind == WK_BELOW   ? "below 0.25"
                                         : kind == WK_ABOVE ? "above −0.5"
                                                            : "between −0.5 and 0.25"));
            free(text);
        }
}

static void a_test_is_said_with_all_that_it_holds(void **state) {
    (void)state;
    static const wk_value widths[] = {{.text = "64"}, {.text = "128"}, {.text = "256"}},
                          relu[] = {{.text = "relu"}};
    static const wk_match where[] = {{"model.width", widths, 3}, {"model.activation", relu, 1}};
    wk_test test = {.statistic = wk_statistic_find("ratio"),
                    .metric = "m",
                    .over = "model.width",
                    .when = WK_AT_TIME,
                    .t = 8,
                    .cap = 1,
                    .between = "loss",
                    .a = {.text = "dot"},
                    .b = {.text = "cosine"},
                    .where = {where, 2},
                    .rule = {WK_ABOVE, 10, INFINITY}};
    said(&test, "the smallest ratio of ΔΘ (m) with loss dot to that with loss cosine among the "
                "values of model.width is above 10 at t = 8 where model.width is 64, 128 or 256 "
                "and model.activation is relu, with values above 1 counted as 1");
    test = (wk_test){.statistic = wk_statistic_find("worst"),
                     .metric = "m.other",
                     .cap = INFINITY,
                     .rule = {WK_BELOW, -INFINITY, 0.01}};
    said(&test, "the value of m.other is below 0.01 at the end of training");
    test.metric = "kernel.residual"; /* nothing is trained */
    said(&test, "the value of kernel.residual is below 0.01");
}

static void a_claim_is_paragraphs_that_end(void **state) {
    (void)state;
    const wk_test tests[] = {{.statistic = wk_statistic_find("slope"),
                              .metric = "m",
                              .over = "model.width",
                              .cap = INFINITY,
                              .rule = {WK_BELOW, -INFINITY, -0.4}},
                             {.statistic = wk_statistic_find("slope"),
                              .metric = "m.other",
                              .over = "model.width",
                              .cap = INFINITY,
                              .rule = {WK_BELOW, -INFINITY, -0.4}}};
    const wk_claim claim = {.id = "c",
                            .statement = "It falls",
                            .source = "related: Someone 2019",
                            .origin = WK_FROM_RELATED,
                            .who = " Someone 2019",
                            .why = "theory says -1/2; margin 0.1",
                            .control_note = "the other",
                            .claim = {{"e", {NULL, 0}}, tests, 1},
                            .control = {{"e", {NULL, 0}}, tests + 1, 1}};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    wk_doc *doc = wk_doc_terminal(out, 80);
    wk_sentences_claim(doc, &report, &claim);
    wk_doc_end(doc);
    fclose(out);
    assert_string_equal(
        text, "claim c\n\n\"It falls\"\n\n"
              "Source. It comes from related work, not from the paper itself: Someone 2019.\n\n"
              "Hypothesis. In the cells of experiment e, the exponent of ΔΘ (m) as a power of\n"
              "model.width is below −0.4 at the end of training. By m is meant: how far it\n"
              "moved.\n\n"
              "Judging. Each seed gives one such number; their Student-t interval must lie\n"
              "wholly where it is claimed to be. Its level is 99.79 %. Each combination of the\n"
              "parameters that are neither run over nor fixed above is judged by itself, and\n"
              "all must pass.\n\n"
              "Margin. The bound was set before the run, for this reason: theory says -1/2;\n"
              "margin 0.1.\n\n"
              "Control. The same test, with the same rule, must fail when it looks at something\n"
              "else: the other. There it says: in the cells of experiment e, the exponent of\n"
              "m.other as a power of model.width is below −0.4 at the end of training. By\n"
              "m.other is meant: the same of another: a control.\n");
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_statistic_makes_a_sentence),
        cmocka_unit_test(a_test_is_said_with_all_that_it_holds),
        cmocka_unit_test(a_claim_is_paragraphs_that_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
