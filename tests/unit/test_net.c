/* The two-layer network: against PyTorch (tests/ref), against its own definition, and its promises
 * on bits. */
#include "la/blas.h"
#include "la/random.h"
#include "model/kernel/ntk_form.h"
#include "model/pca/components.h"
#include "model_support.h"
#include "ref.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const wk_net_options plain = {0};
static const char *const similarities[] = {"cosine", "dot"};

typedef void check(lab *l, const wk_data *data, const char *activation, bool cosine);

static void for_each_case(lab *l, check *law) {
    const wk_data data = lab_reference_data(l);
    for (size_t i = 0; i < wk_activations_n; i++)
        for (int cosine = 0; cosine < 2; cosine++)
            law(l, &data, wk_activations[i].name, cosine);
}

/* ---- against PyTorch ---- */

static const double *stored(const char *activation, bool cosine, const char *name, size_t rows,
                            size_t cols) {
    return reference(activation, similarities[!cosine], name, rows, cols);
}

static void gradients_of(lab *l, const wk_data *data, const char *activation, bool cosine) {
    const double eta = 0.5;
    wk_net net = reference_net(l, data, activation, plain);
    const size_t M = net.M, k = net.k, n = net.n, d = data->d;
    assert_near("F0", k * n, lab_dense(l, k, n, net.F, net.ld),
                stored(activation, cosine, "F0", k, n), 1e-13);
    double *V0 = output_weights(l, &net), *H0 = pre_activations(l, &net);
    double *g = lab_garbage(l, k * net.ld);
    const double loss = loss_at(l, data, cosine, k, net.F, g);
    assert_near("loss", 1, &loss, stored(activation, cosine, "loss", 1, 1), 1e-12);
    assert_near("gF", k * n, lab_dense(l, k, n, g, net.ld), stored(activation, cosine, "gF", k, n),
                1e-12);
    for (size_t a = 0; a < k; a++)
        for (size_t i = n; i < net.ld; i++)
            assert_true(g[a * net.ld + i] == 0);
    MUST(l, wk_net_step(&net, g, eta, &l->err));
    double *V1 = output_weights(l, &net), *H1 = pre_activations(l, &net);
    for (size_t i = 0; i < k * M; i++)
        V1[i] = (V0[i] - V1[i]) / eta;
    for (size_t i = 0; i < M * n; i++)
        H1[i] = (H0[i] - H1[i]) / eta;
    assert_near("gV", k * M, V1, stored(activation, cosine, "gV", k, M), 1e-11);
    assert_near("gW X/sqrt(d)", M * n, H1,
                lab_hidden(l, data, M, stored(activation, cosine, "gW", M, d)), 1e-11);
}

static void loss_and_gradients_are_pytorchs(void **state) {
    for_each_case(*state, gradients_of);
}

static void five_steps_of(lab *l, const wk_data *data, const char *activation, bool cosine) {
    wk_net net = reference_net(l, data, activation, plain);
    train(l, &net, data, cosine, *wk_ref_shaped("eta", 1, 1), 5);
    const size_t M = net.M, k = net.k, n = net.n;
    assert_near("F5", k * n, lab_dense(l, k, n, net.F, net.ld),
                stored(activation, cosine, "F5", k, n), 1e-11);
    assert_near("V5", k * M, output_weights(l, &net), stored(activation, cosine, "V5", k, M),
                1e-11);
    assert_near("H5", M * n, pre_activations(l, &net), stored(activation, cosine, "H5", M, n),
                1e-11);
}

static void five_steps_are_pytorchs(void **state) {
    for_each_case(*state, five_steps_of);
}

static void five_orthogonal_steps_are_pytorchs(void **state) {
    lab *l = *state;
    const wk_data data = lab_reference_data(l);
    wk_net net = reference_net(l, &data, "relu", (wk_net_options){.orthogonal = true});
    const size_t M = net.M, k = net.k, n = net.n;
    wk_net_settle(&net);
    assert_near("V0", k * M, output_weights(l, &net),
                reference("relu", "dot", "orthogonal.V0", k, M), 1e-12);
    train(l, &net, &data, false, *wk_ref_shaped("eta", 1, 1), 5);
    assert_near("F5", k * n, lab_dense(l, k, n, net.F, net.ld),
                reference("relu", "dot", "orthogonal.F5", k, n), 1e-11);
    assert_near("V5", k * M, output_weights(l, &net),
                reference("relu", "dot", "orthogonal.V5", k, M), 1e-11);
    assert_near("H5", M * n, pre_activations(l, &net),
                reference("relu", "dot", "orthogonal.H5", M, n), 1e-11);
}

