/* Euclidean norms that neither overflow nor underflow where the result is representable. */
#ifndef WK_MODEL_DATA_NORM_H
#define WK_MODEL_DATA_NORM_H

#include <stdbool.h>
#include <stddef.h>

/* The norm of x[0], x[stride], … (n numbers). NaN and infinities come through. Where the sum of
 * squares is a good one it is the plain root of that sum, added up in order. */
double wk_norm(size_t n, const double *x, size_t stride);

/* Scales the n numbers to the squared norm `square`, at most 1e6. Zero, or what is not finite, is
 * left as it is and false is returned. */
bool wk_norm_scale(size_t n, double *x, size_t stride, double square);

#endif
