/* Gradient flow: the exact solution for frozen features, the conserved quantity of each hidden
 * unit, gradient descent as its first order, tolerances, threads and the ends of a flow. */
#include "la/blas.h"
#include "model/net/flow.h"
#include "model/pca/subspace.h"
#include "model_support.h"

#include <math.h>
#include <string.h>

/* ---- a network under flow ---- */

typedef struct stream {
    lab *l;
    const wk_data *data;
    bool cosine;
    wk_net net;
    double *g;
    wk_flow flow;
} stream;

static wk_status gradient(void *context, wk_error *err) {
    (void)err;
    stream *s = context;
    loss_at(s->l, s->data, s->cosine, s->net.k, s->net.F, s->g);
    return WK_OK;
}

typedef struct problem {
    const char *activation;
    bool cosine;
    size_t M, k;
    wk_net_options options;
} problem;

static wk_net net_of(lab *l, const wk_data *data, const problem *p, wk_pool *pool) {
    wk_net net;
    MUST(l, wk_net_new(&net, data, wk_activation_find(p->activation), p->M, p->k, p->options, 3,
                       pool, &l->arena, &l->err));
    return net;
}

static stream *open_with(lab *l, const wk_data *data, const problem *p, double tolerance,
                         wk_pool *pool) {
    stream *s = wk_arena_get(&l->arena, 1, sizeof *s);
    assert_non_null(s);
    *s = (stream){.l = l, .data = data, .cosine = p->cosine, .net = net_of(l, data, p, pool)};
    s->g = lab_zeros(l, p->k * s->net.ld);
    wk_flow_init(&s->flow, &s->net, s->g, gradient, s, tolerance, 0.1, &l->arena);
    return s;
}

static stream *flow_for(lab *l, const wk_data *data, const problem *p, double tolerance,
                        double until) {
    stream *s = open_with(l, data, p, tolerance, l->pool);
    double reached = NAN;
    MUST(l, wk_flow_advance(&s->flow, 0, until, INFINITY, &reached, &l->err));
    assert_true(reached == until);
    return s;
}

static double *outputs(lab *l, const wk_net *net) {
    return lab_dense(l, net->k, net->n, net->F, net->ld);
}

static double *descend(lab *l, const wk_data *data, const problem *p, double eta, double until) {
    wk_net net = net_of(l, data, p, l->pool);
    train(l, &net, data, p->cosine, eta, (size_t)lround(until / eta));
    return outputs(l, &net);
}

static const problem frozen = {"tanh", false, 24, 3, {.frozen = true}};

/* ---- the exact solution ---- */

/* e^A by scaling, Taylor and squaring; A (n, n). */
static double *exponential(lab *l, size_t n, const double *A) {
    const int squarings = 12;
    double *B = lab_copy(l, n * n, A), *sum = lab_zeros(l, n * n);
    for (size_t i = 0; i < n * n; i++)
        B[i] = ldexp(B[i], -squarings);
    for (int term = 12; term >= 0; term--) { /* sum = I + B sum/(term + 1) */
        sum = lab_product(l, n, n, n, B, sum);
        for (size_t i = 0; i < n * n; i++)
            sum[i] = sum[i] / (term + 1) + (i % (n + 1) == 0);
    }
    for (int i = 0; i < squarings; i++)
        sum = lab_product(l, n, n, n, sum, sum);
    return sum;
}

/* F_0 e^{2tSK}, S and K = ΦᵀΦ/M by loops; *V = V_0 e^{2tC} if asked. */
static double *solution(lab *l, const wk_data *data, const problem *p, double t, double **V) {
    const wk_net net = net_of(l, data, p, l->pool);
    const size_t n = data->n, M = p->M;
    const double *H = pre_activations(l, &net);
    const double *Phi = lab_features(l, net.activation, M * n, H);
    double *S = NULL, *A = lab_product(l, n, n, M, lab_transposed(l, M, n, Phi), Phi);
    wk_data_similarity(data, &l->arena, &S);
    A = lab_product(l, n, n, n, S, A);
    for (size_t i = 0; i < n * n; i++)
        A[i] *= 2 * t / (double)M;
    if (V) {
        double *C = lab_similarity_operator(l, data, net.activation, M, H);
        for (size_t i = 0; i < M * M; i++)
            C[i] *= 2 * t;
        *V = lab_product(l, p->k, M, M, output_weights(l, &net), exponential(l, M, C));
    }
    return lab_product(l, p->k, n, n, outputs(l, &net), exponential(l, n, A));
}

