/* Residuals of the exact identities, measured in the running system. */
#include "model/cell/identities.h"

#include "la/blas.h"
#include "model/pca/components.h"
#include "model/pca/features.h"
#include "model/pca/subspace.h"

#include <math.h>
#include <string.h>

static const char *const metric[WK_IDENTITY_KINDS][2] = {
    {"identity.radial", "identity.radial.dropped"},
    {"identity.growth", "identity.growth.dropped"},
    {"identity.balance", "identity.balance.dropped"},
    {"identity.closed", "identity.closed.dropped"},
    {"identity.dual", "identity.dual.dropped"},
};

/* The span of V_0(I + 2ηC)^s loses its digits when the first component has outgrown the k-th by
 * more (SCIENCE I8). */
static const double most_spread = 18; /* of 36: half the digits */

static const double none_yet = -1;

/* NaN stays: what could not be computed is not small. */
static double larger(double so_far, double now) {
    return isnan(now) || isnan(so_far) ? NAN : fmax(so_far, now);
}

static void take(wk_identities *id, wk_identity identity, double residual, double dropped) {
    id->worst[identity] = larger(id->worst[identity], residual);
    id->dropped[identity] = larger(id->dropped[identity], dropped);
}

/* ---- the start ---- */

static wk_status keep_closed_form(wk_identities *id, wk_arena *arena, wk_error *err) {
    const wk_net *net = id->net;
    const wk_features features = wk_net_top(net);
    double *S = NULL;
    id->V0t = wk_arena_doubles(arena, net->M * net->k);
    memcpy(id->V0t, net->Vt, net->M * net->k * sizeof *id->V0t);
    wk_data_similarity(id->data, arena, &S);
    wk_features_gram(&features, net->pool, id->K, id->scratch);
    wk_components found;
    WK_TRY(wk_components_find(&features, S, net->n, net->pool, &found, arena, err));
    id->pca = found.pca;
    return WK_OK;
}

wk_status wk_identities_init(wk_identities *id, const wk_spec *spec, const wk_data *data,
                             const wk_net *net, double eta, wk_arena *arena, wk_arena *scratch,
                             wk_error *err) {
    *id = (wk_identities){.spec = spec, .data = data, .net = net, .eta = eta, .scratch = scratch};
    for (wk_identity i = 0; i < WK_IDENTITY_KINDS; i++) {
        id->holds[i] = wk_identity_holds(spec, i);
        id->worst[i] = id->dropped[i] = none_yet;
    }
    const size_t size = net->k * net->ld;
    id->K = wk_arena_doubles(arena, net->n * net->n);
    id->F0 = wk_arena_doubles(arena, size);
    memcpy(id->F0, net->F, size * sizeof *id->F0);
    if (id->holds[WK_IDENTITY_CLOSED])
        WK_TRY(keep_closed_form(id, arena, err));
    if (!id->holds[WK_IDENTITY_DUAL])
        return WK_OK;
    WK_TRY(wk_twin_init(&id->twin, net, data, &spec->loss, spec->seed, false, arena, err));
    return wk_twin_init(&id->twin_frozen, net, data, &spec->loss, spec->seed, true, arena, err);
}

/* ---- I1 ---- */

/* The largest |⟨g_i, f_i⟩|/(‖g_i‖ ‖f_i‖) over the inputs that have a gradient. */
static double largest_cosine(size_t k, size_t n, size_t ld, const double *g, const double *F) {
    double largest = 0;
    for (size_t i = 0; i < n; i++) {
        double gf = 0, gg = 0, ff = 0;
        for (size_t a = 0; a < k; a++) {
            gf += g[a * ld + i] * F[a * ld + i];
            gg += g[a * ld + i] * g[a * ld + i];
            ff += F[a * ld + i] * F[a * ld + i];
        }
        if (!(gg <= 0))
            largest = larger(largest, fabs(gf) / sqrt(gg * ff));
    }
    return largest;
}

/* The control: ∂/∂u of the cosine is (v̂ − s û)/‖u‖; without − s û it is the gradient of the dot
 * product at the normalised outputs. */
static void measure_radial(wk_identities *id, const double *g) {
    const wk_net *net = id->net;
    const size_t k = net->k, n = net->n, ld = net->ld;
    const wk_arena_mark mark = wk_arena_here(id->scratch);
    double *unit = wk_arena_get(id->scratch, k * ld, sizeof *unit);
    double *without = wk_arena_doubles(id->scratch, k * ld);
    double *scratch = wk_arena_doubles(id->scratch, wk_loss_scratch(&id->spec->loss, id->data, k));
    for (size_t i = 0; i < n; i++) {
        double square = 0;
        for (size_t a = 0; a < k; a++)
            square += net->F[a * ld + i] * net->F[a * ld + i];
        for (size_t a = 0; a < k; a++)
            unit[a * ld + i] = net->F[a * ld + i] / sqrt(square);
    }
    wk_loss dot = id->spec->loss;
    dot.cosine = false;
    dot.kind->value(&dot, id->data, k, unit, without, scratch);
    take(id, WK_IDENTITY_RADIAL, largest_cosine(k, n, ld, g, net->F),
         largest_cosine(k, n, ld, without, unit));
    wk_arena_reset(id->scratch, mark);
}

