#include "model/cell.h"

#include "la/blas.h"
#include "model/arrays.h"
#include "model/features.h"
#include "model/flow.h"
#include "model/limit.h"
#include "model/linearised.h"
#include "model/metrics.h"
#include "model/ntk.h"
#include "model/schedule.h"
#include "model/spec.h"
#include "model/stages.h"
#include "model/subspace.h"

#include <math.h>
#include <string.h>

/* SCIENCE §3, defaults: a run is stopped, as diverged, when ‖F‖ leaves this times √M. */
static const double divergence_bound = 1e3;

typedef struct cell {
    wk_spec spec;
    wk_pool *pool;
    wk_arena *arena;
    wk_arena scratch;
    wk_stages *stages;
    wk_data data;
    wk_net net;
    double mu;
    bool has_target;
    wk_target target;
    wk_schedule schedule;
    double *g, *loss_scratch, loss;
    /* kernels at the start and now */
    size_t *probe, p;
    wk_ntk start, now;
    double *start_blocks, *now_blocks, *start_trace, *now_trace;
    double drift_sup;
    double *current_value; /* (current_values) eigenvalues of C_t at the last checkpoint */
    size_t current_values;
    wk_linearised linear; /* when spec.linearised */
    wk_flow flow;         /* when spec.flow */
    wk_recorder record;
    wk_arrays arrays; /* for --save-arrays; idle without a folder */
} cell;

static wk_status add(cell *c, const char *metric, double t, double value, wk_error *err) {
    return wk_recorder_add(&c->record, metric, t, value, err);
}

/* ---- the start ---- */

static wk_status draw(cell *c, const wk_bag *params, wk_error *err) {
    wk_stages_begin(c->stages, "data");
    WK_TRY(wk_data_load(params, c->spec.seed, false, &c->data, c->arena, err));
    WK_TRY(wk_loss_prepare(&c->spec.loss, &c->data, c->spec.outputs, c->spec.seed, c->arena, err));
    const double n = (double)c->data.n;
    wk_stages_end(c->stages, n * n * (double)c->data.d);
    wk_stages_begin(c->stages, "init");
    WK_TRY(wk_net_new(&c->net, &c->data, c->spec.activation, c->spec.width, c->spec.outputs,
                      wk_spec_options(&c->spec), c->spec.seed, c->pool, c->arena, err));
    wk_net_settle(&c->net);
    wk_stages_end(c->stages, wk_net_draw_flops(c->spec.width, c->data.n, c->data.d) +
                                 2 * (double)c->spec.width * n * (double)c->spec.outputs);
    return WK_OK;
}

