/* The thin kernels of every instruction set that this processor has, against naive loops with libm:
 * a new activation or instruction set is tested because it stands in the table. */
#include "model/net/thin.h"
#include "model_support.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct variant {
    const wk_activation *activation;
    const wk_thin *thin;
    wk_isa isa;
} variant;

typedef void check(lab *l, const variant *kernel);

static void for_each_kernel(lab *l, check *law) {
    size_t seen = 0;
    for (size_t i = 0; i < wk_activations_n; i++)
        for (wk_isa isa = WK_ISA_BASE; isa <= wk_isa_best(); isa++) {
            const variant k = {&wk_activations[i], wk_activations[i].thin[isa], isa};
            assert_non_null(k.thin);
            law(l, &k);
            seen++;
        }
    assert_true(seen >= 2 && seen == wk_activations_n * ((size_t)wk_isa_best() + 1));
}

static void the_best_kernel_is_the_one_that_is_used(void **state) {
    (void)state;
    for (size_t i = 0; i < wk_activations_n; i++) {
        assert_ptr_equal(wk_activation_thin(&wk_activations[i]),
                         wk_activations[i].thin[wk_isa_best()]);
        assert_ptr_equal(wk_activation_find(wk_activations[i].name), &wk_activations[i]);
        assert_string_equal(wk_activation_words[i], wk_activations[i].name);
    }
    assert_null(wk_activation_words[wk_activations_n]);
    assert_null(wk_activation_find("rel"));
    assert_string_equal(wk_isa_name(WK_ISA_BASE), "base");
    assert_string_equal(wk_isa_name(WK_ISA_AVX2), "avx2");
    assert_string_equal(wk_isa_name(WK_ISA_AVX512), "avx512");
}

/* Blocks of exactly this size, so that AddressSanitizer sees the first byte beyond. */
static double *exactly(size_t n) {
    double *x = aligned_alloc(64, (n * sizeof *x + 63) / 64 * 64);
    assert_non_null(x);
    return x;
}

/* (rows, ld) with columns n … ld-1 zero. */
static double *padded(lab *l, size_t rows, size_t n, size_t ld, uint64_t seed) {
    double *out = exactly(rows * ld);
    const double *x = lab_normals(l, rows * n, seed);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < ld; j++)
            out[i * ld + j] = j < n ? x[i * n + j] : 0;
    return out;
}

typedef struct shape {
    size_t rows, n, ld, k;
} shape;

static void check_backward(lab *l, const variant *kernel, shape s) {
    const wk_arena_mark mark = wk_arena_here(&l->arena);
    double *H = padded(l, s.rows, s.n, s.ld, 1), *g = padded(l, s.k, s.n, s.ld, 2);
    const double *Vt = lab_normals(l, s.rows * s.k, 3);
    double *dV = lab_zeros(l, s.rows * s.k), *D = exactly(s.rows * s.ld);
    for (size_t i = 0; i < s.rows * s.ld; i++)
        D[i] = NAN;
    kernel->thin->backward(s.rows, s.ld, s.k, H, s.ld, Vt, g, s.ld, dV, D, s.ld);
    for (size_t m = 0; m < s.rows; m++) {
        for (size_t a = 0; a < s.k; a++) {
            double sum = 0, size = 1e-300;
            for (size_t i = 0; i < s.n; i++) {
                const double term =
                    plain_value(kernel->activation, H[m * s.ld + i]) * g[a * s.ld + i];
                sum += term;
                size += fabs(term);
            }
            assert_below("dV", fabs(dV[m * s.k + a] - sum), 16 * DBL_EPSILON * size);
        }
        for (size_t i = 0; i < s.ld; i++) {
            double sum = 0, size = 1e-300;
            for (size_t a = 0; a < s.k; a++) {
                sum += Vt[m * s.k + a] * g[a * s.ld + i];
                size += fabs(Vt[m * s.k + a] * g[a * s.ld + i]);
            }
            const double slope = plain_slope(kernel->activation, H[m * s.ld + i]);
            assert_below("D", fabs(D[m * s.ld + i] - slope * sum), 16 * DBL_EPSILON * size);
            if (i >= s.n)
                assert_true(D[m * s.ld + i] == 0); /* the padding stays zero */
        }
    }
    free(H);
    free(g);
    free(D);
    wk_arena_reset(&l->arena, mark);
}

