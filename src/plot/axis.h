/* Axes, colours and line styles that all figures share. Ranges and tics are chosen here, not by
 * gnuplot, so that the same data gives the same picture with any version.
 */
#ifndef WK_PLOT_AXIS_H
#define WK_PLOT_AXIS_H

#include "plot/picture.h"

#include <stdbool.h>

typedef struct wk_axis {
    bool log;
    double low, high; /* range; low > high: empty */
} wk_axis;

wk_axis wk_axis_empty(bool log);
/* Widens the range; values that cannot be drawn (not finite, not positive on a log axis) are
 * ignored. */
void wk_axis_include(wk_axis *axis, double value);
bool wk_axis_draws(const wk_axis *axis, double value);
/* Adds these shares of the span at both ends, and makes a vanishing span a visible one. */
void wk_axis_pad(wk_axis *axis, double below, double above);
/* Widens the range to `bands`, at most by these shares of the span: bands that would dwarf what
 * lies in them are cut off. */
void wk_axis_include_bands(wk_axis *axis, const wk_axis *bands, double below, double above);
double wk_axis_map(const wk_axis *axis, double value); /* ln v or v: linear in the picture */
double wk_axis_unmap(const wk_axis *axis, double mapped);

/* Range, tics and label for 'x' or 'y'. `at` (n): put the tics of a log axis at these values where
 * there is room, and those of a linear one if they are few whole numbers; NULL: at round numbers.
 */
void wk_axis_write(wk_picture *p, const wk_axis *axis, char which, const char *label,
                   const double *at, size_t n);

/* A horizontal line across the picture at the height `y`, if the axis draws it, in a gnuplot style
 * such as "lc rgb '#303030' lw 1 dt (4,3) front". */
void wk_axis_mark(wk_picture *p, const wk_axis *axis, double y, const char *style);
#define WK_MARK_BEHIND "lc rgb '" WK_GREY "' lw 1 dt (2,3) back"

/* Colours for kinds without order (Okabe–Ito: told apart by colour-blind readers), and for values
 * that grow (viridis: lightness grows too), each "#RRGGBB". Styles repeat after their number. */
const char *wk_colour(size_t i);
const char *wk_colour_ramp(wk_picture *p, size_t i, size_t n);
/* The whole of viridis, 0 <= share <= 1 from dark to light; "white" or "black", as can be read on
 * it. */
const char *wk_colour_scale(wk_picture *p, double share);
const char *wk_colour_on_scale(double share);
const char *wk_dash(size_t i); /* a gnuplot dashtype: solid, (9,4), … */
int wk_marker(size_t i);       /* a filled gnuplot point type */
int wk_marker_open(size_t i);  /* the same shape, open */

#define WK_GREY "#767676"

#endif
