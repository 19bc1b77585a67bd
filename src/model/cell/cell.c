/* A training cell from its parameters to its metrics. */
#include "model/cell/cell.h"

#include "la/blas.h"
#include "model/cell/cell_state.h"
#include "model/kernel/limit.h"

#include <math.h>
#include <string.h>

/* SCIENCE §3, defaults: a run is stopped, as diverged, when ‖F‖ leaves 10³√M. With frozen features
 * the dot product's step is linear in V: F grows exponentially but never blows up, and what is
 * asked of it (spans, representations) does not depend on its scale, so that only overflow must be
 * kept away. */
static double divergence_bound(const wk_cell *c) {
    const bool linear = c->spec.frozen && c->spec.loss.kind->bilinear && !c->spec.loss.cosine;
    return linear ? 1e100 : 1e3 * sqrt((double)c->net.M);
}

/* ---- the start ---- */

static wk_status draw(wk_cell *c, const wk_bag *params, wk_error *err) {
    wk_stages_begin(c->stages, "data");
    WK_TRY(wk_data_load(params, c->spec.seed, false, &c->data, c->arena, err));
    const size_t n = c->data.n, d = c->data.d;
    const bool needs_gram = wk_spec_needs_gram(&c->spec, n, d);
    if (needs_gram)
        wk_data_form_gram(&c->data, c->arena);
    wk_loss_prepare(&c->spec.loss, &c->data, c->spec.outputs, c->spec.seed, c->pool, c->arena);
    wk_stages_end(c->stages, needs_gram ? (double)n * (double)n * (double)d : 0);
    wk_stages_begin(c->stages, "init");
    WK_TRY(wk_net_new(&c->net, &c->data, c->spec.activation, c->spec.width, c->spec.outputs,
                      wk_spec_options(&c->spec, n, d), c->spec.seed, c->pool, c->arena, err));
    wk_net_settle(&c->net);
    wk_stages_end(c->stages, wk_net_draw_flops(wk_spec_shape(&c->spec, n, d)) +
                                 2 * (double)c->spec.width * (double)n * (double)c->spec.outputs);
    return WK_OK;
}

static wk_status find_target(wk_cell *c, const wk_bag *params, wk_error *err) {
    const bool checked = c->spec.orthogonal && !c->spec.loss.cosine && c->spec.hidden == 0;
    c->has_target = c->spec.pca || c->spec.until == WK_UNTIL_GAP ||
                    c->spec.until == WK_UNTIL_SPREAD || c->spec.step_is_relative ||
                    checked; /* k below the positive eigenvalues is only known with the data */
    if (!c->has_target)
        return WK_OK;
    wk_stages_begin(c->stages, "pca");
    wk_data other = {0};
    if (c->spec.pca)
        WK_TRY(wk_data_load(params, c->spec.seed, true, &other, &c->scratch, err));
    WK_TRY(wk_target_init(&c->target, &c->net, &c->data, c->spec.pca ? &other : NULL, c->spec.seed,
                          c->spec.pca && !c->spec.frozen, c->arena, err));
    wk_stages_end(c->stages, 0);
    return WK_OK;
}

static wk_status find_growth(wk_cell *c, wk_error *err) {
    if (c->spec.until != WK_UNTIL_ESCAPE && !c->spec.stops)
        return WK_OK;
    wk_stages_begin(c->stages, "limit");
    const size_t n = c->data.n;
    double *S = NULL, *theta = wk_arena_doubles(&c->scratch, n * n);
    wk_data_similarity(&c->data, &c->scratch, &S);
    WK_TRY(wk_limit_kernel(&c->data, c->spec.activation, c->spec.hidden, c->spec.residual, c->pool,
                           theta, &c->scratch, err));
    WK_TRY(wk_limit_growth(n, S, theta, &c->mu, &c->scratch, err));
    wk_stages_end(c->stages, 0);
    if (!(c->mu > 0))
        return wk_fail(err, WK_BAD_INPUT, "the growth rate μ of this data is %g, not positive",
                       c->mu);
    return WK_OK;
}

