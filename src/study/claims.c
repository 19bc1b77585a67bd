/* The claims of a suite, bound and checked against its plan. */
#include "study/claims.h"

#include "claim/statistic.h"
#include "model/cell/metrics.h"
#include "study/families.h"
#include "study/select.h"
#include "study/written.h"
#include "suite/bind.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- one test ---- */

static wk_status read_rule(const wk_test_text *text, const wk_node *node, wk_rule *rule,
                           wk_error *err) {
    const bool below = !isnan(text->below), above = !isnan(text->above),
               within = !isnan(text->within[0]);
    if (below + above + within != 1)
        return wk_node_fail(node, err, "a test needs exactly one of below, above, within");
    *rule = (wk_rule){below ? WK_BELOW : above ? WK_ABOVE : WK_WITHIN, -INFINITY, INFINITY};
    if (below)
        rule->high = text->below;
    if (above)
        rule->low = text->above;
    if (within) {
        rule->low = text->within[0];
        rule->high = text->within[1];
    }
    return WK_OK;
}

static wk_status read_between(const wk_matches *between, const wk_node *at, wk_test *test,
                              wk_error *err) {
    if (between->n != 1 || between->list[0].n != 2)
        return wk_node_fail(at, err, "between needs one parameter with two values: {name: [A, B]}");
    test->between = between->list[0].param;
    test->a = between->list[0].values[0];
    test->b = between->list[0].values[1];
    return WK_OK;
}

/* The test that `text` stands for, checked against the cells of `from`. What is wrong with a value
 * is told where it stands below `node`, or at `node`. */
static wk_status read_test(const wk_plan *plan, const wk_selection *from, const wk_test_text *text,
                           const wk_node *node, wk_test *test, wk_error *err) {
    *test = text->test;
    test->statistic = &wk_statistics[text->statistic];
    WK_TRY(wk_select_metric(test->metric, wk_node_find(node, "metric"), err));
    test->positive = wk_metric_positive(test->metric);
    if (text->at.which == WK_WRITTEN_T) {
        test->when = WK_AT_TIME;
        test->t = text->at.t;
    }
    if (test->predicted)
        WK_TRY(wk_select_metric(test->predicted, wk_node_find(node, "predicted"), err));
    if (text->between.list)
        WK_TRY(read_between(&text->between, wk_node_find(node, "between"), test, err));
    const wk_node *over = wk_node_find(node, "over");
    if (test->over)
        WK_TRY(wk_select_param(plan, from->experiment, test->over, over ? over : node, err));
    WK_TRY(read_rule(text, node, &test->rule, err));
    return wk_test_check(test, err) == WK_OK ? WK_OK : wk_node_fail(node, err, "%s", err->message);
}

/* Does each test speak of cells that there are? */
static wk_status check_hypothesis(const wk_plan *plan, const wk_hypothesis *h, const wk_node *at,
                                  wk_arena *arena, wk_error *err) {
    for (size_t i = 0; i < h->n; i++) {
        const wk_test *test = &h->tests[i];
        wk_match *all = wk_arena_get(arena, h->from.where.n + test->where.n + 1, sizeof *all);
        wk_selection cells = {h->from.experiment, {all, 0}};
        for (size_t k = 0; k < h->from.where.n; k++)
            all[cells.where.n++] = h->from.where.list[k];
        for (size_t k = 0; k < test->where.n; k++)
            all[cells.where.n++] = test->where.list[k];
        WK_TRY(wk_select_check(plan, &cells, at, err));
        const wk_value *const sides[] = {&test->a, &test->b};
        for (size_t side = 0; test->between && side < 2; side++) {
            wk_selection half = cells;
            all[half.where.n++] = (wk_match){test->between, sides[side], 1};
            WK_TRY(wk_select_check(plan, &half, at, err));
        }
    }
    return WK_OK;
}

/* ---- claim and control ---- */

/* What is written of each test: of `test` alone, or of each of `all`. */
static wk_status list_tests(const wk_claim_text *text, const wk_node *node, wk_test_text **texts,
                            size_t *n, wk_arena *arena, wk_error *err) {
    const bool one = text->test.statistic >= 0;
    if (one == (text->all != NULL))
        return wk_node_fail(node, err, "claim '%s' needs either 'test' or 'all'", node->name);
    *n = one ? 1 : text->all->n;
    *texts = wk_arena_get(arena, *n, sizeof **texts);
    for (size_t i = 0; i < *n; i++) {
        (*texts)[i] = one ? text->test : wk_test_absent;
        if (!one)
            wk_node_bind(text->all->items[i], arena, &(*texts)[i]);
    }
    return WK_OK;
}

