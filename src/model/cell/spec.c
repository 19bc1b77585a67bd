#include "model/cell/spec.h"

#include "model/cell/identities.h"
#include "model/kernel/ntk.h"

#include <math.h>
#include <string.h>

static const char *const constraints[] = {"none", "orthogonal", NULL};
static const char *const methods[] = {"gd", "flow", NULL};
static const char *const layers[] = {"all", "output", NULL};
static const char *const kernels[] = {"full", "trace", "none", NULL};
static const char *const spacings[] = {"log", "ends", NULL};
static const char *const all_inputs[] = {"all", NULL};
static const char *const stop_metrics[] = {"ntk.change", "ntk.change.trace", NULL};

static const wk_param model_rows[] = {
{.name = "depth",
     .type = WK_INTEGER,
     .flags = WK_AXIS,
     .fallback = "2",
     .min = 2,
     .max = 5,
     .help = "number of layers L; 2: one hidden layer"},
{.name = "residual",
     .type = WK_TRUTH,
     .flags = WK_AXIS,
     .fallback = "false",
     .help =
         "hidden layers above the first add to the one below: h^l = h^{l-1} + W^l φ(h^{l-1})/√M"},
{.name = "activation",
     .type = WK_WORD,
     .flags = WK_AXIS,
     .fallback = "relu",
     .words = wk_activation_words,
     .help = "nonlinearity φ"},
{.name = "outputs",
     .type = WK_INTEGER,
     .flags = WK_AXIS,
     .fallback = "8",
     .min = 1,
     .max = 64,
     .help = "number of outputs k"},
{.name = "width",
     .type = WK_INTEGER,
     .flags = WK_AXIS | WK_REQUIRED,
     .min = 1,
     .max = 1e8,
     .help = "hidden width M"},
{.name = "constraint",
     .type = WK_WORD,
     .flags = WK_AXIS,
     .fallback = "none",
     .words = constraints,
     .help = "orthogonal keeps V V^T = I by polar retraction after each step"},
};
const wk_group wk_model_group = {
    .name = "model",
    .help = "the network f(x) = V φ(W x/√d)/√M with standard normal weights",
    .rows = model_rows,
    .n = sizeof model_rows / sizeof *model_rows};

static const wk_param step_rows[] = {
{.name = "size",
     .type = WK_REAL,
     .flags = WK_AXIS,
     .min = WK_POSITIVE,
     .max = 1e6,
     .help = "the step size η itself"},
{.name = "spectral-radius",
     .type = WK_REAL,
     .flags = WK_AXIS,
     .min = WK_POSITIVE,
     .max = 1e6,
     .help = "η = this/|λ|_max of C at the start"},
};
static const wk_group step_group = {.name = "step",
                                    .help = "step size of gradient descent",
                                    .rows = step_rows,
                                    .n = sizeof step_rows / sizeof *step_rows,
                                    .shorthand = "size",
                                    .exactly_one = true};

static const wk_param until_rows[] = {
{.name = "time",
     .type = WK_REAL,
     .flags = WK_AXIS,
     .max = 1e9,
     .help = "T, in training time t = η x steps"},
{.name = "log-width",
     .type = WK_REAL,
     .flags = WK_AXIS,
     .min = WK_POSITIVE,
     .max = 1e6,
     .help = "T = c ln M"},
{.name = "escape",
     .type = WK_REAL,
     .flags = WK_AXIS,
     .min = WK_POSITIVE,
     .max = 1e6,
     .help = "T = c ln M/(2μ), μ the growth rate of the linearised dot model on this data"},
{.name = "spread",
     .type = WK_REAL,
     .flags = WK_AXIS,
     .min = WK_POSITIVE,
     .max = 100,
     .help = "T = c/(2(λ₁ − λₖ)), λ the eigenvalues of C: the first component outgrows the k-th by "
             "e^c"},
{.name = "gap",
     .type = WK_REAL,
     .flags = WK_AXIS,
     .min = WK_POSITIVE,
     .max = 1,
     .help = "as many steps as the eigenvalue gap of C needs to bring sinθ to this"},
};
static const wk_group until_group = {.name = "until",
                                     .help = "how long to train",
                                     .rows = until_rows,
                                     .n = sizeof until_rows / sizeof *until_rows,
                                     .shorthand = "time",
                                     .exactly_one = true};

