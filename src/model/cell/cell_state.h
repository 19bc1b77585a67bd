/* A training cell while it runs: what cell.c (start, training) and measure.c (checkpoints, the end)
 * share. Included by these two alone. */
#ifndef WK_MODEL_CELL_CELL_STATE_H
#define WK_MODEL_CELL_CELL_STATE_H

#include "model/cell/arrays.h"
#include "model/cell/identities.h"
#include "model/cell/metrics.h"
#include "model/cell/schedule.h"
#include "model/cell/spec.h"
#include "model/cell/stages.h"
#include "model/kernel/linearised.h"
#include "model/kernel/ntk.h"
#include "model/net/flow.h"
#include "model/pca/target.h"

typedef struct wk_cell {
    wk_spec spec;
    wk_pool *pool;
    wk_arena *arena;
    wk_arena scratch;
    wk_stages *stages;
    wk_data data;
    wk_net net;
    double mu;
    bool has_target;
    wk_target target;
    wk_schedule schedule;
    double *g, *loss_scratch, loss;
    /* kernels at the start and now */
    size_t *probe, p;
    wk_ntk start, now;
    double *start_blocks, *now_blocks, *start_trace, *now_trace;
    double drift_sup;
    double *current_value; /* (current_values) eigenvalues of C_t at the last checkpoint */
    size_t current_values;
    wk_linearised linear;     /* when spec.linearised */
    wk_flow flow;             /* when spec.flow */
    wk_identities identities; /* when spec.identities */
    wk_recorder record;
    wk_arrays arrays; /* for --save-arrays; idle without a folder */
} wk_cell;

/* Memory for what checkpoints measure; the schedule is known. */
void wk_measure_prepare(wk_cell *c);
/* Everything that is asked for, after `step` steps. */
wk_status wk_measure_checkpoint(wk_cell *c, size_t step, wk_error *err) WK_CHECKED;
/* The NTK change that `stop` watches: a metric's name. */
const char *wk_measure_watched(const wk_cell *c);
/* Divergence is data (SCIENCE, trap T5): every distance from the start, or from the principal
 * components, that was being recorded is infinite from t on. */
void wk_measure_divergence(wk_cell *c, double t);
/* What is known once: step, horizon, growth rate, eigenvalues, the representation. */
wk_status wk_measure_constants(wk_cell *c, wk_error *err) WK_CHECKED;

#endif
