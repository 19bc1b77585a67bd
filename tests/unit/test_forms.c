/* The two forms of the first layer (SCIENCE I9, I9b): the same training, however the inputs are
 * taken; unseen inputs (I9c); and what is measured on a network whose H is not kept. */
#include "loss_support.h"
#include "model/kernel/ntk_form.h"
#include "model/net/flow.h"
#include "model/pca/components.h"

#include <math.h>
#include <string.h>

enum { SEED = 7 };

static wk_net drawn(lab *l, const wk_data *data, const char *activation, size_t M, size_t k,
                    wk_net_options options, wk_pool *pool) {
    wk_net net;
    MUST(l, wk_net_new(&net, data, wk_activation_find(activation), M, k, options, SEED, pool,
                       &l->arena, &l->err));
    return net;
}

static wk_data labelled(lab *l, size_t d, size_t n) {
    wk_data data = lab_data(l, d, n, 21);
    data.label = wk_arena_get(&l->arena, n, sizeof *data.label);
    for (size_t i = 0; i < n; i++)
        data.label[i] = (int)(i % 3);
    return data;
}

/* ---- dual and primal ---- */

static size_t compared;

/* 200 steps of every loss, every activation, three depths, free and orthogonal: the same outputs
 * and output weights. k = 8: with fewer outputs some pass near 0, and trajectories that differ by
 * rounding part. */
static void both_forms_train_alike(lab *l, subject s) {
    const size_t M = 24, k = 8, n = 18, steps = 200;
    /* the unbounded one would leave all numbers in some deep networks */
    const double eta = s.loss.kind->bilinear && !s.loss.cosine ? 1e-4 : 1e-3;
    for (size_t c = 0; c < 6 * wk_activations_n; c++) {
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        const char *activation = wk_activations[c / 6].name;
        const wk_data data = labelled(l, 7, n);
        wk_net_options options = {.hidden = c % 3, .residual = c % 3 == 2, .orthogonal = c % 2};
        wk_loss loss = s.loss;
        wk_loss_prepare(&loss, &data, k, SEED, l->pool, &l->arena);
        wk_net dual = drawn(l, &data, activation, M, k, options, l->pool);
        options.primal = true;
        wk_net primal = drawn(l, &data, activation, M, k, options, l->pool);
        const double *start = lab_copy(l, k * data.ld, dual.F);
        descend(l, &loss, &dual, &data, eta, steps);
        descend(l, &loss, &primal, &data, eta, steps);
        assert_near(s.id, k * data.ld, primal.F, dual.F, 1e-10);
        assert_near("V", M * k, primal.Vt, dual.Vt, 1e-10);
        assert_above("it was trained", distance_of(k * data.ld, dual.F, start, 0), 1e-4);
        compared++;
        wk_arena_reset(&l->arena, mark);
    }
}

static void two_hundred_steps_are_the_same_in_both_forms(void **state) {
    compared = 0;
    for_each_form(*state, both_forms_train_alike);
    assert_above("cases", (double)compared, 300);
}

/* Without keeping H, in blocks of inputs, and with any number of threads: the same bits. */
static void keeping_H_changes_no_bit(void **state) {
    lab *l = *state;
    const size_t M = 300, k = 4, n = 1101; /* several tiles, several blocks, odd ends */
    const wk_data data = lab_data(l, 5, n, 3);
    const wk_net_options kept = {.primal = true, .orthogonal = true};
    const wk_net_options tiled = {.primal = true, .orthogonal = true, .tiled = true};
    wk_net one = drawn(l, &data, "relu", M, k, kept, l->pool);
    train(l, &one, &data, true, 0.3, 5);
    for (size_t threads = 1; threads <= 3; threads++) {
        wk_pool *pool = NULL;
        MUST(l, wk_pool_new(threads, &pool, &l->err));
        wk_net other = drawn(l, &data, "relu", M, k, tiled, pool);
        assert_null(other.H);
        train(l, &other, &data, true, 0.3, 5);
        assert_bits("F", k * data.ld, other.F, one.F);
        assert_bits("V", M * k, other.Vt, one.Vt);
        assert_bits("W", M * data.d, other.W, one.W);
        wk_pool_free(pool);
    }
}

