/* Binary files and messages of the program: typed values one after the other, little-endian, in a
 * frame with a checksum.
 *
 *   wk_bytes out = {0};
 *   wk_bytes_begin(&out, FORMAT, 1);
 *   wk_bytes_u32(&out, 7);
 *   wk_bytes_text(&out, "seven");
 *   wk_bytes_seal(&out);                    // out.data, out.length are the whole message
 *   wk_bytes_release(&out);
 *
 *   wk_reader in;
 *   if (wk_reader_open(&in, data, length, FORMAT, 1) == WK_FRAME_WHOLE) {
 *       uint32_t number = wk_reader_u32(&in);
 *       const char *text = wk_reader_text(&in, &arena);
 *       if (!wk_reader_done(&in)) ...       // something was missing, wrong, or left over
 *   }
 *
 * The frame: the format's four letters, its version (u32), the length of the whole message in bytes
 * (u64); the values; the first 64 bits of the SHA-256 of all that stands before (u64).
 *
 * A reader never looks outside its bytes, whatever they are. After the first value that is not
 * there it returns zeros, empty texts and NULL, and wk_reader_done says so: a caller may read all
 * values first and ask once. What is allocated is bounded by the number of bytes that are left.
 */
#ifndef WK_BASE_BYTES_H
#define WK_BASE_BYTES_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- writing; memory does not fail (base/heap.h) ---- */

typedef struct wk_bytes {
    unsigned char *data;
    size_t length, room;
} wk_bytes;

void wk_bytes_release(wk_bytes *bytes);

/* `format` has four letters. */
void wk_bytes_begin(wk_bytes *bytes, const char *format, uint32_t version);
void wk_bytes_seal(wk_bytes *bytes);

void wk_bytes_u8(wk_bytes *bytes, uint8_t value);
void wk_bytes_u32(wk_bytes *bytes, uint32_t value);
void wk_bytes_u64(wk_bytes *bytes, uint64_t value);
/* The double's own 64 bits, so that infinities, NaN and -0 come back as they were. */
void wk_bytes_f64(wk_bytes *bytes, double value);
void wk_bytes_f64s(wk_bytes *bytes, size_t n, const double *values);
/* u32 length, then the bytes without a NUL. The text is shorter than 4 GiB. */
void wk_bytes_text(wk_bytes *bytes, const char *text);

/* ---- reading ---- */

typedef struct wk_reader {
    const unsigned char *at, *end;
    bool failed;
} wk_reader;

typedef enum wk_frame {
    WK_FRAME_WHOLE,
    WK_FRAME_CUT,     /* the beginning of such a message; the rest is missing */
    WK_FRAME_GARBLED, /* another format or version, or not the bytes that were sealed */
} wk_frame;

/* The reader stands at the first value if the message is whole; else it has failed. */
wk_frame wk_reader_open(wk_reader *reader, const void *data, size_t length, const char *format,
                        uint32_t version);

uint8_t wk_reader_u8(wk_reader *reader);
uint32_t wk_reader_u32(wk_reader *reader);
uint64_t wk_reader_u64(wk_reader *reader);
double wk_reader_f64(wk_reader *reader);
/* n doubles, in `arena`. */
const double *wk_reader_f64s(wk_reader *reader, size_t n, wk_arena *arena);
/* In `arena`; never NULL. A text with a NUL in it is refused. */
const char *wk_reader_text(wk_reader *reader, wk_arena *arena);
/* A u32 that counts items which take at least `least` bytes each; 0 if so many cannot follow. */
size_t wk_reader_count(wk_reader *reader, size_t least);

/* Was every value there, and is nothing left? */
bool wk_reader_done(const wk_reader *reader);

#endif