static wk_status prepare(wk_cell *c, const wk_bag *params, wk_error *err) {
    WK_TRY(draw(c, params, err));
    WK_TRY(find_target(c, params, err));
    WK_TRY(find_growth(c, err));
    WK_TRY(wk_schedule_make(&c->schedule, &c->spec, c->mu, c->has_target ? &c->target : NULL,
                            &c->net, c->arena, err));
    wk_measure_prepare(c);
    wk_recorder_init(&c->record, c->schedule.points + 1, c->arena);
    c->g = wk_arena_get(c->arena, c->spec.outputs * c->data.ld, sizeof *c->g);
    c->loss_scratch =
        wk_arena_doubles(c->arena, wk_loss_scratch(&c->spec.loss, &c->data, c->spec.outputs));
    return WK_OK;
}

/* ---- training ---- */

/* The time at which ln(change) crosses ln(bound) between two checkpoints. */
static double crossing(double t0, double change0, double t1, double change1, double bound) {
    if (!(change0 > 0) ||
        !isfinite(change1)) /* from zero: linear; to infinity: not before t1 is known */
        return isfinite(change1) ? t0 + (t1 - t0) * (bound - change0) / (change1 - change0) : t1;
    return t0 + (t1 - t0) * log(bound / change0) / log(change1 / change0);
}

/* After a checkpoint at t: has the watched change passed its bound? Then t.escape is recorded. */
static void look_for_escape(wk_cell *c, double before_t, double before, double t, bool *escaped) {
    const double change = wk_recorder_last(&c->record, wk_measure_watched(c));
    *escaped = c->spec.stops && change > c->spec.stop_above;
    if (*escaped)
        wk_recorder_add(&c->record, "t.escape", t,
                        crossing(before_t, before, t, change, c->spec.stop_above));
}

static bool has_diverged(const wk_cell *c) {
    const double norm = wk_la_norm(c->net.k, c->net.n, c->net.F, c->net.ld);
    return !(norm <= divergence_bound(c));
}

/* The loss and its gradient at the present outputs. */
static wk_status take_loss(wk_cell *c, wk_error *err) {
    c->loss = c->spec.loss.kind->value(&c->spec.loss, &c->data, c->net.k, c->net.F, c->g,
                                       c->loss_scratch);
    if (!isfinite(c->loss))
        return wk_fail(err, WK_CANNOT, "the loss is not finite%s",
                       wk_loss_undefined(&c->spec.loss, &c->data, c->net.k, c->net.F));
    return WK_OK;
}

static wk_status gradient_for_flow(void *context, wk_error *err) {
    return take_loss(context, err);
}

/* Flow to the time of step `last`; *step is then the step at whose time it is, or diverged. */
static wk_status flow_until(wk_cell *c, size_t *step, size_t last, bool *diverged, wk_error *err) {
    const double eta = c->schedule.eta;
    double reached = 0;
    WK_TRY(wk_flow_advance(&c->flow, (double)*step * eta, (double)last * eta, divergence_bound(c),
                           &reached, err));
    *diverged = reached < (double)last * eta;
    *step = *diverged ? (size_t)ceil(reached / eta) : last;
    return WK_OK;
}

static wk_status descend_until(wk_cell *c, size_t *step, size_t last, bool *diverged,
                               wk_error *err) {
    while (*step < last && !*diverged) {
        if (c->spec.linearised)
            wk_linearised_step(&c->linear, &c->spec.loss, &c->data, c->schedule.eta);
        if (c->spec.identities)
            wk_identities_before(&c->identities, c->g);
        WK_TRY(wk_net_step(&c->net, c->g, c->schedule.eta, err));
        if (c->spec.identities)
            WK_TRY(wk_identities_after(&c->identities, err));
        (*step)++;
        *diverged = has_diverged(c);
        if (!*diverged)
            WK_TRY(take_loss(c, err));
    }
    return WK_OK;
}

