/* For the tests of claims: a table built cell by cell, and tests that look at it. Everything lives
 * in one arena, which `reset` empties before and after each test. */
#ifndef WK_TESTS_CLAIM_TABLE_H
#define WK_TESTS_CLAIM_TABLE_H

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

/* ---- a table, built cell by cell ---- */

enum { MOST = 2000 };
static wk_arena arena;
static wk_row rows[MOST];
static wk_table table = {rows, 0};

static inline void *must(void *block) {
    assert_non_null(block);
    return block;
}

/* A cell of experiment e with parameters "key=value key=value". */
WK_PRINTF(2, 3)
static inline wk_row *add(uint64_t seed, const char *format, ...) {
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    assert_true(table.n < MOST);
    wk_pair *pairs = must(wk_arena_get(&arena, 20, sizeof *pairs));
    size_t n = 0;
    char *state = NULL, *copy = must(wk_arena_text(&arena, text));
    for (char *word = strtok_r(copy, " ", &state); word; word = strtok_r(NULL, " ", &state)) {
        char *equals = must(strchr(word, '='));
        *equals = '\0';
        pairs[n++] = typed_pair(word, equals + 1);
    }
    wk_row *row = &rows[table.n++];
    *row = (wk_row){.id = must(wk_arena_printf(&arena, "c%03zu", table.n - 1)),
                    .experiment = "e",
                    .params = wk_bag_of(pairs, n),
                    .seed = seed,
                    .result.reason = "",
                    .result.series = must(wk_arena_get(&arena, 4, sizeof(wk_series)))};
    return row;
}

/* A metric that is `early` at t = 0, 2 and `value` at t = 8. */
static inline wk_series *put(wk_row *row, const char *metric, double early, double value) {
    wk_series *series = (wk_series *)&row->result.series[row->result.nseries++];
    double *at = must(wk_arena_doubles(&arena, 6));
    memcpy(at, (const double[]){0, 2, 8, early, early, value}, 6 * sizeof *at);
    *series = (wk_series){metric, false, 3, at, at + 3};
    return series;
}

static inline double *values_of(wk_row *row, size_t i) {
    return (double *)row->result.series[i].value;
}

static inline int reset(void **state) {
    (void)state;
    wk_arena_release(&arena);
    table.n = 0;
    return 0;
}

/* ---- tests and claims over it ---- */

static inline wk_test a_test(const char *statistic, const char *over, wk_rule rule) {
    return (wk_test){.statistic = must((void *)wk_statistic_find(statistic)),
                     .metric = "m",
                     .over = over,
                     .cap = INFINITY,
                     .rule = rule};
}

static inline wk_rule below(double high) {
    return (wk_rule){WK_BELOW, -INFINITY, high};
}

static inline wk_rule above(double low) {
    return (wk_rule){WK_ABOVE, low, INFINITY};
}

static inline wk_rule within(double low, double high) {
    return (wk_rule){WK_WITHIN, low, high};
}

static inline wk_judgement judge_claim(wk_claim claim, double level) {
    wk_judgement out;
    wk_claim *kept = must(wk_arena_get(&arena, 1, sizeof *kept));
    *kept = claim;
    wk_claim_judge(kept, &table, level, &arena, &out);
    assert_ptr_equal(out.claim, kept);
    if (out.quoted == WK_QUOTED_NEITHER)
        assert_int_equal(out.verdict, WK_PASS);
    else
        assert_non_null(strstr(out.reason, out.quoted == WK_QUOTED_CLAIM
                                               ? out.claim_finding.reason
                                               : out.control_finding.reason));
    return out;
}

/* The finding of some tests on experiment e, without a control. */
static inline wk_finding find(const wk_test *tests, size_t n) {
    const wk_claim claim = {.id = "c", .claim = {{"e", {NULL, 0}}, tests, n}};
    return judge_claim(claim, 0.95).claim_finding;
}

static inline wk_part only_part(wk_test test) {
    const wk_test *kept = memcpy(must(wk_arena_get(&arena, 1, sizeof test)), &test, sizeof test);
    const wk_finding found = find(kept, 1);
    assert_int_equal(found.n, 1);
    assert_int_equal(found.verdict, found.parts[0].verdict);
    return found.parts[0];
}

static inline void assert_verdict(wk_part part, wk_verdict verdict, const char *reason) {
    if (part.verdict != verdict || !strstr(part.reason, reason))
        fail_msg("%s: '%s', not %s: '%s'", wk_verdict_name(part.verdict), part.reason,
                 wk_verdict_name(verdict), reason);
}

/* One cell a seed with these values of m. */
static inline void seeds_with(const double *values, size_t n) {
    for (size_t i = 0; i < n; i++)
        put(add(i + 1, "model.width=64"), "m", 1, values[i]);
}
#define SEEDS(...)                                                                                 \
    seeds_with((const double[]){__VA_ARGS__}, sizeof((double[]){__VA_ARGS__}) / sizeof(double))

/* y = width^exponent·(1 + seed/100) at five widths, six seeds; `extra` parameters for all. */
static inline void power_law(double exponent, const char *extra) {
    for (int width = 64; width <= 1024; width *= 2)
        for (uint64_t seed = 1; seed <= 6; seed++)
            put(add(seed, "model.width=%d %s", width, extra), "m", 1,
                pow(width, exponent + 0.01 * (double)seed));
}

#define T(name) cmocka_unit_test_setup_teardown(name, reset, reset)

#endif
