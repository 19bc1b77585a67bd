/* Reading tables in text as rows of numbers, strictly, with words for what is wrong. */
#include "model/data/csv.h"

#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MOST_COLUMNS = 1000000 };

const char *const wk_decimals[] = {"point", "comma", NULL};
const char *const wk_missings[] = {"refuse", "drop", NULL};

/* ---- one field ---- */

bool wk_csv_is_missing(const char *text) {
    static const char *const words[] = {
        "",         "NA",     "NaN", "nan", "N/A",  "n/a",  "NULL",    "null",   "None",
        "<NA>",     "#N/A",   "#NA", "NaT", "-nan", "-NaN", "1.#QNAN", "?",      ".",
        "-1.#QNAN", "1.#IND", "-",   "--",  "na",   "none", "-1.#IND", "missing"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

bool wk_csv_number(const char *text, int decimal, double *value) {
    enum { LONGEST = 512 }; /* of a number with a comma */
    char copy[LONGEST];
    const char *comma = decimal == WK_DECIMAL_COMMA ? strchr(text, ',') : NULL;
    if (!comma)
        return wk_text_real(wk_text_skip_plus(text), value);
    if (strchr(text, '.') || strlen(text) >= LONGEST)
        return false;
    strcpy(copy, text);
    copy[comma - text] = '.';
    return wk_text_real(wk_text_skip_plus(copy), value);
}

static bool is_infinite(const char *text) {
    const char *word = text + (*text == '-' || *text == '+');
    return strcasecmp(word, "inf") == 0 || strcasecmp(word, "infinity") == 0;
}

/* Digits, and these characters among them. */
static bool made_of(const char *text, const char *marks) {
    bool digit = false;
    for (const char *p = text + (*text == '-' || *text == '+'); *p; p++) {
        digit = digit || isdigit((unsigned char)*p);
        if (!isdigit((unsigned char)*p) && !strchr(marks, *p))
            return false;
    }
    return digit;
}

const char *wk_csv_looks_like(const char *text, int decimal) {
    double value = 0;
    if (is_infinite(text))
        return "is not finite, but inputs must be: mend the value, or leave its column or row out";
    if (decimal == WK_DECIMAL_POINT && strchr(text, ',') &&
        wk_csv_number(text, WK_DECIMAL_COMMA, &value))
        return "has a decimal comma: say `decimal: comma`";
    if (made_of(text, ",. '\xC2\xA0_"))
        return "has marks between its digits: write the number without them";
    if (made_of(text, "eE+-.,"))
        return "is no finite decimal number";
    if (made_of(text, "-/:. TZ"))
        return "is a date or time: leave its column out by `drop`, or write it as a number";
    if (strcasecmp(text, "true") == 0 || strcasecmp(text, "false") == 0)
        return "is a truth value: write 1 and 0, or leave its column out by `drop`";
    if (made_of(text, "%.,$ "))
        return "has a unit: write the number alone";
    return NULL;
}

/* ---- building ---- */

typedef struct builder {
    wk_fields *f;
    wk_rows *rows;
    wk_arena *arena;
    const wk_csv_form *form;
    size_t fields;            /* in a row; 0: not known yet */
    const char *const *names; /* (fields) NULL: no header */
    wk_column_role *roles;    /* (fields) once they are known */
    double *row;              /* the inputs of the current row */
    size_t row_room;
    size_t place; /* of the current row among those of the file, from 0 */
} builder;

static char *call(const builder *b, size_t field, char out[WK_ROWS_CALLED]) {
    const wk_rows one = {.name = b->names ? &b->names[field] : NULL,
                         .number = &(size_t){field + 1}};
    return wk_rows_called(&one, 0, out);
}

/* ---- what is wrong with a row ---- */

static wk_status too_many(const builder *b) {
    const bool comma = b->f->separator == WK_SEPARATOR_COMMA;
    return wk_fields_fail(
        b->f, "more than the %zu fields that the first row has (%s)", b->fields,
        comma ? "a text that holds a comma must stand in quotes; decimal commas need another "
                "separator; `skip: N` passes over lines before the table"
              : "a text that holds the separator must stand in quotes; `skip: N` passes over lines "
                "before the table");
}

static wk_status too_few(const builder *b, size_t fields) {
    return wk_fields_fail(b->f,
                          "the row ends after %zu fields, the first row has %zu (separator: %s; if "
                          "lines stand before the table, `skip: N` passes over them)",
                          fields, b->fields, wk_separators[b->f->separator]);
}

static wk_status check_blank_line(const builder *b) {
    if (!b->f->blank_line || b->form->missing == WK_MISSING_DROP)
        return WK_OK;
    return wk_fields_fail_at(b->f, b->f->blank_line, 1,
                             "an empty line within the table: `missing: drop` leaves it out");
}

static wk_status check_field(const builder *b, size_t field) {
    if (b->fields && field == b->fields)
        return too_many(b);
    if (field == MOST_COLUMNS)
        return wk_fields_fail(b->f, "more than %d columns", MOST_COLUMNS);
    if (b->fields && b->f->row_ends && field + 1 < b->fields)
        return too_few(b, field + 1);
    return WK_OK;
}

static wk_status lacks_value(const builder *b, size_t field) {
    char called[WK_ROWS_CALLED], key[WK_ROWS_CALLED];
    const bool label = b->roles[field] == WK_COLUMN_LABEL;
    call(b, field, called);
    wk_column_key(b->names, b->fields, field + 1, key);
    const char *found = b->f->length ? b->f->text : "an empty field";
    if (label)
        return wk_fields_fail(
            b->f, "%s has no label here (an empty field): `missing: drop` leaves out such rows",
            called);
    return wk_fields_fail(b->f,
                          "%s has no value here (%s): `missing: drop` leaves out such rows, `drop: "
                          "%s` the column%s",
                          called, found, key,
                          field + 1 == b->fields && b->names && !*b->names[field]
                              ? "; does every line end with a separator?"
                              : "");
}

/* Text where a number belongs, in one or several columns of a row. */
typedef struct trouble {
    size_t line, column; /* of the first */
    size_t fields[8], n, all;
    char text[WK_TEXT_SHOWN]; /* of the first */
    const char *cause;
} trouble;

static void note_text(const builder *b, trouble *t, size_t field) {
    if (t->all++ == 0) {
        t->line = b->f->field_line;
        t->column = b->f->field_column;
        wk_text_show(b->f->text, t->text);
        t->cause = wk_csv_looks_like(b->f->text, b->form->decimal);
    }
    if (t->n < sizeof t->fields / sizeof *t->fields)
        t->fields[t->n++] = field;
}

static wk_status fail_text(const builder *b, const trouble *t) {
    char called[WK_ROWS_CALLED], keys[900] = "", key[WK_ROWS_CALLED];
    const wk_column_choice *choice = &b->form->choice;
    call(b, t->fields[0], called);
    if (t->cause)
        return wk_fields_fail_at(b->f, t->line, t->column, "'%s' in %s %s", t->text, called,
                                 t->cause);
    if (!b->form->header && b->place == 0)
        return wk_fields_fail_at(b->f, t->line, t->column,
                                 "'%s' in %s is not a number: if the first line names the columns, "
                                 "say `header: true`",
                                 t->text, called);
    size_t used = 0;
    const char *listed = choice->drop; /* the line that is shown must be complete */
    used += (size_t)snprintf(keys, sizeof keys, "%s%s", listed || t->n > 1 ? "[" : "",
                             listed ? listed : "");
    for (size_t i = 0; i < t->n && used + WK_ROWS_CALLED < sizeof keys; i++)
        used += (size_t)snprintf(keys + used, sizeof keys - used, "%s%s", i || listed ? ", " : "",
                                 wk_column_key(b->names, b->fields, t->fields[i] + 1, key));
    snprintf(keys + used, sizeof keys - used, "%s%s", t->all > t->n ? ", …" : "",
             listed || t->n > 1 ? "]" : "");
    char label[WK_ROWS_CALLED + 64] = "";
    if (!choice->label)
        snprintf(label, sizeof label, "`label: %s` if it is the class, else ",
                 wk_column_key(b->names, b->fields, t->fields[t->n - 1] + 1, key));
    if (t->all > 1)
        return wk_fields_fail_at(
            b->f, t->line, t->column,
            "%s and %zu more column%s of inputs hold text ('%s'), not numbers: `drop: %s` leaves "
            "them out%s%s%s",
            called, t->all - 1, t->all > 2 ? "s" : "", t->text, keys,
            choice->label ? "" : "; one may be the class: `label: ", choice->label ? "" : key,
            choice->label ? "" : "`");
    return wk_fields_fail_at(b->f, t->line, t->column,
                             "%s holds text ('%s') where numbers are needed: %s`drop: %s` leaves "
                             "it out",
                             called, t->text, label, keys);
}

/* ---- rows ---- */

/* A column is called that is not there; perhaps the first line is not the table's. */
static wk_status fail_choice(const builder *b, const char *why) {
    bool empty = false;
    char hint[160] = "";
    const size_t next = wk_fields_ahead(b->f, &empty);
    if (b->form->header && next && next != b->fields)
        snprintf(hint, sizeof hint,
                 "; the first line has %zu fields, but the next one %zu: `skip: N` passes over "
                 "lines before the table",
                 b->fields, next);
    return wk_fields_fail_at(b->f, 1 + b->form->skip, 1, "%s%s", why, hint);
}

/* When the number of fields is known. */
static wk_status settle_shape(builder *b) {
    wk_rows *rows = b->rows;
    wk_error err = {0};
    if (wk_columns_choose(&b->form->choice, b->names, b->fields, &b->roles, &rows->columns,
                          b->arena, &err) != WK_OK)
        return fail_choice(b, err.message);
    const char **names = wk_arena_get(b->arena, rows->columns, sizeof *names);
    rows->number = wk_arena_get(b->arena, rows->columns, sizeof *rows->number);
    for (size_t i = 0, j = 0; i < b->fields; i++)
        if (b->roles[i] == WK_COLUMN_INPUT) {
            names[j] = b->names ? b->names[i] : "";
            rows->number[j++] = i + 1;
        }
    rows->name = b->names ? names : NULL;
    b->row = wk_arena_doubles(b->arena, rows->columns);
    return WK_OK;
}

/* What stands in a field, as the role of its column has it. */
static wk_status take_field(builder *b, size_t field, size_t *inputs, int *label, bool *missing,
                            trouble *t) {
    wk_fields *f = b->f;
    const bool drop = b->form->missing == WK_MISSING_DROP;
    if (b->roles[field] == WK_COLUMN_OUT)
        return WK_OK;
    if (b->roles[field] == WK_COLUMN_LABEL) {
        const bool lacks = wk_csv_is_missing(f->text) && !f->quoted;
        size_t class = 0;
        if (f->length == 0 && !drop)
            return lacks_value(b, field);
        *missing = *missing || (drop && (lacks || f->length == 0));
        if (*missing)
            return WK_OK;
        b->rows->missing_labels += lacks;
        wk_names_number(&b->rows->classes, f->text, b->arena, &class);
        *label = (int)class;
        return WK_OK;
    }
    double *x = &b->row[(*inputs)++];
    if (wk_csv_number(f->text, b->form->decimal, x))
        return WK_OK;
    if (!wk_csv_is_missing(f->text)) {
        note_text(b, t, field);
        return WK_OK;
    }
    *missing = true;
    return drop || t->all ? WK_OK : lacks_value(b, field);
}

static wk_status read_row(builder *b) {
    const size_t line = b->f->field_line;
    size_t inputs = 0;
    int label = -1;
    bool missing = false;
    trouble t = {0};
    for (size_t field = 0;; field++) {
        WK_TRY(check_field(b, field));
        WK_TRY(take_field(b, field, &inputs, &label, &missing, &t));
        if (b->f->row_ends)
            break;
        WK_TRY(wk_fields_next(b->f));
    }
    if (t.all)
        return fail_text(b, &t);
    if (missing)
        b->rows->left_out++;
    else
        wk_rows_add(b->rows, b->row, label, line, b->place, b->arena);
    b->place++;
    return WK_OK;
}

/* ---- the header ---- */

wk_status wk_csv_header(wk_fields *f, const char *const **names, size_t *fields, wk_arena *arena) {
    const char **list = NULL;
    size_t n = 0, room = 0;
    bool more = false, empty = false;
    WK_TRY(wk_fields_row(f, &more));
    for (; more; n++) {
        if (n == MOST_COLUMNS)
            return wk_fields_fail(f, "more than %d columns", MOST_COLUMNS);
        list = wk_arena_more(arena, list, n, &room, sizeof *list);
        list[n] = wk_arena_text(arena, f->text);
        more = !f->row_ends;
        if (more)
            WK_TRY(wk_fields_next(f));
    }
    if (n && wk_fields_ahead(f, &empty) == n + 1 && !empty) {
        list = wk_arena_more(arena, list, n, &room, sizeof *list);
        memmove(list + 1, list, n * sizeof *list);
        list[0] = "";
        n++;
    }
    *names = list;
    *fields = n;
    return WK_OK;
}

/* A first row that is larger than the buffer: it is counted by reading the file up to its end. */
static wk_status count_long_row(builder *b) {
    wk_fields *again = NULL;
    bool more = false;
    WK_TRY(wk_fields_open(b->f->path, b->f->separator, b->form->skip, &again, b->f->err));
    wk_status status = wk_fields_row(again, &more);
    for (b->fields = 0; status == WK_OK && more && b->fields <= MOST_COLUMNS;) {
        b->fields++;
        more = !again->row_ends;
        if (more)
            status = wk_fields_next(again);
    }
    if (status == WK_OK && b->fields > MOST_COLUMNS)
        status = wk_fields_fail(again, "more than %d columns", MOST_COLUMNS);
    wk_fields_close(again);
    return status;
}

/* Without a header the first row tells how many fields there are. */
static wk_status count_fields(builder *b) {
    bool empty = false;
    b->fields = wk_fields_ahead(b->f, &empty);
    return b->fields ? WK_OK : count_long_row(b);
}

static wk_status no_rows(const builder *b) {
    return wk_fields_fail_at(b->f, b->f->line, b->f->column,
                             b->rows->left_out ? "the file has no row in which no value is missing"
                                               : "the file has no rows");
}

static wk_status read_all(builder *b, bool with_rows) {
    bool more = false;
    if (b->form->header)
        WK_TRY(wk_csv_header(b->f, &b->names, &b->fields, b->arena));
    else
        WK_TRY(count_fields(b));
    if (!b->fields)
        return no_rows(b);
    WK_TRY(settle_shape(b));
    while (with_rows) {
        WK_TRY(wk_fields_row(b->f, &more));
        if (!more)
            break;
        WK_TRY(check_blank_line(b));
        WK_TRY(read_row(b));
    }
    return b->rows->rows || !with_rows ? WK_OK : no_rows(b);
}

wk_status wk_csv_read(const char *path, const wk_csv_form *form, bool with_rows, wk_rows *rows,
                      wk_arena *arena, wk_error *err) {
    *rows = (wk_rows){0};
    builder b = {.rows = rows, .arena = arena, .form = form};
    WK_TRY(wk_fields_open(path, form->separator, form->skip, &b.f, err));
    const wk_status status = read_all(&b, with_rows);
    wk_fields_close(b.f);
    return status;
}
