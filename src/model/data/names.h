/* Texts numbered in the order in which they are first met: the classes of a table. */
#ifndef WK_MODEL_DATA_NAMES_H
#define WK_MODEL_DATA_NAMES_H

#include "base/arena.h"

typedef struct wk_names {
    const char **text; /* (n) in order of appearance, copies */
    size_t n;
    size_t room, slots;
    size_t *slot; /* open addressing: number + 1, 0 for free */
} wk_names;

/* The text's number; a text that is new gets the next one. Zeroed names are empty; use one arena
 * for all calls, and do not reset it between them. */
void wk_names_number(wk_names *names, const char *text, wk_arena *arena, size_t *number);

#endif