static void ten_frozen_steps_are_numpys(void **state) {
    lab *l = *state;
    const wk_data data = lab_reference_data(l);
    wk_net net = reference_net(l, &data, "relu", (wk_net_options){.frozen = true});
    const double *H0 = pre_activations(l, &net);
    train(l, &net, &data, false, *wk_ref_shaped("eta", 1, 1), 10);
    assert_near("V10", net.k * net.M, output_weights(l, &net),
                wk_ref_shaped("frozen.V10", net.k, net.M), 1e-11);
    assert_bits("frozen H", net.M * net.n, pre_activations(l, &net), H0);
}

/* ---- drawing ---- */

static void a_drawn_network_is_its_streams(void **state) {
    lab *l = *state;
    const size_t M = 2 * WK_NET_TILE + 45, k = 3;
    const wk_data data = lab_data(l, 5, 18, 1);
    wk_net net, other;
    MUST(l, wk_net_new(&net, &data, wk_activation_find("tanh"), M, k, plain, 77, l->pool, &l->arena,
                       &l->err));
    double *W = lab_doubles(l, M * data.d), *V = lab_doubles(l, k * M), column[3];
    for (size_t m = 0; m < M; m++) {
        wk_stream stream = wk_stream_open(77, WK_ROLE_W1, m);
        wk_stream_normals(&stream, data.d, W + m * data.d);
        stream = wk_stream_open(77, WK_ROLE_V, m);
        wk_stream_normals(&stream, k, column);
        for (size_t a = 0; a < k; a++)
            V[a * M + m] = column[a];
    }
    const double *H = lab_hidden(l, &data, M, W);
    assert_near("H0", M * data.n, pre_activations(l, &net), H, 1e-14);
    assert_bits("V0", k * M, output_weights(l, &net), V);
    double *F = lab_product(l, k, data.n, M, V, lab_features(l, net.activation, M * data.n, H));
    for (size_t i = 0; i < k * data.n; i++)
        F[i] /= sqrt((double)M);
    assert_near("F0", k * data.n, lab_dense(l, k, data.n, net.F, net.ld), F, 1e-13);
    /* a narrower network is the beginning of a wider one */
    MUST(l, wk_net_new(&other, &data, wk_activation_find("tanh"), 40, k, plain, 77, l->pool,
                       &l->arena, &l->err));
    assert_bits("Vt", 40 * k, other.Vt, net.Vt);
    assert_near("H", 40 * net.ld, other.H, net.H, 1e-14);
}

static void strips_partition_the_units(void **state) {
    (void)state;
    for (size_t M = 1; M < 20000; M = M * 3 / 2 + 1)
        for (size_t most = 1; most <= WK_NET_STRIPS; most *= 4) {
            const size_t strips = wk_net_strip_count(M, most);
            assert_true(strips >= 1 && strips <= most);
            size_t next = 0;
            for (size_t s = 0; s < strips; s++) {
                size_t first, last;
                wk_net_strip(M, strips, s, &first, &last);
                assert_int_equal(first, next);
                assert_true(last > first && last <= M && first % WK_NET_TILE == 0);
                next = last;
            }
            assert_int_equal(next, M);
        }
}

static void one_unit_and_one_output_train(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 4, 3, 3);
    const double V = 1.5, eta = 0.1;
    double *H0 = lab_normals(l, 3, 4);
    _Alignas(64) double g[8] = {0.5, -1, 2};
    wk_net net;
    MUST(l, wk_net_from(&net, &data, wk_activation_find("tanh"), 1, 1, plain, H0, &V, l->pool,
                        &l->arena, &l->err));
    MUST(l, wk_net_step(&net, g, eta, &l->err));
    double V1 = V;
    for (size_t i = 0; i < 3; i++)
        V1 -= eta * g[i] * tanh(H0[i]);
    assert_near("V", 1, net.Vt, &V1, 1e-14);
    for (size_t i = 0; i < 3; i++) {
        double h = H0[i];
        for (size_t q = 0; q < 3; q++)
            h -= eta * V * g[q] * (1 - tanh(H0[q]) * tanh(H0[q])) * data.G[q * data.ld + i];
        assert_near("H", 1, &net.H[i], &h, 1e-14);
        assert_near("F", 1, &net.F[i], &(double){V1 * tanh(h)}, 1e-14);
    }
}

/* ---- what is kept ---- */

