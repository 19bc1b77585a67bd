/* A request to a worker, as bytes and back. */
#include "run/request.h"

static const char format[] = "wkrq";
enum { VERSION = 3, MOST_THREADS = 1024 };

const char *wk_request_answers(wk_job job) {
    return job == WK_JOB_CELL ? "wkrc" : "wkpb";
}

static void write_optional(wk_bytes *out, const char *text) {
    wk_bytes_text(out, text ? text : "");
}

void wk_request_write(const wk_request *request, wk_bytes *out) {
    wk_bytes_begin(out, format, VERSION);
    wk_bytes_u8(out, request->job == WK_JOB_PROBE);
    wk_bytes_u64(out, request->parent);
    wk_bytes_u64(out, request->seed);
    wk_bytes_u32(out, (uint32_t)request->threads);
    write_optional(out, request->arrays);
    write_optional(out, request->blas);
    write_optional(out, request->lapack);
    wk_bag_write(&request->params, out);
    wk_bytes_seal(out);
}

static const char *read_optional(wk_reader *in, wk_arena *arena) {
    const char *text = wk_reader_text(in, arena);
    return *text ? text : NULL;
}

static bool read_fields(wk_reader *in, wk_arena *arena, wk_request *request) {
    const uint8_t job = wk_reader_u8(in);
    request->job = job ? WK_JOB_PROBE : WK_JOB_CELL;
    request->parent = wk_reader_u64(in);
    request->seed = wk_reader_u64(in);
    request->threads = wk_reader_u32(in);
    request->arrays = read_optional(in, arena);
    request->blas = read_optional(in, arena);
    request->lapack = read_optional(in, arena);
    return wk_bag_read(in, arena, &request->params) && wk_reader_done(in) && job <= 1 &&
           request->threads >= 1 && request->threads <= MOST_THREADS &&
           (request->blas == NULL) == (request->lapack == NULL);
}

wk_status wk_request_read(const void *data, size_t length, wk_arena *arena, wk_request *request,
                          wk_error *err) {
    wk_reader in;
    *request = (wk_request){0};
    const wk_frame frame = wk_reader_open(&in, data, length, format, VERSION);
    if (frame == WK_FRAME_WHOLE && read_fields(&in, arena, request))
        return WK_OK;
    return wk_fail(err, WK_BAD_INPUT, "not a request to a worker: it %s",
                   frame == WK_FRAME_CUT       ? "is cut short"
                   : frame == WK_FRAME_GARBLED ? "has another format, or was changed on the way"
                                               : "holds a value that is not allowed");
}
