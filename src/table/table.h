/* What a run found, as claims and reports see it: one row per cell. Plain data, borrowed from the
 * arena of whoever filled it. */
#ifndef WK_TABLE_TABLE_H
#define WK_TABLE_TABLE_H

#include "base/param.h"
#include "base/result.h"

typedef struct wk_row {
    const char *id;         /* first 16 digits of the cell's key */
    const char *experiment; /* name in the suite */
    wk_bag
        params; /* every parameter of the cell, "model.width" … and "data" (the data set's name) */
    uint64_t seed;
    wk_result result; /* pending until the cell has been run */
} wk_row;

typedef struct wk_table {
    const wk_row *rows; /* in the plan's order: experiment, axes, seed */
    size_t n;
} wk_table;

/* NULL if the cell has no such metric, or if the row is NULL. */
const wk_series *wk_row_series(const wk_row *row, const char *metric);

/* The last value of a series, or of a cell's metric. `otherwise` if there is no value, no such
 * metric, or if the pointer is NULL. */
double wk_series_last(const wk_series *series, double otherwise);
double wk_row_last(const wk_row *row, const char *metric, double otherwise);

/* Wall and CPU time that the cell spent in all its stages of that name. If it has none: false, and
 * both times are 0. */
bool wk_row_stage_time(const wk_row *row, const char *stage, double *wall_s, double *cpu_s);

/* ---- which cells are the same but for some parameters ---- */

/* The pairs but those whose key `leaves_out` names. */
wk_bag wk_bag_without(const wk_bag *bag, bool (*leaves_out)(const char *key, const void *context),
                      const void *context, wk_arena *arena);
/* An order of bags by keys and texts, as strcmp has it; 0: the same. */
int wk_bag_compare(const wk_bag *a, const wk_bag *b);

#endif
