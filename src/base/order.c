/* Sorting of numbers, the median and quantiles. */
#include "base/order.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int by_whole_value(const void *a, const void *b) {
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

void wk_sort(double *values, size_t n) {
    if (n)
        qsort(values, n, sizeof *values, by_value);
}

size_t wk_sort_distinct(double *values, size_t n) {
    size_t kept = 0;
    wk_sort(values, n);
    for (size_t i = 0; i < n; i++)
        if (!kept || values[i] > values[kept - 1])
            values[kept++] = values[i];
    return kept;
}

size_t wk_sort_distinct_whole(uint64_t *values, size_t n) {
    size_t kept = 0;
    if (n)
        qsort(values, n, sizeof *values, by_whole_value);
    for (size_t i = 0; i < n; i++)
        if (!kept || values[i] > values[kept - 1])
            values[kept++] = values[i];
    return kept;
}

size_t wk_place(const double *distinct, size_t n, double value) {
    const double *found = bsearch(&value, distinct, n, sizeof *distinct, by_value);
    WK_ASSERT(found);
    return (size_t)(found - distinct);
}

size_t wk_place_whole(const uint64_t *distinct, size_t n, uint64_t value) {
    const uint64_t *found = bsearch(&value, distinct, n, sizeof *distinct, by_whole_value);
    WK_ASSERT(found);
    return (size_t)(found - distinct);
}

double wk_median_sorted(const double *sorted, size_t n) {
    if (!n)
        return (double)NAN;
    return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

double wk_median_log_sorted(const double *sorted, size_t n) {
    return n ? sqrt(sorted[(n - 1) / 2]) * sqrt(sorted[n / 2]) : (double)NAN;
}

double wk_quantile_sorted(const double *sorted, size_t n, double share) {
    WK_ASSERT(n > 0 && share >= 0 && share <= 1);
    const double at = share * (double)(n - 1);
    const size_t low = (size_t)at;
    const size_t high = low + 1 < n ? low + 1 : low;
    return sorted[low] + (at - (double)low) * (sorted[high] - sorted[low]);
}
