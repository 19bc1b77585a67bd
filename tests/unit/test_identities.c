/* Exact facts of training (SCIENCE §2), each at rounding level and each with a control: the same
 * residual with a term dropped must be large. */
#include "la/blas.h"
#include "model_support.h"

#include <math.h>
#include <string.h>

static const wk_net_options plain = {0};

typedef struct setting {
    wk_data data;
    wk_net net;
    double *g;
} setting;

static setting make(lab *l, const char *activation, size_t M, size_t k, uint64_t seed) {
    setting s = {.data = lab_data(l, 7, 18, seed)};
    s.data.positive[1] = 0; /* an anchor here, a positive there */
    s.data.negative[2] = 6;
    MUST(l, wk_net_new(&s.net, &s.data, wk_activation_find(activation), M, k, plain, seed, l->pool,
                       &l->arena, &l->err));
    s.g = lab_zeros(l, k * s.data.ld);
    return s;
}

/* Σ_i ⟨g_i, f_i⟩, and the largest |⟨g_i, f_i⟩| relative to ‖g_i‖ ‖f_i‖. */
static double alignment(const setting *s, double *largest) {
    const size_t ld = s->net.ld;
    double total = 0;
    *largest = 0;
    for (size_t i = 0; i < s->net.n; i++) {
        double dot = 0, gg = 0, ff = 0;
        for (size_t a = 0; a < s->net.k; a++) {
            const double g = s->g[a * ld + i], f = s->net.F[a * ld + i];
            dot += g * f;
            gg += g * g;
            ff += f * f;
        }
        total += dot;
        if (gg > 0)
            *largest = fmax(*largest, fabs(dot) / sqrt(gg * ff));
    }
    return total;
}

/* ‖∇_V ℓ‖² by the chain rule, in the test. */
static double output_gradient2(lab *l, const setting *s) {
    const wk_net *net = &s->net;
    const double *H = pre_activations(l, net);
    double sum = 0;
    for (size_t m = 0; m < net->M; m++)
        for (size_t a = 0; a < net->k; a++) {
            double entry = 0;
            for (size_t i = 0; i < net->n; i++)
                entry += s->g[a * net->ld + i] * plain_value(net->activation, H[m * net->n + i]);
            sum += entry * entry / (double)net->M;
        }
    return sum;
}

static void I1_cosine_gradients_are_orthogonal_to_outputs(void **state) {
    lab *l = *state;
    for (size_t c = 0; c < wk_activations_n; c++) {
        setting s = make(l, wk_activations[c].name, 200, 4, 3 + c);
        double largest;
        for (size_t step = 0; step < 20; step++) {
            loss_at(l, &s.data, true, 4, s.net.F, s.g);
            alignment(&s, &largest);
            assert_below("<g_i, f_i>", largest, 1e-14);
            MUST(l, wk_net_step(&s.net, s.g, 0.2, &l->err));
        }
        loss_at(l, &s.data, false, 4, s.net.F, s.g);
        alignment(&s, &largest);
        assert_above("control: dot", largest, 1e-3);
    }
}

static void I1_cosine_gradients_scale_as_one_over_the_output(void **state) {
    lab *l = *state;
    setting s = make(l, "relu", 100, 4, 5);
    double *twice = lab_zeros(l, 4 * s.data.ld), *F = lab_copy(l, 4 * s.data.ld, s.net.F);
    const double loss = loss_at(l, &s.data, true, 4, F, s.g);
    for (size_t a = 0; a < 4; a++) /* input 0 alone is doubled */
        F[a * s.data.ld] *= 2;
    assert_near("loss", 1, &(double){loss_at(l, &s.data, true, 4, F, twice)}, &loss, 1e-14);
    for (size_t a = 0; a < 4; a++) {
        twice[a * s.data.ld] *= 2;
        assert_near("g", s.data.n, twice + a * s.data.ld, s.g + a * s.data.ld, 1e-13);
    }
}

static void I1_under_cosine_the_output_norm_grows_by_eta2_gradient2(void **state) {
    lab *l = *state;
    const double eta = 0.3;
    for (size_t c = 0; c < wk_activations_n; c++) {
        setting s = make(l, wk_activations[c].name, 150, 4, 8 + c);
        double before = wk_net_output_norm2(&s.net);
        for (size_t step = 0; step < 50; step++) {
            loss_at(l, &s.data, true, 4, s.net.F, s.g);
            const double growth = eta * eta * output_gradient2(l, &s);
            MUST(l, wk_net_step(&s.net, s.g, eta, &l->err));
            const double after = wk_net_output_norm2(&s.net);
            assert_below("growth", fabs(after - before - growth), 1e-13 * after);
            if (step == 0)
                assert_above("control: no growth", fabs(after - before), 1e-8 * after);
            before = after;
        }
    }
}