/* After a step with garbage-free padding, all padding is still zero. */
static void padding_stays_zero(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 6, 15, 2);
    assert_int_equal(data.ld, 16);
    for (int orthogonal = 0; orthogonal < 2; orthogonal++) {
        wk_net net;
        MUST(l, wk_net_new(&net, &data, wk_activation_find("tanh"), 150, 4,
                           (wk_net_options){.orthogonal = orthogonal, .keep_gradient = true}, 5,
                           l->pool, &l->arena, &l->err));
        train(l, &net, &data, true, 0.3, 7);
        for (size_t m = 0; m < net.M; m++)
            assert_true(net.H[m * net.ld + 15] == 0 && net.A[m * net.ld + 15] == 0);
        for (size_t a = 0; a < net.k; a++)
            assert_true(net.F[a * net.ld + 15] == 0);
    }
}

static void outputs_belong_to_the_weights_after_every_step(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 6, 15, 2);
    for (size_t c = 0; c < 8; c++) {
        const wk_net_options options = {
            .orthogonal = c & 1, .frozen = c & 2, .keep_gradient = c & 4};
        wk_net net;
        MUST(l, wk_net_new(&net, &data, wk_activation_find(c & 4 ? "relu" : "tanh"), 200, 4,
                           options, 5, l->pool, &l->arena, &l->err));
        for (size_t s = 0; s < 4; s++) {
            const size_t k = net.k, n = net.n, M = net.M;
            wk_net_settle(&net);
            double *V = output_weights(l, &net);
            const double *Phi = lab_features(l, net.activation, M * n, pre_activations(l, &net));
            double *F = lab_product(l, k, n, M, V, Phi);
            for (size_t i = 0; i < k * n; i++)
                F[i] /= sqrt((double)M);
            assert_near("F", k * n, lab_dense(l, k, n, net.F, net.ld), F, 1e-13);
            double norm = 0;
            for (size_t i = 0; i < k * M; i++)
                norm += V[i] * V[i];
            assert_near("norm", 1, &(double){wk_net_output_norm2(&net)}, &norm, 1e-13);
            if (options.orthogonal) {
                double *VVt = lab_product(l, k, k, M, V, lab_transposed(l, k, M, V));
                for (size_t i = 0; i < k * k; i++)
                    assert_below("V V^T - I", fabs(VVt[i] - (i % (k + 1) == 0)), 1e-13);
            }
            train(l, &net, &data, false, 0.3, 1);
        }
    }
}

/* ‖ΔW‖² = ‖A Xᵀ/√d‖², formed explicitly; ‖ΔV‖² too. */
static void move_is_the_explicit_distance(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 6, 15, 2);
    const size_t M = 2 * WK_NET_TILE + 9, k = 3, d = data.d, n = data.n;
    for (int c = 0; c < 4; c++) {
        wk_net net;
        MUST(l, wk_net_new(&net, &data, wk_activation_find(c & 1 ? "relu" : "tanh"), M, k,
                           (wk_net_options){.orthogonal = c & 2, .keep_gradient = true}, 8, l->pool,
                           &l->arena, &l->err));
        wk_net_settle(&net);
        assert_true(wk_net_move2(&net) == 0);
        const double *V0 = output_weights(l, &net);
        double *dW = lab_zeros(l, M * d), *g = lab_zeros(l, k * net.ld);
        for (size_t s = 0; s < 10; s++) { /* the primal sum of gradients, step by step */
            wk_net_settle(&net);
            loss_at(l, &data, true, k, net.F, g);
            for (size_t m = 0; m < M; m++)
                for (size_t i = 0; i < n; i++) {
                    double back = 0;
                    for (size_t a = 0; a < k; a++)
                        back += net.Vt[m * k + a] * g[a * net.ld + i];
                    back *= plain_slope(net.activation, net.H[m * net.ld + i]);
                    for (size_t q = 0; q < d; q++)
                        dW[m * d + q] -= 0.4 * back * data.X[q * n + i] / sqrt((double)(M * d));
                }
            MUST(l, wk_net_step(&net, g, 0.4, &l->err));
        }
        wk_net_settle(&net);
        const double *V = output_weights(l, &net);
        double sum = 0;
        for (size_t i = 0; i < M * d; i++)
            sum += dW[i] * dW[i];
        for (size_t i = 0; i < k * M; i++)
            sum += (V[i] - V0[i]) * (V[i] - V0[i]);
        assert_near("move", 1, &(double){wk_net_move2(&net)}, &sum, 1e-11);
    }
}

static void settling_changes_no_later_bit(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 6, 15, 2);
    wk_net net[2];
    double *g = lab_zeros(l, 4 * data.ld);
    for (int often = 0; often < 2; often++) {
        MUST(l, wk_net_new(&net[often], &data, wk_activation_find("relu"), 333, 4,
                           (wk_net_options){.orthogonal = true}, 5, l->pool, &l->arena, &l->err));
        for (size_t s = 0; s < 30; s++) {
            if (often)
                wk_net_settle(&net[often]);
            loss_at(l, &data, false, 4, net[often].F, g);
            MUST(l, wk_net_step(&net[often], g, 0.2, &l->err));
        }
        assert_true(net[often].pending);
        wk_net_settle(&net[often]);
        wk_net_settle(&net[often]); /* twice is once */
    }
    assert_bits("H", 333 * data.ld, net[1].H, net[0].H);
    assert_bits("Vt", 333 * 4, net[1].Vt, net[0].Vt);
    assert_bits("F", 4 * data.ld, net[1].F, net[0].F);
}

