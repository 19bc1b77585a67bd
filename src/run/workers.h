/* Worker processes, from the parent's side: started, listened to, timed, stopped, collected.
 *
 * Each job gets a process of its own (this executable, started anew by posix_spawn with
 * single-threaded BLAS), in a process group of its own, with no descriptor of ours but its three
 * pipes. It ends at the end of its output. A crash, a hang, a failed allocation or a growth without
 * bound costs one job. What a worker leaves running is ended with it.
 */
#ifndef WK_RUN_WORKERS_H
#define WK_RUN_WORKERS_H

#include "base/result.h"
#include "run/request.h"

#include <signal.h>

typedef struct wk_workers wk_workers;

/* How a job ended. */
typedef struct wk_workers_report {
    size_t ticket;
    const void *answer; /* the whole message, valid until the next call of wk_workers_wait; NULL
                           if the worker did not get there */
    size_t length;
    wk_result result; /* as the parent sees it, without series and stages. end: OK (an answer came),
                         TIMEOUT, MEMORY, CRASHED, or PENDING (stopped by us); reason: with the last
                         lines of the worker's stderr, valid as long as `answer` */
} wk_workers_report;

/* slots: how many threads may be at work at once. folder: working directory of the workers.
 * timeout_s: 0 for none. `stop` becomes non-zero when a signal asks to end: then all workers are
 * stopped. */
wk_workers *wk_workers_new(size_t slots, const char *folder, double timeout_s,
                           const volatile sig_atomic_t *stop);
/* Stops what still runs. */
void wk_workers_free(wk_workers *pool);

/* Is there room for a job of so many threads? An idle one has room for any. */
bool wk_workers_has_room(const wk_workers *pool, size_t threads);
size_t wk_workers_busy(const wk_workers *pool);

/* Starts a job; `ticket` comes back in its report. most: bytes that its process and the children of
 * that may hold in memory (looked at some ten times a second); 0: any. */
wk_status wk_workers_start(wk_workers *pool, const wk_request *request, double most, size_t ticket,
                           wk_error *err) WK_CHECKED;

/* Waits for a report, at most so long; false when none came. Not to be called with none busy. */
bool wk_workers_wait(wk_workers *pool, double seconds, wk_workers_report *report);

#endif
