/* Which cell of BASE is which of NEW. */
#include "compare/compare_parts.h"

#include "base/heap.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BASE, NOW };

/* A parameter of an experiment, in each of the files. */
typedef struct known {
    const char *experiment, *key;
    bool in[2], varies[2];
    const char *text[2];
} known;

typedef struct knowledge {
    known *list;
    size_t n, room;
} knowledge;

/* A cell under the text that tells it from all others of its file. */
typedef struct named {
    const char *name;
    const wk_row *row;
} named;

static known *find(const knowledge *k, const char *experiment, const char *key) {
    for (size_t i = k->n; i-- > 0;) /* most often it is among the last */
        if (strcmp(k->list[i].key, key) == 0 && strcmp(k->list[i].experiment, experiment) == 0)
            return &k->list[i];
    return NULL;
}

static known *add(knowledge *k, const char *experiment, const char *key, wk_arena *arena) {
    k->list = wk_arena_more(arena, k->list, k->n, &k->room, sizeof *k->list);
    k->list[k->n] = (known){.experiment = experiment, .key = key};
    return &k->list[k->n++];
}

static void note(knowledge *k, int side, const char *experiment, const char *key, const char *text,
                 wk_arena *arena) {
    known *entry = find(k, experiment, key);
    if (!entry)
        entry = add(k, experiment, key, arena);
    if (entry->in[side] && strcmp(entry->text[side], text) != 0)
        entry->varies[side] = true;
    entry->in[side] = true;
    entry->text[side] = text;
}

static void learn(knowledge *k, int side, const wk_table *table, wk_arena *arena) {
    for (size_t i = 0; i < table->n; i++) {
        const wk_row *row = &table->rows[i];
        note(k, side, row->experiment, "", "", arena); /* that there is such */
        for (size_t j = 0; j < row->params.n; j++)
            note(k, side, row->experiment, row->params.pairs[j].key,
                 row->params.pairs[j].value.text, arena);
    }
}

/* Does one file alone know the parameter, with one value? Then it cannot tell cells apart. */
static bool passed_over(const known *entry) {
    const int side = entry->in[BASE] ? BASE : NOW;
    return entry->in[BASE] != entry->in[NOW] && !entry->varies[side];
}

static bool shared(const knowledge *k, const char *experiment) {
    const known *entry = find(k, experiment, "");
    return entry && entry->in[BASE] && entry->in[NOW];
}

static const char *name_of(const knowledge *k, const wk_row *row, wk_arena *arena) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&text, &length);
    fprintf(out, "%s\n%" PRIu64 "\n", row->experiment, row->seed);
    for (size_t j = 0; j < row->params.n; j++) {
        const wk_pair *pair = &row->params.pairs[j];
        if (!passed_over(find(k, row->experiment, pair->key)))
            fprintf(out, "%s=%s\n", pair->key, pair->value.text);
    }
    fclose(out);
    const char *kept = wk_arena_text(arena, text);
    free(text);
    return kept;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

/* (n) cells in the file's order, and again sorted by name. */
static wk_status name_all(const knowledge *k, const wk_results *file, wk_arena *arena,
                          named **in_order, named **sorted, wk_error *err) {
    const size_t n = file->table.n;
    *in_order = wk_arena_get(arena, n, sizeof **in_order);
    *sorted = wk_arena_get(arena, n, sizeof **sorted);
    for (size_t i = 0; i < n; i++) {
        const wk_row *row = &file->table.rows[i];
        (*in_order)[i] = (named){name_of(k, row, arena), row};
        (*sorted)[i] = (*in_order)[i];
    }
    if (n)
        qsort(*sorted, n, sizeof **sorted, by_name);
    for (size_t i = 1; i < n; i++)
        if (by_name(&(*sorted)[i - 1], &(*sorted)[i]) == 0)
            return wk_fail(err, WK_BAD_INPUT,
                           "%s: cells '%s' and '%s' have the same parameters and seed", file->path,
                           (*sorted)[i - 1].row->id, (*sorted)[i].row->id);
    return WK_OK;
}

static const wk_row *other(const named *sorted, size_t n, const named *cell) {
    const named *found = n ? bsearch(cell, sorted, n, sizeof *sorted, by_name) : NULL;
    return found ? found->row : NULL;
}

static void tell(const knowledge *k, wk_arena *arena, const char ***notes, size_t *nnotes) {
    const char **longer = wk_arena_get(arena, *nnotes + k->n, sizeof *longer);
    if (*nnotes)
        memcpy(longer, *notes, *nnotes * sizeof *longer);
    for (size_t i = 0; i < k->n; i++) {
        const known *entry = &k->list[i];
        if (!passed_over(entry) || !*entry->key || !shared(k, entry->experiment))
            continue;
        const int side = entry->in[BASE] ? BASE : NOW;
        const char *text = wk_arena_printf(
            arena, "parameter '%s' of '%s' is only in %s, always %s: passed over", entry->key,
            entry->experiment, side == BASE ? "BASE" : "NEW", entry->text[side]);
        longer[(*nnotes)++] = text;
    }
    *notes = longer;
}

wk_status wk_compare_match(const wk_results *base, const wk_results *now, wk_arena *arena,
                           wk_compare_pair **pairs, size_t *n, const char ***notes, size_t *nnotes,
                           wk_error *err) {
    knowledge k = {0};
    named *a = NULL, *a_sorted = NULL, *b = NULL, *b_sorted = NULL;
    learn(&k, BASE, &base->table, arena);
    learn(&k, NOW, &now->table, arena);
    WK_TRY(name_all(&k, base, arena, &a, &a_sorted, err));
    WK_TRY(name_all(&k, now, arena, &b, &b_sorted, err));
    *pairs = wk_arena_get(arena, base->table.n + now->table.n, sizeof **pairs);
    *n = 0;
    for (size_t i = 0; i < base->table.n; i++)
        (*pairs)[(*n)++] = (wk_compare_pair){a[i].row, other(b_sorted, now->table.n, &a[i])};
    for (size_t i = 0; i < now->table.n; i++)
        if (!other(a_sorted, base->table.n, &b[i]))
            (*pairs)[(*n)++] = (wk_compare_pair){NULL, b[i].row};
    tell(&k, arena, notes, nnotes);
    return WK_OK;
}
