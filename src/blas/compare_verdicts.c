/* Does a verdict depend on the backend? */
#include "blas/compare.h"

#include "blas/cell/placement.h"

#include <string.h>

static bool is_time(const wk_judged *report, const char *name) {
    const wk_metric *row = name ? wk_metric_find(report->metrics, report->nmetrics, name) : NULL;
    return row && row->replay == WK_REPLAY_TIME;
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

static const wk_finding *finding_of(const wk_judgement *judgement, bool control) {
    return control ? &judgement->control_finding : &judgement->claim_finding;
}

static bool names_backend(const char *key, const void *context) {
    (void)context;
    return strcmp(key, "backend") == 0 || strcmp(key, "coretype") == 0;
}

/* Counts the set of parts that part k opens; parts before it have opened theirs. `rest`: what each
 * part's label says but for the backend. */
static void count_set(const wk_finding *found, const wk_bag *rest, size_t k, wk_verdict_row *row) {
    size_t n = 0, passes = 0, fails = 0;
    bool unmeasured = false;
    for (size_t i = 0; i < found->n; i++) {
        const wk_part *part = &found->parts[i];
        if (!backend_of(part) || part->test != found->parts[k].test ||
            wk_bag_compare(&rest[i], &rest[k]) != 0)
            continue;
        if (i < k)
            return;
        n++;
        unmeasured = unmeasured || part->verdict == WK_ERROR;
        passes += part->verdict == WK_PASS;
        fails += part->verdict == WK_FAIL;
    }
    if (n < 2)
        return;
    const bool flips = passes && fails;
    row->compared++;
    row->unmeasured += unmeasured;
    row->partly += !flips && passes + fails > 0 && passes + fails < n;
    if (flips && !row->flips++)
        row->flipped = rest[k];
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

/* False if no part names a backend. */
static bool make_row(const wk_verdicts *all, const wk_judgement *judgement, bool control,
                     wk_arena *arena, wk_verdict_row *row) {
    const wk_finding *found = finding_of(judgement, control);
    wk_bag *rest = wk_arena_get(arena, found->n, sizeof *rest);
    bool any = false;
    *row = (wk_verdict_row){.judgement = judgement, .control = control};
    row->has = wk_arena_get(arena, all->n, sizeof *row->has);
    row->verdict = wk_arena_get(arena, all->n, sizeof *row->verdict);
    for (size_t i = 0; i < found->n; i++)
        rest[i] = wk_bag_without(&found->parts[i].where, names_backend, NULL, arena);
    for (size_t i = 0; i < found->n; i++) {
        const wk_part *part = &found->parts[i];
        if (!backend_of(part))
            continue;
        const size_t c = wk_contender_find(all->contenders, all->n, &part->where);
        row->verdict[c] =
            row->has[c] ? stronger(row->verdict[c], part->verdict, control) : part->verdict;
        any = row->has[c] = true;
        count_set(found, rest, i, row);
    }
    return any;
}

/* Also counts the claims that are left out. */
static void find_contenders(const wk_judged *report, wk_arena *arena, wk_verdicts *all) {
    size_t most = 0;
    for (size_t k = 0; k < report->njudgements; k++)
        most += report->judgements[k].claim_finding.n + report->judgements[k].control_finding.n;
    all->contenders = wk_arena_get(arena, most, sizeof *all->contenders);
    for (size_t k = 0; k < 2 * report->njudgements; k++) {
        const wk_finding *found = finding_of(&report->judgements[k / 2], k % 2);
        const bool timed = is_timed(report, found);
        bool any = false;
        for (size_t i = 0; i < found->n; i++) {
            if (!backend_of(&found->parts[i]))
                continue;
            any = true;
            if (!timed)
                wk_contender_add(all->contenders, &all->n, &found->parts[i].where, arena);
        }
        all->timed += timed && any && k % 2 == 0;
    }
}

void wk_blas_compare_verdicts(const wk_judged *report, wk_arena *arena, wk_verdicts *out) {
    *out = (wk_verdicts){0};
    find_contenders(report, arena, out);
    out->rows = wk_arena_get(arena, 2 * report->njudgements, sizeof *out->rows);
    for (size_t k = 0; k < 2 * report->njudgements; k++) {
        const wk_judgement *one = &report->judgements[k / 2];
        const bool control = k % 2;
        wk_verdict_row *row = &out->rows[out->nrows];
        if (is_timed(report, finding_of(one, control)) || !make_row(out, one, control, arena, row))
            continue;
        out->compared += row->compared;
        out->flips += row->flips;
        out->partly += row->partly;
        out->unmeasured += row->unmeasured;
        out->nrows += !control || row->flips;
    }
}
