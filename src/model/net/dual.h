/* Dual activations: Gaussian expectations of an activation and of its slope, the building blocks of
 * the infinite-width kernels (SCIENCE I6; Cho & Saul 2009 for relu). */
#ifndef WK_MODEL_NET_DUAL_H
#define WK_MODEL_NET_DUAL_H

#include "model/net/activation.h"

/* Closed forms (erf: Williams 1997; gelu: SCIENCE I6). */
wk_dual wk_dual_relu(double q1, double q2, double c);
wk_dual wk_dual_erf(double q1, double q2, double c);
wk_dual wk_dual_gelu(double q1, double q2, double c);
wk_dual wk_dual_linear(double q1, double q2, double c);
/* Quadrature, with more points the larger q is: absolute error below 1e-12 for q <= 10; beyond
 * q = 64 the number of points stays, and the error grows. */
wk_dual wk_dual_tanh(double q1, double q2, double c);

/* Moments of φ = φ(u), u ~ N(0, 1), that the variance of the kernel at the start consists of. The
 * midpoint rule, which is exact to rounding for every activation of the registry: they are
 * analytic, or even in u on either side of a kink at 0. */
typedef struct wk_moments {
    double value4, value2_slope2, slope4; /* E φ⁴, E φ² φ'², E φ'⁴ */
} wk_moments;
wk_moments wk_dual_moments(const wk_activation *activation);

#endif
