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

static wk_compare_ends ends_of(const wk_compare_pair *pair) {
    const wk_row *row = pair->now ? pair->now : pair->base;
    return (wk_compare_ends){.experiment = row->experiment,
                             .in_base = pair->base != NULL,
                             .in_now = pair->now != NULL,
                             .base = pair->base ? pair->base->result.end : WK_END_PENDING,
                             .now = pair->now ? pair->now->result.end : WK_END_PENDING,
                             .cells = 1,
                             .first = row,
                             .worse = ended_worse(pair)};
}

static bool alike(const wk_compare_ends *a, const wk_compare_ends *b) {
    return a->in_base == b->in_base && a->in_now == b->in_now && a->base == b->base &&
           a->now == b->now && strcmp(a->experiment, b->experiment) == 0;
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
        if (k < out->nends)
            found[k].cells++;
        else
            found[out->nends++] = one;
    }
    out->ends = found;
}

/* ---- what else is not the same ---- */

typedef struct differing {
    const char *what, *base, *now;
} differing;

static void compare_environment(const wk_comparison *out, wk_arena *arena, const char ***notes,
                                size_t *n) {
    const wk_results *a = out->base, *b = out->now;
    const differing all[] = {
        {"version", a->version, b->version},
        {"commit", a->commit, b->commit},
        {"numerics version", a->numerics, b->numerics},
        {"suite (SHA-256)", a->suite_sha256, b->suite_sha256},
        {"processor", wk_results_fact(a, "cpu"), wk_results_fact(b, "cpu")},
        {"cores", wk_results_fact(a, "cores"), wk_results_fact(b, "cores")},
        {"kernels", wk_results_fact(a, "kernels"), wk_results_fact(b, "kernels")},
        {"compiler", wk_results_fact(a, "compiler"), wk_results_fact(b, "compiler")},
        {"BLAS", wk_results_fact(a, "blas.version"), wk_results_fact(b, "blas.version")},
        {"BLAS core type", wk_results_fact(a, "blas.corename"),
         wk_results_fact(b, "blas.corename")},
        {"BLAS threads", wk_results_fact(a, "blas.threads"), wk_results_fact(b, "blas.threads")},
        {"backend's fingerprint", wk_results_fact(a, "blas.fingerprint"),
         wk_results_fact(b, "blas.fingerprint")},
    };
    enum { ALL = sizeof all / sizeof *all };
    *notes = wk_arena_get(arena, ALL, sizeof **notes);
    for (size_t i = 0; i < ALL; i++) {
        if (strcmp(all[i].base, all[i].now) == 0)
            continue;
        (*notes)[*n] = wk_arena_printf(arena, "%s: %s → %s", all[i].what,
                                       *all[i].base ? all[i].base : "unknown",
                                       *all[i].now ? all[i].now : "unknown");
        (*n)++;
    }
}

/* A fingerprint or a version that is not known vouches for nothing. */
static bool same_bits_promised(const wk_results *a, const wk_results *b) {
    const char *mine = wk_results_fact(a, "blas.fingerprint");
    return *mine && strcmp(mine, wk_results_fact(b, "blas.fingerprint")) == 0 && *a->numerics &&
           strcmp(a->numerics, b->numerics) == 0;
}

static void count(wk_comparison *out) {
    for (size_t i = 0; i < out->nclaims; i++)
        out->regressions += out->claims[i].worse;
    for (size_t i = 0; i < out->nends; i++)
        out->regressions += out->ends[i].worse;
    for (size_t i = 0; i < out->ndrifts; i++)
        out->regressions += out->drifts[i].worse;
    for (size_t i = 0; i < out->ntimes; i++)
        out->regressions += out->times[i].slower;
    out->changes = out->nclaims + out->nends + out->ndrifts;
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
    const char **notes = NULL;
    size_t n = 0;
    compare_environment(out, arena, &notes, &out->nnotes);
    WK_TRY(wk_compare_match(base, now, arena, &pairs, &n, &notes, &out->nnotes, err));
    out->notes = notes;
    compare_claims(out, arena);
    compare_ends(out, pairs, n, arena);
    if (out->cells_common == 0)
        return wk_fail(err, WK_CANNOT, "'%s' and '%s' have no cell in common", base->path,
                       now->path);
    wk_compare_metrics(pairs, n, options, arena, out);
    wk_compare_times(pairs, n, options, arena, out);
    count(out);
    return WK_OK;
}
