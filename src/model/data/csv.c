/* Reading tables of comma separated values, strictly. */
#include "model/data/csv.h"

#include "base/file.h"
#include "base/heap.h"
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MOST_BYTES = 1 << 30,
    MOST_COLUMNS = 1000000,
    LONGEST_FIELD = 65535,
    BUFFER = 1 << 16,
    BLOCK = 1 << 14, /* numbers */
};

/* ---- characters ---- */

enum { END_OF_FILE = -1 };

typedef struct reader {
    FILE *in;
    const char *path;
    wk_error *err;
    size_t total;        /* bytes read from the file so far */
    size_t line, column; /* of the next character, from 1 */
    size_t at, end;      /* in the buffer */
    /* the field that was read last */
    size_t field_line, field_column, length;
    bool quoted;
    unsigned char buffer[BUFFER];
    char text[LONGEST_FIELD + 1];
} reader;

WK_PRINTF(4, 5)
static wk_status complain(const reader *r, size_t line, size_t column, const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return wk_fail(r->err, WK_BAD_INPUT, "%s:%zu:%zu: %s", r->path, line, column, text);
}

static wk_status too_large(const reader *r) {
    return wk_fail(r->err, WK_BAD_INPUT, "'%s' has more than %d bytes", r->path, MOST_BYTES);
}

static wk_status refill(reader *r) {
    r->at = 0;
    r->end = fread(r->buffer, 1, BUFFER, r->in);
    r->total += r->end;
    if (ferror(r->in))
        return wk_fail(r->err, WK_BAD_INPUT, "cannot read '%s': %s", r->path, strerror(errno));
    return r->total > MOST_BYTES ? too_large(r) : WK_OK;
}

/* The next character, which stays where it is; END_OF_FILE if there is none. */
static wk_status peek(reader *r, int *c) {
    if (r->at == r->end)
        WK_TRY(refill(r));
    *c = r->at < r->end ? r->buffer[r->at] : END_OF_FILE;
    return *c ? WK_OK : complain(r, r->line, r->column, "a NUL byte: not a text file");
}

/* Passes the character that peek has shown. */
static void pass(reader *r) {
    const unsigned char c = r->buffer[r->at++];
    if (c == '\n') {
        r->line++;
        r->column = 1;
    } else if ((c & 0xC0) != 0x80) { /* of UTF-8's bytes the first counts */
        r->column++;
    }
}

static wk_status keep(reader *r, int c) {
    if (r->length == LONGEST_FIELD)
        return complain(r, r->field_line, r->field_column, "a field of more than %d bytes",
                        LONGEST_FIELD);
    r->text[r->length++] = (char)c;
    pass(r);
    return WK_OK;
}

static wk_status open_file(reader *r) {
    static const unsigned char mark[] = {0xEF, 0xBB, 0xBF};
    struct stat info;
    if (fstat(fileno(r->in), &info) == 0 && S_ISREG(info.st_mode) && info.st_size > MOST_BYTES)
        return too_large(r);
    WK_TRY(refill(r));
    if (r->end >= sizeof mark && memcmp(r->buffer, mark, sizeof mark) == 0)
        r->at = sizeof mark;
    return WK_OK;
}

/* ---- fields ---- */

static wk_status read_plain(reader *r) {
    for (;;) {
        int c;
        WK_TRY(peek(r, &c));
        if (c == ',' || c == '\n' || c == '\r' || c == END_OF_FILE)
            break;
        if (c == '"')
            return complain(r, r->line, r->column,
                            "a quote within a field (quote the field, and double the quote)");
        WK_TRY(keep(r, c));
    }
    size_t blanks = 0;
    while (r->length > 0 && strchr(" \t", r->text[r->length - 1]))
        r->length--;
    while (blanks < r->length && strchr(" \t", r->text[blanks]))
        blanks++;
    r->length -= blanks;
    memmove(r->text, r->text + blanks, r->length);
    return WK_OK;
}

static wk_status read_quoted(reader *r) {
    pass(r);
    for (;;) {
        int c;
        WK_TRY(peek(r, &c));
        if (c == END_OF_FILE)
            return complain(r, r->field_line, r->field_column, "a quote that is never closed");
        if (c == '"') {
            pass(r);
            WK_TRY(peek(r, &c));
            if (c != '"')
                return WK_OK;
        }
        WK_TRY(keep(r, c));
    }
}

