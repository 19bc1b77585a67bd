/* Metrics over a parameter: mean over seeds with a Student-t band, reference slopes, predicted
 * slopes. */
#include "base/quote.h"
#include "plot/axis.h"
#include "plot/curves.h"
#include "plot/figure.h"
#include "table/summary.h"

#include "base/order.h"
#include "base/text.h"

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

typedef struct point {
    double x;
    wk_interval y;
    size_t n, infinite,
        missing; /* cells that count, that are +inf or diverged, that have no value */
} point;

typedef struct line {
    const wk_curve *curve;
    point *points; /* (n) ascending in x */
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
    size_t index; /* of the next data block */
} drawing;

static bool abscissa(const wk_row *row, const wk_figure *figure, double *x) {
    return wk_bag_number(&row->params, figure->x, x) && (!figure->log_x || *x > 0);
}

static void reduce_point(const wk_figure *figure, const wk_curve *curve, double *values,
                         point *out) {
    for (size_t i = 0; i < curve->n; i++) {
        double x = 0;
        if (!abscissa(curve->rows[i], figure, &x) || x != out->x)
            continue;
        const double value = wk_curves_last(curve->rows[i], curve->metric);
        if (isinf(value) && value > 0)
            out->infinite++;
        else if (!isfinite(value) || (figure->log_y && !(value > 0)))
            out->missing++;
        else
            values[out->n++] = value;
    }
    out->y = wk_interval_of(values, out->n, figure->level, figure->log_y);
}

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

static void reduce_line(const wk_figure *figure, const wk_curve *curve, wk_arena *arena,
                        line *out) {
    double *x = wk_arena_doubles(arena, curve->n);
    double *values = wk_arena_doubles(arena, curve->n);
    size_t n = 0;
    for (size_t i = 0; i < curve->n; i++)
        n += abscissa(curve->rows[i], figure, &x[n]);
    n = wk_sort_distinct(x, n);
    *out = (line){.curve = curve, .n = n};
    out->points = wk_arena_get(arena, n, sizeof *out->points);
    for (size_t i = 0; i < n; i++) {
        out->points[i].x = x[i];
        reduce_point(figure, curve, values, &out->points[i]);
    }
    reduce_prediction(figure, out);
}

/* Ranges: all means, and bands unless they would dwarf the means. */
static void choose_ranges(drawing *d) {
    wk_axis bands_axis = d->ay;
    for (size_t i = 0; i < d->n; i++)
        for (size_t j = 0; j < d->lines[i].n; j++) {
            const point *p = &d->lines[i].points[j];
            wk_axis_include(&d->ay, p->y.mean);
            wk_axis_include(&bands_axis, p->y.low);
            wk_axis_include(&bands_axis, p->y.high);
        }
    wk_axis_include(&d->ay, d->figure->mark);
    for (size_t i = 0; i < d->nx; i++)
        wk_axis_include(&d->ax, d->x[i]);
    wk_axis_pad(&d->ay, 0, 0);
    if (d->figure->band && bands_axis.low <= bands_axis.high) {
        wk_axis most = d->ay;
        wk_axis_pad(&most, 0.6, 0.6);
        wk_axis_include(&d->ay, fmax(bands_axis.low, most.low));
        wk_axis_include(&d->ay, fmin(bands_axis.high, most.high));
    }
    wk_axis_pad(&d->ax, 0.04, 0.04);
    wk_axis_pad(&d->ay, d->figure->nguides ? 0.12 : 0.06, 0.10);
}

static void block(drawing *d, FILE *dat, const char *what, const char *label) {
    fprintf(dat, "%s# %zu: %s", d->index ? "\n\n" : "", d->index, what);
    wk_quote_plain(dat, label);
    fputs("\n", dat);
    d->index++;
}

static void write_curves(drawing *d, FILE *dat) {
    for (size_t i = 0; i < d->n; i++) {
        const line *l = &d->lines[i];
        block(d, dat, "", l->curve->label);
        fputs("# x mean low high seeds diverged missing\n", dat);
        for (size_t j = 0; j < l->n; j++) {
            const point *p = &l->points[j];
            const double numbers[] = {p->x, p->y.mean, p->y.low, p->y.high};
            wk_plot_numbers(dat, numbers, 4);
            fprintf(dat, "%zu %zu %zu\n", p->n, p->infinite, p->missing);
        }
        if (!l->n) /* gnuplot counts blocks by their rows */
            fputs("NaN NaN NaN NaN 0 0 0\n", dat);
    }
}

