/* A worker's record of a cell: what is read loses nothing when it is written and read again. */
#include "fuzz.h"

#include "run/record.h"

static void read_it(const void *data, size_t size) {
    wk_arena arena = {0};
    wk_error err = {0};
    wk_result result, again;
    const wk_status status = wk_record_read(data, size, &arena, &result, &err);
    if (status != WK_OK) {
        fuzz_refused(status, &err);
    } else {
        wk_bytes first = {0}, second = {0};
        wk_record_write(&result, &first);
        WK_ASSERT(wk_record_read(first.data, first.length, &arena, &again, &err) == WK_OK);
        wk_record_write(&again, &second);
        WK_ASSERT_EQ(first.length, second.length);
        WK_ASSERT(memcmp(first.data, second.data, first.length) == 0);
        wk_bytes_release(&first);
        wk_bytes_release(&second);
    }
    wk_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_frame(data, size, "wkrc", 1, read_it);
    return 0;
}
