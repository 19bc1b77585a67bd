/* What the processor's arithmetic can do at most: a loop of independent fused multiply-adds that
 * stays in registers, compiled for each instruction set. Also a clock: its rate moves with the
 * frequency of the cores and with nothing else. */
#ifndef WK_LA_PEAK_H
#define WK_LA_PEAK_H

#include "la/pool.h"

#include <stdbool.h>

/* Operations per second (a multiply-add counts two) of about `seconds` on every thread of the pool
 * at once. single: in 32-bit lanes. Each thread's rate is taken by its own CPU time and all are
 * added up, so that a processor which is taken away meanwhile (by the waiting threads of a library,
 * by a neighbour) does not count. */
double wk_peak_rate(wk_pool *pool, bool single, double seconds);

/* One thread's part: `blocks` blocks of a fixed number of operations; returns how many operations.
 * For each instruction set; wk_peak_rate takes the best. */
typedef double wk_peak_loop(unsigned blocks);

#endif
