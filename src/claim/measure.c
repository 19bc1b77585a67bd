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

wk_status wk_rows_check_ends(const wk_row *const *rows, size_t n, wk_error *err) {
    size_t pending = 0, broken = 0;
    const wk_row *first = NULL; /* the first that was tried and gave nothing */
    for (size_t i = 0; i < n; i++) {
        const wk_end end = rows[i]->result.end;
        if (end == WK_END_PENDING) {
            pending++;
        } else if (end != WK_END_OK && end != WK_END_DIVERGED) {
            first = first ? first : rows[i];
            broken += end == first->result.end;
        }
    }
    if (!first && !pending)
        return WK_OK;
    if (!first)
        return wk_fail(err, WK_BAD_INPUT, "%zu of %zu cells not run", pending, n);
    const bool reason = first->result.reason && *first->result.reason;
    wk_fail(err, WK_BAD_INPUT, "%zu of %zu cells %s%s%.600s", broken, n,
            end_words(first->result.end), reason ? ": " : "", reason ? first->result.reason : "");
    return pending ? wk_fail(err, WK_BAD_INPUT, "%s; %zu not run", err->message, pending)
                   : WK_BAD_INPUT;
}

static void list_seeds(const wk_row *const *rows, size_t n, wk_arena *scratch, wk_grid *grid) {
    grid->seeds = wk_arena_get(scratch, n, sizeof *grid->seeds);
    for (size_t i = 0; i < n; i++)
        grid->seeds[i] = rows[i]->seed;
    grid->nseeds = wk_sort_distinct_whole(grid->seeds, n);
}

static wk_status fail_no_over(const char *over, const wk_row *row, wk_arena *scratch,
                              wk_error *err) {
    const char **names = wk_arena_get(scratch, row->params.n, sizeof *names);
    for (size_t i = 0; i < row->params.n; i++)
        names[i] = row->params.pairs[i].key;
    char hint[WK_TEXT_HINT];
    return wk_fail(err, WK_BAD_INPUT, "cell '%s' has no parameter '%s'%s", row->id, over,
                   wk_text_hint(over, names, row->params.n, hint));
}

