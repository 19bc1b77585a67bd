/* Nettle's SHA-256 allocates nothing, so that the hash of a text cannot fail; and the library is
 * small: each worker loads it anew. */
#include "base/hash.h"

#include "base/file.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <nettle/version.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static wk_hash finish(struct sha256_ctx *context) {
    unsigned char digest[SHA256_DIGEST_SIZE];
#if NETTLE_VERSION_MAJOR >= 4
    sha256_digest(context, digest);
#else
    sha256_digest(context, sizeof digest, digest);
#endif
    wk_hash hash;
    for (size_t i = 0; i < sizeof digest; i++) {
        hash.hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hash.hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    hash.hex[2 * sizeof digest] = '\0';
    return hash;
}

wk_hash wk_hash_bytes(const void *bytes, size_t length) {
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, length, bytes);
    return finish(&context);
}

uint64_t wk_hash_bits(const wk_hash *hash) {
    char start[17];
    memcpy(start, hash->hex, 16);
    start[16] = '\0';
    return strtoull(start, NULL, 16);
}

wk_hash wk_hash_text(const char *text) {
    return wk_hash_bytes(text, strlen(text));
}

wk_status wk_hash_file(const char *path, wk_hash *hash, wk_error *err) {
    int file = -1;
    size_t bytes = 0;
    WK_TRY(wk_file_open_plain(path, &file, &bytes, err));
    struct sha256_ctx context;
    sha256_init(&context);
    uint8_t buffer[64 * 1024];
    ssize_t got;
    while ((got = read(file, buffer, sizeof buffer)) > 0)
        sha256_update(&context, (size_t)got, buffer);
    const int why = got < 0 ? errno : 0;
    close(file);
    *hash = finish(&context);
    if (why)
        return wk_fail(err, wk_status_of_errno(why), "cannot read '%s': %s", path, strerror(why));
    return WK_OK;
}
