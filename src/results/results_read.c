/* Reads results.json, but for its claims (results_claims.c). */
#include "results/read.h"
#include "results/results_old.h"

#include "base/file.h"
#include "base/heap.h"
#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

enum { DEEPEST = 16 }; /* of the environment */

const char *wk_results_kind_of(const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "a truth value";
    case JSON_NULL:
        break;
    }
    return "null";
}

static wk_status wrong(const wk_results_reader *r, const char *name, const char *wanted,
                       const json_t *value) {
    return wk_fail(r->err, WK_BAD_INPUT, "%.200s: must be %s, not %s", name, wanted,
                   wk_results_kind_of(value));
}

wk_status wk_results_member(const wk_results_reader *r, const json_t *object, const char *name,
                            json_type type, const json_t **out) {
    static const char *const wanted[] = {[JSON_OBJECT] = "an object",
                                         [JSON_ARRAY] = "an array",
                                         [JSON_STRING] = "a string",
                                         [JSON_INTEGER] = "an integer"};
    const json_t *value = json_object_get(object, name);
    if (!value)
        return wk_fail(r->err, WK_BAD_INPUT, "'%s' is missing", name);
    if (json_typeof(value) != type)
        return wrong(r, name, wanted[type], value);
    *out = value;
    return WK_OK;
}

wk_status wk_results_text(const wk_results_reader *r, const json_t *object, const char *name,
                          const char **out) {
    const json_t *value = NULL;
    WK_TRY(wk_results_member(r, object, name, JSON_STRING, &value));
    *out = wk_arena_text(r->arena, json_string_value(value));
    return WK_OK;
}

static wk_status truth(const wk_results_reader *r, const json_t *object, const char *name,
                       bool *out) {
    const json_t *value = json_object_get(object, name);
    if (!value)
        return wk_fail(r->err, WK_BAD_INPUT, "'%s' is missing", name);
    if (!json_is_boolean(value))
        return wrong(r, name, "true or false", value);
    *out = json_is_true(value);
    return WK_OK;
}

/* A scalar has the type that JSON gives it. */
static wk_status scalar(const wk_results_reader *r, const json_t *value, wk_value *out) {
    if (json_is_string(value))
        *out = wk_value_text(wk_arena_text(r->arena, json_string_value(value)));
    else if (json_is_boolean(value))
        *out = wk_value_truth(json_is_true(value));
    else if (json_is_integer(value))
        *out = wk_value_integer(json_integer_value(value), r->arena);
    else if (json_is_real(value))
        *out = wk_value_real(json_real_value(value), r->arena);
    else
        return wk_fail(r->err, WK_BAD_INPUT, "must be a text, a number or a truth value, not %s",
                       wk_results_kind_of(value));
    return WK_OK;
}

/* ---- environment ---- */

static size_t count_leaves(const json_t *object, int depth) {
    size_t n = 0;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        const bool below = json_is_object(value) && depth < DEEPEST;
        n += below ? count_leaves(value, depth + 1) : 1;
    }
    return n;
}

static wk_status flatten(const wk_results_reader *r, const json_t *object, const char *prefix,
                         int depth, wk_pair *facts, size_t *n) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        const bool own = *prefix && strcmp(key, "value") == 0; /* "blas" beside "blas.path" */
        const char *name =
            own ? wk_arena_text(r->arena, prefix)
                : wk_arena_printf(r->arena, "%s%s%s", prefix, *prefix ? "." : "", key);
        if (json_is_object(value) && depth < DEEPEST) {
            WK_TRY(flatten(r, value, name, depth + 1, facts, n));
            continue;
        }
        wk_value fact;
        if (scalar(r, value, &fact) != WK_OK)
            return wk_fail_within(r->err, "environment: %.200s", name);
        facts[(*n)++] = (wk_pair){name, fact};
    }
    return WK_OK;
}