/* ---- I2 ---- */

static void expect_growth(wk_identities *id, const double *g) {
    const wk_net *net = id->net;
    const size_t k = net->k, n = net->n, ld = net->ld;
    const wk_features features = wk_net_top(net);
    const wk_arena_mark mark = wk_arena_here(id->scratch);
    double *gK = wk_arena_doubles(id->scratch, k * n);
    wk_features_gram(&features, net->pool, id->K, id->scratch);
    wk_la_gemm(false, false, k, n, n, 1, g, ld, id->K, n, 0, gK, n);
    double first = 0, second = 0;
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < n; i++) {
            first += g[a * ld + i] * net->F[a * ld + i];
            second += g[a * ld + i] * gK[a * n + i];
        }
    id->expected_dropped = wk_net_output_norm2(net) - 2 * id->eta * first;
    id->expected = id->expected_dropped + id->eta * id->eta * second;
    wk_arena_reset(id->scratch, mark);
}

void wk_identities_before(wk_identities *id, const double *g) {
    if (id->holds[WK_IDENTITY_GROWTH])
        expect_growth(id, g);
}

wk_status wk_identities_after(wk_identities *id, wk_error *err) {
    if (id->holds[WK_IDENTITY_GROWTH]) {
        const double norm2 = wk_net_output_norm2(id->net);
        take(id, WK_IDENTITY_GROWTH, fabs(norm2 - id->expected) / norm2,
             fabs(norm2 - id->expected_dropped) / norm2);
    }
    if (id->holds[WK_IDENTITY_DUAL]) {
        WK_TRY(wk_twin_step(&id->twin, id->eta, err));
        WK_TRY(wk_twin_step(&id->twin_frozen, id->eta, err));
    }
    return WK_OK;
}

/* ---- I3 ---- */

static double square_of(const double *x, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sum;
}

/* grown (M): by how much ‖w_m‖² grew. With H = H_0 + A G the weights moved by A Xᵀ/√d, so by
 * 2 a·h_0 + a G aᵀ = a·(2h − a G). */
static void first_growth(const wk_net *net, double *grown, wk_arena *scratch) {
    const size_t M = net->M, ld = net->ld, d = net->data.d;
    if (net->W) {
        for (size_t m = 0; m < M; m++)
            grown[m] = square_of(net->W + m * d, d) - square_of(net->W0 + m * d, d);
        return;
    }
    double *AG = wk_arena_doubles(scratch, M * ld);
    wk_la_gemm(false, false, M, ld, net->n, 1, net->A, ld, net->data.G, ld, 0, AG, ld);
    for (size_t m = 0; m < M; m++) {
        grown[m] = 0;
        for (size_t i = 0; i < net->n; i++)
            grown[m] += net->A[m * ld + i] * (2 * net->H[m * ld + i] - AG[m * ld + i]);
    }
}

static void measure_balance(wk_identities *id) {
    const wk_net *net = id->net;
    const size_t M = net->M, k = net->k;
    const wk_arena_mark mark = wk_arena_here(id->scratch);
    double *grown = wk_arena_doubles(id->scratch, M);
    first_growth(net, grown, id->scratch);
    double most = 0, apart = 0, output = 0;
    for (size_t m = 0; m < M; m++) {
        const double first = grown[m];
        const double second = square_of(net->Vt + m * k, k) - square_of(net->V0t + m * k, k);
        most = larger(most, fabs(first) + fabs(second));
        apart = larger(apart, fabs(first - second));
        output = larger(output, fabs(first));
    }
    if (!(most <= 0))
        take(id, WK_IDENTITY_BALANCE, apart / most, output / most);
    wk_arena_reset(id->scratch, mark);
}

/* ---- I7, I8 ---- */

/* T (n, k) = Q D (F_0 Q)ᵀ, so that V_0(I + 2ηC)^s = V_0 + (Φ T/√M)ᵀ: D = (1 + 2ηλ)^s − 1, or
 * e^{2tλ} − 1 of the flow. */
