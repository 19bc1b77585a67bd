/* Which rows of a table are held out. */
#include "model/data/data_table.h"

#include <math.h>
#include <stdlib.h>

typedef struct row {
    uint64_t key;
    size_t index, leader; /* leader: the first of the rows that are equal to this one */
} row;

static int by_key(const void *a, const void *b) {
    const row *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->leader != y->leader)
        return x->leader < y->leader ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Takes whole groups of equal rows, those that fit, in the order of their leaders' keys. */
static void hold_out(wk_data_table *table, size_t target, row *rows, bool *held) {
    qsort(rows, table->count, sizeof *rows, by_key);
    size_t count = 0;
    for (size_t first = 0, last; first < table->count && count < target; first = last) {
        last = first;
        while (last < table->count && rows[last].leader == rows[first].leader)
            last++;
        if (last - first > target - count)
            continue;
        for (size_t i = first; i < last; i++)
            held[rows[i].index] = true;
        count += last - first;
    }
    table->nheld = count;
}

wk_status wk_data_table_split(wk_data_table *table, double test, uint64_t seed, wk_arena *arena,
                              wk_error *err) {
    if (test <= 0)
        return WK_OK;
    const size_t target = wk_data_table_held(test, table->count);
    if (test >= 1 && test != floor(test))
        return wk_fail(err, WK_BAD_INPUT, "test: %g is neither a share below 1 nor a number of %ss",
                       test, table->noun);
    if (target == 0 || target + 2 > table->count)
        return wk_fail(err, WK_BAD_INPUT, "test: %zu of the %zu %ss of '%s' would be held out: %s",
                       target, table->count, table->noun, table->path,
                       target ? "at least 2 must be left to train on" : "take a larger share");
    wk_arena scratch = {0};
    const size_t *equal = wk_repeats_find(table->count, table->stored, table->source, &scratch);
    row *rows = wk_arena_get(&scratch, table->count, sizeof *rows);
    for (size_t i = 0; i < table->count; i++) {
        wk_stream stream = wk_stream_open(seed, WK_ROLE_TEST, equal[i]);
        rows[i] = (row){.key = wk_stream_word(&stream), .index = i, .leader = equal[i]};
    }
    bool *held = wk_arena_get(arena, table->count, sizeof *held);
    hold_out(table, target, rows, held);
    table->held = held;
    wk_arena_release(&scratch);
    if (table->nheld)
        return WK_OK;
    return wk_fail(err, WK_BAD_INPUT,
                   "test: no %s of '%s' can be held out, because equal ones stay together",
                   table->noun, table->path);
}

size_t wk_data_table_held(double test, size_t count) {
    const double rows = test < 1 ? floor(test * (double)count + 0.5) : test;
    return rows < (double)count ? (size_t)rows : count;
}
