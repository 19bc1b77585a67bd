/* The ready queue: the tasks of a run, in the order in which they start. Nothing that a task needs
 * waits for another task, so all are ready from the beginning. */
#ifndef WK_RUN_READY_QUEUE_H
#define WK_RUN_READY_QUEUE_H

#include "base/arena.h"
#include "base/hash.h"

#include <stdint.h>

/* A cell that is still to be run. It is small, for there may be a million: all else is made anew
 * when its turn comes. */
typedef struct wk_task {
    uint32_t index; /* in the plan */
    uint32_t
        turn; /* of a timed cell: its place among them, from 1; 0 for others: they come first */
    float flops;
    uint64_t tag; /* the start of its key: equal cells have equal tags, and others, but for a chance
                     of 1 in 10^7 among a million, have not */
} wk_task;

typedef struct wk_ready_queue {
    wk_task *tasks; /* (n); those before `next` have been started */
    size_t n, next;
} wk_ready_queue;

/* Room for `most` tasks, in `arena`. */
void wk_ready_queue_make(wk_ready_queue *queue, size_t most, wk_arena *arena);

void wk_ready_queue_add(wk_ready_queue *queue, size_t index, uint32_t turn, double flops,
                        const wk_hash *key);

/* Puts the tasks in order: the largest first, so that no long cell is left for the end; then timed
 * cells, each in its turn. Two cells of a plan, of two experiments, may be the same cell: one of
 * them stays. Returns how many went. */
size_t wk_ready_queue_order(wk_ready_queue *queue);

/* Estimated operations of all tasks. */
double wk_ready_queue_flops(const wk_ready_queue *queue);

/* How many tasks are timed cells. */
size_t wk_ready_queue_timed(const wk_ready_queue *queue);

#endif
