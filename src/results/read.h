/* Private to src/results: what the parts of the reader of results.json share. */
#ifndef WK_RESULTS_READ_H
#define WK_RESULTS_READ_H

#include "base/json_read.h"
#include "results/results.h"

typedef struct wk_results_reader {
    wk_arena *arena; /* of all that is read */
    wk_error *err;
} wk_results_reader;

/* "a string", "null", …: what a value is, for messages. */
const char *wk_results_kind_of(const json_t *value);

/* The member of an object. WK_BAD_INPUT if it is missing or not of that type. */
wk_status wk_results_member(const wk_results_reader *r, const json_t *object, const char *name,
                            json_type type, const json_t **out) WK_CHECKED;

/* The same of a string. The text lives in the reader's arena. */
wk_status wk_results_text(const wk_results_reader *r, const json_t *object, const char *name,
                          const char **out) WK_CHECKED;

/* The claims of the file. */
wk_status wk_results_read_claims(const wk_results_reader *r, const json_t *root,
                                 wk_results *out) WK_CHECKED;

#endif
