/* Metrics over a parameter: mean over seeds with a Student-t band, reference slopes, predicted
 * slopes. */
#include "base/order.h"
#include "plot/axis.h"
#include "plot/curves.h"
#include "table/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const scales[] = {"linear", "logx", "logy", "loglog", NULL};
static const char *const bands[] = {"interval", "none", NULL};

/* clang-format off */
static const wk_param suite_keys[] = {
    {"x", WK_NAME, WK_REQUIRED, .offset = offsetof(wk_figure_keys, x),
     .help = "parameter on the abscissa"},
    {"y", WK_WORDS, WK_REQUIRED, .offset = offsetof(wk_figure_keys, y),
     .help = "metrics, at the end of training"},
    {"by", WK_WORDS, .offset = offsetof(wk_figure_keys, by),
     .help = "parameters that split the cells into lines"},
    {"scale", WK_WORD, .offset = offsetof(wk_figure_keys, scale), .fallback = "loglog",
     .words = scales, .help = "which axes are logarithmic"},
    {"band", WK_WORD, .offset = offsetof(wk_figure_keys, band), .fallback = "interval",
     .words = bands, .help = "Student-t interval over seeds, or nothing"},
    {"guides", WK_WORDS, .offset = offsetof(wk_figure_keys, guides),
     .help = "slopes of thin reference lines"},
    {"mark", WK_REAL, .offset = offsetof(wk_figure_keys, mark), .min = -DBL_MAX, .max = DBL_MAX,
     .help = "height of a thin horizontal line"},
    {"predicted", WK_NAME, .offset = offsetof(wk_figure_keys, predicted),
     .help = "metric that holds the predicted slope of y on ln x: a thin dashed line"},
};
/* clang-format on */

typedef struct line {
    const wk_curve *curve;
    wk_point *points; /* (n) ascending in x */
    size_t n;
    double predicted, middle_x, middle_y; /* slope on ln x through this point; NaN: none */
} line;

typedef struct drawing {
    const wk_figure *figure;
    line *lines;
    size_t n;
    double *x; /* (nx) all abscissas, ascending, each once */
    size_t nx;
    wk_axis ax, ay;
} drawing;

/* The mean over cells of the predicted slope, and the middle of the curve, through which it is
 * drawn. */
static void reduce_prediction(const wk_figure *figure, line *out) {
    const wk_curve *curve = out->curve;
    wk_tally slope = {0}, x = {0}, y = {0};
    for (size_t i = 0; figure->predicted && i < curve->n; i++)
        wk_tally_add_finite(&slope, wk_curves_last(curve->rows[i], figure->predicted));
    for (size_t i = 0; i < out->n; i++) {
        const double mean = out->points[i].y.mean;
        if (isfinite(mean) && out->points[i].x > 0) {
            wk_tally_add(&x, log(out->points[i].x));
            wk_tally_add(&y, figure->log_y ? log(mean) : mean);
        }
    }
    out->middle_x = wk_tally_mean(&x);
    out->middle_y = wk_tally_mean(&y);
    out->predicted = x.n ? wk_tally_mean(&slope) : (double)NAN;
}

/* All abscissas of the cells. */
static void find_abscissas(drawing *d, const wk_curves *set, wk_arena *arena) {
    size_t most = 0;
    for (size_t i = 0; i < set->n; i++)
        most += set->curves[i].n;
    d->x = wk_arena_doubles(arena, most);
    for (size_t i = 0; i < set->n; i++)
        for (size_t j = 0; j < set->curves[i].n; j++)
            d->nx += wk_curves_abscissa(d->figure, set->curves[i].rows[j], &d->x[d->nx]);
    d->nx = wk_sort_distinct(d->x, d->nx);
}

