/* From the rows of a table to the parts that a test judges. */
#include "claim/part.h"

#include "base/order.h"

#include <string.h>

/* All conditions of a test in one: from.where, test.where, and the two values of `between`. */
static wk_selection join_conditions(const wk_selection *from, const wk_test *test,
                                    wk_arena *scratch) {
    const size_t n = from->where.n + test->where.n;
    wk_match *where = wk_arena_get(scratch, n + 1, sizeof *where);
    wk_value *sides = wk_arena_get(scratch, 2, sizeof *sides);
    for (size_t i = 0; i < n; i++)
        where[i] = i < from->where.n ? from->where.list[i] : test->where.list[i - from->where.n];
    if (test->between) {
        sides[0] = test->a;
        sides[1] = test->b;
        where[n] = (wk_match){test->between, sides, 2};
    }
    return (wk_selection){from->experiment, {where, n + (test->between ? 1 : 0)}};
}

/* Which condition is to blame: the first that no row meets which meets those before it. That the
 * names are right is checked before a suite is run. */
static wk_status fail_no_match(wk_judging *j, const wk_selection *all) {
    wk_selection unmet = {all->experiment, {all->where.list, 0}};
    for (size_t i = 0; i < j->table->n; i++)
        while (wk_selection_has(&unmet, &j->table->rows[i]))
            unmet.where.n++;
    if (!unmet.where.n)
        return wk_fail(&j->why, WK_BAD_INPUT, "no cell of experiment '%s'", all->experiment);
    const wk_match *match = &all->where.list[unmet.where.n - 1];
    return wk_fail(&j->why, WK_BAD_INPUT, "no cell matches: none has %s = '%s'%s", match->param,
                   match->n ? match->values[0].text : "",
                   match->n > 1 ? " or another value given" : "");
}

/* A number for each of some rows: of a parameter, which of its distinct texts the row has, where
 * absence counts as a text; or which group the row is in. Numbered by first appearance. */
typedef struct column {
    const char *name; /* of a parameter */
    size_t *value;    /* (rows) below n */
    size_t n;
    bool everywhere; /* no row lacks the parameter */
} column;

static column column_of(const wk_cells *cells, const char *name, wk_arena *scratch) {
    const char **texts = wk_arena_get(scratch, cells->n, sizeof *texts);
    column out = {name, wk_arena_get(scratch, cells->n, sizeof *out.value), 0, true};
    for (size_t i = 0; i < cells->n; i++) {
        const char *text = wk_bag_find(&cells->rows[i]->params, name);
        out.everywhere = out.everywhere && text;
        size_t v = 0;
        while (v < out.n &&
               !(text == texts[v] || (text && texts[v] && strcmp(text, texts[v]) == 0)))
            v++;
        if (v == out.n)
            texts[out.n++] = text;
        out.value[i] = v;
    }
    return out;
}

/* Every group split by the column's values. */
static column refined(const column *groups, const column *by, size_t nrows, wk_arena *scratch) {
    uint64_t *pair = wk_arena_get(scratch, nrows, sizeof *pair);
    uint64_t *distinct = wk_arena_get(scratch, nrows, sizeof *distinct);
    column out = {.value = wk_arena_get(scratch, nrows, sizeof *out.value)};
    for (size_t i = 0; i < nrows; i++)
        pair[i] = distinct[i] = (uint64_t)groups->value[i] * by->n + by->value[i];
    const size_t n = wk_sort_distinct_whole(distinct, nrows);
    size_t *number = wk_arena_get(scratch, n, sizeof *number); /* from 1; 0: not met yet */
    for (size_t i = 0; i < nrows; i++) {
        size_t *own = &number[wk_place_whole(distinct, n, pair[i])];
        if (!*own)
            *own = ++out.n;
        out.value[i] = *own - 1;
    }
    return out;
}

static bool is(const char *name, const char *other) {
    return other && strcmp(name, other) == 0;
}

/* The parameters that vary and may split: neither `over` nor `between` nor the seed. */
static column *list_columns(const wk_cells *cells, const wk_test *test, wk_arena *scratch,
                            size_t *n) {
    size_t most = 0, nnames = 0;
    for (size_t i = 0; i < cells->n; i++)
        most += cells->rows[i]->params.n;
    const char **names = wk_arena_get(scratch, most, sizeof *names);
    for (size_t i = 0; i < cells->n; i++) {
        const wk_bag *bag = &cells->rows[i]->params,
                     *before = i ? &cells->rows[i - 1]->params : NULL;
        for (size_t p = 0; p < bag->n; p++) {
            const char *key = bag->pairs[p].key;
            if (before && p < before->n && strcmp(before->pairs[p].key, key) == 0)
                continue; /* the usual case: all rows have the same parameters */
            size_t k = 0;
            while (k < nnames && strcmp(names[k], key) != 0)
                k++;
            if (k == nnames)
                names[nnames++] = key;
        }
    }
    column *out = wk_arena_get(scratch, nnames, sizeof *out);
    *n = 0;
    for (size_t k = 0; k < nnames; k++) {
        if (is(names[k], "seed") || is(names[k], test->over) || is(names[k], test->between))
            continue;
        out[*n] = column_of(cells, names[k], scratch);
        *n += out[*n].n > 1;
    }
    return out;
}

