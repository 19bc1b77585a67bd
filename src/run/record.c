#include "run/record.h"

#include "base/json.h"
#include "base/json_scan.h"
#include "base/text.h"

#include <string.h>

static void write_numbers(FILE *out, const char *name, size_t n, const double *values) {
    putc_unlocked('"', out);
    fputs_unlocked(name, out);
    fputs_unlocked("\":[", out);
    for (size_t i = 0; i < n; i++) {
        if (i)
            putc_unlocked(',', out);
        wk_json_real_exact(out, values[i]);
    }
    putc_unlocked(']', out);
}

void wk_record_write(const wk_result *record, FILE *out) {
    fprintf(out, "{\"status\":\"%s\",\"reason\":", wk_end_name(record->end));
    wk_json_text(out, record->reason);
    fputs(",\"metrics\":[", out);
    for (size_t i = 0; i < record->nseries; i++) {
        const wk_series *series = &record->series[i];
        fputs(i ? ",{\"name\":" : "{\"name\":", out);
        wk_json_text(out, series->name);
        fputs(series->indexed ? ",\"indexed\":true," : ",\"indexed\":false,", out);
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

/* Most series of a cell are measured at the same times: they share them. */
typedef struct times {
    const char *text; /* "[0,1,2]", with what follows it */
    size_t length, n;
    const double *values;
} times;

static const double *read_times(wk_scan *scan, times *last, size_t *n) {
    const char *from = scan->at;
    if (last->values && strncmp(from, last->text, last->length) == 0) {
        scan->at += last->length;
    } else {
        last->text = from;
        last->values = wk_scan_reals(scan, &last->n);
        last->length = (size_t)(scan->at - from);
    }
    *n = last->n;
    return last->values;
}

static bool read_series(wk_scan *scan, times *last, wk_series *series) {
    series->name = wk_scan_text(scan);
    if (!series->name)
        return false;
    series->indexed = wk_scan_word(scan, ",\"indexed\":true,\"at\":");
    if (!series->indexed && !wk_scan_word(scan, ",\"indexed\":false,\"at\":"))
        return false;
    series->at = read_times(scan, last, &series->n);
    if (!series->at || !wk_scan_word(scan, ",\"value\":"))
        return false;
    size_t n = 0;
    series->value = wk_scan_reals(scan, &n);
    return series->value && n == series->n && wk_scan_word(scan, "}");
}

static bool read_stage(wk_scan *scan, wk_stage *stage) {
    const char *name = wk_scan_text(scan);
    if (!name || !wk_scan_word(scan, ",\"wall_cpu_flops\":["))
        return false;
    *stage = (wk_stage){.name = name};
    return wk_scan_real(scan, &stage->wall_s) && wk_scan_word(scan, ",") &&
           wk_scan_real(scan, &stage->cpu_s) && wk_scan_word(scan, ",") &&
           wk_scan_real(scan, &stage->flops) && wk_scan_word(scan, "]}");
}

static const char opening[] = "{\"name\":", between[] = "],\"stages\":[";

/* How many series or stages there are before `end` (NULL: of the text). No text within the record
 * is taken for one: its quotes are escaped. */
static size_t count(const char *from, const char *end) {
    size_t n = 0;
    for (const char *p = from; (p = strstr(p, opening)) && (!end || p < end); p++)
        n++;
    return n;
}

/* "{"name":" of the next one. */
static bool next(wk_scan *scan, size_t i) {
    return (i == 0 || wk_scan_word(scan, ",")) && wk_scan_word(scan, opening);
}

static bool read_all(wk_scan *scan, wk_result *record) {
    if (!wk_scan_word(scan, "{\"status\":"))
        return false;
    const char *status = wk_scan_text(scan);
    if (!status || !wk_end_parse(status, &record->end) || !wk_scan_word(scan, ",\"reason\":"))
        return false;
    record->reason = wk_scan_text(scan);
    if (!record->reason || !wk_scan_word(scan, ",\"metrics\":["))
        return false;
    const char *end = strstr(scan->at, between);
    record->nseries = end ? count(scan->at, end) : 0;
    wk_series *series = wk_arena_get(scan->arena, record->nseries, sizeof *series);
    record->series = series;
    times last = {0};
    for (size_t i = 0; i < record->nseries; i++)
        if (!next(scan, i) || !read_series(scan, &last, &series[i]))
            return false;
    if (!wk_scan_word(scan, between))
        return false;
    record->nstages = count(scan->at, NULL);
    wk_stage *stages = wk_arena_get(scan->arena, record->nstages, sizeof *stages);
    record->stages = stages;
    for (size_t i = 0; i < record->nstages; i++)
        if (!next(scan, i) || !read_stage(scan, &stages[i]))
            return false;
    return wk_scan_word(scan, "]}");
}

wk_status wk_record_read(const char *text, wk_arena *arena, wk_result *record, wk_error *err) {
    *record = (wk_result){0};
    wk_scan scan = {.at = text, .arena = arena};
    const bool sound = read_all(&scan, record);
    scan.at += sound && *scan.at == '\n'; /* it may be a line of a file */
    if (sound && *scan.at == '\0')
        return WK_OK;
    char shown[WK_TEXT_SHOWN];
    return wk_fail(err, WK_CANNOT, "not a cell's record: byte %zu: '%s'",
                   (size_t)(scan.at - text) + 1, wk_text_show(scan.at, shown));
}
