/* Gaussian expectations of an activation and of its slope. */
#include "model/net/dual.h"

#include <math.h>

static const double pi = 3.141592653589793;

/* q1 q2 - c^2, c clamped to what a covariance can be. */
static double determinant(double q1, double q2, double c) {
    const double rest = q1 * q2 - c * c;
    return rest > 0 ? rest : 0;
}

wk_dual wk_dual_relu(double q1, double q2, double c) {
    const double s = sqrt(determinant(q1, q2, c)), angle = atan2(s, c);
    return (wk_dual){(s + (pi - angle) * c) / (2 * pi), (pi - angle) / (2 * pi)};
}

wk_dual wk_dual_erf(double q1, double q2, double c) {
    /* (1 + 2 q1)(1 + 2 q2) - 4 c^2 */
    const double r = sqrt(1 + 2 * (q1 + q2) + 4 * determinant(q1, q2, c));
    return (wk_dual){2 / pi * atan2(2 * c, r), 4 / (pi * r)};
}

wk_dual wk_dual_gelu(double q1, double q2, double c) {
    const double p1 = 1 + q1, p2 = 1 + q2;
    const double delta = 1 + q1 + q2 + determinant(q1, q2, c); /* p1 p2 - c^2 */
    const double A = 0.25 + atan2(c, sqrt(delta)) / (2 * pi), D = 1 / (2 * pi * sqrt(delta));
    return (wk_dual){c * A + D * (q1 * q2 + c * c * (1 - q1 * q2) / (p1 * p2)),
                     A + c * D * (1 / p1 + 1 / p2 + 1 / delta)};
}

wk_dual wk_dual_linear(double q1, double q2, double c) {
    (void)q1;
    (void)q2;
    return (wk_dual){c, 1};
}

/* The midpoint rule on [-8, 8] with 64 points a dimension for q = 1. For a function analytic in a
 * strip, as tanh is, it converges geometrically in the number of points, Gauss–Hermite only in its
 * square root: with 64 points the errors at correlation 1 are 3e-13 and 1e-7
 * (docs/mathematics.md). The poles of tanh(sqrt(q) x) are at +-i pi/(2 sqrt(q)) from the real axis,
 * so the number of points grows like sqrt(q), and the error stays. */
enum { LEAST_POINTS = 64, MOST_POINTS = 512, ROUND = 8 }; /* multiples of WK_THIN_PAD */
static const double reach = 8;

static int points_for(double r) {
    /* the slack: a variance a rounding above 1 is 1 */
    const double wanted = ROUND * ceil(LEAST_POINTS / ROUND * (r - 1e-9));
    const int n = wanted < MOST_POINTS ? (int)wanted : MOST_POINTS;
    return n > LEAST_POINTS ? n : LEAST_POINTS;
}

static wk_dual quadrature(const wk_thin *thin, double q1, double q2, double c) {
    const double r1 = sqrt(q1), r2 = sqrt(q2);
    double rho = c / (r1 * r2);
    rho = rho > 1 ? 1 : rho < -1 ? -1 : rho;
    const double rest = sqrt((1 - rho) * (1 + rho));
    const int n = points_for(r1 > r2 ? r1 : r2);
    _Alignas(64) double x[MOST_POINTS], weight[MOST_POINTS], u[MOST_POINTS];
    _Alignas(64) double fu[MOST_POINTS], su[MOST_POINTS];
    double total = 0;
    for (int i = 0; i < n; i++) {
        x[i] = (i + 0.5) * (2 * reach / n) - reach;
        weight[i] = exp(-x[i] * x[i] / 2);
        total += weight[i];
        u[i] = r1 * x[i];
    }
    thin->apply((size_t)n, u, fu, su);
    wk_dual dual = {0, 0};
    for (int i = 0; i < n; i++) {
        _Alignas(64) double v[MOST_POINTS], fv[MOST_POINTS], sv[MOST_POINTS];
        for (int j = 0; j < n; j++)
            v[j] = r2 * (rho * x[i] + rest * x[j]);
        thin->apply((size_t)n, v, fv, sv);
        double value = 0, slope = 0;
        for (int j = 0; j < n; j++) {
            value += weight[j] * fv[j];
            slope += weight[j] * sv[j];
        }
        dual.value += weight[i] * fu[i] * value;
        dual.slope += weight[i] * su[i] * slope;
    }
    dual.value /= total * total;
    dual.slope /= total * total;
    return dual;
}

wk_dual wk_dual_tanh(double q1, double q2, double c) {
    return quadrature(wk_activation_thin(wk_activation_find("tanh")), q1, q2, c);
}

wk_moments wk_dual_moments(const wk_activation *activation) {
    enum { POINTS = 512 };
    static const double far = 12; /* e^(-72) is below what u^4 could lift to rounding */
    _Alignas(64) double u[POINTS], value[POINTS], slope[POINTS];
    for (int i = 0; i < POINTS; i++)
        u[i] = (i + 0.5) * (2 * far / POINTS) - far;
    wk_activation_thin(activation)->apply(POINTS, u, value, slope);
    wk_moments m = {0, 0, 0};
    double total = 0;
    for (int i = 0; i < POINTS; i++) {
        const double weight = exp(-u[i] * u[i] / 2), v2 = value[i] * value[i],
                     s2 = slope[i] * slope[i];
        total += weight;
        m.value4 += weight * v2 * v2;
        m.value2_slope2 += weight * v2 * s2;
        m.slope4 += weight * s2 * s2;
    }
    return (wk_moments){m.value4 / total, m.value2_slope2 / total, m.slope4 / total};
}
