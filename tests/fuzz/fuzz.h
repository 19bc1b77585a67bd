/* Fuzz targets: each file here reads bytes as one reader of the program would, and aborts if a
 * promise of that reader is broken. A refusal is fine; a crash, a leak, a hang, much memory or a
 * refusal without a message is not.
 *
 * Each target is built twice: with replay.c, a plain test of the corpus by any compiler, and, with
 * -Dfuzz=true, with libFuzzer (ci/fuzz). Nothing is written but memory files.
 */
#ifndef WK_TESTS_FUZZ_H
#define WK_TESTS_FUZZ_H

#include "base/bytes.h"
#include "base/error.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts if the text has control characters but `allowed` ones: on a terminal they are commands. */
static inline void fuzz_printable(const char *text, const char *allowed) {
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        WK_ASSERT((*p >= 0x20 && *p != 0x7F) || strchr(allowed, *p));
        WK_ASSERT(*p != 0xC2 || p[1] < 0x80 || p[1] >= 0xA0);
    }
}

/* Aborts unless a failure has its status and a message of one line. */
static inline void fuzz_refused(wk_status status, const wk_error *err) {
    WK_ASSERT(status == WK_BAD_INPUT || status == WK_CANNOT);
    WK_ASSERT(err->status == status);
    WK_ASSERT(*err->message);
    fuzz_printable(err->message, "");
}

/* The bytes as text that ends in NUL; to be freed. An own block, so that a step over its end is
 * seen. */
static inline char *fuzz_text(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    WK_ASSERT(text);
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

/* Shows the bytes to a reader of binary messages (base/bytes.h): as they are, and as the values of
 * a frame whose checksum is right, which no fuzzer would find. Own blocks, so that a step over
 * their end is seen. */
static inline void fuzz_frame(const uint8_t *data, size_t size, const char *format,
                              uint32_t version, void (*reader)(const void *data, size_t size)) {
    char *plain = calloc(size ? size : 1, 1);
    WK_ASSERT(plain);
    if (size)
        memcpy(plain, data, size);
    reader(plain, size);
    free(plain);
    wk_bytes sealed = {0};
    wk_bytes_begin(&sealed, format, version);
    for (size_t i = 0; i < size; i++)
        wk_bytes_u8(&sealed, data[i]);
    wk_bytes_seal(&sealed);
    char *framed = malloc(sealed.length);
    WK_ASSERT(framed);
    memcpy(framed, sealed.data, sealed.length);
    reader(framed, sealed.length);
    free(framed);
    wk_bytes_release(&sealed);
}

/* The path of a file in memory with these bytes; it holds until the next call. */
static inline const char *fuzz_path(const uint8_t *data, size_t size) {
    static int file = -1;
    static char path[64];
    if (file < 0) {
        file = memfd_create("fuzz", MFD_CLOEXEC);
        WK_ASSERT(file >= 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    WK_ASSERT(ftruncate(file, 0) == 0);
    for (size_t done = 0; done < size;) {
        const ssize_t more = pwrite(file, data + done, size - done, (off_t)done);
        WK_ASSERT(more > 0);
        done += (size_t)more;
    }
    return path;
}

#endif
