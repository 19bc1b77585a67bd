/* The rows of claims and families: what a suite may write about them, and into which fields it is
 * bound (study/written.h). */
#include "study/grammar_claims.h"

#include "claim/statistic.h"
#include "study/written.h"

#include <stddef.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { MOST = 32 }; /* statistics */

static const char *statistic_words[MOST + 1];

void wk_grammar_claims_assemble(void) {
    WK_ASSERT(wk_statistics_n <= MOST);
    for (size_t i = 0; i < wk_statistics_n; i++)
        statistic_words[i] = wk_statistics[i].name;
}

/* clang-format off: a table, one entry in few lines */
static const wk_param from_rows[] = {
    {.name = "experiment", .type = WK_NAME, .offset = offsetof(wk_from_text, experiment),
     .flags = WK_REQUIRED, .help = "whose cells"},
    {.name = "where", .type = WK_MATCH, .offset = offsetof(wk_from_text, where),
     .help = "parameter: value, or a list of values"},
};
/* clang-format on */
const wk_group wk_from_group = {.name = "from",
                                .help = "a selection of cells",
                                .rows = from_rows,
                                .n = COUNT(from_rows),
                                .shorthand = "experiment"};

static const char *const whens[] = {"end", NULL};
/* clang-format off: a table, one entry in few lines */
static const wk_param at_rows[] = {
    {.name = "t", .type = WK_REAL, .offset = offsetof(wk_at_text, t), .max = 1e12,
     .help = "the checkpoint at this training time"},
    {.name = "when", .type = WK_WORD, .offset = offsetof(wk_at_text, when), .words = whens,
     .help = "end: the last checkpoint"},
};
/* clang-format on */
static const wk_group at_group = {.name = "at",
                                  .help = "when in its training a cell's metric is read",
                                  .rows = at_rows,
                                  .n = COUNT(at_rows),
                                  .shorthand = "when",
                                  .exactly_one = true};

/* A control changes what is looked at, never the rule: these rows are common to both. */
#define READING_ROWS(required)                                                                     \
    {.name = "metric",                                                                             \
     .type = WK_NAME,                                                                              \
     .offset = offsetof(wk_reading_text, metric),                                                  \
     .flags = required,                                                                            \
     .help = "which metric"},                                                                      \
        {.name = "at",                                                                             \
         .type = WK_GROUP,                                                                         \
         .offset = offsetof(wk_reading_text, at),                                                  \
         .group = &at_group,                                                                       \
         .help = "when it is read; default: end"},                                                 \
        {.name = "cap",                                                                            \
         .type = WK_REAL,                                                                          \
         .offset = offsetof(wk_reading_text, cap),                                                 \
         .min = -1e300,                                                                            \
         .max = 1e300,                                                                             \
         .help = "values above count as this"},                                                    \
        {.name = "between",                                                                        \
         .type = WK_MATCH,                                                                         \
         .offset = offsetof(wk_reading_text, between),                                             \
         .help = "ratio, difference: {parameter: [A, B]}"},                                        \
        {.name = "predicted",                                                                      \
         .type = WK_NAME,                                                                          \
         .offset = offsetof(wk_reading_text, predicted),                                           \
         .help = "escape, agreement: the metric that holds the prediction; spread: the bound"},    \
    {                                                                                              \
        .name = "where", .type = WK_MATCH, .offset = offsetof(wk_reading_text, where),             \
        .help = "conditions beside those of `from`"                                                \
    }

/* clang-format off: a table, one entry in few lines */
static const wk_param test_rows[] = {
    READING_ROWS(WK_REQUIRED),
    {.name = "statistic", .type = WK_WORD, .offset = offsetof(wk_test_text, statistic),
     .flags = WK_REQUIRED, .words = statistic_words, .help = "what each seed is reduced to"},
    {.name = "over", .type = WK_NAME, .offset = offsetof(wk_test_text, over),
     .help = "the parameter that the statistic runs over"},
    {.name = "below", .type = WK_REAL, .offset = offsetof(wk_test_text, below), .min = -1e300,
     .max = 1e300, .help = "holds if wholly below this"},
    {.name = "above", .type = WK_REAL, .offset = offsetof(wk_test_text, above), .min = -1e300,
     .max = 1e300, .help = "holds if wholly above this"},
    {.name = "within", .type = WK_INTERVAL, .offset = offsetof(wk_test_text, within), .min = -1e300,
     .max = 1e300, .help = "holds if wholly inside"},
};
/* clang-format on */
static const wk_group test_group = {
    .name = "test", .help = "statistic and rule", .rows = test_rows, .n = COUNT(test_rows)};

static const wk_param control_test_rows[] = {
    READING_ROWS(0),
};
static const wk_group control_test_group = {.name = "test",
                                            .help = "what the control reads instead",
                                            .rows = control_test_rows,
                                            .n = COUNT(control_test_rows)};

