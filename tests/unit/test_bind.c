/* The binder: every type, nested groups, variants and groups of exactly one row are stored where
 * the rows point; what is missing or ill-formed is refused with what to blame. */
#include "base/bind.h"
#include "blas/cell/kernel.h"
#include "blas/cell/placement.h"
#include "model/cell/spec.h"
#include "typed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef struct form {
    int which;
    double value[2];
} form;

typedef struct nest {
    double inner;
    form form;
} nest;

typedef struct thing {
    size_t count, probes;
    double real;
    bool truth;
    int word;
    const char *name, *text, *path;
    nest nested;
    double round, square;
} thing;

static const char *const words[] = {"red", "green", "blue", NULL};
static const char *const all[] = {"all", NULL};

static const wk_param form_rows[] = {
    {.name = "first", .type = WK_REAL, .offset = offsetof(form, value[0])},
    {.name = "second", .type = WK_REAL, .offset = offsetof(form, value[1])},
};
static const wk_group form_group = {.rows = form_rows, .n = 2, .exactly_one = true};
static const wk_param nested_rows[] = {
    {.name = "inner", .type = WK_REAL, .offset = offsetof(nest, inner)},
    {.name = "form",
     .type = WK_GROUP,
     .flags = WK_REQUIRED,
     .group = &form_group,
     .offset = offsetof(nest, form)},
};
static const wk_group nest_group = {.rows = nested_rows, .n = 2};

static const wk_param rows[] = {
    {.name = "count", .type = WK_INTEGER, .flags = WK_REQUIRED, .offset = offsetof(thing, count)},
    {.name = "probes", .type = WK_INTEGER, .words = all, .offset = offsetof(thing, probes)},
    {.name = "real", .type = WK_REAL, .fallback = "1", .offset = offsetof(thing, real)},
    {.name = "truth", .type = WK_TRUTH, .offset = offsetof(thing, truth)},
    {.name = "word", .type = WK_WORD, .words = words, .offset = offsetof(thing, word)},
    {.name = "name", .type = WK_NAME, .offset = offsetof(thing, name)},
    {.name = "text", .type = WK_TEXT, .offset = offsetof(thing, text)},
    {.name = "path", .type = WK_PATH, .offset = offsetof(thing, path)},
    {.name = "nested", .type = WK_GROUP, .group = &nest_group, .offset = offsetof(thing, nested)},
};
static const wk_param round_rows[] = {
    {.name = "radius", .type = WK_REAL, .flags = WK_REQUIRED, .offset = offsetof(thing, round)}};
static const wk_param square_rows[] = {
    {.name = "side", .type = WK_REAL, .flags = WK_REQUIRED, .offset = offsetof(thing, square)}};
static const wk_variant variants[] = {{.name = "round", .rows = round_rows, .n = 1},
                                      {.name = "square", .rows = square_rows, .n = 1},
                                      {.name = "point"}};
static const wk_group group = {.rows = rows, .n = sizeof rows / sizeof *rows};
static const wk_group shape = {.rows = rows + 5, /* "name" alone */
                               .n = 1,
                               .selector = "name",
                               .variants = variants,
                               .nvariants = 3};

static void bound(const wk_group *by, const char *prefix, wk_bag bag, thing *out) {
    wk_error err = {0};
    const char *culprit = "untouched";
    if (wk_bind(by, prefix, &bag, out, &culprit, &err) != WK_OK)
        fail_msg("%s", err.message);
    assert_string_equal(culprit, "untouched");
}

static void refused(const wk_group *by, const char *prefix, wk_bag bag, const char *blamed,
                    const char *text) {
    thing out = {0};
    wk_error err = {0};
    const char *culprit = NULL;
    assert_int_equal(wk_bind(by, prefix, &bag, &out, &culprit, &err), WK_BAD_INPUT);
    assert_int_equal(wk_bind(by, prefix, &bag, &out, NULL, NULL), WK_BAD_INPUT);
    assert_string_equal(culprit, blamed);
    if (!strstr(err.message, text))
        fail_msg("'%s' is not in: %s", text, err.message);
}

static void every_type_is_stored_where_its_row_points(void **state) {
    (void)state;
    thing t = {0};
    bound(&group, "a.b",
          BAG({"a.b.count", "7"}, {"a.b.probes", "24"}, {"a.b.real", "2.5e-3"},
              {"a.b.truth", "true"}, {"a.b.word", "blue"}, {"a.b.name", "n"},
              {"a.b.text", "two words"}, {"a.b.path", "x/y"}, {"a.b.nested.form.second", "4"},
              {"a.b.nested.inner", "8"}, {"other", "x"}),
          &t);
    assert_true(t.count == 7 && t.probes == 24 && t.real == 2.5e-3 && t.truth && t.word == 2);
    assert_string_equal(t.name, "n");
    assert_string_equal(t.text, "two words");
    assert_string_equal(t.path, "x/y");
    assert_true(t.nested.form.which == 1 && t.nested.form.value[1] == 4 && t.nested.inner == 8);
}

