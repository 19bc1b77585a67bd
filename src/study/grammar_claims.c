/* The rows of claims and families: what a suite may write about them, and into which fields it is
 * bound (study/written.h). */
#include "study/grammar_claims.h"

#include "claim/statistic.h"
#include "study/written.h"

#include <stddef.h>

enum { MOST = 32 }; /* statistics */

static const char *statistic_words[MOST + 1];

void wk_grammar_claims_assemble(void) {
    WK_ASSERT(wk_statistics_n <= MOST);
    for (size_t i = 0; i < wk_statistics_n; i++)
        statistic_words[i] = wk_statistics[i].name;
}

/* clang-format off */
static const wk_param from_rows[] = {
    {"experiment", WK_NAME, WK_REQUIRED, .offset = offsetof(wk_selection, experiment),
     .help = "whose cells"},
    {"where", WK_MATCH, .offset = offsetof(wk_selection, where),
     .help = "parameter: value, or a list of values"},
};
/* clang-format on */
const wk_group wk_from_group = {"from", "a selection of cells", WK_ROWS(from_rows),
                                .shorthand = "experiment"};

static const char *const whens[] = {"end", NULL};
/* clang-format off */
static const wk_param at_rows[] = {
    {"t", WK_REAL, .offset = offsetof(wk_at_text, t), .max = 1e12,
     .help = "the checkpoint at this training time"},
    {"when", WK_WORD, .offset = offsetof(wk_at_text, when), .words = whens,
     .help = "end: the last checkpoint"},
};
/* clang-format on */
static const wk_group at_group = {"at", "when in its training a cell's metric is read",
                                  WK_ROWS(at_rows), .shorthand = "when", .exactly_one = true};

#define ANY_REAL .min = -1e300, .max = 1e300

/* A control changes what is looked at, never the rule: these rows are common to both. */
#define READING_ROWS(required)                                                                     \
    {"metric", WK_NAME, required, .offset = offsetof(wk_test_text, test.metric),                   \
     .help = "which metric"},                                                                      \
        {"at", WK_GROUP, .offset = offsetof(wk_test_text, at), .group = &at_group,                 \
         .help = "when it is read; default: end"},                                                 \
        {"cap", WK_REAL, .offset = offsetof(wk_test_text, test.cap), ANY_REAL,                     \
         .help = "values above count as this"},                                                    \
        {"between", WK_MATCH, .offset = offsetof(wk_test_text, between),                           \
         .help = "ratio, difference: {parameter: [A, B]}"},                                        \
        {"predicted", WK_NAME, .offset = offsetof(wk_test_text, test.predicted),                   \
         .help = "escape, agreement: the metric that holds the prediction; spread: the bound"},    \
    {                                                                                              \
        "where", WK_MATCH, .offset = offsetof(wk_test_text, test.where),                           \
                           .help = "conditions beside those of `from`"                             \
    }

/* clang-format off */
static const wk_param test_rows[] = {
    READING_ROWS(WK_REQUIRED),
    {"statistic", WK_WORD, WK_REQUIRED, .offset = offsetof(wk_test_text, statistic),
     .words = statistic_words, .help = "what each seed is reduced to"},
    {"over", WK_NAME, .offset = offsetof(wk_test_text, test.over),
     .help = "the parameter that the statistic runs over"},
    {"below", WK_REAL, .offset = offsetof(wk_test_text, below), ANY_REAL,
     .help = "holds if wholly below this"},
    {"above", WK_REAL, .offset = offsetof(wk_test_text, above), ANY_REAL,
     .help = "holds if wholly above this"},
    {"within", WK_INTERVAL, .offset = offsetof(wk_test_text, within), ANY_REAL,
     .help = "holds if wholly inside"},
};
/* clang-format on */
static const wk_group test_group = {"test", "statistic and rule", WK_ROWS(test_rows)};

static const wk_param control_test_rows[] = {
    READING_ROWS(0),
};
static const wk_group control_test_group = {"test", "what the control reads instead",
                                            WK_ROWS(control_test_rows)};