static wk_status read_environment(const wk_results_reader *r, const json_t *root, wk_results *out) {
    const json_t *object = NULL;
    WK_TRY(wk_results_member(r, root, "environment", JSON_OBJECT, &object));
    wk_pair *facts = wk_arena_get(r->arena, count_leaves(object, 0), sizeof *facts);
    out->environment = facts;
    return flatten(r, object, "", 0, facts, &out->nenvironment);
}

static wk_status read_head(const wk_results_reader *r, const json_t *root, wk_results *out) {
    const json_t *schema = NULL, *program = NULL, *suite = NULL;
    WK_TRY(wk_results_member(r, root, "schema", JSON_INTEGER, &schema));
    if (json_integer_value(schema) != 1)
        return wk_fail(r->err, WK_BAD_INPUT, "schema %" JSON_INTEGER_FORMAT " is not known here",
                       json_integer_value(schema));
    WK_TRY(wk_results_member(r, root, "program", JSON_OBJECT, &program));
    WK_TRY(wk_results_text(r, program, "version", &out->version));
    WK_TRY(wk_results_text(r, program, "commit", &out->commit));
    WK_TRY(wk_results_text(r, program, "numerics", &out->numerics));
    WK_TRY(truth(r, program, "dirty", &out->dirty));
    WK_TRY(wk_results_member(r, root, "suite", JSON_OBJECT, &suite));
    WK_TRY(wk_results_text(r, suite, "path", &out->suite_path));
    WK_TRY(wk_results_text(r, suite, "sha256", &out->suite_sha256));
    WK_TRY(wk_results_text(r, suite, "title", &out->suite_title));
    return read_environment(r, root, out);
}

/* ---- cells ---- */

static wk_status read_params(const wk_results_reader *r, const json_t *cell, wk_row *row) {
    const json_t *object = NULL;
    WK_TRY(wk_results_member(r, cell, "params", JSON_OBJECT, &object));
    wk_pair *pairs = wk_arena_get(r->arena, json_object_size(object), sizeof *pairs);
    size_t n = 0;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        pairs[n].key = wk_arena_text(r->arena, key);
        if (scalar(r, value, &pairs[n++].value) != WK_OK)
            return wk_fail_within(r->err, "params: %.200s", key);
    }
    row->params = wk_bag_of(pairs, n);
    return WK_OK;
}

static wk_status numbers(const wk_results_reader *r, const json_t *object, const char *name,
                         double **out, size_t *n) {
    const json_t *list = NULL;
    WK_TRY(wk_results_member(r, object, name, JSON_ARRAY, &list));
    *n = json_array_size(list);
    *out = wk_arena_doubles(r->arena, *n);
    for (size_t j = 0; j < *n; j++) {
        const json_t *value = json_array_get(list, j);
        if (!json_is_number(value) && !json_is_null(value))
            return wk_fail(r->err, WK_BAD_INPUT, "%s[%zu]: must be a number or null, not %s", name,
                           j, wk_results_kind_of(value));
        (*out)[j] = json_is_null(value) ? (double)NAN : json_number_value(value);
    }
    return WK_OK;
}

/* Indices of nulls, each of which stands for `number`: told[j] says that j was named. */
static wk_status read_indices(const wk_results_reader *r, const char *kind, const json_t *list,
                              double number, const json_t *values, double *out, bool *told) {
    if (!json_is_array(list))
        return wrong(r, kind, "an array", list);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *index = json_array_get(list, i);
        const json_int_t j = json_is_integer(index) ? json_integer_value(index) : -1;
        if (j < 0 || (size_t)j >= json_array_size(values) || told[j] ||
            !json_is_null(json_array_get(values, (size_t)j)))
            return wk_fail(r->err, WK_BAD_INPUT, "%s[%zu]: must be the index of a null, named once",
                           kind, i);
        told[j] = true;
        out[j] = number;
    }
    return WK_OK;
}

