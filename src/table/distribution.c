/* Student's t and the normal distribution. */
#include "table/distribution.h"

#include "base/error.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

/* ln B(a, 1/2) = ln Γ(a) + ln Γ(1/2) - ln Γ(a + 1/2). For large a the two big logarithms nearly
 * cancel; Stirling's series of their difference (DLMF 5.11.13) does not. */
static double log_beta_half(double a) {
    const double log_sqrt_pi = 0.57236494292470008707;
    if (a < 40) {
        int sign; /* lgamma itself writes a global */
        return lgamma_r(a, &sign) + log_sqrt_pi - lgamma_r(a + 0.5, &sign);
    }
    const double r = 1 / a, r2 = r * r;
    const double series = r * (-1.0 / 8 + r2 * (1.0 / 192 + r2 * (-1.0 / 640 + r2 * 17 / 14336)));
    return log_sqrt_pi - (0.5 * log(a) + series);
}

/* The continued fraction of the incomplete beta function (DLMF 8.17.22) by the modified Lentz
 * method. Converges fast for x < (a+1)/(a+b+2). */
static double beta_fraction(double a, double b, double x) {
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < DBL_MIN ? DBL_MIN : d);
    double value = d;
    for (int m = 1; m <= 200000; m++) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        const double before = value;
        d = 1 + even * d;
        c = 1 + even / c;
        d = 1 / (fabs(d) < DBL_MIN ? DBL_MIN : d);
        c = fabs(c) < DBL_MIN ? DBL_MIN : c;
        value *= d * c;
        d = 1 + odd * d;
        c = 1 + odd / c;
        d = 1 / (fabs(d) < DBL_MIN ? DBL_MIN : d);
        c = fabs(c) < DBL_MIN ? DBL_MIN : c;
        value *= d * c;
        if (fabs(value - before) <= DBL_EPSILON * fabs(value))
            break;
    }
    return value;
}

/* Student's t for t > 0 needs two masses, each to full relative accuracy:
 * tail P(T > t) = I_x(df/2, 1/2)/2 and central P(0 < T < t) = I_y(1/2, df/2)/2, x = df/(df+t²), y =
 * 1-x. */
static double student_mass(double t, double df, bool tail) {
    const double a = df / 2, b = 0.5, r = t / sqrt(df);
    /* logarithms of x and y without forming 1-x, nor r*r where it would overflow */
    const double log_x = r < 1e8 ? -log1p(r * r) : -2 * log(r);
    const double log_y = r > 1e-8 ? -log1p(1 / r / r) : 2 * log(r);
    const double x = exp(log_x), y = exp(log_y);
    const double front = exp(a * log_x + b * log_y - log_beta_half(a));
    if (x < (a + 1) / (a + b + 2)) {
        const double mass = front * beta_fraction(a, b, x) / a / 2;
        return tail ? mass : 0.5 - mass;
    }
    const double mass = front * beta_fraction(b, a, y) / b / 2;
    return tail ? 0.5 - mass : mass;
}

/* The mass above t (tail) or between 0 and t, for t > 0. df = +inf: normal. */
static double mass_of(double t, double df, bool tail) {
    if (isinf(t))
        return tail ? 0 : 0.5;
    if (isinf(df))
        return 0.5 * (tail ? erfc(t * M_SQRT1_2) : erf(t * M_SQRT1_2));
    return student_mass(t, df, tail);
}

static double density_of(double t, double df) {
    if (isinf(df))
        return exp(-t * t / 2) * M_SQRT1_2 / sqrt(M_PI);
    const double r = t / sqrt(df), log_x = r < 1e8 ? -log1p(r * r) : -2 * log(r);
    return exp((df + 1) / 2 * log_x - log_beta_half(df / 2)) / sqrt(df);
}

/* The t > 0 with mass q above it, 0 < q < 1/2: Newton within a bracket, bisection where Newton
 * leaves it. In the tail the step is taken on the logarithm of the mass (which is nearly straight
 * there), near the centre on the central mass (where the tail's mass would lose the digits of t).
 */
static double invert(double q, double df) {
    const bool tail = q < 0.25;
    const double wanted = tail ? q : 0.5 - q;
    double low = 0, high = 1;
    while (mass_of(high, df, true) > q) {
        low = high;
        high *= 2;
    }
    double t = low + (high - low) / 2;
    for (int i = 0; i < 2000; i++) {
        const double mass = mass_of(t, df, tail), density = density_of(t, df);
        const bool too_low = tail ? mass > wanted : mass < wanted;
        *(too_low ? &low : &high) = t;
        const double step = tail ? log(mass / wanted) * mass / density : (wanted - mass) / density;
        const double next = t + step;
        if (next > low && next < high && fabs(step) <= 1e-10 * next)
            return next; /* converges quadratically: the error left is the rounding of `mass` */
        if (fabs(step) <= 4 * DBL_EPSILON * t || high - low <= 4 * DBL_EPSILON * high)
            return t;
        t = next > low && next < high ? next : low + (high - low) / 2;
    }
    return t;
}

double wk_student_cdf(double t, double df) {
    WK_ASSERT(df >= 1);
    if (isnan(t))
        return t;
    if (t == 0)
        return 0.5;
    return t < 0 ? mass_of(-t, df, true) : 0.5 + mass_of(t, df, false);
}

double wk_student_quantile(double p, double df) {
    WK_ASSERT(p > 0 && p < 1 && df >= 1);
    if (p == 0.5)
        return 0;
    return p < 0.5 ? -invert(p, df) : invert(1 - p, df);
}

double wk_normal_cdf(double z) {
    return 0.5 * erfc(-z * M_SQRT1_2);
}

double wk_normal_quantile(double p) {
    return wk_student_quantile(p, INFINITY);
}
