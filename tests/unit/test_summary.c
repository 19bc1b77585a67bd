/* Order statistics, means, deviations, intervals and distances, and what is read off a row, against
 * naive loops on random numbers. */
#include "base/order.h"
#include "table/distribution.h"
#include "table/interval.h"
#include "table/summary.h"
#include "table/table.h"
#include "table/ulps.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 40, TIES = 7 };

/* A number that looks random: the same at each run. With few different values if `tied`. */
static double draw(uint64_t *state, int tied) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    const uint64_t top = *state >> 33;
    return tied ? (double)(top % TIES) : (double)top / 0x1p30 - 1;
}

static void fill(double *values, size_t n, uint64_t *state, int tied) {
    for (size_t i = 0; i < n; i++)
        values[i] = draw(state, tied);
}

/* How many of values[0..n) are below x; how many equal it. */
static size_t below(const double *values, size_t n, double x) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += values[i] < x;
    return count;
}

static size_t equal(const double *values, size_t n, double x) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += values[i] == x;
    return count;
}

/* The value of rank r of values[0..n), found without sorting. */
static double ranked(const double *values, size_t n, size_t r) {
    for (size_t i = 0; i < n; i++)
        if (below(values, n, values[i]) <= r &&
            r < below(values, n, values[i]) + equal(values, n, values[i]))
            return values[i];
    return (double)NAN;
}

/* ---- order ---- */

static void sorting_puts_each_value_at_its_rank(void **state) {
    (void)state;
    uint64_t seed = 1;
    for (size_t n = 0; n <= MOST; n++)
        for (int tied = 0; tied < 2; tied++) {
            double values[MOST + 1] = {0}, sorted[MOST + 1] = {0};
            fill(values, n, &seed, tied);
            memcpy(sorted, values, sizeof sorted);
            sorted[n] = -77; /* not touched */
            wk_sort(sorted, n);
            for (size_t r = 0; r < n; r++)
                assert_true(sorted[r] == ranked(values, n, r));
            assert_true(sorted[n] == -77);
        }
    wk_sort(NULL, 0);
}

static void infinities_sort_to_the_ends(void **state) {
    (void)state;
    double values[] = {1, (double)INFINITY, -3, (double)-INFINITY, 0};
    wk_sort(values, 5);
    const double wanted[] = {(double)-INFINITY, -3, 0, 1, (double)INFINITY};
    assert_memory_equal(values, wanted, sizeof wanted);
}

static void distinct_values_ascend_and_are_all_there(void **state) {
    (void)state;
    uint64_t seed = 2;
    for (size_t n = 0; n <= MOST; n++) {
        double values[MOST] = {0}, kept[MOST] = {0};
        uint64_t whole[MOST];
        fill(values, n, &seed, 1);
        memcpy(kept, values, sizeof kept);
        for (size_t i = 0; i < n; i++)
            whole[i] = (uint64_t)values[i] << 60;
        const size_t different = wk_sort_distinct(kept, n);
        assert_int_equal(wk_sort_distinct_whole(whole, n), different);
        size_t covered = 0;
        for (size_t i = 0; i < different; i++) {
            assert_true(i == 0 || kept[i] > kept[i - 1]);
            assert_true(whole[i] == (uint64_t)kept[i] << 60);
            covered += equal(values, n, kept[i]);
        }
        assert_int_equal(covered, n);
        for (size_t i = 0; i < n; i++) {
            assert_true(kept[wk_place(kept, different, values[i])] == values[i]);
            assert_int_equal(wk_place_whole(whole, different, (uint64_t)values[i] << 60),
                             wk_place(kept, different, values[i]));
        }
    }
    double zeros[] = {0.0, -0.0};
    assert_int_equal(wk_sort_distinct(zeros, 2), 1);
    uint64_t ends[] = {UINT64_MAX, 0, UINT64_MAX};
    assert_int_equal(wk_sort_distinct_whole(ends, 3), 2);
    assert_true(ends[0] == 0 && ends[1] == UINT64_MAX);
}

static void median_lies_in_the_middle(void **state) {
    (void)state;
    uint64_t seed = 3;
    assert_true(isnan(wk_median_sorted(NULL, 0)));
    assert_true(isnan(wk_median_log_sorted(NULL, 0)));
    for (size_t n = 1; n <= MOST; n++)
        for (int tied = 0; tied < 2; tied++) {
            double values[MOST] = {0}, sorted[MOST] = {0};
            fill(values, n, &seed, tied);
            memcpy(sorted, values, sizeof sorted);
            wk_sort(sorted, n);
            const double a = ranked(values, n, (n - 1) / 2), b = ranked(values, n, n / 2);
            assert_true(wk_median_sorted(sorted, n) == (a + b) / 2);
            if (a >= 0)
                assert_true(fabs(wk_median_log_sorted(sorted, n) - sqrt(a * b)) <= 1e-15 * b);
        }
    const double huge[] = {1e308}, with_inf[] = {1, (double)INFINITY};
    assert_true(wk_median_sorted(huge, 1) == 1e308);
    assert_true(isinf(wk_median_sorted(with_inf, 2)));
}

