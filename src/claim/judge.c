/* From the numbers of a part's seeds to an estimate, an interval and a verdict. */
#include "claim/part.h"

#include "table/interval.h"
#include "table/summary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_SEEDS = 1000 }; /* how many more seeds it is worth speaking of */

/* One part judged against one bound. While it is judged, numbers are such that more is better:
 * negated for `below`, logarithms where the interval is one of logarithms. */
typedef struct side {
    wk_rule rule; /* WK_BELOW or WK_ABOVE */
    double *per_seed;
    double estimate, low, high;
    wk_verdict verdict;
    size_t more;      /* inconclusive: seeds that would settle it; MOST_SEEDS + 1: more than that */
    size_t set_aside; /* seeds infinite on the right side, beside finite ones */
} side;

/* Fewest seeds more than n at which the interval, as wide as the deviation makes it, clears a bound
 * at this distance. The half-width falls with n, so bisection finds it. */
static size_t more_seeds(double distance, double deviation, size_t n, double level) {
    size_t low = 0, high = MOST_SEEDS;
    if (!(wk_student_half_width(deviation, n + high, level) < distance))
        return MOST_SEEDS + 1;
    while (high - low > 1) {
        const size_t middle = (low + high) / 2;
        *(wk_student_half_width(deviation, n + middle, level) < distance ? &high : &low) = middle;
    }
    return high;
}

/* y (n): more is better; compared with `bound`. Infinities are judged as claim.h says. */
static void judge_oriented(const double *y, size_t n, double bound, double level, double *finite,
                           side *out) {
    size_t k = 0, good = 0, bad = 0;
    for (size_t i = 0; i < n; i++) {
        good += y[i] == INFINITY;
        bad += y[i] == -INFINITY;
        if (isfinite(y[i]))
            finite[k++] = y[i];
    }
    if (bad || !k) {
        out->estimate = out->low = out->high = bad ? -INFINITY : INFINITY;
        out->verdict = bad ? WK_FAIL : WK_PASS;
        return;
    }
    const wk_moments moments = wk_moments_of(finite, k);
    const double half = wk_student_half_width(moments.deviation, k, level);
    out->estimate = moments.mean;
    out->low = moments.mean - half;
    out->high = moments.mean + half;
    out->set_aside = good;
    if (out->low > bound && k >= WK_LEAST_SEEDS) {
        out->verdict = WK_PASS;
    } else if (good) {
        out->verdict = WK_INCONCLUSIVE;
        out->high = INFINITY;
        out->more = MOST_SEEDS + 1;
    } else if (out->high <= bound) {
        out->verdict = WK_FAIL;
    } else {
        out->verdict = WK_INCONCLUSIVE;
        out->more = more_seeds(fabs(moments.mean - bound), moments.deviation, k, level);
    }
}

/* What must hold exactly, up to rounding, must hold for the worst seed: an average would hide it.
 */
static void judge_every_seed(const double *y, size_t n, double bound, side *out) {
    const wk_range range = wk_range_of(y, n);
    out->estimate = out->low = range.least;
    out->high = range.greatest;
    out->verdict = range.least > bound ? WK_PASS : WK_FAIL;
}

/* z-scores of known variance: their sum over √n is one standard normal number, and there is nothing
 * to be inconclusive about. */
static void judge_pooled(const double *y, size_t n, double bound, side *out) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += y[i];
    out->estimate = out->low = out->high = sum / sqrt((double)n);
    out->verdict = out->estimate > bound ? WK_PASS : WK_FAIL;
}

static double logarithm(double value) {
    return value > 0 ? log(value) : -INFINITY;
}

static void judge_side(const wk_test *test, size_t n, double level, wk_arena *scratch, side *out) {
    double *y = wk_arena_doubles(scratch, n), *finite = wk_arena_doubles(scratch, n);
    const bool below = out->rule.kind == WK_BELOW, logs = wk_statistic_logarithmic(test);
    const double sign = below ? -1 : 1, given = below ? out->rule.high : out->rule.low;
    const double bound = sign * (logs ? logarithm(given) : given);
    for (size_t i = 0; i < n; i++)
        y[i] = sign * (logs ? logarithm(out->per_seed[i]) : out->per_seed[i]);
    if (test->statistic->every_seed)
        judge_every_seed(y, n, bound, out);
    else if (test->statistic->pooled)
        judge_pooled(y, n, bound, out);
    else
        judge_oriented(y, n, bound, level, finite, out);
    double ends[3] = {out->estimate, below ? out->high : out->low, below ? out->low : out->high};
    for (size_t i = 0; i < 3; i++)
        ends[i] = logs ? exp(sign * ends[i]) : sign * ends[i];
    out->estimate = ends[0];
    out->low = ends[1];
    out->high = ends[2];
}

