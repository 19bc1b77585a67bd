/* A comparison in words: a document for a screen, and one for readers of Markdown. */
#include "compare/compare.h"

#include "base/heap.h"
#include "base/quote.h"
#include "base/text.h"
#include "doc/doc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- items ---- */

typedef struct list {
    wk_compare_item *items;
    size_t n;
    wk_arena *arena;
} list;

static void add(list *l, bool worse, const char *kind, const char *name, const char *text) {
    l->items[l->n++] = (wk_compare_item){worse, kind, name, text};
}

/* From what it was to what it is now; NULL: it was not there, or no longer is. */
static const char *change(const char *base, const char *now, const char *gone, const char *added,
                          wk_arena *arena) {
    return base ? wk_arena_printf(arena, "%s → %s", base, now ? now : gone)
                : wk_arena_printf(arena, "%s: %s", added, now);
}

/* What stands between two parts of a text. */
static const char *before(const char *separator, const char *text) {
    return *text ? separator : "";
}

/* The first test in which the two differ. */
static const char *other_test(const wk_results_claim *base, const wk_results_claim *now,
                              wk_arena *arena) {
    size_t i = 0;
    while (i < base->ntests && i < now->ntests && strcmp(base->tests[i], now->tests[i]) == 0)
        i++;
    return wk_arena_printf(arena, "the test is another: %s → %s",
                           i < base->ntests ? base->tests[i] : "none",
                           i < now->ntests ? now->tests[i] : "none");
}

static const char *claim_text(const wk_compare_claim *c, wk_arena *arena) {
    const char *another = c->other_test ? other_test(c->base, c->now, arena) : "";
    if (c->other_test && c->base->verdict == c->now->verdict)
        return another;
    const char *base = c->base ? wk_verdict_name(c->base->verdict) : NULL;
    const char *now = c->now ? wk_verdict_name(c->now->verdict) : NULL;
    const char *reason = c->now ? c->now->reason : "";
    return wk_arena_printf(arena, "%s%s%s%s%s", another, before("; ", another),
                           change(base, now, "no longer judged", "new", arena),
                           before(": ", reason), reason);
}

static const char *ends_text(const wk_compare_ends *e, wk_arena *arena) {
    const char *reason = e->now ? e->first->result.reason : "";
    return wk_arena_printf(arena, "%zu cell%s %s; %s %s, seed %" PRIu64 "%s%s", e->cells,
                           e->cells == 1 ? "" : "s",
                           change(e->base, e->now, "no longer there", "only in NEW", arena),
                           e->cells == 1 ? "it is" : "first", e->first->id, e->first->seed,
                           before(": ", reason), reason);
}

static const char *differing_text(const wk_compare_drift *d, wk_arena *arena) {
    char a[32], b[32];
    const char *beyond = "", *ulps = "";
    if (d->beyond && d->beyond < d->differing)
        beyond = wk_arena_printf(arena, " (%zu beyond tolerance)", d->beyond);
    if (d->ulps < 1e6)
        ulps = wk_arena_printf(arena, " (%.0f ulp)", d->ulps);
    return wk_arena_printf(
        arena, "%zu of %zu cells differ%s, at most by %.2g%s: %s → %s at point %.6g of %s",
        d->differing, d->cells, beyond, d->relative, ulps, wk_text_format(d->base, a),
        wk_text_format(d->now, b), d->at, d->where->id);
}

static const char *drift_text(const wk_compare_drift *d, wk_arena *arena) {
    const struct {
        const char *words;
        size_t cells;
    } others[] = {
        {"no longer recorded", d->gone}, {"at other points", d->reshaped}, {"new", d->added}};
    const char *text = d->differing ? differing_text(d, arena) : "";
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].cells)
            text = wk_arena_printf(arena, "%s%s%s in %zu cells", text, before("; ", text),
                                   others[i].words, others[i].cells);
    return text;
}

/* Differences that are tolerated, and nothing else: they share one line. */
static bool quiet(const wk_compare_drift *d) {
    return !d->worse && !d->added;
}

static void add_quiet(list *l, const wk_comparison *found) {
    const wk_compare_drift *nearest = NULL;
    size_t n = 0;
    for (size_t i = 0; i < found->ndrifts; i++) {
        const wk_compare_drift *d = &found->drifts[i];
        n += quiet(d);
        if (quiet(d) && (!nearest || d->excess > nearest->excess))
            nearest = d;
    }
    if (nearest)
        add(l, false, "metric", "all others",
            wk_arena_printf(
                l->arena,
                "%zu differ within tolerance, the most %s / %s, by %.2g of it (%.2g relative)", n,
                nearest->experiment, nearest->metric, nearest->excess, nearest->relative));
}

