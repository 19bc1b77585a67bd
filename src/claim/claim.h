/* Claims: what is asserted, how it is judged, what was found.
 *
 * A claim reduces each SEED to one number by a statistic (its slope over widths, its ratio, its
 * worst value), takes a Student-t interval over seeds, and compares the interval with a bound set
 * beforehand: pass (wholly on the right side), fail (wholly on the wrong side), inconclusive
 * (between), error (could not be measured). Every claim has a control, a variant on which the same
 * test must end in `fail`. (SCIENCE §4.)
 *
 * Selection. A test sees the rows of its hypothesis' experiment that meet `from.where` and the
 * test's own `where`, and whose `between` is one of its two values. A condition on a parameter that
 * the row lacks is not met.
 *
 * Parts. The rows are split by every parameter that varies among them, except `over`, `between`,
 * "seed", and those whose value follows from the parameters already used (a step size zipped with
 * the width, the rows of a data set that follow from its name "data"). A part is labelled by a
 * minimal set of parameters; "none" is the text of one that some cells do not have. Parts are
 * ordered as their first rows are.
 *
 * Measuring. A part is an `error` if it has fewer than WK_LEAST_SEEDS seeds or too few values of
 * `over`, if any of its cells did not end as ok or diverged ("12 of 90 cells not run"), if a cell
 * lacks the metric or it is NaN at the time asked for, or if a seed's statistic is NaN. A value is
 * read at the last point of its series, or, for WK_AT_TIME, at the point within 1e-9 max(1, |t|) of
 * t; a series that ends before t stands for its last value only if that is +inf (a diverged cell).
 * `predicted` is always read at the end. An indexed metric of several values is read at an index
 * (WK_AT_TIME with t the index), or, by statistics that take it, as the worst of all its values.
 * `cap` is applied when the value is read; a value at the cap stands for any value above it, and
 * the part counts them.
 *
 * The interval. Student-t over seeds, two-sided at `level`, of ln(statistic) where that is
 * logarithmic. Below h passes if the interval is wholly < h, fails if it is wholly >= h; above
 * likewise. `within` is below its high AND above its low end, each with the statistic that is worst
 * for that side; the part shows the side that decides (with equal verdicts: that needs more seeds,
 * or whose estimate is farther from the middle).
 *
 * Infinite statistics. One seed that is infinite on the wrong side (+inf for below, -inf for above)
 * makes the mean infinite: estimate and interval are that infinity, and the part fails. All seeds
 * infinite on the right side: pass. Some: the infinite seeds can only help, so if the others (at
 * least WK_LEAST_SEEDS) pass by themselves the part passes with their interval, and `reason` says
 * how many seeds were set aside; otherwise it is inconclusive, never fail, and the interval is open
 * on the right side.
 */
#ifndef WK_CLAIM_CLAIM_H
#define WK_CLAIM_CLAIM_H

#include "table/selection.h"

/* Fewer seeds than this give no interval worth the name. */
enum { WK_LEAST_SEEDS = 5 };

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

/* When in a cell's training the metric is read. */
typedef enum wk_when { WK_AT_END, WK_AT_TIME } wk_when;

typedef struct wk_test {
    const struct wk_statistic *statistic; /* claim/statistic.h */
    const char *metric;
    bool positive;    /* the metric is so by nature (wk_metric) */
    const char *over; /* the parameter that the statistic runs over, or NULL */
    wk_when when;     /* WK_AT_TIME: at time t (within 1e-9 relative of a checkpoint) */
    double t;
    double cap;            /* values above are taken as cap; +inf: none */
    const char *between;   /* ratio, difference: the parameter that tells A from B, or NULL */
    wk_value a, b;         /* its two values: A over B, A minus B */
    const char *predicted; /* escape: the metric that holds the predicted slope, or NULL */
    wk_matches where;      /* conditions of this test beside the claim's */
    wk_rule rule;
} wk_test;

