/* The registry of statistics, which reduce the cells of one seed to one number. */
#include "claim/statistic.h"

#include "table/summary.h"

#include <float.h>
#include <math.h>
#include <string.h>

double wk_worst(const double *values, size_t n, const wk_rule *rule) {
    WK_ASSERT(n > 0 && rule->kind != WK_WITHIN);
    double worst = values[0];
    for (size_t i = 1; i < n; i++) {
        if (isnan(values[i]) || isnan(worst))
            return NAN;
        if (rule->kind == WK_BELOW ? values[i] > worst : values[i] < worst)
            worst = values[i];
    }
    return worst;
}

static double mean_log(const double *x, size_t n) {
    wk_tally tally = {0};
    for (size_t i = 0; i < n; i++)
        wk_tally_add(&tally, log(x[i]));
    return wk_tally_mean(&tally);
}

static bool all_positive(const double *x, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!(x[i] > 0))
            return false;
    return true;
}

static bool any_infinite(const double *y, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (isinf(y[i]))
            return true;
    return false;
}

/* Least-squares slope on ln x of y, or of ln y. All finite; NaN when the x do not differ. */
static double slope_on_log(const double *x, const double *y, size_t n, bool log_y) {
    const double middle = mean_log(x, n);
    double xx = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        const double u = log(x[i]) - middle;
        xx += u * u;
        xy += u * (log_y ? log(y[i]) : y[i]);
    }
    return x[0] == x[n - 1] ? NAN : xy / xx;
}

double wk_slope_log_log(const double *x, const double *y, size_t n) {
    if (n < 2 || !all_positive(x, n) || !all_positive(y, n))
        return NAN;
    return any_infinite(y, n) ? INFINITY : slope_on_log(x, y, n, true);
}

void wk_slope_local(const double *x, const double *y, size_t n, double *local) {
    for (size_t i = 0; i + 1 < n; i++)
        local[i] = log(y[i + 1] / y[i]) / log(x[i + 1] / x[i]);
}

double wk_slope_curvature(const double *x, const double *y, size_t n) {
    if (n < 3 || !all_positive(x, n) || !all_positive(y, n) || any_infinite(y, n))
        return NAN;
    const double middle = mean_log(x, n);
    double u2 = 0, u3 = 0;
    for (size_t i = 0; i < n; i++) {
        const double u = log(x[i]) - middle;
        u2 += u * u;
        u3 += u * u * u;
    }
    /* q = u² less its projection on 1 and u; then c = <q, ln y>/<q, q> */
    double qq = 0, qy = 0;
    for (size_t i = 0; i < n; i++) {
        const double u = log(x[i]) - middle;
        const double q = u * u - u2 / (double)n - u3 / u2 * u;
        qq += q * q;
        qy += q * log(y[i]);
    }
    return qy / qq;
}

/* Do the diverged y pull the slope down as they grow? The slope is a weighted sum of the ln y, with
 * weights proportional to ln x - mean. */
static bool divergence_points_down(const double *x, const double *y, size_t n) {
    const double middle = mean_log(x, n);
    double weight = 0, scale = 0;
    for (size_t i = 0; i < n; i++) {
        const double u = log(x[i]) - middle;
        scale += fabs(u);
        weight += isinf(y[i]) ? u : 0;
    }
    return weight < -1e-12 * scale;
}

static double reduce_slope(const wk_sample *sample, const wk_rule *rule) {
    const double slope = wk_slope_log_log(sample->x, sample->value, sample->n);
    if (isinf(slope) && rule->kind == WK_ABOVE &&
        divergence_points_down(sample->x, sample->value, sample->n))
        return -INFINITY;
    return slope;
}

static double value_at(const wk_sample *sample, size_t i) {
    return sample->value[i];
}

static double ratio_at(const wk_sample *sample, size_t i) {
    const double a = sample->value[i], b = sample->other[i];
    return a > 0 && b > 0 ? a / b
                          : NAN; /* a ratio is of positive numbers: its logarithm is judged */
}

static double difference_at(const wk_sample *sample, size_t i) {
    return sample->value[i] - sample->other[i];
}

static double in_eps(const wk_sample *sample, size_t i) {
    return fabs(sample->value[i]) / DBL_EPSILON;
}

static double over_predicted(const wk_sample *sample, size_t i) {
    return sample->predicted[i] != 0 ? sample->value[i] / sample->predicted[i] : NAN;
}

/* +inf if any time is infinite, whatever the rule: that the metric escapes at every width and seed
 * is part of the assertion. Under `above` the -inf that fails is returned, for the same reason. */
static double reduce_escape(const wk_sample *sample, const wk_rule *rule) {
    const size_t n = sample->n;
    const double predicted = wk_mean(sample->predicted, n, false);
    bool never = false;
    for (size_t i = 0; i < n; i++) {
        if (isnan(sample->value[i]))
            return NAN;
        never = never || isinf(sample->value[i]);
    }
    if (!isfinite(predicted) || predicted == 0 || n < 2 || !all_positive(sample->x, n))
        return NAN;
    if (never)
        return rule->kind == WK_ABOVE ? -INFINITY : INFINITY;
    return slope_on_log(sample->x, sample->value, n, false) / predicted;
}

/* Infinite everywhere is no difference. */
static double reduce_spread(const wk_sample *sample, const wk_rule *rule) {
    (void)rule;
    const wk_range range = wk_range_of(sample->value, sample->n);
    double bound = sample->predicted ? 0 : 1;
    for (size_t i = 0; sample->predicted && i < sample->n; i++)
        bound = fmax(bound, sample->predicted[i]);
    if (isnan(range.least) || !(bound > 0))
        return NAN;
    return range.greatest > range.least ? (range.greatest - range.least) / bound : 0;
}

