/* Surveys a table in one pass. */
#include "model/data/survey.h"

#include "base/text.h"
#include "model/data/idx.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static uint64_t mix(uint64_t hash, const char *text) {
    for (const char *p = text; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 0x100000001b3;
    return (hash ^ 0xFF) * 0x100000001b3;
}

static const uint64_t first_hash = 0xcbf29ce484222325;

/* How many distinct values of a column are told apart. */
enum { MOST_VALUES = 1000, MOST_OF_MANY = 32, MANY = 256, VERY_MANY = 10000 };

static size_t most_values(size_t columns) {
    return columns <= MANY ? MOST_VALUES : columns <= VERY_MANY ? MOST_OF_MANY : 0;
}

static void begin(wk_survey *s, size_t n, wk_arena *arena) {
    s->n = n;
    s->column = wk_arena_get(arena, n, sizeof *s->column);
    for (size_t j = 0; j < n; j++)
        s->column[j] = (wk_survey_column){.name = s->names ? s->names[j] : "",
                                          .least = INFINITY,
                                          .largest = -INFINITY,
                                          .whole = true,
                                          .counts = true,
                                          .hash = first_hash,
                                          .most = most_values(n)};
    s->row_hash = first_hash;
}

/* ---- one field ---- */

static void count_value(wk_survey_column *c, const char *text, size_t times, wk_arena *arena) {
    size_t number = 0;
    if (c->many)
        return;
    if (c->values.n >= c->most) { /* one more could be a new one */
        c->many = true;
        return;
    }
    wk_names_number(&c->values, text, arena, &number);
    if (number + 1 == c->values.n && number >= c->room) {
        const size_t room = c->room;
        size_t wide = room;
        c->occurs = wk_arena_more(arena, c->occurs, number, &wide, sizeof *c->occurs);
        memset(c->occurs + room, 0, (wide - room) * sizeof *c->occurs);
        c->room = wide;
    }
    c->occurs[number] += times;
}

/* Gaps to the first value, so that equal values have deviation 0. */
static void count_number(wk_survey_column *c, double x, size_t row) {
    if (c->numbers++ == 0)
        c->first = x;
    c->least = x < c->least ? x : c->least;
    c->largest = x > c->largest ? x : c->largest;
    const double step = x - c->first - c->gap; /* Welford's recurrence */
    c->gap += step / (double)c->numbers;
    c->squares += step * (x - c->first - c->gap);
    c->whole = c->whole && x == floor(x);
    c->counts = c->counts && c->numbers == row + 1 && x == (double)row + c->first &&
                (c->first == 0 || c->first == 1);
}

static void count_field(wk_survey *s, size_t j, const char *text, int decimal, wk_arena *arena) {
    wk_survey_column *c = &s->column[j];
    double x = 0;
    c->hash = mix(c->hash, text);
    s->row_hash = mix(s->row_hash, text);
    if (wk_csv_number(text, decimal, &x)) {
        count_number(c, x, s->rows);
    } else if (wk_csv_is_missing(text)) {
        c->missing++;
        return;
    } else {
        if (c->texts++ == 0) {
            c->text = wk_arena_text(arena, text);
            c->looks_like = wk_csv_looks_like(text, decimal);
        }
        c->commas += decimal == WK_DECIMAL_POINT && wk_csv_number(text, WK_DECIMAL_COMMA, &x);
    }
    count_value(c, text, 1, arena);
}

/* ---- rows ---- */

/* Notes the hash; true if it was there. */
static bool was_seen(wk_survey *s, uint64_t hash, wk_arena *arena) {
    if (2 * s->rows >= s->slots) {
        const size_t old = s->slots;
        uint64_t *before = s->seen;
        s->slots = old ? 2 * old : 1024;
        s->seen = wk_arena_get(arena, s->slots, sizeof *s->seen);
        for (size_t i = 0; i < old; i++) {
            size_t at = before[i] & (s->slots - 1);
            while (before[i] && s->seen[at])
                at = (at + 1) & (s->slots - 1);
            if (before[i])
                s->seen[at] = before[i];
        }
    }
    hash |= !hash;
    size_t at = hash & (s->slots - 1);
    while (s->seen[at] && s->seen[at] != hash)
        at = (at + 1) & (s->slots - 1);
    const bool seen = s->seen[at] == hash;
    s->seen[at] = hash;
    return seen;
}

static void end_row(wk_survey *s, wk_arena *arena) {
    s->duplicate_rows += was_seen(s, s->row_hash, arena);
    s->rows++;
    s->row_hash = first_hash;
}

