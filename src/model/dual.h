/* Dual activations: Gaussian expectations of an activation and of its slope, the building blocks of
 * the infinite-width kernels (SCIENCE I6; Cho & Saul 2009 for relu). */
#ifndef WK_MODEL_DUAL_H
#define WK_MODEL_DUAL_H

#include "model/activation.h"

/* Closed forms (erf: Williams 1997; gelu: SCIENCE I6). */
wk_dual wk_dual_relu(double q1, double q2, double c);
wk_dual wk_dual_erf(double q1, double q2, double c);
wk_dual wk_dual_gelu(double q1, double q2, double c);
wk_dual wk_dual_linear(double q1, double q2, double c);
/* Quadrature, with more points the larger q is: absolute error below 1e-12 for q <= 10; beyond
 * q = 64 the number of points stays, and the error grows. */
wk_dual wk_dual_tanh(double q1, double q2, double c);

#endif
