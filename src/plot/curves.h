/* From cells to curves: which cells belong to one line of a figure, what the line is called, and
 * the mean and interval over seeds.
 */
#ifndef WK_PLOT_CURVES_H
#define WK_PLOT_CURVES_H

#include "plot/axis.h"
#include "plot/figure.h"
#include "table/interval.h"

/* One line: a metric on the cells that agree in the parameters `keys`. Borrowed from table and
 * arena. */
typedef struct wk_curve {
    const char *metric;
    const wk_value *const *keys; /* (nby of the set) of each splitting parameter; NULL: absent */
    const char *label;           /* what tells it from the other curves */
    const char *others;          /* the label without its first part; "" if it has one part */
    const wk_row **rows;         /* (n) in the table's order */
    size_t n;
} wk_curve;

typedef struct wk_curves {
    const char **by; /* (nby) the parameters that split: the figure's, and those that must */
    size_t nby;
    wk_curve *curves;
    size_t n;
    size_t cells, diverged, missing; /* selected cells; of these: diverged, without a result */
    size_t seeds;                    /* different seeds among the cells with a result */
} wk_curves;

enum { WK_CURVES_MOST = 48, WK_BARS_MOST = 480 };

/* The curves of a figure, in the order of the table. A figure whose `by` leaves two different cells
 * of the same seed at the same abscissa is split further by the parameters in which they differ: a
 * mean is taken over seeds, never over conditions. `x` is the abscissa's parameter or NULL.
 * WK_CANNOT when there is nothing to show, or more than `most` curves. */
wk_status wk_curves_make(const wk_figure *figure, const wk_judged *report, const char *x,
                         size_t most, wk_arena *arena, wk_curves *out, wk_error *err) WK_CHECKED;

/* Is the cell among the figure's? A figure without `from` shows all cells. */
bool wk_curves_has(const wk_figure *figure, const wk_row *row);

/* The text of a key, "" if it is absent; and whether two of them read the same. */
const char *wk_curves_text(const wk_value *value);
bool wk_curves_same(const wk_value *a, const wk_value *b);

/* "120 cells, 10 seeds; 3 diverged, 2 not measured." */
const char *wk_curves_note(const wk_figure *figure, const wk_judged *report, wk_arena *arena);

/* What is drawn for cells that differ in nothing but their seeds. */
typedef struct wk_point {
    double x;
    wk_interval y;               /* of their values that can be drawn */
    size_t n, infinite, missing; /* cells with such a value; +inf or diverged; without a value */
} wk_point;

/* The curve's cells at the abscissa `x` (figure->x), or all for NULL. */
wk_point wk_curves_point(const wk_figure *figure, const wk_curve *curve, const double *x,
                         wk_arena *arena);
/* The cell's abscissa; false if it is not a number that can be drawn. */
bool wk_curves_abscissa(const wk_figure *figure, const wk_row *row, double *x);

/* Widens the axes to show points[0..n): `x`, which may be NULL, `y` to the middles, `bands` to the
 * ends of their intervals. */
void wk_points_include(const wk_point *points, size_t n, wk_axis *x, wk_axis *y, wk_axis *bands);

/* The metric's last value; NaN if the cell lacks it. A diverged cell without the metric has +inf.
 */
double wk_curves_last(const wk_row *row, const char *metric);

/* Symbol of a metric ("ΔΘ = …") or a parameter ("hidden width M"); the name itself if there is
 * none. Short: what stands before " =" ("ΔΘ"), or the bare letter ("M"). In `arena`. */
const char *wk_label_of(const wk_judged *report, const char *name, wk_arena *arena) WK_CHECKED;
const char *wk_label_short(const wk_judged *report, const char *name, wk_arena *arena) WK_CHECKED;

/* Both with the separator between them; `part` alone if there is no label yet. */
const char *wk_label_join(const char *label, const char *separator, const char *part,
                          wk_arena *arena) WK_CHECKED;

/* The values of parameters, as one label: "dgemm 2048", "ntk 256×600", "M = 64, cosine". Those that
 * are "" are left out. */
const char *wk_label_values(const wk_judged *report, const char *const *keys,
                            const char *const *values, size_t n, wk_arena *arena) WK_CHECKED;

/* What the suite calls the figure, or "ΔΘ against hidden width M". */
const char *wk_figure_title(const wk_figure *figure, const wk_judged *report,
                            wk_arena *arena) WK_CHECKED;

#endif
