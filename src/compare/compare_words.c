/* A comparison in words: as lines on a screen, as a document. */
#include "base/quote.h"
#include "compare/compare.h"

#include "base/heap.h"
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
    FILE *words; /* of the item that is being made */
    char *text;
    size_t length;
} list;

static void begin(list *l) {
    l->words = wk_text_stream(&l->text, &l->length);
}

static void end(list *l, bool worse, const char *kind, const char *name) {
    fclose(l->words);
    const char *kept = wk_arena_text(l->arena, l->text);
    free(l->text);
    l->items[l->n++] = (wk_compare_item){worse, kind, name, kept};
}

/* The first test in which the two differ. */
static void print_other_test(FILE *out, const wk_results_claim *base, const wk_results_claim *now) {
    size_t i = 0;
    while (i < base->ntests && i < now->ntests && strcmp(base->tests[i], now->tests[i]) == 0)
        i++;
    fprintf(out, "the test is another: %s → %s", i < base->ntests ? base->tests[i] : "none",
            i < now->ntests ? now->tests[i] : "none");
}

static void claim_item(list *l, const wk_compare_claim *c) {
    begin(l);
    if (c->other_test) {
        print_other_test(l->words, c->base, c->now);
        if (c->base->verdict == c->now->verdict) {
            end(l, c->worse, "claim", c->id);
            return;
        }
        fputs("; ", l->words);
    }
    if (!c->now)
        fprintf(l->words, "%s → no longer judged", wk_verdict_name(c->base->verdict));
    else if (!c->base)
        fprintf(l->words, "new: %s", wk_verdict_name(c->now->verdict));
    else
        fprintf(l->words, "%s → %s", wk_verdict_name(c->base->verdict),
                wk_verdict_name(c->now->verdict));
    if (c->now && *c->now->reason)
        fprintf(l->words, ": %s", c->now->reason);
    end(l, c->worse, "claim", c->id);
}

static void ends_item(list *l, const wk_compare_ends *e) {
    begin(l);
    fprintf(l->words, "%zu cell%s ", e->cells, e->cells == 1 ? "" : "s");
    if (!e->in_now)
        fprintf(l->words, "%s → no longer there", wk_end_name(e->base));
    else if (!e->in_base)
        fprintf(l->words, "only in NEW: %s", wk_end_name(e->now));
    else
        fprintf(l->words, "%s → %s", wk_end_name(e->base), wk_end_name(e->now));
    fprintf(l->words, "; %s %s, seed %" PRIu64, e->cells == 1 ? "it is" : "first", e->first->id,
            e->first->seed);
    if (e->in_now && *e->first->result.reason)
        fprintf(l->words, ": %s", e->first->result.reason);
    end(l, e->worse, "cells", e->experiment);
}

static void drift_item(list *l, const wk_compare_drift *d) {
    char a[32], b[32];
    begin(l);
    const char *comma = "";
    if (d->differing) {
        fprintf(l->words, "%zu of %zu cells differ", d->differing, d->cells);
        if (d->beyond && d->beyond < d->differing)
            fprintf(l->words, " (%zu beyond tolerance)", d->beyond);
        fprintf(l->words, ", at most by %.2g", d->relative);
        if (d->ulps < 1e6)
            fprintf(l->words, " (%.0f ulp)", d->ulps);
        fprintf(l->words, ": %s → %s at point %.6g of %s", wk_text_format(d->base, a),
                wk_text_format(d->now, b), d->at, d->where->id);
        comma = "; ";
    }
    if (d->gone) {
        fprintf(l->words, "%sno longer recorded in %zu cells", comma, d->gone);
        comma = "; ";
    }
    if (d->reshaped) {
        fprintf(l->words, "%sat other points in %zu cells", comma, d->reshaped);
        comma = "; ";
    }
    if (d->added)
        fprintf(l->words, "%snew in %zu cells", comma, d->added);
    end(l, d->worse, "metric", wk_arena_printf(l->arena, "%s / %s", d->experiment, d->metric));
}

/* Differences that are tolerated, and nothing else: they share one line. */
static bool quiet(const wk_compare_drift *d) {
    return !d->worse && !d->added;
}

static void quiet_item(list *l, const wk_comparison *found) {
    const wk_compare_drift *nearest = NULL;
    size_t n = 0;
    for (size_t i = 0; i < found->ndrifts; i++) {
        const wk_compare_drift *d = &found->drifts[i];
        n += quiet(d);
        if (quiet(d) && (!nearest || d->excess > nearest->excess))
            nearest = d;
    }
    if (!nearest)
        return;
    begin(l);
    fprintf(l->words,
            "%zu differ within tolerance, the most %s / %s, by %.2g of it (%.2g relative)", n,
            nearest->experiment, nearest->metric, nearest->excess, nearest->relative);
    end(l, false, "metric", "all others");
}

static void time_item(list *l, const wk_compare_time *t) {
    begin(l);
    fprintf(l->words, "%s: ×%.3g [%.3g, %.3g] over %zu cells, %.3g s → %.3g s",
            t->slower ? "slower" : "faster", t->wall.median, t->wall.low, t->wall.high, t->cells,
            t->base_s, t->now_s);
    if (!isnan(t->cpu.median))
        fprintf(l->words, "; CPU ×%.3g [%.3g, %.3g]", t->cpu.median, t->cpu.low, t->cpu.high);
    if (t->common_wall > 1)
        fprintf(l->words, "; all stages ×%.3g", t->common_wall);
    end(l, t->slower, "time", wk_arena_printf(l->arena, "%s / %s", t->experiment, t->stage));
}

