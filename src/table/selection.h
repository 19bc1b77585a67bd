/* Conditions that pick rows of a table. Borrowed from whoever made them. */
#ifndef WK_TABLE_SELECTION_H
#define WK_TABLE_SELECTION_H

#include "table/table.h"

typedef struct wk_selection {
    const char *experiment;
    wk_matches where;
} wk_selection;

/* Does the row belong to the selection? A parameter that the row lacks does not match. */
bool wk_selection_has(const wk_selection *selection, const wk_row *row);

#endif
