/* A training cell from parameters to metrics: horizons, checkpoints, early ends, divergence,
 * repeatability, and that its numbers are those of the network it says it trained. */
#include "blas/cell/kernel.h"
#include "model/cell/cell.h"
#include "model/cell/metrics.h"
#include "model/kernel/limit.h"
#include "model/kernel/ntk_form.h"
#include "model_support.h"
#include "table/table.h"
#include "typed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOT "loss.similarity=dot"
#define PCA DOT, "model.constraint=orthogonal", "measure.pca=true", "model.outputs=3"
#define RELATIVE_STEP "train.step.size", "train.step.spectral-radius=1"

static wk_result run_with(lab *l, const wk_bag *bag, uint64_t seed, wk_pool *pool) {
    wk_result result;
    MUST(l, wk_cell_run(bag, seed, NULL, pool, &l->arena, &result, &l->err));
    return result;
}

static wk_result run(lab *l, const wk_bag *bag, uint64_t seed) {
    return run_with(l, bag, seed, l->pool);
}

static const wk_series *series(const wk_result *result, const char *metric) {
    const wk_row row = {.result.series = result->series, .result.nseries = result->nseries};
    return wk_row_series(&row, metric);
}

static double last(const wk_result *result, const char *metric) {
    const wk_series *s = series(result, metric);
    if (!s || !s->n)
        fail_msg("no metric '%s'", metric);
    return s->value[s->n - 1];
}

static double last_time(const wk_result *result) {
    const wk_series *s = series(result, "loss");
    return s->at[s->n - 1];
}

/* ---- horizons ---- */

static void until_a_time(void **state) {
    lab *l = *state;
    static const struct {
        const char *until, *step;
        double steps;
    } cases[] = {{"train.until.time=2", "train.step.size=0.1", 20},
                 {"train.until.time=1.1", "train.step.size=0.1", 11}, /* 1.1/0.1 > 11 in doubles */
                 {"train.until.time=1", "train.step.size=0.3", 4},    /* at least T */
                 {"train.until.time=0", "train.step.size=0.1", 0}};
    for (size_t i = 0; i < 4; i++) {
        const wk_bag bag = CELL(l, cases[i].until, cases[i].step);
        const wk_result result = run(l, &bag, 3);
        assert_int_equal(result.end, WK_END_OK);
        assert_string_equal(result.reason, "");
        assert_true(last(&result, "train.steps") == cases[i].steps);
        assert_near("t", 1, &(double){last_time(&result)},
                    &(double){cases[i].steps * last(&result, "train.step")}, 1e-14);
    }
}

static void until_a_multiple_of_log_width(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, "train.until.time", "train.until.log-width=0.7");
    const wk_result result = run(l, &bag, 3);
    assert_true(last(&result, "train.steps") == ceil(0.7 * log(150) / 0.1));
}

static void until_the_predicted_escape(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, DOT, "train.until.time", "train.until.escape=0.5");
    const wk_result result = run(l, &bag, 3);
    wk_data data;
    double theta[18 * 18], *S = NULL, mu = NAN;
    MUST(l, wk_data_load(&bag, 3, false, &data, &l->arena, &l->err));
    wk_data_form_gram(&data, &l->arena);
    wk_data_similarity(&data, &l->arena, &S);
    MUST(l, wk_limit_kernel(&data, wk_activation_find("relu"), 0, false, l->pool, theta, &l->arena,
                            &l->err));
    MUST(l, wk_limit_growth(18, S, theta, &mu, &l->arena, &l->err));
    assert_true(last(&result, "escape.growth") == mu);
    assert_true(last(&result, "train.steps") == ceil(0.5 * log(150) / (2 * mu) / 0.1));
    assert_near("predicted slope", 1, &(double){last(&result, "escape.predicted-slope")},
                &(double){0.1 / (2 * log1p(0.1 * mu))}, 1e-14);
}

