#include "model/cell_state.h"
#include "model/features.h"
#include "model/limit.h"
#include "model/subspace.h"

#include "la/blas.h"

#include <math.h>
#include <string.h>

static wk_status add(wk_cell *c, const char *metric, double t, double value, wk_error *err) {
    return wk_recorder_add(&c->record, metric, t, value, err);
}

wk_status wk_measure_prepare(wk_cell *c, wk_error *err) {
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
    WK_TRY(wk_ntk_new(&c->start, k, c->p, c->spec.hidden, c->arena, err));
    WK_TRY(wk_ntk_new(&c->now, k, c->p, c->spec.hidden, c->arena, err));
    if (c->spec.ntk_normalised) {
        c->start_blocks = wk_arena_doubles(c->arena, c->start.columns * k * k, err);
        c->now_blocks = wk_arena_doubles(c->arena, c->start.columns * k * k, err);
        if (!c->start_blocks || !c->now_blocks)
            return WK_CANNOT;
    }
    return WK_OK;
}

/* ---- a checkpoint ---- */

static wk_status measure_outputs(wk_cell *c, double t, wk_error *err) {
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

static wk_status measure_move(wk_cell *c, double t, wk_error *err) {
    if (!c->spec.move)
        return WK_OK;
    const double move = sqrt(wk_net_move2(&c->net));
    const double count = (double)c->spec.width *
                         (double)(c->data.d + c->spec.outputs + c->spec.hidden * c->spec.width);
    WK_TRY(add(c, "weights.move", t, move, err));
    return add(c, "weights.move.relative", t, move / sqrt(count), err);
}

/* Two layers: entries of Θ_0 at the first probe in units of their exact standard deviation √(Vr/M)
 * (SCIENCE I5). */
static wk_status measure_init_z(wk_cell *c, double limit, wk_error *err) {
    const wk_net *net = &c->net;
    const size_t M = net->M, i = c->probe[0];
    const size_t padded = (M + WK_THIN_PAD - 1) / WK_THIN_PAD * WK_THIN_PAD;
    double *h = wk_arena_get(&c->scratch, padded, sizeof *h, err);
    double *phi = wk_arena_doubles(&c->scratch, padded, err),
           *slope = wk_arena_doubles(&c->scratch, padded, err);
    if (!h || !phi || !slope)
        return WK_CANNOT;
    for (size_t m = 0; m < M; m++)
        h[m] = net->H[m * net->ld + i];
    net->thin->apply(padded, h, phi, slope);
    const double deviation = sqrt(wk_limit_variance(c->spec.activation, true) / (double)M);
    const double norm = wk_la_norm(1, M, phi, M), output = norm * norm / (double)M;
    WK_TRY(add(c, "ntk.init-z", 0, (c->start.packed[0] - limit) / deviation, err));
    WK_TRY(add(c, "ntk.init-z.output", 0, (output - limit) / deviation, err));
    if (net->k < 2) /* Θ_10 of the first probe is the second row of the packed kernel */
        return WK_OK;
    const double cross = sqrt(wk_limit_variance(c->spec.activation, false) / (double)M);
    const double entry = c->start.packed[c->start.columns];
    WK_TRY(add(c, "ntk.init-z.cross", 0, entry / cross, err));
    return add(c, "ntk.init-z.cross.dropped", 0, (entry - limit) / cross, err);
}

/* At the start: against Θ_∞, and against its output layer's part K alone. */
static wk_status measure_limit(wk_cell *c, wk_error *err) {
    const size_t n = c->data.n;
    double *theta = wk_arena_doubles(&c->scratch, n * n, err);
    double *K = wk_arena_doubles(&c->scratch, n * n, err);
    if (!theta || !K)
        return WK_CANNOT;
    WK_TRY(wk_limit_kernel(&c->data, c->spec.activation, c->spec.hidden, c->spec.residual, c->pool,
                           theta, &c->scratch, err));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            const double *G = c->data.G;
            const size_t ld = c->data.ld;
            K[i * n + j] =
                c->spec.activation->dual(G[i * ld + i], G[j * ld + j], G[i * ld + j]).value;
        }
    WK_TRY(add(c, "ntk.init-deviation", 0, wk_ntk_deviation(&c->start, c->probe, n, theta, theta),
               err));
    WK_TRY(add(c, "ntk.init-deviation.output", 0,
               wk_ntk_deviation(&c->start, c->probe, n, K, theta), err));
    return c->spec.hidden ? WK_OK : measure_init_z(c, theta[c->probe[0] * n + c->probe[0]], err);
}

