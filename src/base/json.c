/* JSON written piece by piece to a stream. */
#include "base/json.h"

#include "base/text.h"

#include <math.h>
#include <stddef.h>

/* How many bytes from the start of `text` stand in quotes as they are. */
static size_t plain(const char *text) {
    const unsigned char *p = (const unsigned char *)text, *next = p;
    do {
        p = next;
        while (*p >= 0x20 && *p < 0x7F && *p != '"' && *p != '\\')
            p++;
        next = p;
    } while (*p >= 0x80 && (wk_text_decode(&next) != WK_TEXT_REPLACEMENT || next > p + 1));
    return (size_t)((const char *)p - text);
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
