/* Decides what a run gives to each cell. */
#include "run/allotment.h"

wk_status wk_allot_key(wk_allotter *a, size_t index, wk_arena *scratch, wk_plan_cell *cell,
                       wk_hash *key, wk_error *err) {
    const wk_session *s = a->session;
    *cell = wk_plan_cell_at(&s->opened.plan, index, scratch);
    const wk_fleet_member *member = wk_fleet_find(s->fleet, cell);
    return wk_plan_key(&s->opened.plan, cell,
                       cell->experiment->kernel ? member->timed : member->blas.fingerprint,
                       &a->files, scratch, key, err);
}

wk_status wk_allot_weigh(wk_allotter *a, const wk_plan_cell *cell, size_t index, size_t threads,
                         wk_arena *scratch, wk_plan_cost *cost, wk_error *err) {
    const wk_plan_experiment *e = cell->experiment;
    const size_t first = index - (index - e->first) % e->seeds;
    wk_weighed *last = threads == 1 ? &a->light : &a->heavy;
    const char *culprit = NULL;
    if (last->threads != threads || last->first != first) {
        *last = (wk_weighed){.first = first};
        WK_TRY(wk_plan_weigh(&a->session->opened.plan, cell, threads, scratch, &last->cost,
                             &culprit, err));
        last->threads = threads;
    }
    *cost = last->cost;
    return WK_OK;
}

static size_t threads_wanted(const wk_allotter *a, const wk_plan_cell *cell,
                             const wk_allotment *given) {
    const double large = 2e11; /* some seconds of one core: worth more than one */
    size_t ours, library;
    wk_plan_threads(cell, &ours, &library);
    if (ours)
        return ours;
    if (a->session->order.how.threads)
        return a->session->order.how.threads;
    return given->flops > large || given->bytes > a->memory / 2 ? a->slots : 1;
}

static size_t threads_for(const wk_allotter *a, const wk_plan_cell *cell,
                          const wk_allotment *given) {
    const size_t wanted = threads_wanted(a, cell, given);
    return wanted < given->member->most_threads ? wanted : given->member->most_threads;
}

/* Far more than the estimate, so that no sound cell is stopped, but not all that the machine has.
 */
static double memory_limit(double estimate) {
    const double least = 1024.0 * 1048576, factor = 4;
    return factor * estimate > least ? factor * estimate : least;
}

wk_status wk_allot(wk_allotter *a, size_t index, wk_arena *scratch, wk_plan_cell *cell,
                   wk_allotment *out, wk_error *err) {
    const wk_run_options *how = &a->session->order.how;
    wk_plan_cost cost;
    *out = (wk_allotment){0};
    WK_TRY(wk_allot_key(a, index, scratch, cell, &out->key, err));
    WK_TRY(wk_allot_weigh(a, cell, index, 1, scratch, &cost, err));
    out->flops = cost.flops;
    out->bytes = cost.bytes;
    out->alone = cell->experiment->kernel;
    out->member = wk_fleet_find(a->session->fleet, cell);
    out->threads = threads_for(a, cell, out);
    WK_TRY(wk_allot_weigh(a, cell, index, out->threads, scratch, &cost, err));
    out->bytes = cost.bytes + (how->save_arrays ? cost.arrays : 0);
    out->most = how->memory_limit > 0 ? how->memory_limit : memory_limit(out->bytes);
    return WK_OK;
}
