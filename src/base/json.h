/* JSON, written piece by piece to a stream (a file, or memory: base/heap.h).
 * Only what is hard to get right is here; braces and colons are written by the caller. */
#ifndef WK_BASE_JSON_H
#define WK_BASE_JSON_H

#include <stdio.h>

/* "text" with quotes; control characters escaped; bytes that are not UTF-8 become U+FFFD. */
void wk_json_text(FILE *out, const char *text);

/* Shortest text that reads back the same (at most 17 digits); null if not finite. */
void wk_json_real(FILE *out, double value);

#endif
