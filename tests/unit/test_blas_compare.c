/* Backends held against each other: pairs, ratios, bits, verdicts and the choice, on hand-made
 * numbers. */
#include "blas_compare_support.h"
#include "typed.h"

#include <string.h>

static void is_near(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-12 * fabs(expected)))
        fail_msg("%.17g is not %.17g", value, expected);
}

/* ---- cells ---- */

static void cells_that_differ_in_the_backend_alone_are_one_task(void **state) {
    contest_table *t = *state;
    static const char *const backends[] = {"b", "a"}, *const threads[] = {"1", "2"};
    for (unsigned seed = 5; seed > 2; seed--)
        for (size_t b = 0; b < 2; b++)
            for (size_t k = 0; k < 2; k++)
                add_kernel(t, kernel("dgemm", "64", backends[b], threads[k], seed, 1));
    add_kernel(t, kernel("dgemm", "128", "b", "1", 5, 1));
    wk_row *plain = add_trained(t, "64", "a", 1, 1, 1);
    const wk_blas_compare c = contest_of(t);
    assert_int_equal(c.n, 2);
    assert_string_equal(c.contenders[0].label, "b"); /* as the table names them */
    assert_int_equal(c.ntasks, 4);
    assert_int_equal(c.nkinds, 3);
    assert_int_equal(c.tasks[0].kind, c.tasks[1].kind);
    assert_int_not_equal(c.tasks[0].kind, c.tasks[2].kind);
    const wk_task *two = &c.tasks[task_of(&c, "dgemm 64", 2)];
    assert_int_equal(two->nseeds, 3);
    const wk_row *cell = wk_task_cell(two, contender_of(&c, "a"), 1);
    assert_int_equal(cell->seed, 4);
    assert_string_equal(wk_bag_find(&cell->params, "backend"), "a");
    assert_string_equal(wk_bag_find(&cell->params, "threads"), "2");
    const wk_task *lone = &c.tasks[task_of(&c, "dgemm 128", 1)];
    assert_null(wk_task_cell(lone, contender_of(&c, "a"), 0));
    const wk_task *trained = &c.tasks[task_of(&c, "drift", 0)];
    assert_false(wk_task_is_kernel(trained));
    assert_ptr_equal(wk_task_cell(trained, contender_of(&c, "a"), 0), plain);
}

