/* The registry of figure kinds, and drawing through gnuplot. */
#ifndef WK_PLOT_FIGURE_H
#define WK_PLOT_FIGURE_H

#include "claim/judged.h"
#include "plot/picture.h"

#include <stdio.h>

/* A figure that a suite asks for. Which fields count is told by the kind (plot/figure.h). */
typedef struct wk_figure {
    const char *id, *title, *caption; /* title, caption: NULL for one made from the metric */
    const struct wk_figure_kind *kind;
    wk_selection from;
    const char *x;             /* parameter on the abscissa ("model.width") */
    const char *const *groups; /* (ngroups) the same where a kind takes several */
    size_t ngroups;
    const char *const *y; /* (ny) metrics */
    size_t ny;
    const char *const *by; /* (nby) parameters that split the cells into lines */
    size_t nby;
    bool log_x, log_y, band; /* band: Student-t interval over seeds */
    double level;            /* of that interval, e.g. 0.95 */
    const double *guides;    /* (nguides) slopes of thin reference lines on log axes */
    size_t nguides;
    double mark;           /* a thin horizontal line at this value; NaN: none */
    const char *predicted; /* metric that holds the predicted slope of y on ln x, or NULL */
    uint64_t seed;         /* kinds that show one cell: which seed; 0: the first */
} wk_figure;

/* What a suite writes for the rows of the kinds, which hold the offsets. Absent: NULL, an empty
 * list, NaN, -1 for a choice, 0 for the seed. */
typedef struct wk_figure_keys {
    const char *x;          /* of kinds with one abscissa */
    wk_words groups;        /* `x` of kinds that take several */
    wk_words y, by, guides; /* a guide is the text of a slope */
    int scale;              /* wk_figure_scale */
    int bar_scale;          /* of bars: 0 linear, 1 logarithmic in height */
    int band;               /* of lines over a parameter: 0 interval, 1 none */
    int spread;             /* of lines over time: 0 range, 1 interval */
    double mark;
    const char *predicted;
    size_t seed;
} wk_figure_keys;

/* The words of `scale`, in their order. */
enum wk_figure_scale { WK_SCALE_LINEAR, WK_SCALE_LOGX, WK_SCALE_LOGY, WK_SCALE_LOGLOG };

/* One a file, which ends with it. */
typedef struct wk_figure_kind {
    const char *name;
    const char *help;
    const wk_param *rows; /* suite keys beyond the common ones (id, title, caption, from) */
    size_t n;
    /* Describes the picture, of which the size is there, and a title if the suite gives one.
     * WK_CANNOT with the reason when the table has nothing to show. */
    wk_status (*draw)(wk_picture *p, const wk_figure *figure, const wk_judged *report,
                      wk_error *err);
    const char *caption; /* what to see, when the suite gives none */
    int width, height;   /* of the picture, in points, unless `draw` chooses another */
    /* What the lines and marks are, and how many seeds and cells stand behind them: the last
     * sentences of the caption. */
    const char *(*note)(const wk_figure *figure, const wk_judged *report, wk_arena *arena);
} wk_figure_kind;

extern const wk_figure_kind *const wk_figure_kinds[];
extern const size_t wk_figure_kinds_n;
const wk_figure_kind *wk_figure_kind_find(const char *name);

/* figures/ID.dat, .gp, .svg below report->folder. WK_CANNOT: no picture; an older one of that name
 * is removed. If only gnuplot failed, .dat and .gp are there. */
wk_status wk_figure_draw(const wk_figure *figure, const wk_judged *report,
                         wk_error *err) WK_CHECKED;

#endif
