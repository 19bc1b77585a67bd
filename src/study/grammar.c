#include "study/grammar.h"

#include "blas/cell/kernel.h"
#include "claim/statistic.h"
#include "model/cell/metrics.h"
#include "model/cell/spec.h"
#include "model/data/data.h"
#include "model/loss/loss.h"
#include "plot/figure.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { MOST = 32 }; /* entries of a registry */

/* ---- data, losses, figures: variants from their registries ---- */

static wk_variant data_variants[MOST], loss_variants[MOST], figure_variants[MOST];
static const char *statistic_words[MOST + 1];

static const wk_param data_rows[] = {
    {"source", WK_NAME, WK_REQUIRED, NULL, 0, 0, NULL, NULL, "where the inputs come from"},
};
static wk_group data_group = {.name = "data",
                              .help = "inputs on the sphere ‖x‖ = √d, and triplets of them",
                              .rows = data_rows,
                              .n = COUNT(data_rows),
                              .selector = "source",
                              .variants = data_variants};

static const wk_param loss_rows[] = {
    {"name", WK_NAME, WK_REQUIRED, NULL, 0, 0, NULL, NULL, "which loss"},
};
static wk_group loss_group = {.name = "loss",
                              .help = "the training loss",
                              .rows = loss_rows,
                              .n = COUNT(loss_rows),
                              .shorthand = "name",
                              .selector = "name",
                              .variants = loss_variants};

/* Where cells run: the same of training and of kernels. */
#define CORETYPE_ROW                                                                               \
    {                                                                                              \
        "coretype", WK_NAME, WK_AXIS, NULL, 0, 0, NULL, NULL,                                      \
            "core type that OpenBLAS is told to be for, such as Haswell; default: its own choice"  \
    }
#define BACKEND_ROW                                                                                \
    {                                                                                              \
        "backend", WK_NAME, WK_AXIS, NULL, 0, 0, NULL, NULL,                                       \
            "which BLAS: names of `widecheck backends`, or all; default: that of the run"          \
    }

static const wk_param experiment_rows[] = {
    {"data", WK_NAME, WK_REQUIRED | WK_AXIS, NULL, 0, 0, NULL, NULL, "a data set of the suite"},
    {"model", WK_GROUP, WK_REQUIRED, NULL, 0, 0, NULL, &wk_model_group, "the network"},
    {"loss", WK_GROUP, WK_REQUIRED | WK_AXIS, NULL, 0, 0, NULL, &loss_group, "the loss"},
    {"train", WK_GROUP, WK_REQUIRED | WK_AXIS, NULL, 0, 0, NULL, &wk_train_group, "training"},
    {"stop", WK_GROUP, 0, NULL, 0, 0, NULL, &wk_stop_group, "early end"},
    {"measure", WK_GROUP, 0, "{}", 0, 0, NULL, &wk_measure_group, "what is measured"},
    CORETYPE_ROW,
    {"threads", WK_INTEGER, WK_AXIS, NULL, 1, 512, NULL, NULL,
     "threads of a cell, ours (BLAS has one); default: chosen by the cell's size; results do not "
     "depend on it"},
    BACKEND_ROW,
    {"seeds", WK_INTEGER, 0, "5", 1, 100000, NULL, NULL, "how many seeds each combination gets"},
};
static const wk_group experiment_group = {.name = "experiment",
                                          .help = "cells: the product of all axes, times the seeds",
                                          .rows = experiment_rows,
                                          .n = COUNT(experiment_rows)};

static const wk_param kernel_experiment_rows[] = {
    {"kernel", WK_GROUP, WK_REQUIRED | WK_AXIS, NULL, 0, 0, NULL, &wk_kernel_group,
     "what is called, and at which size"},
    CORETYPE_ROW,
    {"threads", WK_INTEGER, WK_AXIS, "1", 1, 512, NULL, NULL,
     "threads: the library's own; of the program's own stages, ours"},
    BACKEND_ROW,
    {"seeds", WK_INTEGER, 0, "5", 1, 100000, NULL, NULL,
     "how many rounds: in each every combination is timed once, all backends one after the other"},
};
static const wk_group kernel_experiment_group = {
    .name = "kernels",
    .help = "cells that time one routine on one BLAS, each alone on the machine: the product of "
            "all axes, times the rounds",
    .rows = kernel_experiment_rows,
    .n = COUNT(kernel_experiment_rows)};

static const wk_param backend_rows[] = {
    {"path", WK_PATH, WK_REQUIRED, NULL, 0, 0, NULL, NULL,
     "a library, or a folder of libraries; relative to the suite file"},
};
static const wk_group backend_group = {.name = "backend",
                                       .help = "a BLAS that is not in one of the usual places",
                                       .rows = backend_rows,
                                       .n = COUNT(backend_rows),
                                       .shorthand = "path"};

/* ---- claims ---- */

