/* A few jobs for a pool of three threads; ci/threads builds it with src/la/pool.c as it is, and
 * with a race planted. */
#include "la/pool.h"

static void task(void *context, size_t task, size_t thread) {
    (void)thread;
    ((double *)context)[task] = 1;
}

int main(void) {
    static double done[900];
    wk_pool *pool;
    if (wk_pool_new(3, &pool, NULL) != WK_OK)
        return 2;
    for (int i = 0; i < 20; i++)
        wk_pool_run(pool, 900, task, done);
    wk_pool_free(pool);
    return 0;
}
