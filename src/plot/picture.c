/* Pictures: their description, and how it is written for gnuplot. */
#include "plot/picture.h"

#include "base/heap.h"
#include "base/quote.h"
#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

size_t wk_lines_longest(const wk_lines *lines) {
    size_t longest = 0;
    for (size_t i = 0; i < lines->n; i++) {
        const size_t columns = wk_quote_columns(lines->all[i]);
        longest = columns > longest ? columns : longest;
    }
    return longest;
}

static const char *format_text(wk_arena *arena, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    const size_t room = (size_t)vsnprintf(NULL, 0, format, args) + 1;
    char *text = wk_arena_get(arena, room, 1);
    vsnprintf(text, room, format, again);
    va_end(again);
    return text;
}

/* What `format` and the arguments behind it come to, as a text in the arena. */
#define FORMATTED(p, text)                                                                         \
    va_list args;                                                                                  \
    va_start(args, format);                                                                        \
    const char *text = format_text((p)->arena, format, args);                                      \
    va_end(args)

void wk_picture_set(wk_picture *p, const char *format, ...) {
    FORMATTED(p, text);
    wk_lines_add(&p->settings, text, p->arena);
}

void wk_picture_label(wk_picture *p, const char *label, const char *format, ...) {
    FORMATTED(p, text);
    wk_picture_set(p, "set label %s noenhanced at %s", wk_picture_quote(p, label), text);
}

void wk_picture_data(wk_picture *p, const char *format, ...) {
    FORMATTED(p, text);
    wk_lines_add(&p->data, text, p->arena);
}

void wk_picture_block(wk_picture *p, const char *format, ...) {
    FORMATTED(p, text);
    for (int i = 0; i < 2 && p->blocks; i++)
        wk_lines_add(&p->data, "", p->arena);
    wk_picture_data(p, "# %zu: %s", p->blocks++, text);
}

void wk_picture_draw(wk_picture *p, int layer, const char *format, ...) {
    FORMATTED(p, text);
    const char *index = p->blocks ? wk_arena_printf(p->arena, " index %zu", p->blocks - 1) : "";
    wk_lines_add(&p->layers[layer], wk_arena_printf(p->arena, "'%s.dat'%s %s", p->id, index, text),
                 p->arena);
}

void wk_picture_key(wk_picture *p, int layer, const char *format, ...) {
    FORMATTED(p, text);
    wk_lines_add(&p->layers[layer], wk_arena_printf(p->arena, "keyentry with %s", text), p->arena);
}

const char *wk_picture_quote(wk_picture *p, const char *text) {
    char *quoted = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&quoted, &length);
    wk_quote_gnuplot(out, text);
    fclose(out);
    const char *copy = wk_arena_text(p->arena, quoted);
    free(quoted);
    return copy;
}

const char *wk_picture_number(wk_picture *p, double value) {
    char text[32];
    return isfinite(value) ? wk_arena_text(p->arena, wk_text_format(value, text)) : "NaN";
}

const char *wk_picture_numbers(wk_picture *p, const double *values, size_t n) {
    const char *text = wk_picture_number(p, values[0]);
    for (size_t i = 1; i < n; i++)
        text = wk_arena_printf(p->arena, "%s %s", text, wk_picture_number(p, values[i]));
    return text;
}

const char *wk_picture_power(wk_picture *p, int exponent) {
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    const char *text = exponent < 0 ? "10⁻" : "10";
    for (const char *d = wk_arena_printf(p->arena, "%d", abs(exponent)); *d; d++)
        text = wk_arena_printf(p->arena, "%s%s", text, digits[*d - '0']);
    return text;
}

/* ---- writing ---- */

void wk_picture_write_data(const wk_picture *p, FILE *dat) {
    for (size_t i = 0; i < p->data.n; i++) {
        wk_quote_plain(dat, p->data.all[i]);
        fputs("\n", dat);
    }
}

/* The output, the title, and a look that all figures share: border, grid, and the key below. */
static void write_head(const wk_picture *p, FILE *gp) {
    fprintf(gp,
            "# Made by widecheck. Draw again: gnuplot %s.gp\n"
            "if (!exists('output')) output = '%s.svg'\n"
            "set encoding utf8\n"
            "set terminal svg size %d,%d fixed noenhanced rounded background '#ffffff' "
            "font 'DejaVu Sans,Verdana,Arial,sans-serif,13'\n"
            "set output output\n"
            "set title ",
            p->id, p->id, p->width, p->height);
    wk_quote_gnuplot_lines(gp, p->title, 76);
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

void wk_picture_write_script(const wk_picture *p, FILE *gp) {
    const char *before = "plot ";
    write_head(p, gp);
    for (size_t i = 0; i < p->settings.n; i++)
        fprintf(gp, "%s\n", p->settings.all[i]);
    for (size_t layer = 0; layer < WK_PICTURE_LAYERS; layer++)
        for (size_t i = 0; i < p->layers[layer].n; i++, before = ", \\\n")
            fprintf(gp, "%s%s", before, p->layers[layer].all[i]);
    fputs("\nset output\n", gp); /* closes the file */
}
