/* How far the numbers of backends are from one another, and from themselves. */
#include "blas/compare.h"

#include "table/ulps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- two series ---- */

static bool same_bits(double a, double b) {
    return a == b || (isnan(a) && isnan(b));
}

double wk_series_distance(const wk_series *a, const wk_series *b) {
    if (!a || !b || (!a->n && !b->n))
        return (double)NAN;
    if (a->n != b->n)
        return (double)INFINITY;
    double most = 0, largest = 0;
    for (size_t i = 0; i < a->n; i++) {
        const double x = a->value[i], y = b->value[i];
        if (!(fabs(a->at[i] - b->at[i]) <= 1e-9 * fmax(1, fabs(a->at[i]))))
            return (double)INFINITY; /* another checkpoint; a step size rounds its time */
        if (isfinite(x) && isfinite(y)) {
            most = fmax(most, fabs(x - y));
            largest = fmax(largest, fmax(fabs(x), fabs(y)));
        } else if (!same_bits(x, y)) {
            return (double)INFINITY;
        }
    }
    return most > 0 ? most / largest : 0;
}

static bool is_single(const wk_series *series) {
    for (size_t i = 0; i < series->n; i++)
        if (isfinite(series->value[i]) && !(fabs(series->value[i]) <= 3.4e38 &&
                                            (double)(float)series->value[i] == series->value[i]))
            return false;
    return true;
}

double wk_series_ulps(const wk_series *a, const wk_series *b) {
    const double distance = wk_series_distance(a, b);
    if (!isfinite(distance))
        return distance;
    const bool single = is_single(a) && is_single(b);
    double most = 0;
    for (size_t i = 0; i < a->n; i++) {
        const double x = a->value[i], y = b->value[i];
        if (isfinite(x)) /* and then y is: the distance is finite */
            most = fmax(most, single ? wk_ulps_single(x, y) : wk_ulps_double(x, y));
    }
    return most;
}

/* ---- kernels ---- */

static const wk_series *series_of(const wk_task *task, size_t contender, size_t s,
                                  const char *metric) {
    return wk_row_series(wk_task_cell(task, contender, s), metric);
}

/* The smaller bound of the two; false if neither has one. A bound that is no number holds nothing.
 */
static bool bound_of(const wk_series *a, const wk_series *b, double *bound) {
    const double x = wk_series_last(a, (double)INFINITY);
    const double y = wk_series_last(b, (double)INFINITY);
    *bound = isnan(x) || x < y ? x : y;
    return (a && a->n) || (b && b->n);
}

static const wk_gap no_gap = {
    .distance = (double)NAN, .ulps = (double)NAN, .tolerance = (double)NAN, .within = true};

/* One pair of cells. */
static void take_pair(const wk_task *task, size_t a, size_t b, size_t s, const char *metric,
                      wk_gap *out) {
    const wk_series *x = series_of(task, a, s, metric), *y = series_of(task, b, s, metric);
    const double distance = wk_series_distance(x, y);
    if (isnan(distance))
        return;
    double bound = 0;
    const bool bounded = bound_of(series_of(task, a, s, "kernel.tolerance"),
                                  series_of(task, b, s, "kernel.tolerance"), &bound);
    out->pairs++;
    out->within = out->within && (!bounded || distance <= bound);
    out->ulps = fmax(out->ulps, wk_series_ulps(x, y));
    if (distance <= out->distance)
        return;
    out->distance = distance;
    out->tolerance = bounded ? bound : (double)NAN;
    out->a = a;
    out->b = b;
    out->task = task;
    out->seed = task->seeds[s];
}

static void take_pairs(const wk_blas_compare *contest, const wk_task *task, const char *metric,
                       wk_gap *out) {
    for (size_t a = 0; a < contest->n; a++)
        for (size_t b = a + 1; b < contest->n; b++)
            for (size_t s = 0; s < task->nseeds; s++)
                take_pair(task, a, b, s, metric, out);
}

/* NaN is the worst residual. */
static void take_residuals(const wk_task *task, size_t contender, wk_numerics *out) {
    for (size_t s = 0; s < task->nseeds; s++) {
        const wk_series *residual = series_of(task, contender, s, "kernel.residual");
        if (!residual || !residual->n)
            continue;
        const double found = wk_series_last(residual, (double)NAN);
        const double value = isnan(found) ? (double)INFINITY : found;
        if (isnan(out->residual) || value > out->residual) {
            out->residual = value;
            out->worst = contender;
        }
    }
}

