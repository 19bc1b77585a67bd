/* Which rows of a table are equal. */
#ifndef WK_MODEL_DATA_REPEATS_H
#define WK_MODEL_DATA_REPEATS_H

#include "base/arena.h"

/* A row as it is stored, and its size: equal rows have equal bytes. */
typedef const void *wk_stored_row(const void *source, size_t i, size_t *bytes);

/* (count), in `arena`: for each row the first row that is equal to it; itself, if none is before
 * it. */
size_t *wk_repeats_find(size_t count, wk_stored_row *stored, const void *source, wk_arena *arena);

#endif
