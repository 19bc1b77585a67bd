/* Doubles as decimal text and back, exactly and fast. What the C library does in many hundred
 * cycles, because it must serve every number, is done here in 128-bit integers for those that
 * occur: no rounding but the one that is asked for. Other numbers go to the C library.
 *
 * Both ways the result is that of printf and strtod in the C locale (the program never calls
 * setlocale), to the last bit and byte. Only 64-bit machines are supported. */
#ifndef WK_BASE_DECIMAL_H
#define WK_BASE_DECIMAL_H

/* What printf's %.16g makes of a finite value if it reads back as the same double: then that of
 * %.15g if it does too. Else that of %.17g, which always does. `out` has room for 32 bytes and is
 * returned. In integers for 0 and from about 1e-16 to 1e17. */
char *wk_decimal_format(double value, char out[32]);

/* Reads -?(D[.[D]]|.D)[e[+-]D], D digits, from the start of `text`, as far as that goes; returns
 * its end, or NULL if there is no such number (or an e without digits after it). *value is the
 * nearest double, to even in a tie; infinite where the number is too large for any. In integers
 * for at most 19 digits, the last of them worth 1e-27 to 1e27. */
const char *wk_decimal_read(const char *text, double *value);

#endif
