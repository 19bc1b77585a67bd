/* Typed values as little-endian bytes, written to a growing buffer and read back within bounds. */
#include "base/bytes.h"

#include "base/hash.h"
#include "base/heap.h"

#include <stdlib.h>
#include <string.h>

enum { FORMAT = 4, LENGTH_AT = 8, HEAD = 16, TAIL = 8 };

/* ---- writing ---- */

void wk_bytes_release(wk_bytes *bytes) {
    free(bytes->data);
    *bytes = (wk_bytes){0};
}

/* Room for so many bytes more; their place. */
static unsigned char *grow(wk_bytes *bytes, size_t more) {
    if (bytes->room - bytes->length < more) {
        bytes->room = 2 * bytes->room + more + 64;
        bytes->data = wk_reallocate(bytes->data, bytes->room);
    }
    bytes->length += more;
    return bytes->data + bytes->length - more;
}

static void put(unsigned char *at, int size, uint64_t value) {
    for (int i = 0; i < size; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

static uint64_t get(const unsigned char *at, int size) {
    uint64_t value = 0;
    for (int i = 0; i < size; i++)
        value |= (uint64_t)at[i] << 8 * i;
    return value;
}

/* The checksum of what stands before it. */
static uint64_t seal_of(const void *bytes, size_t length) {
    const wk_hash hash = wk_hash_bytes(bytes, length);
    return wk_hash_bits(&hash);
}

void wk_bytes_u8(wk_bytes *bytes, uint8_t value) {
    *grow(bytes, 1) = value;
}

void wk_bytes_u32(wk_bytes *bytes, uint32_t value) {
    put(grow(bytes, 4), 4, value);
}

void wk_bytes_u64(wk_bytes *bytes, uint64_t value) {
    put(grow(bytes, 8), 8, value);
}

void wk_bytes_f64(wk_bytes *bytes, double value) {
    wk_bytes_f64s(bytes, 1, &value);
}

void wk_bytes_f64s(wk_bytes *bytes, size_t n, const double *values) {
    unsigned char *at = grow(bytes, 8 * n);
    for (size_t i = 0; i < n; i++, at += 8) {
        uint64_t bits = 0;
        memcpy(&bits, &values[i], sizeof bits);
        put(at, 8, bits);
    }
}

void wk_bytes_text(wk_bytes *bytes, const char *text) {
    const size_t length = strlen(text);
    WK_ASSERT(length <= UINT32_MAX);
    wk_bytes_u32(bytes, (uint32_t)length);
    memcpy(grow(bytes, length), text, length);
}

void wk_bytes_begin(wk_bytes *bytes, const char *format, uint32_t version) {
    memcpy(grow(bytes, FORMAT), format, FORMAT);
    wk_bytes_u32(bytes, version);
    wk_bytes_u64(bytes, 0); /* the length, once it is known */
}

void wk_bytes_seal(wk_bytes *bytes) {
    put(bytes->data + LENGTH_AT, 8, bytes->length + TAIL);
    wk_bytes_u64(bytes, seal_of(bytes->data, bytes->length));
}

/* ---- reading ---- */

wk_frame wk_reader_open(wk_reader *reader, const void *data, size_t length, const char *format,
                        uint32_t version) {
    wk_bytes expected = {0};
    wk_bytes_begin(&expected, format, version);
    const unsigned char *bytes = data;
    const size_t known = length < LENGTH_AT ? length : LENGTH_AT;
    const bool ours = known == 0 || memcmp(bytes, expected.data, known) == 0;
    wk_bytes_release(&expected);
    *reader = (wk_reader){.failed = true};
    if (!ours)
        return WK_FRAME_GARBLED;
    if (length < HEAD)
        return WK_FRAME_CUT;
    const uint64_t whole = get(bytes + LENGTH_AT, 8);
    if (whole < HEAD + TAIL || whole < length)
        return WK_FRAME_GARBLED;
    if (whole > length)
        return WK_FRAME_CUT;
    if (get(bytes + length - TAIL, 8) != seal_of(bytes, length - TAIL))
        return WK_FRAME_GARBLED;
    *reader = (wk_reader){.at = bytes + HEAD, .end = bytes + length - TAIL};
    return WK_FRAME_WHOLE;
}

/* Steps over n bytes; where they begin, or NULL if there are fewer. */
static const unsigned char *take(wk_reader *reader, size_t n) {
    if (reader->failed || (size_t)(reader->end - reader->at) < n) {
        reader->failed = true;
        return NULL;
    }
    reader->at += n;
    return reader->at - n;
}

uint8_t wk_reader_u8(wk_reader *reader) {
    const unsigned char *at = take(reader, 1);
    return at ? *at : 0;
}

uint32_t wk_reader_u32(wk_reader *reader) {
    const unsigned char *at = take(reader, 4);
    return at ? (uint32_t)get(at, 4) : 0;
}

uint64_t wk_reader_u64(wk_reader *reader) {
    const unsigned char *at = take(reader, 8);
    return at ? get(at, 8) : 0;
}

static double f64_of(const unsigned char *at) {
    const uint64_t bits = get(at, 8);
    double value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double wk_reader_f64(wk_reader *reader) {
    const unsigned char *at = take(reader, 8);
    return at ? f64_of(at) : 0;
}

const double *wk_reader_f64s(wk_reader *reader, size_t n, wk_arena *arena) {
    const unsigned char *at = n <= SIZE_MAX / 8 ? take(reader, 8 * n) : take(reader, SIZE_MAX);
    if (!at)
        return NULL;
    double *values = wk_arena_doubles(arena, n);
    for (size_t i = 0; i < n; i++)
        values[i] = f64_of(at + 8 * i);
    return values;
}

const char *wk_reader_text(wk_reader *reader, wk_arena *arena) {
    const uint32_t length = wk_reader_u32(reader);
    const unsigned char *at = take(reader, length);
    if (at && memchr(at, '\0', length)) {
        reader->failed = true;
        at = NULL;
    }
    return at ? wk_arena_span(arena, (const char *)at, length) : "";
}

size_t wk_reader_count(wk_reader *reader, size_t least) {
    const uint32_t n = wk_reader_u32(reader);
    if (!reader->failed && n <= (size_t)(reader->end - reader->at) / least)
        return n;
    reader->failed = true;
    return 0;
}

bool wk_reader_done(const wk_reader *reader) {
    return !reader->failed && reader->at == reader->end;
}
