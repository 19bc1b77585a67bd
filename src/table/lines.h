/* Lists of texts. They grow in an arena; the texts are borrowed. */
#ifndef WK_TABLE_LINES_H
#define WK_TABLE_LINES_H

#include "base/arena.h"

/* It starts as {0}. */
typedef struct wk_lines {
    const char **all; /* (n) */
    size_t n, room;
} wk_lines;

void wk_lines_add(wk_lines *lines, const char *line, wk_arena *arena);
/* The number of the line among those that are there; it is added if it is new. */
size_t wk_lines_number(wk_lines *lines, const char *line, wk_arena *arena);

/* The place of `word` among words[0..n); n if it is none of them. */
size_t wk_word_place(const char *word, const char *const *words, size_t n);

#endif