static void frozen_features_follow_the_exponential(void **state) {
    lab *l = *state;
    static const char *const activations[] = {"relu", "tanh"};
    for (size_t c = 0; c < 2; c++)
        for (double t = 0.5; t < 20; t *= 3) {
            const wk_data data = lab_data(l, 10, 9, 5);
            problem p = frozen;
            p.activation = activations[c];
            double *V = NULL, *F = solution(l, &data, &p, t, &V);
            for (double tolerance = 1e-5; tolerance > 1e-12; tolerance /= 100) {
                const stream *s = flow_for(l, &data, &p, tolerance, t);
                assert_near("F", 3 * 9, outputs(l, &s->net), F, 30 * tolerance);
                assert_near("V", 3 * p.M, output_weights(l, &s->net), V, 30 * tolerance);
            }
            if (t > 10) { /* control: the tolerance is what makes it exact */
                const stream *rough = flow_for(l, &data, &p, 1e-2, t);
                assert_above("at tolerance 0.01", distance_of(27, outputs(l, &rough->net), F, 0),
                             1e-7);
            }
        }
}

static void a_tolerance_100_times_tighter_moves_the_result_by_less(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 10, 9, 5);
    const problem cases[] = {frozen,
                             {"tanh", true, 40, 3, {0}},
                             {"tanh", false, 40, 3, {0}},
                             {"tanh", true, 40, 3, {.hidden = 1}}};
    for (size_t c = 0; c < 4; c++) {
        const double *F[4];
        size_t evaluations[4];
        for (size_t i = 0; i < 4; i++) {
            const stream *s = flow_for(l, &data, &cases[c], pow(100, -1.0 - (double)i) / 100, 2);
            F[i] = outputs(l, &s->net);
            evaluations[i] = s->flow.evaluations;
        }
        double moved[3];
        for (size_t i = 0; i < 3; i++) {
            moved[i] = distance_of(27, F[i], F[i + 1], 0);
            assert_below("moved", moved[i], i ? moved[i - 1] : 1e-2);
            assert_true(evaluations[i + 1] >= evaluations[i]);
        }
        assert_below("moved by 1e-8 to 1e-10", moved[2], moved[0] / 20);
        assert_true(evaluations[3] > evaluations[0]);
    }
}

/* ---- row spaces ---- */

/* Sine of the largest angle between the row spaces of A and B (k, n). */
static double angle(lab *l, size_t k, size_t n, const double *A, const double *B) {
    double *At = lab_transposed(l, k, n, A), *Bt = lab_transposed(l, k, n, B), sine[8];
    MUST(l, wk_la_orthonormalise(n, k, At, &l->err));
    MUST(l, wk_la_orthonormalise(n, k, Bt, &l->err));
    MUST(l, wk_subspace_sines(n, k, At, Bt, sine, &l->arena, &l->err));
    return sine[0];
}

static void the_row_space_is_that_of_the_exponential(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 10, 9, 5);
    double *V = NULL;
    const double *F = solution(l, &data, &frozen, 2, &V);
    const stream *s = flow_for(l, &data, &frozen, 1e-9, 2);
    const double *weights = output_weights(l, &s->net);
    assert_below("rows of F", angle(l, 3, 9, outputs(l, &s->net), F), 1e-7);
    assert_below("rows of V", angle(l, 3, frozen.M, weights, V), 1e-7);
    const wk_net start = net_of(l, &data, &frozen, l->pool); /* control: it has turned */
    assert_above("from the start", angle(l, 3, frozen.M, weights, output_weights(l, &start)), 0.1);
    assert_above("from the start", angle(l, 3, 9, outputs(l, &s->net), outputs(l, &start)), 0.1);
}

/* Trap T9: V Vᵀ = I changes the representation, not the row space. */
static void the_constrained_flow_has_the_same_row_space(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 10, 9, 5);
    const stream *s = flow_for(l, &data, &frozen, 1e-10, 2);
    problem constrained = frozen;
    constrained.options.orthogonal = true;
    double off[3];
    for (size_t i = 0; i < 3; i++) { /* constrained steps approach the constrained flow */
        wk_net net = net_of(l, &data, &constrained, l->pool);
        train(l, &net, &data, false, ldexp(0.01, -(int)i), (size_t)200 << i);
        off[i] = angle(l, 3, frozen.M, output_weights(l, &s->net), output_weights(l, &net));
        assert_near("trace of V Vᵀ", 1, &(double){wk_net_output_norm2(&net)}, &(double){3}, 1e-12);
    }
    assert_below("angle", off[0], 0.02);
    for (size_t i = 0; i < 2; i++)
        assert_below("|ratio - 2|", fabs(off[i] / off[i + 1] - 2), 0.1);
    assert_below("extrapolated to steps of 0", fabs(2 * off[2] - off[1]), 0.02 * off[0]);
    assert_above("‖V‖² of the unconstrained one", fabs(wk_net_output_norm2(&s->net) - 3), 1);
}

/* ---- the conserved quantity of each unit ---- */