static void reduce(drawing *d, const wk_curves *set, wk_arena *arena) {
    d->lines = wk_arena_get(arena, set->n, sizeof *d->lines);
    for (d->n = 0; d->n < set->n; d->n++) {
        line *own = &d->lines[d->n];
        *own = (line){.curve = &set->curves[d->n]};
        own->points = wk_arena_get(arena, d->nx, sizeof *own->points);
        for (size_t i = 0; i < d->nx; i++) {
            const wk_point point = wk_curves_point(d->figure, own->curve, &d->x[i], arena);
            if (point.n + point.infinite + point.missing)
                own->points[own->n++] = point;
        }
        reduce_prediction(d->figure, own);
    }
}

/* All means, and the bands unless they would dwarf the means. */
static void choose_ranges(drawing *d) {
    wk_axis widest = d->ay;
    for (size_t i = 0; i < d->n; i++)
        wk_points_include(d->lines[i].points, d->lines[i].n, &d->ax, &d->ay, &widest);
    wk_axis_include(&d->ay, d->figure->mark);
    wk_axis_pad(&d->ay, 0, 0);
    if (d->figure->band)
        wk_axis_include_bands(&d->ay, &widest, 0.6, 0.6);
    wk_axis_pad(&d->ax, 0.04, 0.04);
    wk_axis_pad(&d->ay, d->figure->nguides ? 0.12 : 0.06, 0.10);
}

/* ---- drawing ---- */

enum layer { BANDS, GUIDES, LINES, KEY };

/* A point in mapped coordinates. */
static void mapped_row(wk_picture *p, const drawing *d, double x, double y) {
    const double numbers[] = {wk_axis_unmap(&d->ax, x), wk_axis_unmap(&d->ay, y)};
    wk_picture_data(p, "%s", wk_picture_numbers(p, numbers, 2));
}

/* −1/2 for a fraction that people write so, else the number. */
static const char *slope_text(double slope, wk_arena *arena) {
    const char *sign = slope < 0 ? "−" : "";
    for (int under = 1; under <= 4; under++) {
        const double over = fabs(slope) * under;
        if (!(fabs(over - round(over)) < 1e-9 && over < 100))
            continue;
        return under == 1 ? wk_arena_printf(arena, "slope %s%.0f", sign, over)
                          : wk_arena_printf(arena, "slope %s%.0f/%d", sign, over, under);
    }
    return wk_arena_printf(arena, "slope %s%.3g", sign, fabs(slope));
}

/* Where the guides begin, at the left: somewhat below the lowest line. */
static double lowest_left(const drawing *d) {
    const double low = wk_axis_map(&d->ay, d->ay.low), high = wk_axis_map(&d->ay, d->ay.high);
    double left = (double)INFINITY;
    for (size_t i = 0; i < d->n; i++) {
        const wk_point *first = d->lines[i].points;
        if (d->lines[i].n && first->x == d->x[0] && wk_axis_draws(&d->ay, first->y.mean))
            left = fmin(left, wk_axis_map(&d->ay, first->y.mean));
    }
    return fmax((isfinite(left) ? left : (low + high) / 2) - 0.09 * (high - low), low);
}

/* A fan of slopes from one point, the highest first, each cut off at the frame. Returns how many.
 */
static size_t draw_guides(wk_picture *p, const drawing *d) {
    static const char look[] = "font ',11' textcolor rgb '" WK_GREY "' front";
    const double low = wk_axis_map(&d->ay, d->ay.low), high = wk_axis_map(&d->ay, d->ay.high);
    const double x0 = wk_axis_map(&d->ax, d->x[0]), x1 = wk_axis_map(&d->ax, d->x[d->nx - 1]);
    const double left = lowest_left(d);
    double *slopes = wk_arena_doubles(p->arena, d->figure->nguides);
    double taken = (double)INFINITY; /* labels must not overlap: each below the one before */
    size_t n = 0;
    for (size_t i = 0; i < d->figure->nguides && x1 > x0; i++)
        if (isfinite(d->figure->guides[i]))
            slopes[n++] = d->figure->guides[i];
    wk_sort(slopes, n);
    for (size_t i = n; i-- > 0;) {
        const double end = left + slopes[i] * (x1 - x0), edge = fmin(fmax(end, low), high);
        const bool cut = edge != end && slopes[i] != 0;
        const double last = cut ? x0 + (edge - left) / slopes[i] : x1;
        const char *label = slope_text(slopes[i], p->arena);
        wk_picture_block(p, "guide, %s", label);
        mapped_row(p, d, x0, left);
        mapped_row(p, d, last, cut ? edge : end);
        wk_picture_draw(p, GUIDES, "with lines lw 0.9 lc rgb '#a0a0a0' notitle");
        if (cut) {
            wk_picture_label(p, label, "first %s, graph %.4f left offset 0.9,0 %s",
                             wk_picture_number(p, wk_axis_unmap(&d->ax, last)),
                             edge > low ? 0.975 : 0.025, look);
        } else {
            taken = fmin((end - low) / (high - low), taken - 0.05);
            wk_picture_label(p, label, "graph 1.012, graph %.4f left %s", taken, look);
        }
    }
    return n;
}

