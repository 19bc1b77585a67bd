/* Claims: the interval, the verdict it gets, and how claim and control combine. */
#include "claim_table.h"

#include "table/distribution.h"

/* ---- the interval and the three verdicts ---- */

static void interval_is_students_t_over_seeds(void **state) {
    (void)state;
    SEEDS(1, 2, 3, 4, 6); /* mean 3.2, s² = 14.8/4, t_{.975,4} = 2.7764451051977987 */
    const wk_part part = only_part(a_test("worst", NULL, below(10)));
    const double half = 2.7764451051977987 * sqrt(3.7 / 5);
    assert_verdict(part, WK_PASS, "");
    assert_string_equal(part.reason, "");
    assert_true(fabs(part.estimate - 3.2) <= 1e-14);
    assert_true(fabs(part.low - (3.2 - half)) <= 1e-12 && fabs(part.high - (3.2 + half)) <= 1e-12);
    assert_int_equal(part.n, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(part.seeds[i], i + 1);
        assert_true(part.per_seed[i] == values_of(&rows[i], 0)[2]);
    }
    assert_true(isnan(part.curvature) && part.nlocal == 0);
}

static void verdict_is_where_the_interval_lies(void **state) {
    (void)state;
    SEEDS(1, 2, 3, 4, 6); /* 3.2 ± 2.39: [0.81, 5.59] */
    const struct {
        wk_rule rule;
        wk_verdict verdict;
    } cases[] = {
        {below(5.6), WK_PASS},           {below(5.5), WK_INCONCLUSIVE},
        {below(0.8), WK_FAIL},           {above(0.8), WK_PASS},
        {above(0.9), WK_INCONCLUSIVE},   {above(5.6), WK_FAIL},
        {within(0.8, 5.6), WK_PASS},     {within(0.9, 9), WK_INCONCLUSIVE},
        {within(0, 5), WK_INCONCLUSIVE}, {within(6, 7), WK_FAIL},
        {within(0.1, 0.8), WK_FAIL},     {within(3, 3.3), WK_INCONCLUSIVE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_verdict(only_part(a_test("worst", NULL, cases[i].rule)), cases[i].verdict, "");
    assert_verdict(only_part(a_test("worst", NULL, below(0.8))), WK_FAIL,
                   "3.2 [0.8116, 5.588] is not below 0.8");
    assert_verdict(only_part(a_test("worst", NULL, within(6, 7))), WK_FAIL,
                   "is not within 6 and 7");
}

static void zero_spread_gives_a_point(void **state) {
    (void)state;
    SEEDS(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1);
    const wk_part part = only_part(a_test("worst", NULL, below(0.2)));
    assert_true(part.estimate == 0.1 && part.low == 0.1 && part.high == 0.1);
    assert_verdict(part, WK_PASS, "");
    assert_verdict(only_part(a_test("worst", NULL, below(0.1))), WK_FAIL, ""); /* not < */
    assert_verdict(only_part(a_test("worst", NULL, above(0.1))), WK_FAIL, "");
}

static void a_higher_level_widens_the_interval(void **state) {
    (void)state;
    SEEDS(1, 2, 3, 4, 6);
    const wk_test test = a_test("worst", NULL, below(5.6));
    const wk_claim claim = {.id = "c", .claim = {{"e", {NULL, 0}}, &test, 1}};
    const wk_part usual = judge_claim(claim, 0.95).claim_finding.parts[0];
    const wk_part strict = judge_claim(claim, 0.999).claim_finding.parts[0];
    const double ratio = wk_student_quantile(0.9995, 4) / wk_student_quantile(0.975, 4);
    assert_true(fabs((strict.high - strict.low) / (usual.high - usual.low) / ratio - 1) <= 1e-12);
    assert_verdict(usual, WK_PASS, "");
    assert_verdict(strict, WK_INCONCLUSIVE, "");
}

static void inconclusive_says_how_many_more_seeds_settle_it(void **state) {
    (void)state;
    SEEDS(1, 2, 3, 4, 6);
    const double s = sqrt(3.7);
    for (double bound = 3.3; bound < 5.5; bound += 0.1) {
        size_t n = 5;
        while (wk_student_quantile(0.975, (double)(n - 1)) * s / sqrt((double)n) >= bound - 3.2)
            n++;
        char text[64];
        snprintf(text, sizeof text,
                 n - 5 > 1 ? "about %zu more seeds would settle it"
                           : "about %zu more seed would settle it",
                 n - 5);
        if (n - 5 <= 1000)
            assert_verdict(only_part(a_test("worst", NULL, below(bound))), WK_INCONCLUSIVE, text);
        else
            assert_verdict(only_part(a_test("worst", NULL, below(bound))), WK_INCONCLUSIVE,
                           "over 1000");
    }
    assert_verdict(only_part(a_test("worst", NULL, below(5.5))), WK_INCONCLUSIVE,
                   "about 1 more seed would settle it");
    assert_verdict(only_part(a_test("worst", NULL, below(3.21))), WK_INCONCLUSIVE,
                   "over 1000 more seeds");
    /* within: the end that needs more of them decides */
    assert_string_equal(only_part(a_test("worst", NULL, within(3, 5))).reason,
                        only_part(a_test("worst", NULL, above(3))).reason);
}

static void ratio_is_judged_in_logarithms(void **state) {
    (void)state;
    double sum = 0, squares = 0;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        put(add(seed, "s=dot w=1"), "m", 1, 3.0 * (double)(seed * seed));
        put(add(seed, "s=cosine w=1"), "m", 1, (double)seed);
        sum += log(3.0 * (double)seed) / 6;
    }
    for (uint64_t seed = 1; seed <= 6; seed++)
        squares += pow(log(3.0 * (double)seed) - sum, 2);
    wk_test test = a_test("ratio", NULL, above(5));
    test.between = "s";
    test.a = typed("dot");
    test.b = typed("cosine");
    const double half = wk_student_quantile(0.975, 5) * sqrt(squares / 5 / 6);
    const wk_part part = only_part(test);
    assert_true(fabs(part.estimate / exp(sum) - 1) <= 1e-12);
    assert_true(fabs(part.low / exp(sum - half) - 1) <= 1e-12);
    assert_true(fabs(part.high / exp(sum + half) - 1) <= 1e-12);
    assert_true(fabs(part.per_seed[5] - 18) <= 1e-12);
    assert_verdict(part, WK_INCONCLUSIVE, "");
    test.rule = above(-1); /* no positive number is below it */
    assert_verdict(only_part(test), WK_PASS, "");
    test.rule = below(0);
    assert_verdict(only_part(test), WK_FAIL, "");
    const wk_value a = test.a; /* the other way round: the reciprocal */
    test.a = test.b;
    test.b = a;
    assert_true(fabs(only_part(test).low / exp(-sum - half) - 1) <= 1e-12);
}

static void slope_part_carries_local_slopes_and_curvature(void **state) {
    (void)state;
    power_law(-0.8, "");
    const wk_part part = only_part(a_test("slope", "model.width", below(-0.4)));
    assert_verdict(part, WK_PASS, "");
    assert_true(fabs(part.estimate + 0.765) <= 1e-12);
    assert_int_equal(part.nlocal, 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(fabs(part.local[i] + 0.765) <= 1e-12);
    assert_true(fabs(part.curvature) <= 1e-12);
}

static void misses_on_both_sides_do_not_average_to_within(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 30; seed++)
        for (int x = 1; x <= 2; x++) /* ±10 in every seed, mean 0 */
            put(add(seed, "x=%d", x), "m", 1, x == 1 ? 10 : -10);
    assert_verdict(only_part(a_test("worst", "x", within(-4, 4))), WK_FAIL, "");
    assert_verdict(only_part(a_test("worst", "x", within(-11, 11))), WK_PASS, "");
}

static void within_shows_the_side_that_decides(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++)
        for (int x = 1; x <= 3; x++)
            put(add(seed, "x=%d", x), "m", 1, x == 1 ? 0.9 : x == 2 ? 1.02 : 1);
    assert_true(only_part(a_test("worst", "x", within(0.8, 1.2))).estimate == 0.9);
    assert_true(only_part(a_test("worst", "x", within(0.8, 1.01))).estimate == 1.02);
    assert_verdict(only_part(a_test("worst", "x", within(0.95, 1.2))), WK_FAIL, "0.9 [0.9, 0.9]");
}

