/* A cell's result: how it ended, what it measured, and how long its stages took. One form from the
 * worker to the report. Plain data, borrowed from the arena of whoever filled it.
 */
#ifndef WK_BASE_RESULT_H
#define WK_BASE_RESULT_H

#include <stdbool.h>
#include <stddef.h>

/* How a cell ended. Only WK_END_OK and WK_END_DIVERGED carry metrics. */
typedef enum wk_end {
    WK_END_OK,
    WK_END_DIVERGED, /* left the finite range: data, not a failure (SCIENCE, trap T5) */
    WK_END_TIMEOUT,
    WK_END_MEMORY,
    WK_END_CRASHED,
    WK_END_FAILED,
    WK_END_PENDING, /* not run yet */
} wk_end;

/* "ok", "diverged", … as in results.json; and back (false if no such word). */
const char *wk_end_name(wk_end end);
bool wk_end_parse(const char *name, wk_end *end);
bool wk_end_has_metrics(wk_end end);

/* One metric of one cell: value[j] at abscissa at[j], ascending. Values may be +inf or NaN. */
typedef struct wk_series {
    const char *name; /* "ntk.change" */
    bool indexed;     /* the abscissa is a plain index (of an input, of an eigenvalue), not training
                         time t */
    size_t n;
    const double *at, *value;
} wk_series;

/* Time spent in one stage of a cell. flops counts the floating-point operations of the algorithm as
 * written (2mnk for a product), 0 where they are not counted. */
typedef struct wk_stage {
    const char *name;
    double wall_s, cpu_s, flops;
} wk_stage;

/* What a cell gave. The worker fills what it knows; the parent adds how its process ended and what
 * that took. */
typedef struct wk_result {
    wk_end end;
    const char *reason; /* "" when ok; else for people: why it diverged or was not measured */
    const wk_series *series;
    size_t nseries;
    const wk_stage *stages;
    size_t nstages;
    double wall_s, cpu_s; /* of the cell's process, from start to end; 0 if unknown */
    double peak_bytes;    /* greatest resident size of that process; 0 if unknown */
} wk_result;

/* How a metric of the same cell may come out in another run. With the same numerics version on the
 * same backend every metric is equal bit for bit; elsewhere rounding differs, and this says what
 * that does to it. */
typedef enum wk_replay {
    WK_REPLAY_SMOOTH,   /* continuous in the rounding: within a small relative tolerance */
    WK_REPLAY_EVENT,    /* a count, or when something happened: rounding can move it by a step */
    WK_REPLAY_SIGN,     /* smooth but for the sign of the whole series (of an eigenvector) */
    WK_REPLAY_ROUNDING, /* is itself a rounding error: any other value of its kind will do */
    WK_REPLAY_TIME,     /* a time, a rate or a share of one: never the same twice */
    WK_REPLAY_BITS,     /* tells one bit pattern from another: equal, or of another backend */
} wk_replay;

/* What a metric is, for labels, docs and comparisons. */
typedef struct wk_metric {
    const char *name;
    const char *symbol; /* for axis labels, UTF-8: "ΔΘ = ‖Θ_t − Θ_0‖ / ‖Θ_0‖" */
    const char *help;   /* one sentence */
    wk_replay replay;   /* absent: WK_REPLAY_SMOOTH */
    const char *brief;  /* for running text: "ΔΘ"; absent: the symbol serves */
    bool refers;        /* the symbol says "the same" of the row before: it cannot stand alone */
    bool routine;       /* of a routine of a BLAS, which nothing trains */
    bool positive; /* by nature: a norm, distance, sine, time or rate; averaged in logarithms */
} wk_metric;

/* The row of metrics[0..n) with that name, or NULL. */
const wk_metric *wk_metric_find(const wk_metric *metrics, size_t n, const char *name);

#endif
