/* Comparing two runs: what is a regression, what is none, and that neither is missed. */
#include "results_document.h"

/* ---- the same ---- */

static void a_run_is_no_worse_than_itself(void **state) {
    (void)state;
    document now = plain;
    now.id = "another"; /* ids do not matter */
    const wk_comparison found = compared(&plain, &now);
    assert_int_equal(found.regressions, 0);
    assert_int_equal(found.changes, 0);
    assert_int_equal(found.nnotes, 0);
    assert_true(found.bitwise);
    assert_int_equal(found.cells_measured, CELLS);
    assert_int_equal(found.values, CELLS * 9);
    assert_int_equal(found.times_judged, 3);
}

/* ---- claims ---- */

static void a_verdict_that_got_worse_is_a_regression(void **state) {
    (void)state;
    static const char *const verdicts[] = {"pass", "inconclusive", "error", "vacuous", "fail"};
    static const int badness[] = {0, 1, 2, 3, 3};
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 5; j++) {
            document base = plain, now = plain;
            base.verdict = verdicts[i];
            now.verdict = verdicts[j];
            const wk_comparison found = compared(&base, &now);
            assert_int_equal(found.nclaims, i != j);
            assert_int_equal(found.regressions, badness[j] > badness[i]);
        }
}

static void a_claim_that_is_no_longer_judged_is_a_regression(void **state) {
    (void)state;
    wk_results *base = parsed(&plain, "BASE"), *now = parsed(&plain, "NEW");
    wk_comparison found;
    now->nclaims = 0;
    assert_int_equal(wk_compare(base, now, &options, &arena, &found, NULL), WK_OK);
    assert_int_equal(found.regressions, 1);
    assert_int_equal(wk_compare(now, base, &options, &arena, &found, NULL), WK_OK);
    assert_int_equal(found.regressions, 0); /* a new one is none */
    assert_int_equal(found.changes, 1);
}

/* ---- cells ---- */

static void a_cell_that_is_no_longer_measured_is_a_regression(void **state) {
    (void)state;
    static const char *const ends[] = {"diverged", "timeout", "memory",
                                       "crashed",  "failed",  "pending"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        document other = planted(plain);
        other.status = ends[i];
        wk_comparison found = compared(&plain, &other);
        assert_int_equal(found.regressions, 1);
        assert_int_equal(found.nends, 1);
        assert_int_equal(found.ndrifts, 0);
        found = compared(&other, &plain); /* the other way round: only divergence was a result */
        assert_int_equal(found.regressions, i == 0);
        assert_int_equal(found.changes, 1);
        assert_int_equal(compared(&other, &other).changes, 0);
    }
}

static void a_cell_that_is_gone_is_a_regression_and_a_new_one_is_not(void **state) {
    (void)state;
    document now = planted(plain);
    now.without = true;
    assert_int_equal(regressions(&now), 1);
    const wk_comparison found = compared(&now, &plain);
    assert_int_equal(found.regressions, 0);
    assert_int_equal(found.changes, 1);
    assert_int_equal(found.cells_common, CELLS - 1);
}

static void a_parameter_that_one_version_lacks_is_passed_over(void **state) {
    (void)state;
    document now = plain;
    now.extra = ",\"model.depth\":2,\"train.method\":\"gd\"";
    const wk_comparison found = compared(&plain, &now);
    assert_int_equal(found.changes, 0);
    assert_int_equal(found.cells_common, CELLS);
    assert_int_equal(found.nnotes, 2);
    assert_non_null(strstr(found.notes[0], "only in NEW, always 2"));
}

static void other_parameters_are_other_cells(void **state) {
    (void)state;
    document base = plain, now = plain;
    base.extra = ",\"model.depth\":2";
    now.extra = ",\"model.depth\":3";
    wk_comparison found;
    wk_error err = {0};
    assert_int_equal(
        wk_compare(parsed(&base, "a"), parsed(&now, "b"), &options, &arena, &found, &err),
        WK_CANNOT);
    assert_non_null(strstr(err.message, "'a' and 'b' have no cell in common"));
}

