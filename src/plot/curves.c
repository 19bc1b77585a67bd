/* From cells to curves: which cells form a line, and what it is called. */
#include "plot/curves.h"

#include "base/order.h"
#include "base/text.h"
#include "blas/cell/kernel_name.h"
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

/* ---- labels ---- */

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

/* How a metric or a parameter is called. */
static const char *called(const wk_judged *report, const char *name, bool brief, wk_arena *arena) {
    const wk_metric *metric = wk_metric_find(report->metrics, report->nmetrics, name);
    const char *label = metric && brief && metric->brief ? metric->brief
                        : metric                         ? metric->symbol
                                                         : NULL;
    for (size_t i = 0; i < report->nlabels && !label; i++)
        if (strcmp(report->labels[i].name, name) == 0)
            label = brief ? report->labels[i].symbol : report->labels[i].label;
    return label ? with_subscripts(label, arena) : wk_arena_text(arena, name);
}

const char *wk_label_of(const wk_judged *report, const char *name, wk_arena *arena) {
    return called(report, name, false, arena);
}

const char *wk_label_short(const wk_judged *report, const char *name, wk_arena *arena) {
    return called(report, name, true, arena);
}

const char *wk_label_join(const char *label, const char *separator, const char *part,
                          wk_arena *arena) {
    return *label ? wk_arena_printf(arena, "%s%s%s", label, separator, part) : part;
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

/* ---- curves ---- */

const char *wk_curves_text(const wk_value *value) {
    return value ? value->text : "";
}

bool wk_curves_same(const wk_value *a, const wk_value *b) {
    return strcmp(wk_curves_text(a), wk_curves_text(b)) == 0;
}

static const wk_value *value_of(const wk_row *row, const char *key) {
    const wk_pair *pair = wk_bag_pair(&row->params, key);
    return pair ? &pair->value : NULL;
}

static bool same_value(const wk_row *a, const wk_row *b, const char *key) {
    return wk_curves_same(value_of(a, key), value_of(b, key));
}

static bool same_keys(const wk_curves *set, const wk_row *a, const wk_row *b) {
    for (size_t k = 0; k < set->nby; k++)
        if (!same_value(a, b, set->by[k]))
            return false;
    return true;
}

/* Adds the parameters in which a and b, that would be averaged, differ. */
static void split_further(wk_curves *set, const wk_row *a, const wk_row *b, const char *x,
                          wk_arena *arena) {
    for (size_t i = 0; i < a->params.n; i++) {
        const char *key = a->params.pairs[i].key;
        if (wk_word_place(key, set->by, set->nby) < set->nby || (x && strcmp(key, x) == 0) ||
            same_value(a, b, key))
            continue;
        const char **longer = wk_arena_get(arena, set->nby + 1, sizeof *longer);
        if (set->nby)
            memcpy(longer, set->by, set->nby * sizeof *longer);
        longer[set->nby++] = key;
        set->by = longer;
    }
}

/* The selected cells; fills the set's counts. */
static const wk_row **select_rows(const wk_figure *figure, const wk_table *table, wk_arena *arena,
                                  wk_curves *set) {
    const wk_row **rows = wk_arena_get(arena, table->n + 1, sizeof *rows);
    uint64_t *seeds = wk_arena_get(arena, table->n + 1, sizeof *seeds);
    size_t measured = 0;
    for (size_t i = 0; i < table->n; i++) {
        const wk_row *row = &table->rows[i];
        if (!wk_curves_has(figure, row))
            continue;
        rows[set->cells++] = row;
        set->diverged += row->result.end == WK_END_DIVERGED;
        if (wk_end_has_metrics(row->result.end))
            seeds[measured++] = row->seed;
    }
    set->missing = set->cells - measured;
    set->seeds = wk_sort_distinct_whole(seeds, measured);
    return rows;
}

static void find_splits(wk_curves *set, const wk_row *const *rows, const char *x, wk_arena *arena) {
    for (size_t i = 0; i < set->cells; i++)
        for (size_t j = i + 1; j < set->cells; j++) {
            const wk_row *a = rows[i], *b = rows[j];
            if (a->seed != b->seed || (x && !same_value(a, b, x)) || !same_keys(set, a, b))
                continue;
            split_further(set, a, b, x, arena);
            split_further(set, b, a, x, arena);
        }
}

const char *wk_curves_note(const wk_figure *figure, const wk_judged *report, wk_arena *arena) {
    wk_curves set = {0};
    select_rows(figure, report->table, arena, &set);
    const char *text =
        wk_arena_printf(arena, "%zu cell%s, %zu seed%s", set.cells, set.cells == 1 ? "" : "s",
                        set.seeds, set.seeds == 1 ? "" : "s");
    if (set.diverged)
        text = wk_arena_printf(arena, "%s; %zu diverged", text, set.diverged);
    if (set.missing)
        text = wk_arena_printf(arena, "%s; %zu not measured", text, set.missing);
    return wk_arena_printf(arena, "%s.", text);
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
        const wk_value **keys = wk_arena_get(arena, set->nby + 1, sizeof *keys);
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
        if (!wk_curves_same(set->curves[c].keys[k], set->curves[0].keys[k]))
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
    enum { N = sizeof plain / sizeof *plain };
    if (*value && wk_word_place(last, plain, N) < N)
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
        const char *label = metrics ? symbol : "", *others = "";
        for (size_t k = 0; k < set->nby; k++) {
            if (!key_varies(set, k))
                continue;
            const char *part =
                name_value(report, set->by[k], wk_curves_text(curve->keys[k]), arena);
            if (*label)
                others = wk_label_join(others, ", ", part, arena);
            label = wk_label_join(label, ", ", part, arena);
        }
        curve->others = others;
        curve->label = *label ? label : symbol;
    }
}

