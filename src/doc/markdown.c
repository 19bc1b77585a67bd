/* Documents as Markdown (GitHub's). */
#include "doc/backend.h"

#include "base/heap.h"
#include "base/quote.h"

#include <ctype.h>
#include <string.h>

static void put_target(FILE *out, const char *target) {
    for (const unsigned char *p = (const unsigned char *)target; *p; p++)
        fprintf(out, isalnum(*p) || strchr("-._/", *p) ? "%c" : "%%%02X", *p);
}

/* A heading's anchor as GitHub makes it: letters, digits, - and _. */
static void put_anchor(FILE *out, const char *text) {
    fputc('#', out);
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if (isalnum(*p) || *p == '-' || *p == '_')
            fputc(tolower(*p), out);
}

static void begin(wk_doc *doc, wk_doc_block block) {
    static const char *const first[] = {[WK_DOC_QUOTATION] = "> ",
                                        [WK_DOC_ITEM] = "- ",
                                        [WK_DOC_PREFORMATTED] = "    ",
                                        [WK_DOC_BREAK] = "---\n",
                                        [WK_DOC_FOLD] = "<details><summary>"};
    if (block == WK_DOC_ROW || block == WK_DOC_CELL) {
        fputc(block == WK_DOC_ROW ? '|' : ' ', doc->out);
        return;
    }
    fputs(wk_doc_has_gap(doc, block) ? "\n" : "", doc->out);
    fputs(first[block] ? first[block] : "", doc->out);
    if (block == WK_DOC_HEADING)
        fprintf(doc->out, "%.*s ", doc->level, "######");
    if (block == WK_DOC_FIGURE) {
        fputs("![", doc->out);
        wk_quote_markdown(doc->out, doc->title);
        fputs("](", doc->out);
        put_target(doc->out, doc->path);
        fputs(")\n\n", doc->out);
    }
    if (block == WK_DOC_FOLD) {
        wk_quote_markdown(doc->out, doc->title);
        fputs("</summary>\n", doc->out);
    }
}

static void end(wk_doc *doc, wk_doc_block block) {
    if (block == WK_DOC_TABLE || block == WK_DOC_LIST || block == WK_DOC_NONE)
        return;
    fputs(block == WK_DOC_CELL ? " |" : block == WK_DOC_FOLD ? "\n</details>\n" : "\n", doc->out);
    if (block != WK_DOC_ROW || doc->row)
        return;
    fputc('|', doc->out);
    for (size_t i = 0; i < doc->columns; i++)
        fputs(wk_doc_alignment(doc, i) == 'r' ? "---:|" : "---|", doc->out);
    fputc('\n', doc->out);
}

/* Text at the beginning of a paragraph must not make it a list, a heading or an indented block. */
static const char *begin_text(const wk_doc *doc, const char *text) {
    if (!doc->fresh || (doc->block != WK_DOC_PARAGRAPH && doc->block != WK_DOC_QUOTATION &&
                        doc->block != WK_DOC_ITEM))
        return text;
    while (*text && (unsigned char)*text <= ' ')
        text++;
    const size_t digits = strspn(text, "0123456789");
    if (text[digits] && strchr(digits ? ".)" : "-+=", text[digits])) {
        fprintf(doc->out, "%.*s\\%c", (int)digits, text, text[digits]);
        text += digits + 1;
    }
    return text;
}

static void piece(wk_doc *doc, wk_doc_piece piece, const char *text, const char *target) {
    switch (piece) {
    case WK_DOC_WORDS:
        wk_quote_backslashed(doc->out, text, doc->block == WK_DOC_PREFORMATTED ? "" : "\\`*_<|");
        break;
    case WK_DOC_TEXT:
        if (doc->block == WK_DOC_PREFORMATTED)
            wk_quote_plain(doc->out, text);
        else
            wk_quote_markdown(doc->out, begin_text(doc, text));
        break;
    case WK_DOC_CODE:
        wk_quote_code(doc->out, text);
        break;
    case WK_DOC_STRONG:
        fputs("**", doc->out);
        break;
    case WK_DOC_EMPHASIS:
        fputs("*", doc->out);
        break;
    case WK_DOC_LINK:
    case WK_DOC_LINK_HEADING:
        fputs("[", doc->out);
        wk_quote_markdown(doc->out, text);
        fputs("](", doc->out);
        if (piece == WK_DOC_LINK)
            put_target(doc->out, target);
        else
            put_anchor(doc->out, text);
        fputs(")", doc->out);
        break;
    }
}

static const wk_doc_backend markdown = {begin, end, piece};

wk_doc *wk_doc_markdown(FILE *out) {
    wk_doc *doc = wk_allocate_zeroed(1, sizeof *doc);
    doc->backend = &markdown;
    doc->out = out;
    return doc;
}
