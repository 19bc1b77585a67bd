/* How far each backend's numbers are from those of the first: a field of colours with the numbers
 * written in. */
#include "blas/compare.h"
#include "plot/axis.h"
#include "plot/curves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const wk_param suite_keys[] = {
    {"y", WK_WORDS, .offset = offsetof(wk_figure_keys, y),
     .help = "metrics whose largest relative difference is shown; without: kernel.sample"},
    {"by", WK_WORDS, .offset = offsetof(wk_figure_keys, by),
     .help = "parameters whose combinations are the rows; without: all but backend, coretype and "
             "threads"},
};
/* clang-format on */

enum { ROWS_MOST = 60 };

typedef struct field {
    const wk_figure *figure;
    wk_blas_compare contest;
    wk_lines rows;
    double
        *values; /* (rows, contest.n) relative difference from the first contender; NaN: no pair */
    int low, high; /* powers of ten that the colours span */
} field;

static const char *const usual[] = {"kernel.sample"};

static const char *const *metrics_of(const wk_figure *figure, size_t *n) {
    *n = figure->ny ? figure->ny : 1;
    return figure->ny ? figure->y : usual;
}

/* The row that a task belongs to. */
static const char *name_row(const field *f, const wk_judged *report, const wk_task *task,
                            const char *metric, wk_arena *arena) {
    const wk_figure *figure = f->figure;
    const char **values = wk_arena_get(arena, figure->nby, sizeof *values);
    size_t i = 0;
    while (!task->cells[i]) /* a task is made of a cell */
        i++;
    for (size_t k = 0; k < figure->nby; k++) {
        const char *text = wk_bag_find(&task->cells[i]->params, figure->by[k]);
        values[k] = text ? text : "";
    }
    const char *name =
        figure->nby ? wk_label_values(report, figure->by, values, figure->nby, arena) : task->label;
    if (figure->ny < 2)
        return name;
    const char *symbol = wk_label_short(report, metric, arena);
    return wk_label_join(symbol, *name ? ", " : "", name, arena);
}

static void take(field *f, const wk_task *task, const char *metric, size_t row) {
    for (size_t c = 0; c < f->contest.n; c++)
        for (size_t s = 0; s < task->nseeds; s++) {
            const wk_row *first = wk_task_cell(task, 0, s), *own = wk_task_cell(task, c, s);
            const double distance =
                wk_series_distance(wk_row_series(first, metric), wk_row_series(own, metric));
            double *known = &f->values[row * f->contest.n + c];
            if (!isnan(distance) && !(*known >= distance))
                *known = distance;
        }
}

static bool has(const wk_blas_compare *contest, const wk_task *task, const char *metric) {
    for (size_t i = 0; i < contest->n * task->nseeds; i++)
        if (task->cells[i] && wk_row_series(task->cells[i], metric))
            return true;
    return false;
}

static wk_status fill(field *f, const wk_judged *report, wk_arena *arena, wk_error *err) {
    size_t ny = 0;
    const char *const *metrics = metrics_of(f->figure, &ny);
    f->values = wk_arena_doubles(arena, ROWS_MOST * f->contest.n);
    for (size_t i = 0; i < ROWS_MOST * f->contest.n; i++)
        f->values[i] = (double)NAN;
    for (size_t m = 0; m < ny; m++)
        for (size_t t = 0; t < f->contest.ntasks; t++) {
            if (!has(&f->contest, &f->contest.tasks[t], metrics[m]))
                continue;
            const char *name = name_row(f, report, &f->contest.tasks[t], metrics[m], arena);
            const size_t row = wk_lines_number(&f->rows, name, arena);
            if (row == ROWS_MOST)
                return wk_fail(err, WK_CANNOT, "it would show more than %d rows: narrow `from`",
                               (int)ROWS_MOST);
            take(f, &f->contest.tasks[t], metrics[m], row);
        }
    return WK_OK;
}

static wk_status make(field *f, const wk_judged *report, wk_arena *arena, wk_error *err) {
    const wk_selection *from = f->figure->from.experiment ? &f->figure->from : NULL;
    wk_blas_compare_make(report->table, from, arena, &f->contest);
    if (f->contest.n < 2)
        return wk_fail(err, WK_CANNOT, "fewer than two backends have a finished cell of it");
    WK_TRY(fill(f, report, arena, err));
    size_t ny = 0;
    const char *const *metrics = metrics_of(f->figure, &ny);
    return f->rows.n ? WK_OK : wk_fail(err, WK_CANNOT, "no cell of it has '%s'", metrics[0]);
}

/* Whole powers of ten around all values that are neither zero nor infinite. */
static void choose_range(field *f) {
    double low = (double)INFINITY, high = 0;
    for (size_t i = 0; i < f->rows.n * f->contest.n; i++)
        if (f->values[i] > 0 && isfinite(f->values[i])) {
            low = fmin(low, f->values[i]);
            high = fmax(high, f->values[i]);
        }
    f->low = high > 0 ? (int)floor(log10(low)) : -16;
    f->high = high > 0 ? (int)ceil(log10(high)) : -15;
    if (f->high < f->low + 2)
        f->high = f->low + 2;
}

/* Dark for what is large: 1 for the lowest power, 0 for the highest. */
static double lightness(const field *f, double value) {
    const double share = (log10(value) - f->low) / (double)(f->high - f->low);
    return isfinite(share) ? 1 - share : 0;
}

