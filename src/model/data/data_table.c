/* Triplets drawn from a table of inputs with classes. */
#include "model/data/data_table.h"

#include "base/text.h"
#include "la/blas.h"
#include "model/data/centre.h"
#include "model/data/data_sources.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- classes ---- */

static wk_status lonely(const wk_data_table *table, size_t class, wk_error *err) {
    char shown[WK_TEXT_SHOWN];
    if (!table->name)
        return wk_fail(err, WK_BAD_INPUT, "%s: class %zu has one %s only: no positive exists",
                       table->path, class, table->noun);
    return wk_fail(err, WK_BAD_INPUT,
                   "%s: class '%s' has one %s only: no positive exists (%s, or take a positive "
                   "that needs no class)",
                   table->path, wk_text_show(table->name[class], shown), table->noun,
                   4 * table->classes > table->count ? "is the label a number to be predicted, not "
                                                       "a class?"
                                                     : "leave that row out");
}

static bool is_held(const wk_data_table *table, size_t i) {
    return table->held && table->held[i];
}

static bool is_zero(const wk_data_table *table, size_t row) {
    size_t n = 0;
    const unsigned char *bytes = table->stored(table->source, row, &n);
    for (size_t i = 0; i < n; i++)
        if (bytes[i])
            return false;
    return true;
}

static wk_status check_zeros(const wk_data_table *table, wk_error *err) {
    for (size_t i = 0; i < table->count && !table->centre; i++) {
        if (!is_zero(table, i))
            continue;
        if (table->line)
            return wk_fail(err, WK_BAD_INPUT, "%s:%zu:1: %s cannot be scaled to the sphere",
                           table->path, table->line[i], table->zero);
        return wk_fail(err, WK_BAD_INPUT, "%s: %s %zu is zero: %s cannot be scaled to the sphere",
                       table->path, table->noun, i + 1, table->zero);
    }
    return WK_OK;
}

static size_t trained_rows(const wk_data_table *table) {
    return table->count - table->nheld;
}

static size_t class_size(const wk_data_table *table, size_t class) {
    return table->first[class + 1] - table->first[class];
}

/* The rows to train on, in order and sorted by class. */
static void sort_by_class(wk_data_table *table, wk_arena *arena) {
    size_t trained = 0;
    size_t *next = wk_arena_get(arena, table->classes, sizeof *next); /* counts, then places */
    table->first = wk_arena_get(arena, table->classes + 1, sizeof *table->first);
    table->by_class = wk_arena_get(arena, table->count, sizeof *table->by_class);
    table->train = wk_arena_get(arena, table->count, sizeof *table->train);
    for (size_t i = 0; i < table->count; i++)
        if (!is_held(table, i))
            table->train[trained++] = i;
    for (size_t i = 0; i < trained; i++)
        next[table->label[table->train[i]]]++;
    for (size_t c = 0; c < table->classes; c++) {
        table->first[c + 1] = table->first[c] + next[c];
        next[c] = table->first[c];
    }
    for (size_t i = 0; i < trained; i++)
        table->by_class[next[table->label[table->train[i]]]++] = table->train[i];
}

/* Is there a positive and a negative to draw? `labelled`: the classes are the file's. */
static wk_status check_classes(const wk_data_table *table, bool labelled, wk_error *err) {
    size_t occurring = 0;
    bool paired = false;
    const char *left = table->held ? " that are not held out" : "";
    for (size_t c = 0; c < table->classes; c++) {
        const size_t size = class_size(table, c);
        occurring += size > 0;
        paired = paired || size > 1;
        if (size == 1 && !table->view && !table->held)
            return lonely(table, c, err);
    }
    if (occurring < 2)
        return wk_fail(err, WK_BAD_INPUT, "%s: all %ss%s are %s: no negative exists", table->path,
                       table->noun, left, labelled ? "of one class" : "equal");
    if (!paired && !table->view)
        return wk_fail(err, WK_BAD_INPUT, "%s: no two %ss%s are of one class: no positive exists",
                       table->path, table->noun, left);
    return WK_OK;
}

