/* Rows of numbers as a source of triplets: scales, noise, and what looks wrong with them. */
#include "model/data/data_rows.h"

#include "base/text.h"
#include "model/data/norm.h"

#include <float.h>
#include <math.h>
#include <string.h>

const char *const wk_rows_positives[] = {"class", "noise", NULL};
const char *const wk_rows_truths[] = {"false", "true", NULL};
const double wk_rows_unlike_scales = 10;

/* ---- scales ---- */

/* A column of a table; rows that are held out do not count. */
typedef struct column {
    const wk_rows *rows;
    const bool *held; /* NULL: none is */
    size_t j;
} column;

static bool counts(const column *c, size_t i) {
    return !c->held || !c->held[i];
}

/* The power of 2 that brings a column into (-1, 1), so that no sum overflows. */
static int exponent_of(const column *c, wk_spread *s) {
    int exponent = 0;
    s->least = INFINITY;
    s->largest = -INFINITY;
    for (size_t i = 0; i < c->rows->rows; i++) {
        const double x = wk_rows_at(c->rows, i)[c->j];
        if (!counts(c, i))
            continue;
        s->least = x < s->least ? x : s->least;
        s->largest = x > s->largest ? x : s->largest;
    }
    frexp(fmax(fabs(s->least), fabs(s->largest)), &exponent);
    return exponent;
}

/* Of the column times 2^-exponent. The first value is subtracted first, so that equal values give
 * 0, not rounding. */
static void scaled_spread(const column *c, int exponent, double *mean, double *deviation) {
    size_t first = 0;
    while (!counts(c, first))
        first++;
    const double origin = ldexp(wk_rows_at(c->rows, first)[c->j], -exponent);
    double sum = 0, squares = 0, n = 0;
    for (size_t i = first; i < c->rows->rows; i++) {
        sum += counts(c, i) ? ldexp(wk_rows_at(c->rows, i)[c->j], -exponent) - origin : 0;
        n += counts(c, i);
    }
    *mean = origin + sum / n;
    for (size_t i = first; i < c->rows->rows; i++) {
        const double gap = ldexp(wk_rows_at(c->rows, i)[c->j], -exponent) - *mean;
        squares += counts(c, i) ? gap * gap : 0;
    }
    *deviation = sqrt(squares / n);
}

wk_spread wk_rows_spread(const wk_rows *rows, size_t j) {
    wk_spread s = {0};
    const column c = {.rows = rows, .j = j};
    const int exponent = exponent_of(&c, &s);
    if (s.least == s.largest) {
        s.mean = s.least;
        return s;
    }
    scaled_spread(&c, exponent, &s.mean, &s.deviation);
    s.mean = ldexp(s.mean, exponent);
    s.deviation = ldexp(s.deviation, exponent);
    return s;
}

/* What is nearer to the mean than the digits of a double reach is the mean: scaling must not make
 * a number of its rounding. A constant column becomes 0. */
static void standardise_column(const wk_rows *rows, size_t j, const bool *held) {
    wk_spread s;
    double mean = 0, deviation = 0;
    const column c = {rows, held, j};
    const int exponent = exponent_of(&c, &s);
    scaled_spread(&c, exponent, &mean, &deviation);
    for (size_t i = 0; i < rows->rows; i++) {
        double *x = &wk_rows_at(rows, i)[j];
        const double gap = ldexp(*x, -exponent) - mean;
        *x = s.least == s.largest || fabs(gap) <= 4 * DBL_EPSILON ? 0 : gap / deviation;
    }
}

/* ---- what looks wrong ---- */

bool wk_rows_counts(const wk_rows *rows, size_t j) {
    enum { FEWEST = 5 };
    const double first = wk_rows_at(rows, 0)[j] - (double)rows->place[0];
    for (size_t i = 0; i < rows->rows; i++)
        if (wk_rows_at(rows, i)[j] != (double)rows->place[i] + first)
            return false;
    return rows->rows >= FEWEST && (first == 0 || first == 1);
}

