/* Small things done with text: strict numbers, wildcards, "did you mean". Numbers are read and
 * written in the C locale (the program never calls setlocale). */
#ifndef WK_BASE_TEXT_H
#define WK_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whole text must be the number; no blanks, no hex, no octal, no inf or nan. */
bool wk_text_integer(const char *text, int64_t *value); /* -?[0-9]+ ; a leading 0 only as "0" */
bool wk_text_real(const char *text, double *value);     /* -?(D[.[D]]|.D)[e[+-]D], D digits */

/* Behind a plus sign that begins a number, as people and instruments write it; else `text`. The
 * texts that the program itself writes have none. */
const char *wk_text_skip_plus(const char *text);

/* What printf's %.16g makes of the value if that reads back as the same double, and then what %.15g
 * makes of it if that does too; else what %.17g makes of it, which always does. "inf", "-inf",
 * "nan". `out` has room for 32 bytes and is returned. */
char *wk_text_format(double value, char out[32]);

/* Shell-like match of the whole text: * any run, ? any one character. */
bool wk_text_match(const char *glob, const char *text);

/* The word of words[0..n) nearest to `word` by edit distance, or NULL if none is near enough to be
 * what was meant (more than a third of the letters differ). */
const char *wk_text_nearest(const char *word, const char *const *words, size_t n);

/* What an error message ends with: " (did you mean 'NEAREST'?)", or "" if no word is near. A word
 * of more than 200 bytes is cut. `out` is returned. */
enum { WK_TEXT_HINT = 232 };
char *wk_text_hint(const char *word, const char *const *words, size_t n, char out[WK_TEXT_HINT]);
/* The same for the names of table[0..n), structs of `size` bytes that begin with their name. */
char *wk_text_hint_of(const char *word, const void *table, size_t n, size_t size,
                      char out[WK_TEXT_HINT]);

/* `text` as it can stand in a one-line message: control characters as '?', at most 40 characters
 * and then "…". `out` is returned. */
enum { WK_TEXT_SHOWN = 168 };
char *wk_text_show(const char *text, char out[WK_TEXT_SHOWN]);

/* Is `word` a plain name: [A-Za-z0-9][A-Za-z0-9._-]* , at most 100 bytes, no ".."? Names of
 * experiments, claims and figures are; they are safe as file names. */
bool wk_text_is_name(const char *word);

/* The character at *text, which is stepped over: one well-formed UTF-8 sequence (RFC 3629). A byte
 * that begins none is stepped over alone, and counts as U+FFFD. */
enum { WK_TEXT_REPLACEMENT = 0xFFFD };
uint32_t wk_text_decode(const unsigned char **text);

#endif
