/* What is found out about a user's table, and how a suite would read it; trains nothing. */
#ifndef WK_REPORT_TABLE_FINDINGS_H
#define WK_REPORT_TABLE_FINDINGS_H

#include "model/data/data_rows.h"
#include "model/data/survey.h"

#include <stdio.h>

/* In the order of wk_table_sources. */
typedef enum wk_table_kind { WK_TABLE_TEXT, WK_TABLE_NPY, WK_TABLE_IDX } wk_table_kind;
extern const char *const wk_table_sources[]; /* the source of a suite that reads such a file */

/* What is to be said: the survey, and how a suite would read the table. */
typedef struct wk_table_findings {
    const char *path, *labels; /* labels: of an array or images, or NULL */
    bool labels_found;         /* beside images, not told by an option */
    const char *name;          /* of the data set: from the file's */
    wk_table_kind kind;
    wk_csv_form form;
    bool header_told, decimal_told; /* by an option, not found */
    bool decimal_found;
    wk_survey survey;
    wk_column_role *role;   /* (survey.n) */
    size_t label;           /* survey.n: none */
    size_t inputs, lacking; /* lacking: inputs that lack values in some rows */
    bool standardise, by_class;
    double widest, narrowest;
    size_t wide, narrow;
} wk_table_findings;

/* By its first bytes: text, if nothing else. */
wk_table_kind wk_table_kind_of(const char *path);

/* Reads the table that f->path, labels, kind, form and what was told name, and fills in the rest.
 * Everything lives in `arena`. WK_BAD_INPUT with the place of what cannot be read. */
wk_status wk_table_look(wk_table_findings *f, wk_arena *arena, wk_error *err) WK_CHECKED;

/* Is column j the numbers of the rows? */
bool wk_table_is_index(const wk_survey *survey, size_t j);

/* The line of a suite that reads the table so, and a whole suite with it. */
void wk_table_write_line(const wk_table_findings *f, FILE *out);
void wk_table_write_suite(const wk_table_findings *f, FILE *out);

/* What `run` would say of that suite, in the folder that this is. */
wk_status wk_table_check_line(const wk_table_findings *f, wk_arena *arena, wk_warnings *warnings,
                              wk_error *err) WK_CHECKED;

#endif
