#include "tree_support.h"

#include <stdio.h>
#include <string.h>

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
const wk_group model = {.name = "model", ROWS(model_rows)};

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
static const wk_param loss_rows[] = {
    {.name = "name", .type = WK_NAME, .flags = WK_REQUIRED},
};
static const wk_variant losses[] = {
    {.name = "triplet-linear", ROWS(linear_rows)},
    {.name = "infonce", ROWS(infonce_rows)},
};
const wk_group loss = {.name = "loss",
                       ROWS(loss_rows),
                       .shorthand = "name",
                       .selector = "name",
                       .variants = losses,
                       .nvariants = 2};

static const wk_param until_rows[] = {
    {.name = "time", .type = WK_REAL, .min = WK_POSITIVE, .max = 1000},
    {.name = "log-width", .type = WK_REAL, .fallback = "1", .min = WK_POSITIVE, .max = DBL_MAX},
};
const wk_group until = {
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
const wk_group ntk = {.name = "ntk", ROWS(ntk_rows)};

static const wk_param range_rows[] = {
    {.name = "within", .type = WK_INTERVAL, .flags = WK_AXIS},
};
const wk_group range = {.name = "range", ROWS(range_rows), .shorthand = "within"};

static const wk_param part_rows[] = {
    {.name = "metric", .type = WK_NAME, .flags = WK_REQUIRED | WK_AXIS},
};
const wk_group part = {.name = "part", ROWS(part_rows)};

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
const wk_group experiment = {.name = "experiment", ROWS(experiment_rows)};

static const wk_param suite_rows[] = {
    {.name = "title", .type = WK_TEXT, .flags = WK_REQUIRED},
    {.name = "experiments", .type = WK_NAMED, .flags = WK_REQUIRED, .group = &experiment},
};
const wk_group suite = {.name = "suite", ROWS(suite_rows)};

/* ---- helpers ---- */

wk_status parse(const char *text, size_t length, const wk_group *group, wk_arena *arena,
                wk_node **node, wk_error *err) {
    wk_yaml *yaml = NULL;
    WK_TRY(wk_yaml_parse("x.yaml", text, length, arena, &yaml, err));
    return wk_tree_read(yaml, group, arena, node, err);
}

const wk_node *tree(const char *text, const wk_group *group, wk_arena *arena) {
    wk_node *node = NULL;
    wk_error err = {0};
    if (parse(text, strlen(text), group, arena, &node, &err) != WK_OK)
        fail_msg("%s", err.message);
    return node;
}

void refused(const char *text, const wk_group *group, const char *message) {
    wk_arena arena = {0};
    wk_node *node = NULL;
    wk_error err = {0};
    assert_int_equal(parse(text, strlen(text), group, &arena, &node, &err), WK_BAD_INPUT);
    assert_string_equal(err.message, message);
    assert_null(node);
    wk_arena_release(&arena);
}

char *combination(const wk_node *node, size_t index, wk_arena *arena) {
    wk_pairs pairs = {0};
    wk_node_expand(node, index, "", &pairs, arena);
    char *out = wk_arena_text(arena, "");
    for (size_t i = 0; i < pairs.n; i++)
        out = wk_arena_printf(arena, "%s%s%s=%s", out, i ? " " : "", pairs.list[i].key,
                              pairs.list[i].value.text);
    return out;
}