/* Samples of the predicted lines (curved, if x is linear). */
static void draw_predictions(wk_picture *p, const drawing *d) {
    enum { SAMPLES = 33 };
    bool any = false;
    for (size_t i = 0; i < d->n; i++) {
        const line *l = &d->lines[i];
        if (!isfinite(l->predicted))
            continue;
        wk_picture_block(p, "predicted slope, %s", l->curve->label);
        const double from = wk_axis_map(&d->ax, l->points[0].x);
        const double to = wk_axis_map(&d->ax, l->points[l->n - 1].x);
        for (size_t k = 0; k < SAMPLES; k++) {
            const double at = from + (to - from) * (double)k / (SAMPLES - 1);
            const double x = wk_axis_unmap(&d->ax, at);
            if (x > 0)
                mapped_row(p, d, at, l->middle_y + l->predicted * (log(x) - l->middle_x));
        }
        wk_picture_draw(p, GUIDES, "with lines lw 1.1 dt (5,4) lc rgb '%s' notitle", wk_colour(i));
        any = true;
    }
    if (any)
        wk_picture_key(p, KEY, "lines lw 1.1 dt (5,4) lc rgb '%s' title 'predicted slope'",
                       WK_GREY);
}

/* Open triangles at the upper frame where cells diverged; beside each other for several lines. */
static void draw_divergences(wk_picture *p, const drawing *d) {
    bool any = false;
    for (size_t i = 0; i < d->n; i++)
        for (size_t j = 0; j < d->lines[i].n; j++) {
            const wk_point *at = &d->lines[i].points[j];
            if (!at->infinite)
                continue;
            any = true;
            wk_picture_set(
                p,
                "set label '' at first %s, graph %.3f point pt 8 ps 0.8 lw 1.2 lc rgb '%s' front",
                wk_picture_number(p, at->x), 0.985 - 0.028 * (double)(i % 8), wk_colour(i));
        }
    if (any)
        wk_picture_key(p, KEY, "points pt 8 ps 0.8 lc rgb '%s' title 'diverged or unbounded'",
                       WK_GREY);
}

/* Why a line has no point in the picture; NULL if it has one. */
static const char *why_empty(const drawing *d, const line *l) {
    size_t infinite = 0;
    for (size_t j = 0; j < l->n; j++) {
        if (wk_axis_draws(&d->ay, l->points[j].y.mean))
            return NULL;
        infinite += l->points[j].infinite;
    }
    for (size_t i = 0; i < l->curve->n; i++)
        if (l->curve->rows[i]->result.end == WK_END_DIVERGED)
            return "diverged";
    return infinite ? "unbounded" : "no values";
}

static void line_rows(wk_picture *p, const line *l) {
    wk_picture_block(p, "%s", l->curve->label);
    wk_picture_data(p, "# x mean low high seeds diverged missing");
    for (size_t j = 0; j < l->n; j++) {
        const wk_point *at = &l->points[j];
        const double numbers[] = {at->x, at->y.mean, at->y.low, at->y.high};
        wk_picture_data(p, "%s %zu %zu %zu", wk_picture_numbers(p, numbers, 4), at->n, at->infinite,
                        at->missing);
    }
    if (!l->n)
        wk_picture_data(p, "NaN NaN NaN NaN 0 0 0");
}

