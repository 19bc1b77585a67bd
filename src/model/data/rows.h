/* Rows of numbers with a class each: what is read from a table in text, or from a NumPy array. */
#ifndef WK_MODEL_DATA_ROWS_H
#define WK_MODEL_DATA_ROWS_H

#include "model/data/names.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct wk_rows {
    size_t rows, columns;    /* columns of inputs: without the labels', and those left out */
    const char *const *name; /* (columns) their names, "" for none; NULL: the file has no header */
    size_t *number;          /* (columns) their place in the file, from 1 */
    int *label; /* (rows) class of each row, by order of appearance; NULL without labels */
    wk_names classes;
    size_t *line;     /* (rows) where each row stands in the file; NULL: not in lines */
    size_t *place;    /* (rows) its number among the rows of the file, from 0 */
    size_t per_block; /* rows in a block */
    double **block;
    size_t left_out;       /* rows that lack a value, which `missing: drop` has left out */
    size_t missing_labels; /* rows whose label says that it is missing, and is a class of its own */
    size_t blocks, block_room, room[3]; /* private */
} wk_rows;

/* Numbers for the columns are set before the first row. Everything lives in `arena`. */
void wk_rows_add(wk_rows *rows, const double *x, int label, size_t line, size_t place,
                 wk_arena *arena);

/* The numbers of row i < rows: (columns). */
double *wk_rows_at(const wk_rows *rows, size_t i);

/* How column j is called in a message: "'hue' (column 3)", or "column 3". Returns `out`. */
enum { WK_ROWS_CALLED = 200 };
char *wk_rows_called(const wk_rows *rows, size_t j, char out[WK_ROWS_CALLED]);

/* How column j is written in a list of `drop`: by its name where that is plain and no other
 * column's, else by its number. Returns `out`. */
char *wk_rows_key(const wk_rows *rows, size_t j, char out[WK_ROWS_CALLED]);
/* The same for a name among the n names of a file; `number` from 1. names may be NULL. */
char *wk_column_key(const char *const *names, size_t n, size_t number, char out[WK_ROWS_CALLED]);

#endif