/* What follows a field: a comma, or the end of the row. */
static wk_status read_ending(reader *r, bool *row_ends) {
    const size_t line = r->line, column = r->column;
    int c;
    WK_TRY(peek(r, &c));
    *row_ends = c != ',';
    if (c == '\r') {
        pass(r);
        WK_TRY(peek(r, &c));
        if (c != '\n')
            return complain(r, line, column, "a carriage return without a line feed");
    } else if (c != ',' && c != '\n' && c != END_OF_FILE) {
        return complain(r, line, column, "text after the closing quote");
    }
    if (c != END_OF_FILE)
        pass(r);
    return WK_OK;
}

static wk_status read_field(reader *r, bool *row_ends) {
    r->field_line = r->line;
    r->field_column = r->column;
    r->length = 0;
    int c;
    WK_TRY(peek(r, &c));
    r->quoted = c == '"';
    WK_TRY(r->quoted ? read_quoted(r) : read_plain(r));
    r->text[r->length] = '\0';
    return read_ending(r, row_ends);
}

WK_PRINTF(2, 3) static wk_status blame_field(const reader *r, const char *format, ...) {
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return complain(r, r->field_line, r->field_column, "%s", text);
}

/* ---- rows ---- */

enum { NO_LABEL = -1 };

typedef struct builder {
    reader *r;
    wk_csv *csv;
    wk_arena *arena;
    wk_csv_form form;
    size_t fields;  /* in a row; 0: not known yet */
    int64_t label;  /* the field of the label, from 0, or NO_LABEL */
    double *row;    /* the numbers of the current row */
    size_t columns; /* how many of them were met */
    size_t row_room, block_room, blocks, label_room;
} builder;

/* Room for one more of `used` things: twice the old room, in the arena. */
static wk_status make_room(builder *b, void *array, size_t size, size_t used, size_t *room) {
    if (used < *room)
        return WK_OK;
    const size_t larger = *room ? 2 * *room : 64;
    void *fresh = wk_arena_get(b->arena, larger, size), *old;
    memcpy(&old, array, sizeof old);
    if (used)
        memcpy(fresh, old, used * size);
    memcpy(array, &fresh, sizeof fresh);
    *room = larger;
    return WK_OK;
}

static wk_status take_number(builder *b) {
    reader *r = b->r;
    char shown[WK_TEXT_SHOWN];
    WK_TRY(make_room(b, &b->row, sizeof *b->row, b->columns, &b->row_room));
    if (!wk_text_real(wk_text_skip_plus(r->text), &b->row[b->columns]))
        return blame_field(r, "'%s' is not a finite decimal number", wk_text_show(r->text, shown));
    b->columns++;
    return WK_OK;
}

static wk_status take_label(builder *b) {
    wk_csv *csv = b->csv;
    size_t class = 0;
    WK_TRY(make_room(b, &csv->label, sizeof *csv->label, csv->rows, &b->label_room));
    wk_names_number(&csv->classes, b->r->text, b->arena, &class);
    csv->label[csv->rows] = (int)class;
    return WK_OK;
}

static wk_status check_field(const builder *b, size_t field, bool row_ends) {
    const reader *r = b->r;
    if (r->length == 0 && !r->quoted && field == 0 && row_ends)
        return blame_field(r, "an empty line");
    if (b->fields && field == b->fields)
        return blame_field(r, "more than the %zu fields that the first row has", b->fields);
    if (field == MOST_COLUMNS)
        return blame_field(r, "more than %d columns", MOST_COLUMNS);
    if (r->length == 0)
        return blame_field(r, "an empty field");
    if (b->fields && row_ends && field + 1 < b->fields)
        return blame_field(r, "the row ends after %zu fields, the first row has %zu", field + 1,
                           b->fields);
    return WK_OK;
}

static wk_status read_row(builder *b) {
    bool row_ends = false;
    size_t field = 0;
    b->columns = 0;
    for (; !row_ends; field++) {
        WK_TRY(read_field(b->r, &row_ends));
        WK_TRY(check_field(b, field, row_ends));
        WK_TRY((int64_t)field == b->label ? take_label(b) : take_number(b));
    }
    b->fields = field;
    return WK_OK;
}

static wk_status keep_row(builder *b, size_t line) {
    wk_csv *csv = b->csv;
    bool any = b->form.zero_rows;
    for (size_t j = 0; j < csv->columns && !any; j++)
        any = b->row[j] != 0;
    if (!any)
        return complain(b->r, line, 1, "a row of zeros cannot be scaled to the sphere");
    if (csv->rows % csv->per_block == 0) {
        WK_TRY(make_room(b, &csv->block, sizeof *csv->block, b->blocks, &b->block_room));
        double *block = wk_arena_doubles(b->arena, csv->per_block * csv->columns);
        csv->block[b->blocks++] = block;
    }
    memcpy(csv->block[b->blocks - 1] + csv->rows % csv->per_block * csv->columns, b->row,
           csv->columns * sizeof *b->row);
    csv->rows++;
    return WK_OK;
}

