/* Reading JSON with jansson, safely when memory runs out. jansson 2.14 by itself then drops a byte
 * of the text when a buffer cannot grow, and calls the result a success, so that a number may lose
 * a digit; or it aborts on an assertion. */
#ifndef WK_BASE_JSON_READ_H
#define WK_BASE_JSON_READ_H

#include "base/error.h"

#include <jansson.h>

/* Duplicate keys are refused. *out is the caller's, for wk_json_free; NULL on failure: WK_CANNOT
 * for lack of memory, and the message says so; WK_BAD_INPUT for what is no JSON: then *where says
 * what and where, and `err` is not filled. */
wk_status wk_json_read(const char *text, size_t length, json_t **out, json_error_t *where,
                       wk_error *err) WK_CHECKED;

/* Not json_decref: jansson's allocator is another while these two are at work. NULL is allowed. */
void wk_json_free(json_t *json);

#endif
