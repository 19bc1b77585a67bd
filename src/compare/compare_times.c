/* Stage times: the same cells, paired. */
#include "compare/compare_parts.h"

#include "base/order.h"
#include "table/interval.h"

#include <math.h>
#include <string.h>

#define LEVEL 0.95

static wk_compare_time *time_of(wk_comparison *out, const char *experiment, const char *stage,
                                wk_arena *arena) {
    for (size_t i = out->ntimes; i-- > 0;)
        if (strcmp(out->times[i].stage, stage) == 0 &&
            strcmp(out->times[i].experiment, experiment) == 0)
            return &out->times[i];
    out->times =
        wk_arena_more(arena, out->times, out->ntimes, &out->times_room, sizeof *out->times);
    out->times[out->ntimes] = (wk_compare_time){.experiment = experiment, .stage = stage};
    return &out->times[out->ntimes++];
}

static void add_cell(wk_compare_time *to, const wk_compare_seconds *cell, wk_arena *arena) {
    to->each = wk_arena_more(arena, to->each, to->cells, &to->room, sizeof *to->each);
    to->each[to->cells++] = *cell;
    to->base_s += cell->base[WK_COMPARE_WALL];
    to->now_s += cell->now[WK_COMPARE_WALL];
}

static bool long_enough(double seconds) {
    return seconds >= WK_COMPARE_LEAST_CELL_S && isfinite(seconds);
}

static bool read_times(const wk_row *row, const char *stage, double seconds[WK_COMPARE_CLOCKS]) {
    return wk_row_stage_time(row, stage, &seconds[WK_COMPARE_WALL], &seconds[WK_COMPARE_CPU]);
}

static bool is_first(const wk_row *row, size_t i) {
    for (size_t k = 0; k < i; k++)
        if (strcmp(row->result.stages[k].name, row->result.stages[i].name) == 0)
            return false;
    return true;
}

static void gather(const wk_compare_pair *pair, wk_arena *arena, wk_comparison *out) {
    for (size_t i = 0; i < pair->base->result.nstages; i++) {
        const char *stage = pair->base->result.stages[i].name;
        wk_compare_seconds cell;
        if (!is_first(pair->base, i) || !read_times(pair->base, stage, cell.base) ||
            !read_times(pair->now, stage, cell.now))
            continue;
        wk_compare_time *to = time_of(out, pair->base->experiment, stage, arena);
        if (long_enough(cell.base[WK_COMPARE_WALL]) && long_enough(cell.now[WK_COMPARE_WALL]))
            add_cell(to, &cell, arena);
    }
}

/* Ratios of the cells: median, and its interval at 1 - alpha. `logs` has room for all. */
static wk_interval ratio_of(const wk_compare_time *time, int clock, double alpha, double *logs) {
    for (size_t i = 0; i < time->cells; i++) {
        const double base = time->each[i].base[clock], now = time->each[i].now[clock];
        if (!(base > 0 && now > 0))
            return (wk_interval){(double)NAN, (double)NAN, (double)NAN};
        logs[i] = log(now / base);
    }
    wk_sort(logs, time->cells);
    const wk_interval median = wk_interval_of_median(logs, time->cells, alpha);
    return (wk_interval){exp(median.mean), exp(median.low), exp(median.high)};
}

static bool judgeable(const wk_compare_time *time) {
    return time->cells > 0 && time->base_s >= WK_COMPARE_LEAST_STAGE_S &&
           time->now_s >= WK_COMPARE_LEAST_STAGE_S;
}

/* What most stages share, of one experiment or (NULL) of all. Of two stages the lesser, of one
 * nothing: it could be all its own. */
static double common_of(const wk_comparison *out, const char *experiment, int clock,
                        double *scratch) {
    size_t n = 0;
    for (size_t i = 0; i < out->ntimes; i++) {
        const wk_compare_time *time = &out->times[i];
        if (time->judged && isfinite(time->ratio[clock].mean) &&
            (!experiment || strcmp(experiment, time->experiment) == 0))
            scratch[n++] = time->ratio[clock].mean;
    }
    if (n < 2)
        return 1;
    wk_sort(scratch, n);
    return fmax(1, n == 2 ? scratch[0] : wk_median_sorted(scratch, n));
}

/* Returns what all have in common. */
static double find_common(wk_comparison *out, int clock, double *scratch) {
    const double all = common_of(out, NULL, clock, scratch);
    for (size_t i = 0; i < out->ntimes; i++) {
        wk_compare_time *time = &out->times[i];
        time->common[clock] = fmax(all, common_of(out, time->experiment, clock, scratch));
    }
    return all;
}