/* −1/2 for a fraction that people write so, else the number. */
static void slope_text(char *out, size_t room, double slope) {
    const char *sign = slope < 0 ? "−" : "";
    for (int under = 1; under <= 4; under++) {
        const double over = fabs(slope) * under;
        if (fabs(over - round(over)) < 1e-9 && over < 100) {
            if (under == 1)
                snprintf(out, room, "slope %s%.0f", sign, over);
            else
                snprintf(out, room, "slope %s%.0f/%d", sign, over, under);
            return;
        }
    }
    snprintf(out, room, "slope %s%.3g", sign, fabs(slope));
}

typedef struct guide {
    double slope, x[2], y[2]; /* mapped coordinates */
} guide;

static int by_height(const void *a, const void *b) {
    const guide *x = a, *y = b;
    return (x->y[1] < y->y[1]) - (x->y[1] > y->y[1]);
}

/* A fan of slopes from one point at the left, somewhat below the lowest line; cut off at the frame.
 */
static size_t place_guides(const drawing *d, guide *guides) {
    double left = (double)INFINITY;
    for (size_t i = 0; i < d->n; i++)
        for (size_t j = 0; j < d->lines[i].n; j++) {
            const point *p = &d->lines[i].points[j];
            if (p->x == d->x[0] && wk_axis_draws(&d->ay, p->y.mean))
                left = fmin(left, wk_axis_map(&d->ay, p->y.mean));
        }
    const double low = wk_axis_map(&d->ay, d->ay.low), high = wk_axis_map(&d->ay, d->ay.high);
    const double x0 = wk_axis_map(&d->ax, d->x[0]), x1 = wk_axis_map(&d->ax, d->x[d->nx - 1]);
    if (!isfinite(left))
        left = (low + high) / 2;
    left = fmax(left - 0.09 * (high - low), low);
    size_t n = 0;
    for (size_t i = 0; i < d->figure->nguides && x1 > x0; i++) {
        const double slope = d->figure->guides[i];
        if (!isfinite(slope))
            continue;
        guide g = {slope, {x0, x1}, {left, left + slope * (x1 - x0)}};
        const double edge = fmin(fmax(g.y[1], low), high);
        if (edge != g.y[1] && slope != 0) {
            g.x[1] = x0 + (edge - left) / slope;
            g.y[1] = edge;
        }
        guides[n++] = g;
    }
    if (n)
        qsort(guides, n, sizeof *guides, by_height);
    return n;
}

static void write_guides(drawing *d, FILE *dat, FILE *gp, size_t *n, wk_arena *arena) {
    guide *guides = wk_arena_get(arena, d->figure->nguides, sizeof *guides);
    *n = place_guides(d, guides);
    const double high = wk_axis_map(&d->ay, d->ay.high), low = wk_axis_map(&d->ay, d->ay.low);
    double taken = (double)INFINITY; /* labels must not overlap: each below the one before */
    for (size_t i = 0; i < *n; i++) {
        const guide *g = &guides[i];
        char label[48];
        slope_text(label, sizeof label, g->slope);
        block(d, dat, "guide, ", label);
        for (size_t k = 0; k < 2; k++) {
            wk_plot_number(dat, wk_axis_unmap(&d->ax, g->x[k]));
            fputc(' ', dat);
            wk_plot_number(dat, wk_axis_unmap(&d->ay, g->y[k]));
            fputc('\n', dat);
        }
        const bool cut = g->x[1] < wk_axis_map(&d->ax, d->x[d->nx - 1]);
        double height = (g->y[1] - low) / (high - low);
        if (cut)
            height = height < 0.5 ? 0.025 : 0.975;
        else
            height = fmin(height, taken - 0.05);
        taken = cut ? taken : height;
        fputs("set label ", gp);
        wk_quote_gnuplot(gp, label);
        fprintf(gp, " noenhanced at %s", cut ? "first " : "graph 1.012, graph ");
        if (cut) {
            wk_plot_number(gp, wk_axis_unmap(&d->ax, g->x[1]));
            fputs(", graph ", gp);
        }
        fprintf(gp, "%.4f left%s font ',11' textcolor rgb '%s' front\n", height,
                cut ? " offset 0.9,0" : "", WK_GREY);
    }
}