/* clang-format off: a table, one entry in few lines */
static const wk_param control_from_rows[] = {
    {.name = "experiment", .type = WK_NAME, .offset = offsetof(wk_from_text, experiment),
     .help = "whose cells instead"},
    {.name = "where", .type = WK_MATCH, .offset = offsetof(wk_from_text, where),
     .help = "conditions, each in place of the claim's own"},
};
/* clang-format on */
static const wk_group control_from_group = {.name = "from",
                                            .help = "which cells the control looks at",
                                            .rows = control_from_rows,
                                            .n = COUNT(control_from_rows),
                                            .shorthand = "experiment"};

/* clang-format off: a table, one entry in few lines */
static const wk_param control_rows[] = {
    {.name = "from", .type = WK_GROUP, .offset = offsetof(wk_control_text, from),
     .group = &control_from_group, .help = "other cells"},
    {.name = "test", .type = WK_GROUP, .offset = offsetof(wk_control_text, test),
     .group = &control_test_group, .help = "another reading of them"},
    {.name = "note", .type = WK_TEXT, .offset = offsetof(wk_control_text, note),
     .help = "what the control is, in words"},
};
/* clang-format on */
static const wk_group control_group = {
    .name = "control",
    .help = "a variant on which the same test, with the same rule, must fail",
    .rows = control_rows,
    .n = COUNT(control_rows)};

/* clang-format off: a table, one entry in few lines */
static const wk_param verdicts_rows[] = {
    {.name = "of", .type = WK_WORDS, .offset = offsetof(wk_verdicts_text, of), .flags = WK_REQUIRED,
     .help = "claims of this suite"},
    {.name = "over", .type = WK_NAME, .offset = offsetof(wk_verdicts_text, over),
     .flags = WK_REQUIRED,
     .help = "the parameter that their verdicts must not depend on; it tells their parts apart"},
};
/* clang-format on */
static const wk_group verdicts_group = {
    .name = "verdicts",
    .help = "holds if no verdict of these claims differs among parts that differ in `over` alone; "
            "their own controls are the control",
    .rows = verdicts_rows,
    .n = COUNT(verdicts_rows)};

/* clang-format off: a table, one entry in few lines */
static const wk_param claim_rows[] = {
    {.name = "statement", .type = WK_TEXT, .offset = offsetof(wk_claim_text, statement),
     .flags = WK_REQUIRED, .help = "what is claimed"},
    {.name = "source", .type = WK_TEXT, .offset = offsetof(wk_claim_text, source),
     .flags = WK_REQUIRED, .help = "abstract, derived, or `related: WHO`"},
    {.name = "from", .type = WK_GROUP, .offset = offsetof(wk_claim_text, from),
     .group = &wk_from_group, .help = "the cells"},
    {.name = "test", .type = WK_GROUP, .offset = offsetof(wk_claim_text, test),
     .group = &test_group, .help = "the test"},
    {.name = "all", .type = WK_GROUPS, .offset = offsetof(wk_claim_text, all), .group = &test_group,
     .help = "several tests that must all hold"},
    {.name = "verdicts", .type = WK_GROUP, .offset = offsetof(wk_claim_text, verdicts),
     .group = &verdicts_group,
     .help = "instead of from, test and control: the claim is about the verdicts of others"},
    {.name = "why", .type = WK_TEXT, .offset = offsetof(wk_claim_text, why), .flags = WK_REQUIRED,
     .help = "the reason for the margin"},
    {.name = "control", .type = WK_GROUP, .offset = offsetof(wk_claim_text, control),
     .group = &control_group, .help = "must fail"},
    {.name = "figure", .type = WK_NAME, .offset = offsetof(wk_claim_text, figure),
     .help = "the figure to show beside it"},
};
/* clang-format on */
const wk_group wk_claim_group = {.name = "claim",
                                 .help = "an assertion and its test",
                                 .rows = claim_rows,
                                 .n = COUNT(claim_rows)};

/* clang-format off: a table, one entry in few lines */
static const wk_param family_rows[] = {
    {.name = "title", .type = WK_TEXT, .offset = offsetof(wk_family_text, title),
     .flags = WK_REQUIRED, .help = "the question that it answers"},
    {.name = "claims", .type = WK_WORDS, .offset = offsetof(wk_family_text, claims),
     .flags = WK_REQUIRED, .help = "the claims that the answer rests on"},
    {.name = "holds", .type = WK_TEXT, .offset = offsetof(wk_family_text, holds),
     .flags = WK_REQUIRED, .help = "the answer if all of them pass"},
    {.name = "fails", .type = WK_TEXT, .offset = offsetof(wk_family_text, fails),
     .flags = WK_REQUIRED, .help = "the answer if any of them failed or is vacuous"},
    {.name = "unsettled", .type = WK_TEXT, .offset = offsetof(wk_family_text, unsettled),
     .flags = WK_REQUIRED, .help = "the answer otherwise"},
};
/* clang-format on */
const wk_group wk_family_group = {.name = "family",
                                  .help = "what several claims mean together, in plain words; "
                                          "the report shows it after the verdicts",
                                  .rows = family_rows,
                                  .n = COUNT(family_rows)};
