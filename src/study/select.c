/* Conditions of a suite as selections, checked against the cells that there will be. */
#include "study/select.h"

#include "base/text.h"
#include "model/cell/metrics.h"

#include <string.h>

static const wk_plan_experiment *find(const wk_plan *plan, const char *name) {
    for (size_t i = 0; i < plan->n; i++)
        if (strcmp(plan->experiments[i].name, name) == 0)
            return &plan->experiments[i];
    return NULL;
}

/* "unknown WHAT 'word' (did you mean '…'?)" at the node. */
static wk_status unknown(const wk_node *at, const char *what, const char *word, const void *table,
                         size_t n, size_t size, wk_error *err) {
    char hint[WK_TEXT_HINT];
    return wk_node_fail(at, err, "unknown %s '%s'%s", what, word,
                        wk_text_hint_of(word, table, n, size, hint));
}

wk_status wk_select_experiment(const wk_plan *plan, const wk_node *at, const char *name,
                               wk_error *err) {
    return find(plan, name) ? WK_OK
                            : unknown(at, "experiment", name, plan->experiments, plan->n,
                                      sizeof *plan->experiments, err);
}

/* One pass over the experiment's combinations (first seed): counts the cells that meet all
 * conditions, and for each condition the cells that meet it alone and those that have its parameter
 * at all. */
typedef struct census {
    size_t all, *alone, *having;
} census;

static void count(const wk_plan *plan, const wk_plan_experiment *e, const wk_matches *where,
                  census *c, wk_arena *arena) {
    for (size_t i = 0; i < e->combinations; i++) {
        const wk_arena_mark mark = wk_arena_here(arena);
        const wk_plan_cell cell = wk_plan_cell_at(plan, e->first + i * e->seeds, arena);
        const wk_row row = {.experiment = e->name, .params = cell.params};
        size_t met = 0;
        for (size_t m = 0; m < where->n; m++) {
            const wk_selection one = {e->name, {&where->list[m], 1}};
            const bool is = wk_selection_has(&one, &row);
            met += is;
            c->alone[m] += is;
            c->having[m] += wk_bag_pair(&cell.params, where->list[m].param) != NULL;
        }
        c->all += met == where->n;
        wk_arena_reset(arena, mark);
    }
}

/* Which backends there are is the machine's affair: a claim on another is not measured here. */
static wk_status blame(const wk_plan *plan, const wk_plan_experiment *e, const wk_matches *where,
                       const census *c, const wk_node *at, wk_error *err) {
    bool elsewhere = false;
    for (size_t m = 0; m < where->n; m++) {
        const wk_match *match = &where->list[m];
        if (!c->having[m])
            return wk_select_param(plan, e->name, match->param, at, err);
        if (c->alone[m])
            continue;
        elsewhere = strcmp(match->param, "backend") == 0;
        if (!elsewhere)
            return wk_node_fail(at, err, "no cell of experiment '%s' has %s %s%s%s", e->name,
                                match->param, match->n > 1 ? "among " : "", match->values[0].text,
                                match->n > 1 ? ", …" : "");
    }
    return elsewhere
               ? WK_OK
               : wk_node_fail(at, err, "no cell of experiment '%s' meets all these conditions",
                              e->name);
}

wk_status wk_select_check(const wk_plan *plan, const wk_selection *selection, const wk_node *at,
                          wk_error *err) {
    const wk_plan_experiment *e = find(plan, selection->experiment);
    const wk_matches *where = &selection->where;
    wk_arena arena = {0};
    census c = {.alone = wk_arena_get(&arena, where->n, sizeof *c.alone),
                .having = wk_arena_get(&arena, where->n, sizeof *c.having)};
    count(plan, e, where, &c, &arena);
    const wk_status status = c.all ? WK_OK : blame(plan, e, where, &c, at, err);
    wk_arena_release(&arena);
    return status;
}

wk_status wk_select_from(const wk_plan *plan, const wk_selection *selection, const wk_node *from,
                         wk_error *err) {
    const wk_node *where = wk_node_find(from, "where");
    WK_TRY(
        wk_select_experiment(plan, wk_node_find(from, "experiment"), selection->experiment, err));
    return wk_select_check(plan, selection, where ? where : from, err);
}

wk_status wk_select_claim(const wk_claim *claims, size_t n, const wk_node *at, size_t *which,
                          wk_error *err) {
    for (*which = 0; *which < n; ++*which)
        if (strcmp(claims[*which].id, at->value.text) == 0)
            return WK_OK;
    return unknown(at, "claim", at->value.text, claims, n, sizeof *claims, err);
}

wk_status wk_select_param(const wk_plan *plan, const char *experiment, const char *param,
                          const wk_node *at, wk_error *err) {
    const wk_plan_experiment *e = find(plan, experiment);
    wk_arena arena = {0};
    wk_bag params = {0};
    bool found = false;
    for (size_t i = 0; i < e->combinations && !found; i++) {
        wk_arena_reset(&arena, (wk_arena_mark){0}); /* the last cell stays, for its names */
        params = wk_plan_cell_at(plan, e->first + i * e->seeds, &arena).params;
        found = wk_bag_pair(&params, param) != NULL;
    }
    const wk_status status =
        found ? WK_OK
              : unknown(at, "parameter", param, params.pairs, params.n, sizeof *params.pairs, err);
    wk_arena_release(&arena);
    return status;
}

wk_status wk_select_metric(const char *metric, const wk_node *at, wk_error *err) {
    return wk_metric_find(wk_metrics, wk_metrics_n, metric)
               ? WK_OK
               : unknown(at, "metric", metric, wk_metrics, wk_metrics_n, sizeof *wk_metrics, err);
}
