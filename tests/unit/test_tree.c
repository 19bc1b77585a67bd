/* The typed tree: what each kind of row accepts, what is said of the rest, and how axes expand. */
#include "suite/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) .rows = (table), .n = sizeof(table) / sizeof *(table)

/* ---- a small language with one row of each kind ---- */

static const char *const activations[] = {"relu", "tanh", "erf", NULL};
static const char *const similarities[] = {"cosine", "dot", NULL};
static const char *const all[] = {"all", NULL};
static const char *const layers[] = {"hidden", "output", NULL};

static const wk_param model_rows[] = {
    {.name = "width", .type = WK_INTEGER, .flags = WK_REQUIRED | WK_AXIS, .min = 1, .max = 1e7},
    {.name = "depth", .type = WK_INTEGER, .flags = WK_AXIS, .fallback = "2", .min = 2, .max = 16},
    {.name = "activation",
     .type = WK_WORD,
     .flags = WK_AXIS,
     .fallback = "relu",
     .words = activations},
    {.name = "residual", .type = WK_TRUTH, .flags = WK_AXIS},
};
static const wk_group model = {.name = "model", ROWS(model_rows)};

static const wk_param linear_rows[] = {
    {.name = "similarity",
     .type = WK_WORD,
     .flags = WK_AXIS,
     .fallback = "cosine",
     .words = similarities},
};
static const wk_param infonce_rows[] = {
    {.name = "similarity",
     .type = WK_WORD,
     .flags = WK_AXIS,
     .fallback = "cosine",
     .words = similarities},
    {.name = "temperature",
     .type = WK_REAL,
     .flags = WK_AXIS,
     .fallback = "0.50",
     .min = WK_POSITIVE,
     .max = DBL_MAX},
};
static const wk_param loss_rows[] = {{.name = "name", .type = WK_NAME, .flags = WK_REQUIRED}};
static const wk_variant losses[] = {
    {.name = "triplet-linear", ROWS(linear_rows)},
    {.name = "infonce", ROWS(infonce_rows)},
};
static const wk_group loss = {.name = "loss",
                              ROWS(loss_rows),
                              .shorthand = "name",
                              .selector = "name",
                              .variants = losses,
                              .nvariants = 2};

static const wk_param until_rows[] = {
    {.name = "time", .type = WK_REAL, .min = WK_POSITIVE, .max = 1000},
    {.name = "log-width", .type = WK_REAL, .fallback = "1", .min = WK_POSITIVE, .max = DBL_MAX},
};
static const wk_group until = {
    .name = "until", ROWS(until_rows), .shorthand = "time", .exactly_one = true};

static const wk_param ntk_rows[] = {
    {.name = "probes",
     .type = WK_INTEGER,
     .flags = WK_AXIS,
     .fallback = "all",
     .min = 1,
     .max = 64,
     .words = all},
    {.name = "lag", .type = WK_INTEGER, .min = -DBL_MAX, .max = DBL_MAX},
};
static const wk_group ntk = {.name = "ntk", ROWS(ntk_rows)};

static const wk_param range_rows[] = {{.name = "within", .type = WK_INTERVAL, .flags = WK_AXIS}};
static const wk_group range = {.name = "range", ROWS(range_rows), .shorthand = "within"};

static const wk_param part_rows[] = {
    {.name = "metric", .type = WK_NAME, .flags = WK_REQUIRED | WK_AXIS},
};
static const wk_group part = {.name = "part", ROWS(part_rows)};