/* ---- residuals, predictions and z-scores ---- */

/* m at three widths of six seeds: `value` at the middle one, `usual` elsewhere; p is 2 everywhere.
 */
static void three_widths(double usual, double value, uint64_t from_seed) {
    reset(NULL);
    for (uint64_t seed = 1; seed <= 6; seed++)
        for (int width = 64; width <= 256; width *= 2) {
            wk_row *row = add(seed, "model.width=%d", width);
            put(row, "m", 1, width == 128 && seed >= from_seed ? value : usual);
            put(row, "p", 1, 2);
        }
}

static void an_identity_holds_in_units_of_the_rounding_error(void **state) {
    (void)state;
    const wk_test test = a_test("identity", "model.width", below(1000));
    three_widths(20 * 0x1p-52, -900 * 0x1p-52, 1);
    const wk_part part = only_part(test);
    assert_verdict(part, WK_PASS, "");
    assert_true(part.estimate == 900 && part.per_seed[5] == 900);
    three_widths(20 * 0x1p-52, -1100 * 0x1p-52, 1);
    assert_verdict(only_part(test), WK_FAIL, "1100 [1100, 1100] is not below 1000");
    three_widths(0, -1e-3, 1);
    assert_verdict(only_part(test), WK_FAIL, "");
    for (double large = 1e-11; large < 10; large *= 100) { /* in one seed alone: never a pass */
        three_widths(0, large, 6);
        assert_true(only_part(test).verdict != WK_PASS);
    }
    three_widths(0, INFINITY, 6);
    assert_verdict(only_part(test), WK_FAIL, "inf");
    three_widths(0, NAN, 6);
    assert_int_equal(only_part(test).verdict, WK_ERROR);
}

