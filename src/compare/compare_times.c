/* Stage times: the same cells, paired. */
#include "compare/compare_parts.h"

#include "base/order.h"
#include "table/interval.h"

#include <math.h>
#include <string.h>

#define LEVEL 0.95

/* Seconds of one cell in one stage, by each clock. */
typedef struct paired {
    double base[WK_COMPARE_CLOCKS], now[WK_COMPARE_CLOCKS];
} paired;

typedef struct group {
    wk_compare_time time;
    paired *cells; /* (time.cells) */
    size_t room;
} group;

typedef struct groups {
    group *list;
    size_t n, room;
    wk_arena *arena;
} groups;

static group *group_of(groups *g, const char *experiment, const char *stage) {
    for (size_t i = g->n; i-- > 0;)
        if (strcmp(g->list[i].time.stage, stage) == 0 &&
            strcmp(g->list[i].time.experiment, experiment) == 0)
            return &g->list[i];
    g->list = wk_arena_more(g->arena, g->list, g->n, &g->room, sizeof *g->list);
    g->list[g->n] = (group){.time = {.experiment = experiment, .stage = stage}};
    return &g->list[g->n++];
}

static void add_cell(groups *g, group *to, const paired *cell) {
    to->cells = wk_arena_more(g->arena, to->cells, to->time.cells, &to->room, sizeof *to->cells);
    to->cells[to->time.cells++] = *cell;
    to->time.base_s += cell->base[WK_COMPARE_WALL];
    to->time.now_s += cell->now[WK_COMPARE_WALL];
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

static void gather(groups *g, const wk_compare_pair *pair) {
    for (size_t i = 0; i < pair->base->result.nstages; i++) {
        const char *stage = pair->base->result.stages[i].name;
        paired cell;
        if (!is_first(pair->base, i) || !read_times(pair->base, stage, cell.base) ||
            !read_times(pair->now, stage, cell.now))
            continue;
        group *to = group_of(g, pair->base->experiment, stage);
        if (long_enough(cell.base[WK_COMPARE_WALL]) && long_enough(cell.now[WK_COMPARE_WALL]))
            add_cell(g, to, &cell);
    }
}

/* Ratios of the group's cells: median, and its interval at 1 - alpha. `logs` has room for all. */
static wk_interval ratio_of(const group *g, int clock, double alpha, double *logs) {
    const size_t n = g->time.cells;
    for (size_t i = 0; i < n; i++) {
        const double base = g->cells[i].base[clock], now = g->cells[i].now[clock];
        if (!(base > 0 && now > 0))
            return (wk_interval){(double)NAN, (double)NAN, (double)NAN};
        logs[i] = log(now / base);
    }
    wk_sort(logs, n);
    const wk_interval median = wk_interval_of_median(logs, n, alpha);
    return (wk_interval){exp(median.mean), exp(median.low), exp(median.high)};
}

static bool judgeable(const group *g) {
    return g->time.cells > 0 && g->time.base_s >= WK_COMPARE_LEAST_STAGE_S &&
           g->time.now_s >= WK_COMPARE_LEAST_STAGE_S;
}

/* What most stages share, of one experiment or (NULL) of all. Of two stages the lesser, of one
 * nothing: it could be all its own. */
static double common_of(const groups *g, const char *experiment, int clock, double *scratch) {
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) {
        const wk_compare_time *time = &g->list[i].time;
        if (time->judged && isfinite(time->ratio[clock].mean) &&
            (!experiment || strcmp(experiment, time->experiment) == 0))
            scratch[n++] = time->ratio[clock].mean;
    }
    if (n < 2)
        return 1;
    wk_sort(scratch, n);
    return fmax(1, n == 2 ? scratch[0] : wk_median_sorted(scratch, n));
}

static void find_common(groups *g, int clock, double *all, double *scratch) {
    *all = common_of(g, NULL, clock, scratch);
    for (size_t i = 0; i < g->n; i++) {
        wk_compare_time *time = &g->list[i].time;
        time->common[clock] = fmax(*all, common_of(g, time->experiment, clock, scratch));
    }
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

static void judge(groups *g, const wk_compare_options *options, wk_comparison *out) {
    size_t judged = 0, most = 0;
    for (size_t i = 0; i < g->n; i++) {
        judged += judgeable(&g->list[i]);
        most = g->list[i].time.cells > most ? g->list[i].time.cells : most;
    }
    double *logs = wk_arena_doubles(g->arena, (most > g->n ? most : g->n) + 1);
    wk_compare_time *times = wk_arena_get(g->arena, g->n, sizeof *times);
    for (size_t i = 0; i < g->n; i++) {
        wk_compare_time *time = &g->list[i].time;
        const double alpha = (1 - LEVEL) / (double)(judged ? judged : 1);
        for (int clock = 0; clock < WK_COMPARE_CLOCKS; clock++) {
            time->ratio[clock] = ratio_of(&g->list[i], clock, alpha, logs);
            time->common[clock] = 1;
        }
        time->judged = judgeable(&g->list[i]) && isfinite(time->ratio[WK_COMPARE_WALL].low);
    }
    double wall = 1;
    if (!options->judge_times) {
        find_common(g, WK_COMPARE_WALL, &wall, logs);
        find_common(g, WK_COMPARE_CPU, &out->common_cpu, logs);
    }
    if (!*out->times_refused && out->common_cpu > WK_COMPARE_MOST_COMMON) {
        out->times_refused = wk_arena_printf(
            g->arena, "all stages are slower alike, by a factor of %.3g", out->common_cpu);
    }
    for (size_t i = 0; i < g->n; i++) {
        times[i] = g->list[i].time;
        times[i].judged = times[i].judged && !*out->times_refused;
        decide(&times[i], out->time_tolerance);
        out->times_judged += times[i].judged;
    }
    out->times = times;
    out->ntimes = g->n;
}

void wk_compare_times(const wk_compare_pair *pairs, size_t n, const wk_compare_options *options,
                      wk_arena *arena, wk_comparison *out) {
    groups g = {.arena = arena};
    out->common_cpu = 1;
    out->times_refused = options->judge_times ? "" : refuse(out, pairs, n, arena);
    for (size_t i = 0; i < n; i++)
        if (wk_compare_measured(pairs[i].base) && wk_compare_measured(pairs[i].now))
            gather(&g, &pairs[i]);
    judge(&g, options, out);
}
