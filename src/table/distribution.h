/* Student's t and the normal distribution: what the intervals need.
 *
 * All are accurate to 1e-10 relative, in both tails (cdf near 0, quantiles of p near 0 and of p
 * near 1 as far as 1 - p is exact), for df from 1 to at least 1e6; the tests hold them against
 * 30-digit values. `df` may be +inf: then Student's t is the normal. A p outside (0, 1) or a df
 * below 1 is a bug (WK_ASSERT); a NaN z or t gives NaN.
 */
#ifndef WK_TABLE_DISTRIBUTION_H
#define WK_TABLE_DISTRIBUTION_H

double wk_normal_cdf(double z);
double wk_normal_quantile(double p); /* 0 < p < 1 */
double wk_student_cdf(double t, double df);
double wk_student_quantile(double p, double df); /* 0 < p < 1, df >= 1 */

#endif
