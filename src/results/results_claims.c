/* Reads the claims of results.json. */
#include "results/read.h"

#include <stdlib.h>
#include <string.h>

/* "slope of ntk.change, {"below":-0.4}, {reading}": what a part asks, without what was found. */
static const char *test_of(const char *whose, const json_t *part, wk_arena *arena) {
    static const char *const asked[] = {"rule", "reading"};
    const char *statistic = json_string_value(json_object_get(part, "statistic"));
    const char *metric = json_string_value(json_object_get(part, "metric"));
    const char *told = wk_arena_printf(arena, "%s%s of %s", whose, statistic ? statistic : "?",
                                       metric ? metric : "?");
    for (size_t i = 0; i < 2; i++) {
        const json_t *value = json_object_get(part, asked[i]);
        char *text =
            value ? json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY) : NULL;
        told = wk_arena_printf(arena, "%s, %s", told, text ? text : "?");
        free(text);
    }
    return told;
}

/* Are both of one test? They may differ in the cells that they are of, and in what was found. */
static bool asks_the_same(const json_t *part, const json_t *other) {
    static const char *const asked[] = {"statistic", "metric", "rule", "reading"};
    for (size_t k = 0; k < 4; k++) {
        const json_t *a = json_object_get(part, asked[k]), *b = json_object_get(other, asked[k]);
        if (a != b && !(a && b && json_equal(a, b)))
            return false;
    }
    return true;
}

/* The tests of `object`'s parts, each once. */
static void add_tests(const char *whose, const json_t *object, const char **tests, size_t *n,
                      wk_arena *arena) {
    const json_t *parts = json_object_get(object, "parts");
    for (size_t i = 0; i < json_array_size(parts); i++) {
        const json_t *part = json_array_get(parts, i);
        if (i == 0 || !asks_the_same(part, json_array_get(parts, i - 1)))
            tests[(*n)++] = test_of(whose, part, arena);
    }
}

static void read_tests(const wk_results_reader *r, const json_t *object, wk_results_claim *claim) {
    const json_t *control = json_object_get(object, "control");
    const size_t most = json_array_size(json_object_get(object, "parts")) +
                        json_array_size(json_object_get(control, "parts"));
    const char **tests = wk_arena_get(r->arena, most, sizeof *tests);
    add_tests("", object, tests, &claim->ntests, r->arena);
    add_tests("control: ", control, tests, &claim->ntests, r->arena);
    claim->tests = tests;
}

static wk_status read_claim(const wk_results_reader *r, const json_t *object,
                            wk_results_claim *claim) {
    const char *verdict = NULL;
    if (!json_is_object(object))
        return wk_fail(r->err, WK_BAD_INPUT, "must be an object, not %s",
                       wk_results_kind_of(object));
    WK_TRY(wk_results_text(r, object, "id", &claim->id));
    WK_TRY(wk_results_text(r, object, "statement", &claim->statement));
    WK_TRY(wk_results_text(r, object, "reason", &claim->reason));
    WK_TRY(wk_results_text(r, object, "verdict", &verdict));
    read_tests(r, object, claim);
    for (int v = WK_PASS; v <= WK_VACUOUS; v++)
        if (strcmp(verdict, wk_verdict_name((wk_verdict)v)) == 0) {
            claim->verdict = (wk_verdict)v;
            return WK_OK;
        }
    return wk_fail(r->err, WK_BAD_INPUT, "verdict: '%.60s' is none", verdict);
}

wk_status wk_results_read_claims(const wk_results_reader *r, const json_t *root, wk_results *out) {
    const json_t *list = NULL;
    WK_TRY(wk_results_member(r, root, "claims", JSON_ARRAY, &list));
    const size_t n = json_array_size(list);
    wk_results_claim *claims = wk_arena_get(r->arena, n, sizeof *claims);
    for (size_t i = 0; i < n; i++) {
        if (read_claim(r, json_array_get(list, i), &claims[i]) != WK_OK)
            return wk_fail_within(r->err, "claims[%zu]", i);
        for (size_t j = 0; j < i; j++)
            if (strcmp(claims[i].id, claims[j].id) == 0)
                return wk_fail(r->err, WK_BAD_INPUT, "claims[%zu]: '%.100s' is listed twice", i,
                               claims[i].id);
    }
    out->claims = claims;
    out->nclaims = n;
    return WK_OK;
}