/* "equal", "2e-15", "∞" */
static const char *number_in(double value, wk_arena *arena) {
    if (isnan(value))
        return "–";
    if (!(value > 0) || isinf(value))
        return value > 0 ? "∞" : "equal";
    const char *digits = wk_arena_printf(arena, "%.0e", value); /* of two digits at least: 2e-05 */
    return wk_arena_printf(arena, "%.1se%d", digits, atoi(digits + 2));
}

static void draw_cell(wk_picture *p, const field *f, size_t row, size_t column) {
    const double value = f->values[row * f->contest.n + column];
    const bool coloured = value > 0, dark = isinf(value);
    const double light = coloured ? lightness(f, value) : 1;
    wk_picture_data(p, "%zu %zu %s # %s, %s", row, column,
                    dark ? "inf" : wk_picture_number(p, value), f->rows.all[row],
                    f->contest.contenders[column].label);
    wk_picture_set(p,
                   "set object rectangle from first %.2f, first %.2f to first %.2f, first %.2f "
                   "fs solid 1 border lc rgb '#ffffff' fc rgb '%s' behind",
                   (double)column - 0.48, (double)row - 0.46, (double)column + 0.48,
                   (double)row + 0.46,
                   dark       ? "#000000"
                   : coloured ? wk_colour_scale(p, light)
                              : "#f0f0f0");
    wk_picture_set(p, "set label '%s' at first %zu, first %zu center font ',11' tc rgb '%s' front",
                   number_in(value, p->arena), column, row,
                   dark       ? "white"
                   : coloured ? wk_colour_on_scale(light)
                              : "#505050");
}

static void draw_names(wk_picture *p, const field *f) {
    const size_t columns = f->contest.n - 1;
    wk_lines below = {0};
    for (size_t r = 0; r < f->rows.n; r++)
        wk_picture_label(p, f->rows.all[r], "graph -0.012, first %zu right font ',11'", r);
    for (size_t c = 0; c < columns; c++)
        wk_lines_add(&below, f->contest.contenders[c + 1].label, p->arena);
    const size_t longest = wk_lines_longest(&below);
    const bool turned = longest * columns > 70;
    for (size_t c = 0; c < columns; c++)
        wk_picture_label(p, below.all[c], "first %zu, graph 0 offset 0,-0.8 %s font ',11'", c + 1,
                         turned ? "right rotate by 28" : "center");
    wk_picture_set(p, "set bmargin %zu", turned ? 2 + longest * 2 / 7 : 2);
}

/* The scale beside the field; its steps are as many as the eye needs. */
static void draw_scale(wk_picture *p, const field *f) {
    enum { STEPS = 48 };
    for (int i = 0; i < STEPS; i++)
        wk_picture_set(p,
                       "set object rectangle from graph 1.03, graph %.4f to graph 1.055, graph "
                       "%.4f noclip fs solid 1 noborder fc rgb '%s' behind",
                       (double)i / STEPS, (double)(i + 1) / STEPS,
                       wk_colour_scale(p, 1 - (i + 0.5) / STEPS));
    const int stride = 1 + (f->high - f->low) / 9;
    for (int e = f->low; e <= f->high; e += stride)
        wk_picture_set(p, "set label '%s' at graph 1.065, graph %.4f left font ',11'",
                       wk_picture_power(p, e), (double)(e - f->low) / (double)(f->high - f->low));
}

static wk_status draw(wk_picture *p, const wk_figure *figure, const wk_judged *report,
                      wk_error *err) {
    field f = {.figure = figure};
    WK_TRY(make(&f, report, p->arena, err));
    choose_range(&f);
    if (!p->title)
        p->title = wk_arena_printf(p->arena, "Largest relative difference from %s",
                                   f.contest.contenders[0].label);
    p->height = 190 + 24 * (int)(f.rows.n < 6 ? 6 : f.rows.n);
    wk_picture_data(p, "# row column difference # row, column");
    for (size_t r = 0; r < f.rows.n; r++)
        for (size_t c = 1; c < f.contest.n; c++)
            draw_cell(p, &f, r, c);
    draw_names(p, &f);
    draw_scale(p, &f);
    const size_t longest = wk_lines_longest(&f.rows);
    wk_picture_set(p, "set xrange [0.5:%.1f]\nset yrange [%.1f:-0.5]", (double)f.contest.n - 0.5,
                   (double)f.rows.n - 0.5);
    wk_picture_set(p, "unset xtics\nunset ytics\nunset border\nunset grid\nunset key");
    wk_picture_set(p, "set lmargin %zu\nset rmargin 11", longest < 36 ? longest + 3 : (size_t)39);
    wk_picture_draw(p, 0, "using 2:1 with points pt 7 ps 0.01 lc rgb '#f0f0f0' notitle");
    return WK_OK;
}

static const char *note(const wk_figure *figure, const wk_judged *report, wk_arena *arena) {
    return wk_arena_printf(
        arena,
        "Over all pairs of cells with the same seed and as many threads, relative to the largest "
        "entry of either; ∞: one has a number where the other has none. %s",
        wk_curves_note(figure, report, arena));
}

const wk_figure_kind wk_figure_heat = {
    .name = "heat",
    .help = "the largest relative difference of each backend's numbers from those of the first",
    WK_ROWS(suite_keys),
    .draw = draw,
    .caption = "The darker a field, the further the backend's numbers are from those of the first; "
               "“equal”: "
               "the same in every bit.",
    .width = 820,
    .height = 480, /* `draw` chooses another */
    .note = note,
};
