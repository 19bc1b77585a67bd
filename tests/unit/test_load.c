/* suite/load.h: how defaults lie below experiments, and what overrides see. */
#include "suite/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const wk_param until_rows[] = {
    {.name = "time", .type = WK_REAL, .max = 1e9},
    {.name = "gap", .type = WK_REAL, .max = 1},
};
static const wk_group until_group = {
    .name = "until", .rows = until_rows, .n = 2, .shorthand = "time", .exactly_one = true};
static const wk_param model_rows[] = {
    {.name = "width", .type = WK_INTEGER, .flags = WK_AXIS | WK_REQUIRED, .min = 1, .max = 1e6},
    {.name = "outputs", .type = WK_INTEGER, .fallback = "8", .min = 1, .max = 64},
};
static const wk_group model_group = {.name = "model", .rows = model_rows, .n = 2};
static const wk_param experiment_rows[] = {
    {.name = "model", .type = WK_GROUP, .flags = WK_REQUIRED, .group = &model_group},
    {.name = "until", .type = WK_GROUP, .flags = WK_REQUIRED, .group = &until_group},
};
static const wk_group experiment_group = {.name = "experiment", .rows = experiment_rows, .n = 2};
static const wk_param document_rows[] = {
    {.name = "experiments", .type = WK_NAMED, .flags = WK_REQUIRED, .group = &experiment_group},
    {.name = "seed", .type = WK_INTEGER, .fallback = "1", .max = 1e9},
};
static const wk_group document_group = {.name = "suite", .rows = document_rows, .n = 2};

typedef struct loaded {
    wk_arena arena;
    wk_suite suite;
    wk_error err;
    wk_status status;
} loaded;

static loaded load(const char *text, const char *const *overrides, size_t n) {
    loaded l = {0};
    l.status = wk_suite_load("s.yaml", text, strlen(text), overrides, n, &document_group,
                             &experiment_group, &l.arena, &l.suite, &l.err);
    return l;
}

static const wk_node *experiment(const loaded *l, const char *name) {
    assert_int_equal(l->status, WK_OK);
    return wk_node_find(wk_node_find(l->suite.root, "experiments"), name);
}

static void a_default_fills_what_an_experiment_lacks(void **state) {
    (void)state;
    loaded l = load("defaults: {model: {outputs: 3}, until: 5}\n"
                    "experiments: {a: {model: {width: 7}}}\n",
                    NULL, 0);
    const wk_node *a = experiment(&l, "a");
    assert_int_equal(wk_node_size(wk_node_find(a, "model"), "outputs"), 3);
    assert_int_equal(wk_node_size(wk_node_find(a, "model"), "width"), 7);
    wk_arena_release(&l.arena);
}

static void an_experiments_own_value_wins(void **state) {
    (void)state;
    loaded l = load("defaults: {model: {outputs: 3, width: 1}, until: 5}\n"
                    "experiments: {a: {model: {width: 7, outputs: 4}}}\n",
                    NULL, 0);
    assert_int_equal(wk_node_size(wk_node_find(experiment(&l, "a"), "model"), "outputs"), 4);
    wk_arena_release(&l.arena);
}

static void a_choice_of_one_is_taken_whole(void **state) {
    (void)state;
    loaded l = load("defaults: {until: {time: 5}}\n"
                    "experiments: {a: {model: {width: 7}, until: {gap: 0.5}}}\n",
                    NULL, 0);
    const wk_node *until = wk_node_find(experiment(&l, "a"), "until");
    assert_null(wk_node_find(until, "time"));
    assert_true(wk_node_real(until, "gap") == 0.5);
    wk_arena_release(&l.arena);
}

static void an_override_reaches_what_comes_from_defaults(void **state) {
    (void)state;
    const char *const overrides[] = {"model.outputs=5"};
    loaded l = load("defaults: {model: {outputs: 3}, until: 5}\n"
                    "experiments: {a: {model: {width: 7}}, b: {model: {width: 8}}}\n",
                    overrides, 1);
    assert_int_equal(wk_node_size(wk_node_find(experiment(&l, "a"), "model"), "outputs"), 5);
    assert_int_equal(wk_node_size(wk_node_find(experiment(&l, "b"), "model"), "outputs"), 5);
    wk_arena_release(&l.arena);
}

static void an_unknown_default_is_refused_where_it_stands(void **state) {
    (void)state;
    loaded l =
        load("defaults:\n  modle: {outputs: 3}\nexperiments: {a: {model: {width: 7}, until: 1}}\n",
             NULL, 0);
    assert_int_equal(l.status, WK_BAD_INPUT);
    assert_non_null(strstr(l.err.message, "s.yaml:2:3: "));
    wk_arena_release(&l.arena);
}

static void a_wrong_default_is_refused_at_its_own_line(void **state) {
    (void)state;
    loaded l = load("defaults:\n  until: no\nexperiments: {a: {model: {width: 7}}}\n", NULL, 0);
    assert_int_equal(l.status, WK_BAD_INPUT);
    assert_non_null(strstr(l.err.message, "s.yaml:2:"));
    wk_arena_release(&l.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_default_fills_what_an_experiment_lacks),
        cmocka_unit_test(an_experiments_own_value_wins),
        cmocka_unit_test(a_choice_of_one_is_taken_whole),
        cmocka_unit_test(an_override_reaches_what_comes_from_defaults),
        cmocka_unit_test(an_unknown_default_is_refused_where_it_stands),
        cmocka_unit_test(a_wrong_default_is_refused_at_its_own_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