static const wk_param experiment_rows[] = {
    {.name = "model", .type = WK_GROUP, .flags = WK_REQUIRED, .group = &model},
    {.name = "loss", .type = WK_GROUP, .flags = WK_AXIS, .group = &loss},
    {.name = "until", .type = WK_GROUP, .flags = WK_AXIS, .fallback = "16", .group = &until},
    {.name = "ntk", .type = WK_GROUP, .fallback = "{}", .group = &ntk},
    {.name = "range", .type = WK_GROUP, .flags = WK_AXIS, .group = &range},
    {.name = "layers", .type = WK_WORDS, .flags = WK_AXIS, .words = layers},
    {.name = "tests", .type = WK_GROUPS, .group = &part},
    {.name = "step", .type = WK_REAL, .flags = WK_AXIS},
    {.name = "note", .type = WK_TEXT, .fallback = ""},
    {.name = "file", .type = WK_PATH},
    {.name = "where", .type = WK_MATCH},
};
static const wk_group experiment = {.name = "experiment", ROWS(experiment_rows)};

static const wk_param suite_rows[] = {
    {.name = "title", .type = WK_TEXT, .flags = WK_REQUIRED},
    {.name = "experiments", .type = WK_NAMED, .flags = WK_REQUIRED, .group = &experiment},
};
static const wk_group suite = {.name = "suite", ROWS(suite_rows)};

/* ---- helpers ---- */

static wk_status parse(const char *text, size_t length, const wk_group *group, wk_arena *arena,
                       wk_node **node, wk_error *err) {
    wk_yaml *yaml = NULL;
    WK_TRY(wk_yaml_parse("x.yaml", text, length, arena, &yaml, err));
    return wk_tree_read(yaml, group, arena, node, err);
}

static const wk_node *tree(const char *text, const wk_group *group, wk_arena *arena) {
    wk_node *node = NULL;
    wk_error err = {0};
    if (parse(text, strlen(text), group, arena, &node, &err) != WK_OK)
        fail_msg("%s", err.message);
    return node;
}

static void refused(const char *text, const wk_group *group, const char *message) {
    wk_arena arena = {0};
    wk_node *node = NULL;
    wk_error err = {0};
    assert_int_equal(parse(text, strlen(text), group, &arena, &node, &err), WK_BAD_INPUT);
    assert_string_equal(err.message, message);
    assert_null(node);
    wk_arena_release(&arena);
}

/* Combination `index` of an experiment: "key=value key=value …" in the order written. */
static char *combination(const wk_node *node, size_t index, wk_arena *arena) {
    wk_pair pairs[32];
    size_t n = 0;
    wk_error err = {0};
    if (wk_node_expand(node, index, "", pairs, 32, &n, arena, &err) != WK_OK)
        fail_msg("%s", err.message);
    char *out = wk_arena_text(arena, "", &err);
    for (size_t i = 0; i < n; i++)
        out = wk_arena_printf(arena, &err, "%s%s%s=%s", out, i ? " " : "", pairs[i].key,
                              pairs[i].text);
    return out;
}

/* ---- scalars ---- */

static void integers_are_decimal(void **state) {
    (void)state;
    wk_arena arena = {0};
    assert_string_equal(wk_node_text(tree("width: 1", &model, &arena), "width"), "1");
    assert_int_equal(wk_node_size(tree("width: 10000000", &model, &arena), "width"), 10000000);
    assert_string_equal(wk_node_text(tree("lag: -0", &ntk, &arena), "lag"), "0");
    assert_string_equal(wk_node_text(tree("lag: -12", &ntk, &arena), "lag"), "-12");
    static const char *const wrong[] = {"1.5", "0",   "10000001", "-3",   "010", "0x10", "0o17",
                                        "1e3", "+3",  "1_000",    "1:30", "yes", "true", "~",
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
    assert_string_equal(wk_node_find(node, "probes")->items[0]->text, "all");
    refused("probes: al", &ntk,
            "x.yaml:1:9: 'probes' must be an integer from 1 to 64, or all, not 'al' (did you mean "
            "'all'?)");
    wk_arena_release(&arena);
}

static void reals_are_canonical(void **state) {
    (void)state;
    static const char *const same[][2] = {
        {"1e3", "1000"}, {"0.10", "0.1"},     {"-0", "0"},      {"1E-5", "1e-05"},
        {".5", "0.5"},   {"-2.50e+1", "-25"}, {"0.05", "0.05"}, {"1e300", "1e+300"}};
    wk_arena arena = {0};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        char text[64];
        snprintf(text, sizeof text, "{model: {width: 1}, step: %s}", same[i][0]);
        assert_string_equal(wk_node_text(tree(text, &experiment, &arena), "step"), same[i][1]);
    }
    const wk_node *node = tree("{model: {width: 1}, step: 0.25}", &experiment, &arena);
    assert_true(wk_node_real(node, "step") == 0.25);
    assert_true(wk_node_real(wk_node_find(node, "model"), "width") == 1);
    static const char *const wrong[] = {"1e400", "inf", ".nan", "0x1p3", "1:30", "010", "1e", "no"};
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
    assert_string_equal(width->items[1]->text, "100");
    assert_string_equal(width->items[2]->text, "007");
    assert_string_equal(wk_node_find(where, "loss.name")->items[0]->text, "infonce");
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
    assert_null(wk_node_text_if(node, "step"));
    /* a default is canonical, and what it stands for is the same cell */
    assert_string_equal(wk_node_text(tree("infonce", &loss, &arena), "temperature"), "0.5");
    wk_arena_release(&arena);
}

