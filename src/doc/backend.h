/* What a back end of a document has to provide: one const struct. document.c checks the order of
 * calls, so a back end sees correct documents only. Only back ends include this header. */
#ifndef WK_DOC_BACKEND_H
#define WK_DOC_BACKEND_H

#include "doc/doc.h"

typedef enum wk_doc_block {
    WK_DOC_NONE,
    WK_DOC_HEADING,
    WK_DOC_PARAGRAPH,
    WK_DOC_QUOTATION,
    WK_DOC_LIST, /* around items that follow each other */
    WK_DOC_ITEM,
    WK_DOC_PREFORMATTED,
    WK_DOC_FIGURE,
    WK_DOC_BREAK, /* has no end */
    WK_DOC_TABLE,
    WK_DOC_ROW,
    WK_DOC_CELL,
    WK_DOC_FOLD
} wk_doc_block;

typedef enum wk_doc_piece {
    WK_DOC_WORDS, /* the program's own */
    WK_DOC_TEXT,
    WK_DOC_CODE,
    WK_DOC_STRONG,   /* begins or ends: see doc->strong */
    WK_DOC_EMPHASIS, /* likewise */
    WK_DOC_LINK,
    WK_DOC_LINK_HEADING
} wk_doc_piece;

typedef struct wk_doc_backend {
    void (*begin)(wk_doc *doc, wk_doc_block block);
    /* Of the whole document: WK_DOC_NONE. */
    void (*end)(wk_doc *doc, wk_doc_block block);
    /* `target` is of links to files alone. */
    void (*piece)(wk_doc *doc, wk_doc_piece piece, const char *text, const char *target);
} wk_doc_backend;

/* A back end with a state of its own allocates a larger struct whose first member is this one. */
struct wk_doc {
    const wk_doc_backend *backend;
    FILE *out;                  /* inline pieces are written to it */
    wk_doc_block block, before; /* the open block; the last one that was ended */
    bool pending;               /* the paragraph is open, but nothing has been said in it */
    bool fresh;                 /* no piece has been written to the block */
    bool list;                  /* a list is open */
    bool strong, emphasis;
    size_t folds;                /* how many are open */
    size_t columns, column, row; /* of the table; `column` counts the cells of the row */
    const char *alignment;       /* of the table */
    int level;                   /* of the heading that begins */
    const char *path, *title;    /* of the figure or fold that begins; title: or a lead */
    wk_doc_tone tone;            /* of the cell */
};

/* The letter of a column's alignment. */
char wk_doc_alignment(const wk_doc *doc, size_t column);

/* Does an empty line separate this block from what stands before it? */
bool wk_doc_has_gap(const wk_doc *doc, wk_doc_block block);

#endif