static const wk_param from_rows[] = {
    {"experiment", WK_NAME, WK_REQUIRED, NULL, 0, 0, NULL, NULL, "whose cells"},
    {"where", WK_MATCH, 0, NULL, 0, 0, NULL, NULL, "parameter: value, or a list of values"},
};
static const wk_group from_group = {.name = "from",
                                    .help = "a selection of cells",
                                    .rows = from_rows,
                                    .n = COUNT(from_rows),
                                    .shorthand = "experiment"};

static const char *const whens[] = {"end", NULL};
static const wk_param at_rows[] = {
    {"t", WK_REAL, 0, NULL, 0, 1e12, NULL, NULL, "the checkpoint at this training time"},
    {"when", WK_WORD, 0, NULL, 0, 0, whens, NULL, "end: the last checkpoint"},
};
static const wk_group at_group = {.name = "at",
                                  .help = "when in its training a cell's metric is read",
                                  .rows = at_rows,
                                  .n = COUNT(at_rows),
                                  .shorthand = "when",
                                  .exactly_one = true};

/* A control changes what is looked at, never the rule: these rows are common to both. */
#define READING_ROWS(required)                                                                      \
    {"metric", WK_NAME, required, NULL, 0, 0, NULL, NULL, "which metric"},                          \
        {"at", WK_GROUP, 0, NULL, 0, 0, NULL, &at_group, "when it is read; default: end"},          \
        {"cap", WK_REAL, 0, NULL, -1e300, 1e300, NULL, NULL, "values above count as this"},         \
        {"between", WK_MATCH, 0, NULL, 0, 0, NULL, NULL, "ratio, difference: {parameter: [A, B]}"}, \
        {"predicted",                                                                               \
         WK_NAME,                                                                                   \
         0,                                                                                         \
         NULL,                                                                                      \
         0,                                                                                         \
         0,                                                                                         \
         NULL,                                                                                      \
         NULL,                                                                                      \
         "escape, agreement: the metric that holds the prediction; spread: the bound"},             \
    {                                                                                               \
        "where", WK_MATCH, 0, NULL, 0, 0, NULL, NULL, "conditions beside those of `from`"           \
    }

static const wk_param test_rows[] = {
    READING_ROWS(WK_REQUIRED),
    {"statistic", WK_WORD, WK_REQUIRED, NULL, 0, 0, statistic_words, NULL,
     "what each seed is reduced to"},
    {"over", WK_NAME, 0, NULL, 0, 0, NULL, NULL, "the parameter that the statistic runs over"},
    {"below", WK_REAL, 0, NULL, -1e300, 1e300, NULL, NULL, "holds if wholly below this"},
    {"above", WK_REAL, 0, NULL, -1e300, 1e300, NULL, NULL, "holds if wholly above this"},
    {"within", WK_INTERVAL, 0, NULL, -1e300, 1e300, NULL, NULL, "holds if wholly inside"},
};
static const wk_group test_group = {
    .name = "test", .help = "statistic and rule", .rows = test_rows, .n = COUNT(test_rows)};

static const wk_param control_test_rows[] = {READING_ROWS(0)};
static const wk_group control_test_group = {.name = "test",
                                            .help = "what the control reads instead",
                                            .rows = control_test_rows,
                                            .n = COUNT(control_test_rows)};

static const wk_param control_from_rows[] = {
    {"experiment", WK_NAME, 0, NULL, 0, 0, NULL, NULL, "whose cells instead"},
    {"where", WK_MATCH, 0, NULL, 0, 0, NULL, NULL, "conditions, each in place of the claim's own"},
};
static const wk_group control_from_group = {.name = "from",
                                            .help = "which cells the control looks at",
                                            .rows = control_from_rows,
                                            .n = COUNT(control_from_rows),
                                            .shorthand = "experiment"};

static const wk_param control_rows[] = {
    {"from", WK_GROUP, 0, NULL, 0, 0, NULL, &control_from_group, "other cells"},
    {"test", WK_GROUP, 0, NULL, 0, 0, NULL, &control_test_group, "another reading of them"},
    {"note", WK_TEXT, 0, NULL, 0, 0, NULL, NULL, "what the control is, in words"},
};
static const wk_group control_group = {
    .name = "control",
    .help = "a variant on which the same test, with the same rule, must fail",
    .rows = control_rows,
    .n = COUNT(control_rows)};

static const wk_param verdicts_rows[] = {
    {"of", WK_WORDS, WK_REQUIRED, NULL, 0, 0, NULL, NULL, "claims of this suite"},
    {"over", WK_NAME, WK_REQUIRED, NULL, 0, 0, NULL, NULL,
     "the parameter that their verdicts must not depend on; it tells their parts apart"},
};
static const wk_group verdicts_group = {
    .name = "verdicts",
    .help = "holds if no verdict of these claims differs among parts that differ in `over` alone; "
            "their own controls are the control",
    .rows = verdicts_rows,
    .n = COUNT(verdicts_rows)};

