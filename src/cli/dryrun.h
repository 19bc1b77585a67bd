/* `run --dry-run`: cells, operations, memory and time, an experiment and a claim. Runs nothing. */
#ifndef WK_CLI_DRYRUN_H
#define WK_CLI_DRYRUN_H

#include "study/opened.h"

#include <stdio.h>

/* filter: as of --filter, or NULL. */
wk_status wk_dryrun_print(const wk_opened *opened, const char *filter, FILE *out,
                          wk_error *err) WK_CHECKED;

#endif
