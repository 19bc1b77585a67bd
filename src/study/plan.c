/* The plan: cells, their parameters and their keys, computed from an index. */
#include "study/plan.h"

#include "base/file.h"
#include "base/heap.h"
#include "blas/cell/kernel.h"
#include "blas/cell/placement.h"
#include "model/cell/spec.h"
#include "model/data/data.h"
#include "study/numerics.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What of an experiment makes its cells, slowest first; data comes before them, backends and seeds
 * after. */
static const char *const parts[] = {"kernel", "model",   "loss",     "train",
                                    "stop",   "measure", "coretype", "threads"};
enum { PARTS = sizeof parts / sizeof *parts };

/* ---- making ---- */

static wk_status add_data(const wk_suite *suite, const wk_node *name, const wk_node **sets,
                          wk_plan_experiment *e, wk_error *err) {
    const wk_node *all = wk_node_find(suite->root, "data");
    const wk_node *set = all ? wk_node_find(all, name->value.text) : NULL;
    if (!set)
        return wk_node_fail(name, err, "no data set is named '%s'", name->value.text);
    sets[e->ndata++] = set;
    e->data_combinations = wk_count_plus(e->data_combinations, wk_node_count(set));
    return WK_OK;
}

static wk_status make_data(const wk_suite *suite, wk_plan_experiment *e, wk_arena *arena,
                           wk_error *err) {
    const wk_node *data = wk_node_find(e->node, "data");
    const size_t n = data->kind == WK_NODE_AXIS ? data->n : 1;
    const wk_node **sets = wk_arena_get(arena, n, sizeof *sets);
    for (size_t i = 0; i < n; i++)
        WK_TRY(add_data(suite, data->kind == WK_NODE_AXIS ? data->items[i] : data, sets, e, err));
    e->data = sets;
    e->combinations = e->data_combinations;
    return WK_OK;
}

/* Each name once, in the order of the suite. */
static void add_backend(const char **names, size_t *n, const char *name) {
    for (size_t i = 0; i < *n; i++)
        if (strcmp(names[i], name) == 0)
            return;
    names[(*n)++] = name;
}

static wk_status make_backends(const char *const *all, size_t nall, wk_plan_experiment *e,
                               wk_arena *arena, wk_error *err) {
    const wk_node *node = wk_node_find(e->node, "backend");
    if (!node)
        return WK_OK;
    const size_t n = node->kind == WK_NODE_AXIS ? node->n : 1;
    const char **names = wk_arena_get(arena, n + nall, sizeof *names);
    for (size_t i = 0; i < n; i++) {
        const wk_node *item = node->kind == WK_NODE_AXIS ? node->items[i] : node;
        if (strcmp(item->value.text, "all") != 0)
            add_backend(names, &e->nbackends, item->value.text);
        for (size_t j = 0; strcmp(item->value.text, "all") == 0 && j < nall; j++)
            add_backend(names, &e->nbackends, all[j]);
    }
    e->backends = names;
    if (!e->nbackends)
        return wk_node_fail(node, err, "'all' stands for no backend: none can be used here");
    e->combinations = wk_count_times(e->combinations, e->nbackends);
    return WK_OK;
}

static wk_status make_experiment(const wk_suite *suite, const char *const *all, size_t nall,
                                 wk_plan_experiment *e, wk_arena *arena, wk_error *err) {
    e->kernel = wk_node_find(e->node, "kernel") != NULL;
    e->seeds = wk_node_size(e->node, "seeds");
    e->combinations = 1;
    if (!e->kernel)
        WK_TRY(make_data(suite, e, arena, err));
    for (size_t i = 0; i < PARTS; i++) {
        const wk_node *part = wk_node_find(e->node, parts[i]);
        if (part)
            e->combinations = wk_count_times(e->combinations, wk_node_count(part));
    }
    return make_backends(all, nall, e, arena, err);
}

static const char *const sections[] = {"experiments", "kernels"};
enum { SECTIONS = sizeof sections / sizeof *sections };

bool wk_plan_names_backend(const wk_suite *suite) {
    for (size_t s = 0; s < SECTIONS; s++) {
        const wk_node *section = wk_node_find(suite->root, sections[s]);
        for (size_t i = 0; section && i < section->n; i++)
            if (wk_node_find(section->items[i], "backend"))
                return true;
    }
    return false;
}

