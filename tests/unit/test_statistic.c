/* The statistics: what each makes of one seed's cells, also of divergences and of what is not
 * measured. */
#include "claim/statistic.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const wk_rule below = {WK_BELOW, -INFINITY, 0}, above = {WK_ABOVE, 0, INFINITY};
static const double widths[] = {64, 128, 256, 512, 1024, 2048};
enum { N = 6 };

static double reduce(const char *name, wk_sample sample, const wk_rule *rule) {
    const wk_statistic *statistic = wk_statistic_find(name);
    assert_non_null(statistic);
    return wk_statistic_reduce(&(wk_test){.statistic = statistic}, &sample, rule);
}

static bool close_to(double a, double b) {
    return fabs(a - b) <= 1e-12 * fmax(1, fabs(b));
}

static void power_law(double c, double exponent, double *y) {
    for (size_t i = 0; i < N; i++)
        y[i] = c * pow(widths[i], exponent);
}

static void slope_of_a_power_law_is_its_exponent(void **state) {
    (void)state;
    double y[N];
    for (double exponent = -2; exponent <= 2; exponent += 0.37) {
        power_law(3.7e-5, exponent, y);
        assert_true(close_to(wk_slope_log_log(widths, y, N), exponent));
        assert_true(
            close_to(reduce("slope", (wk_sample){N, widths, y, NULL, NULL}, &below), exponent));
    }
}

static void slope_is_the_least_squares_one(void **state) {
    (void)state;
    /* x = e^0, e^1, e^3, e^6; ln y = 1, 0, 2, 4: by hand, Sxy/Sxx = 12.5/21 */
    const double x[] = {1, exp(1), exp(3), exp(6)}, y[] = {exp(1), 1, exp(2), exp(4)};
    assert_true(close_to(wk_slope_log_log(x, y, 4), 12.5 / 21));
    const double exact = wk_slope_log_log(x, y, 4), h = 1e-3;
    double least = INFINITY, best = NAN;
    for (double b = exact - 5 * h; b <= exact + 5.5 * h; b += h) { /* no other slope fits better */
        double mean = 0, sum = 0;
        for (size_t i = 0; i < 4; i++)
            mean += (log(y[i]) - b * log(x[i])) / 4;
        for (size_t i = 0; i < 4; i++)
            sum += pow(log(y[i]) - b * log(x[i]) - mean, 2);
        if (sum < least) {
            least = sum;
            best = b;
        }
    }
    assert_true(fabs(best - exact) <= h / 2);
}

static void slope_of_what_is_not_positive_is_not_measured(void **state) {
    (void)state;
    for (size_t i = 0; i < N; i++) {
        double y[N];
        power_law(1, -1, y);
        const double bad[] = {0, -1, NAN};
        for (size_t j = 0; j < 3; j++) {
            y[i] = bad[j];
            assert_true(isnan(wk_slope_log_log(widths, y, N)));
            y[(i + 1) % N] = INFINITY; /* a divergence beside it does not make it measured */
            assert_true(isnan(wk_slope_log_log(widths, y, N)));
        }
    }
    const double same[] = {2, 2, 2, 2}, zero[] = {0, 1, 2, 3};
    assert_true(isnan(wk_slope_log_log(same, widths, 4)));
    assert_true(isnan(wk_slope_log_log(zero, widths, 4)));
    assert_true(isnan(wk_slope_log_log(widths, widths, 1)));
}

static void a_divergence_makes_the_slope_infinite_and_never_helps_wrongly(void **state) {
    (void)state;
    for (size_t i = 0; i < N; i++) {
        double y[N];
        power_law(1, -1, y);
        y[i] = INFINITY;
        const wk_sample sample = {N, widths, y, NULL, NULL};
        assert_true(reduce("slope", sample, &below) == INFINITY);
        /* above: up only when it diverges at the wide end */
        assert_true(reduce("slope", sample, &above) == (i < N / 2 ? -INFINITY : INFINITY));
    }
    double all[N];
    for (size_t i = 0; i < N; i++)
        all[i] = INFINITY;
    assert_true(reduce("slope", (wk_sample){N, widths, all, NULL, NULL}, &above) == INFINITY);
}

static void local_slopes_and_curvature_of_a_power_law(void **state) {
    (void)state;
    double y[N], local[N - 1];
    power_law(2, -0.75, y);
    wk_slope_local(widths, y, N, local);
    for (size_t i = 0; i < N - 1; i++)
        assert_true(close_to(local[i], -0.75));
    assert_true(fabs(wk_slope_curvature(widths, y, N)) <= 1e-12);
    for (size_t i = 0; i < N; i++) { /* ln y = 1 - u/2 + 0.03 u² */
        const double u = log(widths[i]);
        y[i] = exp(1 - u / 2 + 0.03 * u * u);
    }
    assert_true(fabs(wk_slope_curvature(widths, y, N) - 0.03) <= 1e-12);
    assert_true(isnan(wk_slope_curvature(widths, y, 2)));
    y[2] = INFINITY;
    assert_true(isnan(wk_slope_curvature(widths, y, N)));
}

