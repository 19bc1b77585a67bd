/* The figures of a suite, bound and checked against its plan. */
#include "study/figures.h"

#include "base/text.h"
#include "plot/figure.h"
#include "study/select.h"
#include "study/written.h"
#include "suite/bind.h"

static wk_status read_guides(const wk_words *words, const wk_node *node, wk_figure *figure,
                             wk_arena *arena, wk_error *err) {
    double *slopes = wk_arena_doubles(arena, words->n);
    for (size_t i = 0; i < words->n; i++)
        if (!wk_text_real(wk_text_skip_plus(words->list[i]), &slopes[i]))
            return wk_node_fail(wk_node_find(node, "guides"), err, "a guide is a slope, not '%s'",
                                words->list[i]);
    figure->guides = slopes;
    figure->nguides = words->n;
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
    wk_figure_text text = wk_figure_absent;
    wk_node_bind(node, arena, &text);
    const wk_figure_keys *keys = &text.keys;
    *figure = text.figure;
    figure->id = node->name;
    figure->kind = wk_figure_kind_find(text.plot);
    figure->x = keys->x;
    figure->groups = keys->groups.list;
    figure->ngroups = keys->groups.n;
    figure->y = keys->y.list;
    figure->ny = keys->y.n;
    figure->by = keys->by.list;
    figure->nby = keys->by.n;
    figure->log_x = keys->scale == WK_SCALE_LOGX || keys->scale == WK_SCALE_LOGLOG;
    figure->log_y =
        keys->scale == WK_SCALE_LOGY || keys->scale == WK_SCALE_LOGLOG || keys->bar_scale == 1;
    figure->band = keys->band == 0 || keys->spread == 1;
    figure->level = level;
    figure->mark = keys->mark;
    figure->predicted = keys->predicted;
    figure->seed = keys->seed;
    if (figure->from.experiment)
        WK_TRY(wk_select_from(plan, &figure->from, wk_node_find(node, "from"), err));
    WK_TRY(read_guides(&keys->guides, node, figure, arena, err));
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