static const wk_param train_rows[] = {
{.name = "method",
     .type = WK_WORD,
     .flags = WK_AXIS,
     .fallback = "gd",
     .words = methods,
     .help = "gd: full-batch gradient descent; flow: gradient flow by adaptive Dormand–Prince "
             "steps, with "
             "`step` as the unit "
             "of its checkpoints"},
{.name = "step",
     .type = WK_GROUP,
     .flags = WK_AXIS | WK_REQUIRED,
     .group = &step_group,
     .help = "step size"},
{.name = "until",
     .type = WK_GROUP,
     .flags = WK_AXIS | WK_REQUIRED,
     .group = &until_group,
     .help = "horizon T"},
{.name = "layers",
     .type = WK_WORD,
     .flags = WK_AXIS,
     .fallback = "all",
     .words = layers,
     .help = "output trains V alone: the frozen-feature twin, same data and start"},
{.name = "tolerance",
     .type = WK_REAL,
     .fallback = "1e-8",
     .min = 1e-13,
     .max = 1e-2,
     .help = "flow: local error a step, relative to 1 + |weight|"},
{.name = "max-steps",
     .type = WK_INTEGER,
     .fallback = "200000",
     .min = 1,
     .max = 1e9,
     .help = "a cell that would take more steps fails"},
};
const wk_group wk_train_group = {.name = "train",
                                 .help = "how the network is trained",
                                 .rows = train_rows,
                                 .n = sizeof train_rows / sizeof *train_rows};

static const wk_param stop_rows[] = {
{.name = "metric",
     .type = WK_WORD,
     .fallback = "ntk.change",
     .words = stop_metrics,
     .help = "what is watched"},
{.name = "above",
     .type = WK_REAL,
     .flags = WK_AXIS | WK_REQUIRED,
     .min = WK_POSITIVE,
     .max = 1e9,
     .help = "the cell ends when it exceeds this; t.escape is interpolated in its logarithm"},
};
const wk_group wk_stop_group = {.name = "stop",
                                .help = "ends a cell early and records t.escape",
                                .rows = stop_rows,
                                .n = sizeof stop_rows / sizeof *stop_rows};

static const wk_param ntk_rows[] = {
{.name = "kernel",
     .type = WK_WORD,
     .flags = WK_AXIS,
     .fallback = "full",
     .words = kernels,
     .help = "full: over the probes, all outputs; trace: summed over outputs, all inputs; none"},
{.name = "probes",
     .type = WK_INTEGER,
     .fallback = "24",
     .min = 1,
     .max = 10000,
     .words = all_inputs,
     .help = "how many inputs the full kernel is taken over, evenly spread; or all"},
{.name = "normalised",
     .type = WK_TRUTH,
     .fallback = "false",
     .help = "also the kernel of the normalised outputs f/‖f‖"},
};
static const wk_group ntk_group = {.name = "ntk",
                                   .help = "the empirical neural tangent kernel",
                                   .rows = ntk_rows,
                                   .n = sizeof ntk_rows / sizeof *ntk_rows,
                                   .shorthand = "kernel"};

static const wk_param checkpoint_rows[] = {
{.name = "spacing",
     .type = WK_WORD,
     .words = spacings,
     .help = "log: start, end and about 8 a decade of steps; ends: start and end"},
{.name = "every",
     .type = WK_REAL,
     .min = WK_POSITIVE,
     .max = 1e9,
     .help = "this far apart in training time"},
};
static const wk_group checkpoint_group = {.name = "checkpoints",
                                          .help = "when metrics are taken",
                                          .rows = checkpoint_rows,
                                          .n = sizeof checkpoint_rows / sizeof *checkpoint_rows,
                                          .shorthand = "spacing",
                                          .exactly_one = true};