static void kinds_are_told_apart_by_name(void **state) {
    contest_table *t = *state;
    wk_row *tile = add_kernel(t, kernel("dgemm", NULL, "a", "1", 1, 1));
    set_param(t, tile, "kernel.rows", "256");
    set_param(t, tile, "kernel.columns", "600");
    set_param(t, tile, "kernel.inner", "32");
    set_param(t, add_kernel(t, kernel("dsyevr", "64", "a", "1", 1, 1)), "kernel.vectors", "true");
    set_param(t, add_kernel(t, kernel("dsyevr", "64", "a", "1", 1, 1)), "kernel.vectors", "false");
    add_kernel(t, kernel("ntk", "8", "a", "1", 1, 1))->experiment = "one";
    add_kernel(t, kernel("ntk", "8", "a", "1", 1, 1))->experiment = "other";
    set_param(t, add_kernel(t, kernel("pca", "8", "a", "1", 1, 1)), "coretype", "Haswell");
    const wk_blas_compare c = contest_of(t);
    static const char *const labels[] = {"dgemm 256×600×32",
                                         "dsyevr 64, kernel.vectors = true",
                                         "dsyevr 64, kernel.vectors = false",
                                         "ntk 8 (one)",
                                         "ntk 8 (other)",
                                         "pca 8"};
    assert_int_equal(c.ntasks, 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(c.tasks[i].label, labels[i]);
    assert_string_equal(c.contenders[1].label, "a/Haswell");
    assert_true(wk_task_is_stage(&c.tasks[5]) && !wk_task_is_stage(&c.tasks[0]));
}

static void cells_without_a_backend_or_a_result_do_not_count(void **state) {
    contest_table *t = *state;
    add_kernel(t, kernel("dgemm", "64", "a", "1", 1, 1))->result.end = WK_END_CRASHED;
    add_kernel(t, kernel("dgemm", "64", "a", "1", 2, 1))->result.end = WK_END_PENDING;
    wk_row *row = add_kernel(t, kernel("dgemm", "64", "a", "1", 3, 1));
    ((wk_pair *)row->params.pairs)[0].key = "a"; /* was "backend" */
    const wk_blas_compare c = contest_of(t);
    assert_int_equal(c.n, 0);
    assert_int_equal(c.ntasks, 0);
}

/* ---- speed ---- */

static void ratios_are_paired_by_round(void **state) {
    contest_table *t = *state;
    static const double fast[] = {100, 50, 80}, slow[] = {50, 20, 40}; /* 1/2, 2/5, 1/2 */
    for (unsigned s = 0; s < 3; s++) {
        add_kernel(t, kernel("dgemm", "64", "slow", "1", s, slow[s]));
        add_kernel(t, kernel("dgemm", "64", "fast", "1", s, fast[s]));
    }
    add_kernel(t, kernel("dgemm", "64", "fast", "1", 9, 60)); /* no partner */
    add_kernel(t, kernel("dgemm", "64", "absent", "2", 1, 160));
    const wk_blas_compare c = contest_of(t);
    wk_speed speeds[3];
    size_t first = 0;
    const size_t task = task_of(&c, "dgemm 64", 1);
    wk_blas_compare_speeds(&c, &t->report, task, speeds, &first, &t->arena);
    assert_int_equal(first, contender_of(&c, "fast"));
    is_near(speeds[1].gflops, 70);
    is_near(speeds[0].gflops, 40);
    assert_int_equal(speeds[0].rounds, 3);
    assert_int_equal(speeds[1].rounds, 4);
    /* ln 1/2, ln 2/5, ln 1/2: s = ln(5/4)/√3, so s/√3 = ln(5/4)/3; t(0.975, 2) = 4.30265272974946
     */
    const double mean = (2 * log(0.5) + log(0.4)) / 3, half = 4.30265272974946 * log(1.25) / 3;
    is_near(speeds[0].of_fastest.mean, exp(mean));
    assert_true(fabs(speeds[0].of_fastest.low / exp(mean - half) - 1) <= 1e-10);
    assert_true(fabs(speeds[0].of_fastest.high / exp(mean + half) - 1) <= 1e-10);
    is_near(speeds[1].of_fastest.mean, 1);
    assert_true(isnan(speeds[2].gflops) && isnan(speeds[2].of_fastest.mean));
    is_near(speeds[0].of_peak, 0.4);
    is_near(speeds[0].of_product, 40 / 120.0);
    is_near(speeds[0].of_gemm, 0.4); /* of 100, seen on one thread; 160 took two */
}

static void the_best_gemm_may_be_the_probes(void **state) {
    contest_table *t = *state;
    add_kernel(t, kernel("dpotrf", "64", "a", "2", 1, 30));
    add_kernel(t, kernel("sgemm", "64", "a", "2", 1, 240));
    add_backend(t, "a", 1)->gemm_gflops = 200;
    add_backend(t, "a", 2)->gemm_gflops = 120;
    const wk_blas_compare c = contest_of(t);
    wk_speed speed;
    size_t first = 0;
    wk_blas_compare_speeds(&c, &t->report, 0, &speed, &first, &t->arena);
    is_near(speed.of_gemm, 0.25);
    wk_blas_compare_speeds(&c, &t->report, 1, &speed, &first, &t->arena);
    is_near(speed.of_gemm, 1); /* of single precision, on its own */
}

static void wrong_or_failed_kernels_set_no_pace(void **state) {
    contest_table *t = *state;
    static const char *const names[] = {"right", "wrong", "nan", "broken"};
    for (unsigned s = 0; s < 3; s++)
        for (size_t b = 0; b < 4; b++) {
            kernel_cell cell = kernel("dgemm", "64", names[b], "1", s, 10 + 10 * (double)b);
            if (s == 1)
                cell.residual = b == 1 ? 4.5 : b == 2 ? NAN : 0.5;
            add_kernel(t, cell);
        }
    add_kernel(t, kernel("dgemm", "64", "broken", "1", 9, 1))->result.end = WK_END_CRASHED;
    add_kernel(t, kernel("dgemm", "64", "right", "1", 9, 1))->result.end = WK_END_PENDING;
    add_kernel(t, kernel("dgemm", "64", "right", "2", 9, 1))->result.end = WK_END_CRASHED;
    const wk_blas_compare c = contest_of(t);
    wk_speed speeds[4];
    size_t first = 0;
    wk_blas_compare_speeds(&c, &t->report, 0, speeds, &first, &t->arena);
    assert_int_equal(first, contender_of(&c, "right"));
    is_near(speeds[0].of_gemm, 1);
    is_near(speeds[1].of_fastest.mean, 2);
    assert_true(!speeds[0].wrong && speeds[1].wrong && speeds[2].wrong && !speeds[3].wrong);
    assert_true(!speeds[0].failed && !speeds[1].failed && speeds[3].failed == 1);
}

static void busy_rounds_and_changing_clocks_are_counted(void **state) {
    contest_table *t = *state;
    static const double contention[] = {0.05, 0.3, 0.11, 0.1};
    static const double clock[] = {1, 1.05, 1.2, NAN};
    for (unsigned s = 0; s < 4; s++) {
        kernel_cell cell = kernel("dgemm", "64", "a", "1", s, 10);
        cell.contention = contention[s];
        cell.clock = clock[s];
        add_kernel(t, cell);
    }
    const wk_blas_compare c = contest_of(t);
    wk_speed speed;
    size_t first = 0;
    wk_blas_compare_speeds(&c, &t->report, 0, &speed, &first, &t->arena);
    assert_int_equal(speed.contended, 2);
    assert_int_equal(speed.throttled, 1);
}

static void a_library_without_threads_makes_no_machine_busy(void **state) {
    contest_table *t = *state;
    static const double helpers[] = {0, 0.3, 0}, threads[] = {0.99, 1.4, 0.8};
    for (unsigned s = 0; s < 3; s++) {
        kernel_cell cell = kernel("dgemm", "64", "a", "2", s, 10);
        cell.contention = 1 - threads[s] / 2;
        wk_row *row = add_kernel(t, cell);
        add_series(t, row, "kernel.helpers", 1, &helpers[s]);
        add_series(t, row, "kernel.threads", 1, &threads[s]);
    }
    const wk_blas_compare c = contest_of(t);
    wk_speed speed;
    size_t first = 0;
    wk_blas_compare_speeds(&c, &t->report, 0, &speed, &first, &t->arena);
    assert_int_equal(speed.contended, 2); /* one that had help, one that was held up */
}

/* ---- numbers ---- */

static wk_series values_of(contest_table *t, size_t n, const double *value) {
    static const double at[] = {0, 1, 2};
    return series(&t->arena, "kernel.sample", n, at, value);
}

/* A step size may round differently on two backends, and with it the times of checkpoints. */
static void times_that_differ_by_rounding_are_the_same_checkpoint(void **state) {
    (void)state;
    const double t[] = {0, 1, 3}, rounded[] = {0, 1, 3.0000000000000004}, other[] = {0, 1, 4};
    const double x[] = {1, 2, 4}, y[] = {1, 2, 5};
    const wk_series a = {"m", false, 3, t, x}, b = {"m", false, 3, rounded, y},
                    c = {"m", false, 3, other, y};
    assert_true(wk_series_distance(&a, &b) == 0.2);
    assert_true(isinf(wk_series_distance(&a, &c)));
}

static void distance_is_relative_to_the_largest_entry(void **state) {
    contest_table *t = *state;
    const double a[] = {1, -2, 4}, b[] = {1, -2.5, 4}, nan[] = {1, -2, NAN};
    const wk_series x = values_of(t, 3, a), y = values_of(t, 3, b), z = values_of(t, 3, nan),
                    shorter = values_of(t, 2, a), none = values_of(t, 0, a);
    is_near(wk_series_distance(&x, &y), 0.125);
    assert_true(wk_series_distance(&x, &x) == 0 && wk_series_distance(&z, &z) == 0);
    assert_true(isinf(wk_series_distance(&x, &z)) && isinf(wk_series_distance(&z, &x)));
    assert_true(isinf(wk_series_distance(&x, &shorter)));
    assert_true(isnan(wk_series_distance(&none, &none)) && isnan(wk_series_distance(&x, NULL)));
    const double zeros[] = {0, -0.0, 0};
    const wk_series zero = values_of(t, 3, zeros);
    assert_true(wk_series_distance(&zero, &zero) == 0);
}

static void ulps_count_the_numbers_between(void **state) {
    contest_table *t = *state;
    const double a[] = {0.1, -0.2, 0x1p-1074}, b[] = {0.1, nextafter(-0.2, -1), -0x1p-1074};
    const wk_series x = values_of(t, 3, a), y = values_of(t, 3, b);
    is_near(wk_series_ulps(&x, &y), 2); /* across zero */
    const wk_series x2 = values_of(t, 2, a), y2 = values_of(t, 2, b);
    is_near(wk_series_ulps(&x2, &y2), 1);
    const double single[] = {(double)0.1f, 2}, other[] = {(double)nextafterf(0.1f, 1), 2};
    const wk_series p = values_of(t, 2, single), q = values_of(t, 2, other);
    is_near(wk_series_ulps(&p, &q), 1);
}

static void fill_numbers(contest_table *t) {
    static const char *const backends[] = {"a", "b", "c"}, *const threads[] = {"1", "2"};
    for (unsigned seed = 1; seed <= 2; seed++)
        for (size_t b = 0; b < 3; b++)
            for (size_t k = 0; k < 2; k++) {
                kernel_cell cell = kernel("dgemm", "64", backends[b], threads[k], seed, 10);
                cell.digest = (double)(10 * b);
                if (b == 1) /* other bits with other threads */
                    cell.digest += (double)k;
                if (b == 2 && k == 1 && seed == 2) { /* and not the same twice */
                    cell.digest += 5;
                    cell.sample[2] = 4 + 8e-10;
                    cell.residual = 31;
                }
                add_kernel(t, cell);
            }
}

static void numerics_name_the_worst_pair_and_the_odd_bits(void **state) {
    contest_table *t = *state;
    fill_numbers(t);
    add_trained(t, "64", "a", 1, 1, 1);
    const wk_blas_compare c = contest_of(t);
    wk_numerics *all = NULL;
    size_t n = 0;
    wk_blas_compare_numerics(&c, &t->arena, &all, &n);
    assert_int_equal(n, 1);
    assert_string_equal(all->label, "dgemm 64");
    assert_true(fabs(all->gap.distance / 2e-10 - 1) <= 1e-6);
    assert_true(all->gap.a == 0 && all->gap.b == 2 && all->gap.task->threads == 2);
    assert_true(all->gap.ulps > 9e5 && all->gap.ulps < 1e6); /* 8e-10/2^-50 */
    assert_false(all->gap.within);
    is_near(all->gap.tolerance, 1e-12);
    is_near(all->residual, 31);
    assert_int_equal(all->worst, 2);
    static const wk_sameness repeats[] = {WK_BITS_SAME, WK_BITS_SAME, WK_BITS_DIFFER};
    static const wk_sameness across[] = {WK_BITS_SAME, WK_BITS_DIFFER, WK_BITS_DIFFER};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(all->repeats[i], repeats[i]);
        assert_int_equal(all->across[i], across[i]);
    }
}

