/* Distance in units in the last place: how many steps from one floating-point number to the next
 * lie between two numbers. Equal numbers are 0 apart, and so are +0 and -0; neighbours are 1 apart.
 * The distance is +inf unless both numbers are finite.
 */
#ifndef WK_TABLE_ULPS_H
#define WK_TABLE_ULPS_H

/* Steps of double precision. */
double wk_ulps_double(double a, double b);
/* Steps of single precision, between the numbers rounded to it. */
double wk_ulps_single(double a, double b);

#endif
