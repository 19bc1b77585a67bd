/* Documents: the order of calls, which is the same for all back ends. */
#include "doc/backend.h"

#include "base/heap.h"
#include "base/quote.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- blocks ---- */

static void end_cell(wk_doc *doc) {
    WK_ASSERT(!doc->strong && !doc->emphasis);
    if (doc->block == WK_DOC_CELL)
        doc->backend->end(doc, WK_DOC_CELL);
}

static void end_row(wk_doc *doc) {
    end_cell(doc);
    if (doc->block == WK_DOC_TABLE)
        return;
    WK_ASSERT_EQ(doc->column, doc->columns);
    doc->backend->end(doc, WK_DOC_ROW);
    doc->row++;
    doc->column = 0;
}

static bool is_table(wk_doc_block block) {
    return block == WK_DOC_TABLE || block == WK_DOC_ROW || block == WK_DOC_CELL;
}

/* Ends the block that is open. */
static void leave(wk_doc *doc) {
    WK_ASSERT(!doc->strong && !doc->emphasis);
    if (is_table(doc->block)) {
        end_row(doc);
        WK_ASSERT(doc->row); /* a table has a head */
        doc->block = WK_DOC_TABLE;
    }
    if (doc->block != WK_DOC_NONE && !doc->pending) {
        doc->backend->end(doc, doc->block);
        doc->before = doc->block;
    }
    doc->block = WK_DOC_NONE;
    doc->pending = false;
}

static void end_list(wk_doc *doc) {
    if (!doc->list)
        return;
    doc->backend->end(doc, WK_DOC_LIST);
    doc->before = WK_DOC_LIST;
    doc->list = false;
}

static void begin(wk_doc *doc, wk_doc_block block) {
    if (block != WK_DOC_ITEM)
        end_list(doc);
    else if (!doc->list)
        doc->backend->begin(doc, WK_DOC_LIST);
    doc->list = block == WK_DOC_ITEM;
    doc->backend->begin(doc, block);
}

static void enter(wk_doc *doc, wk_doc_block block) {
    leave(doc);
    doc->block = block;
    doc->fresh = true;
    doc->pending = block == WK_DOC_PARAGRAPH;
    if (!doc->pending)
        begin(doc, block);
}

void wk_doc_end(wk_doc *doc) {
    leave(doc);
    end_list(doc);
    WK_ASSERT(!doc->folds);
    doc->backend->end(doc, WK_DOC_NONE);
    free(doc);
}

void wk_doc_paragraph(wk_doc *doc) {
    enter(doc, WK_DOC_PARAGRAPH);
}

void wk_doc_quotation(wk_doc *doc) {
    enter(doc, WK_DOC_QUOTATION);
}

void wk_doc_item(wk_doc *doc) {
    enter(doc, WK_DOC_ITEM);
}

void wk_doc_preformatted(wk_doc *doc) {
    wk_doc_preformatted_lead(doc, "    ");
}

void wk_doc_preformatted_lead(wk_doc *doc, const char *lead) {
    doc->title = lead;
    enter(doc, WK_DOC_PREFORMATTED);
}

void wk_doc_figure(wk_doc *doc, const char *path, const char *title) {
    doc->path = path;
    doc->title = title;
    enter(doc, WK_DOC_FIGURE);
}

void wk_doc_break(wk_doc *doc) {
    leave(doc);
    begin(doc, WK_DOC_BREAK);
    doc->before = WK_DOC_BREAK;
}

void wk_doc_table(wk_doc *doc, size_t columns, const char *alignment) {
    WK_ASSERT(columns && *alignment);
    leave(doc);
    doc->columns = columns;
    doc->alignment = alignment;
    doc->row = doc->column = 0;
    enter(doc, WK_DOC_TABLE);
}

void wk_doc_row(wk_doc *doc) {
    WK_ASSERT(is_table(doc->block));
    end_row(doc);
    doc->block = WK_DOC_ROW;
    doc->backend->begin(doc, WK_DOC_ROW);
}

void wk_doc_cell(wk_doc *doc) {
    WK_ASSERT(doc->block == WK_DOC_ROW || doc->block == WK_DOC_CELL);
    end_cell(doc);
    doc->block = WK_DOC_CELL;
    doc->tone = WK_DOC_PLAIN;
    doc->backend->begin(doc, WK_DOC_CELL);
    doc->column++;
}

