/* Metrics, value by value. */
#include "compare/compare_parts.h"

#include "table/ulps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct judge {
    const wk_compare_options *options;
    bool bitwise;
    wk_arena *arena;
    wk_compare_drift *drifts; /* (n) every metric of every experiment that was compared */
    size_t n, room, values;
} judge;

static wk_replay replay_of(const wk_compare_options *options, const char *metric) {
    const wk_metric *row = wk_metric_find(options->metrics, options->nmetrics, metric);
    return row ? row->replay : WK_REPLAY_SMOOTH;
}

static wk_compare_drift *drift_of(judge *j, const char *experiment, const char *metric) {
    for (size_t i = j->n; i-- > 0;)
        if (strcmp(j->drifts[i].metric, metric) == 0 &&
            strcmp(j->drifts[i].experiment, experiment) == 0)
            return &j->drifts[i];
    j->drifts = wk_arena_more(j->arena, j->drifts, j->n, &j->room, sizeof *j->drifts);
    j->drifts[j->n] = (wk_compare_drift){
        .experiment = experiment, .metric = metric, .replay = replay_of(j->options, metric)};
    return &j->drifts[j->n++];
}

/* The same number, both no number, or the same infinity. +0 and -0 are one in JSON. */
static bool same(double a, double b) {
    return (isnan(a) && isnan(b)) || !(a < b || a > b || isnan(a) || isnan(b));
}

static double relative_between(double a, double b) {
    if (!isfinite(a) || !isfinite(b))
        return INFINITY;
    return fabs(a - b) / fmax(fabs(a), fabs(b));
}

/* The largest finite magnitude in either series. */
static double scale_of(const wk_series *a, const wk_series *b) {
    double scale = 0;
    for (int k = 0; k < 2; k++) {
        const wk_series *s = k ? b : a;
        for (size_t i = 0; i < s->n; i++)
            if (isfinite(s->value[i]))
                scale = fmax(scale, fabs(s->value[i]));
    }
    return scale;
}

/* Which sign turns b onto a: that of their inner product. */
static double sign_of(const wk_series *a, const wk_series *b) {
    double product = 0;
    for (size_t i = 0; i < a->n && i < b->n; i++)
        if (isfinite(a->value[i]) && isfinite(b->value[i]))
            product += a->value[i] * b->value[i];
    return product < 0 ? -1 : 1;
}

/* How far apart a and b are in units of what is tolerated; above 1 is a regression. They differ. */
static double excess_of(const judge *j, wk_replay replay, double a, double b, double scale) {
    const double tolerance = j->options->tolerance, larger = fmax(fabs(a), fabs(b));
    const double apart = fabs(a - b);
    if (j->bitwise)
        return INFINITY;
    if (replay == WK_REPLAY_ROUNDING || replay == WK_REPLAY_BITS)
        return 0;
    if (!isfinite(a) || !isfinite(b))
        return INFINITY;
    if (replay != WK_REPLAY_EVENT)
        return apart / (tolerance * larger + 1e-4 * tolerance * scale);
    const double excess = apart / (sqrt(tolerance) * larger);
    const bool a_step = apart <= 1 && same(trunc(a), a) && same(trunc(b), b);
    return a_step ? fmin(excess, 1) : excess;
}

/* The value that is worst in units of tolerance; where none is tolerated, in relative size. */
static void keep_worst(wk_compare_drift *drift, double excess, const wk_row *row, double at,
                       double a, double b) {
    const double relative = relative_between(a, b);
    if (drift->where && !(excess > drift->excess) &&
        !(excess >= drift->excess && relative > drift->relative))
        return;
    drift->where = row;
    drift->at = at;
    drift->base = a;
    drift->now = b;
    drift->excess = excess;
    drift->relative = relative;
    drift->ulps = wk_ulps_double(a, b);
}

static void compare_values(judge *j, wk_compare_drift *drift, const wk_row *row, const wk_series *a,
                           const wk_series *b) {
    const double scale = scale_of(a, b);
    const double sign = drift->replay == WK_REPLAY_SIGN && !j->bitwise ? sign_of(a, b) : 1;
    bool differs = false, beyond = false;
    for (size_t i = 0; i < a->n; i++) {
        j->values++;
        const double u = a->value[i], v = sign * b->value[i];
        if (same(u, v))
            continue;
        const double excess = excess_of(j, drift->replay, u, v, scale);
        keep_worst(drift, excess, row, a->at[i], u, v);
        differs = true;
        beyond = beyond || !(excess <= 1);
    }
    drift->differing += differs;
    drift->beyond += beyond;
}

/* When something happened is the value of an event, wherever it is noted down. */
static bool same_points(const judge *j, wk_replay replay, const wk_series *a, const wk_series *b) {
    if (a->n != b->n || a->indexed != b->indexed)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        const double apart = fabs(a->at[i] - b->at[i]);
        if (j->bitwise ? !same(a->at[i], b->at[i])
                       : replay != WK_REPLAY_EVENT && !(apart <= 1e-9 * fmax(1, fabs(a->at[i]))))
            return false;
    }
    return true;
}

static void compare_cell(judge *j, const wk_compare_pair *pair) {
    for (size_t i = 0; i < pair->base->result.nseries; i++) {
        const wk_series *a = &pair->base->result.series[i], *b = wk_row_series(pair->now, a->name);
        wk_compare_drift *drift = drift_of(j, pair->base->experiment, a->name);
        drift->cells++;
        if (!b)
            drift->gone++;
        else if (drift->replay == WK_REPLAY_TIME)
            continue; /* another run, another time: stages judge those */
        else if (!same_points(j, drift->replay, a, b))
            drift->reshaped++;
        else
            compare_values(j, drift, pair->now, a, b);
    }
    for (size_t i = 0; i < pair->now->result.nseries; i++) {
        if (wk_row_series(pair->base, pair->now->result.series[i].name))
            continue;
        wk_compare_drift *drift =
            drift_of(j, pair->now->experiment, pair->now->result.series[i].name);
        drift->added++;
    }
}

void wk_compare_metrics(const wk_compare_pair *pairs, size_t n, const wk_compare_options *options,
                        wk_arena *arena, wk_comparison *out) {
    judge j = {.options = options, .bitwise = out->bitwise, .arena = arena};
    for (size_t i = 0; i < n; i++)
        if (wk_compare_measured(pairs[i].base) && wk_compare_measured(pairs[i].now) &&
            pairs[i].base->result.end == pairs[i].now->result.end)
            compare_cell(&j, &pairs[i]);
    size_t kept = 0;
    for (size_t i = 0; i < j.n; i++) {
        wk_compare_drift *drift = &j.drifts[i];
        drift->worse = drift->beyond || drift->gone || drift->reshaped;
        out->regressions += drift->worse;
        if (drift->worse || drift->differing || drift->added)
            j.drifts[kept++] = *drift;
    }
    out->drifts = j.drifts;
    out->ndrifts = kept;
    out->values = j.values;
}