static void a_word_in_place_of_a_number_is_zero(void **state) {
    (void)state;
    thing t = {.probes = 5};
    bound(&group, "", BAG({"count", "0"}, {"real", "0"}, {"probes", "all"}, {"truth", "false"}),
          &t);
    assert_true(t.count == 0 && t.probes == 0 && !t.truth);
}

static void what_is_absent_stays_as_it_was(void **state) {
    (void)state;
    thing t = {.probes = 3, .truth = true, .word = 1, .text = "before", .nested.form.which = 9};
    bound(&group, NULL, BAG({"count", "1"}, {"real", "1"}, {"nestedish.form.first", "1"}), &t);
    assert_true(t.probes == 3 && t.truth && t.word == 1 && t.nested.form.which == 9);
    assert_string_equal(t.text, "before");
}

static void the_selector_picks_the_variants_rows(void **state) {
    (void)state;
    thing t = {0};
    bound(&shape, "s", BAG({"s.name", "square"}, {"s.side", "2"}, {"s.radius", "9"}), &t);
    assert_string_equal(t.name, "square");
    assert_true(t.square == 2 && t.round == 0);
    bound(&shape, "s", BAG({"s.name", "point"}), &t);
    refused(&shape, "s", BAG({"s.name", "round"}, {"s.side", "2"}), "s", "'s.radius' is missing");
    refused(&shape, "s", BAG({"s.name", "oval"}), "s.name", "'oval'");
    refused(&shape, "s", BAG({"s.side", "2"}), "s", "'s.name' is missing");
}

static void exactly_one_row_is_there(void **state) {
    (void)state;
    static const char *const text = "exactly one of 'f.first', 'f.second' must be given";
    form f = {.which = -1};
    wk_error err;
    for (int i = 0; i < 2; i++) {
        const wk_bag bag = BAG({i ? "f.second" : "f.first", "3"});
        assert_int_equal(wk_bind(&form_group, "f", &bag, &f, NULL, &err), WK_OK);
        assert_int_equal(f.which, i);
        assert_true(f.value[i] == 3);
    }
    refused(&form_group, "f", BAG({"f.first", "3"}, {"f.second", "3"}), "f", text);
    refused(&form_group, "f", BAG({"f", "3"}), "f", text);
    refused(&form_group, "f", wk_bag_of(NULL, 0), "f", text);
    refused(&group, "a", BAG({"a.count", "1"}, {"a.real", "1"}, {"a.nested.form.third", "1"}), "a",
            "'a.nested.form.first'");
}

static void what_is_required_or_has_a_default_must_be_there(void **state) {
    (void)state;
    refused(&group, "a", BAG({"a.real", "1"}), "a", "parameter 'a.count' is missing");
    refused(&group, "a", BAG({"a.count", "1"}), "a", "parameter 'a.real' is missing");
    refused(&group, "a", BAG({"count", "1"}, {"real", "1"}), "a", "'a.count'");
}