/* The statistic of each seed for this side's rule. */
static wk_status reduce_seeds(const wk_test *test, const wk_grid *grid, wk_arena *arena,
                              wk_arena *scratch, side *out, wk_error *err) {
    out->per_seed = wk_arena_doubles(arena, grid->nseeds);
    for (size_t s = 0; s < grid->nseeds; s++) {
        wk_sample sample;
        WK_TRY(wk_grid_sample(test, grid, s, &out->rule, scratch, &sample, err));
        out->per_seed[s] = wk_statistic_reduce(test, &sample, &out->rule);
        if (isnan(out->per_seed[s]))
            return wk_fail(err, WK_BAD_INPUT, "the %s of %s cannot be formed for seed %llu: %s",
                           test->statistic->name, test->metric, (unsigned long long)grid->seeds[s],
                           test->statistic->undefined);
    }
    return WK_OK;
}

/* Local slopes and curvature, as means over seeds. */
static wk_status describe_slope(wk_part *part, const wk_grid *grid, const wk_rule *rule,
                                wk_arena *arena, wk_arena *scratch, wk_error *err) {
    const size_t n = grid->nx - 1;
    double *mean = wk_arena_get(arena, n, sizeof *mean);
    double *local = wk_arena_doubles(scratch, n);
    double curvature = 0;
    for (size_t s = 0; s < grid->nseeds; s++) {
        wk_sample sample;
        WK_TRY(wk_grid_sample(part->test, grid, s, rule, scratch, &sample, err));
        wk_slope_local(sample.x, sample.value, sample.n, local);
        for (size_t i = 0; i < n; i++)
            mean[i] += local[i] / (double)grid->nseeds;
        curvature += wk_slope_curvature(sample.x, sample.value, sample.n) / (double)grid->nseeds;
    }
    part->local = mean;
    part->nlocal = n;
    part->curvature = curvature;
    return WK_OK;
}

static int severity(wk_verdict verdict) {
    return verdict == WK_FAIL ? 2 : verdict == WK_INCONCLUSIVE ? 1 : 0;
}

/* Of the two sides of `within`, the one that decides. */
static const side *deciding(const side *below, const side *above, bool logarithmic) {
    if (severity(below->verdict) != severity(above->verdict))
        return severity(below->verdict) > severity(above->verdict) ? below : above;
    if (below->more != above->more)
        return below->more > above->more ? below : above;
    const double high = below->rule.high, low = above->rule.low;
    const bool log_middle = logarithmic && low > 0;
    const double middle = log_middle ? sqrt(low) * sqrt(high) : low / 2 + high / 2;
    const double up = log_middle ? log(below->estimate / middle) : below->estimate - middle;
    const double down = log_middle ? log(above->estimate / middle) : above->estimate - middle;
    return fabs(down) > fabs(up) ? above : below;
}

static void explain(wk_part *part, const side *found, wk_arena *arena) {
    char text[512] = "";
    const wk_rule *rule = &part->test->rule;
    if (found->verdict == WK_FAIL) {
        const int n = snprintf(text, sizeof text, "%.4g [%.4g, %.4g] is not ", found->estimate,
                               found->low, found->high);
        if (rule->kind == WK_WITHIN)
            snprintf(text + n, sizeof text - (size_t)n, "within %.4g and %.4g", rule->low,
                     rule->high);
        else
            snprintf(text + n, sizeof text - (size_t)n, "%s %.4g",
                     rule->kind == WK_BELOW ? "below" : "above",
                     rule->kind == WK_BELOW ? rule->high : rule->low);
    } else if (found->set_aside) {
        snprintf(text, sizeof text, "%zu of %zu seeds are infinite; the others alone %s",
                 found->set_aside, part->n,
                 found->verdict == WK_PASS ? "pass" : "do not settle it");
    } else if (found->verdict == WK_INCONCLUSIVE && found->more > MOST_SEEDS) {
        snprintf(text, sizeof text, "over %d more seeds would settle it", MOST_SEEDS);
    } else if (found->verdict == WK_INCONCLUSIVE) {
        snprintf(text, sizeof text, "about %zu more seed%s would settle it", found->more,
                 found->more == 1 ? "" : "s");
    }
    part->reason = wk_arena_text(arena, text);
}

