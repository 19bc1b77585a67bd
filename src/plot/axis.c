/* Axes: their ranges, ticks and how gnuplot is told. */
#include "plot/axis.h"

#include "base/quote.h"
#include "base/text.h"

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

void wk_plot_number(FILE *out, double value) {
    char text[32];
    fputs(isfinite(value) ? wk_text_format(value, text) : "NaN", out);
}

void wk_plot_numbers(FILE *out, const double *values, size_t n) {
    for (size_t i = 0; i < n; i++) {
        wk_plot_number(out, values[i]);
        fputc(' ', out);
    }
}

void wk_plot_power(FILE *gp, int exponent) {
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    char plain[16];
    snprintf(plain, sizeof plain, "%d", exponent);
    fputs("10", gp);
    for (const char *p = plain; *p; p++)
        fputs(*p == '-' ? "⁻" : digits[*p - '0'], gp);
}

static void comma(FILE *gp, bool *first) {
    fputs(*first ? "'" : ", '", gp);
    *first = false;
}

/* Ends one entry of a list of tics. (A label is made of digits: gnuplot would read % as a format.)
 */
static void tic_at(FILE *gp, double value, bool labelled) {
    fputs("' ", gp);
    wk_plot_number(gp, value);
    fputs(labelled ? "" : " 1", gp);
}

/* m·10^e as a reader likes it. */
static void scientific(FILE *gp, int m, int e, bool powers) {
    if (!powers && e >= -3 && e <= 4) {
        fprintf(gp, "%.6g", m * pow(10, e));
        return;
    }
    if (m > 1)
        fprintf(gp, "%d×", m);
    wk_plot_power(gp, e);
}

static void tics_at_powers(FILE *gp, const wk_axis *axis) {
    const int low = (int)floor(log10(axis->low)), high = (int)ceil(log10(axis->high));
    const double decades = log10(axis->high / axis->low);
    const bool powers = decades >= 2.0; /* then at least two of them lie in the range */
    const int stride = 1 + (int)(decades / 9);
    bool first = true;
    for (int e = low; e <= high; e++)
        for (int m = 1; m <= 9; m++) {
            char digits[16];
            snprintf(digits, sizeof digits, "%de%d", m, e);
            const double value = strtod(digits, NULL);
            if (value < axis->low || value > axis->high || (m > 1 && stride > 1))
                continue;
            const bool one_two_five = m == 1 || m == 2 || m == 5;
            const bool labelled = powers          ? m == 1 && e % stride == 0
                                  : decades > 0.9 ? one_two_five
                                                  : m != 7 && m != 9;
            comma(gp, &first);
            if (labelled)
                scientific(gp, m, e, powers);
            tic_at(gp, value, labelled);
        }
}

/* Few whole numbers (threads, depths): nothing lies between them. */
static bool are_counts(const double *at, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (at[i] != floor(at[i]) || fabs(at[i]) > 1e6)
            return false;
    return n > 0 && n <= 12;
}

/* Tics at the data's own values, labels where they have room. */
static void tics_at_values(FILE *gp, const wk_axis *axis, const double *at, size_t n) {
    const double room =
        axis->log ? log(axis->high / axis->low) / 11 : (axis->high - axis->low) / 16;
    bool first = true;
    double last = -(double)INFINITY;
    for (size_t i = 0; i < n; i++) {
        const double place = wk_axis_map(axis, at[i]);
        const bool labelled = place - last >= room;
        last = labelled ? place : last;
        comma(gp, &first);
        if (labelled)
            fprintf(gp, axis->log ? "%.6g" : "%.0f", at[i]);
        tic_at(gp, at[i], labelled);
    }
}

void wk_axis_write(FILE *gp, const wk_axis *axis, char which, const char *label, const double *at,
                   size_t n) {
    fprintf(gp, "set %clabel ", which);
    wk_quote_gnuplot(gp, label);
    fprintf(gp, " noenhanced\nset %crange [", which);
    wk_plot_number(gp, axis->low);
    fputs(":", gp);
    wk_plot_number(gp, axis->high);
    fputs("]\n", gp);
    if (!axis->log) {
        fprintf(gp, "set format %c '%%g'\n", which);
        if (at && are_counts(at, n)) {
            fprintf(gp, "set %ctics (", which);
            tics_at_values(gp, axis, at, n);
            fputs(")\n", gp);
        }
        return;
    }
    fprintf(gp, "set logscale %c\nset %ctics (", which, which);
    if (at && n && n <= 24)
        tics_at_values(gp, axis, at, n);
    else
        tics_at_powers(gp, axis);
    fputs(")\n", gp);
}

void wk_axis_mark(FILE *gp, const wk_axis *axis, double y, const char *style) {
    if (!wk_axis_draws(axis, y))
        return;
    fputs("set arrow from graph 0, first ", gp);
    wk_plot_number(gp, y);
    fputs(" to graph 1, first ", gp);
    wk_plot_number(gp, y);
    fprintf(gp, " nohead %s\n", style);
}

void wk_plot_begin(FILE *gp, const char *title) {
    fputs("set title ", gp);
    wk_quote_gnuplot_lines(gp, title, 76);
    fputs(" noenhanced offset 0,-0.3\n"
          "set border 3 lc rgb '#404040'\n"
          "set xtics offset 0,0.25\nset xlabel offset 0,0.4\n"
          "set tics nomirror out scale 0.8,0.4 textcolor rgb '#202020'\n"
          "set grid xtics ytics mxtics mytics lt 1 lc rgb '#d9d9d9' lw 0.6, "
          "lt 1 lc rgb '#efefef' lw 0.4\n"
          "set minussign\n"
          "set key outside below center horizontal Left reverse noenhanced "
          "samplen 3.2 spacing 1.25 height 0.6\n",
          gp);
}

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

const char *wk_colour_ramp(size_t i, size_t n, char out[8]) {
    /* its yellow end is too light for a line on white */
    const double last = 6.6, at = n > 1 ? last * (double)i / (double)(n - 1) : 0;
    unsigned rgb[3];
    viridis(at, rgb);
    snprintf(out, 8, "#%02X%02X%02X", rgb[0] & 255, rgb[1] & 255, rgb[2] & 255);
    return out;
}

const char *wk_colour_scale(double share, char out[8]) {
    unsigned rgb[3];
    viridis(8 * fmin(fmax(share, 0), 1), rgb);
    snprintf(out, 8, "#%02X%02X%02X", rgb[0] & 255, rgb[1] & 255, rgb[2] & 255);
    return out;
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

static const int open_points[] = {6, 4, 8, 12, 10, 14};

int wk_point_open(size_t i) {
    return open_points[i % (sizeof open_points / sizeof *open_points)];
}
int wk_point(size_t i) {
    return wk_point_open(i) + 1;
}
