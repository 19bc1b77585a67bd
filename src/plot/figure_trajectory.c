/* A metric over training time: one line for each value of a parameter, coloured along a ramp. */
#include "base/order.h"
#include "plot/axis.h"
#include "plot/curves.h"

#include <math.h>
#include <string.h>

static const char *const scales[] = {"linear", "logx", "logy", "loglog", NULL};
static const char *const bands[] = {"range", "interval", NULL};

/* clang-format off */
static const wk_param suite_keys[] = {
    {"y", WK_WORDS, WK_REQUIRED, .offset = offsetof(wk_figure_keys, y), .help = "the metric"},
    {"by", WK_WORDS, .offset = offsetof(wk_figure_keys, by), .fallback = "model.width",
     .help = "parameters that split the cells into lines: the first by colour, others by dashes"},
    {"scale", WK_WORD, .offset = offsetof(wk_figure_keys, scale), .fallback = "logy",
     .words = scales, .help = "which axes are logarithmic"},
    {"band", WK_WORD, .offset = offsetof(wk_figure_keys, spread), .fallback = "range",
     .words = bands,
     .help = "range: median, and from the least to the greatest seed; interval: mean, and its "
             "Student-t interval"},
    {"mark", WK_REAL, .offset = offsetof(wk_figure_keys, mark), .min = -DBL_MAX, .max = DBL_MAX,
     .help = "height of a thin horizontal line"},
};
/* clang-format on */

typedef struct track {
    const wk_curve *curve;
    wk_point *points; /* (n) x: the time */
    size_t n;
    bool ended; /* stops before the last checkpoint: seeds diverged or stopped on the way */
    size_t colour, dash; /* rank of the first key; of the other keys */
} track;

typedef struct drawing {
    const wk_figure *figure;
    const wk_curves *set;
    track *tracks;
    size_t n;
    const wk_curve **colours, **dashes; /* (ncolours), (ndashes) the first curve of each */
    size_t ncolours, ndashes;
    bool ramp; /* the first key is a number: colours along a ramp */
    wk_axis ax, ay;
} drawing;

/* The series at t, interpolated linearly in the picture, of which `axis` is the ordinate. Beyond
 * its end +inf: a cell ends before the others only because it diverged or passed the bound of its
 * `stop`. NaN: nothing to draw there. */
static double at_time(const wk_series *series, double t, const wk_axis *axis) {
    if (t > series->at[series->n - 1] * (1 + 1e-9))
        return (double)INFINITY;
    size_t j = 0;
    while (j + 1 < series->n && series->at[j] < t * (1 - 1e-9))
        j++;
    const double right = series->value[j];
    if (j == 0 || series->at[j] <= t * (1 + 1e-9) || isinf(right))
        return right;
    const double left = series->value[j - 1];
    if (!wk_axis_draws(axis, left) || !wk_axis_draws(axis, right))
        return (double)NAN;
    const double share = (t - series->at[j - 1]) / (series->at[j] - series->at[j - 1]);
    const double from = wk_axis_map(axis, left), to = wk_axis_map(axis, right);
    return wk_axis_unmap(axis, from + share * (to - from));
}

/* Collects the series of a curve's cells; the grid is that of the first that goes furthest. */
static const wk_series *collect(const wk_curve *curve, const wk_series **all, size_t *n) {
    const wk_series *grid = NULL;
    *n = 0;
    for (size_t i = 0; i < curve->n; i++) {
        const wk_series *series = wk_row_series(curve->rows[i], curve->metric);
        if (!series || !series->n || series->indexed)
            continue;
        all[(*n)++] = series;
        if (!grid || series->at[series->n - 1] > grid->at[grid->n - 1] * (1 + 1e-9))
            grid = series;
    }
    return grid;
}

/* Middle, low and high of values[0..n), which are sorted here. False where the line must end. */
static bool reduce_time(const wk_figure *figure, double *values, size_t n, wk_interval *out) {
    wk_sort(values, n);
    if (figure->band) {
        if (!isfinite(values[n - 1]))
            return false;
        *out = wk_interval_of(values, n, figure->level, figure->log_y);
        return true;
    }
    if (!isfinite(values[n / 2]))
        return false;
    out->mean = figure->log_y ? wk_median_log_sorted(values, n) : wk_median_sorted(values, n);
    out->low = values[0];
    out->high = values[n - 1];
    return true;
}

