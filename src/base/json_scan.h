/* Reading back the JSON that the program wrote for itself (a cell's record), word by word in the
 * order in which it was written. A report reads every cell: jansson's tree, with an allocation for
 * each number, was half of its time. What others wrote or may have edited is for base/json_read.h.
 *
 *   wk_scan scan = {.at = text, .arena = arena, .err = err};
 *   if (!wk_scan_word(&scan, "{\"name\":") || !(name = wk_scan_text(&scan)) ...)
 *       return wk_fail(err, ..., scan.at);
 *
 * Each call reads what stands at scan->at and steps over it. If something else stands there, it
 * returns false or NULL, and scan->at is at or before the place. Nothing beyond
 * the text's NUL is read. */
#ifndef WK_BASE_JSON_SCAN_H
#define WK_BASE_JSON_SCAN_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct wk_scan {
    const char *at;
    wk_arena *arena; /* of all that is read */
} wk_scan;

/* These bytes. */
bool wk_scan_word(wk_scan *scan, const char *word);

/* What wk_json_text wrote, with its escapes and no others; the text without them. */
const char *wk_scan_text(wk_scan *scan);

/* What wk_json_real_exact wrote, or any other JSON number that is a finite double; or that is not:
 * "inf", "-inf", "nan". */
bool wk_scan_real(wk_scan *scan, double *value);

/* An array of such numbers, [a,b,c]. */
const double *wk_scan_reals(wk_scan *scan, size_t *n);

#endif
