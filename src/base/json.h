/* A JSON text, written value by value to a stream (a file, or memory: base/heap.h).
 *
 *   wk_json json = {.out = out};
 *   wk_json_object(&json, NULL);
 *   wk_json_text(&json, "id", id);
 *   wk_json_array(&json, "times");
 *   wk_json_real(&json, NULL, seconds);
 *   wk_json_end(&json);
 *   wk_json_end(&json); -- {"id":"…","times":[0.5]} and a line break
 *
 * The writer knows what is open and where commas go. Every value takes its name: a member of an
 * object has one, an element of an array and the whole text have none (NULL). Another use is a bug
 * and ends the program (WK_ASSERT), and so is nesting deeper than WK_JSON_DEEPEST. Whether all was
 * written is for the owner of the stream to ask, by ferror.
 */
#ifndef WK_BASE_JSON_H
#define WK_BASE_JSON_H

#include "base/value.h"

#include <stdio.h>

enum { WK_JSON_DEEPEST = 32 };

/* Begins with everything but `out` zero. */
typedef struct wk_json {
    FILE *out;
    char close[WK_JSON_DEEPEST]; /* (depth) what ends each open object and array */
    size_t depth;
    bool follows; /* the next value comes after another one */
    bool line;    /* … on a line of its own, after */
    int indent;   /* so many blanks */
} wk_json;

void wk_json_object(wk_json *json, const char *name);
void wk_json_array(wk_json *json, const char *name);
/* Ends what was begun last. */
void wk_json_end(wk_json *json);

/* The next member or element begins a line of its own, after `indent` blanks. */
void wk_json_line(wk_json *json, int indent);
/* Begins an object as the next element, on such a line. */
void wk_json_row(wk_json *json, int indent);

/* Control characters are escaped; bytes that are not UTF-8 become U+FFFD. NULL is an empty text. */
void wk_json_text(wk_json *json, const char *name, const char *text);
void wk_json_text_or_null(wk_json *json, const char *name, const char *text);
/* Shortest text that reads back the same (at most 17 digits); null if not finite. */
void wk_json_real(wk_json *json, const char *name, double value);
/* An array of n reals. */
void wk_json_reals(wk_json *json, const char *name, const double *values, size_t n);
/* A value that another writer, into memory, has written as its whole text. */
void wk_json_copy(wk_json *json, const char *name, const char *text);
void wk_json_count(wk_json *json, const char *name, uint64_t count);
void wk_json_truth(wk_json *json, const char *name, bool truth);
/* By its kind; an integer keeps all its digits. */
void wk_json_value(wk_json *json, const char *name, const wk_value *value);

#endif
