/* Conditions that pick rows of a table. Borrowed from whoever made them. */
#ifndef WK_TABLE_SELECTION_H
#define WK_TABLE_SELECTION_H

#include "table/table.h"

/* One condition on a cell: its parameter is one of the values. As wk_value_equal has it. */
typedef struct wk_match {
    const char *param;
    const wk_value *values;
    size_t n;
} wk_match;

typedef struct wk_selection {
    const char *experiment;
    const wk_match *where;
    size_t n;
} wk_selection;

/* Does the row belong to the selection? A parameter that the row lacks does not match. */
bool wk_selection_has(const wk_selection *selection, const wk_row *row);

#endif