static void bits_with_other_threads_are_those_of_the_same_round(void **state) {
    contest_table *t = *state;
    static const char *const threads[] = {"1", "2"};
    for (unsigned seed = 1; seed <= 2; seed++)
        for (size_t k = 0; k < 2; k++) {
            kernel_cell cell = kernel("dgemm", "64", "a", threads[k], seed, 1);
            cell.digest = seed; /* other inputs */
            add_kernel(t, cell);
        }
    const wk_blas_compare c = contest_of(t);
    wk_numerics *all = NULL;
    size_t n = 0;
    wk_blas_compare_numerics(&c, &t->arena, &all, &n);
    assert_int_equal(all->across[0], WK_BITS_SAME);
}

static void calls_with_other_bits_are_not_the_same(void **state) {
    contest_table *t = *state;
    wk_row *row = add_kernel(t, kernel("dgemm", "64", "a", "1", 1, 1));
    wk_blas_compare c = contest_of(t);
    wk_numerics *all = NULL;
    size_t n = 0;
    wk_blas_compare_numerics(&c, &t->arena, &all, &n);
    assert_int_equal(all->repeats[0], WK_BITS_SAME);
    assert_int_equal(all->across[0], WK_BITS_UNKNOWN);
    assert_true(isnan(all->gap.distance) && all->gap.within);
    *(double *)wk_row_series(row, "kernel.unequal")->value = 3;
    wk_blas_compare_numerics(&c, &t->arena, &all, &n);
    assert_int_equal(all->repeats[0], WK_BITS_DIFFER);
}

