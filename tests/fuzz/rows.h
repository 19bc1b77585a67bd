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

/* Draws triplets: that must end, and name inputs that are there. */
static inline void fuzz_draw(const wk_data_table *table, size_t triplets, wk_arena *arena) {
    wk_error err = {0};
    wk_data data = {0};
    const wk_draw draw = {.seed = 1, .data = WK_ROLE_DATA, .views = WK_ROLE_VIEWS};
    const wk_status status = wk_data_table_draw(table, triplets, draw, &data, arena, &err);
    if (status != WK_OK)
        fuzz_refused(status, &err);
    for (size_t i = 0; status == WK_OK && i < triplets; i++) {
        const size_t a = data.anchor[i], m = data.negative[i];
        WK_ASSERT(a < data.n && m < data.n && data.positive[i] < data.n);
        WK_ASSERT(data.label[a] == data.label[data.positive[i]] && data.label[a] != data.label[m]);
    }
}

/* Makes a table of rows to draw triplets from, as a source does, with warnings. The rows are
 * standardised in place in the end. */
static inline void fuzz_table(wk_rows *rows, wk_arena *arena) {
    enum { TRIPLETS = 3 };
    wk_warnings warnings = {.arena = arena};
    for (int how = 0; how < 4; how++) {
        wk_error err = {0};
        wk_data_table table;
        const wk_rows_request request = {.triplets = TRIPLETS,
                                         .noise = 0.1,
                                         .positive = how & 1,
                                         .centre = how & 1,
                                         .standardise = how < 2 ? -1 : 1};
        const wk_status status =
            wk_data_rows_open(&request, rows, "fuzz", 1, &warnings, &table, arena, &err);
        if (status == WK_OK)
            fuzz_draw(&table, TRIPLETS, arena);
        else
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