static const wk_param measure_rows[] = {
{.name = "ntk",
     .type = WK_GROUP,
     .fallback = "{}",
     .group = &ntk_group,
     .help = "the empirical neural tangent kernel"},
{.name = "checkpoints",
     .type = WK_GROUP,
     .fallback = "log",
     .group = &checkpoint_group,
     .help = "when metrics are taken"},
{.name = "pca",
     .type = WK_TRUTH,
     .fallback = "false",
     .help = "distances to the principal components of C_0, and of C of other data"},
{.name = "representation",
     .type = WK_TRUTH,
     .fallback = "false",
     .help = "the outputs at the end, turned onto the PCA representation; needs pca"},
{.name = "linearised",
     .type = WK_TRUTH,
     .fallback = "false",
     .help = "the model linearised at the start, trained beside the network; needs kernel: full, "
             "probes: "
             "all, method: gd"},
{.name = "limit",
     .type = WK_TRUTH,
     .fallback = "false",
     .help = "distance of the kernel at the start from the infinite-width one; needs kernel: full"},
{.name = "spectral",
     .type = WK_TRUTH,
     .fallback = "false",
     .help = "also the kernel's change in spectral norm; needs kernel: full"},
{.name = "identities",
     .type = WK_TRUTH,
     .fallback = "false",
     .help =
         "residuals of the exact identities that hold for the cell, each with a control; at every "
         "step, at the cost of some "
         "plain steps"},
{.name = "move",
     .type = WK_TRUTH,
     .fallback = "false",
     .help = "‖Δθ‖, absolute and relative; doubles the memory"},
};
const wk_group wk_measure_group = {.name = "measure",
                                   .help = "what is measured",
                                   .rows = measure_rows,
                                   .n = sizeof measure_rows / sizeof *measure_rows};

/* ---- reading ---- */

static bool is(const wk_bag *params, const char *key, const char *word) {
    const char *text = wk_bag_find(params, key);
    return text && strcmp(text, word) == 0;
}

static wk_status read_model(const wk_bag *params, wk_spec *spec, wk_error *err) {
    const char *activation = NULL;
    WK_TRY(wk_bag_text(params, "model.activation", &activation, err));
    spec->activation = wk_activation_find(activation);
    if (!spec->activation)
        return wk_fail(err, WK_BAD_INPUT, "unknown activation '%s'", activation);
    WK_TRY(wk_bag_size(params, "model.width", &spec->width, err));
    WK_TRY(wk_bag_size(params, "model.outputs", &spec->outputs, err));
    size_t depth = 2;
    WK_TRY(wk_bag_size(params, "model.depth", &depth, err));
    if (depth < 2)
        return wk_fail(err, WK_BAD_INPUT, "depth %zu: a network has at least 2 layers", depth);
    if (depth > WK_DEEP_MOST + 2)
        return wk_fail(err, WK_BAD_INPUT, "depth %zu: at most %d layers", depth, WK_DEEP_MOST + 2);
    spec->hidden = depth - 2;
    spec->residual = is(params, "model.residual", "true");
    spec->orthogonal = is(params, "model.constraint", "orthogonal");
    return wk_loss_read(params, &spec->loss, err);
}

static wk_status read_train(const wk_bag *params, wk_spec *spec, wk_error *err) {
    static const struct {
        const char *key;
        wk_until until;
    } forms[] = {{"train.until.time", WK_UNTIL_TIME},
                 {"train.until.log-width", WK_UNTIL_LOG_WIDTH},
                 {"train.until.escape", WK_UNTIL_ESCAPE},
                 {"train.until.spread", WK_UNTIL_SPREAD},
                 {"train.until.gap", WK_UNTIL_GAP}};
    spec->step_is_relative = wk_bag_find(params, "train.step.spectral-radius") != NULL;
    WK_TRY(wk_bag_real(params,
                       spec->step_is_relative ? "train.step.spectral-radius" : "train.step.size",
                       &spec->step, err));
    size_t found = 0;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (wk_bag_find(params, forms[i].key)) {
            spec->until = forms[i].until;
            WK_TRY(wk_bag_real(params, forms[i].key, &spec->horizon, err));
            found++;
        }
    if (found != 1)
        return wk_fail(err, WK_BAD_INPUT, "exactly one of train.until's forms must be given");
    spec->frozen = is(params, "train.layers", "output");
    spec->flow = is(params, "train.method", "flow");
    if (spec->flow)
        WK_TRY(wk_bag_real(params, "train.tolerance", &spec->tolerance, err));
    return wk_bag_size(params, "train.max-steps", &spec->most_steps, err);
}

static wk_status read_measure(const wk_bag *params, wk_spec *spec, wk_error *err) {
    spec->ntk = is(params, "measure.ntk.kernel", "full")    ? WK_NTK_FULL
                : is(params, "measure.ntk.kernel", "trace") ? WK_NTK_TRACE
                                                            : WK_NTK_NONE;
    if (!is(params, "measure.ntk.probes", "all"))
        WK_TRY(wk_bag_size(params, "measure.ntk.probes", &spec->probes, err));
    spec->ntk_normalised = is(params, "measure.ntk.normalised", "true");
    spec->log_spaced = is(params, "measure.checkpoints.spacing", "log");
    if (wk_bag_find(params, "measure.checkpoints.every"))
        WK_TRY(wk_bag_real(params, "measure.checkpoints.every", &spec->every, err));
    spec->pca = is(params, "measure.pca", "true");
    spec->representation = is(params, "measure.representation", "true");
    spec->move = is(params, "measure.move", "true");
    spec->identities = is(params, "measure.identities", "true");
    spec->linearised = is(params, "measure.linearised", "true");
    spec->limit = is(params, "measure.limit", "true");
    spec->spectral = is(params, "measure.spectral", "true");
    spec->stops = wk_bag_find(params, "stop.above") != NULL;
    if (spec->stops)
        WK_TRY(wk_bag_real(params, "stop.above", &spec->stop_above, err));
    return WK_OK;
}

