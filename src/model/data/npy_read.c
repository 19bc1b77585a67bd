/* Reading .npy files, whose header is a dictionary in Python's notation. */
#include "model/data/npy_read.h"

#include "base/text.h"
#include "model/data/content.h"
#include "model/data/csv.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    MOST_ENTRIES = 1 << 27,
    MOST_COLUMNS = 1000000,
    LONGEST_HEADER = 1 << 16,
    BEST_RATIO = 1032
};

typedef struct array {
    const char *path;
    wk_unpack *in;
    char kind; /* f, i, u, b, U, S */
    bool big, columns_first;
    size_t width; /* bytes of an entry */
    size_t dimensions, size[2];
} array;

WK_PRINTF(3, 4)
static wk_status refuse(const array *a, wk_error *err, const char *format, ...) {
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return wk_fail(err, WK_BAD_INPUT, "'%s' %s", a->path, text);
}

static wk_status take(const array *a, void *bytes, size_t n, wk_error *err) {
    size_t got = 0;
    WK_TRY(wk_unpack_read(a->in, bytes, n, &got, err));
    return got == n ? WK_OK
                    : refuse(a, err, "is truncated: it ends before what its header announces");
}

/* ---- the header ---- */

/* What stands behind 'key': in the dictionary, without blanks; NULL if it is not there. */
static const char *value_of(const char *header, const char *key) {
    const char *at = strstr(header, key);
    if (!at)
        return NULL;
    at += strlen(key);
    at += strspn(at, " ");
    if (*at++ != ':')
        return NULL;
    return at + strspn(at, " ");
}

static wk_status read_type(array *a, const char *header, wk_error *err) {
    const char *at = value_of(header, "'descr'");
    char type[24] = "";
    if (!at || *at != '\'')
        return refuse(a, err, "holds records, not plain numbers: save its numbers as one array");
    const size_t length = strcspn(at + 1, "'");
    snprintf(type, sizeof type, "%.*s", length < 20 ? (int)length : 20, at + 1);
    int64_t width = 0;
    const bool known = type[0] && strchr("<>|=", type[0]) && type[1] && strchr("fiubUS", type[1]) &&
                       wk_text_integer(type + 2, &width) && width > 0 && width <= 4096;
    const bool number =
        known && (type[1] == 'f'   ? width == 2 || width == 4 || width == 8
                  : type[1] == 'b' ? width == 1
                                   : width == 1 || width == 2 || width == 4 || width == 8);
    const bool text = known && (type[1] == 'U' || type[1] == 'S');
    if (!number && !text)
        return refuse(a, err,
                      "has entries of type '%s': numbers of f2, f4, f8 or integers are needed "
                      "(NumPy's astype('f8') makes them)",
                      type);
    a->kind = type[1];
    a->width = (size_t)width * (type[1] == 'U' ? 4 : 1);
    a->big = type[0] == '>';
    return WK_OK;
}

static wk_status read_shape(array *a, const char *header, wk_error *err) {
    const char *at = value_of(header, "'shape'"), *order = value_of(header, "'fortran_order'");
    size_t total = 1;
    if (!at || *at++ != '(' || !order)
        return refuse(a, err, "has a header that cannot be read");
    a->columns_first = strncmp(order, "True", 4) == 0;
    for (a->dimensions = 0; *(at += strspn(at, " ,")) != ')'; a->dimensions++) {
        size_t size = 0;
        if (!isdigit((unsigned char)*at) || a->dimensions == 2)
            return refuse(a, err,
                          isdigit((unsigned char)*at)
                              ? "has more than two dimensions: reshape it to (rows, columns)"
                              : "has a header that cannot be read");
        for (; isdigit((unsigned char)*at); at++)
            size = size <= MOST_ENTRIES ? 10 * size + (size_t)(*at - '0') : size;
        if (size == 0 || size > MOST_ENTRIES / total)
            return refuse(a, err, "announces an impossible size (%zu in dimension %zu)", size,
                          a->dimensions + 1);
        a->size[a->dimensions] = size;
        total *= size;
    }
    const size_t ratio = wk_unpack_is_packed(a->in) ? BEST_RATIO : 1;
    if (total * a->width / ratio > wk_unpack_file_bytes(a->in))
        return refuse(a, err, "is truncated: it ends before what its header announces");
    return WK_OK;
}

