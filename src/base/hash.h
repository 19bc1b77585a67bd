/* SHA-256, as 64 lower-case hexadecimal digits and a NUL. */
#ifndef WK_BASE_HASH_H
#define WK_BASE_HASH_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum { WK_HASH_SIZE = 65 };

typedef struct wk_hash {
    char hex[WK_HASH_SIZE];
} wk_hash;

wk_hash wk_hash_bytes(const void *bytes, size_t length);
wk_hash wk_hash_text(const char *text);

/* The first 64 bits of a hash. */
uint64_t wk_hash_bits(const wk_hash *hash);

/* Of a file's bytes, as they lie on disk. WK_BAD_INPUT if it cannot be read. */
wk_status wk_hash_file(const char *path, wk_hash *hash, wk_error *err) WK_CHECKED;

#endif
