/* libcrypto's plain functions, called deprecated since OpenSSL 3: its newer interface allocates, so
 * that even the hash of a text could fail. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "base/hash.h"

#include <errno.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

static wk_hash finish(SHA256_CTX *context) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    WK_ASSERT(SHA256_Final(digest, context) == 1);
    wk_hash hash;
    for (size_t i = 0; i < sizeof digest; i++) {
        hash.hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hash.hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    hash.hex[2 * sizeof digest] = '\0';
    return hash;
}

wk_hash wk_hash_bytes(const void *bytes, size_t length) {
    SHA256_CTX context;
    WK_ASSERT(SHA256_Init(&context) == 1 && SHA256_Update(&context, bytes, length) == 1);
    return finish(&context);
}

wk_hash wk_hash_text(const char *text) {
    return wk_hash_bytes(text, strlen(text));
}

wk_status wk_hash_file(const char *path, wk_hash *hash, wk_error *err) {
    FILE *file = fopen(path, "rbe");
    if (!file)
        return wk_fail(err, wk_status_of_errno(errno), "cannot read '%s': %s", path,
                       strerror(errno));
    SHA256_CTX context;
    WK_ASSERT(SHA256_Init(&context) == 1);
    char buffer[64 * 1024];
    size_t got;
    while ((got = fread(buffer, 1, sizeof buffer, file)) > 0)
        WK_ASSERT(SHA256_Update(&context, buffer, got) == 1);
    const int failed = ferror(file) ? errno : 0;
    fclose(file);
    *hash = finish(&context);
    if (failed)
        return wk_fail(err, wk_status_of_errno(failed), "cannot read '%s': %s", path,
                       strerror(failed));
    return WK_OK;
}
