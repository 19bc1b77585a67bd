/* Intervals: of a mean by Student's t, of a median by order statistics.
 *
 * A `level` is the coverage asked for, such as 0.95.
 *
 * Claims form their interval from wk_moments_of and wk_student_half_width, figures from
 * wk_interval_of. They differ in rounding alone; they are not one because published results
 * of both are compared to the last digit.
 */
#ifndef WK_TABLE_INTERVAL_H
#define WK_TABLE_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>

typedef struct wk_interval {
    double mean, low, high; /* wk_interval_of_median puts the median into `mean` */
} wk_interval;

/* Half the width of the Student-t interval of a mean of n values: t_{(1+level)/2, n-1}
 * deviation/√n, where the deviation has the divisor n-1 (wk_moments). +inf if n < 2. */
double wk_student_half_width(double deviation, size_t n, double level);

/* Mean of values[0..n) and its Student-t interval. With `log_scale` both are those of the
 * logarithms, transformed back: the geometric mean, which for ratios is the mean ratio; the values
 * must then be positive. The mean is NaN if n is 0; the bounds are NaN if n < 2. */
wk_interval wk_interval_of(const double *values, size_t n, double level, bool log_scale);

/* Median of sorted[0..n) and its distribution-free interval, whose coverage is at least 1 - alpha.
 * The bounds are the values that are left at the ends when k - 1 values are cut off at either end;
 * k is the largest number with P(Bin(n, 1/2) < k) <= alpha/2. The bounds are NaN if no such k > 0
 * exists: there are too few values. The median is NaN if n is 0. */
wk_interval wk_interval_of_median(const double *sorted, size_t n, double alpha);

#endif
