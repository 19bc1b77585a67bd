/* The suite language, assembled from the rows of all registries. */
#include "study/grammar.h"

#include "blas/cell/kernel.h"
#include "blas/cell/placement.h"
#include "model/cell/metrics.h"
#include "model/cell/spec.h"
#include "model/data/data.h"
#include "model/loss/loss.h"
#include "plot/figure.h"
#include "study/grammar_claims.h"
#include "study/written.h"

#include <stddef.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { MOST = 32 }; /* entries of a registry */

/* ---- data, losses, figures: variants from their registries ---- */

static wk_variant data_variants[MOST], loss_variants[MOST], figure_variants[MOST];

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

/* clang-format off: a table, one entry in few lines */
static const wk_param experiment_rows[] = {
    {.name = "data", .type = WK_NAME, .flags = WK_REQUIRED | WK_AXIS,
     .help = "a data set of the suite"},
    {.name = "model", .type = WK_GROUP, .flags = WK_REQUIRED, .group = &wk_model_group,
     .help = "the network"},
    {.name = "loss", .type = WK_GROUP, .flags = WK_REQUIRED | WK_AXIS, .group = &loss_group,
     .help = "the loss"},
    {.name = "train", .type = WK_GROUP, .flags = WK_REQUIRED | WK_AXIS, .group = &wk_train_group,
     .help = "training"},
    {.name = "stop", .type = WK_GROUP, .group = &wk_stop_group, .help = "early end"},
    {.name = "measure", .type = WK_GROUP, .fallback = "{}", .group = &wk_measure_group,
     .help = "what is measured"},
    WK_PLACEMENT_CORETYPE,
    WK_PLACEMENT_THREADS(
        NULL, "threads of a cell, ours (BLAS has one); default: chosen by the cell's size; results "
              "do not "
              "depend on it"),
    WK_PLACEMENT_BACKEND,
    {.name = "seeds", .type = WK_INTEGER, .fallback = "5", .min = 1, .max = 100000,
     .help = "how many seeds each combination gets"},
};
/* clang-format on */
static const wk_group experiment_group = {.name = "experiment",
                                          .help = "cells: the product of all axes, times the seeds",
                                          .rows = experiment_rows,
                                          .n = COUNT(experiment_rows)};

/* clang-format off: a table, one entry in few lines */
static const wk_param kernel_experiment_rows[] = {
    {.name = "kernel", .type = WK_GROUP, .flags = WK_REQUIRED | WK_AXIS, .group = &wk_kernel_group,
     .help = "what is called, and at which size"},
    WK_PLACEMENT_CORETYPE,
    WK_PLACEMENT_THREADS("1", "threads: the library's own; of the program's own stages, ours"),
    WK_PLACEMENT_BACKEND,
    {.name = "seeds", .type = WK_INTEGER, .fallback = "5", .min = 1, .max = 100000,
     .help = "how many rounds: in each every combination is timed once, all backends one after the "
      "other"},
};
/* clang-format on */
static const wk_group kernel_experiment_group = {
    .name = "kernels",
    .help = "cells that time one routine on one BLAS, each alone on the machine: the product of "
            "all axes, times the rounds",
    .rows = kernel_experiment_rows,
    .n = COUNT(kernel_experiment_rows)};

/* clang-format off: a table, one entry in few lines */
static const wk_param backend_rows[] = {
    {.name = "path", .type = WK_PATH, .flags = WK_REQUIRED,
     .help = "a library, or a folder of libraries; relative to the suite file"},
};
/* clang-format on */
static const wk_group backend_group = {.name = "backend",
                                       .help = "a BLAS that is not in one of the usual places",
                                       .rows = backend_rows,
                                       .n = COUNT(backend_rows),
                                       .shorthand = "path"};

/* ---- figures ---- */

