/* The identities as the running system measures them (model/cell/identities.h): residuals at
 * rounding level, controls far above it, and a system that is wrong is seen. And the exact variance
 * that the z-scores of the start are made of. */
#include "model/cell/cell.h"
#include "model/cell/identities.h"
#include "model/kernel/limit.h"
#include "model/net/dual.h"
#include "model_support.h"
#include "table/table.h"

#include <math.h>
#include <string.h>

static double last(lab *l, const wk_bag *bag, uint64_t seed, const char *metric) {
    wk_result result;
    MUST(l, wk_cell_run(bag, seed, NULL, l->pool, &l->arena, &result, &l->err));
    const wk_row row = {.result.series = result.series, .result.nseries = result.nseries};
    const wk_series *s = wk_row_series(&row, metric);
    if (!s || !s->n)
        fail_msg("no metric '%s'", metric);
    return s->value[s->n - 1];
}

#define IDENTITIES "measure.identities=true", "measure.ntk.kernel=none"
#define FROZEN                                                                                     \
    IDENTITIES, "loss.similarity=dot", "train.layers=output", "train.step.size",                   \
        "train.step.spectral-radius=0.5", "train.until.time", "train.until.spread=6",              \
        "model.outputs=3"

/* What holds where, how well, and how large its control is at least. */
static const struct {
    const char *metric, *dropped;
    double bound, control;
    const char *cell[16];
} rows[] = {
    {"identity.radial", "identity.radial.dropped", 1e-13, 0.1, {IDENTITIES}},
    {"identity.radial",
     "identity.radial.dropped",
     1e-13,
     0.1,
     {IDENTITIES, "model.depth=3", "loss.name=infonce", "loss.temperature=0.5"}},
    {"identity.growth", "identity.growth.dropped", 1e-13, 1e-8, {IDENTITIES}},
    {"identity.growth",
     "identity.growth.dropped",
     1e-13,
     1e-8,
     {IDENTITIES, "model.depth=4", "model.activation=gelu"}},
    {"identity.growth",
     "identity.growth.dropped",
     1e-13,
     1e-8,
     {IDENTITIES, "loss.similarity=dot"}},
    {"identity.balance",
     "identity.balance.dropped",
     1e-8,
     0.1,
     {IDENTITIES, "model.activation=linear", "train.method=flow", "train.tolerance=1e-10"}},
    {"identity.balance",
     "identity.balance.dropped",
     1e-8,
     0.1,
     {IDENTITIES, "model.activation=linear", "train.method=flow", "train.tolerance=1e-10",
      "loss.similarity=dot", "train.until.time=0.5"}},
    {"identity.closed", "identity.closed.dropped", 1e-12, 0.1, {FROZEN}},
    {"identity.closed",
     "identity.closed.dropped",
     1e-11,
     0.1,
     {FROZEN, "model.constraint=orthogonal"}},
    {"identity.closed",
     "identity.closed.dropped",
     1e-7,
     0.1,
     {FROZEN, "train.method=flow", "train.tolerance=1e-10"}},
    {"identity.dual", "identity.dual.dropped", 1e-12, 1e-3, {IDENTITIES}},
    {"identity.dual",
     "identity.dual.dropped",
     1e-12,
     1e-3,
     {IDENTITIES, "loss.similarity=dot", "train.until.time=0.5"}},
};

static void residuals_are_rounding_and_controls_are_not(void **state) {
    lab *l = *state;
    static const char *const activations[] = {"model.activation=relu", "model.activation=tanh",
                                              "model.activation=erf"};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (size_t a = 0; a < 3; a++) {
            const char *changes[18] = {activations[a]};
            memcpy(changes + 1, rows[r].cell,
                   sizeof rows[r].cell); /* an activation given there overrides */
            const wk_bag bag = lab_cell(l, changes);
            assert_below(rows[r].metric, last(l, &bag, 5 + a, rows[r].metric), rows[r].bound);
            assert_above(rows[r].dropped, last(l, &bag, 5 + a, rows[r].dropped), rows[r].control);
        }
}