/* Rows that are held out stay inputs of their own. */
static void find_inputs(wk_data_table *table, wk_arena *arena) {
    size_t *first = wk_arena_get(arena, table->count, sizeof *first); /* of equal rows, + 1 */
    table->input = wk_arena_get(arena, table->count, sizeof *table->input);
    for (size_t i = 0; i < table->count; i++)
        table->input[i] = i;
    for (size_t i = 0; i < trained_rows(table); i++) {
        const size_t row = table->by_class[i];
        size_t *known = &first[table->equal[row]]; /* perhaps of an earlier class */
        if (!*known || table->label[*known - 1] != table->label[row])
            *known = row + 1;
        table->input[row] = *known - 1;
    }
}

static bool is_uniform(const wk_data_table *table, size_t class) {
    const size_t *rows = table->by_class + table->first[class];
    const size_t size = class_size(table, class);
    size_t same = 0;
    while (same < size && table->equal[rows[same]] == table->equal[rows[0]])
        same++;
    return size > 1 && same == size;
}

/* copies (count): how many rows are equal to each that is the first of its kind. */
static bool is_opposed(const wk_data_table *table, size_t class, const size_t *copies) {
    const size_t begin = table->first[class], end = table->first[class + 1];
    const size_t trained = trained_rows(table);
    const size_t other = table->equal[table->by_class[begin ? 0 : end % trained]];
    size_t inside = 0;
    for (size_t i = begin; i < end; i++)
        inside += table->equal[table->by_class[i]] == other;
    return inside && copies[other] - inside == trained - (end - begin);
}

static void find_exceptions(wk_data_table *table, wk_arena *arena) {
    size_t *copies = wk_arena_get(arena, table->count, sizeof *copies);
    table->uniform = wk_arena_get(arena, table->classes, sizeof *table->uniform);
    table->opposed = wk_arena_get(arena, table->classes, sizeof *table->opposed);
    for (size_t i = 0; i < trained_rows(table); i++)
        copies[table->equal[table->train[i]]]++;
    for (size_t c = 0; c < table->classes; c++) {
        table->uniform[c] = is_uniform(table, c);
        table->opposed[c] = is_opposed(table, c, copies);
    }
}

/* Equal rows are of one class. */
static const int *classes_of_repeats(const wk_data_table *table, wk_arena *arena) {
    int *label = wk_arena_get(arena, table->count, sizeof *label);
    for (size_t i = 0; i < table->count; i++)
        label[i] = (int)table->equal[i];
    return label;
}

wk_status wk_data_table_index(wk_data_table *table, wk_arena *arena, wk_error *err) {
    const bool labelled = table->label;
    table->equal = wk_repeats_find(table->count, table->stored, table->source, arena);
    if (!labelled)
        table->label = classes_of_repeats(table, arena);
    sort_by_class(table, arena);
    WK_TRY(check_classes(table, labelled, err));
    find_inputs(table, arena);
    find_exceptions(table, arena);
    return check_zeros(table, err);
}

/* ---- triplets ---- */

typedef struct builder {
    const wk_data_table *table;
    wk_data *data;
    double *inputs;  /* (3N + nheld, d) inputs found so far */
    size_t *column;  /* (count) column + 1 of each row, 0 if not drawn yet */
    double *scratch; /* (d) */
} builder;

/* Equal rows of one class are one input. */
static size_t column_of(builder *b, size_t of) {
    const size_t row = b->table->input[of];
    if (b->column[row] == 0) {
        const size_t column = b->data->n++;
        b->table->row(b->table->source, row, b->inputs + column * b->data->d);
        b->data->label[column] = b->table->label[row];
        b->column[row] = column + 1;
    }
    return b->column[row] - 1;
}