/* ---- axes ---- */

static void the_last_axis_varies_fastest(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_node *node = tree("{width: [64, 128], depth: [2, 3, 4]}", &model, &arena);
    assert_int_equal(wk_node_count(node), 6);
    static const char *const expected[] = {"64 2", "64 3", "64 4", "128 2", "128 3", "128 4"};
    for (size_t i = 0; i < 6; i++) {
        char text[100], width[8], depth[8];
        assert_int_equal(sscanf(expected[i], "%7s %7s", width, depth), 2);
        snprintf(text, sizeof text, "width=%s depth=%s activation=relu", width, depth);
        assert_string_equal(combination(node, i, &arena), text);
    }
    wk_arena_release(&arena);
}

static void alternatives_add_and_children_multiply(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_node *node = tree("model: {width: [64, 128]}\n"
                               "loss: [{name: triplet-linear, similarity: [cosine, dot]}, "
                               "{name: infonce, temperature: [0.5, 1, 2]}]\n",
                               &experiment, &arena);
    assert_int_equal(wk_node_count(wk_node_find(node, "loss")), 5);
    assert_int_equal(wk_node_count(node), 10);
    static const char *const expected[] = {
        "loss.name=triplet-linear loss.similarity=cosine until",
        "loss.name=triplet-linear loss.similarity=dot until",
        "loss.name=infonce loss.similarity=cosine loss.temperature=0.5 until",
        "loss.name=infonce loss.similarity=cosine loss.temperature=1 until",
        "loss.name=infonce loss.similarity=cosine loss.temperature=2 until",
    };
    for (size_t i = 0; i < 10; i++) {
        const char *text = combination(node, i, &arena);
        assert_non_null(strstr(text, expected[i % 5]));
        assert_non_null(strstr(text, i < 5 ? "model.width=64 " : "model.width=128 "));
    }
    wk_arena_release(&arena);
}

/* Every index gives another combination. */
static void combinations_are_distinct(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_node *node = tree("model: {width: [1, 2, 3], activation: [relu, erf]}\n"
                               "until: [1, 2, {log-width: 1}]\n"
                               "loss: [{name: infonce, similarity: [dot, cosine], temperature: [1, "
                               "2]}, triplet-linear]\n"
                               "step: [.1, .2]\n",
                               &experiment, &arena);
    const size_t n = wk_node_count(node);
    assert_int_equal(n, 3 * 2 * 3 * 5 * 2);
    char **texts = calloc(n, sizeof *texts);
    assert_non_null(texts);
    for (size_t i = 0; i < n; i++) {
        texts[i] = combination(node, i, &arena);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(texts[i], texts[j]);
    }
    free(texts);
    wk_arena_release(&arena);
}

