/* Centring, with a bound on its rounding. */
#include "model/data/centre.h"

#include <float.h>
#include <math.h>

double wk_centre_all(size_t count, size_t all, size_t step, double *x) {
    const double origin = x[0]; /* subtracted first: equal numbers give 0, not rounding */
    double largest = 0, spread = 0, mean = 0;
    for (size_t i = 0; i < count; i++) {
        double *each = &x[i * step];
        largest = fmax(largest, fabs(*each));
        *each -= origin;
        spread = fmax(spread, fabs(*each));
        mean += *each;
    }
    mean /= (double)count;
    for (size_t i = 0; i < count; i++)
        x[i * step] -= mean;
    for (size_t i = count; i < all; i++)
        x[i * step] = x[i * step] - origin - mean;
    return spread > 0 ? DBL_EPSILON * (2 * largest + (double)count * spread) : 0;
}

double wk_centre(size_t count, size_t step, double *x) {
    return wk_centre_all(count, count, step, x);
}
