/* The typed tree: how axes expand, and that whatever the file the answer is a tree or a message
 * with a place. */
#include "tree_support.h"
#include "typed.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void expansion_adds_to_what_is_there(void **state) {
    (void)state;
    wk_arena arena = {0};
    wk_pairs pairs = {0};
    wk_pairs_add(&pairs, "seed", typed("1"), &arena);
    wk_node_expand(tree("{width: 64}", &model, &arena), 0, "model", &pairs, &arena);
    assert_int_equal(pairs.n, 4);
    assert_string_equal(pairs.list[0].key, "seed");
    assert_string_equal(pairs.list[1].key, "model.width");
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
    assert_int_equal(wk_node_fail(width, &err, "'%s' is too %s", width->value.text, "wide"),
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
        cmocka_unit_test(the_last_axis_varies_fastest),
        cmocka_unit_test(alternatives_add_and_children_multiply),
        cmocka_unit_test(combinations_are_distinct),
        cmocka_unit_test(counts_saturate),
        cmocka_unit_test(empty_and_double_axes_are_refused),
        cmocka_unit_test(expansion_adds_to_what_is_there),
        cmocka_unit_test(a_node_tells_its_place),
        cmocka_unit_test(mutated_suites_are_read_or_refused_with_a_place),
    };
    return cmocka_run_group_tests_name("axes", tests, NULL, NULL);
}