/* The key shows what is drawn of a line: of one without a point nothing but its marks of
 * divergence. */
static void draw_line(wk_picture *p, const drawing *d, size_t i) {
    const line *l = &d->lines[i];
    const char *why = why_empty(d, l), *title = wk_picture_quote(p, l->curve->label);
    line_rows(p, l);
    if (d->figure->band)
        wk_picture_draw(p, BANDS,
                        "using 1:3:4 with filledcurves fs transparent solid 0.16 noborder "
                        "lc rgb '%s' notitle",
                        wk_colour(i));
    wk_picture_draw(
        p, LINES, "using 1:2 with linespoints lw 1.8 dt %s pt %d ps 0.75 lc rgb '%s' %s%s",
        wk_dash(i), wk_marker(i), wk_colour(i), why ? "notitle" : "title ", why ? "" : title);
    if (why)
        wk_picture_key(p, LINES, "points pt 8 ps 0.8 lw 1.2 lc rgb '%s' title %s.' (%s)'",
                       wk_colour(i), title, why);
}

/* "ΔΘ", or the short symbols of all metrics. */
static const char *ordinate(const wk_figure *figure, const wk_judged *report, wk_arena *arena) {
    if (figure->ny == 1)
        return wk_label_of(report, figure->y[0], arena);
    const char *label = "";
    for (size_t i = 0; i < figure->ny; i++)
        label = wk_label_join(label, ", ", wk_label_short(report, figure->y[i], arena), arena);
    return label;
}

static wk_status draw(wk_picture *p, const wk_figure *figure, const wk_judged *report,
                      wk_error *err) {
    drawing d = {
        .figure = figure, .ax = wk_axis_empty(figure->log_x), .ay = wk_axis_empty(figure->log_y)};
    wk_curves set;
    WK_TRY(wk_curves_make(figure, report, figure->x, WK_CURVES_MOST, p->arena, &set, err));
    find_abscissas(&d, &set, p->arena);
    if (!d.nx)
        return wk_fail(err, WK_CANNOT, "parameter '%s' is not a number%s in any of its cells",
                       figure->x, figure->log_x ? " above zero" : "");
    reduce(&d, &set, p->arena);
    choose_ranges(&d);
    p->title = wk_figure_title(figure, report, p->arena);
    const char *x = wk_label_of(report, figure->x, p->arena);
    wk_axis_write(p, &d.ax, 'x', x, d.x, d.nx);
    wk_axis_write(p, &d.ay, 'y', ordinate(figure, report, p->arena), NULL, 0);
    for (size_t i = 0; i < d.n; i++)
        draw_line(p, &d, i);
    wk_picture_set(p, "set rmargin %d", draw_guides(p, &d) ? 12 : 4);
    draw_predictions(p, &d);
    wk_axis_mark(p, &d.ay, figure->mark, WK_MARK_BEHIND);
    draw_divergences(p, &d);
    return WK_OK;
}

static const char *note(const wk_figure *figure, const wk_judged *report, wk_arena *arena) {
    const char *shaded =
        figure->band
            ? wk_arena_printf(arena, "; bands: %.4g %% Student-t intervals", 100 * figure->level)
            : "";
    return wk_arena_printf(
        arena,
        "Points: %smean over seeds%s; cells that diverged are left out of the mean and marked "
        "at the upper frame%s. %s",
        figure->log_y ? "geometric " : "", shaded,
        figure->predicted
            ? "; dashed: the predicted slope, through the middle of the measured points"
            : "",
        wk_curves_note(figure, report, arena));
}

const wk_figure_kind wk_figure_line = {
    .name = "line",
    .help = "metrics over a parameter: mean over seeds, with a band",
    WK_ROWS(suite_keys),
    .draw = draw,
    .caption = "Each point is the mean over seeds of the metric at the end of training.",
    .width = 760,
    .height = 520,
    .note = note,
};
