/* Which cell of BASE is which of NEW. */
#include "compare/compare_parts.h"

#include <stdlib.h>
#include <string.h>

enum { BASE, NOW };

/* A parameter of an experiment; with the key "" the experiment itself. */
typedef struct known {
    const char *experiment, *key;
    const char *text[2]; /* its last value in each of the files; NULL: it is not there */
    bool varies;         /* within a file */
} known;

typedef struct knowledge {
    known *list;
    size_t n, room;
} knowledge;

/* A cell, and the parameters that tell it from all others of its file. */
typedef struct named {
    const wk_row *row;
    wk_bag params;
} named;

/* Whose parameters are looked at. */
typedef struct looking {
    const knowledge *k;
    const char *experiment;
} looking;

static known *find(const knowledge *k, const char *experiment, const char *key) {
    for (size_t i = k->n; i-- > 0;) /* most often it is among the last */
        if (strcmp(k->list[i].key, key) == 0 && strcmp(k->list[i].experiment, experiment) == 0)
            return &k->list[i];
    return NULL;
}

static void learn(knowledge *k, int side, const char *experiment, const char *key, const char *text,
                  wk_arena *arena) {
    known *entry = find(k, experiment, key);
    if (!entry) {
        k->list = wk_arena_more(arena, k->list, k->n, &k->room, sizeof *k->list);
        entry = &k->list[k->n++];
        *entry = (known){.experiment = experiment, .key = key};
    }
    entry->varies = entry->varies || (entry->text[side] && strcmp(entry->text[side], text) != 0);
    entry->text[side] = text;
}

static void learn_all(knowledge *k, int side, const wk_table *table, wk_arena *arena) {
    for (size_t i = 0; i < table->n; i++) {
        const wk_row *row = &table->rows[i];
        learn(k, side, row->experiment, "", "", arena);
        for (size_t j = 0; j < row->params.n; j++)
            learn(k, side, row->experiment, row->params.pairs[j].key,
                  row->params.pairs[j].value.text, arena);
    }
}

/* Does one file alone know the parameter, with one value? Then it cannot tell cells apart. */
static bool passed_over(const known *entry) {
    return !entry->text[BASE] != !entry->text[NOW] && !entry->varies;
}

static bool is_passed_over(const char *key, const void *context) {
    const looking *at = context;
    return passed_over(find(at->k, at->experiment, key));
}

static named name_of(const knowledge *k, const wk_row *row, wk_arena *arena) {
    const looking at = {k, row->experiment};
    return (named){row, wk_bag_without(&row->params, is_passed_over, &at, arena)};
}

static int by_name(const void *a, const void *b) {
    const named *x = a, *y = b;
    const int order = strcmp(x->row->experiment, y->row->experiment);
    if (order || x->row->seed != y->row->seed)
        return order ? order : x->row->seed < y->row->seed ? -1 : 1;
    return wk_bag_compare(&x->params, &y->params);
}

/* (n) cells sorted by name. */
static wk_status name_all(const knowledge *k, const wk_results *file, wk_arena *arena,
                          named **sorted, wk_error *err) {
    const size_t n = file->table.n;
    *sorted = wk_arena_get(arena, n, sizeof **sorted);
    for (size_t i = 0; i < n; i++)
        (*sorted)[i] = name_of(k, &file->table.rows[i], arena);
    if (n)
        qsort(*sorted, n, sizeof **sorted, by_name);
    for (size_t i = 1; i < n; i++)
        if (by_name(&(*sorted)[i - 1], &(*sorted)[i]) == 0)
            return wk_fail(err, WK_BAD_INPUT,
                           "%s: cells '%s' and '%s' have the same parameters and seed", file->path,
                           (*sorted)[i - 1].row->id, (*sorted)[i].row->id);
    return WK_OK;
}

/* The row of the other file that is the same cell, or NULL. */
static const wk_row *other(const knowledge *k, const wk_row *row, const named *sorted, size_t n,
                           wk_arena *arena) {
    const named cell = name_of(k, row, arena);
    const named *found = n ? bsearch(&cell, sorted, n, sizeof *sorted, by_name) : NULL;
    return found ? found->row : NULL;
}

static void tell(const knowledge *k, wk_comparison *out, wk_arena *arena) {
    for (size_t i = 0; i < k->n; i++) {
        const known *entry = &k->list[i], *experiment = find(k, entry->experiment, "");
        if (!passed_over(entry) || passed_over(experiment))
            continue;
        const int side = entry->text[BASE] ? BASE : NOW;
        wk_compare_note(
            out, arena,
            wk_arena_printf(arena, "parameter '%s' of '%s' is only in %s, always %s: passed over",
                            entry->key, entry->experiment, side == BASE ? "BASE" : "NEW",
                            entry->text[side]));
    }
}

wk_status wk_compare_match(wk_comparison *out, wk_arena *arena, wk_compare_pair **pairs, size_t *n,
                           wk_error *err) {
    const wk_table *base = &out->base->table, *now = &out->now->table;
    knowledge k = {0};
    named *base_sorted = NULL, *now_sorted = NULL;
    learn_all(&k, BASE, base, arena);
    learn_all(&k, NOW, now, arena);
    WK_TRY(name_all(&k, out->base, arena, &base_sorted, err));
    WK_TRY(name_all(&k, out->now, arena, &now_sorted, err));
    *pairs = wk_arena_get(arena, base->n + now->n, sizeof **pairs);
    *n = 0;
    for (size_t i = 0; i < base->n; i++) {
        const wk_row *row = &base->rows[i];
        (*pairs)[(*n)++] = (wk_compare_pair){row, other(&k, row, now_sorted, now->n, arena)};
    }
    for (size_t i = 0; i < now->n; i++)
        if (!other(&k, &now->rows[i], base_sorted, base->n, arena))
            (*pairs)[(*n)++] = (wk_compare_pair){NULL, &now->rows[i]};
    tell(&k, out, arena);
    return WK_OK;
}
