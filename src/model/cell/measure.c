/* What a cell measures at a checkpoint. */
#include "model/cell/cell_state.h"
#include "model/kernel/limit.h"
#include "model/kernel/ntk_form.h"
#include "model/pca/components.h"
#include "model/pca/subspace.h"

#include "la/blas.h"

#include <math.h>
#include <string.h>

static void add(wk_cell *c, const char *metric, double t, double value) {
    wk_recorder_add(&c->record, metric, t, value);
}

void wk_measure_prepare(wk_cell *c) {
    const size_t n = c->data.n, k = c->spec.outputs;
    if (c->spec.ntk == WK_NTK_TRACE) {
        c->start_trace = wk_arena_doubles(c->arena, n * n);
        c->now_trace = wk_arena_doubles(c->arena, n * n);
        return;
    }
    if (c->spec.ntk == WK_NTK_NONE)
        return;
    c->p = c->spec.probes && c->spec.probes < n ? c->spec.probes : n;
    c->probe = wk_arena_get(c->arena, c->p, sizeof *c->probe);
    for (size_t i = 0; i < c->p; i++)
        c->probe[i] = i * n / c->p;
    wk_ntk_new(&c->start, k, c->p, c->spec.hidden, c->arena);
    wk_ntk_new(&c->now, k, c->p, c->spec.hidden, c->arena);
    if (c->spec.ntk_normalised) {
        c->start_blocks = wk_arena_doubles(c->arena, c->start.columns * k * k);
        c->now_blocks = wk_arena_doubles(c->arena, c->start.columns * k * k);
    }
}

/* ---- a checkpoint ---- */

typedef struct norms {
    double all, least, mean;
} norms;

/* Of the outputs at n inputs, F (k, n) with rows ld apart. */
static norms norms_of(size_t k, size_t n, const double *F, size_t ld) {
    norms found = {.all = wk_la_norm(k, n, F, ld), .least = INFINITY};
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double square = 0;
        for (size_t a = 0; a < k; a++)
            square += F[a * ld + i] * F[a * ld + i];
        const double norm = sqrt(square);
        found.least = norm < found.least ? norm : found.least;
        sum += norm;
    }
    found.mean = sum / (double)n;
    return found;
}

static void measure_outputs(wk_cell *c, double t) {
    const wk_net *net = &c->net;
    const norms seen = norms_of(net->k, net->n, net->F, net->ld);
    add(c, "loss", t, c->loss);
    add(c, "output.norm", t, seen.all);
    add(c, "output.min-norm", t, seen.least);
    add(c, "output.mean-norm", t, seen.mean);
    add(c, "weights.output-norm2", t, wk_net_output_norm2(net));
    const size_t unseen = net->data.all - net->n;
    if (!unseen)
        return;
    const norms others = norms_of(net->k, unseen, net->F + net->n, net->ld);
    add(c, "output.norm.unseen", t, others.all);
    add(c, "output.min-norm.unseen", t, others.least);
    add(c, "output.mean-norm.unseen", t, others.mean);
}

static void measure_move(wk_cell *c, double t) {
    if (!c->spec.move)
        return;
    const double move = sqrt(wk_net_move2(&c->net));
    const double count = (double)c->spec.width *
                         (double)(c->data.d + c->spec.outputs + c->spec.hidden * c->spec.width);
    add(c, "weights.move", t, move);
    add(c, "weights.move.relative", t, move / sqrt(count));
}

/* Two layers: entries of Θ_0 at the first probe in units of their exact standard deviation √(Vr/M)
 * (SCIENCE I5). */