static void a_bound_that_is_no_number_holds_nothing(void **state) {
    contest_table *t = *state;
    static const char *const backends[] = {"a", "b"};
    for (size_t b = 0; b < 2; b++) {
        kernel_cell cell = kernel("dgemm", "64", backends[b], "1", 1, 1);
        cell.tolerance = b ? 1 : NAN;
        cell.residual = b ? NAN : 1;
        add_kernel(t, cell);
    }
    const wk_blas_compare c = contest_of(t);
    wk_numerics *all = NULL;
    size_t n = 0;
    wk_blas_compare_numerics(&c, &t->arena, &all, &n);
    assert_false(all->gap.within);
    assert_true(isinf(all->residual));
}

static void deviations_are_of_smooth_metrics_of_the_same_cell(void **state) {
    contest_table *t = *state;
    static const char *const backends[] = {"a", "b", "c"}, *const widths[] = {"64", "128"};
    for (unsigned seed = 1; seed <= 2; seed++)
        for (size_t w = 0; w < 2; w++)
            for (size_t b = 0; b < 3; b++) {
                const bool odd = seed == 2 && w == 1 && b == 1;
                add_trained(t, widths[w], backends[b], seed, 8 * (double)seed, odd ? 4 + 1e-9 : 4);
            }
    add_kernel(t, kernel("dgemm", "64", "a", "1", 1, 1));
    const wk_blas_compare c = contest_of(t);
    wk_deviation *all = NULL;
    size_t n = 0;
    wk_blas_compare_deviations(&c, &t->report, &t->arena, &all, &n);
    assert_int_equal(n, 1); /* t.escape is an event */
    assert_string_equal(all->metric, "loss");
    assert_int_equal(all->gap.pairs, 2 * 2 * 3);
    assert_true(fabs(all->gap.distance / (1e-9 / 16) - 1) <= 1e-6);
    assert_int_equal(all->gap.seed, 2);
    assert_true(all->gap.a == 0 && all->gap.b == 1);
    assert_string_equal(all->gap.task->label, "drift, model.width = 128");
}

/* ---- verdicts ---- */

static const wk_test some_test = {.metric = "loss"}, other_test = {.metric = "loss"};

