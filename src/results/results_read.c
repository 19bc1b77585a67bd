#include "results/results.h"

#include "base/file.h"
#include "base/heap.h"
#include "base/json_read.h"
#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

enum { DEEPEST = 16 }; /* of the environment */

typedef struct reader {
    wk_arena *arena;
    wk_error *err;
} reader;

static const char *kind_of(const json_t *value) {
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

static wk_status wrong(const reader *r, const char *name, const char *wanted, const json_t *value) {
    return wk_fail(r->err, WK_BAD_INPUT, "%.200s: must be %s, not %s", name, wanted,
                   kind_of(value));
}

/* The member, of the type asked for. */
static wk_status member(const reader *r, const json_t *object, const char *name, json_type type,
                        const json_t **out) {
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

static wk_status text(const reader *r, const json_t *object, const char *name, const char **out) {
    const json_t *value = NULL;
    WK_TRY(member(r, object, name, JSON_STRING, &value));
    *out = wk_arena_text(r->arena, json_string_value(value));
    return WK_OK;
}

static wk_status truth(const reader *r, const json_t *object, const char *name, bool *out) {
    const json_t *value = json_object_get(object, name);
    if (!value)
        return wk_fail(r->err, WK_BAD_INPUT, "'%s' is missing", name);
    if (!json_is_boolean(value))
        return wrong(r, name, "true or false", value);
    *out = json_is_true(value);
    return WK_OK;
}

/* A scalar as its canonical text (wk_bag); NULL without memory, or for what is no scalar. */
static const char *scalar(const reader *r, const json_t *value) {
    char digits[32];
    if (json_is_string(value))
        return wk_arena_text(r->arena, json_string_value(value));
    if (json_is_boolean(value))
        return json_is_true(value) ? "true" : "false";
    if (json_is_integer(value))
        return wk_arena_printf(r->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    if (json_is_real(value))
        return wk_arena_text(r->arena, wk_text_format(json_real_value(value), digits));
    wk_fail(r->err, WK_BAD_INPUT, "must be a text, a number or a truth value, not %s",
            kind_of(value));
    return NULL;
}

static wk_status failed(const reader *r) {
    return r->err ? r->err->status : WK_CANNOT;
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

static wk_status flatten(const reader *r, const json_t *object, const char *prefix, int depth,
                         wk_fact *facts, size_t *n) {
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
        const char *words = scalar(r, value);
        if (!words) {
            wk_fail_within(r->err, "environment: %.200s", name);
            return failed(r);
        }
        facts[(*n)++] = (wk_fact){name, words, json_is_number(value)};
    }
    return WK_OK;
}

static wk_status read_environment(const reader *r, const json_t *root, wk_results *out) {
    const json_t *object = NULL;
    WK_TRY(member(r, root, "environment", JSON_OBJECT, &object));
    wk_fact *facts = wk_arena_get(r->arena, count_leaves(object, 0), sizeof *facts);
    out->environment = facts;
    return flatten(r, object, "", 0, facts, &out->nenvironment);
}

static wk_status read_head(const reader *r, const json_t *root, wk_results *out) {
    const json_t *schema = NULL, *program = NULL, *suite = NULL;
    WK_TRY(member(r, root, "schema", JSON_INTEGER, &schema));
    if (json_integer_value(schema) != 1)
        return wk_fail(r->err, WK_BAD_INPUT, "schema %" JSON_INTEGER_FORMAT " is not known here",
                       json_integer_value(schema));
    WK_TRY(member(r, root, "program", JSON_OBJECT, &program));
    WK_TRY(text(r, program, "version", &out->version));
    WK_TRY(text(r, program, "commit", &out->commit));
    WK_TRY(text(r, program, "numerics", &out->numerics));
    WK_TRY(truth(r, program, "dirty", &out->dirty));
    WK_TRY(member(r, root, "suite", JSON_OBJECT, &suite));
    WK_TRY(text(r, suite, "path", &out->suite_path));
    WK_TRY(text(r, suite, "sha256", &out->suite_sha256));
    WK_TRY(text(r, suite, "title", &out->suite_title));
    return read_environment(r, root, out);
}

/* ---- claims ---- */

/* "slope of ntk.change, {"below":-0.4}, {reading}": what a part asks, without what was found. */
static void print_test(const char *whose, const json_t *part, FILE *out) {
    static const char *const asked[] = {"rule", "reading"};
    const char *statistic = json_string_value(json_object_get(part, "statistic"));
    const char *metric = json_string_value(json_object_get(part, "metric"));
    fprintf(out, "%s%s of %s", whose, statistic ? statistic : "?", metric ? metric : "?");
    for (size_t i = 0; i < 2; i++) {
        const json_t *value = json_object_get(part, asked[i]);
        char *text =
            value ? json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY) : NULL;
        fprintf(out, ", %s", text ? text : "?");
        free(text);
    }
    fputc('\n', out);
}

/* The tests of `object`'s parts, each once: parts of one test differ in the cells that they are of.
 */
static void print_tests(const char *whose, const json_t *object, FILE *out) {
    const json_t *parts = json_object_get(object, "parts");
    for (size_t i = 0; i < json_array_size(parts); i++) {
        const json_t *part = json_array_get(parts, i),
                     *before = i ? json_array_get(parts, i - 1) : NULL;
        bool same = before != NULL;
        static const char *const told[] = {"statistic", "metric", "rule", "reading"};
        for (size_t k = 0; k < 4 && same; k++) {
            const json_t *a = json_object_get(before, told[k]), *b = json_object_get(part, told[k]);
            same = a == b || (a && b && json_equal(a, b));
        }
        if (!same)
            print_test(whose, part, out);
    }
}

static void read_test(const reader *r, const json_t *object, wk_results_claim *claim) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&text, &length);
    print_tests("", object, out);
    print_tests("control: ", json_object_get(object, "control"), out);
    fclose(out);
    claim->test = wk_arena_text(r->arena, text);
    free(text);
}

