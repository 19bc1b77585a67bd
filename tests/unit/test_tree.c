/* The typed tree: what each kind of row accepts, and what is said of the rest. */
#include "tree_support.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- scalars ---- */

static void integers_are_decimal(void **state) {
    (void)state;
    wk_arena arena = {0};
    assert_string_equal(wk_node_text(tree("width: 1", &model, &arena), "width"), "1");
    assert_int_equal(wk_node_size(tree("width: 10000000", &model, &arena), "width"), 10000000);
    assert_string_equal(wk_node_text(tree("lag: -0", &ntk, &arena), "lag"), "0");
    assert_string_equal(wk_node_text(tree("lag: -12", &ntk, &arena), "lag"), "-12");
    assert_string_equal(wk_node_text(tree("lag: +12", &ntk, &arena), "lag"), "12");
    static const char *const wrong[] = {"1.5", "0",   "10000001", "-3",   "010", "0x10", "0o17",
                                        "1e3", "+-3", "1_000",    "1:30", "yes", "true", "~",
                                        "٣",   "3 4", "1,000",    "null", ".inf"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[64], message[200];
        snprintf(text, sizeof text, "width: %s", wrong[i]);
        snprintf(message, sizeof message,
                 "x.yaml:1:8: 'width' must be an integer from 1 to 10000000, not '%s'", wrong[i]);
        refused(text, &model, message);
    }
    refused("width: \"3\"", &model,
            "x.yaml:1:8: 'width' must be an integer from 1 to 10000000, not the text '3'");
    refused("width:", &model,
            "x.yaml:1:7: 'width' must be an integer from 1 to 10000000, not empty");
    refused("width: {a: 1}", &model,
            "x.yaml:1:8: 'width' must be an integer from 1 to 10000000, not a mapping");
    wk_arena_release(&arena);
}

static void integers_may_be_words(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_node *node = tree("probes: [all, 3]", &ntk, &arena);
    assert_string_equal(wk_node_find(node, "probes")->items[0]->value.text, "all");
    refused("probes: al", &ntk,
            "x.yaml:1:9: 'probes' must be an integer from 1 to 64, or all, not 'al' (did you mean "
            "'all'?)");
    wk_arena_release(&arena);
}

static void reals_are_canonical(void **state) {
    (void)state;
    static const char *const same[][2] = {
        {"1e3", "1000"}, {"0.10", "0.1"},     {"-0", "0"},      {"1E-5", "1e-05"},
        {".5", "0.5"},   {"-2.50e+1", "-25"}, {"0.05", "0.05"}, {"1e300", "1e+300"},
        {"+.5", "0.5"},  {"+1e3", "1000"}};
    wk_arena arena = {0};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        char text[64];
        snprintf(text, sizeof text, "{model: {width: 1}, step: %s}", same[i][0]);
        assert_string_equal(wk_node_text(tree(text, &experiment, &arena), "step"), same[i][1]);
    }
    const wk_node *node = tree("{model: {width: 1}, step: 0.25}", &experiment, &arena);
    assert_true(wk_node_real(node, "step") == 0.25);
    assert_true(wk_node_real(wk_node_find(node, "model"), "width") == 1);
    static const char *const wrong[] = {"1e400", "inf", ".nan", "0x1p3", "1:30", "010",
                                        "1e",    "no",  "+010", "++1",   "+"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[64], message[200];
        snprintf(text, sizeof text, "{model: {width: 1}, step: %s}", wrong[i]);
        snprintf(message, sizeof message, "x.yaml:1:27: 'step' must be a number, not '%s'",
                 wrong[i]);
        refused(text, &experiment, message);
    }
    wk_arena_release(&arena);
}

static void ranges_are_told_in_words(void **state) {
    (void)state;
    refused("{name: infonce, temperature: 0}", &loss,
            "x.yaml:1:30: 'temperature' must be a number greater than zero, not '0'");
    refused("{time: 1001}", &until,
            "x.yaml:1:8: 'time' must be a number greater than zero and at most 1000, not '1001'");
    static const wk_param rows[] = {
        {.name = "low", .type = WK_REAL, .min = -1, .max = DBL_MAX},
        {.name = "high", .type = WK_REAL, .min = -DBL_MAX, .max = 5},
    };
    static const wk_group group = {.name = "limits", ROWS(rows)};
    refused("low: -1.5", &group, "x.yaml:1:6: 'low' must be a number of at least -1, not '-1.5'");
    refused("high: 6", &group, "x.yaml:1:7: 'high' must be a number of at most 5, not '6'");
}

