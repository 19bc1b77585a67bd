/* From cells to curves: which cells form a line, and what it is called. */
#include "plot/curves.h"

#include "base/text.h"
#include "blas/cell/kernel_name.h"
#include "plot/figure.h"
#include "table/distribution.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

bool wk_curves_has(const wk_figure *figure, const wk_row *row) {
    return !figure->from.experiment || wk_selection_has(&figure->from, row);
}

double wk_curves_last(const wk_row *row, const char *metric) {
    return wk_row_last(row, metric,
                       row->result.end == WK_END_DIVERGED ? (double)INFINITY : (double)NAN);
}

/* Labels */

static const char *symbol_of(const wk_judged *report, const char *name, bool brief) {
    const wk_metric *metric = wk_metric_find(report->metrics, report->nmetrics, name);
    return !metric ? NULL : brief && metric->brief ? metric->brief : metric->symbol;
}

/* How a parameter is called; NULL if its row does not say. */
static const wk_label *parameter(const wk_judged *report, const char *name) {
    for (size_t i = 0; i < report->nlabels; i++)
        if (strcmp(report->labels[i].name, name) == 0)
            return &report->labels[i];
    return NULL;
}

/* Θ_0 as Θ₀, where Unicode has the letter and nothing follows it: drawn texts have no markup. */
static const char *with_subscripts(const char *text, wk_arena *arena) {
    static const char letters[] = "0123456789aehklmnopstx";
    static const char *const low[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉", "ₐ",
                                      "ₑ", "ₕ", "ₖ", "ₗ", "ₘ", "ₙ", "ₒ", "ₚ", "ₛ", "ₜ", "ₓ"};
    const size_t length = strlen(text);
    char *out = wk_arena_get(arena, 2 * length + 1, 1); /* "_0" becomes three bytes */
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        const char *letter = text[i] == '_' && i + 1 < length ? strchr(letters, text[i + 1]) : NULL;
        const bool alone = letter && !isalnum((unsigned char)text[i + 2]) && text[i + 2] != '_';
        if (!alone || i == 0) {
            out[used++] = text[i];
            continue;
        }
        memcpy(out + used, low[letter - letters], 3);
        used += 3;
        i++;
    }
    return out;
}

const char *wk_label_of(const wk_judged *report, const char *name, wk_arena *arena) {
    const char *label = symbol_of(report, name, false);
    const wk_label *row = label ? NULL : parameter(report, name);
    if (row)
        label = row->label;
    return label ? with_subscripts(label, arena) : wk_arena_text(arena, name);
}

const char *wk_label_short(const wk_judged *report, const char *name, wk_arena *arena) {
    const char *label = symbol_of(report, name, true);
    const wk_label *row = label ? NULL : parameter(report, name);
    if (row)
        label = row->symbol;
    return label ? with_subscripts(label, arena) : wk_arena_text(arena, name);
}

const char *wk_figure_title(const wk_figure *figure, const wk_judged *report, wk_arena *arena) {
    if (figure->title)
        return wk_arena_text(arena, figure->title);
    if (!figure->ny)
        return wk_arena_text(arena, figure->id);
    const char *y = wk_label_short(report, figure->y[0], arena);
    const char *x = figure->x ? wk_label_of(report, figure->x, arena) : "training time t";
    return wk_arena_printf(arena, "%s against %s", y, x);
}

/* Curves */

static const char *value_of(const wk_row *row, const char *key) {
    const char *text = wk_bag_find(&row->params, key);
    return text ? text : "";
}

static bool same_keys(const wk_curves *set, const wk_row *a, const wk_row *b) {
    for (size_t k = 0; k < set->nby; k++)
        if (strcmp(value_of(a, set->by[k]), value_of(b, set->by[k])) != 0)
            return false;
    return true;
}

static bool splits(const wk_curves *set, const char *key) {
    for (size_t k = 0; k < set->nby; k++)
        if (strcmp(set->by[k], key) == 0)
            return true;
    return false;
}

