/* One claim and its control, judged together. */
#include "claim/judgement.h"

#include "base/heap.h"
#include "claim/part.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Parts of one hypothesis while they are collected. */
typedef struct collection {
    wk_part *parts;
    size_t n, room;
    bool *seen; /* (table->n) rows that any of its tests selected */
} collection;

static void add_part(collection *all, wk_part part, wk_arena *arena) {
    all->parts = wk_arena_more(arena, all->parts, all->n, &all->room, sizeof *all->parts);
    all->parts[all->n++] = part;
}

static void judge_test(wk_judging *j, const wk_selection *from, const wk_test *test,
                       collection *all) {
    wk_cells *parts = NULL;
    size_t n = 0;
    WK_ASSERT(wk_test_check(test, NULL) == WK_OK);
    if (wk_cells_select(j, from, test, &parts, &n) != WK_OK)
        add_part(all, wk_part_error(test, (wk_bag){0}, j->why.message, j->arena), j->arena);
    for (size_t p = 0; p < n; p++) {
        for (size_t i = 0; i < parts[p].n; i++)
            all->seen[parts[p].rows[i] - j->table->rows] = true;
        add_part(all, wk_part_judge(j, test, &parts[p]), j->arena);
    }
}

/* A conjunction fails if any part of it fails. A control passes if any part of it passes: that test
 * could not fail either.
 */
static const wk_verdict of_conjunction[4] = {WK_FAIL, WK_ERROR, WK_INCONCLUSIVE, WK_PASS};
static const wk_verdict of_control[4] = {WK_PASS, WK_ERROR, WK_INCONCLUSIVE, WK_FAIL};

/* The first verdict of `order` that a part has; its last if none has one of the others. */
static wk_verdict first_of(const wk_part *parts, size_t n, const wk_verdict order[4]) {
    for (size_t i = 0; i < 3; i++)
        for (size_t p = 0; p < n; p++)
            if (parts[p].verdict == order[i])
                return order[i];
    return order[3];
}

/* "slope of ntk.change (model.activation = relu)" */
static void print_part(FILE *out, const wk_part *part) {
    fprintf(out, "%s of %s", part->test->statistic->name, part->test->metric);
    for (size_t i = 0; i < part->where.n; i++)
        fprintf(out, "%s%s = %s", i ? ", " : " (", part->where.pairs[i].key,
                part->where.pairs[i].value.text);
    fputs(part->where.n ? ")" : "", out);
}

/* If cells are missing: of how many in the whole hypothesis. */
static wk_status check_seen(wk_judging *j, const collection *all) {
    wk_cells cells = {.rows = wk_arena_get(&j->scratch, j->table->n, sizeof *cells.rows)};
    for (size_t i = 0; i < j->table->n; i++)
        if (all->seen[i])
            cells.rows[cells.n++] = &j->table->rows[i];
    return wk_cells_check_ends(&cells, &j->why);
}

static const char *verdict_words(wk_verdict verdict, bool many) {
    switch (verdict) {
    case WK_FAIL:
        return many ? "fail" : "fails";
    case WK_PASS:
        return many ? "pass" : "passes";
    case WK_INCONCLUSIVE:
        return many ? "are inconclusive" : "is inconclusive";
    default:
        return "could not be measured";
    }
}

/* The parts that made the verdict what it is, and why the first is so:
 * "2 of 4 parts fail; first slope of …: …". */
void wk_finding_explain(wk_finding *finding, wk_arena *arena) {
    const wk_verdict verdict = finding->verdict;
    const wk_part *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < finding->n; i++) {
        const wk_part *part = &finding->parts[i];
        if (part->verdict != verdict)
            continue;
        first = count++ ? first : part;
    }
    WK_ASSERT(first);
    char *text = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&text, &length);
    if (finding->n > 1)
        fprintf(out, "%zu of %zu parts %s%s", count, finding->n, verdict_words(verdict, count > 1),
                count > 1 ? "; first " : ": ");
    print_part(out, first);
    fprintf(out, "%s%s", *first->reason ? ": " : "", first->reason);
    fclose(out);
    finding->reason = wk_arena_text(arena, text);
    free(text);
}

