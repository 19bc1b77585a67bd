/* Writes the command line that makes a report again. */
#include "run/rerun.h"

#include "base/heap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A word as a shell needs it, byte for byte. */
static void print_word(FILE *out, const char *word) {
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";
    if (*word && strspn(word, plain) == strlen(word)) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (const char *p = word; *p; p++)
        if (*p == '\'')
            fputs("'\\''", out);
        else
            fputc(*p, out);
    fputc('\'', out);
}

static void print_option(FILE *out, const char *name, const char *value) {
    if (!value)
        return;
    fprintf(out, " %s ", name);
    print_word(out, value);
}

const char *wk_rerun_line(const wk_suite_run_order *order, wk_arena *arena) {
    char *line = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&line, &length);
    fputs("widecheck run ", out);
    print_word(out, order->suite);
    print_option(out, "-o", order->folder);
    for (size_t i = 0; i < order->noverrides; i++)
        print_option(out, "--set", order->overrides[i]);
    print_option(out, "--backend", order->backend);
    print_option(out, "--filter", order->how.filter);
    if (order->confirm)
        fputs(" --confirm", out);
    fclose(out);
    const char *kept = wk_arena_text(arena, line);
    free(line);
    return kept;
}