static wk_status read_tests(const wk_plan *plan, wk_hypothesis *h, const wk_test_text *texts,
                            size_t n, const wk_claim_text *text, const wk_node *node,
                            wk_arena *arena, wk_error *err) {
    wk_test *tests = wk_arena_get(arena, n, sizeof *tests);
    h->tests = tests;
    h->n = n;
    for (size_t i = 0; i < n; i++)
        WK_TRY(read_test(plan, &h->from, &texts[i],
                         text->all ? text->all->items[i] : wk_node_find(node, "test"), &tests[i],
                         err));
    return check_hypothesis(plan, h, node, arena, err);
}

static bool has(const wk_matches *all, const char *param) {
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->list[i].param, param) == 0)
            return true;
    return false;
}

/* The claim's conditions, each replaced by the control's on the same parameter, and what the
 * control adds. */
static wk_matches lay_over(const wk_matches *own, const wk_matches *over, wk_arena *arena) {
    wk_match *all = wk_arena_get(arena, own->n + over->n, sizeof *all);
    size_t n = 0;
    for (size_t i = 0; i < own->n; i++)
        if (!has(over, own->list[i].param))
            all[n++] = own->list[i];
    for (size_t i = 0; i < over->n; i++)
        all[n++] = over->list[i];
    return (wk_matches){all, n};
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Every condition of a stands in b too, values and all. */
static bool all_in(const wk_matches *a, const wk_matches *b) {
    for (size_t i = 0; i < a->n; i++) {
        const wk_match *own = &a->list[i];
        bool found = false;
        for (size_t j = 0; j < b->n && !found; j++) {
            const wk_match *other = &b->list[j];
            found = strcmp(own->param, other->param) == 0 && own->n == other->n;
            for (size_t v = 0; found && v < own->n; v++)
                found = wk_value_equal(&own->values[v], &other->values[v]);
        }
        if (!found)
            return false;
    }
    return a->n == b->n;
}

static bool same_test(const wk_test *a, const wk_test *b) {
    return same_text(a->metric, b->metric) && a->when == b->when && !(a->t < b->t || a->t > b->t) &&
           !(a->cap < b->cap || a->cap > b->cap) && same_text(a->between, b->between) &&
           same_text(a->a.text, b->a.text) && same_text(a->b.text, b->b.text) &&
           same_text(a->predicted, b->predicted) && all_in(&a->where, &b->where);
}

/* Do both look at the same cells in the same way? */
static bool same_hypothesis(const wk_hypothesis *a, const wk_hypothesis *b) {
    bool same =
        same_text(a->from.experiment, b->from.experiment) && all_in(&a->from.where, &b->from.where);
    for (size_t i = 0; same && i < a->n; i++)
        same = same_test(&a->tests[i], &b->tests[i]);
    return same;
}

static wk_status read_control(const wk_plan *plan, const wk_control_text *text,
                              const wk_test_text *texts, const wk_node *node, wk_claim *claim,
                              wk_arena *arena, wk_error *err) {
    const wk_node *changed = wk_node_find(node, "test");
    const wk_hypothesis *own = &claim->claim;
    wk_hypothesis *control = &claim->control;
    wk_test *tests = wk_arena_get(arena, own->n, sizeof *tests);
    *control = (wk_hypothesis){own->from, tests, own->n};
    claim->control_note = text->note;
    if (text->from.experiment) {
        const wk_node *at = wk_node_find(wk_node_find(node, "from"), "experiment");
        WK_TRY(wk_select_experiment(plan, at, text->from.experiment, err));
        control->from.experiment = text->from.experiment;
    }
    control->from.where = lay_over(&own->from.where, &text->from.where, arena);
    for (size_t i = 0; i < own->n; i++) {
        wk_test_text over = texts[i];
        if (changed)
            wk_node_bind(changed, arena, &over);
        WK_TRY(read_test(plan, &control->from, &over, changed ? changed : node, &tests[i], err));
    }
    if (same_hypothesis(own, control))
        return wk_node_fail(node, err,
                            "the control is the claim itself: give it another 'from' or 'test'");
    return check_hypothesis(plan, control, node, arena, err);
}

/* ---- about other claims ---- */

static wk_status read_verdicts(const wk_verdicts_text *text, const wk_node *node, wk_claim *claim,
                               wk_arena *arena, wk_error *err) {
    static const char *const others[] = {"from", "test", "all", "control"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const wk_node *other = wk_node_find(node, others[i]);
        if (other)
            return wk_node_fail(other, err, "a claim with 'verdicts' takes no '%s'", others[i]);
    }
    wk_test *test = wk_arena_get(arena, 1, sizeof *test);
    *test = (wk_test){.statistic = &wk_statistic_flips,
                      .metric = "verdict",
                      .over = text->over,
                      .when = WK_AT_END,
                      .cap = INFINITY,
                      .rule = {WK_BELOW, -INFINITY, 0.5}};
    claim->claim = claim->control = (wk_hypothesis){{.experiment = ""}, test, 1};
    claim->nverdicts = text->of.n;
    claim->control_note = "the verdicts of these claims' own controls, which differ from theirs";
    return WK_OK;
}

/* When all claims are read. */
static wk_status link_verdicts(const wk_node *node, wk_claim *claim, const wk_claim *claims,
                               size_t n, wk_arena *arena, wk_error *err) {
    const wk_node *named = wk_node_find(wk_node_find(node, "verdicts"), "of");
    const wk_claim **list = wk_arena_get(arena, named->n, sizeof *list);
    for (size_t i = 0; i < named->n; i++) {
        size_t which = 0;
        WK_TRY(wk_select_claim(claims, n, named->items[i], &which, err));
        if (claims[which].nverdicts)
            return wk_node_fail(named->items[i], err, "claim '%s' is about verdicts itself",
                                claims[which].id);
        list[i] = &claims[which];
    }
    claim->verdicts = list;
    return WK_OK;
}

static wk_status require(const wk_node *node, const char *key, wk_error *err) {
    return wk_node_find(node, key)
               ? WK_OK
               : wk_node_fail(node, err, "missing required key 'claims.%s.%s'", node->name, key);
}

static wk_status read_claim(const wk_plan *plan, const wk_node *node, wk_claim *claim,
                            wk_arena *arena, wk_error *err) {
    const wk_node *figures = wk_node_find(plan->suite->root, "figures");
    wk_claim_text text = {.claim.id = node->name, .test = wk_test_absent};
    wk_test_text *texts = NULL;
    size_t n = 0;
    wk_node_bind(node, arena, &text);
    *claim = text.claim;
    claim->origin = wk_origin_read(claim->source, &claim->who);
    if (claim->figure && (!figures || !wk_node_find(figures, claim->figure)))
        return wk_node_fail(wk_node_find(node, "figure"), err, "no figure is named '%s'",
                            claim->figure);
    if (text.verdicts.over)
        return read_verdicts(&text.verdicts, node, claim, arena, err);
    WK_TRY(require(node, "from", err));
    WK_TRY(require(node, "control", err));
    WK_TRY(wk_select_from(plan, &claim->claim.from, wk_node_find(node, "from"), err));
    WK_TRY(list_tests(&text, node, &texts, &n, arena, err));
    WK_TRY(read_tests(plan, &claim->claim, texts, n, &text, node, arena, err));
    return read_control(plan, &text.control, texts, wk_node_find(node, "control"), claim, arena,
                        err);
}

wk_status wk_claims_make(const wk_plan *plan, wk_arena *arena, const wk_claim **out,
                         const wk_node *const **nodes, size_t *n, wk_error *err) {
    const wk_node *all = wk_node_find(plan->suite->root, "claims");
    *n = all ? all->n : 0;
    wk_claim *claims = wk_arena_get(arena, *n, sizeof *claims);
    for (size_t i = 0; i < *n; i++)
        WK_TRY(read_claim(plan, all->items[i], &claims[i], arena, err));
    for (size_t i = 0; i < *n; i++)
        if (claims[i].nverdicts)
            WK_TRY(link_verdicts(all->items[i], &claims[i], claims, *n, arena, err));
    WK_TRY(wk_families_make(plan->suite->root, claims, *n, arena, err));
    *out = claims;
    *nodes = all ? (const wk_node *const *)all->items : NULL;
    return WK_OK;
}
