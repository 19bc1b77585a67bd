/* The registry of statistics. A statistic reduces one seed's cells to one number. */
#ifndef WK_CLAIM_STATISTIC_H
#define WK_CLAIM_STATISTIC_H

#include "claim/claim.h"

/* The cells of one seed in one part, ascending in x. */
typedef struct wk_sample {
    size_t n;
    const double *x;         /* (n) value of `over` (a number), or 0…n-1 */
    const double *value;     /* (n) the metric, capped; of A when `between` is given */
    const double *other;     /* (n) the metric of B; NULL without `between` */
    const double *predicted; /* (n) the predicted-slope metric; NULL without `predicted` */
} wk_sample;

typedef struct wk_statistic {
    const char *name;   /* "slope" */
    const char *help;   /* a sentence for docs and `describe` */
    bool needs_over, needs_between, needs_predicted;
    size_t least_x;     /* fewest values of `over` (4 for slopes, else 1) */
    bool logarithmic;   /* the interval is taken of ln(statistic) and shown as its exponential */
    /* +inf and NaN in, +inf or NaN out: a divergence is never dropped. `rule` tells what "worst" means. */
    double (*reduce)(const wk_sample *sample, const wk_rule *rule);
} wk_statistic;

extern const wk_statistic wk_statistics[];
extern const size_t wk_statistics_n;
const wk_statistic *wk_statistic_find(const char *name);

/* Least-squares slope of ln y on ln x; NaN if any y is not positive (a zero is not "small": it is not
 * measured), +inf if any y is +inf. */
double wk_slope_log_log(const double *x, const double *y, size_t n);

#endif