static void a_cell_of_which_no_identity_holds_is_refused(void **state) {
    lab *l = *state;
    wk_spec spec;
    const char *culprit = NULL;
    const wk_bag bag =
        CELL(l, IDENTITIES, "loss.similarity=dot", "train.method=flow", "train.tolerance=1e-6");
    MUST_FAIL(l, WK_BAD_INPUT, "none of the identities",
              wk_spec_read(&bag, 1, &spec, &culprit, &l->err));
    assert_string_equal(culprit, "measure");
}

typedef struct bench {
    wk_spec spec;
    wk_data data;
    wk_net net;
    wk_identities id;
    wk_recorder record;
    double *g;
} bench;

/* One step of size `taken` where the identities are told `eta`. */
static void step_wrongly(lab *l, bench *b, const wk_bag *bag, double eta, double taken) {
    const char *culprit = NULL;
    MUST(l, wk_spec_read(bag, 3, &b->spec, &culprit, &l->err));
    b->spec.seed = 3;
    MUST(l, wk_data_load(bag, 3, false, &b->data, &l->arena, &l->err));
    wk_data_form_gram(&b->data, &l->arena);
    MUST(l, wk_net_new(&b->net, &b->data, b->spec.activation, b->spec.width, b->spec.outputs,
                       wk_spec_options(&b->spec, b->data.n, b->data.d), 3, l->pool, &l->arena,
                       &l->err));
    wk_net_settle(&b->net);
    MUST(l, wk_identities_init(&b->id, &b->spec, &b->data, &b->net, eta, &l->arena, &l->arena,
                               &l->err));
    wk_recorder_init(&b->record, 4, &l->arena);
    b->g = lab_zeros(l, b->net.k * b->net.ld);
    loss_at(l, &b->data, b->spec.loss.cosine, b->net.k, b->net.F, b->g);
    wk_identities_before(&b->id, b->g);
    MUST(l, wk_net_step(&b->net, b->g, taken, &l->err));
    MUST(l, wk_identities_after(&b->id, &l->err));
    wk_net_settle(&b->net);
    loss_at(l, &b->data, b->spec.loss.cosine, b->net.k, b->net.F, b->g);
    MUST(l, wk_identities_record(&b->id, 1, b->g, &b->record, &l->err));
}