static wk_status measure_linearised(wk_cell *c, double t, bool first, wk_error *err) {
    if (first)
        WK_TRY(wk_linearised_init(&c->linear, &c->start, c->net.F, c->net.ld,
                                  wk_loss_scratch(&c->data, c->spec.outputs), c->arena, err));
    return add(c, "linearised.error", t, wk_linearised_error(&c->linear, c->net.F), err);
}

static wk_status measure_beside_full(wk_cell *c, double t, bool first, wk_error *err) {
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

static wk_status measure_full(wk_cell *c, double t, bool first, wk_error *err) {
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

static wk_status measure_trace(wk_cell *c, double t, bool first, wk_error *err) {
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

static wk_status measure_ntk(wk_cell *c, double t, bool first, wk_error *err) {
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

static wk_status add_sine(wk_cell *c, const char *metric, const double *U, double t,
                          wk_error *err) {
    double sine[64];
    WK_ASSERT(c->net.k <= sizeof sine / sizeof *sine);
    WK_TRY(wk_subspace_sines(c->net.M, c->net.k, c->net.Vt, U, sine, &c->scratch, err));
    return add(c, metric, t, sine[0], err);
}

/* C_t against C_0: how far it went, and where its components are now. */
static wk_status measure_drift(wk_cell *c, double t, wk_error *err) {
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

static wk_status measure_pca(wk_cell *c, double t, wk_error *err) {
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

static wk_status measure_identities(wk_cell *c, size_t step, wk_error *err) {
    if (!c->spec.identities)
        return WK_OK;
    wk_stages_begin(c->stages, "identities");
    WK_TRY(wk_identities_record(&c->identities, step, c->g, &c->record, err));
    wk_stages_end(c->stages, 0);
    return WK_OK;
}

wk_status wk_measure_checkpoint(wk_cell *c, size_t step, wk_error *err) {
    const double t = (double)step * c->schedule.eta;
    const wk_arena_mark mark = wk_arena_here(&c->scratch);
    wk_net_settle(&c->net);
    WK_TRY(measure_outputs(c, t, err));
    WK_TRY(measure_move(c, t, err));
    WK_TRY(measure_ntk(c, t, step == 0, err));
    WK_TRY(measure_pca(c, t, err));
    WK_TRY(measure_identities(c, step, err));
    wk_arena_reset(&c->scratch, mark);
    return wk_arrays_keep(&c->arrays, &c->net, step, t, c->p ? (step ? &c->now : &c->start) : NULL,
                          c->schedule.points, err);
}

const char *wk_measure_watched(const wk_cell *c) {
    return c->spec.ntk == WK_NTK_TRACE ? "ntk.change.trace" : "ntk.change";
}

/* Divergence is data (SCIENCE, trap T5): every distance from the start, or from the principal
 * components, that was being recorded is infinite from here on. */
wk_status wk_measure_divergence(wk_cell *c, double t, wk_error *err) {
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

/* ---- the end ---- */

static wk_status record_representation(wk_cell *c, wk_error *err) {
    const wk_net *net = &c->net;
    const size_t k = net->k, n = net->n;
    double *Q = wk_arena_doubles(&c->scratch, k * k, err);
    double *turned = wk_arena_doubles(&c->scratch, k * n, err);
    double *class = wk_arena_doubles(&c->scratch, n, err);
    if (!Q || !turned || !class)
        return WK_CANNOT;
    const double *pca = c->target.representation;
    WK_TRY(wk_subspace_rotation(k, n, pca, n, net->F, net->ld, Q, &c->scratch, err));
    /* Without the constraint the outputs' scale says nothing: they are shown at that of PCA. */
    const double scale =
        net->options.orthogonal ? 1 : wk_la_norm(k, n, pca, n) / wk_la_norm(k, n, net->F, net->ld);
    wk_la_gemm(false, false, k, n, k, scale, Q, k, net->F, net->ld, 0, turned, n);
    for (size_t i = 0; i < n; i++)
        class[i] = c->data.label[i];
    WK_TRY(wk_recorder_indexed(&c->record, "representation.class", n, class, 1, err));
    WK_TRY(wk_recorder_indexed(&c->record, "representation.1", n, turned, 1, err));
    WK_TRY(wk_recorder_indexed(&c->record, "representation.2", n, turned + n, 1, err));
    WK_TRY(wk_recorder_indexed(&c->record, "pca.representation.1", n, pca, 1, err));
    return wk_recorder_indexed(&c->record, "pca.representation.2", n, pca + n, 1, err);
}

wk_status wk_measure_constants(wk_cell *c, wk_error *err) {
    const double t = 0;
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