static const wk_param claim_rows[] = {
    {"statement", WK_TEXT, WK_REQUIRED, NULL, 0, 0, NULL, NULL, "what is claimed"},
    {"source", WK_TEXT, WK_REQUIRED, NULL, 0, 0, NULL, NULL,
     "abstract, derived, or `related: WHO`"},
    {"from", WK_GROUP, 0, NULL, 0, 0, NULL, &from_group, "the cells"},
    {"test", WK_GROUP, 0, NULL, 0, 0, NULL, &test_group, "the test"},
    {"all", WK_GROUPS, 0, NULL, 0, 0, NULL, &test_group, "several tests that must all hold"},
    {"verdicts", WK_GROUP, 0, NULL, 0, 0, NULL, &verdicts_group,
     "instead of from, test and control: the claim is about the verdicts of others"},
    {"why", WK_TEXT, WK_REQUIRED, NULL, 0, 0, NULL, NULL, "the reason for the margin"},
    {"control", WK_GROUP, 0, NULL, 0, 0, NULL, &control_group, "must fail"},
    {"figure", WK_NAME, 0, NULL, 0, 0, NULL, NULL, "the figure to show beside it"},
};
static const wk_group claim_group = {.name = "claim",
                                     .help = "an assertion and its test",
                                     .rows = claim_rows,
                                     .n = COUNT(claim_rows)};

static const wk_param family_rows[] = {
    {"title", WK_TEXT, WK_REQUIRED, NULL, 0, 0, NULL, NULL, "the question that it answers"},
    {"claims", WK_WORDS, WK_REQUIRED, NULL, 0, 0, NULL, NULL,
     "the claims that the answer rests on"},
    {"holds", WK_TEXT, WK_REQUIRED, NULL, 0, 0, NULL, NULL, "the answer if all of them pass"},
    {"fails", WK_TEXT, WK_REQUIRED, NULL, 0, 0, NULL, NULL,
     "the answer if any of them failed or is vacuous"},
    {"unsettled", WK_TEXT, WK_REQUIRED, NULL, 0, 0, NULL, NULL, "the answer otherwise"},
};
static const wk_group family_group = {.name = "family",
                                      .help = "what several claims mean together, in plain words; "
                                              "the report shows it after the verdicts",
                                      .rows = family_rows,
                                      .n = COUNT(family_rows)};

/* ---- figures ---- */

static const wk_param figure_rows[] = {
    {"plot", WK_NAME, WK_REQUIRED, NULL, 0, 0, NULL, NULL, "kind of figure"},
    {"from", WK_GROUP, 0, NULL, 0, 0, NULL, &from_group, "the cells; default: all"},
    {"title", WK_TEXT, 0, NULL, 0, 0, NULL, NULL, "title"},
    {"caption", WK_TEXT, 0, NULL, 0, 0, NULL, NULL, "what to see"},
};
static wk_group figure_group = {.name = "figure",
                                .help = "a picture of metrics",
                                .rows = figure_rows,
                                .n = COUNT(figure_rows),
                                .selector = "plot",
                                .variants = figure_variants};

/* ---- the document ---- */

static const wk_param document_rows[] = {
    {"widecheck", WK_INTEGER, WK_REQUIRED, NULL, 1, 1, NULL, NULL, "version of the language"},
    {"title", WK_TEXT, WK_REQUIRED, NULL, 0, 0, NULL, NULL, "title of the report"},
    {"level", WK_REAL, 0, "0.95", 0.5, 0.9999, NULL, NULL,
     "confidence over all claims together; with m claims each interval has level 1 − (1 − "
     "level)/m"},
    {"seed", WK_INTEGER, 0, "1", 0, 1e15, NULL, NULL,
     "the base seed: the first of every experiment"},
    {"confirm", WK_WORDS, 0, NULL, 0, 0, NULL, NULL,
     "other base seeds: `run --confirm` judges every claim with each of them too"},
    {"data", WK_NAMED, 0, NULL, 0, 0, NULL, &data_group, "data sets by name"},
    {"backends", WK_NAMED, 0, NULL, 0, 0, NULL, &backend_group, "more BLAS libraries, by name"},
    {"experiments", WK_NAMED, 0, NULL, 0, 0, NULL, &experiment_group, "experiments by name"},
    {"kernels", WK_NAMED, 0, NULL, 0, 0, NULL, &kernel_experiment_group,
     "experiments that time kernels, by name"},
    {"claims", WK_NAMED, 0, NULL, 0, 0, NULL, &claim_group, "claims by name"},
    {"families", WK_NAMED, 0, NULL, 0, 0, NULL, &family_group, "families of claims by name"},
    {"figures", WK_NAMED, 0, NULL, 0, 0, NULL, &figure_group, "figures by name"},
    {"defaults", WK_GROUP, 0, NULL, 0, 0, NULL, &experiment_group,
     "laid below every experiment; keys of the experiment win"},
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
