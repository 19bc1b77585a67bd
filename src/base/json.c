/* JSON written piece by piece to a stream. */
#include "base/json.h"

#include "base/text.h"

#include <math.h>
#include <stddef.h>

/* Length of the valid UTF-8 sequence at p, or 0 (RFC 3629, table of well-formed sequences). */
static size_t utf8_length(const unsigned char *p) {
    if (p[0] < 0x80)
        return 1;
    size_t n = 0;
    unsigned low = 0x80, high = 0xBF;
    if (p[0] >= 0xC2 && p[0] <= 0xDF) {
        n = 2;
    } else if (p[0] >= 0xE0 && p[0] <= 0xEF) {
        n = 3;
        low = p[0] == 0xE0 ? 0xA0 : low;
        high = p[0] == 0xED ? 0x9F : high;
    } else if (p[0] >= 0xF0 && p[0] <= 0xF4) {
        n = 4;
        low = p[0] == 0xF0 ? 0x90 : low;
        high = p[0] == 0xF4 ? 0x8F : high;
    } else {
        return 0;
    }
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if (p[i] < 0x80 || p[i] > 0xBF)
            return 0;
    return n;
}

/* How many bytes from the start of `text` stand in quotes as they are. */
static size_t plain(const char *text) {
    const unsigned char *p = (const unsigned char *)text;
    for (;;) {
        while (*p >= 0x20 && *p < 0x7F && *p != '"' && *p != '\\')
            p++;
        const size_t n = *p >= 0x80 ? utf8_length(p) : 0;
        if (n == 0)
            return (size_t)((const char *)p - text);
        p += n;
    }
}

/* The stream's lock, taken for each byte, would cost more than the byte. */
void wk_json_text(FILE *out, const char *text) {
    putc_unlocked('"', out);
    for (const char *p = text;;) {
        const size_t n = plain(p);
        fwrite_unlocked(p, 1, n, out);
        p += n;
        const unsigned char c = (unsigned char)*p++;
        if (c == '\0')
            break;
        if (c == '"' || c == '\\') {
            putc_unlocked('\\', out);
            putc_unlocked(c, out);
        } else if (c == '\n') {
            fputs_unlocked("\\n", out);
        } else if (c < 0x80) {
            fprintf(out, "\\u%04x", c);
        } else {
            fputs_unlocked("\\ufffd", out);
        }
    }
    putc_unlocked('"', out);
}

/* A JSON integer has no negative zero: jansson reads -0 as 0. */
static const char *number(double value, char digits[32]) {
    return value == 0 && signbit(value) ? "-0.0" : wk_text_format(value, digits);
}

void wk_json_real(FILE *out, double value) {
    char digits[32];
    fputs_unlocked(isfinite(value) ? number(value, digits) : "null", out);
}
