/* Worker processes, from the parent's side: started, listened to, timed, stopped, collected.
 *
 * Each job gets a process of its own (this executable, started anew by posix_spawn with
 * single-threaded BLAS), in a process group of its own, with no descriptor of ours but its three
 * pipes. It ends at the end of its output. A crash, a hang, a failed allocation or a growth without
 * bound costs one job. What a worker leaves running is ended with it.
 */
#ifndef WK_RUN_CREW_H
#define WK_RUN_CREW_H

#include "base/table.h"
#include "run/request.h"

#include <signal.h>

typedef struct wk_crew wk_crew;

/* How a job ended. `answer` is what it wrote before "end", or NULL if it did not get there. */
typedef struct wk_crew_report {
    size_t ticket;
    wk_end end; /* OK (an answer came), TIMEOUT, MEMORY, CRASHED, or PENDING (stopped by us) */
    const char *answer; /* valid until the next call of wk_crew_wait */
    const char *reason; /* for people, with the last lines of its stderr; "" when ok */
    double wall_s, cpu_s, peak_bytes; /* as wait4 tells */
} wk_crew_report;

/* slots: how many threads may be at work at once. folder: working directory of the workers.
 * timeout_s: 0 for none. `stop` becomes non-zero when a signal asks to end: then all workers are
 * stopped. */
wk_status wk_crew_new(size_t slots, const char *folder, double timeout_s,
                      const volatile sig_atomic_t *stop, wk_crew **crew, wk_error *err) WK_CHECKED;
/* Stops what still runs. */
void wk_crew_free(wk_crew *crew);

/* Is there room for a job of so many threads? An idle crew has room for any. */
bool wk_crew_has_room(const wk_crew *crew, size_t threads);
size_t wk_crew_busy(const wk_crew *crew);

/* Starts a job; `ticket` comes back in its report. most: bytes that its process and the children of
 * that may hold in memory (looked at some ten times a second); 0: any. */
wk_status wk_crew_start(wk_crew *crew, const wk_request *request, double most, size_t ticket,
                        wk_error *err) WK_CHECKED;

/* Waits for a report, at most so long; false when none came. Not to be called with none busy. */
bool wk_crew_wait(wk_crew *crew, double seconds, wk_crew_report *report);

#endif
