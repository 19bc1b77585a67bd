/* From the rows of a table to the parts that a test judges. */
#include "claim/part.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* All conditions of a test in one: from.where, test.where, and the two values of `between`. */
static void join_conditions(const wk_selection *from, const wk_test *test, wk_arena *scratch,
                            wk_selection *out) {
    const size_t n = from->n + test->nwhere;
    wk_match *where = wk_arena_get(scratch, n + 1, sizeof *where);
    wk_value *sides = wk_arena_get(scratch, 2, sizeof *sides);
    for (size_t i = 0; i < n; i++)
        where[i] = i < from->n ? from->where[i] : test->where[i - from->n];
    if (test->between) {
        sides[0] = test->a;
        sides[1] = test->b;
        where[n] = (wk_match){test->between, sides, 2};
    }
    *out = (wk_selection){from->experiment, where, n + (test->between ? 1 : 0)};
}

static wk_status fail_no_experiment(const char *name, const wk_table *table, wk_arena *scratch,
                                    wk_error *err) {
    const char **names = wk_arena_get(scratch, table->n, sizeof *names);
    for (size_t i = 0; i < table->n; i++)
        names[i] = table->rows[i].experiment;
    char hint[WK_TEXT_HINT];
    return wk_fail(err, WK_BAD_INPUT, "no cell of experiment '%s'%s", name,
                   wk_text_hint(name, names, table->n, hint));
}

/* `match` is met by none of the rows that meet what stands before it; `row` is one of those. */
static wk_status fail_no_value(const wk_match *match, const wk_row *row, wk_arena *scratch,
                               wk_error *err) {
    const char **names = wk_arena_get(scratch, row->params.n, sizeof *names);
    for (size_t i = 0; i < row->params.n; i++)
        names[i] = row->params.pairs[i].key;
    const char *near = wk_text_nearest(match->param, names, row->params.n);
    if (!wk_bag_pair(&row->params, match->param) && near)
        return wk_fail(err, WK_BAD_INPUT, "no cell matches: no parameter '%s' (did you mean '%s'?)",
                       match->param, near);
    return wk_fail(err, WK_BAD_INPUT, "no cell matches: none has %s = '%s'%s", match->param,
                   match->n ? match->values[0].text : "",
                   match->n > 1 ? " or another value given" : "");
}

static wk_status fail_no_match(wk_selection all, const wk_table *table, wk_arena *scratch,
                               wk_error *err) {
    const wk_row *last = NULL;
    for (size_t met = 0; met <= all.n; met++) {
        const wk_selection beginning = {all.experiment, all.where, met};
        const wk_row *found = NULL;
        for (size_t i = 0; i < table->n && !found; i++)
            if (wk_selection_has(&beginning, &table->rows[i]))
                found = &table->rows[i];
        if (!found)
            return met ? fail_no_value(&all.where[met - 1], last, scratch, err)
                       : fail_no_experiment(all.experiment, table, scratch, err);
        last = found;
    }
    wk_bug(__FILE__, __LINE__, "a row meets all conditions");
}

/* One parameter over the selected rows: value[i] numbers the distinct texts; absence counts as a
 * text. */
typedef struct column {
    const char *name;
    size_t *value;
    size_t nvalues;
    bool everywhere; /* no row lacks it */
} column;

static void column_make(const wk_split *split, const char *name, wk_arena *scratch, column *out) {
    const char **texts = wk_arena_get(scratch, split->nrows, sizeof *texts);
    *out = (column){name, wk_arena_get(scratch, split->nrows, sizeof *out->value), 0, true};
    for (size_t i = 0; i < split->nrows; i++) {
        const char *text = wk_bag_find(&split->rows[i]->params, name);
        out->everywhere = out->everywhere && text;
        size_t v = 0;
        while (v < out->nvalues &&
               !(text == texts[v] || (text && texts[v] && strcmp(text, texts[v]) == 0)))
            v++;
        if (v == out->nvalues)
            texts[out->nvalues++] = text;
        out->value[i] = v;
    }
}

/* The rows in groups; ids in order of first appearance. */
typedef struct grouping {
    size_t nrows, n;
    size_t *id;
} grouping;

static void grouping_make(size_t nrows, wk_arena *scratch, grouping *out) {
    *out = (grouping){nrows, nrows ? 1 : 0, wk_arena_get(scratch, nrows, sizeof *out->id)};
}

typedef struct entry {
    size_t group, value, row;
} entry;

