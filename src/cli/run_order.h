/* The options of `run`, and the order for a suite run that they make. */
#ifndef WK_CLI_RUN_ORDER_H
#define WK_CLI_RUN_ORDER_H

#include "cli/options.h"
#include "run/suite_run.h"

typedef struct wk_run_values {
    const char *folder, *backend;
    wk_option_list overrides;
    size_t seeds; /* 0: not given */
    bool confirm, dry_run;
    wk_run_options how;
} wk_run_values;

extern const wk_option_table wk_run_order_options;

/* Texts made on the way live in `arena`. The order's `stop` is left to the caller. */
wk_status wk_run_order_make(const wk_run_values *values, const char *suite, wk_arena *arena,
                            wk_suite_run_order *order, wk_error *err) WK_CHECKED;

#endif