static void reduce_track(const drawing *d, const wk_curve *curve, wk_arena *arena, track *out) {
    const wk_figure *figure = d->figure;
    *out = (track){.curve = curve};
    const wk_series **all = wk_arena_get(arena, curve->n, sizeof *all);
    double *values = wk_arena_doubles(arena, curve->n);
    size_t n = 0;
    const wk_series *grid = collect(curve, all, &n);
    const size_t length = grid ? grid->n : 0;
    out->points = wk_arena_get(arena, length, sizeof *out->points);
    for (size_t j = 0; j < length; j++) {
        bool drawn = !figure->log_x || grid->at[j] > 0;
        for (size_t i = 0; i < n; i++) {
            values[i] = at_time(all[i], grid->at[j], &d->ay);
            drawn = drawn && !isnan(values[i]) && (!figure->log_y || values[i] > 0);
        }
        if (!drawn) /* ΔΘ is 0 at t = 0 */
            continue;
        out->points[out->n].x = grid->at[j];
        out->ended = !reduce_time(figure, values, n, &out->points[out->n].y);
        if (out->ended)
            break;
        out->n++;
    }
}

/* ---- colours and dashes ---- */

/* The first keys' numbers, one for each curve; false if one is none. */
static bool first_numbers(const wk_curves *set, double *numbers) {
    for (size_t i = 0; i < set->n; i++) {
        const wk_value *key = set->curves[i].keys[0];
        if (!key || !wk_value_number(key, &numbers[i]))
            return false;
    }
    return true;
}

/* What curves of the same dash have in common. */
static const char *others_of(const wk_curves *set, const wk_curve *curve, wk_arena *arena) {
    const char *text = curve->metric;
    for (size_t k = 1; k < set->nby; k++)
        text = wk_arena_printf(arena, "%s\n%s", text, wk_curves_text(curve->keys[k]));
    return text;
}

static void rank(drawing *d, wk_arena *arena) {
    double *own = wk_arena_doubles(arena, d->n), *distinct = wk_arena_doubles(arena, d->n);
    wk_lines firsts = {0}, others = {0};
    d->ramp = first_numbers(d->set, own) && first_numbers(d->set, distinct);
    const size_t n = d->ramp ? wk_sort_distinct(distinct, d->n) : 0;
    d->colours = wk_arena_get(arena, d->n, sizeof(const wk_curve *));
    d->dashes = wk_arena_get(arena, d->n, sizeof(const wk_curve *));
    for (size_t i = 0; i < d->n; i++) {
        track *of = &d->tracks[i];
        const char *first = wk_curves_text(of->curve->keys[0]);
        of->colour =
            d->ramp ? wk_place(distinct, n, own[i]) : wk_lines_number(&firsts, first, arena);
        of->dash = wk_lines_number(&others, others_of(d->set, of->curve, arena), arena);
        if (!d->colours[of->colour])
            d->colours[of->colour] = of->curve;
        if (!d->dashes[of->dash])
            d->dashes[of->dash] = of->curve;
    }
    d->ncolours = d->ramp ? n : firsts.n;
    d->ndashes = others.n;
}

static const char *colour_of(wk_picture *p, const drawing *d, size_t rank_of_first) {
    return d->ramp && d->ncolours > 1 ? wk_colour_ramp(p, rank_of_first, d->ncolours)
                                      : wk_colour(rank_of_first);
}

/* ---- drawing ---- */

enum layer { BANDS, LINES, KEY };

static void choose_ranges(drawing *d) {
    wk_axis widest = d->ay;
    for (size_t i = 0; i < d->n; i++)
        wk_points_include(d->tracks[i].points, d->tracks[i].n, &d->ax, &d->ay, &widest);
    wk_axis_include(&d->ay, d->figure->mark);
    if (!d->figure->log_x)
        wk_axis_include(&d->ax, 0);
    wk_axis_pad(&d->ay, 0, 0);
    wk_axis_include_bands(&d->ay, &widest, 0.3, 0.3);
    wk_axis_pad(&d->ax, d->figure->log_x ? 0.03 : 0, 0.03);
    wk_axis_pad(&d->ay, 0.05, 0.05);
}

static void track_rows(wk_picture *p, const drawing *d, const track *own) {
    wk_picture_block(p, "%s%s", own->curve->label,
                     own->ended ? "; ends where seeds diverged or stopped" : "");
    wk_picture_data(p, "# t %s low high (inf: at the frame)", d->figure->band ? "mean" : "median");
    for (size_t j = 0; j < own->n; j++) {
        const wk_interval *y = &own->points[j].y;
        const double high = isinf(y->high) ? d->ay.high : y->high;
        const double numbers[] = {own->points[j].x, y->mean, y->low, high};
        wk_picture_data(p, "%s", wk_picture_numbers(p, numbers, 4));
    }
    if (!own->n)
        wk_picture_data(p, "NaN NaN NaN NaN");
}