static wk_status read_data(const wk_bag *params, wk_spec *spec, wk_error *err) {
    const char *name = NULL;
    WK_TRY(wk_bag_text(params, "data.source", &name, err));
    const wk_data_source *source = wk_data_source_find(name);
    if (!source)
        return wk_fail(err, WK_BAD_INPUT, "unknown data source '%s'", name);
    WK_TRY(source->size(params, &spec->n_bound, &spec->N, &spec->d, err));
    spec->table_bytes = source->bytes ? source->bytes(params) : 0;
    return WK_OK;
}

/* ---- what cannot be right, whatever the data ---- */

static wk_status check(const wk_bag *params, const wk_spec *spec, const char **culprit,
                       wk_error *err) {
    const size_t k = spec->outputs, M = spec->width;
    *culprit = "model.outputs";
    if (spec->loss.cosine && k < 2)
        return wk_fail(err, WK_BAD_INPUT,
                       "outputs 1 with cosine similarity: its gradient vanishes identically; "
                       "take 2 or more");
    WK_TRY(wk_loss_check(&spec->loss, spec->N, k, culprit, err));
    const bool needs_pca = spec->pca || spec->until == WK_UNTIL_SPREAD ||
                           spec->until == WK_UNTIL_GAP || spec->step_is_relative;
    if (spec->orthogonal && k > M)
        return wk_fail(err, WK_BAD_INPUT,
                       "outputs %zu above width %zu: %zu rows of length %zu cannot be orthonormal",
                       k, M, k, M);
    if ((spec->orthogonal || needs_pca) && (k >= spec->N || k >= M))
        return wk_fail(
            err, WK_BAD_INPUT,
            "outputs %zu must be below the number of positive eigenvalues of C, which is at "
            "most %zu (triplets %zu, width %zu): the top-%zu space is degenerate",
            k, spec->N < M ? spec->N : M, spec->N, M, k);
    *culprit = "model.depth";
    if (spec->hidden && needs_pca)
        return wk_fail(
            err, WK_BAD_INPUT,
            "the matrix C of the principal components is that of two layers, not of depth "
            "%zu",
            spec->hidden + 2);
    *culprit = "model.residual";
    if (spec->residual && !spec->hidden)
        return wk_fail(err, WK_BAD_INPUT, "residual: true needs depth 3 or more");
    *culprit = "train.until";
    if (spec->until == WK_UNTIL_GAP && !spec->orthogonal)
        return wk_fail(err, WK_BAD_INPUT,
                       "until: {gap: …} is the convergence of orthogonal training; it needs "
                       "constraint: orthogonal");
    if (spec->until == WK_UNTIL_GAP && (!spec->loss.kind->bilinear || spec->loss.cosine))
        return wk_fail(err, WK_BAD_INPUT,
                       "until: {gap: …} is derived for triplet-linear with the dot product; the "
                       "loss is %s%s",
                       spec->loss.kind->name, spec->loss.cosine ? " with cosine similarity" : "");
    *culprit = "train.until";
    if (spec->until == WK_UNTIL_SPREAD && k < 2)
        return wk_fail(err, WK_BAD_INPUT,
                       "until: {spread: …} needs two outputs or more: with one, λ_1 − λ_k is 0");
    *culprit = "measure.representation";
    if (spec->representation && !spec->pca)
        return wk_fail(err, WK_BAD_INPUT, "representation: true needs pca: true");
    *culprit = "measure.ntk";
    if (spec->ntk_normalised && spec->ntk != WK_NTK_FULL)
        return wk_fail(err, WK_BAD_INPUT, "normalised: true needs kernel: full");
    *culprit = "measure";
    if ((spec->linearised || spec->limit || spec->spectral) && spec->ntk != WK_NTK_FULL)
        return wk_fail(err, WK_BAD_INPUT, "linearised, limit and spectral need kernel: full");
    if (spec->identities && !wk_identities_any(spec))
        return wk_fail(err, WK_BAD_INPUT,
                       "identities: true, but none of the identities is of such a cell");
    if (spec->linearised && (spec->probes || spec->flow || spec->frozen || spec->orthogonal))
        return wk_fail(err, WK_BAD_INPUT,
                       "linearised: true needs probes: all, method: gd, layers: all and no "
                       "constraint: the fixed kernel is that of all weights, free");
    *culprit = "train.method";
    if (spec->flow && spec->orthogonal)
        return wk_fail(err, WK_BAD_INPUT,
                       "method: flow does not keep V orthogonal; the constraint needs method: gd");
    *culprit = "stop";
    if (spec->stops &&
        spec->ntk != (is(params, "stop.metric", "ntk.change") ? WK_NTK_FULL : WK_NTK_TRACE))
        return wk_fail(err, WK_BAD_INPUT, "stop watches '%s', which is not measured",
                       wk_bag_find(params, "stop.metric"));
    *culprit = NULL;
    return WK_OK;
}

