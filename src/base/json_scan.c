#include "base/json_scan.h"

#include "base/decimal.h"
#include "base/json.h"

#include <math.h>
#include <string.h>

bool wk_scan_word(wk_scan *scan, const char *word) {
    const char *p = scan->at;
    for (; *word; word++, p++)
        if (*p != *word)
            return false;
    scan->at = p;
    return true;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The four hexadecimal digits of \uXXXX, in small letters; -1 if there are none. */
static int code_of(const char *p) {
    int code = 0;
    for (int i = 0; i < 4; i++) {
        if (is_digit(p[i]))
            code = code * 16 + (p[i] - '0');
        else if (p[i] >= 'a' && p[i] <= 'f')
            code = code * 16 + (p[i] - 'a' + 10);
        else
            return -1;
    }
    return code;
}

/* The bytes that the escape at p stands for, NUL-terminated, and its length; 0 if it is none of
 * wk_json_text's. */
static size_t unescape(const char *p, char bytes[4]) {
    bytes[0] = bytes[1] = '\0';
    if (*p != '\\')
        return 0;
    if (p[1] == '"' || p[1] == '\\' || p[1] == 'n') {
        bytes[0] = p[1];
        if (p[1] == 'n')
            bytes[0] = '\n';
        return 2;
    }
    const int code = p[1] == 'u' ? code_of(p + 2) : -1;
    if (code == 0xFFFD)
        strcpy(bytes, "\xEF\xBF\xBD");
    else if ((code > 0 && code < 0x20 && code != '\n') || code == 0x7F)
        bytes[0] = (char)code;
    else
        return 0;
    return 6;
}

/* From behind one quote to the other, which is returned, or NULL; to `to` unless that is NULL. */
static const char *decode(const char *p, char *to, size_t *length) {
    *length = 0;
    while (*p != '"') {
        char bytes[4];
        const char *from = p;
        size_t n = wk_json_plain(p), taken = n;
        if (n == 0) {
            taken = unescape(p, bytes);
            if (taken == 0)
                return NULL;
            from = bytes;
            n = strlen(bytes);
        }
        if (to)
            memcpy(to + *length, from, n);
        *length += n;
        p += taken;
    }
    return p;
}

const char *wk_scan_text(wk_scan *scan) {
    size_t length = 0;
    const char *from = scan->at + 1;
    const char *end = *scan->at == '"' ? decode(from, NULL, &length) : NULL;
    if (!end)
        return NULL;
    char *text = wk_arena_get(scan->arena, length + 1, 1);
    decode(from, text, &length);
    scan->at = end + 1;
    return text;
}

static bool word_of(wk_scan *scan, double *value) {
    if (wk_scan_word(scan, "\"inf\""))
        *value = INFINITY;
    else if (wk_scan_word(scan, "\"-inf\""))
        *value = -INFINITY;
    else if (wk_scan_word(scan, "\"nan\""))
        *value = NAN;
    else
        return false;
    return true;
}

bool wk_scan_real(wk_scan *scan, double *value) {
    const char *digits = scan->at + (*scan->at == '-');
    if (!is_digit(*digits))
        return word_of(scan, value);
    if (*digits == '0' && is_digit(digits[1]))
        return false;
    const char *end = wk_decimal_read(scan->at, value);
    if (!end || !isfinite(*value))
        return false;
    const char *point = memchr(digits, '.', (size_t)(end - digits));
    if (point && !is_digit(point[1]))
        return false;
    scan->at = end;
    return true;
}

const double *wk_scan_reals(wk_scan *scan, size_t *n) {
    const char *from = scan->at;
    const char *end = *from == '[' ? strchr(from, ']') : NULL;
    if (!end)
        return NULL;
    *n = end > from + 1;
    for (const char *p = from; p < end; p++)
        *n += *p == ',';
    double *values = wk_arena_doubles(scan->arena, *n);
    for (size_t i = 0; i < *n; i++)
        if (!wk_scan_word(scan, i ? "," : "[") || !wk_scan_real(scan, &values[i]))
            return NULL;
    return wk_scan_word(scan, *n ? "]" : "[]") ? values : NULL;
}
