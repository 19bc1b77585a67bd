/* Which columns of a file are inputs, which one is the label, and which are left out. */
#ifndef WK_MODEL_DATA_COLUMNS_H
#define WK_MODEL_DATA_COLUMNS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum wk_column_role { WK_COLUMN_INPUT, WK_COLUMN_LABEL, WK_COLUMN_OUT } wk_column_role;

/* What a suite says of them. A column is called by its name; or, where no column has that name, by
 * its number from 1. Lists are "a,b,c". NULL: nothing is said. */
typedef struct wk_column_choice {
    const char *label, *columns, *drop;
} wk_column_choice;

/* The role of each of n columns, in `arena`: inputs are those of `columns` (default: all), without
 * those of `drop` and the label. names (n) may be NULL. *inputs: how many. WK_BAD_INPUT, without a
 * place, for a column that is not there or whose name two have, and where no input is left. */
wk_status wk_columns_choose(const wk_column_choice *choice, const char *const *names, size_t n,
                            wk_column_role **roles, size_t *inputs, wk_arena *arena,
                            wk_error *err) WK_CHECKED;

#endif