static void growth_of(const wk_identities *id, size_t step, bool flow, double *T) {
    const size_t k = id->net->k, n = id->net->n, ld = id->net->ld;
    double *FQ = wk_arena_doubles(id->scratch, k * n);
    wk_la_gemm(false, false, k, n, n, 1, id->F0, ld, id->pca.coefficient, n, 0, FQ, n);
    for (size_t j = 0; j < n; j++) {
        const double rate = j < id->pca.r ? 2 * id->eta * id->pca.value[j] : 0;
        const double grown = flow ? expm1(rate * (double)step) : pow(1 + rate, (double)step) - 1;
        for (size_t a = 0; a < k; a++)
            FQ[a * n + j] *= grown;
    }
    wk_la_gemm(false, true, n, k, n, 1, id->pca.coefficient, n, FQ, n, 0, T, k);
}

/* ‖F_s − F_0 − Tᵀ K‖/‖F_s‖ */
static wk_status outputs_apart(const wk_identities *id, const double *T, double *apart,
                               wk_error *err) {
    (void)err; /* as spans_apart */
    const size_t k = id->net->k, n = id->net->n, ld = id->net->ld;
    double *rest = wk_arena_doubles(id->scratch, k * ld);
    for (size_t i = 0; i < k * ld; i++)
        rest[i] = id->net->F[i] - id->F0[i];
    wk_la_gemm(true, false, k, n, n, -1, T, k, id->K, n, 1, rest, ld);
    *apart = wk_la_norm(k, n, rest, ld) / wk_la_norm(k, n, id->net->F, ld);
    return WK_OK;
}

/* The largest sine between the rows of V_s and those of V_0 + (Φ T/√M)ᵀ. */
static wk_status spans_apart(const wk_identities *id, const double *T, double *apart,
                             wk_error *err) {
    const wk_net *net = id->net;
    const size_t M = net->M, k = net->k;
    const wk_features features = wk_net_top(net);
    double *Z = wk_arena_doubles(id->scratch, M * k), sine[64];
    WK_ASSERT(k <= sizeof sine / sizeof *sine);
    wk_features_project(&features, k, T, Z, id->scratch);
    for (size_t i = 0; i < M * k; i++)
        Z[i] += id->V0t[i];
    WK_TRY(wk_la_orthonormalise(M, k, Z, err));
    WK_TRY(wk_subspace_sines(M, k, net->Vt, Z, sine, id->scratch, err));
    *apart = sine[0];
    return WK_OK;
}

static wk_status measure_closed(wk_identities *id, size_t step, wk_error *err) {
    const size_t k = id->net->k, n = id->net->n;
    const bool flow = id->spec->flow, orthogonal = id->spec->orthogonal;
    const double spread = 2 * id->eta * (double)step *
                          (id->pca.value[0] - (k <= id->pca.r ? id->pca.value[k - 1] : 0));
    if (orthogonal && spread > most_spread)
        return WK_OK;
    const wk_arena_mark mark = wk_arena_here(id->scratch);
    double *T = wk_arena_doubles(id->scratch, n * k), apart[2];
    for (int dropped = 0; dropped < 2; dropped++) {
        growth_of(id, step, dropped ? !flow : flow, T);
        WK_TRY((orthogonal ? spans_apart : outputs_apart)(id, T, &apart[dropped], err));
    }
    take(id, WK_IDENTITY_CLOSED, apart[0], apart[1]);
    wk_arena_reset(id->scratch, mark);
    return WK_OK;
}

/* ---- I9 ---- */

static void measure_dual(wk_identities *id) {
    const wk_net *net = id->net;
    const size_t size = net->k * net->ld;
    const wk_arena_mark mark = wk_arena_here(id->scratch);
    double *apart = wk_arena_doubles(id->scratch, size), residual[2];
    for (int frozen = 0; frozen < 2; frozen++) {
        const wk_twin *twin = frozen ? &id->twin_frozen : &id->twin;
        for (size_t i = 0; i < size; i++)
            apart[i] = net->F[i] - wk_twin_outputs(twin)[i];
        residual[frozen] = wk_la_norm(net->k, net->n, apart, net->ld) /
                           wk_la_norm(net->k, net->n, net->F, net->ld);
    }
    take(id, WK_IDENTITY_DUAL, residual[0], residual[1]);
    wk_arena_reset(id->scratch, mark);
}

wk_status wk_identities_record(wk_identities *id, size_t step, const double *g, wk_recorder *record,
                               wk_error *err) {
    if (id->holds[WK_IDENTITY_RADIAL])
        measure_radial(id, g);
    if (id->holds[WK_IDENTITY_BALANCE])
        measure_balance(id);
    if (id->holds[WK_IDENTITY_CLOSED])
        WK_TRY(measure_closed(id, step, err));
    if (id->holds[WK_IDENTITY_DUAL])
        measure_dual(id);
    const double t = (double)step * id->eta;
    for (wk_identity i = 0; i < WK_IDENTITY_KINDS; i++)
        if (id->holds[i] && !(id->worst[i] < 0)) {
            wk_recorder_add(record, metric[i][0], t, id->worst[i]);
            wk_recorder_add(record, metric[i][1], t, id->dropped[i]);
        }
    return WK_OK;
}
