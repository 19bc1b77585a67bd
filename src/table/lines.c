/* Lists of texts, and finding one among them. */
#include "table/lines.h"

#include <string.h>

size_t wk_word_place(const char *word, const char *const *words, size_t n) {
    size_t i = 0;
    while (i < n && strcmp(words[i], word) != 0)
        i++;
    return i;
}

void wk_lines_add(wk_lines *lines, const char *line, wk_arena *arena) {
    lines->all = wk_arena_more(arena, lines->all, lines->n, &lines->room, sizeof *lines->all);
    lines->all[lines->n++] = line;
}

size_t wk_lines_number(wk_lines *lines, const char *line, wk_arena *arena) {
    const size_t number = wk_word_place(line, lines->all, lines->n);
    if (number == lines->n)
        wk_lines_add(lines, line, arena);
    return number;
}
