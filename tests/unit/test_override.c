/* --set KEY=VALUE: which places a key means, and what is refused. */
#include "suite/override.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const wk_param document_rows[] = {
    {.name = "title", .type = WK_TEXT},
    {.name = "seed", .type = WK_INTEGER},
    {.name = "experiments", .type = WK_NAMED},
    {.name = "claims", .type = WK_NAMED},
};
static const wk_group document = {.name = "suite", .rows = document_rows, .n = 4};

static const char suite[] = "title: t\n"
                            "experiments:\n"
                            "  drift:\n"
                            "    model: {width: 64, depth: 2}\n"
                            "    loss: [{name: a}, {name: b}]\n"
                            "  pca.long:\n"
                            "    model: {width: 32}\n"
                            "claims:\n"
                            "  c: {from: {where: {model.width: 64}}}\n";

static wk_yaml *base(wk_arena *arena) {
    wk_yaml *root = NULL;
    wk_error err = {0};
    if (wk_yaml_parse("x.yaml", suite, strlen(suite), arena, &root, &err) != WK_OK)
        fail_msg("%s", err.message);
    return root;
}

static void set(wk_yaml *root, const char *key_value, wk_arena *arena) {
    wk_error err = {0};
    if (wk_override_apply(root, key_value, &document, arena, &err) != WK_OK)
        fail_msg("%s", err.message);
}

/* The value at a path of keys, NULL-terminated. */
static const wk_yaml *get(const wk_yaml *node, ...) {
    va_list keys;
    va_start(keys, node);
    for (const char *key = va_arg(keys, const char *); key && node;
         key = va_arg(keys, const char *))
        node = wk_yaml_find(node, key);
    va_end(keys);
    return node;
}

static void refused(const char *key_value, const char *message) {
    wk_arena arena = {0};
    wk_error err = {0};
    assert_int_equal(wk_override_apply(base(&arena), key_value, &document, &arena, &err),
                     WK_BAD_INPUT);
    assert_string_equal(err.message, message);
    wk_arena_release(&arena);
}

static void a_path_from_the_top_replaces_or_adds(void **state) {
    (void)state;
    wk_arena arena = {0};
    wk_yaml *root = base(&arena);
    set(root, "experiments.drift.model.width=[128, 256]", &arena);
    const wk_yaml *width = get(root, "experiments", "drift", "model", "width", NULL);
    assert_int_equal(width->kind, WK_YAML_LIST);
    assert_string_equal(width->items[1]->text, "256");
    assert_string_equal(get(root, "experiments", "pca.long", "model", "width", NULL)->text, "32");
    set(root, "seed=7", &arena);
    assert_string_equal(get(root, "seed", NULL)->text, "7");
    set(root, "title='a=b'", &arena);
    assert_string_equal(get(root, "title", NULL)->text, "a=b");
    assert_true(get(root, "title", NULL)->quoted);
    set(root, "experiments.drift.loss=name: c", &arena);
    assert_string_equal(get(root, "experiments", "drift", "loss", "name", NULL)->text, "c");
    wk_arena_release(&arena);
}

static void names_may_hold_dots(void **state) {
    (void)state;
    wk_arena arena = {0};
    wk_yaml *root = base(&arena);
    set(root, "experiments.pca.long.model.width=16", &arena);
    assert_string_equal(get(root, "experiments", "pca.long", "model", "width", NULL)->text, "16");
    set(root, "claims.c.from.where.model.width=16", &arena);
    assert_string_equal(get(root, "claims", "c", "from", "where", "model.width", NULL)->text, "16");
    wk_arena_release(&arena);
}

static void other_paths_are_meant_below_every_experiment(void **state) {
    (void)state;
    wk_arena arena = {0};
    wk_yaml *root = base(&arena);
    set(root, "model.depth=3", &arena);
    assert_string_equal(get(root, "experiments", "drift", "model", "depth", NULL)->text, "3");
    assert_string_equal(get(root, "experiments", "pca.long", "model", "depth", NULL)->text, "3");
    set(root, "threads=[1, 2]", &arena);
    assert_int_equal(get(root, "experiments", "pca.long", "threads", NULL)->n, 2);
    wk_arena_release(&arena);
}

