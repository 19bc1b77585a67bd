/* Distances between floating-point numbers, counted in numbers. */
#include "table/ulps.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Numbers in the order of their values: neighbours differ by 1. */
static int64_t place_of_double(double value) {
    int64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits < 0 ? INT64_MIN - bits : bits;
}

static int64_t place_of_single(double value) {
    const float narrow = (float)value;
    int32_t bits = 0;
    memcpy(&bits, &narrow, sizeof bits);
    return bits < 0 ? (int64_t)INT32_MIN - bits : bits;
}

/* As unsigned numbers the difference of two int64_t does not overflow. */
static double apart(int64_t p, int64_t q) {
    return (double)(p > q ? (uint64_t)p - (uint64_t)q : (uint64_t)q - (uint64_t)p);
}

double wk_ulps_double(double a, double b) {
    if (!isfinite(a) || !isfinite(b))
        return (double)INFINITY;
    return apart(place_of_double(a), place_of_double(b));
}

double wk_ulps_single(double a, double b) {
    if (!isfinite(a) || !isfinite(b))
        return (double)INFINITY;
    return apart(place_of_single(a), place_of_single(b));
}