/* {"inf":[4,5]}: the nulls among values[], by what they stand for. */
static wk_status read_not_finite(const wk_results_reader *r, const json_t *object,
                                 const json_t *values, double *out) {
    static const struct {
        const char *name;
        double number;
    } kinds[] = {{"inf", INFINITY}, {"-inf", -INFINITY}, {"nan", NAN}};
    const size_t n = json_array_size(values);
    bool *told = wk_arena_get(r->arena, n, sizeof *told);
    if (!json_is_object(object))
        return wrong(r, "not_finite", "an object", object);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const json_t *list = json_object_get(object, kinds[k].name);
        if (list &&
            read_indices(r, kinds[k].name, list, kinds[k].number, values, out, told) != WK_OK)
            return wk_fail_within(r->err, "not_finite");
    }
    for (size_t j = 0; j < n; j++)
        if (json_is_null(json_array_get(values, j)) && !told[j])
            return wk_fail(r->err, WK_BAD_INPUT, "not_finite: does not tell what value[%zu] is", j);
    return WK_OK;
}

static wk_status read_series(const wk_results_reader *r, const json_t *object, const char *reason,
                             wk_series *series) {
    size_t points = 0;
    double *at = NULL, *value = NULL;
    if (!json_is_object(object))
        return wk_fail(r->err, WK_BAD_INPUT, "must be an object, not %s",
                       wk_results_kind_of(object));
    series->indexed = json_object_get(object, "i") != NULL;
    WK_TRY(numbers(r, object, series->indexed ? "i" : "t", &at, &points));
    WK_TRY(numbers(r, object, "value", &value, &series->n));
    if (points != series->n)
        return wk_fail(r->err, WK_BAD_INPUT, "has %zu values at %zu points", series->n, points);
    const json_t *values = json_object_get(object, "value"),
                 *not_finite = json_object_get(object, "not_finite");
    if (not_finite) {
        WK_TRY(read_not_finite(r, not_finite, values, value));
    } else { /* of a former version, if there is a null */
        const double null = wk_results_old_null(reason, series->name);
        for (size_t j = 0; j < series->n; j++)
            if (json_is_null(json_array_get(values, j)))
                value[j] = null;
    }
    series->at = at;
    series->value = value;
    return WK_OK;
}

static wk_status read_metrics(const wk_results_reader *r, const json_t *cell, wk_row *row) {
    const json_t *object = NULL;
    WK_TRY(wk_results_member(r, cell, "metrics", JSON_OBJECT, &object));
    wk_series *all = wk_arena_get(r->arena, json_object_size(object), sizeof *all);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        wk_series *series = &all[row->result.nseries++];
        series->name = wk_arena_text(r->arena, key);
        if (read_series(r, value, row->result.reason, series) != WK_OK)
            return wk_fail_within(r->err, "metrics: %.200s", key);
    }
    row->result.series = all;
    return WK_OK;
}

static wk_status seconds(const wk_results_reader *r, const json_t *stage, const char *name,
                         double *out) {
    const json_t *value = json_object_get(stage, name);
    if (!value)
        return wk_fail(r->err, WK_BAD_INPUT, "'%s' is missing", name);
    if (!json_is_number(value) && !json_is_null(value))
        return wrong(r, name, "a number or null", value);
    *out = json_is_null(value) ? (double)NAN : json_number_value(value);
    return WK_OK;
}

static wk_status read_stages(const wk_results_reader *r, const json_t *cell, wk_row *row) {
    const json_t *list = NULL;
    WK_TRY(wk_results_member(r, cell, "stages", JSON_ARRAY, &list));
    const size_t n = json_array_size(list);
    wk_stage *stages = wk_arena_get(r->arena, n, sizeof *stages);
    for (size_t i = 0; i < n; i++) {
        const json_t *stage = json_array_get(list, i);
        wk_status status = wk_results_text(r, stage, "name", &stages[i].name);
        if (status == WK_OK)
            status = seconds(r, stage, "wall_s", &stages[i].wall_s);
        if (status == WK_OK)
            status = seconds(r, stage, "cpu_s", &stages[i].cpu_s);
        if (status == WK_OK)
            status = seconds(r, stage, "flops", &stages[i].flops);
        if (status != WK_OK)
            return wk_fail_within(r->err, "stages[%zu]", i);
    }
    row->result.stages = stages;
    row->result.nstages = n;
    return WK_OK;
}

