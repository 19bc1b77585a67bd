#include "study/grammar.h"

#include "blas/cell/kernel.h"
#include "blas/cell/placement.h"
#include "claim/statistic.h"
#include "model/cell/metrics.h"
#include "model/cell/spec.h"
#include "model/data/data.h"
#include "model/loss/loss.h"
#include "plot/figure.h"
#include "study/written.h"

#include <stddef.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { MOST = 32 }; /* entries of a registry */

/* ---- data, losses, figures: variants from their registries ---- */

static wk_variant data_variants[MOST], loss_variants[MOST], figure_variants[MOST];
static const char *statistic_words[MOST + 1];

static wk_group data_group = {.name = "data",
                              .help = "inputs on the sphere ‖x‖ = √d, and triplets of them",
                              .rows = wk_data_rows,
                              .n = WK_DATA_ROWS,
                              .selector = "source",
                              .variants = data_variants};

static wk_group loss_group = {.name = "loss",
                              .help = "the training loss",
                              .rows = wk_loss_rows,
                              .n = WK_LOSS_ROWS,
                              .shorthand = "name",
                              .selector = "name",
                              .variants = loss_variants};

static const wk_param experiment_rows[] = {
    {.name = "data",
     .type = WK_NAME,
     .flags = WK_REQUIRED | WK_AXIS,
     .help = "a data set of the suite"},
    {.name = "model",
     .type = WK_GROUP,
     .flags = WK_REQUIRED,
     .group = &wk_model_group,
     .help = "the network"},
    {.name = "loss",
     .type = WK_GROUP,
     .flags = WK_REQUIRED | WK_AXIS,
     .group = &loss_group,
     .help = "the loss"},
    {.name = "train",
     .type = WK_GROUP,
     .flags = WK_REQUIRED | WK_AXIS,
     .group = &wk_train_group,
     .help = "training"},
    {.name = "stop", .type = WK_GROUP, .group = &wk_stop_group, .help = "early end"},
    {.name = "measure",
     .type = WK_GROUP,
     .fallback = "{}",
     .group = &wk_measure_group,
     .help = "what is measured"},
    WK_PLACEMENT_CORETYPE,
    WK_PLACEMENT_THREADS(
        NULL, "threads of a cell, ours (BLAS has one); default: chosen by the cell's size; results "
              "do not "
              "depend on it"),
    WK_PLACEMENT_BACKEND,
    {.name = "seeds",
     .type = WK_INTEGER,
     .fallback = "5",
     .min = 1,
     .max = 100000,
     .help = "how many seeds each combination gets"},
};
static const wk_group experiment_group = {.name = "experiment",
                                          .help = "cells: the product of all axes, times the seeds",
                                          .rows = experiment_rows,
                                          .n = COUNT(experiment_rows)};

static const wk_param kernel_experiment_rows[] = {
    {.name = "kernel",
     .type = WK_GROUP,
     .flags = WK_REQUIRED | WK_AXIS,
     .group = &wk_kernel_group,
     .help = "what is called, and at which size"},
    WK_PLACEMENT_CORETYPE,
    WK_PLACEMENT_THREADS("1", "threads: the library's own; of the program's own stages, ours"),
    WK_PLACEMENT_BACKEND,
    {.name = "seeds",
     .type = WK_INTEGER,
     .fallback = "5",
     .min = 1,
     .max = 100000,
     .help = "how many rounds: in each every combination is timed once, all backends one after the "
             "other"},
};
static const wk_group kernel_experiment_group = {
    .name = "kernels",
    .help = "cells that time one routine on one BLAS, each alone on the machine: the product of "
            "all axes, times the rounds",
    .rows = kernel_experiment_rows,
    .n = COUNT(kernel_experiment_rows)};

static const wk_param backend_rows[] = {
    {.name = "path",
     .type = WK_PATH,
     .flags = WK_REQUIRED,
     .help = "a library, or a folder of libraries; relative to the suite file"},
};
static const wk_group backend_group = {.name = "backend",
                                       .help = "a BLAS that is not in one of the usual places",
                                       .rows = backend_rows,
                                       .n = COUNT(backend_rows),
                                       .shorthand = "path"};

