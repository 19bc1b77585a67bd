/* NumPy arrays (.npy, versions 1 to 3; plain or gzipped) as rows of numbers, and as labels.
 *
 * Numbers are f2, f4, f8, signed and unsigned integers of 1 to 8 bytes and booleans, of either byte
 * order, in C or Fortran order. Labels may also be texts (U, S).
 *
 * WK_BAD_INPUT, with the path, for another format or kind of array, a wrong number of dimensions,
 * fewer or more bytes than the header announces, an array without entries, one of more than 2^27
 * entries, and what model/data/unpack.h refuses. What a file of its size cannot hold is not
 * allocated.
 */
#ifndef WK_MODEL_DATA_NPY_READ_H
#define WK_MODEL_DATA_NPY_READ_H

#include "model/data/columns.h"
#include "model/data/rows.h"

typedef struct wk_npy_form {
    const char *labels;      /* a file of as many labels as rows; NULL: none */
    int missing;             /* WK_MISSING_… of model/data/csv.h: what becomes of NaN */
    wk_column_choice choice; /* `columns` and `drop`, by number */
} wk_npy_form;

/* with_rows: all of it; else the headers, which tell `columns`; rows is then 0. *all (may be NULL):
 * how many rows the file has. */
wk_status wk_npy_read(const char *path, const wk_npy_form *form, bool with_rows, wk_rows *rows,
                      size_t *all, wk_arena *arena, wk_error *err) WK_CHECKED;

#endif
