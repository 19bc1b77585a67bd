/* Strict numbers, wildcards, the nearest word, and UTF-8. */
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_digits(const char *p) {
    while (*p >= '0' && *p <= '9')
        p++;
    return p;
}

const char *wk_text_skip_plus(const char *text) {
    return text[0] == '+' && ((text[1] >= '0' && text[1] <= '9') || text[1] == '.') ? text + 1
                                                                                    : text;
}

bool wk_text_integer(const char *text, int64_t *value) {
    const char *digits = text + (*text == '-');
    const char *end = skip_digits(digits);
    if (end == digits || *end || (digits[0] == '0' && digits[1]))
        return false;
    errno = 0;
    const long long parsed = strtoll(text, NULL, 10);
    if (errno)
        return false;
    *value = parsed;
    return true;
}

/* The end of a number, by its grammar alone: strtod would take blanks, hexadecimal digits and words
 * too. NULL if there is none, or an e without digits behind it. */
static const char *skip_real(const char *text) {
    const char *whole = text + (*text == '-');
    const char *p = skip_digits(whole);
    bool any = p > whole;
    if (*p == '.') {
        const char *fraction = p + 1;
        p = skip_digits(fraction);
        any = any || p > fraction;
    }
    if (any && (*p == 'e' || *p == 'E')) {
        const char *power = p + 1 + (p[1] == '-' || p[1] == '+');
        p = skip_digits(power);
        any = p > power;
    }
    return any ? p : NULL;
}

bool wk_text_real(const char *text, double *value) {
    const char *end = skip_real(text);
    if (!end || *end)
        return false;
    const double parsed = strtod(text, NULL);
    if (!isfinite(parsed))
        return false;
    *value = parsed;
    return true;
}

/* Most measured values need 16 or 17 digits. strfromd is printf's conversion without its parsing,
 * which is slow once a library has added conversions of its own (libquadmath, below LAPACK, does).
 */
char *wk_text_format(double value, char out[32]) {
    if (isnan(value))
        return strcpy(out, "nan");
    if (isinf(value))
        return strcpy(out, value > 0 ? "inf" : "-inf");
    strfromd(out, 32, "%.16g", value);
    if (strtod(out, NULL) != value) {
        strfromd(out, 32, "%.17g", value);
        return out;
    }
    if (strlen(out) <= 15) /* so many digits at most, and %.15g would make the same of it */
        return out;
    char shorter[32];
    strfromd(shorter, sizeof shorter, "%.15g", value);
    return strtod(shorter, NULL) == value ? strcpy(out, shorter) : out;
}

bool wk_text_match(const char *glob, const char *text) {
    const char *star = NULL, *resume = NULL;
    while (*text) {
        if (*glob == '*') {
            star = glob++;
            resume = text;
        } else if (*glob == '?' || *glob == *text) {
            glob++;
            text++;
        } else if (star) { /* let the last star eat one character more */
            glob = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*glob == '*')
        glob++;
    return !*glob;
}

enum { LONGEST_WORD = 64 };

/* Levenshtein distance; words longer than LONGEST_WORD are compared by their beginnings. */
static size_t distance(const char *a, const char *b) {
    const size_t m = strnlen(a, LONGEST_WORD), n = strnlen(b, LONGEST_WORD);
    size_t row[LONGEST_WORD + 1];
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            const size_t substitute =
                diagonal + (tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]));
            diagonal = row[j];
            const size_t insert = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = substitute < insert ? substitute : insert;
        }
    }
    return row[n];
}

/* Of the words that stand `size` bytes apart. */
static const char *nearest_of(const char *word, const void *words, size_t n, size_t size) {
    const char *best = NULL;
    size_t least = 0;
    for (size_t i = 0; i < n; i++) {
        const char *own = *(const char *const *)((const char *)words + i * size);
        const size_t d = distance(word, own);
        if (!best || d < least) {
            best = own;
            least = d;
        }
    }
    const size_t length = strnlen(word, LONGEST_WORD);
    return best && least <= (length < 6 ? 2 : length / 3) && least < length ? best : NULL;
}

const char *wk_text_nearest(const char *word, const char *const *words, size_t n) {
    return nearest_of(word, words, n, sizeof *words);
}

char *wk_text_hint(const char *word, const char *const *words, size_t n, char out[WK_TEXT_HINT]) {
    return wk_text_hint_of(word, words, n, sizeof *words, out);
}

char *wk_text_hint_of(const char *word, const void *table, size_t n, size_t size,
                      char out[WK_TEXT_HINT]) {
    const char *nearest = nearest_of(word, table, n, size);
    *out = '\0';
    if (nearest)
        snprintf(out, WK_TEXT_HINT, " (did you mean '%.200s'?)", nearest);
    return out;
}

char *wk_text_show(const char *text, char out[WK_TEXT_SHOWN]) {
    enum { MOST = 40, LONGEST = 4 }; /* characters; bytes of a character */
    static const char more[] = "…";
    size_t characters = 0, n = 0;
    for (const char *p = text; *p; p++) {
        const unsigned char c = (unsigned char)*p;
        characters += (c & 0xC0) != 0x80;
        /* bytes that only look like UTF-8 are cut by their number */
        if (characters > MOST || n == (size_t)MOST * LONGEST) {
            memcpy(out + n, more, sizeof more);
            return out;
        }
        out[n++] = c < 0x20 || c == 0x7F ? '?' : *p;
    }
    out[n] = '\0';
    return out;
}

bool wk_text_is_name(const char *word) {
    const size_t length = strlen(word);
    if (length == 0 || length > 100 || !isalnum((unsigned char)word[0]) || strstr(word, ".."))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)word[i]) && !strchr("._-", word[i]))
            return false;
    return true;
}

uint32_t wk_text_decode(const unsigned char **text) {
    const unsigned char *p = *text;
    const uint32_t first = p[0];
    *text = p + 1;
    if (first < 0x80)
        return first;
    const size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    if (first < 0xC2 || first > 0xF4)
        return WK_TEXT_REPLACEMENT;
    uint32_t point = first & (0x3Fu >> more);
    for (size_t i = 1; i <= more; i++) {
        if ((p[i] & 0xC0) != 0x80) /* also the end of the text */
            return WK_TEXT_REPLACEMENT;
        point = point << 6 | (p[i] & 0x3Fu);
    }
    const uint32_t least = more == 3 ? 0x10000 : more == 2 ? 0x800 : 0x80;
    if (point < least || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        return WK_TEXT_REPLACEMENT;
    *text = p + 1 + more;
    return point;
}