/* ---- claims ---- */

static const wk_param from_rows[] = {
    {.name = "experiment",
     .type = WK_NAME,
     .offset = offsetof(wk_from_text, experiment),
     .flags = WK_REQUIRED,
     .help = "whose cells"},
    {.name = "where",
     .type = WK_MATCH,
     .offset = offsetof(wk_from_text, where),
     .help = "parameter: value, or a list of values"},
};
static const wk_group from_group = {.name = "from",
                                    .help = "a selection of cells",
                                    .rows = from_rows,
                                    .n = COUNT(from_rows),
                                    .shorthand = "experiment"};

static const char *const whens[] = {"end", NULL};
static const wk_param at_rows[] = {
    {.name = "t",
     .type = WK_REAL,
     .offset = offsetof(wk_at_text, t),
     .max = 1e12,
     .help = "the checkpoint at this training time"},
    {.name = "when",
     .type = WK_WORD,
     .offset = offsetof(wk_at_text, when),
     .words = whens,
     .help = "end: the last checkpoint"},
};
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

static const wk_param test_rows[] = {
    READING_ROWS(WK_REQUIRED),
    {.name = "statistic",
     .type = WK_WORD,
     .offset = offsetof(wk_test_text, statistic),
     .flags = WK_REQUIRED,
     .words = statistic_words,
     .help = "what each seed is reduced to"},
    {.name = "over",
     .type = WK_NAME,
     .offset = offsetof(wk_test_text, over),
     .help = "the parameter that the statistic runs over"},
    {.name = "below",
     .type = WK_REAL,
     .offset = offsetof(wk_test_text, below),
     .min = -1e300,
     .max = 1e300,
     .help = "holds if wholly below this"},
    {.name = "above",
     .type = WK_REAL,
     .offset = offsetof(wk_test_text, above),
     .min = -1e300,
     .max = 1e300,
     .help = "holds if wholly above this"},
    {.name = "within",
     .type = WK_INTERVAL,
     .offset = offsetof(wk_test_text, within),
     .min = -1e300,
     .max = 1e300,
     .help = "holds if wholly inside"},
};
static const wk_group test_group = {
    .name = "test", .help = "statistic and rule", .rows = test_rows, .n = COUNT(test_rows)};

static const wk_param control_test_rows[] = {
    READING_ROWS(0),
};
static const wk_group control_test_group = {.name = "test",
                                            .help = "what the control reads instead",
                                            .rows = control_test_rows,
                                            .n = COUNT(control_test_rows)};

static const wk_param control_from_rows[] = {
    {.name = "experiment",
     .type = WK_NAME,
     .offset = offsetof(wk_from_text, experiment),
     .help = "whose cells instead"},
    {.name = "where",
     .type = WK_MATCH,
     .offset = offsetof(wk_from_text, where),
     .help = "conditions, each in place of the claim's own"},
};
static const wk_group control_from_group = {.name = "from",
                                            .help = "which cells the control looks at",
                                            .rows = control_from_rows,
                                            .n = COUNT(control_from_rows),
                                            .shorthand = "experiment"};

static const wk_param control_rows[] = {
    {.name = "from",
     .type = WK_GROUP,
     .offset = offsetof(wk_control_text, from),
     .group = &control_from_group,
     .help = "other cells"},
    {.name = "test",
     .type = WK_GROUP,
     .offset = offsetof(wk_control_text, test),
     .group = &control_test_group,
     .help = "another reading of them"},
    {.name = "note",
     .type = WK_TEXT,
     .offset = offsetof(wk_control_text, note),
     .help = "what the control is, in words"},
};
static const wk_group control_group = {
    .name = "control",
    .help = "a variant on which the same test, with the same rule, must fail",
    .rows = control_rows,
    .n = COUNT(control_rows)};

