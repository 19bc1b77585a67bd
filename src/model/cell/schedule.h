/* Step size, number of steps, and at which steps metrics are taken. */
#ifndef WK_MODEL_CELL_SCHEDULE_H
#define WK_MODEL_CELL_SCHEDULE_H

#include "model/cell/spec.h"
#include "model/pca/target.h"

typedef struct wk_schedule {
    double eta; /* step size */
    size_t steps;
    size_t *checkpoint; /* (points) steps, ascending, from 0 to `steps` */
    size_t points;
} wk_schedule;

/* mu: growth rate, for WK_UNTIL_ESCAPE. target: for WK_UNTIL_GAP and a relative step, else may be
 * NULL. */
wk_status wk_schedule_make(wk_schedule *schedule, const wk_spec *spec, double mu,
                           const wk_target *target, const wk_net *net, wk_arena *arena,
                           wk_error *err) WK_CHECKED;

#endif
