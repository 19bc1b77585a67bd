/* The vector type of the thin kernels: as many doubles as the instruction set that the file is
 * being compiled for holds in a register (GCC vector extensions; clang has them too). */
#ifndef WK_MODEL_NET_THIN_VECTOR_H
#define WK_MODEL_NET_THIN_VECTOR_H

#include <stddef.h>
#include <stdint.h>

#if defined __AVX512F__
enum { LANES = 8 };
#elif defined __AVX2__
enum { LANES = 4 };
#else
enum { LANES = 2 };
#endif

typedef double vec __attribute__((vector_size(LANES * sizeof(double)), may_alias));
typedef int64_t ivec __attribute__((vector_size(LANES * sizeof(int64_t)), may_alias));

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE vec splat(double x) {
    return x - (vec){0}; /* 0 + x would turn -0.0 into 0.0 */
}
ALWAYS_INLINE vec load(const double *p) {
    return *(const vec *)p;
}
ALWAYS_INLINE void store(double *p, vec x) {
    *(vec *)p = x;
}

/* a where the mask (all ones or all zeros a lane, as comparisons give) is set, else b */
ALWAYS_INLINE vec choose(ivec mask, vec a, vec b) {
    return (vec)((mask & (ivec)a) | (~mask & (ivec)b));
}

/* From the first lane to the last: a fixed order. */
ALWAYS_INLINE double add_lanes(vec x) {
    double sum = x[0];
    for (int i = 1; i < LANES; i++)
        sum += x[i];
    return sum;
}

/* e^r - 1 for |r| <= ln 2 / 2: a Taylor sum (the first term left out is r^14/14! < 5e-18). */
ALWAYS_INLINE vec expm1_near0(vec r) {
    vec p = splat(1.0 / 6227020800.0);
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    return p * (r * r) + r;
}

/* e^t - 1 for 0 <= t <= 40, within 2 ulp: t = n ln 2 + r with |r| <= ln 2 / 2, then
 * 2^n (e^r - 1) + (2^n - 1). */
ALWAYS_INLINE vec expm1_upto40(vec t) {
    const vec shift = splat(0x1.8p52); /* adding it rounds to an integer, found in the low bits */
    const vec shifted = t * 1.4426950408889634 + shift;
    const vec n = shifted - shift;
    const vec r = (t - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
    const vec p = expm1_near0(r);
    const vec power = (vec)(((ivec)shifted + 1023) << 52); /* 2^n */
    return power * p + (power - 1.0);
}

#endif
