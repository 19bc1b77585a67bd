/* Private to src/claim: from rows to parts (select.c), from a part's rows to numbers (measure.c),
 * from numbers to a verdict (judge.c).
 *
 * Here WK_BAD_INPUT means "cannot be measured": the message in wk_judging.why becomes the reason of
 * a verdict `error`.
 */
#ifndef WK_CLAIM_PART_H
#define WK_CLAIM_PART_H

#include "claim/claim.h"
#include "claim/statistic.h"

/* What stays the same while one claim is judged. */
typedef struct wk_judging {
    const wk_table *table;
    double level;
    wk_arena *arena;  /* of what is found, and */
    wk_arena scratch; /* of what is forgotten when the claim is judged */
    wk_error why;     /* why the last part that could not be measured could not */
} wk_judging;

/* The rows of one part, in the table's order. */
typedef struct wk_cells {
    wk_bag where; /* the part's label */
    const wk_row **rows;
    size_t n;
} wk_cells;

/* The rows that a test selects, in (*n) parts. The labels live in the arena of what is found. If
 * there are no rows: WK_BAD_INPUT, with what is in the way. */
wk_status wk_cells_select(wk_judging *j, const wk_selection *from, const wk_test *test,
                          wk_cells **parts, size_t *n) WK_CHECKED;

/* WK_BAD_INPUT unless all rows ended as ok or diverged: "12 of 90 cells not run". */
wk_status wk_cells_check_ends(const wk_cells *cells, wk_error *why) WK_CHECKED;

/* The cells of one part by seed and value of `over`. */
typedef struct wk_grid {
    size_t nseeds, nx;
    uint64_t *seeds;  /* (nseeds) ascending */
    double *x;        /* (nx) ascending if `over` is a number, else 0…nx-1 */
    const wk_row **a; /* (nseeds, nx) */
    const wk_row **b; /* (nseeds, nx) the other side of `between`; NULL without */
} wk_grid;

/* Full, with enough seeds and x, and all its cells usable; or WK_BAD_INPUT. */
wk_status wk_grid_make(wk_judging *j, const wk_test *test, const wk_cells *cells,
                       wk_grid *out) WK_CHECKED;

/* What the statistic of seed `s` is taken of, for the side `rule` (WK_BELOW or WK_ABOVE). Values
 * above `cap` count as it. */
wk_status wk_grid_sample(wk_judging *j, const wk_test *test, const wk_grid *grid, size_t s,
                         const wk_rule *rule, double cap, wk_sample *out) WK_CHECKED;

wk_part wk_part_judge(wk_judging *j, const wk_test *test, const wk_cells *cells);

/* A part with the verdict `error` for this reason. */
wk_part wk_part_error(const wk_test *test, wk_bag where, const char *reason, wk_arena *arena);

/* Fills in the reason, when the verdict is known. */
void wk_finding_explain(wk_finding *finding, wk_arena *arena);
/* Fills in verdict and reason, when both findings are there. */
void wk_judgement_settle(wk_judgement *out, wk_arena *arena);

#endif
