/* What every reader of rows promises, and what is made of the rows it gives: for the targets csv
 * and npy. */
#ifndef WK_TESTS_FUZZ_ROWS_H
#define WK_TESTS_FUZZ_ROWS_H

#include "fuzz.h"

#include "model/data/data_rows.h"
#include "model/data/survey.h"

#include <math.h>

/* Aborts unless all numbers are finite. */
static inline void fuzz_finite(const wk_rows *rows) {
    for (size_t i = 0; i < rows->rows; i++)
        for (size_t j = 0; j < rows->columns; j++)
            WK_ASSERT(isfinite(wk_rows_at(rows, i)[j]));
}

/* Makes a table of rows to draw triplets from, as a source does, with warnings. The rows are
 * standardised in place. */
static inline void fuzz_table(wk_rows *rows, wk_arena *arena) {
    wk_error err = {0};
    wk_data_table table;
    wk_warnings warnings = {.arena = arena};
    wk_rows_request request = {
        .triplets = 1, .noise = 0.1, .positive = WK_POSITIVE_NOISE, .standardise = -1};
    for (int standardise = -1; standardise < 2; standardise += 2) {
        request.standardise = standardise;
        const wk_status status =
            wk_data_rows_open(&request, rows, "fuzz", 1, &warnings, &table, arena, &err);
        if (status != WK_OK)
            fuzz_refused(status, &err);
        fuzz_finite(rows);
    }
    for (size_t i = 0; i < warnings.n; i++)
        fuzz_printable(warnings.text[i], "");
}

/* Aborts unless what is said of a table holds together. */
static inline void fuzz_surveyed(const wk_survey *found) {
    for (size_t j = 0; j < found->n; j++) {
        const wk_survey_column *c = &found->column[j];
        WK_ASSERT(c->numbers + c->texts + c->missing == found->rows && c->same_as <= j);
        WK_ASSERT(c->values.n <= c->numbers + c->texts);
        WK_ASSERT(c->deviation >= 0);
    }
    WK_ASSERT(wk_survey_label(found) <= found->n);
}

#endif