/* Takes a result's digest into what is known of sameness. */
static wk_sameness also(wk_sameness known, double reference, double digest) {
    if (isnan(reference) || isnan(digest) || known == WK_BITS_DIFFER)
        return known;
    return reference == digest ? WK_BITS_SAME : WK_BITS_DIFFER;
}

static double digest_of(const wk_task *task, size_t contender, size_t s) {
    return wk_row_last(wk_task_cell(task, contender, s), "kernel.digest", (double)NAN);
}

static wk_sameness repeats_of(const wk_task *task, size_t contender, wk_sameness known) {
    double first = (double)NAN;
    for (size_t s = 0; s < task->nseeds; s++) {
        const double unequal =
            wk_row_last(wk_task_cell(task, contender, s), "kernel.unequal", (double)NAN);
        known = also(known, 0, unequal > 0 ? 1 : unequal);
        const double digest = digest_of(task, contender, s);
        known = isnan(first) ? known : also(known, first, digest);
        first = isnan(first) ? digest : first;
    }
    return known;
}

/* Seed by seed, against the same kernel with other threads. */
static wk_sameness across_of(const wk_task *task, const wk_task *other, size_t contender,
                             wk_sameness known) {
    for (size_t s = 0; s < task->nseeds; s++)
        for (size_t r = 0; r < other->nseeds; r++)
            if (task->seeds[s] == other->seeds[r])
                known = also(known, digest_of(task, contender, s), digest_of(other, contender, r));
    return known;
}

static void take_task(const wk_blas_compare *contest, size_t t, wk_numerics *out) {
    const wk_task *task = &contest->tasks[t];
    take_pairs(contest, task, "kernel.sample", &out->gap);
    for (size_t c = 0; c < contest->n; c++) {
        take_residuals(task, c, out);
        out->repeats[c] = repeats_of(task, c, out->repeats[c]);
        for (size_t u = 0; u < t; u++)
            if (contest->tasks[u].kind == task->kind)
                out->across[c] = across_of(&contest->tasks[u], task, c, out->across[c]);
    }
}

void wk_blas_compare_numerics(const wk_blas_compare *contest, wk_arena *arena, wk_numerics **out,
                              size_t *n) {
    *n = 0;
    *out = wk_arena_get(arena, contest->nkinds, sizeof **out);
    for (size_t kind = 0; kind < contest->nkinds; kind++) {
        const wk_task *first = &contest->tasks[contest->kinds[kind]];
        if (!wk_task_is_kernel(first))
            continue;
        wk_numerics *one = &(*out)[(*n)++];
        *one = (wk_numerics){.label = first->label,
                             .gap = no_gap,
                             .residual = (double)NAN,
                             .worst = WK_CONTEST_NONE,
                             .repeats = wk_arena_get(arena, contest->n, sizeof *one->repeats),
                             .across = wk_arena_get(arena, contest->n, sizeof *one->across)};
        for (size_t t = contest->kinds[kind]; t < contest->ntasks; t++)
            if (contest->tasks[t].kind == kind)
                take_task(contest, t, one);
    }
}

/* ---- metrics of other cells ---- */

static int largest_first(const void *a, const void *b) {
    const wk_deviation *x = a, *y = b;
    if (x->gap.distance != y->gap.distance)
        return x->gap.distance < y->gap.distance ? 1 : -1;
    return strcmp(x->metric, y->metric);
}

void wk_blas_compare_deviations(const wk_blas_compare *contest, const wk_judged *report,
                                wk_arena *arena, wk_deviation **out, size_t *n) {
    *n = 0;
    *out = wk_arena_get(arena, report->nmetrics, sizeof **out);
    for (size_t m = 0; m < report->nmetrics; m++) {
        if (report->metrics[m].replay != WK_REPLAY_SMOOTH)
            continue;
        wk_deviation one = {report->metrics[m].name, no_gap};
        for (size_t t = 0; t < contest->ntasks; t++)
            if (!wk_task_is_kernel(&contest->tasks[t]))
                take_pairs(contest, &contest->tasks[t], one.metric, &one.gap);
        if (one.gap.pairs)
            (*out)[(*n)++] = one;
    }
    if (*n)
        qsort(*out, *n, sizeof **out, largest_first);
}
