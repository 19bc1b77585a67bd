/* A cell's result as bytes and back. */
#include "run/record.h"

#include "run/request.h"

#include <string.h>

enum {
    INDEXED = 1,
    SHARED = 2,
    LEAST_SERIES = 4 + 1 + 4, /* bytes of one without a name and values */
    LEAST_STAGE = 4 + 3 * 8,
};

/* ---- writing ---- */

/* Most series of a cell are measured at the same times. */
static bool shares(const wk_series *series, const wk_series *before) {
    return before && before->n == series->n && series->n > 0 &&
           memcmp(before->at, series->at, series->n * sizeof *series->at) == 0;
}

static void write_series(const wk_series *series, const wk_series *before, wk_bytes *out) {
    const bool shared = shares(series, before);
    WK_ASSERT(series->n <= UINT32_MAX);
    wk_bytes_text(out, series->name);
    wk_bytes_u8(out, (uint8_t)((series->indexed ? INDEXED : 0) | (shared ? SHARED : 0)));
    wk_bytes_u32(out, (uint32_t)series->n);
    if (!shared)
        wk_bytes_f64s(out, series->n, series->at);
    wk_bytes_f64s(out, series->n, series->value);
}

void wk_record_write(const wk_result *result, wk_bytes *out) {
    wk_bytes_begin(out, wk_request_answers(WK_JOB_CELL), WK_ANSWER_VERSION);
    wk_bytes_f64(out, result->peak_bytes);
    wk_bytes_f64(out, result->wall_s);
    wk_bytes_f64(out, result->cpu_s);
    wk_bytes_u8(out, (uint8_t)result->end);
    wk_bytes_text(out, result->reason);
    wk_bytes_u32(out, (uint32_t)result->nseries);
    for (size_t i = 0; i < result->nseries; i++)
        write_series(&result->series[i], i ? &result->series[i - 1] : NULL, out);
    wk_bytes_u32(out, (uint32_t)result->nstages);
    for (size_t i = 0; i < result->nstages; i++) {
        const wk_stage *stage = &result->stages[i];
        wk_bytes_text(out, stage->name);
        wk_bytes_f64(out, stage->wall_s);
        wk_bytes_f64(out, stage->cpu_s);
        wk_bytes_f64(out, stage->flops);
    }
    wk_bytes_seal(out);
}

/* ---- reading ---- */

static bool read_series(wk_reader *in, wk_arena *arena, const wk_series *before,
                        wk_series *series) {
    series->name = wk_reader_text(in, arena);
    const uint8_t flags = wk_reader_u8(in);
    const bool shared = flags & SHARED;
    series->indexed = flags & INDEXED;
    series->n = wk_reader_u32(in);
    if (flags > (INDEXED | SHARED) || (shared && (!before || before->n != series->n)))
        return false;
    series->at = shared ? before->at : wk_reader_f64s(in, series->n, arena);
    series->value = wk_reader_f64s(in, series->n, arena);
    return series->at && series->value;
}

static bool read_all_series(wk_reader *in, wk_arena *arena, wk_result *result) {
    const size_t n = wk_reader_count(in, LEAST_SERIES);
    wk_series *series = wk_arena_get(arena, n, sizeof *series);
    for (size_t i = 0; i < n; i++)
        if (!read_series(in, arena, i ? &series[i - 1] : NULL, &series[i]))
            return false;
    result->series = series;
    result->nseries = n;
    return true;
}

static void read_stages(wk_reader *in, wk_arena *arena, wk_result *result) {
    const size_t n = wk_reader_count(in, LEAST_STAGE);
    wk_stage *stages = wk_arena_get(arena, n, sizeof *stages);
    for (size_t i = 0; i < n; i++) {
        stages[i].name = wk_reader_text(in, arena);
        stages[i].wall_s = wk_reader_f64(in);
        stages[i].cpu_s = wk_reader_f64(in);
        stages[i].flops = wk_reader_f64(in);
    }
    result->stages = stages;
    result->nstages = n;
}

static bool read_result(wk_reader *in, wk_arena *arena, wk_result *result) {
    result->peak_bytes = wk_reader_f64(in);
    result->wall_s = wk_reader_f64(in);
    result->cpu_s = wk_reader_f64(in);
    const uint8_t end = wk_reader_u8(in);
    result->end = (wk_end)end;
    result->reason = wk_reader_text(in, arena);
    if (end >= WK_END_PENDING || !read_all_series(in, arena, result))
        return false;
    read_stages(in, arena, result);
    return wk_reader_done(in);
}

wk_status wk_record_read(const void *data, size_t length, wk_arena *arena, wk_result *result,
                         wk_error *err) {
    wk_reader in;
    *result = (wk_result){0};
    const wk_frame frame =
        wk_reader_open(&in, data, length, wk_request_answers(WK_JOB_CELL), WK_ANSWER_VERSION);
    if (frame == WK_FRAME_WHOLE && read_result(&in, arena, result))
        return WK_OK;
    *result = (wk_result){0};
    return wk_fail(err, WK_CANNOT, "not a cell's record: it %s",
                   frame == WK_FRAME_CUT       ? "is cut short"
                   : frame == WK_FRAME_GARBLED ? "has another format, or was changed"
                                               : "holds what no worker writes");
}
