/* What a set of numbers comes to: mean, deviation, least and greatest.
 *
 * Three means are here because they differ in the last digits, and published results are compared
 * to the last digit:
 *
 * - wk_moments_of sums distances from the first value. It is exact when all values are equal.
 *   Claims use it.
 * - wk_mean sums values that are already divided by their number. The sum does not overflow.
 *   Figures use it.
 * - wk_tally sums the values as they come and divides once. It needs no array.
 *
 * NaN and infinities pass through the arithmetic: the result is then NaN or infinite. The median
 * and quantiles are in base/order.h.
 */
#ifndef WK_TABLE_SUMMARY_H
#define WK_TABLE_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>

typedef struct wk_moments {
    double mean;      /* NaN for no value */
    double deviation; /* standard deviation with divisor n-1; +inf, which is "unknown", if n < 2 */
} wk_moments;

/* Mean and deviation of values[0..n), in two passes. */
wk_moments wk_moments_of(const double *values, size_t n);

/* Mean of values[0..n), or of their natural logarithms if `log_scale`. NaN for no value. */
double wk_mean(const double *values, size_t n, bool log_scale);

/* A mean of numbers that come one by one. It starts as {0}. */
typedef struct wk_tally {
    double sum;
    size_t n;
} wk_tally;
void wk_tally_add(wk_tally *tally, double value);
/* Adds the value if it is finite. */
void wk_tally_add_finite(wk_tally *tally, double value);
/* NaN if nothing was added. */
double wk_tally_mean(const wk_tally *tally);

/* The least and the greatest value. Both are NaN if there is no value or if one is NaN. */
typedef struct wk_range {
    double least, greatest;
} wk_range;
wk_range wk_range_of(const double *values, size_t n);

#endif
