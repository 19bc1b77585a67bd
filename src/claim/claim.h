/* Claims: what is asserted, how it is judged, what was found.
 *
 * A claim reduces each SEED to one number by a statistic (its slope over widths, its ratio, its worst
 * value), takes a Student-t interval over seeds, and compares the interval with a bound set beforehand:
 * pass (wholly on the right side), fail (wholly on the wrong side), inconclusive (between), error (could not
 * be measured). Every claim has a control, a variant on which the same test must end in `fail`.
 * (SCIENCE §4.)
 */
#ifndef WK_CLAIM_CLAIM_H
#define WK_CLAIM_CLAIM_H

#include "base/table.h"

typedef enum wk_verdict {
    WK_PASS,
    WK_FAIL,
    WK_INCONCLUSIVE,
    WK_ERROR,
    WK_VACUOUS, /* the control passed too: the claim says nothing */
} wk_verdict;

const char *wk_verdict_name(wk_verdict verdict); /* "pass", … */

typedef enum wk_rule_kind { WK_BELOW, WK_ABOVE, WK_WITHIN } wk_rule_kind;

/* below: value < high.  above: value > low.  within: low < value < high. */
typedef struct wk_rule {
    wk_rule_kind kind;
    double low, high; /* the unused one is -inf or +inf */
} wk_rule;

/* One condition on a cell: its parameter is one of the values. Numbers are compared as numbers. */
typedef struct wk_match {
    const char *param;
    const char *const *values;
    size_t n;
} wk_match;

typedef struct wk_selection {
    const char *experiment;
    const wk_match *where;
    size_t n;
} wk_selection;

/* When in a cell's training the metric is read. */
typedef enum wk_when { WK_AT_END, WK_AT_TIME } wk_when;

typedef struct wk_test {
    const struct wk_statistic *statistic; /* claim/statistic.h */
    const char *metric;
    const char *over;         /* the parameter that the statistic runs over, or NULL */
    wk_when when;             /* WK_AT_TIME: at time t (within 1e-9 relative of a checkpoint) */
    double t;
    double cap;               /* values above are taken as cap; +inf: none */
    const char *between;      /* ratio, difference: the parameter that tells A from B, or NULL */
    const char *a, *b;        /* its two values: A over B, A minus B */
    const char *predicted;    /* escape: the metric that holds the predicted slope, or NULL */
    const wk_match *where;    /* conditions of this test beside the claim's */
    size_t nwhere;
    wk_rule rule;
} wk_test;

/* A hypothesis: all tests on one selection must hold. */
typedef struct wk_hypothesis {
    wk_selection from;
    const wk_test *tests;
    size_t n;
} wk_hypothesis;

typedef struct wk_claim {
    const char *id, *statement, *source, *why; /* why: the reason for the margin */
    const char *figure;                        /* id of the figure to show beside it, or NULL */
    wk_hypothesis claim, control;
    const char *control_note; /* what the control is, in words; or NULL */
} wk_claim;

/* One part: one test on one combination of the axes that are neither `over` nor fixed by `where`. */
typedef struct wk_part {
    const wk_test *test;
    wk_bag where; /* the combination; empty when there is only one */
    double estimate, low, high; /* mean over seeds and its interval; NaN on error */
    size_t n;                   /* seeds */
    const double *per_seed;     /* (n) the statistic of each seed, and */
    const uint64_t *seeds;      /* (n) which seed; ascending */
    const double *local;        /* slope: (nlocal) local slopes between neighbouring widths, mean over seeds */
    size_t nlocal;
    double curvature;           /* slope: mean over seeds of the quadratic coefficient in ln x; NaN else */
    wk_verdict verdict;
    const char *reason; /* "" for pass; for inconclusive how many more seeds would settle it */
} wk_part;

typedef struct wk_finding { /* of one hypothesis */
    const wk_part *parts;
    size_t n;
    wk_verdict verdict;
    const char *reason;
} wk_finding;

typedef struct wk_judgement {
    const wk_claim *claim;
    wk_finding claim_finding, control_finding;
    wk_verdict verdict; /* of both together */
    const char *reason;
} wk_judgement;

/* Judges one claim. `level`: of each interval, e.g. 1 - alpha/m. Everything in *out lives in `arena` and
 * borrows from `claim` and `table`. Fails only for lack of memory; what cannot be measured is a verdict. */
wk_status wk_claim_judge(const wk_claim *claim, const wk_table *table, double level,
                         wk_arena *arena, wk_judgement *out, wk_error *err) WK_CHECKED;

/* Does the row belong to the selection? A parameter that the row lacks does not match. */
bool wk_selection_has(const wk_selection *selection, const wk_row *row);

/* The exit code that verdicts[0..n) ask for: 1 fail or vacuous, 3 error, 4 inconclusive, 0. */
int wk_verdict_exit_code(const wk_verdict *verdicts, size_t n);

#endif