static void measure_init_z(wk_cell *c, double limit) {
    const wk_net *net = &c->net;
    const size_t M = net->M, i = c->probe[0];
    const size_t padded = (M + WK_THIN_PAD - 1) / WK_THIN_PAD * WK_THIN_PAD;
    const wk_hidden layer = wk_net_first(net);
    double *h = wk_arena_get(&c->scratch, padded, sizeof *h);
    double *phi = wk_arena_doubles(&c->scratch, padded),
           *slope = wk_arena_doubles(&c->scratch, padded);
    wk_hidden_gather(&layer, 1, &i, h, 1, &c->scratch);
    net->thin->apply(padded, h, phi, slope);
    const double deviation = sqrt(wk_limit_variance(c->spec.activation, true) / (double)M);
    const double norm = wk_la_norm(1, M, phi, M), output = norm * norm / (double)M;
    add(c, "ntk.init-z", 0, (c->start.packed[0] - limit) / deviation);
    add(c, "ntk.init-z.output", 0, (output - limit) / deviation);
    if (net->k < 2) /* Θ_10 of the first probe is the second row of the packed kernel */
        return;
    const double cross = sqrt(wk_limit_variance(c->spec.activation, false) / (double)M);
    const double entry = c->start.packed[c->start.columns];
    add(c, "ntk.init-z.cross", 0, entry / cross);
    add(c, "ntk.init-z.cross.dropped", 0, (entry - limit) / cross);
}

/* At the start: against Θ_∞, and against its output layer's part K alone. */
static wk_status measure_limit(wk_cell *c, wk_error *err) {
    const size_t n = c->data.n;
    double *theta = wk_arena_doubles(&c->scratch, n * n);
    double *K = wk_arena_doubles(&c->scratch, n * n);
    WK_TRY(wk_limit_kernel(&c->data, c->spec.activation, c->spec.hidden, c->spec.residual, c->pool,
                           theta, &c->scratch, err));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            const wk_data *data = &c->data;
            K[i * n + j] = c->spec.activation
                               ->dual(wk_data_gram_at(data, i, i), wk_data_gram_at(data, j, j),
                                      wk_data_gram_at(data, i, j))
                               .value;
        }
    add(c, "ntk.init-deviation", 0, wk_ntk_deviation(&c->start, c->probe, n, theta, theta));
    add(c, "ntk.init-deviation.output", 0, wk_ntk_deviation(&c->start, c->probe, n, K, theta));
    if (!c->spec.hidden)
        measure_init_z(c, theta[c->probe[0] * n + c->probe[0]]);
    return WK_OK;
}

static void measure_linearised(wk_cell *c, double t, bool first) {
    if (first)
        wk_linearised_init(&c->linear, &c->start, c->net.F, c->net.ld,
                           wk_loss_scratch(&c->spec.loss, &c->data, c->spec.outputs), c->arena);
    add(c, "linearised.error", t, wk_linearised_error(&c->linear, c->net.F));
}

static wk_status measure_beside_full(wk_cell *c, double t, bool first, wk_error *err) {
    if (first && c->spec.limit)
        WK_TRY(measure_limit(c, err));
    if (c->spec.linearised)
        measure_linearised(c, t, first);
    if (!c->spec.spectral)
        return WK_OK;
    double change = 0;
    if (!first)
        WK_TRY(wk_ntk_spectral_change(&c->now, &c->start, &change, &c->scratch, err));
    add(c, "ntk.change.spectral", t, change);
    return WK_OK;
}

static wk_status measure_full(wk_cell *c, double t, bool first, wk_error *err) {
    wk_ntk *into = first ? &c->start : &c->now;
    wk_ntk_full(&c->net, c->probe, into, &c->scratch);
    add(c, "ntk.change", t, first ? 0 : wk_ntk_change(&c->now, &c->start));
    WK_TRY(measure_beside_full(c, t, first, err));
    if (!c->spec.ntk_normalised)
        return WK_OK;
    double *blocks = first ? c->start_blocks : c->now_blocks;
    wk_ntk_normalised(into, c->probe, c->net.F, c->net.ld, blocks);
    add(c, "ntk.change.normalised", t,
        first ? 0 : wk_ntk_normalised_change(&c->start, blocks, c->start_blocks));
    return WK_OK;
}

static void measure_trace(wk_cell *c, double t, bool first) {
    const size_t n = c->data.n;
    double *into = first ? c->start_trace : c->now_trace, change = 0;
    wk_ntk_trace(&c->net, into, &c->scratch);
    if (!first) {
        for (size_t i = 0; i < n * n; i++)
            into[i] -= c->start_trace[i];
        change = wk_la_norm(n, n, into, n) / wk_la_norm(n, n, c->start_trace, n);
    }
    add(c, "ntk.change.trace", t, change);
}