static void a_cell_listed_twice_is_refused(void **state) {
    (void)state;
    wk_results *base = parsed(&plain, "BASE");
    wk_row *rows = (wk_row *)base->table.rows;
    rows[3].seed = rows[2].seed;
    wk_comparison found;
    wk_error err = {0};
    assert_int_equal(wk_compare(base, base, &options, &arena, &found, &err), WK_BAD_INPUT);
    assert_non_null(strstr(err.message, "have the same parameters and seed"));
}

/* ---- metrics ---- */

static void with_the_same_numerics_every_bit_counts(void **state) {
    (void)state;
    static const double factors[] = {1 + 1e-9, 1 - 1e-9, 1 + 0x1p-52};
    for (size_t i = 0; i < 3; i++) {
        document now = planted(plain);
        now.loss = factors[i];
        const wk_comparison found = compared(&plain, &now);
        assert_int_equal(found.regressions, 1);
        assert_int_equal(found.ndrifts, 1);
        assert_string_equal(found.drifts[0].metric, "loss");
        assert_int_equal(found.drifts[0].beyond, 1);
        assert_int_equal(found.drifts[0].cells, CELLS);
        assert_string_equal(found.drifts[0].where->id, "a7");
        if (i == 2)
            assert_true(found.drifts[0].ulps >= 1 && found.drifts[0].ulps <= 2);
        else
            assert_true(fabs(found.drifts[0].relative - 1e-9) <= 1e-12);
    }
    document now = planted(plain);
    now.sign = -1;
    assert_int_equal(regressions(&now), 1);
    now = planted(plain);
    now.events = 13;
    assert_int_equal(regressions(&now), 1);
    now = planted(plain);
    now.rounding = 2e-16;
    assert_int_equal(regressions(&now), 1);
}

static void elsewhere_smooth_metrics_keep_to_the_tolerance(void **state) {
    (void)state;
    document now = planted(elsewhere());
    now.loss = 1 + 1e-9;
    wk_comparison found = compared(&plain, &now);
    assert_int_equal(found.regressions, 0);
    assert_int_equal(found.drifts[0].differing, 1);
    assert_true(found.drifts[0].excess > 0.05 && found.drifts[0].excess < 0.2);
    now.loss = 1 + 1e-7;
    assert_int_equal(regressions(&now), 1);
    options.tolerance = 1e-6;
    assert_int_equal(regressions(&now), 0);
}

static void what_is_small_in_its_series_is_measured_by_the_series(void **state) {
    (void)state;
    document now = planted(elsewhere());
    now.shift = 1e-13; /* of a value of 1e-5, in a series that reaches 0.8: 1e-8 of the value */
    assert_int_equal(regressions(&now), 0);
    now.shift = 1e-11;
    assert_int_equal(regressions(&now), 1);
}

static void another_backend_is_elsewhere_and_an_unknown_one_vouches_for_nothing(void **state) {
    (void)state;
    document now = plain;
    now.fingerprint = "f2";
    assert_false(compared(&plain, &now).bitwise);
    now.fingerprint = "";
    assert_false(compared(&now, &now).bitwise);
    now = plain;
    now.numerics = "";
    assert_false(compared(&now, &now).bitwise);
}

