/* Metrics as bars, in groups: one group for each combination of the parameters `x`, in it one bar
 * for each combination of `by`, with the Student-t interval over seeds. */
#include "base/text.h"
#include "blas/cell/kernel_name.h"
#include "plot/axis.h"
#include "plot/curves.h"

#include <math.h>
#include <string.h>

static const char *const scales[] = {"linear", "logy", NULL};

/* clang-format off */
static const wk_param suite_keys[] = {
    {"x", WK_WORDS, WK_REQUIRED, .offset = offsetof(wk_figure_keys, groups),
     .help = "parameters whose combinations are the groups of bars"},
    {"y", WK_WORDS, WK_REQUIRED, .offset = offsetof(wk_figure_keys, y),
     .help = "metrics, at their end"},
    {"by", WK_WORDS, .offset = offsetof(wk_figure_keys, by),
     .help = "parameters that split a group into bars: the first by colour, others by pattern"},
    {"scale", WK_WORD, .offset = offsetof(wk_figure_keys, bar_scale), .fallback = "linear",
     .words = scales, .help = "whether the height of bars is logarithmic"},
    {"mark", WK_REAL, .offset = offsetof(wk_figure_keys, mark), .min = -DBL_MAX, .max = DBL_MAX,
     .help = "height of a thin horizontal line"},
};
/* clang-format on */

typedef struct bar {
    size_t place[3]; /* numbers of its labels among the groups, colours and patterns */
    wk_point value;  /* but for its abscissa */
} bar;

typedef struct drawing {
    const wk_figure *figure;
    bar *bars; /* (n) */
    size_t n;
    wk_lines groups, colours, patterns; /* labels, in the order in which they come */
    wk_axis ay;
} drawing;

enum part { GROUP, COLOUR, PATTERN };

static bool is_in(const char *const *keys, size_t n, const char *key) {
    return wk_word_place(key, keys, n) < n;
}

/* What a parameter tells apart. What must split the cells beside `x` and `by` says on what they
 * ran, or what they are. */
static enum part part_of(const wk_figure *figure, const char *key) {
    static const char *const where[] = {"backend", "coretype", "threads"};
    if (is_in(figure->by, figure->nby, key))
        return strcmp(key, figure->by[0]) == 0 ? COLOUR : PATTERN;
    return is_in(figure->groups, figure->ngroups, key) || !is_in(where, 3, key) ? GROUP : PATTERN;
}

static const char *label_of(const drawing *d, const wk_judged *report, const wk_curves *set,
                            const wk_curve *curve, enum part part, wk_arena *arena) {
    const size_t n = set->nby + WK_KERNEL_SIDES;
    const char **keys = wk_arena_get(arena, n, sizeof *keys);
    const char **values = wk_arena_get(arena, n, sizeof *values);
    for (size_t k = 0; k < set->nby; k++) {
        keys[k] = set->by[k];
        values[k] = part_of(d->figure, keys[k]) == part ? wk_curves_text(curve->keys[k]) : "";
    }
    /* where a size tells kernels apart, those without one have sides */
    const bool sized = part == GROUP && is_in(set->by, set->nby, "kernel.size");
    for (size_t i = 0; i < WK_KERNEL_SIDES; i++) {
        const char *key = wk_kernel_sides[i];
        const char *text = wk_bag_find(&curve->rows[0]->params, key);
        keys[set->nby + i] = key;
        values[set->nby + i] = sized && text && !is_in(set->by, set->nby, key) ? text : "";
    }
    const char *label = wk_label_values(report, keys, values, n, arena);
    if (part == PATTERN && d->figure->ny > 1) /* several metrics */
        label = wk_label_join(label, ", ", wk_label_short(report, curve->metric, arena), arena);
    return label;
}

static wk_status reduce(drawing *d, const wk_judged *report, wk_arena *arena, wk_error *err) {
    wk_figure wide = *d->figure; /* a curve for each bar */
    const char **by = wk_arena_get(arena, wide.ngroups + wide.nby + 1, sizeof *by);
    for (size_t i = 0; i < wide.ngroups; i++)
        by[i] = wide.groups[i];
    for (size_t i = 0; i < wide.nby; i++)
        by[wide.ngroups + i] = wide.by[i];
    wide.by = by;
    wide.nby += wide.ngroups;
    wk_curves set;
    WK_TRY(wk_curves_make(&wide, report, NULL, WK_BARS_MOST, arena, &set, err));
    d->bars = wk_arena_get(arena, set.n, sizeof *d->bars);
    wk_lines *parts[] = {&d->groups, &d->colours, &d->patterns};
    for (d->n = 0; d->n < set.n; d->n++) {
        const wk_curve *curve = &set.curves[d->n];
        bar *own = &d->bars[d->n];
        for (enum part part = GROUP; part <= PATTERN; part++) {
            const char *label = label_of(d, report, &set, curve, part, arena);
            own->place[part] = wk_lines_number(parts[part], label, arena);
        }
        own->value = wk_curves_point(d->figure, curve, NULL, arena);
    }
    return WK_OK;
}

