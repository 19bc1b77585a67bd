/* Surveys a table in one pass. */
#include "model/data/survey.h"

#include "base/text.h"

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

static void begin(wk_survey *s, size_t n, wk_arena *arena) {
    s->n = n;
    s->column = wk_arena_get(arena, n, sizeof *s->column);
    for (size_t j = 0; j < n; j++)
        s->column[j] = (wk_survey_column){.name = s->names ? s->names[j] : "",
                                          .least = INFINITY,
                                          .largest = -INFINITY,
                                          .whole = true,
                                          .counts = true,
                                          .hash = first_hash};
    s->row_hash = first_hash;
}

/* ---- one field ---- */

/* How many distinct values of a column are told apart. */
static size_t most_values(const wk_survey *s) {
    return s->n <= 256 ? 1000 : s->n <= 10000 ? 32 : 0;
}

static void count_value(const wk_survey *s, wk_survey_column *c, const char *text,
                        wk_arena *arena) {
    size_t number = 0;
    if (c->many)
        return;
    if (c->values.n >= most_values(s)) { /* one more could be a new one */
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
    c->occurs[number]++;
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
    count_value(s, c, text, arena);
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
        for (size_t i = 0; i < j && !c->same_as && s->n <= 10000; i++)
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
