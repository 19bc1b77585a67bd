/* Stores of former schemas: what is special about them (store_schema.c tells their differences).
 * The parameters of their plan and their facts are texts, to which a table tells the types. The
 * records of 1 to 3 are JSON text, in which a number that is not finite is the word "inf", "-inf"
 * or "nan":
 *
 *   {"status":"ok","reason":"",
 *    "metrics":[{"name":"loss","indexed":false,"at":[0,1],"value":[2.5,"inf"]}],
 *    "stages":[{"name":"train","wall_cpu_flops":[0.1,0.1,1e9]}]}
 */
#include "base/json_read.h"
#include "base/text.h"
#include "blas/identity.h"
#include "run/store_parts.h"
#include "study/grammar.h"

#include <math.h>
#include <string.h>

/* A commit of the first days wrote schema 1 before facts and plans had hashes. */
wk_status wk_store_old_check(wk_store *store, wk_error *err) {
    sqlite3_stmt *statement = NULL;
    const int prepared = sqlite3_prepare_v2(
        store->db, "SELECT fact.sha256, plan.sha256 FROM fact, plan", -1, &statement, NULL);
    sqlite3_finalize(statement);
    if (prepared == SQLITE_OK)
        return WK_OK;
    if (prepared != SQLITE_ERROR)
        return wk_store_trouble(store, err);
    return wk_fail(err, WK_BAD_INPUT,
                   "'%s' is of a widecheck from before its rows had hashes: what it holds cannot "
                   "be checked; use another folder",
                   store->path);
}

/* ---- records ---- */

static bool read_number(const json_t *json, double *value) {
    static const struct {
        const char *word;
        double value;
    } words[] = {{"inf", INFINITY}, {"-inf", -INFINITY}, {"nan", NAN}};
    *value = json_number_value(json);
    for (size_t i = 0; json_is_string(json) && i < 3; i++)
        if (strcmp(json_string_value(json), words[i].word) == 0) {
            *value = words[i].value;
            return true;
        }
    return json_is_number(json);
}

/* NULL if it is no array of numbers. */
static const double *read_numbers(const json_t *json, size_t *n, wk_arena *arena) {
    *n = json_array_size(json);
    double *values = json_is_array(json) ? wk_arena_doubles(arena, *n) : NULL;
    for (size_t i = 0; values && i < *n; i++)
        if (!read_number(json_array_get(json, i), &values[i]))
            return NULL;
    return values;
}

/* NULL if there is no such text. */
static const char *read_text(const json_t *json, const char *key, wk_arena *arena) {
    const char *text = json_string_value(json_object_get(json, key));
    return text ? wk_arena_text(arena, text) : NULL;
}

static bool read_series(const json_t *json, wk_arena *arena, wk_series *series) {
    size_t n = 0;
    series->name = read_text(json, "name", arena);
    series->indexed = json_is_true(json_object_get(json, "indexed"));
    series->at = read_numbers(json_object_get(json, "at"), &series->n, arena);
    series->value = read_numbers(json_object_get(json, "value"), &n, arena);
    return series->name && series->at && series->value && n == series->n;
}

static bool read_stage(const json_t *json, wk_arena *arena, wk_stage *stage) {
    size_t n = 0;
    const double *numbers = read_numbers(json_object_get(json, "wall_cpu_flops"), &n, arena);
    stage->name = read_text(json, "name", arena);
    if (!stage->name || !numbers || n != 3)
        return false;
    stage->wall_s = numbers[0];
    stage->cpu_s = numbers[1];
    stage->flops = numbers[2];
    return true;
}

static bool read_record(const json_t *json, wk_arena *arena, wk_result *result) {
    const json_t *metrics = json_object_get(json, "metrics");
    const json_t *all = json_object_get(json, "stages");
    const char *status = json_string_value(json_object_get(json, "status"));
    result->reason = read_text(json, "reason", arena);
    if (!status || !wk_end_parse(status, &result->end) || !result->reason ||
        !json_is_array(metrics) || !json_is_array(all))
        return false;
    result->nseries = json_array_size(metrics);
    result->nstages = json_array_size(all);
    wk_series *series = wk_arena_get(arena, result->nseries, sizeof *series);
    wk_stage *stages = wk_arena_get(arena, result->nstages, sizeof *stages);
    result->series = series;
    result->stages = stages;
    for (size_t i = 0; i < result->nseries; i++)
        if (!read_series(json_array_get(metrics, i), arena, &series[i]))
            return false;
    for (size_t i = 0; i < result->nstages; i++)
        if (!read_stage(json_array_get(all, i), arena, &stages[i]))
            return false;
    return true;
}

wk_status wk_store_old_record(const void *text, size_t length, wk_arena *arena, wk_result *result,
                              wk_error *err) {
    json_error_t where;
    json_t *json = wk_json_read(text ? text : "", length, &where);
    *result = (wk_result){0};
    const bool sound = json && read_record(json, arena, result);
    const char *why = json ? "it lacks a field, or has one of another kind" : where.text;
    json_decref(json);
    return sound ? WK_OK : wk_fail(err, WK_CANNOT, "not a cell's record: %s", why);
}

/* ---- parameters ---- */

static wk_value typed(const wk_param *row, const char *text, wk_arena *arena) {
    int64_t integer;
    double real;
    if (row && row->type == WK_INTEGER && wk_text_integer(text, &integer))
        return wk_value_integer(integer, arena);
    if (row && row->type == WK_REAL && wk_text_real(text, &real))
        return wk_value_real(real, arena);
    return row && row->type == WK_TRUTH ? wk_value_truth(strcmp(text, "true") == 0)
                                        : wk_value_text(text);
}

