/* JSON written value by value to a stream. */
#include "base/json.h"

#include "base/error.h"
#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

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
static void quoted(FILE *out, const char *text) {
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

/* What stands before a value: the comma, the line break that was asked for, the name. */
static void begin(wk_json *json, const char *name) {
    const bool member = json->depth && json->close[json->depth - 1] == '}';
    WK_ASSERT(member == (name != NULL));
    if (json->follows)
        putc_unlocked(',', json->out);
    json->follows = true;
    if (json->line)
        fprintf(json->out, "\n%*s", json->indent, "");
    json->line = false;
    if (!name)
        return;
    quoted(json->out, name);
    putc_unlocked(':', json->out);
}

static void word(wk_json *json, const char *name, const char *text) {
    begin(json, name);
    fputs_unlocked(text, json->out);
}

static void nest(wk_json *json, const char *name, const char *bracket, char close) {
    WK_ASSERT(json->depth < WK_JSON_DEEPEST);
    word(json, name, bracket);
    json->close[json->depth++] = close;
    json->follows = false;
}

void wk_json_object(wk_json *json, const char *name) {
    nest(json, name, "{", '}');
}

void wk_json_array(wk_json *json, const char *name) {
    nest(json, name, "[", ']');
}

void wk_json_end(wk_json *json) {
    WK_ASSERT(json->depth && !json->line);
    putc_unlocked(json->close[--json->depth], json->out);
    json->follows = true;
    if (!json->depth)
        putc_unlocked('\n', json->out);
}

void wk_json_line(wk_json *json, int indent) {
    json->line = true;
    json->indent = indent;
}

void wk_json_row(wk_json *json, int indent) {
    wk_json_line(json, indent);
    wk_json_object(json, NULL);
}

void wk_json_text(wk_json *json, const char *name, const char *text) {
    begin(json, name);
    quoted(json->out, text ? text : "");
}

void wk_json_text_or_null(wk_json *json, const char *name, const char *text) {
    if (text)
        wk_json_text(json, name, text);
    else
        word(json, name, "null");
}

/* A JSON integer has no negative zero: jansson reads -0 as 0. */
static const char *number(double value, char digits[32]) {
    return value == 0 && signbit(value) ? "-0.0" : wk_text_format(value, digits);
}

void wk_json_real(wk_json *json, const char *name, double value) {
    char digits[32];
    word(json, name, isfinite(value) ? number(value, digits) : "null");
}

void wk_json_reals(wk_json *json, const char *name, const double *values, size_t n) {
    wk_json_array(json, name);
    for (size_t i = 0; i < n; i++)
        wk_json_real(json, NULL, values[i]);
    wk_json_end(json);
}

void wk_json_copy(wk_json *json, const char *name, const char *text) {
    begin(json, name);
    fwrite_unlocked(text, 1, strcspn(text, "\n"), json->out);
}

void wk_json_count(wk_json *json, const char *name, uint64_t count) {
    begin(json, name);
    fprintf(json->out, "%" PRIu64, count);
}

void wk_json_truth(wk_json *json, const char *name, bool truth) {
    word(json, name, truth ? "true" : "false");
}

void wk_json_value(wk_json *json, const char *name, const wk_value *value) {
    switch (value->kind) {
    case WK_KIND_TEXT:
        wk_json_text(json, name, value->text);
        break;
    case WK_KIND_REAL:
        wk_json_real(json, name, value->real);
        break;
    case WK_KIND_INTEGER:
    case WK_KIND_TRUTH:
        word(json, name, value->text);
        break;
    }
}
