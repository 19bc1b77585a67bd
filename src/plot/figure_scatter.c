/* The learned two-dimensional representation laid over the PCA one, for one cell. */
#include "base/bind.h"
#include "plot/axis.h"
#include "plot/curves.h"

#include <math.h>
#include <string.h>

/* clang-format off */
static const wk_param suite_keys[] = {
    {"seed", WK_INTEGER, .offset = offsetof(wk_figure_keys, seed), .fallback = "0", .min = 0,
     .max = 9007199254740992.0, .help = "which seed is shown; 0: the first"},
};
/* clang-format on */

enum { CLASSES_MOST = 12 };
enum layer { LINKS, PCA, LEARNED, KEY };

/* What one cell must have to be shown. */
typedef struct cell {
    const wk_row *row;
    const wk_series *learned[2], *pca[2], *class_of;
    size_t width; /* of its network; 0: unknown */
} cell;

static const wk_param model_rows[] = {
    {.name = "width", .type = WK_INTEGER, .offset = offsetof(cell, width)},
};

static bool complete(const wk_row *row, cell *out) {
    *out = (cell){.row = row};
    out->learned[0] = wk_row_series(row, "representation.1");
    out->learned[1] = wk_row_series(row, "representation.2");
    out->pca[0] = wk_row_series(row, "pca.representation.1");
    out->pca[1] = wk_row_series(row, "pca.representation.2");
    out->class_of = wk_row_series(row, "representation.class");
    if (wk_bind_rows(model_rows, 1, "model", &row->params, out, NULL, NULL) != WK_OK)
        out->width = 0;
    const wk_series *all[] = {out->learned[0], out->learned[1], out->pca[0], out->pca[1]};
    for (size_t i = 0; i < 4; i++)
        if (!all[i] || !all[i]->n || all[i]->n != all[0]->n)
            return false;
    return !out->class_of || out->class_of->n == all[0]->n;
}

/* The widest cell of the wanted seed; the first of those. */
static bool choose(const wk_figure *figure, const wk_table *table, cell *best) {
    bool found = false;
    uint64_t seed = figure->seed;
    for (size_t i = 0; i < table->n; i++) {
        const wk_row *row = &table->rows[i];
        cell one;
        if (row->result.end != WK_END_OK || !wk_curves_has(figure, row) || !complete(row, &one))
            continue;
        if (!found && figure->seed == 0)
            seed = row->seed;
        if (row->seed != seed || (found && one.width <= best->width))
            continue;
        *best = one;
        found = true;
    }
    return found;
}

static double class_at(const cell *c, size_t i) {
    return c->class_of ? c->class_of->value[i] : 0;
}

/* Different classes in the order of their numbers; those beyond the most are left to the last. */
static size_t list_classes(const cell *c, double classes[CLASSES_MOST]) {
    size_t n = 0;
    for (size_t i = 0; i < c->learned[0]->n; i++) {
        const double own = class_at(c, i);
        size_t k = 0;
        while (k < n && classes[k] < own)
            k++;
        if ((k < n && classes[k] == own) || n == CLASSES_MOST || isnan(own))
            continue;
        memmove(&classes[k + 1], &classes[k], (n - k) * sizeof *classes);
        classes[k] = own;
        n++;
    }
    return n;
}

/* The inputs of the k-th class; a line joins the two places of each. */
static void draw_class(wk_picture *p, const cell *c, double class, size_t k, wk_axis *axes) {
    wk_picture_block(p, "class %g", class);
    wk_picture_data(p, "# learned.1 learned.2 pca.1 pca.2 input");
    for (size_t i = 0; i < c->learned[0]->n; i++) {
        const double own = class_at(c, i);
        if (own != class)
            continue;
        const double numbers[] = {c->learned[0]->value[i], c->learned[1]->value[i],
                                  c->pca[0]->value[i], c->pca[1]->value[i]};
        for (size_t j = 0; j < 4; j++)
            wk_axis_include(&axes[j % 2], numbers[j]);
        wk_picture_data(p, "%s %g", wk_picture_numbers(p, numbers, 4), c->learned[0]->at[i]);
    }
    wk_picture_draw(p, LINKS,
                    "using 1:2:($3-$1):($4-$2) with vectors nohead lw 0.9 lc rgb '#a8a8a8' "
                    "notitle");
    wk_picture_draw(p, PCA, "using 3:4 with points pt %d ps 1.25 lw 1.3 lc rgb '%s' notitle",
                    wk_marker_open(k), wk_colour(k));
    const char *title = c->class_of ? wk_arena_printf(p->arena, "title 'class %g'", class) : NULL;
    wk_picture_draw(p, LEARNED, "using 1:2 with points pt %d ps 0.85 lc rgb '%s' %s", wk_marker(k),
                    wk_colour(k), title ? title : "notitle");
}

static wk_status draw(wk_picture *p, const wk_figure *figure, const wk_judged *report,
                      wk_error *err) {
    cell c;
    if (!choose(figure, report->table, &c))
        return wk_fail(err, WK_CANNOT,
                       "no finished cell of it has the metrics representation.1, "
                       ".2 and pca.representation.1, .2");
    double classes[CLASSES_MOST];
    const size_t n = list_classes(&c, classes);
    if (!n)
        return wk_fail(err, WK_CANNOT, "metric 'representation.class' holds no number");
    wk_axis axes[2] = {wk_axis_empty(false), wk_axis_empty(false)};
    wk_picture_data(p, "# cell %s, seed %llu, width %zu", c.row->id,
                    (unsigned long long)c.row->seed, c.width);
    for (size_t k = 0; k < n; k++)
        draw_class(p, &c, classes[k], k, axes);
    p->title = p->title ? p->title : "Learned representation and PCA";
    for (size_t j = 0; j < 2; j++) {
        wk_axis_pad(&axes[j], 0.06, 0.06);
        wk_axis_write(p, &axes[j], j ? 'y' : 'x',
                      j ? "second coordinate of the output f" : "first coordinate of the output f",
                      NULL, 0);
    }
    wk_picture_set(p, "set size ratio -1\nset border 15");
    wk_picture_key(p, KEY, "points pt 7 ps 0.85 lc rgb '%s' title 'learned (filled)'", WK_GREY);
    wk_picture_key(p, KEY, "points pt 6 ps 1.25 lw 1.3 lc rgb '%s' title 'PCA (open)'", WK_GREY);
    return WK_OK;
}

static const char *note(const wk_figure *figure, const wk_judged *report, wk_arena *arena) {
    cell c;
    return !choose(figure, report->table, &c)
               ? ""
               : wk_arena_printf(arena, "One cell: width %zu, seed %llu, %zu inputs.", c.width,
                                 (unsigned long long)c.row->seed, c.learned[0]->n);
}

const wk_figure_kind wk_figure_scatter = {
    .name = "scatter",
    .help = "the learned two-dimensional representation laid over that of PCA",
    WK_ROWS(suite_keys),
    .draw = draw,
    .caption =
        "Each input once as learned (filled) and once as PCA puts it (open); a line joins the two.",
    .width = 640,
    .height = 620,
    .note = note,
};