static void until_the_gap_brings_the_sine_to_its_tolerance(void **state) {
    lab *l = *state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        const wk_bag bag = CELL(l, PCA, RELATIVE_STEP, "train.layers=output", "train.until.time",
                                "train.until.gap=1e-3");
        const wk_result result = run(l, &bag, seed);
        const wk_series *sine = series(&result, "pca.sine");
        assert_below("sine at the end", last(&result, "pca.sine"), 1e-3);
        assert_above("sine at the start", sine->value[0], 0.1);
        assert_above("control: other data", last(&result, "pca.sine.other"), 0.1);
        assert_null(series(&result, "pca.drift")); /* features are frozen */
        assert_below("procrustes", last(&result, "pca.procrustes"), 0.01);
        assert_above("cka", last(&result, "pca.cka"), 0.999);
    }
}

static void until_the_first_component_has_outgrown_the_last(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, PCA, RELATIVE_STEP, "train.layers=output", "model.constraint=none",
                            "train.until.time", "train.until.spread=3");
    const wk_result result = run(l, &bag, 3);
    const double *value = series(&result, "pca.eigenvalue")->value,
                 eta = last(&result, "train.step");
    assert_true(last(&result, "train.steps") == ceil(3 / (2 * eta * (value[0] - value[2]))));
}

/* Exponential growth without blow-up: what is asked does not depend on the scale. */
static void frozen_features_do_not_diverge_under_dot(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, PCA, RELATIVE_STEP, "train.layers=output", "model.constraint=none",
                            "train.until.time=200", "measure.checkpoints.spacing=ends");
    const wk_result result = run(l, &bag, 3);
    assert_int_equal(result.end, WK_END_OK);
    assert_above("growth", last(&result, "output.norm"), 1e3 * sqrt(150));
    assert_below("rank", last(&result, "representation.effective-rank"), 1.5);
}

static void too_many_steps_are_refused(void **state) {
    lab *l = *state;
    wk_result result;
    const wk_bag bag = CELL(l, "train.max-steps=19"), enough = CELL(l, "train.max-steps=20");
    MUST_FAIL(l, WK_CANNOT, "max-steps 19",
              wk_cell_run(&bag, 1, NULL, l->pool, &l->arena, &result, &l->err));
    MUST(l, wk_cell_run(&enough, 1, NULL, l->pool, &l->arena, &result, &l->err));
}

static void what_only_the_data_can_tell_is_refused(void **state) {
    lab *l = *state;
    wk_result result;
    /* C is 5 x 5 and indefinite: fewer than 4 positive eigenvalues, though 4 < N and 4 < M */
    const wk_bag bag = CELL(l, PCA, "model.outputs=4", "model.width=5");
    MUST_FAIL(l, WK_BAD_INPUT, "number of positive eigenvalues",
              wk_cell_run(&bag, 1, NULL, l->pool, &l->arena, &result, &l->err));
    const wk_bag alone = CELL(l, "model.outputs=1");
    MUST_FAIL(l, WK_BAD_INPUT, "vanishes",
              wk_cell_run(&alone, 1, NULL, l->pool, &l->arena, &result, &l->err));
}

/* ---- checkpoints ---- */

static void checkpoints_are_where_they_were_asked(void **state) {
    lab *l = *state;
    static const struct {
        const char *change[3];
        size_t n;
        double at[8];
    } cases[] = {
        {{"measure.checkpoints.every=0.5", "measure.checkpoints.spacing"}, 5, {0, .5, 1, 1.5, 2}},
        {{"measure.checkpoints.every=0.7", "measure.checkpoints.spacing"}, 4, {0, .7, 1.4, 2}},
        {{"measure.checkpoints.every=0.75", "measure.checkpoints.spacing"}, 4, {0, .8, 1.5, 2}},
        {{"measure.checkpoints.every=9", "measure.checkpoints.spacing"}, 2, {0, 2}},
        {{"measure.checkpoints.spacing=ends"}, 2, {0, 2}},
        {{"train.until.time=0"}, 1, {0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const wk_bag bag = lab_cell(l, cases[i].change);
        const wk_result result = run(l, &bag, 2);
        const wk_series *loss = series(&result, "loss");
        assert_int_equal(loss->n, cases[i].n);
        for (size_t j = 0; j < loss->n; j++)
            assert_below("t", fabs(loss->at[j] - cases[i].at[j]), 1e-12);
    }
}

static void checkpoints_finer_than_a_step_are_every_step(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, "measure.checkpoints.every=0.01", "measure.checkpoints.spacing");
    const wk_result result = run(l, &bag, 2);
    assert_int_equal(series(&result, "loss")->n, 21);
}

static void log_checkpoints_are_about_eight_a_decade(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, "train.until.time=100", "measure.ntk.kernel=none", "model.width=20");
    const wk_result result = run(l, &bag, 2);
    const wk_series *loss = series(&result, "loss");
    assert_true(loss->at[0] == 0 && fabs(loss->at[loss->n - 1] - 100) < 1e-10);
    assert_true(loss->n > 16 && loss->n < 32);
    for (size_t j = 2; j < loss->n; j++) {
        const double step = loss->at[j] / 0.1, before = loss->at[j - 1] / 0.1;
        assert_above("step", step, before + 0.99);
        assert_below("step", step, fmax(before + 1.01, before * 1.334 + 0.51));
    }
}

