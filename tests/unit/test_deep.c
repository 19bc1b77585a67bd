/* Networks of depth 3 to 5, plain and residual: against PyTorch (tests/ref/deep.txt), against the
 * primal network by loops, and their promises on bits, on frozen layers and on orthogonality. */
#include "deep_support.h"
#include "model/kernel/ntk_form.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const wk_net_options plain = {0};

/* ---- against PyTorch ---- */

static void losses_and_their_gradients_are_pytorchs(void **state) {
    lab *l = *state;
    const wk_data data = deep_data(l);
    for (size_t c = 0; c < DEEP_CASES; c++) {
        const deep_case which = deep_case_at(c);
        const wk_net net = deep_net(l, &data, &which, plain);
        double *g = lab_garbage(l, net.k * net.ld);
        const double loss = loss_at(l, &data, !strcmp(which.similarity, "cosine"), net.k, net.F, g);
        assert_near("loss", 1, &loss, deep_stored(&which, "loss", 1, 1), 1e-11);
        assert_near("gF", net.k * net.n, lab_dense(l, net.k, net.n, g, net.ld),
                    deep_stored(&which, "gF", net.k, net.n), 1e-11);
    }
}

static void five_steps_are_pytorchs(void **state) {
    lab *l = *state;
    const wk_data data = deep_data(l);
    for (size_t c = 0; c < DEEP_CASES; c++) {
        const deep_case which = deep_case_at(c);
        wk_net net = deep_net(l, &data, &which, plain);
        const size_t M = net.M, n = net.n, k = net.k;
        train(l, &net, &data, !strcmp(which.similarity, "cosine"), deep_eta(&which), 5);
        assert_near("F5", k * n, lab_dense(l, k, n, net.F, net.ld), deep_stored(&which, "F5", k, n),
                    1e-11);
        assert_near("V5", k * M, output_weights(l, &net), deep_stored(&which, "V5", k, M), 1e-11);
        assert_near("H5", M * n, pre_activations(l, &net), deep_stored(&which, "H5", M, n), 1e-11);
        for (size_t i = 0; i < which.depth - 2; i++) {
            char name[16];
            snprintf(name, sizeof name, "W%zu", i + 2);
            assert_near(name, M * M, net.deep.W[i], deep_stored(&which, name, M, M), 1e-11);
        }
    }
}

/* ---- against the primal network, wider than a block ---- */

static const struct shape {
    size_t M, k, hidden;
    bool residual;
    const char *activation;
} shapes[] = {{1, 1, 1, false, "tanh"},
              {7, 2, 3, true, "relu"},
              {130, 3, 1, false, "relu"},
              {149, 4, 2, true, "tanh"},
              {257, 3, 3, false, "tanh"}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static primal draw(lab *l, const wk_data *data, size_t c) {
    const struct shape *s = &shapes[c];
    return primal_draw(l, data, s->activation, s->M, s->k, s->hidden, s->residual, c + 1);
}

static double move2(size_t count, const double *now, const double *start) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (now[i] - start[i]) * (now[i] - start[i]);
    return sum;
}

static void steps_and_moves_are_those_of_explicit_weights(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 6, 12, 4);
    for (size_t c = 0; c < SHAPES; c++) {
        primal p = draw(l, &data, c);
        const size_t M = p.M, n = data.n, k = p.k;
        wk_net net = primal_net(l, &p, (wk_net_options){.keep_gradient = true}, l->pool);
        const double *W1 = lab_copy(l, M * data.d, p.W1), *V = lab_copy(l, k * M, p.V);
        const double *W[WK_DEEP_MOST];
        for (size_t i = 0; i < p.hidden; i++)
            W[i] = lab_copy(l, M * M, p.W[i]);
        assert_true(wk_net_move2(&net) == 0);
        const bool cosine = k > 1; /* of one output its gradient is nothing but rounding */
        train(l, &net, &data, cosine, 0.3, 4);
        primal_train(l, &p, cosine, 0.3, 4);
        assert_near("F", k * n, lab_dense(l, k, n, net.F, net.ld), primal_forward(l, &p), 1e-11);
        assert_near("H", M * n, pre_activations(l, &net), p.h[0], 1e-11);
        assert_near("V", k * M, output_weights(l, &net), p.V, 1e-11);
        double move = move2(M * data.d, p.W1, W1) + move2(k * M, p.V, V);
        for (size_t i = 0; i < p.hidden; i++) {
            assert_near("W", M * M, net.deep.W[i], p.W[i], 1e-11);
            assert_near("h", M * n, lab_dense(l, M, n, net.deep.h[i], net.ld), p.h[i + 1], 1e-11);
            assert_above("a hidden layer moves", move2(M * M, p.W[i], W[i]), 1e-6);
            move += move2(M * M, p.W[i], W[i]);
        }
        assert_near("move", 1, &(double){wk_net_move2(&net)}, &move, 1e-10);
    }
}

