/* Student's t and the normal distribution: what the intervals need, tested against SciPy to 1e-10. */
#ifndef WK_CLAIM_DISTRIBUTION_H
#define WK_CLAIM_DISTRIBUTION_H

double wk_normal_cdf(double z);
double wk_normal_quantile(double p); /* 0 < p < 1 */
double wk_student_cdf(double t, double df);
double wk_student_quantile(double p, double df); /* 0 < p < 1, df >= 1 */

#endif
