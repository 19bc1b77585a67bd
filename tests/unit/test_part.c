/* Parts of a claim: which cells a test sees, how they fall into parts, what is read, what cannot be
 * measured. */
#include "claim_table.h"

/* ---- when a value is read ---- */

static void a_diverged_cell_stands_for_infinity_at_later_times(void **state) {
    (void)state;
    SEEDS(1, 1, 1, 1, 1);
    rows[2].result.end = WK_END_DIVERGED;
    ((wk_series *)rows[2].result.series)->n = 2;
    values_of(&rows[2], 0)[1] = INFINITY;
    wk_test test = a_test("worst", NULL, below(5));
    test.when = WK_AT_TIME;
    test.t = 8;
    assert_verdict(only_part(test), WK_FAIL, "inf");
    values_of(&rows[2], 0)[1] = 4; /* it only stopped early: nothing is known of t = 8 */
    assert_verdict(only_part(test), WK_ERROR, "metric 'm' of cell 'c002' ends at t = 2, before 8");
    test.t = 2;
    assert_verdict(only_part(test), WK_PASS, "");
}

static void a_time_is_met_to_1e_9_and_no_worse(void **state) {
    (void)state;
    SEEDS(3, 3, 3, 3, 3); /* 1 at t = 0 and 2, 3 at t = 8 */
    wk_test test = a_test("worst", NULL, below(5));
    test.when = WK_AT_TIME;
    const struct {
        double t, value;
    } met[] = {{0, 1}, {2, 1}, {8, 3}, {8 + 7e-9, 3}, {8 - 7e-9, 3}, {9e-10, 1}};
    for (size_t i = 0; i < sizeof met / sizeof *met; i++) {
        test.t = met[i].t;
        assert_true(only_part(test).estimate == met[i].value);
    }
    const double missed[] = {8 - 9e-9, 4, 1.1e-9, -1};
    for (size_t i = 0; i < sizeof missed / sizeof *missed; i++) {
        test.t = missed[i];
        assert_verdict(only_part(test), WK_ERROR, "has no value at t =");
    }
    test.t = 8 + 9e-9;
    assert_verdict(only_part(test), WK_ERROR, "ends at t = 8");
}

static void an_indexed_metric_is_read_at_its_index_or_as_its_worst(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        wk_series *series = put(add(seed, "w=1"), "m", 2, 5);
        series->indexed = true; /* indices 0, 2, 8 with values 2, 2, 5 */
        ((double *)series->value)[1] = -7;
    }
    assert_true(only_part(a_test("worst", NULL, below(9))).estimate == 5);
    assert_true(only_part(a_test("worst", NULL, above(-9))).estimate == -7);
    wk_test test = a_test("worst", NULL, below(9));
    test.when = WK_AT_TIME;
    assert_true(only_part(test).estimate == 2);
    wk_test paired = a_test("difference", NULL, below(9));
    for (size_t i = 0; i < 5; i++)
        put(add(i + 1, "w=2"), "m", 1, 1);
    paired.between = "w";
    paired.a = typed("1");
    paired.b = typed("2");
    assert_verdict(only_part(paired), WK_ERROR, "has 3 values, by index");
}

/* ---- what cannot be measured ---- */

static void missing_cells_are_counted(void **state) {
    (void)state;
    power_law(-0.8, "a=1");
    power_law(-0.8, "a=2");
    power_law(-0.8, "a=3");
    assert_int_equal(table.n, 90);
    for (size_t i = 0; i < 12; i++)
        rows[20 + i].result.end = WK_END_PENDING; /* 10 of a=1, 2 of a=2 */
    const wk_test test = a_test("slope", "model.width", below(-0.4));
    wk_finding found = find(&test, 1);
    assert_int_equal(found.n, 3);
    assert_verdict(found.parts[0], WK_ERROR, "10 of 30 cells not run");
    assert_verdict(found.parts[1], WK_ERROR, "2 of 30 cells not run");
    assert_verdict(found.parts[2], WK_PASS, "");
    assert_int_equal(found.verdict, WK_ERROR);
    assert_string_equal(found.reason, "12 of 90 cells not run");
    assert_true(isnan(found.parts[0].estimate) && isnan(found.parts[0].low) &&
                isnan(found.parts[0].high));
    rows[70].result.end = WK_END_CRASHED;
    rows[70].result.reason = "signal 11";
    found = find(&test, 1);
    assert_string_equal(found.reason, "1 of 90 cells crashed: signal 11; 12 not run");
    for (size_t i = 0; i < 12; i++)
        rows[20 + i].result.end = i ? WK_END_OK : WK_END_TIMEOUT;
    found = find(&test, 1);
    assert_string_equal(found.parts[0].reason, "1 of 30 cells timed out");
    assert_string_equal(found.reason, "1 of 90 cells timed out"); /* of the first kind met */
    assert_string_equal(found.parts[2].reason, "1 of 30 cells crashed: signal 11");
}

