/* A worker's request: read, written and read again it stays the same; and its parameters go
 * through the model's own rules, as the worker's do. */
#include "fuzz.h"

#include "model/cell/spec.h"
#include "run/request.h"

static void look_at(const wk_request *request) {
    const char *source = wk_bag_find(&request->params, "data.source"), *culprit = NULL;
    const wk_data_source *known = source ? wk_data_source_find(source) : NULL;
    if (!known || known->bytes)
        return; /* no file is opened here */
    wk_error err = {0};
    wk_spec spec;
    const wk_status status = wk_spec_read(&request->params, request->seed, &spec, &culprit, &err);
    if (status != WK_OK)
        fuzz_refused(status, &err);
}

static void read_it(const void *data, size_t size) {
    wk_arena arena = {0};
    wk_error err = {0};
    wk_request request, again;
    const wk_status status = wk_request_read(data, size, &arena, &request, &err);
    if (status != WK_OK) {
        fuzz_refused(status, &err);
    } else {
        look_at(&request);
        wk_bytes first = {0}, second = {0};
        wk_request_write(&request, &first);
        WK_ASSERT(wk_request_read(first.data, first.length, &arena, &again, &err) == WK_OK);
        wk_request_write(&again, &second);
        WK_ASSERT_EQ(first.length, second.length);
        WK_ASSERT(memcmp(first.data, second.data, first.length) == 0);
        wk_bytes_release(&first);
        wk_bytes_release(&second);
    }
    wk_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_frame(data, size, "wkrq", 3, read_it);
    return 0;
}
