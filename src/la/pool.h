/* A small pool of POSIX threads that runs the tasks 0 … n-1 of a job, each once, in any order and
 * on any thread. The caller is one of its threads. What a job computes must not depend on which
 * thread ran a task: then its result is the same for any number of threads.
 */
#ifndef WK_LA_POOL_H
#define WK_LA_POOL_H

#include "base/error.h"

#include <stddef.h>

typedef struct wk_pool wk_pool;

/* `thread` < wk_pool_threads(pool) tells which scratch space is the task's own. */
typedef void wk_task(void *context, size_t task, size_t thread);

/* threads >= 1, the caller counted in. WK_CANNOT if a thread cannot be started. Freed by
 * wk_pool_free (NULL is allowed). */
wk_status wk_pool_new(size_t threads, wk_pool **pool, wk_error *err) WK_CHECKED;
void wk_pool_free(wk_pool *pool);

size_t wk_pool_threads(const wk_pool *pool);

/* Returns when all tasks are done. Not to be called from within a task. */
void wk_pool_run(wk_pool *pool, size_t tasks, wk_task *task, void *context);

#endif
