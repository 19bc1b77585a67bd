/* Strict YAML: what is read, what is refused and where. */
#include "suite/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static wk_yaml *parsed(const char *text, wk_arena *arena) {
    wk_yaml *root = NULL;
    wk_error err = {0};
    if (wk_yaml_parse("x.yaml", text, strlen(text), arena, &root, &err) != WK_OK)
        fail_msg("%s", err.message);
    assert_non_null(root);
    return root;
}

static void refused_span(const char *text, size_t length, const char *message) {
    wk_arena arena = {0};
    wk_error err = {0};
    wk_yaml *root = NULL;
    assert_int_equal(wk_yaml_parse("x.yaml", text, length, &arena, &root, &err), WK_BAD_INPUT);
    assert_int_equal(err.status, WK_BAD_INPUT);
    assert_string_equal(err.message, message);
    assert_null(root);
    wk_arena_release(&arena);
}

static void refused(const char *text, const char *message) {
    refused_span(text, strlen(text), message);
}

static void every_value_knows_its_place(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_yaml *root = parsed("# note\na: 1\nb:\n  c: [x, 'y']\n  d: {e: \"f\"}\n", &arena);
    assert_int_equal(root->kind, WK_YAML_MAP);
    assert_int_equal(root->n, 2);
    assert_string_equal(root->keys[1]->text, "b");
    assert_int_equal(root->keys[1]->line, 3);
    assert_int_equal(root->keys[1]->column, 1);
    const wk_yaml *b = wk_yaml_find(root, "b");
    assert_int_equal(b->line, 4);
    assert_int_equal(b->column, 3);
    const wk_yaml *c = wk_yaml_find(b, "c");
    assert_int_equal(c->kind, WK_YAML_LIST);
    assert_int_equal(c->column, 6);
    assert_string_equal(c->items[1]->text, "y");
    assert_int_equal(c->items[1]->column, 10);
    assert_true(c->items[1]->quoted);
    assert_false(c->items[0]->quoted);
    assert_string_equal(wk_yaml_find(wk_yaml_find(b, "d"), "e")->source, "x.yaml");
    assert_null(wk_yaml_find(root, "c"));
    assert_null(wk_yaml_find(c, "c"));
    wk_arena_release(&arena);
}

static void columns_count_characters(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_yaml *root = parsed("{é: x}", &arena);
    assert_int_equal(root->items[0]->column, 5);
    refused("{é: !t x}", "x.yaml:1:5: '!t': tags are not allowed");
    wk_arena_release(&arena);
}

static void sharing_and_tags_are_refused(void **state) {
    (void)state;
    refused("a: !!int 3", "x.yaml:1:4: '!!int': tags are not allowed");
    refused("a: ! 3", "x.yaml:1:4: '!': tags are not allowed");
    refused("a: ! 'x'", "x.yaml:1:4: '!': tags are not allowed");
    refused("a: !x [1]", "x.yaml:1:4: '!x': tags are not allowed");
    refused("a: !x {b: 1}", "x.yaml:1:4: '!x': tags are not allowed");
    refused("!x a: 1", "x.yaml:1:1: '!x': tags are not allowed");
    refused("%TAG ! tag:x,2000:\n---\na: 1", "x.yaml:1:1: '%TAG': tags are not allowed");
    refused("a: &n 3", "x.yaml:1:4: '&n': anchors are not allowed");
    refused("a: &n [3]", "x.yaml:1:4: '&n': anchors are not allowed");
    refused("a: &n {b: 3}", "x.yaml:1:4: '&n': anchors are not allowed");
    refused("a: *n", "x.yaml:1:4: '*n': aliases are not allowed");
    refused("- *n", "x.yaml:1:3: '*n': aliases are not allowed");
    refused("a:\n  <<: {b: 1}", "x.yaml:2:3: '<<': merge keys are not allowed");
}

static void keys_are_plain_and_unique(void **state) {
    (void)state;
    refused("b: 1\na: 1\nb: 2", "x.yaml:3:1: duplicate key 'b' (first at line 1)");
    refused("x: {b: 1, a: 1, a: 3, a: 2}", "x.yaml:1:17: duplicate key 'a' (first at line 1)");
    refused("'a': 1", "x.yaml:1:1: key 'a' must be written without quotes");
    refused("? [a]\n: 1", "x.yaml:1:3: a key must be a plain word, not a list");
    refused("? {a: b}\n: 1", "x.yaml:1:3: a key must be a plain word, not a mapping");
    refused("?\n: 1", "x.yaml:1:2: a key is missing");
}

static void there_is_exactly_one_document(void **state) {
    (void)state;
    refused("", "x.yaml:1:1: the document is empty");
    refused("# only a comment\n", "x.yaml:1:1: the document is empty");
    refused("---\n", "x.yaml:2:1: the document is empty");
    refused("a: 1\n---\nb: 2\n", "x.yaml:2:1: a second document is not allowed");
    wk_arena arena = {0};
    assert_int_equal(parsed("---\na: 1\n...\n", &arena)->n, 1);
    assert_int_equal(parsed("''", &arena)->kind, WK_YAML_SCALAR);
    wk_arena_release(&arena);
}