static size_t view_of(builder *b, size_t row, wk_draw draw, size_t triplet) {
    wk_stream stream = wk_stream_open(draw.seed, draw.views, triplet);
    const size_t column = b->data->n++;
    b->table->view(b->table->source, row, &stream, b->inputs + column * b->data->d, b->scratch);
    b->data->label[column] = b->table->label[row];
    return column;
}

/* A row that has a positive. */
static size_t any_anchor(const wk_data_table *table, wk_stream *stream) {
    for (;;) {
        const size_t row = table->train[wk_stream_below(stream, trained_rows(table))];
        if (table->view || class_size(table, (size_t)table->label[row]) > 1)
            return row;
    }
}

static size_t of_same_class(const wk_data_table *table, size_t row, wk_stream *stream) {
    const size_t first = table->first[table->label[row]];
    const size_t size = class_size(table, (size_t)table->label[row]);
    for (;;) {
        const size_t other = table->by_class[first + wk_stream_below(stream, size)];
        if (table->uniform[table->label[row]] ? other != row
                                              : table->equal[other] != table->equal[row])
            return other;
    }
}

static size_t of_other_class(const wk_data_table *table, size_t row, wk_stream *stream) {
    for (;;) {
        const size_t other = table->train[wk_stream_below(stream, trained_rows(table))];
        if (table->label[other] == table->label[row])
            continue;
        if (table->opposed[table->label[row]] || table->equal[other] != table->equal[row])
            return other;
    }
}

static void draw_triplet(builder *b, size_t i, wk_draw draw) {
    const wk_data_table *table = b->table;
    wk_data *data = b->data;
    wk_stream stream = wk_stream_open(draw.seed, draw.data, i);
    const size_t anchor = any_anchor(table, &stream);
    data->anchor[i] = column_of(b, anchor);
    data->positive[i] = table->view ? view_of(b, anchor, draw, i)
                                    : column_of(b, of_same_class(table, anchor, &stream));
    data->negative[i] = column_of(b, of_other_class(table, anchor, &stream));
}

/* Input i is the mean, up to rounding. */
static wk_status nothing_left(const builder *b, size_t i, wk_error *err) {
    const wk_data_table *table = b->table;
    size_t row = 0;
    while (row < table->count && b->column[row] != i + 1)
        row++;
    char which[64];
    if (row < table->count)
        snprintf(which, sizeof which, "%s %zu", table->noun, row + 1);
    else
        snprintf(which, sizeof which, "a copy of a %s", table->noun);
    return wk_fail(err, WK_BAD_INPUT,
                   "input %zu (%s) is the mean of the drawn inputs, up to rounding: centre leaves "
                   "nothing of it to scale",
                   i, which);
}

/* Subtracts the mean of the inputs to train on. WK_BAD_INPUT if what is left of one is rounding. */
static wk_status centre(const builder *b, wk_error *err) {
    const wk_data *data = b->data;
    double noise = 0; /* what an input may be off by */
    for (size_t j = 0; j < data->d; j++)
        noise = hypot(noise, wk_centre_all(data->n, data->all, 1, data->X + j * data->all));
    for (size_t i = 0; i < data->all; i++) {
        const double norm = wk_la_norm(data->d, 1, data->X + i, data->all);
        if (norm <= noise)
            return nothing_left(b, i, err);
    }
    return WK_OK;
}

/* inputs (all, d) to X (d, all), less the mean if asked. */
static wk_status lay_out(const builder *b, wk_arena *arena, wk_error *err) {
    wk_data *data = b->data;
    data->X = wk_arena_doubles(arena, data->d * data->all);
    for (size_t j = 0; j < data->d; j++)
        for (size_t i = 0; i < data->all; i++)
            data->X[j * data->all + i] = b->inputs[i * data->d + j];
    return b->table->centre ? centre(b, err) : WK_OK;
}