static wk_status read_cell(const wk_results_reader *r, const json_t *cell, wk_row *row) {
    const char *status = NULL;
    const json_t *seed = NULL;
    if (!json_is_object(cell))
        return wk_fail(r->err, WK_BAD_INPUT, "must be an object, not %s", wk_results_kind_of(cell));
    WK_TRY(wk_results_text(r, cell, "id", &row->id));
    WK_TRY(wk_results_text(r, cell, "experiment", &row->experiment));
    WK_TRY(wk_results_text(r, cell, "reason", &row->result.reason));
    WK_TRY(wk_results_text(r, cell, "status", &status));
    if (!wk_end_parse(status, &row->result.end))
        return wk_fail(r->err, WK_BAD_INPUT, "status: '%.60s' is none", status);
    WK_TRY(wk_results_member(r, cell, "seed", JSON_INTEGER, &seed));
    if (json_integer_value(seed) < 0)
        return wk_fail(r->err, WK_BAD_INPUT, "seed: must not be negative");
    row->seed = (uint64_t)json_integer_value(seed);
    WK_TRY(read_params(r, cell, row));
    WK_TRY(read_metrics(r, cell, row));
    return read_stages(r, cell, row);
}

static wk_status read_cells(const wk_results_reader *r, const json_t *root, wk_results *out) {
    const json_t *list = NULL;
    WK_TRY(wk_results_member(r, root, "cells", JSON_ARRAY, &list));
    const size_t n = json_array_size(list);
    wk_row *rows = wk_arena_get(r->arena, n, sizeof *rows);
    for (size_t i = 0; i < n; i++)
        if (read_cell(r, json_array_get(list, i), &rows[i]) != WK_OK)
            return wk_fail_within(r->err, "cells[%zu]", i);
    out->table = (wk_table){rows, n};
    return WK_OK;
}

/* ---- the file ---- */

wk_status wk_results_parse(const char *path, const char *words, size_t length, wk_arena *arena,
                           wk_results *out, wk_error *err) {
    *out = (wk_results){0};
    wk_error own = {0};
    if (!err)
        err = &own;
    out->path = wk_arena_text(arena, path);
    json_error_t trouble;
    json_t *root = wk_json_read(words, length, &trouble);
    wk_status status = WK_OK;
    if (!root)
        return wk_fail(err, WK_BAD_INPUT, "%.400s:%d:%d: %s", path, trouble.line, trouble.column,
                       trouble.text);
    const wk_results_reader r = {arena, err};
    if (!json_is_object(root))
        status = wk_fail(err, WK_BAD_INPUT, "must be an object of results, not %s",
                         wk_results_kind_of(root));
    if (status == WK_OK)
        status = read_head(&r, root, out);
    if (status == WK_OK)
        status = wk_results_read_claims(&r, root, out);
    if (status == WK_OK)
        status = read_cells(&r, root, out);
    json_decref(root);
    return status == WK_OK ? WK_OK : wk_fail_within(err, "%.400s", path);
}

wk_status wk_results_read(const char *path, wk_arena *arena, wk_results *out, wk_error *err) {
    struct stat info;
    char *words = NULL;
    size_t length = 0;
    const char *file = path;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        file = wk_arena_printf(arena, "%s/results.json", path);
    wk_arena scratch = {0};
    wk_status status = wk_file_read(file, WK_RESULTS_MOST_BYTES, &scratch, &words, &length, err);
    if (status == WK_OK)
        status = wk_results_parse(file, words, length, arena, out, err);
    wk_arena_release(&scratch);
    return status;
}

const char *wk_results_fact(const wk_results *results, const char *key) {
    return wk_fact_text(results->environment, results->nenvironment, key);
}
