/* The ready queue: large tasks first, timed ones last and in their turn, equal cells once. */
#include "run/ready_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void add(wk_ready_queue *queue, size_t index, uint32_t turn, double flops, int cell) {
    const wk_hash key = wk_hash_bytes(&cell, sizeof cell);
    wk_ready_queue_add(queue, index, turn, flops, &key);
}

static void large_first_timed_last(void **state) {
    (void)state;
    static const uint32_t expected[] = {3, 1, 4, 5, 0, 2};
    wk_arena arena = {0};
    wk_ready_queue queue;
    wk_ready_queue_make(&queue, 6, &arena);
    add(&queue, 0, 7, 1048576, 0);
    add(&queue, 1, 0, 10, 1);
    add(&queue, 2, 9, 1048576, 2);
    add(&queue, 3, 0, 1000, 3);
    add(&queue, 4, 0, 10, 4); /* as large as another: in the plan's order */
    add(&queue, 5, 6, 1, 5);
    assert_int_equal(wk_ready_queue_order(&queue), 0);
    assert_int_equal(queue.n, 6);
    assert_int_equal(queue.next, 0);
    for (size_t i = 0; i < queue.n; i++)
        assert_int_equal(queue.tasks[i].index, expected[i]);
    assert_int_equal(wk_ready_queue_timed(&queue), 3);
    assert_true(wk_ready_queue_flops(&queue) == 2 * 1048576.0 + 1021);
    wk_arena_release(&arena);
}

static void equal_cells_run_once(void **state) {
    (void)state;
    wk_arena arena = {0};
    wk_ready_queue queue;
    wk_ready_queue_make(&queue, 100, &arena);
    for (size_t i = 0; i < 100; i++)
        add(&queue, i, 0, 1, (int)(i % 40));
    assert_int_equal(wk_ready_queue_order(&queue), 60);
    assert_int_equal(queue.n, 40);
    for (size_t i = 0; i < queue.n; i++) /* the first of each */
        assert_int_equal(queue.tasks[i].index, i);
    wk_arena_release(&arena);
}

static void an_empty_queue_is_in_order(void **state) {
    (void)state;
    wk_arena arena = {0};
    wk_ready_queue queue;
    wk_ready_queue_make(&queue, 0, &arena);
    assert_int_equal(wk_ready_queue_order(&queue), 0);
    assert_int_equal(wk_ready_queue_timed(&queue), 0);
    wk_arena_release(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_first_timed_last),
        cmocka_unit_test(equal_cells_run_once),
        cmocka_unit_test(an_empty_queue_is_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