static void a_step_that_is_wrong_by_a_millionth_is_seen(void **state) {
    lab *l = *state;
    static const struct {
        const char *metric;
        double sound, seen;
        const char *cell[16];
    } cases[] = {
        {"identity.growth", 1e-14, 1e-9, {IDENTITIES, "loss.similarity=dot"}},
        {"identity.dual", 1e-14, 1e-9, {IDENTITIES}},
        {"identity.closed", 1e-13, 1e-9, {FROZEN}},
        {"identity.closed", 1e-13, 1e-9, {FROZEN, "model.constraint=orthogonal"}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (int wrong = 0; wrong < 2; wrong++) {
            const wk_bag bag = lab_cell(l, cases[c].cell);
            bench b;
            step_wrongly(l, &b, &bag, 0.2, wrong ? 0.2 * (1 + 1e-6) : 0.2);
            const double residual = wk_recorder_last(&b.record, cases[c].metric);
            if (wrong)
                assert_above(cases[c].metric, residual, cases[c].seen);
            else
                assert_below(cases[c].metric, residual, cases[c].sound);
        }
}

static void an_output_gradient_with_a_radial_part_is_seen(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, IDENTITIES);
    bench b;
    step_wrongly(l, &b, &bag, 0.1, 0.1);
    assert_below("radial", wk_recorder_last(&b.record, "identity.radial"), 1e-13);
    for (size_t a = 0; a < b.net.k; a++) /* of input 0 alone */
        b.g[a * b.net.ld] += 1e-9 * b.net.F[a * b.net.ld];
    MUST(l, wk_identities_record(&b.id, 2, b.g, &b.record, &l->err));
    assert_above("radial", wk_recorder_last(&b.record, "identity.radial"), 1e-10);
    b.g[0] = NAN;
    MUST(l, wk_identities_record(&b.id, 3, b.g, &b.record, &l->err));
    assert_true(isnan(wk_recorder_last(&b.record, "identity.radial"))); /* and it stays */
}

/* Simpson's rule on [-10, 0] and [0, 10], with libm's activations. */
static wk_moments by_simpson(const wk_activation *activation) {
    enum { PANELS = 4000 };
    wk_moments m = {0, 0, 0};
    double total = 0;
    for (int side = -1; side <= 1; side += 2)
        for (int i = 0; i <= PANELS; i++) {
            const double u =
                side * (i ? 10.0 * i / PANELS : 1e-300); /* the slope at a kink, from its side */
            const double f = plain_value(activation, u), s = plain_slope(activation, u);
            const double w = (i == 0 || i == PANELS ? 1 : i % 2 ? 4 : 2) * exp(-u * u / 2);
            total += w;
            m.value4 += w * f * f * f * f;
            m.value2_slope2 += w * f * f * s * s;
            m.slope4 += w * s * s * s * s;
        }
    return (wk_moments){m.value4 / total, m.value2_slope2 / total, m.slope4 / total};
}

static void the_moments_are_those_of_other_quadrature_and_of_closed_forms(void **state) {
    (void)state;
    for (size_t c = 0; c < wk_activations_n; c++) {
        const wk_moments m = wk_dual_moments(&wk_activations[c]),
                         other = by_simpson(&wk_activations[c]);
        assert_near(wk_activations[c].name, 3, (const double *)&m, (const double *)&other, 1e-11);
    }
    const wk_moments relu = wk_dual_moments(wk_activation_find("relu")),
                     linear = wk_dual_moments(wk_activation_find("linear"));
    assert_near("relu", 3, (const double *)&relu, (const double[]){1.5, 0.5, 0.5}, 1e-14);
    assert_near("linear", 3, (const double *)&linear, (const double[]){3, 1, 1}, 1e-14);
    const double Vr[] = {wk_limit_variance(wk_activation_find("relu"), true),
                         wk_limit_variance(wk_activation_find("relu"), false)};
    assert_near("Vr of relu (SCIENCE I5)", 2, Vr, (const double[]){3, 0.5}, 1e-14);
}

/* Mean 0 and variance 1 over draws, each within 5 standard errors (Gaussian ones, times 3 for the
 * variance: the entries of narrow networks have heavy tails). Without W the mean is far off. */
static void the_z_scores_of_the_start_are_standard(void **state) {
    lab *l = *state;
#if defined __SANITIZE_ADDRESS__
    enum { DRAWS = 40 }; /* it is the plain build that tests the law well */
#else
    enum { DRAWS = 400 };
#endif
    static const char *const metric[] = {"ntk.init-z", "ntk.init-z.cross"};
    for (size_t c = 0; c < wk_activations_n; c++) {
        const char *name =
            wk_arena_printf(&l->arena, "model.activation=%s", wk_activations[c].name);
        const wk_bag bag = CELL(l, name, "measure.limit=true", "train.until.time=0",
                                "measure.ntk.probes=2", "model.width=128");
        for (size_t m = 0; m < 2; m++) {
            double sum = 0, square = 0;
            for (uint64_t seed = 0; seed < DRAWS; seed++) {
                const double z = last(l, &bag, 1000 + seed, metric[m]);
                sum += z;
                square += z * z;
            }
            assert_below(metric[m], fabs(sum) / sqrt(DRAWS), 5);
            assert_below(metric[m], fabs(square / DRAWS - 1), 15 * sqrt(2.0 / DRAWS));
        }
        assert_below("without W", last(l, &bag, 1000, "ntk.init-z.output"), -1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(residuals_are_rounding_and_controls_are_not),
        LAB_TEST(a_cell_of_which_no_identity_holds_is_refused),
        LAB_TEST(a_step_that_is_wrong_by_a_millionth_is_seen),
        LAB_TEST(an_output_gradient_with_a_radial_part_is_seen),
        LAB_TEST(the_moments_are_those_of_other_quadrature_and_of_closed_forms),
        LAB_TEST(the_z_scores_of_the_start_are_standard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
