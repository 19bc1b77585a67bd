#include "run/record.h"

#include "base/json.h"
#include "base/json_read.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

static void write_numbers(FILE *out, const char *name, size_t n, const double *values) {
    fprintf(out, "\"%s\":[", name);
    for (size_t i = 0; i < n; i++) {
        if (i)
            fputc(',', out);
        wk_json_real_exact(out, values[i]);
    }
    fputc(']', out);
}

void wk_record_write(const wk_record *record, FILE *out) {
    fprintf(out, "{\"status\":\"%s\",\"reason\":", wk_end_name(record->end));
    wk_json_text(out, record->reason);
    fputs(",\"metrics\":[", out);
    for (size_t i = 0; i < record->nseries; i++) {
        const wk_series *series = &record->series[i];
        fputs(i ? ",{\"name\":" : "{\"name\":", out);
        wk_json_text(out, series->name);
        fprintf(out, ",\"indexed\":%s,", series->indexed ? "true" : "false");
        write_numbers(out, "at", series->n, series->at);
        fputc(',', out);
        write_numbers(out, "value", series->n, series->value);
        fputc('}', out);
    }
    fputs("],\"stages\":[", out);
    for (size_t i = 0; i < record->nstages; i++) {
        const wk_stage *stage = &record->stages[i];
        fputs(i ? ",{\"name\":" : "{\"name\":", out);
        wk_json_text(out, stage->name);
        const double numbers[3] = {stage->wall_s, stage->cpu_s, stage->flops};
        fputc(',', out);
        write_numbers(out, "wall_cpu_flops", 3, numbers);
        fputc('}', out);
    }
    fputs("]}", out);
}

static bool number_of(const json_t *json, double *value) {
    if (json_is_number(json)) {
        *value = json_number_value(json);
        return true;
    }
    const char *word = json_string_value(json);
    if (!word)
        return false;
    *value = strcmp(word, "inf") == 0 ? INFINITY : strcmp(word, "-inf") == 0 ? -INFINITY : NAN;
    return isinf(*value) || strcmp(word, "nan") == 0;
}

/* NULL without a message in err means: not such an array. */
static double *numbers_of(const json_t *array, size_t *n, wk_arena *arena, wk_error *err) {
    if (!json_is_array(array))
        return NULL;
    *n = json_array_size(array);
    double *values = wk_arena_doubles(arena, *n, err);
    for (size_t i = 0; values && i < *n; i++)
        if (!number_of(json_array_get(array, i), &values[i]))
            return NULL;
    return values;
}

static bool read_series(const json_t *json, wk_series *series, wk_arena *arena, wk_error *err) {
    const char *name = json_string_value(json_object_get(json, "name"));
    size_t nat = 0, nvalue = 0;
    series->at = numbers_of(json_object_get(json, "at"), &nat, arena, err);
    series->value = numbers_of(json_object_get(json, "value"), &nvalue, arena, err);
    series->indexed = json_is_true(json_object_get(json, "indexed"));
    series->n = nat;
    series->name = name ? wk_arena_text(arena, name, err) : NULL;
    return series->name && series->at && series->value && nat == nvalue;
}

static bool read_stage(const json_t *json, wk_stage *stage, wk_arena *arena, wk_error *err) {
    const char *name = json_string_value(json_object_get(json, "name"));
    size_t n = 0;
    const double *numbers = numbers_of(json_object_get(json, "wall_cpu_flops"), &n, arena, err);
    if (!name || !numbers || n != 3)
        return false;
    *stage = (wk_stage){wk_arena_text(arena, name, err), numbers[0], numbers[1], numbers[2]};
    return stage->name != NULL;
}

static bool read_all(const json_t *json, wk_arena *arena, wk_record *record, wk_error *err) {
    const char *status = json_string_value(json_object_get(json, "status"));
    const char *reason = json_string_value(json_object_get(json, "reason"));
    const json_t *metrics = json_object_get(json, "metrics");
    const json_t *stage_list = json_object_get(json, "stages");
    if (!status || !reason || !wk_end_parse(status, &record->end) || !json_is_array(metrics) ||
        !json_is_array(stage_list))
        return false;
    record->nseries = json_array_size(metrics);
    record->nstages = json_array_size(stage_list);
    wk_series *series = wk_arena_get(arena, record->nseries, sizeof *series, err);
    wk_stage *stages = wk_arena_get(arena, record->nstages, sizeof *stages, err);
    record->reason = wk_arena_text(arena, reason, err);
    if (!series || !stages || !record->reason)
        return false;
    for (size_t i = 0; i < record->nseries; i++)
        if (!read_series(json_array_get(metrics, i), &series[i], arena, err))
            return false;
    for (size_t i = 0; i < record->nstages; i++)
        if (!read_stage(json_array_get(stage_list, i), &stages[i], arena, err))
            return false;
    record->series = series;
    record->stages = stages;
    return true;
}

wk_status wk_record_read(const char *text, wk_arena *arena, wk_record *record, wk_error *err) {
    *record = (wk_record){0};
    json_error_t trouble;
    json_t *json = NULL;
    const wk_status status = wk_json_read(text, strlen(text), &json, &trouble, err);
    if (status == WK_CANNOT)
        return status;
    if (status != WK_OK)
        return wk_fail(err, WK_CANNOT, "not a cell's record: %s", trouble.text);
    wk_fail(err, WK_CANNOT, "not a cell's record: a field is missing or of the wrong type");
    const bool ok = read_all(json, arena, record, err);
    wk_json_free(json);
    return ok ? WK_OK : WK_CANNOT;
}
