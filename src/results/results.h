/* results.json (DESIGN §1, schema 1), read back: what `compare` knows of a run. Strict: a member
 * of the wrong type, a cell listed twice, an unknown status is refused with the file and the place
 * ("base/results.json: cells[3]: metrics: loss: value[2]: must be a number or null, not a string").
 * Members that this version does not know are passed over, so that files of later versions of the
 * same schema can be read.
 */
#ifndef WK_RESULTS_RESULTS_H
#define WK_RESULTS_RESULTS_H

#include "claim/judged.h"

#include <stdio.h>

/* A file larger than this is refused. */
enum { WK_RESULTS_MOST_BYTES = 512 * 1024 * 1024 };

typedef struct wk_results_claim {
    const char *id, *statement, *reason;
    const char *const *tests; /* (ntests) the different tests, in words for people; two claims ask
                                 the same if the lists are equal: "slope of ntk.change,
                                 {"below":-0.4}, …"; the control's begin with "control: " */
    size_t ntests;
    wk_verdict verdict;
} wk_results_claim;

typedef struct wk_results {
    const char *path;                        /* of the file that was read */
    const char *version, *commit, *numerics; /* of the program that wrote it */
    bool dirty;
    const char *suite_path, *suite_sha256, *suite_title;
    const wk_pair *environment; /* keys joined by dots again: "blas.path" */
    size_t nenvironment;
    const wk_results_claim *claims;
    size_t nclaims;
    wk_table table; /* a null value is the number that "not_finite" says; see results_old.h for
                       files that lack it */
} wk_results;

/* Reads `path`, a results.json or a folder that holds one. Everything lives in `arena`.
 * WK_BAD_INPUT if it cannot be read or is not what it should be. */
wk_status wk_results_read(const char *path, wk_arena *arena, wk_results *out,
                          wk_error *err) WK_CHECKED;

/* The same of text[0..length), which need not end in NUL; `path` is for messages. */
wk_status wk_results_parse(const char *path, const char *text, size_t length, wk_arena *arena,
                           wk_results *out, wk_error *err) WK_CHECKED;

/* The text of a fact, "" if there is none. */
const char *wk_results_fact(const wk_results *results, const char *key);

/* Writes results.json. */
wk_status wk_results_write(const wk_judged *report, FILE *out, wk_error *err) WK_CHECKED;

#endif
