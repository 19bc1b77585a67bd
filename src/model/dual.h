/* Dual activations: Gaussian expectations of an activation and of its slope, the building blocks of
 * the infinite-width kernels (SCIENCE I6; Cho & Saul 2009 for relu). */
#ifndef WK_MODEL_DUAL_H
#define WK_MODEL_DUAL_H

#include "model/activation.h"

/* Closed form. */
wk_dual wk_dual_relu(double q1, double q2, double c);
/* Quadrature: absolute error below 1e-12 for q <= 1 (the sphere), 3e-6 at q = 4. */
wk_dual wk_dual_tanh(double q1, double q2, double c);

#endif
