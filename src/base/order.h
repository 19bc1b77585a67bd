/* Numbers in ascending order, and what is read off them: distinct values, the median, quantiles.
 *
 * These functions stand in the lowest layer because a kernel benchmark records quantiles of its
 * samples, and the numerics version must cover all that can change a recorded number.
 *
 * No value may be NaN: the order is unspecified otherwise. Infinities sort to their ends.
 */
#ifndef WK_BASE_ORDER_H
#define WK_BASE_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* Sorts values[0..n) in place, ascending. n may be 0, and then values may be NULL. */
void wk_sort(double *values, size_t n);

/* Sorts, keeps one of each group of equal values, and returns how many are kept: values[0..result)
 * ascend strictly. +0 and -0 are equal. */
size_t wk_sort_distinct(double *values, size_t n);
/* The same for whole numbers, such as seeds. */
size_t wk_sort_distinct_whole(uint64_t *values, size_t n);

/* The i for which distinct[i], of n strictly ascending values, equals `value`. It is a bug if there
 * is none (WK_ASSERT). */
size_t wk_place(const double *distinct, size_t n, double value);
size_t wk_place_whole(const uint64_t *distinct, size_t n, uint64_t value);

/* The middle value of sorted[0..n), or half the sum of the two middle values if n is even. NaN if n
 * is 0. */
double wk_median_sorted(const double *sorted, size_t n);
/* The median for a logarithmic axis: √a √b of the two middle values a and b, which must not be
 * negative and are the same value if n is odd. NaN if n is 0. */
double wk_median_log_sorted(const double *sorted, size_t n);

/* The value below which the share `share` (0 to 1) of sorted[0..n) lies, n > 0: linear between the
 * values at ranks 0 … n-1, so that 0 gives the least and 1 the greatest. It may differ from the
 * median by a rounding error at share 1/2. */
double wk_quantile_sorted(const double *sorted, size_t n, double share);

#endif