/* ---- early ends ---- */

static const double bound = 0.1;
#define STOP "stop.metric=ntk.change", "stop.above=0.1"
#define EVERY(t) "measure.checkpoints.spacing", "measure.checkpoints.every=" t

static void an_escape_is_interpolated_in_the_logarithm(void **state) {
    lab *l = *state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        const wk_bag bag = CELL(l, DOT, STOP, EVERY("0.3"), "train.until.time=60");
        const wk_result result = run(l, &bag, seed);
        const wk_series *change = series(&result, "ntk.change"),
                        *escape = series(&result, "t.escape");
        const size_t n = change->n;
        assert_int_equal(result.end, WK_END_OK);
        assert_true(n > 2 && change->at[n - 1] < 59); /* it ended early */
        assert_true(change->value[n - 1] > bound && change->value[n - 2] <= bound);
        assert_int_equal(escape->n, 1);
        const double share =
            log(bound / change->value[n - 2]) / log(change->value[n - 1] / change->value[n - 2]);
        const double expected = change->at[n - 2] + share * (change->at[n - 1] - change->at[n - 2]);
        assert_near("t.escape", 1, escape->value, &expected, 1e-13);
        assert_true(escape->value[0] > change->at[n - 2] && escape->value[0] < change->at[n - 1]);
    }
}

static void an_escape_in_the_first_interval_is_interpolated_from_zero(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, DOT, "stop.metric=ntk.change", "stop.above=1e-4", EVERY("0.5"));
    const wk_result result = run(l, &bag, 1);
    const wk_series *change = series(&result, "ntk.change");
    assert_int_equal(change->n, 2);
    assert_near("t.escape", 1, &(double){last(&result, "t.escape")},
                &(double){0.5 * 1e-4 / change->value[1]}, 1e-12);
}

static void no_escape_is_infinite(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, DOT, "stop.metric=ntk.change", "stop.above=1e3");
    const wk_result result = run(l, &bag, 1);
    assert_true(last(&result, "t.escape") == INFINITY);
    assert_below("it ran to the end", fabs(last_time(&result) - 2), 1e-12);
}

static void the_trace_kernel_can_be_watched_too(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, DOT, "stop.metric=ntk.change.trace", "stop.above=0.1",
                            "measure.ntk.kernel=trace", EVERY("0.3"), "train.until.time=60");
    const wk_result result = run(l, &bag, 1);
    assert_true(isfinite(last(&result, "t.escape")) && last_time(&result) < 59);
    assert_above("change", last(&result, "ntk.change.trace"), bound);
    assert_null(series(&result, "ntk.change"));
}

/* ---- divergence ---- */

static void assert_no_nan(const wk_result *result) {
    for (size_t i = 0; i < result->nseries; i++)
        for (size_t j = 0; j < result->series[i].n; j++)
            if (isnan(result->series[i].value[j]) || !isfinite(result->series[i].at[j]))
                fail_msg("%s is NaN at point %zu", result->series[i].name, j);
}

