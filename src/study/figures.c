#include "study/figures.h"

#include "base/text.h"
#include "plot/figure.h"
#include "study/select.h"

#include <math.h>
#include <string.h>

/* The texts of a WK_WORDS child; n = 0 if it is absent. */
static void words_of(const wk_node *node, const char *name, const char *const **words, size_t *n,
                     wk_arena *arena) {
    const wk_node *list = wk_node_find(node, name);
    *n = list ? list->n : 0;
    const char **out = wk_arena_get(arena, *n, sizeof *out);
    for (size_t i = 0; i < *n; i++)
        out[i] = list->items[i]->text;
    *words = out;
}

static bool is(const wk_node *node, const char *name, const char *word) {
    const char *text = wk_node_text_if(node, name);
    return text && strcmp(text, word) == 0;
}

static wk_status read_guides(const wk_node *node, wk_figure *figure, wk_arena *arena,
                             wk_error *err) {
    const char *const *words = NULL;
    words_of(node, "guides", &words, &figure->nguides, arena);
    double *slopes = wk_arena_doubles(arena, figure->nguides);
    for (size_t i = 0; i < figure->nguides; i++)
        if (!wk_text_real(words[i], &slopes[i]))
            return wk_node_fail(wk_node_find(node, "guides"), err, "a guide is a slope, not '%s'",
                                words[i]);
    figure->guides = slopes;
    return WK_OK;
}

static wk_status check(const wk_plan *plan, const wk_node *node, const wk_figure *figure,
                       wk_error *err) {
    for (size_t i = 0; i < figure->ny; i++)
        WK_TRY(wk_select_metric(figure->y[i], wk_node_find(node, "y"), err));
    if (figure->predicted)
        WK_TRY(wk_select_metric(figure->predicted, wk_node_find(node, "predicted"), err));
    if (!figure->from.experiment)
        return WK_OK;
    if (figure->x)
        WK_TRY(wk_select_param(plan, figure->from.experiment, figure->x, wk_node_find(node, "x"),
                               err));
    for (size_t i = 0; i < figure->ngroups; i++)
        WK_TRY(wk_select_param(plan, figure->from.experiment, figure->groups[i],
                               wk_node_find(node, "x"), err));
    for (size_t i = 0; i < figure->nby; i++)
        WK_TRY(wk_select_param(plan, figure->from.experiment, figure->by[i],
                               wk_node_find(node, "by"), err));
    return WK_OK;
}

static wk_status read_figure(const wk_plan *plan, const wk_node *node, double level,
                             wk_figure *figure, wk_arena *arena, wk_error *err) {
    const wk_node *from = wk_node_find(node, "from"), *mark = wk_node_find(node, "mark");
    const wk_node *x = wk_node_find(node, "x");
    const bool one = x && x->kind == WK_NODE_SCALAR; /* the other kinds take a list */
    *figure = (wk_figure){
        .id = node->name,
        .title = wk_node_text_if(node, "title"),
        .caption = wk_node_text_if(node, "caption"),
        .kind = wk_figure_kind_find(wk_node_text(node, "plot")),
        .x = one ? x->text : NULL,
        .log_x = is(node, "scale", "logx") || is(node, "scale", "loglog"),
        .log_y = is(node, "scale", "logy") || is(node, "scale", "loglog"),
        .band = is(node, "band", "interval"),
        .level = level,
        .mark = mark ? wk_node_real(node, "mark") : NAN,
        .predicted = wk_node_text_if(node, "predicted"),
        .seed = wk_node_find(node, "seed") ? wk_node_size(node, "seed") : 0,
    };
    if (from)
        WK_TRY(wk_select_make(plan, from, arena, &figure->from, err));
    if (x && !one)
        words_of(node, "x", &figure->groups, &figure->ngroups, arena);
    words_of(node, "y", &figure->y, &figure->ny, arena);
    words_of(node, "by", &figure->by, &figure->nby, arena);
    WK_TRY(read_guides(node, figure, arena, err));
    return check(plan, node, figure, err);
}

wk_status wk_figures_make(const wk_plan *plan, double level, wk_arena *arena, const wk_figure **out,
                          size_t *n, wk_error *err) {
    const wk_node *all = wk_node_find(plan->suite->root, "figures");
    *n = all ? all->n : 0;
    wk_figure *figures = wk_arena_get(arena, *n, sizeof *figures);
    for (size_t i = 0; i < *n; i++)
        WK_TRY(read_figure(plan, all->items[i], level, &figures[i], arena, err));
    *out = figures;
    return WK_OK;
}
