/* Axes: their ranges, ticks and how gnuplot is told. */
#include "plot/axis.h"

#include <math.h>
#include <stdlib.h>

wk_axis wk_axis_empty(bool log_scale) {
    return (wk_axis){log_scale, (double)INFINITY, -(double)INFINITY};
}

bool wk_axis_draws(const wk_axis *axis, double value) {
    return isfinite(value) && (!axis->log || value > 0);
}

void wk_axis_include(wk_axis *axis, double value) {
    if (!wk_axis_draws(axis, value))
        return;
    axis->low = fmin(axis->low, value);
    axis->high = fmax(axis->high, value);
}

double wk_axis_map(const wk_axis *axis, double value) {
    return axis->log ? log(value) : value;
}

double wk_axis_unmap(const wk_axis *axis, double mapped) {
    return axis->log ? exp(mapped) : mapped;
}

void wk_axis_pad(wk_axis *axis, double below, double above) {
    if (!(axis->low <= axis->high))
        *axis = (wk_axis){axis->log, 1, 10};
    double low = wk_axis_map(axis, axis->low), high = wk_axis_map(axis, axis->high);
    const double least = axis->log ? log(4.0) : fmax(1e-9, 0.02 * fmax(fabs(low), fabs(high)));
    if (high - low < least) {
        const double middle = (low + high) / 2;
        low = middle - least / 2;
        high = middle + least / 2;
    }
    const double span = high - low;
    axis->low = wk_axis_unmap(axis, low - below * span);
    axis->high = wk_axis_unmap(axis, high + above * span);
}

void wk_axis_include_bands(wk_axis *axis, const wk_axis *bands, double below, double above) {
    if (bands->low > bands->high)
        return;
    wk_axis most = *axis;
    wk_axis_pad(&most, below, above);
    wk_axis_include(axis, fmax(bands->low, most.low));
    wk_axis_include(axis, fmin(bands->high, most.high));
}

/* ---- tics ---- */

/* The list with one more tic; without a label it is a minor one. (A label is made of digits:
 * gnuplot would read % as a format.) */
static const char *with_tic(wk_picture *p, const char *list, double value, const char *label) {
    return wk_arena_printf(p->arena, "%s%s'%s' %s%s", list, *list ? ", " : "", label ? label : "",
                           wk_picture_number(p, value), label ? "" : " 1");
}

/* m·10^e as a reader likes it. */
static const char *scientific(wk_picture *p, int m, int e, bool powers) {
    if (!powers && e >= -3 && e <= 4)
        return wk_arena_printf(p->arena, "%.6g", m * pow(10, e));
    const char *power = wk_picture_power(p, e);
    return m > 1 ? wk_arena_printf(p->arena, "%d×%s", m, power) : power;
}

static const char *tics_at_powers(wk_picture *p, const wk_axis *axis) {
    const int low = (int)floor(log10(axis->low)), high = (int)ceil(log10(axis->high));
    const double decades = log10(axis->high / axis->low);
    const bool powers = decades >= 2.0; /* then at least two of them lie in the range */
    const int stride = 1 + (int)(decades / 9);
    const char *list = "";
    for (int e = low; e <= high; e++)
        for (int m = 1; m <= 9; m++) {
            const double value = strtod(wk_arena_printf(p->arena, "%de%d", m, e), NULL);
            if (value < axis->low || value > axis->high || (m > 1 && stride > 1))
                continue;
            const bool labelled = powers          ? m == 1 && e % stride == 0
                                  : decades > 0.9 ? m == 1 || m == 2 || m == 5
                                                  : m != 7 && m != 9;
            list = with_tic(p, list, value, labelled ? scientific(p, m, e, powers) : NULL);
        }
    return list;
}

/* Few whole numbers (threads, depths): nothing lies between them. */
static bool are_counts(const double *at, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (at[i] != floor(at[i]) || fabs(at[i]) > 1e6)
            return false;
    return n > 0 && n <= 12;
}

