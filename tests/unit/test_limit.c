/* The infinite-width limit: golden kernels (SCIENCE I6), the mean and the variance of finite
 * networks' kernels around it (I5), and the growth rate of the linearised dot model. */
#include "model/kernel/limit.h"
#include "model/kernel/ntk_form.h"
#include "model/net/dual.h"
#include "model_support.h"
#include "ref.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void I6_golden_values(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double rho, K, slope; /* at q1 = q2 = 1: SCIENCE I6 */
    } golden[] = {
        {"relu", 1, .5, .5},
        {"relu", .5, .304498890522, .333333333333},
        {"relu", 0, .159154943092, .25},
        {"erf", 1, .464559054398, .569410034734},
        {"erf", .5, .216346895939, .450158158079},
        {"erf", 0, 0, .424413181578},
        {"gelu", 1, .425221482570, .455850865649},
        {"gelu", .5, .227294915022, .342267242459},
        {"gelu", 0, .079577471546, .25},
        {"linear", 1, 1, 1},
        {"linear", .5, .5, 1},
        {"linear", 0, 0, 1},
    };
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        const wk_dual dual = wk_activation_find(golden[i].name)->dual(1, 1, golden[i].rho);
        assert_below("K", fabs(dual.value - golden[i].K), 1e-12);
        assert_below("K'", fabs(dual.slope - golden[i].slope), 1e-12);
    }
}

static void duals_are_the_stored_integrals(void **state) {
    (void)state;
    for (size_t c = 0; c < wk_activations_n; c++) {
        char name[32];
        size_t rows, cols;
        snprintf(name, sizeof name, "kernel.%s", wk_activations[c].name);
        const double *table = wk_ref(name, &rows, &cols);
        assert_int_equal(cols, 3);
        for (size_t i = 0; i < rows; i++) {
            const wk_dual dual = wk_activations[c].dual(1, 1, table[3 * i]);
            assert_below("K", fabs(dual.value - table[3 * i + 1]), 1e-12);
            assert_below("K'", fabs(dual.slope - table[3 * i + 2]), 1e-12);
        }
    }
}

/* E h(u, v) by the trapezoidal rule on a grid of this step: for the smooth activations. tanh(√q x)
 * has poles π/(2√q) from the real axis, so that the error is about exp(-π²/(√q step)). */
static wk_dual integrate(const wk_activation *activation, double q1, double q2, double rho,
                         double step) {
    const int half = (int)ceil(9 / step);
    const double rest = sqrt((1 - rho) * (1 + rho));
    wk_dual sum = {0, 0};
    for (int i = -half; i <= half; i++)
        for (int j = -half; j <= half; j++) {
            const double x = i * step, y = j * step;
            const double weight = exp(-(x * x + y * y) / 2) * step * step / (2 * M_PI);
            const double u = sqrt(q1) * x, v = sqrt(q2) * (rho * x + rest * y);
            sum.value += weight * plain_value(activation, u) * plain_value(activation, v);
            sum.slope += weight * plain_slope(activation, u) * plain_slope(activation, v);
        }
    return sum;
}

static void relu_duals_are_homogeneous(void **state) {
    (void)state;
    static const double q[] = {0.3, 0.7, 1, 4}, rho[] = {-0.8, 0, 0.4, 0.95};
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++)
            for (size_t c = 0; c < 4; c++) {
                const double root = sqrt(q[i] * q[j]);
                const wk_dual relu = wk_dual_relu(q[i], q[j], rho[c] * root);
                const wk_dual unit = wk_dual_relu(1, 1, rho[c]);
                assert_below("relu K", fabs(relu.value - root * unit.value), 1e-14 * root);
                assert_below("relu K'", fabs(relu.slope - unit.slope), 1e-14);
            }
}

/* Every smooth activation, by an integral that shares nothing with its dual. */
static void duals_hold_for_other_variances(void **state) {
    (void)state;
    static const double q[][2] = {{0.3, 0.7}, {1, 4}, {4, 0.3}, {0.05, 6}, {3, 3}};
    static const double rho[] = {-1, -0.8, 0, 0.4, 0.95, 1};
    for (size_t a = 0; a < wk_activations_n; a++) {
        if (strcmp(wk_activations[a].name, "relu") == 0)
            continue; /* its kink: see above */
        for (size_t i = 0; i < 5; i++)
            for (size_t c = 0; c < 6; c++) {
                const double root = sqrt(q[i][0] * q[i][1]);
                const wk_dual dual = wk_activations[a].dual(q[i][0], q[i][1], rho[c] * root);
                const wk_dual right = integrate(&wk_activations[a], q[i][0], q[i][1], rho[c], 0.08);
                assert_below("K", fabs(dual.value - right.value), 4e-12);
                assert_below("K'", fabs(dual.slope - right.slope), 4e-12);
                const wk_dual swapped = wk_activations[a].dual(q[i][1], q[i][0], rho[c] * root);
                assert_below("symmetry", fabs(dual.value - swapped.value), 4e-12);
            }
    }
}