/* ---- the drawing ---- */

static wk_net drawn(lab *l, const wk_data *data, size_t M, wk_net_options options, wk_pool *pool) {
    wk_net net;
    MUST(l, wk_net_new(&net, data, wk_activation_find("tanh"), M, 5, options, 6, pool, &l->arena,
                       &l->err));
    return net;
}

/* Paired comparisons: whatever the depth, the same first layer, output layer and W^2. */
static void networks_that_differ_in_depth_share_their_weights(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 6, 9, 2);
    const size_t M = 40;
    const wk_net two = drawn(l, &data, M, plain, l->pool);
    const wk_net three = drawn(l, &data, M, (wk_net_options){.hidden = 1}, l->pool);
    const wk_net five =
        drawn(l, &data, M, (wk_net_options){.hidden = 3, .residual = true}, l->pool);
    const wk_net wider = drawn(l, &data, M + 10, (wk_net_options){.hidden = 1}, l->pool);
    assert_bits("H of 3", M * two.ld, three.H, two.H);
    assert_bits("H of 5", M * two.ld, five.H, two.H);
    assert_bits("V of 3", M * two.k, three.Vt, two.Vt);
    assert_bits("V of 5", M * two.k, five.Vt, two.Vt);
    assert_bits("W2", M * M, five.deep.W[0], three.deep.W[0]);
    for (size_t m = 0; m < M; m++)
        assert_bits("W2 of a wider one", M, wider.deep.W[0] + m * (M + 10),
                    three.deep.W[0] + m * M);
    for (size_t i = 0; i < M * M; i++) /* and no layer is a copy of another */
        assert_true(five.deep.W[0][i] != five.deep.W[1][i] &&
                    five.deep.W[1][i] != five.deep.W[2][i]);
}

/* ---- options ---- */

static void frozen_moves_the_output_layer_alone(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 6, 12, 4);
    for (size_t c = 1; c < SHAPES; c++) {
        primal p = draw(l, &data, c);
        const size_t M = p.M, n = data.n, k = p.k, rounds = 3;
        const wk_net_options options = {.frozen = true, .keep_gradient = true};
        wk_net net = primal_net(l, &p, options, l->pool);
        const double *H = lab_copy(l, M * net.ld, net.H);
        const double *top = lab_copy(l, M * net.ld, wk_net_top(&net).H), eta = 0.2;
        const double *V0 = lab_copy(l, k * M, p.V);
        for (size_t s = 0; s < rounds; s++) { /* the primal one, all but V left where it is */
            double *g = lab_zeros(l, k * net.ld);
            loss_at(l, &data, false, k, net.F, g);
            primal_backward(l, &p, lab_dense(l, k, n, g, net.ld));
            for (size_t i = 0; i < k * M; i++)
                p.V[i] -= eta * p.gV[i];
            MUST(l, wk_net_step(&net, g, eta, &l->err));
        }
        assert_bits("H", M * net.ld, net.H, H);
        assert_bits("top", M * net.ld, wk_net_top(&net).H, top);
        for (size_t i = 0; i < p.hidden; i++)
            assert_bits("W", M * M, net.deep.W[i], p.W[i]);
        assert_near("V", k * M, output_weights(l, &net), p.V, 1e-12);
        assert_near("F", k * n, lab_dense(l, k, n, net.F, net.ld), primal_forward(l, &p), 1e-12);
        assert_near("move", 1, &(double){wk_net_move2(&net)}, &(double){move2(k * M, p.V, V0)},
                    1e-11);
    }
}

/* V Vᵀ = I; and V is the polar factor of Z, the raw step's result: V Zᵀ is symmetric and its square
 * is Z Zᵀ. */
static void assert_polar(lab *l, size_t k, size_t M, const double *V, const double *Z) {
    double *unit = lab_zeros(l, k * k);
    for (size_t a = 0; a < k; a++)
        unit[a * k + a] = 1;
    const double *Zt = lab_transposed(l, k, M, Z), *VZ = lab_product(l, k, k, M, V, Zt);
    assert_near("V V^T", k * k, lab_product(l, k, k, M, V, lab_transposed(l, k, M, V)), unit,
                1e-13);
    assert_near("V Z^T", k * k, VZ, lab_transposed(l, k, k, VZ), 1e-13);
    assert_near("its square", k * k, lab_product(l, k, k, k, VZ, VZ),
                lab_product(l, k, k, M, Z, Zt), 1e-12);
}

