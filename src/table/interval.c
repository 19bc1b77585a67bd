/* Student-t intervals of means, and distribution-free intervals of medians. */
#include "table/interval.h"

#include "base/order.h"
#include "table/distribution.h"
#include "table/summary.h"

#include <math.h>

double wk_student_half_width(double deviation, size_t n, double level) {
    if (n < 2)
        return (double)INFINITY;
    const double t = -wk_student_quantile((1 - level) / 2, (double)(n - 1));
    return t * deviation / sqrt((double)n);
}

wk_interval wk_interval_of(const double *values, size_t n, double level, bool log_scale) {
    wk_interval out = {(double)NAN, (double)NAN, (double)NAN};
    if (n == 0)
        return out;
    const double mean = wk_mean(values, n, log_scale);
    double square = 0;
    for (size_t i = 0; i < n; i++) {
        const double off = (log_scale ? log(values[i]) : values[i]) - mean;
        square += off * off;
    }
    out.mean = log_scale ? exp(mean) : mean;
    if (n < 2)
        return out;
    const double df = (double)(n - 1);
    const double half = wk_student_quantile(0.5 + level / 2, df) * sqrt(square / df / (double)n);
    out.low = log_scale ? exp(mean - half) : mean - half;
    out.high = log_scale ? exp(mean + half) : mean + half;
    return out;
}

static double log_factorial(size_t n) {
    int sign; /* lgamma itself writes a global */
    return lgamma_r((double)n + 1, &sign);
}

/* The k of the interval of the median. */
static size_t rank_of_bound(size_t n, double alpha) {
    double below = 0;
    for (size_t k = 0; k <= n / 2; k++) {
        below +=
            exp(log_factorial(n) - log_factorial(k) - log_factorial(n - k) - (double)n * log(2));
        if (!(below <= alpha / 2))
            return k;
    }
    return n / 2;
}

wk_interval wk_interval_of_median(const double *sorted, size_t n, double alpha) {
    wk_interval out = {wk_median_sorted(sorted, n), (double)NAN, (double)NAN};
    const size_t k = rank_of_bound(n, alpha);
    if (k > 0) {
        out.low = sorted[k - 1];
        out.high = sorted[n - k];
    }
    return out;
}