/* Deep networks ask for other variances: the number of points follows. */
static void tanh_duals_hold_from_variance_a_hundredth_to_10(void **state) {
    (void)state;
    static const double q[] = {0.01, 0.1, 1, 1.05, 2, 3.3, 5, 7.6, 10};
    static const double rho[] = {-1, -0.7, 0.2, 0.97, 1};
    const wk_activation *tanh_ = wk_activation_find("tanh");
    for (size_t i = 0; i < 9; i++)
        for (size_t j = 0; j < 9; j += i == 8 ? 1 : 4) { /* 0.01, 2, 10; all against 10 */
            for (size_t c = 0; c < 5; c++) {
                const wk_dual dual = wk_dual_tanh(q[i], q[j], rho[c] * sqrt(q[i] * q[j]));
                const wk_dual right = integrate(tanh_, q[i], q[j], rho[c], 0.07);
                assert_below("K", fabs(dual.value - right.value), 1e-11);
                assert_below("K'", fabs(dual.slope - right.slope), 1e-11);
            }
        }
}

/* From q = 64 on there are no more points: still a kernel, if a less exact one. */
static void tanh_duals_of_huge_variances_are_near_the_sign_functions(void **state) {
    (void)state;
    const wk_dual dual = wk_dual_tanh(1e6, 1e6, 0.5e6);
    assert_below("K", fabs(dual.value - 2 / M_PI * asin(0.5)), 1e-2);
    assert_true(dual.slope >= 0 && dual.slope < 1e-2);
}

static void a_covariance_a_rounding_too_large_is_clamped(void **state) {
    (void)state;
    for (size_t i = 0; i < wk_activations_n; i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            const wk_dual over = wk_activations[i].dual(1, 1, sign * (1 + 1e-14));
            const wk_dual edge = wk_activations[i].dual(1, 1, sign);
            assert_below("K", fabs(over.value - edge.value), 1e-12);
            assert_below("K'", fabs(over.slope - edge.slope), 1e-12);
        }
}

static void the_limit_kernel_is_K_plus_G_times_slope(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 5, 9, 3);
    for (size_t c = 0; c < wk_activations_n; c++) {
        double *theta = lab_garbage(l, 81);
        MUST(l, wk_limit_kernel(&data, &wk_activations[c], 0, false, l->pool, theta, &l->arena,
                                &l->err));
        for (size_t i = 0; i < 9; i++)
            for (size_t j = 0; j < 9; j++) {
                const double rho = data.G[i * data.ld + j];
                const wk_dual dual =
                    wk_activations[c].dual(data.G[i * data.ld + i], data.G[j * data.ld + j], rho);
                assert_below("Theta", fabs(theta[i * 9 + j] - dual.value - rho * dual.slope),
                             1e-12);
                assert_true(theta[i * 9 + j] == theta[j * 9 + i]);
            }
    }
    const wk_activation unknown = {.name = "mystery"};
    double theta[81];
    MUST_FAIL(l, WK_BAD_INPUT, "'mystery'",
              wk_limit_kernel(&data, &unknown, 0, false, l->pool, theta, &l->arena, &l->err));
}

/* ---- I5: finite networks around the limit ---- */

enum { DRAWS = 4000, WIDTH = 4, K = 2, N = 6, SIDE = K * N };

typedef struct sample {
    const double *limit; /* (N, N) */
    double *values;      /* (DRAWS, SIDE, SIDE) */
} sample;

static sample draw_kernels(lab *l, const char *activation) {
    const wk_data data = lab_data(l, 5, N, 3);
    const wk_activation *phi = wk_activation_find(activation);
    double *limit = lab_garbage(l, N * N), *values = lab_garbage(l, DRAWS * SIDE * SIDE);
    MUST(l, wk_limit_kernel(&data, phi, 0, false, l->pool, limit, &l->arena, &l->err));
    const size_t probe[N] = {0, 1, 2, 3, 4, 5};
    for (size_t r = 0; r < DRAWS; r++) {
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        wk_net net;
        wk_ntk ntk;
        MUST(l, wk_net_new(&net, &data, phi, WIDTH, K, (wk_net_options){0}, 1000 + r, l->pool,
                           &l->arena, &l->err));
        wk_ntk_new(&ntk, K, N, 0, &l->arena);
        wk_ntk_full(&net, probe, &ntk, &l->arena);
        wk_ntk_expand(&ntk, values + r * SIDE * SIDE);
        wk_arena_reset(&l->arena, mark);
    }
    return (sample){limit, values};
}

/* Mean, variance and fourth central moment of entry e over the draws. */
static void moments(const sample *s, size_t e, double *mean, double *variance, double *fourth) {
    *mean = *variance = *fourth = 0;
    for (size_t r = 0; r < DRAWS; r++)
        *mean += s->values[r * SIDE * SIDE + e] / DRAWS;
    for (size_t r = 0; r < DRAWS; r++) {
        const double square = pow(s->values[r * SIDE * SIDE + e] - *mean, 2);
        *variance += square / (DRAWS - 1);
        *fourth += square * square / DRAWS;
    }
}

