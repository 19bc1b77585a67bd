/* Does a verdict depend on the backend? */
#include "blas/compare.h"

#include "blas/cell/placement.h"

#include <string.h>

static bool is_time(const wk_judged *report, const char *name) {
    for (size_t m = 0; name && m < report->nmetrics; m++)
        if (strcmp(report->metrics[m].name, name) == 0)
            return report->metrics[m].replay == WK_REPLAY_TIME;
    return false;
}

/* Rates depend on the backend: that is what they are for. */
static bool is_timed(const wk_judged *report, const wk_finding *found) {
    for (size_t i = 0; i < found->n; i++) {
        const wk_test *test = found->parts[i].test;
        if (!is_time(report, test->metric) ||
            (test->predicted && !is_time(report, test->predicted)))
            return false;
    }
    return found->n > 0;
}

static const char *backend_of(const wk_part *part) {
    return wk_placement_of(&part->where).backend;
}

static bool is_where(const char *key) {
    return strcmp(key, "backend") == 0 || strcmp(key, "coretype") == 0;
}

static bool comparable(const wk_part *a, const wk_part *b) {
    return backend_of(b) && a->test == b->test && wk_contest_same(&a->where, &b->where, is_where);
}

/* The label without the backend. */
static void rest_of(const wk_bag *where, wk_arena *arena, wk_bag *out) {
    wk_pair *pairs = wk_arena_get(arena, where->n, sizeof *pairs);
    size_t n = 0;
    for (size_t i = 0; i < where->n; i++)
        if (!is_where(where->pairs[i].key))
            pairs[n++] = where->pairs[i];
    *out = wk_bag_of(pairs, n);
}

/* Counts the set of parts that part k opens; parts before it have opened theirs. */
static void count_set(const wk_finding *found, size_t k, wk_arena *arena, wk_verdict_row *row) {
    const wk_part *first = &found->parts[k];
    for (size_t i = 0; i < k; i++)
        if (comparable(first, &found->parts[i]))
            return;
    size_t n = 0, passes = 0, fails = 0;
    bool unmeasured = false;
    for (size_t i = k; i < found->n; i++) {
        const wk_part *part = &found->parts[i];
        if (!comparable(first, part))
            continue;
        n++;
        unmeasured = unmeasured || part->verdict == WK_ERROR;
        passes += part->verdict == WK_PASS;
        fails += part->verdict == WK_FAIL;
    }
    if (n < 2)
        return;
    row->compared++;
    row->unmeasured += unmeasured;
    const bool flips = passes && fails;
    row->partly += !flips && passes + fails > 0 && passes + fails < n;
    if (flips && !row->flips++) {
        rest_of(&first->where, arena, &row->flipped);
        return;
    }
}

/* Which of two verdicts of parts stands for both (claim/claim.h, wk_finding). */
static wk_verdict stronger(wk_verdict a, wk_verdict b, bool control) {
    static const wk_verdict of_claim[] = {WK_FAIL, WK_ERROR, WK_INCONCLUSIVE, WK_PASS};
    static const wk_verdict of_control[] = {WK_PASS, WK_ERROR, WK_INCONCLUSIVE, WK_FAIL};
    const wk_verdict *order = control ? of_control : of_claim;
    size_t i = 0;
    while (i < 3 && order[i] != a && order[i] != b)
        i++;
    return order[i];
}

static void make_row(const wk_verdicts *all, const wk_judgement *judgement, bool control,
                     wk_arena *arena, wk_verdict_row *row) {
    const wk_finding *found = control ? &judgement->control_finding : &judgement->claim_finding;
    *row = (wk_verdict_row){.judgement = judgement, .control = control};
    row->has = wk_arena_get(arena, all->n, sizeof *row->has);
    row->verdict = wk_arena_get(arena, all->n, sizeof *row->verdict);
    for (size_t i = 0; i < found->n; i++) {
        const wk_part *part = &found->parts[i];
        if (!backend_of(part))
            continue;
        const size_t c = wk_contender_find(all->contenders, all->n, &part->where);
        row->verdict[c] =
            row->has[c] ? stronger(row->verdict[c], part->verdict, control) : part->verdict;
        row->has[c] = true;
        count_set(found, i, arena, row);
    }
}

static void add_contenders(wk_verdicts *all, const wk_judged *report, const wk_finding *found,
                           wk_arena *arena) {
    for (size_t i = 0; i < found->n && !is_timed(report, found); i++)
        if (backend_of(&found->parts[i]))
            wk_contender_add(all->contenders, &all->n, &found->parts[i].where, arena);
}

static void find_contenders(const wk_judged *report, wk_arena *arena, wk_verdicts *all) {
    size_t most = 0;
    for (size_t k = 0; k < report->njudgements; k++)
        most += report->judgements[k].claim_finding.n + report->judgements[k].control_finding.n;
    all->contenders = wk_arena_get(arena, most, sizeof *all->contenders);
    for (size_t k = 0; k < report->njudgements; k++) {
        add_contenders(all, report, &report->judgements[k].claim_finding, arena);
        add_contenders(all, report, &report->judgements[k].control_finding, arena);
    }
}

static bool names_any(const wk_finding *found) {
    for (size_t i = 0; i < found->n; i++)
        if (backend_of(&found->parts[i]))
            return true;
    return false;
}

void wk_blas_compare_verdicts(const wk_judged *report, wk_arena *arena, wk_verdicts *out) {
    *out = (wk_verdicts){0};
    find_contenders(report, arena, out);
    out->rows = wk_arena_get(arena, 2 * report->njudgements, sizeof *out->rows);
    for (size_t k = 0; k < report->njudgements; k++)
        for (int control = 0; control < 2; control++) {
            const wk_judgement *one = &report->judgements[k];
            const wk_finding *found = control ? &one->control_finding : &one->claim_finding;
            wk_verdict_row *row = &out->rows[out->nrows];
            if (is_timed(report, found)) {
                out->timed += !control && names_any(found);
                continue;
            }
            make_row(out, one, control, arena, row);
            bool any = false;
            for (size_t c = 0; c < out->n; c++)
                any = any || row->has[c];
            out->compared += row->compared;
            out->flips += row->flips;
            out->partly += row->partly;
            out->unmeasured += row->unmeasured;
            out->nrows += any && (!control || row->flips);
        }
}