static void many_inputs_train_alike(void **state) {
    lab *l = *state;
    const size_t M = 150, k = 8, n = 1101;
    const wk_data data = lab_data(l, 12, n, 3);
    const wk_net_options tiled = {.primal = true, .tiled = true, .keep_gradient = true};
    wk_net dual = drawn(l, &data, "tanh", M, k, (wk_net_options){.keep_gradient = true}, l->pool);
    wk_net primal = drawn(l, &data, "tanh", M, k, tiled, l->pool);
    assert_true(wk_net_move2(&primal) == 0);
    train(l, &dual, &data, true, 5, 20);
    train(l, &primal, &data, true, 5, 20);
    assert_near("F", k * data.ld, primal.F, dual.F, 1e-11);
    assert_above("it moved", wk_net_move2(&dual), 1e-2);
    assert_near("move", 1, &(double){wk_net_move2(&primal)}, &(double){wk_net_move2(&dual)}, 1e-10);
}

typedef struct driven {
    lab *l;
    const wk_data *data;
    wk_net net;
    double *g;
} driven;

static wk_status gradient(void *context, wk_error *err) {
    (void)err;
    driven *s = context;
    loss_at(s->l, s->data, true, s->net.k, s->net.F, s->g);
    return WK_OK;
}

static driven *flowed(lab *l, const wk_data *data, wk_net_options options) {
    driven *s = wk_arena_get(&l->arena, 1, sizeof *s);
    wk_flow flow;
    double reached = NAN;
    *s = (driven){l, data, drawn(l, data, "tanh", 40, 8, options, l->pool),
                  lab_zeros(l, 8 * data->ld)};
    wk_flow_init(&flow, &s->net, s->g, gradient, s, 1e-11, 0.1, &l->arena);
    MUST(l, wk_flow_advance(&flow, 0, 2, INFINITY, &reached, &l->err));
    return s;
}

/* Step sizes differ, as the local errors are those of W or of H. */
static void gradient_flow_leads_to_the_same_outputs(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 7, 15, 4);
    for (size_t hidden = 0; hidden < 2; hidden++) {
        const driven *dual = flowed(l, &data, (wk_net_options){.hidden = hidden});
        const driven *primal = flowed(l, &data, (wk_net_options){.hidden = hidden, .primal = true});
        assert_near("F", 8 * data.ld, primal->net.F, dual->net.F, 1e-8);
    }
    const wk_net_options tiled = {.primal = true, .tiled = true};
    assert_bits("F", 8 * data.ld, flowed(l, &data, tiled)->net.F,
                flowed(l, &data, (wk_net_options){.primal = true})->net.F);
}

static void frozen_features_do_not_move(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 7, 15, 4);
    const wk_net_options frozen = {.frozen = true};
    const wk_net_options tiled = {.frozen = true, .primal = true, .tiled = true};
    wk_net dual = drawn(l, &data, "relu", 150, 8, frozen, l->pool);
    wk_net primal = drawn(l, &data, "relu", 150, 8, tiled, l->pool);
    const double *W = lab_copy(l, 150 * 7, primal.W);
    train(l, &dual, &data, true, 0.5, 20);
    train(l, &primal, &data, true, 0.5, 20);
    assert_bits("W", 150 * 7, primal.W, W);
    assert_near("F", 8 * data.ld, primal.F, dual.F, 1e-13);
}

/* ---- what is measured without H ---- */

