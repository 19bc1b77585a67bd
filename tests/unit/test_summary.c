/* Order statistics, means, deviations and intervals, against naive loops on random numbers. */
#include "base/order.h"

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
            double values[MOST + 1], sorted[MOST + 1];
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
        double values[MOST], kept[MOST];
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
            double values[MOST], sorted[MOST];
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorting_puts_each_value_at_its_rank),
        cmocka_unit_test(infinities_sort_to_the_ends),
        cmocka_unit_test(distinct_values_ascend_and_are_all_there),
        cmocka_unit_test(median_lies_in_the_middle),
        cmocka_unit_test(quantiles_interpolate_between_ranks),
    };
    return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
