/* Between the files of compare: cells paired, and what each part of the comparison adds. */
#ifndef WK_COMPARE_COMPARE_PARTS_H
#define WK_COMPARE_COMPARE_PARTS_H

#include "compare/compare.h"

typedef struct wk_compare_pair {
    const wk_row *base, *now; /* one of them NULL: only the other run has it */
} wk_compare_pair;

/* In BASE's order, then what only NEW has. A parameter that is passed over is noted in *out; base
 * and now must be set. */
wk_status wk_compare_match(wk_comparison *out, wk_arena *arena, wk_compare_pair **pairs, size_t *n,
                           wk_error *err) WK_CHECKED;

void wk_compare_note(wk_comparison *out, wk_arena *arena, const char *text);

static inline bool wk_compare_measured(const wk_row *row) {
    return row && wk_end_has_metrics(row->result.end);
}

/* Fills drifts and values of *out, and adds to its regressions. */
void wk_compare_metrics(const wk_compare_pair *pairs, size_t n, const wk_compare_options *options,
                        wk_arena *arena, wk_comparison *out);

/* Fills times, common factors and times_refused of *out, and adds to its regressions; base and now
 * must be set. */
void wk_compare_times(const wk_compare_pair *pairs, size_t n, const wk_compare_options *options,
                      wk_arena *arena, wk_comparison *out);

#endif
