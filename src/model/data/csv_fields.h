/* The fields of a table in text, one after the other (RFC 4180, and its relatives).
 *
 *   wk_fields *f = NULL;
 *   WK_TRY(wk_fields_open(path, WK_SEPARATOR_AUTO, 0, &f, err));
 *   for (bool more; (status = wk_fields_row(f, &more)) == WK_OK && more;)
 *       use(f->text), while (!f->row_ends) wk_fields_next(f), use(f->text)
 *   wk_fields_close(f);
 *
 * Plain or gzipped. Fields may stand in double quotes, "" being a quote; blanks around an unquoted
 * field are left out. Lines end with LF or CRLF, the last one may lack it; blank lines at the end
 * and a UTF-8 byte order mark are skipped. `blank` separates by runs of blanks and tabs.
 *
 * WK_BAD_INPUT, "path:line:column: …", with the column counted in characters: NUL bytes, other
 * formats (model/data/content.h), misplaced quotes, a lone CR, more than 1 GiB, or 65535 bytes in a
 * field; and what model/data/unpack.h refuses.
 */
#ifndef WK_MODEL_DATA_CSV_FIELDS_H
#define WK_MODEL_DATA_CSV_FIELDS_H

#include "model/data/unpack.h"

/* In the order of wk_separators. */
enum {
    WK_SEPARATOR_AUTO, /* found from the first lines */
    WK_SEPARATOR_COMMA,
    WK_SEPARATOR_SEMICOLON,
    WK_SEPARATOR_TAB,
    WK_SEPARATOR_BAR,
    WK_SEPARATOR_BLANK
};
extern const char *const wk_separators[]; /* "auto", "comma", … NULL */

enum { WK_FIELD_LONGEST = 65535, WK_FIELDS_BUFFER = 1 << 16 };

typedef struct wk_fields {
    const char *path;
    wk_error *err;
    int separator; /* not AUTO */
    /* the field that was read last */
    size_t field_line, field_column, length;
    bool quoted, row_ends;
    size_t blank_line;   /* of a blank line before the row that was begun last; 0: there was none */
    size_t line, column; /* of the next character, from 1 */
    /* private: */
    wk_unpack *in;
    size_t total, at, end;
    char mark;
    unsigned char buffer[WK_FIELDS_BUFFER];
    char text[WK_FIELD_LONGEST + 1];
} wk_fields;

/* `skip`: lines that are passed over before the table begins. On success the caller closes it. */
wk_status wk_fields_open(const char *path, int separator, size_t skip, wk_fields **fields,
                         wk_error *err) WK_CHECKED;
void wk_fields_close(wk_fields *fields);           /* NULL: nothing */
bool wk_fields_is_packed(const wk_fields *fields); /* gzipped */

/* Begins the next row and reads its first field; *more is false if there is none. */
wk_status wk_fields_row(wk_fields *f, bool *more) WK_CHECKED;
/* The next field of the row, which must not have ended. */
wk_status wk_fields_next(wk_fields *f) WK_CHECKED;

/* How many fields the next row has, as far as it has been read into memory; 0 if that is not known.
 * *empty: its last field is empty. */
size_t wk_fields_ahead(const wk_fields *f, bool *empty);

/* WK_BAD_INPUT at a place, and at the field that was read last. */
wk_status wk_fields_fail_at(const wk_fields *f, size_t line, size_t column, const char *format, ...)
    WK_PRINTF(4, 5);
wk_status wk_fields_fail(const wk_fields *f, const char *format, ...) WK_PRINTF(2, 3);

#endif
