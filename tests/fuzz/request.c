/* A worker's request: read, written and read again it stays the same; and its parameters go
 * through the model's own rules, as the worker's do. */
#include "fuzz.h"

#include "model/cell/spec.h"
#include "run/request.h"

static wk_status read_from(const char *text, size_t size, wk_arena *arena, wk_request *request,
                           wk_error *err) {
    FILE *in = fmemopen((void *)text, size, "r"); /* only read */
    WK_ASSERT(in);
    const wk_status status = wk_request_read(in, arena, request, err);
    fclose(in);
    return status;
}

static char *written(const wk_request *request, size_t *length) {
    char *text = NULL;
    FILE *out = open_memstream(&text, length);
    WK_ASSERT(out);
    wk_request_write(request, out);
    WK_ASSERT(fclose(out) == 0);
    return text;
}

static void look_at(const wk_request *request) {
    const char *source = wk_bag_find(&request->params, "data.source"), *culprit = NULL;
    if (!source || (strcmp(source, "mixture") != 0 && strcmp(source, "sphere") != 0))
        return; /* no file is opened here */
    wk_error err = {0};
    wk_spec spec;
    const wk_status status = wk_spec_read(&request->params, request->seed, &spec, &culprit, &err);
    if (status != WK_OK)
        fuzz_refused(status, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data, size);
    wk_arena arena = {0};
    wk_error err = {0};
    wk_request request;
    const wk_status status = read_from(text, size, &arena, &request, &err);
    if (status != WK_OK) {
        fuzz_refused(status, &err);
    } else {
        look_at(&request);
        size_t first_length = 0, second_length = 0;
        char *first = written(&request, &first_length);
        wk_request again;
        WK_ASSERT(read_from(first, first_length, &arena, &again, &err) == WK_OK);
        char *second = written(&again, &second_length);
        WK_ASSERT_EQ(first_length, second_length);
        WK_ASSERT(memcmp(first, second, first_length) == 0);
        free(first);
        free(second);
    }
    wk_arena_release(&arena);
    free(text);
    return 0;
}
