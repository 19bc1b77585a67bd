/* Claims over a parameter that is no number, such as the backend: how far values spread, and
 * whether verdicts flip. */
#include "claim/judgement.h"
#include "claim_table.h"

/* Five seeds on three backends; m is 2·seed, and on backend c further by `off`. */
static void backends(double off) {
    static const char *const names[] = {"a", "b", "c"};
    for (uint64_t seed = 1; seed <= 5; seed++)
        for (size_t i = 0; i < 3; i++)
            put(add(seed, "backend=%s", names[i]), "m", 1, 2 * (double)seed + (i == 2 ? off : 0));
}

static void spread_is_relative_to_the_largest_and_of_the_worst_seed(void **state) {
    (void)state;
    backends(1e-3); /* worst in seed 1: 2 against 2.001 */
    const wk_part part = only_part(a_test("spread", "backend", below(6e-4)));
    assert_verdict(part, WK_PASS, "");
    assert_true(fabs(part.high - 1e-3 / 2.001) <= 1e-15);
    assert_int_equal(part.n, 5);
    assert_verdict(only_part(a_test("spread", "backend", below(4e-4))), WK_FAIL, "");
}

static void equal_values_do_not_spread(void **state) {
    (void)state;
    backends(0);
    const wk_part part = only_part(a_test("spread", "backend", below(1e-300)));
    assert_verdict(part, WK_PASS, "");
    assert_true(part.estimate == 0 && part.high == 0);
}

static void a_divergence_on_one_backend_is_an_infinite_spread(void **state) {
    (void)state;
    backends(0);
    values_of(&rows[2], 0)[2] = INFINITY;
    assert_verdict(only_part(a_test("spread", "backend", below(1))), WK_FAIL, "");
}

static void a_divergence_on_all_is_none(void **state) {
    (void)state;
    backends(0);
    for (size_t i = 0; i < 3; i++)
        values_of(&rows[i], 0)[2] = INFINITY;
    assert_verdict(only_part(a_test("spread", "backend", below(1e-12))), WK_PASS, "");
}

static void one_backend_cannot_spread(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++)
        put(add(seed, "backend=a"), "m", 1, 1);
    assert_verdict(only_part(a_test("spread", "backend", below(1))), WK_ERROR,
                   "only 1 value of backend (a spread needs at least 2)");
}

static void spread_counts_in_the_bound_that_is_given(void **state) {
    (void)state;
    backends(1e-3);
    for (size_t i = 0; i < table.n; i++)
        put(&rows[i], "tolerance", 1e-3, 1e-3);
    wk_test test = a_test("spread", "backend", below(0.6));
    test.predicted = "tolerance";
    const wk_part part = only_part(test);
    assert_verdict(part, WK_PASS, "");
    assert_true(fabs(part.high - 1 / 2.001) <= 1e-12);
}

/* m as an indexed metric of three values. */
static void indexed(double a, double b, double c) {
    static const char *const names[] = {"a", "b"};
    for (uint64_t seed = 1; seed <= 5; seed++)
        for (size_t i = 0; i < 2; i++) {
            wk_series *series = put(add(seed, "backend=%s", names[i]), "m", 1, 1);
            double *value = (double *)series->value;
            series->indexed = true;
            value[0] = a;
            value[1] = b + (i ? c : 0);
            value[2] = -8;
        }
}

static void an_indexed_metric_is_compared_entry_by_entry(void **state) {
    (void)state;
    indexed(1, 2, 0.5); /* differs in one entry by 0.5, where the largest entry is 8 in size */
    const wk_part part = only_part(a_test("spread", "backend", below(1)));
    assert_verdict(part, WK_PASS, "");
    assert_true(fabs(part.high - 0.5 / 8) <= 1e-15);
}

static void entries_that_are_not_there_are_an_error(void **state) {
    (void)state;
    indexed(1, 2, 0);
    ((wk_series *)&rows[1].result.series[0])->n = 2;
    assert_verdict(only_part(a_test("spread", "backend", below(1))), WK_ERROR, "is not that of");
}

