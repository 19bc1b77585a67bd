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

static wk_status read_between(const wk_node *between, wk_test *test, wk_error *err) {
    if (between->n != 1 || between->items[0]->n != 2)
        return wk_node_fail(between, err,
                            "between needs one parameter with two values: {name: [A, B]}");
    const wk_node *list = between->items[0];
    test->between = list->name;
    test->a = list->items[0]->value;
    test->b = list->items[1]->value;
    return WK_OK;
}

/* The rows that claim and control share; those that are absent leave *test as it is. */
static wk_status read_reading(const wk_reading_text *text, const wk_node *node, wk_test *test,
                              wk_arena *arena, wk_error *err) {
    if (text->metric) {
        WK_TRY(wk_select_metric(text->metric, wk_node_find(node, "metric"), err));
        test->metric = text->metric;
        test->positive = wk_metric_positive(text->metric);
    }
    if (text->at.which >= 0) {
        test->when = text->at.which == WK_WRITTEN_T ? WK_AT_TIME : WK_AT_END;
        test->t = test->when == WK_AT_TIME ? text->at.t : 0;
    }
    if (!isnan(text->cap))
        test->cap = text->cap;
    if (text->predicted) {
        WK_TRY(wk_select_metric(text->predicted, wk_node_find(node, "predicted"), err));
        test->predicted = text->predicted;
    }
    if (text->between)
        WK_TRY(read_between(text->between, test, err));
    if (text->where)
        wk_select_matches(text->where, arena, &test->where, &test->nwhere);
    return WK_OK;
}

static wk_status check_needs(const wk_node *node, const wk_test *test, wk_error *err) {
    return wk_test_check(test, err) == WK_OK ? WK_OK : wk_node_fail(node, err, "%s", err->message);
}

static wk_status read_test(const wk_plan *plan, const char *experiment, const wk_test_text *text,
                           const wk_node *node, wk_test *test, wk_arena *arena, wk_error *err) {
    *test = (wk_test){.statistic = &wk_statistics[text->statistic],
                      .over = text->over,
                      .when = WK_AT_END,
                      .cap = INFINITY};
    WK_TRY(read_reading(&text->reading, node, test, arena, err));
    if (test->over)
        WK_TRY(wk_select_param(plan, experiment, test->over, wk_node_find(node, "over"), err));
    WK_TRY(read_rule(text, node, &test->rule, err));
    return check_needs(node, test, err);
}

/* ---- does it speak of cells that there are? ---- */

static wk_status check_test(const wk_plan *plan, const wk_selection *from, const wk_test *test,
                            const wk_node *at, wk_arena *arena, wk_error *err) {
    const wk_arena_mark mark = wk_arena_here(arena);
    wk_match *all = wk_arena_get(arena, from->n + test->nwhere + 1, sizeof *all);
    size_t n = 0;
    for (size_t i = 0; i < from->n; i++)
        all[n++] = from->where[i];
    for (size_t i = 0; i < test->nwhere; i++)
        all[n++] = test->where[i];
    if (test->over)
        WK_TRY(wk_select_param(plan, from->experiment, test->over, at, err));
    WK_TRY(wk_select_check(plan, from->experiment, all, n, at, err));
    if (test->between) {
        const wk_value sides[2] = {test->a, test->b};
        for (int side = 0; side < 2; side++) {
            all[n] = (wk_match){test->between, &sides[side], 1};
            WK_TRY(wk_select_check(plan, from->experiment, all, n + 1, at, err));
        }
    }
    wk_arena_reset(arena, mark);
    return WK_OK;
}

static wk_status check_hypothesis(const wk_plan *plan, const wk_hypothesis *h, const wk_node *at,
                                  wk_arena *arena, wk_error *err) {
    for (size_t i = 0; i < h->n; i++)
        WK_TRY(check_test(plan, &h->from, &h->tests[i], at, arena, err));
    return WK_OK;
}

/* ---- claim and control ---- */

