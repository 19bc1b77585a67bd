/* The command line that makes a report again. */
#ifndef WK_RUN_RERUN_H
#define WK_RUN_RERUN_H

#include "run/session.h"

/* "widecheck run SUITE -o FOLDER …", each word as a shell needs it: what changes results, not how
 * fast they come. Lives in `arena`. */
const char *wk_rerun_line(const wk_suite_run_order *order, wk_arena *arena);

#endif