void wk_doc_cell_tone(wk_doc *doc, wk_doc_tone tone) {
    WK_ASSERT(doc->block == WK_DOC_CELL);
    doc->tone = tone;
}

void wk_doc_fold_begin(wk_doc *doc, const char *summary) {
    leave(doc);
    doc->title = summary;
    begin(doc, WK_DOC_FOLD);
    doc->before = WK_DOC_FOLD;
    doc->folds++;
}

void wk_doc_fold_end(wk_doc *doc) {
    leave(doc);
    end_list(doc);
    WK_ASSERT(doc->folds);
    doc->folds--;
    doc->backend->end(doc, WK_DOC_FOLD);
    doc->before = WK_DOC_FOLD;
}

char wk_doc_alignment(const wk_doc *doc, size_t column) {
    const size_t last = strlen(doc->alignment) - 1;
    return doc->alignment[column < last ? column : last];
}

bool wk_doc_has_gap(const wk_doc *doc, wk_doc_block block) {
    const bool inside = block == WK_DOC_ITEM || block == WK_DOC_ROW || block == WK_DOC_CELL;
    const bool same = block == WK_DOC_PREFORMATTED && doc->before == block;
    return doc->before != WK_DOC_NONE && !inside && !same;
}

/* ---- inline pieces ---- */

/* Inline text may stand here; the paragraph begins if it is the first. */
static void open(wk_doc *doc) {
    WK_ASSERT(doc->block != WK_DOC_NONE && doc->block != WK_DOC_TABLE && doc->block != WK_DOC_ROW);
    if (doc->pending)
        begin(doc, doc->block);
    doc->pending = false;
}

static void put(wk_doc *doc, wk_doc_piece piece, const char *text, const char *target) {
    open(doc);
    WK_ASSERT(doc->block != WK_DOC_PREFORMATTED || piece <= WK_DOC_TEXT);
    doc->backend->piece(doc, piece, text, target);
    doc->fresh = false;
}

/* The arguments of a format, as a list that can be handed on. */
typedef struct arguments {
    va_list list;
} arguments;

/* The first `most` bytes of a text, or all. The caller frees it. */
static char *copy(const char *text, size_t most) {
    const size_t n = strnlen(text, most);
    char *out = wk_allocate(n + 1);
    memcpy(out, text, n);
    out[n] = '\0';
    return out;
}

static void put_words(wk_doc *doc, wk_doc_piece piece, const char *words, size_t n) {
    char *text = copy(words, n);
    put(doc, piece, text, NULL);
    free(text);
}

static void say_real(wk_doc *doc, const char *spec, char letter, arguments *a) {
    const char *point = strchr(spec, '.');
    const bool given = point && point[1] == '*';
    const int digits = given ? va_arg(a->list, int) : point ? atoi(point + 1) : 6;
    const double value = va_arg(a->list, double);
    char text[512];
    if (isnan(value)) {
        wk_doc_say(doc, "–");
    } else if (letter == 'g') {
        wk_doc_number(doc, value, digits);
    } else {
        snprintf(text, sizeof text, "%.*f", digits, value);
        wk_doc_text(doc, text);
    }
}

static void say_whole(wk_doc *doc, const char *spec, arguments *a) {
    char text[32];
    if (strchr(spec, 'd'))
        snprintf(text, sizeof text, "%d", va_arg(a->list, int));
    else if (strchr(spec, 'z'))
        snprintf(text, sizeof text, "%zu", va_arg(a->list, size_t));
    else
        snprintf(text, sizeof text, "%" PRIu64, va_arg(a->list, uint64_t));
    wk_doc_text(doc, text);
}

/* Says the argument that the conversion at `format` stands for; returns where that ends. `mark`:
 * what it stands in. */
static const char *say_argument(wk_doc *doc, const char *format, char mark, arguments *a) {
    char spec[16];
    const size_t n = strcspn(format, "sdufg");
    WK_ASSERT(format[n] && n + 2 <= sizeof spec);
    snprintf(spec, sizeof spec, "%.*s", (int)n + 1, format);
    if (spec[n] == 's') {
        const bool cut = strchr(spec, '*') != NULL;
        const size_t most = cut ? (size_t)va_arg(a->list, int) : SIZE_MAX;
        const char *given = va_arg(a->list, const char *);
        char *text = copy(given ? given : "", most);
        (mark == '`' ? wk_doc_code : mark == '[' ? wk_doc_link_heading : wk_doc_text)(doc, text);
        free(text);
    } else if (spec[n] == 'f' || spec[n] == 'g') {
        say_real(doc, spec, spec[n], a);
    } else {
        say_whole(doc, spec, a);
    }
    return format + n + 1;
}