static void quantiles_interpolate_between_ranks(void **state) {
    (void)state;
    uint64_t seed = 4;
    for (size_t n = 1; n <= MOST; n++) {
        double sorted[MOST];
        fill(sorted, n, &seed, n % 2);
        wk_sort(sorted, n);
        assert_true(wk_quantile_sorted(sorted, n, 0) == sorted[0]);
        assert_true(wk_quantile_sorted(sorted, n, 1) == sorted[n - 1]);
        assert_true(fabs(wk_quantile_sorted(sorted, n, 0.5) - wk_median_sorted(sorted, n)) <=
                    1e-15 * TIES);
        double last = sorted[0];
        for (int step = 0; step <= 64; step++) {
            const double value = wk_quantile_sorted(sorted, n, step / 64.0);
            assert_true(value >= last - 1e-15 * TIES);
            last = value;
        }
    }
    const double pair[] = {2, 6};
    assert_true(wk_quantile_sorted(pair, 2, 0.25) == 3);
}

/* ---- means ---- */

/* Mean and deviation in extended precision, by the definition. */
static void by_definition(const double *values, size_t n, double *mean, double *deviation) {
    long double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += (long double)values[i];
    for (size_t i = 0; i < n; i++) {
        const long double off = (long double)values[i] - sum / (long double)n;
        squares += off * off;
    }
    *mean = (double)(sum / (long double)n);
    *deviation = sqrt((double)(squares / (long double)(n - 1)));
}

static void means_are_those_of_the_definition(void **state) {
    (void)state;
    uint64_t seed = 5;
    for (size_t n = 2; n <= MOST; n++) {
        double values[MOST] = {0}, powers[MOST] = {0}, mean = 0, deviation = 0;
        fill(values, n, &seed, n % 2);
        wk_tally tally = {0};
        for (size_t i = 0; i < n; i++) {
            powers[i] = exp(values[i]);
            wk_tally_add(&tally, values[i]);
        }
        by_definition(values, n, &mean, &deviation);
        const wk_moments moments = wk_moments_of(values, n);
        assert_true(fabs(moments.mean - mean) <= 1e-14 * TIES);
        assert_true(fabs(moments.deviation - deviation) <= 1e-14 * TIES);
        assert_true(fabs(wk_mean(values, n, false) - mean) <= 1e-14 * TIES);
        assert_true(fabs(wk_mean(powers, n, true) - mean) <= 1e-14 * TIES);
        assert_true(fabs(wk_tally_mean(&tally) - mean) <= 1e-14 * TIES);
    }
}

static void moments_of_equal_values_are_exact(void **state) {
    (void)state;
    double values[MOST];
    for (size_t i = 0; i < MOST; i++)
        values[i] = 0.1;
    for (size_t n = 2; n <= MOST; n++) {
        const wk_moments moments = wk_moments_of(values, n);
        assert_true(moments.mean == 0.1);
        assert_true(moments.deviation == 0);
    }
}

static void means_of_none_and_of_one(void **state) {
    (void)state;
    const double one[] = {3};
    wk_moments moments = wk_moments_of(NULL, 0);
    assert_true(isnan(moments.mean));
    assert_true(isinf(moments.deviation) && moments.deviation > 0);
    moments = wk_moments_of(one, 1);
    assert_true(moments.mean == 3);
    assert_true(isinf(moments.deviation) && moments.deviation > 0);
    assert_true(isnan(wk_mean(NULL, 0, false)));
    assert_true(wk_mean(one, 1, false) == 3);
    assert_true(isnan(wk_tally_mean(&(wk_tally){0})));
}