static void divergence_is_data(void **state) {
    lab *l = *state;
    static const char *const steps[] = {"train.step.size=0.1", "train.step.size=1",
                                        "train.step.size=100", "train.step.size=1e6"};
    static const char *const depths[] = {"model.depth=2", "model.depth=3", "model.depth=5"};
    static const char *const infinite[] = {"ntk.change", "ntk.change.normalised", "weights.move",
                                           "weights.move.relative"};
    for (size_t c = 0; c < 24; c++) {
        const wk_bag bag =
            CELL(l, DOT, steps[c / 2 % 4], "train.until.time=1e9", "train.max-steps=1000000000000",
                 "measure.move=true", "measure.ntk.normalised=true", "model.width=60",
                 "measure.checkpoints.spacing=ends",
                 c % 2 ? "model.activation=tanh" : "model.activation=relu", depths[c / 8],
                 c < 16 ? "model.residual=false" : "model.residual=true");
        const wk_result result = run(l, &bag, 1);
        assert_int_equal(result.end, WK_END_DIVERGED);
        assert_true(*result.reason);
        assert_no_nan(&result);
        const double t = last(&result, "t.diverged");
        assert_true(t > 0 && t < 1e9);
        for (size_t i = 0; i < 4; i++) {
            const wk_series *s = series(&result, infinite[i]);
            assert_true(s->n == 2 && isfinite(s->value[0])); /* only the end is infinite */
            assert_true(s->value[1] == INFINITY && s->at[1] == t);
        }
        assert_above("norm", last(&result, "output.norm"), 1e3 * sqrt(60));
    }
}

static void divergence_counts_as_an_escape(void **state) {
    lab *l = *state;
    for (int trace = 0; trace < 2; trace++) {
        const wk_bag bag = CELL(l, DOT, "train.until.time=500", "measure.checkpoints.spacing=ends",
                                "stop.above=0.1",
                                trace ? "stop.metric=ntk.change.trace" : "stop.metric=ntk.change",
                                trace ? "measure.ntk.kernel=trace" : "measure.ntk.kernel=full");
        const wk_result result = run(l, &bag, 1);
        assert_int_equal(result.end, WK_END_DIVERGED);
        assert_true(last(&result, "t.escape") == last(&result, "t.diverged"));
        assert_true(last(&result, trace ? "ntk.change.trace" : "ntk.change") == INFINITY);
        assert_no_nan(&result);
    }
}

/* ---- the numbers are those of the network ---- */

static void metrics_are_those_of_the_network_trained_by_hand(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, "measure.move=true", "measure.ntk.probes=5",
                            "measure.ntk.normalised=true", "measure.checkpoints.spacing=ends");
    const wk_result result = run(l, &bag, 11);
    wk_data data;
    wk_net net;
    wk_ntk start, now;
    MUST(l, wk_data_load(&bag, 11, false, &data, &l->arena, &l->err));
    wk_data_form_gram(&data, &l->arena);
    MUST(l, wk_net_new(&net, &data, wk_activation_find("relu"), 150, 4,
                       (wk_net_options){.keep_gradient = true}, 11, l->pool, &l->arena, &l->err));
    const size_t probe[] = {0, 3, 7, 10, 14}; /* i 18/5 */
    wk_ntk_new(&start, 4, 5, 0, &l->arena);
    wk_ntk_new(&now, 4, 5, 0, &l->arena);
    wk_ntk_full(&net, probe, &start, &l->arena);
    double *blocks[2] = {lab_garbage(l, 15 * 16), lab_garbage(l, 15 * 16)};
    double *g = lab_zeros(l, 4 * net.ld), move0 = sqrt(150 * (8 + 4.0));
    wk_ntk_normalised(&start, probe, net.F, net.ld, blocks[0]);
    const double loss0 = loss_at(l, &data, true, 4, net.F, g);
    train(l, &net, &data, true, 0.1, 20);
    wk_ntk_full(&net, probe, &now, &l->arena);
    wk_ntk_normalised(&now, probe, net.F, net.ld, blocks[1]);
    double least = INFINITY, mean = 0, all = 0;
    for (size_t i = 0; i < 18; i++) {
        double square = 0;
        for (size_t a = 0; a < 4; a++)
            square += net.F[a * net.ld + i] * net.F[a * net.ld + i];
        least = fmin(least, sqrt(square));
        mean += sqrt(square) / 18;
        all += square;
    }
    const struct {
        const char *metric;
        double value;
    } expected[] = {
        {"loss", loss_at(l, &data, true, 4, net.F, g)},
        {"output.norm", sqrt(all)},
        {"output.min-norm", least},
        {"output.mean-norm", mean},
        {"weights.output-norm2", wk_net_output_norm2(&net)},
        {"weights.move", sqrt(wk_net_move2(&net))},
        {"weights.move.relative", sqrt(wk_net_move2(&net)) / move0},
        {"ntk.change", wk_ntk_change(&now, &start)},
        {"ntk.change.normalised", wk_ntk_normalised_change(&start, blocks[1], blocks[0])},
        {"train.step", 0.1},
        {"train.steps", 20}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_near(expected[i].metric, 1, &(double){last(&result, expected[i].metric)},
                    &expected[i].value, 1e-12);
    assert_near("first loss", 1, series(&result, "loss")->value, &loss0, 1e-14);
}

