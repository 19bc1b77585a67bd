/* Documents as plain text for a terminal. */
#include "doc/backend.h"

#include "base/heap.h"
#include "base/quote.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

typedef struct cell {
    char *text;
    wk_doc_tone tone;
} cell;

typedef struct terminal {
    wk_doc doc; /* its `out` collects the text of a block */
    FILE *screen;
    size_t width;
    bool colours;
    char *text;
    size_t length;
    cell *cells; /* (rows, columns) of the table */
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
        fputs(block == WK_DOC_ITEM ? "- " : "", doc->out);
        if (block == WK_DOC_PREFORMATTED)
            wk_quote_plain(doc->out, doc->title);
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
        const size_t columns = wk_quote_columns(t->cells[i].text);
        most = columns > most ? columns : most;
    }
    return most;
}

/* A cell of the last column, which begins at `start`. It is wrapped; below the other columns if
 * they leave it no room. */
static void put_last(const terminal *t, const char *text, size_t start) {
    enum { LEAST = 24, INDENT = 4 };
    const bool below = start + LEAST > t->width && start + wk_quote_columns(text) > t->width;
    const size_t indent = below ? INDENT : start;
    char *lines = NULL, *rest = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&lines, &length);
    wk_quote_wrapped(out, text, t->width > indent ? t->width - indent : 1, 0);
    fclose(out);
    bool first = !below;
    for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        if (!first)
            fprintf(t->screen, "\n%*s", (int)indent, "");
        fputs(line, t->screen);
        first = false;
    }
    free(lines);
}

static void put_cell(const terminal *t, size_t i, size_t start, size_t room) {
    static const char *const colours[] = {[WK_DOC_PLAIN] = "",
                                          [WK_DOC_GOOD] = "\033[32m",
                                          [WK_DOC_BAD] = "\033[31m",
                                          [WK_DOC_DOUBTFUL] = "\033[33m"};
    const cell *own = &t->cells[i];
    const bool right = wk_doc_alignment(&t->doc, i % t->doc.columns) == 'r';
    const bool last = (i + 1) % t->doc.columns == 0, coloured = t->colours && own->tone;
    pad(t->screen, right ? room : 0);
    fputs(coloured ? colours[own->tone] : "", t->screen);
    if (last && !right)
        put_last(t, own->text, start);
    else
        fputs(own->text, t->screen);
    fputs(coloured ? "\033[0m" : "", t->screen);
    pad(t->screen, last ? 0 : right ? 2 : room + 2);
    fputs(last ? "\n" : "", t->screen);
}

static void end_table(terminal *t) {
    size_t start = 0;
    for (size_t i = 0; i < t->ncells; i++) {
        const size_t column = i % t->doc.columns, width = widest(t, column);
        start = column ? start : 0;
        put_cell(t, i, start, width - wk_quote_columns(t->cells[i].text));
        start += width + 2;
    }
    for (size_t i = 0; i < t->ncells; i++)
        free(t->cells[i].text);
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
        t->cells[t->ncells++] = (cell){t->text, doc->tone};
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

/* What a user says who pipes the output into a narrow window; 0 if nothing. */
static size_t asked_columns(void) {
    const char *asked = getenv("COLUMNS");
    const long columns = asked ? strtol(asked, NULL, 10) : 0;
    return columns > 0 ? (size_t)columns : 0;
}

/* How wide the terminal that `out` is says that it is; what COLUMNS says if `out` is none. */
static size_t columns_of(FILE *out, size_t otherwise) {
    enum { NARROWEST = 40, WIDEST = 120 };
    struct winsize size;
    const int file = fileno(out);
    const bool is_terminal = file >= 0 && isatty(file);
    size_t columns = is_terminal ? 0 : asked_columns();
    if (is_terminal && ioctl(file, TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    if (!columns)
        return otherwise;
    return columns < NARROWEST ? NARROWEST : columns > WIDEST ? WIDEST : columns;
}

size_t wk_doc_screen_columns(FILE *out) {
    return columns_of(out, 80);
}

wk_doc *wk_doc_screen(FILE *out) {
    const bool is_terminal = fileno(out) >= 0 && isatty(fileno(out));
    terminal *t = (terminal *)wk_doc_terminal(out, columns_of(out, is_terminal ? 80 : SIZE_MAX));
    const char *refused = getenv("NO_COLOR"), *kind = getenv("TERM");
    t->colours =
        is_terminal && !(refused && *refused) && kind && *kind && strcmp(kind, "dumb") != 0;
    return &t->doc;
}
