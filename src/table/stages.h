/* Times of stages, summed over the cells that ended in a result. */
#ifndef WK_TABLE_STAGES_H
#define WK_TABLE_STAGES_H

#include "table/selection.h"

/* What is counted, in words, for the report and the figure. */
#define WK_STAGE_RATE                                                                              \
    "floating-point operations of the algorithm as written (2mnk for a matrix product) by wall "   \
    "time; "                                                                                       \
    "percentages are per core: operations in a second of one core's time, as a share of the rate " \
    "of "                                                                                          \
    "a large double-precision matrix product (DGEMM) on one thread in the same run"

typedef struct wk_stage_sum {
    const char *name;
    size_t cells;
    double median_s, total_s; /* wall time: of a cell, of all */
    double cpu_s, flops;      /* of all */
    double gflops;            /* flops / total_s / 1e9; NaN where no operations are counted */
    double percent_of_gemm;   /* per core; NaN where not measured */
} wk_stage_sum;

/* Cells of `from`, or all for NULL, in the order in which the table first names the stages. Only
 * cells that are ok or diverged count: there is no time for a run that was killed. */
void wk_stages_sum(const wk_table *table, const wk_selection *from, double gemm_gflops,
                   wk_arena *arena, wk_stage_sum **sums, size_t *n);

#endif