/* ---- the header, and the label's column ---- */

static wk_status no_such_column(const builder *b, const wk_names *names) {
    char wanted[WK_TEXT_SHOWN], shown[WK_TEXT_SHOWN];
    const char *nearest = wk_text_nearest(b->form.label, names->text, names->n);
    wk_text_show(b->form.label, wanted);
    if (nearest)
        return complain(b->r, 1, 1, "no column '%s' for the label (did you mean '%s'?)", wanted,
                        wk_text_show(nearest, shown));
    return complain(b->r, 1, 1, "no column '%s' for the label", wanted);
}

static wk_status read_header(builder *b) {
    char shown[WK_TEXT_SHOWN];
    wk_names names = {0};
    bool row_ends = false;
    size_t field = 0, unused;
    for (; !row_ends; field++) {
        WK_TRY(read_field(b->r, &row_ends));
        WK_TRY(check_field(b, field, row_ends));
        if (!b->form.label)
            continue;
        wk_names_number(&names, b->r->text, b->arena, &unused);
        if (strcmp(b->r->text, b->form.label) != 0)
            continue;
        if (b->label != NO_LABEL)
            return blame_field(b->r, "a second column '%s'", wk_text_show(b->r->text, shown));
        b->label = (int64_t)field;
    }
    b->fields = field;
    return b->form.label && b->label == NO_LABEL ? no_such_column(b, &names) : WK_OK;
}

/* Without a header the label's column is a number. */
static wk_status number_label(builder *b) {
    char shown[WK_TEXT_SHOWN];
    if (!b->form.label)
        return WK_OK;
    if (!wk_text_integer(b->form.label, &b->label) || b->label < 1 || b->label > MOST_COLUMNS)
        return complain(b->r, 1, 1,
                        "label '%s' must be the number of a column, from 1: the file has no header",
                        wk_text_show(b->form.label, shown));
    b->label--;
    return WK_OK;
}

/* When the number of fields is known. */
static wk_status settle_shape(builder *b) {
    wk_csv *csv = b->csv;
    if (b->label >= (int64_t)b->fields)
        return complain(b->r, 1, 1, "no column %lld for the label: the first row has %zu fields",
                        (long long)b->label + 1, b->fields);
    csv->columns = b->fields - (b->label != NO_LABEL);
    if (csv->columns == 0)
        return complain(b->r, 1, 1, "no column of numbers beside the label");
    csv->per_block = csv->columns < BLOCK ? BLOCK / csv->columns : 1;
    return WK_OK;
}

static wk_status read_all(builder *b, bool with_rows) {
    reader *r = b->r;
    int c;
    WK_TRY(open_file(r));
    WK_TRY(peek(r, &c));
    if (!b->form.header)
        WK_TRY(number_label(b));
    else if (c != END_OF_FILE)
        WK_TRY(read_header(b));
    for (;;) {
        if (b->fields && b->csv->columns == 0)
            WK_TRY(settle_shape(b));
        if (b->csv->columns && !with_rows)
            return WK_OK;
        const size_t line = r->line;
        WK_TRY(peek(r, &c));
        if (c == END_OF_FILE)
            break;
        WK_TRY(read_row(b));
        if (b->csv->columns == 0)
            WK_TRY(settle_shape(b));
        WK_TRY(keep_row(b, line));
    }
    return b->csv->rows ? WK_OK : complain(r, r->line, r->column, "the file has no rows");
}

wk_status wk_csv_read(const char *path, wk_csv_form form, bool with_rows, wk_csv *csv,
                      wk_arena *arena, wk_error *err) {
    *csv = (wk_csv){0};
    wk_arena scratch = {0};
    reader *r = wk_arena_get(&scratch, 1, sizeof *r);
    r->path = path;
    r->err = err;
    r->line = r->column = 1;
    int descriptor = -1;
    size_t bytes = 0;
    wk_status status = wk_file_open_plain(path, &descriptor, &bytes, err);
    if (status == WK_OK) {
        r->in = fdopen(descriptor, "rb");
        if (!r->in)
            wk_out_of_memory(0);
        builder b = {.r = r, .csv = csv, .arena = arena, .form = form, .label = NO_LABEL};
        status = read_all(&b, with_rows);
        fclose(r->in);
    }
    if (status == WK_OK && !with_rows)
        csv->rows = 0;
    wk_arena_release(&scratch);
    return status;
}

const double *wk_csv_row(const wk_csv *csv, size_t i) {
    WK_ASSERT(i < csv->rows);
    return csv->block[i / csv->per_block] + i % csv->per_block * csv->columns;
}