static void a_verdict_that_depends_on_the_backend_is_a_flip(void **state) {
    contest_table *t = *state;
    const wk_part same[] = {
        part_on(t, &some_test, "a", "64", WK_PASS),  part_on(t, &some_test, "a", "128", WK_FAIL),
        part_on(t, &some_test, "b", "64", WK_PASS),  part_on(t, &some_test, "b", "128", WK_FAIL),
        part_on(t, &other_test, "a", "64", WK_FAIL), part_on(t, &other_test, "b", "64", WK_FAIL)};
    const wk_part flip[] = {
        part_on(t, &some_test, "a", "64", WK_PASS), part_on(t, &some_test, "b", "64", WK_FAIL),
        part_on(t, &other_test, "b", "64", WK_FAIL), part_on(t, &some_test, "a", "128", WK_PASS),
        part_on(t, &some_test, "b", "128", WK_ERROR)};
    const wk_part fails[] = {part_on(t, &some_test, "a", NULL, WK_FAIL),
                             part_on(t, &some_test, "b", NULL, WK_PASS),
                             part_on(t, &other_test, "b", NULL, WK_FAIL)};
    wk_part plain = part_on(t, &some_test, "a", NULL, WK_PASS);
    plain.where.n = 0;
    add_judgement(t, "same", same, 6, same, 1);
    add_judgement(t, "plain", &plain, 1, NULL, 0);
    add_judgement(t, "flip", flip, 5, fails, 3);
    wk_verdicts all;
    wk_blas_compare_verdicts(&t->report, &t->arena, &all);
    assert_int_equal(all.n, 2);
    assert_int_equal(all.nrows, 3); /* plain has no backend, same's control does not flip */
    const wk_verdict_row *first = &all.rows[0], *second = &all.rows[1], *third = &all.rows[2];
    assert_true(first->flips == 0 && first->compared == 3 && first->verdict[0] == WK_FAIL);
    assert_true(second->flips == 1 && second->compared == 2 && second->unmeasured == 1);
    assert_int_equal(second->flipped.n, 1);
    assert_string_equal(second->flipped.pairs[0].value.text, "64");
    assert_true(second->verdict[0] == WK_PASS && second->verdict[1] == WK_FAIL);
    assert_true(third->control && third->flips == 1 && third->verdict[1] == WK_PASS);
    assert_true(all.flips == 2 && all.compared == 6 && all.unmeasured == 1);
}

static void what_is_settled_on_some_backends_only_is_no_flip(void **state) {
    contest_table *t = *state;
    const wk_part parts[] = {part_on(t, &some_test, "a", "1", WK_PASS),
                             part_on(t, &some_test, "b", "1", WK_ERROR),
                             part_on(t, &some_test, "a", "2", WK_INCONCLUSIVE),
                             part_on(t, &some_test, "b", "2", WK_FAIL),
                             part_on(t, &some_test, "a", "3", WK_INCONCLUSIVE),
                             part_on(t, &some_test, "b", "3", WK_ERROR),
                             part_on(t, &some_test, "a", "4", WK_PASS),
                             part_on(t, &some_test, "b", "4", WK_FAIL),
                             part_on(t, &some_test, "c", "4", WK_ERROR),
                             part_on(t, &some_test, "a", "5", WK_FAIL),
                             part_on(t, &some_test, "b", "5", WK_FAIL)};
    add_judgement(t, "x", parts, 11, NULL, 0);
    wk_verdicts all;
    wk_blas_compare_verdicts(&t->report, &t->arena, &all);
    assert_int_equal(all.compared, 5);
    assert_int_equal(all.flips, 1);
    assert_int_equal(all.partly, 2);
    assert_int_equal(all.unmeasured, 3);
    assert_string_equal(all.rows[0].flipped.pairs[0].value.text, "4");
}

static void claims_about_rates_are_left_out(void **state) {
    contest_table *t = *state;
    static const wk_test rate_test = {.metric = "kernel.gflops"};
    const wk_part rates[] = {part_on(t, &rate_test, "a", "64", WK_PASS),
                             part_on(t, &rate_test, "c", "64", WK_FAIL)};
    const wk_part both[] = {part_on(t, &rate_test, "a", "64", WK_PASS),
                            part_on(t, &rate_test, "b", "64", WK_FAIL),
                            part_on(t, &some_test, "b", "64", WK_FAIL)};
    add_judgement(t, "rates", rates, 2, rates, 2);
    wk_verdicts all;
    wk_blas_compare_verdicts(&t->report, &t->arena, &all);
    assert_true(all.n == 0 && all.nrows == 0 && all.flips == 0 && all.timed == 1);
    add_judgement(t, "both", both, 3, rates, 2);
    wk_blas_compare_verdicts(&t->report, &t->arena, &all);
    assert_true(all.n == 2 && all.nrows == 1 && all.flips == 1 && all.timed == 1);
    assert_string_equal(all.rows[0].judgement->claim->id, "both");
}

static void the_core_type_is_part_of_the_backend(void **state) {
    contest_table *t = *state;
    wk_part parts[] = {part_on(t, &some_test, "a", NULL, WK_PASS),
                       part_on(t, &some_test, "a", NULL, WK_FAIL)};
    for (size_t i = 0; i < 2; i++) {
        wk_pair *pairs = get(&t->arena, 2, sizeof *pairs);
        pairs[0] = typed_pair("backend", "a");
        pairs[1] = typed_pair("coretype", i ? "Haswell" : "none");
        parts[i].where = wk_bag_of(pairs, 2);
    }
    add_judgement(t, "x", parts, 2, NULL, 0);
    wk_verdicts all;
    wk_blas_compare_verdicts(&t->report, &t->arena, &all);
    assert_int_equal(all.n, 2);
    assert_string_equal(all.contenders[0].label, "a");
    assert_string_equal(all.contenders[1].label, "a/Haswell");
    assert_true(all.flips == 1 && all.rows[0].flipped.n == 0);
}

/* ---- the choice ---- */

static wk_choice choice_of(contest_table *t, wk_blas_compare *c) {
    wk_choice choice;
    *c = contest_of(t);
    wk_blas_compare_choose(c, &t->report, &t->arena, &choice);
    return choice;
}