static void I2_under_dot_the_output_norm_changes_by_the_alignment(void **state) {
    lab *l = *state;
    const double eta = 0.1;
    for (size_t c = 0; c < wk_activations_n; c++) {
        setting s = make(l, wk_activations[c].name, 150, 4, 8 + c);
        double before = wk_net_output_norm2(&s.net), unused;
        for (size_t step = 0; step < 20; step++) {
            const double loss = loss_at(l, &s.data, false, 4, s.net.F, s.g);
            const double along = alignment(&s, &unused);
            assert_below("sum <g, f> = 2 loss", fabs(along - 2 * loss), 1e-13 * fabs(loss) + 1e-14);
            const double square = eta * eta * output_gradient2(l, &s);
            MUST(l, wk_net_step(&s.net, s.g, eta, &l->err));
            const double after = wk_net_output_norm2(&s.net);
            const double expected = -2 * eta * along + square;
            assert_below("change", fabs(after - before - expected), 1e-13 * after);
            assert_above("control: no eta^2 term", fabs(after - before + 2 * eta * along),
                         1e-8 * after);
            before = after;
        }
    }
}

/* ---- I9: the dual form is primal gradient descent ---- */

/* One step on W (M, d) and V (k, M) themselves; F (k, ld) is that of the start of the step. */
static void primal_step(lab *l, const wk_data *data, const wk_activation *activation, bool cosine,
                        size_t M, size_t k, double *W, double *V, double eta, double *F) {
    const wk_arena_mark mark = wk_arena_here(&l->arena);
    const size_t n = data->n, d = data->d;
    const double root = sqrt((double)M);
    const double *H = lab_hidden(l, data, M, W);
    const double *Phi = lab_features(l, activation, M * n, H);
    const double *product = lab_product(l, k, n, M, V, Phi);
    memset(F, 0, k * data->ld * sizeof *F);
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < n; i++)
            F[a * data->ld + i] = product[a * n + i] / root;
    double *padded = lab_zeros(l, k * data->ld);
    loss_at(l, data, cosine, k, F, padded);
    const double *g = lab_dense(l, k, n, padded, data->ld);
    const double *gV = lab_product(l, k, M, n, g, lab_transposed(l, M, n, Phi));
    double *gH = lab_product(l, M, n, k, lab_transposed(l, k, M, V), g);
    for (size_t i = 0; i < M * n; i++)
        gH[i] *= plain_slope(activation, H[i]) / root;
    const double *gW = lab_product(l, M, d, n, gH, lab_transposed(l, d, n, data->X));
    for (size_t i = 0; i < k * M; i++)
        V[i] -= eta * gV[i] / root;
    for (size_t i = 0; i < M * d; i++)
        W[i] -= eta * gW[i] / sqrt((double)d);
    wk_arena_reset(&l->arena, mark);
}

static void compare_dual(lab *l, const wk_activation *activation, bool cosine, double eta) {
    const size_t M = 45, k = 8, steps = 200; /* k = 4: outputs pass near 0, and chaos begins */
    wk_data data = lab_data(l, 7, 15, 21);
    data.positive[1] = 0;
    const size_t n = data.n, d = data.d;
    double *W = lab_normals(l, M * d, 31), *V = lab_normals(l, k * M, 32);
    wk_net net;
    MUST(l, wk_net_from(&net, &data, activation, M, k, plain, lab_hidden(l, &data, M, W), V,
                        l->pool, &l->arena, &l->err));
    const double *start = pre_activations(l, &net);
    train(l, &net, &data, cosine, eta, steps);
    double *F = lab_zeros(l, k * data.ld);
    for (size_t s = 0; s < steps; s++)
        primal_step(l, &data, activation, cosine, M, k, W, V, eta, F);
    assert_near("H", M * n, pre_activations(l, &net), lab_hidden(l, &data, M, W), 1e-10);
    assert_near("V", k * M, output_weights(l, &net), V, 1e-10);
    double *last = lab_copy(l, M * d, W), *unused = lab_copy(l, k * M, V);
    primal_step(l, &data, activation, cosine, M, k, last, unused, 0, F); /* F at the end */
    assert_near("F", k * data.ld, net.F, F, 1e-10);
    assert_above("control: H moved", distance_of(M * n, start, lab_hidden(l, &data, M, W), 0),
                 1e-3);
}

static void I9_200_dual_steps_are_200_primal_steps(void **state) {
    for (size_t c = 0; c < wk_activations_n; c++) {
        compare_dual(*state, &wk_activations[c], true, 0.05);
        compare_dual(*state, &wk_activations[c], false, 0.005);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(I1_cosine_gradients_are_orthogonal_to_outputs),
        LAB_TEST(I1_cosine_gradients_scale_as_one_over_the_output),
        LAB_TEST(I1_under_cosine_the_output_norm_grows_by_eta2_gradient2),
        LAB_TEST(I2_under_dot_the_output_norm_changes_by_the_alignment),
        LAB_TEST(I9_200_dual_steps_are_200_primal_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
