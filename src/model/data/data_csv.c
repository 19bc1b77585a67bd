/* A user's own table: rows of comma separated numbers, with a column of labels or without. The
 * positive of a triplet is another row of the anchor's class, or the anchor with noise added.
 * Without labels each row is a class of its own. */
#include "base/bind.h"
#include "model/data/csv.h"
#include "model/data/data_sources.h"
#include "model/data/data_table.h"

#include <string.h>
#include <sys/stat.h>

typedef struct request {
    wk_data_common common;
    const char *path;
    wk_csv_form form;
    size_t triplets;
    double noise;
    int positive;
} request;

/* In the order of `positives`. */
enum { CLASS, NOISE };
static const char *const positives[] = {"class", "noise", NULL};

/* clang-format off */
static const wk_param rows[] = {
    {.name = "file", .type = WK_PATH, .flags = WK_REQUIRED,
     .help = "comma separated numbers, an input a line", .offset = offsetof(request, path)},
    {.name = "label", .type = WK_TEXT,
     .help = "the column that holds each input's class, any text: its name, or without header its "
      "number from 1; without it every row is a class of its own",
     .offset = offsetof(request, form.label)},
    {.name = "header", .type = WK_TRUTH, .fallback = "true",
     .help = "the first line names the columns", .offset = offsetof(request, form.header)},
    {.name = "triplets", .type = WK_INTEGER, .flags = WK_AXIS, .fallback = "16", .min = 1,
     .max = 1e5, .help = "number of triplets N", .label = "triplets N", .symbol = "N",
     .offset = offsetof(request, triplets)},
    {.name = "positive", .type = WK_WORD, .flags = WK_AXIS, .fallback = "class", .words = positives,
     .help = "another input of the anchor's class, or a copy of the anchor with noise",
     .offset = offsetof(request, positive)},
    {.name = "noise", .type = WK_REAL, .flags = WK_AXIS, .fallback = "0.1", .max = 1e6,
     .help = "positive: noise: standard deviation of what is added to each number, in the table's "
      "own units", .offset = offsetof(request, noise)},
    {.name = "centre", .type = WK_TRUTH, .flags = WK_AXIS, .fallback = "false",
     .help = "subtract the mean of the drawn inputs before they are scaled to norm sqrt(d)",
     .offset = offsetof(request, form.zero_rows)},
    WK_DATA_SEED(request),
};
/* clang-format on */

static wk_status bind(const wk_bag *params, request *q, wk_error *err) {
    *q = (request){0};
    return wk_bind_rows(rows, sizeof rows / sizeof *rows, "data", params, q, NULL, err);
}

static wk_status read_request(const wk_bag *params, request *q, wk_error *err) {
    WK_TRY(bind(params, q, err));
    if (q->positive == CLASS && !q->form.label)
        return wk_fail(err, WK_BAD_INPUT,
                       "positive: class needs a label column; without one take positive: noise");
    if (q->positive == NOISE && q->noise == 0)
        return wk_fail(err, WK_BAD_INPUT,
                       "noise 0 makes anchor and positive equal, but inputs must be distinct");
    return WK_OK;
}

static wk_status size(const wk_bag *params, size_t *n, size_t *triplets, size_t *d, wk_error *err) {
    request q;
    wk_csv csv;
    WK_TRY(read_request(params, &q, err));
    wk_arena scratch = {0};
    const wk_status status = wk_csv_read(q.path, q.form, false, &csv, &scratch, err);
    wk_arena_release(&scratch);
    WK_TRY(status);
    *triplets = q.triplets;
    *n = 3 * q.triplets;
    *d = csv.columns;
    return WK_OK;
}

/* ---- the table ---- */

typedef struct source {
    wk_csv csv;
    double noise;
} source;

static void copy_row(const void *from, size_t i, double *x) {
    const source *s = from;
    memcpy(x, wk_csv_row(&s->csv, i), s->csv.columns * sizeof *x);
}

static void noisy_row(const void *from, size_t i, wk_stream *stream, double *x, double *normals) {
    const source *s = from;
    const double *row = wk_csv_row(&s->csv, i);
    wk_stream_normals(stream, s->csv.columns, normals);
    for (size_t j = 0; j < s->csv.columns; j++)
        x[j] = row[j] + s->noise * normals[j];
}

static wk_status open_table(const request *q, source *s, wk_data_table *table, wk_arena *arena,
                            wk_error *err) {
    WK_TRY(wk_csv_read(q->path, q->form, true, &s->csv, arena, err));
    s->noise = q->noise;
    const wk_csv *csv = &s->csv;
    *table = (wk_data_table){.count = csv->rows,
                             .d = csv->columns,
                             .classes = csv->label ? csv->classes.n : csv->rows,
                             .label = csv->label,
                             .name = csv->label ? csv->classes.text : NULL,
                             .noun = "row",
                             .centre = q->form.zero_rows,
                             .source = s,
                             .row = copy_row,
                             .view = q->positive == NOISE ? noisy_row : NULL};
    if (!csv->label) {
        int *label = wk_arena_get(arena, csv->rows, sizeof *label);
        for (size_t i = 0; i < csv->rows; i++)
            label[i] = (int)i;
        table->label = label;
    }
    const wk_status status = wk_data_table_index(table, arena, err);
    return status == WK_BAD_INPUT ? wk_fail_within(err, "%s", q->path) : status;
}

static wk_status check(const wk_bag *params, wk_error *err) {
    request q;
    source s;
    wk_data_table table;
    WK_TRY(read_request(params, &q, err));
    wk_arena scratch = {0};
    const wk_status status = open_table(&q, &s, &table, &scratch, err);
    wk_arena_release(&scratch);
    return status;
}

/* A digit and a comma become eight bytes, a row of two such fields also a label and an index. */
static double bytes(const wk_bag *params) {
    request q;
    struct stat info;
    return bind(params, &q, NULL) == WK_OK && stat(q.path, &info) == 0 ? 16 * (double)info.st_size
                                                                       : 0;
}

static wk_status load(const wk_bag *params, wk_draw draw, wk_data *data, wk_arena *arena,
                      wk_error *err) {
    request q;
    source s;
    wk_data_table table;
    WK_TRY(read_request(params, &q, err));
    wk_arena scratch = {0};
    wk_status status = open_table(&q, &s, &table, &scratch, err);
    if (status == WK_OK)
        status = wk_data_table_draw(&table, q.triplets, draw, data, arena, err);
    wk_arena_release(&scratch);
    return status;
}

const wk_data_source wk_data_csv = {
    .name = "csv",
    .help = "inputs from a table of comma separated numbers",
    WK_ROWS(rows),
    .size = size,
    .load = load,
    .check = check,
    .bytes = bytes,
};