static wk_status build(builder *b, size_t triplets, wk_draw draw, wk_arena *arena,
                       wk_arena *scratch, wk_error *err) {
    wk_data *data = b->data;
    data->d = b->table->d;
    wk_data_make_triplets(data, triplets, arena);
    const size_t most = 3 * triplets + b->table->nheld;
    data->label = wk_arena_get(arena, most, sizeof *data->label);
    b->inputs = wk_arena_doubles(scratch, most * data->d);
    b->column = wk_arena_get(scratch, b->table->count, sizeof *b->column);
    b->scratch = wk_arena_doubles(scratch, data->d);
    for (size_t i = 0; i < triplets; i++)
        draw_triplet(b, i, draw);
    const size_t drawn = data->n;
    for (size_t i = 0; i < b->table->count; i++)
        if (is_held(b->table, i))
            column_of(b, i);
    data->all = data->n;
    data->n = drawn;
    return lay_out(b, arena, err);
}

wk_status wk_data_table_draw(const wk_data_table *table, size_t triplets, wk_draw draw,
                             wk_data *data, wk_arena *arena, wk_error *err) {
    WK_ASSERT(table->by_class);
    wk_arena scratch = {0};
    builder b = {.table = table, .data = data};
    const wk_status status = build(&b, triplets, draw, arena, &scratch, err);
    wk_arena_release(&scratch);
    return status;
}

/* ---- check and load ---- */

/* A positive that is its anchor says nothing. */
static void warn_of_uniform(const wk_data_table *table, wk_warnings *warnings) {
    char shown[WK_TEXT_SHOWN], number[32];
    size_t n = 0, first = 0;
    for (size_t c = table->classes; c-- > 0 && !table->view;)
        if (table->uniform[c]) {
            n++;
            first = c;
        }
    snprintf(number, sizeof number, "%zu", first);
    if (n)
        wk_warn(warnings,
                "all %ss of class '%s'%s in '%s' are equal: their positives are their anchors",
                table->noun, table->name ? wk_text_show(table->name[first], shown) : number,
                n > 1 ? ", and of other classes," : "", table->path);
}

/* Of equal rows of different classes: no network can tell them apart. */
static void warn_of_repeats(const wk_data_table *table, wk_warnings *warnings) {
    size_t n = 0, first = 0;
    for (size_t i = table->count; i-- > 0;)
        if (table->label[i] != table->label[table->equal[i]]) {
            n++;
            first = i;
        }
    if (n)
        wk_warn(
            warnings,
            "%zu %s%s of '%s' %s equal to an earlier one of another class, the first %s %s %zu: "
            "nothing can tell these classes apart there",
            n, table->noun, n > 1 ? "s" : "", table->path, n > 1 ? "are" : "is",
            table->line ? "in" : "is", table->line ? "line" : table->noun,
            table->line ? table->line[first] : first + 1);
}

static void warn_of_all(const wk_data_table *table, wk_warnings *warnings) {
    if (!warnings)
        return;
    warn_of_repeats(table, warnings);
    warn_of_uniform(table, warnings);
    if (table->d == 1)
        wk_warn(warnings,
                "inputs from '%s' have one number: scaled to the sphere each is 1 or -1, and most "
                "anchors and positives are equal",
                table->path);
}

wk_status wk_data_table_check(wk_table_opener *open, const wk_bag *params, wk_warnings *warnings,
                              wk_error *err) {
    size_t triplets;
    wk_data_table table;
    wk_arena scratch = {0};
    const wk_status status = open(params, 0, warnings, &triplets, &table, &scratch, err);
    if (status == WK_OK)
        warn_of_all(&table, warnings);
    wk_arena_release(&scratch);
    return status;
}

wk_status wk_data_table_load(wk_table_opener *open, const wk_bag *params, wk_draw draw,
                             wk_data *data, wk_arena *arena, wk_error *err) {
    size_t triplets;
    wk_data_table table;
    wk_arena scratch = {0};
    wk_status status = open(params, draw.seed, NULL, &triplets, &table, &scratch, err);
    if (status == WK_OK)
        status = wk_data_table_draw(&table, triplets, draw, data, arena, err);
    wk_arena_release(&scratch);
    return status;
}
