/* study/plan.h through study/opened.h: which cells a suite asks for, and what their keys depend on.
 */
#include "study/opened.h"
#include "typed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* In place of the one that is computed when the program is built (study/numerics.h). */
extern char wk_numerics[];
char wk_numerics[] = "version 1";

static const char suite_text[] = "widecheck: 1\n"
                                 "title: t\n"
                                 "data:\n"
                                 "  one: {source: mixture, dim: 5}\n"
                                 "  two: {source: mixture, dim: [6, 7]}\n"
                                 "experiments:\n"
                                 "  a:\n"
                                 "    data: [one, two]\n"
                                 "    model: {width: [64, 128], activation: [relu, tanh]}\n"
                                 "    loss: [{name: triplet-linear, similarity: cosine}, {name: "
                                 "triplet-linear, similarity: dot}]\n"
                                 "    train: {step: 0.1, until: 1}\n"
                                 "    seeds: 3\n"
                                 "  b:\n"
                                 "    data: one\n"
                                 "    model: {width: 64}\n"
                                 "    loss: triplet-linear\n"
                                 "    train: {step: 0.1, until: 1}\n"
                                 "    seeds: 2\n";

/* In the arena, because its parts point at each other. */
static const wk_opened *opened(wk_arena *arena, const char *const *overrides, size_t n) {
    wk_error err = {0};
    wk_opened *o = wk_arena_get(arena, 1, sizeof *o);
    if (!o || wk_opened_open(&(wk_opening){.path = "dir/s.yaml",
                                           .text = suite_text,
                                           .overrides = overrides,
                                           .noverrides = n},
                             arena, o, &err) != WK_OK)
        fail_msg("%s", err.message);
    return o;
}

static wk_plan_cell cell_at(const wk_opened *o, size_t index, wk_arena *arena) {
    return wk_plan_cell_at(&o->plan, index, arena);
}

static wk_hash key_of(const wk_opened *o, const wk_plan_cell *cell, const char *fingerprint) {
    wk_arena arena = {0};
    wk_plan_files files = {.arena = &arena};
    wk_hash key;
    assert_int_equal(wk_plan_key(&o->plan, cell, fingerprint, &files, &arena, &key, NULL), WK_OK);
    wk_arena_release(&arena);
    return key;
}

static void cells_are_the_product_of_axes_times_seeds(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_opened *o = opened(&arena, NULL, 0);
    assert_int_equal(o->plan.experiments[0].combinations, (1 + 2) * 2 * 2 * 2);
    assert_int_equal(o->plan.cells, 24 * 3 + 2);
    wk_arena_release(&arena);
}

static void every_cell_is_another_and_seeds_run_fastest(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_opened *o = opened(&arena, NULL, 0);
    wk_hash keys[74];
    for (size_t i = 0; i < 72; i++) {
        const wk_plan_cell cell = cell_at(o, i, &arena);
        assert_string_equal(cell.experiment->name, "a");
        assert_int_equal(cell.seed, 1 + i % 3);
        keys[i] = key_of(o, &cell, "f");
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(keys[i].hex, keys[j].hex);
    }
    wk_arena_release(&arena);
}

static void the_same_cell_in_two_experiments_has_one_key(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_opened *o = opened(&arena, NULL, 0);
    const wk_plan_cell a = cell_at(o, 0, &arena), b = cell_at(o, 72, &arena);
    assert_string_equal(b.experiment->name, "b");
    assert_string_equal(key_of(o, &a, "f").hex, key_of(o, &b, "f").hex);
    wk_arena_release(&arena);
}

