/* From the numbers of a part's seeds to an estimate, an interval and a verdict. */
#include "claim/part.h"

#include "table/interval.h"
#include "table/summary.h"

#include <math.h>

enum { MOST_SEEDS = 1000 }; /* how many more seeds it is worth speaking of */

/* One part judged against one bound. While it is judged, numbers are such that more is better:
 * negated for `below`, logarithms where the interval is one of logarithms. */
typedef struct side {
    wk_rule rule;       /* WK_BELOW or WK_ABOVE */
    wk_part part;       /* as it is if this side decides */
    wk_sample *samples; /* (part.n) one for each seed */
    double *per_seed;   /* (part.n) the statistic of each */
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
    wk_part *part = &out->part;
    size_t k = 0, good = 0, bad = 0;
    for (size_t i = 0; i < n; i++) {
        good += y[i] == INFINITY;
        bad += y[i] == -INFINITY;
        if (isfinite(y[i]))
            finite[k++] = y[i];
    }
    if (bad || !k) {
        part->estimate = part->low = part->high = bad ? -INFINITY : INFINITY;
        part->verdict = bad ? WK_FAIL : WK_PASS;
        return;
    }
    const wk_moments moments = wk_moments_of(finite, k);
    const double half = wk_student_half_width(moments.deviation, k, level);
    part->estimate = moments.mean;
    part->low = moments.mean - half;
    part->high = moments.mean + half;
    out->set_aside = good;
    if (part->low > bound && k >= WK_LEAST_SEEDS) {
        part->verdict = WK_PASS;
    } else if (good) {
        part->verdict = WK_INCONCLUSIVE;
        part->high = INFINITY;
        out->more = MOST_SEEDS + 1;
    } else if (part->high <= bound) {
        part->verdict = WK_FAIL;
    } else {
        part->verdict = WK_INCONCLUSIVE;
        out->more = more_seeds(fabs(moments.mean - bound), moments.deviation, k, level);
    }
}

/* What must hold exactly, up to rounding, must hold for the worst seed: an average would hide it.
 */
static void judge_every_seed(const double *y, size_t n, double bound, wk_part *part) {
    const wk_range range = wk_range_of(y, n);
    part->estimate = part->low = range.least;
    part->high = range.greatest;
    part->verdict = range.least > bound ? WK_PASS : WK_FAIL;
}

/* z-scores of known variance: their sum over √n is one standard normal number, and there is nothing
 * to be inconclusive about. */
static void judge_pooled(const double *y, size_t n, double bound, wk_part *part) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += y[i];
    part->estimate = part->low = part->high = sum / sqrt((double)n);
    part->verdict = part->estimate > bound ? WK_PASS : WK_FAIL;
}

static double logarithm(double value) {
    return value > 0 ? log(value) : -INFINITY;
}

/* From the statistic of each seed to estimate, interval and verdict. */
static void judge_side(wk_judging *j, side *out) {
    wk_part *part = &out->part;
    const size_t n = part->n;
    double *y = wk_arena_doubles(&j->scratch, n), *finite = wk_arena_doubles(&j->scratch, n);
    const bool below = out->rule.kind == WK_BELOW, logs = wk_statistic_logarithmic(part->test);
    const double sign = below ? -1 : 1, given = below ? out->rule.high : out->rule.low;
    const double bound = sign * (logs ? logarithm(given) : given);
    for (size_t i = 0; i < n; i++)
        y[i] = sign * (logs ? logarithm(out->per_seed[i]) : out->per_seed[i]);
    if (part->test->statistic->every_seed)
        judge_every_seed(y, n, bound, part);
    else if (part->test->statistic->pooled)
        judge_pooled(y, n, bound, part);
    else
        judge_oriented(y, n, bound, j->level, finite, out);
    double ends[3] = {part->estimate, below ? part->high : part->low,
                      below ? part->low : part->high};
    for (size_t i = 0; i < 3; i++)
        ends[i] = logs ? exp(sign * ends[i]) : sign * ends[i];
    part->estimate = ends[0];
    part->low = ends[1];
    part->high = ends[2];
}

/* The sample and the statistic of each seed, for this side's rule. */
static wk_status reduce_seeds(wk_judging *j, const wk_grid *grid, side *out) {
    const wk_test *test = out->part.test;
    out->samples = wk_arena_get(&j->scratch, grid->nseeds, sizeof *out->samples);
    out->per_seed = wk_arena_doubles(j->arena, grid->nseeds);
    for (size_t s = 0; s < grid->nseeds; s++) {
        WK_TRY(wk_grid_sample(j, test, grid, s, &out->rule, test->cap, &out->samples[s]));
        out->per_seed[s] = wk_statistic_reduce(test, &out->samples[s], &out->rule);
        if (isnan(out->per_seed[s]))
            return wk_fail(&j->why, WK_BAD_INPUT, "the %s of %s cannot be formed for seed %llu: %s",
                           test->statistic->name, test->metric, (unsigned long long)grid->seeds[s],
                           test->statistic->undefined);
    }
    out->part.per_seed = out->per_seed;
    out->part.seeds = grid->seeds;
    out->part.n = grid->nseeds;
    return WK_OK;
}

/* Local slopes and curvature, as means over seeds. */
static void describe_slope(wk_judging *j, size_t nx, side *out) {
    const size_t n = nx - 1;
    double *mean = wk_arena_get(j->arena, n, sizeof *mean);
    double *local = wk_arena_doubles(&j->scratch, n);
    const double seeds = (double)out->part.n;
    out->part.curvature = 0;
    for (size_t s = 0; s < out->part.n; s++) {
        const wk_sample *own = &out->samples[s];
        wk_slope_local(own->x, own->value, own->n, local);
        for (size_t i = 0; i < n; i++)
            mean[i] += local[i] / seeds;
        out->part.curvature += wk_slope_curvature(own->x, own->value, own->n) / seeds;
    }
    out->part.local = mean;
    out->part.nlocal = n;
}