static void each_end_without_metrics_is_an_error(void **state) {
    (void)state;
    SEEDS(1, 1, 1, 1, 1);
    const wk_end ends[] = {WK_END_TIMEOUT, WK_END_MEMORY, WK_END_CRASHED, WK_END_FAILED,
                           WK_END_PENDING};
    for (size_t i = 0; i < 5; i++) {
        rows[4].result.end = ends[i];
        assert_verdict(only_part(a_test("worst", NULL, below(5))), WK_ERROR, "1 of 5 cells");
    }
    rows[4].result.end = WK_END_DIVERGED;
    assert_verdict(only_part(a_test("worst", NULL, below(5))), WK_PASS, "");
}

static void too_few_seeds_or_widths_are_an_error(void **state) {
    (void)state;
    SEEDS(1, 1, 1, 1);
    assert_verdict(only_part(a_test("worst", NULL, below(5))), WK_ERROR,
                   "only 4 seeds (at least 5 are needed)");
    reset(NULL);
    for (int width = 64; width <= 256; width *= 2)
        for (uint64_t seed = 1; seed <= 5; seed++)
            put(add(seed, "model.width=%d", width), "m", 1, 1);
    assert_verdict(only_part(a_test("slope", "model.width", below(5))), WK_ERROR,
                   "only 3 values of model.width (a slope needs at least 4)");
    assert_verdict(only_part(a_test("worst", "model.width", below(5))), WK_PASS, "");
}

static void a_hole_in_the_plan_is_an_error(void **state) {
    (void)state;
    power_law(-0.8, "a=1");
    table.n--; /* the widest cell of seed 6 */
    assert_verdict(only_part(a_test("slope", "model.width", below(5))), WK_ERROR,
                   "1 of 5 cells of seed 6 are not in the plan");
    put(add(1, "model.width=64 a=1"), "m", 1, 1);
    assert_verdict(only_part(a_test("slope", "model.width", below(5))), WK_ERROR,
                   "cells 'c000' and 'c029' differ in nothing");
}

static void a_metric_that_is_absent_names_the_nearest(void **state) {
    (void)state;
    SEEDS(1, 1, 1, 1, 1);
    put(&rows[0], "ntk.change", 1, 1);
    wk_test test = a_test("worst", NULL, below(5));
    test.metric = "ntk.chnage";
    assert_verdict(only_part(test), WK_ERROR,
                   "cell 'c000' has no metric 'ntk.chnage' (did you mean 'ntk.change'?)");
    test.metric = "zzzzzzzz";
    assert_verdict(only_part(test), WK_ERROR, "no metric 'zzzzzzzz'; it has 'm', 'ntk.change'");
    test.metric = "ntk.change"; /* one cell has it, the others do not */
    assert_verdict(only_part(test), WK_ERROR, "cell 'c001' has no metric 'ntk.change'");
}

static void nan_is_an_error_and_never_dropped(void **state) {
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        reset(NULL);
        SEEDS(1, 1, 1, 1, 1, 1);
        values_of(&rows[i], 0)[2] = NAN;
        char text[64];
        snprintf(text, sizeof text, "metric 'm' of cell 'c%03zu' is not a number", i);
        wk_test test = a_test("worst", NULL, i % 2 ? below(5) : above(0));
        test.cap = 3; /* a cap does not hide it */
        assert_verdict(only_part(test), WK_ERROR, text);
    }
    reset(NULL);
    power_law(-1, "");
    values_of(&rows[7], 0)[2] = 0;
    assert_verdict(only_part(a_test("slope", "model.width", below(5))), WK_ERROR,
                   "the slope of m cannot be formed for seed 2: a value is not positive");
    values_of(&rows[7], 0)[2] = 1;
    rows[3].result.series = NULL; /* and a cell with nothing at all */
    rows[3].result.nseries = 0;
    assert_verdict(only_part(a_test("slope", "model.width", below(5))), WK_ERROR,
                   "has no metric 'm'");
}