/* clang-format off */
const wk_statistic wk_statistics[] = {
    {"slope", "the exponent: least-squares slope of ln metric on ln of `over`, of each seed",
     "the exponent of {metric} as a power of {over}", .needs_over = true, .least_x = 4,
     .local_slopes = true, .undefined = "a value is not positive", .reduce = reduce_slope},
    {"worst",
     "the value that is worst for the rule (the largest for below, the smallest for above)",
     "the {worst}value of {metric}{among}", .least_x = 1, .takes_indexed = true,
     .undefined = "a value is not a number", .rises = true, .each = value_at},
    {"ratio",
     "metric of the first of `between` over that of the second, paired by seed, where it is worst "
     "over `over`; judged in logarithms",
     "the {worst}ratio of {metric} with {a} to that with {b}{among}", .needs_between = true,
     .least_x = 1, .logarithmic = true,
     .undefined = "a value is not positive, or both are infinite", .rises = true,
     .each = ratio_at},
    {"difference",
     "metric of the first of `between` less that of the second, paired by seed, where it is worst "
     "over `over`",
     "the {worst}amount by which {metric} with {a} exceeds that with {b}{among}",
     .needs_between = true, .least_x = 1, .undefined = "both values are infinite", .rises = true,
     .each = difference_at},
    {"escape",
     "measured over predicted growth of an escape time: least-squares slope of the metric on ln of "
     "`over`, divided by the mean of the metric `predicted`; a time that is not finite fails",
     "the growth of {metric} with the logarithm of {over}, divided by the predicted growth, "
     "{predicted},",
     .needs_over = true, .needs_predicted = true, .least_x = 4,
     .undefined = "the predicted slope is zero or not finite", .reduce = reduce_escape},
    {"identity",
     "residual of an exact identity in units of the rounding error 2^-52, where it is worst for "
     "the rule and in the worst seed",
     "the {worst}value of {metric}{among}, in units of the rounding error 2^-52,", .least_x = 1,
     .takes_indexed = true, .every_seed = true, .undefined = "a residual is not a number",
     .each = in_eps},
    {"agreement",
     "measured over predicted: the metric over the metric `predicted`, where it is worst for the "
     "rule",
     "the {worst}ratio of {metric} to its prediction, {predicted},{among}", .needs_predicted = true,
     .least_x = 1, .undefined = "a prediction is zero or not a number", .each = over_predicted},
    {"z",
     "a deviation in units of its exactly known standard deviation (where it is worst for the "
     "rule), summed over seeds over the root of their number: standard normal if the law holds, so "
     "there is no interval",
     "the sum over the seeds of the {worst}{metric}{among}, divided by the root of their number,",
     .least_x = 1, .pooled = true, .undefined = "a deviation is not a number",
     .each = value_at},
    {"spread",
     "how far the metric differs among the values of `over`, relative to the largest of them (of "
     "an indexed metric, to its largest value, at the index where they differ most); divided by "
     "the metric `predicted`, a bound, if one is given; the worst seed",
     "the largest relative difference of {metric}{among}{bound}", .needs_over = true,
     .takes_words = true, .takes_predicted = true, .relative = true, .least_x = 2,
     .every_seed = true, .undefined = "a value is not a number, or the bound is not positive",
     .reduce = reduce_spread},
};
/* clang-format on */

const size_t wk_statistics_n = sizeof wk_statistics / sizeof *wk_statistics;

wk_status wk_test_check(const wk_test *test, wk_error *err) {
    const wk_statistic *s = test->statistic;
    if (s->needs_over && !test->over)
        return wk_fail(err, WK_BAD_INPUT, "statistic '%s' needs 'over'", s->name);
    if (s->needs_between != (test->between != NULL))
        return wk_fail(err, WK_BAD_INPUT, "statistic '%s' %s 'between'", s->name,
                       s->needs_between ? "needs" : "takes no");
    if (s->needs_predicted != (test->predicted != NULL) && !s->takes_predicted)
        return wk_fail(err, WK_BAD_INPUT, "statistic '%s' %s 'predicted'", s->name,
                       s->needs_predicted ? "needs" : "takes no");
    if (test->predicted && isfinite(test->cap))
        return wk_fail(err, WK_BAD_INPUT, "a cap would hide that '%s' is not finite", test->metric);
    return WK_OK;
}

static bool reduces_positive(const wk_test *test) {
    return test->positive && test->statistic->reduce_positive;
}

double wk_statistic_reduce(const wk_test *test, const wk_sample *sample, const wk_rule *rule) {
    const wk_statistic *s = test->statistic;
    if (reduces_positive(test))
        return s->reduce_positive(sample, rule);
    if (s->reduce)
        return s->reduce(sample, rule);
    double worst = s->each(sample, 0);
    for (size_t i = 1; i < sample->n; i++)
        worst = wk_worst((const double[]){worst, s->each(sample, i)}, 2, rule);
    return worst;
}

bool wk_statistic_logarithmic(const wk_test *test) {
    return test->statistic->logarithmic || reduces_positive(test);
}

const wk_statistic *wk_statistic_find(const char *name) {
    for (size_t i = 0; i < wk_statistics_n; i++)
        if (strcmp(wk_statistics[i].name, name) == 0)
            return &wk_statistics[i];
    return NULL;
}