static void draw_track(wk_picture *p, const drawing *d, const track *own) {
    const char *colour = colour_of(p, d, own->colour);
    track_rows(p, d, own);
    wk_picture_draw(p, BANDS,
                    "using 1:3:4 with filledcurves fs transparent solid 0.13 noborder "
                    "lc rgb '%s' notitle",
                    colour);
    wk_picture_draw(p, LINES, "using 1:2 with lines lw 1.8 dt %s lc rgb '%s' notitle",
                    wk_dash(own->dash), colour);
    if (own->ended && own->n)
        wk_picture_set(
            p, "set label '' at first %s, first %s point pt 8 ps 0.9 lw 1.4 lc rgb '%s' front",
            wk_picture_number(p, own->points[own->n - 1].x),
            wk_picture_number(p, own->points[own->n - 1].y.mean), colour);
}

/* "M = 64" for a colour, the other keys' label for a dash. */
static void draw_key(wk_picture *p, const drawing *d, const wk_judged *report) {
    for (size_t c = 0; c < d->ncolours; c++) {
        const char *text = wk_curves_text(d->colours[c]->keys[0]);
        if (d->ramp)
            text = wk_arena_printf(p->arena, "%s = %s",
                                   wk_label_short(report, d->set->by[0], p->arena), text);
        wk_picture_key(p, KEY, "lines lw 2 lc rgb '%s' title %s", colour_of(p, d, c),
                       wk_picture_quote(p, *text ? text : "none"));
    }
    for (size_t k = 0; d->ndashes > 1 && k < d->ndashes; k++) {
        /* the colours tell the first part of the label */
        const char *others = d->ncolours > 1 ? d->dashes[k]->others : "";
        const char *text = *others ? others : d->dashes[k]->label;
        wk_picture_key(p, KEY, "lines lw 2 dt %s lc rgb '%s' title %s", wk_dash(k), WK_GREY,
                       wk_picture_quote(p, text));
    }
    bool ended = false;
    for (size_t i = 0; i < d->n; i++)
        ended = ended || d->tracks[i].ended;
    if (ended)
        wk_picture_key(p, KEY, "points pt 8 ps 0.9 lc rgb '%s' title '%s'", WK_GREY,
                       d->figure->band ? "a seed ends here" : "half of the seeds have ended");
}

static wk_status draw(wk_picture *p, const wk_figure *asked, const wk_judged *report,
                      wk_error *err) {
    static const char *const width[] = {"model.width"};
    wk_figure figure = *asked;
    figure.x = NULL; /* for the title made from the metric */
    if (!figure.nby) {
        figure.by = width;
        figure.nby = 1;
    }
    wk_curves set;
    WK_TRY(wk_curves_make(&figure, report, NULL, WK_CURVES_MOST, p->arena, &set, err));
    drawing d = {.figure = &figure,
                 .set = &set,
                 .n = set.n,
                 .tracks = wk_arena_get(p->arena, set.n, sizeof *d.tracks),
                 .ax = wk_axis_empty(figure.log_x),
                 .ay = wk_axis_empty(figure.log_y)};
    size_t points = 0;
    for (size_t i = 0; i < set.n; i++) {
        reduce_track(&d, &set.curves[i], p->arena, &d.tracks[i]);
        points += d.tracks[i].n;
    }
    if (!points)
        return wk_fail(err, WK_CANNOT, "'%s' has no value that can be drawn over time",
                       figure.y[0]);
    rank(&d, p->arena);
    choose_ranges(&d);
    p->title = wk_figure_title(&figure, report, p->arena);
    wk_picture_set(p, "set key outside right center vertical Left reverse noenhanced samplen 2.2");
    wk_axis_write(p, &d.ax, 'x', "training time t = step size × steps", NULL, 0);
    wk_axis_write(p, &d.ay, 'y', wk_label_of(report, figure.y[0], p->arena), NULL, 0);
    for (size_t i = 0; i < d.n; i++)
        draw_track(p, &d, &d.tracks[i]);
    wk_axis_mark(p, &d.ay, figure.mark, WK_MARK_BEHIND);
    draw_key(p, &d, report);
    return WK_OK;
}

static const char *note(const wk_figure *figure, const wk_judged *report, wk_arena *arena) {
    const char *cells = wk_curves_note(figure, report, arena);
    if (figure->band)
        return wk_arena_printf(
            arena,
            "Lines: %smean over seeds; bands: %.4g %% Student-t intervals; a line ends where the "
            "first seed diverged or stopped. %s",
            figure->log_y ? "geometric " : "", 100 * figure->level, cells);
    return wk_arena_printf(
        arena,
        "Lines: median over seeds; bands: from the least to the greatest; a line ends (open "
        "triangle) where half of the seeds have diverged or stopped. %s",
        cells);
}

const wk_figure_kind wk_figure_trajectory = {
    .name = "trajectory",
    .help = "a metric over training time, one line for each value of a parameter",
    WK_ROWS(suite_keys),
    .draw = draw,
    .caption = "The course of training; the darker the line, the smaller the value in the legend.",
    .width = 800,
    .height = 500,
    .note = note,
};
