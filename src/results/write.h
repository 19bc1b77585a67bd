/* Private to src/results: the pieces of results.json that its writers share. */
#ifndef WK_RESULTS_WRITE_H
#define WK_RESULTS_WRITE_H

#include "claim/judged.h"

#include <stdio.h>

/* Writes ,"NAME": and leaves the comma out for the first member of an object. */
void wk_results_key(FILE *out, const char *name, bool first);

/* Writes the facts as one object. A dot in a key begins an object within it. */
void wk_results_environment(const wk_fact *facts, size_t n, FILE *out);

#endif