static void a_key_depends_on_seed_backend_and_every_parameter(void **state) {
    (void)state;
    wk_arena arena = {0};
    const char *const overrides[] = {"experiments.b.train.step=0.2"};
    const wk_opened *o = opened(&arena, NULL, 0), *changed = opened(&arena, overrides, 1);
    const wk_plan_cell cell = cell_at(o, 72, &arena), next = cell_at(o, 73, &arena);
    const wk_plan_cell other = cell_at(changed, 72, &arena);
    const wk_hash key = key_of(o, &cell, "f");
    assert_string_not_equal(key.hex, key_of(o, &cell, "g").hex);
    assert_string_not_equal(key.hex, key_of(o, &next, "f").hex);
    assert_string_not_equal(key.hex, key_of(changed, &other, "f").hex);
    wk_arena_release(&arena);
}

static void a_key_depends_on_the_numerics_version(void **state) {
    (void)state;
    wk_arena arena = {0};
    const wk_opened *o = opened(&arena, NULL, 0);
    const wk_plan_cell cell = cell_at(o, 0, &arena);
    const wk_hash key = key_of(o, &cell, "f");
    wk_numerics[0] = 'x';
    assert_string_not_equal(key.hex, key_of(o, &cell, "f").hex);
    wk_numerics[0] = 'v';
    assert_string_equal(key.hex, key_of(o, &cell, "f").hex);
    wk_arena_release(&arena);
}

static void the_first_seed_can_be_set(void **state) {
    (void)state;
    wk_arena arena = {0};
    const char *const overrides[] = {"seed=101"};
    const wk_opened *o = opened(&arena, overrides, 1);
    assert_int_equal(cell_at(o, 1, &arena).seed, 102);
    wk_arena_release(&arena);
}

static void a_file_counts_by_its_content_not_by_its_name(void **state) {
    (void)state;
    char first[] = "/tmp/widecheck-plan-XXXXXX", second[] = "/tmp/widecheck-plan-XXXXXX";
    const int fds[2] = {mkstemp(first), mkstemp(second)};
    for (int i = 0; i < 2; i++) {
        assert_true(fds[i] >= 0 && write(fds[i], "same", 4) == 4);
        close(fds[i]);
    }
    wk_arena arena = {0};
    const wk_opened *o = opened(&arena, NULL, 0);
    wk_plan_cell cell = cell_at(o, 0, &arena);
    wk_hash keys[3];
    for (int i = 0; i < 3; i++) {
        if (i == 2) {
            FILE *file = fopen(second, "w");
            assert_non_null(file);
            fputs("other", file);
            fclose(file);
        }
        cell.params = BAG({"data.source", "idx"}, {"data.images", i ? second : first});
        keys[i] = key_of(o, &cell, "f");
    }
    assert_string_equal(keys[0].hex, keys[1].hex);
    assert_string_not_equal(keys[1].hex, keys[2].hex);
    unlink(first);
    unlink(second);
    wk_arena_release(&arena);
}

static void too_many_cells_are_refused_at_the_experiment(void **state) {
    (void)state;
    wk_arena arena = {0};
    const char *const overrides[] = {"experiments.a.seeds=100000"};
    wk_opened o;
    wk_error err = {0};
    assert_int_equal(wk_opened_open(&(wk_opening){.path = "s.yaml",
                                                  .text = suite_text,
                                                  .overrides = overrides,
                                                  .noverrides = 1},
                                    &arena, &o, &err),
                     WK_BAD_INPUT);
    assert_non_null(strstr(err.message, "s.yaml:8:5: experiment 'a'"));
    wk_arena_release(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_the_product_of_axes_times_seeds),
        cmocka_unit_test(every_cell_is_another_and_seeds_run_fastest),
        cmocka_unit_test(the_same_cell_in_two_experiments_has_one_key),
        cmocka_unit_test(a_key_depends_on_seed_backend_and_every_parameter),
        cmocka_unit_test(a_key_depends_on_the_numerics_version),
        cmocka_unit_test(the_first_seed_can_be_set),
        cmocka_unit_test(a_file_counts_by_its_content_not_by_its_name),
        cmocka_unit_test(too_many_cells_are_refused_at_the_experiment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