static void finish(wk_survey *s) {
    for (size_t j = 0; j < s->n; j++) {
        wk_survey_column *c = &s->column[j];
        c->mean = c->first + c->gap;
        c->deviation = c->numbers ? sqrt(c->squares / (double)c->numbers) : 0;
        c->counts = c->counts && c->numbers == s->rows && s->rows >= 5;
        for (size_t i = 0; i < j && !c->same_as && s->n <= VERY_MANY; i++)
            c->same_as = s->column[i].hash == c->hash ? i + 1 : 0;
    }
}

/* ---- a table in text ---- */

static bool all_numbers(const char *const *names, size_t n, int decimal) {
    double value = 0;
    for (size_t i = 0; i < n; i++)
        if (!wk_csv_number(names[i], decimal, &value))
            return false;
    return n > 0;
}

static wk_status read_row(wk_fields *f, const wk_csv_form *form, wk_survey *s, wk_arena *arena) {
    for (size_t field = 0;; field++) {
        if (field == s->n)
            return wk_fields_fail(f,
                                  "more than the %zu fields that the first row has (separator: "
                                  "%s; if lines stand before the table, `--skip N` passes over "
                                  "them)",
                                  s->n, wk_separators[f->separator]);
        count_field(s, field, f->text, form->decimal, arena);
        if (f->row_ends && field + 1 < s->n)
            return wk_fields_fail(f,
                                  "the row ends after %zu fields, the first row has %zu "
                                  "(separator: %s; if lines stand before the table, `--skip N` "
                                  "passes over them)",
                                  field + 1, s->n, wk_separators[f->separator]);
        if (f->row_ends)
            break;
        WK_TRY(wk_fields_next(f));
    }
    end_row(s, arena);
    return WK_OK;
}

static wk_status read_rows(wk_fields *f, const wk_csv_form *form, wk_survey *s, wk_arena *arena) {
    bool more = false, empty = false;
    size_t n = 0;
    s->separator = f->separator;
    if (form->header)
        WK_TRY(wk_csv_header(f, &s->names, &n, arena));
    else
        n = wk_fields_ahead(f, &empty);
    if (!n)
        return wk_fields_fail_at(f, f->line, f->column, "the file has no rows");
    s->numeric_header = form->header && all_numbers(s->names, n, form->decimal);
    begin(s, n, arena);
    for (;;) {
        WK_TRY(wk_fields_row(f, &more));
        if (!more)
            break;
        s->blank_lines += f->blank_line > 0;
        WK_TRY(read_row(f, form, s, arena));
    }
    finish(s);
    return s->rows ? WK_OK : wk_fields_fail_at(f, f->line, f->column, "the file has no rows");
}

wk_status wk_survey_csv(const char *path, const wk_csv_form *form, wk_survey *survey,
                        wk_arena *arena, wk_error *err) {
    wk_fields *f = NULL;
    *survey = (wk_survey){0};
    WK_TRY(wk_fields_open(path, form->separator, form->skip, &f, err));
    survey->packed = wk_fields_is_packed(f);
    const wk_status status = read_rows(f, form, survey, arena);
    wk_fields_close(f);
    return status;
}

/* ---- a NumPy array ---- */

wk_status wk_survey_npy(const char *path, const char *labels, wk_survey *survey, wk_arena *arena,
                        wk_error *err) {
    wk_rows rows;
    size_t all = 0;
    const wk_npy_form form = {.labels = labels, .missing = WK_MISSING_DROP};
    *survey = (wk_survey){0};
    WK_TRY(wk_npy_read(path, &form, true, &rows, &all, arena, err));
    begin(survey, rows.columns + (labels != NULL), arena);
    if (labels)
        survey->column[rows.columns].most = MOST_VALUES;
    for (size_t i = 0; i < rows.rows; i++) {
        char text[32];
        for (size_t j = 0; j < rows.columns; j++)
            count_field(survey, j, wk_text_format(wk_rows_at(&rows, i)[j], text), WK_DECIMAL_POINT,
                        arena);
        if (labels)
            count_field(survey, rows.columns, rows.classes.text[rows.label[i]], WK_DECIMAL_POINT,
                        arena);
        end_row(survey, arena);
    }
    finish(survey);
    survey->blank_lines = rows.left_out;
    return WK_OK;
}

/* ---- images ---- */

enum { BYTES = 256 };

static uint64_t mix_byte(uint64_t hash, unsigned char byte) {
    return (hash ^ byte) * 0x100000001b3;
}

