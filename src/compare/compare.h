/* Two runs of a suite, compared: is NEW worse than BASE? (DESIGN §1, docs/ci.md)
 *
 * Claims are matched by id. A regression: a verdict that got worse (pass < inconclusive < error <
 * fail, vacuous), a claim that is no longer judged, or one whose test is another: a bound that was
 * moved passes no gate unseen; the commit that moves it makes a new baseline.
 *
 * Cells are matched by experiment, parameters and seed, never by id: ids change with the numerics
 * version. A parameter that only one of the files knows of an experiment, with one value in all its
 * cells, is passed over and noted. A regression: a cell that was measured and is not any more, or
 * that diverged in only one of the runs.
 *
 * Metrics are compared in every cell that both runs measured, value by value.
 *   bitwise    where the numerics version AND the backend's fingerprint are the same: any other
 *              value is a regression, whatever its size;
 *   numerical  else, by the metric's replay class (table/table.h), tol = `tolerance`:
 *     smooth     |a − b| ≤ tol·max(|a|, |b|) + 1e-4·tol·S, S the largest magnitude in the series
 *     sign       the same after the sign that turns one series onto the other
 *     event      |a − b| ≤ √tol·max(|a|, |b|), or whole numbers at most 1 apart
 *     rounding   never a regression
 *   Values that are not finite must be of the same kind. Points (t) may differ by 1e-9, relative.
 *   Measured: between core types, compilers and kernels the quick suite differs by up to 1e-12 of a
 *   series' scale, so that the default of 1e-8 is some four digits away on either side.
 *
 * Times are compared by experiment and stage: the ratio NEW/BASE in each cell, its median over
 * cells, and the distribution-free interval of that median (order statistics, level 0.95 shared
 * among all judged). Cells below WK_COMPARE_LEAST_CELL_S in either run, and stages below
 * WK_COMPARE_LEAST_STAGE_S or with too few cells for an interval, are shown but never judged. A
 * regression: the median is above 1 + time_tolerance, and its interval wholly above
 * 1 + time_tolerance/2, in wall AND in CPU time. (A busy
 * neighbour moves the wall time only; slower code moves both.) Machines drift over seconds, and
 * experiments run one after the other: what the stages of an experiment, or of all, have in common
 * (the median of their ratios; of two the lesser; if above 1) is taken for the machine and divided
 * out; above 1 + time_tolerance it is told. Nothing is judged when processor, cores, backend,
 * threads or compiler differ, when wall time exceeds CPU time by WK_COMPARE_BUSY in one of the
 * runs, or when all stages are slower by WK_COMPARE_MOST_COMMON. `judge_times` judges in spite of
 * all that and divides nothing out.
 */
#ifndef WK_COMPARE_COMPARE_H
#define WK_COMPARE_COMPARE_H

#include "results/results.h"
#include "table/interval.h"

#include <stdio.h>

#define WK_COMPARE_TOLERANCE 1e-8
#define WK_COMPARE_TIME_TOLERANCE 0.10
#define WK_COMPARE_LEAST_CELL_S 5e-4
#define WK_COMPARE_LEAST_STAGE_S 0.05
#define WK_COMPARE_BUSY 1.15
#define WK_COMPARE_MOST_COMMON 1.25

typedef struct wk_compare_options {
    double tolerance;      /* relative, of the numerical comparison */
    double time_tolerance; /* 0.10: ten percent slower is still none */
    bool judge_times;
    const wk_metric *metrics; /* (nmetrics) for their replay classes; one not listed is smooth */
    size_t nmetrics;
} wk_compare_options;

/* A claim whose verdict or test changed, or that only one of the runs has. */
typedef struct wk_compare_claim {
    const char *id;
    const wk_results_claim *base, *now; /* NULL: not there */
    bool worse;
    bool other_test; /* statistic, metric, rule or reading, of the claim or of its control */
} wk_compare_claim;

