/* Writes the command line that makes a report again. */
#include "run/rerun.h"

#include "base/heap.h"
#include "base/quote.h"

#include <stdio.h>
#include <stdlib.h>

static void print_option(FILE *out, const char *name, const char *value) {
    if (!value)
        return;
    fprintf(out, " %s ", name);
    wk_quote_shell(out, value);
}

const char *wk_rerun_line(const wk_suite_run_order *order, wk_arena *arena) {
    char *line = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&line, &length);
    fputs("widecheck run ", out);
    wk_quote_shell(out, order->suite);
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
