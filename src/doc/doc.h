/* A document that is written once and printed by one of several back ends.
 *
 * A document is a sequence of blocks. Beginning a block ends the block before it, and inline pieces
 * go into the block that was begun last:
 *
 *   wk_doc *doc = wk_doc_markdown(out);
 *   wk_doc_heading(doc, 2, "");
 *   wk_doc_text(doc, title);
 *   wk_doc_paragraph(doc);
 *   wk_doc_say(doc, "Everything is in ");
 *   wk_doc_code(doc, path);
 *   wk_doc_say(doc, ".");
 *   wk_doc_end(doc);
 *
 * A caller never writes markup: each back end escapes the texts that it is given. No text can end
 * the block in which it stands; control characters and line breaks become blanks.
 * Calls in a wrong place are bugs and end the program (WK_ASSERT): an inline piece outside of a
 * block, a cell outside of a row, a row of too few or too many cells, strong text that is open when
 * its block ends, a fold that is never closed.
 */
#ifndef WK_DOC_DOC_H
#define WK_DOC_DOC_H

#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct wk_doc wk_doc;

/* Begins a document. `out` stays the caller's, who looks for errors of writing by ferror. */
wk_doc *wk_doc_markdown(FILE *out);
/* For a screen: paragraphs, items and the last column of tables are wrapped at `columns`. */
wk_doc *wk_doc_terminal(FILE *out, size_t columns);
/* The same, as wide as the terminal that `out` is, and with its colours. If `out` is none and the
 * environment has no COLUMNS, nothing is wrapped: what reads a pipe finds each fact on one line. */
wk_doc *wk_doc_screen(FILE *out);
/* How wide that terminal is; COLUMNS, or 80, if it is none. */
size_t wk_doc_screen_columns(FILE *out);
/* Ends the last block and frees the document. */
void wk_doc_end(wk_doc *doc);

/* ---- blocks ---- */

/* Formats are those of wk_doc_sayf, and more pieces may follow. Levels are 1 … 6. */
void wk_doc_heading(wk_doc *doc, int level, const char *format, ...) WK_PRINTF(3, 4);
/* A paragraph in which nothing is said is not written. */
void wk_doc_paragraph(wk_doc *doc);
void wk_doc_paragraphf(wk_doc *doc, const char *format, ...) WK_PRINTF(2, 3);
void wk_doc_quotation(wk_doc *doc);
/* An item of a list. Items that follow each other form one list. */
void wk_doc_item(wk_doc *doc);
void wk_doc_itemf(wk_doc *doc, const char *format, ...) WK_PRINTF(2, 3);
/* One line that is shown as it is and never wrapped, such as a command that is to be copied. Only
 * wk_doc_say, wk_doc_sayf and wk_doc_text may write to it. On a screen it begins with `lead`. */
void wk_doc_preformatted(wk_doc *doc);
void wk_doc_preformatted_lead(wk_doc *doc, const char *lead);
/* An image; what follows is its caption. The path is relative to the document. */
void wk_doc_figure(wk_doc *doc, const char *path, const char *title);
/* A horizontal line. */
void wk_doc_break(wk_doc *doc);

/* A table. `alignment` has one letter per column, `l` or `r`; its last letter is for all further
 * columns, too. The string has to last as long as the table. The first row is the head. */
void wk_doc_table(wk_doc *doc, size_t columns, const char *alignment);
void wk_doc_row(wk_doc *doc);
void wk_doc_cell(wk_doc *doc);
/* Cells, separated by `|` in the format; and a row that begins with them. */
void wk_doc_cells(wk_doc *doc, const char *format, ...) WK_PRINTF(2, 3);
void wk_doc_rowf(wk_doc *doc, const char *format, ...) WK_PRINTF(2, 3);

/* The cell that was begun last is good, bad or doubtful news, and has its colour on a screen. Its
 * words have to say so, too. */
typedef enum wk_doc_tone { WK_DOC_PLAIN, WK_DOC_GOOD, WK_DOC_BAD, WK_DOC_DOUBTFUL } wk_doc_tone;
void wk_doc_cell_tone(wk_doc *doc, wk_doc_tone tone);

/* The blocks between these two are hidden until a reader asks for them, where the back end can. */
void wk_doc_fold_begin(wk_doc *doc, const char *summary);
void wk_doc_fold_end(wk_doc *doc);

/* ---- inline pieces ---- */

/* The program's own words. What stands between two backticks is code, and what stands between two
 * double asterisks is strong. Texts of users, files and libraries have to be arguments of a format,
 * or go through wk_doc_text or wk_doc_code. */
void wk_doc_say(wk_doc *doc, const char *words);
/* Words with arguments in them:
 *   %s, %.*s   any text, shown literally; NULL is an empty one
 *   `%s`       the same as code
 *   [%s]       a link to the heading that says just this text
 *   %.3g       as wk_doc_number with 3 digits; NaN is shown as "–"
 *   %.3f, %zu, %d, %" PRIu64 "   as printf has them; NaN is shown as "–"
 *   %%         a percent sign */
void wk_doc_sayf(wk_doc *doc, const char *format, ...) WK_PRINTF(2, 3);
/* Any text, shown literally. */
void wk_doc_text(wk_doc *doc, const char *text);
/* The same as code; an empty text is shown as "–". */
void wk_doc_code(wk_doc *doc, const char *text);
void wk_doc_number(wk_doc *doc, double value, int digits); /* as wk_quote_number */
/* Strong and emphasised text begins with true and ends with false. */
void wk_doc_strong(wk_doc *doc, bool on);
void wk_doc_emphasis(wk_doc *doc, bool on);
/* A link to a file beside the document, and one to the heading that says just `text`. */
void wk_doc_link(wk_doc *doc, const char *target, const char *text);
void wk_doc_link_heading(wk_doc *doc, const char *text);

#endif