static void check_forward(lab *l, const variant *kernel, shape s) {
    const wk_arena_mark mark = wk_arena_here(&l->arena);
    double *H = padded(l, s.rows, s.n, s.ld, 4), *F = padded(l, s.k, s.n, s.ld, 5);
    const double *Vt = lab_normals(l, s.rows * s.k, 6);
    const double *before = lab_copy(l, s.k * s.ld, F);
    kernel->thin->forward(s.rows, s.ld, s.k, H, s.ld, Vt, F, s.ld);
    for (size_t a = 0; a < s.k; a++)
        for (size_t i = 0; i < s.ld; i++) {
            double sum = before[a * s.ld + i], size = fabs(sum) + 1e-300;
            for (size_t m = 0; m < s.rows; m++) {
                const double term =
                    plain_value(kernel->activation, H[m * s.ld + i]) * Vt[m * s.k + a];
                sum += term;
                size += fabs(term);
            }
            assert_below("F", fabs(F[a * s.ld + i] - sum), 16 * DBL_EPSILON * size);
            if (i >= s.n)
                assert_true(F[a * s.ld + i] == 0);
        }
    free(H);
    free(F);
    wk_arena_reset(&l->arena, mark);
}

static void for_each_shape(lab *l, const variant *kernel,
                           void law(lab *l, const variant *kernel, shape s)) {
    static const size_t rows[] = {1, 2, 3, 7, 128}, n[] = {1, 8, 13, 24, 33};
    for (size_t r = 0; r < 5; r++)
        for (size_t c = 0; c < 5; c++)
            for (size_t k = 1; k <= 25; k++)
                law(l, kernel,
                    (shape){rows[r], n[c], (n[c] + WK_THIN_PAD - 1) / WK_THIN_PAD * WK_THIN_PAD,
                            k});
    law(l, kernel, (shape){5, 9, 16, 64}); /* the most outputs that a suite may ask for */
}

static void backward_of_all_shapes(lab *l, const variant *kernel) {
    for_each_shape(l, kernel, check_backward);
}
static void forward_of_all_shapes(lab *l, const variant *kernel) {
    for_each_shape(l, kernel, check_forward);
}

static void backward_is_two_naive_products(void **state) {
    for_each_kernel(*state, backward_of_all_shapes);
}

static void forward_adds_the_naive_product(void **state) {
    for_each_kernel(*state, forward_of_all_shapes);
}

/* Two blocks of columns, in arrays with other distances between rows, give what one pass gives: the
 * same D and F, and the same dV but for the order of its sums. */
static void blocks_of_columns_make_the_whole(lab *l, const variant *kernel) {
    enum { ROWS = 5, LD = 40, CUT = 16, WIDE = 72, K = 3 };
    double *H = padded(l, ROWS, LD, LD, 1), *g = padded(l, K, LD, LD, 2);
    double *D = exactly(ROWS * LD), *part = exactly(ROWS * WIDE), *wide = exactly(ROWS * WIDE);
    const double *Vt = lab_normals(l, ROWS * K, 3);
    double dV[ROWS * K] = {0}, sum[ROWS * K] = {0}, *F = exactly(K * LD), *F_sum = exactly(K * LD);
    memset(F, 0, K * LD * sizeof *F);
    memset(F_sum, 0, K * LD * sizeof *F_sum);
    for (size_t m = 0; m < ROWS; m++)
        memcpy(wide + m * WIDE, H + m * LD, LD * sizeof *H);
    kernel->thin->backward(ROWS, LD, K, H, LD, Vt, g, LD, dV, D, LD);
    kernel->thin->forward(ROWS, LD, K, H, LD, Vt, F, LD);
    for (size_t i = 0; i < LD; i += CUT) {
        const size_t columns = LD - i < CUT ? LD - i : CUT;
        kernel->thin->backward(ROWS, columns, K, wide + i, WIDE, Vt, g + i, LD, sum, part, WIDE);
        kernel->thin->forward(ROWS, columns, K, wide + i, WIDE, Vt, F_sum + i, LD);
        for (size_t m = 0; m < ROWS; m++)
            assert_bits("D", columns, part + m * WIDE, D + m * LD + i);
    }
    assert_near("dV", ROWS * K, sum, dV, 1e-14);
    assert_bits("F", K * LD, F_sum, F);
    free(H), free(g), free(D), free(part), free(wide), free(F), free(F_sum);
}