/* From zero, or on a log axis from below the smallest; intervals unless they would dwarf the bars.
 */
static void choose_range(drawing *d) {
    wk_axis widest = d->ay;
    if (!d->figure->log_y)
        wk_axis_include(&d->ay, 0);
    for (size_t i = 0; i < d->n; i++) {
        wk_points_include(&d->bars[i].value, 1, NULL, &d->ay, &widest);
        if (isnan(d->bars[i].value.y.high)) /* unknown: as wide as can be */
            widest = (wk_axis){widest.log, 0, (double)INFINITY};
    }
    wk_axis_include(&d->ay, d->figure->mark);
    wk_axis_include_bands(&d->ay, &widest, d->figure->log_y ? 0.3 : 0, 0.3);
    wk_axis_pad(&d->ay, d->figure->log_y ? 0.12 : d->ay.low < 0 ? 0.04 : 0, 0.05);
}

/* ---- drawing ---- */

enum layer { BARS, EDGES, WHISKERS, KEY };

/* A bar has its place in the group by its colour and pattern, there or not. */
static double place_of(const drawing *d, const bar *one, double *half) {
    const size_t slots = d->colours.n * d->patterns.n;
    const size_t slot = one->place[COLOUR] * d->patterns.n + one->place[PATTERN];
    const double width = 0.86 / (double)slots;
    *half = 0.46 * width;
    return (double)one->place[GROUP] + ((double)slot + 0.5) * width - 0.43;
}

static void bar_rows(wk_picture *p, const drawing *d, size_t colour, size_t pattern) {
    const char *first = d->colours.all[colour], *second = d->patterns.all[pattern];
    wk_picture_block(p, "%s%s%s", first, *first && *second ? ", " : "", second);
    wk_picture_data(p, "# x mean low high half-width seeds missing group");
    bool any = false;
    for (size_t i = 0; i < d->n; i++) {
        const bar *one = &d->bars[i];
        if (one->place[COLOUR] != colour || one->place[PATTERN] != pattern)
            continue;
        double half = 0;
        const double x = place_of(d, one, &half);
        const wk_point *value = &one->value;
        const double numbers[] = {x, value->y.mean, value->y.low, value->y.high, half};
        wk_picture_data(p, "%s %zu %zu # %s", wk_picture_numbers(p, numbers, 5), value->n,
                        value->infinite + value->missing, d->groups.all[one->place[GROUP]]);
        any = true;
    }
    if (!any)
        wk_picture_data(p, "NaN NaN NaN NaN NaN 0 0");
}

/* Names below the groups, turned where they would not fit side by side. */
static void draw_groups(wk_picture *p, const drawing *d) {
    enum { COLUMNS = 26 };
    size_t longest = wk_lines_longest(&d->groups);
    longest = longest < COLUMNS ? longest : COLUMNS;
    const bool turned = longest * d->groups.n > 90;
    const char *tics = "";
    for (size_t g = 0; g < d->groups.n; g++)
        tics = wk_arena_printf(p->arena, "%s%s'' %zu", tics, g ? ", " : "", g);
    wk_picture_set(p, "set xrange [-0.6:%.1f]", (double)d->groups.n - 0.4);
    wk_picture_set(p, "set format x ''");
    wk_picture_set(p, "set xtics scale 0 (%s)", tics);
    for (size_t g = 0; g < d->groups.n; g++)
        wk_picture_label(p, d->groups.all[g], "first %zu, graph 0 offset 0,-0.9 %s font ',11'", g,
                         turned ? "right rotate by 28" : "center");
    /* rows of the key below, and the turned names above it */
    const size_t names = turned ? 2 + longest / 5 : 2;
    const size_t keys =
        (d->colours.n > 1 ? d->colours.n : 0) + (d->patterns.n > 1 ? d->patterns.n : 0);
    wk_picture_set(p, "set bmargin %zu", names + (keys + 3) / 4 + (keys > 0));
    wk_picture_set(p, "set key at screen 0.5, screen 0.015 center bottom");
    wk_picture_set(p, "set grid noxtics nomxtics");
    wk_picture_set(p, "set rmargin 3");
}

