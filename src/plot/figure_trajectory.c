/* A metric over training time: one line for each value of a parameter, coloured along a ramp. */
#include "base/quote.h"
#include "plot/axis.h"
#include "plot/curves.h"
#include "plot/figure.h"

#include "base/order.h"
#include "base/text.h"

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
    double *t, *middle, *low, *high; /* (n) */
    size_t n;
    bool ended; /* stops before the last checkpoint: seeds diverged or stopped on the way */
    size_t colour, dash; /* rank of the first key; of the other keys */
} track;

typedef struct drawing {
    const wk_figure *figure;
    const wk_curves *set;
    track *tracks;
    size_t n;
    size_t ncolours, ndashes;
    bool ramp; /* the first key is a number: colours along a ramp */
    wk_axis ax, ay;
} drawing;

static double map(bool log_scale, double value) {
    return log_scale ? log(value) : value;
}

/* The series at t, interpolated linearly in the picture. Beyond its end +inf: a cell ends before
 * the others only because it diverged or passed the bound of its `stop`. NaN: nothing to draw
 * there. */
static double at_time(const wk_series *series, double t, bool log_scale) {
    if (t > series->at[series->n - 1] * (1 + 1e-9))
        return (double)INFINITY;
    size_t j = 0;
    while (j < series->n && series->at[j] < t * (1 - 1e-9))
        j++;
    const double right = series->value[j == series->n ? j - 1 : j];
    if (j == 0 || j == series->n || series->at[j] <= t * (1 + 1e-9))
        return right;
    const double left = series->value[j - 1];
    if (isinf(right) || isnan(left) || isnan(right))
        return isinf(right) ? right : (double)NAN;
    if (log_scale && !(left > 0 && right > 0))
        return (double)NAN;
    const double share = (t - series->at[j - 1]) / (series->at[j] - series->at[j - 1]);
    const double mapped =
        map(log_scale, left) + share * (map(log_scale, right) - map(log_scale, left));
    return log_scale ? exp(mapped) : mapped;
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

static void reduce_track(const wk_figure *figure, const wk_curve *curve, wk_arena *arena,
                         track *out) {
    *out = (track){.curve = curve};
    const wk_series **all = wk_arena_get(arena, curve->n, sizeof *all);
    double *values = wk_arena_doubles(arena, curve->n);
    size_t n = 0;
    const wk_series *grid = collect(curve, all, &n);
    const size_t length = grid ? grid->n : 0;
    double *room = wk_arena_doubles(arena, 4 * length);
    out->t = room;
    out->middle = room + length;
    out->low = room + 2 * length;
    out->high = room + 3 * length;
    for (size_t j = 0; j < length; j++) {
        bool drawn = !figure->log_x || grid->at[j] > 0;
        for (size_t i = 0; i < n; i++) {
            values[i] = at_time(all[i], grid->at[j], figure->log_y);
            drawn = drawn && !isnan(values[i]) && (!figure->log_y || values[i] > 0);
        }
        if (!drawn) /* ΔΘ is 0 at t = 0 */
            continue;
        wk_interval y;
        if (!reduce_time(figure, values, n, &y)) {
            out->ended = true;
            break;
        }
        out->t[out->n] = grid->at[j];
        out->middle[out->n] = y.mean;
        out->low[out->n] = y.low;
        out->high[out->n++] = y.high;
    }
}

/* Rank of each curve's first key among the different ones (numbers ascending), and of the other
 * keys. */
static size_t rank_first(const drawing *d, size_t i) {
    const char *own = d->set->curves[i].keys[0];
    double value = 0, other = 0;
    size_t rank = 0;
    for (size_t j = 0; j < d->n; j++) {
        const char *text = d->set->curves[j].keys[0];
        bool seen = false; /* count each text once */
        for (size_t k = 0; k < j; k++)
            seen = seen || strcmp(d->set->curves[k].keys[0], text) == 0;
        if (seen)
            continue;
        if (d->ramp && wk_text_real(own, &value) && wk_text_real(text, &other))
            rank += other < value;
        else if (strcmp(own, text) == 0)
            return rank;
        else
            rank += !d->ramp;
    }
    return rank;
}

static bool same_others(const drawing *d, size_t i, size_t j) {
    const wk_curve *a = &d->set->curves[i], *b = &d->set->curves[j];
    bool same = strcmp(a->metric, b->metric) == 0;
    for (size_t k = 1; k < d->set->nby; k++)
        same = same && strcmp(a->keys[k], b->keys[k]) == 0;
    return same;
}

static void rank(drawing *d) {
    double number = 0;
    d->ramp = d->set->nby > 0;
    for (size_t i = 0; i < d->n && d->ramp; i++)
        d->ramp = wk_text_real(d->set->curves[i].keys[0], &number);
    for (size_t i = 0; i < d->n; i++) {
        track *own = &d->tracks[i];
        own->colour = d->set->nby ? rank_first(d, i) : 0;
        own->dash = d->ndashes;
        for (size_t j = 0; j < i; j++)
            if (same_others(d, i, j)) {
                own->dash = d->tracks[j].dash;
                break;
            }
        d->ndashes += own->dash == d->ndashes;
        d->ncolours = own->colour + 1 > d->ncolours ? own->colour + 1 : d->ncolours;
    }
}

static const char *colour_of(const drawing *d, size_t rank_of_first, char out[8]) {
    return d->ramp && d->ncolours > 1 ? wk_colour_ramp(rank_of_first, d->ncolours, out)
                                      : wk_colour(rank_of_first);
}

static void choose_ranges(drawing *d) {
    wk_axis band = d->ay;
    for (size_t i = 0; i < d->n; i++)
        for (size_t j = 0; j < d->tracks[i].n; j++) {
            wk_axis_include(&d->ax, d->tracks[i].t[j]);
            wk_axis_include(&d->ay, d->tracks[i].middle[j]);
            wk_axis_include(&band, d->tracks[i].low[j]);
            wk_axis_include(&band, d->tracks[i].high[j]);
        }
    wk_axis_include(&d->ay, d->figure->mark);
    if (!d->figure->log_x)
        wk_axis_include(&d->ax, 0);
    wk_axis_pad(&d->ay, 0, 0);
    if (band.low <= band.high) {
        wk_axis most = d->ay;
        wk_axis_pad(&most, 0.3, 0.3);
        wk_axis_include(&d->ay, fmax(band.low, most.low));
        wk_axis_include(&d->ay, fmin(band.high, most.high));
    }
    wk_axis_pad(&d->ax, d->figure->log_x ? 0.03 : 0, 0.03);
    wk_axis_pad(&d->ay, 0.05, 0.05);
}

static void write_data(const drawing *d, FILE *dat) {
    for (size_t i = 0; i < d->n; i++) {
        const track *own = &d->tracks[i];
        fprintf(dat, "%s# %zu: ", i ? "\n\n" : "", i);
        wk_quote_plain(dat, own->curve->label);
        fprintf(dat, "%s\n# t %s low high (inf: at the frame)\n",
                own->ended ? "; ends where seeds diverged or stopped" : "",
                d->figure->band ? "mean" : "median");
        for (size_t j = 0; j < own->n; j++) {
            const double high = isinf(own->high[j]) ? d->ay.high : own->high[j];
            const double numbers[] = {own->t[j], own->middle[j], own->low[j], high};
            for (size_t k = 0; k < 4; k++) {
                wk_plot_number(dat, numbers[k]);
                fputc(k < 3 ? ' ' : '\n', dat);
            }
        }
        if (!own->n) /* gnuplot counts blocks by their rows */
            fputs("NaN NaN NaN NaN\n", dat);
    }
}

static void write_marks(const drawing *d, FILE *gp) {
    char colour[8];
    for (size_t i = 0; i < d->n; i++) {
        const track *own = &d->tracks[i];
        if (!own->ended || !own->n)
            continue;
        fputs("set label '' at first ", gp);
        wk_plot_number(gp, own->t[own->n - 1]);
        fputs(", first ", gp);
        wk_plot_number(gp, own->middle[own->n - 1]);
        fprintf(gp, " point pt 8 ps 0.9 lw 1.4 lc rgb '%s' front\n",
                colour_of(d, own->colour, colour));
    }
    wk_axis_mark(gp, &d->ay, d->figure->mark, WK_MARK_BEHIND);
}

/* "M = 64" for a colour, the other keys' label for a dash. */
static void key_entries(const drawing *d, const wk_judged *report, FILE *gp, wk_arena *arena) {
    char colour[8];
    bool ended = false;
    for (size_t i = 0; i < d->n; i++)
        ended = ended || d->tracks[i].ended;
    for (size_t c = 0; d->set->nby && c < d->ncolours; c++)
        for (size_t i = 0; i < d->n; i++) {
            if (d->tracks[i].colour != c)
                continue;
            const char *value = d->tracks[i].curve->keys[0];
            const char *symbol = wk_label_short(report, d->set->by[0], arena);
            const char *text =
                symbol && d->ramp ? wk_arena_printf(arena, "%s = %s", symbol, value) : value;
            fprintf(gp, ", \\\nkeyentry with lines lw 2 lc rgb '%s' title ",
                    colour_of(d, c, colour));
            wk_quote_gnuplot(gp, *text ? text : "none");
            break;
        }
    for (size_t k = 0; d->ndashes > 1 && k < d->ndashes; k++)
        for (size_t i = 0; i < d->n; i++) {
            if (d->tracks[i].dash != k)
                continue;
            const wk_curve *curve = d->tracks[i].curve;
            fprintf(gp, ", \\\nkeyentry with lines lw 2 dt %s lc rgb '%s' title ", wk_dash(k),
                    WK_GREY);
            /* the colours tell the first part of the label */
            wk_quote_gnuplot(gp, curve->others && d->ncolours > 1 ? curve->others : curve->label);
            break;
        }
    if (ended)
        fprintf(gp, ", \\\nkeyentry with points pt 8 ps 0.9 lc rgb '%s' title '%s'", WK_GREY,
                d->figure->band ? "a seed ends here" : "half of the seeds have ended");
}

static void plot(const drawing *d, FILE *gp, const char *dat_name) {
    char colour[8];
    fputs("plot ", gp);
    for (size_t i = 0; i < d->n; i++)
        fprintf(gp,
                "'%s' index %zu using 1:3:4 with filledcurves fs transparent solid 0.13 noborder "
                "lc rgb '%s' notitle, \\\n",
                dat_name, i, colour_of(d, d->tracks[i].colour, colour));
    for (size_t i = 0; i < d->n; i++)
        fprintf(gp, "%s'%s' index %zu using 1:2 with lines lw 1.8 dt %s lc rgb '%s' notitle",
                i ? ", \\\n" : "", dat_name, i, wk_dash(d->tracks[i].dash),
                colour_of(d, d->tracks[i].colour, colour));
}

static wk_status write_all(drawing *d, const wk_judged *report, FILE *dat, FILE *gp,
                           const char *dat_name, wk_arena *arena, wk_error *err) {
    wk_curves set;
    WK_TRY(wk_curves_make(d->figure, report, NULL, WK_CURVES_MOST, arena, &set, err));
    d->set = &set;
    d->n = set.n;
    d->tracks = wk_arena_get(arena, set.n, sizeof *d->tracks);
    size_t points = 0;
    for (size_t i = 0; i < set.n; i++) {
        reduce_track(d->figure, &set.curves[i], arena, &d->tracks[i]);
        points += d->tracks[i].n;
    }
    if (!points)
        return wk_fail(err, WK_CANNOT, "'%s' has no value that can be drawn over time",
                       d->figure->y[0]);
    rank(d);
    choose_ranges(d);
    const char *title = wk_figure_title(d->figure, report, arena);
    const char *y = wk_label_of(report, d->figure->y[0], arena);
    wk_plot_begin(gp, title);
    fputs("set key outside right center vertical Left reverse noenhanced samplen 2.2\n", gp);
    wk_axis_write(gp, &d->ax, 'x', "training time t = step size × steps", NULL, 0);
    wk_axis_write(gp, &d->ay, 'y', y, NULL, 0);
    write_data(d, dat);
    write_marks(d, gp);
    plot(d, gp, dat_name);
    key_entries(d, report, gp, arena);
    fputs("\n", gp);
    return WK_OK;
}

static wk_status write_figure(const wk_figure *figure, const wk_judged *report, FILE *dat, FILE *gp,
                              const char *dat_name, wk_arena *arena, wk_error *err) {
    static const char *const width[] = {"model.width"};
    wk_figure complete = *figure;
    complete.x = NULL; /* for the title made from the metric */
    if (!complete.nby) {
        complete.by = width;
        complete.nby = 1;
    }
    drawing d = {.figure = &complete,
                 .ax = wk_axis_empty(figure->log_x),
                 .ay = wk_axis_empty(figure->log_y)};
    return write_all(&d, report, dat, gp, dat_name, arena, err);
}

static void note(const wk_figure *figure, const wk_judged *report, FILE *out) {
    if (figure->band)
        fprintf(
            out,
            "Lines: %smean over seeds; bands: %.4g %% Student-t intervals; a line ends where the "
            "first seed diverged or stopped. ",
            figure->log_y ? "geometric " : "", 100 * figure->level);
    else
        fputs("Lines: median over seeds; bands: from the least to the greatest; a line ends (open "
              "triangle) where half of the seeds have diverged or stopped. ",
              out);
    wk_curves_note(figure, report, out);
}

const wk_figure_kind wk_figure_trajectory = {
    .name = "trajectory",
    .help = "a metric over training time, one line for each value of a parameter",
    WK_ROWS(suite_keys),
    .write = write_figure,
    .caption = "The course of training; the darker the line, the smaller the value in the legend.",
    .width = 800,
    .height = 500,
    .note = note,
};