static void kernels_and_features_need_no_H(void **state) {
    lab *l = *state;
    const size_t M = 300, k = 3, n = 600;
    const wk_data data = lab_data(l, 5, n, 3);
    const wk_net dual = drawn(l, &data, "relu", M, k, (wk_net_options){0}, l->pool);
    const wk_net_options options = {.primal = true, .tiled = true};
    const wk_net tiled = drawn(l, &data, "relu", M, k, options, l->pool);
    const wk_hidden all = wk_net_first(&tiled), there = wk_net_first(&dual);

    const size_t probe[] = {0, 17, 599};
    wk_ntk one, other;
    const double *Theta = kernel(l, &dual, probe, 3, &one);
    assert_near("Θ", 9 * k * k, kernel(l, &tiled, probe, 3, &other), Theta, 1e-13);

    double *K = lab_garbage(l, n * n), *right = lab_garbage(l, n * n);
    wk_features_gram(&all, l->pool, K, &l->arena);
    const double *phi =
        lab_features(l, dual.activation, M * n, lab_dense(l, M, n, dual.H, dual.ld));
    right = lab_product(l, n, n, M, lab_transposed(l, M, n, phi), phi);
    for (size_t i = 0; i < n * n; i++)
        right[i] /= (double)M;
    assert_near("K", n * n, K, right, 1e-13);

    double *trace = lab_garbage(l, n * n), *same = lab_garbage(l, n * n);
    wk_ntk_trace(&dual, trace, &l->arena);
    wk_ntk_trace(&tiled, same, &l->arena);
    assert_near("trace", n * n, same, trace, 1e-13);

    double *Q = lab_normals(l, n * k, 9), *U = lab_garbage(l, M * k), *V = lab_garbage(l, M * k);
    wk_features_project(&all, k, Q, U, &l->arena);
    wk_features_project(&there, k, Q, V, &l->arena);
    assert_near("projection", M * k, U, V, 1e-13);
}

/* The principal components, and how far C has moved, without H. */
static void components_need_no_H(void **state) {
    lab *l = *state;
    const size_t M = 300, k = 3;
    const wk_data data = lab_data(l, 5, 60, 3);
    double *S = NULL, drift[2], *U[2];
    wk_data_similarity(&data, &l->arena, &S);
    for (size_t tiled = 0; tiled < 2; tiled++) {
        const wk_net_options options = {.primal = true, .tiled = tiled};
        wk_net net = drawn(l, &data, "tanh", M, k, options, l->pool);
        const wk_hidden now = wk_net_first(&net), start = wk_hidden_copy(&now, &l->arena);
        train(l, &net, &data, true, 2, 3);
        wk_components found;
        U[tiled] = lab_garbage(l, M * k);
        MUST(l, wk_components_find(&now, S, k, l->pool, &found, &l->arena, &l->err));
        wk_components_form(&found, &now, U[tiled], &l->arena);
        wk_components_drift(&now, &start, S, l->pool, &drift[tiled], &l->arena);
    }
    assert_bits("U", M * k, U[1], U[0]);
    assert_bits("drift", 1, &drift[1], &drift[0]);
    assert_above("it drifted", drift[0], 1e-3);
}

/* ---- unseen inputs ---- */

/* The inputs behind the first 21 are in no triplet. */
static wk_data with_unseen(lab *l, uint64_t seed) {
    wk_data data = labelled(l, 6, 30);
    data.n = 21;
    data.N = data.n / 3;
    const wk_data other = lab_data(l, 6, 30, seed);
    for (size_t q = 0; q < data.d; q++)
        for (size_t i = data.n; i < data.all; i++)
            data.X[q * data.all + i] = other.X[q * data.all + i];
    data.G = NULL;
    wk_data_form_gram(&data, &l->arena);
    return data;
}

/* F of W and V at all inputs, by loops. */
static double *outputs_of(lab *l, const wk_net *net, const double *W) {
    const size_t M = net->M, n = net->data.all;
    const double *H = lab_hidden(l, &net->data, M, W);
    double *F = lab_product(l, net->k, n, M, output_weights(l, net),
                            lab_features(l, net->activation, M * n, H));
    for (size_t i = 0; i < net->k * n; i++)
        F[i] /= sqrt((double)M);
    return F;
}