static const char *time_text(const wk_compare_time *t, wk_arena *arena) {
    const wk_interval *wall = &t->ratio[WK_COMPARE_WALL], *cpu = &t->ratio[WK_COMPARE_CPU];
    const double common = t->common[WK_COMPARE_WALL];
    const char *text =
        wk_arena_printf(arena, "%s: ×%.3g [%.3g, %.3g] over %zu cells, %.3g s → %.3g s",
                        t->slower ? "slower" : "faster", wall->mean, wall->low, wall->high,
                        t->cells, t->base_s, t->now_s);
    if (!isnan(cpu->mean))
        text = wk_arena_printf(arena, "%s; CPU ×%.3g [%.3g, %.3g]", text, cpu->mean, cpu->low,
                               cpu->high);
    return common > 1 ? wk_arena_printf(arena, "%s; all stages ×%.3g", text, common) : text;
}

/* Something else that is worth a line: an experiment that is slower in all its stages. */
static void add_common(list *l, const wk_comparison *found, size_t i) {
    const wk_compare_time *t = &found->times[i];
    const double common = t->common[WK_COMPARE_CPU];
    for (size_t k = 0; k < i; k++)
        if (strcmp(found->times[k].experiment, t->experiment) == 0)
            return;
    if (!*found->times_refused && common > 1 + found->time_tolerance)
        add(l, false, "time", t->experiment,
            wk_arena_printf(l->arena,
                            "all stages are slower alike, CPU ×%.3g: taken for the machine; "
                            "--judge-times takes it for the program",
                            common));
}

static const char *joined(list *l, const char *experiment, const char *name) {
    return wk_arena_printf(l->arena, "%s / %s", experiment, name);
}

static void make(list *l, const wk_comparison *found, bool worse) {
    for (const wk_compare_claim *c = found->claims; c < found->claims + found->nclaims; c++)
        if (c->worse == worse)
            add(l, worse, "claim", c->id, claim_text(c, l->arena));
    for (const wk_compare_ends *e = found->ends; e < found->ends + found->nends; e++)
        if (e->worse == worse)
            add(l, worse, "cells", e->experiment, ends_text(e, l->arena));
    for (const wk_compare_drift *d = found->drifts; d < found->drifts + found->ndrifts; d++)
        if (d->worse == worse && !quiet(d))
            add(l, worse, "metric", joined(l, d->experiment, d->metric), drift_text(d, l->arena));
    if (!worse)
        add_quiet(l, found);
    for (size_t i = 0; i < found->ntimes; i++) {
        const wk_compare_time *t = &found->times[i];
        if (worse ? t->slower : t->faster)
            add(l, worse, "time", joined(l, t->experiment, t->stage), time_text(t, l->arena));
        if (!worse)
            add_common(l, found, i);
    }
}

void wk_compare_items(const wk_comparison *found, wk_arena *arena, const wk_compare_item **items,
                      size_t *n) {
    list l = {.arena = arena};
    l.items =
        wk_arena_get(arena, found->nclaims + found->nends + found->ndrifts + 2 * found->ntimes + 1,
                     sizeof *l.items);
    make(&l, found, true);
    make(&l, found, false);
    *items = l.items;
    *n = l.n;
}

/* ---- what is said of the whole ---- */

static const char *times_text(const wk_comparison *found, wk_arena *arena) {
    size_t faster = 0, slower = 0;
    for (size_t i = 0; i < found->ntimes; i++) {
        slower += found->times[i].slower;
        faster += found->times[i].faster;
    }
    if (*found->times_refused)
        return wk_arena_printf(arena, "times not judged: %s", found->times_refused);
    if (!found->times_judged)
        return "times not judged: too little or too few of them";
    if (slower || faster)
        return wk_arena_printf(arena, "times: %zu slower, %zu faster of %zu stages", slower, faster,
                               found->times_judged);
    return wk_arena_printf(arena, "times: %zu stages, none beyond %.3g %%", found->times_judged,
                           100 * found->time_tolerance);
}

/* "2 regressions: …", "no differences: …": the last line on a terminal, the first of Markdown. */
static void verdict_paragraph(const wk_comparison *found, wk_arena *arena, wk_doc *doc) {
    wk_doc_paragraph(doc);
    if (found->regressions)
        wk_doc_sayf(doc, "%zu regression%s: ", found->regressions,
                    found->regressions == 1 ? "" : "s");
    else
        wk_doc_say(doc, found->changes ? "no regressions: " : "no differences: ");
    wk_doc_sayf(doc, "%zu claims, %zu cells, %zu values compared ", found->claims_common,
                found->cells_common, found->values);
    if (found->bitwise)
        wk_doc_say(doc, "bit for bit; ");
    else
        wk_doc_sayf(doc, "to %.3g (other numerics or backend); ", found->tolerance);
    wk_doc_say(doc, times_text(found, arena));
}

static wk_status written(FILE *out, wk_error *err) {
    return ferror(out) ? wk_fail(err, WK_CANNOT, "cannot write the comparison") : WK_OK;
}

/* ---- a screen ---- */

enum { SCREEN_ITEMS = 24, SCREEN_NOTES = 12 };

