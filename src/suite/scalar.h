/* One scalar of a suite against one row of a descriptor table: is it accepted, what is its
 * canonical text, and how to say what the row wants. Used by the tree's reader only. */
#ifndef WK_SUITE_SCALAR_H
#define WK_SUITE_SCALAR_H

#include "base/param.h"
#include "suite/yaml.h"

enum { WK_PHRASE_ROOM = 512 };

/* The text to keep, or NULL if the row does not accept it: canonical for numbers (written to
 * `number`), the scalar's own otherwise. A row that states no limits (min = max = 0) has none. Of
 * WK_INTERVAL, WK_WORDS and WK_MATCH: one of the values in the list. */
const char *wk_scalar_accept(const wk_param *row, const wk_yaml *yaml, char number[32]);

/* Bytes of an accepted text that count: a block scalar's last newline does not. */
size_t wk_scalar_length(const char *text);

/* "an integer from 1 to 100"; returns `out`. */
char *wk_scalar_expected(const wk_param *row, char out[WK_PHRASE_ROOM]);

/* Adds to a text in `room` bytes; what does not fit is cut. */
void wk_phrase_add(char *out, size_t room, const char *format, ...) WK_PRINTF(3, 4);

/* Adds "before" and the words (NULL-terminated; NULL: none), with commas. */
void wk_phrase_words(char out[WK_PHRASE_ROOM], const char *before, const char *const *words);

#endif
