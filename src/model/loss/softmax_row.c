/* Two passes over a row: its largest logit, then exponentials and their sum; a third where one
 * logit stands out. */
#include "model/loss/softmax_row.h"

#include "model/net/thin_vector.h"

#include <math.h>

#define PASTE2_(a, b) a##_##b
#define PASTE2(a, b) PASTE2_(a, b)
#define ROW PASTE2(wk_softmax_row, WK_ISA)

ALWAYS_INLINE vec larger(vec a, vec b) {
    return choose((ivec)(a > b), a, b);
}

/* Four maxima side by side, lest each wait for the one before. */
static double largest_of(size_t count, const double *x) {
    enum { ABREAST = 4 };
    vec best[ABREAST];
    for (int b = 0; b < ABREAST; b++)
        best[b] = splat(-INFINITY);
    size_t i = 0;
    for (; i + ABREAST * LANES <= count; i += ABREAST * LANES)
        for (int b = 0; b < ABREAST; b++)
            best[b] = larger(load(x + i + (size_t)b * LANES), best[b]);
    for (; i < count; i += LANES)
        best[0] = larger(load(x + i), best[0]);
    const vec most = larger(larger(best[0], best[1]), larger(best[2], best[3]));
    double largest = most[0];
    for (int lane = 1; lane < LANES; lane++)
        largest = most[lane] > largest ? most[lane] : largest;
    return largest;
}

/* e^{-t} for t >= 0, within 1 ulp: -t = n ln 2 + r; 0 beyond 708, short of where it would be
 * subnormal. NaN stays NaN. */
ALWAYS_INLINE vec exp_behind(vec t) {
    const vec shift = splat(0x1.8p52); /* adding it rounds to an integer, found in the low bits */
    const vec shifted = shift - t * 1.4426950408889634;
    const vec n = shifted - shift;
    const vec r = (-t - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
    const vec power = (vec)(((ivec)shifted + 1023) << 52);
    return choose((ivec)(t > splat(708)), splat(0), power * expm1_near0(r) + power);
}

/* The sum of all but the 1. */
static double sum_without_one(size_t count, const double *e) {
    vec sum = splat(0);
    for (size_t i = 0; i < count; i += LANES)
        sum += choose((ivec)(load(e + i) == splat(1)), splat(0), load(e + i));
    return add_lanes(sum);
}

extern wk_softmax_row ROW;

wk_softmax_sum ROW(size_t count, double *logit) {
    const double largest = largest_of(count, logit);
    vec sum = splat(0);
    for (size_t i = 0; i < count; i += LANES) {
        const vec e = exp_behind(largest - load(logit + i));
        sum += e;
        store(logit + i, e);
    }
    const double all = add_lanes(sum);
    /* Below 2 there is one 1, and subtracting it may cost digits. */
    return (wk_softmax_sum){largest, all < 1.5 ? sum_without_one(count, logit) : all - 1};
}