static wk_status read_tests(const wk_plan *plan, const wk_claim_text *text, const wk_node *node,
                            wk_claim *claim, wk_arena *arena, wk_error *err) {
    const char *experiment = claim->claim.from.experiment;
    const bool one = text->test.statistic >= 0;
    if (one == (text->all != NULL))
        return wk_node_fail(node, err, "claim '%s' needs either 'test' or 'all'", node->name);
    const size_t n = one ? 1 : text->all->n;
    wk_test *tests = wk_arena_get(arena, n, sizeof *tests);
    if (one)
        WK_TRY(read_test(plan, experiment, &text->test, wk_node_find(node, "test"), tests, arena,
                         err));
    for (size_t i = 0; !one && i < n; i++) {
        wk_test_text each = wk_test_absent;
        wk_node_bind(text->all->items[i], arena, &each);
        WK_TRY(read_test(plan, experiment, &each, text->all->items[i], &tests[i], arena, err));
    }
    claim->claim.tests = tests;
    claim->claim.n = n;
    return WK_OK;
}

/* The claim's conditions, each replaced by the control's on the same parameter, and what the
 * control adds. */
static void lay_over(const wk_selection *own, const wk_match *over, size_t nover, wk_selection *out,
                     wk_arena *arena) {
    wk_match *all = wk_arena_get(arena, own->n + nover, sizeof *all);
    size_t n = 0;
    for (size_t i = 0; i < own->n; i++) {
        bool replaced = false;
        for (size_t j = 0; j < nover; j++)
            replaced = replaced || strcmp(own->where[i].param, over[j].param) == 0;
        if (!replaced)
            all[n++] = own->where[i];
    }
    for (size_t j = 0; j < nover; j++)
        all[n++] = over[j];
    *out = (wk_selection){own->experiment, all, n};
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Every condition of a stands in b too, values and all. */
static bool all_in(const wk_match *a, size_t na, const wk_match *b, size_t nb) {
    for (size_t i = 0; i < na; i++) {
        bool found = false;
        for (size_t j = 0; j < nb && !found; j++) {
            found = strcmp(a[i].param, b[j].param) == 0 && a[i].n == b[j].n;
            for (size_t v = 0; found && v < a[i].n; v++)
                found = wk_value_equal(&a[i].values[v], &b[j].values[v]);
        }
        if (!found)
            return false;
    }
    return na == nb;
}

static bool same_test(const wk_test *a, const wk_test *b) {
    return same_text(a->metric, b->metric) && a->when == b->when && !(a->t < b->t || a->t > b->t) &&
           !(a->cap < b->cap || a->cap > b->cap) && same_text(a->between, b->between) &&
           same_text(a->a.text, b->a.text) && same_text(a->b.text, b->b.text) &&
           same_text(a->predicted, b->predicted) &&
           all_in(a->where, a->nwhere, b->where, b->nwhere);
}

/* Do both look at the same cells in the same way? */
static bool same_hypothesis(const wk_hypothesis *a, const wk_hypothesis *b) {
    bool same = same_text(a->from.experiment, b->from.experiment) &&
                all_in(a->from.where, a->from.n, b->from.where, b->from.n);
    for (size_t i = 0; same && i < a->n; i++)
        same = same_test(&a->tests[i], &b->tests[i]);
    return same;
}

static wk_status read_control(const wk_plan *plan, const wk_control_text *text, const wk_node *node,
                              wk_claim *claim, wk_arena *arena, wk_error *err) {
    const wk_node *test = wk_node_find(node, "test");
    claim->control_note = text->note;
    const wk_match *over = NULL;
    size_t nover = 0;
    wk_selection base = claim->claim.from;
    if (text->from.experiment) {
        const wk_node *at = wk_node_find(wk_node_find(node, "from"), "experiment");
        WK_TRY(wk_select_experiment(plan, at, text->from.experiment, err));
        base.experiment = text->from.experiment;
    }
    wk_select_matches(text->from.where, arena, &over, &nover);
    lay_over(&base, over, nover, &claim->control.from, arena);
    wk_test *tests = wk_arena_get(arena, claim->claim.n, sizeof *tests);
    memcpy(tests, claim->claim.tests, claim->claim.n * sizeof *tests);
    for (size_t i = 0; test && i < claim->claim.n; i++) {
        WK_TRY(read_reading(&text->test, test, &tests[i], arena, err));
        WK_TRY(check_needs(test, &tests[i], err));
    }
    claim->control.tests = tests;
    claim->control.n = claim->claim.n;
    if (same_hypothesis(&claim->claim, &claim->control))
        return wk_node_fail(node, err,
                            "the control is the claim itself: give it another 'from' or 'test'");
    return check_hypothesis(plan, &claim->control, node, arena, err);
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
    claim->control_note = "the verdicts of these claims' own controls, which differ from theirs";
    return WK_OK;
}

static bool is_about_verdicts(const wk_claim_text *text) {
    return text->verdicts.over != NULL;
}

/* When all claims are read. */
static wk_status link_verdicts(const wk_node *all, const wk_claim_text *texts, wk_claim *claims,
                               size_t which, wk_arena *arena, wk_error *err) {
    const wk_words *names = &texts[which].verdicts.of;
    const wk_claim **list = wk_arena_get(arena, names->n, sizeof *list);
    const char **words = wk_arena_get(arena, all->n, sizeof *words);
    for (size_t i = 0; i < names->n; i++) {
        const wk_node *at =
            wk_node_find(wk_node_find(all->items[which], "verdicts"), "of")->items[i];
        bool nested = false;
        for (size_t j = 0; j < all->n; j++) {
            words[j] = claims[j].id;
            if (strcmp(claims[j].id, names->list[i]) == 0) {
                list[i] = &claims[j];
                nested = is_about_verdicts(&texts[j]);
            }
        }
        if (!list[i])
            return wk_select_unknown(at, "claim", names->list[i], words, all->n, err);
        if (nested)
            return wk_node_fail(at, err, "claim '%s' is about verdicts itself", names->list[i]);
    }
    claims[which].verdicts = list;
    claims[which].nverdicts = names->n;
    return WK_OK;
}

static wk_status require(const wk_node *node, const char *key, wk_error *err) {
    return wk_node_find(node, key)
               ? WK_OK
               : wk_node_fail(node, err, "missing required key 'claims.%s.%s'", node->name, key);
}

static wk_status read_claim(const wk_plan *plan, const wk_claim_text *text, const wk_node *node,
                            wk_claim *claim, wk_arena *arena, wk_error *err) {
    const wk_node *figures = wk_node_find(plan->suite->root, "figures");
    *claim = (wk_claim){.id = node->name,
                        .statement = text->statement,
                        .source = text->source,
                        .why = text->why,
                        .figure = text->figure};
    claim->origin = wk_origin_read(claim->source, &claim->who);
    if (text->figure && (!figures || !wk_node_find(figures, text->figure)))
        return wk_node_fail(wk_node_find(node, "figure"), err, "no figure is named '%s'",
                            text->figure);
    if (is_about_verdicts(text))
        return read_verdicts(&text->verdicts, node, claim, arena, err);
    WK_TRY(require(node, "from", err));
    WK_TRY(require(node, "control", err));
    WK_TRY(wk_select_make(plan, &text->from, wk_node_find(node, "from"), arena, &claim->claim.from,
                          err));
    WK_TRY(read_tests(plan, text, node, claim, arena, err));
    WK_TRY(check_hypothesis(plan, &claim->claim, node, arena, err));
    return read_control(plan, &text->control, wk_node_find(node, "control"), claim, arena, err);
}

wk_status wk_claims_make(const wk_plan *plan, wk_arena *arena, const wk_claim **out,
                         const wk_node *const **nodes, size_t *n, wk_error *err) {
    const wk_node *all = wk_node_find(plan->suite->root, "claims");
    *n = all ? all->n : 0;
    wk_claim *claims = wk_arena_get(arena, *n, sizeof *claims);
    wk_claim_text *texts = wk_arena_get(arena, *n, sizeof *texts);
    for (size_t i = 0; i < *n; i++) {
        texts[i] = wk_claim_absent;
        wk_node_bind(all->items[i], arena, &texts[i]);
        WK_TRY(read_claim(plan, &texts[i], all->items[i], &claims[i], arena, err));
    }
    for (size_t i = 0; i < *n; i++)
        if (is_about_verdicts(&texts[i]))
            WK_TRY(link_verdicts(all, texts, claims, i, arena, err));
    WK_TRY(wk_families_make(plan->suite->root, claims, *n, arena, err));
    *out = claims;
    *nodes = all ? (const wk_node *const *)all->items : NULL;
    return WK_OK;
}
