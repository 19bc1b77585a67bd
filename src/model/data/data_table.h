/* Triplets drawn from a table of rows with classes: what all sources that read files have in
 * common. A triplet is a row, a positive (another row of its class, or an augmented copy of it) and
 * a row of another class. Each row that is drawn, however often, is one distinct input, and so are
 * equal rows of one class; each augmented copy is one more. A row that is equal to the anchor is
 * neither its positive nor its negative, unless there is no other.
 *
 *   wk_data_table table = {.count = …, .d = …, .classes = …, .label = …, .noun = "image", …};
 *   WK_TRY(wk_data_table_split(&table, test, seed, &scratch, err));
 *   WK_TRY(wk_data_table_index(&table, &scratch, err));
 *   WK_TRY(wk_data_table_draw(&table, triplets, draw, data, arena, err));
 */
#ifndef WK_MODEL_DATA_DATA_TABLE_H
#define WK_MODEL_DATA_DATA_TABLE_H

#include "model/data/data.h"
#include "model/data/repeats.h"

typedef struct wk_data_table {
    size_t count, d, classes;
    const int *label; /* (count) class of each row, 0 … classes-1; not all need occur. NULL:
                       * rows are of one class only if they are equal (classes: count) */
    const char *const *name; /* (classes) for messages; NULL: classes are called by their number */
    const char *noun;        /* a row, for messages: "image" */
    const char *path;        /* of the file, for messages */
    const size_t *line;      /* (count) the line of each row in it; NULL: it has no lines */
    const char *zero;        /* what a row is that is zero: "a row of zeros" */
    bool centre;             /* subtract the mean of the drawn inputs */

    const void *source;                                   /* given to the functions below */
    void (*row)(const void *source, size_t i, double *x); /* x (d): row i */
    wk_stored_row *stored;                                /* a row of zeros has bytes of zero */
    /* x (d): an augmented copy of row i; scratch (d). NULL: positives are rows of the class. */
    void (*view)(const void *source, size_t i, wk_stream *stream, double *x, double *scratch);

    /* filled by wk_data_table_split */
    const bool *held; /* (count) is the row held out? NULL: none is */
    size_t nheld;

    /* filled by wk_data_table_index, of the rows that are not held out */
    size_t *train;    /* (count - nheld) the rows, in order */
    size_t *by_class; /* the same sorted by class, in order of the table within one */
    size_t *first;    /* (classes+1) rows of class c: by_class[first[c]) … by_class[first[c+1]) */
    size_t *equal;    /* (count) the first row that is equal to each */
    size_t *input;    /* (count) the first one of the same class: both are one input */
    bool *uniform;    /* (classes) all its rows are equal: a positive is its anchor */
    bool *opposed;    /* (classes) it has a row that is equal to all rows of other classes */
} wk_data_table;

/* clang-format off */
/* The key of every source that has a table, whose struct has a `double` for it. */
#define WK_TABLE_TEST(owner, field)                                                                \
    {.name = "test", .type = WK_REAL, .flags = WK_AXIS, .min = WK_POSITIVE, .max = 1e7,              \
     .help = "rows that are held out, drawn by the seed: a share below 1, or a number; default: none. No triplet " \
      "names them and nothing is fitted to them; equal rows are held out together or not at all",  \
     .label = "rows held out", .symbol = "test", .offset = offsetof(owner, field)}
/* clang-format on */

/* Holds rows out (wk_data_table.held): `test` of them, or that share if it is below 1; 0: none. A
 * row's place in the order in which rows are taken depends on the seed and its number alone. Equal
 * rows stay together: a group that would exceed the number is passed over. WK_BAD_INPUT unless at
 * least one row can be held out and two are left. */
wk_status wk_data_table_split(wk_data_table *table, double test, uint64_t seed, wk_arena *arena,
                              wk_error *err) WK_CHECKED;
/* How many of `count` rows that asks for. */
size_t wk_data_table_held(double test, size_t count);

/* Sorts the rows by class, in `arena`, and checks what every source must have. WK_BAD_INPUT unless
 * two classes occur among the rows to train on and, where positives are rows of the class, each
 * that occurs has two rows; with rows held out, one class is enough, and a row that is left alone
 * in its class is no anchor. WK_BAD_INPUT for a row of zeros, unless inputs are centred: it has no
 * direction on the sphere. */
wk_status wk_data_table_index(wk_data_table *table, wk_arena *arena, wk_error *err) WK_CHECKED;

/* Fills d, n, all, N, X (columns as the table's rows), triplets and labels of `data`. Triplet i
 * depends on the draw, the rows held out and i alone. All rows that are held out follow the inputs
 * drawn, in order of the table. WK_BAD_INPUT if an input is the mean that `centre` subtracts, up to
 * rounding. */
wk_status wk_data_table_draw(const wk_data_table *table, size_t triplets, wk_draw draw,
                             wk_data *data, wk_arena *arena, wk_error *err) WK_CHECKED;

/* How a source reads its files into a table that is split by the seed and indexed, all in `arena`:
 * with everything that it refuses, so that `check` (at seed 0) and `load` refuse the same. warnings
 * may be NULL. */
typedef wk_status wk_table_opener(const wk_bag *params, uint64_t seed, wk_warnings *warnings,
                                  size_t *triplets, wk_data_table *table, wk_arena *arena,
                                  wk_error *err);

/* `check` and `load` of such a source (model/data/data.h). */
wk_status wk_data_table_check(wk_table_opener *open, const wk_bag *params, wk_warnings *warnings,
                              wk_error *err) WK_CHECKED;
wk_status wk_data_table_load(wk_table_opener *open, const wk_bag *params, wk_draw draw,
                             wk_data *data, wk_arena *arena, wk_error *err) WK_CHECKED;

#endif