static void an_agreement_must_hold_at_every_x_on_both_sides(void **state) {
    (void)state;
    wk_test test = a_test("agreement", "model.width", within(0.9, 1.1));
    three_widths(2, 2.1, 1);
    test.predicted = "p";
    assert_verdict(only_part(test), WK_PASS, "");
    assert_true(only_part(test).estimate == 1.05);
    three_widths(2, 2.4, 1);
    assert_verdict(only_part(test), WK_FAIL, "1.2 [1.2, 1.2] is not within 0.9 and 1.1");
    three_widths(2, 1.7, 1);
    assert_verdict(only_part(test), WK_FAIL, "0.85 [0.85, 0.85] is not within 0.9 and 1.1");
    three_widths(2, 4, 6); /* one seed of six is off by 2: the interval says it is not settled */
    assert_true(only_part(test).verdict != WK_PASS);
}

/* N(0,1) by the sum of twelve, from a generator of its own. */
static double a_normal(uint64_t *word) {
    double sum = -6;
    for (int i = 0; i < 12; i++) {
        *word = *word * 6364136223846793005u + 1442695040888963407u;
        sum += (double)(*word >> 11) * 0x1p-53;
    }
    return sum;
}

static wk_part pooled(uint64_t *word, double shift, size_t n) {
    reset(NULL);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double z = shift + a_normal(word);
        put(add(i + 1, "w=1"), "m", 1, z);
        sum += z;
    }
    const wk_part part = only_part(a_test("z", NULL, within(-4, 4)));
    assert_true(fabs(part.estimate - sum / sqrt((double)n)) <= 1e-12);
    assert_true(part.low == part.estimate && part.high == part.estimate);
    assert_int_equal(part.verdict, fabs(part.estimate) < 4 ? WK_PASS : WK_FAIL);
    return part;
}

