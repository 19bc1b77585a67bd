/* A picture, described once: what a figure kind says here becomes the data file and the gnuplot
 * script.
 *
 *   p->title = title;
 *   wk_picture_set(p, "set rmargin %d", 4);
 *   wk_picture_block(p, "%s", label);
 *   wk_picture_data(p, "%s %zu", wk_picture_number(p, x), n);
 *   wk_picture_draw(p, 0, "using 1:2 with lines title %s", wk_picture_quote(p, label));
 *
 * Nothing is written before the description is complete. All of it lives in `arena`.
 */
#ifndef WK_PLOT_PICTURE_H
#define WK_PLOT_PICTURE_H

#include "table/lines.h"

#include <stdio.h>

enum { WK_PICTURE_LAYERS = 4 };

typedef struct wk_picture {
    wk_arena *arena;
    const char *id, *title; /* id: the files are ID.dat, ID.gp and ID.svg */
    int width, height;      /* in points */
    /* The rest is filled by the calls below. */
    wk_lines data, settings, layers[WK_PICTURE_LAYERS];
    size_t blocks;
} wk_picture;

/* A command of the script. Texts that are not the program's own go through wk_picture_quote. */
void wk_picture_set(wk_picture *p, const char *format, ...) WK_PRINTF(2, 3);
/* "set label": any text, and gnuplot's words for its place and look. */
void wk_picture_label(wk_picture *p, const char *text, const char *format, ...) WK_PRINTF(3, 4);

/* Begins a block of data, under a name that may hold any text. A picture without blocks has one
 * that needs no name. */
void wk_picture_block(wk_picture *p, const char *format, ...) WK_PRINTF(2, 3);
/* A line of data. Behind "#" stands what is not drawn, such as the names of the columns, and may
 * hold any text. A block needs at least one row: gnuplot counts blocks by their rows. */
void wk_picture_data(wk_picture *p, const char *format, ...) WK_PRINTF(2, 3);

/* A series of the block that was begun last: what `plot` is told behind the name of the data.
 * Layers are drawn one over the other, 0 first; within a layer the order is that of the calls. */
void wk_picture_draw(wk_picture *p, int layer, const char *format, ...) WK_PRINTF(3, 4);
/* An entry of the key that is no series: gnuplot's words for its sample and title. */
void wk_picture_key(wk_picture *p, int layer, const char *format, ...) WK_PRINTF(3, 4);

/* Texts for the formats: a string in quotes; numbers that read back the same, with NaN for what
 * cannot be drawn, separated by blanks; "10⁻¹⁶". */
const char *wk_picture_quote(wk_picture *p, const char *text);
const char *wk_picture_number(wk_picture *p, double value);
const char *wk_picture_numbers(wk_picture *p, const double *values, size_t n);
const char *wk_picture_power(wk_picture *p, int exponent);

/* Letters of the longest line. */
size_t wk_lines_longest(const wk_lines *lines);

void wk_picture_write_data(const wk_picture *p, FILE *dat);
void wk_picture_write_script(const wk_picture *p, FILE *gp);

#endif
