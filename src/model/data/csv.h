/* Tables in text as rows of numbers, with a column of labels if wanted.
 *
 * A field of an input is a finite number (wk_text_real, and a plus sign), or says that it is
 * missing (wk_csv_is_missing); a label is any text. All rows have the same number of fields. A
 * header that has one name less than the rows have fields lacks the name of the first column, as
 * R's write.table writes it.
 *
 * What is wrong with a file is WK_BAD_INPUT, "path:line:column: …", with the likely cause and the
 * key that mends it: what model/data/csv_fields.h refuses, ragged rows, blank lines and missing
 * values unless they are dropped, text in a column of inputs, no rows, no such column, more than
 * 10^6 columns.
 */
#ifndef WK_MODEL_DATA_CSV_H
#define WK_MODEL_DATA_CSV_H

#include "model/data/columns.h"
#include "model/data/csv_fields.h"
#include "model/data/rows.h"

typedef struct wk_csv_form {
    bool header;                     /* the first line holds the columns' names */
    size_t skip;                     /* lines before the table */
    int separator, decimal, missing; /* WK_SEPARATOR_…, WK_DECIMAL_…, WK_MISSING_… */
    wk_column_choice choice;
} wk_csv_form;

/* In the order of wk_decimals and wk_missings. */
enum { WK_DECIMAL_POINT, WK_DECIMAL_COMMA };
enum { WK_MISSING_REFUSE, WK_MISSING_DROP };
extern const char *const wk_decimals[], *const wk_missings[];

/* with_rows: all of it; else what tells `columns`: the first one or two lines; rows is then 0.
 * Everything lives in `arena`. */
wk_status wk_csv_read(const char *path, const wk_csv_form *form, bool with_rows, wk_rows *rows,
                      wk_arena *arena, wk_error *err) WK_CHECKED;

/* Empty, NA, NaN, null, … as pandas has them, and ? and . alone. */
bool wk_csv_is_missing(const char *text);

/* A number as the form writes it. */
bool wk_csv_number(const char *text, int decimal, double *value);

/* The names of the first line in `arena`, and how many fields rows have: one more than names if
 * the first column has none, which is then "". */
wk_status wk_csv_header(wk_fields *f, const char *const **names, size_t *fields,
                        wk_arena *arena) WK_CHECKED;

/* What a text that is no number looks like, and what to do: "has a decimal comma: say `decimal:
 * comma`"; NULL: just text. */
const char *wk_csv_looks_like(const char *text, int decimal);

#endif