static const char *refuse(const wk_comparison *c, const wk_compare_pair *pairs, size_t n,
                          wk_arena *arena) {
    static const struct {
        const char *key, *words;
    } needed[] = {{"cpu", "processors"},
                  {"cores", "numbers of cores"},
                  {"blas.fingerprint", "backends"},
                  {"blas.threads", "numbers of BLAS threads"},
                  {"compiler", "compilers"}};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (strcmp(wk_results_fact(c->base, needed[i].key),
                   wk_results_fact(c->now, needed[i].key)) != 0)
            return wk_arena_printf(arena, "the %s differ", needed[i].words);
    double wall[2] = {0, 0}, cpu[2] = {0, 0}; /* of BASE, NEW */
    for (size_t i = 0; i < n; i++)
        for (int side = 0; side < 2; side++) {
            const wk_row *row = side ? pairs[i].now : pairs[i].base;
            for (size_t k = 0; wk_compare_measured(row) && k < row->result.nstages; k++) {
                wall[side] += row->result.stages[k].wall_s;
                cpu[side] += row->result.stages[k].cpu_s;
            }
        }
    for (int side = 0; side < 2; side++)
        if (cpu[side] > 0 && wall[side] > WK_COMPARE_BUSY * cpu[side])
            return wk_arena_printf(arena,
                                   "the machine was busy with something else in %s: %.2g s passed "
                                   "for each second of work",
                                   side ? "NEW" : "BASE", wall[side] / cpu[side]);
    return "";
}

/* By more than is tolerated, and surely by more than half of it. */
static bool above(const wk_compare_time *time, int clock, double tolerance) {
    const wk_interval *ratio = &time->ratio[clock];
    const double common = time->common[clock];
    return ratio->mean > common * (1 + tolerance) && ratio->low > common * (1 + tolerance / 2);
}

static bool below(const wk_compare_time *time, int clock, double tolerance) {
    const wk_interval *ratio = &time->ratio[clock];
    return ratio->mean * (1 + tolerance) < 1 && ratio->high * (1 + tolerance / 2) < 1;
}

/* Without CPU times the wall decides alone. */
static void decide(wk_compare_time *time, double tolerance) {
    const bool wall_only = isnan(time->ratio[WK_COMPARE_CPU].mean);
    time->slower = time->judged && above(time, WK_COMPARE_WALL, tolerance) &&
                   (wall_only || above(time, WK_COMPARE_CPU, tolerance));
    time->faster = time->judged && below(time, WK_COMPARE_WALL, tolerance) &&
                   (wall_only || below(time, WK_COMPARE_CPU, tolerance));
}

static void judge(const wk_compare_options *options, wk_arena *arena, wk_comparison *out) {
    size_t judged = 0, most = out->ntimes;
    for (size_t i = 0; i < out->ntimes; i++) {
        judged += judgeable(&out->times[i]);
        most = out->times[i].cells > most ? out->times[i].cells : most;
    }
    double *scratch = wk_arena_doubles(arena, most + 1);
    const double alpha = (1 - LEVEL) / (double)(judged ? judged : 1);
    for (size_t i = 0; i < out->ntimes; i++) {
        wk_compare_time *time = &out->times[i];
        for (int clock = 0; clock < WK_COMPARE_CLOCKS; clock++) {
            time->ratio[clock] = ratio_of(time, clock, alpha, scratch);
            time->common[clock] = 1;
        }
        time->judged = judgeable(time) && isfinite(time->ratio[WK_COMPARE_WALL].low);
    }
    if (!options->judge_times) {
        find_common(out, WK_COMPARE_WALL, scratch);
        out->common_cpu = find_common(out, WK_COMPARE_CPU, scratch);
    }
    if (!*out->times_refused && out->common_cpu > WK_COMPARE_MOST_COMMON)
        out->times_refused = wk_arena_printf(
            arena, "all stages are slower alike, by a factor of %.3g", out->common_cpu);
    for (size_t i = 0; i < out->ntimes; i++) {
        wk_compare_time *time = &out->times[i];
        time->judged = time->judged && !*out->times_refused;
        decide(time, out->time_tolerance);
        out->times_judged += time->judged;
        out->regressions += time->slower;
    }
}

void wk_compare_times(const wk_compare_pair *pairs, size_t n, const wk_compare_options *options,
                      wk_arena *arena, wk_comparison *out) {
    out->common_cpu = 1;
    out->times_refused = options->judge_times ? "" : refuse(out, pairs, n, arena);
    for (size_t i = 0; i < n; i++)
        if (wk_compare_measured(pairs[i].base) && wk_compare_measured(pairs[i].now))
            gather(&pairs[i], arena, out);
    judge(options, arena, out);
}
