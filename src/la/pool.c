/* Threads that share the tasks of one job at a time. */
#include "la/pool.h"

#include "base/heap.h"
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct wk_pool {
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    size_t threads;     /* the caller counted in */
    struct seat *seats; /* (threads) the caller's is not used */
    size_t started;     /* of the others */

    /* The job in hand, under `lock`. */
    wk_task *task;
    void *context;
    size_t next, tasks, unfinished;
    unsigned long job; /* counts jobs, so that a worker knows a new one */
    bool ending;
};

typedef struct seat {
    wk_pool *pool;
    size_t thread;
    pthread_t id;
} seat;

/* Takes tasks until none is left. Called and left with the lock held. */
static void work_off(wk_pool *pool, size_t thread) {
    while (pool->next < pool->tasks) {
        const size_t task = pool->next++;
        pthread_mutex_unlock(&pool->lock);
        pool->task(pool->context, task, thread);
        pthread_mutex_lock(&pool->lock);
        if (--pool->unfinished == 0)
            pthread_cond_signal(&pool->done);
    }
}

static void *worker(void *argument) {
    const seat *mine = argument;
    wk_pool *pool = mine->pool;
    unsigned long seen = 0;
    pthread_mutex_lock(&pool->lock);
    while (!pool->ending) {
        if (pool->job == seen) {
            pthread_cond_wait(&pool->work, &pool->lock);
            continue;
        }
        seen = pool->job;
        work_off(pool, mine->thread);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

wk_status wk_pool_new(size_t threads, wk_pool **out, wk_error *err) {
    WK_ASSERT(threads >= 1);
    wk_pool *pool = wk_allocate_zeroed(1, sizeof *pool);
    pool->threads = threads;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->seats = wk_allocate_zeroed(threads, sizeof *pool->seats);
    int failed = 0;
    for (size_t i = 1; !failed && i < threads; i++) {
        seat *one = &pool->seats[i];
        one->pool = pool;
        one->thread = i;
        failed = pthread_create(&one->id, NULL, worker, one);
        pool->started += !failed;
    }
    if (failed) {
        wk_pool_free(pool);
        return wk_fail(err, WK_CANNOT, "cannot start %zu threads: %s", threads, strerror(failed));
    }
    *out = pool;
    return WK_OK;
}

void wk_pool_free(wk_pool *pool) {
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 1; i <= pool->started; i++)
        pthread_join(pool->seats[i].id, NULL);
    pthread_cond_destroy(&pool->work);
    pthread_cond_destroy(&pool->done);
    pthread_mutex_destroy(&pool->lock);
    free(pool->seats);
    free(pool);
}

size_t wk_pool_threads(const wk_pool *pool) {
    return pool->threads;
}

void wk_pool_run(wk_pool *pool, size_t tasks, wk_task *task, void *context) {
    pthread_mutex_lock(&pool->lock);
    pool->task = task;
    pool->context = context;
    pool->next = 0;
    pool->tasks = tasks;
    pool->unfinished = tasks;
    if (tasks > 1 && pool->started) {
        pool->job++;
        pthread_cond_broadcast(&pool->work);
    }
    work_off(pool, 0);
    while (pool->unfinished)
        pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}