/* clang-format off */
static const wk_param control_from_rows[] = {
    {"experiment", WK_NAME, .offset = offsetof(wk_selection, experiment),
     .help = "whose cells instead"},
    {"where", WK_MATCH, .offset = offsetof(wk_selection, where),
     .help = "conditions, each in place of the claim's own"},
};
/* clang-format on */
static const wk_group control_from_group = {"from", "which cells the control looks at",
                                            WK_ROWS(control_from_rows), .shorthand = "experiment"};

/* clang-format off */
static const wk_param control_rows[] = {
    {"from", WK_GROUP, .offset = offsetof(wk_control_text, from), .group = &control_from_group,
     .help = "other cells"},
    {"test", WK_GROUP, .offset = offsetof(wk_control_text, test), .group = &control_test_group,
     .help = "another reading of them"},
    {"note", WK_TEXT, .offset = offsetof(wk_control_text, note),
     .help = "what the control is, in words"},
};
/* clang-format on */
static const wk_group control_group = {
    "control", "a variant on which the same test, with the same rule, must fail",
    WK_ROWS(control_rows)};

/* clang-format off */
static const wk_param verdicts_rows[] = {
    {"of", WK_WORDS, WK_REQUIRED, .offset = offsetof(wk_verdicts_text, of),
     .help = "claims of this suite"},
    {"over", WK_NAME, WK_REQUIRED, .offset = offsetof(wk_verdicts_text, over),
     .help = "the parameter that their verdicts must not depend on; it tells their parts apart"},
};
/* clang-format on */
static const wk_group verdicts_group = {
    "verdicts",
    "holds if no verdict of these claims differs among parts that differ in `over` alone; their "
    "own controls are the control",
    WK_ROWS(verdicts_rows)};

/* clang-format off */
static const wk_param claim_rows[] = {
    {"statement", WK_TEXT, WK_REQUIRED, .offset = offsetof(wk_claim_text, claim.statement),
     .help = "what is claimed"},
    {"source", WK_TEXT, WK_REQUIRED, .offset = offsetof(wk_claim_text, claim.source),
     .help = "abstract, derived, or `related: WHO`"},
    {"from", WK_GROUP, .offset = offsetof(wk_claim_text, claim.claim.from), .group = &wk_from_group,
     .help = "the cells"},
    {"test", WK_GROUP, .offset = offsetof(wk_claim_text, test), .group = &test_group,
     .help = "the test"},
    {"all", WK_GROUPS, .offset = offsetof(wk_claim_text, all), .group = &test_group,
     .help = "several tests that must all hold"},
    {"verdicts", WK_GROUP, .offset = offsetof(wk_claim_text, verdicts), .group = &verdicts_group,
     .help = "instead of from, test and control: the claim is about the verdicts of others"},
    {"why", WK_TEXT, WK_REQUIRED, .offset = offsetof(wk_claim_text, claim.why),
     .help = "the reason for the margin"},
    {"control", WK_GROUP, .offset = offsetof(wk_claim_text, control), .group = &control_group,
     .help = "must fail"},
    {"figure", WK_NAME, .offset = offsetof(wk_claim_text, claim.figure),
     .help = "the figure to show beside it"},
};
/* clang-format on */
const wk_group wk_claim_group = {"claim", "an assertion and its test", WK_ROWS(claim_rows)};

/* clang-format off */
static const wk_param family_rows[] = {
    {"title", WK_TEXT, WK_REQUIRED, .offset = offsetof(wk_family_text, family.title),
     .help = "the question that it answers"},
    {"claims", WK_WORDS, WK_REQUIRED, .offset = offsetof(wk_family_text, claims),
     .help = "the claims that the answer rests on"},
    {"holds", WK_TEXT, WK_REQUIRED, .offset = offsetof(wk_family_text, family.holds),
     .help = "the answer if all of them pass"},
    {"fails", WK_TEXT, WK_REQUIRED, .offset = offsetof(wk_family_text, family.fails),
     .help = "the answer if any of them failed or is vacuous"},
    {"unsettled", WK_TEXT, WK_REQUIRED, .offset = offsetof(wk_family_text, family.unsettled),
     .help = "the answer otherwise"},
};
/* clang-format on */
const wk_group wk_family_group = {
    "family",
    "what several claims mean together, in plain words; the report shows it after the verdicts",
    WK_ROWS(family_rows)};
