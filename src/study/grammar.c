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

enum { MOST = 32 }; /* entries of a registry */

/* ---- data, losses, figures: variants from their registries ---- */

static wk_variant data_variants[MOST], loss_variants[MOST], figure_variants[MOST];

static wk_group data_group = {"data",
                              "inputs on the sphere ‖x‖ = √d, and triplets of them",
                              wk_data_rows,
                              WK_DATA_ROWS,
                              .selector = "source",
                              .variants = data_variants};

static wk_group loss_group = {"loss",
                              "the training loss",
                              wk_loss_rows,
                              WK_LOSS_ROWS,
                              .shorthand = "name",
                              .selector = "name",
                              .variants = loss_variants};

/* clang-format off */
static const wk_param experiment_rows[] = {
    {"data", WK_NAME, WK_REQUIRED | WK_AXIS, .help = "a data set of the suite"},
    {"model", WK_GROUP, WK_REQUIRED, .group = &wk_model_group, .help = "the network"},
    {"loss", WK_GROUP, WK_REQUIRED | WK_AXIS, .group = &loss_group, .help = "the loss"},
    {"train", WK_GROUP, WK_REQUIRED | WK_AXIS, .group = &wk_train_group, .help = "training"},
    {"stop", WK_GROUP, .group = &wk_stop_group, .help = "early end"},
    {"measure", WK_GROUP, .fallback = "{}", .group = &wk_measure_group, .help = "what is measured"},
    WK_PLACEMENT_CORETYPE,
    WK_PLACEMENT_THREADS(
        NULL, "threads of a cell, ours (BLAS has one); default: chosen by the cell's size; results "
              "do not "
              "depend on it"),
    WK_PLACEMENT_BACKEND,
    {"seeds", WK_INTEGER, .fallback = "5", .min = 1, .max = 100000,
     .help = "how many seeds each combination gets"},
};
/* clang-format on */
static const wk_group experiment_group = {
    "experiment", "cells: the product of all axes, times the seeds", WK_ROWS(experiment_rows)};

/* clang-format off */
static const wk_param kernel_experiment_rows[] = {
    {"kernel", WK_GROUP, WK_REQUIRED | WK_AXIS, .group = &wk_kernel_group,
     .help = "what is called, and at which size"},
    WK_PLACEMENT_CORETYPE,
    WK_PLACEMENT_THREADS("1", "threads: the library's own; of the program's own stages, ours"),
    WK_PLACEMENT_BACKEND,
    {"seeds", WK_INTEGER, .fallback = "5", .min = 1, .max = 100000,
     .help = "how many rounds: in each every combination is timed once, all backends one after the "
             "other"},
};
/* clang-format on */
static const wk_group kernel_experiment_group = {
    "kernels",
    "cells that time one routine on one BLAS, each alone on the machine: the product of all axes, "
    "times the rounds",
    WK_ROWS(kernel_experiment_rows)};

/* clang-format off */
static const wk_param backend_rows[] = {
    {"path", WK_PATH, WK_REQUIRED,
     .help = "a library, or a folder of libraries; relative to the suite file"},
};
/* clang-format on */
static const wk_group backend_group = {"backend", "a BLAS that is not in one of the usual places",
                                       WK_ROWS(backend_rows), .shorthand = "path"};

/* ---- figures ---- */

/* clang-format off */
static const wk_param figure_rows[] = {
    {"plot", WK_NAME, WK_REQUIRED, .offset = offsetof(wk_figure_text, plot),
     .help = "kind of figure"},
    {"from", WK_GROUP, .offset = offsetof(wk_figure_text, figure.from), .group = &wk_from_group,
     .help = "the cells; default: all"},
    {"title", WK_TEXT, .offset = offsetof(wk_figure_text, figure.title), .help = "title"},
    {"caption", WK_TEXT, .offset = offsetof(wk_figure_text, figure.caption), .help = "what to see"},
};
/* clang-format on */
static wk_group figure_group = {"figure", "a picture of metrics", WK_ROWS(figure_rows),
                                .selector = "plot", .variants = figure_variants};

/* ---- the document ---- */

/* clang-format off */
static const wk_param document_rows[] = {
    {"widecheck", WK_INTEGER, WK_REQUIRED, .min = 1, .max = 1, .help = "version of the language"},
    {"title", WK_TEXT, WK_REQUIRED, .help = "title of the report"},
    {"level", WK_REAL, .fallback = "0.95", .min = 0.5, .max = 0.9999,
     .help = "confidence over all claims together; with m claims each interval has level 1 − (1 − "
             "level)/m"},
    {"seed", WK_INTEGER, .fallback = "1", .max = 1e15,
     .help = "the base seed: the first of every experiment"},
    {"confirm", WK_WORDS,
     .help = "other base seeds: `run --confirm` judges every claim with each of them too"},
    {"data", WK_NAMED, .group = &data_group, .help = "data sets by name"},
    {"backends", WK_NAMED, .group = &backend_group, .help = "more BLAS libraries, by name"},
    {"experiments", WK_NAMED, .group = &experiment_group, .help = "experiments by name"},
    {"kernels", WK_NAMED, .group = &kernel_experiment_group,
     .help = "experiments that time kernels, by name"},
    {"claims", WK_NAMED, .group = &wk_claim_group, .help = "claims by name"},
    {"families", WK_NAMED, .group = &wk_family_group, .help = "families of claims by name"},
    {"figures", WK_NAMED, .group = &figure_group, .help = "figures by name"},
    {"defaults", WK_GROUP, .group = &experiment_group,
     .help = "laid below every experiment; keys of the experiment win"},
};
/* clang-format on */
static const wk_group document_group = {"suite", "a suite file", WK_ROWS(document_rows)};

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
