/* The options of `run`, and the order for a suite run that they make. */
#ifndef WK_CLI_RUN_ORDER_H
#define WK_CLI_RUN_ORDER_H

#include "cli/options.h"
#include "run/suite_run.h"

extern const wk_option_table wk_run_order_options;

/* Reads a command line. Texts made on the way live in `arena`. *dry_run: as of --dry-run. The
 * order's `stop` is left to the caller. */
wk_status wk_run_order_read(int argc, char **argv, wk_arena *arena, wk_suite_run_order *order,
                            bool *dry_run, wk_error *err) WK_CHECKED;

#endif