static wk_status measure_ntk(wk_cell *c, double t, bool first, wk_error *err) {
    if (c->spec.ntk == WK_NTK_NONE)
        return WK_OK;
    wk_stages_begin(c->stages, "ntk");
    if (c->spec.ntk == WK_NTK_FULL)
        WK_TRY(measure_full(c, t, first, err));
    else
        measure_trace(c, t, first);
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
    add(c, metric, t, sine[0]);
    return WK_OK;
}

/* C_t against C_0: how far it went, and where its components are now. */
static wk_status measure_drift(wk_cell *c, double t, wk_error *err) {
    const wk_net *net = &c->net;
    const wk_features now = wk_net_first(net);
    double *U = wk_arena_doubles(&c->scratch, net->M * net->k);
    double drift = 0;
    wk_components_drift(&now, &c->target.start, c->target.S, net->pool, &drift, &c->scratch);
    c->drift_sup = drift > c->drift_sup ? drift : c->drift_sup;
    add(c, "pca.drift", t, drift);
    const double bound = 2 * c->drift_sup / c->target.gap;
    add(c, "pca.bound", t, bound);
    add(c, "pca.excess", t, wk_recorder_last(&c->record, "pca.sine") - bound);
    add(c, "pca.excess.other", t, wk_recorder_last(&c->record, "pca.sine.other") - bound);
    wk_components found;
    WK_TRY(wk_components_find(&now, c->target.S, net->k, net->pool, &found, &c->scratch, err));
    wk_components_form(&found, &now, U, &c->scratch);
    const wk_pca *pca = &found.pca;
    add(c, "pca.gap.current", t, wk_pca_gap(pca, net->M));
    if (!c->current_value)
        c->current_value = wk_arena_doubles(c->arena, net->n);
    c->current_values = pca->r;
    memcpy(c->current_value, pca->value, pca->r * sizeof *pca->value);
    return add_sine(c, "pca.sine.current", U, t, err);
}

/* What the outputs at some inputs are against their PCA representation: of those trained on, and of
 * those held out. */
typedef struct likeness_metrics {
    const char *procrustes, *cka, *rank;
} likeness_metrics;

static const likeness_metrics at_seen = {"pca.procrustes", "pca.cka",
                                         "representation.effective-rank"};
static const likeness_metrics at_unseen = {"pca.procrustes.unseen", "pca.cka.unseen",
                                           "representation.effective-rank.unseen"};

/* Of the `count` inputs from `first`. */
static wk_status measure_likeness(wk_cell *c, const likeness_metrics *metrics, size_t first,
                                  size_t count, double t, wk_error *err) {
    const wk_net *net = &c->net;
    const double *F = net->F + first, *pca = c->target.representation + first;
    const size_t k = net->k, ld = net->ld, pca_ld = net->data.all;
    double procrustes = 0, cka = 0, rank = 0;
    WK_TRY(
        wk_subspace_procrustes(k, count, pca, pca_ld, F, ld, &procrustes, NULL, &c->scratch, err));
    wk_subspace_cka(k, count, F, ld, pca, pca_ld, &cka, &c->scratch);
    WK_TRY(wk_subspace_effective_rank(k, count, F, ld, &rank, &c->scratch, err));
    add(c, metrics->procrustes, t, procrustes);
    add(c, metrics->cka, t, cka);
    add(c, metrics->rank, t, rank);
    return WK_OK;
}

static wk_status measure_pca(wk_cell *c, double t, wk_error *err) {
    if (!c->spec.pca)
        return WK_OK;
    wk_stages_begin(c->stages, "pca");
    const size_t n = c->data.n, unseen = c->data.all - n;
    WK_TRY(add_sine(c, "pca.sine", c->target.U, t, err));
    WK_TRY(add_sine(c, "pca.sine.other", c->target.U_other, t, err));
    if (c->target.start.M)
        WK_TRY(measure_drift(c, t, err));
    WK_TRY(measure_likeness(c, &at_seen, 0, n, t, err));
    if (unseen)
        WK_TRY(measure_likeness(c, &at_unseen, n, unseen, t, err));
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
    measure_outputs(c, t);
    measure_move(c, t);
    WK_TRY(measure_ntk(c, t, step == 0, err));
    WK_TRY(measure_pca(c, t, err));
    WK_TRY(measure_identities(c, step, err));
    wk_arena_reset(&c->scratch, mark);
    wk_arrays_keep(&c->arrays, &c->net, step, t, c->p ? (step ? &c->now : &c->start) : NULL,
                   c->schedule.points);
    return WK_OK;
}