static wk_status read_header(array *a, wk_arena *arena, wk_error *err) {
    unsigned char head[10] = {0}, more[2] = {0};
    size_t got = 0;
    WK_TRY(wk_unpack_read(a->in, head, sizeof head, &got, err));
    if (got < sizeof head || memcmp(head, "\x93NUMPY", 6) != 0 || head[6] < 1 || head[6] > 3) {
        const char *hint = wk_content_hint(head, got);
        return refuse(a, err, "is no NumPy array%s%s", hint ? " but " : " (of versions 1 to 3)",
                      hint ? hint : "");
    }
    size_t length = head[8] + 256u * head[9];
    if (head[6] > 1) {
        WK_TRY(take(a, more, sizeof more, err));
        length += 65536u * more[0] + 16777216u * more[1];
    }
    if (length > LONGEST_HEADER)
        return refuse(a, err, "has a header of more than %d bytes", LONGEST_HEADER);
    char *header = wk_arena_get(arena, length + 1, 1);
    WK_TRY(take(a, header, length, err));
    if (strlen(header) != length)
        return refuse(a, err, "has a header that cannot be read");
    WK_TRY(read_type(a, header, err));
    return read_shape(a, header, err);
}

/* ---- entries ---- */

static double half(uint64_t bits) {
    const int exponent = bits >> 10 & 31;
    const double digits = (double)(bits & 1023);
    const double size = exponent == 31 ? (digits > 0 ? NAN : INFINITY)
                        : exponent     ? ldexp(1024 + digits, exponent - 25)
                                       : ldexp(digits, -24);
    return bits >> 15 ? -size : size;
}

static uint64_t bits_of(const array *a, const unsigned char *p) {
    uint64_t bits = 0;
    for (size_t i = 0; i < a->width; i++)
        bits |= (uint64_t)p[a->big ? a->width - 1 - i : i] << 8 * i;
    return bits;
}

static int64_t whole_of(const array *a, uint64_t bits) {
    const uint64_t sign = (uint64_t)1 << (8 * a->width - 1);
    return a->width < 8 && bits & sign ? (int64_t)(bits | ~(sign + (sign - 1))) : (int64_t)bits;
}

static double number_of(const array *a, const unsigned char *p) {
    const uint64_t bits = bits_of(a, p);
    const uint32_t low = (uint32_t)bits;
    double wide = 0;
    float narrow = 0;
    if (a->kind != 'f')
        return a->kind == 'i' ? (double)whole_of(a, bits) : (double)bits;
    if (a->width == 2)
        return half(bits);
    memcpy(&wide, &bits, sizeof wide);
    memcpy(&narrow, &low, sizeof narrow);
    return a->width == 8 ? wide : (double)narrow;
}

/* The text of an entry, as UTF-8, cut at its first NUL. */
static const char *text_of(const array *a, const unsigned char *p, wk_arena *arena) {
    char number[40];
    if (a->kind == 'S')
        return wk_arena_span(arena, (const char *)p, strnlen((const char *)p, a->width));
    if (a->kind == 'U') {
        char *out = wk_arena_get(arena, a->width + 1, 1), *end = out;
        for (size_t i = 0; i < a->width; i += 4) {
            const array four = {.width = 4, .big = a->big};
            uint32_t c = (uint32_t)bits_of(&four, p + i);
            if (c == 0)
                break;
            c = c > 0x10FFFF ? 0xFFFD : c;
            if (c < 0x80) {
                *end++ = (char)c;
            } else if (c < 0x800) {
                *end++ = (char)(0xC0 | c >> 6);
                *end++ = (char)(0x80 | (c & 0x3F));
            } else if (c < 0x10000) {
                *end++ = (char)(0xE0 | c >> 12);
                *end++ = (char)(0x80 | (c >> 6 & 0x3F));
                *end++ = (char)(0x80 | (c & 0x3F));
            } else {
                *end++ = (char)(0xF0 | c >> 18);
                *end++ = (char)(0x80 | (c >> 12 & 0x3F));
                *end++ = (char)(0x80 | (c >> 6 & 0x3F));
                *end++ = (char)(0x80 | (c & 0x3F));
            }
        }
        return out;
    }
    if (a->kind == 'f')
        return wk_arena_text(arena, wk_text_format(number_of(a, p), number));
    if (a->kind == 'i')
        snprintf(number, sizeof number, "%" PRId64, whole_of(a, bits_of(a, p)));
    else
        snprintf(number, sizeof number, "%" PRIu64, bits_of(a, p));
    return wk_arena_text(arena, number);
}