/* E Θ_M = Θ_∞ δ_ab at every M, here M = 4; every entry. */
static void assert_unbiased(const sample *s) {
    for (size_t a = 0; a < K; a++)
        for (size_t b = 0; b <= a; b++)
            for (size_t i = 0; i < N; i++)
                for (size_t j = 0; j <= i; j++) {
                    double mean, variance, fourth;
                    moments(s, (a * N + i) * SIDE + b * N + j, &mean, &variance, &fourth);
                    const double expected = a == b ? s->limit[i * N + j] : 0;
                    const double z = (mean - expected) / sqrt(variance / DRAWS);
                    assert_below("|z| of the mean", fabs(z), 4);
                }
}

static void assert_variance(const sample *s, size_t a, size_t b, double Vr) {
    for (size_t i = 0; i < N; i++) {
        double mean, variance, fourth;
        moments(s, (a * N + i) * SIDE + b * N + i, &mean, &variance, &fourth);
        const double stated = Vr / WIDTH;
        const double z_mean = (mean - (a == b ? s->limit[i * N + i] : 0)) / sqrt(stated / DRAWS);
        const double z = (variance - stated) / sqrt((fourth - variance * variance) / DRAWS);
        assert_below("|z| of the mean, stated variance", fabs(z_mean), 4);
        assert_below("|z| of the variance", fabs(z), 4);
        /* and the test can tell: Vr off by a third would be seen */
        assert_above("power", stated / 3 / sqrt((fourth - variance * variance) / DRAWS), 4);
    }
}

static void I5_relu_kernels_have_mean_limit_and_variance_3_and_a_half(void **state) {
    lab *l = *state;
    const sample s = draw_kernels(l, "relu");
    assert_unbiased(&s);
    assert_variance(&s, 0, 0, 3);
    assert_variance(&s, 1, 1, 3);
    assert_variance(&s, 1, 0, 0.5);
}

static void I5_smooth_kernels_have_mean_limit(void **state) {
    static const char *const names[] = {"tanh", "erf", "gelu", "linear"};
    lab *l = *state;
    for (size_t i = 0; i < 4; i++) {
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        const sample s = draw_kernels(l, names[i]);
        assert_unbiased(&s);
        wk_arena_reset(&l->arena, mark);
    }
}

/* The planted control: without the W part the mean is off. */
static void I5_control_the_kernel_without_its_w_part_is_biased(void **state) {
    lab *l = *state;
    const sample s = draw_kernels(l, "relu");
    double mean, variance, fourth;
    moments(&s, 0, &mean, &variance, &fourth);
    assert_above("|z|", fabs(mean - wk_dual_relu(1, 1, 1).value) / sqrt(variance / DRAWS), 4);
}

/* ---- growth ---- */

/* The dominant eigenvalue of S Θ + shift, by power iteration. */
static void growth_is_the_top_eigenvalue_of_S_theta(void **state) {
    lab *l = *state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        const size_t n = 12;
        const wk_data data = lab_data(l, 8, n, seed);
        double *S = NULL, *theta = lab_garbage(l, n * n), mu = NAN;
        wk_data_similarity(&data, &l->arena, &S);
        MUST(l, wk_limit_kernel(&data, wk_activation_find(seed % 2 ? "relu" : "tanh"), 0, false,
                                l->pool, theta, &l->arena, &l->err));
        MUST(l, wk_limit_growth(n, S, theta, &mu, &l->arena, &l->err));
        double *product = lab_product(l, n, n, n, S, theta), *v = lab_normals(l, n, seed);
        const double shift = 1; /* the spectrum is real, and above -shift */
        double value = 0;
        for (size_t step = 0; step < 20000; step++) {
            const wk_arena_mark mark = wk_arena_here(&l->arena);
            double *next = lab_product(l, n, 1, n, product, v), norm = 0;
            for (size_t i = 0; i < n; i++) {
                next[i] += shift * v[i];
                norm = fmax(norm, fabs(next[i]));
            }
            for (size_t i = 0; i < n; i++)
                v[i] = next[i] / norm;
            value = norm - shift;
            wk_arena_reset(&l->arena, mark);
        }
        assert_above("mu", mu, 1e-3);
        assert_near("mu", 1, &mu, &(double){2 * value}, 1e-8);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(I6_golden_values),
        LAB_TEST(duals_are_the_stored_integrals),
        LAB_TEST(relu_duals_are_homogeneous),
        LAB_TEST(duals_hold_for_other_variances),
        LAB_TEST(tanh_duals_hold_from_variance_a_hundredth_to_10),
        LAB_TEST(tanh_duals_of_huge_variances_are_near_the_sign_functions),
        LAB_TEST(a_covariance_a_rounding_too_large_is_clamped),
        LAB_TEST(the_limit_kernel_is_K_plus_G_times_slope),
        LAB_TEST(I5_relu_kernels_have_mean_limit_and_variance_3_and_a_half),
        LAB_TEST(I5_smooth_kernels_have_mean_limit),
        LAB_TEST(I5_control_the_kernel_without_its_w_part_is_biased),
        LAB_TEST(growth_is_the_top_eigenvalue_of_S_theta),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
