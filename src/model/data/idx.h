/* IDX files (LeCun's format of MNIST): magic 00 00 08 DIMENSIONS, then big-endian sizes, then
 * bytes. Gzipped or plain, told by content. Unsigned bytes only. */
#ifndef WK_MODEL_DATA_IDX_H
#define WK_MODEL_DATA_IDX_H

#include "base/arena.h"

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

#endif
