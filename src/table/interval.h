/* Student-t intervals of means. */
#ifndef WK_TABLE_INTERVAL_H
#define WK_TABLE_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>

/* Mean and Student-t interval at `level` of values[0..n), on logarithms if `log`. NaN bounds if n
 * < 2. */
typedef struct wk_interval {
    double mean, low, high;
} wk_interval;
wk_interval wk_interval_of(const double *values, size_t n, double level, bool log);

#endif
