/* How a worker process ended, from what it wrote, its exit status and what wait4 told. */
#ifndef WK_RUN_WORKER_END_H
#define WK_RUN_WORKER_END_H

#include "run/worker_process.h"
#include "table/table.h"

#include <sys/resource.h>

enum { WK_WORKER_REASON = WK_WORKER_TAIL + 300 };

typedef struct wk_worker_end {
    wk_end end;  /* OK, TIMEOUT, MEMORY, CRASHED, or PENDING (stopped by us) */
    bool whole;  /* its answer is */
    double peak; /* bytes that it held at most */
} wk_worker_end;

/* Of a worker that has been waited for. Completes its `fault`. */
wk_worker_end wk_worker_end_of(wk_worker_process *worker, int status, const struct rusage *usage);

/* For people, with the last lines of its stderr. timeout_s: that it had. */
void wk_worker_explain(const wk_worker_process *worker, int status, double timeout_s,
                       char out[WK_WORKER_REASON]);

#endif