static void means_pass_on_what_is_not_finite(void **state) {
    (void)state;
    const double none[] = {1, (double)NAN}, endless[] = {1, (double)INFINITY};
    assert_true(isnan(wk_moments_of(none, 2).mean));
    assert_true(isnan(wk_moments_of(none, 2).deviation));
    assert_true(isinf(wk_moments_of(endless, 2).mean));
    assert_true(isnan(wk_moments_of(endless, 2).deviation));
    assert_true(isnan(wk_mean(none, 2, false)));
    assert_true(isinf(wk_mean(endless, 2, false)));
    wk_tally tally = {0};
    wk_tally_add_finite(&tally, (double)NAN);
    wk_tally_add_finite(&tally, (double)-INFINITY);
    assert_true(isnan(wk_tally_mean(&tally)));
    wk_tally_add_finite(&tally, 5);
    assert_true(wk_tally_mean(&tally) == 5);
    wk_tally_add(&tally, (double)INFINITY);
    assert_true(isinf(wk_tally_mean(&tally)));
    const double huge[] = {DBL_MAX, DBL_MAX};
    assert_true(wk_mean(huge, 2, false) == DBL_MAX); /* the sum does not overflow */
    assert_true(wk_moments_of(huge, 2).mean == DBL_MAX);
}

static void range_holds_all_values_and_is_met(void **state) {
    (void)state;
    uint64_t seed = 6;
    for (size_t n = 1; n <= MOST; n++) {
        double values[MOST] = {0};
        fill(values, n, &seed, n % 2);
        const wk_range range = wk_range_of(values, n);
        assert_int_equal(below(values, n, range.least), 0);
        assert_true(range.least == ranked(values, n, 0));
        assert_true(range.greatest == ranked(values, n, n - 1));
    }
    const double none[] = {1, (double)NAN, 2};
    const double ends[] = {(double)INFINITY, (double)-INFINITY};
    assert_true(isnan(wk_range_of(NULL, 0).least) && isnan(wk_range_of(NULL, 0).greatest));
    assert_true(isnan(wk_range_of(none, 3).least) && isnan(wk_range_of(none, 3).greatest));
    assert_true(wk_range_of(ends, 2).least < 0 && isinf(wk_range_of(ends, 2).least));
    assert_true(wk_range_of(ends, 2).greatest > 0 && isinf(wk_range_of(ends, 2).greatest));
}

/* ---- intervals ---- */

static void interval_of_mean_is_student_t(void **state) {
    (void)state;
    uint64_t seed = 7;
    for (size_t n = 2; n <= MOST; n++) {
        double values[MOST] = {0}, powers[MOST] = {0}, mean = 0, deviation = 0;
        fill(values, n, &seed, 0);
        for (size_t i = 0; i < n; i++)
            powers[i] = exp(values[i]);
        by_definition(values, n, &mean, &deviation);
        const double level = 1 - 0.3 / (double)n;
        const double half =
            wk_student_quantile((1 + level) / 2, (double)(n - 1)) * deviation / sqrt((double)n);
        const double near = 1e-9 * (1 + half);
        const wk_interval got = wk_interval_of(values, n, level, false);
        assert_true(fabs(wk_student_half_width(deviation, n, level) - half) <= near);
        assert_true(fabs(got.mean - mean) <= near);
        assert_true(fabs(got.low - (mean - half)) <= near);
        assert_true(fabs(got.high - (mean + half)) <= near);
        const wk_interval logs = wk_interval_of(powers, n, level, true);
        assert_true(fabs(log(logs.mean) - mean) <= near);
        assert_true(fabs(log(logs.low) - (mean - half)) <= near);
        assert_true(fabs(log(logs.high) - (mean + half)) <= near);
    }
}

static void interval_of_few_has_no_bounds(void **state) {
    (void)state;
    const double one[] = {3}, none[] = {1, 2, (double)NAN};
    wk_interval got = wk_interval_of(NULL, 0, 0.95, false);
    assert_true(isnan(got.mean) && isnan(got.low) && isnan(got.high));
    got = wk_interval_of(one, 1, 0.95, false);
    assert_true(got.mean == 3 && isnan(got.low) && isnan(got.high));
    got = wk_interval_of(none, 3, 0.95, false);
    assert_true(isnan(got.mean) && isnan(got.low) && isnan(got.high));
    assert_true(isinf(wk_student_half_width(1, 1, 0.95)));
    assert_true(isinf(wk_student_half_width(1, 0, 0.95)));
    assert_true(wk_student_half_width(0, 5, 0.95) == 0);
}

/* P(Bin(n, 1/2) < k), by Pascal's triangle. */
static double binomial_below(size_t n, size_t k) {
    double row[MOST + 1] = {1}, sum = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j-- > 0;) {
            row[j] /= 2;
            row[j + 1] += row[j];
        }
    for (size_t j = 0; j < k; j++)
        sum += row[j];
    return sum;
}