static wk_status find_target(cell *c, const wk_bag *params, wk_error *err) {
    const bool checked = c->spec.orthogonal && !c->spec.loss.cosine && c->spec.hidden == 0;
    c->has_target = c->spec.pca || c->spec.until == WK_UNTIL_GAP || c->spec.step_is_relative ||
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

static wk_status find_growth(cell *c, wk_error *err) {
    if (c->spec.until != WK_UNTIL_ESCAPE && !c->spec.stops)
        return WK_OK;
    wk_stages_begin(c->stages, "limit");
    const size_t n = c->data.n;
    double *S = NULL, *theta = wk_arena_doubles(&c->scratch, n * n, err);
    if (!theta)
        return WK_CANNOT;
    WK_TRY(wk_data_similarity(&c->data, &c->scratch, &S, err));
    WK_TRY(wk_limit_kernel_deep(&c->data, c->spec.activation, c->spec.hidden, c->spec.residual,
                                c->pool, theta, &c->scratch, err));
    WK_TRY(wk_limit_growth(n, S, theta, &c->mu, &c->scratch, err));
    wk_stages_end(c->stages, 0);
    if (!(c->mu > 0))
        return wk_fail(err, WK_BAD_INPUT, "the growth rate μ of this data is %g, not positive",
                       c->mu);
    return WK_OK;
}

static wk_status prepare_kernels(cell *c, wk_error *err) {
    const size_t n = c->data.n, k = c->spec.outputs;
    if (c->spec.ntk == WK_NTK_TRACE) {
        c->start_trace = wk_arena_doubles(c->arena, n * n, err);
        c->now_trace = wk_arena_doubles(c->arena, n * n, err);
        return c->start_trace && c->now_trace ? WK_OK : WK_CANNOT;
    }
    if (c->spec.ntk == WK_NTK_NONE)
        return WK_OK;
    c->p = c->spec.probes && c->spec.probes < n ? c->spec.probes : n;
    c->probe = wk_arena_get(c->arena, c->p, sizeof *c->probe, err);
    if (!c->probe)
        return WK_CANNOT;
    for (size_t i = 0; i < c->p; i++)
        c->probe[i] = i * n / c->p;
    wk_status (*const new_ntk)(wk_ntk *, size_t, size_t, wk_arena *, wk_error *) =
        c->spec.hidden ? wk_ntk_new_deep : wk_ntk_new;
    WK_TRY(new_ntk(&c->start, k, c->p, c->arena, err));
    WK_TRY(new_ntk(&c->now, k, c->p, c->arena, err));
    if (c->spec.ntk_normalised) {
        c->start_blocks = wk_arena_doubles(c->arena, c->start.columns * k * k, err);
        c->now_blocks = wk_arena_doubles(c->arena, c->start.columns * k * k, err);
        if (!c->start_blocks || !c->now_blocks)
            return WK_CANNOT;
    }
    return WK_OK;
}

static wk_status prepare(cell *c, const wk_bag *params, wk_error *err) {
    WK_TRY(draw(c, params, err));
    WK_TRY(find_target(c, params, err));
    WK_TRY(find_growth(c, err));
    WK_TRY(wk_schedule_make(&c->schedule, &c->spec, c->mu, c->has_target ? &c->target : NULL,
                            &c->net, c->arena, err));
    WK_TRY(prepare_kernels(c, err));
    WK_TRY(wk_recorder_init(&c->record, c->schedule.points + 1, c->arena, err));
    c->g = wk_arena_get(c->arena, c->spec.outputs * c->data.ld, sizeof *c->g, err);
    c->loss_scratch = wk_arena_doubles(c->arena, wk_loss_scratch(&c->data, c->spec.outputs), err);
    return c->g && c->loss_scratch ? WK_OK : WK_CANNOT;
}

/* ---- a checkpoint ---- */

static wk_status measure_outputs(cell *c, double t, wk_error *err) {
    const wk_net *net = &c->net;
    double least = INFINITY, sum = 0;
    for (size_t i = 0; i < net->n; i++) {
        double square = 0;
        for (size_t a = 0; a < net->k; a++)
            square += net->F[a * net->ld + i] * net->F[a * net->ld + i];
        const double norm = sqrt(square);
        least = norm < least ? norm : least;
        sum += norm;
    }
    WK_TRY(add(c, "loss", t, c->loss, err));
    WK_TRY(add(c, "output.norm", t, wk_la_norm(net->k, net->n, net->F, net->ld), err));
    WK_TRY(add(c, "output.min-norm", t, least, err));
    WK_TRY(add(c, "output.mean-norm", t, sum / (double)net->n, err));
    return add(c, "weights.output-norm2", t, wk_net_output_norm2(net), err);
}

static wk_status measure_move(cell *c, double t, wk_error *err) {
    if (!c->spec.move)
        return WK_OK;
    const double move = sqrt(wk_net_move2(&c->net));
    const double count = (double)c->spec.width *
                         (double)(c->data.d + c->spec.outputs + c->spec.hidden * c->spec.width);
    WK_TRY(add(c, "weights.move", t, move, err));
    return add(c, "weights.move.relative", t, move / sqrt(count), err);
}

/* At the start: against Θ_∞, and against its output layer's part K alone. */
static wk_status measure_limit(cell *c, wk_error *err) {
    const size_t n = c->data.n;
    double *theta = wk_arena_doubles(&c->scratch, n * n, err);
    double *K = wk_arena_doubles(&c->scratch, n * n, err);
    if (!theta || !K)
        return WK_CANNOT;
    WK_TRY(wk_limit_kernel_deep(&c->data, c->spec.activation, c->spec.hidden, c->spec.residual,
                                c->pool, theta, &c->scratch, err));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            const double *G = c->data.G;
            const size_t ld = c->data.ld;
            K[i * n + j] =
                c->spec.activation->dual(G[i * ld + i], G[j * ld + j], G[i * ld + j]).value;
        }
    WK_TRY(add(c, "ntk.init-deviation", 0, wk_ntk_deviation(&c->start, c->probe, n, theta, theta),
               err));
    return add(c, "ntk.init-deviation.output", 0,
               wk_ntk_deviation(&c->start, c->probe, n, K, theta), err);
}