static void a_star_means_all_children(void **state) {
    (void)state;
    wk_arena arena = {0};
    wk_yaml *root = base(&arena);
    set(root, "experiments.*.model.width=8", &arena);
    assert_string_equal(get(root, "experiments", "drift", "model", "width", NULL)->text, "8");
    assert_string_equal(get(root, "experiments", "pca.long", "model", "width", NULL)->text, "8");
    set(root, "experiments.drift.loss.*.similarity=dot", &arena); /* of a list too */
    const wk_yaml *loss = get(root, "experiments", "drift", "loss", NULL);
    assert_string_equal(get(loss->items[1], "similarity", NULL)->text, "dot");
    set(root, "experiments.drift.model.*=5", &arena);
    assert_string_equal(get(root, "experiments", "drift", "model", "depth", NULL)->text, "5");
    wk_arena_release(&arena);
}

static void each_place_gets_its_own_value(void **state) {
    (void)state;
    wk_arena arena = {0};
    wk_yaml *root = base(&arena);
    set(root, "model={width: 1}", &arena);
    set(root, "experiments.drift.model.width=2", &arena);
    assert_string_equal(get(root, "experiments", "pca.long", "model", "width", NULL)->text, "1");
    wk_arena_release(&arena);
}

static void columns_are_those_of_the_option(void **state) {
    (void)state;
    wk_arena arena = {0};
    wk_yaml *root = base(&arena);
    set(root, "model.breadth=3", &arena);
    const wk_yaml *model = get(root, "experiments", "drift", "model", NULL);
    const wk_yaml *key = model->keys[model->n - 1];
    assert_string_equal(key->text, "breadth");
    assert_string_equal(key->source, "--set");
    assert_int_equal(key->line, 1);
    assert_int_equal(key->column, 7);
    assert_int_equal(get(model, "breadth", NULL)->column, 15);
    wk_arena_release(&arena);
    refused("seed=[1, *a]", "--set:1:10: '*a': aliases are not allowed");
    refused("seed=[1", "--set:1:8: did not find expected ',' or ']' (while parsing a flow "
                       "sequence that begins at line 1)");
}

static void what_is_not_there_is_refused(void **state) {
    (void)state;
    refused("experiments.drfit.model.width=3",
            "--set:1:13: there is no 'drfit' (did you mean 'drift'?)");
    refused("claims.zzzzzz.from.x=3", "--set:1:8: there is no 'zzzzzz' in the suite at line 9");
    refused("train.step=3", "--set:1:1: there is no 'train' in the suite at line 4");
    refused("experiments.drift.loss.name=3", "--set:1:24: 'experiments.drift.loss' is a list: it "
                                             "has no keys");
    refused("title.x=3", "--set:1:7: 'title' is a single value: it has no keys");
    refused("title.*=3", "--set:1:7: '*': there is nothing below 'title'");
    wk_arena arena = {0};
    wk_error err = {0};
    wk_yaml *root = NULL;
    assert_int_equal(wk_yaml_parse("x", "title: t", 8, &arena, &root, &err), WK_OK);
    assert_int_equal(wk_override_apply(root, "a.b=1", &document, &arena, &err), WK_BAD_INPUT);
    assert_string_equal(err.message,
                        "--set:1:1: 'a.b' is meant below every experiment, but there is none");
    wk_arena_release(&arena);
}

static void odd_keys_and_empty_values_are_refused(void **state) {
    (void)state;
    refused("seed", "--set:1:1: expected KEY=VALUE, not 'seed'");
    refused("=3", "--set:1:1: a name is missing in ''");
    refused("model..width=3", "--set:1:7: a name is missing in 'model..width'");
    refused("model.=3", "--set:1:7: a name is missing in 'model.'");
    refused(".seed=3", "--set:1:1: a name is missing in '.seed'");
    refused("se ed=3", "--set:1:3: 'se ed' is not a key");
    refused("seed=", "--set:1:6: 'seed' is given no value");
    refused("seed=  ", "--set:1:6: 'seed' is given no value");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_from_the_top_replaces_or_adds),
        cmocka_unit_test(names_may_hold_dots),
        cmocka_unit_test(other_paths_are_meant_below_every_experiment),
        cmocka_unit_test(a_star_means_all_children),
        cmocka_unit_test(each_place_gets_its_own_value),
        cmocka_unit_test(columns_are_those_of_the_option),
        cmocka_unit_test(what_is_not_there_is_refused),
        cmocka_unit_test(odd_keys_and_empty_values_are_refused),
    };
    return cmocka_run_group_tests_name("override", tests, NULL, NULL);
}
