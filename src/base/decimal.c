#include "base/decimal.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 u128;

_Static_assert(sizeof(void *) == 8, "only 64-bit machines are supported");
_Static_assert(sizeof(double) == 8 && sizeof(unsigned long) == 8, "the bits of a double are known");

enum { MANTISSA = 52, LOWEST = -1075 }; /* a double is m·2^(biased + LOWEST), m < 2^53 */

/* The powers of five, and so of ten, that fit in 64 bits. */
enum { LARGEST = 27 };
static const uint64_t fives[LARGEST + 1] = {
    1u,
    5u,
    25u,
    125u,
    625u,
    3125u,
    15625u,
    78125u,
    390625u,
    1953125u,
    9765625u,
    48828125u,
    244140625u,
    1220703125u,
    6103515625u,
    30517578125u,
    152587890625u,
    762939453125u,
    3814697265625u,
    19073486328125u,
    95367431640625u,
    476837158203125u,
    2384185791015625u,
    11920928955078125u,
    59604644775390625u,
    298023223876953125u,
    1490116119384765625u,
    7450580596923828125u,
};

static uint64_t bits_of(double value) {
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* From double to text */

enum { DIGITS = 17, MOST = 32 };                  /* 2^53·5^MOST < 2^128 */
static const uint64_t full = 100000000000000000u; /* 10^DIGITS */

/* |v| = m·2^e with 2^52 <= m < 2^53, times 10^k: whole + fraction / 2^shift, where whole has DIGITS
 * digits. Nothing is rounded. */
typedef struct scaled {
    uint64_t m, whole;
    u128 fraction;
    u128 gap; /* 10^k times the distance to the next double above, in 2^-shift */
    int shift, k;
} scaled;

static void scale_by(scaled *s, int e, int k) {
    const u128 five = k <= LARGEST ? fives[k] : (u128)fives[LARGEST] * fives[k - LARGEST];
    const u128 product = s->m * five;
    const int down = -(e + k);
    s->k = k;
    s->shift = down > 0 ? down : 0;
    s->whole = (uint64_t)(down > 0 ? product >> down : product << -down);
    s->fraction = down > 0 ? product & (((u128)1 << down) - 1) : 0;
    s->gap = down > 0 ? five : five << -down;
}

/* False where it does not fit, as for all subnormals: then it is the C library's. */
static bool scale(double value, scaled *s) {
    const uint64_t bits = bits_of(value), hidden = UINT64_C(1) << MANTISSA;
    const int e = (int)(bits >> MANTISSA & 0x7FF) + LOWEST;
    s->m = (bits & (hidden - 1)) | hidden;
    const int least = (int)floor((e + MANTISSA) * 0.30102999566398119521); /* of log10 |v| */
    int k = DIGITS - 1 - least;
    if (k < 0 || k > MOST)
        return false;
    scale_by(s, e, k);
    if (s->whole >= full) { /* v has a digit more than the power of two below it */
        if (k == 0)
            return false;
        scale_by(s, e, k - 1);
    }
    return true;
}

/* The nearest multiple of unit = 1, 10, 100: v·10^k with 17, 16, 15 digits. In a tie the last digit
 * kept is even, as printf has it. */
static uint64_t rounded(const scaled *s, uint64_t unit) {
    const uint64_t rest = s->whole % unit, below = s->whole - rest;
    const u128 twice = (((u128)rest << s->shift) + s->fraction) * 2, one = (u128)unit << s->shift;
    const bool up = twice > one || (twice == one && below / unit % 2 == 1);
    return up ? below + unit : below;
}

/* Is v the double nearest to candidate·10^-k? Half a gap away are the ties; they go to even m.
 * Below a power of two the gap is half as wide. */
static bool reads_back(const scaled *s, uint64_t candidate) {
    const bool above = candidate > s->whole;
    const u128 distance = above ? ((u128)(candidate - s->whole) << s->shift) - s->fraction
                                : ((u128)(s->whole - candidate) << s->shift) + s->fraction;
    const bool narrow = !above && s->m == UINT64_C(1) << MANTISSA;
    const u128 twice = distance * (narrow ? 4 : 2);
    return twice < s->gap || (twice == s->gap && s->m % 2 == 0);
}

/* Two chains of divisions that do not wait for each other. Returns how many digits are left without
 * the trailing zeros; digits > 0. */
static int write_digits(uint64_t digits, char text[DIGITS]) {
    enum { HALF = 8 };
    uint32_t high = (uint32_t)(digits / 100000000u), low = (uint32_t)(digits % 100000000u);
    for (int i = HALF; i >= 1; i--, high /= 10, low /= 10) {
        text[i] = (char)('0' + high % 10);
        text[i + HALF] = (char)('0' + low % 10);
    }
    text[0] = (char)('0' + high);
    int n = DIGITS;
    while (text[n - 1] == '0')
        n--;
    return n;
}

/* %.{precision}g of d.ddd·10^exponent, where `digits` are DIGITS in number. */
static void lay_out(char *p, uint64_t digits, int exponent, int precision) {
    char text[DIGITS];
    const int n = write_digits(digits, text);
    const bool scientific = exponent < -4 || exponent >= precision;
    const int point = scientific ? 1 : exponent + 1; /* digits before it */
    if (point <= 0) {
        memcpy(p, "0.000", (size_t)(2 - point));
        p += 2 - point;
        memcpy(p, text, (size_t)n);
        p += n;
    } else {
        const int before = point < n ? point : n;
        memcpy(p, text, (size_t)before);
        p += before;
        for (int i = before; i < point; i++)
            *p++ = '0';
        if (n > point) {
            *p++ = '.';
            memcpy(p, text + point, (size_t)(n - point));
            p += n - point;
        }
    }
    if (scientific) {
        const int size = abs(exponent);
        *p++ = 'e';
        *p++ = exponent < 0 ? '-' : '+';
        *p++ = (char)('0' + size / 10);
        *p++ = (char)('0' + size % 10);
    }
    *p = '\0';
}

/* strfromd is printf's conversion without its parsing, which is slow once a library has added
 * conversions of its own (libquadmath, below LAPACK, does). */
static char *format_any(double value, char out[32]) {
    strfromd(out, 32, "%.16g", value);
    if (strtod(out, NULL) != value) {
        strfromd(out, 32, "%.17g", value);
        return out;
    }
    char shorter[32];
    strfromd(shorter, sizeof shorter, "%.15g", value);
    return strtod(shorter, NULL) == value ? strcpy(out, shorter) : out;
}

char *wk_decimal_format(double value, char out[32]) {
    if (value == 0)
        return strcpy(out, signbit(value) ? "-0" : "0");
    scaled s;
    if (!scale(value, &s))
        return format_any(value, out);
    /* Most measured values need 16 or 17 digits. */
    int precision = 16;
    uint64_t digits = rounded(&s, 10);
    if (!reads_back(&s, digits)) {
        precision = 17;
        digits = rounded(&s, 1);
    } else {
        const uint64_t shorter = rounded(&s, 100);
        if (reads_back(&s, shorter)) {
            precision = 15;
            digits = shorter;
        }
    }
    int exponent = DIGITS - 1 - s.k;
    if (digits == full) { /* 9.99… became 10 */
        digits /= 10;
        exponent++;
    }
    *out = '-';
    lay_out(out + (value < 0), digits, exponent, precision);
    return out;
}

/* From text to double */

/* The double nearest to (n + something below 1 if sticky)·2^e, n > 0, in the normal range. */
static double nearest(u128 n, bool sticky, int e) {
    if (n >> 64) {
        const int high = 64 - __builtin_clzl((unsigned long)(n >> 64));
        sticky = sticky || (n & (((u128)1 << high) - 1)) != 0;
        n >>= high;
        e += high;
    }
    const int left = __builtin_clzl((unsigned long)n);
    const uint64_t m = (uint64_t)n << left;
    enum { EXTRA = 64 - MANTISSA - 1 };
    const uint64_t rest = m & ((1u << EXTRA) - 1), half = 1u << (EXTRA - 1);
    const bool up = rest > half || (rest == half && (sticky || (m >> EXTRA) % 2 == 1));
    /* The leading bit of m adds one to the exponent; where rounding carries, another. */
    const uint64_t bits =
        ((uint64_t)(e - left + EXTRA - LOWEST - 1) << MANTISSA) + (m >> EXTRA) + up;
    double value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* digits·10^power, 0 < digits, |power| <= LARGEST. */
static double exactly(uint64_t digits, int power) {
    if (power >= 0)
        return nearest((u128)digits * fives[power], false, power);
    /* Both with their top bit set, so that the quotient has 63 or 64 bits. */
    const uint64_t five = fives[-power];
    const int up = __builtin_clzl(digits), widened = __builtin_clzl(five);
    const u128 dividend = (u128)(digits << up) << 63;
    const uint64_t divisor = five << widened;
    const uint64_t quotient = (uint64_t)(dividend / divisor);
    const bool sticky = dividend != (u128)quotient * divisor;
    return nearest(quotient, sticky, power - up - 63 + widened);
}

/* Digits as they are read; `power` of ten is the last one's worth. */
typedef struct decimal {
    uint64_t digits;
    ptrdiff_t count; /* without leading zeros; 19 fit in `digits` */
    int64_t power;
} decimal;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static const char *read_digits(const char *p, decimal *d) {
    while (*p == '0' && d->count == 0)
        p++;
    const char *first = p;
    uint64_t digits = d->digits;
    for (; is_digit(*p); p++)
        digits = digits * 10 + (uint64_t)(*p - '0'); /* wraps when there are too many */
    d->digits = digits;
    d->count += p - first;
    return p;
}

/* NULL if digits are missing. */
static const char *read_power(const char *p, decimal *d) {
    const bool negative = *p == '-';
    p += *p == '-' || *p == '+';
    if (!is_digit(*p))
        return NULL;
    int64_t power = 0;
    for (; is_digit(*p); p++)
        power = power < 1000000000000000 ? power * 10 + (*p - '0') : power;
    d->power += negative ? -power : power;
    return p;
}

const char *wk_decimal_read(const char *text, double *value) {
    const bool negative = *text == '-';
    const char *whole = text + negative;
    decimal d = {0};
    const char *p = read_digits(whole, &d);
    bool any = p > whole;
    if (*p == '.') {
        const char *fraction = p + 1;
        p = read_digits(fraction, &d);
        d.power = fraction - p;
        any = any || p > fraction;
    }
    if (any && (*p == 'e' || *p == 'E'))
        p = read_power(p + 1, &d);
    if (!any || !p)
        return NULL;
    double size = 0;
    if (d.count > 19 || d.power < -LARGEST || d.power > LARGEST)
        size = strtod(whole, NULL);
    else if (d.digits)
        size = exactly(d.digits, (int)d.power);
    *value = negative ? -size : size;
    return p;
}