static void interval_of_median_cuts_as_much_as_it_may(void **state) {
    (void)state;
    double sorted[MOST];
    for (size_t i = 0; i < MOST; i++)
        sorted[i] = (double)i;
    for (size_t n = 0; n <= MOST; n++)
        for (double alpha = 0.5; alpha > 1e-4; alpha /= 3) {
            size_t k = 0;
            while (2 * (k + 1) <= n && binomial_below(n, k + 1) <= alpha / 2)
                k++;
            const wk_interval got = wk_interval_of_median(sorted, n, alpha);
            assert_true(n ? got.mean == (double)(n - 1) / 2 : isnan(got.mean));
            assert_true(k ? got.low == (double)(k - 1) : isnan(got.low));
            assert_true(k ? got.high == (double)(n - k) : isnan(got.high));
        }
    assert_true(isnan(wk_interval_of_median(sorted, 5, 0.05).low)); /* 2/2^5 > 0.05 */
    assert_true(wk_interval_of_median(sorted, 6, 0.05).high == 5);
}

/* ---- distances ---- */

static void ulps_count_the_steps_between_numbers(void **state) {
    (void)state;
    const double starts[] = {1, -1, 0.75, 1e300, -DBL_MIN, 2 * DBL_TRUE_MIN, -0.0};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        double x = starts[i];
        float y = (float)starts[i];
        for (int step = 0; step <= 5; step++) {
            assert_true(wk_ulps_double(starts[i], x) == step);
            assert_true(wk_ulps_double(x, starts[i]) == step);
            if (isfinite(y))
                assert_true(wk_ulps_single((double)(float)starts[i], (double)y) == step);
            x = nextafter(x, (double)INFINITY);
            y = nextafterf(y, INFINITY);
        }
    }
    assert_true(wk_ulps_double(0.0, -0.0) == 0);
    assert_true(wk_ulps_double(-DBL_MAX, DBL_MAX) > 1.8e19);
    assert_true(isinf(wk_ulps_double((double)NAN, (double)NAN)));
    assert_true(isinf(wk_ulps_double(1, (double)INFINITY)));
    assert_true(isinf(wk_ulps_single((double)-INFINITY, (double)-INFINITY)));
}

/* ---- rows ---- */

static void last_values_are_those_of_the_metric(void **state) {
    (void)state;
    const double at[] = {0, 1}, value[] = {4, (double)NAN};
    const wk_series series[] = {{"empty", false, 0, NULL, NULL},
                                {"one", false, 1, at, value},
                                {"two", false, 2, at, value}};
    const wk_row row = {.result.series = series, .result.nseries = 3};
    assert_true(wk_row_last(&row, "one", 7) == 4);
    assert_true(isnan(wk_row_last(&row, "two", 7)));
    assert_true(wk_row_last(&row, "empty", 7) == 7);
    assert_true(wk_row_last(&row, "none", 7) == 7);
    assert_true(wk_row_last(NULL, "one", 7) == 7);
    assert_true(wk_series_last(NULL, 7) == 7);
    assert_null(wk_row_series(NULL, "one"));
}

static void stage_times_add_up_over_stages_of_the_name(void **state) {
    (void)state;
    const wk_stage stages[] = {{"train", 1, 2, 0}, {"ntk", 10, 20, 0}, {"train", 100, 200, 0}};
    const wk_row row = {.result.stages = stages, .result.nstages = 3};
    double wall = -1, cpu = -1;
    assert_true(wk_row_stage_time(&row, "train", &wall, &cpu));
    assert_true(wall == 101 && cpu == 202);
    assert_false(wk_row_stage_time(&row, "pca", &wall, &cpu));
    assert_true(wall == 0 && cpu == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorting_puts_each_value_at_its_rank),
        cmocka_unit_test(infinities_sort_to_the_ends),
        cmocka_unit_test(distinct_values_ascend_and_are_all_there),
        cmocka_unit_test(median_lies_in_the_middle),
        cmocka_unit_test(quantiles_interpolate_between_ranks),
        cmocka_unit_test(means_are_those_of_the_definition),
        cmocka_unit_test(moments_of_equal_values_are_exact),
        cmocka_unit_test(means_of_none_and_of_one),
        cmocka_unit_test(means_pass_on_what_is_not_finite),
        cmocka_unit_test(range_holds_all_values_and_is_met),
        cmocka_unit_test(interval_of_mean_is_student_t),
        cmocka_unit_test(interval_of_few_has_no_bounds),
        cmocka_unit_test(interval_of_median_cuts_as_much_as_it_may),
        cmocka_unit_test(ulps_count_the_steps_between_numbers),
        cmocka_unit_test(last_values_are_those_of_the_metric),
        cmocka_unit_test(stage_times_add_up_over_stages_of_the_name),
    };
    return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
