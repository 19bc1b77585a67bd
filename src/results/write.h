/* Private to src/results: the pieces of results.json that its writers share. */
#ifndef WK_RESULTS_WRITE_H
#define WK_RESULTS_WRITE_H

#include "base/json.h"
#include "claim/judged.h"

/* Writes the facts as one object, the member "environment". A dot in a key begins an object within
 * it. */
void wk_results_environment(const wk_fact *facts, size_t n, wk_json *json);

#endif