/* The row of "model.width", in these or in a group of these; NULL if there is none. */
static const wk_param *row_of(const wk_param *rows, size_t n, const char *key) {
    const wk_param *found = NULL;
    for (size_t i = 0; !found && i < n; i++) {
        const size_t length = strlen(rows[i].name);
        const wk_group *group = rows[i].group;
        if (strncmp(rows[i].name, key, length) != 0)
            continue;
        if (!key[length])
            return &rows[i];
        if (key[length] != '.' || !group)
            continue;
        key += length + 1;
        found = row_of(group->rows, group->n, key);
        for (size_t v = 0; !found && v < group->nvariants; v++)
            found = row_of(group->variants[v].rows, group->variants[v].n, key);
        key -= length + 1;
    }
    return found;
}

static const wk_param *parameter(const char *key) {
    const wk_group *all[] = {wk_grammar_experiment(), wk_grammar_document(), NULL};
    all[2] = wk_param_find(all[1]->rows, all[1]->n, "kernels")->group;
    const wk_param *found = NULL;
    for (size_t i = 0; !found && i < 3; i++)
        found = row_of(all[i]->rows, all[i]->n, key);
    return found;
}

/* "key=text" lines. */
wk_status wk_store_old_params(const char *lines, wk_arena *arena, wk_bag *bag, wk_error *err) {
    size_t n = 0, i = 0;
    for (const char *p = lines; *p; p++)
        n += *p == '\n';
    wk_pair *pairs = wk_arena_get(arena, n, sizeof *pairs);
    for (const char *line = lines, *end; (end = strchr(line, '\n')); line = end + 1) {
        const size_t key = strcspn(line, "=\n");
        if (line[key] != '=')
            return wk_fail(err, WK_CANNOT, "store: damaged parameters '%.60s'", line);
        const char *text = wk_arena_span(arena, line + key + 1, (size_t)(end - line) - key - 1);
        const char *name = wk_arena_span(arena, line, key);
        pairs[i++] = (wk_pair){name, typed(parameter(name), text, arena)};
    }
    *bag = wk_bag_of(pairs, n);
    return WK_OK;
}

/* ---- facts ---- */

/* What --backend was given, from the command line. */
static const char *backend_of(const char *rerun, wk_arena *arena) {
    static const char option[] = " --backend ";
    const char *given = rerun ? strstr(rerun, option) : NULL;
    if (!given)
        return "";
    given += sizeof option - 1;
    return *given == '\'' ? wk_arena_span(arena, given + 1, strcspn(given + 1, "'"))
                          : wk_arena_span(arena, given, strcspn(given, " "));
}

/* The facts of backends were a line each, with tabs between the fields. */
static wk_status add_backends(const char *text, wk_pair *pairs, size_t *n, wk_arena *arena,
                              wk_error *err) {
    static const char *const names[WK_BLAS_KEPT] = {
        "name",        "coretype",    "threads",  "library", "version",   "path",
        "sha256",      "lapack_path", "provider", "core",    "threading", "effective_threads",
        "gemm_gflops", "trouble",     "option"};
    char *next = wk_arena_text(arena, text);
    for (size_t i = 0; *next; i++) {
        const char *name = names[i % WK_BLAS_KEPT];
        char *end = next + strcspn(next, "\t\n");
        if (*end != ((i + 1) % WK_BLAS_KEPT ? '\t' : '\n'))
            return wk_fail(err, WK_CANNOT, "store: 'environment.backends' cannot be read");
        *end = '\0';
        pairs[(*n)++] =
            (wk_pair){wk_arena_printf(arena, "environment.backends.%zu.%s", i / WK_BLAS_KEPT, name),
                      typed(wk_param_find(wk_blas_kept, WK_BLAS_KEPT, name), next, arena)};
        next = end + 1;
    }
    return WK_OK;
}

wk_status wk_store_old_facts(const wk_param *rows, size_t n, wk_bag *facts, wk_arena *arena,
                             wk_error *err) {
    static const char group[] = "environment.";
    const char *commit = wk_bag_find(facts, "program.commit"),
               *dirty = wk_bag_find(facts, "program.dirty"),
               *backend = wk_bag_find(facts, "backend"),
               *lines = wk_bag_find(facts, "environment.backends");
    wk_pair *pairs = wk_arena_get(arena, facts->n + 2 + strlen(lines ? lines : ""), sizeof *pairs);
    size_t kept = 0;
    for (size_t i = 0; i < facts->n; i++) {
        const char *key = facts->pairs[i].key, *text = facts->pairs[i].value.text;
        const bool grouped = strncmp(key, group, sizeof group - 1) == 0;
        const wk_param *row = grouped ? wk_param_find(rows, n, key + sizeof group - 1) : NULL;
        if (text == backend || text == dirty || text == lines)
            continue;
        pairs[kept++] = row ? (wk_pair){key, typed(row, text, arena)} : facts->pairs[i];
    }
    const bool changed = dirty ? strcmp(dirty, "true") == 0 : commit && strstr(commit, "-dirty");
    pairs[kept++] = (wk_pair){"program.dirty", wk_value_truth(changed)};
    pairs[kept++] = (wk_pair){
        "backend",
        wk_value_text(backend ? backend : backend_of(wk_bag_find(facts, "rerun"), arena))};
    WK_TRY(add_backends(lines ? lines : "", pairs, &kept, arena, err));
    *facts = wk_bag_of(pairs, kept);
    return WK_OK;
}
