/* IDX files (LeCun's format of MNIST): magic 00 00 08 DIMENSIONS, then big-endian sizes, then
 * bytes. Gzipped or plain, told by content. Unsigned bytes only. */
#ifndef WK_MODEL_DATA_IDX_H
#define WK_MODEL_DATA_IDX_H

#include "base/arena.h"
#include "model/data/unpack.h"

#include <stdbool.h>

enum { WK_IDX_DIMENSIONS = 3 };

typedef struct wk_idx {
    size_t dimensions, size[WK_IDX_DIMENSIONS];
    unsigned char *bytes; /* product of sizes; NULL when only the header was read */
} wk_idx;

/* Reads a file of exactly `dimensions` dimensions. WK_BAD_INPUT, with the path, for a missing file,
 * a wrong magic number, a wrong number of dimensions, sizes beyond 2^30 bytes in all, what is no
 * plain file, and (with_bytes only) fewer or more bytes than the header announces, or what
 * model/data/unpack.h refuses. What a file of its size cannot hold is not allocated. */
wk_status wk_idx_read(const char *path, size_t dimensions, bool with_bytes, wk_idx *idx,
                      wk_arena *arena, wk_error *err) WK_CHECKED;

/* The same piece by piece, for what need not be in memory at once:
 *
 *   WK_TRY(wk_idx_open(path, 3, &file, err));
 *   for (size_t i = 0; i < file.idx.size[0] && status == WK_OK; i++)
 *       status = wk_idx_next(&file, bytes, err);         // all but the first of the sizes
 *   if (status == WK_OK)
 *       status = wk_idx_end(&file, err);                 // refuses bytes behind
 *   wk_idx_close(&file);
 */
typedef struct wk_idx_file {
    const char *path;
    wk_unpack *in;
    wk_idx idx;  /* without bytes */
    size_t each; /* bytes of a piece */
} wk_idx_file;

wk_status wk_idx_open(const char *path, size_t dimensions, wk_idx_file *file,
                      wk_error *err) WK_CHECKED;
wk_status wk_idx_next(wk_idx_file *file, unsigned char *bytes, wk_error *err) WK_CHECKED;
wk_status wk_idx_end(wk_idx_file *file, wk_error *err) WK_CHECKED;
void wk_idx_close(wk_idx_file *file);

#endif
