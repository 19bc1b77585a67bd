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

wk_status wk_select_unknown(const wk_node *at, const char *what, const char *word,
                            const char *const *words, size_t n, wk_error *err) {
    const char *nearest = wk_text_nearest(word, words, n);
    if (nearest)
        return wk_node_fail(at, err, "unknown %s '%s' (did you mean '%s'?)", what, word, nearest);
    return wk_node_fail(at, err, "unknown %s '%s'", what, word);
}

enum { MOST_NAMES = 512 };

wk_status wk_select_experiment(const wk_plan *plan, const wk_node *at, const char *name,
                               wk_error *err) {
    const char *names[MOST_NAMES];
    size_t n = 0;
    for (size_t i = 0; i < plan->n && n < MOST_NAMES; i++)
        names[n++] = plan->experiments[i].name;
    return find(plan, name) ? WK_OK : wk_select_unknown(at, "experiment", name, names, n, err);
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
    const char *names[MOST_NAMES];
    for (*which = 0; *which < n; ++*which) {
        if (strcmp(claims[*which].id, at->value.text) == 0)
            return WK_OK;
        if (*which < MOST_NAMES)
            names[*which] = claims[*which].id;
    }
    return wk_select_unknown(at, "claim", at->value.text, names, n < MOST_NAMES ? n : MOST_NAMES,
                             err);
}

static wk_status find_param(const wk_plan *plan, const wk_plan_experiment *e, const char *param,
                            const wk_node *at, wk_arena *arena, wk_error *err) {
    const wk_arena_mark mark = wk_arena_here(arena);
    wk_plan_cell cell = {0};
    for (size_t i = 0; i < e->combinations; i++) {
        wk_arena_reset(arena, mark); /* the last cell stays, for its names */
        cell = wk_plan_cell_at(plan, e->first + i * e->seeds, arena);
        if (wk_bag_pair(&cell.params, param))
            return WK_OK;
    }
    const char *names[MOST_NAMES];
    size_t n = 0;
    for (; n < cell.params.n && n < MOST_NAMES; n++)
        names[n] = cell.params.pairs[n].key;
    return wk_select_unknown(at, "parameter", param, names, n, err);
}

wk_status wk_select_param(const wk_plan *plan, const char *experiment, const char *param,
                          const wk_node *at, wk_error *err) {
    wk_arena arena = {0};
    const wk_status status = find_param(plan, find(plan, experiment), param, at, &arena, err);
    wk_arena_release(&arena);
    return status;
}

wk_status wk_select_metric(const char *metric, const wk_node *at, wk_error *err) {
    const char *names[MOST_NAMES];
    size_t n = 0;
    for (; n < wk_metrics_n && n < MOST_NAMES; n++) {
        if (strcmp(wk_metrics[n].name, metric) == 0)
            return WK_OK;
        names[n] = wk_metrics[n].name;
    }
    return wk_select_unknown(at, "metric", metric, names, n, err);
}
