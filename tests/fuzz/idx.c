/* An IDX file, gzipped or plain: as images, as labels, and its header alone. */
#include "fuzz.h"

#include "model/idx.h"

static void read_as(const char *path, size_t dimensions, bool with_bytes) {
    wk_arena arena = {0};
    wk_error err = {0};
    wk_idx idx;
    const wk_status status = wk_idx_read(path, dimensions, with_bytes, &idx, &arena, &err);
    if (status != WK_OK) {
        fuzz_refused(status, &err);
    } else {
        size_t total = 1, sum = 0;
        for (size_t i = 0; i < dimensions; i++)
            total *= idx.size[i];
        WK_ASSERT(idx.dimensions == dimensions && total > 0);
        WK_ASSERT(with_bytes == (idx.bytes != NULL));
        for (size_t i = 0; with_bytes && i < total; i++)
            sum += idx.bytes[i];
        WK_ASSERT(sum <= 255 * total);
    }
    wk_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *path = fuzz_path(data, size);
    read_as(path, 3, true);
    read_as(path, 1, true);
    read_as(path, 3, false);
    return 0;
}
