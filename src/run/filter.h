/* --filter: which cells of a plan a run is about. */
#ifndef WK_RUN_FILTER_H
#define WK_RUN_FILTER_H

#include "study/opened.h"

/* Does the claim look at the cell, or its control, or a claim whose verdict it is about? */
bool wk_filter_claim_takes(const wk_claim *claim, const wk_row *cell);

/* Does the filter leave in the cell? It does if it is NULL, if it matches the name of the cell's
 * experiment, or if it matches the name of a claim that looks at the cell. */
bool wk_filter_takes(const wk_opened *opened, const char *filter, const wk_row *cell);

/* WK_BAD_INPUT if the filter matches no experiment and no claim. */
wk_status wk_filter_check(const wk_opened *opened, const char *filter, wk_error *err) WK_CHECKED;

#endif