static void truths_and_words_are_exact(void **state) {
    (void)state;
    wk_arena arena = {0};
    assert_string_equal(
        wk_node_text(tree("{width: 1, residual: true}", &model, &arena), "residual"), "true");
    refused("{width: 1, residual: yes}", &model,
            "x.yaml:1:22: 'residual' must be true or false, not 'yes'");
    refused("{width: 1, residual: 'true'}", &model,
            "x.yaml:1:22: 'residual' must be true or false, not the text 'true'");
    refused("{width: 1, activation: tahn}", &model,
            "x.yaml:1:24: 'activation' must be one of relu, tanh, erf, not 'tahn' (did you mean "
            "'tanh'?)");
    refused("{width: 1, activation: Relu}", &model,
            "x.yaml:1:24: 'activation' must be one of relu, tanh, erf, not 'Relu' (did you mean "
            "'relu'?)");
    wk_arena_release(&arena);
}

static void texts_are_one_line(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_node *node =
        tree("model: {width: 1}\nnote: >\n  yes, two\n  lines\nfile: a/b.idx", &experiment, &arena);
    assert_string_equal(wk_node_text(node, "note"), "yes, two lines");
    assert_string_equal(wk_node_text(node, "file"), "a/b.idx");
    refused("{model: {width: 1}, note: \"a\\nb\"}", &experiment,
            "x.yaml:1:27: 'note' must be one line of text, not 'a?b'");
    refused("{model: {width: 1}, note: }", &experiment,
            "x.yaml:1:27: 'note' must be one line of text, not empty");
    refused("{model: {width: 1}, file: ''}", &experiment,
            "x.yaml:1:27: 'file' must be the path of a file, not ''");
    wk_arena_release(&arena);
}

/* ---- values that are lists ---- */

static void an_interval_is_a_value_not_an_axis(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_node *node = tree("within: [-0.10, 1e1]", &range, &arena);
    assert_int_equal(wk_node_find(node, "within")->kind, WK_NODE_LIST);
    assert_string_equal(combination(node, 0, &arena), "within=-0.1,10");
    assert_string_equal(combination(tree("[0, 1]", &range, &arena), 0, &arena), "within=0,1");
    node = tree("{model: {width: 1}, range: [[0, 1], [1, 2]]}", &experiment, &arena);
    assert_int_equal(wk_node_find(node, "range")->kind, WK_NODE_AXIS);
    assert_int_equal(wk_node_count(node), 2);
    node = tree("within: [[0, 1], [1, 2], [2, 3]]", &range, &arena);
    assert_int_equal(wk_node_count(node), 3);
    refused("within: [1, 1]", &range,
            "x.yaml:1:9: 'within' must be [low, high] with low < high, not [1, 1]");
    refused("within: [1, 2, 3]", &range,
            "x.yaml:1:9: 'within' must be [low, high] with low < high, each a number, not a list");
    refused("within: []", &range,
            "x.yaml:1:9: 'within' must be [low, high] with low < high, each a number, not a list");
    refused("within: [0, '1']", &range,
            "x.yaml:1:13: 'within' must be [low, high] with low < high, each a number, not '1'");
    wk_arena_release(&arena);
}

static void words_are_a_list_or_one(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_node *node =
        tree("{model: {width: 1}, layers: [output, hidden]}", &experiment, &arena);
    assert_int_equal(wk_node_find(node, "layers")->kind, WK_NODE_LIST);
    assert_int_equal(wk_node_count(node), 1);
    assert_non_null(strstr(combination(node, 0, &arena), " layers=output,hidden "));
    node = tree("{model: {width: 1}, layers: output}", &experiment, &arena);
    assert_int_equal(wk_node_find(node, "layers")->n, 1);
    refused("{model: {width: 1}, layers: [output, hiden]}", &experiment,
            "x.yaml:1:38: 'layers' must be a text or a list of texts (without commas) of hidden, "
            "output, not 'hiden' (did you mean 'hidden'?)");
    refused("{model: {width: 1}, layers: []}", &experiment,
            "x.yaml:1:29: 'layers' must be a text or a list of texts (without commas) of hidden, "
            "output, not a list");
    wk_arena_release(&arena);
}

