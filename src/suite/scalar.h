/* One scalar of a suite against one row of a descriptor table: is it accepted, as which typed
 * value, and how to say what the row wants. Used by the tree's reader only. */
#ifndef WK_SUITE_SCALAR_H
#define WK_SUITE_SCALAR_H

#include "base/param.h"
#include "suite/yaml.h"

enum { WK_PHRASE_ROOM = 512 };

/* Here a value gets its type. False if the row does not accept the scalar. A row that states no
 * limits (min = max = 0) has none. Of WK_INTERVAL, WK_WORDS and WK_MATCH: one of the values in the
 * list; where there is no row that could say what is wanted, as in WK_MATCH, a plain scalar is the
 * number or truth value that it looks like. Texts live in `arena`. */
bool wk_scalar_accept(const wk_param *row, const wk_yaml *yaml, wk_arena *arena, wk_value *value);

/* "an integer from 1 to 100"; returns `out`. */
char *wk_scalar_expected(const wk_param *row, char out[WK_PHRASE_ROOM]);

/* Adds to a text in `room` bytes; what does not fit is cut. */
void wk_phrase_add(char *out, size_t room, const char *format, ...) WK_PRINTF(3, 4);

/* Adds "before" and the words (NULL-terminated; NULL: none), with commas. */
void wk_phrase_words(char out[WK_PHRASE_ROOM], const char *before, const char *const *words);

#endif
