/* Private to src/results: files of the versions before "not_finite" (results_read.c).
 *
 * Their values have null for what is not finite, and only the cell's reason tells which number that
 * is: "left; not finite: ntk.change: 3 inf, loss: 1 nan".
 */
#ifndef WK_RESULTS_RESULTS_OLD_H
#define WK_RESULTS_RESULTS_OLD_H

/* The number that each null of this metric stands for: inf, -inf or NaN. It is NaN too if the
 * reason names none or several for it. */
double wk_results_old_null(const char *reason, const char *metric);

#endif