static wk_status measure_linearised(cell *c, double t, bool first, wk_error *err) {
    if (first)
        WK_TRY(wk_linearised_init(&c->linear, &c->start, c->net.F, c->net.ld,
                                  wk_loss_scratch(&c->data, c->spec.outputs), c->arena, err));
    return add(c, "linearised.error", t, wk_linearised_error(&c->linear, c->net.F), err);
}

static wk_status measure_beside_full(cell *c, double t, bool first, wk_error *err) {
    if (first && c->spec.limit)
        WK_TRY(measure_limit(c, err));
    if (c->spec.linearised)
        WK_TRY(measure_linearised(c, t, first, err));
    if (!c->spec.spectral)
        return WK_OK;
    double change = 0;
    if (!first)
        WK_TRY(wk_ntk_spectral_change(&c->now, &c->start, &change, &c->scratch, err));
    return add(c, "ntk.change.spectral", t, change, err);
}

static wk_status measure_full(cell *c, double t, bool first, wk_error *err) {
    wk_ntk *into = first ? &c->start : &c->now;
    WK_TRY(wk_ntk_full(&c->net, c->probe, into, &c->scratch, err));
    WK_TRY(add(c, "ntk.change", t, first ? 0 : wk_ntk_change(&c->now, &c->start), err));
    WK_TRY(measure_beside_full(c, t, first, err));
    if (!c->spec.ntk_normalised)
        return WK_OK;
    double *blocks = first ? c->start_blocks : c->now_blocks;
    wk_ntk_normalised(into, c->probe, c->net.F, c->net.ld, blocks);
    return add(c, "ntk.change.normalised", t,
               first ? 0 : wk_ntk_normalised_change(&c->start, blocks, c->start_blocks), err);
}

static wk_status measure_trace(cell *c, double t, bool first, wk_error *err) {
    const size_t n = c->data.n;
    double *into = first ? c->start_trace : c->now_trace, change = 0;
    WK_TRY(wk_ntk_trace(&c->net, into, &c->scratch, err));
    if (!first) {
        for (size_t i = 0; i < n * n; i++)
            into[i] -= c->start_trace[i];
        change = wk_la_norm(n, n, into, n) / wk_la_norm(n, n, c->start_trace, n);
    }
    return add(c, "ntk.change.trace", t, change, err);
}

static wk_status measure_ntk(cell *c, double t, bool first, wk_error *err) {
    if (c->spec.ntk == WK_NTK_NONE)
        return WK_OK;
    wk_stages_begin(c->stages, "ntk");
    if (c->spec.ntk == WK_NTK_FULL)
        WK_TRY(measure_full(c, t, first, err));
    else
        WK_TRY(measure_trace(c, t, first, err));
    wk_stages_end(
        c->stages,
        c->spec.ntk == WK_NTK_FULL
            ? wk_ntk_flops(c->spec.width, c->spec.outputs, c->p, c->spec.hidden)
            : wk_ntk_trace_flops(c->spec.width, c->data.n, c->spec.outputs, c->spec.hidden));
    return WK_OK;
}

static wk_status add_sine(cell *c, const char *metric, const double *U, double t, wk_error *err) {
    double sine[64];
    WK_ASSERT(c->net.k <= sizeof sine / sizeof *sine);
    WK_TRY(wk_subspace_sines(c->net.M, c->net.k, c->net.Vt, U, sine, &c->scratch, err));
    return add(c, metric, t, sine[0], err);
}

