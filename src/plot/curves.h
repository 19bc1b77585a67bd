/* From cells to curves: which cells belong to one line of a figure, what the line is called, and
 * the mean and interval over seeds.
 */
#ifndef WK_PLOT_CURVES_H
#define WK_PLOT_CURVES_H

#include "plot/figure.h"
#include "table/interval.h"

/* One line: a metric on the cells that agree in the parameters `keys`. Borrowed from table and
 * arena. */
typedef struct wk_curve {
    const char *metric;
    const char *const
        *keys;           /* (nkeys of the set) value of each splitting parameter, "" if absent */
    const char *label;   /* what tells it from the other curves */
    const char *others;  /* the label without its first part; NULL if it has one part */
    const wk_row **rows; /* (n) in the table's order */
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

/* "120 cells, 10 seeds; 3 diverged, 2 not measured." */
void wk_curves_note(const wk_figure *figure, const wk_judged *report, FILE *out);

/* The metric's last value; NaN if the cell lacks it. A diverged cell without the metric has +inf.
 */
double wk_curves_last(const wk_row *row, const char *metric);

/* Symbol of a metric ("ΔΘ = …") or a parameter ("hidden width M"); the name itself if there is
 * none. Short: what stands before " =" ("ΔΘ"), or the bare letter ("M"). In `arena`. */
const char *wk_label_of(const wk_judged *report, const char *name, wk_arena *arena) WK_CHECKED;
const char *wk_label_short(const wk_judged *report, const char *name, wk_arena *arena) WK_CHECKED;

/* The values of parameters, as one label: "dgemm 2048", "ntk 256×600", "M = 64, cosine". Those that
 * are "" are left out. */
const char *wk_label_values(const wk_judged *report, const char *const *keys,
                            const char *const *values, size_t n, wk_arena *arena) WK_CHECKED;

/* What the suite calls the figure, or "ΔΘ against hidden width M". */
const char *wk_figure_title(const wk_figure *figure, const wk_judged *report,
                            wk_arena *arena) WK_CHECKED;

#endif