/* A hypothesis: all tests on one selection must hold. */
typedef struct wk_hypothesis {
    wk_selection from;
    const wk_test *tests;
    size_t n;
} wk_hypothesis;

/* What several claims say together, in plain words: `holds` if all of them pass, `fails` if any
 * fails or is vacuous, else `unsettled`. */
typedef struct wk_family {
    const char *id, *title, *holds, *fails, *unsettled;
} wk_family;

/* Where a claim comes from. A suite writes it as the claim's source. */
typedef enum wk_origin {
    WK_FROM_ELSEWHERE, /* any other text */
    WK_FROM_ABSTRACT,  /* "abstract": the paper's abstract */
    WK_FROM_DERIVED,   /* "derived": this project's own mathematics */
    WK_FROM_RELATED,   /* "related: WHO": other work */
} wk_origin;

/* Reads the text of a source. *who: what stands after "related:", or else the whole text. */
wk_origin wk_origin_read(const char *source, const char **who);

typedef struct wk_claim {
    const char *id, *statement, *source, *why; /* why: the reason for the margin */
    wk_origin origin;                          /* what wk_origin_read says of `source`, and */
    const char *who;
    const char *figure; /* id of the figure to show beside it, or NULL */
    wk_hypothesis claim, control;
    const char *control_note;         /* what the control is, in words; or NULL */
    const wk_family *const *families; /* (nfamilies) that rest on it */
    size_t nfamilies;
    /* (nverdicts) other claims, whose verdicts this one is about; its only test is then `flips`
     * (claim/statistic.h), on no cells of its own */
    const struct wk_claim *const *verdicts;
    size_t nverdicts;
} wk_claim;

/* One part: one test on one combination of the axes that are neither `over` nor fixed. */
typedef struct wk_part {
    const wk_test *test;
    wk_bag where;               /* the combination; empty when there is only one */
    double estimate, low, high; /* mean over seeds and its interval; NaN on error */
    size_t n;                   /* seeds */
    size_t values, capped;      /* values of the metric that were read; of these, at the cap */
    bool at_least;          /* the estimate would be higher, and cannot be lower, without the cap */
    const double *per_seed; /* (n) the statistic of each seed, and */
    const uint64_t *seeds;  /* (n) which seed; ascending */
    const double *local;    /* slope: (nlocal) local slopes between neighbouring widths, and */
    size_t nlocal;          /* the quadratic coefficient in ln x, each a mean over seeds; */
    double curvature;       /* NaN for other statistics */
    wk_verdict verdict;
    const char *reason; /* "" for pass, unless infinite seeds were set aside; for inconclusive how
                           many more seeds would settle it if estimate and spread stay */
} wk_part;

/* Of one hypothesis. Of a claim: fail if any part fails, else error if any, else inconclusive if
 * any, else pass. Of a control: it does its duty, WK_FAIL, only if every part fails, for a test
 * that passes there too could not have failed; WK_PASS if any passes; else error, else
 * inconclusive. */
typedef struct wk_finding {
    const wk_part *parts;
    size_t n;
    wk_verdict verdict;
    const char *reason;
} wk_finding;

/* Which finding's reason stands in that of the judgement. */
typedef enum wk_quoted { WK_QUOTED_NEITHER, WK_QUOTED_CLAIM, WK_QUOTED_CONTROL } wk_quoted;

/* The verdict of both: fail if the claim fails; else vacuous if the control passes; else error if
 * either is; else inconclusive if either is; else pass. `reason` says it in words, for pass too. */
typedef struct wk_judgement {
    const wk_claim *claim;
    wk_finding claim_finding, control_finding;
    wk_verdict verdict; /* of both together */
    wk_verdict alone;   /* the same, unless wk_claim_confirm has changed it */
    const char *reason;
    wk_quoted quoted;
} wk_judgement;

/* The exit code that verdicts[0..n) ask for: 1 fail or vacuous, 3 error, 4 inconclusive, 0. */
int wk_verdict_exit_code(const wk_verdict *verdicts, size_t n);

#endif