static void syntax_errors_tell_their_place(void **state) {
    (void)state;
    refused("a: [1, 2\nb: 3\n", "x.yaml:2:2: did not find expected ',' or ']' (while parsing a "
                                "flow sequence that begins at line 1)");
    refused("a: 1\n\tb: 2\n", "x.yaml:2:1: found a tab character that violates indentation (while "
                              "scanning a plain scalar that begins at line 1)");
    refused("a: [1", "x.yaml:1:6: did not find expected ',' or ']' (while parsing a flow sequence "
                     "that begins at line 1)");
    refused("a: b\nc: \xff\n", "x.yaml:2:4: invalid leading UTF-8 octet (0xff)");
    refused_span("a: b\0c", 6, "x.yaml:1:5: a NUL byte: a suite must be text in UTF-8");
    refused("a: \"b\\0c\"", "x.yaml:1:4: a text must not hold the character '\\0'");
}

static void depth_is_bounded(void **state) {
    (void)state;
    char text[64] = "";
    wk_arena arena = {0};
    for (int i = 0; i < WK_YAML_DEPTH - 1; i++)
        strcat(text, "[");
    char good[64];
    snprintf(good, sizeof good, "%sx%.*s", text, WK_YAML_DEPTH - 1, "]]]]]]]]]]]]]]]]]]]]");
    assert_int_equal(parsed(good, &arena)->kind, WK_YAML_LIST);
    strcat(text, "[x");
    refused(text, "x.yaml:1:17: nested deeper than 16 levels");
    wk_arena_release(&arena);
}

static void size_is_bounded(void **state) {
    (void)state;
    const size_t n = WK_YAML_NODES;
    char *text = malloc(2 * n + 2);
    assert_non_null(text);
    text[0] = '[';
    for (size_t i = 0; i < n; i++)
        memcpy(text + 1 + 2 * i, "x,", 2);
    text[2 * n] = ']';
    refused_span(text, 2 * n + 1, "x.yaml:1:200000: more than 100000 values");
    wk_arena arena = {0};
    wk_yaml *root = NULL;
    wk_error err = {0};
    text[2 * n - 2] = ']'; /* one less: with the list itself just as many as allowed */
    assert_int_equal(wk_yaml_parse("x", text, 2 * n - 1, &arena, &root, &err), WK_OK);
    assert_int_equal(root->n, n - 1);
    free(text);

    char *blank = malloc(WK_YAML_BYTES + 1);
    assert_non_null(blank);
    memset(blank, ' ', WK_YAML_BYTES + 1);
    blank[0] = 'x';
    refused_span(blank, WK_YAML_BYTES + 1, "x.yaml:1:1: longer than 1048576 bytes");
    assert_int_equal(wk_yaml_parse("x", blank, WK_YAML_BYTES, &arena, &root, &err), WK_OK);
    free(blank);
    wk_arena_release(&arena);
}

static void a_key_is_added_at_the_end(void **state) {
    (void)state;
    wk_arena arena = {0};
    wk_yaml *root = parsed("{a: 1, b: 2, c: 3}", &arena);
    wk_yaml *key = parsed("d", &arena), *value = parsed("9", &arena);
    wk_yaml_add(root, key, value, &arena);
    assert_int_equal(root->n, 4);
    assert_ptr_equal(root->keys[3], key);
    assert_ptr_equal(wk_yaml_find(root, "d"), value);
    assert_string_equal(wk_yaml_find(root, "c")->text, "3");
    wk_arena_release(&arena);
}

static void shown_text_is_short_and_printable(void **state) {
    (void)state;
    char out[WK_YAML_SHOWN], longer[400] = "";
    assert_string_equal(wk_yaml_show("plain é", out), "plain é");
    assert_string_equal(wk_yaml_show("a\nb\x1b[0m", out), "a?b?[0m");
    for (int i = 0; i < 99; i++)
        strcat(longer, "x€");
    for (size_t skip = 0; skip < 8; skip += skip % 4 ? 3 : 1) { /* the cut falls within a letter */
        wk_yaml_show(longer + skip, out);
        const size_t n = strlen(out);
        assert_in_range(n, WK_YAML_SHOWN - 8, WK_YAML_SHOWN - 1);
        assert_string_equal(out + n - 3, "…");
        assert_memory_equal(out, longer + skip, n - 3);
        assert_true((longer + skip)[n - 3] == 'x' || (longer + skip)[n - 3] == '\xe2');
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_knows_its_place),
        cmocka_unit_test(columns_count_characters),
        cmocka_unit_test(sharing_and_tags_are_refused),
        cmocka_unit_test(keys_are_plain_and_unique),
        cmocka_unit_test(there_is_exactly_one_document),
        cmocka_unit_test(syntax_errors_tell_their_place),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(size_is_bounded),
        cmocka_unit_test(a_key_is_added_at_the_end),
        cmocka_unit_test(shown_text_is_short_and_printable),
    };
    return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