static void orthogonal_keeps_V_orthonormal_by_the_polar_factor(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 6, 12, 4);
    for (size_t c = 1; c < SHAPES; c++) {
        primal p = draw(l, &data, c);
        const size_t M = p.M, k = p.k, n = data.n, layers = p.hidden;
        wk_net net = primal_net(l, &p, (wk_net_options){.orthogonal = true}, l->pool);
        wk_net_settle(&net);
        assert_polar(l, k, M, output_weights(l, &net), p.V);
        for (size_t s = 0; s < 4; s++) { /* the primal one takes V from the program, then a step */
            memcpy(p.V, output_weights(l, &net), k * M * sizeof *p.V);
            primal_train(l, &p, true, 0.5, 1);
            train(l, &net, &data, true, 0.5, 1);
            const double *V = output_weights(l, &net);
            assert_polar(l, k, M, V, p.V);
            assert_near("W", M * M, net.deep.W[layers - 1], p.W[layers - 1], 1e-11);
            memcpy(p.V, V, k * M * sizeof *p.V);
            assert_near("F", k * n, lab_dense(l, k, n, net.F, net.ld), primal_forward(l, &p),
                        1e-11);
        }
    }
}

/* Settling between steps or only at the end: the same bits. */
static void settling_changes_no_bit(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 6, 12, 4);
    const wk_net_options options = {.orthogonal = true, .hidden = 2, .residual = true};
    wk_net often = drawn(l, &data, 200, options, l->pool);
    wk_net seldom = drawn(l, &data, 200, options, l->pool);
    for (size_t s = 0; s < 5; s++)
        train(l, &often, &data, true, 0.5, 1);
    train(l, &seldom, &data, true, 0.5, 5);
    assert_bits("V", 200 * often.k, often.Vt, seldom.Vt);
    assert_bits("F", often.k * often.ld, often.F, seldom.F);
    assert_bits("W", 200 * 200, often.deep.W[0], seldom.deep.W[0]);
}

/* ---- bits ---- */

/* All weights, pre-activations and outputs after training, and both kernels. */
static double *outcome(lab *l, const wk_data *data, size_t M, wk_net_options options,
                       size_t threads, size_t *count) {
    const size_t n = data->n, side = M * data->ld;
    wk_pool *pool = NULL;
    MUST(l, wk_pool_new(threads, &pool, &l->err));
    wk_net net = drawn(l, data, M, options, pool);
    train(l, &net, data, !options.orthogonal, 0.2, 5);
    size_t probe[64];
    for (size_t i = 0; i < n; i++)
        probe[i] = i;
    wk_ntk ntk;
    wk_ntk_new(&ntk, net.k, n, net.deep.layers, &l->arena);
    wk_ntk_full(&net, probe, &ntk, &l->arena);
    double *trace = lab_garbage(l, n * n);
    wk_ntk_trace(&net, trace, &l->arena);
    const size_t layers = options.hidden, kernel = ntk.rows * ntk.columns;
    *count = side + M * net.k + net.k * net.ld + layers * (M * M + side) + kernel + n * n;
    double *all = lab_garbage(l, *count), *at = all;
    at = (double *)mempcpy(at, net.H, side * sizeof *at);
    at = (double *)mempcpy(at, net.Vt, M * net.k * sizeof *at);
    at = (double *)mempcpy(at, net.F, net.k * net.ld * sizeof *at);
    for (size_t i = 0; i < layers; i++) {
        at = (double *)mempcpy(at, net.deep.W[i], M * M * sizeof *at);
        at = (double *)mempcpy(at, net.deep.h[i], side * sizeof *at);
    }
    at = (double *)mempcpy(at, ntk.packed, kernel * sizeof *at);
    at = (double *)mempcpy(at, trace, n * n * sizeof *at);
    assert_ptr_equal(at, all + *count);
    wk_pool_free(pool);
    return all;
}

static void any_number_of_threads_gives_the_same_bits(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 10, 21, 2);
    for (size_t c = 0; c < 8; c++) {
        const wk_net_options options = {.orthogonal = c & 1,
                                        .residual = c & 2,
                                        .frozen = c == 7,
                                        .keep_gradient = c & 4,
                                        .hidden = 1 + c % 3};
        const size_t M = 2 * WK_NET_TILE + 77;
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        size_t count, again;
        const double *one = outcome(l, &data, M, options, 1, &count);
        for (size_t threads = 2; threads <= 3; threads++) {
            const double *many = outcome(l, &data, M, options, threads, &again);
            assert_int_equal(again, count);
            assert_bits("state after 5 steps", count, many, one);
        }
        wk_arena_reset(&l->arena, mark);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(losses_and_their_gradients_are_pytorchs),
        LAB_TEST(five_steps_are_pytorchs),
        LAB_TEST(steps_and_moves_are_those_of_explicit_weights),
        LAB_TEST(networks_that_differ_in_depth_share_their_weights),
        LAB_TEST(frozen_moves_the_output_layer_alone),
        LAB_TEST(orthogonal_keeps_V_orthonormal_by_the_polar_factor),
        LAB_TEST(settling_changes_no_bit),
        LAB_TEST(any_number_of_threads_gives_the_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
