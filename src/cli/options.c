#include "base/text.h"
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

int wk_command_failed(const wk_error *err) {
    fprintf(stderr, "widecheck: %s\n", err->message);
    return (int)err->status;
}

static wk_status unknown(const char *argument, const wk_option *options, size_t n, wk_error *err) {
    const char *names[32];
    WK_ASSERT(n < sizeof names / sizeof *names);
    for (size_t i = 0; i < n; i++)
        names[i] = options[i].name;
    names[n] = "--help";
    char word[64];
    const size_t length = strcspn(argument, "=");
    strncpy(word, argument, sizeof word - 1);
    word[length < sizeof word ? length : sizeof word - 1] = '\0';
    char hint[WK_TEXT_HINT];
    return wk_fail(err, WK_BAD_INPUT, "unknown option '%s'%s", word,
                   wk_text_hint(word, names, n + 1, hint));
}

/* The option that an argument names; *attached is what stands in the argument itself, or NULL. */
static const wk_option *find(const char *argument, const wk_option *options, size_t n,
                             const char **attached) {
    *attached = NULL;
    for (size_t i = 0; i < n; i++) {
        const size_t length = strlen(options[i].name);
        if (strncmp(argument, options[i].name, length) == 0 &&
            (argument[length] == '\0' || argument[length] == '=')) {
            *attached = argument[length] ? argument + length + 1 : NULL;
            return &options[i];
        }
        if (options[i].letter && argument[0] == '-' && argument[1] == options[i].letter) {
            *attached = argument[2] ? argument + 2 : NULL;
            return &options[i];
        }
    }
    return NULL;
}

static wk_status take(const wk_option *option, const char *value, wk_error *err) {
    if (option->value) {
        *option->value = value;
        return WK_OK;
    }
    if (*option->count == option->most)
        return wk_fail(err, WK_BAD_INPUT, "option '%s' is given more than %zu times", option->name,
                       option->most);
    option->list[(*option->count)++] = value;
    return WK_OK;
}

wk_status wk_options_read(int argc, char **argv, const wk_option *options, size_t noptions,
                          const char **operand, size_t most, size_t *noperands, wk_error *err) {
    bool only_operands = false;
    *noperands = 0;
    for (int i = 0; i < argc; i++) {
        const char *attached = NULL;
        if (only_operands || argv[i][0] != '-' || !argv[i][1]) {
            if (*noperands == most)
                return wk_fail(err, WK_BAD_INPUT, "one argument too many: '%s'", argv[i]);
            operand[(*noperands)++] = argv[i];
            continue;
        }
        if (strcmp(argv[i], "--") == 0) {
            only_operands = true;
            continue;
        }
        const wk_option *option = find(argv[i], options, noptions, &attached);
        if (!option)
            return unknown(argv[i], options, noptions, err);
        if (option->flag) {
            if (attached)
                return wk_fail(err, WK_BAD_INPUT, "option '%s' takes no value", option->name);
            *option->flag = true;
            continue;
        }
        if (!attached && i + 1 == argc)
            return wk_fail(err, WK_BAD_INPUT, "option '%s' needs a value", option->name);
        WK_TRY(take(option, attached ? attached : argv[++i], err));
    }
    return WK_OK;
}

wk_status wk_option_count(const char *name, const char *text, size_t least, size_t most,
                          size_t *count, wk_error *err) {
    int64_t value = 0;
    if (!text)
        return WK_OK;
    if (!wk_text_integer(text, &value) || value < (int64_t)least || value > (int64_t)most)
        return wk_fail(err, WK_BAD_INPUT,
                       "%s:1:1: must be an integer from %zu to 1000000, not '%s'", name, least,
                       text);
    *count = (size_t)value;
    return WK_OK;
}