static void curvature_is_right_for_unequal_steps(void **state) {
    (void)state;
    const double x[] = {1, 3, 4, 50, 60};
    double y[5];
    for (size_t i = 0; i < 5; i++)
        y[i] = exp(-2 + 3 * log(x[i]) - 0.5 * log(x[i]) * log(x[i]));
    assert_true(fabs(wk_slope_curvature(x, y, 5) + 0.5) <= 1e-11);
}

static void worst_is_the_value_that_hurts_the_rule_most(void **state) {
    (void)state;
    const double v[] = {0.5, -3, 7, 2};
    const wk_sample sample = {4, widths, v, NULL, NULL};
    assert_true(reduce("worst", sample, &below) == 7);
    assert_true(reduce("worst", sample, &above) == -3);
    for (size_t i = 0; i < 4; i++) {
        double w[4];
        memcpy(w, v, sizeof w);
        w[i] = INFINITY;
        assert_true(wk_worst(w, 4, &below) == INFINITY);
        assert_true(wk_worst(w, 4, &above) == (i == 1 ? 0.5 : -3));
        w[i] = NAN;
        assert_true(isnan(wk_worst(w, 4, &below)) && isnan(wk_worst(w, 4, &above)));
    }
}

static void ratio_and_difference_are_paired_and_worst_over_x(void **state) {
    (void)state;
    const double a[] = {10, 30, 4}, b[] = {1, 2, 8};
    const wk_sample sample = {3, widths, a, b, NULL};
    assert_true(reduce("ratio", sample, &above) == 0.5);
    assert_true(reduce("ratio", sample, &below) == 15);
    assert_true(reduce("difference", sample, &above) == -4);
    assert_true(reduce("difference", sample, &below) == 28);
}

static void ratio_of_divergences_says_which_diverged(void **state) {
    (void)state;
    const double inf = INFINITY, one = 1, zero = 0, minus = -1;
    assert_true(reduce("ratio", (wk_sample){1, widths, &inf, &one, NULL}, &above) == INFINITY);
    assert_true(reduce("ratio", (wk_sample){1, widths, &one, &inf, NULL}, &above) == 0);
    assert_true(isnan(reduce("ratio", (wk_sample){1, widths, &inf, &inf, NULL}, &above)));
    assert_true(isnan(reduce("ratio", (wk_sample){1, widths, &zero, &one, NULL}, &above)));
    assert_true(isnan(reduce("ratio", (wk_sample){1, widths, &one, &zero, NULL}, &above)));
    assert_true(isnan(reduce("ratio", (wk_sample){1, widths, &minus, &minus, NULL}, &above)));
    assert_true(isnan(reduce("difference", (wk_sample){1, widths, &inf, &inf, NULL}, &above)));
    assert_true(reduce("difference", (wk_sample){1, widths, &one, &inf, NULL}, &above) ==
                -INFINITY);
}

static void escape_is_one_when_times_grow_as_predicted(void **state) {
    (void)state;
    double t[N], predicted[N];
    for (size_t i = 0; i < N; i++) {
        t[i] = -3 + 1.92 * log(widths[i]);
        predicted[i] = 1.92 + (i % 2 ? 0.01 : -0.01); /* mean 1.92 */
    }
    const wk_sample sample = {N, widths, t, NULL, predicted};
    assert_true(close_to(reduce("escape", sample, &below), 1));
    for (size_t i = 0; i < N; i++)
        predicted[i] /= 2;
    assert_true(close_to(reduce("escape", sample, &below), 2));
}

static void escape_fails_either_rule_when_one_time_is_not_finite(void **state) {
    (void)state;
    for (size_t i = 0; i < N; i++) {
        double t[N], predicted[N];
        for (size_t j = 0; j < N; j++) {
            t[j] = (double)j;
            predicted[j] = 1;
        }
        const wk_sample sample = {N, widths, t, NULL, predicted};
        t[i] = INFINITY;
        assert_true(reduce("escape", sample, &below) == INFINITY);
        assert_true(reduce("escape", sample, &above) == -INFINITY);
        predicted[i] = INFINITY;
        assert_true(isnan(reduce("escape", sample, &below)));
        predicted[i] = 1;
        t[i] = NAN;
        assert_true(isnan(reduce("escape", sample, &below)));
    }
}