/* C_t against C_0: how far it went, and where its components are now. */
static wk_status measure_drift(cell *c, double t, wk_error *err) {
    const wk_net *net = &c->net;
    const wk_features now = {net->thin, net->H, net->M, net->n, net->ld};
    double *gamma = wk_arena_doubles(&c->scratch, 4 * net->n * net->n, err);
    double *K = wk_arena_doubles(&c->scratch, net->n * net->n, err);
    double *U = wk_arena_doubles(&c->scratch, net->M * net->k, err);
    if (!gamma || !K || !U)
        return WK_CANNOT;
    double drift = 0;
    WK_TRY(wk_features_move_gram(&now, c->target.H0, net->pool, gamma, &c->scratch, err));
    WK_TRY(wk_pca_drift(net->n, c->target.S, gamma, &drift, &c->scratch, err));
    c->drift_sup = drift > c->drift_sup ? drift : c->drift_sup;
    WK_TRY(add(c, "pca.drift", t, drift, err));
    const double bound = 2 * c->drift_sup / c->target.gap;
    WK_TRY(add(c, "pca.bound", t, bound, err));
    WK_TRY(add(c, "pca.excess", t, wk_recorder_last(&c->record, "pca.sine") - bound, err));
    WK_TRY(
        add(c, "pca.excess.other", t, wk_recorder_last(&c->record, "pca.sine.other") - bound, err));
    wk_pca pca;
    WK_TRY(wk_features_gram(&now, net->pool, K, &c->scratch, err));
    WK_TRY(wk_pca_solve(net->n, K, c->target.S, net->k, &pca, &c->scratch, err));
    WK_TRY(wk_features_project(&now, net->k, pca.coefficient, U, &c->scratch, err));
    WK_TRY(add(c, "pca.gap.current", t, wk_pca_gap(&pca, net->M), err));
    if (!c->current_value && !(c->current_value = wk_arena_doubles(c->arena, net->n, err)))
        return WK_CANNOT;
    c->current_values = pca.r;
    memcpy(c->current_value, pca.value, pca.r * sizeof *pca.value);
    return add_sine(c, "pca.sine.current", U, t, err);
}

static wk_status measure_pca(cell *c, double t, wk_error *err) {
    if (!c->spec.pca)
        return WK_OK;
    wk_stages_begin(c->stages, "pca");
    const wk_net *net = &c->net;
    double procrustes = 0, cka = 0, rank = 0;
    WK_TRY(add_sine(c, "pca.sine", c->target.U, t, err));
    WK_TRY(add_sine(c, "pca.sine.other", c->target.U_other, t, err));
    if (c->target.H0)
        WK_TRY(measure_drift(c, t, err));
    WK_TRY(wk_subspace_procrustes(net->k, net->n, c->target.representation, net->n, net->F, net->ld,
                                  &procrustes, NULL, &c->scratch, err));
    WK_TRY(wk_subspace_cka(net->k, net->n, net->F, net->ld, c->target.representation, net->n, &cka,
                           &c->scratch, err));
    WK_TRY(wk_subspace_effective_rank(net->k, net->n, net->F, net->ld, &rank, &c->scratch, err));
    WK_TRY(add(c, "pca.procrustes", t, procrustes, err));
    WK_TRY(add(c, "pca.cka", t, cka, err));
    WK_TRY(add(c, "representation.effective-rank", t, rank, err));
    wk_stages_end(c->stages, 0);
    return WK_OK;
}

static wk_status checkpoint(cell *c, size_t step, wk_error *err) {
    const double t = (double)step * c->schedule.eta;
    const wk_arena_mark mark = wk_arena_here(&c->scratch);
    wk_net_settle(&c->net);
    WK_TRY(measure_outputs(c, t, err));
    WK_TRY(measure_move(c, t, err));
    WK_TRY(measure_ntk(c, t, step == 0, err));
    WK_TRY(measure_pca(c, t, err));
    wk_arena_reset(&c->scratch, mark);
    return wk_arrays_keep(&c->arrays, &c->net, step, t, c->p ? (step ? &c->now : &c->start) : NULL,
                          c->schedule.points, err);
}

/* ---- training ---- */

/* The time at which ln(change) crosses ln(bound) between two checkpoints. */
static double crossing(double t0, double change0, double t1, double change1, double bound) {
    if (!(change0 > 0) ||
        !isfinite(change1)) /* from zero: linear; to infinity: not before t1 is known */
        return isfinite(change1) ? t0 + (t1 - t0) * (bound - change0) / (change1 - change0) : t1;
    return t0 + (t1 - t0) * log(bound / change0) / log(change1 / change0);
}

static const char *change_metric(const cell *c) {
    return c->spec.ntk == WK_NTK_TRACE ? "ntk.change.trace" : "ntk.change";
}

/* After a checkpoint at t: has the watched change passed its bound? Then t.escape is recorded. */
static wk_status look_for_escape(cell *c, double before_t, double before, double t, bool *escaped,
                                 wk_error *err) {
    const double change = wk_recorder_last(&c->record, change_metric(c));
    *escaped = c->spec.stops && change > c->spec.stop_above;
    if (!*escaped)
        return WK_OK;
    return add(c, "t.escape", t, crossing(before_t, before, t, change, c->spec.stop_above), err);
}

static bool has_diverged(const cell *c) {
    const double norm = wk_la_norm(c->net.k, c->net.n, c->net.F, c->net.ld);
    return !(norm <= divergence_bound * sqrt((double)c->net.M));
}