static wk_status read_claim(const reader *r, const json_t *object, wk_results_claim *claim) {
    const char *verdict = NULL;
    if (!json_is_object(object))
        return wk_fail(r->err, WK_BAD_INPUT, "must be an object, not %s", kind_of(object));
    WK_TRY(text(r, object, "id", &claim->id));
    WK_TRY(text(r, object, "statement", &claim->statement));
    WK_TRY(text(r, object, "reason", &claim->reason));
    WK_TRY(text(r, object, "verdict", &verdict));
    read_test(r, object, claim);
    for (int v = WK_PASS; v <= WK_VACUOUS; v++)
        if (strcmp(verdict, wk_verdict_name((wk_verdict)v)) == 0) {
            claim->verdict = (wk_verdict)v;
            return WK_OK;
        }
    return wk_fail(r->err, WK_BAD_INPUT, "verdict: '%.60s' is none", verdict);
}

static wk_status read_claims(const reader *r, const json_t *root, wk_results *out) {
    const json_t *list = NULL;
    WK_TRY(member(r, root, "claims", JSON_ARRAY, &list));
    const size_t n = json_array_size(list);
    wk_results_claim *claims = wk_arena_get(r->arena, n, sizeof *claims);
    for (size_t i = 0; i < n; i++) {
        if (read_claim(r, json_array_get(list, i), &claims[i]) != WK_OK)
            return wk_fail_within(r->err, "claims[%zu]", i);
        for (size_t j = 0; j < i; j++)
            if (strcmp(claims[i].id, claims[j].id) == 0)
                return wk_fail(r->err, WK_BAD_INPUT, "claims[%zu]: '%.100s' is listed twice", i,
                               claims[i].id);
    }
    out->claims = claims;
    out->nclaims = n;
    return WK_OK;
}

/* ---- cells ---- */

static wk_status read_params(const reader *r, const json_t *cell, wk_row *row) {
    const json_t *object = NULL;
    WK_TRY(member(r, cell, "params", JSON_OBJECT, &object));
    wk_pair *pairs = wk_arena_get(r->arena, json_object_size(object), sizeof *pairs);
    size_t n = 0;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        pairs[n].key = wk_arena_text(r->arena, key);
        pairs[n].text = scalar(r, value);
        if (!pairs[n].key || !pairs[n].text) {
            wk_fail_within(r->err, "params: %.200s", key);
            return failed(r);
        }
        n++;
    }
    row->params = wk_bag_of(pairs, n);
    return WK_OK;
}

/* The number that a null of this metric stands for, as the cell's reason says it: "…; not finite:
 * ntk.change: 3 inf, loss: 1 nan". NaN where it names several. */
static double null_value(const char *reason, const char *metric) {
    static const char head[] = "not finite: ";
    const char *found = NULL;
    for (const char *p = reason; (p = strstr(p, head)); p += sizeof head - 1)
        found = p + sizeof head - 1;
    double value = 0;
    int kinds = 0;
    const size_t length = strlen(metric);
    while (found && *found) {
        const char *end = found + strcspn(found, ",");
        if (strncmp(found, metric, length) == 0 && strncmp(found + length, ": ", 2) == 0) {
            const char *word = found + length + 2;
            word += strspn(word, "0123456789 ");
            kinds++;
            value = strncmp(word, "inf", 3) == 0    ? (double)INFINITY
                    : strncmp(word, "-inf", 4) == 0 ? -(double)INFINITY
                                                    : (double)NAN;
        }
        found = *end ? end + 1 + strspn(end + 1, " ") : end;
    }
    return kinds == 1 ? value : (double)NAN;
}