static void elsewhere_an_event_may_move_by_a_step(void **state) {
    (void)state;
    static const struct {
        double events;
        size_t regressions;
    } cases[] = {{13, 0}, {11, 0}, {14, 1}, {12.0006, 0}, {12.5, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        document now = planted(elsewhere());
        now.events = cases[i].events;
        assert_int_equal(regressions(&now), cases[i].regressions);
    }
}

static void elsewhere_the_sign_of_an_eigenvector_is_free(void **state) {
    (void)state;
    document now = planted(elsewhere());
    now.sign = -1;
    assert_int_equal(compared(&plain, &now).changes, 0);
    now.sign = -(1 + 1e-6);
    assert_int_equal(regressions(&now), 1);
}

static void elsewhere_a_rounding_error_is_any(void **state) {
    (void)state;
    document now = planted(elsewhere());
    now.rounding = 9e-16;
    const wk_comparison found = compared(&plain, &now);
    assert_int_equal(found.regressions, 0);
    assert_int_equal(found.changes, 1);
}

static wk_comparison with_series(int which, const wk_series *changed) {
    wk_results *base = parsed(&plain, "BASE");
    const document other = elsewhere();
    wk_results *now = parsed(&other, "NEW");
    wk_series *series = (wk_series *)now->table.rows[5].result.series;
    if (changed)
        series[which] = *changed;
    else
        ((wk_row *)now->table.rows)[5].result.nseries--; /* the last */
    wk_comparison found;
    assert_int_equal(wk_compare(base, now, &options, &arena, &found, NULL), WK_OK);
    return found;
}

static void an_infinity_is_no_number_and_no_nan(void **state) {
    (void)state;
    static const double at[] = {0, 1};
    static const double infinite[] = {INFINITY, INFINITY}, nan_too[] = {INFINITY, NAN},
                        opposite[] = {INFINITY, -INFINITY}, finite[] = {INFINITY, 1};
    const double *const cases[] = {infinite, nan_too, opposite, finite};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(
            with_series(1, &(wk_series){"endless", false, 2, at, cases[i]}).regressions, i > 0);
}

static void other_points_and_missing_metrics_are_regressions(void **state) {
    (void)state;
    static const double value[] = {-0.3, 1e-3 / 64, 0.6000000000000001};
    static const double near[] = {0, 1 + 1e-12, 2}, far[] = {0, 1.01, 2};
    assert_int_equal(with_series(0, &(wk_series){"loss", false, 3, near, value}).regressions, 0);
    wk_comparison found = with_series(0, &(wk_series){"loss", false, 3, far, value});
    assert_int_equal(found.regressions, 1);
    assert_int_equal(found.drifts[0].reshaped, 1);
    assert_int_equal(with_series(0, &(wk_series){"loss", false, 2, far, value}).regressions, 1);
    assert_int_equal(with_series(0, &(wk_series){"loss", true, 3, near, value}).regressions, 1);
    found = with_series(0, NULL);
    assert_int_equal(found.regressions, 1);
    assert_int_equal(found.drifts[0].gone, 1);
}

/* ---- times ---- */

static document noisy(uint64_t stream) {
    document d = plain;
    d.noise = 0.05;
    d.stream = stream;
    return d;
}

static void a_stage_that_is_20_percent_slower_is_a_regression(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 20; i++) {
        const document base = noisy(2 * i);
        document now = noisy(2 * i + 1);
        now.train = 1.2;
        options.time_tolerance = WK_COMPARE_TIME_TOLERANCE;
        const wk_comparison found = compared(&base, &now);
        assert_int_equal(found.regressions, 1);
        for (size_t k = 0; k < found.ntimes; k++) {
            const wk_compare_time *t = &found.times[k];
            const wk_interval *wall = &t->ratio[WK_COMPARE_WALL];
            const bool train = strcmp(t->stage, "train") == 0;
            assert_int_equal(t->slower, train);
            assert_true(wall->low < wall->mean && wall->mean < wall->high);
            if (train)
                assert_true(wall->low < 1.2 && 1.2 < wall->high);
        }
        const wk_comparison back = compared(&now, &base);
        assert_int_equal(back.regressions, 0); /* faster is none */
        wk_arena_release(&arena);
    }
}

