/* Which cells differ in the BLAS alone, and what such a set of cells is called. */
#include "blas/compare.h"

#include "blas/cell/kernel_name.h"
#include "blas/cell/placement.h"

#include <string.h>

/* Parameters that say on what, not what. */
static bool is_where(const char *key) {
    return strcmp(key, "backend") == 0 || strcmp(key, "coretype") == 0 ||
           strcmp(key, "threads") == 0;
}

static const char *value_of(const wk_row *row, const char *key) {
    const char *text = wk_bag_find(&row->params, key);
    return text ? text : "";
}

static bool is_wanted(const wk_row *row, const wk_selection *from) {
    return wk_placement_of(&row->params).backend && (!from || wk_selection_has(from, row));
}

static bool has_result(const wk_row *row) {
    return wk_end_has_metrics(row->result.end);
}

static bool counts(const wk_row *row, const wk_selection *from) {
    return has_result(row) && is_wanted(row, from);
}

/* Equal for rows of one kind; unequal, nearly always, for others (FNV-1a). */
static uint64_t digest_of(const wk_row *row) {
    uint64_t hash = 14695981039346656037u;
    for (const char *p = row->experiment; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 1099511628211u;
    for (size_t i = 0; i < row->params.n; i++) {
        const wk_pair *pair = &row->params.pairs[i];
        if (is_where(pair->key))
            continue;
        for (const char *p = pair->key; *p; p++)
            hash = (hash ^ (unsigned char)*p) * 1099511628211u;
        hash = (hash ^ '=') * 1099511628211u;
        for (const char *p = pair->value.text; *p; p++)
            hash = (hash ^ (unsigned char)*p) * 1099511628211u;
    }
    return hash;
}

/* Both bags are sorted. */
bool wk_contest_same(const wk_bag *a, const wk_bag *b, bool (*says_on_what)(const char *key)) {
    size_t i = 0, j = 0;
    for (;; i++, j++) {
        while (i < a->n && says_on_what(a->pairs[i].key))
            i++;
        while (j < b->n && says_on_what(b->pairs[j].key))
            j++;
        if (i == a->n || j == b->n)
            return i == a->n && j == b->n;
        if (strcmp(a->pairs[i].key, b->pairs[j].key) != 0 ||
            strcmp(a->pairs[i].value.text, b->pairs[j].value.text) != 0)
            return false;
    }
}

static bool same_kind(const wk_row *a, const wk_row *b) {
    return strcmp(a->experiment, b->experiment) == 0 &&
           wk_contest_same(&a->params, &b->params, is_where);
}

/* While the table is sorted: one entry a row that counts. */
typedef struct entry {
    const wk_row *row;
    uint64_t digest;
    size_t contender, task;
} entry;

/* "none" is the text of a parameter that some cells of a claim do not have (claim/claim.h). */
static wk_contender contender_of(const wk_bag *params) {
    const wk_placement where = wk_placement_of(params);
    const bool own = !where.coretype || strcmp(where.coretype, "none") == 0;
    return (wk_contender){.backend = where.backend, .coretype = own ? "" : where.coretype};
}

size_t wk_contender_find(const wk_contender *list, size_t n, const wk_bag *where) {
    const wk_contender one = contender_of(where);
    size_t c = 0;
    while (c < n && (strcmp(list[c].backend, one.backend) != 0 ||
                     strcmp(list[c].coretype, one.coretype) != 0))
        c++;
    return c;
}

size_t wk_contender_add(wk_contender *list, size_t *n, const wk_bag *where, wk_arena *arena) {
    const size_t c = wk_contender_find(list, *n, where);
    if (c < *n)
        return c;
    wk_contender one = contender_of(where);
    one.label =
        *one.coretype ? wk_arena_printf(arena, "%s/%s", one.backend, one.coretype) : one.backend;
    list[(*n)++] = one;
    return c;
}

/* The task of entries[i], of which first[t] is the first entry; a new one if it has none. */
static size_t find_task(wk_blas_compare *contest, const entry *entries, size_t i, size_t *first) {
    const wk_row *row = entries[i].row;
    const size_t threads = wk_placement_of(&row->params).threads;
    size_t kind = WK_CONTEST_NONE;
    for (size_t t = 0; t < contest->ntasks; t++) {
        const entry *other = &entries[first[t]];
        if (other->digest != entries[i].digest || !same_kind(other->row, row))
            continue;
        if (contest->tasks[t].threads == threads)
            return t;
        kind = contest->tasks[t].kind;
    }
    first[contest->ntasks] = i;
    contest->tasks[contest->ntasks] =
        (wk_task){.threads = threads, .kind = kind == WK_CONTEST_NONE ? contest->nkinds++ : kind};
    return contest->ntasks++;
}

/* nseeds if it is not among them. */
static size_t seed_index(const wk_task *task, uint64_t seed) {
    size_t s = 0;
    while (s < task->nseeds && task->seeds[s] != seed)
        s++;
    return s;
}

static void fill_task(const wk_blas_compare *contest, const entry *entries, size_t n, size_t t,
                      wk_arena *arena) {
    wk_task *task = &contest->tasks[t];
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        most += entries[i].task == t;
    task->seeds = wk_arena_get(arena, most, sizeof *task->seeds);
    for (size_t i = 0; i < n; i++) {
        if (entries[i].task == t && seed_index(task, entries[i].row->seed) == task->nseeds)
            task->seeds[task->nseeds++] = entries[i].row->seed;
    }
    task->cells = wk_arena_get(arena, contest->n * task->nseeds, sizeof *task->cells);
    task->failed = wk_arena_get(arena, contest->n, sizeof *task->failed);
    task->routine = "";
    for (size_t i = 0; i < n; i++) {
        if (entries[i].task != t)
            continue;
        const wk_row *row = entries[i].row;
        task->cells[entries[i].contender * task->nseeds + seed_index(task, row->seed)] = row;
        if (wk_row_series(row, "kernel.gflops"))
            task->routine = wk_kernel_routine(&row->params);
    }
}

/* A failed cell is counted where others of its task and of its contender have a result. */
static void count_failure(wk_blas_compare *contest, const entry *entries, const size_t *first,
                          const wk_row *row) {
    const size_t c = wk_contender_find(contest->contenders, contest->n, &row->params);
    const uint64_t digest = digest_of(row);
    for (size_t t = 0; c < contest->n && t < contest->ntasks; t++) {
        const entry *other = &entries[first[t]];
        if (other->digest == digest && same_kind(other->row, row) &&
            contest->tasks[t].threads == wk_placement_of(&row->params).threads)
            contest->tasks[t].failed[c]++;
    }
}

const wk_row *wk_task_cell(const wk_task *task, size_t contender, size_t seed) {
    return task->cells[contender * task->nseeds + seed];
}

bool wk_task_is_kernel(const wk_task *task) {
    return *task->routine != '\0';
}

bool wk_task_is_stage(const wk_task *task) {
    static const char *const stages[] = {"train-step", "ntk", "pca"};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (strcmp(task->routine, stages[i]) == 0)
            return true;
    return false;
}

/* Names */

static const wk_row *any_cell(const wk_blas_compare *contest, const wk_task *task) {
    for (size_t i = 0; i < contest->n * task->nseeds; i++)
        if (task->cells[i])
            return task->cells[i];
    return NULL; /* not reached: a task is made of a cell */
}

/* Does a task of another kind that is called the same have another value? */
static bool tells_apart(const wk_blas_compare *contest, const wk_row *const *cells, size_t t,
                        const char *key) {
    const char *own = value_of(cells[t], key);
    for (size_t u = 0; u < contest->ntasks; u++)
        if (contest->tasks[u].kind != contest->tasks[t].kind &&
            strcmp(contest->tasks[u].label, contest->tasks[t].label) == 0 &&
            strcmp(value_of(cells[u], key), own) != 0)
            return true;
    return false;
}

/* Adds what tells it from others of the same name: "dgemm 64, kernel.blocks = 3". */
static const char *full_name(const wk_blas_compare *contest, const wk_row *const *cells, size_t t,
                             wk_arena *arena) {
    const char *name = contest->tasks[t].label;
    const wk_bag *params = &cells[t]->params;
    bool other = false;
    for (size_t u = 0; u < contest->ntasks; u++)
        other = other || (strcmp(contest->tasks[u].label, contest->tasks[t].label) == 0 &&
                          strcmp(cells[u]->experiment, cells[t]->experiment) != 0);
    if (other)
        name = wk_arena_printf(arena, "%s (%s)", name, cells[t]->experiment);
    for (size_t i = 0; name && i < params->n; i++)
        if (!is_where(params->pairs[i].key) && tells_apart(contest, cells, t, params->pairs[i].key))
            name = wk_arena_printf(arena, "%s, %s = %s", name, params->pairs[i].key,
                                   params->pairs[i].value.text);
    return name;
}

static void name_all(wk_blas_compare *contest, wk_arena *arena) {
    const wk_row **cells = wk_arena_get(arena, contest->ntasks, sizeof *cells);
    const char **names = wk_arena_get(arena, contest->ntasks, sizeof *names);
    for (size_t t = 0; t < contest->ntasks; t++) {
        cells[t] = any_cell(contest, &contest->tasks[t]);
        contest->tasks[t].label = wk_task_is_kernel(&contest->tasks[t])
                                      ? wk_kernel_name(&cells[t]->params, arena)
                                      : cells[t]->experiment;
    }
    for (size_t t = 0; t < contest->ntasks; t++)
        names[t] = full_name(contest, cells, t, arena);
    for (size_t t = 0; t < contest->ntasks; t++)
        contest->tasks[t].label = names[t];
}

void wk_blas_compare_make(const wk_table *table, const wk_selection *from, wk_arena *arena,
                          wk_blas_compare *out) {
    *out = (wk_blas_compare){0};
    size_t n = 0;
    for (size_t i = 0; i < table->n; i++)
        n += counts(&table->rows[i], from);
    entry *entries = wk_arena_get(arena, n, sizeof *entries);
    size_t *first = wk_arena_get(arena, n, sizeof *first);
    out->contenders = wk_arena_get(arena, n, sizeof *out->contenders);
    out->tasks = wk_arena_get(arena, n, sizeof *out->tasks);
    for (size_t i = 0, k = 0; i < table->n; i++) {
        if (!counts(&table->rows[i], from))
            continue;
        entries[k].row = &table->rows[i];
        entries[k].digest = digest_of(entries[k].row);
        entries[k].contender =
            wk_contender_add(out->contenders, &out->n, &entries[k].row->params, arena);
        entries[k].task = find_task(out, entries, k, first);
        k++;
    }
    for (size_t t = 0; t < out->ntasks; t++)
        fill_task(out, entries, n, t, arena);
    for (size_t i = 0; i < table->n; i++) {
        const wk_row *row = &table->rows[i];
        if (!has_result(row) && row->result.end != WK_END_PENDING && is_wanted(row, from))
            count_failure(out, entries, first, row);
    }
    name_all(out, arena);
}
