/* Reading the fields of a table in text, and finding what separates them. */
#include "model/data/csv_fields.h"

#include "base/heap.h"
#include "base/text.h"
#include "model/data/content.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const wk_separators[] = {"auto", "comma", "semicolon", "tab", "bar", "blank", NULL};

static const char marks[] = {',', ',', ';', '\t', '|', ' '};

enum { MOST_BYTES = 1 << 30, END_OF_FILE = -1 };

wk_status wk_fields_fail_at(const wk_fields *f, size_t line, size_t column, const char *format,
                            ...) {
    char text[900];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return wk_fail(f->err, WK_BAD_INPUT, "%s:%zu:%zu: %s", f->path, line, column, text);
}

wk_status wk_fields_fail(const wk_fields *f, const char *format, ...) {
    char text[900];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return wk_fields_fail_at(f, f->field_line, f->field_column, "%s", text);
}

/* ---- characters ---- */

static wk_status refill(wk_fields *f) {
    f->at = 0;
    WK_TRY(wk_unpack_read(f->in, f->buffer, WK_FIELDS_BUFFER, &f->end, f->err));
    f->total += f->end;
    return f->total > MOST_BYTES
               ? wk_fail(f->err, WK_BAD_INPUT, "'%s' has more than %d bytes", f->path, MOST_BYTES)
               : WK_OK;
}

/* The next character, which stays where it is; END_OF_FILE if there is none. */
static wk_status peek(wk_fields *f, int *c) {
    if (f->at == f->end)
        WK_TRY(refill(f));
    *c = f->at < f->end ? f->buffer[f->at] : END_OF_FILE;
    return *c ? WK_OK
              : wk_fields_fail_at(f, f->line, f->column, "a NUL byte: not a text file in UTF-8");
}

/* Passes the character that peek has shown. */
static void pass(wk_fields *f) {
    const unsigned char c = f->buffer[f->at++];
    if (c == '\n') {
        f->line++;
        f->column = 1;
    } else if ((c & 0xC0) != 0x80) { /* of UTF-8's bytes the first counts */
        f->column++;
    }
}

static wk_status keep(wk_fields *f, int c) {
    if (f->length == WK_FIELD_LONGEST)
        return wk_fields_fail(f, "a field of more than %d bytes", WK_FIELD_LONGEST);
    f->text[f->length++] = (char)c;
    pass(f);
    return WK_OK;
}

/* ---- fields ---- */

static bool is_blank(const wk_fields *f, int c) {
    return c == ' ' || (c == '\t' && f->mark != '\t');
}

static bool separates(const wk_fields *f, int c) {
    return c == f->mark || (f->mark == ' ' && c == '\t');
}

static wk_status pass_blanks(wk_fields *f, int *c) {
    WK_TRY(peek(f, c));
    while (is_blank(f, *c)) {
        pass(f);
        WK_TRY(peek(f, c));
    }
    return WK_OK;
}

static wk_status read_plain(wk_fields *f) {
    for (;;) {
        int c;
        WK_TRY(peek(f, &c));
        if (separates(f, c) || c == '\n' || c == '\r' || c == END_OF_FILE)
            break;
        if (c == '"')
            return wk_fields_fail_at(
                f, f->line, f->column,
                "a quote within a field (quote the field, and double the quote)");
        WK_TRY(keep(f, c));
    }
    size_t blanks = 0;
    while (f->length > 0 && is_blank(f, f->text[f->length - 1]))
        f->length--;
    while (blanks < f->length && is_blank(f, f->text[blanks]))
        blanks++;
    f->length -= blanks;
    memmove(f->text, f->text + blanks, f->length);
    return WK_OK;
}

static wk_status read_quoted(wk_fields *f) {
    pass(f);
    for (;;) {
        int c;
        WK_TRY(peek(f, &c));
        if (c == END_OF_FILE)
            return wk_fields_fail(f, "a quote that is never closed");
        if (c == '"') {
            pass(f);
            WK_TRY(peek(f, &c));
            if (c != '"')
                return WK_OK;
        }
        WK_TRY(keep(f, c));
    }
}

