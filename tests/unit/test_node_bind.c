/* Binding: each value of a group lands in its field, and what is absent changes nothing. */
#include "suite/bind.h"
#include "tree_support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- a language with one row of each kind ---- */

typedef struct when {
    int which;
    double time;
    const char *name;
} when;

typedef struct inner {
    double step;
    const char *kind;
    size_t rank;
} inner;

typedef struct outer {
    size_t count, probes;
    double real, range[2];
    bool truth;
    int word;
    const char *name, *text, *path;
    wk_words words;
    inner group;
    when moment;
    const wk_node *groups;
    wk_matches match;
} outer;

static const char *const all[] = {"all", NULL};
static const char *const words[] = {"first", "second", NULL};

static const wk_param when_rows[] = {
    {.name = "time", .type = WK_REAL, .max = 100, .offset = offsetof(when, time)},
    {.name = "name", .type = WK_NAME, .offset = offsetof(when, name)},
};
static const wk_group when_group = {
    .name = "when", ROWS(when_rows), .shorthand = "time", .exactly_one = true};

static const wk_param ranked_rows[] = {
    {.name = "rank", .type = WK_INTEGER, .max = 9, .offset = offsetof(inner, rank)},
};
static const wk_variant variants[] = {{.name = "ranked", ROWS(ranked_rows)}};
static const wk_param inner_rows[] = {
    {.name = "kind", .type = WK_NAME, .flags = WK_REQUIRED, .offset = offsetof(inner, kind)},
    {.name = "step",
     .type = WK_REAL,
     .fallback = "0.25",
     .max = 1,
     .offset = offsetof(inner, step)},
};
static const wk_group inner_group = {
    .name = "inner", ROWS(inner_rows), .selector = "kind", .variants = variants, .nvariants = 1};

static const wk_param outer_rows[] = {
    {.name = "count", .type = WK_INTEGER, .max = 1e15, .offset = offsetof(outer, count)},
    {.name = "probes",
     .type = WK_INTEGER,
     .min = 1,
     .max = 64,
     .words = all,
     .offset = offsetof(outer, probes)},
    {.name = "real", .type = WK_REAL, .min = -9, .max = 9, .offset = offsetof(outer, real)},
    {.name = "range", .type = WK_INTERVAL, .min = -9, .max = 9, .offset = offsetof(outer, range)},
    {.name = "truth", .type = WK_TRUTH, .offset = offsetof(outer, truth)},
    {.name = "word", .type = WK_WORD, .words = words, .offset = offsetof(outer, word)},
    {.name = "name", .type = WK_NAME, .offset = offsetof(outer, name)},
    {.name = "text", .type = WK_TEXT, .offset = offsetof(outer, text)},
    {.name = "path", .type = WK_PATH, .offset = offsetof(outer, path)},
    {.name = "words", .type = WK_WORDS, .offset = offsetof(outer, words)},
    {.name = "group", .type = WK_GROUP, .group = &inner_group, .offset = offsetof(outer, group)},
    {.name = "moment", .type = WK_GROUP, .group = &when_group, .offset = offsetof(outer, moment)},
    {.name = "groups", .type = WK_GROUPS, .group = &inner_group, .offset = offsetof(outer, groups)},
    {.name = "match", .type = WK_MATCH, .offset = offsetof(outer, match)},
};
static const wk_group outer_group = {.name = "outer", ROWS(outer_rows)};

static bool equal(double a, double b) {
    return !(a < b || a > b) && a - b <= 0;
}

/* ---- laws ---- */

static void each_value_lands_in_its_field(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_node *node = tree("count: 1000000000000000\n"
                               "probes: 3\n"
                               "real: -2.5\n"
                               "range: [-1, 2]\n"
                               "truth: true\n"
                               "word: second\n"
                               "name: a.b\n"
                               "text: some words\n"
                               "path: x/y.csv\n"
                               "words: [p, q, r]\n"
                               "group: {kind: ranked, rank: 7}\n"
                               "moment: {name: late}\n"
                               "groups: [{kind: ranked}, {kind: ranked, step: 0.5}]\n"
                               "match: {model.width: [1, 2]}\n",
                               &outer_group, &arena);
    outer out = {0};
    wk_node_bind(node, &arena, &out);
    assert_true(out.count == 1000000000000000u && out.probes == 3);
    assert_true(equal(out.real, -2.5) && equal(out.range[0], -1) && equal(out.range[1], 2));
    assert_true(out.truth);
    assert_int_equal(out.word, 1);
    assert_string_equal(out.name, "a.b");
    assert_string_equal(out.text, "some words");
    assert_string_equal(out.path, "x/y.csv");
    assert_int_equal(out.words.n, 3);
    assert_string_equal(out.words.list[2], "r");
    assert_string_equal(out.group.kind, "ranked");
    assert_true(equal(out.group.step, 0.25)); /* the default */
    assert_int_equal(out.group.rank, 7);      /* a row of the variant */
    assert_int_equal(out.moment.which, 1);
    assert_string_equal(out.moment.name, "late");
    assert_ptr_equal(out.groups, wk_node_find(node, "groups"));
    assert_int_equal(out.match.n, 1);
    assert_string_equal(out.match.list[0].param, "model.width");
    assert_int_equal(out.match.list[0].n, 2);
    assert_true(out.match.list[0].values[1].integer == 2);
    inner second = {0};
    wk_node_bind(out.groups->items[1], &arena, &second);
    assert_true(equal(second.step, 0.5));
    wk_arena_release(&arena);
}

static void what_is_absent_leaves_its_field(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_node *node = tree("word: first", &outer_group, &arena);
    outer before, after;
    memset(&before, 0x5a, sizeof before);
    before.word = 0;
    memcpy(&after, &before, sizeof after);
    after.word = -1;
    wk_node_bind(node, &arena, &after);
    assert_memory_equal(&before, &after, sizeof after);
    wk_arena_release(&arena);
}

static void a_word_in_place_of_a_number_is_zero(void **state) {
    (void)state;
    wk_arena arena = {0};
    outer out = {.probes = 5};
    wk_node_bind(tree("probes: all", &outer_group, &arena), &arena, &out);
    assert_int_equal(out.probes, 0);
    wk_arena_release(&arena);
}

static void the_one_row_of_several_is_told_by_its_index(void **state) {
    (void)state;
    wk_arena arena = {0};
    outer out = {.moment.which = -1};
    wk_node_bind(tree("moment: 12.5", &outer_group, &arena), &arena, &out);
    assert_int_equal(out.moment.which, 0);
    assert_true(equal(out.moment.time, 12.5));
    assert_null(out.moment.name);
    wk_arena_release(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_lands_in_its_field),
        cmocka_unit_test(what_is_absent_leaves_its_field),
        cmocka_unit_test(a_word_in_place_of_a_number_is_zero),
        cmocka_unit_test(the_one_row_of_several_is_told_by_its_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
