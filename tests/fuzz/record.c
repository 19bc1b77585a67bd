/* A worker's record of a cell: what is read loses nothing when it is written and read again. */
#include "fuzz.h"

#include "run/record.h"

static char *written(const wk_result *record) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    WK_ASSERT(out);
    wk_record_write(record, out);
    WK_ASSERT(fclose(out) == 0);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data, size);
    wk_arena arena = {0};
    wk_error err = {0};
    wk_result record, again;
    const wk_status status = wk_record_read(text, &arena, &record, &err);
    if (status != WK_OK) {
        fuzz_refused(status, &err);
    } else {
        char *first = written(&record);
        WK_ASSERT(wk_record_read(first, &arena, &again, &err) == WK_OK);
        char *second = written(&again);
        WK_ASSERT(strcmp(first, second) == 0);
        free(first);
        free(second);
    }
    wk_arena_release(&arena);
    free(text);
    return 0;
}