static void z_scores_are_pooled_and_never_inconclusive(void **state) {
    (void)state;
    enum { TRIALS = 300, SEEDS_N = 25 };
    uint64_t word = 1;
    double squares = 0;
    for (size_t i = 0; i < TRIALS; i++) {
        const wk_part part = pooled(&word, 0, SEEDS_N);
        assert_verdict(part, WK_PASS, ""); /* |z| >= 4 has probability 6e-5 */
        squares += part.estimate * part.estimate / TRIALS;
    }
    assert_true(fabs(squares - 1) < 0.33); /* variance 1, four of its standard deviations */
    for (int sign = -1; sign <= 1; sign += 2)
        for (size_t i = 0; i < 100; i++) /* mean 5 × 1.8 = 9 */
            assert_verdict(pooled(&word, 1.8 * sign, SEEDS_N), WK_FAIL, "is not within -4 and 4");
    for (double shift = 0; shift < 2; shift += 0.01)
        pooled(&word, shift, SEEDS_N);
    size_t failed = 0; /* more seeds see a shift that fewer do not */
    for (size_t i = 0; i < 20; i++) {
        failed += pooled(&word, 0.4, SEEDS_N).verdict == WK_FAIL;
        assert_int_equal(pooled(&word, 0.4, 400).verdict, WK_FAIL);
    }
    assert_true(failed < 10);
}

/* ---- infinite values ---- */

static void one_seed_infinite_on_the_wrong_side_fails(void **state) {
    (void)state;
    SEEDS(1, 1.1, 0.9, 1, 1, INFINITY);
    const wk_rule rules[] = {below(100), within(0, 100)};
    for (size_t i = 0; i < 2; i++) {
        const wk_part part = only_part(a_test("worst", NULL, rules[i]));
        assert_verdict(part, WK_FAIL, "inf [inf, inf] is not");
        assert_true(part.estimate == INFINITY && part.low == INFINITY && part.high == INFINITY);
    }
    values_of(&rows[5], 0)[2] = -INFINITY;
    assert_verdict(only_part(a_test("worst", NULL, above(-100))), WK_FAIL, "-inf");
}

static void seeds_infinite_on_the_right_side_never_hurt(void **state) {
    (void)state;
    SEEDS(10, 11, 12, 11, 10, INFINITY, INFINITY);
    const wk_part part = only_part(a_test("worst", NULL, above(5)));
    assert_verdict(part, WK_PASS, "2 of 7 seeds are infinite; the others alone pass");
    assert_int_equal(part.n, 7);
    assert_true(fabs(part.estimate - 10.8) <= 1e-12 && isfinite(part.low) && isfinite(part.high));
    for (double bound = 10.7; bound < 100;
         bound += 13) { /* inconclusive to clearly below the bound: never fail */
        const wk_part open = only_part(a_test("worst", NULL, above(bound)));
        assert_verdict(open, WK_INCONCLUSIVE, "the others alone do not settle it");
        assert_true(open.high == INFINITY && open.low < 10.8);
    }
    values_of(&rows[0], 0)[2] = INFINITY; /* four finite seeds are too few to pass by themselves */
    assert_verdict(only_part(a_test("worst", NULL, above(5))), WK_INCONCLUSIVE, "3 of 7");
    for (size_t i = 0; i < 7; i++)
        values_of(&rows[i], 0)[2] = INFINITY;
    const wk_part all = only_part(a_test("worst", NULL, above(5)));
    assert_verdict(all, WK_PASS, "");
    assert_true(all.estimate == INFINITY && all.low == INFINITY);
}

static void infinite_on_both_sides_fails(void **state) {
    (void)state;
    SEEDS(10, 11, -INFINITY, 11, 10, INFINITY);
    assert_verdict(only_part(a_test("worst", NULL, above(5))), WK_FAIL, "");
    assert_verdict(only_part(a_test("worst", NULL, below(50))), WK_FAIL, "");
}

static void a_diverged_denominator_is_a_ratio_of_zero(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        put(add(seed, "s=a w=1"), "m", 1, 2);
        put(add(seed, "s=b w=1"), "m", 1, seed == 3 ? INFINITY : 1);
    }
    wk_test test = a_test("ratio", NULL, above(1));
    test.between = "s";
    test.a = typed("a");
    test.b = typed("b");
    const wk_part part = only_part(test);
    assert_verdict(part, WK_FAIL, "");
    assert_true(part.estimate == 0 && part.low == 0 && part.high == 0);
    test.a = typed("b");
    test.b = typed("a"); /* now +inf in one seed, 1/2 in four */
    assert_verdict(only_part(test), WK_INCONCLUSIVE, "1 of 5");
}

