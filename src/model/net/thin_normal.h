/* The functions of the normal law that erf and gelu are made of, on vectors. No branches: an
 * activation computes what each range of its argument needs and chooses.
 *
 * Against 64-bit libm exp_minus_square errs by less than 0.8 ulp, scaled_erfc by less than 1.7.
 */
#ifndef WK_MODEL_NET_THIN_NORMAL_H
#define WK_MODEL_NET_THIN_NORMAL_H

#include "model/net/thin_vector.h"

/* e^{-factor x^2} for factor 1 or 1/2 and 0 <= factor x^2 <= 765; below 2^-1022 it is rounded to a
 * subnormal, or to 0. NaN stays NaN. x = z + (x - z) with z the upper 26 bits, so that z^2 is exact
 * and the rest, (x - z)(x + z), is small: rounding x^2 would cost x^2 ulp (as in fdlibm's erf). */
ALWAYS_INLINE vec exp_minus_square(vec x, const double factor) {
    const vec z = (vec)((ivec)x & -(INT64_C(1) << 27));
    const vec t = z * z * factor, rest = (x - z) * (x + z) * factor;
    const vec shift = splat(0x1.8p52); /* adding it rounds to an integer, found in the low bits */
    const vec shifted = shift - t * 1.4426950408889634;
    const vec n = shifted - shift; /* -t = n ln 2 + r */
    const vec r = ((-t - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33) - rest;
    const ivec tiny = (ivec)(t > splat(600)); /* 2^n in two factors, lest its exponent underflow */
    const vec power = (vec)(((ivec)shifted + 1023 + (tiny & 96)) << 52);
    return (power * expm1_near0(r) + power) * choose(tiny, splat(0x1p-96), splat(1));
}

/* e^{x^2} erfc(x) for 0 <= x <= 28, as Shepherd and Laframboise (1981) do it: (1 + 3x/2) of it,
 * less 1, is a smooth function of t = (x - a)/(x + a), between -0.14 and 0.08; the polynomial
 * interpolates it at the zeros of the Chebyshev polynomial of degree 23 of t's interval (error
 * 7e-18, mpmath). */
ALWAYS_INLINE vec scaled_erfc(vec x) {
    const vec t = (x - 3.875) / (x + 3.875);
    vec p = splat(-0x1.589844daf318dp-29);
    p = p * t - 0x1.17fcb273a2cbfp-27;
    p = p * t + 0x1.06b589338ee4ap-26;
    p = p * t + 0x1.2c9933f5a9288p-24;
    p = p * t - 0x1.d0e9b47623d7fp-24;
    p = p * t - 0x1.c7d9cf0e00e99p-22;
    p = p * t + 0x1.174045d99da68p-20;
    p = p * t + 0x1.05bc73b2ecc68p-19;
    p = p * t - 0x1.5466b22a6e9cap-17;
    p = p * t + 0x1.5ee9b6241213cp-20;
    p = p * t + 0x1.4b9fe3784cee5p-14;
    p = p * t - 0x1.a53a88059b423p-13;
    p = p * t - 0x1.019a6c409a3a6p-13;
    p = p * t + 0x1.3462ab16b1ad3p-9;
    p = p * t - 0x1.259144574135ap-7;
    p = p * t + 0x1.68e590543a2c3p-6;
    p = p * t - 0x1.48fd4437f9d0ap-5;
    p = p * t + 0x1.c4761bbd648ebp-5;
    p = p * t - 0x1.ac6819c2c12bfp-5;
    p = p * t + 0x1.f414140c79c11p-7;
    p = p * t + 0x1.01aa64733d146p-4;
    p = p * t - 0x1.5f4cdbbc6bae5p-3;
    p = p * t - 0x1.39ba8802d2d03p-5;
    return (p + 1.0) / (x * 1.5 + 1.0);
}

#endif