static void a_selection_without_cells_says_what_is_in_the_way(void **state) {
    (void)state;
    power_law(-0.8, "loss.similarity=dot");
    const wk_value cosien = typed("cosien"), dot = typed("dot");
    wk_match where = {"loss.similarity", &cosien, 1};
    wk_test test = a_test("slope", "model.width", below(-0.4));
    test.where = (wk_matches){&where, 1};
    assert_verdict(only_part(test), WK_ERROR, "none has loss.similarity = 'cosien'");
    where = (wk_match){"loss.similrity", &dot, 1};
    assert_verdict(only_part(test), WK_ERROR, "none has loss.similrity = 'dot'");
    const wk_claim claim = {.id = "c", .claim = {{"f", {NULL, 0}}, &test, 1}};
    assert_verdict(judge_claim(claim, 0.95).claim_finding.parts[0], WK_ERROR,
                   "no cell of experiment 'f'");
    table.n = 0;
    assert_verdict(judge_claim(claim, 0.95).claim_finding.parts[0], WK_ERROR,
                   "no cell of experiment 'f'");
}

static void over_must_be_a_parameter_and_for_slopes_a_number(void **state) {
    (void)state;
    power_law(-0.8, "act=relu");
    assert_verdict(find((wk_test[]){a_test("worst", "model.widht", below(5))}, 1).parts[0],
                   WK_ERROR, "has no parameter 'model.widht'");
    reset(NULL);
    const char *const acts[] = {"relu", "tanh", "erf", "gelu"};
    for (size_t i = 0; i < 4; i++)
        for (uint64_t seed = 1; seed <= 5; seed++)
            put(add(seed, "act=%s", acts[i]), "m", 1, (double)i);
    assert_verdict(only_part(a_test("slope", "act", below(5))), WK_ERROR,
                   "a slope needs numbers, but act is 'relu'");
    assert_true(only_part(a_test("worst", "act", below(5))).estimate == 3);
}

static void assert_refused(wk_test test, const char *message) {
    wk_error err = {0};
    assert_int_equal(wk_test_check(&test, &err), WK_BAD_INPUT);
    assert_string_equal(err.message, message);
}

static void a_statistic_asks_for_what_it_needs_and_no_more(void **state) {
    (void)state;
    wk_test test = a_test("slope", "model.width", below(5));
    assert_int_equal(wk_test_check(&test, NULL), WK_OK);
    test.predicted = "m";
    assert_refused(test, "statistic 'slope' takes no 'predicted'");
    test = a_test("escape", "model.width", below(5));
    assert_refused(test, "statistic 'escape' needs 'predicted'");
    test.predicted = "m";
    assert_int_equal(wk_test_check(&test, NULL), WK_OK);
    test.cap = 7;
    assert_refused(test, "a cap would hide that 'm' is not finite");
    assert_refused(a_test("slope", NULL, below(5)), "statistic 'slope' needs 'over'");
    test = a_test("ratio", NULL, below(5));
    assert_refused(test, "statistic 'ratio' needs 'between'");
    test.between = "w";
    assert_int_equal(wk_test_check(&test, NULL), WK_OK);
    test.statistic = wk_statistic_find("worst");
    assert_refused(test, "statistic 'worst' takes no 'between'");
}

/* ---- selection and parts ---- */

static void conditions_compare_numbers_as_numbers(void **state) {
    (void)state;
    const wk_row *row = add(1, "model.width=1000 train.step=0.05 act=relu data.seed=7");
    const wk_value values[] = {typed("64"), typed("1e3")}, step = typed("5e-2"),
                   relu = typed("Relu"), empty = typed("");
    const wk_match wide = {"model.width", values, 2}, narrow = {"model.width", values, 1};
    const wk_match both[] = {wide, {"train.step", &step, 1}}, absent = {"model.depth", values, 2};
    const wk_match name = {"act", &relu, 1}, none = {"model.depth", &empty, 1};
    assert_true(wk_selection_has(&(wk_selection){"e", {NULL, 0}}, row));
    assert_false(wk_selection_has(&(wk_selection){"f", {NULL, 0}}, row));
    assert_true(wk_selection_has(&(wk_selection){"e", {both, 2}}, row));
    assert_false(wk_selection_has(&(wk_selection){"e", {&narrow, 1}}, row));
    assert_false(wk_selection_has(&(wk_selection){"e", {&absent, 1}}, row));
    assert_false(wk_selection_has(&(wk_selection){"e", {&name, 1}}, row));
    assert_false(wk_selection_has(&(wk_selection){"e", {&none, 1}}, row));
}