static void a_deep_cell_is_the_deep_network_trained_by_hand(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, DOT, "model.depth=4", "model.residual=true", "measure.move=true",
                            "measure.ntk.probes=all", "measure.ntk.normalised=true",
                            "train.step.size=0.01", "train.until.time", "train.until.escape=0.02");
    const wk_result result = run(l, &bag, 11);
    const wk_net_options options = {.keep_gradient = true, .hidden = 2, .residual = true};
    const wk_activation *relu = wk_activation_find("relu");
    wk_data data;
    wk_net net;
    wk_ntk start, now;
    MUST(l, wk_data_load(&bag, 11, false, &data, &l->arena, &l->err));
    wk_data_form_gram(&data, &l->arena);
    MUST(l, wk_net_new(&net, &data, relu, 150, 4, options, 11, l->pool, &l->arena, &l->err));
    const size_t n = data.n, pairs = n * (n + 1) / 2;
    size_t probe[18];
    for (size_t i = 0; i < n; i++)
        probe[i] = i;
    wk_ntk_new(&start, 4, n, net.deep.layers, &l->arena);
    wk_ntk_new(&now, 4, n, net.deep.layers, &l->arena);
    wk_ntk_full(&net, probe, &start, &l->arena);
    double *blocks[2] = {lab_garbage(l, pairs * 16), lab_garbage(l, pairs * 16)};
    wk_ntk_normalised(&start, probe, net.F, net.ld, blocks[0]);
    double *theta = lab_garbage(l, n * n), *S = NULL, mu = NAN;
    wk_data_similarity(&data, &l->arena, &S);
    MUST(l, wk_limit_kernel(&data, relu, 2, true, l->pool, theta, &l->arena, &l->err));
    MUST(l, wk_limit_growth(n, S, theta, &mu, &l->arena, &l->err));
    const double steps = ceil(0.02 * log(150) / (2 * mu) / 0.01);
    assert_true(steps >= 1 && last(&result, "escape.growth") == mu);
    assert_true(last(&result, "train.steps") == steps);
    train(l, &net, &data, false, 0.01, (size_t)steps);
    wk_ntk_full(&net, probe, &now, &l->arena);
    wk_ntk_normalised(&now, probe, net.F, net.ld, blocks[1]);
    const double move = sqrt(wk_net_move2(&net));
    const struct {
        const char *metric;
        double value;
    } expected[] = {
        {"weights.move", move},
        {"weights.move.relative", move / sqrt(150 * (8 + 4 + 2 * 150.0))},
        {"ntk.change", wk_ntk_change(&now, &start)},
        {"ntk.change.normalised", wk_ntk_normalised_change(&start, blocks[1], blocks[0])}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_near(expected[i].metric, 1, &(double){last(&result, expected[i].metric)},
                    &expected[i].value, 1e-12);
}

static void cells_that_differ_in_loss_or_layers_share_data_and_start(void **state) {
    lab *l = *state;
    static const char *const variants[][3] = {
        {DOT}, {"train.layers=output"}, {"train.step.size=1"}};
    const wk_bag bag = CELL(l, "model.activation=relu");
    const wk_result base = run(l, &bag, 5);
    for (size_t i = 0; i < 3; i++) {
        const wk_bag other = lab_cell(l, variants[i]);
        const wk_result result = run(l, &other, 5);
        assert_bits("start", 1, series(&result, "output.norm")->value,
                    series(&base, "output.norm")->value);
        assert_true(last(&result, "output.norm") != last(&base, "output.norm"));
    }
}