/* Experiments and kernels share their names' space. */
static wk_status list_experiments(const wk_suite *suite, wk_plan_experiment **all, size_t *n,
                                  wk_arena *arena, wk_error *err) {
    size_t room = 0;
    for (size_t s = 0; s < SECTIONS; s++) {
        const wk_node *section = wk_node_find(suite->root, sections[s]);
        for (size_t i = 0; section && i < section->n; i++) {
            const wk_node *node = section->items[i];
            for (size_t j = 0; s > 0 && j < *n; j++)
                if (strcmp((*all)[j].name, node->name) == 0)
                    return wk_node_fail(node, err, "'%s' is the name of an experiment already",
                                        node->name);
            *all = wk_arena_more(arena, *all, *n, &room, sizeof **all);
            (*all)[(*n)++] = (wk_plan_experiment){.name = node->name, .node = node};
        }
    }
    return *n ? WK_OK
              : wk_node_fail(suite->root, err,
                             "nothing to run: a suite needs 'experiments' or 'kernels'");
}

wk_status wk_plan_make(const wk_suite *suite, const char *const *backends, size_t n,
                       wk_arena *arena, wk_plan *plan, wk_error *err) {
    wk_plan_experiment *experiments = NULL;
    *plan = (wk_plan){.suite = suite, .first_seed = wk_node_size(suite->root, "seed")};
    WK_TRY(list_experiments(suite, &experiments, &plan->n, arena, err));
    plan->experiments = experiments;
    for (size_t i = 0; i < plan->n; i++) {
        wk_plan_experiment *e = &experiments[i];
        WK_TRY(make_experiment(suite, backends, n, e, arena, err));
        e->first = plan->cells;
        plan->cells = wk_count_plus(plan->cells, wk_count_times(e->combinations, e->seeds));
        if (plan->cells > WK_PLAN_MOST_CELLS)
            return wk_node_fail(
                e->node, err,
                "experiment '%s' brings the suite to %s%zu cells; at most %d are allowed", e->name,
                plan->cells == SIZE_MAX ? "at least " : "", plan->cells, WK_PLAN_MOST_CELLS);
    }
    return WK_OK;
}

/* ---- one cell ---- */

static void expand_data(const wk_plan_experiment *e, size_t index, wk_plan_cell *cell,
                        wk_pairs *pairs, wk_arena *arena) {
    size_t set = 0;
    while (index >= wk_node_count(e->data[set]))
        index -= wk_node_count(e->data[set++]);
    cell->data = e->data[set];
    wk_pairs_add(pairs, "data", wk_value_text(cell->data->name), arena);
    wk_node_expand(cell->data, index, "data", pairs, arena);
}

static void expand(const wk_plan_experiment *e, size_t index, wk_plan_cell *cell, wk_arena *arena) {
    wk_pairs pairs = {0};
    if (e->nbackends) {
        const char *backend = e->backends[index % e->nbackends];
        wk_pairs_add(&pairs, "backend", wk_value_text(backend), arena);
        index /= e->nbackends;
    }
    for (size_t i = PARTS; i-- > 0;) {
        const wk_node *part = wk_node_find(e->node, parts[i]);
        if (!part)
            continue;
        wk_node_expand(part, index % wk_node_count(part), parts[i], &pairs, arena);
        index /= wk_node_count(part);
    }
    if (e->ndata)
        expand_data(e, index, cell, &pairs, arena);
    cell->params = wk_bag_of(pairs.list, pairs.n);
}

wk_plan_cell wk_plan_cell_at(const wk_plan *plan, size_t index, wk_arena *arena) {
    WK_ASSERT(index < plan->cells);
    size_t i = plan->n - 1;
    while (plan->experiments[i].first > index)
        i--;
    const wk_plan_experiment *e = &plan->experiments[i];
    const size_t within = index - e->first;
    wk_plan_cell cell = {.experiment = e, .seed = plan->first_seed + within % e->seeds};
    expand(e, within / e->seeds, &cell, arena);
    return cell;
}

/* ---- files ---- */

const char *wk_plan_folder(const wk_plan *plan, wk_arena *arena) {
    const char *slash = strrchr(plan->suite->path, '/');
    if (!slash)
        return ".";
    return wk_arena_span(arena, plan->suite->path,
                         slash == plan->suite->path ? 1 : (size_t)(slash - plan->suite->path));
}

static bool is_path(const wk_bag *params, const char *key) {
    const wk_data_source *source = NULL;
    if (strncmp(key, "data.", 5) != 0 || wk_data_source_read(params, &source, NULL, NULL) != WK_OK)
        return false;
    const wk_param *row = wk_param_find(source->rows, source->n, key + 5);
    return row && row->type == WK_PATH;
}