/* Stages of two kinds on 1 and 2 threads in 3 rounds: rate = base × threads × noise of the round.
 */
static void fill_stages(contest_table *t, const char *backend, double base, double spread) {
    static const char *const routines[] = {"train-step", "ntk"}, *const threads[] = {"1", "2"};
    for (unsigned s = 0; s < 3; s++)
        for (size_t r = 0; r < 2; r++)
            for (size_t k = 0; k < 2; k++)
                add_kernel(t, kernel(routines[r], "64", backend, threads[k], s,
                                     base * (double)(k + 1) * exp(spread * ((double)s - 1))));
    add_backend(t, backend, 1);
    add_backend(t, backend, 2);
}

static void a_clear_winner_is_chosen_with_its_threads(void **state) {
    contest_table *t = *state;
    fill_stages(t, "default", 10, 0.01);
    fill_stages(t, "best", 30, -0.01);
    fill_stages(t, "middle", 15, 0);
    for (unsigned s = 0; s < 3; s++) /* a plain kernel does not count beside stages */
        add_kernel(t, kernel("dgemm", "64", "default", "2", s, 1e4));
    wk_blas_compare c;
    runs_usually_on(t, "default");
    const wk_choice choice = choice_of(t, &c);
    assert_true(choice.stages && choice.kinds == 2);
    const wk_candidate *best = &choice.candidates[choice.best];
    assert_string_equal(c.contenders[best->contender].label, "best");
    assert_int_equal(best->threads, 2);
    is_near(best->gflops, 60);
    assert_string_equal(c.contenders[choice.candidates[choice.second.candidate].contender].label, "middle");
    assert_false(choice.usual_is_best);
    is_near(choice.second.ratio.mean, 2);
    is_near(choice.usual.ratio.mean, 3);
    assert_int_equal(choice.usual.rounds, 3);
    const double half = 4.30265272974946 * 0.02 / sqrt(3);
    assert_true(fabs(log(choice.usual.ratio.high / 3) / half - 1) <= 1e-9);
    assert_true(fabs(log(choice.usual.ratio.low / 3) / half + 1) <= 1e-9);
}

static void a_tie_has_an_interval_around_one(void **state) {
    contest_table *t = *state;
    fill_stages(t, "a", 10, 0.2);
    fill_stages(t, "b", 10.5, -0.2);
    wk_blas_compare c;
    const wk_choice choice = choice_of(t, &c);
    assert_string_equal(c.contenders[choice.candidates[choice.best].contender].label, "b");
    assert_true(choice.second.ratio.low < 1 && choice.second.ratio.high > 1);
    assert_int_equal(choice.usual.candidate, WK_CONTEST_NONE);
}

/* `threads` 0: any, which is one number or another. */
static const char *unfit_with(const wk_blas_compare *c, const wk_choice *choice, const char *label,
                              size_t threads) {
    for (size_t i = 0; i < choice->n; i++) {
        const wk_candidate *one = &choice->candidates[i];
        if (strcmp(c->contenders[one->contender].label, label) == 0 &&
            (!threads || one->threads == threads))
            return one->unfit;
    }
    return "not there";
}

static const char *unfit_of(const wk_blas_compare *c, const wk_choice *choice, const char *label) {
    return unfit_with(c, choice, label, 0);
}

static void a_winner_with_wrong_results_is_excluded(void **state) {
    contest_table *t = *state;
    fill_stages(t, "right", 10, 0);
    fill_stages(t, "wrong", 30, 0);
    kernel_cell cell = kernel("dgemm", "64", "wrong", "1", 1, 10);
    cell.residual = 4.5;
    add_kernel(t, cell);
    fill_stages(t, "nan", 40, 0);
    cell = kernel("dgemm", "64", "nan", "1", 1, 10);
    cell.residual = NAN;
    add_kernel(t, cell);
    wk_blas_compare c;
    const wk_choice choice = choice_of(t, &c);
    assert_string_equal(c.contenders[choice.candidates[choice.best].contender].label, "right");
    assert_int_equal(choice.second.candidate, WK_CONTEST_NONE);
    assert_string_equal(unfit_of(&c, &choice, "wrong"), "its residual in dgemm 64 (4.5 n ε)");
    assert_string_equal(unfit_with(&c, &choice, "wrong", 2), unfit_of(&c, &choice, "wrong"));
    assert_non_null(strstr(unfit_of(&c, &choice, "nan"), "nan"));
    assert_string_equal(unfit_of(&c, &choice, "right"), "");
}