/* x of each row, and grid->x. Values that are not all numbers are numbered as they appear. */
static wk_status list_x(const wk_test *test, const wk_row *const *rows, size_t n, double *row_x,
                        wk_arena *scratch, wk_grid *grid, wk_error *err) {
    const wk_value **values = wk_arena_get(scratch, n, sizeof *values);
    grid->x = wk_arena_doubles(scratch, n);
    bool numbers = true;
    memset(row_x, 0, n * sizeof *row_x);
    for (size_t i = 0; test->over && i < n; i++) {
        const wk_pair *own = wk_bag_pair(&rows[i]->params, test->over);
        if (!own)
            return fail_no_over(test->over, rows[i], scratch, err);
        values[i] = &own->value;
        const bool number = wk_value_number(values[i], &row_x[i]);
        if (!number && test->statistic->needs_over && !test->statistic->takes_words)
            return wk_fail(err, WK_BAD_INPUT, "a %s needs numbers, but %s is '%s'",
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
    return wk_selection_has(&(wk_selection){row->experiment, &a, 1}, row);
}

static wk_status check_full(const wk_test *test, const wk_grid *grid, wk_error *err) {
    for (size_t s = 0; s < grid->nseeds; s++) {
        size_t missing = 0;
        for (size_t i = 0; i < grid->nx; i++) {
            missing += !grid->a[s * grid->nx + i];
            missing += grid->b && !grid->b[s * grid->nx + i];
        }
        if (missing)
            return wk_fail(
                err, WK_BAD_INPUT, "%zu of %zu cells of seed %llu are not in the plan%s%s", missing,
                grid->nx * (grid->b ? 2 : 1), (unsigned long long)grid->seeds[s],
                grid->b ? ": each needs its pair in " : "", grid->b ? test->between : "");
    }
    return WK_OK;
}

static wk_status place(const wk_test *test, const wk_row *const *rows, const double *row_x,
                       size_t n, wk_arena *scratch, wk_grid *grid, wk_error *err) {
    const size_t cells = grid->nseeds * grid->nx;
    grid->a = wk_arena_get(scratch, cells, sizeof *grid->a);
    grid->b = test->between ? wk_arena_get(scratch, cells, sizeof *grid->b) : NULL;
    for (size_t i = 0; i < n; i++) {
        const size_t s = wk_place_whole(grid->seeds, grid->nseeds, rows[i]->seed);
        const size_t x = wk_place(grid->x, grid->nx, row_x[i]);
        const wk_row **side = is_side_a(test, rows[i]) ? grid->a : grid->b;
        const wk_row **slot = &side[s * grid->nx + x];
        if (*slot)
            return wk_fail(err, WK_BAD_INPUT, "cells '%s' and '%s' differ in nothing but their id",
                           (*slot)->id, rows[i]->id);
        *slot = rows[i];
    }
    return check_full(test, grid, err);
}

wk_status wk_grid_make(const wk_test *test, const wk_row *const *rows, size_t n, wk_arena *scratch,
                       wk_grid *out, wk_error *err) {
    *out = (wk_grid){0};
    double *row_x = wk_arena_doubles(scratch, n);
    WK_TRY(wk_rows_check_ends(rows, n, err));
    list_seeds(rows, n, scratch, out);
    WK_TRY(list_x(test, rows, n, row_x, scratch, out, err));
    if (out->nseeds < WK_LEAST_SEEDS)
        return wk_fail(err, WK_BAD_INPUT, "only %zu seed%s (at least %d are needed)", out->nseeds,
                       out->nseeds == 1 ? "" : "s", WK_LEAST_SEEDS);
    if (out->nx < test->statistic->least_x)
        return wk_fail(err, WK_BAD_INPUT, "only %zu value%s of %s (a %s needs at least %zu)",
                       out->nx, out->nx == 1 ? "" : "s", test->over ? test->over : "over",
                       test->statistic->name, test->statistic->least_x);
    return place(test, rows, row_x, n, scratch, out, err);
}

static wk_status fail_no_metric(const char *metric, const wk_row *row, wk_arena *scratch,
                                wk_error *err) {
    const char **names = wk_arena_get(scratch, row->result.nseries, sizeof *names);
    for (size_t i = 0; i < row->result.nseries; i++)
        names[i] = row->result.series[i].name;
    char hint[WK_TEXT_HINT];
    wk_text_hint(metric, names, row->result.nseries, hint);
    wk_fail(err, WK_BAD_INPUT, "cell '%s' has no metric '%s'%s", row->id, metric, hint);
    for (size_t i = 0; !*hint && i < row->result.nseries && i < 8; i++) /* show what there is */
        wk_fail(err, WK_BAD_INPUT, "%.800s%s '%s'", err->message, i ? "," : "; it has", names[i]);
    return WK_BAD_INPUT;
}

static wk_status value_at(const wk_series *series, double t, const wk_row *row, double *value,
                          wk_error *err) {
    size_t near = 0;
    for (size_t j = 1; j < series->n; j++)
        if (fabs(series->at[j] - t) < fabs(series->at[near] - t))
            near = j;
    const size_t last = series->n - 1;
    const char *axis = series->indexed ? "index" : "t";
    if (fabs(series->at[near] - t) <= 1e-9 * fmax(1, fabs(t))) {
        *value = series->value[near];
        return WK_OK;
    }
    if (t > series->at[last] && series->value[last] == INFINITY) {
        *value = INFINITY; /* it diverged before: SCIENCE, trap T5 */
        return WK_OK;
    }
    if (t > series->at[last])
        return wk_fail(err, WK_BAD_INPUT, "metric '%s' of cell '%s' ends at %s = %g, before %g",
                       series->name, row->id, axis, series->at[last], t);
    return wk_fail(err, WK_BAD_INPUT,
                   "metric '%s' of cell '%s' has no value at %s = %g (nearest %g)", series->name,
                   row->id, axis, t, series->at[near]);
}

/* `indexed_rule`: the worst of an indexed metric's values is meant; NULL if it must have one value.
 */
static wk_status value_at_end(const wk_series *series, const wk_rule *indexed_rule,
                              const wk_row *row, double *value, wk_error *err) {
    if (series->indexed && series->n > 1 && !indexed_rule)
        return wk_fail(err, WK_BAD_INPUT,
                       "metric '%s' of cell '%s' has %zu values, by index: say which with at",
                       series->name, row->id, series->n);
    *value = series->indexed && series->n > 1 ? wk_worst(series->value, series->n, indexed_rule)
                                              : series->value[series->n - 1];
    return WK_OK;
}

static wk_status read_metric(const wk_row *row, const char *metric, wk_when when, double t,
                             const wk_rule *indexed_rule, wk_arena *scratch, double *value,
                             wk_error *err) {
    const wk_series *series = wk_row_series(row, metric);
    if (!series)
        return fail_no_metric(metric, row, scratch, err);
    if (!series->n)
        return wk_fail(err, WK_BAD_INPUT, "metric '%s' of cell '%s' has no values", metric,
                       row->id);
    WK_TRY(when == WK_AT_TIME ? value_at(series, t, row, value, err)
                              : value_at_end(series, indexed_rule, row, value, err));
    if (isnan(*value))
        return wk_fail(err, WK_BAD_INPUT, "metric '%s' of cell '%s' is not a number", metric,
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
static wk_status read_indexed(const wk_row *const *cells, size_t n, const char *metric,
                              double *value, wk_error *err) {
    const wk_series *first = wk_row_series(cells[0], metric);
    double widest = -1, size = 0;
    for (size_t j = 0; j < first->n; j++) {
        double least = INFINITY, most = -INFINITY;
        for (size_t i = 0; i < n; i++) {
            const wk_series *series = wk_row_series(cells[i], metric);
            if (!series || series->n != first->n || isnan(series->value[j]))
                return wk_fail(err, WK_BAD_INPUT, "metric '%s' of cell '%s' is not that of '%s'",
                               metric, cells[i]->id, cells[0]->id);
            least = fmin(least, series->value[j]);
            most = fmax(most, series->value[j]);
            size = fmax(size, fabs(series->value[j]));
        }
        if (!(most - least > widest))
            continue;
        widest = most - least;
        for (size_t i = 0; i < n; i++)
            value[i] = wk_row_series(cells[i], metric)->value[j];
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

wk_status wk_grid_sample(const wk_test *test, const wk_grid *grid, size_t s, const wk_rule *rule,
                         wk_arena *scratch, wk_sample *out, wk_error *err) {
    const size_t n = grid->nx;
    double *value = wk_arena_doubles(scratch, n), *other = NULL, *predicted = NULL;
    if (grid->b)
        other = wk_arena_doubles(scratch, n);
    if (test->predicted)
        predicted = wk_arena_doubles(scratch, n);
    const wk_rule *indexed = test->statistic->takes_indexed ? rule : NULL;
    const bool series = compares_indexed(test, grid->a[s * n]);
    if (series)
        WK_TRY(read_indexed(grid->a + s * n, n, test->metric, value, err));
    for (size_t i = 0; i < n; i++) {
        const wk_row *a = grid->a[s * n + i];
        if (!series)
            WK_TRY(read_metric(a, test->metric, test->when, test->t, indexed, scratch, &value[i],
                               err));
        value[i] = fmin(value[i], test->cap);
        if (test->predicted)
            WK_TRY(
                read_metric(a, test->predicted, WK_AT_END, 0, NULL, scratch, &predicted[i], err));
        if (!grid->b)
            continue;
        const wk_row *b = grid->b[s * n + i];
        WK_TRY(read_metric(b, test->metric, test->when, test->t, indexed, scratch, &other[i], err));
        other[i] = fmin(other[i], test->cap);
    }
    if (test->statistic->relative && !series)
        scale(value, n, largest(value, n));
    *out = (wk_sample){n, grid->x, value, other, predicted};
    return WK_OK;
}

static size_t at_cap(const double *values, size_t n, double cap) {
    size_t count = 0;
    for (size_t i = 0; values && i < n; i++)
        count += values[i] >= cap;
    return count;
}

wk_status wk_grid_count(wk_part *part, const wk_grid *grid, const wk_rule *rule, wk_arena *scratch,
                        wk_error *err) {
    const wk_statistic *statistic = part->test->statistic;
    wk_test free_test = *part->test;
    free_test.cap = INFINITY;
    bool differs = false;
    size_t other = 0;
    part->values = grid->nseeds * grid->nx * (grid->b ? 2 : 1);
    for (size_t s = 0; s < grid->nseeds && isfinite(part->test->cap); s++) {
        wk_sample capped, free_sample;
        WK_TRY(wk_grid_sample(part->test, grid, s, rule, scratch, &capped, err));
        WK_TRY(wk_grid_sample(&free_test, grid, s, rule, scratch, &free_sample, err));
        part->capped += at_cap(capped.value, capped.n, part->test->cap);
        other += at_cap(capped.other, capped.n, part->test->cap);
        differs = differs || wk_statistic_reduce(part->test, &capped, rule) <
                                 wk_statistic_reduce(part->test, &free_sample, rule);
    }
    part->capped += other;
    part->at_least = statistic->rises && !other && differs;
    return WK_OK;
}
