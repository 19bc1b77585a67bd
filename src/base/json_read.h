/* Reading JSON with jansson. */
#ifndef WK_BASE_JSON_READ_H
#define WK_BASE_JSON_READ_H

#include <jansson.h>
#include <stddef.h>

/* Duplicate keys are refused. NULL for what is no JSON: then *where says what and where. The caller
 * gives the result back by json_decref. */
json_t *wk_json_read(const char *text, size_t length, json_error_t *where);

#endif