static void screen(const wk_comparison *found, wk_arena *arena, wk_doc *doc) {
    static const char worse[] = "WORSE", better[] = "     ";
    const wk_compare_item *items = NULL;
    size_t n = 0;
    wk_compare_items(found, arena, &items, &n);
    if (n)
        wk_doc_table(doc, 4, "l");
    for (size_t i = 0; i < n && i < SCREEN_ITEMS; i++)
        wk_doc_rowf(doc, "%s|%s|%s|%s", items[i].worse ? worse : better, items[i].kind,
                    items[i].name, items[i].text);
    if (n > SCREEN_ITEMS)
        wk_doc_paragraphf(doc, "… and %zu more: --format markdown lists them", n - SCREEN_ITEMS);
    if (found->nnotes)
        wk_doc_table(doc, 1, "l");
    for (size_t i = 0; i < found->nnotes && i < SCREEN_NOTES; i++)
        wk_doc_rowf(doc, "note: %s", found->notes[i]);
    if (found->nnotes > SCREEN_NOTES)
        wk_doc_paragraphf(doc, "… and %zu more notes", found->nnotes - SCREEN_NOTES);
    verdict_paragraph(found, arena, doc);
}

wk_status wk_compare_screen(const wk_comparison *found, FILE *out, wk_error *err) {
    wk_arena arena = {0};
    wk_doc *doc = wk_doc_screen(out);
    screen(found, &arena, doc);
    wk_doc_end(doc);
    wk_arena_release(&arena);
    return written(out, err);
}

/* ---- a document ---- */

static void item_table(const wk_compare_item *items, size_t n, size_t most, wk_doc *doc) {
    if (!n)
        return;
    wk_doc_table(doc, 4, "l");
    wk_doc_rowf(doc, "|what|where|change");
    size_t left_out = 0;
    for (size_t i = 0; i < n; i++) {
        if (i >= most) {
            left_out += items[i].worse;
            continue;
        }
        wk_doc_rowf(doc, "%s|%s|`%s`|%s", items[i].worse ? "✘ worse" : "", items[i].kind,
                    items[i].name, items[i].text);
    }
    if (n > most)
        wk_doc_paragraphf(doc, "… and %zu more, of which %zu regressions.", n - most, left_out);
}

static void time_row(const wk_compare_time *t, wk_doc *doc) {
    const wk_interval *wall = &t->ratio[WK_COMPARE_WALL];
    wk_doc_rowf(doc, "`%s`|`%s`|%zu|%.3g|%.3g|%.3f", t->experiment, t->stage, t->cells, t->base_s,
                t->now_s, wall->mean);
    if (isnan(wall->low))
        wk_doc_cells(doc, "–");
    else
        wk_doc_cells(doc, "[%.3f, %.3f]", wall->low, wall->high);
    wk_doc_cells(doc, "%.3f|%s", t->ratio[WK_COMPARE_CPU].mean,
                 t->slower   ? "✘ slower"
                 : t->faster ? "faster"
                 : t->judged ? ""
                             : "not judged");
}

static void time_table(const wk_comparison *found, wk_doc *doc) {
    wk_doc_fold_begin(doc, "Stage times");
    wk_doc_table(doc, 9, "l");
    wk_doc_rowf(doc, "experiment|stage|cells|BASE (s)|NEW (s)|ratio|interval|CPU ratio|");
    for (size_t i = 0; i < found->ntimes; i++)
        if (found->times[i].cells)
            time_row(&found->times[i], doc);
    wk_doc_fold_end(doc);
}

static void document(const wk_comparison *found, const wk_compare_item *items, size_t n,
                     size_t most, wk_arena *arena, wk_doc *doc) {
    wk_doc_heading(doc, 2, "widecheck compare: %s", found->regressions ? "✘ worse" : "✔ not worse");
    verdict_paragraph(found, arena, doc);
    item_table(items, n, most, doc);
    wk_doc_paragraphf(doc, "BASE `%s`, commit `%s`; NEW `%s`, commit `%s`.", found->base->path,
                      found->base->commit, found->now->path, found->now->commit);
    for (size_t i = 0; i < found->nnotes && i < most; i++)
        wk_doc_itemf(doc, "%s", found->notes[i]);
    if (found->ntimes && found->ntimes <= most)
        time_table(found, doc);
}

wk_status wk_compare_markdown(const wk_comparison *found, size_t budget, FILE *out, wk_error *err) {
    enum { MOST = 100000 };
    wk_arena arena = {0};
    const wk_compare_item *items = NULL;
    size_t n = 0;
    bool done = false;
    wk_compare_items(found, &arena, &items, &n);
    for (size_t most = MOST; !done; most /= 2) {
        char *text = NULL;
        size_t length = 0;
        FILE *memory = wk_text_stream(&text, &length);
        wk_doc *doc = wk_doc_markdown(memory);
        document(found, items, n, most, &arena, doc);
        wk_doc_end(doc);
        fclose(memory);
        if (length <= budget)
            fwrite(text, 1, length, out);
        done = length <= budget || most == 0;
        free(text);
    }
    wk_arena_release(&arena);
    return written(out, err);
}