/* Adds the parameters in which a and b, that would be averaged, differ. */
static void split_further(wk_curves *set, const wk_row *a, const wk_row *b, const char *x,
                          wk_arena *arena) {
    for (size_t i = 0; i < a->params.n; i++) {
        const char *key = a->params.pairs[i].key;
        if (splits(set, key) || (x && strcmp(key, x) == 0) ||
            strcmp(a->params.pairs[i].value.text, value_of(b, key)) == 0)
            continue;
        const char **longer = wk_arena_get(arena, set->nby + 1, sizeof *longer);
        if (set->nby)
            memcpy(longer, set->by, set->nby * sizeof *longer);
        longer[set->nby++] = key;
        set->by = longer;
    }
}

/* The selected cells; fills the set's counts. */
static void select_rows(const wk_figure *figure, const wk_table *table, wk_arena *arena,
                        wk_curves *set, const wk_row ***rows) {
    *rows = wk_arena_get(arena, table->n + 1, sizeof **rows);
    uint64_t *seeds = wk_arena_get(arena, table->n + 1, sizeof *seeds);
    for (size_t i = 0; i < table->n; i++) {
        const wk_row *row = &table->rows[i];
        if (!wk_curves_has(figure, row))
            continue;
        (*rows)[set->cells++] = row;
        set->diverged += row->result.end == WK_END_DIVERGED;
        if (row->result.end != WK_END_OK && row->result.end != WK_END_DIVERGED) {
            set->missing++;
            continue;
        }
        size_t k = 0;
        while (k < set->seeds && seeds[k] != row->seed)
            k++;
        seeds[k] = row->seed;
        set->seeds += k == set->seeds;
    }
}

static void find_splits(wk_curves *set, const wk_row *const *rows, const char *x, wk_arena *arena) {
    for (size_t i = 0; i < set->cells; i++)
        for (size_t j = i + 1; j < set->cells; j++) {
            const wk_row *a = rows[i], *b = rows[j];
            if (a->seed != b->seed || (x && strcmp(value_of(a, x), value_of(b, x)) != 0) ||
                !same_keys(set, a, b))
                continue;
            split_further(set, a, b, x, arena);
            split_further(set, b, a, x, arena);
        }
}

void wk_curves_note(const wk_figure *figure, const wk_judged *report, FILE *out) {
    wk_arena arena = {0};
    wk_curves set = {0};
    const wk_row **rows = NULL;
    select_rows(figure, report->table, &arena, &set, &rows);
    fprintf(out, "%zu cell%s, %zu seed%s", set.cells, set.cells == 1 ? "" : "s", set.seeds,
            set.seeds == 1 ? "" : "s");
    if (set.diverged)
        fprintf(out, "; %zu diverged", set.diverged);
    if (set.missing)
        fprintf(out, "; %zu not measured", set.missing);
    fputs(".", out);
    wk_arena_release(&arena);
}

/* Does any cell of the curve have something to draw? A diverged cell is something. */
static bool has_metric(const wk_curve *curve) {
    for (size_t i = 0; i < curve->n; i++)
        if (wk_row_series(curve->rows[i], curve->metric))
            return true;
    return false;
}

static wk_status add_curves(wk_curves *set, const wk_row *const *rows, const char *metric,
                            size_t most, wk_arena *arena, wk_error *err) {
    bool *taken = wk_arena_get(arena, set->cells + 1, sizeof *taken);
    for (size_t i = 0; i < set->cells; i++) {
        if (taken[i])
            continue;
        wk_curve curve = {.metric = metric};
        const char **keys = wk_arena_get(arena, set->nby + 1, sizeof *keys);
        curve.rows = wk_arena_get(arena, set->cells, sizeof *curve.rows);
        for (size_t k = 0; k < set->nby; k++)
            keys[k] = value_of(rows[i], set->by[k]);
        curve.keys = keys;
        for (size_t j = i; j < set->cells; j++)
            if (!taken[j] && same_keys(set, rows[i], rows[j])) {
                taken[j] = true;
                curve.rows[curve.n++] = rows[j];
            }
        if (!has_metric(&curve))
            continue;
        if (set->n == most)
            return wk_fail(err, WK_CANNOT, "it would show more than %zu %s: narrow `from`", most,
                           most == WK_CURVES_MOST ? "lines" : "bars");
        set->curves[set->n++] = curve;
    }
    return WK_OK;
}

