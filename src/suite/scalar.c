/* One scalar against one descriptor row. */
#include "suite/scalar.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void wk_phrase_add(char *out, size_t room, const char *format, ...) {
    const size_t used = strlen(out);
    va_list args;
    va_start(args, format);
    vsnprintf(out + used, room - used, format, args);
    va_end(args);
}

static bool bounded(double value) {
    return value > -DBL_MAX && value < DBL_MAX;
}

/* Rows that state no limits (both 0) have none. */
static bool in_range(const wk_param *row, double value) {
    return (row->min == 0 && row->max == 0) || (value >= row->min && value <= row->max);
}

static void add_range(char *out, const wk_param *row) {
    char low[32], high[32];
    wk_text_format(row->min, low);
    wk_text_format(row->max, high);
    if (row->min == 0 && row->max == 0)
        return;
    if (row->min == WK_POSITIVE) {
        wk_phrase_add(out, WK_PHRASE_ROOM, " greater than zero");
        if (bounded(row->max))
            wk_phrase_add(out, WK_PHRASE_ROOM, " and at most %s", high);
    } else if (bounded(row->min) && bounded(row->max)) {
        wk_phrase_add(out, WK_PHRASE_ROOM, " from %s to %s", low, high);
    } else if (bounded(row->min)) {
        wk_phrase_add(out, WK_PHRASE_ROOM, " of at least %s", low);
    } else if (bounded(row->max)) {
        wk_phrase_add(out, WK_PHRASE_ROOM, " of at most %s", high);
    }
}

void wk_phrase_words(char out[WK_PHRASE_ROOM], const char *before, const char *const *words) {
    for (size_t i = 0; words && words[i]; i++)
        wk_phrase_add(out, WK_PHRASE_ROOM, "%s%s", i ? ", " : before, words[i]);
}

char *wk_scalar_expected(const wk_param *row, char out[WK_PHRASE_ROOM]) {
    static const char *const kinds[] = {
        [WK_INTEGER] = "an integer",
        [WK_REAL] = "a number",
        [WK_TRUTH] = "true or false",
        [WK_WORD] = "one of ",
        [WK_NAME] = "a name (letters, digits and . _ -)",
        [WK_TEXT] = "one line of text",
        [WK_PATH] = "the path of a file",
        [WK_INTERVAL] = "[low, high] with low < high, each a number",
        [WK_WORDS] = "a text or a list of texts (without commas)",
        [WK_GROUP] = "a mapping",
        [WK_GROUPS] = "a non-empty list of mappings",
        [WK_NAMED] = "a mapping from names to mappings",
        [WK_MATCH] = "a mapping from parameters to values",
    };
    snprintf(out, WK_PHRASE_ROOM, "%s", kinds[row->type]);
    if (row->type == WK_INTEGER || row->type == WK_REAL || row->type == WK_INTERVAL)
        add_range(out, row);
    if (row->type == WK_WORD)
        wk_phrase_words(out, "", row->words);
    else if (row->type == WK_WORDS)
        wk_phrase_words(out, " of ", row->words);
    else if (row->type == WK_INTEGER || row->type == WK_REAL)
        wk_phrase_words(out, ", or ", row->words);
    return out;
}

static bool among(const char *const *words, const char *text) {
    for (size_t i = 0; words && words[i]; i++)
        if (strcmp(words[i], text) == 0)
            return true;
    return false;
}

/* Reals as base/text.h reads them, but 010 is refused (8 or 10?), and -0 is 0. */
static bool parse_real(const char *text, double *value) {
    const char *digits = text + (*text == '-');
    if (digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9')
        return false;
    if (!wk_text_real(text, value))
        return false;
    *value += 0.0;
    return true;
}

/* The canonical text of a number, or NULL. A plus sign is allowed, as in YAML 1.2's core schema. */
static const char *number_text(const wk_param *row, const char *written, char out[32]) {
    const char *text = wk_text_skip_plus(written);
    int64_t integer = 0;
    double real = 0;
    if (row->type == WK_INTEGER) {
        if (!wk_text_integer(text, &integer) || !in_range(row, (double)integer))
            return NULL;
        snprintf(out, 32, "%lld", (long long)integer);
        return out;
    }
    if (!parse_real(text, &real) || !in_range(row, real))
        return NULL;
    return wk_text_format(real, out);
}

size_t wk_scalar_length(const char *text) {
    size_t n = strlen(text);
    while (n > 0 && text[n - 1] == '\n') /* a block scalar ends with one */
        n--;
    return n;
}

static bool is_line(const char *text) {
    const size_t n = wk_scalar_length(text);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
            return false;
    return true;
}

const char *wk_scalar_accept(const wk_param *row, const wk_yaml *yaml, char number[32]) {
    const char *text = yaml->text;
    if (!wk_scalar_length(text) && !(yaml->quoted && row->type == WK_TEXT))
        return NULL;
    switch (row->type) {
    case WK_INTEGER:
    case WK_REAL:
        if (among(row->words, text))
            return text;
        return yaml->quoted ? NULL : number_text(row, text, number);
    case WK_TRUTH:
        if (!yaml->quoted && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
            return text;
        return NULL;
    case WK_WORD:
        return among(row->words, text) ? text : NULL;
    case WK_NAME:
        return wk_text_is_name(text) ? text : NULL;
    case WK_WORDS: /* one of them; they are written "a,b,c" */
        if (strchr(text, ',') || (row->words && !among(row->words, text)))
            return NULL;
        return is_line(text) ? text : NULL;
    case WK_INTERVAL: /* one of its ends */
        return yaml->quoted ? NULL : number_text(row, text, number);
    case WK_MATCH: /* one of the values */
        if (!yaml->quoted && (number_text(&(wk_param){.type = WK_INTEGER}, text, number) ||
                              number_text(&(wk_param){.type = WK_REAL}, text, number)))
            return number;
        return is_line(text) ? text : NULL;
    default:
        return is_line(text) ? text : NULL;
    }
}
