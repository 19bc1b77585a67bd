/* Is the statistics honest? Simulated power laws y = C·x^a·noise with a known, judged by
 * wk_claim_judge as a suite's would be: how often the interval holds the truth, how often a claim
 * passes that is not so, how often one that is so passes. Deterministic: the generator is the
 * test's own. */
#include "claim/claim.h"
#include "claim/judgement.h"
#include "claim/statistic.h"
#include "typed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { WIDTHS = 6, MOST_SEEDS = 10, RUNS = 3000 };

/* splitmix64 (Vigna): one counter, good enough for a few million draws */
static uint64_t counter;

static double uniform(void) {
    uint64_t z = (counter += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return ((double)(z >> 11) + 0.5) * 0x1p-53;
}

static double normal(void) {
    const double radius = sqrt(-2 * log(uniform()));
    return radius * cos(2 * M_PI * uniform());
}

/* Mean 0, variance 1, skewness 2: an exponential */
static double skewed(void) {
    return -log(uniform()) - 1;
}

typedef struct law {
    double exponent, sigma; /* noise of ln y within a seed */
    double spread;          /* standard deviation of the exponent between seeds */
    double (*noise)(void);
    size_t seeds;
} law;

/* ---- one simulated experiment, as a table ---- */

static double values[WIDTHS][MOST_SEEDS];
static wk_row rows[WIDTHS * MOST_SEEDS];
static wk_series series[WIDTHS * MOST_SEEDS];
static wk_pair pairs[WIDTHS];
static char texts[WIDTHS][16];
static const double end = 8;

static wk_table simulate(const law *l) {
    size_t n = 0;
    double tilt[MOST_SEEDS];
    for (size_t s = 0; s < l->seeds; s++)
        tilt[s] = l->exponent + l->spread * l->noise();
    for (size_t i = 0; i < WIDTHS; i++) {
        const double width = 64 * pow(4, (double)i);
        snprintf(texts[i], sizeof texts[i], "%.0f", width);
        pairs[i] = typed_pair("model.width", texts[i]);
        for (size_t s = 0; s < l->seeds; s++, n++) {
            values[i][s] = 3 * pow(width, tilt[s]) * exp(l->sigma * l->noise());
            series[n] = (wk_series){"y", false, 1, &end, &values[i][s]};
            rows[n] = (wk_row){.id = "x",
                               .experiment = "e",
                               .params = {&pairs[i], 1},
                               .seed = s + 1,
                               .result.reason = "",
                               .result.series = &series[n],
                               .result.nseries = 1};
        }
    }
    return (wk_table){rows, n};
}

typedef struct rates {
    double covered, passed, failed,
        above_truth; /* shares of the runs; above: interval wholly above */
} rates;

/* `truth`: what the statistic is of the law without noise. */
static rates judge_often(const char *statistic, double truth, law l, wk_rule rule, double level) {
    rates sum = {0};
    const wk_test test = {.statistic = wk_statistic_find(statistic),
                          .metric = "y",
                          .positive = true,
                          .over = "model.width",
                          .cap = INFINITY,
                          .rule = rule};
    const wk_claim claim = {.id = "c", .claim = {{"e", {NULL, 0}}, &test, 1}};
    wk_arena arena = {0};
    counter = 20240613;
    for (size_t r = 0; r < RUNS; r++) {
        const wk_table table = simulate(&l);
        wk_judgement out;
        wk_claim_judge(&claim, &table, level, &arena, &out);
        const wk_part *part = &out.claim_finding.parts[0];
        if (part->verdict == WK_ERROR)
            fail_msg("%s", part->reason);
        sum.covered += (part->low <= truth && truth <= part->high) / (double)RUNS;
        sum.above_truth += (part->low > truth) / (double)RUNS;
        sum.passed += (part->verdict == WK_PASS) / (double)RUNS;
        sum.failed += (part->verdict == WK_FAIL) / (double)RUNS;
        wk_arena_reset(&arena, (wk_arena_mark){0});
    }
    wk_arena_release(&arena);
    return sum;
}

static rates run(law l, wk_rule rule, double level) {
    return judge_often("slope", l.exponent, l, rule, level);
}

/* Four standard errors of a share p over RUNS runs: a right program fails one check in 16000. */
static double slack(double p) {
    return 4 * sqrt(p * (1 - p) / RUNS);
}

static void assert_share(const char *what, double share, double low, double high) {
    print_message("# %-58s %.4f in [%.4f, %.4f]\n", what, share, low, high);
    if (!(share >= low && share <= high))
        fail_msg("%s is %.4f, not in [%.4f, %.4f]", what, share, low, high);
}

static const wk_rule claimed = {WK_BELOW, -INFINITY, -0.4};

static void interval_covers_at_its_level_under_log_normal_noise(void **state) {
    (void)state;
    const double levels[] = {0.9, 0.95, 0.99, 0.998};
    for (size_t i = 0; i < 4; i++)
        for (size_t seeds = 5; seeds <= 10; seeds += 5) {
            const rates r = run((law){-0.73, 0.4, 0.05, normal, seeds}, claimed, levels[i]);
            char what[80];
            snprintf(what, sizeof what, "coverage at %g, %zu seeds", levels[i], seeds);
            assert_share(what, r.covered, levels[i] - slack(levels[i]),
                         levels[i] + slack(levels[i]));
            snprintf(what, sizeof what, "  wholly above the truth");
            const double tail = (1 - levels[i]) / 2;
            assert_share(what, r.above_truth, tail - slack(tail), tail + slack(tail));
        }
}

static void interval_covers_nearly_so_under_skewed_noise(void **state) {
    (void)state;
    /* noise within a seed, which the slope averages; and the harder case, skew between seeds */
    const rates within = run((law){-0.73, 0.4, 0, skewed, 10}, claimed, 0.95);
    assert_share("coverage at .95, skew within seeds", within.covered, 0.94 - slack(0.95),
                 0.96 + slack(0.95));
    const rates between = run((law){-0.73, 0.1, 0.1, skewed, 10}, claimed, 0.95);
    assert_share("coverage at .95, skew between seeds", between.covered, 0.88, 0.96);
}

static void a_claim_on_its_bound_passes_as_rarely_as_the_level_says(void **state) {
    (void)state;
    const double tail = 0.025;
    for (size_t seeds = 5; seeds <= 10; seeds += 5) {
        const rates r = run((law){-0.4, 0.4, 0.05, normal, seeds}, claimed, 0.95);
        assert_share("false positives on the bound", r.passed, tail - slack(tail),
                     tail + slack(tail));
        assert_share("false failures on the bound", r.failed, tail - slack(tail),
                     tail + slack(tail));
    }
    const rates skew = run((law){-0.4, 0.4, 0, skewed, 10}, claimed, 0.95);
    assert_share("false positives on the bound, skew within seeds", skew.passed, 0,
                 0.025 + 2 * slack(tail));
}

static void a_claim_that_is_not_so_does_not_pass_and_mostly_fails(void **state) {
    (void)state;
    const rates flat = run((law){0, 0.4, 0.05, normal, 10}, claimed, 0.95);
    assert_share("a flat law passes", flat.passed, 0, 0);
    assert_share("a flat law fails", flat.failed, 0.999, 1);
    const rates near = run((law){-0.35, 0.4, 0.05, normal, 10}, claimed, 0.95);
    assert_share("slope -.35 passes", near.passed, 0, 0.01);
}

static void a_claim_that_is_so_passes_with_the_suites_seeds(void **state) {
    (void)state;
    const rates relu = run((law){-0.73, 0.4, 0.05, normal, 10}, claimed, 0.95);
    assert_share("power at slope -.73, 10 seeds", relu.passed, 0.999, 1);
    const rates strict = run((law){-0.73, 0.4, 0.05, normal, 10}, claimed, 0.998);
    assert_share("power at slope -.73, 10 seeds, level .998", strict.passed, 0.99, 1);
    const rates few = run((law){-0.73, 0.4, 0.05, normal, 5}, claimed, 0.95);
    assert_share("power at slope -.73, 5 seeds", few.passed, 0.98, 1);
    const rates bound = run((law){-0.5, 0.4, 0.05, normal, 10}, claimed, 0.95);
    assert_share("power at the bound -.5, margin .1, 10 seeds", bound.passed, 0.5, 1);
    assert_share("  and it never fails there", bound.failed, 0, 0.001);
}

static void within_passes_wrongly_as_rarely_as_below_does(void **state) {
    (void)state;
    const wk_rule rule = {WK_WITHIN, -0.6, -0.4};
    const rates on = run((law){-0.4, 0.2, 0.02, normal, 10}, rule, 0.95);
    assert_share("within: false positives on an end", on.passed, 0.025 - slack(0.025),
                 0.025 + slack(0.025));
    const rates middle = run((law){-0.5, 0.2, 0.02, normal, 10}, rule, 0.95);
    assert_share("within: power in the middle", middle.passed, 0.99, 1);
}

static void more_noise_never_makes_an_interval_dishonest_but_inconclusive(void **state) {
    (void)state;
    const rates r = run((law){-0.73, 3, 0.3, normal, 5}, claimed, 0.95);
    assert_share("coverage with much noise", r.covered, 0.95 - slack(0.95), 0.95 + slack(0.95));
    assert_share("then few claims pass", r.passed, 0, 0.8);
    assert_share("and none is called false", r.failed, 0, 0.025);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interval_covers_at_its_level_under_log_normal_noise),
        cmocka_unit_test(interval_covers_nearly_so_under_skewed_noise),
        cmocka_unit_test(a_claim_on_its_bound_passes_as_rarely_as_the_level_says),
        cmocka_unit_test(a_claim_that_is_not_so_does_not_pass_and_mostly_fails),
        cmocka_unit_test(a_claim_that_is_so_passes_with_the_suites_seeds),
        cmocka_unit_test(within_passes_wrongly_as_rarely_as_below_does),
        cmocka_unit_test(more_noise_never_makes_an_interval_dishonest_but_inconclusive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