static void cap_is_taken_of_both_sides_of_a_pair(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        put(add(seed, "s=a w=1"), "m", 1, 8);
        put(add(seed, "s=b w=1"), "m", 1, INFINITY);
    }
    wk_test test = a_test("ratio", NULL, within(1, 3));
    test.between = "s";
    test.a = typed("a");
    test.b = typed("b");
    test.cap = 4;
    assert_true(only_part(test).estimate == 1);
    test.cap = 16;
    assert_true(fabs(only_part(test).estimate - 0.5) <= 1e-15);
}

static void cap_is_taken_before_reducing(void **state) {
    (void)state;
    for (int width = 64; width <= 1024; width *= 2)
        for (uint64_t seed = 1; seed <= 5; seed++)
            put(add(seed, "model.width=%d", width), "m", 0.5, width > 256 ? INFINITY : 3);
    wk_test test = a_test("slope", "model.width", above(-0.1));
    test.cap = 1;
    const wk_part part = only_part(test);
    assert_verdict(part, WK_PASS, "");
    assert_true(part.estimate == 0);
    test.cap = INFINITY;
    assert_true(only_part(test).estimate == INFINITY);
}

static void values_at_the_cap_are_counted(void **state) {
    (void)state;
    for (int width = 64; width <= 1024; width *= 2)
        for (uint64_t seed = 1; seed <= 5; seed++) {
            put(add(seed, "model.width=%d s=a", width), "m", 0.5, width > 256 ? INFINITY : 0.5);
            put(add(seed, "model.width=%d s=b", width), "m", 0.5, 0.1);
        }
    const wk_value one = typed("a");
    const wk_match only_a = {"s", &one, 1};
    wk_test test = a_test("slope", "model.width", above(-0.1));
    test.where = (wk_matches){&only_a, 1};
    test.cap = 1;
    wk_part part = only_part(test);
    assert_true(part.values == 25 && part.capped == 10);
    assert_false(part.at_least); /* a slope may go either way */
    test.cap = INFINITY;         /* then an infinite value is no value at the cap */
    part = only_part(test);
    assert_true(part.values == 25 && part.capped == 0);
}

static void a_ratio_that_rests_on_the_cap_is_a_lower_bound(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        put(add(seed, "s=a w=1"), "m", 1, 8);
        put(add(seed, "s=b w=1"), "m", 1, 2);
    }
    wk_test test = a_test("ratio", NULL, above(1));
    test.between = "s";
    test.a = typed("a");
    test.b = typed("b");
    test.cap = 4;
    wk_part part = only_part(test);
    assert_true(fabs(part.estimate - 2) <= 1e-14);
    assert_true(part.at_least && part.values == 10 && part.capped == 5);
    test.cap = 8; /* at the cap, but it changes nothing */
    part = only_part(test);
    assert_true(!part.at_least && part.capped == 5);
    test.cap = 1; /* the other side is capped too: it could be less as well */
    part = only_part(test);
    assert_true(!part.at_least && part.capped == 10);
}

/* ---- claim and control together ---- */

/* A claim that the slope is below -0.4 where kind=claim, with the control where kind=control. */
static wk_judgement judge_kinds(void) {
    static const wk_value kinds[] = {{.text = "claim"}, {.text = "control"}};
    static const wk_match matches[] = {{"kind", &kinds[0], 1}, {"kind", &kinds[1], 1}};
    wk_test *test = must(wk_arena_get(&arena, 1, sizeof *test));
    *test = a_test("slope", "model.width", below(-0.4));
    return judge_claim((wk_claim){.id = "c",
                                  .claim = {{"e", {&matches[0], 1}}, test, 1},
                                  .control = {{"e", {&matches[1], 1}}, test, 1}},
                       0.95);
}

/* Slopes that give each verdict: the mean over seeds is .035 more, the half-width .02. */
static void cells_for(wk_verdict verdict, const char *kind) {
    char extra[64];
    snprintf(extra, sizeof extra, "kind=%s", kind);
    const size_t before = table.n;
    power_law(verdict == WK_FAIL ? 0 : verdict == WK_INCONCLUSIVE ? -0.437 : -1, extra);
    if (verdict == WK_ERROR)
        rows[before].result.end = WK_END_PENDING;
}

