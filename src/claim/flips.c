/* Claims about verdicts: do they differ between parts that should agree? */
#include "claim/judgement.h"
#include "claim/part.h"

#include <math.h>
#include <string.h>

const wk_statistic wk_statistic_flips = {
    .name = "flips",
    .help = "how many verdicts of the named claims differ among parts that differ in nothing but "
            "`over`",
    .phrase = "the number of verdicts that differ among the values of {over}",
    .needs_over = true,
    .takes_words = true,
    .least_x = 2,
    .every_seed = true,
    .undefined = "a verdict is missing",
};

/* Do two parts differ in the parameter `over`, and in nothing else? */
static bool are_twins(const wk_part *a, const wk_part *b, const char *over) {
    const char *x = wk_bag_find(&a->where, over), *y = wk_bag_find(&b->where, over);
    if (a->test != b->test || !x || !y || strcmp(x, y) == 0 || a->where.n != b->where.n)
        return false;
    for (size_t i = 0; i < a->where.n; i++) {
        const wk_pair *p = &a->where.pairs[i];
        const char *other = wk_bag_find(&b->where, p->key);
        if (!other || (strcmp(p->key, over) != 0 && strcmp(p->value.text, other) != 0))
            return false;
    }
    return true;
}

/* flips[0..*n) gets 0 or 1 for each part that has twins and none before it. WK_BAD_INPUT: a verdict
 * is missing, or no part has a twin. */
static wk_status count_flips(const wk_judgement *judged, const char *over, double *flips, size_t *n,
                             wk_error *why) {
    const wk_finding *finding = &judged->claim_finding;
    const size_t before = *n;
    for (size_t i = 0; i < finding->n; i++) {
        bool first = true, has_twin = false, flipped = false;
        for (size_t j = 0; j < finding->n; j++) {
            const wk_part *a = &finding->parts[i], *b = &finding->parts[j];
            if (!are_twins(a, b, over))
                continue;
            if (a->verdict == WK_ERROR || b->verdict == WK_ERROR)
                return wk_fail(why, WK_BAD_INPUT, "a part could not be measured: %.600s",
                               a->verdict == WK_ERROR ? a->reason : b->reason);
            first = first && j > i;
            has_twin = true;
            flipped = flipped || a->verdict != b->verdict;
        }
        if (has_twin && first)
            flips[(*n)++] = flipped;
    }
    return *n > before
               ? WK_OK
               : wk_fail(why, WK_BAD_INPUT, "claim '%s' has no parts that differ in %s alone",
                         judged->claim->id, over);
}

static const wk_judgement *judgement_of(const wk_claim *claim, const wk_judgement *all, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (all[i].claim == claim)
            return &all[i];
    wk_bug(__FILE__, __LINE__, "claim '%s' has not been judged", claim->id);
}

/* One value for each thing compared; the estimate is their sum. */
static wk_part part_of(const wk_test *test, const double *values, size_t n, wk_arena *arena) {
    uint64_t *numbers = wk_arena_get(arena, n, sizeof *numbers);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        numbers[i] = i + 1;
        sum += values[i];
    }
    return (wk_part){.test = test,
                     .estimate = sum,
                     .low = sum,
                     .high = sum,
                     .n = n,
                     .values = n,
                     .per_seed = values,
                     .seeds = numbers,
                     .curvature = NAN,
                     .verdict = sum < test->rule.high ? WK_PASS : WK_FAIL,
                     .reason = wk_arena_printf(arena, "%g of %zu differ", sum, n)};
}

static wk_part compare_parts(const wk_test *test, const wk_judgement *const *others, size_t n,
                             wk_arena *arena) {
    size_t most = 0, found = 0;
    for (size_t i = 0; i < n; i++)
        most += others[i]->claim_finding.n;
    double *flips = wk_arena_doubles(arena, most);
    wk_error why;
    for (size_t i = 0; i < n; i++)
        if (count_flips(others[i], test->over, flips, &found, &why) != WK_OK)
            return wk_part_error(test, (wk_bag){0}, why.message, arena);
    return part_of(test, flips, found, arena);
}

static wk_part compare_controls(const wk_test *test, const wk_judgement *const *others, size_t n,
                                wk_arena *arena) {
    double *differ = wk_arena_doubles(arena, n);
    for (size_t i = 0; i < n; i++)
        differ[i] = others[i]->claim_finding.verdict != others[i]->control_finding.verdict;
    return part_of(test, differ, n, arena);
}

static wk_finding finding_of(wk_part part, wk_arena *arena) {
    wk_part *kept = wk_arena_get(arena, 1, sizeof *kept);
    *kept = part;
    wk_finding finding = {.parts = kept, .n = 1, .verdict = part.verdict};
    wk_finding_explain(&finding, arena);
    return finding;
}

void wk_claim_judge_verdicts(const wk_claim *claim, const wk_judgement *others, size_t n,
                             wk_arena *arena, wk_judgement *out) {
    WK_ASSERT(claim->nverdicts && claim->claim.n == 1 && claim->claim.tests->over);
    const wk_test *test = claim->claim.tests;
    const wk_judgement **named = wk_arena_get(arena, claim->nverdicts, sizeof *named);
    for (size_t i = 0; i < claim->nverdicts; i++)
        named[i] = judgement_of(claim->verdicts[i], others, n);
    const wk_part parts = compare_parts(test, named, claim->nverdicts, arena);
    const wk_part controls = compare_controls(test, named, claim->nverdicts, arena);
    *out = (wk_judgement){.claim = claim,
                          .claim_finding = finding_of(parts, arena),
                          .control_finding = finding_of(controls, arena)};
    wk_judgement_settle(out, arena);
}
