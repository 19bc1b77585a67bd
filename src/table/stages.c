/* Times of stages, summed over cells. */
#include "table/stages.h"

#include "base/order.h"

#include <math.h>
#include <string.h>

static bool counts(const wk_row *row, const wk_selection *from) {
    return (row->result.end == WK_END_OK || row->result.end == WK_END_DIVERGED) &&
           (!from || wk_selection_has(from, row));
}

static wk_stage_sum *find(wk_stage_sum *sums, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(sums[i].name, name) == 0)
            return &sums[i];
    return NULL;
}

static void finish(wk_stage_sum *sum, const wk_table *table, const wk_selection *from,
                   double gemm_gflops, double *times) {
    size_t n = 0;
    double wall_s, cpu_s;
    for (size_t i = 0; i < table->n; i++)
        if (counts(&table->rows[i], from) &&
            wk_row_stage_time(&table->rows[i], sum->name, &wall_s, &cpu_s))
            times[n++] = wall_s;
    wk_sort(times, n);
    sum->cells = n;
    sum->median_s = wk_median_sorted(times, n);
    const bool rated = sum->flops > 0 && sum->total_s > 0;
    /* With several threads the cores' time is the CPU time; with one, the wall time includes waits.
     */
    const double core_s = sum->cpu_s > 0 ? sum->cpu_s : sum->total_s;
    sum->gflops = rated ? sum->flops / sum->total_s / 1e9 : (double)NAN;
    sum->percent_of_gemm =
        rated && gemm_gflops > 0 ? 100 * sum->flops / core_s / 1e9 / gemm_gflops : (double)NAN;
}

/* A new sum at the end of (*sums)[0..*n). */
static wk_stage_sum *add(wk_stage_sum **sums, size_t *n, size_t *room, const char *name,
                         wk_arena *arena) {
    *sums = wk_arena_more(arena, *sums, *n, room, sizeof **sums);
    (*sums)[*n] = (wk_stage_sum){.name = name};
    return &(*sums)[(*n)++];
}

void wk_stages_sum(const wk_table *table, const wk_selection *from, double gemm_gflops,
                   wk_arena *arena, wk_stage_sum **sums, size_t *n) {
    double *times = wk_arena_doubles(arena, table->n + 1);
    wk_stage_sum *found = NULL;
    *n = 0;
    size_t room = 0;
    for (size_t i = 0; i < table->n; i++) {
        const wk_row *row = &table->rows[i];
        for (size_t j = 0; counts(row, from) && j < row->result.nstages; j++) {
            const wk_stage *stage = &row->result.stages[j];
            wk_stage_sum *sum = find(found, *n, stage->name);
            if (!sum)
                sum = add(&found, n, &room, stage->name, arena);
            sum->total_s += stage->wall_s;
            sum->cpu_s += stage->cpu_s;
            sum->flops += stage->flops;
        }
    }
    for (size_t i = 0; i < *n; i++)
        finish(&found[i], table, from, gemm_gflops, times);
    *sums = found;
}