/* h_m G⁺ h_mᵀ − ‖V_m‖² of each unit; G (n, n) is of full rank. */
static double *balance(lab *l, const wk_data *data, const wk_net *net) {
    const size_t n = data->n;
    double *values = lab_garbage(l, n), *vectors = lab_garbage(l, n * n);
    double *G = lab_dense(l, n, n, data->G, data->ld), *out = lab_zeros(l, net->M);
    MUST(l, wk_la_eigen(n, G, values, vectors, &l->arena, &l->err));
    assert_above("least eigenvalue of G", values[0], 1e-3);
    for (size_t m = 0; m < net->M; m++) {
        for (size_t j = 0; j < n; j++) {
            double along = 0;
            for (size_t i = 0; i < n; i++)
                along += vectors[j * n + i] * net->H[m * net->ld + i];
            out[m] += along * along / values[j];
        }
        for (size_t a = 0; a < net->k; a++)
            out[m] -= net->Vt[m * net->k + a] * net->Vt[m * net->k + a];
    }
    return out;
}

static double largest_drift(lab *l, const wk_data *data, const problem *p, const wk_net *net) {
    const wk_net start = net_of(l, data, p, l->pool);
    return distance_of(p->M, balance(l, data, net), balance(l, data, &start), 0);
}

static void relu_units_keep_their_balance_under_flow_and_not_under_descent(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 12, 9, 7);
    for (int cosine = 0; cosine < 2; cosine++) {
        const problem p = {"relu", cosine, 40, 3, {0}};
        for (double tolerance = 1e-4; tolerance > 1e-7; tolerance /= 10) {
            const stream *s = flow_for(l, &data, &p, tolerance, 2);
            assert_below("flow", largest_drift(l, &data, &p, &s->net), 100 * tolerance);
        }
        const stream *s = flow_for(l, &data, &p, 1e-6, 2);
        const double flow = largest_drift(l, &data, &p, &s->net);
        double drift[2];
        for (size_t i = 0; i < 2; i++) {
            wk_net net = net_of(l, &data, &p, l->pool);
            train(l, &net, &data, cosine, i ? 0.01 : 0.02, i ? 200 : 100);
            drift[i] = largest_drift(l, &data, &p, &net);
        }
        assert_above("descent", drift[1], 10 * flow);
        assert_below("descent is off by O(η)", fabs(drift[0] / drift[1] - 2), 0.2);
    }
}

/* Control: the law is of homogeneous activations. */
static void tanh_units_do_not_keep_it(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 12, 9, 7);
    const problem p = {"tanh", false, 40, 3, {0}};
    const stream *s = flow_for(l, &data, &p, 1e-6, 2);
    assert_above("flow of tanh", largest_drift(l, &data, &p, &s->net), 1e-3);
}

/* ---- descent is its first order ---- */

static void descent_approaches_the_flow_at_first_order(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 10, 9, 5);
    const problem cases[] = {{"tanh", true, 40, 3, {0}},
                             {"tanh", false, 40, 3, {0}},
                             {"tanh", false, 40, 3, {.frozen = true}},
                             {"relu", false, 40, 3, {.frozen = true}},
                             {"tanh", true, 40, 3, {.hidden = 1}},
                             {"tanh", false, 40, 3, {.hidden = 1}},
                             {"tanh", true, 30, 3, {.hidden = 2, .residual = true}},
                             {"tanh", false, 40, 3, {.hidden = 1, .frozen = true}}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const stream *s = flow_for(l, &data, &cases[c], 1e-10, 1);
        const double *F = outputs(l, &s->net);
        double off[4];
        for (int i = 0; i < 4; i++)
            off[i] = distance_of(27, descend(l, &data, &cases[c], ldexp(0.02, -i), 1), F, 0);
        assert_below("smallest step", off[3], 0.02);
        for (int i = 1; i + 1 < 4; i++)
            assert_below("|ratio - 2|", fabs(off[i] / off[i + 1] - 2), 0.15);
    }
}

/* ---- what moves, repeatability, ends ---- */

static void frozen_moves_only_the_output_layer(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 10, 9, 5);
    for (size_t hidden = 0; hidden < 2; hidden++) {
        problem p = frozen;
        p.options.hidden = hidden;
        const wk_net start = net_of(l, &data, &p, l->pool);
        const stream *s = flow_for(l, &data, &p, 1e-6, 1);
        assert_bits("H", p.M * start.ld, s->net.H, start.H);
        if (hidden)
            assert_bits("W", p.M * p.M, s->net.deep.W[0], start.deep.W[0]);
        assert_above("V", distance_of(p.M * 3, s->net.Vt, start.Vt, 0), 0.01);
        p.options.frozen = false; /* control */
        s = flow_for(l, &data, &p, 1e-6, 1);
        assert_above("H", distance_of(p.M * start.ld, s->net.H, start.H, 0), 1e-3);
        if (hidden)
            assert_above("W", distance_of(p.M * p.M, s->net.deep.W[0], start.deep.W[0], 0), 1e-3);
    }
}

