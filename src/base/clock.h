/* Clocks: monotonic wall time and the CPU time of this process (all its threads), in seconds. */
#ifndef WK_BASE_CLOCK_H
#define WK_BASE_CLOCK_H

double wk_clock_wall(void);
double wk_clock_cpu(void);

#endif