static wk_status open_array(const char *path, array *a, wk_arena *arena, wk_error *err) {
    *a = (array){.path = path};
    WK_TRY(wk_unpack_open(path, &a->in, err));
    const wk_status status = read_header(a, arena, err);
    if (status != WK_OK)
        wk_unpack_close(a->in);
    return status;
}

/* All entries as they stand in the file, and nothing behind them. */
static wk_status read_entries(const array *a, unsigned char **bytes, wk_arena *arena,
                              wk_error *err) {
    const size_t n = a->size[0] * (a->dimensions == 2 ? a->size[1] : 1) * a->width;
    unsigned char behind;
    size_t more = 0;
    *bytes = wk_arena_get(arena, n, 1);
    WK_TRY(take(a, *bytes, n, err));
    WK_TRY(wk_unpack_read(a->in, &behind, 1, &more, err));
    return more ? refuse(a, err, "has more bytes than its header announces") : WK_OK;
}

/* ---- labels ---- */

static wk_status check_labels(const array *a, size_t rows, wk_error *err) {
    const bool one = a->dimensions == 1 || (a->dimensions == 2 && a->size[1] == 1);
    if (!one)
        return refuse(a, err, "has %zu dimensions where a label for each row is needed",
                      a->dimensions);
    if (a->size[0] != rows)
        return refuse(a, err, "has %zu labels for %zu rows", a->size[0], rows);
    return WK_OK;
}

/* (rows) texts. */
static wk_status read_labels(const char *path, size_t rows, bool with_rows, const char ***texts,
                             wk_arena *arena, wk_error *err) {
    array a;
    unsigned char *bytes = NULL;
    WK_TRY(open_array(path, &a, arena, err));
    wk_status status = check_labels(&a, rows, err);
    if (status == WK_OK && with_rows)
        status = read_entries(&a, &bytes, arena, err);
    wk_unpack_close(a.in);
    WK_TRY(status);
    if (!with_rows)
        return WK_OK;
    *texts = wk_arena_get(arena, rows, sizeof **texts);
    for (size_t i = 0; i < rows; i++)
        (*texts)[i] = text_of(&a, bytes + i * a.width, arena);
    return WK_OK;
}

/* ---- rows ---- */

static wk_status check_inputs(const array *a, wk_error *err) {
    if (a->kind == 'U' || a->kind == 'S')
        return refuse(a, err, "holds texts where numbers are needed");
    if (a->dimensions != 2)
        return refuse(a, err, "has %zu dimension%s where (rows, columns) are needed", a->dimensions,
                      a->dimensions == 1 ? "" : "s");
    if (a->size[1] > MOST_COLUMNS)
        return refuse(a, err, "has more than %d columns", MOST_COLUMNS);
    return WK_OK;
}

static wk_status settle_columns(const array *a, const wk_npy_form *form, wk_column_role **roles,
                                wk_rows *rows, wk_arena *arena, wk_error *err) {
    wk_error why = {0};
    const size_t d = a->size[1];
    if (wk_columns_choose(&form->choice, NULL, d, roles, &rows->columns, arena, &why) != WK_OK)
        return refuse(a, err, "%s", why.message);
    rows->number = wk_arena_get(arena, rows->columns, sizeof *rows->number);
    for (size_t i = 0, j = 0; i < d; i++)
        if ((*roles)[i] == WK_COLUMN_INPUT)
            rows->number[j++] = i + 1;
    return WK_OK;
}