static void groups_are_a_list_of_mappings(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_node *node =
        tree("{model: {width: 1}, tests: [{metric: a}, {metric: [b, c]}]}", &experiment, &arena);
    assert_int_equal(wk_node_find(node, "tests")->kind, WK_NODE_LIST);
    assert_int_equal(wk_node_count(node), 2);
    assert_non_null(strstr(combination(node, 1, &arena), "tests.1.metric=a tests.2.metric=c"));
    refused("{model: {width: 1}, tests: {metric: a}}", &experiment,
            "x.yaml:1:28: 'tests' must be a non-empty list of mappings, not a mapping");
    refused("{model: {width: 1}, tests: [{}]}", &experiment,
            "x.yaml:1:29: missing required key 'tests.metric'");
    wk_arena_release(&arena);
}

static void a_match_has_lists_of_canonical_values(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_node *node =
        tree("{model: {width: 1}, where: {model.width: [64, 1e2, '007'], loss.name: infonce}}",
             &experiment, &arena);
    const wk_node *where = wk_node_find(node, "where");
    assert_int_equal(where->kind, WK_NODE_MATCH);
    const wk_node *width = wk_node_find(where, "model.width");
    assert_int_equal(width->kind, WK_NODE_LIST);
    assert_int_equal(width->n, 3);
    assert_string_equal(width->items[1]->value.text, "100");
    assert_string_equal(width->items[2]->value.text, "007");
    assert_string_equal(wk_node_find(where, "loss.name")->items[0]->value.text, "infonce");
    refused("{model: {width: 1}, where: {loss: {name: x}}}", &experiment,
            "x.yaml:1:35: 'where.loss' must be a value or a non-empty list of values");
    refused("{model: {width: 1}, where: {a b: 1}}", &experiment,
            "x.yaml:1:29: 'a b' is not a name (letters, digits and . _ -)");
    wk_arena_release(&arena);
}

/* ---- groups ---- */

static void unknown_keys_name_the_nearest(void **state) {
    (void)state;
    refused("widht: 3", &model, "x.yaml:1:1: unknown key 'widht' (did you mean 'width'?)");
    refused("title: t\nexperiments:\n  a:\n    model: {widht: 3}", &suite,
            "x.yaml:4:13: unknown key 'widht' (did you mean 'width'?)");
    refused("zzzzzz: 3", &model,
            "x.yaml:1:1: unknown key 'zzzzzz' in 'model' (there are: width, depth, activation, "
            "residual)");
    refused("{name: infonce, temprature: 3}", &loss,
            "x.yaml:1:17: unknown key 'temprature' (did you mean 'temperature'?)");
    refused("{name: triplet-linear, temperature: 3}", &loss,
            "x.yaml:1:24: key 'temperature' belongs to loss 'infonce', not to 'triplet-linear'");
}

static void missing_keys_are_told_at_the_group(void **state) {
    (void)state;
    refused("title: t\nexperiments:\n  a:\n    model:\n      depth: 3", &suite,
            "x.yaml:5:7: missing required key 'model.width'");
    refused("experiments: {}", &suite, "x.yaml:1:1: missing required key 'title'");
    refused("{title: t, experiments: {}}", &suite, "x.yaml:1:25: 'experiments' must not be empty");
    refused("similarity: dot", &loss, "x.yaml:1:1: missing required key 'name'");
    refused("{title: t, experiments: {a: 3}}", &suite,
            "x.yaml:1:29: 'experiments.a' must be a mapping, not '3'");
    refused("[1]", &suite, "x.yaml:1:1: 'suite' must be a mapping, not a list");
}

static void a_selector_picks_the_variant(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_node *node = tree("{temperature: 2, name: infonce}", &loss, &arena);
    assert_string_equal(node->variant->name, "infonce");
    assert_string_equal(combination(node, 0, &arena),
                        "name=infonce similarity=cosine temperature=2");
    refused("{name: triplett-linear}", &loss,
            "x.yaml:1:8: unknown loss 'triplett-linear' (did you mean 'triplet-linear'?)");
    refused("{name: zzzzzzz}", &loss,
            "x.yaml:1:8: unknown loss 'zzzzzzz' (there are: triplet-linear, infonce)");
    refused("{name: [infonce, triplet-linear]}", &loss,
            "x.yaml:1:8: 'name' must be one name, not a list (a list of mappings is an axis)");
    wk_arena_release(&arena);
}

