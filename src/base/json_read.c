/* Reading JSON with jansson, whose own answer to exhausted memory is to drop bytes: it gets
 * allocation that does not fail. */
#include "base/json_read.h"

#include "base/heap.h"

#include <stdlib.h>

json_t *wk_json_read(const char *text, size_t length, json_error_t *where) {
    json_set_alloc_funcs(wk_allocate, free);
    return json_loadb(text, length, JSON_REJECT_DUPLICATES, where);
}
