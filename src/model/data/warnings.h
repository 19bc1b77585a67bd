/* What a reader of data has to say that is no error: a column that looks like an index, columns of
 * different scales. Whoever runs a suite shows them; they stand in the report too. */
#ifndef WK_MODEL_DATA_WARNINGS_H
#define WK_MODEL_DATA_WARNINGS_H

#include "base/arena.h"

typedef struct wk_warnings {
    wk_arena *arena; /* of the texts */
    const char **text;
    size_t n, room;
} wk_warnings;

/* Adds a sentence without full stop, unless it is there already. warnings may be NULL. */
void wk_warn(wk_warnings *warnings, const char *format, ...) WK_PRINTF(2, 3);

#endif