static void warn_of_index(const wk_rows *rows, const char *path, wk_warnings *warnings) {
    for (size_t j = 0; j < rows->columns; j++) {
        char called[WK_ROWS_CALLED], key[WK_ROWS_CALLED];
        const bool counts = wk_rows_counts(rows, j), unnamed = rows->name && !*rows->name[j];
        if (!counts && !unnamed)
            continue;
        wk_rows_called(rows, j, called);
        wk_rows_key(rows, j, key);
        wk_warn(warnings,
                "%s of '%s' %s: it looks like an index that a program wrote, but counts as an "
                "input. `drop: %s` leaves it out",
                called, path,
                counts ? unnamed ? "has no name and numbers the rows" : "only numbers the rows"
                       : "has no name",
                key);
    }
}

static void warn_of_header(const wk_rows *rows, const char *path, wk_warnings *warnings) {
    double value = 0;
    for (size_t j = 0; rows->name && j < rows->columns; j++)
        if (!wk_text_real(wk_text_skip_plus(rows->name[j]), &value))
            return;
    if (rows->name)
        wk_warn(warnings,
                "the first line of '%s' holds numbers, and is taken for the names of the columns. "
                "If it is an input, say `header: false`",
                path);
}

static void warn_of_missing(const wk_rows *rows, const char *path, wk_warnings *warnings) {
    if (rows->left_out)
        wk_warn(warnings, "%zu of the %zu rows of '%s' lack a value and are left out",
                rows->left_out, rows->rows + rows->left_out, path);
    if (rows->missing_labels)
        wk_warn(warnings,
                "%zu rows of '%s' have a label that says it is missing, such as NA, and form a "
                "class. `missing: drop` leaves them out",
                rows->missing_labels, path);
}

static void warn_of_scales(const wk_rows *rows, const char *path, wk_warnings *warnings) {
    double least = INFINITY, largest = 0;
    size_t narrow = 0, wide = 0;
    for (size_t j = 0; j < rows->columns; j++) {
        const double deviation = wk_rows_spread(rows, j).deviation;
        if (deviation > largest) {
            largest = deviation;
            wide = j;
        }
        if (deviation > 0 && deviation < least) {
            least = deviation;
            narrow = j;
        }
    }
    char most[WK_ROWS_CALLED], fewest[WK_ROWS_CALLED];
    if (largest > wk_rows_unlike_scales * least)
        wk_warn(warnings,
                "the columns of '%s' have very different scales: the standard deviation of %s is "
                "%.4g, that of %s is %.4g, %.3g times less. Columns are taken as they are, so the "
                "largest decide nearly everything. Say `standardise: true`; or `standardise: "
                "false` if these scales are meant",
                path, wk_rows_called(rows, wide, most), largest,
                wk_rows_called(rows, narrow, fewest), least, largest / least);
}

static void warn_of_constants(const wk_rows *rows, const char *path, wk_warnings *warnings) {
    size_t constant = 0, first = 0;
    for (size_t j = rows->columns; j-- > 0;) {
        const wk_spread s = wk_rows_spread(rows, j);
        if (s.deviation == 0) {
            constant++;
            first = j;
        }
    }
    char called[WK_ROWS_CALLED];
    if (constant)
        wk_warn(warnings,
                "%zu column%s of '%s' %s the same value in all rows and become%s 0 when "
                "standardised: %s%s",
                constant, constant > 1 ? "s" : "", path, constant > 1 ? "have" : "has",
                constant > 1 ? "" : "s", wk_rows_called(rows, first, called),
                constant > 1 ? ", …" : "");
}

static void warn_of_all(const wk_rows_request *request, const wk_rows *rows, const char *path,
                        wk_warnings *warnings) {
    warn_of_missing(rows, path, warnings);
    warn_of_header(rows, path, warnings);
    warn_of_index(rows, path, warnings);
    if (request->standardise < 0)
        warn_of_scales(rows, path, warnings);
    if (request->standardise > 0)
        warn_of_constants(rows, path, warnings);
}

/* ---- the table ---- */

typedef struct source {
    const wk_rows *rows;
    double noise;
} source;

static void copy_row(const void *from, size_t i, double *x) {
    const source *s = from;
    memcpy(x, wk_rows_at(s->rows, i), s->rows->columns * sizeof *x);
}

static void noisy_row(const void *from, size_t i, wk_stream *stream, double *x, double *normals) {
    const source *s = from;
    const double *row = wk_rows_at(s->rows, i);
    wk_stream_normals(stream, s->rows->columns, normals);
    for (size_t j = 0; j < s->rows->columns; j++)
        x[j] = row[j] + s->noise * normals[j];
}

