/* Text from suites, data and libraries, made safe for where it is written. Every function first
 * turns bytes that are not UTF-8 into U+FFFD, and control characters and line breaks into a blank:
 * a name can therefore neither end a line of a script nor steer a terminal.
 */
#ifndef WK_BASE_QUOTE_H
#define WK_BASE_QUOTE_H

#include <stddef.h>
#include <stdio.h>

/* The cleaned text and nothing else: for comments in data files, and terminals. */
void wk_quote_plain(FILE *out, const char *text);

/* The cleaned text, at most `columns` terminal columns wide; a longer one ends in "…". Returns the
 * columns written. */
size_t wk_quote_cut(FILE *out, const char *text, size_t columns);
size_t wk_quote_columns(const char *text);

/* The cleaned text in lines of at most `columns` columns, broken at blanks; all but the first begin
 * with `indent` blanks. A longer word stands alone. Without a line break at the end. */
void wk_quote_wrapped(FILE *out, const char *text, size_t columns, size_t indent);

/* A gnuplot string in single quotes, in which gnuplot neither escapes nor substitutes anything. An
 * apostrophe is drawn as the typographic one (U+2019), so that nothing in the text can end the
 * string. */
void wk_quote_gnuplot(FILE *out, const char *text);

/* The same in at most two lines of `columns` columns: 'first'."\n".'second'. */
void wk_quote_gnuplot_lines(FILE *out, const char *text, size_t columns);

/* The cleaned text, with a backslash before each of these ASCII characters. */
void wk_quote_backslashed(FILE *out, const char *text, const char *marks);

/* Plain words in Markdown, also in a table. */
void wk_quote_markdown(FILE *out, const char *text);

/* A code span in Markdown, also in a table; "–" for an empty text. */
void wk_quote_code(FILE *out, const char *text);

/* The cleaned text as one word of a shell's command line: in single quotes where it needs them. */
void wk_quote_shell(FILE *out, const char *text);

/* A number for people: `digits` significant digits, a true minus sign, "∞", "not a number". */
void wk_quote_number(FILE *out, double value, int digits);

#endif