/* Tics at the data's own values, labels where they have room. */
static const char *tics_at_values(wk_picture *p, const wk_axis *axis, const double *at, size_t n) {
    const double room =
        axis->log ? log(axis->high / axis->low) / 11 : (axis->high - axis->low) / 16;
    const char *list = "";
    double last = -(double)INFINITY;
    for (size_t i = 0; i < n; i++) {
        const double place = wk_axis_map(axis, at[i]);
        const bool labelled = place - last >= room;
        last = labelled ? place : last;
        const char *label = wk_arena_printf(p->arena, axis->log ? "%.6g" : "%.0f", at[i]);
        list = with_tic(p, list, at[i], labelled ? label : NULL);
    }
    return list;
}

void wk_axis_write(wk_picture *p, const wk_axis *axis, char which, const char *label,
                   const double *at, size_t n) {
    wk_picture_set(p, "set %clabel %s noenhanced", which, wk_picture_quote(p, label));
    wk_picture_set(p, "set %crange [%s:%s]", which, wk_picture_number(p, axis->low),
                   wk_picture_number(p, axis->high));
    if (axis->log)
        wk_picture_set(p, "set logscale %c", which);
    else
        wk_picture_set(p, "set format %c '%%g'", which);
    if (axis->log ? n && n <= 24 : are_counts(at, n))
        wk_picture_set(p, "set %ctics (%s)", which, tics_at_values(p, axis, at, n));
    else if (axis->log)
        wk_picture_set(p, "set %ctics (%s)", which, tics_at_powers(p, axis));
}

void wk_axis_mark(wk_picture *p, const wk_axis *axis, double y, const char *style) {
    const char *height = wk_picture_number(p, y);
    if (wk_axis_draws(axis, y))
        wk_picture_set(p, "set arrow from graph 0, first %s to graph 1, first %s nohead %s", height,
                       height, style);
}

/* ---- colours and styles ---- */

const char *wk_colour(size_t i) {
    static const char *const okabe_ito[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                            "#E69F00", "#56B4E9", "#000000"};
    return okabe_ito[i % (sizeof okabe_ito / sizeof *okabe_ito)];
}

/* viridis at the eighth `at` of its length */
static void viridis(double at, unsigned rgb[3]) {
    static const unsigned char colours[][3] = {
        {68, 1, 84},    {71, 44, 122}, {59, 81, 139},  {44, 113, 142}, {33, 144, 141},
        {39, 173, 129}, {92, 200, 99}, {170, 220, 50}, {253, 231, 37}, {253, 231, 37}};
    const size_t k = (size_t)at;
    const double share = at - (double)k;
    for (size_t c = 0; c < 3; c++)
        rgb[c] = (unsigned)lround((1 - share) * colours[k][c] + share * colours[k + 1][c]);
}

static const char *colour_at(wk_picture *p, double at) {
    unsigned rgb[3];
    viridis(at, rgb);
    return wk_arena_printf(p->arena, "#%02X%02X%02X", rgb[0], rgb[1], rgb[2]);
}

const char *wk_colour_ramp(wk_picture *p, size_t i, size_t n) {
    /* its yellow end is too light for a line on white */
    const double last = 6.6;
    return colour_at(p, n > 1 ? last * (double)i / (double)(n - 1) : 0);
}

const char *wk_colour_scale(wk_picture *p, double share) {
    return colour_at(p, 8 * fmin(fmax(share, 0), 1));
}

/* By relative luminance (WCAG 2.1): both have a contrast of at least 4.5. */
const char *wk_colour_on_scale(double share) {
    static const double weight[] = {0.2126, 0.7152, 0.0722};
    unsigned rgb[3];
    double luminance = 0;
    viridis(8 * fmin(fmax(share, 0), 1), rgb);
    for (size_t c = 0; c < 3; c++) {
        const double v = rgb[c] / 255.0;
        luminance += weight[c] * (v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
    }
    return luminance > 0.179 ? "black" : "white";
}

const char *wk_dash(size_t i) {
    static const char *const dashes[] = {"solid", "(9,4)", "(3,3)", "(12,3,3,3)", "(12,3,3,3,3,3)"};
    return dashes[i % (sizeof dashes / sizeof *dashes)];
}

static const int open_markers[] = {6, 4, 8, 12, 10, 14};

int wk_marker_open(size_t i) {
    return open_markers[i % (sizeof open_markers / sizeof *open_markers)];
}
int wk_marker(size_t i) {
    return wk_marker_open(i) + 1;
}
