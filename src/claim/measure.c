/* From the cells of a part to one number per seed. */
#include "claim/part.h"

#include "base/order.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

static const char *end_words(wk_end end) {
    switch (end) {
    case WK_END_TIMEOUT:
        return "timed out";
    case WK_END_MEMORY:
        return "ran out of memory";
    default:
        return wk_end_name(end);
    }
}

wk_status wk_cells_check_ends(const wk_cells *cells, wk_error *why) {
    size_t pending = 0, broken = 0;
    const wk_result *first = NULL; /* of the first that was tried and gave nothing */
    for (size_t i = 0; i < cells->n; i++) {
        const wk_result *result = &cells->rows[i]->result;
        pending += result->end == WK_END_PENDING;
        if (result->end == WK_END_PENDING || wk_end_has_metrics(result->end))
            continue;
        first = first ? first : result;
        broken += result->end == first->end;
    }
    if (!first)
        return pending ? wk_fail(why, WK_BAD_INPUT, "%zu of %zu cells not run", pending, cells->n)
                       : WK_OK;
    const bool reason = first->reason && *first->reason;
    wk_fail(why, WK_BAD_INPUT, "%zu of %zu cells %s%s%.600s", broken, cells->n,
            end_words(first->end), reason ? ": " : "", reason ? first->reason : "");
    return pending ? wk_fail(why, WK_BAD_INPUT, "%s; %zu not run", why->message, pending)
                   : WK_BAD_INPUT;
}

/* ---- the grid ---- */

static void list_seeds(wk_judging *j, const wk_cells *cells, wk_grid *grid) {
    grid->seeds = wk_arena_get(j->arena, cells->n, sizeof *grid->seeds);
    for (size_t i = 0; i < cells->n; i++)
        grid->seeds[i] = cells->rows[i]->seed;
    grid->nseeds = wk_sort_distinct_whole(grid->seeds, cells->n);
}

/* x of each row, and grid->x. Values that are not all numbers are numbered as they appear. */
static wk_status list_x(wk_judging *j, const wk_test *test, const wk_cells *cells, double *row_x,
                        wk_grid *grid) {
    const size_t n = cells->n;
    const wk_value **values = wk_arena_get(&j->scratch, n, sizeof *values);
    grid->x = wk_arena_doubles(&j->scratch, n);
    bool numbers = true;
    memset(row_x, 0, n * sizeof *row_x);
    for (size_t i = 0; test->over && i < n; i++) {
        const wk_row *row = cells->rows[i];
        const wk_pair *own = wk_bag_pair(&row->params, test->over);
        if (!own)
            return wk_fail(&j->why, WK_BAD_INPUT, "cell '%s' has no parameter '%s'", row->id,
                           test->over);
        values[i] = &own->value;
        const bool number = wk_value_number(values[i], &row_x[i]);
        if (!number && test->statistic->needs_over && !test->statistic->takes_words)
            return wk_fail(&j->why, WK_BAD_INPUT, "a %s needs numbers, but %s is '%s'",
                           test->statistic->name, test->over, values[i]->text);
        numbers = numbers && number;
    }
    size_t different = 0;
    for (size_t i = 0; !numbers && i < n; i++) {
        size_t before = 0;
        while (strcmp(values[before]->text, values[i]->text) != 0)
            before++;
        row_x[i] = before < i ? row_x[before] : (double)different++;
    }
    memcpy(grid->x, row_x, n * sizeof *row_x);
    grid->nx = wk_sort_distinct(grid->x, n);
    return WK_OK;
}

static bool is_side_a(const wk_test *test, const wk_row *row) {
    if (!test->between)
        return true;
    const wk_match a = {test->between, &test->a, 1};
    return wk_selection_has(&(wk_selection){row->experiment, {&a, 1}}, row);
}

static wk_status check_full(wk_judging *j, const wk_test *test, const wk_grid *grid) {
    for (size_t s = 0; s < grid->nseeds; s++) {
        size_t missing = 0;
        for (size_t i = s * grid->nx; i < (s + 1) * grid->nx; i++)
            missing += !grid->a[i] + (size_t)(grid->b && !grid->b[i]);
        if (missing)
            return wk_fail(
                &j->why, WK_BAD_INPUT, "%zu of %zu cells of seed %llu are not in the plan%s%s",
                missing, grid->nx * (grid->b ? 2 : 1), (unsigned long long)grid->seeds[s],
                grid->b ? ": each needs its pair in " : "", grid->b ? test->between : "");
    }
    return WK_OK;
}

