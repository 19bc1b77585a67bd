/* Documents: the order of calls, which is the same for all back ends. */
#include "doc/backend.h"

#include "base/heap.h"
#include "base/quote.h"

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

void wk_doc_heading(wk_doc *doc, int level, const char *words) {
    WK_ASSERT(level >= 1 && level <= 6);
    doc->level = level;
    enter(doc, WK_DOC_HEADING);
    wk_doc_say(doc, words);
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
    doc->backend->begin(doc, WK_DOC_CELL);
    doc->column++;
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

void wk_doc_say(wk_doc *doc, const char *words) {
    for (const char *p = words; *p;) {
        const char *close = *p == '`' ? strchr(p + 1, '`') : NULL;
        const bool code = close && doc->block != WK_DOC_PREFORMATTED;
        const size_t n = code ? (size_t)(close - p - 1) : 1 + strcspn(p + 1, "`");
        char *text = wk_allocate(n + 1);
        memcpy(text, p + code, n);
        text[n] = '\0';
        put(doc, code ? WK_DOC_CODE : WK_DOC_WORDS, text, NULL);
        free(text);
        p += n + 2 * (size_t)code;
    }
}

static void say_list(wk_doc *doc, const char *format, va_list list) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&text, &length);
    vfprintf(out, format, list);
    fclose(out);
    wk_doc_say(doc, text);
    free(text);
}

void wk_doc_sayf(wk_doc *doc, const char *format, ...) {
    va_list list;
    va_start(list, format);
    say_list(doc, format, list);
    va_end(list);
}

void wk_doc_cells(wk_doc *doc, const char *words) {
    for (const char *p = words;; p++) {
        const size_t n = strcspn(p, "|");
        wk_doc_cell(doc);
        wk_doc_sayf(doc, "%.*s", (int)n, p);
        p += n;
        if (!*p)
            break;
    }
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

void wk_doc_strongf(wk_doc *doc, const char *format, ...) {
    va_list list;
    va_start(list, format);
    wk_doc_strong(doc, true);
    say_list(doc, format, list);
    wk_doc_strong(doc, false);
    va_end(list);
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
