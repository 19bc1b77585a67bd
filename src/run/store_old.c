/* Stores of schemas 1 to 4: what is special about them (store_schema.c tells their differences).
 * The parameters of their plan have no types. The records of 1 to 3 are JSON text, in which a
 * number that is not finite is the word "inf", "-inf" or "nan":
 *
 *   {"status":"ok","reason":"",
 *    "metrics":[{"name":"loss","indexed":false,"at":[0,1],"value":[2.5,"inf"]}],
 *    "stages":[{"name":"train","wall_cpu_flops":[0.1,0.1,1e9]}]}
 */
#include "base/json_read.h"
#include "base/text.h"
#include "run/store_parts.h"

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

/* The hash of schema 1 left out times and memory. */
wk_hash wk_store_old_hash(int schema, const wk_store_row *row) {
    return wk_store_row_hash(row, schema == 1 ? 4 : WK_STORE_ROW_PARTS);
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

/* What the text looks like: nothing tells what it was. */
static wk_value guess(const char *text) {
    wk_value value = wk_value_text(text);
    if (wk_text_integer(text, &value.integer))
        value.kind = WK_KIND_INTEGER;
    else if (wk_text_real(text, &value.real))
        value.kind = WK_KIND_REAL;
    else if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        value = wk_value_truth(*text == 't');
    return value;
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
        pairs[i++] = (wk_pair){wk_arena_span(arena, line, key), guess(text)};
    }
    *bag = wk_bag_of(pairs, n);
    return WK_OK;
}

const char *wk_store_old_backend(const char *rerun, wk_arena *arena) {
    static const char option[] = " --backend ";
    const char *given = strstr(rerun, option);
    if (!given)
        return "";
    given += sizeof option - 1;
    return *given == '\'' ? wk_arena_span(arena, given + 1, strcspn(given + 1, "'"))
                          : wk_arena_span(arena, given, strcspn(given, " "));
}

bool wk_store_old_dirty(const char *commit) {
    return strstr(commit, "-dirty") != NULL;
}