/* What follows a field: a separator, or the end of the row. */
static wk_status read_ending(wk_fields *f) {
    int c;
    WK_TRY(f->mark == ' ' ? pass_blanks(f, &c) : peek(f, &c));
    const size_t line = f->line, column = f->column;
    f->row_ends = c == '\r' || c == '\n' || c == END_OF_FILE;
    if (c == '\r') {
        pass(f);
        WK_TRY(peek(f, &c));
        if (c != '\n')
            return wk_fields_fail_at(f, line, column, "a carriage return without a line feed");
    } else if (!f->row_ends && f->mark == ' ') {
        return WK_OK;
    } else if (!f->row_ends && c != f->mark) {
        return wk_fields_fail_at(f, line, column, "text after the closing quote");
    }
    if (c != END_OF_FILE)
        pass(f);
    return WK_OK;
}

wk_status wk_fields_next(wk_fields *f) {
    int c;
    WK_TRY(f->mark == ' ' ? pass_blanks(f, &c) : peek(f, &c));
    f->field_line = f->line;
    f->field_column = f->column;
    f->length = 0;
    f->quoted = c == '"';
    WK_TRY(f->quoted ? read_quoted(f) : read_plain(f));
    f->text[f->length] = '\0';
    return read_ending(f);
}

wk_status wk_fields_row(wk_fields *f, bool *more) {
    f->blank_line = 0;
    for (;;) {
        int c;
        const size_t line = f->line;
        WK_TRY(peek(f, &c));
        *more = c != END_OF_FILE;
        if (!*more)
            return WK_OK;
        WK_TRY(wk_fields_next(f));
        if (!f->row_ends || f->length || f->quoted)
            return WK_OK;
        f->blank_line = f->blank_line ? f->blank_line : line;
    }
}

/* ---- which separator ---- */

/* A row in memory, read as a candidate would: see count_row. */
typedef struct row {
    size_t fields, numbers;
    bool whole, blank, empty; /* empty: its last field */
} row;

static bool looks_like_number(const char *from, size_t n, bool comma) {
    char text[48];
    double value = 0;
    while (n && (*from == ' ' || *from == '"'))
        from++, n--;
    while (n && (from[n - 1] == ' ' || from[n - 1] == '"'))
        n--;
    if (n == 0 || n >= sizeof text)
        return false;
    memcpy(text, from, n);
    text[n] = '\0';
    char *decimal = comma ? strchr(text, ',') : NULL;
    if (decimal)
        *decimal = '.';
    return wk_text_real(wk_text_skip_plus(text), &value);
}

/* The row that begins at `at`; returns where the next one begins. */
static size_t count_row(const unsigned char *text, size_t at, size_t end, char mark, row *r) {
    *r = (row){.fields = 1, .blank = true};
    bool quoted = false, opened = false, fresh = true; /* opened: the field began with a quote */
    size_t from = at;
    for (; at < end; at++) {
        const char c = (char)text[at];
        opened = opened || (fresh && c == '"');
        if (c == '"' && opened)
            quoted = !quoted;
        fresh = false;
        if (quoted)
            continue;
        const bool blank = c == ' ' || c == '\t', last = c == '\n';
        const bool parts = c == mark || (mark == ' ' && c == '\t');
        r->blank = r->blank && (blank || c == '\r' || last) && !(parts && mark != ' ');
        if (!last && !parts)
            continue;
        size_t length = at - from;
        while (last && length && text[from + length - 1] == '\r')
            length--;
        if (mark == ' ' && length == 0) {
            r->fields -= last && r->fields > 1; /* blanks at the end */
        } else {
            r->numbers += looks_like_number((const char *)text + from, length, mark != ',');
            r->empty = length == 0;
            r->fields += !last;
        }
        from = at + 1;
        fresh = true;
        opened = false;
        if (last) {
            r->whole = true;
            return at + 1;
        }
    }
    return at;
}

/* How well a candidate fits the first rows: the share of numbers among fields, plus 1; 0 if rows
 * differ in their number of fields. A first row may lack one (R leaves out the name of the row
 * names). */
