/* Memory and family of a process, as /proc tells. A process that has ended has neither. */
#ifndef WK_RUN_RESIDENT_H
#define WK_RUN_RESIDENT_H

#include <stddef.h>
#include <sys/types.h>

/* Bytes that the process holds in memory now; with its descendants, where pages that they share
 * count for each. */
double wk_resident_own(pid_t pid);
double wk_resident_family(pid_t pid);

/* The most that the process itself ever held since it was started. */
double wk_resident_peak(pid_t pid);

/* Processes that the main thread of `pid` has started or inherited, at most `most`; returns how
 * many. */
size_t wk_resident_children(pid_t pid, pid_t *children, size_t most);

#endif