static void trouble_threads_and_gaps_exclude(void **state) {
    contest_table *t = *state;
    static const char *const names[] = {"fine", "broken", "greedy", "lazy", "serial", "gap"};
    for (size_t i = 0; i < 6; i++)
        fill_stages(t, names[i], 10 + (double)i, 0);
    wk_blas_identity *all = (wk_blas_identity *)t->report.backends;
    all[3].trouble = "it did not load"; /* broken, 2 threads */
    all[4].effective_threads = 1.97;    /* greedy, asked for 1 */
    all[7].effective_threads = 1.02;    /* lazy, asked for 2 */
    all[9].effective_threads = 1.02;    /* serial, asked for 2 */
    all[9].threading = "serial";
    for (size_t i = 0; i < t->table.n; i++)
        if (strcmp(wk_bag_find(&t->rows[i].params, "backend"), "gap") == 0 &&
            strcmp(wk_bag_find(&t->rows[i].params, "kernel.routine"), "ntk") == 0)
            t->rows[i].result.end = WK_END_TIMEOUT;
    wk_blas_compare c;
    const wk_choice choice = choice_of(t, &c);
    /* at that number of threads only */
    assert_string_equal(unfit_with(&c, &choice, "broken", 1), "");
    assert_string_equal(unfit_with(&c, &choice, "broken", 2), "trouble (it did not load)");
    assert_string_equal(unfit_with(&c, &choice, "greedy", 1),
                        "its threads (2 at work, 1 asked for)");
    assert_string_equal(unfit_with(&c, &choice, "greedy", 2), "");
    assert_string_equal(unfit_with(&c, &choice, "lazy", 1), "");
    assert_string_equal(unfit_with(&c, &choice, "lazy", 2), "its threads (1 at work, 2 asked for)");
    assert_string_equal(unfit_of(&c, &choice, "gap"), "ntk 64, where it was not measured");
    assert_string_equal(c.contenders[choice.candidates[choice.best].contender].label, "serial");
    assert_string_equal(c.contenders[choice.candidates[choice.second.candidate].contender].label, "greedy");
}

static void one_that_takes_more_threads_than_asked_for_is_excluded(void **state) {
    contest_table *t = *state;
    fill_stages(t, "fine", 10, 0);
    fill_stages(t, "greedy", 30, 0);
    const double none = 0, half = 0.5;
    for (size_t i = 0; i < t->table.n; i++) {
        wk_row *row = &t->rows[i];
        const bool two = strcmp(wk_bag_find(&row->params, "threads"), "2") == 0;
        const bool greedy = strcmp(wk_bag_find(&row->params, "backend"), "greedy") == 0;
        add_series(t, row, "kernel.helpers", 1, two || greedy ? &half : &none);
        if (greedy && two) /* leaves the one thread alone to win */
            row->result.end = WK_END_CRASHED;
    }
    wk_blas_compare c;
    const wk_choice choice = choice_of(t, &c);
    assert_string_equal(c.contenders[choice.candidates[choice.best].contender].label, "fine");
    assert_string_equal(unfit_with(&c, &choice, "greedy", 2),
                        "train-step 64, where it was not measured");
    assert_string_equal(unfit_with(&c, &choice, "greedy", 1),
                        "its threads (50 % of the CPU time of train-step 64 was that of others, "
                        "with one asked for)");
}

static void more_threads_than_cores_are_not_expected(void **state) {
    (void)state;
    const wk_blas_identity four = {.threads = 4, .threading = "openmp", .effective_threads = 2};
    assert_false(wk_blas_compare_threads_differ(&four, 2));
    assert_true(wk_blas_compare_threads_differ(&four, 4));
    const wk_blas_identity busy = {.threads = 2, .threading = "openmp", .effective_threads = 3.5};
    assert_false(wk_blas_compare_threads_differ(&busy, 2)); /* the calling thread did little */
    wk_blas_identity one = {.threads = 1, .threading = "serial", .effective_threads = 1.25};
    assert_false(wk_blas_compare_threads_differ(&one, 2));
    one.effective_threads = 1.4;
    assert_true(wk_blas_compare_threads_differ(&one, 2));
    const wk_blas_identity unknown = {.threads = 4, .threading = "openmp"};
    assert_false(wk_blas_compare_threads_differ(&unknown, 4));
}

static void the_same_file_under_two_names_is_no_rival(void **state) {
    contest_table *t = *state;
    fill_stages(t, "default", 20.1, 0.1);
    fill_stages(t, "openblas", 20, -0.1);
    fill_stages(t, "blis", 10, 0);
    runs_usually_on(t, "default");
    wk_blas_identity *all = (wk_blas_identity *)t->report.backends;
    all[0].sha256 = all[1].sha256 = all[2].sha256;
    wk_blas_compare c;
    wk_choice choice = choice_of(t, &c);
    assert_string_equal(c.contenders[choice.candidates[choice.best].contender].label, "openblas");
    assert_string_equal(c.contenders[choice.candidates[choice.second.candidate].contender].label, "blis");
    assert_true(choice.usual_is_best);
    all[0].sha256 = all[1].sha256 = "another";
    choice = choice_of(t, &c);
    assert_string_equal(c.contenders[choice.candidates[choice.best].contender].label, "default");
    assert_string_equal(c.contenders[choice.candidates[choice.second.candidate].contender].label, "openblas");
    assert_true(choice.usual_is_best);
}

