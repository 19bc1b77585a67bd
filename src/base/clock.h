/* Clocks: monotonic wall time, the CPU time of this process (all its threads), and that of the
 * calling thread; in seconds. */
#ifndef WK_BASE_CLOCK_H
#define WK_BASE_CLOCK_H

double wk_clock_wall(void);
double wk_clock_cpu(void);
double wk_clock_thread(void);

#endif
