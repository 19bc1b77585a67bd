/* The worker's side: reads one request, answers it, ends. Started by the parent as `widecheck
 * worker`. */
#ifndef WK_RUN_WORKER_H
#define WK_RUN_WORKER_H

/* Returns the exit code. */
int wk_worker_main(void);

#endif
