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

static bool read_number(const wk_param *row, const wk_yaml *yaml, wk_arena *arena,
                        wk_value *value) {
    /* A plus sign is allowed, as in YAML 1.2's core schema. */
    const char *text = wk_text_skip_plus(yaml->text);
    int64_t integer = 0;
    double real = 0;
    if (yaml->quoted)
        return false;
    if (row->type == WK_INTEGER) {
        if (!wk_text_integer(text, &integer) || !in_range(row, (double)integer))
            return false;
        *value = wk_value_integer(integer, arena);
        return true;
    }
    if (!parse_real(text, &real) || !in_range(row, real))
        return false;
    *value = wk_value_real(real, arena);
    return true;
}

static bool read_truth(const wk_yaml *yaml, wk_value *value) {
    *value = wk_value_truth(strcmp(yaml->text, "true") == 0);
    return !yaml->quoted && strcmp(yaml->text, value->text) == 0;
}

/* Bytes of a text that count. */
static size_t length_of(const char *text) {
    size_t n = strlen(text);
    while (n > 0 && text[n - 1] == '\n') /* a block scalar ends with one */
        n--;
    return n;
}

static bool is_line(const char *text) {
    const size_t n = length_of(text);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
            return false;
    return true;
}

/* The scalar's own words, without a block scalar's last newline. */
static bool read_text(bool accepted, const char *text, wk_arena *arena, wk_value *value) {
    if (accepted)
        *value = wk_value_text(wk_arena_span(arena, text, length_of(text)));
    return accepted;
}

bool wk_scalar_accept(const wk_param *row, const wk_yaml *yaml, wk_arena *arena, wk_value *value) {
    static const wk_param whole = {.type = WK_INTEGER}, real = {.type = WK_REAL};
    const char *text = yaml->text;
    if (!length_of(text) && !(yaml->quoted && row->type == WK_TEXT))
        return false;
    switch (row->type) {
    case WK_INTEGER:
    case WK_REAL:
        return read_text(among(row->words, text), text, arena, value) ||
               read_number(row, yaml, arena, value);
    case WK_TRUTH:
        return read_truth(yaml, value);
    case WK_WORD:
        return read_text(among(row->words, text), text, arena, value);
    case WK_NAME:
        return read_text(wk_text_is_name(text), text, arena, value);
    case WK_WORDS: /* one of them; they are written "a,b,c" */
        return read_text(!strchr(text, ',') && (!row->words || among(row->words, text)) &&
                             is_line(text),
                         text, arena, value);
    case WK_INTERVAL: /* one of its ends */
        return read_number(row, yaml, arena, value);
    case WK_MATCH: /* one of the values */
        return read_number(&whole, yaml, arena, value) || read_number(&real, yaml, arena, value) ||
               read_truth(yaml, value) || read_text(is_line(text), text, arena, value);
    default:
        return read_text(is_line(text), text, arena, value);
    }
}