static const void *stored_row(const void *from, size_t i, size_t *bytes) {
    const source *s = from;
    *bytes = s->rows->columns * sizeof(double);
    return wk_rows_at(s->rows, i);
}

/* What noise on a row is to be held against: on the sphere the row's norm counts. With `centre` its
 * large columns may be subtracted; what noise does not change in its least number it never does. */
static double size_of(const wk_rows *rows, size_t i, bool centre) {
    const double *row = wk_rows_at(rows, i);
    double least = INFINITY;
    if (!centre)
        return wk_norm(rows->columns, row, 1) / sqrt((double)rows->columns);
    for (size_t j = 0; j < rows->columns; j++)
        least = fmin(least, fabs(row[j]));
    return least;
}

/* Does the noise make every positive an input of its own? */
static wk_status check_noise(const wk_rows_request *q, const wk_rows *rows, const char *path,
                             wk_error *err) {
    if (q->noise == 0)
        return wk_fail(err, WK_BAD_INPUT,
                       "noise 0 makes anchor and positive equal, but inputs must be distinct");
    for (size_t i = 0; i < rows->rows; i++)
        if (wk_data_noise_is_lost(q->noise, size_of(rows, i, q->centre)))
            return wk_fail(err, WK_BAD_INPUT,
                           "noise %.3g makes anchor and positive equal up to rounding, but inputs "
                           "must be distinct: the numbers of '%s' in %s %zu are of size %.3g",
                           q->noise, path, rows->line ? "line" : "row",
                           rows->line ? rows->line[i] : i + 1, size_of(rows, i, q->centre));
    return WK_OK;
}

static wk_status check_positive(const wk_rows_request *q, const wk_rows *rows, wk_error *err) {
    return q->positive == WK_POSITIVE_CLASS && !rows->label
               ? wk_fail(err, WK_BAD_INPUT,
                         "positive: class needs a label column; without one take positive: noise")
               : WK_OK;
}

/* The rows' own classes, by their first appearance among the rows to train on: the labels of those
 * held out must not change a number of training. */
static void number_classes(const wk_rows *rows, wk_data_table *table, wk_arena *arena) {
    const size_t classes = rows->classes.n;
    int *number = wk_arena_get(arena, classes, sizeof *number);
    int *label = wk_arena_get(arena, rows->rows, sizeof *label);
    const char **name = wk_arena_get(arena, classes, sizeof *name);
    int next = 0;
    for (size_t held = 0; held < 2; held++)
        for (size_t i = 0; i < rows->rows; i++) {
            const int class = rows->label[i];
            if (number[class] || (table->held && table->held[i]) != held)
                continue;
            name[next] = rows->classes.text[class];
            number[class] = ++next;
        }
    for (size_t i = 0; i < rows->rows; i++)
        label[i] = number[rows->label[i]] - 1;
    table->label = label;
    table->name = name;
}

wk_status wk_data_rows_open(const wk_rows_request *request, wk_rows *rows, const char *path,
                            uint64_t seed, wk_warnings *warnings, wk_data_table *table,
                            wk_arena *arena, wk_error *err) {
    WK_TRY(check_positive(request, rows, err));
    if (warnings)
        warn_of_all(request, rows, path, warnings);
    source *s = wk_arena_get(arena, 1, sizeof *s);
    *s = (source){rows, request->noise};
    *table = (wk_data_table){.count = rows->rows,
                             .d = rows->columns,
                             .classes = rows->label ? rows->classes.n : rows->rows,
                             .label = rows->label,
                             .noun = "row",
                             .path = path,
                             .line = rows->line,
                             .centre = request->centre,
                             .zero = request->standardise > 0
                                         ? "a row that is the mean of all rows in each column"
                                         : "a row of zeros",
                             .source = s,
                             .row = copy_row,
                             .stored = stored_row,
                             .view = request->positive == WK_POSITIVE_NOISE ? noisy_row : NULL};
    WK_TRY(wk_data_table_split(table, request->test, seed, arena, err));
    if (rows->label)
        number_classes(rows, table, arena);
    for (size_t j = 0; request->standardise > 0 && j < rows->columns; j++)
        standardise_column(rows, j, table->held);
    if (request->positive == WK_POSITIVE_NOISE)
        WK_TRY(check_noise(request, rows, path, err));
    return wk_data_table_index(table, arena, err);
}