/* Something else that is worth a line: an experiment that is slower in all its stages. */
static void common_item(list *l, const wk_comparison *found, size_t i) {
    const wk_compare_time *t = &found->times[i];
    for (size_t k = 0; k < i; k++)
        if (strcmp(found->times[k].experiment, t->experiment) == 0)
            return;
    if (*found->times_refused || !(t->common_cpu > 1 + found->time_tolerance))
        return;
    begin(l);
    fprintf(l->words,
            "all stages are slower alike, CPU ×%.3g: taken for the machine; --judge-times "
            "takes it for the program",
            t->common_cpu);
    end(l, false, "time", t->experiment);
}

static void make(list *l, const wk_comparison *found, bool worse) {
    for (size_t i = 0; i < found->nclaims; i++)
        if (found->claims[i].worse == worse)
            claim_item(l, &found->claims[i]);
    for (size_t i = 0; i < found->nends; i++)
        if (found->ends[i].worse == worse)
            ends_item(l, &found->ends[i]);
    for (size_t i = 0; i < found->ndrifts; i++)
        if (found->drifts[i].worse == worse && !quiet(&found->drifts[i]))
            drift_item(l, &found->drifts[i]);
    if (!worse)
        quiet_item(l, found);
    for (size_t i = 0; i < found->ntimes; i++) {
        if (worse ? found->times[i].slower : found->times[i].faster)
            time_item(l, &found->times[i]);
        if (!worse)
            common_item(l, found, i);
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

static void tell_times(const wk_comparison *found, FILE *out) {
    size_t faster = 0, slower = 0;
    for (size_t i = 0; i < found->ntimes; i++) {
        slower += found->times[i].slower;
        faster += found->times[i].faster;
    }
    if (*found->times_refused)
        fprintf(out, "times not judged: %s", found->times_refused);
    else if (!found->times_judged)
        fputs("times not judged: too little or too few of them", out);
    else if (slower || faster)
        fprintf(out, "times: %zu slower, %zu faster of %zu stages", slower, faster,
                found->times_judged);
    else
        fprintf(out, "times: %zu stages, none beyond %.3g %%", found->times_judged,
                100 * found->time_tolerance);
}

/* "2 regressions: …", "no differences: …": the last line on a terminal, the first of Markdown. */
static void tell_verdict(const wk_comparison *found, FILE *out) {
    if (found->regressions)
        fprintf(out, "%zu regression%s: ", found->regressions, found->regressions == 1 ? "" : "s");
    else if (found->changes)
        fputs("no regressions: ", out);
    else
        fputs("no differences: ", out);
    fprintf(out, "%zu claims, %zu cells, %zu values compared ", found->claims_common,
            found->cells_common, found->values);
    if (found->bitwise)
        fputs("bit for bit", out);
    else
        fprintf(out, "to %.3g (other numerics or backend)", found->tolerance);
    fputs("; ", out);
    tell_times(found, out);
}

static wk_status written(FILE *out, wk_error *err) {
    return ferror(out) ? wk_fail(err, WK_CANNOT, "cannot write the comparison") : WK_OK;
}

/* ---- a screen ---- */

enum { SCREEN_COLUMNS = 120, SCREEN_ITEMS = 24, SCREEN_NOTES = 12 };

static void screen_line(FILE *out, const char *head, const char *text) {
    const size_t used = wk_quote_cut(out, head, SCREEN_COLUMNS - 20);
    wk_quote_cut(out, text, SCREEN_COLUMNS - used);
    fputs("\n", out);
}

wk_status wk_compare_screen(const wk_comparison *found, FILE *out, wk_error *err) {
    wk_arena arena = {0};
    const wk_compare_item *items = NULL;
    size_t n = 0;
    wk_compare_items(found, &arena, &items, &n);
    for (size_t i = 0; i < n && i < SCREEN_ITEMS; i++)
        screen_line(out,
                    wk_arena_printf(&arena, "%s  %-6s  %s  ", items[i].worse ? "WORSE" : "     ",
                                    items[i].kind, items[i].name),
                    items[i].text);
    if (n > SCREEN_ITEMS)
        fprintf(out, "… and %zu more: --format markdown lists them\n", n - SCREEN_ITEMS);
    for (size_t i = 0; i < found->nnotes && i < SCREEN_NOTES; i++)
        screen_line(out, "note: ", found->notes[i]);
    if (found->nnotes > SCREEN_NOTES)
        fprintf(out, "… and %zu more notes\n", found->nnotes - SCREEN_NOTES);
    wk_arena_release(&arena);
    tell_verdict(found, out);
    fputs("\n", out);
    return written(out, err);
}

/* ---- a document ---- */

static void verdict_paragraph(const wk_comparison *found, wk_doc *doc) {
    char *text = NULL;
    size_t length = 0;
    FILE *memory = wk_text_stream(&text, &length);
    tell_verdict(found, memory);
    fclose(memory);
    wk_doc_paragraph(doc);
    wk_doc_say(doc, text);
    free(text);
}

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
    wk_doc_rowf(doc, "`%s`|`%s`|%zu|%.3g|%.3g|%.3f", t->experiment, t->stage, t->cells, t->base_s,
                t->now_s, t->wall.median);
    if (isnan(t->wall.low))
        wk_doc_cells(doc, "–");
    else
        wk_doc_cells(doc, "[%.3f, %.3f]", t->wall.low, t->wall.high);
    wk_doc_cells(doc, "%.3f|%s", t->cpu.median,
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
                     size_t most, wk_doc *doc) {
    wk_doc_heading(doc, 2, "widecheck compare: %s", found->regressions ? "✘ worse" : "✔ not worse");
    verdict_paragraph(found, doc);
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
        document(found, items, n, most, doc);
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
