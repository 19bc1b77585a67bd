/* An IDX file, gzipped or plain: as images, as labels, and its header alone. What is plain must
 * read the same when it is gzipped. And what is said of images. */
#include "rows.h"

#include "model/data/idx.h"

#include <zlib.h>

static wk_status read_as(const char *path, size_t dimensions, bool with_bytes, wk_idx *idx,
                         wk_arena *arena) {
    wk_error err = {0};
    const wk_status status = wk_idx_read(path, dimensions, with_bytes, idx, arena, &err);
    if (status != WK_OK) {
        fuzz_refused(status, &err);
        return status;
    }
    size_t total = 1, sum = 0;
    for (size_t i = 0; i < dimensions; i++)
        total *= idx->size[i];
    WK_ASSERT(idx->dimensions == dimensions && total > 0);
    WK_ASSERT(with_bytes == (idx->bytes != NULL));
    for (size_t i = 0; with_bytes && i < total; i++)
        sum += idx->bytes[i];
    WK_ASSERT(sum <= 255 * total);
    return status;
}

/* The bytes gzipped; to be freed. */
static uint8_t *packed(const uint8_t *data, size_t size, size_t *length) {
    enum { GZIP = 16, FAST = 1, MEMORY = 8 };
    z_stream stream = {.next_in = (uint8_t *)data, .avail_in = (unsigned)size}; /* only read */
    WK_ASSERT(deflateInit2(&stream, FAST, Z_DEFLATED, MAX_WBITS + GZIP, MEMORY,
                           Z_DEFAULT_STRATEGY) == Z_OK);
    const size_t room = deflateBound(&stream, size);
    uint8_t *out = malloc(room);
    WK_ASSERT(out);
    stream.next_out = out;
    stream.avail_out = (unsigned)room;
    WK_ASSERT(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    *length = stream.total_out;
    deflateEnd(&stream);
    return out;
}

static void compare_packed(const uint8_t *data, size_t size, size_t dimensions, wk_status plain,
                           const wk_idx *first) {
    wk_arena arena = {0};
    wk_idx second;
    size_t length = 0, total = 1;
    uint8_t *bytes = packed(data, size, &length);
    WK_ASSERT(read_as(fuzz_path(bytes, length), dimensions, true, &second, &arena) == plain);
    for (size_t i = 0; plain == WK_OK && i < dimensions; i++) {
        WK_ASSERT_EQ(first->size[i], second.size[i]);
        total *= first->size[i];
    }
    if (plain == WK_OK)
        WK_ASSERT(memcmp(first->bytes, second.bytes, total) == 0);
    free(bytes);
    wk_arena_release(&arena);
}

static void survey(const char *path, wk_status images) {
    wk_arena arena = {0};
    wk_error err = {0};
    wk_survey found;
    const wk_status status = wk_survey_idx(path, NULL, &found, &arena, &err);
    WK_ASSERT_EQ(status, images);
    if (status == WK_OK)
        fuzz_surveyed(&found);
    else
        fuzz_refused(status, &err);
    wk_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const bool is_packed = size >= 2 && data[0] == 0x1f && data[1] == 0x8b;
    for (size_t dimensions = 1; dimensions <= 3; dimensions += 2) {
        wk_arena arena = {0};
        wk_idx idx;
        const char *path = fuzz_path(data, size);
        const wk_status head = read_as(path, dimensions, false, &idx, &arena);
        const wk_status whole = read_as(path, dimensions, true, &idx, &arena);
        WK_ASSERT(whole != WK_OK || head == WK_OK);
        if (dimensions == 3)
            survey(path, whole);
        if (!is_packed)
            compare_packed(data, size, dimensions, whole, &idx);
        wk_arena_release(&arena);
    }
    return 0;
}
