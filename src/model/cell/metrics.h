/* The metrics that a cell can record, of training or of a kernel: their names, symbols and
 * meanings. */
#ifndef WK_MODEL_CELL_METRICS_H
#define WK_MODEL_CELL_METRICS_H

#include "base/arena.h"
#include "base/result.h"

extern const wk_metric wk_metrics[];
extern const size_t wk_metrics_n;
bool wk_metric_positive(const char *name); /* by nature; false if there is none of that name */

/* Series being recorded. add() keeps the order of calls; an unknown name is a bug. */
typedef struct wk_recorder {
    wk_arena *arena;
    size_t capacity; /* points a series */
    wk_series *series;
    size_t n;
} wk_recorder;

void wk_recorder_init(wk_recorder *recorder, size_t capacity, wk_arena *arena);
void wk_recorder_add(wk_recorder *recorder, const char *metric, double at, double value);
/* A whole indexed series at once; `value` is copied. stride: distance between values. */
void wk_recorder_indexed(wk_recorder *recorder, const char *metric, size_t n, const double *value,
                         size_t stride);
/* Has anything been recorded under this name? */
bool wk_recorder_has(const wk_recorder *recorder, const char *metric);
/* The last value recorded, NaN if none. */
double wk_recorder_last(const wk_recorder *recorder, const char *metric);

#endif
