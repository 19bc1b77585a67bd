/* The beginning of a session: its plan goes into the store, and what has no result yet into the
 * ready queue. */
#ifndef WK_RUN_SESSION_PLAN_H
#define WK_RUN_SESSION_PLAN_H

#include "run/allotment.h"
#include "run/ready_queue.h"

/* How many cells of the plan are not run, and why. */
typedef struct wk_session_counts {
    size_t reused;   /* they have a result, or another cell of the plan brings it */
    size_t left_out; /* by the filter */
} wk_session_counts;

/* Replaces the store's plan, suite and facts in one transaction, so that a report never mixes two
 * suites. The queue lives in `arena`, in order. WK_CANNOT if the store cannot be written or the
 * session is stopped: then the store is as it was. */
wk_status wk_session_plan_write(wk_allotter *allotter, wk_ready_queue *queue,
                                wk_session_counts *counts, wk_arena *arena,
                                wk_error *err) WK_CHECKED;

#endif