static wk_status place(wk_judging *j, const wk_test *test, const wk_cells *cells,
                       const double *row_x, wk_grid *grid) {
    const size_t room = grid->nseeds * grid->nx;
    grid->a = wk_arena_get(&j->scratch, room, sizeof *grid->a);
    grid->b = test->between ? wk_arena_get(&j->scratch, room, sizeof *grid->b) : NULL;
    for (size_t i = 0; i < cells->n; i++) {
        const wk_row *row = cells->rows[i];
        const size_t s = wk_place_whole(grid->seeds, grid->nseeds, row->seed);
        const size_t x = wk_place(grid->x, grid->nx, row_x[i]);
        const wk_row **slot = &(is_side_a(test, row) ? grid->a : grid->b)[s * grid->nx + x];
        if (*slot)
            return wk_fail(&j->why, WK_BAD_INPUT,
                           "cells '%s' and '%s' differ in nothing but their id", (*slot)->id,
                           row->id);
        *slot = row;
    }
    return check_full(j, test, grid);
}

wk_status wk_grid_make(wk_judging *j, const wk_test *test, const wk_cells *cells, wk_grid *out) {
    double *row_x = wk_arena_doubles(&j->scratch, cells->n);
    *out = (wk_grid){0};
    WK_TRY(wk_cells_check_ends(cells, &j->why));
    list_seeds(j, cells, out);
    WK_TRY(list_x(j, test, cells, row_x, out));
    if (out->nseeds < WK_LEAST_SEEDS)
        return wk_fail(&j->why, WK_BAD_INPUT, "only %zu seed%s (at least %d are needed)",
                       out->nseeds, out->nseeds == 1 ? "" : "s", WK_LEAST_SEEDS);
    if (out->nx < test->statistic->least_x)
        return wk_fail(&j->why, WK_BAD_INPUT, "only %zu value%s of %s (a %s needs at least %zu)",
                       out->nx, out->nx == 1 ? "" : "s", test->over ? test->over : "over",
                       test->statistic->name, test->statistic->least_x);
    return place(j, test, cells, row_x, out);
}

/* ---- values ---- */

static wk_status fail_no_metric(wk_judging *j, const char *metric, const wk_row *row) {
    const wk_series *series = row->result.series;
    const size_t n = row->result.nseries;
    char hint[WK_TEXT_HINT];
    wk_text_hint_of(metric, series, n, sizeof *series, hint);
    wk_fail(&j->why, WK_BAD_INPUT, "cell '%s' has no metric '%s'%s", row->id, metric, hint);
    for (size_t i = 0; !*hint && i < n && i < 8; i++) /* show what there is */
        wk_fail(&j->why, WK_BAD_INPUT, "%.800s%s '%s'", j->why.message, i ? "," : "; it has",
                series[i].name);
    return WK_BAD_INPUT;
}

static wk_status value_at(wk_judging *j, const wk_series *series, double t, const wk_row *row,
                          double *value) {
    size_t near = 0;
    for (size_t i = 1; i < series->n; i++)
        if (fabs(series->at[i] - t) < fabs(series->at[near] - t))
            near = i;
    const size_t last = series->n - 1;
    const char *axis = series->indexed ? "index" : "t";
    const bool met = fabs(series->at[near] - t) <= 1e-9 * fmax(1, fabs(t));
    const bool after = t > series->at[last];
    if (!met && after && series->value[last] != INFINITY)
        return wk_fail(&j->why, WK_BAD_INPUT, "metric '%s' of cell '%s' ends at %s = %g, before %g",
                       series->name, row->id, axis, series->at[last], t);
    if (!met && !after)
        return wk_fail(&j->why, WK_BAD_INPUT,
                       "metric '%s' of cell '%s' has no value at %s = %g (nearest %g)",
                       series->name, row->id, axis, t, series->at[near]);
    *value = met ? series->value[near] : INFINITY; /* it diverged before: SCIENCE, trap T5 */
    return WK_OK;
}

/* A metric at the end of training, or when `test` reads its own. `worst`: which value of an indexed
 * metric's is meant; NULL if it must have one. */