/* Samples of the predicted lines (curved, if x is linear). */
static void write_predictions(drawing *d, FILE *dat) {
    enum { SAMPLES = 33 };
    for (size_t i = 0; i < d->n; i++) {
        const line *l = &d->lines[i];
        if (!isfinite(l->predicted))
            continue;
        block(d, dat, "predicted slope, ", l->curve->label);
        for (size_t k = 0; k < SAMPLES; k++) {
            const double from = wk_axis_map(&d->ax, l->points[0].x);
            const double to = wk_axis_map(&d->ax, l->points[l->n - 1].x);
            const double x = wk_axis_unmap(&d->ax, from + (to - from) * (double)k / (SAMPLES - 1));
            const double y = l->middle_y + l->predicted * (log(x) - l->middle_x);
            if (!(x > 0))
                continue;
            wk_plot_number(dat, x);
            fputc(' ', dat);
            wk_plot_number(dat, wk_axis_unmap(&d->ay, y));
            fputc('\n', dat);
        }
    }
}

/* Open triangles at the upper frame where cells diverged; beside each other for several lines. */
static bool write_divergences(const drawing *d, FILE *gp) {
    bool any = false;
    for (size_t i = 0; i < d->n; i++)
        for (size_t j = 0; j < d->lines[i].n; j++) {
            const point *p = &d->lines[i].points[j];
            if (!p->infinite)
                continue;
            any = true;
            fputs("set label '' at first ", gp);
            wk_plot_number(gp, p->x);
            fprintf(gp, ", graph %.3f point pt 8 ps 0.8 lw 1.2 lc rgb '%s' front\n",
                    0.985 - 0.028 * (double)(i % 8), wk_colour(i));
        }
    return any;
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

/* The key shows what is drawn of a line: of one without a point nothing but its marks of
 * divergence. */
static void plot_line(const drawing *d, size_t i, FILE *gp, const char *dat_name) {
    const line *l = &d->lines[i];
    const char *why = why_empty(d, l);
    fprintf(gp, "'%s' index %zu using 1:2 with linespoints lw 1.8 dt %s pt %d ps 0.75 lc rgb '%s' ",
            dat_name, i, wk_dash(i), wk_point(i), wk_colour(i));
    if (why)
        fprintf(gp, "notitle, \\\nkeyentry with points pt 8 ps 0.8 lw 1.2 lc rgb '%s' ",
                wk_colour(i));
    fputs("title ", gp);
    wk_quote_gnuplot(gp, l->curve->label);
    if (why)
        fprintf(gp, ".' (%s)'", why);
}

static void plot(const drawing *d, FILE *gp, const char *dat_name, size_t guides, bool diverged) {
    fputs("plot ", gp);
    for (size_t i = 0; d->figure->band && i < d->n; i++)
        fprintf(gp,
                "'%s' index %zu using 1:3:4 with filledcurves fs transparent solid 0.16 noborder "
                "lc rgb '%s' notitle, \\\n",
                dat_name, i, wk_colour(i));
    for (size_t i = 0; i < guides; i++)
        fprintf(gp, "'%s' index %zu with lines lw 0.9 lc rgb '#a0a0a0' notitle, \\\n", dat_name,
                d->n + i);
    size_t index = d->n + guides;
    for (size_t i = 0; i < d->n; i++)
        if (isfinite(d->lines[i].predicted))
            fprintf(gp, "'%s' index %zu with lines lw 1.1 dt (5,4) lc rgb '%s' notitle, \\\n",
                    dat_name, index++, wk_colour(i));
    for (size_t i = 0; i < d->n; i++) {
        fputs(i ? ", \\\n" : "", gp);
        plot_line(d, i, gp, dat_name);
    }
    if (index > d->n + guides)
        fprintf(gp, ", \\\nkeyentry with lines lw 1.1 dt (5,4) lc rgb '%s' title 'predicted slope'",
                WK_GREY);
    if (diverged)
        fprintf(gp,
                ", \\\nkeyentry with points pt 8 ps 0.8 lc rgb '%s' title 'diverged or unbounded'",
                WK_GREY);
    fputs("\n", gp);
}

static wk_status reduce(drawing *d, const wk_curves *set, wk_arena *arena, wk_error *err) {
    size_t most = 0;
    for (size_t i = 0; i < set->n; i++)
        most += set->curves[i].n;
    d->lines = wk_arena_get(arena, set->n, sizeof *d->lines);
    d->x = wk_arena_doubles(arena, most);
    d->n = set->n;
    for (size_t i = 0; i < set->n; i++) {
        reduce_line(d->figure, &set->curves[i], arena, &d->lines[i]);
        for (size_t j = 0; j < d->lines[i].n; j++)
            d->x[d->nx++] = d->lines[i].points[j].x;
    }
    d->nx = wk_sort_distinct(d->x, d->nx);
    return d->nx ? WK_OK
                 : wk_fail(err, WK_CANNOT, "parameter '%s' is not a number%s in any of its cells",
                           d->figure->x, d->figure->log_x ? " above zero" : "");
}

/* "ΔΘ", or the short symbols of all metrics. */
static const char *ordinate(const wk_figure *figure, const wk_judged *report, wk_arena *arena) {
    if (figure->ny == 1)
        return wk_label_of(report, figure->y[0], arena);
    const char *label = "";
    for (size_t i = 0; i < figure->ny; i++)
        label = wk_arena_printf(arena, "%s%s%s", label, i ? ", " : "",
                                wk_label_short(report, figure->y[i], arena));
    return label;
}

static wk_status write_all(drawing *d, const wk_judged *report, FILE *dat, FILE *gp,
                           const char *dat_name, wk_arena *arena, wk_error *err) {
    wk_curves set;
    WK_TRY(wk_curves_make(d->figure, report, d->figure->x, WK_CURVES_MOST, arena, &set, err));
    WK_TRY(reduce(d, &set, arena, err));
    choose_ranges(d);
    const char *title = wk_figure_title(d->figure, report, arena);
    const char *x = wk_label_of(report, d->figure->x, arena);
    const char *y = ordinate(d->figure, report, arena);
    wk_plot_begin(gp, title);
    wk_axis_write(gp, &d->ax, 'x', x, d->x, d->nx);
    wk_axis_write(gp, &d->ay, 'y', y, NULL, 0);
    write_curves(d, dat);
    size_t guides = 0;
    write_guides(d, dat, gp, &guides, arena);
    fprintf(gp, "set rmargin %d\n", guides ? 12 : 4);
    write_predictions(d, dat);
    wk_axis_mark(gp, &d->ay, d->figure->mark, WK_MARK_BEHIND);
    const bool diverged = write_divergences(d, gp);
    plot(d, gp, dat_name, guides, diverged);
    return WK_OK;
}

static wk_status write_figure(const wk_figure *figure, const wk_judged *report, FILE *dat, FILE *gp,
                              const char *dat_name, wk_arena *arena, wk_error *err) {
    drawing d = {
        .figure = figure, .ax = wk_axis_empty(figure->log_x), .ay = wk_axis_empty(figure->log_y)};
    return write_all(&d, report, dat, gp, dat_name, arena, err);
}

static void note(const wk_figure *figure, const wk_judged *report, FILE *out) {
    fprintf(out, "Points: %smean over seeds", figure->log_y ? "geometric " : "");
    if (figure->band)
        fprintf(out, "; bands: %.4g %% Student-t intervals", 100 * figure->level);
    fputs("; cells that diverged are left out of the mean and marked at the upper frame", out);
    if (figure->predicted)
        fputs("; dashed: the predicted slope, through the middle of the measured points", out);
    fputs(". ", out);
    wk_curves_note(figure, report, out);
}

const wk_figure_kind wk_figure_line = {
    .name = "line",
    .help = "metrics over a parameter: mean over seeds, with a band",
    WK_ROWS(suite_keys),
    .write = write_figure,
    .caption = "Each point is the mean over seeds of the metric at the end of training.",
    .width = 760,
    .height = 520,
    .note = note,
};