static void counts_saturate(void **state) {
    (void)state;
    /* 12 axes of 64 values: 64^12 = 2^72 */
    wk_param rows[12];
    char names[12][4], text[8192] = "{";
    for (int i = 0; i < 12; i++) {
        snprintf(names[i], sizeof names[i], "a%d", i);
        rows[i] = (wk_param){.name = names[i], .type = WK_INTEGER, .flags = WK_AXIS};
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s: [", i ? ", " : "",
                 names[i]);
        for (int j = 0; j < 64; j++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d", j ? "," : "", j);
        strcat(text, "]");
    }
    strcat(text, "}");
    const wk_group group = {.name = "many", .rows = rows, .n = 12};
    wk_arena arena = {0};
    const wk_node *node = tree(text, &group, &arena);
    assert_true(wk_node_count(node) == SIZE_MAX);
    assert_string_equal(combination(node, 64 * 7 + 5, &arena),
                        "a0=0 a1=0 a2=0 a3=0 a4=0 a5=0 a6=0 a7=0 a8=0 a9=0 a10=7 a11=5");
    wk_arena_release(&arena);
}

static void empty_and_double_axes_are_refused(void **state) {
    (void)state;
    refused("width: []", &model, "x.yaml:1:8: 'width' must not be an empty list");
    refused("width: [64, 32, 64]", &model, "x.yaml:1:17: 'width' lists '64' twice");
    refused("{model: {width: 1}, step: [0.1, 1e-1]}", &experiment,
            "x.yaml:1:33: 'step' lists '1e-1' twice");
    refused("{model: {width: 1}, until: [{time: 8}, 4, 8.0]}", &experiment,
            "x.yaml:1:43: 'until' lists '8.0' twice");
    /* a default written out, and axes that cross, make the same cell too */
    refused("{model: {width: 1}, loss: [infonce, {name: infonce, temperature: 0.5}]}", &experiment,
            "x.yaml:1:37: alternatives 1 and 2 of 'loss' make the same cell twice");
    refused("{model: {width: 1}, loss: [{name: infonce, similarity: dot}, "
            "{name: infonce, similarity: [cosine, dot]}]}",
            &experiment, "x.yaml:1:62: alternatives 1 and 2 of 'loss' make the same cell twice");
    refused("{width: [[1, 2], 3]}", &model,
            "x.yaml:1:10: 'width' must be an integer from 1 to 10000000, not a list");
    refused("{name: infonce, time: [1, 2]}", &until,
            "x.yaml:1:2: unknown key 'name' (did you mean 'time'?)");
    refused("{time: [1, 2]}", &until,
            "x.yaml:1:8: 'time' must be a number greater than zero and at most 1000, not a list");
}

static void expansion_keeps_to_its_room(void **state) {
    (void)state;
    wk_arena arena = {0};
    wk_error err = {0};
    wk_pair pairs[3];
    size_t n = 1;
    const wk_node *node = tree("{width: 64}", &model, &arena);
    assert_int_equal(wk_node_expand(node, 0, "model", pairs, 3, &n, &arena, &err), WK_CANNOT);
    assert_string_equal(err.message, "more than 3 parameters: no room for 'model.activation'");
    wk_pair more[4] = {{"seed", "1"}};
    n = 1;
    assert_int_equal(wk_node_expand(node, 0, "model", more, 4, &n, &arena, &err), WK_OK);
    assert_int_equal(n, 4);
    assert_string_equal(more[0].key, "seed");
    assert_string_equal(more[1].key, "model.width");
    wk_arena_release(&arena);
}

static void a_node_tells_its_place(void **state) {
    (void)state;
    wk_arena arena = {0};
    wk_error err = {0};
    const wk_node *node = tree("title: t\nexperiments:\n  a: {model: {width: 64}}", &suite, &arena);
    const wk_node *a = wk_node_find(wk_node_find(node, "experiments"), "a");
    assert_string_equal(a->name, "a");
    const wk_node *width = wk_node_find(wk_node_find(a, "model"), "width");
    assert_int_equal(wk_node_fail(width, &err, "'%s' is too %s", width->text, "wide"),
                     WK_BAD_INPUT);
    assert_string_equal(err.message, "x.yaml:3:22: '64' is too wide");
    wk_arena_release(&arena);
}

/* ---- whatever the file, the answer is a tree or a message with a place ---- */

static const char valid[] =
    "title: 'drift: cosine'\n"
    "experiments:\n"
    "  drift:\n"
    "    model: {width: [64, 128], depth: 3, activation: [relu, tanh], residual: true}\n"
    "    loss: [{name: triplet-linear, similarity: [cosine, dot]}, infonce]\n"
    "    until: [16, {log-width: 4}]\n"
    "    ntk: {probes: all}\n"
    "    range: [[0, 1], [1, 2]]\n"
    "    where: {model.width: [1, 2e3]}\n"
    "  pca:\n"
    "    model:\n"
    "      width: 7\n"
    "    layers: [hidden, output]\n"
    "    tests:\n"
    "      - metric: a\n"
    "      - metric: [b, c]\n"
    "    step: [0.1, 1e-3]\n";

static uint32_t next(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Changes, drops, doubles or swaps bytes; prefers those that mean something to YAML. */
static size_t mutate(char *text, size_t length, size_t room, uint32_t *seed) {
    static const char spice[] = "[]{}:,-&*!'\"|>#%? \n\t<0123456789.eabwd\xc3\x80\xff";
    for (uint32_t edits = 1 + next(seed) % 2; edits > 0 && length > 8; edits--) {
        const size_t at = next(seed) % length, run = 1 + next(seed) % 8;
        const uint32_t kind = next(seed) % 4;
        if (kind == 0) {
            text[at] = spice[next(seed) % (sizeof spice - 1)];
        } else if (kind == 1 && at + run < length) {
            memmove(text + at, text + at + run, length - at - run);
            length -= run;
        } else if (kind == 2 && length + run < room && at + run < length) {
            memmove(text + at + run, text + at, length - at);
            length += run;
        } else {
            const size_t other = next(seed) % length;
            const char kept = text[at];
            text[at] = text[other];
            text[other] = kept;
        }
    }
    return length;
}

static void mutated_suites_are_read_or_refused_with_a_place(void **state) {
    (void)state;
    uint32_t seed = 1;
    size_t good = 0, bad = 0;
    for (int round = 0; round < 4000; round++) {
        char text[2 * sizeof valid];
        memcpy(text, valid, sizeof valid - 1);
        const size_t length = mutate(text, sizeof valid - 1, sizeof text, &seed);
        wk_arena arena = {0};
        wk_node *node = NULL;
        wk_error err = {0};
        const wk_status status = parse(text, length, &suite, &arena, &node, &err);
        unsigned line = 0, column = 0;
        if (status != WK_OK) {
            assert_int_equal(status, WK_BAD_INPUT);
            assert_int_equal(sscanf(err.message, "x.yaml:%u:%u: ", &line, &column), 2);
            assert_true(line >= 1 && column >= 1);
            assert_null(strchr(err.message, '\n'));
            bad++;
        } else {
            const wk_node *experiments = wk_node_find(node, "experiments");
            for (size_t i = 0; i < experiments->n; i++) {
                const wk_node *model_node = wk_node_find(experiments->items[i], "model");
                const size_t count = wk_node_count(model_node);
                assert_true(count >= 1);
                assert_non_null(strstr(combination(model_node, count - 1, &arena), "width="));
            }
            good++;
        }
        wk_arena_release(&arena);
    }
    assert_true(good > 100 && bad > 100); /* both sides were met */
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
        cmocka_unit_test(the_last_axis_varies_fastest),
        cmocka_unit_test(alternatives_add_and_children_multiply),
        cmocka_unit_test(combinations_are_distinct),
        cmocka_unit_test(counts_saturate),
        cmocka_unit_test(empty_and_double_axes_are_refused),
        cmocka_unit_test(expansion_keeps_to_its_room),
        cmocka_unit_test(a_node_tells_its_place),
        cmocka_unit_test(mutated_suites_are_read_or_refused_with_a_place),
    };
    return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