static void pca_metrics_obey_their_bounds(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, PCA, RELATIVE_STEP, "measure.representation=true",
                            "train.until.time=20", "model.activation=tanh");
    const wk_result result = run(l, &bag, 5);
    const wk_series *drift = series(&result, "pca.drift"), *limit = series(&result, "pca.bound");
    const wk_series *value = series(&result, "pca.eigenvalue"), *norm;
    static const char *const unit[] = {"pca.sine", "pca.sine.other", "pca.sine.current", "pca.cka"};
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < drift->n; j++) {
            const double x = series(&result, unit[i])->value[j];
            assert_true(x >= 0 && x <= 1 + 1e-12);
        }
    assert_true(drift->value[0] == 0 && drift->value[drift->n - 1] > 0);
    double sup = 0;
    for (size_t j = 0; j < limit->n; j++) {
        sup = fmax(sup, drift->value[j]);
        assert_near("bound", 1, &limit->value[j], &(double){2 * sup / last(&result, "pca.gap")},
                    1e-13);
    }
    assert_bits("C_t is C_0 at the start", 1, series(&result, "pca.sine.current")->value,
                series(&result, "pca.sine")->value);
    assert_true(value->indexed && value->n >= 12);
    for (size_t j = 1; j < value->n; j++)
        assert_true(value->value[j] <= value->value[j - 1]);
    assert_near("gap", 1, &(double){last(&result, "pca.gap")},
                &(double){value->value[2] - value->value[3]}, 1e-13);
    norm = series(&result, "weights.output-norm2"); /* V V^T = I */
    for (size_t j = 0; j < norm->n; j++)
        assert_below("trace of I", fabs(norm->value[j] - 3), 1e-12);
}

static void the_representation_is_turned_onto_the_components(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, PCA, RELATIVE_STEP, "measure.representation=true",
                            "train.layers=output", "train.until.time", "train.until.gap=1e-6");
    const wk_result result = run(l, &bag, 5);
    wk_data data;
    MUST(l, wk_data_load(&bag, 5, false, &data, &l->arena, &l->err));
    wk_data_form_gram(&data, &l->arena);
    const wk_series *class = series(&result, "representation.class");
    assert_int_equal(class->n, data.n);
    for (size_t i = 0; i < data.n; i++)
        assert_true(class->value[i] == data.label[i] && class->at[i] == (double)i);
    assert_near("first axis", data.n, series(&result, "representation.1")->value,
                series(&result, "pca.representation.1")->value, 1e-4);
    assert_near("second axis", data.n, series(&result, "representation.2")->value,
                series(&result, "pca.representation.2")->value, 1e-4);
}

/* One that is free has any size; it is shown at that of PCA, and nearly on a line. */
static void a_free_representation_is_shown_at_the_size_of_the_components(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, PCA, RELATIVE_STEP, "measure.representation=true",
                            "train.layers=output", "model.constraint=none", "model.outputs=2",
                            "train.until.time", "train.until.spread=12");
    const wk_result result = run(l, &bag, 3);
    double size[2] = {0, 0}, spread[2] = {0, 0};
    for (int pca = 0; pca < 2; pca++) {
        const wk_series *x = series(&result, pca ? "pca.representation.1" : "representation.1");
        const wk_series *y = series(&result, pca ? "pca.representation.2" : "representation.2");
        for (size_t i = 0; i < x->n; i++) {
            size[pca] += x->value[i] * x->value[i] + y->value[i] * y->value[i];
            spread[pca] += y->value[i] * y->value[i];
        }
    }
    assert_near("size", 1, &size[0], &size[1], 1e-12);
    assert_below("collapsed", spread[0] / size[0], 0.02);
    assert_above("PCA is not", spread[1] / size[1], 0.1);
}

/* ---- form ---- */

static const char *const variants[][12] = {
    {"measure.ntk.normalised=true", "measure.move=true"},
    {"measure.ntk.kernel=trace", "model.activation=tanh", DOT},
    {PCA, RELATIVE_STEP, "measure.representation=true"},
    {PCA, RELATIVE_STEP, "train.layers=output", "train.until.time", "train.until.gap=1e-2"},
    {DOT, STOP, EVERY("0.3"), "train.until.time=60"},
    {DOT, "train.until.time=500", "measure.ntk.kernel=none"},
    {"measure.spectral=true", "measure.limit=true"},
    {"measure.linearised=true", "measure.ntk.probes=all", "model.activation=tanh"},
    {"train.method=flow", "train.tolerance=1e-6", "measure.spectral=true", "model.depth=3"},
    {"measure.identities=true"},
    {"measure.identities=true", "model.activation=linear", "train.method=flow",
     "train.tolerance=1e-6"},
    {"measure.identities=true", DOT, "train.layers=output"},
    {"model.form=primal", PCA, RELATIVE_STEP},
    {"model.form=primal", "measure.identities=true", "measure.move=true"},
    {"model.form=primal", "train.method=flow", "train.tolerance=1e-6", "model.depth=3"},
    {"model.form=primal", "measure.ntk.kernel=trace", "model.activation=tanh"},
};
enum { VARIANTS = sizeof variants / sizeof *variants };