/* Words with their marks. `a`: the arguments of its conversions; NULL: a percent sign is one. */
static void say_words(wk_doc *doc, const char *words, bool cells, arguments *a) {
    for (const char *p = words; *p;) {
        const bool raw = doc->block == WK_DOC_PREFORMATTED;
        const char *close = *p == '`' && !raw ? strchr(p + 1, '`') : NULL;
        if (a && (strncmp(p, "`%s`", 4) == 0 || strncmp(p, "[%s]", 4) == 0)) {
            p = say_argument(doc, p + 2, *p, a) + 1;
        } else if (a && *p == '%' && p[1] != '%') {
            p = say_argument(doc, p + 1, '\0', a);
        } else if (cells && *p == '|') {
            wk_doc_cell(doc);
            p++;
        } else if (close) {
            put_words(doc, WK_DOC_CODE, p + 1, (size_t)(close - p - 1));
            p = close + 1;
        } else if (!raw && p[0] == '*' && p[1] == '*') {
            wk_doc_strong(doc, !doc->strong);
            p += 2;
        } else {
            p += a && *p == '%'; /* doubled */
            const size_t n = 1 + strcspn(p + 1, cells ? "`*[|%" : "`*[%");
            put_words(doc, WK_DOC_WORDS, p, n);
            p += n;
        }
    }
}

void wk_doc_say(wk_doc *doc, const char *words) {
    say_words(doc, words, false, NULL);
}

/* Says `format` and what follows it. */
#define SAY(cells)                                                                                 \
    do {                                                                                           \
        arguments a;                                                                               \
        va_start(a.list, format);                                                                  \
        say_words(doc, format, cells, &a);                                                         \
        va_end(a.list);                                                                            \
    } while (0)

void wk_doc_sayf(wk_doc *doc, const char *format, ...) {
    SAY(false);
}

void wk_doc_heading(wk_doc *doc, int level, const char *format, ...) {
    WK_ASSERT(level >= 1 && level <= 6);
    doc->level = level;
    enter(doc, WK_DOC_HEADING);
    SAY(false);
}

void wk_doc_paragraphf(wk_doc *doc, const char *format, ...) {
    wk_doc_paragraph(doc);
    SAY(false);
}

void wk_doc_itemf(wk_doc *doc, const char *format, ...) {
    wk_doc_item(doc);
    SAY(false);
}

void wk_doc_rowf(wk_doc *doc, const char *format, ...) {
    wk_doc_row(doc);
    wk_doc_cell(doc);
    SAY(true);
}

void wk_doc_cells(wk_doc *doc, const char *format, ...) {
    wk_doc_cell(doc);
    SAY(true);
}

void wk_doc_text(wk_doc *doc, const char *text) {
    if (*text)
        put(doc, WK_DOC_TEXT, text, NULL);
}

void wk_doc_code(wk_doc *doc, const char *text) {
    put(doc, WK_DOC_CODE, text, NULL);
}

void wk_doc_number(wk_doc *doc, double value, int digits) {
    open(doc);
    wk_quote_number(doc->out, value, digits);
    doc->fresh = false;
}

void wk_doc_strong(wk_doc *doc, bool on) {
    WK_ASSERT(doc->strong != on);
    open(doc);
    doc->strong = on;
    put(doc, WK_DOC_STRONG, "", NULL);
}

void wk_doc_emphasis(wk_doc *doc, bool on) {
    WK_ASSERT(doc->emphasis != on);
    open(doc);
    doc->emphasis = on;
    put(doc, WK_DOC_EMPHASIS, "", NULL);
}

void wk_doc_link(wk_doc *doc, const char *target, const char *text) {
    put(doc, WK_DOC_LINK, text, target);
}

void wk_doc_link_heading(wk_doc *doc, const char *text) {
    put(doc, WK_DOC_LINK_HEADING, text, NULL);
}