static void the_usual_library_is_known_by_its_file(void **state) {
    contest_table *t = *state;
    fill_stages(t, "openblas", 20, 0.01);
    fill_stages(t, "blis", 10, -0.01);
    wk_blas_compare c;
    wk_choice choice = choice_of(t, &c);
    assert_int_equal(choice.usual.candidate, WK_CONTEST_NONE); /* nobody says which */
    runs_usually_on(t, "blis");
    choice = choice_of(t, &c);
    assert_int_equal(choice.candidates[choice.usual.candidate].contender, contender_of(&c, "blis"));
    assert_false(choice.usual_is_best);
    is_near(choice.usual.ratio.mean, 2);
    runs_usually_on(t, "openblas");
    choice = choice_of(t, &c);
    assert_true(choice.usual_is_best);
    const size_t usual = choice.usual.candidate;
    t->report.rerun = "widecheck run suites/blas.yaml --backend openblas";
    t->report.backend = ""; /* what the field says counts, not the command */
    assert_int_equal(choice_of(t, &c).usual.candidate, usual);
    t->report.rerun = "widecheck run suites/blas.yaml";
    t->report.backend = "openblas";
    assert_int_equal(choice_of(t, &c).usual.candidate, WK_CONTEST_NONE);
    t->report.backend = NULL;
    for (size_t i = 0; i < t->table.n; i++)
        set_param(t, &t->rows[i], "coretype", "Haswell");
    for (size_t i = 0; i < 4; i++)
        ((wk_blas_identity *)t->report.backends)[i].coretype = "Haswell";
    choice = choice_of(t, &c);
    assert_int_equal(choice.usual.candidate, WK_CONTEST_NONE);
}

static void threads_that_bring_nothing_are_not_asked_for(void **state) {
    contest_table *t = *state;
    static const char *const threads[] = {"1", "2"};
    for (unsigned s = 0; s < 4; s++)
        for (size_t k = 0; k < 2; k++)
            add_kernel(t, kernel("pca", "64", "a", threads[k], s, k ? 10 : 10.2 - 0.2 * s));
    wk_blas_compare c;
    const wk_choice choice = choice_of(t, &c);
    assert_int_equal(choice.candidates[choice.best].threads, 1);
    assert_int_equal(choice.second.candidate, WK_CONTEST_NONE);
}

static void without_stages_all_kernels_count(void **state) {
    contest_table *t = *state;
    for (unsigned s = 0; s < 2; s++) {
        add_kernel(t, kernel("dgemm", "64", "a", "1", s, 40));
        add_kernel(t, kernel("dgemm", "64", "b", "1", s, 10));
        add_kernel(t, kernel("dpotrf", "64", "a", "1", s, 10));
        add_kernel(t, kernel("dpotrf", "64", "b", "1", s, 20));
    }
    wk_blas_compare c;
    const wk_choice choice = choice_of(t, &c);
    assert_true(!choice.stages && choice.kinds == 2);
    assert_int_equal(choice.candidates[choice.best].contender, 0);
    is_near(choice.second.ratio.mean, sqrt(2));
}

static void without_kernels_nothing_is_chosen(void **state) {
    contest_table *t = *state;
    add_trained(t, "64", "a", 1, 1, 1);
    wk_blas_compare c;
    const wk_choice choice = choice_of(t, &c);
    assert_true(choice.n == 0 && choice.best == WK_CONTEST_NONE && choice.kinds == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CONTEST(cells_that_differ_in_the_backend_alone_are_one_task),
        CONTEST(kinds_are_told_apart_by_name),
        CONTEST(cells_without_a_backend_or_a_result_do_not_count),
        CONTEST(ratios_are_paired_by_round),
        CONTEST(the_best_gemm_may_be_the_probes),
        CONTEST(wrong_or_failed_kernels_set_no_pace),
        CONTEST(busy_rounds_and_changing_clocks_are_counted),
        CONTEST(a_library_without_threads_makes_no_machine_busy),
        CONTEST(times_that_differ_by_rounding_are_the_same_checkpoint),
        CONTEST(distance_is_relative_to_the_largest_entry),
        CONTEST(ulps_count_the_numbers_between),
        CONTEST(numerics_name_the_worst_pair_and_the_odd_bits),
        CONTEST(bits_with_other_threads_are_those_of_the_same_round),
        CONTEST(calls_with_other_bits_are_not_the_same),
        CONTEST(a_bound_that_is_no_number_holds_nothing),
        CONTEST(deviations_are_of_smooth_metrics_of_the_same_cell),
        CONTEST(a_verdict_that_depends_on_the_backend_is_a_flip),
        CONTEST(what_is_settled_on_some_backends_only_is_no_flip),
        CONTEST(claims_about_rates_are_left_out),
        CONTEST(the_core_type_is_part_of_the_backend),
        CONTEST(a_clear_winner_is_chosen_with_its_threads),
        CONTEST(a_tie_has_an_interval_around_one),
        CONTEST(a_winner_with_wrong_results_is_excluded),
        CONTEST(trouble_threads_and_gaps_exclude),
        CONTEST(one_that_takes_more_threads_than_asked_for_is_excluded),
        cmocka_unit_test(more_threads_than_cores_are_not_expected),
        CONTEST(the_same_file_under_two_names_is_no_rival),
        CONTEST(the_usual_library_is_known_by_its_file),
        CONTEST(threads_that_bring_nothing_are_not_asked_for),
        CONTEST(without_stages_all_kernels_count),
        CONTEST(without_kernels_nothing_is_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