static void claim_and_control_combine_as_written(void **state) {
    (void)state;
    enum { P = WK_PASS, F = WK_FAIL, I = WK_INCONCLUSIVE, E = WK_ERROR, V = WK_VACUOUS };
    const struct {
        int claim, control, both;
        const char *reason;
    } cases[] = {
        {P, F, P, "holds; the control fails, as it must"},
        {P, P, V, "the control passes too: slope of m"},
        {P, I, I, "the control: slope of m: about"},
        {P, E, E, "the control: 1 of 30 cells not run"},
        {F, F, F, "slope of m: 0.035"},
        {F, P, F, "slope of m: 0.035"},
        {F, I, F, "slope of m: 0.035"},
        {F, E, F, "slope of m: 0.035"},
        {I, F, I, "slope of m: about"},
        {I, P, V, "the control passes too"},
        {I, I, I, "slope of m: about"},
        {I, E, E, "the control: 1 of 30 cells not run"},
        {E, F, E, "1 of 30 cells not run"},
        {E, P, V, "the control passes too"},
        {E, I, E, "1 of 30 cells not run"},
        {E, E, E, "1 of 30 cells not run"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        reset(NULL);
        cells_for((wk_verdict)cases[i].claim, "claim");
        cells_for((wk_verdict)cases[i].control, "control");
        const wk_judgement out = judge_kinds();
        assert_int_equal(out.claim_finding.verdict, cases[i].claim);
        assert_int_equal(out.control_finding.verdict, cases[i].control);
        assert_int_equal(out.verdict, cases[i].both);
        if (strncmp(out.reason, cases[i].reason, strlen(cases[i].reason)) != 0)
            fail_msg("case %zu: '%s', not '%s'", i, out.reason, cases[i].reason);
    }
}

static void a_claim_without_control_is_an_error(void **state) {
    (void)state;
    SEEDS(1, 1, 1, 1, 1);
    const wk_test test = a_test("worst", NULL, below(2));
    const wk_judgement out =
        judge_claim((wk_claim){.id = "c", .claim = {{"e", {NULL, 0}}, &test, 1}}, 0.95);
    assert_int_equal(out.claim_finding.verdict, WK_PASS);
    assert_int_equal(out.verdict, WK_ERROR);
    assert_non_null(strstr(out.reason, "the control: there is none"));
}

static void a_control_must_fail_in_every_part(void **state) {
    (void)state;
    cells_for(WK_PASS, "claim");
    power_law(0, "kind=control act=relu");
    power_law(0, "kind=control act=tanh");
    assert_int_equal(judge_kinds().verdict, WK_PASS);
    power_law(-1, "kind=control act=erf");
    const wk_judgement out = judge_kinds();
    assert_int_equal(out.control_finding.verdict, WK_PASS);
    assert_int_equal(out.verdict, WK_VACUOUS);
    assert_non_null(strstr(out.reason, "1 of 3 parts passes: slope of m (act = erf)"));
}

static void each_test_of_a_control_must_fail(void **state) {
    (void)state;
    /* relu fails the first test, tanh the second: each passes somewhere, and could not be trusted
     * to fail there */
    power_law(0, "act=relu");
    power_law(-1, "act=tanh");
    const wk_test tests[] = {a_test("slope", "model.width", below(-0.4)),
                             a_test("slope", "model.width", above(-0.4))};
    wk_claim claim = {
        .id = "c", .claim = {{"e", {NULL, 0}}, tests, 1}, .control = {{"e", {NULL, 0}}, tests, 2}};
    wk_judgement out = judge_claim(claim, 0.95);
    assert_int_equal(out.control_finding.n, 4);
    assert_int_equal(out.control_finding.verdict, WK_PASS);
    const wk_test both[] = {a_test("slope", "model.width", below(-1.4)),
                            a_test("slope", "model.width", above(0.4))};
    claim.control.tests = both;
    assert_int_equal(judge_claim(claim, 0.95).control_finding.verdict, WK_FAIL);
    rows[0].result.end = WK_END_PENDING; /* relu cannot be measured */
    assert_int_equal(judge_claim(claim, 0.95).control_finding.verdict, WK_ERROR);
    claim.control.tests = tests; /* tanh still passes the first */
    assert_int_equal(judge_claim(claim, 0.95).control_finding.verdict, WK_PASS);
}

static void a_vacuous_claim_names_the_part_that_passes(void **state) {
    (void)state;
    power_law(-2, "act=relu"); /* passes the first test only */
    power_law(-1, "act=tanh"); /* passes both */
    const wk_test tests[] = {a_test("slope", "model.width", below(-0.4)),
                             a_test("slope", "model.width", above(-1.5))};
    const wk_judgement out = judge_claim((wk_claim){.id = "c",
                                                    .claim = {{"e", {NULL, 0}}, tests, 1},
                                                    .control = {{"e", {NULL, 0}}, tests, 2}},
                                         0.95);
    assert_int_equal(out.verdict, WK_VACUOUS);
    assert_string_equal(out.reason, "the control passes too: 3 of 4 parts pass; first slope of m "
                                    "(act = relu)");
}

static void a_failed_part_outranks_one_that_could_not_be_measured(void **state) {
    (void)state;
    power_law(-1, "act=relu");
    power_law(0, "act=tanh");
    rows[3].result.end = WK_END_PENDING;
    const wk_test test = a_test("slope", "model.width", below(-0.4));
    assert_int_equal(find(&test, 1).verdict, WK_FAIL);
    const wk_test two[] = {test, a_test("slope", "model.width", above(-0.4))};
    assert_int_equal(find(two, 2).n, 4);
}

static void exit_code_is_of_the_gravest_verdict(void **state) {
    (void)state;
    const wk_verdict all[] = {WK_PASS, WK_INCONCLUSIVE, WK_ERROR, WK_FAIL, WK_VACUOUS};
    assert_int_equal(wk_verdict_exit_code(all, 0), 0);
    const int codes[] = {0, 4, 3, 1, 1};
    for (size_t n = 1; n <= 5; n++)
        assert_int_equal(wk_verdict_exit_code(all, n), codes[n - 1]);
    assert_int_equal(wk_verdict_exit_code(&all[4], 1), 1);
    assert_string_equal(wk_verdict_name(WK_VACUOUS), "vacuous");
    assert_string_equal(wk_verdict_name(WK_INCONCLUSIVE), "inconclusive");
}

static void the_origin_is_read_from_the_source(void **state) {
    (void)state;
    const char *who = NULL;
    assert_int_equal(wk_origin_read("abstract", &who), WK_FROM_ABSTRACT);
    assert_int_equal(wk_origin_read("derived", &who), WK_FROM_DERIVED);
    assert_int_equal(wk_origin_read("related: A 2019", &who), WK_FROM_RELATED);
    assert_string_equal(who, " A 2019");
    assert_int_equal(wk_origin_read("derived elsewhere", &who), WK_FROM_ELSEWHERE);
    assert_string_equal(who, "derived elsewhere");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(the_origin_is_read_from_the_source),
        T(interval_is_students_t_over_seeds),
        T(verdict_is_where_the_interval_lies),
        T(zero_spread_gives_a_point),
        T(a_higher_level_widens_the_interval),
        T(inconclusive_says_how_many_more_seeds_settle_it),
        T(ratio_is_judged_in_logarithms),
        T(slope_part_carries_local_slopes_and_curvature),
        T(misses_on_both_sides_do_not_average_to_within),
        T(within_shows_the_side_that_decides),
        T(an_identity_holds_in_units_of_the_rounding_error),
        T(an_agreement_must_hold_at_every_x_on_both_sides),
        T(z_scores_are_pooled_and_never_inconclusive),
        T(one_seed_infinite_on_the_wrong_side_fails),
        T(seeds_infinite_on_the_right_side_never_hurt),
        T(infinite_on_both_sides_fails),
        T(a_diverged_denominator_is_a_ratio_of_zero),
        T(cap_is_taken_of_both_sides_of_a_pair),
        T(cap_is_taken_before_reducing),
        T(values_at_the_cap_are_counted),
        T(a_ratio_that_rests_on_the_cap_is_a_lower_bound),
        T(claim_and_control_combine_as_written),
        T(a_claim_without_control_is_an_error),
        T(a_control_must_fail_in_every_part),
        T(each_test_of_a_control_must_fail),
        T(a_vacuous_claim_names_the_part_that_passes),
        T(a_failed_part_outranks_one_that_could_not_be_measured),
        T(exit_code_is_of_the_gravest_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
