/* One run against another: cells matched, then verdicts, metrics and times compared. */
#include "compare/compare.h"

#include "compare/compare_parts.h"

#include <string.h>

/* ---- claims ---- */

/* How bad a verdict is. A claim that failed and is now vacuous, or the reverse, is as bad as
 * before. */
static int badness(wk_verdict verdict) {
    switch (verdict) {
    case WK_PASS:
        return 0;
    case WK_INCONCLUSIVE:
        return 1;
    case WK_ERROR:
        return 2;
    case WK_FAIL:
    case WK_VACUOUS:
        return 3;
    }
    return 3;
}

static const wk_results_claim *claim_of(const wk_results *results, const char *id) {
    for (size_t i = 0; i < results->nclaims; i++)
        if (strcmp(results->claims[i].id, id) == 0)
            return &results->claims[i];
    return NULL;
}

static bool same_tests(const wk_results_claim *a, const wk_results_claim *b) {
    bool same = a->ntests == b->ntests;
    for (size_t i = 0; same && i < a->ntests; i++)
        same = strcmp(a->tests[i], b->tests[i]) == 0;
    return same;
}

static void compare_claims(wk_comparison *out, wk_arena *arena) {
    const size_t most = out->base->nclaims + out->now->nclaims;
    wk_compare_claim *found = wk_arena_get(arena, most, sizeof *found);
    for (size_t i = 0; i < out->base->nclaims; i++) {
        const wk_results_claim *base = &out->base->claims[i];
        const wk_results_claim *now = claim_of(out->now, base->id);
        out->claims_common += now != NULL;
        const bool other_test = now && !same_tests(now, base);
        if (now && now->verdict == base->verdict && !other_test)
            continue;
        const bool worse = !now || other_test || badness(now->verdict) > badness(base->verdict);
        found[out->nclaims++] = (wk_compare_claim){base->id, base, now, worse, other_test};
        out->regressions += worse;
    }
    for (size_t i = 0; i < out->now->nclaims; i++) {
        const wk_results_claim *now = &out->now->claims[i];
        if (!claim_of(out->base, now->id))
            found[out->nclaims++] = (wk_compare_claim){now->id, NULL, now, false, false};
    }
    out->claims = found;
}

/* ---- how cells ended ---- */

static bool ended_alike(const wk_compare_pair *pair) {
    return pair->base && pair->now && pair->base->result.end == pair->now->result.end;
}

/* No longer measured; or left the finite range in only one of the runs. What was not measured
 * before either is no worse. */
static bool ended_worse(const wk_compare_pair *pair) {
    return wk_compare_measured(pair->base) && !ended_alike(pair);
}

static const char *end_of(const wk_row *row) {
    return row ? wk_end_name(row->result.end) : NULL;
}

static wk_compare_ends ends_of(const wk_compare_pair *pair) {
    const wk_row *row = pair->now ? pair->now : pair->base;
    return (wk_compare_ends){.experiment = row->experiment,
                             .base = end_of(pair->base),
                             .now = end_of(pair->now),
                             .cells = 1,
                             .first = row,
                             .worse = ended_worse(pair)};
}

/* wk_end_name has one text for each end. */
static bool alike(const wk_compare_ends *a, const wk_compare_ends *b) {
    return a->base == b->base && a->now == b->now && strcmp(a->experiment, b->experiment) == 0;
}

static void compare_ends(wk_comparison *out, const wk_compare_pair *pairs, size_t n,
                         wk_arena *arena) {
    wk_compare_ends *found = wk_arena_get(arena, n, sizeof *found);
    for (size_t i = 0; i < n; i++) {
        out->cells_common += pairs[i].base && pairs[i].now;
        out->cells_measured +=
            wk_compare_measured(pairs[i].base) && wk_compare_measured(pairs[i].now);
        if (ended_alike(&pairs[i]))
            continue;
        const wk_compare_ends one = ends_of(&pairs[i]);
        size_t k = 0;
        while (k < out->nends && !alike(&found[k], &one))
            k++;
        if (k < out->nends) {
            found[k].cells++;
            continue;
        }
        found[out->nends++] = one;
        out->regressions += one.worse;
    }
    out->ends = found;
}

/* ---- what else is not the same ---- */

void wk_compare_note(wk_comparison *out, wk_arena *arena, const char *text) {
    out->notes =
        wk_arena_more(arena, out->notes, out->nnotes, &out->notes_room, sizeof *out->notes);
    out->notes[out->nnotes++] = text;
}

static void note_change(wk_comparison *out, const char *what, const char *base, const char *now,
                        wk_arena *arena) {
    if (strcmp(base, now) != 0)
        wk_compare_note(out, arena,
                        wk_arena_printf(arena, "%s: %s → %s", what, *base ? base : "unknown",
                                        *now ? now : "unknown"));
}

static void compare_environment(wk_comparison *out, wk_arena *arena) {
    static const char *const facts[][2] = {
        {"processor", "cpu"},
        {"cores", "cores"},
        {"kernels", "kernels"},
        {"compiler", "compiler"},
        {"BLAS", "blas.version"},
        {"BLAS core type", "blas.corename"},
        {"BLAS threads", "blas.threads"},
        {"backend's fingerprint", "blas.fingerprint"},
    };
    const wk_results *a = out->base, *b = out->now;
    note_change(out, "version", a->version, b->version, arena);
    note_change(out, "commit", a->commit, b->commit, arena);
    note_change(out, "numerics version", a->numerics, b->numerics, arena);
    note_change(out, "suite (SHA-256)", a->suite_sha256, b->suite_sha256, arena);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        note_change(out, facts[i][0], wk_results_fact(a, facts[i][1]),
                    wk_results_fact(b, facts[i][1]), arena);
}

/* A fingerprint or a version that is not known vouches for nothing. */
static bool same_bits_promised(const wk_results *a, const wk_results *b) {
    const char *mine = wk_results_fact(a, "blas.fingerprint");
    return *mine && strcmp(mine, wk_results_fact(b, "blas.fingerprint")) == 0 && *a->numerics &&
           strcmp(a->numerics, b->numerics) == 0;
}

wk_status wk_compare(const wk_results *base, const wk_results *now,
                     const wk_compare_options *options, wk_arena *arena, wk_comparison *out,
                     wk_error *err) {
    *out = (wk_comparison){.base = base,
                           .now = now,
                           .bitwise = same_bits_promised(base, now),
                           .tolerance = options->tolerance,
                           .time_tolerance = options->time_tolerance};
    wk_compare_pair *pairs = NULL;
    size_t n = 0;
    compare_environment(out, arena);
    WK_TRY(wk_compare_match(out, arena, &pairs, &n, err));
    compare_claims(out, arena);
    compare_ends(out, pairs, n, arena);
    if (out->cells_common == 0)
        return wk_fail(err, WK_CANNOT, "'%s' and '%s' have no cell in common", base->path,
                       now->path);
    wk_compare_metrics(pairs, n, options, arena, out);
    wk_compare_times(pairs, n, options, arena, out);
    out->changes = out->nclaims + out->nends + out->ndrifts;
    return WK_OK;
}