wk_status wk_spec_read(const wk_bag *params, uint64_t seed, wk_spec *spec, const char **culprit,
                       wk_error *err) {
    *spec = (wk_spec){.seed = seed};
    *culprit = "model";
    WK_TRY(read_model(params, spec, err));
    *culprit = "train";
    WK_TRY(read_train(params, spec, err));
    *culprit = "measure";
    WK_TRY(read_measure(params, spec, err));
    *culprit = "data";
    WK_TRY(read_data(params, spec, err));
    return check(params, spec, culprit, err);
}

wk_net_options wk_spec_options(const wk_spec *spec) {
    return (wk_net_options){.orthogonal = spec->orthogonal,
                            .frozen = spec->frozen,
                            .keep_gradient =
                                spec->move ||
                                (spec->identities && wk_identity_holds(spec, WK_IDENTITY_BALANCE)),
                            .hidden = spec->hidden,
                            .residual = spec->residual};
}

/* ---- estimates ---- */

static double guess_steps(const wk_spec *spec) {
    const double typical_mu = 0.25, typical_gap_steps = 50; /* as on small mixtures */
    const double log_width = log((double)spec->width + 1);
    const double eta = spec->step_is_relative ? 1 : spec->step;
    switch (spec->until) {
    case WK_UNTIL_TIME:
        return spec->horizon / eta;
    case WK_UNTIL_LOG_WIDTH:
        return spec->horizon * log_width / eta;
    case WK_UNTIL_ESCAPE:
        return spec->horizon * log_width / (2 * typical_mu) / eta;
    case WK_UNTIL_SPREAD: /* λ_1 − λ_k is some half of the radius, which η is relative to */
        return spec->horizon / eta;
    case WK_UNTIL_GAP:
        break;
    }
    return typical_gap_steps;
}

static double guess_checkpoints(const wk_spec *spec, double steps) {
    if (spec->every > 0)
        return steps * (spec->step_is_relative ? 1 : spec->step) / spec->every + 1;
    return spec->log_spaced ? 8 * log10(steps + 1) + 2 : 2;
}

double wk_spec_flops(const wk_spec *spec) {
    const size_t M = spec->width, n = spec->n_bound, k = spec->outputs;
    const size_t p = spec->probes && spec->probes < n ? spec->probes : n;
    const double steps = guess_steps(spec), points = guess_checkpoints(spec, steps);
    const double ntk = spec->ntk == WK_NTK_FULL    ? wk_ntk_flops(M, k, p, spec->hidden)
                       : spec->ntk == WK_NTK_TRACE ? wk_ntk_trace_flops(M, n, k, spec->hidden)
                                                   : 0;
    const double pca = spec->pca ? 4 * (double)M * (double)n * (double)n : 0;
    return wk_net_draw_flops(M, n, spec->d) * (spec->pca ? 2 : 1) +
           (spec->flow ? 8 : 1) * steps * wk_net_step_flops(M, n, k, wk_spec_options(spec)) +
           points * (ntk + pca);
}

double wk_spec_checkpoints(const wk_spec *spec) {
    const bool known = spec->until == WK_UNTIL_TIME || spec->until == WK_UNTIL_LOG_WIDTH;
    const double steps = guess_steps(spec), most = (double)spec->most_steps;
    return guess_checkpoints(spec, known && steps < most ? steps : most) + 1;
}
