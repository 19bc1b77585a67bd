/* A user's own array: a NumPy file of rows, and a second one of their labels. Triplets are drawn as
 * from a table in text. */
#include "base/bind.h"
#include "model/data/csv.h"
#include "model/data/data_rows.h"
#include "model/data/npy_read.h"
#include "model/data/unpack.h"

typedef struct request {
    wk_data_common common;
    wk_rows_request draw;
    const char *path;
    wk_npy_form form;
} request;

/* clang-format off */
static const wk_param keys[] = {
    {.name = "file", .type = WK_PATH, .flags = WK_REQUIRED,
     .help = "a .npy file of shape (inputs, columns): floats or integers, in either order",
     .offset = offsetof(request, path)},
    {.name = "labels", .type = WK_PATH,
     .help = "a .npy file with a class for each input: integers or texts; without it every row is "
      "a class of its own", .offset = offsetof(request, form.labels)},
    {.name = "columns", .type = WK_WORDS,
     .help = "the columns that are inputs, by number from 1; default: all",
     .offset = offsetof(request, form.choice.columns)},
    {.name = "drop", .type = WK_WORDS, .help = "columns that are left out, by number from 1",
     .offset = offsetof(request, form.choice.drop)},
    {.name = "missing", .type = WK_WORD, .fallback = "refuse", .words = wk_missings,
     .help = "a row that holds NaN is an error, or is left out",
     .offset = offsetof(request, form.missing)},
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
    size_t count = 0;
    WK_TRY(bind(params, &q, err));
    wk_arena scratch = {0};
    const wk_status status = wk_npy_read(q.path, &q.form, false, &rows, &count, &scratch, err);
    wk_arena_release(&scratch);
    WK_TRY(status);
    *triplets = q.draw.triplets;
    *n = 3 * q.draw.triplets + wk_data_table_held(q.draw.test, count);
    *d = rows.columns;
    return WK_OK;
}

static wk_status open_table(const wk_bag *params, uint64_t seed, wk_warnings *warnings,
                            size_t *triplets, wk_data_table *table, wk_arena *arena,
                            wk_error *err) {
    request *q = wk_arena_get(arena, 1, sizeof *q);
    wk_rows *rows = wk_arena_get(arena, 1, sizeof *rows);
    WK_TRY(bind(params, q, err));
    WK_TRY(wk_npy_read(q->path, &q->form, true, rows, NULL, arena, err));
    *triplets = q->draw.triplets;
    return wk_data_rows_open(&q->draw, rows, q->path, seed, warnings, table, arena, err);
}

static wk_status check(const wk_bag *params, wk_warnings *warnings, wk_error *err) {
    return wk_data_table_check(open_table, params, warnings, err);
}

/* The entries, as doubles too, and per row a label, its text, an index and a place. */
static double bytes(const wk_bag *params) {
    request q;
    wk_rows rows;
    size_t all = 0;
    if (bind(params, &q, NULL) != WK_OK)
        return 0;
    wk_arena scratch = {0};
    const wk_status status = wk_npy_read(q.path, &q.form, false, &rows, &all, &scratch, NULL);
    wk_arena_release(&scratch);
    return status == WK_OK
               ? (double)all * (8 * (double)rows.columns + 200) + wk_unpack_expected(q.path)
               : 0;
}

static wk_status load(const wk_bag *params, wk_draw draw, wk_data *data, wk_arena *arena,
                      wk_error *err) {
    return wk_data_table_load(open_table, params, draw, data, arena, err);
}

const wk_data_source wk_data_npy = {
    .name = "npy",
    .help = "inputs from a NumPy array, with labels in a second one",
    WK_ROWS(keys),
    .size = size,
    .load = load,
    .check = check,
    .bytes = bytes,
};
