/* JSON, written piece by piece to a stream (a file, or memory: base/memory.h).
 * Only what is hard to get right is here; braces and colons are written by the caller. */
#ifndef WK_BASE_JSON_H
#define WK_BASE_JSON_H

#include <stddef.h>
#include <stdio.h>

/* "text" with quotes; control characters escaped; bytes that are not UTF-8 become U+FFFD. */
void wk_json_text(FILE *out, const char *text);

/* How many bytes from the start of `text` stand in such quotes as they are. */
size_t wk_json_plain(const char *text);

/* Shortest text that reads back the same (at most 17 digits); null if not finite. */
void wk_json_real(FILE *out, double value);

/* As wk_json_real, but "inf", "-inf", "nan" as strings: for the program's own records, which must
 * not lose the difference. */
void wk_json_real_exact(FILE *out, double value);

#endif