static wk_status read_metric(wk_judging *j, const wk_row *row, const char *metric,
                             const wk_test *test, const wk_rule *worst, double *value) {
    const wk_series *series = wk_row_series(row, metric);
    if (!series)
        return fail_no_metric(j, metric, row);
    if (!series->n)
        return wk_fail(&j->why, WK_BAD_INPUT, "metric '%s' of cell '%s' has no values", metric,
                       row->id);
    if (test && test->when == WK_AT_TIME)
        WK_TRY(value_at(j, series, test->t, row, value));
    else if (!series->indexed || series->n == 1)
        *value = series->value[series->n - 1];
    else if (worst)
        *value = wk_worst(series->value, series->n, worst);
    else
        return wk_fail(&j->why, WK_BAD_INPUT,
                       "metric '%s' of cell '%s' has %zu values, by index: say which with at",
                       metric, row->id, series->n);
    if (isnan(*value))
        return wk_fail(&j->why, WK_BAD_INPUT, "metric '%s' of cell '%s' is not a number", metric,
                       row->id);
    return WK_OK;
}

static double largest(const double *values, size_t n) {
    double size = 0;
    for (size_t i = 0; i < n; i++)
        size = isnan(values[i]) ? NAN : fmax(size, fabs(values[i]));
    return size;
}

/* By its largest in size; an infinite one stays, and makes the others nothing beside it. */
static void scale(double *values, size_t n, double size) {
    for (size_t i = 0; i < n && size > 0; i++)
        values[i] = isinf(values[i]) ? values[i] : values[i] / size;
}

/* value[i] of cell i: at the index where the cells differ most, over the largest value of all. */
static wk_status read_indexed(wk_judging *j, const wk_row *const *cells, size_t n,
                              const char *metric, double *value) {
    const wk_series *first = wk_row_series(cells[0], metric);
    double widest = -1, size = 0;
    for (size_t k = 0; k < first->n; k++) {
        double least = INFINITY, most = -INFINITY;
        for (size_t i = 0; i < n; i++) {
            const wk_series *series = wk_row_series(cells[i], metric);
            if (!series || series->n != first->n || isnan(series->value[k]))
                return wk_fail(&j->why, WK_BAD_INPUT,
                               "metric '%s' of cell '%s' is not that of '%s'", metric, cells[i]->id,
                               cells[0]->id);
            least = fmin(least, series->value[k]);
            most = fmax(most, series->value[k]);
            size = fmax(size, fabs(series->value[k]));
        }
        if (!(most - least > widest))
            continue;
        widest = most - least;
        for (size_t i = 0; i < n; i++)
            value[i] = wk_row_series(cells[i], metric)->value[k];
    }
    scale(value, n, size);
    return WK_OK;
}

/* Does the test compare whole indexed series? */
static bool compares_indexed(const wk_test *test, const wk_row *cell) {
    const wk_series *series = wk_row_series(cell, test->metric);
    return test->statistic->relative && test->when == WK_AT_END && series && series->indexed &&
           series->n > 1;
}

wk_status wk_grid_sample(wk_judging *j, const wk_test *test, const wk_grid *grid, size_t s,
                         const wk_rule *rule, double cap, wk_sample *out) {
    const size_t n = grid->nx;
    const wk_row *const *a = grid->a + s * n, *const *b = grid->b ? grid->b + s * n : NULL;
    double *value = wk_arena_doubles(&j->scratch, n);
    double *other = b ? wk_arena_doubles(&j->scratch, n) : NULL;
    double *predicted = test->predicted ? wk_arena_doubles(&j->scratch, n) : NULL;
    const wk_rule *worst = test->statistic->takes_indexed ? rule : NULL;
    const bool series = compares_indexed(test, a[0]);
    if (series)
        WK_TRY(read_indexed(j, a, n, test->metric, value));
    for (size_t i = 0; i < n; i++) {
        if (!series)
            WK_TRY(read_metric(j, a[i], test->metric, test, worst, &value[i]));
        value[i] = fmin(value[i], cap);
        if (predicted)
            WK_TRY(read_metric(j, a[i], test->predicted, NULL, NULL, &predicted[i]));
        if (b) {
            WK_TRY(read_metric(j, b[i], test->metric, test, worst, &other[i]));
            other[i] = fmin(other[i], cap);
        }
    }
    if (test->statistic->relative && !series)
        scale(value, n, largest(value, n));
    *out = (wk_sample){n, grid->x, value, other, predicted};
    return WK_OK;
}
