/* Reads the options of a command line by their table. */
#include "cli/options.h"

#include "base/text.h"

#include <string.h>

/* ---- values ---- */

/* The message names the option by its letter where it has one. */
static wk_status read_count(const wk_option *option, const char *text, size_t *count,
                            wk_error *err) {
    const char letter[] = {'-', option->letter, '\0'};
    int64_t value = 0;
    if (!wk_text_integer(text, &value) || value < (int64_t)option->min ||
        value > (int64_t)option->max)
        return wk_fail(err, WK_BAD_INPUT, "%s:1:1: must be an integer from %zu to %zu, not '%s'",
                       option->letter ? letter : option->name, option->min, option->max, text);
    *count = (size_t)value;
    return WK_OK;
}

/* "512M", "1.5G": a number and K, M, G or T, powers of 1024. */
static wk_status read_bytes(const wk_option *option, const char *text, double *bytes,
                            wk_error *err) {
    static const char units[] = "KMGT";
    char number[32] = "";
    const size_t length = strlen(text);
    const char *unit = length ? strchr(units, text[length - 1]) : NULL;
    double value = 0;
    if (unit && *unit && length <= sizeof number) {
        memcpy(number, text, length - 1);
        if (wk_text_real(number, &value))
            for (const char *u = units; u <= unit; u++)
                value *= 1024;
    }
    if (!(value >= 1048576))
        return wk_fail(err, WK_BAD_INPUT,
                       "%s:1:1: must be a size of at least 1M, such as 512M or 2G, not '%s'",
                       option->name, text);
    *bytes = value;
    return WK_OK;
}

static wk_status read_seconds(const wk_option *option, const char *text, double *seconds,
                              wk_error *err) {
    if (!wk_text_real(text, seconds) || !(*seconds > 0))
        return wk_fail(err, WK_BAD_INPUT, "%s:1:1: must be seconds above 0, not '%s'", option->name,
                       text);
    return WK_OK;
}

static wk_status read_real(const wk_option *option, const char *text, double *out, wk_error *err) {
    if (!wk_text_real(text, out) || !(*out >= 0) || !(*out <= (double)option->max))
        return wk_fail(err, WK_BAD_INPUT, "%s:1:1: must be a number from 0 to %g, not '%s'",
                       option->name, (double)option->max, text);
    return WK_OK;
}

void wk_option_words(const char *const *words, size_t n, char *out, size_t room) {
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < n && used < room; i++) {
        const char *before = i == 0 ? "" : i + 1 == n ? " or " : ", ";
        used += (size_t)snprintf(out + used, room - used, "%s%s", before, words[i]);
    }
}

static wk_status read_choice(const wk_option *option, const char *text, int *index, wk_error *err) {
    char all[256];
    int n = 0;
    for (; option->words[n]; n++)
        if (strcmp(option->words[n], text) == 0) {
            *index = n;
            return WK_OK;
        }
    wk_option_words(option->words, (size_t)n, all, sizeof all);
    return wk_fail(err, WK_BAD_INPUT, "%s:1:1: must be %s, not '%s'", option->name, all, text);
}

static wk_status add_to_list(const wk_option *option, const char *text, wk_option_list *list,
                             wk_error *err) {
    if (list->n == WK_OPTION_MOST)
        return wk_fail(err, WK_BAD_INPUT, "option '%s' is given more than %d times", option->name,
                       WK_OPTION_MOST);
    list->texts[list->n++] = text;
    return WK_OK;
}

static wk_status take_value(const wk_option *option, const char *text, void *values,
                            wk_error *err) {
    void *field = (char *)values + option->offset;
    switch (option->type) {
    case WK_OPTION_COUNT:
        return read_count(option, text, field, err);
    case WK_OPTION_BYTES:
        return read_bytes(option, text, field, err);
    case WK_OPTION_SECONDS:
        return read_seconds(option, text, field, err);
    case WK_OPTION_REAL:
        return read_real(option, text, field, err);
    case WK_OPTION_CHOICE:
        return read_choice(option, text, field, err);
    case WK_OPTION_LIST:
        return add_to_list(option, text, field, err);
    case WK_OPTION_TEXT:
        *(const char **)field = text;
        return WK_OK;
    case WK_OPTION_FLAG:
        break;
    }
    wk_bug(__FILE__, __LINE__, "a flag has no value");
}

/* ---- the command line ---- */

static wk_status unknown(const char *argument, const wk_option_table *table, wk_error *err) {
    const char *names[32];
    WK_ASSERT(table->n < sizeof names / sizeof *names);
    for (size_t i = 0; i < table->n; i++)
        names[i] = table->rows[i].name;
    names[table->n] = "--help";
    char word[64];
    const size_t length = strcspn(argument, "=");
    strncpy(word, argument, sizeof word - 1);
    word[length < sizeof word ? length : sizeof word - 1] = '\0';
    char hint[WK_TEXT_HINT];
    return wk_fail(err, WK_BAD_INPUT, "unknown option '%s'%s", word,
                   wk_text_hint(word, names, table->n + 1, hint));
}

/* The option that an argument names; *attached is what stands in the argument itself, or NULL. */
static const wk_option *find_option(const char *argument, const wk_option_table *table,
                                    const char **attached) {
    *attached = NULL;
    for (size_t i = 0; i < table->n; i++) {
        const wk_option *row = &table->rows[i];
        const size_t length = strlen(row->name);
        if (strncmp(argument, row->name, length) == 0 &&
            (argument[length] == '\0' || argument[length] == '=')) {
            *attached = argument[length] ? argument + length + 1 : NULL;
            return row;
        }
        if (row->letter && argument[0] == '-' && argument[1] == row->letter) {
            *attached = argument[2] ? argument + 2 : NULL;
            return row;
        }
    }
    return NULL;
}

/* `next`: the argument after it, or NULL. *used: whether that was its value. */
static wk_status read_option(const wk_option_table *table, const char *argument, const char *next,
                             void *values, bool *used, wk_error *err) {
    const char *attached = NULL;
    const wk_option *option = find_option(argument, table, &attached);
    *used = false;
    if (!option)
        return unknown(argument, table, err);
    if (option->type == WK_OPTION_FLAG) {
        if (attached)
            return wk_fail(err, WK_BAD_INPUT, "option '%s' takes no value", option->name);
        *(bool *)((char *)values + option->offset) = true;
        return WK_OK;
    }
    if (!attached && !next)
        return wk_fail(err, WK_BAD_INPUT, "option '%s' needs a value", option->name);
    *used = !attached;
    return take_value(option, attached ? attached : next, values, err);
}

wk_status wk_options_read(const wk_option_table *table, int argc, char **argv, void *values,
                          wk_operands *operands, size_t most, wk_error *err) {
    bool only_operands = false, used = false;
    *operands = (wk_operands){.words = argv, .nwords = (size_t)argc};
    for (int i = 0; i < argc; i += 1 + used) {
        used = false;
        if (only_operands || argv[i][0] != '-' || !argv[i][1]) {
            if (operands->n == most)
                return wk_fail(err, WK_BAD_INPUT, "one argument too many: '%s'", argv[i]);
            operands->texts[operands->n++] = argv[i];
        } else if (strcmp(argv[i], "--") == 0) {
            only_operands = true;
        } else {
            WK_TRY(
                read_option(table, argv[i], i + 1 < argc ? argv[i + 1] : NULL, values, &used, err));
        }
    }
    return WK_OK;
}