static bool key_varies(const wk_curves *set, size_t k) {
    for (size_t c = 1; c < set->n; c++)
        if (strcmp(set->curves[c].keys[k], set->curves[0].keys[k]) != 0)
            return true;
    return false;
}

/* "cosine", "M = 64", "layers = output" */
static const char *name_value(const wk_judged *report, const char *key, const char *value,
                              wk_arena *arena) {
    static const char *const plain[] = {"data",    "similarity", "activation", "name",
                                        "backend", "routine",    "coretype"};
    const char *dot = strrchr(key, '.');
    const char *last = dot ? dot + 1 : key;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strcmp(last, plain[i]) == 0 && *value)
            return value;
    const char *symbol = wk_label_short(report, key, arena);
    return wk_arena_printf(arena, "%s = %s", strcmp(symbol, key) == 0 ? last : symbol,
                           *value ? value : "none");
}

static void label_curves(const wk_judged *report, wk_curves *set, wk_arena *arena) {
    bool metrics = false;
    for (size_t c = 1; c < set->n; c++)
        metrics = metrics || strcmp(set->curves[c].metric, set->curves[0].metric) != 0;
    for (size_t c = 0; c < set->n; c++) {
        wk_curve *curve = &set->curves[c];
        const char *symbol = wk_label_short(report, curve->metric, arena);
        const char *label = metrics ? symbol : "", *others = NULL;
        for (size_t k = 0; k < set->nby; k++) {
            if (!key_varies(set, k))
                continue;
            const char *part = name_value(report, set->by[k], curve->keys[k], arena);
            if (*label)
                others = others ? wk_arena_printf(arena, "%s, %s", others, part) : part;
            label = wk_arena_printf(arena, "%s%s%s", label, *label ? ", " : "", part);
        }
        curve->others = others;
        curve->label = *label ? label : symbol;
    }
}

/* Sides of a kernel's arrays are read as one shape. */
static bool is_shape(const char *key) {
    bool side = strcmp(key, "kernel.size") == 0;
    for (size_t i = 0; i < WK_KERNEL_SIDES; i++)
        side = side || strcmp(key, wk_kernel_sides[i]) == 0;
    return side;
}

const char *wk_label_values(const wk_judged *report, const char *const *keys,
                            const char *const *values, size_t n, wk_arena *arena) {
    const char *label = "", *before = "";
    for (size_t k = 0; k < n; k++) /* what it is, before its shape */
        if (*values[k] && !is_shape(keys[k]))
            label = wk_arena_printf(arena, "%s%s%s", label, *label ? ", " : "",
                                    name_value(report, keys[k], values[k], arena));
    for (size_t k = 0; k < n; k++)
        if (*values[k] && strcmp(keys[k], "kernel.size") == 0)
            label = wk_arena_printf(arena, "%s%s%s", label, *label ? " " : "", values[k]);
    for (size_t i = 0; i < WK_KERNEL_SIDES; i++)
        for (size_t k = 0; k < n; k++) {
            if (!*values[k] || strcmp(keys[k], wk_kernel_sides[i]) != 0)
                continue;
            before = *before ? "×" : *label ? " " : "";
            label = wk_arena_printf(arena, "%s%s%s", label, before, values[k]);
            before = "×";
        }
    return label;
}

wk_status wk_curves_make(const wk_figure *figure, const wk_judged *report, const char *x,
                         size_t most, wk_arena *arena, wk_curves *out, wk_error *err) {
    *out = (wk_curves){.nby = figure->nby};
    const wk_row **rows = NULL;
    select_rows(figure, report->table, arena, out, &rows);
    out->by = wk_arena_get(arena, figure->nby + 1, sizeof *out->by);
    out->curves = wk_arena_get(arena, most, sizeof *out->curves);
    for (size_t k = 0; k < figure->nby; k++)
        out->by[k] = figure->by[k];
    find_splits(out, rows, x, arena);
    for (size_t i = 0; i < figure->ny; i++)
        WK_TRY(add_curves(out, rows, figure->y[i], most, arena, err));
    if (!out->n)
        return wk_fail(err, WK_CANNOT, "no cell of it has a value of '%s' (%zu cells, %zu not run)",
                       figure->ny ? figure->y[0] : "", out->cells, out->missing);
    label_curves(report, out, arena);
    return WK_OK;
}
