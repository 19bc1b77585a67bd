/* Norms by the plain sum of squares, and by a scaled one where that would lose digits. */
#include "model/data/norm.h"

#include <math.h>

/* Within these bounds no square that matters has lost a digit, and the sum may be divided by. */
static const double LEAST_SUM = 1e-300, LARGEST_SUM = 1e300;

static double sum_of_squares(size_t n, const double *x, size_t stride) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i * stride] * x[i * stride];
    return sum;
}

/* The power of 2 that brings the largest element to [1/2, 1); 0 if all are zero, or one is not
 * finite. */
static bool find_exponent(size_t n, const double *x, size_t stride, int *exponent) {
    double largest = 0;
    for (size_t i = 0; i < n; i++) {
        const double size = fabs(x[i * stride]);
        if (!isfinite(size))
            return false;
        largest = size > largest ? size : largest;
    }
    frexp(largest, exponent);
    return largest > 0;
}

double wk_norm(size_t n, const double *x, size_t stride) {
    const double plain = sum_of_squares(n, x, stride);
    int exponent = 0;
    if ((plain >= LEAST_SUM && plain <= LARGEST_SUM) || !find_exponent(n, x, stride, &exponent))
        return sqrt(plain);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double small = ldexp(x[i * stride], -exponent);
        sum += small * small;
    }
    return ldexp(sqrt(sum), exponent);
}

bool wk_norm_scale(size_t n, double *x, size_t stride, double square) {
    double sum = sum_of_squares(n, x, stride);
    if (!(sum >= LEAST_SUM && sum <= LARGEST_SUM)) {
        int exponent = 0;
        if (!find_exponent(n, x, stride, &exponent))
            return false;
        for (size_t i = 0; i < n; i++)
            x[i * stride] = ldexp(x[i * stride], -exponent);
        sum = sum_of_squares(n, x, stride);
    }
    const double scale = sqrt(square / sum);
    for (size_t i = 0; i < n; i++)
        x[i * stride] *= scale;
    return true;
}