static void a_value_of_another_type_is_blamed_by_its_key(void **state) {
    (void)state;
    static const typed_text cases[] = {
        {"a.count", "-3"},  {"a.count", "1.5"}, {"a.count", "all"},
        {"a.probes", "no"}, {"a.real", "fast"}, {"a.truth", "yes"},
        {"a.word", "grey"}, {"a.word", ""},     {"a.nested.form.first", "1,2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wk_pair pairs[3] = {typed_pair(cases[i].key, cases[i].text)};
        size_t n = 1;
        if (strcmp(cases[i].key, "a.count") != 0)
            pairs[n++] = typed_pair("a.count", "1");
        if (strcmp(cases[i].key, "a.real") != 0)
            pairs[n++] = typed_pair("a.real", "1");
        refused(&group, "a", wk_bag_of(pairs, n), cases[i].key, cases[i].text);
    }
}

static void keys_below_a_prefix_are_seen(void **state) {
    (void)state;
    const wk_bag bag = BAG({"stop.above", "1"}, {"stopped", "1"}, {"data", "x"});
    assert_true(wk_bind_any(&bag, "stop"));
    assert_false(wk_bind_any(&bag, "data"));
    assert_false(wk_bind_any(&bag, "sto"));
    assert_false(wk_bind_any(&(wk_bag){0}, "stop"));
}

/* ---- the rows of the registries ---- */

static size_t size_of(const wk_param *row) {
    switch (row->type) {
    case WK_INTEGER:
        return sizeof(size_t);
    case WK_REAL:
        return sizeof(double);
    case WK_TRUTH:
        return sizeof(bool);
    case WK_WORD:
        return sizeof(int);
    case WK_GROUP:
        return row->group->exactly_one ? sizeof(int) : 1; /* at least */
    default:
        return sizeof(const char *);
    }
}

/* No two fields share a byte, and all lie in [from, size). */
static void check_rows(const char *name, const wk_param *by, size_t n, size_t from, size_t size) {
    for (size_t i = 0; i < n; i++) {
        const size_t first = by[i].offset, end = first + size_of(&by[i]);
        if (first < from || end > size)
            fail_msg("%s.%s lies outside its struct", name, by[i].name);
        for (size_t j = 0; j < i; j++)
            if (first < by[j].offset + size_of(&by[j]) && by[j].offset < end)
                fail_msg("%s.%s and %s.%s share a field", name, by[i].name, name, by[j].name);
    }
}

static void check_group(const wk_group *one, size_t size) {
    check_rows(one->name, one->rows, one->n, one->exactly_one ? sizeof(int) : 0, size);
    for (size_t i = 0; i < one->n; i++)
        if (one->rows[i].type == WK_GROUP)
            check_group(one->rows[i].group, size - one->rows[i].offset);
}

static void every_row_has_a_field_of_its_own(void **state) {
    (void)state;
    check_group(&wk_model_group, sizeof(wk_spec));
    check_group(&wk_train_group, sizeof(wk_spec));
    check_group(&wk_measure_group, sizeof(wk_spec));
    check_group(&wk_stop_group, sizeof(wk_spec));
    check_group(&wk_kernel_group, 64);
    for (size_t i = 0; i < wk_loss_kinds_n; i++) /* which begins with the kind */
        check_rows(wk_loss_kinds[i]->name, wk_loss_kinds[i]->rows, wk_loss_kinds[i]->n,
                   sizeof(void *), sizeof(wk_loss));
    for (size_t i = 0; i < wk_data_sources_n; i++) /* which begin with the source's name */
        check_rows(wk_data_sources[i]->name, wk_data_sources[i]->rows, wk_data_sources[i]->n,
                   sizeof(void *), 512);
    const wk_param where[] = {WK_PLACEMENT_BACKEND, WK_PLACEMENT_CORETYPE,
                              WK_PLACEMENT_THREADS(NULL, "")};
    check_rows("placement", where, 3, 0, sizeof(wk_placement));
}

/* The four groups of a training cell share one struct, wk_spec. */
static void no_two_groups_of_a_cell_share_a_field(void **state) {
    (void)state;
    const wk_group *const groups[] = {&wk_model_group, &wk_train_group, &wk_measure_group,
                                      &wk_stop_group};
    wk_param together[64];
    size_t n = 0;
    for (size_t g = 0; g < 4; g++)
        for (size_t i = 0; i < groups[g]->n; i++) {
            assert_true(n < 64);
            together[n++] = groups[g]->rows[i];
        }
    check_rows("cell", together, n, sizeof(uint64_t), sizeof(wk_spec)); /* the seed comes first */
}

static void words_stand_in_the_order_of_what_they_pick(void **state) {
    (void)state;
    for (size_t i = 0; i < wk_activations_n; i++)
        assert_string_equal(wk_activation_words[i], wk_activations[i].name);
    assert_null(wk_activation_words[wk_activations_n]);
    assert_string_equal(wk_similarities[WK_COSINE], "cosine");
    assert_string_equal(wk_similarities[WK_DOT], "dot");
    assert_string_equal(wk_stop_metrics[WK_NTK_FULL], "ntk.change");
    assert_string_equal(wk_stop_metrics[WK_NTK_TRACE], "ntk.change.trace");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_stored_where_its_row_points),
        cmocka_unit_test(a_word_in_place_of_a_number_is_zero),
        cmocka_unit_test(what_is_absent_stays_as_it_was),
        cmocka_unit_test(the_selector_picks_the_variants_rows),
        cmocka_unit_test(exactly_one_row_is_there),
        cmocka_unit_test(what_is_required_or_has_a_default_must_be_there),
        cmocka_unit_test(a_value_of_another_type_is_blamed_by_its_key),
        cmocka_unit_test(keys_below_a_prefix_are_seen),
        cmocka_unit_test(every_row_has_a_field_of_its_own),
        cmocka_unit_test(no_two_groups_of_a_cell_share_a_field),
        cmocka_unit_test(words_stand_in_the_order_of_what_they_pick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
