/* The peak rate of fused multiply-add on this processor. */
#include "la/peak.h"

#include "base/clock.h"
#include "la/isa.h"

extern wk_peak_loop *const wk_peak_loops_base[2];
#if defined WK_HAVE_X86_KERNELS
extern wk_peak_loop *const wk_peak_loops_avx2[2], *const wk_peak_loops_avx512[2];
static wk_peak_loop *const *const loops[WK_ISAS] = {wk_peak_loops_base, wk_peak_loops_avx2,
                                                    wk_peak_loops_avx512};
#else
static wk_peak_loop *const *const loops[WK_ISAS] = {wk_peak_loops_base};
#endif

enum { MOST_THREADS = 1024 };

typedef struct job {
    wk_peak_loop *loop;
    double seconds;
    double rate[MOST_THREADS]; /* of each task */
} job;

/* Blocks are counted once, so that the clock is not read within the loop. */
static void run(void *context, size_t task, size_t thread) {
    (void)thread;
    job *j = context;
    double start = wk_clock_thread();
    j->loop(1);
    const double one = wk_clock_thread() - start;
    const double blocks = one > 0 ? j->seconds / one : 1;
    start = wk_clock_thread();
    const double operations = j->loop(blocks < 1 ? 1 : blocks > 1e6 ? 1000000 : (unsigned)blocks);
    j->rate[task] = operations / (wk_clock_thread() - start);
}

double wk_peak_rate(wk_pool *pool, bool single, double seconds) {
    const size_t threads = wk_pool_threads(pool);
    job j = {.loop = loops[wk_isa_best()][single], .seconds = seconds};
    const size_t tasks = threads < MOST_THREADS ? threads : MOST_THREADS;
    wk_pool_run(pool, tasks, run, &j);
    double sum = 0;
    for (size_t i = 0; i < tasks; i++)
        sum += j.rate[i];
    return sum * (double)threads / (double)tasks;
}
