#include "base/hash.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

static wk_hash finish(EVP_MD_CTX *context) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    WK_ASSERT(EVP_DigestFinal_ex(context, digest, &length) == 1);
    WK_ASSERT_EQ(length, 32);
    EVP_MD_CTX_free(context);
    wk_hash hash;
    for (size_t i = 0; i < 32; i++) {
        hash.hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hash.hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    hash.hex[64] = '\0';
    return hash;
}

static EVP_MD_CTX *begin(void) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    WK_ASSERT(context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1);
    return context;
}

wk_hash wk_hash_bytes(const void *bytes, size_t length) {
    EVP_MD_CTX *context = begin();
    WK_ASSERT(EVP_DigestUpdate(context, bytes, length) == 1);
    return finish(context);
}

wk_hash wk_hash_text(const char *text) {
    return wk_hash_bytes(text, strlen(text));
}

wk_status wk_hash_file(const char *path, wk_hash *hash, wk_error *err) {
    FILE *file = fopen(path, "rbe");
    if (!file)
        return wk_fail(err, WK_BAD_INPUT, "cannot read '%s': %s", path, strerror(errno));
    EVP_MD_CTX *context = begin();
    char buffer[64 * 1024];
    size_t got;
    while ((got = fread(buffer, 1, sizeof buffer, file)) > 0)
        WK_ASSERT(EVP_DigestUpdate(context, buffer, got) == 1);
    const int failed = ferror(file) ? errno : 0;
    fclose(file);
    *hash = finish(context);
    if (failed)
        return wk_fail(err, WK_BAD_INPUT, "cannot read '%s': %s", path, strerror(failed));
    return WK_OK;
}
