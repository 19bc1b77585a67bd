/* What is in a table: its columns, their types and scales, missing values, duplicates, and which
 * columns look like a label or an index. Reads everything, trains nothing. */
#ifndef WK_MODEL_DATA_SURVEY_H
#define WK_MODEL_DATA_SURVEY_H

#include "model/data/csv.h"
#include "model/data/npy_read.h"

#include <stdint.h>

typedef struct wk_survey_column {
    const char *name;               /* "" for none */
    size_t numbers, missing, texts; /* how many rows hold which */
    size_t commas;                  /* texts that are numbers if commas are decimal */
    const char *text;               /* the first text; NULL: none */
    const char *looks_like;         /* what that text looks like (wk_csv_looks_like); or NULL */
    double least, largest, mean, deviation; /* of the numbers; deviation of the population */
    bool whole;                             /* all numbers are whole */
    bool counts;                            /* they only number the rows, from 0 or 1 */
    bool many;       /* more distinct values than are told apart: `values` is a part */
    wk_names values; /* distinct fields, by order of appearance; pixels by their size */
    size_t *occurs;  /* (values.n) how often each */
    size_t same_as;  /* an earlier column with the same fields, from 1; 0: none */
    /* private: */
    double first, gap, squares; /* mean gap to the first number; squared gaps to the mean */
    uint64_t hash;
    size_t most; /* distinct values that are told apart */
    size_t room;
} wk_survey_column;

typedef struct wk_survey {
    size_t rows, n;
    wk_survey_column *column; /* (n) */
    const char *const *names; /* (n) NULL: no header */
    size_t duplicate_rows;    /* rows that are equal to an earlier one */
    size_t blank_lines;       /* whether there are some within the table */
    size_t height, width;     /* of images; 0: none */
    int separator;
    bool packed, numeric_header; /* numeric_header: the first line holds numbers alone */
    /* private: */
    uint64_t *seen, row_hash;
    size_t slots;
} wk_survey;

/* Of a table in text. Refuses what wk_csv_read refuses of its form, but takes any text. */
wk_status wk_survey_csv(const char *path, const wk_csv_form *form, wk_survey *survey,
                        wk_arena *arena, wk_error *err) WK_CHECKED;

/* Of a NumPy array; with labels (a file, or NULL) they are a last column of texts. */
wk_status wk_survey_npy(const char *path, const char *labels, wk_survey *survey, wk_arena *arena,
                        wk_error *err) WK_CHECKED;

/* Of an IDX file of images: a column is a pixel, a row an image; labels as above, an IDX file too.
 * Holds one image at a time. */
wk_status wk_survey_idx(const char *path, const char *labels, wk_survey *survey, wk_arena *arena,
                        wk_error *err) WK_CHECKED;

/* The column, from 0, that looks most like a label; n if none does. */
size_t wk_survey_label(const wk_survey *survey);

/* Can the column be the label of `positive: class`: at least two values, none of them once? */
bool wk_survey_is_class(const wk_survey *survey, size_t column);

#endif
