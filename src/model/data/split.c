/* Which rows of a table are held out. */
#include "model/data/data_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct row {
    uint64_t hash, key;
    size_t index, leader; /* leader: the first of the rows that are equal to this one */
} row;

/* ---- equal rows ---- */

/* FNV-1a over whole numbers; adding 0 makes +0 of −0, which is equal to it. */
static uint64_t hash_of(size_t d, const double *x) {
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t j = 0; j < d; j++) {
        const double value = x[j] + 0.0;
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        hash = (hash ^ bits ^ (bits >> 32)) * 0x100000001b3;
    }
    return hash;
}

static int by_hash(const void *a, const void *b) {
    const row *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static bool equal(const wk_data_table *table, size_t i, size_t j, double *x, double *y) {
    table->row(table->source, i, x);
    table->row(table->source, j, y);
    for (size_t q = 0; q < table->d; q++)
        if (x[q] != y[q])
            return false;
    return true;
}

/* The leader of rows[at] among those of the same hash before it. */
static size_t leader_of(const wk_data_table *table, const row *rows, size_t at, double *x,
                        double *y) {
    for (size_t i = at; i-- > 0 && rows[i].hash == rows[at].hash;)
        if (rows[i].leader == rows[i].index && equal(table, rows[i].index, rows[at].index, x, y))
            return rows[i].index;
    return rows[at].index;
}

static row *find_leaders(const wk_data_table *table, wk_arena *scratch) {
    row *rows = wk_arena_get(scratch, table->count, sizeof *rows);
    double *x = wk_arena_doubles(scratch, table->d), *y = wk_arena_doubles(scratch, table->d);
    for (size_t i = 0; i < table->count; i++) {
        table->row(table->source, i, x);
        rows[i] = (row){.hash = hash_of(table->d, x), .index = i};
    }
    qsort(rows, table->count, sizeof *rows, by_hash);
    for (size_t at = 0; at < table->count; at++)
        rows[at].leader = leader_of(table, rows, at, x, y);
    return rows;
}

/* ---- the draw ---- */

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
    row *rows = find_leaders(table, &scratch);
    for (size_t i = 0; i < table->count; i++) {
        wk_stream stream = wk_stream_open(seed, WK_ROLE_TEST, rows[i].leader);
        rows[i].key = wk_stream_word(&stream);
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