/* Bars of a few points' width show neither a pattern nor an edge. */
static bool is_crowded(const drawing *d) {
    return d->groups.n * d->colours.n * d->patterns.n > 130;
}

static const char *fill_of(const drawing *d, size_t pattern) {
    static const char *const fills[] = {"solid 1",   "pattern 5", "solid 0.25",
                                        "pattern 2", "pattern 4", "pattern 6"};
    static const char *const tints[] = {"solid 1", "solid 0.45", "solid 0.2"};
    return is_crowded(d) ? tints[pattern % (sizeof tints / sizeof *tints)]
                         : fills[pattern % (sizeof fills / sizeof *fills)];
}

static const char *colour_of(wk_picture *p, const drawing *d, size_t i) {
    return d->colours.n > 1 ? wk_colour_ramp(p, i, d->colours.n) : wk_colour(0);
}

static void draw_bars(wk_picture *p, const drawing *d, size_t colour, size_t pattern) {
    bar_rows(p, d, colour, pattern);
    wk_picture_draw(
        p, BARS, "using 1:2:($1-$5):($1+$5):(%s):2 with boxxyerror fs %s %s fc rgb '%s' notitle",
        wk_picture_number(p, d->figure->log_y ? d->ay.low : 0), fill_of(d, pattern),
        is_crowded(d) ? "noborder" : "border lc rgb '#303030' lw 0.7", colour_of(p, d, colour));
    /* black with a white edge: seen on any colour */
    for (int layer = EDGES; layer <= WHISKERS; layer++)
        wk_picture_draw(p, layer, "using 1:3:(0):($4-$3) with vectors nohead lw %s notitle",
                        layer == EDGES ? "2.6 lc rgb '#ffffff'" : "1.1 lc rgb '#000000'");
}

static void draw_key(wk_picture *p, const drawing *d) {
    static const char border[] = "border lc rgb '#303030'";
    for (size_t c = 0; c < d->colours.n && d->colours.n > 1; c++)
        wk_picture_key(p, KEY, "boxes fs solid 1 %s fc rgb '%s' title %s", border,
                       colour_of(p, d, c), wk_picture_quote(p, d->colours.all[c]));
    for (size_t i = 0; i < d->patterns.n && d->patterns.n > 1; i++)
        wk_picture_key(p, KEY, "boxes fs %s %s fc rgb '%s' title %s", fill_of(d, i), border,
                       WK_GREY, wk_picture_quote(p, d->patterns.all[i]));
}

static wk_status draw(wk_picture *p, const wk_figure *figure, const wk_judged *report,
                      wk_error *err) {
    drawing d = {.figure = figure, .ay = wk_axis_empty(figure->log_y)};
    WK_TRY(reduce(&d, report, p->arena, err));
    choose_range(&d);
    const char *y = figure->ny == 1 ? wk_label_of(report, figure->y[0], p->arena) : "";
    p->title = p->title ? p->title : *y ? y : figure->id;
    wk_axis_write(p, &d.ay, 'y', y, NULL, 0);
    draw_groups(p, &d);
    wk_axis_mark(p, &d.ay, figure->mark, "lc rgb '#303030' lw 1 dt (4,3) front");
    wk_picture_set(p, "set style fill solid 1 border");
    for (size_t c = 0; c < d.colours.n; c++)
        for (size_t i = 0; i < d.patterns.n; i++)
            draw_bars(p, &d, c, i);
    draw_key(p, &d);
    return WK_OK;
}

static const char *note(const wk_figure *figure, const wk_judged *report, wk_arena *arena) {
    return wk_arena_printf(arena,
                           "Bars: %smean over seeds; whiskers: %.4g %% Student-t intervals. %s",
                           figure->log_y ? "geometric " : "", 100 * figure->level,
                           wk_curves_note(figure, report, arena));
}

const wk_figure_kind wk_figure_grouped = {
    .name = "grouped",
    .help = "metrics as bars, in groups: mean over seeds, with an interval",
    WK_ROWS(suite_keys),
    .draw = draw,
    .caption = "Within a group the bars stand in the order of the legend; where whiskers overlap "
               "widely, the "
               "difference may be chance.",
    .width = 900,
    .height = 520,
    .note = note,
};
