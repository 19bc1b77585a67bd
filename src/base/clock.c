/* Wall, process and thread clocks. */
#include "base/clock.h"

#include <time.h>

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double wk_clock_wall(void) {
    return seconds(CLOCK_MONOTONIC);
}

double wk_clock_cpu(void) {
    return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

double wk_clock_thread(void) {
    return seconds(CLOCK_THREAD_CPUTIME_ID);
}