/* The rows in groups by columns[0..n) but columns[skip], after `groups`. */
static column group_by(column groups, const column *columns, size_t n, size_t skip, size_t nrows,
                       wk_arena *scratch) {
    for (size_t i = 0; i < n; i++)
        if (i != skip)
            groups = refined(&groups, &columns[i], nrows, scratch);
    return groups;
}

/* Moves to the front of columns[0..n) a minimal set from which, with over and between, all others
 * follow, and returns how many they are. Forward in the order in which the rows show them,
 * parameters that every row has first; then what became superfluous is dropped. A column follows
 * from others if it splits none of their groups.
 */
static size_t keep_minimal(const wk_cells *cells, const wk_test *test, column *columns, size_t n,
                           wk_arena *scratch) {
    column *kept = wk_arena_get(scratch, n, sizeof *kept);
    column start = {.value = wk_arena_get(scratch, cells->n, sizeof *start.value), .n = 1};
    const char *const axes[] = {test->over, test->between};
    for (size_t i = 0; i < 2; i++)
        if (axes[i]) {
            const column axis = column_of(cells, axes[i], scratch);
            start = refined(&start, &axis, cells->n, scratch);
        }
    column groups = start;
    size_t nkept = 0;
    for (int everywhere = 1; everywhere >= 0; everywhere--)
        for (size_t i = 0; i < n; i++) {
            if (columns[i].everywhere != (everywhere == 1))
                continue;
            const column finer = refined(&groups, &columns[i], cells->n, scratch);
            if (finer.n > groups.n)
                kept[nkept++] = columns[i];
            groups = finer;
        }
    for (size_t i = 0; i < nkept;) {
        const column without = group_by(start, kept, nkept, i, cells->n, scratch);
        if (without.n < groups.n) {
            i++;
            continue;
        }
        memmove(&kept[i], &kept[i + 1], (nkept - i - 1) * sizeof *kept);
        nkept--;
    }
    memcpy(columns, kept, nkept * sizeof *kept);
    return nkept;
}

static wk_bag label_of(const wk_row *row, const column *columns, size_t n, wk_arena *arena) {
    wk_pair *pairs = wk_arena_get(arena, n, sizeof *pairs);
    for (size_t i = 0; i < n; i++) {
        const wk_pair *own = wk_bag_pair(&row->params, columns[i].name);
        pairs[i] = own ? *own : (wk_pair){columns[i].name, wk_value_text("none")};
    }
    return wk_bag_of(pairs, n);
}

wk_status wk_cells_select(wk_judging *j, const wk_selection *from, const wk_test *test,
                          wk_cells **parts, size_t *n) {
    wk_arena *scratch = &j->scratch;
    const wk_selection all = join_conditions(from, test, scratch);
    wk_cells cells = {.rows = wk_arena_get(scratch, j->table->n, sizeof *cells.rows)};
    for (size_t i = 0; i < j->table->n; i++)
        if (wk_selection_has(&all, &j->table->rows[i]))
            cells.rows[cells.n++] = &j->table->rows[i];
    if (!cells.n)
        return fail_no_match(j, &all);
    size_t ncolumns = 0;
    column *columns = list_columns(&cells, test, scratch, &ncolumns);
    ncolumns = keep_minimal(&cells, test, columns, ncolumns, scratch);
    const column one = {.value = wk_arena_get(scratch, cells.n, sizeof *one.value), .n = 1};
    const column part = group_by(one, columns, ncolumns, SIZE_MAX, cells.n, scratch);
    wk_cells *out = wk_arena_get(scratch, part.n, sizeof *out);
    const wk_row **rows = wk_arena_get(scratch, cells.n, sizeof *rows);
    for (size_t i = 0; i < cells.n; i++)
        out[part.value[i]].n++;
    for (size_t p = 0; p < part.n; p++) {
        out[p].rows = rows;
        rows += out[p].n;
        out[p].n = 0;
    }
    for (size_t i = 0; i < cells.n; i++) {
        wk_cells *own = &out[part.value[i]];
        own->rows[own->n++] = cells.rows[i];
    }
    for (size_t p = 0; p < part.n; p++)
        out[p].where = label_of(out[p].rows[0], columns, ncolumns, j->arena);
    *parts = out;
    *n = part.n;
    return WK_OK;
}
