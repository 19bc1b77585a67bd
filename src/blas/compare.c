/* Which cells differ in the BLAS alone, and what such a set of cells is called. */
#include "blas/compare.h"

#include "blas/cell/kernel_name.h"
#include "blas/cell/placement.h"

#include <string.h>

/* Parameters that say on what, not what. */
static bool says_on_what(const char *key, const void *context) {
    (void)context;
    return strcmp(key, "backend") == 0 || strcmp(key, "coretype") == 0 ||
           strcmp(key, "threads") == 0;
}

static bool is_wanted(const wk_row *row, const wk_selection *from) {
    return wk_placement_of(&row->params).backend && row->result.end != WK_END_PENDING &&
           (!from || wk_selection_has(from, row));
}

static bool counts(const wk_row *row, const wk_selection *from) {
    return is_wanted(row, from) && wk_end_has_metrics(row->result.end);
}

/* ---- contenders ---- */

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

/* ---- tasks ---- */

/* What the row was measured at, as yet without cells. */
static wk_task task_of(const wk_row *row, wk_arena *arena) {
    return (wk_task){.routine = "",
                     .experiment = row->experiment,
                     .params = wk_bag_without(&row->params, says_on_what, NULL, arena),
                     .threads = wk_placement_of(&row->params).threads};
}

static bool same_kind(const wk_task *a, const wk_task *b) {
    return strcmp(a->experiment, b->experiment) == 0 && wk_bag_compare(&a->params, &b->params) == 0;
}

/* ntasks if there is none. */
static size_t find_task(const wk_blas_compare *contest, const wk_task *like) {
    size_t t = 0;
    while (t < contest->ntasks &&
           (contest->tasks[t].threads != like->threads || !same_kind(&contest->tasks[t], like)))
        t++;
    return t;
}

static size_t add_task(wk_blas_compare *contest, const wk_task *task) {
    wk_task *added = &contest->tasks[contest->ntasks];
    *added = *task;
    while (added->kind < contest->nkinds &&
           !same_kind(&contest->tasks[contest->kinds[added->kind]], task))
        added->kind++;
    if (added->kind == contest->nkinds)
        contest->kinds[contest->nkinds++] = contest->ntasks;
    return contest->ntasks++;
}

/* nseeds if it is not among them. */
static size_t seed_index(const wk_task *task, uint64_t seed) {
    size_t s = 0;
    while (s < task->nseeds && task->seeds[s] != seed)
        s++;
    return s;
}

/* Contenders, tasks and their seeds, of which cells there are. */
static void find_all(const wk_table *table, const wk_selection *from, wk_arena *arena,
                     wk_blas_compare *out) {
    size_t n = 0;
    for (size_t i = 0; i < table->n; i++)
        n += counts(&table->rows[i], from);
    size_t *room = wk_arena_get(arena, n, sizeof *room);
    out->contenders = wk_arena_get(arena, n, sizeof *out->contenders);
    out->tasks = wk_arena_get(arena, n, sizeof *out->tasks);
    out->kinds = wk_arena_get(arena, n, sizeof *out->kinds);
    for (size_t i = 0; i < table->n; i++) {
        const wk_row *row = &table->rows[i];
        if (!counts(row, from))
            continue;
        wk_contender_add(out->contenders, &out->n, &row->params, arena);
        const wk_task like = task_of(row, arena);
        size_t t = find_task(out, &like);
        t = t < out->ntasks ? t : add_task(out, &like);
        wk_task *task = &out->tasks[t];
        if (seed_index(task, row->seed) < task->nseeds)
            continue;
        task->seeds =
            wk_arena_more(arena, task->seeds, task->nseeds, &room[t], sizeof *task->seeds);
        task->seeds[task->nseeds++] = row->seed;
    }
}

/* Puts a cell into its task. A failed one is counted where others of its task, and others of its
 * contender, have a result. */
static void take_cell(const wk_blas_compare *contest, const wk_row *row, wk_arena *arena) {
    const size_t c = wk_contender_find(contest->contenders, contest->n, &row->params);
    const wk_task like = task_of(row, arena);
    const size_t t = find_task(contest, &like);
    if (c == contest->n || t == contest->ntasks)
        return;
    wk_task *task = &contest->tasks[t];
    if (!wk_end_has_metrics(row->result.end)) {
        task->failed[c]++;
        return;
    }
    task->cells[c * task->nseeds + seed_index(task, row->seed)] = row;
    if (wk_row_series(row, "kernel.gflops"))
        task->routine = wk_kernel_routine(&row->params);
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

/* ---- names ---- */

/* Of a parameter; of the experiment if `key` is NULL. */
static const char *value_of(const wk_task *task, const char *key) {
    const char *text = key ? wk_bag_find(&task->params, key) : task->experiment;
    return text ? text : "";
}

/* Does a task of another kind that is called the same have another value? */
static bool tells_apart(const wk_blas_compare *contest, const wk_task *task, const char *key) {
    for (size_t u = 0; u < contest->ntasks; u++) {
        const wk_task *other = &contest->tasks[u];
        if (other->kind != task->kind && strcmp(other->label, task->label) == 0 &&
            strcmp(value_of(other, key), value_of(task, key)) != 0)
            return true;
    }
    return false;
}

/* Adds what tells it from others of the same name: "dgemm 64, kernel.blocks = 3". */
static const char *full_name(const wk_blas_compare *contest, const wk_task *task, wk_arena *arena) {
    const char *name = task->label;
    if (tells_apart(contest, task, NULL))
        name = wk_arena_printf(arena, "%s (%s)", name, task->experiment);
    for (size_t i = 0; i < task->params.n; i++) {
        const wk_pair *pair = &task->params.pairs[i];
        if (tells_apart(contest, task, pair->key))
            name = wk_arena_printf(arena, "%s, %s = %s", name, pair->key, pair->value.text);
    }
    return name;
}

static void name_all(wk_blas_compare *contest, wk_arena *arena) {
    const char **names = wk_arena_get(arena, contest->ntasks, sizeof *names);
    for (size_t t = 0; t < contest->ntasks; t++) {
        wk_task *task = &contest->tasks[t];
        task->label =
            wk_task_is_kernel(task) ? wk_kernel_name(&task->params, arena) : task->experiment;
    }
    for (size_t t = 0; t < contest->ntasks; t++)
        names[t] = full_name(contest, &contest->tasks[t], arena);
    for (size_t t = 0; t < contest->ntasks; t++)
        contest->tasks[t].label = names[t];
}

void wk_blas_compare_make(const wk_table *table, const wk_selection *from, wk_arena *arena,
                          wk_blas_compare *out) {
    *out = (wk_blas_compare){0};
    find_all(table, from, arena, out);
    for (size_t t = 0; t < out->ntasks; t++) {
        wk_task *task = &out->tasks[t];
        task->cells = wk_arena_get(arena, out->n * task->nseeds, sizeof *task->cells);
        task->failed = wk_arena_get(arena, out->n, sizeof *task->failed);
    }
    for (size_t i = 0; i < table->n; i++)
        if (is_wanted(&table->rows[i], from))
            take_cell(out, &table->rows[i], arena);
    name_all(out, arena);
}
