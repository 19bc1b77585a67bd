/* Private to src/claim: from rows to parts (select.c), from a part's rows to numbers (measure.c),
 * from numbers to a verdict (judge.c).
 *
 * Here WK_BAD_INPUT means "cannot be measured": the message becomes the reason of a verdict
 * `error`. `scratch` is memory that the caller
 * frees.
 */
#ifndef WK_CLAIM_PART_H
#define WK_CLAIM_PART_H

#include "claim/claim.h"
#include "claim/statistic.h"

/* The selected rows of one test, and the part that each belongs to. */
typedef struct wk_split {
    size_t nrows;
    const wk_row **rows; /* (nrows) in the table's order */
    size_t *part;        /* (nrows) below n */
    size_t n;            /* parts */
    wk_bag *where;       /* (n) their labels */
} wk_split;

/* The labels live in `arena`, the rest in `scratch`. Without rows: WK_BAD_INPUT, with what is in
 * the way. */
wk_status wk_split_make(const wk_selection *from, const wk_test *test, const wk_table *table,
                        wk_arena *arena, wk_arena *scratch, wk_split *out,
                        wk_error *err) WK_CHECKED;

/* WK_BAD_INPUT unless all rows ended as ok or diverged: "12 of 90 cells not run". */
wk_status wk_rows_check_ends(const wk_row *const *rows, size_t n, wk_error *err) WK_CHECKED;

/* The cells of one part by seed and value of `over`. */
typedef struct wk_grid {
    size_t nseeds, nx;
    uint64_t *seeds;  /* (nseeds) ascending */
    double *x;        /* (nx) ascending if `over` is a number, else 0…nx-1 */
    const wk_row **a; /* (nseeds, nx) */
    const wk_row **b; /* (nseeds, nx) the other side of `between`; NULL without */
} wk_grid;

/* Full, with enough seeds and x, and all its cells usable; or WK_BAD_INPUT. */
wk_status wk_grid_make(const wk_test *test, const wk_row *const *rows, size_t n, wk_arena *scratch,
                       wk_grid *out, wk_error *err) WK_CHECKED;

/* What the statistic of seed `s` is taken of, for the side `rule` (WK_BELOW or WK_ABOVE). */
wk_status wk_grid_sample(const wk_test *test, const wk_grid *grid, size_t s, const wk_rule *rule,
                         wk_arena *scratch, wk_sample *out, wk_error *err) WK_CHECKED;

/* Fills part->values, capped and at_least: how much of the part rests on the cap. */
wk_status wk_grid_count(wk_part *part, const wk_grid *grid, const wk_rule *rule, wk_arena *scratch,
                        wk_error *err) WK_CHECKED;

/* Fills all of `part` but test and where, which are set. */
wk_status wk_part_judge(wk_part *part, const wk_row *const *rows, size_t n, double level,
                        wk_arena *arena, wk_arena *scratch, wk_error *err) WK_CHECKED;

/* Verdict `error` with this reason. */
void wk_part_error(wk_part *part, const char *reason, wk_arena *arena);

/* The verdict of claim and control together; see wk_judgement. */
wk_verdict wk_verdict_combine(wk_verdict claim, wk_verdict control);
/* Fill in the reasons, when the verdicts are known. */
void wk_finding_explain(wk_finding *finding, wk_arena *arena);
void wk_judgement_explain(wk_judgement *out, wk_arena *arena);

#endif
