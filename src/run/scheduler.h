/* The scheduler: runs the cells of a session that have no result yet. */
#ifndef WK_RUN_SCHEDULER_H
#define WK_RUN_SCHEDULER_H

#include "run/session.h"

/* Replaces the store's plan, and runs the cells that have no result yet. Returns when all are done
 * or the session is stopped; cells in flight are then pending. WK_CANNOT if the store cannot be
 * written: finished cells are kept. */
wk_status wk_scheduler_run(const wk_session *session, wk_error *err) WK_CHECKED;

#endif