static void columns_come_in_blocks(void **state) {
    for_each_kernel(*state, blocks_of_columns_make_the_whole);
}

/* Rows are independent: no rows at all, and a bad neighbour, change nothing. */
static void rows_do_not_mix(lab *l, const variant *kernel) {
    enum { ROWS = 6, LD = 16, K = 3 };
    double *H = padded(l, ROWS, LD, LD, 7), *g = padded(l, K, LD, LD, 8), *D = exactly(ROWS * LD);
    const double *Vt = lab_normals(l, ROWS * K, 9);
    double dV[ROWS * K] = {0}, before[ROWS * K] = {0};
    kernel->thin->backward(ROWS, LD, K, H, LD, Vt, g, LD, before, D, LD);
    double *kept = lab_copy(l, ROWS * LD, D);
    for (size_t i = 0; i < LD; i++)
        H[2 * LD + i] = NAN;
    kernel->thin->backward(ROWS, LD, K, H, LD, Vt, g, LD, dV, D, LD);
    for (size_t m = 0; m < ROWS; m++)
        if (m != 2) {
            assert_bits("dV", K, dV + m * K, before + m * K);
            assert_bits("D", LD, D + m * LD, kept + m * LD);
        } else {
            for (size_t a = 0; a < K; a++)
                assert_true(isnan(dV[m * K + a]));
        }
    kernel->thin->backward(0, LD, K, H, LD, Vt, g, LD, dV, D, LD);
    kernel->thin->forward(0, LD, K, H, LD, Vt, g, LD);
    free(H);
    free(g);
    free(D);
}

static void a_nan_stays_in_its_row(void **state) {
    for_each_kernel(*state, rows_do_not_mix);
}

/* ---- values ---- */

static void applied(const variant *kernel, double h, double *phi, double *slope) {
    _Alignas(64) double in[WK_THIN_PAD] = {0}, value[WK_THIN_PAD], derivative[WK_THIN_PAD];
    static size_t turn; /* each lane in its turn */
    const size_t lane = turn++ % WK_THIN_PAD;
    in[lane] = h;
    kernel->thin->apply(WK_THIN_PAD, in, value, derivative);
    for (size_t i = 0; i < WK_THIN_PAD; i++)
        if (i != lane)
            assert_true(value[i] == 0 && !signbit(value[i]));
    *phi = value[lane];
    *slope = derivative[lane];
}

static double ulps(double a, double b) {
    const double size = fmax(fabs(b), DBL_MIN);
    return fabs(a - b) / (nextafter(size, INFINITY) - size);
}

/* What is known of each activation beside its formula. A new one needs a row. */
typedef struct expected {
    const char *name;
    double ulps;                    /* of libm's value, at most */
    double least_slope, most_slope; /* over the whole line */
    double slope_at_0;
    double low, high, low_slope, high_slope; /* at -inf and +inf */
    bool keeps_sign_of_0;
} expected;

