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
 * is missing. */
static wk_status count_flips(const wk_finding *finding, const char *over, double *flips, size_t *n,
                             wk_error *err) {
    for (size_t i = 0; i < finding->n; i++) {
        bool first = true, has_twin = false, flipped = false;
        for (size_t j = 0; j < finding->n; j++) {
            const wk_part *a = &finding->parts[i], *b = &finding->parts[j];
            if (!are_twins(a, b, over))
                continue;
            if (a->verdict == WK_ERROR || b->verdict == WK_ERROR)
                return wk_fail(err, WK_BAD_INPUT, "a part could not be measured: %.600s",
                               a->verdict == WK_ERROR ? a->reason : b->reason);
            first = first && j > i;
            has_twin = true;
            flipped = flipped || a->verdict != b->verdict;
        }
        if (has_twin && first)
            flips[(*n)++] = flipped;
    }
    return WK_OK;
}

static const wk_judgement *judgement_of(const wk_claim *claim, const wk_judgement *all, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (all[i].claim == claim)
            return &all[i];
    wk_bug(__FILE__, __LINE__, "claim '%s' has not been judged", claim->id);
}

/* One value for each thing compared; the estimate is their sum. */
static void finish_part(wk_part *part, const double *values, size_t n, wk_arena *arena) {
    uint64_t *numbers = wk_arena_get(arena, n, sizeof *numbers);
    part->estimate = 0;
    for (size_t i = 0; i < n; i++) {
        numbers[i] = i + 1;
        part->estimate += values[i];
    }
    part->low = part->high = part->estimate;
    part->n = part->values = n;
    part->per_seed = values;
    part->seeds = numbers;
    part->verdict = part->estimate < part->test->rule.high ? WK_PASS : WK_FAIL;
    part->reason = wk_arena_printf(arena, "%g of %zu differ", part->estimate, n);
}

static void compare_parts(const wk_claim *claim, const wk_judgement *others, size_t n,
                          wk_part *part, wk_arena *arena) {
    size_t most = 0, found = 0;
    for (size_t i = 0; i < claim->nverdicts; i++)
        most += judgement_of(claim->verdicts[i], others, n)->claim_finding.n;
    double *flips = wk_arena_doubles(arena, most);
    wk_error why = {0};
    for (size_t i = 0; i < claim->nverdicts; i++) {
        const wk_judgement *other = judgement_of(claim->verdicts[i], others, n);
        const size_t before = found;
        if (count_flips(&other->claim_finding, part->test->over, flips, &found, &why) != WK_OK) {
            wk_part_error(part, why.message, arena);
            return;
        }
        if (found == before) {
            wk_fail(&why, WK_BAD_INPUT, "claim '%s' has no parts that differ in %s alone",
                    claim->verdicts[i]->id, part->test->over);
            wk_part_error(part, why.message, arena);
            return;
        }
    }
    finish_part(part, flips, found, arena);
}

static void compare_controls(const wk_claim *claim, const wk_judgement *others, size_t n,
                             wk_part *part, wk_arena *arena) {
    double *differ = wk_arena_doubles(arena, claim->nverdicts);
    for (size_t i = 0; i < claim->nverdicts; i++) {
        const wk_judgement *other = judgement_of(claim->verdicts[i], others, n);
        differ[i] = other->claim_finding.verdict != other->control_finding.verdict;
    }
    finish_part(part, differ, claim->nverdicts, arena);
}

static void settle(wk_finding *finding, wk_part *part, wk_arena *arena) {
    *finding = (wk_finding){.parts = part, .n = 1, .verdict = part->verdict};
    wk_finding_explain(finding, arena);
}

void wk_claim_judge_verdicts(const wk_claim *claim, const wk_judgement *others, size_t n,
                             wk_arena *arena, wk_judgement *out) {
    WK_ASSERT(claim->nverdicts && claim->claim.n == 1 && claim->claim.tests->over);
    wk_part *parts = wk_arena_get(arena, 2, sizeof *parts);
    for (size_t i = 0; i < 2; i++)
        parts[i] = (wk_part){.test = claim->claim.tests, .curvature = NAN};
    *out = (wk_judgement){.claim = claim};
    compare_parts(claim, others, n, &parts[0], arena);
    compare_controls(claim, others, n, &parts[1], arena);
    settle(&out->claim_finding, &parts[0], arena);
    settle(&out->control_finding, &parts[1], arena);
    out->verdict = out->alone =
        wk_verdict_combine(out->claim_finding.verdict, out->control_finding.verdict);
    wk_judgement_explain(out, arena);
}
