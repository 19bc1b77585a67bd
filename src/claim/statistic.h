/* The registry of statistics. A statistic reduces one seed's cells to one number;
 * what each one is stands in its row (`help`).
 *
 * `rule` is WK_BELOW or WK_ABOVE here: the judge asks about a `within` as about a `below` its high
 * end and an `above` its low end, so that the worst value on either side is seen, and values that
 * miss on both sides cannot average out to a pass.
 *
 * NaN out means "not measured" and becomes the verdict `error`; it comes of NaN in, of logarithms
 * of what is not positive, and of inf/inf and inf-inf. A divergence (+inf) is never dropped. It
 * makes a slope +inf, which fails `below`. Under `above`, where +inf would help, it does so only
 * when it points that way: if the slope tends to -inf as the diverged values grow (they stand at
 * the small x), the slope is -inf. An escape with a time that is not finite is infinite on the side
 * that fails, under either rule.
 */
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
    const char *name; /* "slope" */
    const char *help; /* a sentence for docs and the report */
    /* The number as the subject of a sentence. Places to be filled: {metric}, {over}, {predicted};
     * {a}, {b}: the sides of `between`; {worst}: "largest " or "smallest " as the rule has it;
     * {among}: " among the values of" `over`; the last two are empty without `over`;
     * {bound}: ", divided by the " `predicted`, empty without it. */
    const char *phrase;
    bool needs_over, needs_between, needs_predicted;
    bool takes_words;     /* `over` may be a parameter that is no number */
    bool takes_predicted; /* `predicted` may be given */
    bool relative;      /* a seed's values are read as multiples of the one that is largest in size;
                           of an indexed metric, at the index where they differ most */
    size_t least_x;     /* fewest values of `over` (4 for slopes, else 1) */
    bool logarithmic;   /* the interval is taken of ln(statistic) and shown as its exponential */
    bool takes_indexed; /* an indexed metric read at the end stands for all its values: the worst of
                           them */
    bool every_seed;    /* the worst seed is judged, without interval: for what holds exactly; the
                           shown interval is the range over seeds */
    bool pooled;        /* each seed gives a z-score of known variance 1: judged by their sum over
                           the root of their number, without interval */
    bool local_slopes;  /* parts also carry local slopes and curvature in logs */
    bool rises; /* never falls as a value (of A, with `between`) grows: a cap makes it a lower bound
                 */
    const char *undefined; /* when the result is NaN, for numbers in: "a value is not positive" */
    /* Either the number at each x, of which the worst counts; or else the whole reduction. `rule`
     * tells what "worst" means. */
    double (*each)(const wk_sample *sample, size_t i);
    double (*reduce)(const wk_sample *sample, const wk_rule *rule);
    /* The same of a metric that is positive by nature; the interval is then taken of the logarithm.
     * NULL: no difference. */
    double (*reduce_positive)(const wk_sample *sample, const wk_rule *rule);
} wk_statistic;

/* The reduction for the test's metric, and whether its interval is taken of logarithms. */
double wk_statistic_reduce(const wk_test *test, const wk_sample *sample, const wk_rule *rule);
bool wk_statistic_logarithmic(const wk_test *test);

/* Does the test give what its statistic needs, and nothing that it does not take? Else
 * WK_BAD_INPUT.
 */
wk_status wk_test_check(const wk_test *test, wk_error *err) WK_CHECKED;

/* Of claims about verdicts (wk_claim_judge_verdicts); no suite names it. */
extern const wk_statistic wk_statistic_flips;

extern const wk_statistic wk_statistics[];
extern const size_t wk_statistics_n;
const wk_statistic *wk_statistic_find(const char *name); /* NULL if there is none */

/* The worst of values[0..n), n > 0, in the sense of the rule (WK_BELOW: the largest); NaN if any is
 * NaN. */
double wk_worst(const double *values, size_t n, const wk_rule *rule);

/* Least-squares slope of ln y on ln x; NaN if any y or x is not positive (a zero is not "small": it
 * is not measured) or all x are equal, +inf if any y is +inf. */
double wk_slope_log_log(const double *x, const double *y, size_t n);

/* local[i] = ln(y[i+1]/y[i]) / ln(x[i+1]/x[i]), i < n-1. */
void wk_slope_local(const double *x, const double *y, size_t n, double *local);

/* The coefficient c of ln² x in the least-squares fit of ln y by a + b ln x + c ln² x: 0 for a
 * power law. NaN if y is not positive and finite, or there are fewer than three x. */
double wk_slope_curvature(const double *x, const double *y, size_t n);

#endif