static size_t at_cap(const double *values, size_t n, double cap) {
    size_t count = 0;
    for (size_t i = 0; values && i < n; i++)
        count += values[i] >= cap;
    return count;
}

/* How much of the part rests on the cap. */
static wk_status count_capped(wk_judging *j, const wk_grid *grid, side *out) {
    const wk_test *test = out->part.test;
    size_t other = 0;
    bool differs = false;
    out->part.values = grid->nseeds * grid->nx * (grid->b ? 2 : 1);
    for (size_t s = 0; s < grid->nseeds && isfinite(test->cap); s++) {
        wk_sample uncapped;
        WK_TRY(wk_grid_sample(j, test, grid, s, &out->rule, INFINITY, &uncapped));
        out->part.capped += at_cap(out->samples[s].value, grid->nx, test->cap);
        other += at_cap(out->samples[s].other, grid->nx, test->cap);
        differs = differs || out->per_seed[s] < wk_statistic_reduce(test, &uncapped, &out->rule);
    }
    out->part.capped += other;
    out->part.at_least = test->statistic->rises && !other && differs;
    return WK_OK;
}

static int severity(wk_verdict verdict) {
    return verdict == WK_FAIL ? 2 : verdict == WK_INCONCLUSIVE ? 1 : 0;
}

/* Of the two sides of `within`, the one that decides. */
static side *deciding(side *below, side *above, bool logarithmic) {
    if (severity(below->part.verdict) != severity(above->part.verdict))
        return severity(below->part.verdict) > severity(above->part.verdict) ? below : above;
    if (below->more != above->more)
        return below->more > above->more ? below : above;
    const double high = below->rule.high, low = above->rule.low;
    const bool log_middle = logarithmic && low > 0;
    const double middle = log_middle ? sqrt(low) * sqrt(high) : low / 2 + high / 2;
    const double up =
        log_middle ? log(below->part.estimate / middle) : below->part.estimate - middle;
    const double down =
        log_middle ? log(above->part.estimate / middle) : above->part.estimate - middle;
    return fabs(down) > fabs(up) ? above : below;
}

static const char *reason_of(const side *found, wk_arena *arena) {
    const wk_part *part = &found->part;
    const wk_rule *rule = &part->test->rule;
    if (part->verdict == WK_FAIL) {
        const char *what = wk_arena_printf(arena, "%.4g [%.4g, %.4g] is not", part->estimate,
                                           part->low, part->high);
        return rule->kind == WK_WITHIN
                   ? wk_arena_printf(arena, "%s within %.4g and %.4g", what, rule->low, rule->high)
                   : wk_arena_printf(arena, "%s %s %.4g", what,
                                     rule->kind == WK_BELOW ? "below" : "above",
                                     rule->kind == WK_BELOW ? rule->high : rule->low);
    }
    if (found->set_aside)
        return wk_arena_printf(arena, "%zu of %zu seeds are infinite; the others alone %s",
                               found->set_aside, part->n,
                               part->verdict == WK_PASS ? "pass" : "do not settle it");
    if (part->verdict == WK_PASS)
        return "";
    if (found->more > MOST_SEEDS)
        return wk_arena_printf(arena, "over %d more seeds would settle it", MOST_SEEDS);
    return wk_arena_printf(arena, "about %zu more seed%s would settle it", found->more,
                           found->more == 1 ? "" : "s");
}

static wk_status judge_measured(wk_judging *j, const wk_test *test, const wk_cells *cells,
                                wk_part *part) {
    const wk_rule *rule = &test->rule;
    wk_grid grid;
    WK_TRY(wk_grid_make(j, test, cells, &grid));
    const wk_part start = {.test = test, .where = cells->where, .curvature = NAN};
    side below = {.rule = {WK_BELOW, -INFINITY, rule->high}, .part = start};
    side above = {.rule = {WK_ABOVE, rule->low, INFINITY}, .part = start};
    side *const sides[] = {&below, &above};
    side *found = rule->kind == WK_ABOVE ? &above : &below;
    for (size_t i = 0; i < 2; i++) {
        if (rule->kind != WK_WITHIN && found != sides[i])
            continue;
        WK_TRY(reduce_seeds(j, &grid, sides[i]));
        judge_side(j, sides[i]);
    }
    if (rule->kind == WK_WITHIN)
        found = deciding(&below, &above, wk_statistic_logarithmic(test));
    if (test->statistic->local_slopes)
        describe_slope(j, grid.nx, found);
    WK_TRY(count_capped(j, &grid, found));
    *part = found->part;
    part->reason = reason_of(found, j->arena);
    return WK_OK;
}

wk_part wk_part_error(const wk_test *test, wk_bag where, const char *reason, wk_arena *arena) {
    return (wk_part){.test = test,
                     .where = where,
                     .estimate = NAN,
                     .low = NAN,
                     .high = NAN,
                     .curvature = NAN,
                     .verdict = WK_ERROR,
                     .reason = wk_arena_text(arena, reason)};
}

wk_part wk_part_judge(wk_judging *j, const wk_test *test, const wk_cells *cells) {
    wk_part part;
    if (judge_measured(j, test, cells, &part) != WK_OK)
        return wk_part_error(test, cells->where, j->why.message, j->arena);
    return part;
}
