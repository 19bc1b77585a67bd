/* Means, deviations and ranges of numbers. */
#include "table/summary.h"

#include <math.h>

wk_moments wk_moments_of(const double *values, size_t n) {
    wk_moments out = {(double)NAN, (double)INFINITY};
    if (!n)
        return out;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += values[i] - values[0];
    out.mean = values[0] + sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (values[i] - out.mean) * (values[i] - out.mean);
    if (n > 1)
        out.deviation = sqrt(squares / (double)(n - 1));
    return out;
}

double wk_mean(const double *values, size_t n, bool log_scale) {
    double mean = 0;
    for (size_t i = 0; i < n; i++)
        mean += (log_scale ? log(values[i]) : values[i]) / (double)n;
    return n ? mean : (double)NAN;
}

void wk_tally_add(wk_tally *tally, double value) {
    tally->sum += value;
    tally->n++;
}

void wk_tally_add_finite(wk_tally *tally, double value) {
    if (isfinite(value))
        wk_tally_add(tally, value);
}

double wk_tally_mean(const wk_tally *tally) {
    return tally->n ? tally->sum / (double)tally->n : (double)NAN;
}

wk_range wk_range_of(const double *values, size_t n) {
    wk_range out = {(double)NAN, (double)NAN};
    for (size_t i = 0; i < n; i++) {
        if (isnan(values[i]))
            return (wk_range){(double)NAN, (double)NAN};
        out.least = i && !(values[i] < out.least) ? out.least : values[i];
        out.greatest = i && !(values[i] > out.greatest) ? out.greatest : values[i];
    }
    return out;
}
