/* Does a verdict depend on the backend? */
#include "blas/compare.h"

#include "blas/cell/placement.h"

#include <string.h>

/* "none" is the text of a parameter that some cells of a claim do not have (claim/claim.h). */
static const char *coretype_of(const wk_bag *where) {
    const char *text = wk_placement_of(where).coretype;
    return text && strcmp(text, "none") != 0 ? text : "";
}

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

static size_t find_contender(const wk_verdicts *all, const wk_part *part) {
    const char *backend = backend_of(part);
    size_t c = 0;
    while (c < all->n && (strcmp(all->contenders[c].backend, backend) != 0 ||
                          strcmp(all->contenders[c].coretype, coretype_of(&part->where)) != 0))
        c++;
    return c;
}

static bool is_where(const char *key) {
    return strcmp(key, "backend") == 0 || strcmp(key, "coretype") == 0;
}

/* Of both labels, all but the backend. Bags are sorted. */
static bool same_rest(const wk_bag *a, const wk_bag *b) {
    size_t i = 0, j = 0;
    for (;; i++, j++) {
        while (i < a->n && is_where(a->pairs[i].key))
            i++;
        while (j < b->n && is_where(b->pairs[j].key))
            j++;
        if (i == a->n || j == b->n)
            return i == a->n && j == b->n;
        if (strcmp(a->pairs[i].key, b->pairs[j].key) != 0 ||
            strcmp(a->pairs[i].value.text, b->pairs[j].value.text) != 0)
            return false;
    }
}

static bool comparable(const wk_part *a, const wk_part *b) {
    return backend_of(b) && a->test == b->test && same_rest(&a->where, &b->where);
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
        const size_t c = find_contender(all, part);
        row->verdict[c] =
            row->has[c] ? stronger(row->verdict[c], part->verdict, control) : part->verdict;
        row->has[c] = true;
        count_set(found, i, arena, row);
    }
}

static void add_contenders(wk_verdicts *all, const wk_finding *found) {
    for (size_t i = 0; i < found->n; i++) {
        const wk_part *part = &found->parts[i];
        if (!backend_of(part))
            continue;
        const size_t c = find_contender(all, part);
        if (c == all->n)
            all->contenders[all->n++] =
                (wk_contender){backend_of(part), coretype_of(&part->where), NULL};
    }
}

static void find_contenders(const wk_judged *report, wk_arena *arena, wk_verdicts *all) {
    size_t most = 0;
    for (size_t k = 0; k < report->njudgements; k++)
        most += report->judgements[k].claim_finding.n + report->judgements[k].control_finding.n;
    all->contenders = wk_arena_get(arena, most, sizeof *all->contenders);
    for (size_t k = 0; k < report->njudgements; k++) {
        const wk_judgement *one = &report->judgements[k];
        if (!is_timed(report, &one->claim_finding))
            add_contenders(all, &one->claim_finding);
        if (!is_timed(report, &one->control_finding))
            add_contenders(all, &one->control_finding);
    }
    for (size_t c = 0; c < all->n; c++) {
        wk_contender *one = &all->contenders[c];
        one->label = *one->coretype ? wk_arena_printf(arena, "%s/%s", one->backend, one->coretype)
                                    : one->backend;
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