/* The parameters with paths that hold from the current folder. */
static void resolve(const wk_plan *plan, const wk_bag *params, wk_arena *arena, wk_bag *out) {
    const char *folder = wk_plan_folder(plan, arena);
    wk_pair *pairs = wk_arena_get(arena, params->n, sizeof *pairs);
    for (size_t i = 0; i < params->n; i++) {
        pairs[i] = params->pairs[i];
        if (is_path(params, pairs[i].key))
            pairs[i].value.text = wk_file_resolve(folder, pairs[i].value.text, arena);
    }
    *out = wk_bag_of(pairs, params->n);
}

struct wk_plan_file {
    struct wk_plan_file *next;
    const char *path;
    wk_hash hash;
    struct stat as_read;
};

static wk_status hash_file(wk_plan_files *files, const char *path, const char **hex,
                           wk_error *err) {
    struct wk_plan_file *file = files->first;
    while (file && strcmp(file->path, path) != 0)
        file = file->next;
    if (!file) {
        file = wk_arena_get(files->arena, 1, sizeof *file);
        file->path = wk_arena_text(files->arena, path);
        if (stat(path, &file->as_read) != 0)
            return wk_fail(err, WK_BAD_INPUT, "cannot read '%s': %s", path, strerror(errno));
        WK_TRY(wk_hash_file(path, &file->hash, err));
        file->next = files->first;
        files->first = file;
    }
    *hex = file->hash.hex;
    return WK_OK;
}

static bool same_time(struct timespec a, struct timespec b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

wk_status wk_plan_files_unchanged(const wk_plan_files *files, wk_error *err) {
    for (const struct wk_plan_file *f = files->first; f; f = f->next) {
        struct stat now;
        if (stat(f->path, &now) != 0 || now.st_ino != f->as_read.st_ino ||
            now.st_dev != f->as_read.st_dev || now.st_size != f->as_read.st_size ||
            !same_time(now.st_mtim, f->as_read.st_mtim))
            return wk_fail(err, WK_CANNOT, "'%s' was changed while its cells were run; run again",
                           f->path);
    }
    return WK_OK;
}

const char *wk_plan_files_hash(const wk_plan_files *files) {
    const char *all = "";
    for (const struct wk_plan_file *f = files->first; f; f = f->next)
        all = wk_arena_printf(files->arena, "%s\n%s", f->hash.hex, all);
    return *all ? wk_arena_text(files->arena, wk_hash_text(all).hex) : all;
}

/* The lines "key=value" of the parameters. fprintf would take as long as all else here. */
static wk_status write_params(const wk_bag *params, wk_plan_files *files, FILE *out,
                              wk_error *err) {
    for (size_t i = 0; i < params->n; i++) {
        const wk_pair *pair = &params->pairs[i];
        const char *value = pair->value.text;
        if (strcmp(pair->key, "data") == 0)
            continue;
        if (is_path(params, pair->key))
            WK_TRY(hash_file(files, pair->value.text, &value, err));
        fputs(pair->key, out);
        fputc('=', out);
        fputs(value, out);
        fputc('\n', out);
    }
    return WK_OK;
}

wk_status wk_plan_key(const wk_plan *plan, const wk_plan_cell *cell, const char *fingerprint,
                      wk_plan_files *files, wk_arena *scratch, wk_hash *key, wk_error *err) {
    wk_bag params;
    resolve(plan, &cell->params, scratch, &params);
    char *text = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&text, &length);
    const wk_status status = write_params(&params, files, out, err);
    fprintf(out, "seed=%llu\nnumerics=%s\nbackend=%s\n", (unsigned long long)cell->seed,
            wk_numerics, fingerprint);
    fclose(out);
    *key = wk_hash_text(text);
    free(text);
    return status;
}

/* ---- checking ---- */

/* The node that holds `key`, as deep as it is written: where to point. */
static const wk_node *blame(const wk_plan_cell *cell, const char *key) {
    const wk_node *node = cell->experiment->node;
    if (!key)
        return node;
    if (cell->data && (strcmp(key, "data") == 0 || strncmp(key, "data.", 5) == 0))
        return cell->data;
    char part[64];
    while (*key) {
        const size_t length = strcspn(key, ".");
        snprintf(part, sizeof part, "%.*s", (int)length, key);
        const wk_node *child = node->kind == WK_NODE_GROUP ? wk_node_find(node, part) : NULL;
        if (!child || child->is_default)
            break;
        node = child;
        key += length + (key[length] == '.');
    }
    return node;
}