static void note_metrics(const wk_result *result, bool *recorded) {
    assert_no_nan(result);
    for (size_t i = 0; i < result->nseries; i++) {
        const wk_series *s = &result->series[i];
        size_t at = 0;
        while (at < wk_metrics_n && strcmp(wk_metrics[at].name, s->name) != 0)
            at++;
        assert_true(at < wk_metrics_n && s->n > 0);
        recorded[at] = true;
        for (size_t j = 1; j < s->n; j++)
            assert_true(s->at[j] > s->at[j - 1]);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(result->series[j].name, s->name);
    }
}

static void note_those_of_rows_held_out(lab *l, bool *recorded) {
    char path[] = "/tmp/widecheck-cell-XXXXXX", key[64];
    const int file = mkstemp(path);
    assert_true(file >= 0);
    for (int i = 0; i < 30; i++)
        dprintf(file, "%d,%g,%g,%g\n", i % 3, sin(i), cos(2.0 * i), 1.5 * (i % 3));
    assert_int_equal(close(file), 0);
    snprintf(key, sizeof key, "data.file=%s", path);
    const wk_bag bag =
        CELL(l, PCA, RELATIVE_STEP, "measure.representation=true", "data.source=csv", key,
             "data.label=1", "data.positive=class", "data.triplets=7", "data.header=false",
             "data.centre=false", "data.missing=refuse", "data.skip=0", "data.separator=auto",
             "data.decimal=point", "data.test=0.3", "data.classes", "data.dim");
    const wk_result result = run(l, &bag, 4);
    note_metrics(&result, recorded);
    unlink(path);
}

static void every_series_is_registered_and_every_metric_is_recorded(void **state) {
    lab *l = *state;
    bool *recorded = wk_arena_get(&l->arena, wk_metrics_n, sizeof *recorded);
    assert_non_null(recorded);
    for (size_t c = 0; c < VARIANTS; c++) {
        const wk_bag bag = lab_cell(l, variants[c]);
        const wk_result result = run(l, &bag, 4);
        note_metrics(&result, recorded);
    }
    note_those_of_rows_held_out(l, recorded);
    const wk_bag bag =
        BAG({"kernel.routine", "pca"}, {"kernel.size", "40"}, {"kernel.seconds", "0.001"});
    wk_result result = {0};
    MUST(l, wk_kernel_run(&bag, l->pool, &l->arena, &result, &l->err));
    note_metrics(&result, recorded);
    for (size_t i = 0; i < wk_metrics_n; i++)
        if (!recorded[i])
            fail_msg("no cell records '%s'", wk_metrics[i].name);
}

static void assert_same_result(const wk_result *a, const wk_result *b) {
    assert_int_equal(a->end, b->end);
    assert_string_equal(a->reason, b->reason);
    assert_int_equal(a->nseries, b->nseries);
    for (size_t i = 0; i < a->nseries; i++) {
        assert_string_equal(a->series[i].name, b->series[i].name);
        assert_int_equal(a->series[i].n, b->series[i].n);
        assert_bits("at", a->series[i].n, a->series[i].at, b->series[i].at);
        assert_bits(a->series[i].name, a->series[i].n, a->series[i].value, b->series[i].value);
    }
}

static void a_cell_repeats_bit_by_bit_with_any_number_of_threads(void **state) {
    lab *l = *state;
    wk_pool *two = NULL;
    MUST(l, wk_pool_new(2, &two, &l->err));
    for (size_t c = 0; c < VARIANTS; c++) {
        const wk_bag bag = lab_cell(l, variants[c]);
        const wk_result one = run(l, &bag, 4), again = run(l, &bag, 4);
        const wk_result threads = run_with(l, &bag, 4, two), other = run(l, &bag, 5);
        assert_same_result(&again, &one);
        assert_same_result(&threads, &one);
        assert_true(series(&other, "loss")->value[0] != series(&one, "loss")->value[0]);
    }
    wk_pool_free(two);
}