static const wk_param verdicts_rows[] = {
    {.name = "of",
     .type = WK_WORDS,
     .offset = offsetof(wk_verdicts_text, of),
     .flags = WK_REQUIRED,
     .help = "claims of this suite"},
    {.name = "over",
     .type = WK_NAME,
     .offset = offsetof(wk_verdicts_text, over),
     .flags = WK_REQUIRED,
     .help = "the parameter that their verdicts must not depend on; it tells their parts apart"},
};
static const wk_group verdicts_group = {
    .name = "verdicts",
    .help = "holds if no verdict of these claims differs among parts that differ in `over` alone; "
            "their own controls are the control",
    .rows = verdicts_rows,
    .n = COUNT(verdicts_rows)};

static const wk_param claim_rows[] = {
    {.name = "statement",
     .type = WK_TEXT,
     .offset = offsetof(wk_claim_text, statement),
     .flags = WK_REQUIRED,
     .help = "what is claimed"},
    {.name = "source",
     .type = WK_TEXT,
     .offset = offsetof(wk_claim_text, source),
     .flags = WK_REQUIRED,
     .help = "abstract, derived, or `related: WHO`"},
    {.name = "from",
     .type = WK_GROUP,
     .offset = offsetof(wk_claim_text, from),
     .group = &from_group,
     .help = "the cells"},
    {.name = "test",
     .type = WK_GROUP,
     .offset = offsetof(wk_claim_text, test),
     .group = &test_group,
     .help = "the test"},
    {.name = "all",
     .type = WK_GROUPS,
     .offset = offsetof(wk_claim_text, all),
     .group = &test_group,
     .help = "several tests that must all hold"},
    {.name = "verdicts",
     .type = WK_GROUP,
     .offset = offsetof(wk_claim_text, verdicts),
     .group = &verdicts_group,
     .help = "instead of from, test and control: the claim is about the verdicts of others"},
    {.name = "why",
     .type = WK_TEXT,
     .offset = offsetof(wk_claim_text, why),
     .flags = WK_REQUIRED,
     .help = "the reason for the margin"},
    {.name = "control",
     .type = WK_GROUP,
     .offset = offsetof(wk_claim_text, control),
     .group = &control_group,
     .help = "must fail"},
    {.name = "figure",
     .type = WK_NAME,
     .offset = offsetof(wk_claim_text, figure),
     .help = "the figure to show beside it"},
};
static const wk_group claim_group = {.name = "claim",
                                     .help = "an assertion and its test",
                                     .rows = claim_rows,
                                     .n = COUNT(claim_rows)};

static const wk_param family_rows[] = {
    {.name = "title",
     .type = WK_TEXT,
     .offset = offsetof(wk_family_text, title),
     .flags = WK_REQUIRED,
     .help = "the question that it answers"},
    {.name = "claims",
     .type = WK_WORDS,
     .offset = offsetof(wk_family_text, claims),
     .flags = WK_REQUIRED,
     .help = "the claims that the answer rests on"},
    {.name = "holds",
     .type = WK_TEXT,
     .offset = offsetof(wk_family_text, holds),
     .flags = WK_REQUIRED,
     .help = "the answer if all of them pass"},
    {.name = "fails",
     .type = WK_TEXT,
     .offset = offsetof(wk_family_text, fails),
     .flags = WK_REQUIRED,
     .help = "the answer if any of them failed or is vacuous"},
    {.name = "unsettled",
     .type = WK_TEXT,
     .offset = offsetof(wk_family_text, unsettled),
     .flags = WK_REQUIRED,
     .help = "the answer otherwise"},
};
static const wk_group family_group = {.name = "family",
                                      .help = "what several claims mean together, in plain words; "
                                              "the report shows it after the verdicts",
                                      .rows = family_rows,
                                      .n = COUNT(family_rows)};

/* ---- figures ---- */