/* clang-format off: a table, one entry in few lines */
static const wk_param figure_rows[] = {
    {.name = "plot", .type = WK_NAME, .offset = offsetof(wk_figure_text, plot),
     .flags = WK_REQUIRED, .help = "kind of figure"},
    {.name = "from", .type = WK_GROUP, .offset = offsetof(wk_figure_text, from),
     .group = &wk_from_group, .help = "the cells; default: all"},
    {.name = "title", .type = WK_TEXT, .offset = offsetof(wk_figure_text, title), .help = "title"},
    {.name = "caption", .type = WK_TEXT, .offset = offsetof(wk_figure_text, caption),
     .help = "what to see"},
};
/* clang-format on */
static wk_group figure_group = {.name = "figure",
                                .help = "a picture of metrics",
                                .rows = figure_rows,
                                .n = COUNT(figure_rows),
                                .selector = "plot",
                                .variants = figure_variants};

/* ---- the document ---- */

/* clang-format off: a table, one entry in few lines */
static const wk_param document_rows[] = {
    {.name = "widecheck", .type = WK_INTEGER, .flags = WK_REQUIRED, .min = 1, .max = 1,
     .help = "version of the language"},
    {.name = "title", .type = WK_TEXT, .flags = WK_REQUIRED, .help = "title of the report"},
    {.name = "level", .type = WK_REAL, .fallback = "0.95", .min = 0.5, .max = 0.9999,
     .help = "confidence over all claims together; with m claims each interval has level 1 − (1 − "
      "level)/m"},
    {.name = "seed", .type = WK_INTEGER, .fallback = "1", .max = 1e15,
     .help = "the base seed: the first of every experiment"},
    {.name = "confirm", .type = WK_WORDS,
     .help = "other base seeds: `run --confirm` judges every claim with each of them too"},
    {.name = "data", .type = WK_NAMED, .group = &data_group, .help = "data sets by name"},
    {.name = "backends", .type = WK_NAMED, .group = &backend_group,
     .help = "more BLAS libraries, by name"},
    {.name = "experiments", .type = WK_NAMED, .group = &experiment_group,
     .help = "experiments by name"},
    {.name = "kernels", .type = WK_NAMED, .group = &kernel_experiment_group,
     .help = "experiments that time kernels, by name"},
    {.name = "claims", .type = WK_NAMED, .group = &wk_claim_group, .help = "claims by name"},
    {.name = "families", .type = WK_NAMED, .group = &wk_family_group,
     .help = "families of claims by name"},
    {.name = "figures", .type = WK_NAMED, .group = &figure_group, .help = "figures by name"},
    {.name = "defaults", .type = WK_GROUP, .group = &experiment_group,
     .help = "laid below every experiment; keys of the experiment win"},
};
/* clang-format on */
static const wk_group document_group = {
    .name = "suite", .help = "a suite file", .rows = document_rows, .n = COUNT(document_rows)};

static void assemble(void) {
    if (data_group.nvariants)
        return;
    WK_ASSERT(wk_data_sources_n <= MOST && wk_loss_kinds_n <= MOST && wk_figure_kinds_n <= MOST);
    for (size_t i = 0; i < wk_data_sources_n; i++)
        data_variants[i] = (wk_variant){wk_data_sources[i]->name, wk_data_sources[i]->help,
                                        wk_data_sources[i]->rows, wk_data_sources[i]->n};
    for (size_t i = 0; i < wk_loss_kinds_n; i++)
        loss_variants[i] = (wk_variant){wk_loss_kinds[i]->name, wk_loss_kinds[i]->help,
                                        wk_loss_kinds[i]->rows, wk_loss_kinds[i]->n};
    for (size_t i = 0; i < wk_figure_kinds_n; i++)
        figure_variants[i] = (wk_variant){wk_figure_kinds[i]->name, wk_figure_kinds[i]->help,
                                          wk_figure_kinds[i]->rows, wk_figure_kinds[i]->n};
    wk_grammar_claims_assemble();
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