static double fit(const wk_fields *f, char mark) {
    enum { ROWS = 20 };
    const bool all = f->end < WK_FIELDS_BUFFER;
    size_t at = f->at, first = 0, fields = 0, seen = 0, sum = 0, numbers = 0;
    while (at < f->end && seen < ROWS) {
        row r;
        at = count_row(f->buffer, at, f->end, mark, &r);
        if (!r.whole && (!all || r.blank))
            break;
        if (r.blank)
            continue;
        if (seen == 0)
            first = r.fields;
        else if (seen == 1)
            fields = r.fields;
        else if (r.fields != fields)
            return 0;
        seen++;
        sum += r.fields;
        numbers += r.numbers;
    }
    fields = seen < 2 ? first : fields;
    if (fields < 2 || (first != fields && !(first + 1 == fields && first > 1)))
        return 0;
    return 1 + (double)numbers / (double)sum;
}

static int find_separator(const wk_fields *f) {
    int best = WK_SEPARATOR_AUTO;
    double most = 0;
    for (int s = WK_SEPARATOR_COMMA; s < WK_SEPARATOR_BLANK; s++) {
        const double fits = fit(f, marks[s]);
        if (fits > most) {
            most = fits;
            best = s;
        }
    }
    if (best == WK_SEPARATOR_AUTO && fit(f, ' ') > 1.3)
        return WK_SEPARATOR_BLANK;
    if (best != WK_SEPARATOR_AUTO)
        return best;
    size_t fields = 1; /* none fits: that of which the first row has most, for the message */
    best = WK_SEPARATOR_COMMA;
    for (int s = WK_SEPARATOR_COMMA; s < WK_SEPARATOR_BLANK; s++) {
        row r;
        count_row(f->buffer, f->at, f->end, marks[s], &r);
        if (r.fields > fields) {
            fields = r.fields;
            best = s;
        }
    }
    return best;
}

size_t wk_fields_ahead(const wk_fields *f, bool *empty) {
    size_t at = f->at;
    while (at < f->end) {
        row r;
        at = count_row(f->buffer, at, f->end, f->mark, &r);
        if (r.blank)
            continue;
        *empty = r.whole ? r.empty : f->buffer[f->end - 1] == f->mark;
        return r.whole || f->end < WK_FIELDS_BUFFER ? r.fields : 0;
    }
    return 0;
}

/* ---- opening ---- */

static wk_status skip_lines(wk_fields *f, size_t skip) {
    int c;
    while (f->line <= skip) {
        WK_TRY(peek(f, &c));
        if (c == END_OF_FILE)
            return wk_fields_fail_at(f, f->line, f->column,
                                     "the file ends before the %zu lines that `skip` passes over",
                                     skip);
        pass(f);
    }
    return WK_OK;
}

static wk_status begin(wk_fields *f, int separator, size_t skip) {
    static const unsigned char mark[] = {0xEF, 0xBB, 0xBF};
    if (!wk_unpack_is_packed(f->in) && wk_unpack_file_bytes(f->in) > MOST_BYTES)
        return wk_fail(f->err, WK_BAD_INPUT, "'%s' has more than %d bytes", f->path, MOST_BYTES);
    WK_TRY(refill(f));
    const char *hint = wk_content_hint(f->buffer, f->end);
    if (hint)
        return wk_fields_fail_at(f, 1, 1, "no table in text but %s", hint);
    if (f->end >= sizeof mark && memcmp(f->buffer, mark, sizeof mark) == 0)
        f->at = sizeof mark;
    WK_TRY(skip_lines(f, skip));
    f->separator = separator == WK_SEPARATOR_AUTO ? find_separator(f) : separator;
    f->mark = marks[f->separator];
    return WK_OK;
}

wk_status wk_fields_open(const char *path, int separator, size_t skip, wk_fields **fields,
                         wk_error *err) {
    wk_unpack *in = NULL;
    WK_TRY(wk_unpack_open(path, &in, err));
    wk_fields *f = wk_allocate_zeroed(1, sizeof *f);
    f->path = path;
    f->err = err;
    f->in = in;
    f->line = f->column = 1;
    const wk_status status = begin(f, separator, skip);
    if (status == WK_OK)
        *fields = f;
    else
        wk_fields_close(f);
    return status;
}

bool wk_fields_is_packed(const wk_fields *f) {
    return wk_unpack_is_packed(f->in);
}

void wk_fields_close(wk_fields *f) {
    if (!f)
        return;
    wk_unpack_close(f->in);
    free(f);
}