const char *wk_measure_watched(const wk_cell *c) {
    return c->spec.ntk == WK_NTK_TRACE ? "ntk.change.trace" : "ntk.change";
}

/* Divergence is data (SCIENCE, trap T5): every distance from the start, or from the principal
 * components, that was being recorded is infinite from here on. */
void wk_measure_divergence(wk_cell *c, double t) {
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
                                            "pca.procrustes.unseen",
                                            "pca.excess",
                                            "pca.excess.other"};
    add(c, "t.diverged", t, t);
    add(c, "output.norm", t, wk_la_norm(c->net.k, c->net.n, c->net.F, c->net.ld));
    for (size_t i = 0; i < sizeof distances / sizeof *distances; i++)
        if (wk_recorder_has(&c->record, distances[i]))
            add(c, distances[i], t, INFINITY);
    if (c->spec.stops)
        add(c, "t.escape", t, t);
}

/* ---- the end ---- */

static const char *const seen_maps[] = {"representation.class", "representation.1",
                                        "representation.2", "pca.representation.1",
                                        "pca.representation.2"};
static const char *const unseen_maps[] = {"representation.class.unseen", "representation.1.unseen",
                                          "representation.2.unseen", "pca.representation.1.unseen",
                                          "pca.representation.2.unseen"};

/* The turning and the scale are those of the inputs trained on, for inputs held out too. */
static wk_status record_representation(wk_cell *c, wk_error *err) {
    const wk_net *net = &c->net;
    const size_t k = net->k, n = net->n, all = net->data.all;
    double *Q = wk_arena_doubles(&c->scratch, k * k);
    double *turned = wk_arena_doubles(&c->scratch, k * all);
    double *class = wk_arena_doubles(&c->scratch, all);
    const double *pca = c->target.representation;
    WK_TRY(wk_subspace_rotation(k, n, pca, all, net->F, net->ld, Q, &c->scratch, err));
    /* Without the constraint the outputs' scale says nothing: they are shown at that of PCA. */
    const double scale = net->options.orthogonal
                             ? 1
                             : wk_la_norm(k, n, pca, all) / wk_la_norm(k, n, net->F, net->ld);
    wk_la_gemm(false, false, k, all, k, scale, Q, k, net->F, net->ld, 0, turned, all);
    for (size_t i = 0; i < all; i++)
        class[i] = c->data.label[i];
    const double *const values[] = {class, turned, turned + all, pca, pca + all};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        wk_recorder_indexed(&c->record, seen_maps[i], n, values[i], 1);
        if (all > n)
            wk_recorder_indexed(&c->record, unseen_maps[i], all - n, values[i] + n, 1);
    }
    return WK_OK;
}

wk_status wk_measure_constants(wk_cell *c, wk_error *err) {
    const double t = 0;
    const double eta = c->schedule.eta;
    add(c, "train.step", t, eta);
    add(c, "train.steps", t, (double)c->schedule.steps);
    if (c->net.options.primal)
        add(c, "train.primal", t, 1);
    if (c->mu > 0) {
        add(c, "escape.growth", t, c->mu);
        add(c, "escape.predicted-slope", t,
            c->spec.flow ? 1 / (2 * c->mu) : eta / (2 * log1p(eta * c->mu)));
    }
    if (!c->spec.pca)
        return WK_OK;
    add(c, "pca.gap", t, c->target.gap);
    wk_recorder_indexed(&c->record, "pca.eigenvalue", c->target.pca.r, c->target.pca.value, 1);
    if (c->current_value)
        wk_recorder_indexed(&c->record, "pca.eigenvalue.current", c->current_values,
                            c->current_value, 1);
    return c->spec.representation && c->spec.outputs >= 2 ? record_representation(c, err) : WK_OK;
}