static int by_group_value_row(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Splits every group by the column's values. */
static void grouping_refine(grouping *groups, const column *by, wk_arena *scratch) {
    const size_t n = groups->nrows;
    entry *entries = wk_arena_get(scratch, n, sizeof *entries);
    size_t *first = wk_arena_get(scratch, n, sizeof *first); /* of a row: first of its group */
    for (size_t i = 0; i < n; i++)
        entries[i] = (entry){groups->id[i], by->value[i], i};
    qsort(entries, n, sizeof *entries, by_group_value_row);
    for (size_t i = 0, start = 0; i < n; i++) {
        if (entries[i].group != entries[start].group || entries[i].value != entries[start].value)
            start = i;
        first[entries[i].row] = entries[start].row;
    }
    groups->n = 0;
    for (size_t i = 0; i < n; i++)
        groups->id[i] = first[i] == i ? groups->n++ : groups->id[first[i]];
}

/* Is the column's value a function of the group? */
static bool grouping_determines(const grouping *groups, const column *c, wk_arena *scratch) {
    size_t *value = wk_arena_get(scratch, groups->n, sizeof *value);
    size_t seen = 0; /* ids appear in order */
    for (size_t i = 0; i < groups->nrows; i++) {
        if (groups->id[i] == seen)
            value[seen++] = c->value[i];
        if (value[groups->id[i]] != c->value[i])
            return false;
    }
    return true;
}

/* The parameters that vary and may split: neither `over` nor `between` nor the seed. */
static void list_columns(const wk_split *split, const wk_test *test, wk_arena *scratch,
                         column **out, size_t *n) {
    size_t most = 0;
    for (size_t i = 0; i < split->nrows; i++)
        most += split->rows[i]->params.n;
    const char **names = wk_arena_get(scratch, most, sizeof *names);
    size_t nnames = 0;
    for (size_t i = 0; i < split->nrows; i++) {
        const wk_bag *bag = &split->rows[i]->params,
                     *before = i ? &split->rows[i - 1]->params : NULL;
        for (size_t j = 0; j < bag->n; j++) {
            const char *key = bag->pairs[j].key;
            if (before && j < before->n && strcmp(before->pairs[j].key, key) == 0)
                continue; /* the usual case: all rows have the same parameters */
            size_t k = 0;
            while (k < nnames && strcmp(names[k], key) != 0)
                k++;
            if (k == nnames)
                names[nnames++] = key;
        }
    }
    *out = wk_arena_get(scratch, nnames, sizeof **out);
    *n = 0;
    for (size_t k = 0; k < nnames; k++) {
        if (strcmp(names[k], "seed") == 0 || (test->over && strcmp(names[k], test->over) == 0) ||
            (test->between && strcmp(names[k], test->between) == 0))
            continue;
        column_make(split, names[k], scratch, &(*out)[*n]);
        *n += (*out)[*n].nvalues > 1;
    }
}

/* Groups by over × between and by kept[0..n) but kept[skip]. */
static void group_by(const wk_split *split, const wk_test *test, const column *kept, size_t n,
                     size_t skip, wk_arena *scratch, grouping *out) {
    grouping_make(split->nrows, scratch, out);
    const char *const axes[] = {test->over, test->between};
    for (size_t i = 0; i < 2; i++)
        if (axes[i]) {
            column c;
            column_make(split, axes[i], scratch, &c);
            grouping_refine(out, &c, scratch);
        }
    for (size_t i = 0; i < n; i++)
        if (i != skip)
            grouping_refine(out, &kept[i], scratch);
}

/* Moves to the front of columns[0..*n) a minimal set from which, with over and between, all others
 * follow. Forward in the order in which the rows show them, parameters that every row has first;
 * then what became superfluous is dropped.
 */
static void keep_minimal(const wk_split *split, const wk_test *test, column *columns, size_t *n,
                         wk_arena *scratch) {
    grouping groups;
    column *kept = wk_arena_get(scratch, *n, sizeof *kept);
    group_by(split, test, NULL, 0, 0, scratch, &groups);
    size_t nkept = 0;
    for (int everywhere = 1; everywhere >= 0; everywhere--)
        for (size_t i = 0; i < *n; i++) {
            if (columns[i].everywhere != (everywhere == 1) ||
                grouping_determines(&groups, &columns[i], scratch))
                continue;
            grouping_refine(&groups, &columns[i], scratch);
            kept[nkept++] = columns[i];
        }
    for (size_t i = 0; i < nkept;) {
        group_by(split, test, kept, nkept, i, scratch, &groups);
        if (!grouping_determines(&groups, &kept[i], scratch)) {
            i++;
            continue;
        }
        memmove(&kept[i], &kept[i + 1], (nkept - i - 1) * sizeof *kept);
        nkept--;
    }
    memcpy(columns, kept, nkept * sizeof *kept);
    *n = nkept;
}

static void label_parts(wk_split *split, const column *columns, size_t n, wk_arena *arena) {
    split->where = wk_arena_get(arena, split->n, sizeof *split->where);
    size_t seen = 0;
    for (size_t i = 0; i < split->nrows; i++) {
        if (split->part[i] != seen)
            continue;
        wk_pair *pairs = wk_arena_get(arena, n, sizeof *pairs);
        for (size_t j = 0; j < n; j++) {
            const wk_pair *own = wk_bag_pair(&split->rows[i]->params, columns[j].name);
            pairs[j] = own ? *own : (wk_pair){columns[j].name, wk_value_text("none")};
        }
        split->where[seen++] = wk_bag_of(pairs, n);
    }
}

wk_status wk_split_make(const wk_selection *from, const wk_test *test, const wk_table *table,
                        wk_arena *arena, wk_arena *scratch, wk_split *out, wk_error *err) {
    wk_selection all;
    join_conditions(from, test, scratch, &all);
    *out = (wk_split){.rows = wk_arena_get(scratch, table->n, sizeof *out->rows)};
    for (size_t i = 0; i < table->n; i++)
        if (wk_selection_has(&all, &table->rows[i]))
            out->rows[out->nrows++] = &table->rows[i];
    if (!out->nrows)
        return fail_no_match(all, table, scratch, err);
    column *columns = NULL;
    size_t n = 0;
    list_columns(out, test, scratch, &columns, &n);
    keep_minimal(out, test, columns, &n, scratch);
    grouping parts;
    grouping_make(out->nrows, scratch, &parts);
    for (size_t i = 0; i < n; i++)
        grouping_refine(&parts, &columns[i], scratch);
    out->part = parts.id;
    out->n = parts.n;
    label_parts(out, columns, n, arena);
    return WK_OK;
}