static void runs_that_differ_in_noise_alone_are_the_same(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 100; i++) {
        document base = noisy(1000 + 2 * i), now = noisy(1001 + 2 * i);
        base.noise = now.noise = 0.2;
        now.all = 1 + 0.002 * (double)i; /* and the whole machine drifts, by up to 20 % */
        const wk_comparison found = compared(&base, &now);
        assert_int_equal(found.regressions, 0);
        assert_int_equal(found.times_judged, *found.times_refused ? 0 : 3);
        wk_arena_release(&arena);
    }
}

static void incomparable_machines_are_not_judged_unless_asked(void **state) {
    (void)state;
    document slow = plain;
    slow.train = 1.5;
    assert_int_equal(regressions(&slow), 1);
    document other = slow, busy = slow, uniform = slow;
    other.cpu = "Xeon";
    busy.wall = 1.4;
    uniform.train = uniform.all = 1.5;
    const document *const cases[] = {&other, &busy, &uniform};
    static const char *const why[] = {"processors", "busy", "slower alike"};
    static const size_t stages[] = {1, 3, 3}; /* a busy machine's wall, with slower CPU: train */
    for (size_t i = 0; i < 3; i++) {
        options.judge_times = false;
        wk_comparison found = compared(&plain, cases[i]);
        assert_int_equal(found.regressions, 0);
        assert_int_equal(found.times_judged, 0);
        assert_non_null(strstr(found.times_refused, why[i]));
        options.judge_times = true;
        found = compared(&plain, cases[i]);
        assert_int_equal(found.regressions, i == 1 ? 1 : stages[i]);
        assert_string_equal(found.times_refused, "");
    }
}

static void waiting_is_not_slower(void **state) {
    (void)state;
    document now = plain;
    options.judge_times = true;
    now.wall = 1.5; /* the wall alone */
    assert_int_equal(regressions(&now), 0);
}

static void below_the_noise_floor_nothing_is_judged(void **state) {
    (void)state;
    document base = plain, now = plain;
    base.all = 1e-3;
    now.all = 2e-3;
    wk_comparison found = compared(&base, &now); /* cells of microseconds */
    assert_int_equal(found.regressions, 0);
    assert_int_equal(found.times_judged, 0);
    wk_results *few = parsed(&plain, "BASE"), *slow = parsed(&now, "NEW");
    now.all = 2;
    slow = parsed(&now, "NEW");
    few->table.n = slow->table.n = 5; /* too few cells for an interval of their median */
    assert_int_equal(wk_compare(few, slow, &options, &arena, &found, NULL), WK_OK);
    assert_int_equal(found.regressions, 0);
    assert_int_equal(found.times_judged, 0);
    assert_true(isnan(found.times[0].ratio[WK_COMPARE_WALL].low));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(a_run_is_no_worse_than_itself),
        T(a_verdict_that_got_worse_is_a_regression),
        T(a_claim_that_is_no_longer_judged_is_a_regression),
        T(a_cell_that_is_no_longer_measured_is_a_regression),
        T(a_cell_that_is_gone_is_a_regression_and_a_new_one_is_not),
        T(a_parameter_that_one_version_lacks_is_passed_over),
        T(other_parameters_are_other_cells),
        T(a_cell_listed_twice_is_refused),
        T(with_the_same_numerics_every_bit_counts),
        T(elsewhere_smooth_metrics_keep_to_the_tolerance),
        T(what_is_small_in_its_series_is_measured_by_the_series),
        T(another_backend_is_elsewhere_and_an_unknown_one_vouches_for_nothing),
        T(elsewhere_an_event_may_move_by_a_step),
        T(elsewhere_the_sign_of_an_eigenvector_is_free),
        T(elsewhere_a_rounding_error_is_any),
        T(an_infinity_is_no_number_and_no_nan),
        T(other_points_and_missing_metrics_are_regressions),
        T(a_stage_that_is_20_percent_slower_is_a_regression),
        T(runs_that_differ_in_noise_alone_are_the_same),
        T(incomparable_machines_are_not_judged_unless_asked),
        T(waiting_is_not_slower),
        T(below_the_noise_floor_nothing_is_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