static const char *label(const wk_part *part) {
    static char text[256];
    text[0] = '\0';
    for (size_t i = 0; i < part->where.n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s=%s", i ? " " : "",
                 part->where.pairs[i].key, part->where.pairs[i].value.text);
    return text;
}

static void assert_labels(const wk_test *test, size_t n, const char *const *labels) {
    const wk_finding found = find(test, 1);
    assert_int_equal(found.n, n);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(label(&found.parts[i]), labels[i]);
}

static void parts_are_the_axes_that_are_left_in_the_order_of_rows(void **state) {
    (void)state;
    power_law(-0.8, "act=tanh loss=b k=8");
    power_law(-0.2, "act=tanh loss=a k=8");
    power_law(-0.8, "act=relu loss=b k=8");
    power_law(-0.8, "act=relu loss=a k=8");
    wk_test test = a_test("slope", "model.width", below(-0.4));
    assert_labels(&test, 4,
                  (const char *const[]){"act=tanh loss=b", "act=tanh loss=a", "act=relu loss=b",
                                        "act=relu loss=a"});
    const wk_finding found = find(&test, 1);
    assert_int_equal(found.verdict, WK_FAIL);
    assert_verdict(found.parts[1], WK_FAIL, "");
    assert_non_null(
        strstr(found.reason, "1 of 4 parts fails: slope of m (act = tanh, loss = a): -0.165"));
    const wk_value a = typed("a");
    const wk_match where = {"loss", &a, 1};
    test.where = (wk_matches){&where, 1}; /* fixed: no longer in the label */
    assert_labels(&test, 2, (const char *const[]){"act=tanh", "act=relu"});
}

static void several_values_of_over_only_restrict_it(void **state) {
    (void)state;
    power_law(-0.8, "a=1");
    const wk_value wide[] = {typed("128"), typed("256"), typed("512"), typed("1024")};
    const wk_match where = {"model.width", wide, 4};
    wk_test test = a_test("slope", "model.width", below(-0.4));
    test.where = (wk_matches){&where, 1};
    const wk_part part = only_part(test);
    assert_int_equal(part.nlocal, 3);
    assert_verdict(part, WK_PASS, "");
}

static void parameters_that_follow_from_another_are_not_in_a_label(void **state) {
    (void)state;
    power_law(-0.8, "data=blobs data.classes=4 data.noise=0.3");
    power_law(-0.8, "data=rings data.classes=2 data.noise=0.3 data.radius=2");
    power_law(-0.8, "data=moons data.classes=2 data.noise=0.1 data.radius=2");
    const wk_test test = a_test("slope", "model.width", below(-0.4));
    assert_labels(&test, 3, (const char *const[]){"data=blobs", "data=rings", "data=moons"});
}

static void a_label_is_minimal_also_against_the_alphabet(void **state) {
    (void)state;
    power_law(-0.8, "loss.kind=1 loss.name=x"); /* kind follows from name, but comes first */
    power_law(-0.8, "loss.kind=1 loss.name=y");
    power_law(-0.8, "loss.kind=2 loss.name=z");
    const wk_test test = a_test("slope", "model.width", below(-0.4));
    assert_labels(&test, 3, (const char *const[]){"loss.name=x", "loss.name=y", "loss.name=z"});
}

static void a_parameter_that_some_cells_lack_splits_as_none(void **state) {
    (void)state;
    power_law(-0.8, "act=relu");
    power_law(-0.8, "act=relu residual=true");
    const wk_test test = a_test("slope", "model.width", below(-0.4));
    assert_labels(&test, 2, (const char *const[]){"residual=none", "residual=true"});
}

static void a_label_prefers_parameters_that_all_cells_have(void **state) {
    (void)state;
    power_law(-0.8, "loss=y beta=1");
    power_law(-0.8, "loss=x"); /* beta comes first, and says as much */
    const wk_test test = a_test("slope", "model.width", below(-0.4));
    assert_labels(&test, 2, (const char *const[]){"loss=y", "loss=x"});
}