/* Cells of one experiment that ended otherwise, or that only one of the runs has. */
typedef struct wk_compare_ends {
    const char *experiment;
    const char *base, *now; /* as wk_end_name says it; NULL: not there */
    size_t cells;
    const wk_row *first; /* of NEW, of BASE where NEW has none */
    bool worse;
} wk_compare_ends;

/* A metric of an experiment that differs somewhere. */
typedef struct wk_compare_drift {
    const char *experiment, *metric;
    wk_replay replay;
    size_t cells, differing, beyond; /* compared; of these: not the same bits; a regression */
    size_t gone, added, reshaped;    /* cells where only BASE or only NEW has the metric; where it
                                        has other points */
    bool worse;
    /* The worst of all values: */
    const wk_row *where; /* its cell, of NEW; NULL if no value differs */
    double at, base, now, relative, ulps;
    double excess; /* in units of what is tolerated; +inf where nothing is */
} wk_compare_drift;

enum { WK_COMPARE_WALL, WK_COMPARE_CPU, WK_COMPARE_CLOCKS };

/* Seconds of one cell in one stage, by each clock. */
typedef struct wk_compare_seconds {
    double base[WK_COMPARE_CLOCKS], now[WK_COMPARE_CLOCKS];
} wk_compare_seconds;

/* A stage of an experiment. */
typedef struct wk_compare_time {
    const char *experiment, *stage;
    wk_compare_seconds *each; /* (cells) that are long enough */
    size_t cells, room;
    double base_s, now_s; /* wall time of these cells */
    /* By each clock, NEW / BASE: the median (`mean`) and its interval, NaN bounds if there are too
     * few cells; and the common factor, which is not divided out there. */
    wk_interval ratio[WK_COMPARE_CLOCKS];
    double common[WK_COMPARE_CLOCKS];
    bool judged, slower, faster;
} wk_compare_time;

typedef struct wk_comparison {
    const wk_results *base, *now;
    bool bitwise;
    double tolerance, time_tolerance;
    const wk_compare_claim *claims;
    size_t nclaims, claims_common;
    const wk_compare_ends *ends;
    size_t nends;
    size_t cells_common, cells_measured; /* in both; measured in both */
    size_t values;                       /* compared */
    const wk_compare_drift *drifts;
    size_t ndrifts;
    wk_compare_time *times;
    size_t ntimes, times_room, times_judged;
    const char *times_refused; /* why times are not judged, "" if they are */
    double common_cpu;         /* what all stages have in common; 1: nothing */
    const char **notes;        /* (nnotes) what else is not the same */
    size_t nnotes, notes_room;
    size_t regressions; /* worse claims + ends + drifts + slower times */
    size_t changes;     /* all that differs, but for times and notes */
} wk_comparison;

/* All in `arena`, borrowing from both results. WK_CANNOT if they have no cell in common;
 * WK_BAD_INPUT if one lists a cell twice. */
wk_status wk_compare(const wk_results *base, const wk_results *now,
                     const wk_compare_options *options, wk_arena *arena, wk_comparison *out,
                     wk_error *err) WK_CHECKED;

/* ---- written out ---- */

/* One line of what changed, regressions first. */
typedef struct wk_compare_item {
    bool worse;
    const char *kind, *name, *text; /* "claim", "cosine-constant", "pass → fail: …" */
} wk_compare_item;
void wk_compare_items(const wk_comparison *found, wk_arena *arena, const wk_compare_item **items,
                      size_t *n);

/* One screen. */
wk_status wk_compare_screen(const wk_comparison *found, FILE *out, wk_error *err) WK_CHECKED;

/* At most `budget` bytes: as many items as fit are kept, regressions first, and what was left out
 * is counted. A budget too small for even that writes nothing. */
wk_status wk_compare_markdown(const wk_comparison *found, size_t budget, FILE *out,
                              wk_error *err) WK_CHECKED;

/* {"schema":1,"base":{…},"new":{…},"replay":…,"regressions":…,"claims":[…],…}; docs/ci.md */
wk_status wk_compare_json(const wk_comparison *found, FILE *out, wk_error *err) WK_CHECKED;

#endif