static const expected *expected_of(const variant *kernel) {
    static const expected table[] = {
        {"relu", 0, 0, 1, 0, 0, INFINITY, 0, 1, false},
        {"tanh", 4, 0, 1, 1, -1, 1, 0, 0, true},
        {"erf", 2, 0, 1.1283791670955129, M_2_SQRTPI, -1, 1, 0, 0, true},
        {"gelu", 6, -0.12905, 1.12905, 0.5, 0, INFINITY, 0, 1, true},
        {"linear", 0, 1, 1, 1, -INFINITY, INFINITY, 1, 1, true},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, kernel->activation->name) == 0)
            return &table[i];
    fail_msg("no row for '%s'", kernel->activation->name);
    return NULL;
}

static void check_point(const variant *kernel, double h) {
    const expected *law = expected_of(kernel);
    double phi, slope;
    applied(kernel, h, &phi, &slope);
    const double right = plain_value(kernel->activation, h);
    if (!(ulps(phi, right) <= law->ulps))
        fail_msg("%s (%s) at %.17g is %.17g, not %.17g", kernel->activation->name,
                 wk_isa_name(kernel->isa), h, phi, right);
    assert_below("slope", fabs(slope - plain_slope(kernel->activation, h)), 4 * DBL_EPSILON);
    assert_true(slope >= law->least_slope && slope <= law->most_slope);
}

static void values_of(lab *l, const variant *kernel) {
    for (double h = 0x1p-1074; h < 1e308; h *= 1.1) {
        check_point(kernel, h);
        check_point(kernel, -h);
        h += 0x1p-1074; /* or it would not leave the first subnormals */
    }
    const double *x = lab_normals(l, 20000, 11);
    for (size_t i = 0; i < 20000; i++)
        check_point(kernel, x[i] * (i % 3 == 0 ? 8 : i % 3 == 1 ? 1 : 0.05));
    for (size_t i = 0; i < 200000; i++) /* evenly, also where gelu is subnormal */
        check_point(kernel, -41 + (double)i * (82.0 / 200000));
    static const double special[] = {
        20,     20.5,    19.999999, 40,      1e300,   DBL_MAX, 1e-8,
        1e-160, DBL_MIN, 0x1p-1074, 0.34657, 0.17328, 22.1807, /* tanh's ranges */
        0.75,   27.5,    39,        5.9,     26.6,    34.6410, 37.5,
        38.4,   38.6,    0.7517915, 27.2969}; /* erf's and gelu's: their joints, subnormal tails,
                                                 gelu's least */
    for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
        check_point(kernel, special[i]);
        check_point(kernel, -special[i]);
    }
}

static void values_are_within_a_few_ulp_of_libm(void **state) {
    for_each_kernel(*state, values_of);
}

static void ends_of(lab *l, const variant *kernel) {
    (void)l;
    const expected *law = expected_of(kernel);
    double phi, slope;
    applied(kernel, 0.0, &phi, &slope);
    assert_true(phi == 0 && !signbit(phi)); /* so that padding stays zero */
    assert_below("slope at 0", fabs(slope - law->slope_at_0), DBL_EPSILON);
    applied(kernel, -0.0, &phi, &slope);
    assert_true(phi == 0 && (signbit(phi) != 0) == law->keeps_sign_of_0);
    assert_below("slope at -0", fabs(slope - law->slope_at_0), DBL_EPSILON);
    applied(kernel, INFINITY, &phi, &slope);
    assert_true(phi == law->high && slope == law->high_slope);
    applied(kernel, -INFINITY, &phi, &slope);
    assert_true(phi == law->low && slope == law->low_slope);
    applied(kernel, NAN, &phi, &slope);
    assert_true(isnan(phi));
    applied(kernel, -NAN, &phi, &slope);
    assert_true(isnan(phi));
}

static void zeros_infinities_and_nan_are_what_they_must_be(void **state) {
    for_each_kernel(*state, ends_of);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(the_best_kernel_is_the_one_that_is_used),
        LAB_TEST(backward_is_two_naive_products),
        LAB_TEST(forward_adds_the_naive_product),
        LAB_TEST(columns_come_in_blocks),
        LAB_TEST(a_nan_stays_in_its_row),
        LAB_TEST(values_are_within_a_few_ulp_of_libm),
        LAB_TEST(zeros_infinities_and_nan_are_what_they_must_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