/* ---- verdicts ---- */

/* A claim that m is below 3, parts by backend and loss; its control reads "other". */
static wk_judgement judged(double on_b) {
    static wk_test tests[2];
    for (uint64_t seed = 1; seed <= 5; seed++)
        for (int i = 0; i < 4; i++) {
            wk_row *row = add(seed, "backend=%s loss=%s", i % 2 ? "b" : "a", i / 2 ? "p" : "q");
            put(row, "m", 1, i == 1 ? on_b : 1);
            put(row, "other", 1, 9);
        }
    tests[0] = tests[1] = a_test("worst", NULL, below(3));
    tests[1].metric = "other";
    return judge_claim((wk_claim){.id = "low",
                                  .claim = {{"e", {NULL, 0}}, &tests[0], 1},
                                  .control = {{"e", {NULL, 0}}, &tests[1], 1}},
                       0.95);
}

static wk_judgement about(const wk_judgement *low, const char *over) {
    static wk_test test;
    static wk_claim claim;
    static const wk_claim *list[1];
    wk_judgement out;
    test = (wk_test){.statistic = &wk_statistic_flips,
                     .metric = "verdict",
                     .over = over,
                     .cap = INFINITY,
                     .rule = below(0.5)};
    list[0] = low->claim;
    claim = (wk_claim){.id = "same",
                       .claim = {{"", {NULL, 0}}, &test, 1},
                       .control = {{"", {NULL, 0}}, &test, 1},
                       .verdicts = list,
                       .nverdicts = 1};
    wk_claim_judge_verdicts(&claim, low, 1, &arena, &out);
    return out;
}

static void verdicts_that_agree_pass(void **state) {
    (void)state;
    const wk_judgement low = judged(1), same = about(&low, "backend");
    assert_int_equal(same.verdict, WK_PASS);
    assert_int_equal(same.claim_finding.parts[0].n, 2); /* two losses, compared over backends */
    assert_int_equal(same.control_finding.verdict, WK_FAIL);
}

static void a_flip_is_counted(void **state) {
    (void)state;
    const wk_judgement low = judged(9), same = about(&low, "backend");
    assert_int_equal(same.verdict, WK_FAIL);
    assert_true(same.claim_finding.parts[0].estimate == 1);
    assert_non_null(strstr(same.reason, "1 of 2 differ"));
}

static void a_parameter_that_tells_no_parts_apart_is_an_error(void **state) {
    (void)state;
    const wk_judgement low = judged(1), same = about(&low, "threads");
    assert_int_equal(same.verdict, WK_ERROR);
    assert_non_null(strstr(same.reason, "has no parts that differ in threads alone"));
}

static void a_verdict_that_is_missing_is_an_error(void **state) {
    (void)state;
    const wk_judgement low = judged(NAN), same = about(&low, "backend");
    assert_int_equal(same.verdict, WK_ERROR);
}

/* A control that ends like its claim shows no difference. */
static void without_a_difference_to_be_seen_it_is_vacuous(void **state) {
    (void)state;
    wk_judgement low = judged(1);
    low.control_finding.verdict = low.claim_finding.verdict;
    assert_int_equal(about(&low, "backend").verdict, WK_VACUOUS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(spread_is_relative_to_the_largest_and_of_the_worst_seed),
        T(equal_values_do_not_spread),
        T(a_divergence_on_one_backend_is_an_infinite_spread),
        T(a_divergence_on_all_is_none),
        T(one_backend_cannot_spread),
        T(spread_counts_in_the_bound_that_is_given),
        T(an_indexed_metric_is_compared_entry_by_entry),
        T(entries_that_are_not_there_are_an_error),
        T(verdicts_that_agree_pass),
        T(a_flip_is_counted),
        T(a_parameter_that_tells_no_parts_apart_is_an_error),
        T(a_verdict_that_is_missing_is_an_error),
        T(without_a_difference_to_be_seen_it_is_vacuous),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
