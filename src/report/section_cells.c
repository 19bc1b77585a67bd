/* report.md: the cells that diverged, and those without a result; cells with the same fate are one
 * row.
 */
#include "report/sections.h"

#include "base/order.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROWS_MOST = 60, /* of a table of cells; results.json has them all */
    VALUES_MOST = 4 /* of a parameter, one by one */
};

/* Which parameters tell the cells of one experiment apart. */
typedef struct varying {
    const char *experiment;
    const char **keys; /* (n) */
    size_t n;
} varying;

static bool varies(const wk_table *table, const wk_row *row, const char *key, const char *text) {
    for (size_t i = 0; i < table->n; i++) {
        if (strcmp(table->rows[i].experiment, row->experiment) != 0)
            continue;
        const char *other = wk_bag_find(&table->rows[i].params, key);
        if (!other || strcmp(other, text) != 0)
            return true;
    }
    return false;
}

static void find_varying(const wk_table *table, const wk_row *row, wk_arena *arena, varying *out) {
    if (out->experiment && strcmp(out->experiment, row->experiment) == 0)
        return;
    *out = (varying){.experiment = row->experiment};
    out->keys = wk_arena_get(arena, row->params.n, sizeof *out->keys);
    for (size_t i = 0; i < row->params.n; i++)
        if (varies(table, row, row->params.pairs[i].key, row->params.pairs[i].value.text))
            out->keys[out->n++] = row->params.pairs[i].key;
}

/* Cells of one experiment that ended in the same way for the same reason. */
typedef struct group {
    const wk_row **rows; /* (n) in the table's order */
    size_t n;
    const wk_value **values; /* room for the values of a parameter, one a row, */
    uint64_t *seeds;         /* and for the seeds */
} group;

static bool same_fate(const wk_row *a, const wk_row *b) {
    return a->result.end == b->result.end && strcmp(a->experiment, b->experiment) == 0 &&
           strcmp(a->result.reason ? a->result.reason : "",
                  b->result.reason ? b->result.reason : "") == 0;
}

/* The different values of a parameter among the cells, in their order. */
static size_t find_values(const group *g, const char *key) {
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) {
        const wk_pair *pair = wk_bag_pair(&g->rows[i]->params, key);
        size_t k = 0;
        while (pair && k < n && strcmp(g->values[k]->text, pair->value.text) != 0)
            k++;
        if (pair && k == n)
            g->values[n++] = &pair->value;
    }
    return n;
}

static int by_number(const void *a, const void *b) {
    double x = 0, y = 0;
    wk_value_number(*(const wk_value *const *)a, &x);
    wk_value_number(*(const wk_value *const *)b, &y);
    return (x > y) - (x < y);
}

static bool are_numbers(const wk_value *const *values, size_t n) {
    double value = 0;
    for (size_t i = 0; i < n; i++)
        if (!wk_value_number(values[i], &value))
            return false;
    return true;
}

/* "64", "64, 128", "64 … 4096 (7 values)" */
static void print_values(const wk_value **values, size_t n, wk_doc *doc) {
    const bool range = n > VALUES_MOST && are_numbers(values, n);
    const size_t shown = range ? 1 : n > VALUES_MOST ? VALUES_MOST - 1 : n;
    if (range)
        qsort(values, n, sizeof *values, by_number);
    for (size_t i = 0; i < shown; i++)
        wk_doc_sayf(doc, "%s%s", i ? ", " : "", values[i]->text);
    if (shown < n)
        wk_doc_sayf(doc, " … %s (%zu values)", values[n - 1]->text, n);
}

static void print_seeds(const group *g, wk_doc *doc) {
    for (size_t i = 0; i < g->n; i++)
        g->seeds[i] = g->rows[i]->seed;
    const size_t n = wk_sort_distinct_whole(g->seeds, g->n);
    if (n == 1)
        wk_doc_sayf(doc, "seed %" PRIu64, g->rows[0]->seed);
    else
        wk_doc_sayf(doc, "%zu seeds", n);
}

static void group_row(const group *g, const varying *keys, bool ends, wk_doc *doc) {
    wk_doc_rowf(doc, "%s|", g->rows[0]->experiment);
    if (g->n > 1)
        wk_doc_sayf(doc, "%zu, the first ", g->n);
    wk_doc_code(doc, g->rows[0]->id);
    wk_doc_cell(doc);
    const char *comma = "";
    for (size_t k = 0; k < keys->n; k++) {
        const size_t n = find_values(g, keys->keys[k]);
        if (!n)
            continue;
        wk_doc_sayf(doc, "%s`%s` ", comma, keys->keys[k]);
        print_values(g->values, n, doc);
        comma = "; ";
    }
    wk_doc_cell(doc);
    print_seeds(g, doc);
    if (ends)
        wk_doc_cells(doc, "%s", wk_end_name(g->rows[0]->result.end));
    wk_doc_cells(doc, "%s", g->rows[0]->result.reason);
}

static void head(bool diverged, wk_doc *doc) {
    wk_doc_heading(doc, 2, diverged ? "Diverged cells" : "Cells that were not measured");
    wk_doc_paragraph(doc);
    if (diverged)
        wk_doc_say(doc, "These left the finite range. That is a result: their changes count as "
                        "infinite, nothing of them is dropped.");
    wk_doc_table(doc, diverged ? 5 : 6, "l");
    wk_doc_rowf(doc, "experiment|cells|parameters|seeds");
    if (diverged)
        wk_doc_cells(doc, "what happened");
    else
        wk_doc_cells(doc, "end|reason");
}

/* One table of the cells that diverged, or of those without a result. */
static void cells(const wk_table *table, bool diverged, wk_arena *arena, wk_doc *doc) {
    varying keys = {0};
    group g = {.rows = wk_arena_get(arena, table->n, sizeof *g.rows),
               .values = wk_arena_get(arena, table->n, sizeof *g.values),
               .seeds = wk_arena_get(arena, table->n, sizeof *g.seeds)};
    bool *told = wk_arena_get(arena, table->n, sizeof *told);
    size_t n = 0, left_out = 0;
    for (size_t i = 0; i < table->n; i++) {
        const wk_row *row = &table->rows[i];
        if (told[i] || row->result.end == WK_END_OK ||
            (row->result.end == WK_END_DIVERGED) != diverged)
            continue;
        if (n == ROWS_MOST) {
            left_out++;
            continue;
        }
        g.n = 0;
        for (size_t j = i; j < table->n; j++)
            if (same_fate(row, &table->rows[j])) {
                told[j] = true;
                g.rows[g.n++] = &table->rows[j];
            }
        if (n++ == 0)
            head(diverged, doc);
        find_varying(table, row, arena, &keys);
        group_row(&g, &keys, !diverged, doc);
    }
    if (left_out)
        wk_doc_paragraphf(doc, "… and %zu more cells; `results.json` lists all.", left_out);
}

void wk_section_cells(const wk_judged *report, wk_doc *doc) {
    wk_arena arena = {0};
    cells(report->table, true, &arena, doc);
    cells(report->table, false, &arena, doc);
    wk_arena_release(&arena);
}