/* Divergence is data (SCIENCE, trap T5): every distance from the start, or from the principal
 * components, that was being recorded is infinite from here on. */
static wk_status record_divergence(cell *c, double t, wk_error *err) {
    static const char *const distances[] = {"ntk.change",
                                            "ntk.change.trace",
                                            "ntk.change.normalised",
                                            "ntk.change.spectral",
                                            "linearised.error",
                                            "weights.move",
                                            "weights.move.relative",
                                            "pca.sine",
                                            "pca.sine.other",
                                            "pca.sine.current",
                                            "pca.drift",
                                            "pca.bound",
                                            "pca.procrustes",
                                            "pca.excess",
                                            "pca.excess.other"};
    WK_TRY(add(c, "t.diverged", t, t, err));
    WK_TRY(add(c, "output.norm", t, wk_la_norm(c->net.k, c->net.n, c->net.F, c->net.ld), err));
    for (size_t i = 0; i < sizeof distances / sizeof *distances; i++)
        if (wk_recorder_has(&c->record, distances[i]))
            WK_TRY(add(c, distances[i], t, INFINITY, err));
    return c->spec.stops ? add(c, "t.escape", t, t, err) : WK_OK;
}

/* The loss and its gradient at the present outputs. */
static wk_status take_loss(cell *c, wk_error *err) {
    c->loss = c->spec.loss.kind->value(&c->spec.loss, &c->data, c->net.k, c->net.F, c->g,
                                       c->loss_scratch);
    if (!isfinite(c->loss))
        return wk_fail(err, WK_CANNOT, "the loss is not finite%s",
                       wk_loss_undefined(&c->spec.loss));
    return WK_OK;
}

static wk_status gradient_for_flow(void *context, wk_error *err) {
    return take_loss(context, err);
}

/* Flow to the time of step `last`; *step is then the step at whose time it is, or diverged. */
static wk_status flow_until(cell *c, size_t *step, size_t last, bool *diverged, wk_error *err) {
    const double eta = c->schedule.eta;
    double reached = 0;
    WK_TRY(wk_flow_advance(&c->flow, (double)*step * eta, (double)last * eta,
                           divergence_bound * sqrt((double)c->net.M), &reached, err));
    *diverged = reached < (double)last * eta;
    *step = *diverged ? (size_t)ceil(reached / eta) : last;
    return WK_OK;
}

static wk_status descend_until(cell *c, size_t *step, size_t last, bool *diverged, wk_error *err) {
    while (*step < last && !*diverged) {
        if (c->spec.linearised)
            wk_linearised_step(&c->linear, &c->spec.loss, &c->data, c->schedule.eta);
        WK_TRY(wk_net_step(&c->net, c->g, c->schedule.eta, err));
        (*step)++;
        *diverged = has_diverged(c);
        if (!*diverged)
            WK_TRY(take_loss(c, err));
    }
    return WK_OK;
}

/* Steps until the checkpoint `last`, or divergence. */
static wk_status train_until(cell *c, size_t *step, size_t last, bool *diverged, wk_error *err) {
    wk_stages_begin(c->stages, "train");
    const size_t first = *step, evaluated = c->flow.evaluations;
    WK_TRY((c->spec.flow ? flow_until : descend_until)(c, step, last, diverged, err));
    const size_t steps = c->spec.flow ? c->flow.evaluations - evaluated : *step - first;
    wk_stages_end(c->stages,
                  (double)steps * wk_net_step_flops(c->spec.width, c->data.n, c->spec.outputs,
                                                    wk_spec_options(&c->spec)));
    return WK_OK;
}

static wk_status train(cell *c, bool *diverged, wk_error *err) {
    const wk_schedule *schedule = &c->schedule;
    size_t step = 0;
    bool escaped = false;
    WK_TRY(take_loss(c, err));
    if (c->spec.flow)
        WK_TRY(wk_flow_init(&c->flow, &c->net, c->g, gradient_for_flow, c, c->spec.tolerance,
                            schedule->eta, c->arena, err));
    WK_TRY(checkpoint(c, 0, err));
    for (size_t i = 1; i < schedule->points && !escaped; i++) {
        const double before_t = (double)step * schedule->eta;
        const double before = wk_recorder_last(&c->record, change_metric(c));
        WK_TRY(train_until(c, &step, schedule->checkpoint[i], diverged, err));
        if (*diverged)
            return record_divergence(c, (double)step * schedule->eta, err);
        WK_TRY(checkpoint(c, step, err));
        WK_TRY(look_for_escape(c, before_t, before, (double)step * schedule->eta, &escaped, err));
    }
    if (c->spec.stops && !escaped)
        WK_TRY(add(c, "t.escape", (double)step * schedule->eta, INFINITY, err));
    return WK_OK;
}

