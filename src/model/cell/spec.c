/* The specification of a training cell: bound, checked, and what can be told of it beforehand. */
#include "model/cell/spec.h"

#include "base/bind.h"
#include "model/kernel/ntk.h"

#include <math.h>
#include <string.h>

/* ---- reading ---- */

static wk_status check_depth(const wk_spec *spec, const char **culprit, wk_error *err) {
    *culprit = "model.depth";
    if (spec->depth < 2)
        return wk_fail(err, WK_BAD_INPUT, "depth %zu: a network has at least 2 layers",
                       spec->depth);
    if (spec->depth > WK_DEEP_MOST + 2)
        return wk_fail(err, WK_BAD_INPUT, "depth %zu: at most %d layers", spec->depth,
                       WK_DEEP_MOST + 2);
    return WK_OK;
}

/* What the program reads, from the fields that the rows are bound to. */
static void derive(wk_spec *spec) {
    spec->hidden = spec->depth - 2;
    spec->activation = &wk_activations[spec->phi];
    spec->orthogonal = spec->constraint == WK_ORTHOGONAL;
    spec->step_is_relative = spec->step_form.which == WK_STEP_SPECTRAL_RADIUS;
    spec->step = spec->step_form.value[spec->step_form.which];
    spec->until = (wk_until)spec->until_form.which;
    spec->horizon = spec->until_form.value[spec->until];
    spec->frozen = spec->layers == WK_OUTPUT_LAYER;
    spec->flow = spec->method == WK_FLOW;
    spec->ntk = (wk_ntk_kind)spec->ntk_form.kernel;
    spec->probes = spec->ntk_form.probes;
    spec->ntk_normalised = spec->ntk_form.normalised;
    spec->log_spaced = spec->checkpoints.which == WK_CHECKPOINTS_SPACING &&
                       spec->checkpoints.spacing == WK_LOG_SPACED;
    spec->every = spec->checkpoints.every;
}

static wk_status read_data(const wk_bag *params, wk_spec *spec, const char **culprit,
                           wk_error *err) {
    const wk_data_source *source = NULL;
    WK_TRY(wk_data_source_read(params, &source, culprit, err));
    *culprit = "data";
    WK_TRY(source->size(params, &spec->n_bound, &spec->N, &spec->d, err));
    spec->table_bytes = source->bytes ? source->bytes(params) : 0;
    return WK_OK;
}

static wk_status bind(const wk_bag *params, wk_spec *spec, const char **culprit, wk_error *err) {
    WK_TRY(wk_bind(&wk_model_group, "model", params, spec, culprit, err));
    WK_TRY(wk_loss_read(params, &spec->loss, culprit, err));
    WK_TRY(wk_bind(&wk_train_group, "train", params, spec, culprit, err));
    WK_TRY(wk_bind(&wk_measure_group, "measure", params, spec, culprit, err));
    spec->stops = wk_bind_any(params, "stop");
    return spec->stops ? wk_bind(&wk_stop_group, "stop", params, spec, culprit, err) : WK_OK;
}

bool wk_identity_holds(const wk_spec *spec, wk_identity identity) {
    const bool free_steps = !spec->flow && !spec->orthogonal;
    switch (identity) {
    case WK_IDENTITY_RADIAL:
        return spec->loss.cosine;
    case WK_IDENTITY_GROWTH:
        return free_steps;
    case WK_IDENTITY_BALANCE:
        return spec->flow && !spec->frozen && spec->hidden == 0 &&
               strcmp(spec->activation->name, "linear") == 0;
    case WK_IDENTITY_CLOSED:
        return spec->frozen && spec->hidden == 0 && spec->loss.kind->bilinear && !spec->loss.cosine;
    case WK_IDENTITY_DUAL:
        return free_steps && !spec->frozen && spec->hidden == 0;
    case WK_IDENTITY_KINDS:
        break;
    }
    return false;
}

static bool any_identity_holds(const wk_spec *spec) {
    bool any = false;
    for (wk_identity i = 0; i < WK_IDENTITY_KINDS; i++)
        any = any || wk_identity_holds(spec, i);
    return any;
}

/* ---- what cannot be right, whatever the data ---- */

static wk_status check(const wk_spec *spec, const char **culprit, wk_error *err) {
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
    if (spec->identities && !any_identity_holds(spec))
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
    if (spec->stops && (int)spec->ntk != spec->watched)
        return wk_fail(err, WK_BAD_INPUT, "stop watches '%s', which is not measured",
                       wk_stop_metrics[spec->watched]);
    *culprit = NULL;
    return WK_OK;
}

wk_status wk_spec_read(const wk_bag *params, uint64_t seed, wk_spec *spec, const char **culprit,
                       wk_error *err) {
    *spec = (wk_spec){.seed = seed};
    WK_TRY(bind(params, spec, culprit, err));
    WK_TRY(check_depth(spec, culprit, err));
    derive(spec);
    WK_TRY(read_data(params, spec, culprit, err));
    return check(spec, culprit, err);
}

wk_net_shape wk_spec_shape(const wk_spec *spec, size_t n, size_t d) {
    return (wk_net_shape){.M = spec->width, .n = n, .d = d, .k = spec->outputs};
}

wk_net_options wk_spec_options(const wk_spec *spec, size_t n, size_t d) {
    const wk_net_shape shape = wk_spec_shape(spec, n, d);
    const bool primal = spec->form == WK_FORM_PRIMAL ||
                        (spec->form == WK_FORM_AUTO && wk_net_prefers_primal(shape));
    return (wk_net_options){.primal = primal,
                            .tiled = primal && !spec->hidden && wk_net_prefers_tiles(shape),
                            .orthogonal = spec->orthogonal,
                            .frozen = spec->frozen,
                            .keep_gradient =
                                spec->move ||
                                (spec->identities && wk_identity_holds(spec, WK_IDENTITY_BALANCE)),
                            .hidden = spec->hidden,
                            .residual = spec->residual};
}

bool wk_spec_needs_gram(const wk_spec *spec, size_t n, size_t d) {
    const bool kernel = spec->ntk == WK_NTK_TRACE || (spec->ntk == WK_NTK_FULL && spec->hidden);
    return !wk_spec_options(spec, n, d).primal || kernel || spec->limit || spec->stops ||
           spec->until == WK_UNTIL_ESCAPE ||
           (spec->identities && wk_identity_holds(spec, WK_IDENTITY_DUAL));
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
    const wk_net_shape shape = wk_spec_shape(spec, n, spec->d);
    return wk_net_draw_flops(shape) * (spec->pca ? 2 : 1) +
           (spec->flow ? 8 : 1) * steps *
               wk_net_step_flops(shape, wk_spec_options(spec, n, spec->d)) +
           points * (ntk + pca);
}

double wk_spec_checkpoints(const wk_spec *spec) {
    const bool known = spec->until == WK_UNTIL_TIME || spec->until == WK_UNTIL_LOG_WIDTH;
    const double steps = guess_steps(spec), most = (double)spec->most_steps;
    return guess_checkpoints(spec, known && steps < most ? steps : most) + 1;
}