static void identity_is_the_worst_residual_in_units_of_the_rounding_error(void **state) {
    (void)state;
    const double eps = 0x1p-52, v[] = {3 * eps, -40 * eps, 0.5 * eps, 7 * eps};
    assert_true(reduce("identity", (wk_sample){4, widths, v, NULL, NULL}, &below) == 40);
    assert_true(reduce("identity", (wk_sample){4, widths, v, NULL, NULL}, &above) == 0.5);
    for (size_t i = 0; i < 4; i++) {
        double w[4];
        memcpy(w, v, sizeof w);
        const wk_sample sample = {4, widths, w, NULL, NULL};
        w[i] = -0.25; /* large on either side of zero is large */
        assert_true(reduce("identity", sample, &below) == 0x1p50);
        w[i] = -INFINITY;
        assert_true(reduce("identity", sample, &below) == INFINITY);
        w[i] = NAN;
        assert_true(isnan(reduce("identity", sample, &below)));
    }
    const double none[] = {0, -0.0};
    assert_true(reduce("identity", (wk_sample){2, widths, none, NULL, NULL}, &below) == 0);
}

static void agreement_is_measured_over_predicted_where_it_is_worst(void **state) {
    (void)state;
    const double v[] = {2, 3.3, 8, -5}, p[] = {2, 3, 10, -5};
    const wk_sample sample = {4, widths, v, NULL, p};
    assert_true(close_to(reduce("agreement", sample, &below), 1.1));
    assert_true(close_to(reduce("agreement", sample, &above), 0.8));
    for (size_t i = 0; i < 4; i++) {
        double q[4];
        memcpy(q, p, sizeof q);
        const wk_sample bad = {4, widths, v, NULL, q};
        q[i] = 0;
        assert_true(isnan(reduce("agreement", bad, &below)));
        assert_true(isnan(reduce("agreement", bad, &above)));
        q[i] = NAN;
        assert_true(isnan(reduce("agreement", bad, &below)));
    }
    const double never = INFINITY, one = 1;
    assert_true(reduce("agreement", (wk_sample){1, widths, &never, NULL, &one}, &below) ==
                INFINITY);
}

static void z_keeps_its_sign_and_is_the_only_pooled_statistic(void **state) {
    (void)state;
    const double v[] = {0.5, -2.5, 1.75};
    const wk_sample sample = {3, widths, v, NULL, NULL};
    assert_true(reduce("z", sample, &below) == 1.75);
    assert_true(reduce("z", sample, &above) == -2.5);
    const double bad[] = {0.5, NAN, 1};
    assert_true(isnan(reduce("z", (wk_sample){3, widths, bad, NULL, NULL}, &below)));
    for (size_t i = 0; i < wk_statistics_n; i++)
        assert_true(wk_statistics[i].pooled == (strcmp(wk_statistics[i].name, "z") == 0));
}

static void the_registry_is_complete_and_its_names_are_found(void **state) {
    (void)state;
    assert_true(wk_statistics_n >= 5);
    for (size_t i = 0; i < wk_statistics_n; i++) {
        const wk_statistic *s = &wk_statistics[i];
        assert_ptr_equal(wk_statistic_find(s->name), s);
        assert_true((s->reduce != NULL) != (s->each != NULL));
        assert_true(s->least_x >= 1 && strlen(s->help) > 20 && s->undefined);
        assert_true(s->least_x < 4 || s->needs_over);
    }
    assert_null(wk_statistic_find("slop"));
    assert_int_equal(wk_statistic_find("slope")->least_x, 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slope_of_a_power_law_is_its_exponent),
        cmocka_unit_test(slope_is_the_least_squares_one),
        cmocka_unit_test(slope_of_what_is_not_positive_is_not_measured),
        cmocka_unit_test(a_divergence_makes_the_slope_infinite_and_never_helps_wrongly),
        cmocka_unit_test(local_slopes_and_curvature_of_a_power_law),
        cmocka_unit_test(curvature_is_right_for_unequal_steps),
        cmocka_unit_test(worst_is_the_value_that_hurts_the_rule_most),
        cmocka_unit_test(ratio_and_difference_are_paired_and_worst_over_x),
        cmocka_unit_test(ratio_of_divergences_says_which_diverged),
        cmocka_unit_test(escape_is_one_when_times_grow_as_predicted),
        cmocka_unit_test(escape_fails_either_rule_when_one_time_is_not_finite),
        cmocka_unit_test(identity_is_the_worst_residual_in_units_of_the_rounding_error),
        cmocka_unit_test(agreement_is_measured_over_predicted_where_it_is_worst),
        cmocka_unit_test(z_keeps_its_sign_and_is_the_only_pooled_statistic),
        cmocka_unit_test(the_registry_is_complete_and_its_names_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