/* ---- the end ---- */

static wk_status record_representation(cell *c, wk_error *err) {
    const wk_net *net = &c->net;
    const size_t k = net->k, n = net->n;
    double *Q = wk_arena_doubles(&c->scratch, k * k, err);
    double *turned = wk_arena_doubles(&c->scratch, k * n, err);
    double *class = wk_arena_doubles(&c->scratch, n, err);
    if (!Q || !turned || !class)
        return WK_CANNOT;
    const double *pca = c->target.representation;
    WK_TRY(wk_subspace_rotation(k, n, pca, n, net->F, net->ld, Q, &c->scratch, err));
    wk_la_gemm(false, false, k, n, k, 1, Q, k, net->F, net->ld, 0, turned, n);
    for (size_t i = 0; i < n; i++)
        class[i] = c->data.label[i];
    WK_TRY(wk_recorder_indexed(&c->record, "representation.class", n, class, 1, err));
    WK_TRY(wk_recorder_indexed(&c->record, "representation.1", n, turned, 1, err));
    WK_TRY(wk_recorder_indexed(&c->record, "representation.2", n, turned + n, 1, err));
    WK_TRY(wk_recorder_indexed(&c->record, "pca.representation.1", n, pca, 1, err));
    return wk_recorder_indexed(&c->record, "pca.representation.2", n, pca + n, 1, err);
}

static wk_status record_constants(cell *c, double t, wk_error *err) {
    const double eta = c->schedule.eta;
    WK_TRY(add(c, "train.step", t, eta, err));
    WK_TRY(add(c, "train.steps", t, (double)c->schedule.steps, err));
    if (c->mu > 0) {
        WK_TRY(add(c, "escape.growth", t, c->mu, err));
        WK_TRY(add(c, "escape.predicted-slope", t,
                   c->spec.flow ? 1 / (2 * c->mu) : eta / (2 * log1p(eta * c->mu)), err));
    }
    if (!c->spec.pca)
        return WK_OK;
    WK_TRY(add(c, "pca.gap", t, c->target.gap, err));
    WK_TRY(wk_recorder_indexed(&c->record, "pca.eigenvalue", c->target.pca.r, c->target.pca.value,
                               1, err));
    if (c->current_value)
        WK_TRY(wk_recorder_indexed(&c->record, "pca.eigenvalue.current", c->current_values,
                                   c->current_value, 1, err));
    return c->spec.representation && c->spec.outputs >= 2 ? record_representation(c, err) : WK_OK;
}

static wk_status run(cell *c, const wk_bag *params, bool *diverged, wk_error *err) {
    const char *culprit = NULL;
    WK_TRY(wk_spec_read(params, c->spec.seed, &c->spec, &culprit, err));
    WK_TRY(prepare(c, params, err));
    WK_TRY(wk_arrays_start(&c->arrays, &c->data, &c->net, c->probe, c->p, err));
    WK_TRY(train(c, diverged, err));
    WK_TRY(record_constants(c, 0, err));
    return wk_arrays_end(&c->arrays, &c->net, err);
}

wk_status wk_cell_run(const wk_bag *params, uint64_t seed, const char *arrays, wk_pool *pool,
                      wk_arena *arena, wk_cell_result *result, wk_error *err) {
    wk_stages *stages = wk_arena_get(arena, 1, sizeof *stages, err);
    cell *c = wk_arena_get(arena, 1, sizeof *c, err);
    if (!stages || !c)
        return WK_CANNOT;
    c->spec.seed = seed;
    c->pool = pool;
    c->arena = arena;
    c->stages = stages;
    c->arrays = (wk_arrays){.folder = arrays, .arena = arena};
    bool diverged = false;
    const wk_status status = run(c, params, &diverged, err);
    wk_arena_release(&c->scratch);
    WK_TRY(status);
    *result = (wk_cell_result){.end = diverged ? WK_END_DIVERGED : WK_END_OK,
                               .reason = diverged ? "‖F‖ left 10³√M" : "",
                               .series = c->record.series,
                               .nseries = c->record.n,
                               .stages = stages->stage,
                               .nstages = stages->n};
    return WK_OK;
}