static wk_status weigh_kernel(const wk_bag *params, size_t threads, wk_plan_cost *cost,
                              const char **culprit, wk_error *err) {
    WK_TRY(wk_kernel_check(params, culprit, err));
    *cost = (wk_plan_cost){wk_kernel_flops(params), wk_kernel_bytes(params, threads), 0};
    return WK_OK;
}

wk_status wk_plan_weigh(const wk_plan *plan, const wk_plan_cell *cell, size_t threads,
                        wk_arena *arena, wk_plan_cost *cost, const char **culprit, wk_error *err) {
    wk_bag params;
    wk_spec spec;
    *culprit = NULL;
    if (cell->experiment->kernel)
        return weigh_kernel(&cell->params, threads, cost, culprit, err);
    resolve(plan, &cell->params, arena, &params);
    WK_TRY(wk_spec_read(&params, cell->seed, &spec, culprit, err));
    *cost = (wk_plan_cost){wk_spec_flops(&spec), wk_spec_bytes(&spec, threads),
                           wk_spec_arrays_bytes(&spec)};
    return WK_OK;
}

void wk_plan_threads(const wk_plan_cell *cell, size_t *ours, size_t *library) {
    const size_t asked = wk_placement_of(&cell->params).threads;
    const bool routine = cell->experiment->kernel && !wk_kernel_is_stage(&cell->params);
    *ours = routine ? 1 : asked;
    *library = routine ? asked : 1;
}

static wk_status check_cell(const wk_plan *plan, const wk_plan_cell *cell, wk_arena *arena,
                            wk_error *err) {
    wk_plan_cost cost;
    const char *culprit = NULL;
    if (wk_plan_weigh(plan, cell, 1, arena, &cost, &culprit, err) == WK_OK)
        return WK_OK;
    return wk_node_fail(blame(cell, culprit), err, "%s", err->message);
}

static wk_status check_data(const wk_plan *plan, const wk_plan_experiment *e, size_t which,
                            wk_warnings *warnings, wk_arena *arena, wk_error *err) {
    const wk_node *set = e->data[which];
    const wk_data_source *source = wk_data_source_find(set->variant->name);
    for (size_t i = 0; i < wk_node_count(set); i++) {
        const wk_arena_mark mark = wk_arena_here(arena);
        wk_pairs pairs = {0};
        wk_node_expand(set, i, "data", &pairs, arena);
        wk_bag bag = wk_bag_of(pairs.list, pairs.n);
        resolve(plan, &bag, arena, &bag);
        wk_warnings own = {.arena = arena};
        if (source->check(&bag, warnings ? &own : NULL, err) != WK_OK)
            return wk_node_fail(set, err, "data '%s': %s", set->name, err->message);
        for (size_t w = 0; w < own.n; w++)
            wk_warn(warnings, "data '%s': %s", set->name, own.text[w]);
        wk_arena_reset(arena, mark);
    }
    return WK_OK;
}

/* Has an earlier experiment, or place of this one, the same data set? */
static bool seen(const wk_plan *plan, size_t experiment, size_t which) {
    const wk_node *set = plan->experiments[experiment].data[which];
    for (size_t e = 0; e <= experiment; e++)
        for (size_t i = 0; i < (e < experiment ? plan->experiments[e].ndata : which); i++)
            if (plan->experiments[e].data[i] == set)
                return true;
    return false;
}

static wk_status check_experiment(const wk_plan *plan, size_t which, wk_warnings *warnings,
                                  wk_arena *arena, wk_error *err) {
    const wk_plan_experiment *e = &plan->experiments[which];
    for (size_t i = 0; i < e->ndata; i++)
        if (!seen(plan, which, i))
            WK_TRY(check_data(plan, e, i, warnings, arena, err));
    for (size_t i = 0; i < e->combinations; i++) {
        const wk_arena_mark mark = wk_arena_here(arena);
        const wk_plan_cell cell = wk_plan_cell_at(plan, e->first + i * e->seeds, arena);
        WK_TRY(check_cell(plan, &cell, arena, err));
        wk_arena_reset(arena, mark);
    }
    return WK_OK;
}

wk_status wk_plan_check(const wk_plan *plan, wk_warnings *warnings, wk_error *err) {
    wk_arena arena = {0};
    wk_status status = WK_OK;
    for (size_t i = 0; i < plan->n && status == WK_OK; i++)
        status = check_experiment(plan, i, warnings, &arena, err);
    wk_arena_release(&arena);
    return status;
}