static void exactly_one_means_one(void **state) {
    (void)state;
    wk_arena arena = {0};
    assert_string_equal(combination(tree("{log-width: 4}", &until, &arena), 0, &arena),
                        "log-width=4");
    assert_string_equal(combination(tree("{time: 4}", &until, &arena), 0, &arena), "time=4");
    refused("{time: 3, log-width: 4}", &until,
            "x.yaml:1:11: 'until' must have exactly one of time, log-width, not 2");
    refused("{}", &until, "x.yaml:1:1: 'until' must have exactly one of time, log-width, not 0");
    wk_arena_release(&arena);
}

static void a_shorthand_is_the_mapping_it_stands_for(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_node *node = tree("16", &until, &arena);
    assert_string_equal(combination(node, 0, &arena), "time=16");
    assert_int_equal(wk_node_find(node, "time")->at->column, 1);
    assert_string_equal(wk_node_find(node, "time")->at->source, "x.yaml");
    node =
        tree("{model: {width: 1}, until: [8, {log-width: 2}], loss: infonce}", &experiment, &arena);
    const wk_node *axis = wk_node_find(node, "until");
    assert_int_equal(axis->kind, WK_NODE_AXIS);
    assert_int_equal(axis->items[0]->kind, WK_NODE_GROUP);
    assert_string_equal(wk_node_text(axis->items[0], "time"), "8");
    assert_int_equal(wk_node_find(axis->items[0], "time")->at->column, 29);
    assert_string_equal(wk_node_find(node, "loss")->variant->name, "infonce");
    refused("{model: {width: 1}, until: never}", &experiment,
            "x.yaml:1:28: 'until.time' must be a number greater than zero and at most 1000, not "
            "'never'");
    refused("{model: {width: 1}, until: }", &experiment,
            "x.yaml:1:28: 'until' must be a mapping, not empty");
    refused("{model: [1, 2]}", &experiment, "x.yaml:1:9: 'model' must be a mapping, not a list");
    wk_arena_release(&arena);
}

static void absent_rows_take_their_defaults(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_node *node = tree("model: {width: 64}", &experiment, &arena);
    assert_string_equal(combination(node, 0, &arena),
                        "model.width=64 model.depth=2 model.activation=relu until.time=16 "
                        "ntk.probes=all note=");
    const wk_node *depth = wk_node_find(wk_node_find(node, "model"), "depth");
    assert_true(depth->is_default);
    assert_ptr_equal(depth->at, wk_node_find(node, "model")->at);
    assert_false(wk_node_find(wk_node_find(node, "model"), "width")->is_default);
    const wk_node *time = wk_node_find(wk_node_find(node, "until"), "time");
    assert_true(time->is_default);
    assert_ptr_equal(time->at, node->at);
    assert_true(wk_node_find(wk_node_find(node, "ntk"), "probes")->is_default);
    assert_null(wk_node_find(node, "loss"));
    assert_null(wk_node_find(node, "step"));
    /* a default is canonical, and what it stands for is the same cell */
    assert_string_equal(wk_node_text(tree("infonce", &loss, &arena), "temperature"), "0.5");
    wk_arena_release(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_decimal),
        cmocka_unit_test(integers_may_be_words),
        cmocka_unit_test(reals_are_canonical),
        cmocka_unit_test(ranges_are_told_in_words),
        cmocka_unit_test(truths_and_words_are_exact),
        cmocka_unit_test(texts_are_one_line),
        cmocka_unit_test(an_interval_is_a_value_not_an_axis),
        cmocka_unit_test(words_are_a_list_or_one),
        cmocka_unit_test(groups_are_a_list_of_mappings),
        cmocka_unit_test(a_match_has_lists_of_canonical_values),
        cmocka_unit_test(unknown_keys_name_the_nearest),
        cmocka_unit_test(missing_keys_are_told_at_the_group),
        cmocka_unit_test(a_selector_picks_the_variant),
        cmocka_unit_test(exactly_one_means_one),
        cmocka_unit_test(a_shorthand_is_the_mapping_it_stands_for),
        cmocka_unit_test(absent_rows_take_their_defaults),
    };
    return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
