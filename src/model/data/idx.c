/* Reading IDX files, plain or gzipped. */
#include "model/data/idx.h"

#include "model/data/content.h"
#include "model/data/unpack.h"

#include <string.h>

enum {
    UNSIGNED_BYTES = 0x08,
    LARGEST = 1 << 30,
    BEST_RATIO = 1032, /* deflate cannot shrink anything further */
};

static wk_status truncated(const char *path, wk_error *err) {
    return wk_fail(err, WK_BAD_INPUT,
                   "'%s' is truncated: it ends before the data that its header announces", path);
}

static wk_status take(wk_unpack *file, const char *path, void *bytes, size_t n, wk_error *err) {
    size_t got = 0;
    WK_TRY(wk_unpack_read(file, bytes, n, &got, err));
    return got == n ? WK_OK : truncated(path, err);
}

static size_t big_endian(const unsigned char *p) {
    return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | (size_t)p[3];
}

/* Says what the file is, if its first bytes are those of a format that people know. */
static wk_status refuse_format(wk_unpack *file, const char *path, const unsigned char magic[4],
                               wk_error *err) {
    unsigned char head[16] = {0};
    size_t more = 0;
    memcpy(head, magic, 4);
    if (wk_unpack_read(file, head + 4, sizeof head - 4, &more, NULL) != WK_OK)
        more = 0;
    const char *hint = wk_content_hint(head, 4 + more);
    if (hint)
        return wk_fail(err, WK_BAD_INPUT, "'%s' is not an IDX file of bytes but %s", path, hint);
    return wk_fail(err, WK_BAD_INPUT,
                   "'%s' is not an IDX file of bytes: it starts with %02x%02x%02x%02x, not 000008",
                   path, magic[0], magic[1], magic[2], magic[3]);
}

static wk_status read_header(wk_unpack *file, const char *path, size_t dimensions, wk_idx *idx,
                             wk_error *err) {
    unsigned char magic[4], size[4];
    WK_TRY(take(file, path, magic, sizeof magic, err));
    if (magic[0] != 0 || magic[1] != 0 || magic[2] != UNSIGNED_BYTES)
        return refuse_format(file, path, magic, err);
    if (magic[3] != dimensions)
        return wk_fail(err, WK_BAD_INPUT, "'%s' has %d dimensions where %zu are needed", path,
                       magic[3], dimensions);
    idx->dimensions = dimensions;
    size_t total = 1;
    for (size_t i = 0; i < dimensions; i++) {
        WK_TRY(take(file, path, size, sizeof size, err));
        idx->size[i] = big_endian(size);
        if (idx->size[i] == 0 || idx->size[i] > LARGEST / total)
            return wk_fail(err, WK_BAD_INPUT,
                           "'%s' announces an impossible size (%zu in dimension %zu)", path,
                           idx->size[i], i + 1);
        total *= idx->size[i];
    }
    return WK_OK;
}

/* Before anything is allocated: can a file of this size hold what its header announces? */
static wk_status check_total(const wk_unpack *file, const char *path, size_t total, wk_error *err) {
    const size_t bytes = wk_unpack_file_bytes(file);
    const size_t ratio = wk_unpack_is_packed(file) ? BEST_RATIO : 1;
    if (total / ratio > bytes)
        return truncated(path, err);
    if (total > WK_UNPACK_BOMB_LEAST && total / WK_UNPACK_BOMB_RATIO > bytes)
        return wk_fail(err, WK_BAD_INPUT,
                       "'%s' announces %zu bytes but has %zu: no images shrink so far when gzipped "
                       "(if these do, unpack the file)",
                       path, total, bytes);
    return WK_OK;
}

static wk_status check_end(wk_unpack *in, const char *path, wk_error *err) {
    size_t more = 0;
    unsigned char behind;
    WK_TRY(wk_unpack_read(in, &behind, 1, &more, err));
    return more ? wk_fail(err, WK_BAD_INPUT, "'%s' has more bytes than its header announces", path)
                : WK_OK;
}

static size_t total_of(const wk_idx *idx) {
    size_t total = 1;
    for (size_t i = 0; i < idx->dimensions; i++)
        total *= idx->size[i];
    return total;
}

static wk_status read_bytes(wk_unpack *file, const char *path, wk_idx *idx, wk_arena *arena,
                            wk_error *err) {
    const size_t total = total_of(idx);
    WK_TRY(check_total(file, path, total, err));
    idx->bytes = wk_arena_get(arena, total, 1);
    WK_TRY(take(file, path, idx->bytes, total, err));
    return check_end(file, path, err);
}

wk_status wk_idx_read(const char *path, size_t dimensions, bool with_bytes, wk_idx *idx,
                      wk_arena *arena, wk_error *err) {
    WK_ASSERT(dimensions >= 1 && dimensions <= WK_IDX_DIMENSIONS);
    *idx = (wk_idx){0};
    wk_unpack *file = NULL;
    WK_TRY(wk_unpack_open(path, &file, err));
    wk_status status = read_header(file, path, dimensions, idx, err);
    if (status == WK_OK && with_bytes)
        status = read_bytes(file, path, idx, arena, err);
    wk_unpack_close(file);
    return status;
}

/* ---- piece by piece ---- */

wk_status wk_idx_open(const char *path, size_t dimensions, wk_idx_file *file, wk_error *err) {
    WK_ASSERT(dimensions >= 1 && dimensions <= WK_IDX_DIMENSIONS);
    *file = (wk_idx_file){.path = path};
    WK_TRY(wk_unpack_open(path, &file->in, err));
    wk_status status = read_header(file->in, path, dimensions, &file->idx, err);
    if (status == WK_OK)
        status = check_total(file->in, path, total_of(&file->idx), err);
    if (status != WK_OK)
        wk_idx_close(file);
    else
        file->each = total_of(&file->idx) / file->idx.size[0];
    return status;
}

wk_status wk_idx_next(wk_idx_file *file, unsigned char *bytes, wk_error *err) {
    return take(file->in, file->path, bytes, file->each, err);
}

wk_status wk_idx_end(wk_idx_file *file, wk_error *err) {
    return check_end(file->in, file->path, err);
}

void wk_idx_close(wk_idx_file *file) {
    wk_unpack_close(file->in);
    file->in = NULL;
}