static wk_status numbers(const reader *r, const json_t *object, const char *name, double null,
                         const double **out, size_t *n) {
    const json_t *list = NULL;
    WK_TRY(member(r, object, name, JSON_ARRAY, &list));
    *n = json_array_size(list);
    double *values = wk_arena_doubles(r->arena, *n);
    for (size_t j = 0; j < *n; j++) {
        const json_t *value = json_array_get(list, j);
        if (!json_is_number(value) && !json_is_null(value))
            return wk_fail(r->err, WK_BAD_INPUT, "%s[%zu]: must be a number or null, not %s", name,
                           j, kind_of(value));
        values[j] = json_is_null(value) ? null : json_number_value(value);
    }
    *out = values;
    return WK_OK;
}

static wk_status read_series(const reader *r, const json_t *object, const char *reason,
                             wk_series *series) {
    size_t points = 0;
    if (!json_is_object(object))
        return wk_fail(r->err, WK_BAD_INPUT, "must be an object, not %s", kind_of(object));
    series->indexed = json_object_get(object, "i") != NULL;
    WK_TRY(numbers(r, object, series->indexed ? "i" : "t", (double)NAN, &series->at, &points));
    WK_TRY(
        numbers(r, object, "value", null_value(reason, series->name), &series->value, &series->n));
    if (points != series->n)
        return wk_fail(r->err, WK_BAD_INPUT, "has %zu values at %zu points", series->n, points);
    return WK_OK;
}

static wk_status read_metrics(const reader *r, const json_t *cell, wk_row *row) {
    const json_t *object = NULL;
    WK_TRY(member(r, cell, "metrics", JSON_OBJECT, &object));
    wk_series *all = wk_arena_get(r->arena, json_object_size(object), sizeof *all);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        wk_series *series = &all[row->nseries++];
        series->name = wk_arena_text(r->arena, key);
        if (read_series(r, value, row->reason, series) != WK_OK)
            return wk_fail_within(r->err, "metrics: %.200s", key);
    }
    row->series = all;
    return WK_OK;
}

static wk_status seconds(const reader *r, const json_t *stage, const char *name, double *out) {
    const json_t *value = json_object_get(stage, name);
    if (!value)
        return wk_fail(r->err, WK_BAD_INPUT, "'%s' is missing", name);
    if (!json_is_number(value) && !json_is_null(value))
        return wrong(r, name, "a number or null", value);
    *out = json_is_null(value) ? (double)NAN : json_number_value(value);
    return WK_OK;
}

static wk_status read_stages(const reader *r, const json_t *cell, wk_row *row) {
    const json_t *list = NULL;
    WK_TRY(member(r, cell, "stages", JSON_ARRAY, &list));
    const size_t n = json_array_size(list);
    wk_stage *stages = wk_arena_get(r->arena, n, sizeof *stages);
    for (size_t i = 0; i < n; i++) {
        const json_t *stage = json_array_get(list, i);
        wk_status status = text(r, stage, "name", &stages[i].name);
        if (status == WK_OK)
            status = seconds(r, stage, "wall_s", &stages[i].wall_s);
        if (status == WK_OK)
            status = seconds(r, stage, "cpu_s", &stages[i].cpu_s);
        if (status == WK_OK)
            status = seconds(r, stage, "flops", &stages[i].flops);
        if (status != WK_OK)
            return wk_fail_within(r->err, "stages[%zu]", i);
    }
    row->stages = stages;
    row->nstages = n;
    return WK_OK;
}

static wk_status read_cell(const reader *r, const json_t *cell, wk_row *row) {
    const char *status = NULL;
    const json_t *seed = NULL;
    if (!json_is_object(cell))
        return wk_fail(r->err, WK_BAD_INPUT, "must be an object, not %s", kind_of(cell));
    WK_TRY(text(r, cell, "id", &row->id));
    WK_TRY(text(r, cell, "experiment", &row->experiment));
    WK_TRY(text(r, cell, "reason", &row->reason));
    WK_TRY(text(r, cell, "status", &status));
    if (!wk_end_parse(status, &row->status))
        return wk_fail(r->err, WK_BAD_INPUT, "status: '%.60s' is none", status);
    WK_TRY(member(r, cell, "seed", JSON_INTEGER, &seed));
    if (json_integer_value(seed) < 0)
        return wk_fail(r->err, WK_BAD_INPUT, "seed: must not be negative");
    row->seed = (uint64_t)json_integer_value(seed);
    WK_TRY(read_params(r, cell, row));
    WK_TRY(read_metrics(r, cell, row));
    return read_stages(r, cell, row);
}

static wk_status read_cells(const reader *r, const json_t *root, wk_results *out) {
    const json_t *list = NULL;
    WK_TRY(member(r, root, "cells", JSON_ARRAY, &list));
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
    const reader r = {arena, err};
    if (!json_is_object(root))
        status = wk_fail(err, WK_BAD_INPUT, "must be an object of results, not %s", kind_of(root));
    if (status == WK_OK)
        status = read_head(&r, root, out);
    if (status == WK_OK)
        status = read_claims(&r, root, out);
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
    for (size_t i = 0; i < results->nenvironment; i++)
        if (strcmp(results->environment[i].key, key) == 0)
            return results->environment[i].text;
    return "";
}
