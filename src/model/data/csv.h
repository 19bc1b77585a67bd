/* Tables of numbers as comma separated values (RFC 4180), with a column of labels if wanted.
 *
 * A field is a number as wk_text_real reads it (C locale), or a label: any text. Fields may stand
 * in double quotes, "" being a quote; blanks around an unquoted field are left out. Lines end with
 * LF or CRLF, the last one may lack it; a UTF-8 byte order mark is skipped. All rows have the same
 * number of fields, none of them empty.
 *
 * What is wrong with a file is WK_BAD_INPUT, "path:line:column: …", with the column counted in
 * characters: ragged rows, empty lines and fields, what is no finite number, NUL bytes, misplaced
 * quotes, a lone CR, no rows, no such label column or two of its name, more than 1 GiB, 10^6
 * columns, or 65535 bytes in a field.
 */
#ifndef WK_MODEL_DATA_CSV_H
#define WK_MODEL_DATA_CSV_H

#include "model/data/names.h"

#include <stdbool.h>

typedef struct wk_csv_form {
    bool header;       /* the first line holds the columns' names */
    bool zero_rows;    /* rows of zeros are let through: they cannot be scaled to the sphere */
    const char *label; /* the column of labels: its name, or without header its number from 1; or
                          NULL */
} wk_csv_form;

typedef struct wk_csv {
    size_t rows, columns; /* columns of numbers: without the labels' */
    int *label; /* (rows) class of each row, by order of appearance; NULL without labels */
    wk_names classes;
    size_t per_block; /* rows in a block */
    double **block;
} wk_csv;

/* with_rows: all of it; else the header, or without header the first row, which is enough for
 * `columns`; rows is then 0. Everything lives in `arena`. */
wk_status wk_csv_read(const char *path, wk_csv_form form, bool with_rows, wk_csv *csv,
                      wk_arena *arena, wk_error *err) WK_CHECKED;

/* The numbers of row i < rows: (columns). */
const double *wk_csv_row(const wk_csv *csv, size_t i);

#endif