/* seen (n, BYTES), or NULL: how often each pixel has each value. */
static void count_image(wk_survey *s, const unsigned char *pixel, size_t n, uint32_t *seen) {
    for (size_t j = 0; j < n; j++) {
        wk_survey_column *c = &s->column[j];
        c->hash = mix_byte(c->hash, pixel[j]);
        s->row_hash = mix_byte(s->row_hash, pixel[j]);
        count_number(c, pixel[j], s->rows);
        if (seen)
            seen[j * BYTES + pixel[j]]++;
    }
}

static void name_values(wk_survey *s, size_t n, const uint32_t *seen, wk_arena *arena) {
    for (size_t j = 0; j < n; j++) {
        s->column[j].counts = false; /* no pixel is an index */
        s->column[j].many = !seen;
        for (size_t value = 0; seen && value < BYTES; value++) {
            char text[8];
            snprintf(text, sizeof text, "%zu", value);
            if (seen[j * BYTES + value])
                count_value(&s->column[j], text, seen[j * BYTES + value], arena);
        }
    }
}

static wk_status read_images(wk_idx_file *file, const wk_idx *labels, wk_survey *s, wk_arena *arena,
                             wk_error *err) {
    const size_t n = file->each;
    unsigned char *pixel = wk_arena_get(arena, n, 1);
    uint32_t *seen = n <= VERY_MANY ? wk_arena_get(arena, n * BYTES, sizeof *seen) : NULL;
    s->height = file->idx.size[1];
    s->width = file->idx.size[2];
    s->packed = wk_unpack_is_packed(file->in);
    begin(s, n + (labels->bytes != NULL), arena);
    if (labels->bytes)
        s->column[n].most = MOST_VALUES;
    for (size_t i = 0; i < file->idx.size[0]; i++) {
        char text[8];
        WK_TRY(wk_idx_next(file, pixel, err));
        count_image(s, pixel, n, seen);
        if (labels->bytes) {
            snprintf(text, sizeof text, "%d", labels->bytes[i]);
            count_field(s, n, text, WK_DECIMAL_POINT, arena);
        }
        end_row(s, arena);
    }
    name_values(s, n, seen, arena);
    finish(s);
    return wk_idx_end(file, err);
}

wk_status wk_survey_idx(const char *path, const char *labels, wk_survey *survey, wk_arena *arena,
                        wk_error *err) {
    wk_idx_file file;
    wk_idx read = {0};
    *survey = (wk_survey){0};
    if (labels)
        WK_TRY(wk_idx_read(labels, 1, true, &read, arena, err));
    WK_TRY(wk_idx_open(path, 3, &file, err));
    wk_status status = WK_OK;
    if (labels && read.size[0] != file.idx.size[0])
        status = wk_fail(err, WK_BAD_INPUT, "'%s' has %zu images, but '%s' has %zu labels", path,
                         file.idx.size[0], labels, read.size[0]);
    if (status == WK_OK)
        status = read_images(&file, &read, survey, arena, err);
    wk_idx_close(&file);
    return status;
}

/* ---- which column is what ---- */

bool wk_survey_is_class(const wk_survey *survey, size_t column) {
    const wk_survey_column *c = &survey->column[column];
    for (size_t v = 0; v < c->values.n; v++)
        if (c->occurs[v] < 2)
            return false;
    return c->values.n >= 2 && !c->many;
}

/* Few whole numbers, each in many rows: without a header, classes are often written so. */
static bool is_code(const wk_survey *survey, size_t column) {
    enum { MOST = 20, EACH = 10 };
    const wk_survey_column *c = &survey->column[column];
    return c->whole && !c->texts && wk_survey_is_class(survey, column) && c->values.n <= MOST &&
           EACH * c->values.n <= survey->rows;
}

size_t wk_survey_label(const wk_survey *survey) {
    static const char *const names[] = {"label",   "class", "target",   "y",       "species",
                                        "outcome", "type",  "category", "quality", "diagnosis",
                                        "group",   "kind",  "labels",   "classes", "variety"};
    size_t best = survey->n;
    for (size_t j = 0; j < survey->n; j++) {
        const wk_survey_column *c = &survey->column[j];
        if (!wk_survey_is_class(survey, j) || 2 * c->values.n > survey->rows || c->commas)
            continue;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (strcasecmp(c->name, names[i]) == 0 && (c->texts || c->whole))
                return j;
        if (c->texts && (best == survey->n || c->values.n <= survey->column[best].values.n))
            best = j; /* of as many values the later: labels stand last */
    }
    if (best == survey->n && !survey->names && is_code(survey, survey->n - 1))
        best = survey->n - 1;
    return best;
}
