/* Collects the tasks of a run, removes doubles, and puts them in order. */
#include "run/ready_queue.h"

#include <stdlib.h>

void wk_ready_queue_make(wk_ready_queue *queue, size_t most, wk_arena *arena) {
    *queue = (wk_ready_queue){.tasks = wk_arena_get(arena, most, sizeof *queue->tasks)};
}

void wk_ready_queue_add(wk_ready_queue *queue, size_t index, uint32_t turn, double flops,
                        const wk_hash *key) {
    queue->tasks[queue->n++] = (wk_task){(uint32_t)index, turn, (float)flops, wk_hash_bits(key)};
}

static int by_tag(const void *a, const void *b) {
    const wk_task *x = a, *y = b;
    if (x->tag != y->tag)
        return x->tag < y->tag ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static int by_size(const void *a, const void *b) {
    const wk_task *x = a, *y = b;
    if (x->turn != y->turn)
        return x->turn < y->turn ? -1 : 1;
    if (x->flops != y->flops)
        return x->flops < y->flops ? 1 : -1;
    return (x->index > y->index) - (x->index < y->index);
}

size_t wk_ready_queue_order(wk_ready_queue *queue) {
    const size_t before = queue->n;
    if (!before)
        return 0;
    qsort(queue->tasks, before, sizeof *queue->tasks, by_tag);
    queue->n = 1;
    for (size_t i = 1; i < before; i++)
        if (queue->tasks[i].tag != queue->tasks[queue->n - 1].tag)
            queue->tasks[queue->n++] = queue->tasks[i];
    qsort(queue->tasks, queue->n, sizeof *queue->tasks, by_size);
    return before - queue->n;
}

double wk_ready_queue_flops(const wk_ready_queue *queue) {
    double sum = 0;
    for (size_t i = 0; i < queue->n; i++)
        sum += (double)queue->tasks[i].flops;
    return sum;
}

size_t wk_ready_queue_timed(const wk_ready_queue *queue) {
    size_t timed = 0;
    for (size_t i = 0; i < queue->n; i++)
        timed += queue->tasks[i].turn > 0;
    return timed;
}
