/* Documents as plain text for a terminal. */
#include "doc/backend.h"

#include "base/heap.h"
#include "base/quote.h"

#include <stdlib.h>
#include <string.h>

typedef struct terminal {
    wk_doc doc; /* its `out` collects the text of a block */
    FILE *screen;
    size_t width;
    char *text;
    size_t length;
    char **cells; /* (rows, columns) of the table */
    size_t ncells;
} terminal;

static void begin(wk_doc *doc, wk_doc_block block) {
    terminal *t = (terminal *)doc;
    fputs(wk_doc_has_gap(doc, block) ? "\n" : "", t->screen);
    if (block == WK_DOC_FOLD || block == WK_DOC_BREAK) {
        wk_quote_plain(t->screen, block == WK_DOC_FOLD ? doc->title : "-----");
        fputc('\n', t->screen);
    } else if (block == WK_DOC_TABLE) {
        t->ncells = 0;
    } else if (block != WK_DOC_ROW && block != WK_DOC_LIST) {
        doc->out = wk_text_stream(&t->text, &t->length);
        fputs(block == WK_DOC_ITEM ? "- " : block == WK_DOC_PREFORMATTED ? "    " : "", doc->out);
        if (block == WK_DOC_FIGURE) {
            wk_quote_plain(doc->out, doc->path);
            fputs(": ", doc->out);
        }
    }
}

static void pad(FILE *out, size_t columns) {
    fprintf(out, "%*s", (int)columns, "");
}

static size_t widest(const terminal *t, size_t column) {
    size_t most = 0;
    for (size_t i = column; i < t->ncells; i += t->doc.columns) {
        const size_t columns = wk_quote_columns(t->cells[i]);
        most = columns > most ? columns : most;
    }
    return most;
}

static void end_table(terminal *t) {
    for (size_t i = 0; i < t->ncells; i++) {
        const size_t column = i % t->doc.columns;
        const bool last = column + 1 == t->doc.columns;
        const size_t room = widest(t, column) - wk_quote_columns(t->cells[i]);
        const bool right = wk_doc_alignment(&t->doc, column) == 'r';
        pad(t->screen, right ? room : 0);
        fputs(t->cells[i], t->screen);
        pad(t->screen, last ? 0 : right ? 2 : room + 2);
        fputs(last ? "\n" : "", t->screen);
    }
    for (size_t i = 0; i < t->ncells; i++)
        free(t->cells[i]);
    free(t->cells);
    t->cells = NULL;
}

static void end(wk_doc *doc, wk_doc_block block) {
    terminal *t = (terminal *)doc;
    if (block == WK_DOC_TABLE)
        end_table(t);
    if (block == WK_DOC_TABLE || block == WK_DOC_ROW || block == WK_DOC_FOLD ||
        block == WK_DOC_LIST || block == WK_DOC_NONE)
        return;
    fclose(doc->out);
    if (block == WK_DOC_CELL) {
        t->cells = wk_reallocate(t->cells, (t->ncells + 1) * sizeof *t->cells);
        t->cells[t->ncells++] = t->text;
        return;
    }
    if (block == WK_DOC_PREFORMATTED)
        fputs(t->text, t->screen);
    else
        wk_quote_wrapped(t->screen, t->text, t->width, block == WK_DOC_ITEM ? 2 : 0);
    fputc('\n', t->screen);
    free(t->text);
}

static void piece(wk_doc *doc, wk_doc_piece piece, const char *text, const char *target) {
    wk_quote_plain(doc->out, piece == WK_DOC_CODE && !*text ? "–" : text);
    if (piece == WK_DOC_LINK) {
        fputs(" (", doc->out);
        wk_quote_plain(doc->out, target);
        fputs(")", doc->out);
    }
}

static const wk_doc_backend backend = {begin, end, piece};

wk_doc *wk_doc_terminal(FILE *out, size_t columns) {
    terminal *t = wk_allocate_zeroed(1, sizeof *t);
    t->doc.backend = &backend;
    t->screen = out;
    t->width = columns;
    return &t->doc;
}