/* A statistic asks for what its registry row says, and for nothing else. */
static wk_status check_test(const wk_test *test, wk_error *err) {
    const wk_statistic *statistic = test->statistic;
    const struct {
        const char *name;
        bool given, needed, welcome;
    } asks[] = {
        {"over", test->over, statistic->needs_over, true},
        {"between", test->between, statistic->needs_between, statistic->needs_between},
        {"predicted", test->predicted, statistic->needs_predicted,
         statistic->needs_predicted || statistic->takes_predicted},
    };
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        if (asks[i].needed && !asks[i].given)
            return wk_fail(err, WK_BAD_INPUT, "statistic '%s' needs '%s'", statistic->name,
                           asks[i].name);
        if (asks[i].given && !asks[i].welcome)
            return wk_fail(err, WK_BAD_INPUT, "statistic '%s' takes no '%s'", statistic->name,
                           asks[i].name);
    }
    return WK_OK;
}

static wk_status judge_measured(wk_part *part, const wk_row *const *rows, size_t n, double level,
                                wk_arena *arena, wk_arena *scratch, wk_error *err) {
    const wk_test *test = part->test;
    wk_grid grid;
    WK_TRY(check_test(test, err));
    WK_TRY(wk_grid_make(test, rows, n, scratch, &grid, err));
    const wk_rule *rule = &test->rule;
    side below = {.rule = {WK_BELOW, -INFINITY, rule->high}};
    side above = {.rule = {WK_ABOVE, rule->low, INFINITY}};
    const side *found = rule->kind == WK_ABOVE ? &above : &below;
    side *const sides[] = {&below, &above};
    for (size_t i = 0; i < 2; i++) {
        if (rule->kind != WK_WITHIN && found != sides[i])
            continue;
        WK_TRY(reduce_seeds(test, &grid, arena, scratch, sides[i], err));
        judge_side(test, grid.nseeds, level, scratch, sides[i]);
    }
    if (rule->kind == WK_WITHIN)
        found = deciding(&below, &above, wk_statistic_logarithmic(test));
    if (test->statistic->local_slopes)
        WK_TRY(describe_slope(part, &grid, &found->rule, arena, scratch, err));
    WK_TRY(wk_grid_count(part, &grid, &found->rule, scratch, err));
    uint64_t *seeds = wk_arena_get(arena, grid.nseeds, sizeof *seeds);
    memcpy(seeds, grid.seeds, grid.nseeds * sizeof *seeds);
    part->estimate = found->estimate;
    part->low = found->low;
    part->high = found->high;
    part->n = grid.nseeds;
    part->per_seed = found->per_seed;
    part->seeds = seeds;
    part->verdict = found->verdict;
    explain(part, found, arena);
    return WK_OK;
}

void wk_part_error(wk_part *part, const char *reason, wk_arena *arena) {
    *part = (wk_part){.test = part->test,
                      .where = part->where,
                      .estimate = NAN,
                      .low = NAN,
                      .high = NAN,
                      .curvature = NAN,
                      .verdict = WK_ERROR,
                      .reason = wk_arena_text(arena, reason)};
}

wk_status wk_part_judge(wk_part *part, const wk_row *const *rows, size_t n, double level,
                        wk_arena *arena, wk_arena *scratch, wk_error *err) {
    wk_error why = {0};
    part->curvature = NAN;
    const wk_status status = judge_measured(part, rows, n, level, arena, scratch, &why);
    if (status == WK_BAD_INPUT) {
        wk_part_error(part, why.message, arena);
        return WK_OK;
    }
    return status == WK_OK ? WK_OK : wk_fail(err, status, "%s", why.message);
}