/* Which of the sides of a kernel's arrays is it? They are read as one shape. A size that is all of
 * them comes first; WK_KERNEL_SIDES + 1: it is none. */
static size_t side_of(const char *key) {
    return strcmp(key, "kernel.size") == 0
               ? 0
               : 1 + wk_word_place(key, wk_kernel_sides, WK_KERNEL_SIDES);
}

const char *wk_label_values(const wk_judged *report, const char *const *keys,
                            const char *const *values, size_t n, wk_arena *arena) {
    const char *label = "", *shape = "";
    for (size_t k = 0; k < n; k++) /* what it is, before its shape */
        if (*values[k] && side_of(keys[k]) > WK_KERNEL_SIDES)
            label =
                wk_label_join(label, ", ", name_value(report, keys[k], values[k], arena), arena);
    for (size_t side = 0; side <= WK_KERNEL_SIDES; side++)
        for (size_t k = 0; k < n; k++)
            if (*values[k] && side_of(keys[k]) == side)
                shape = wk_label_join(shape, "×", values[k], arena);
    return *shape ? wk_label_join(label, " ", shape, arena) : label;
}

/* ---- points ---- */

bool wk_curves_abscissa(const wk_figure *figure, const wk_row *row, double *x) {
    return wk_bag_number(&row->params, figure->x, x) && (!figure->log_x || *x > 0);
}

wk_point wk_curves_point(const wk_figure *figure, const wk_curve *curve, const double *x,
                         wk_arena *arena) {
    wk_point out = {.x = x ? *x : 0};
    double *values = wk_arena_doubles(arena, curve->n), own = 0;
    for (size_t i = 0; i < curve->n; i++) {
        if (x && (!wk_curves_abscissa(figure, curve->rows[i], &own) || own != *x))
            continue;
        const double value = wk_curves_last(curve->rows[i], curve->metric);
        if (isinf(value) && value > 0)
            out.infinite++;
        else if (!isfinite(value) || (figure->log_y && !(value > 0)))
            out.missing++;
        else
            values[out.n++] = value;
    }
    out.y = wk_interval_of(values, out.n, figure->level, figure->log_y);
    return out;
}

void wk_points_include(const wk_point *points, size_t n, wk_axis *x, wk_axis *y, wk_axis *bands) {
    for (size_t i = 0; i < n; i++) {
        if (x)
            wk_axis_include(x, points[i].x);
        wk_axis_include(y, points[i].y.mean);
        wk_axis_include(bands, points[i].y.low);
        wk_axis_include(bands, points[i].y.high);
    }
}

wk_status wk_curves_make(const wk_figure *figure, const wk_judged *report, const char *x,
                         size_t most, wk_arena *arena, wk_curves *out, wk_error *err) {
    *out = (wk_curves){.nby = figure->nby};
    const wk_row **rows = select_rows(figure, report->table, arena, out);
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