static void lost_rank_is_refused(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 6, 6, 2);
    const size_t M = 10;
    double *V = lab_normals(l, 2 * M, 3);
    memcpy(V + M, V, M * sizeof *V); /* two equal rows */
    wk_net net;
    MUST_FAIL(l, WK_CANNOT, "rank",
              wk_net_from(&net, &data, wk_activation_find("relu"), M, 2,
                          (wk_net_options){.orthogonal = true}, lab_normals(l, M * 6, 4), V,
                          l->pool, &l->arena, &l->err));
}

/* ---- bits ---- */

/* Everything that is computed with threads, after 50 steps, in one array. */
static double *outcome(lab *l, const wk_data *data, size_t M, wk_net_options options,
                       size_t threads, size_t *count) {
    const size_t k = 5, n = data->n, ld = data->ld;
    wk_pool *pool = NULL;
    MUST(l, wk_pool_new(threads, &pool, &l->err));
    wk_net net;
    MUST(l, wk_net_new(&net, data, wk_activation_find(options.frozen ? "tanh" : "relu"), M, k,
                       options, 6, pool, &l->arena, &l->err));
    const double *H0 = lab_copy(l, M * ld, net.H);
    train(l, &net, data, !options.orthogonal, 0.2, 50);
    size_t probe[64];
    for (size_t i = 0; i < n; i++)
        probe[i] = i;
    wk_ntk ntk;
    wk_ntk_new(&ntk, k, n, 0, &l->arena);
    wk_ntk_full(&net, probe, &ntk, &l->arena);
    const size_t entries = ntk.rows * ntk.columns;
    *count = M * (2 * ld + k) + k * ld + entries + 2 * n * n + 1;
    double *all = lab_zeros(l, *count), *next = all, *S = NULL;
    wk_data_similarity(data, &l->arena, &S);
    const wk_features features = wk_hidden_kept(net.thin, net.H, M, n, ld);
    const wk_features start = wk_hidden_kept(net.thin, H0, M, n, ld);
    memcpy(next, net.H, M * ld * sizeof *next), next += M * ld;
    memcpy(next, net.Vt, M * k * sizeof *next), next += M * k;
    memcpy(next, net.F, k * ld * sizeof *next), next += k * ld;
    memcpy(next, ntk.packed, entries * sizeof *next), next += entries;
    wk_features_gram(&features, pool, next, &l->arena);
    next += n * n;
    wk_ntk_trace(&net, next, &l->arena);
    next += n * n;
    wk_components_drift(&features, &start, S, pool, next++, &l->arena);
    if (net.A)
        memcpy(next, net.A, M * ld * sizeof *next);
    wk_pool_free(pool);
    return all;
}

static void any_number_of_threads_gives_the_same_bits(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 10, 21, 2);
    for (size_t c = 0; c < 9; c++) { /* the last: more tiles than strips */
        const size_t M = c < 8 ? 3 * WK_NET_TILE + 77 : 70 * WK_NET_TILE + 13;
        const wk_net_options options = {
            .orthogonal = c & 1, .frozen = c & 2, .keep_gradient = c & 4};
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        size_t count, again;
        const double *one = outcome(l, &data, M, options, 1, &count);
        for (size_t threads = 2; threads <= 3; threads++) {
            const double *many = outcome(l, &data, M, options, threads, &again);
            assert_int_equal(again, count);
            assert_bits("state after 50 steps", count, many, one);
        }
        wk_arena_reset(&l->arena, mark);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(loss_and_gradients_are_pytorchs),
        LAB_TEST(five_steps_are_pytorchs),
        LAB_TEST(five_orthogonal_steps_are_pytorchs),
        LAB_TEST(ten_frozen_steps_are_numpys),
        LAB_TEST(a_drawn_network_is_its_streams),
        LAB_TEST(strips_partition_the_units),
        LAB_TEST(one_unit_and_one_output_train),
        LAB_TEST(padding_stays_zero),
        LAB_TEST(outputs_belong_to_the_weights_after_every_step),
        LAB_TEST(move_is_the_explicit_distance),
        LAB_TEST(settling_changes_no_later_bit),
        LAB_TEST(lost_rank_is_refused),
        LAB_TEST(any_number_of_threads_gives_the_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
