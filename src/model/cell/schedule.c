/* Steps, step size and checkpoints of a cell. */
#include "model/cell/schedule.h"

#include "model/pca/subspace.h"

#include <math.h>

/* Steps as a real number; not finite when they are not defined. */
static wk_status count_steps(const wk_spec *spec, double eta, double mu, const wk_target *target,
                             const wk_net *net, wk_arena *arena, double *steps, wk_error *err) {
    const double log_width = log((double)spec->width), slack = 1e-9; /* 16/0.1 is 160 steps */
    double tangent = 0;
    switch (spec->until) {
    case WK_UNTIL_TIME:
        *steps = ceil(spec->horizon / eta - slack);
        break;
    case WK_UNTIL_LOG_WIDTH:
        *steps = ceil(spec->horizon * log_width / eta - slack);
        break;
    case WK_UNTIL_ESCAPE:
        *steps = ceil(spec->horizon * log_width / (2 * mu) / eta - slack);
        break;
    case WK_UNTIL_SPREAD:
        *steps = ceil(spec->horizon / (2 * (target->pca.value[0] - target->pca.value[net->k - 1])) /
                          eta -
                      slack);
        break;
    case WK_UNTIL_GAP:
        WK_TRY(wk_subspace_tangent(net->M, net->k, net->Vt, target->U, &tangent, arena, err));
        *steps = wk_pca_steps(&target->pca, net->M, eta, tangent, spec->horizon);
        break;
    }
    return WK_OK;
}

/* Next checkpoint after step s. */
static size_t next_point(const wk_spec *spec, const wk_schedule *schedule, size_t s) {
    const size_t last = schedule->steps;
    double next = (double)last;
    if (spec->every > 0) {
        const double j = floor((double)s * schedule->eta / spec->every + 0.5) + 1;
        next = round(j * spec->every / schedule->eta);
    } else if (spec->log_spaced) {
        const double ratio = pow(10, 1.0 / 8);
        next = round((double)s * ratio);
    }
    if (next < (double)s + 1)
        next = (double)s + 1;
    return next < (double)last ? (size_t)next : last;
}

wk_status wk_schedule_make(wk_schedule *schedule, const wk_spec *spec, double mu,
                           const wk_target *target, const wk_net *net, wk_arena *arena,
                           wk_error *err) {
    const double eta = spec->step_is_relative ? spec->step / target->radius : spec->step;
    double steps = 0;
    WK_TRY(count_steps(spec, eta, mu, target, net, arena, &steps, err));
    if (!(steps <= (double)spec->most_steps))
        return wk_fail(err, WK_CANNOT, "the horizon asks for %g steps, more than max-steps %zu%s",
                       steps, spec->most_steps,
                       spec->until == WK_UNTIL_GAP ? " (the eigenvalue gap is too small)" : "");
    *schedule = (wk_schedule){.eta = eta, .steps = (size_t)steps};
    size_t points = 1;
    for (size_t s = 0; s < schedule->steps; points++)
        s = next_point(spec, schedule, s);
    schedule->checkpoint = wk_arena_get(arena, points, sizeof *schedule->checkpoint);
    schedule->points = points;
    for (size_t i = 1; i < points; i++)
        schedule->checkpoint[i] = next_point(spec, schedule, schedule->checkpoint[i - 1]);
    return WK_OK;
}