static void unseen_inputs_are_evaluated_at_the_trained_weights(void **state) {
    lab *l = *state;
    const size_t M = 60, k = 8;
    const wk_data data = with_unseen(l, 5);
    wk_net dual = drawn(l, &data, "tanh", M, k, (wk_net_options){.keep_gradient = true}, l->pool);
    const wk_net_options options = {.primal = true, .keep_gradient = true};
    wk_net primal = drawn(l, &data, "tanh", M, k, options, l->pool);
    const double *W0 = lab_copy(l, M * data.d, primal.W);
    train(l, &dual, &data, true, 1, 300);
    train(l, &primal, &data, true, 1, 300);
    const double *F = outputs_of(l, &primal, primal.W), *frozen = outputs_of(l, &primal, W0);
    assert_near("primal", k * data.all, lab_dense(l, k, data.all, primal.F, data.ld), F, 1e-13);
    assert_near("dual", k * data.all, lab_dense(l, k, data.all, dual.F, data.ld), F, 1e-12);
    assert_near("move", 1, &(double){wk_net_move2(&dual)}, &(double){wk_net_move2(&primal)}, 1e-10);
    for (size_t m = 0; m < M; m++)
        for (size_t i = data.n; i < data.ld; i++)
            assert_true(dual.A[m * dual.ld + i] == 0);
    assert_above("control: W frozen", distance_of(k * data.all, frozen, F, 0), 1e-2);
}

/* Other numbers and labels in the held-out columns: no training number changes by a bit. */
static void unseen_inputs_change_nothing_of(lab *l, subject s) {
    const size_t M = 150, k = 5;
    for (size_t c = 0; c < 4; c++) {
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        const wk_net_options options = {.primal = c & 1, .hidden = c / 2};
        double *F[2];
        for (size_t which = 0; which < 2; which++) {
            wk_data data = with_unseen(l, 5 + which);
            for (size_t i = data.n; which && i < data.all; i++)
                data.label[i] = 7;
            wk_loss loss = s.loss;
            wk_loss_prepare(&loss, &data, k, SEED, l->pool, &l->arena);
            wk_net net = drawn(l, &data, "relu", M, k, options, l->pool);
            descend(l, &loss, &net, &data, 0.05, 10);
            F[which] = lab_dense(l, k, data.n, net.F, data.ld);
        }
        assert_bits(s.id, k * 21, F[0], F[1]);
        wk_arena_reset(&l->arena, mark);
    }
}

static void unseen_inputs_change_no_training_number(void **state) {
    for_each_form(*state, unseen_inputs_change_nothing_of);
}

/* ---- what auto takes ---- */

static void auto_takes_the_cheaper_form(void **state) {
    (void)state;
    assert_true(wk_net_prefers_primal((wk_net_shape){4096, 1400, 10, 8}));
    assert_true(wk_net_prefers_tiles((wk_net_shape){4096, 1400, 10, 8}));
    assert_true(wk_net_prefers_primal((wk_net_shape){1024, 9000, 784, 10}));
    assert_false(wk_net_prefers_tiles((wk_net_shape){1024, 9000, 784, 10}));
    assert_false(wk_net_prefers_primal((wk_net_shape){4096, 600, 784, 10}));
    assert_false(wk_net_prefers_primal((wk_net_shape){4096, 24, 2, 8})); /* few inputs: dual */
    const wk_net_shape shape = {100, 1000, 10, 3};
    const double thin = 6.0 * 100 * 1000 * 3;
    assert_true(wk_net_step_flops(shape, (wk_net_options){0}) == thin + 2e8);
    assert_true(wk_net_step_flops(shape, (wk_net_options){.primal = true}) == thin + 4e6);
    assert_true(wk_net_step_flops(shape, (wk_net_options){.primal = true, .tiled = true}) ==
                thin + 6e6);
}

int main(void) {
    one_blas_thread();
    const struct CMUnitTest tests[] = {
        LAB_TEST(two_hundred_steps_are_the_same_in_both_forms),
        LAB_TEST(keeping_H_changes_no_bit),
        LAB_TEST(many_inputs_train_alike),
        LAB_TEST(gradient_flow_leads_to_the_same_outputs),
        LAB_TEST(frozen_features_do_not_move),
        LAB_TEST(kernels_and_features_need_no_H),
        LAB_TEST(components_need_no_H),
        LAB_TEST(unseen_inputs_are_evaluated_at_the_trained_weights),
        LAB_TEST(unseen_inputs_change_no_training_number),
        LAB_TEST(auto_takes_the_cheaper_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
