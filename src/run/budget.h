/* What a run would take, without running it: cells, operations, memory and time, per experiment and
 * per claim. */
#ifndef WK_RUN_BUDGET_H
#define WK_RUN_BUDGET_H

#include "study/opened.h"

#include <stdio.h>

/* filter: as of --filter, or NULL. */
wk_status wk_budget_print(const wk_opened *opened, const char *filter, FILE *out,
                          wk_error *err) WK_CHECKED;

#endif
