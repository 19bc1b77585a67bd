/* A user's own table in text: rows of numbers, with a column of labels or without. The positive of
 * a triplet is another row of the anchor's class, or the anchor with noise added. Without labels
 * each row is a class of its own. */
#include "base/bind.h"
#include "model/data/csv.h"
#include "model/data/data_rows.h"

typedef struct request {
    wk_data_common common;
    wk_rows_request draw;
    const char *path;
    wk_csv_form form;
} request;

/* clang-format off */
static const wk_param keys[] = {
    {.name = "file", .type = WK_PATH, .flags = WK_REQUIRED,
     .help = "a table in text, an input a line, gzipped or plain",
     .offset = offsetof(request, path)},
    {.name = "label", .type = WK_TEXT,
     .help = "the column that holds each input's class, any text: its name, or its number from 1; "
      "without it every row is a class of its own", .offset = offsetof(request, form.choice.label)},
    {.name = "columns", .type = WK_WORDS,
     .help = "the columns that are inputs, by name or by number from 1; default: all but the "
      "label's", .offset = offsetof(request, form.choice.columns)},
    {.name = "drop", .type = WK_WORDS,
     .help = "columns that are left out, by name or by number from 1",
     .offset = offsetof(request, form.choice.drop)},
    {.name = "missing", .type = WK_WORD, .fallback = "refuse", .words = wk_missings,
     .help = "a row that lacks a value (an empty field, NA, NaN, null, ?, …) is an error, or is "
      "left out", .offset = offsetof(request, form.missing)},
    {.name = "header", .type = WK_TRUTH, .fallback = "true",
     .help = "the first line names the columns", .offset = offsetof(request, form.header)},
    {.name = "skip", .type = WK_INTEGER, .fallback = "0", .max = 1e6,
     .help = "lines that are passed over before the table begins",
     .offset = offsetof(request, form.skip)},
    {.name = "separator", .type = WK_WORD, .fallback = "auto", .words = wk_separators,
     .help = "what stands between fields; auto: found from the first lines; blank: any run of "
      "blanks and tabs", .offset = offsetof(request, form.separator)},
    {.name = "decimal", .type = WK_WORD, .fallback = "point", .words = wk_decimals,
     .help = "how numbers are written: 1.5 or 1,5", .offset = offsetof(request, form.decimal)},
    WK_ROWS_KEYS(request),
    WK_DATA_SEED(request),
};
/* clang-format on */

static wk_status bind(const wk_bag *params, request *q, wk_error *err) {
    *q = (request){.draw.standardise = -1};
    return wk_bind_rows(keys, sizeof keys / sizeof *keys, "data", params, q, NULL, err);
}

static wk_status size(const wk_bag *params, size_t *n, size_t *triplets, size_t *d, wk_error *err) {
    request q;
    wk_rows rows;
    WK_TRY(bind(params, &q, err));
    wk_arena scratch = {0};
    const wk_status status = wk_csv_read(q.path, &q.form, q.draw.test > 0, &rows, &scratch, err);
    wk_arena_release(&scratch);
    WK_TRY(status);
    *triplets = q.draw.triplets;
    *n = 3 * q.draw.triplets + wk_data_table_held(q.draw.test, rows.rows);
    *d = rows.columns;
    return WK_OK;
}

static wk_status open_table(const wk_bag *params, uint64_t seed, wk_warnings *warnings,
                            size_t *triplets, wk_data_table *table, wk_arena *arena,
                            wk_error *err) {
    request *q = wk_arena_get(arena, 1, sizeof *q);
    wk_rows *rows = wk_arena_get(arena, 1, sizeof *rows);
    WK_TRY(bind(params, q, err));
    WK_TRY(wk_csv_read(q->path, &q->form, true, rows, arena, err));
    *triplets = q->draw.triplets;
    return wk_data_rows_open(&q->draw, rows, q->path, seed, warnings, table, arena, err);
}

static wk_status check(const wk_bag *params, wk_warnings *warnings, wk_error *err) {
    return wk_data_table_check(open_table, params, warnings, err);
}

/* A digit and a comma become eight bytes, a row of two such fields also a label, an index, its
 * line and its place, which are copied when they grow, and what finds equal rows. */
static double bytes(const wk_bag *params) {
    request q;
    return bind(params, &q, NULL) == WK_OK ? 40 * wk_unpack_expected(q.path) : 0;
}

static wk_status load(const wk_bag *params, wk_draw draw, wk_data *data, wk_arena *arena,
                      wk_error *err) {
    return wk_data_table_load(open_table, params, draw, data, arena, err);
}

const wk_data_source wk_data_csv = {
    .name = "csv",
    .help = "inputs from a table in text: comma separated values and their relatives",
    WK_ROWS(keys),
    .size = size,
    .load = load,
    .check = check,
    .bytes = bytes,
};
