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

static void collection_add(collection *all, wk_part part, wk_arena *arena) {
    all->parts = wk_arena_more(arena, all->parts, all->n, &all->room, sizeof *all->parts);
    all->parts[all->n++] = part;
}

static wk_status judge_split(const wk_test *test, const wk_split *split, double level,
                             wk_arena *arena, wk_arena *scratch, collection *all, wk_error *err) {
    const wk_row **rows = wk_arena_get(scratch, split->nrows, sizeof *rows);
    for (size_t p = 0; p < split->n; p++) {
        size_t n = 0;
        for (size_t i = 0; i < split->nrows; i++)
            if (split->part[i] == p)
                rows[n++] = split->rows[i];
        wk_part part = {.test = test, .where = split->where[p]};
        WK_TRY(wk_part_judge(&part, rows, n, level, arena, scratch, err));
        collection_add(all, part, arena);
    }
    return WK_OK;
}

static wk_status judge_test(const wk_selection *from, const wk_test *test, const wk_table *table,
                            double level, wk_arena *arena, wk_arena *scratch, collection *all,
                            wk_error *err) {
    wk_split split;
    wk_error why = {0};
    const wk_status status = wk_split_make(from, test, table, arena, scratch, &split, &why);
    if (status == WK_BAD_INPUT) {
        wk_part part = {.test = test};
        wk_part_error(&part, why.message, arena);
        collection_add(all, part, arena);
        return WK_OK;
    }
    if (status != WK_OK)
        return wk_fail(err, status, "%s", why.message);
    for (size_t i = 0; i < split.nrows; i++)
        all->seen[split.rows[i] - table->rows] = true;
    return judge_split(test, &split, level, arena, scratch, all, err);
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
static wk_status check_seen(const collection *all, const wk_table *table, wk_arena *scratch,
                            wk_error *why) {
    const wk_row **rows = wk_arena_get(scratch, table->n, sizeof *rows);
    size_t n = 0;
    for (size_t i = 0; i < table->n; i++)
        if (all->seen[i])
            rows[n++] = &table->rows[i];
    return wk_rows_check_ends(rows, n, why);
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

static wk_status judge_hypothesis(const wk_hypothesis *hypothesis, bool control,
                                  const wk_table *table, double level, wk_arena *arena,
                                  wk_arena *scratch, wk_finding *out, wk_error *err) {
    collection all = {.seen = wk_arena_get(scratch, table->n, sizeof *all.seen)};
    for (size_t i = 0; i < hypothesis->n; i++)
        WK_TRY(judge_test(&hypothesis->from, &hypothesis->tests[i], table, level, arena, scratch,
                          &all, err));
    *out = (wk_finding){.parts = all.parts, .n = all.n};
    out->verdict = first_of(all.parts, all.n, control ? of_control : of_conjunction);
    if (out->verdict == WK_ERROR) {
        wk_error why = {0};
        const wk_status status = check_seen(&all, table, scratch, &why);
        if (status == WK_CANNOT)
            return wk_fail(err, WK_CANNOT, "%s", why.message);
        if (status == WK_BAD_INPUT) {
            out->reason = wk_arena_text(arena, why.message);
            return WK_OK;
        }
    }
    if (out->verdict == WK_PASS && !control) {
        out->reason = "";
        return WK_OK;
    }
    wk_finding_explain(out, arena);
    return WK_OK;
}

wk_verdict wk_verdict_combine(wk_verdict claim, wk_verdict control) {
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

void wk_judgement_explain(wk_judgement *out, wk_arena *arena) {
    const wk_finding *claim = &out->claim_finding, *control = &out->control_finding;
    const bool own = out->verdict != WK_VACUOUS && claim->verdict == out->verdict;
    out->quoted = out->verdict == WK_PASS ? WK_QUOTED_NEITHER
                  : own                   ? WK_QUOTED_CLAIM
                                          : WK_QUOTED_CONTROL;
    switch (out->verdict) {
    case WK_PASS:
        out->reason = claim->n == 1 ? "holds; the control fails, as it must"
                                    : wk_arena_printf(arena,
                                                      "holds in all %zu parts; the control fails, "
                                                      "as it must",
                                                      claim->n);
        break;
    case WK_VACUOUS:
        out->reason = wk_arena_printf(arena, "the control passes too: %s", control->reason);
        break;
    default:
        out->reason = own ? wk_arena_text(arena, claim->reason)
                          : wk_arena_printf(arena, "the control: %s", control->reason);
        break;
    }
}

static wk_status judge(const wk_claim *claim, const wk_table *table, double level, wk_arena *arena,
                       wk_arena *scratch, wk_judgement *out, wk_error *err) {
    *out = (wk_judgement){.claim = claim};
    WK_TRY(judge_hypothesis(&claim->claim, false, table, level, arena, scratch, &out->claim_finding,
                            err));
    if (claim->control.n)
        WK_TRY(judge_hypothesis(&claim->control, true, table, level, arena, scratch,
                                &out->control_finding, err));
    else
        out->control_finding = (wk_finding){.verdict = WK_ERROR,
                                            .reason = "there is none, so nothing shows that the "
                                                      "test could fail"};
    out->verdict = out->alone =
        wk_verdict_combine(out->claim_finding.verdict, out->control_finding.verdict);
    wk_judgement_explain(out, arena);
    return WK_OK;
}

wk_status wk_claim_judge(const wk_claim *claim, const wk_table *table, double level,
                         wk_arena *arena, wk_judgement *out, wk_error *err) {
    WK_ASSERT(claim->claim.n > 0 && level > 0 && level < 1);
    wk_arena scratch = {0};
    const wk_status status = judge(claim, table, level, arena, &scratch, out, err);
    wk_arena_release(&scratch);
    return status;
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