/* Row i to x (columns of inputs); *missing if it lacks a number. */
static wk_status take_row(const array *a, const wk_npy_form *form, const wk_column_role *roles,
                          const unsigned char *bytes, size_t i, double *x, bool *missing,
                          wk_error *err) {
    const size_t n = a->size[0], d = a->size[1];
    for (size_t j = 0; j < d; j++) {
        if (roles[j] != WK_COLUMN_INPUT)
            continue;
        const size_t at = a->columns_first ? j * n + i : i * d + j;
        *x = number_of(a, bytes + at * a->width);
        *missing = *missing || isnan(*x);
        if (isinf(*x) || (isnan(*x) && form->missing != WK_MISSING_DROP))
            return refuse(a, err, "holds %s in row %zu, column %zu (from 1): %s",
                          isinf(*x) ? "an infinite number" : "NaN", i + 1, j + 1,
                          isinf(*x) ? "inputs must be finite"
                                    : "`missing: drop` leaves out such rows");
        x++;
    }
    return WK_OK;
}

/* As in a table in text: an empty label is none, and one such as NaN or NA counts, but is told. */
static wk_status take_label(const wk_npy_form *form, const char *label, size_t i, wk_rows *rows,
                            bool *missing, wk_error *err) {
    const bool lacks = wk_csv_is_missing(label), drop = form->missing == WK_MISSING_DROP;
    if (!*label && !drop)
        return wk_fail(
            err, WK_BAD_INPUT,
            "'%s' has no label in row %zu (from 1): `missing: drop` leaves out such rows",
            form->labels, i + 1);
    *missing = *missing || (lacks && drop);
    rows->missing_labels += lacks && !*missing;
    return WK_OK;
}

static wk_status add_rows(const array *a, const wk_npy_form *form, const wk_column_role *roles,
                          const unsigned char *bytes, const char *const *labels, wk_rows *rows,
                          wk_arena *arena, wk_error *err) {
    double *x = wk_arena_doubles(arena, rows->columns);
    for (size_t i = 0; i < a->size[0]; i++) {
        bool missing = false;
        size_t class = 0;
        WK_TRY(take_row(a, form, roles, bytes, i, x, &missing, err));
        if (labels)
            WK_TRY(take_label(form, labels[i], i, rows, &missing, err));
        if (missing) {
            rows->left_out++;
            continue;
        }
        if (labels)
            wk_names_number(&rows->classes, labels[i], arena, &class);
        wk_rows_add(rows, x, labels ? (int)class : -1, 0, i, arena);
    }
    return rows->rows ? WK_OK : refuse(a, err, "has no row in which no value is missing");
}

static wk_status read_all(const array *a, const wk_npy_form *form, bool with_rows, wk_rows *rows,
                          wk_arena *arena, wk_error *err) {
    wk_column_role *roles = NULL;
    unsigned char *bytes = NULL;
    const char **labels = NULL;
    WK_TRY(check_inputs(a, err));
    WK_TRY(settle_columns(a, form, &roles, rows, arena, err));
    if (form->labels)
        WK_TRY(read_labels(form->labels, a->size[0], with_rows, &labels, arena, err));
    if (!with_rows)
        return WK_OK;
    WK_TRY(read_entries(a, &bytes, arena, err));
    return add_rows(a, form, roles, bytes, labels, rows, arena, err);
}

wk_status wk_npy_read(const char *path, const wk_npy_form *form, bool with_rows, wk_rows *rows,
                      size_t *all, wk_arena *arena, wk_error *err) {
    array a;
    *rows = (wk_rows){0};
    WK_TRY(open_array(path, &a, arena, err));
    const wk_status status = read_all(&a, form, with_rows, rows, arena, err);
    wk_unpack_close(a.in);
    if (all)
        *all = a.size[0];
    return status;
}