static const wk_param figure_rows[] = {
    {.name = "plot",
     .type = WK_NAME,
     .offset = offsetof(wk_figure_text, plot),
     .flags = WK_REQUIRED,
     .help = "kind of figure"},
    {.name = "from",
     .type = WK_GROUP,
     .offset = offsetof(wk_figure_text, from),
     .group = &from_group,
     .help = "the cells; default: all"},
    {.name = "title", .type = WK_TEXT, .offset = offsetof(wk_figure_text, title), .help = "title"},
    {.name = "caption",
     .type = WK_TEXT,
     .offset = offsetof(wk_figure_text, caption),
     .help = "what to see"},
};
static wk_group figure_group = {.name = "figure",
                                .help = "a picture of metrics",
                                .rows = figure_rows,
                                .n = COUNT(figure_rows),
                                .selector = "plot",
                                .variants = figure_variants};

/* ---- the document ---- */

static const wk_param document_rows[] = {
    {.name = "widecheck",
     .type = WK_INTEGER,
     .flags = WK_REQUIRED,
     .min = 1,
     .max = 1,
     .help = "version of the language"},
    {.name = "title", .type = WK_TEXT, .flags = WK_REQUIRED, .help = "title of the report"},
    {.name = "level",
     .type = WK_REAL,
     .fallback = "0.95",
     .min = 0.5,
     .max = 0.9999,
     .help = "confidence over all claims together; with m claims each interval has level 1 − (1 − "
             "level)/m"},
    {.name = "seed",
     .type = WK_INTEGER,
     .fallback = "1",
     .max = 1e15,
     .help = "the base seed: the first of every experiment"},
    {.name = "confirm",
     .type = WK_WORDS,
     .help = "other base seeds: `run --confirm` judges every claim with each of them too"},
    {.name = "data", .type = WK_NAMED, .group = &data_group, .help = "data sets by name"},
    {.name = "backends",
     .type = WK_NAMED,
     .group = &backend_group,
     .help = "more BLAS libraries, by name"},
    {.name = "experiments",
     .type = WK_NAMED,
     .group = &experiment_group,
     .help = "experiments by name"},
    {.name = "kernels",
     .type = WK_NAMED,
     .group = &kernel_experiment_group,
     .help = "experiments that time kernels, by name"},
    {.name = "claims", .type = WK_NAMED, .group = &claim_group, .help = "claims by name"},
    {.name = "families",
     .type = WK_NAMED,
     .group = &family_group,
     .help = "families of claims by name"},
    {.name = "figures", .type = WK_NAMED, .group = &figure_group, .help = "figures by name"},
    {.name = "defaults",
     .type = WK_GROUP,
     .group = &experiment_group,
     .help = "laid below every experiment; keys of the experiment win"},
};
static const wk_group document_group = {
    .name = "suite", .help = "a suite file", .rows = document_rows, .n = COUNT(document_rows)};

static void assemble(void) {
    if (data_group.nvariants)
        return;
    WK_ASSERT(wk_data_sources_n <= MOST && wk_loss_kinds_n <= MOST && wk_figure_kinds_n <= MOST &&
              wk_statistics_n <= MOST);
    for (size_t i = 0; i < wk_data_sources_n; i++)
        data_variants[i] = (wk_variant){wk_data_sources[i].name, wk_data_sources[i].help,
                                        wk_data_sources[i].rows, wk_data_sources[i].n};
    for (size_t i = 0; i < wk_loss_kinds_n; i++)
        loss_variants[i] = (wk_variant){wk_loss_kinds[i].name, wk_loss_kinds[i].help,
                                        wk_loss_kinds[i].rows, wk_loss_kinds[i].n};
    for (size_t i = 0; i < wk_figure_kinds_n; i++)
        figure_variants[i] = (wk_variant){wk_figure_kinds[i].name, wk_figure_kinds[i].help,
                                          wk_figure_kinds[i].rows, wk_figure_kinds[i].n};
    for (size_t i = 0; i < wk_statistics_n; i++)
        statistic_words[i] = wk_statistics[i].name;
    loss_group.nvariants = wk_loss_kinds_n;
    figure_group.nvariants = wk_figure_kinds_n;
    data_group.nvariants = wk_data_sources_n;
}

const wk_group *wk_grammar_document(void) {
    assemble();
    return &document_group;
}

const wk_group *wk_grammar_experiment(void) {
    assemble();
    return &experiment_group;
}