/* Steps until the checkpoint `last`, or divergence. */
static wk_status train_until(wk_cell *c, size_t *step, size_t last, bool *diverged, wk_error *err) {
    wk_stages_begin(c->stages, "train");
    const size_t first = *step, evaluated = c->flow.evaluations;
    WK_TRY((c->spec.flow ? flow_until : descend_until)(c, step, last, diverged, err));
    const size_t steps = c->spec.flow ? c->flow.evaluations - evaluated : *step - first;
    wk_stages_end(c->stages,
                  (double)steps * wk_net_step_flops(wk_spec_shape(&c->spec, c->data.n, c->data.d),
                                                    c->net.options));
    return WK_OK;
}

static wk_status train(wk_cell *c, bool *diverged, wk_error *err) {
    const wk_schedule *schedule = &c->schedule;
    size_t step = 0;
    bool escaped = false;
    WK_TRY(take_loss(c, err));
    if (c->spec.flow)
        wk_flow_init(&c->flow, &c->net, c->g, gradient_for_flow, c, c->spec.tolerance,
                     schedule->eta, c->arena);
    if (c->spec.identities)
        WK_TRY(wk_identities_init(&c->identities, &c->spec, &c->data, &c->net, schedule->eta,
                                  c->arena, &c->scratch, err));
    WK_TRY(wk_measure_checkpoint(c, 0, err));
    for (size_t i = 1; i < schedule->points && !escaped; i++) {
        const double before_t = (double)step * schedule->eta;
        const double before = wk_recorder_last(&c->record, wk_measure_watched(c));
        WK_TRY(train_until(c, &step, schedule->checkpoint[i], diverged, err));
        if (*diverged) {
            wk_measure_divergence(c, (double)step * schedule->eta);
            return WK_OK;
        }
        WK_TRY(wk_measure_checkpoint(c, step, err));
        look_for_escape(c, before_t, before, (double)step * schedule->eta, &escaped);
    }
    if (c->spec.stops && !escaped)
        wk_recorder_add(&c->record, "t.escape", (double)step * schedule->eta, INFINITY);
    return WK_OK;
}

static wk_status run(wk_cell *c, const wk_bag *params, bool *diverged, wk_error *err) {
    const char *culprit = NULL;
    WK_TRY(wk_spec_read(params, c->spec.seed, &c->spec, &culprit, err));
    WK_TRY(prepare(c, params, err));
    WK_TRY(wk_arrays_start(&c->arrays, &c->data, &c->net, c->probe, c->p, err));
    WK_TRY(train(c, diverged, err));
    WK_TRY(wk_measure_constants(c, err));
    return wk_arrays_end(&c->arrays, &c->net, err);
}

wk_status wk_cell_run(const wk_bag *params, uint64_t seed, const char *arrays, wk_pool *pool,
                      wk_arena *arena, wk_result *result, wk_error *err) {
    wk_stages *stages = wk_arena_get(arena, 1, sizeof *stages);
    wk_cell *c = wk_arena_get(arena, 1, sizeof *c);
    c->spec.seed = seed;
    c->pool = pool;
    c->arena = arena;
    c->stages = stages;
    c->arrays = (wk_arrays){.folder = arrays, .arena = arena};
    bool diverged = false;
    const wk_status status = run(c, params, &diverged, err);
    wk_arena_release(&c->scratch);
    WK_TRY(status);
    *result = (wk_result){.end = diverged ? WK_END_DIVERGED : WK_END_OK,
                          .reason = diverged ? "‖F‖ left its bound, 10³√M" : "",
                          .series = c->record.series,
                          .nseries = c->record.n,
                          .stages = stages->stage,
                          .nstages = stages->n};
    return WK_OK;
}
