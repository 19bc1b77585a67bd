/* A list of sentences. */
#include "model/data/warnings.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void wk_warn(wk_warnings *warnings, const char *format, ...) {
    char text[1024];
    if (!warnings)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (size_t i = 0; i < warnings->n; i++)
        if (strcmp(warnings->text[i], text) == 0)
            return;
    warnings->text = wk_arena_more(warnings->arena, warnings->text, warnings->n, &warnings->room,
                                   sizeof *warnings->text);
    warnings->text[warnings->n++] = wk_arena_text(warnings->arena, text);
}