static void stages_account_for_the_work(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, PCA, RELATIVE_STEP);
    const wk_result result = run(l, &bag, 4);
    static const char *const names[] = {"data", "init", "train", "ntk", "pca"};
    for (size_t i = 0; i < 5; i++) {
        size_t at = 0;
        while (at < result.nstages && strcmp(result.stages[at].name, names[i]) != 0)
            at++;
        assert_true(at < result.nstages);
        assert_true(result.stages[at].wall_s >= 0 && result.stages[at].cpu_s >= 0);
        if (strcmp(names[i], "train") == 0)
            assert_near(
                "flops", 1, &result.stages[at].flops,
                &(double){last(&result, "train.steps") *
                          wk_net_step_flops((wk_net_shape){150, 18, 10, 3}, (wk_net_options){0})},
                1e-12);
    }
}

/* With two relu units some seed has both dead on some input: its output is exactly 0. */
static void cosine_at_an_output_of_zero_is_an_error_that_says_so(void **state) {
    lab *l = *state;
    size_t found = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        const wk_bag bag = CELL(l, "model.width=2", "model.outputs=2");
        wk_result result;
        wk_error err = {0};
        if (wk_cell_run(&bag, seed, NULL, l->pool, &l->arena, &result, &err) == WK_OK) {
            for (size_t i = 0; i < result.nseries; i++)
                for (size_t j = 0; j < result.series[i].n; j++)
                    assert_true(result.series[i].value[j] == result.series[i].value[j]);
            continue;
        }
        assert_int_equal(err.status, WK_CANNOT);
        assert_non_null(strstr(err.message, "an output is exactly 0"));
        found++;
    }
    assert_true(found > 0);
}

static void after_divergence_no_pca_metric_looks_good(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, DOT, "measure.pca=true", "model.outputs=3", "train.until.time=200");
    const wk_result result = run(l, &bag, 1);
    assert_int_equal(result.end, WK_END_DIVERGED);
    assert_true(isinf(last(&result, "pca.sine")) && isinf(last(&result, "pca.procrustes")) &&
                isinf(last(&result, "pca.drift")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(cosine_at_an_output_of_zero_is_an_error_that_says_so),
        LAB_TEST(after_divergence_no_pca_metric_looks_good),
        LAB_TEST(until_a_time),
        LAB_TEST(until_a_multiple_of_log_width),
        LAB_TEST(until_the_predicted_escape),
        LAB_TEST(until_the_gap_brings_the_sine_to_its_tolerance),
        LAB_TEST(until_the_first_component_has_outgrown_the_last),
        LAB_TEST(frozen_features_do_not_diverge_under_dot),
        LAB_TEST(too_many_steps_are_refused),
        LAB_TEST(what_only_the_data_can_tell_is_refused),
        LAB_TEST(checkpoints_are_where_they_were_asked),
        LAB_TEST(checkpoints_finer_than_a_step_are_every_step),
        LAB_TEST(log_checkpoints_are_about_eight_a_decade),
        LAB_TEST(an_escape_is_interpolated_in_the_logarithm),
        LAB_TEST(an_escape_in_the_first_interval_is_interpolated_from_zero),
        LAB_TEST(no_escape_is_infinite),
        LAB_TEST(the_trace_kernel_can_be_watched_too),
        LAB_TEST(divergence_is_data),
        LAB_TEST(divergence_counts_as_an_escape),
        LAB_TEST(metrics_are_those_of_the_network_trained_by_hand),
        LAB_TEST(a_deep_cell_is_the_deep_network_trained_by_hand),
        LAB_TEST(cells_that_differ_in_loss_or_layers_share_data_and_start),
        LAB_TEST(pca_metrics_obey_their_bounds),
        LAB_TEST(the_representation_is_turned_onto_the_components),
        LAB_TEST(a_free_representation_is_shown_at_the_size_of_the_components),
        LAB_TEST(every_series_is_registered_and_every_metric_is_recorded),
        LAB_TEST(a_cell_repeats_bit_by_bit_with_any_number_of_threads),
        LAB_TEST(stages_account_for_the_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