static wk_finding judge_hypothesis(wk_judging *j, const wk_hypothesis *hypothesis, bool control) {
    collection all = {.seen = wk_arena_get(&j->scratch, j->table->n, sizeof *all.seen)};
    for (size_t i = 0; i < hypothesis->n; i++)
        judge_test(j, &hypothesis->from, &hypothesis->tests[i], &all);
    wk_finding out = {.parts = all.parts, .n = all.n, .reason = ""};
    out.verdict = first_of(all.parts, all.n, control ? of_control : of_conjunction);
    if (out.verdict == WK_ERROR && check_seen(j, &all) != WK_OK)
        out.reason = wk_arena_text(j->arena, j->why.message);
    else if (out.verdict != WK_PASS || control)
        wk_finding_explain(&out, j->arena);
    return out;
}

static wk_verdict combined(wk_verdict claim, wk_verdict control) {
    if (claim == WK_FAIL)
        return WK_FAIL;
    if (control == WK_PASS)
        return WK_VACUOUS;
    if (claim == WK_ERROR || control == WK_ERROR)
        return WK_ERROR;
    if (claim == WK_INCONCLUSIVE || control == WK_INCONCLUSIVE)
        return WK_INCONCLUSIVE;
    return WK_PASS;
}

void wk_judgement_settle(wk_judgement *out, wk_arena *arena) {
    const wk_finding *claim = &out->claim_finding, *control = &out->control_finding;
    out->verdict = out->alone = combined(claim->verdict, control->verdict);
    if (out->verdict == WK_PASS) {
        out->quoted = WK_QUOTED_NEITHER;
        out->reason = claim->n == 1 ? "holds; the control fails, as it must"
                                    : wk_arena_printf(arena,
                                                      "holds in all %zu parts; the control fails, "
                                                      "as it must",
                                                      claim->n);
    } else if (out->verdict == claim->verdict) {
        out->quoted = WK_QUOTED_CLAIM;
        out->reason = claim->reason;
    } else {
        out->quoted = WK_QUOTED_CONTROL;
        out->reason = wk_arena_printf(
            arena, out->verdict == WK_VACUOUS ? "the control passes too: %s" : "the control: %s",
            control->reason);
    }
}

void wk_claim_judge(const wk_claim *claim, const wk_table *table, double level, wk_arena *arena,
                    wk_judgement *out) {
    WK_ASSERT(claim->claim.n > 0 && level > 0 && level < 1);
    wk_judging j = {.table = table, .level = level, .arena = arena};
    *out =
        (wk_judgement){.claim = claim, .claim_finding = judge_hypothesis(&j, &claim->claim, false)};
    if (claim->control.n)
        out->control_finding = judge_hypothesis(&j, &claim->control, true);
    else
        out->control_finding = (wk_finding){.verdict = WK_ERROR,
                                            .reason = "there is none, so nothing shows that the "
                                                      "test could fail"};
    wk_judgement_settle(out, arena);
    wk_arena_release(&j.scratch);
}

void wk_claim_confirm(wk_judgement *own, const wk_judgement *other, uint64_t seed,
                      wk_arena *arena) {
    const bool settled = own->verdict == WK_PASS || own->verdict == WK_FAIL;
    if (!settled || other->verdict == own->verdict || other->verdict == WK_ERROR)
        return;
    own->reason =
        wk_arena_printf(arena, "%s by itself, but %s with base seed %" PRIu64,
                        wk_verdict_name(own->verdict), wk_verdict_name(other->verdict), seed);
    own->quoted = WK_QUOTED_NEITHER;
    own->verdict = WK_INCONCLUSIVE;
}