static void two_threads_give_the_same_bits(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 10, 9, 5);
    wk_pool *two = NULL;
    MUST(l, wk_pool_new(2, &two, &l->err));
    for (size_t hidden = 0; hidden < 2; hidden++) {
        const problem p = {"relu", true, 300, 3, {.hidden = hidden}};
        const stream *one = flow_for(l, &data, &p, 1e-5, 1);
        stream *other = open_with(l, &data, &p, 1e-5, two);
        double reached = NAN;
        MUST(l, wk_flow_advance(&other->flow, 0, 1, INFINITY, &reached, &l->err));
        assert_bits("F", 3 * one->net.ld, other->net.F, one->net.F);
        assert_bits("H", 300 * one->net.ld, other->net.H, one->net.H);
        assert_bits("V", 300 * 3, other->net.Vt, one->net.Vt);
        assert_int_equal(other->flow.evaluations, one->flow.evaluations);
    }
    wk_pool_free(two);
}

static void outputs_and_gradient_are_those_of_the_end(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 10, 9, 5);
    const problem p = {"tanh", true, 40, 3, {0}};
    stream *s = flow_for(l, &data, &p, 1e-7, 1);
    const double *F = lab_copy(l, 3 * s->net.ld, s->net.F);
    double *g = lab_zeros(l, 3 * s->net.ld);
    MUST(l, wk_net_refresh(&s->net, &l->err));
    assert_bits("F", 3 * s->net.ld, s->net.F, F);
    loss_at(l, &data, true, 3, s->net.F, g);
    assert_bits("g", 3 * s->net.ld, s->g, g);
    stream *parts = open_with(l, &data, &p, 1e-7, l->pool); /* in pieces: the same flow */
    const double stops[] = {0, 0.013, 0.4, 0.41, 1};
    for (size_t i = 0; i < 4; i++) {
        double reached = NAN;
        MUST(l, wk_flow_advance(&parts->flow, stops[i], stops[i + 1], INFINITY, &reached, &l->err));
        assert_true(reached == stops[i + 1]);
    }
    assert_near("in pieces", 27, outputs(l, &parts->net), outputs(l, &s->net), 1e-6);
}

static void divergence_ends_it_early(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 10, 9, 5);
    const problem p = {"relu", false, 40, 3, {0}};
    stream *s = open_with(l, &data, &p, 1e-6, l->pool);
    const double bound = 1e3 * sqrt(40);
    double reached = NAN;
    MUST(l, wk_flow_advance(&s->flow, 0, 1e4, bound, &reached, &l->err));
    assert_true(reached > 0 && reached < 1e4);
    assert_above("‖F‖", wk_la_norm(3, 9, s->net.F, s->net.ld), bound);
    const stream *before = flow_for(l, &data, &p, 1e-6, 0.5 * reached);
    assert_below("‖F‖ at half the time", wk_la_norm(3, 9, before->net.F, before->net.ld), bound);
}

static wk_status not_a_number(void *context, wk_error *err) {
    (void)err;
    stream *s = context;
    s->g[0] = NAN;
    return WK_OK;
}

static void a_gradient_that_is_no_number_cannot_be_followed(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 10, 9, 5);
    stream *s = open_with(l, &data, &frozen, 1e-6, l->pool);
    double reached = NAN;
    s->flow.gradient = not_a_number;
    MUST_FAIL(l, WK_CANNOT, "the flow needs steps below",
              wk_flow_advance(&s->flow, 1, 2, INFINITY, &reached, &l->err));
}

int main(void) {
    one_blas_thread();
    const struct CMUnitTest tests[] = {
        LAB_TEST(frozen_features_follow_the_exponential),
        LAB_TEST(a_tolerance_100_times_tighter_moves_the_result_by_less),
        LAB_TEST(the_row_space_is_that_of_the_exponential),
        LAB_TEST(the_constrained_flow_has_the_same_row_space),
        LAB_TEST(relu_units_keep_their_balance_under_flow_and_not_under_descent),
        LAB_TEST(tanh_units_do_not_keep_it),
        LAB_TEST(descent_approaches_the_flow_at_first_order),
        LAB_TEST(frozen_moves_only_the_output_layer),
        LAB_TEST(two_threads_give_the_same_bits),
        LAB_TEST(outputs_and_gradient_are_those_of_the_end),
        LAB_TEST(divergence_ends_it_early),
        LAB_TEST(a_gradient_that_is_no_number_cannot_be_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
