/* Student-t intervals of means, on logarithms where asked. */
#include "table/interval.h"

#include "table/distribution.h"

#include <math.h>

wk_interval wk_interval_of(const double *values, size_t n, double level, bool log_scale) {
    wk_interval out = {(double)NAN, (double)NAN, (double)NAN};
    if (n == 0)
        return out;
    double mean = 0, square = 0;
    for (size_t i = 0; i < n; i++)
        mean += (log_scale ? log(values[i]) : values[i]) / (double)n;
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