static void what_follows_from_over_or_between_does_not_split(void **state) {
    (void)state;
    for (int width = 64; width <= 1024; width *= 2)
        for (uint64_t seed = 1; seed <= 6; seed++)
            for (int dot = 0; dot < 2; dot++)
                for (int act = 0; act < 2; act++) /* steps follow from (width, dot) together */
                    put(add(seed, "model.width=%d train.steps=%d s=%s act=%s seed=%d%s", width,
                            width + dot, dot ? "dot" : "cosine", act ? "relu" : "erf", (int)seed,
                            dot ? "" : " tau=0.5"),
                        "m", 1, dot ? 3 : 1);
    wk_test test = a_test("ratio", "model.width", above(2));
    test.between = "s";
    test.a = typed("dot");
    test.b = typed("cosine");
    assert_labels(&test, 2, (const char *const[]){"act=erf", "act=relu"});
    const wk_finding found = find(&test, 1);
    assert_int_equal(found.verdict, WK_PASS);
    assert_string_equal(found.reason, "");
}

static void rows_of_other_values_of_between_are_not_seen(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++)
        for (int k = 1; k <= 3; k++)
            put(add(seed, "k=%d", k), "m", 1, k);
    rows[2].result.end = WK_END_CRASHED; /* k = 3: not asked about */
    wk_test test = a_test("difference", NULL, below(0));
    test.between = "k";
    test.a = typed("1");
    test.b = typed("2.0"); /* a number is a number */
    const wk_part part = only_part(test);
    assert_verdict(part, WK_PASS, "");
    assert_true(part.estimate == -1);
    test.b = typed("4");
    assert_verdict(only_part(test), WK_ERROR, "each needs its pair in k");
}

static void x_is_ascending_whatever_the_order_of_rows(void **state) {
    (void)state;
    const int widths[] = {1024, 64, 4096, 256, 16384};
    for (uint64_t seed = 6; seed >= 1; seed--)
        for (size_t i = 0; i < 5; i++)
            put(add(seed, "model.width=%d", widths[i]), "m", 1, i == 2 ? 2 : 1);
    const wk_part part = only_part(a_test("slope", "model.width", below(1)));
    const double up = log(2) / log(4);
    assert_true(part.local[0] == 0 && part.local[1] == 0);
    assert_true(fabs(part.local[2] - up) <= 1e-12 && fabs(part.local[3] + up) <= 1e-12);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(part.seeds[i], i + 1);
}

static void escape_reads_the_predicted_slope_at_the_end(void **state) {
    (void)state;
    for (int width = 64; width <= 1024; width *= 2)
        for (uint64_t seed = 1; seed <= 5; seed++) {
            wk_row *row = add(seed, "model.width=%d", width);
            put(row, "t.escape", 1 + 2.4 * log(width), 1 + 2.1 * log(width));
            put(row, "t.slope", 1000, 2);
        }
    wk_test test = a_test("escape", "model.width", within(0.8, 1.2));
    test.metric = "t.escape";
    test.predicted = "t.slope";
    assert_true(fabs(only_part(test).estimate - 1.05) <= 1e-12);
    test.when = WK_AT_TIME;
    test.t = 2;
    assert_true(fabs(only_part(test).estimate - 1.2) <= 1e-12);
    test.when = WK_AT_END;
    values_of(&rows[9], 0)[2] = INFINITY; /* one that never escaped */
    assert_verdict(only_part(test), WK_FAIL, "inf");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(a_diverged_cell_stands_for_infinity_at_later_times),
        T(a_time_is_met_to_1e_9_and_no_worse),
        T(an_indexed_metric_is_read_at_its_index_or_as_its_worst),
        T(missing_cells_are_counted),
        T(each_end_without_metrics_is_an_error),
        T(too_few_seeds_or_widths_are_an_error),
        T(a_hole_in_the_plan_is_an_error),
        T(a_metric_that_is_absent_names_the_nearest),
        T(nan_is_an_error_and_never_dropped),
        T(a_selection_without_cells_says_what_is_in_the_way),
        T(over_must_be_a_parameter_and_for_slopes_a_number),
        T(a_statistic_asks_for_what_it_needs_and_no_more),
        T(conditions_compare_numbers_as_numbers),
        T(parts_are_the_axes_that_are_left_in_the_order_of_rows),
        T(several_values_of_over_only_restrict_it),
        T(parameters_that_follow_from_another_are_not_in_a_label),
        T(a_label_is_minimal_also_against_the_alphabet),
        T(a_parameter_that_some_cells_lack_splits_as_none),
        T(a_label_prefers_parameters_that_all_cells_have),
        T(what_follows_from_over_or_between_does_not_split),
        T(rows_of_other_values_of_between_are_not_seen),
        T(x_is_ascending_whatever_the_order_of_rows),
        T(escape_reads_the_predicted_slope_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
