/* Writes the plan of a session into the store and collects what is to be run. */
#include "run/session_plan.h"

#include "run/cell_arrays.h"
#include "run/environment.h"
#include "run/facts.h"
#include "run/filter.h"
#include "run/remembered.h"

typedef struct planner {
    const wk_session *session;
    wk_allotter *allotter;
    wk_ready_queue *queue;
    wk_session_counts *counts;
    wk_arena scratch; /* for one cell at a time */
} planner;

static wk_status is_done(const wk_session *s, const wk_hash *key, bool *done, wk_error *err) {
    WK_TRY(wk_store_has(s->store, key, done, err));
    if (s->order.how.save_arrays)
        *done = *done && wk_cell_arrays_exist(s->order.folder, key);
    return WK_OK;
}

static bool takes(const wk_session *s, const wk_plan_cell *cell) {
    const wk_row row = {.experiment = cell->experiment->name, .params = cell->params};
    return wk_filter_takes(&s->opened, s->order.how.filter, &row);
}

/* Benchmarks are timed in rounds: every combination once, the backends of each one after the other,
 * then all of them again, the other way round, so that no backend owes its place to a drift of the
 * machine. */
static uint32_t turn_of(const wk_plan_cell *cell, size_t index) {
    const wk_plan_experiment *e = cell->experiment;
    if (!e->kernel)
        return 0;
    const size_t within = index - e->first, round = within % e->seeds;
    const size_t combination = within / e->seeds;
    const size_t place = round % 2 ? e->combinations - 1 - combination : combination;
    return (uint32_t)(1 + e->first + round * e->combinations + place);
}

/* Backends are compared within a round: what of one combination's turn is missing is not put beside
 * what was timed another day, but all of it is timed again. `index` is of its first backend. */
static wk_status complete_turn(planner *p, const wk_plan_experiment *e, size_t index,
                               wk_error *err) {
    const wk_session *s = p->session;
    size_t taken = 0, have = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t b = 0; b < e->nbackends; b++) {
            wk_plan_cell cell;
            wk_hash key;
            bool done = false;
            WK_TRY(wk_allot_key(p->allotter, index + b * e->seeds, &p->scratch, &cell, &key, err));
            if (*wk_fleet_find(s->fleet, &cell)->blas.trouble || !takes(s, &cell))
                continue; /* nobody waits for it */
            if (pass == 0) {
                WK_TRY(is_done(s, &key, &done, err));
                taken++;
                have += done;
            } else if (have < taken) {
                WK_TRY(wk_store_forget(s->store, &key, err));
            }
        }
    return WK_OK;
}

static wk_status plan_cell(planner *p, size_t index, wk_error *err) {
    const wk_session *s = p->session;
    wk_plan_cell cell;
    wk_hash key;
    wk_plan_cost cost;
    bool done = false;
    WK_TRY(wk_allot_key(p->allotter, index, &p->scratch, &cell, &key, err));
    const wk_plan_experiment *e = cell.experiment;
    if (e->kernel && e->nbackends > 1 && (index - e->first) / e->seeds % e->nbackends == 0)
        WK_TRY(complete_turn(p, e, index, err));
    WK_TRY(wk_store_plan_add(s->store, index, &key, e->name, &cell.params, cell.seed, err));
    WK_TRY(is_done(s, &key, &done, err));
    if (done) {
        p->counts->reused++;
    } else if (!takes(s, &cell)) {
        p->counts->left_out++;
    } else {
        WK_TRY(wk_allot_weigh(p->allotter, &cell, index, 1, &p->scratch, &cost, err));
        wk_ready_queue_add(p->queue, index, turn_of(&cell, index), cost.flops, &key);
    }
    return WK_OK;
}

static wk_status plan_cells(planner *p, wk_error *err) {
    const wk_session *s = p->session;
    for (size_t i = 0; i < s->opened.plan.cells; i++) {
        const wk_arena_mark mark = wk_arena_here(&p->scratch);
        if (*s->order.how.stop)
            return wk_fail(err, WK_CANNOT, "interrupted before anything was run");
        WK_TRY(plan_cell(p, i, err));
        wk_arena_reset(&p->scratch, mark);
    }
    p->counts->reused += wk_ready_queue_order(p->queue);
    return WK_OK;
}

/* Facts are those of the run that measured something last: when nothing is to be run, those in the
 * store stay, if they can be read. */
static wk_status write_facts(const planner *p, wk_arena *arena, wk_error *err) {
    const wk_session *s = p->session;
    wk_judged known = {0};
    if (p->queue->n == 0) {
        wk_bag facts;
        wk_status status = wk_facts_read(s->store, arena, &facts, err);
        if (status == WK_OK)
            status = wk_facts_load(&facts, &known, arena, err);
        if (status == WK_OK && known.nenvironment)
            return WK_OK;
        if (!wk_store_in_transaction(s->store)) /* SQLite may undo one when it fails */
            return status;
    }
    return wk_facts_save(s->store, s->fleet, wk_environment_cores(), arena, err);
}

static wk_status write_all(planner *p, wk_arena *arena, wk_error *err) {
    const wk_session *s = p->session;
    WK_TRY(wk_store_begin(s->store, err));
    if (s->order.how.fresh)
        WK_TRY(wk_store_clear(s->store, err));
    WK_TRY(wk_store_plan_clear(s->store, err));
    WK_TRY(plan_cells(p, err));
    const wk_value cells = wk_value_integer((int64_t)s->opened.plan.cells, arena),
                   files = wk_value_text(wk_plan_files_hash(&p->allotter->files));
    WK_TRY(wk_store_put(s->store, "plan.cells", cells, err));
    WK_TRY(wk_store_put(s->store, "plan.files", files, err));
    WK_TRY(wk_remembered_put(s->store, &s->opened, s->rerun, s->order.backend, err));
    WK_TRY(wk_remembered_warnings_put(s->store, s->warnings, err));
    WK_TRY(write_facts(p, arena, err));
    return wk_store_commit(s->store, err);
}

wk_status wk_session_plan_write(wk_allotter *allotter, wk_ready_queue *queue,
                                wk_session_counts *counts, wk_arena *arena, wk_error *err) {
    const wk_session *s = allotter->session;
    planner p = {.session = s, .allotter = allotter, .queue = queue, .counts = counts};
    *counts = (wk_session_counts){0};
    wk_ready_queue_make(queue, s->opened.plan.cells, arena);
    wk_store_patience(s->store, 0, s->order.how.stop);
    const wk_status status = write_all(&p, arena, err);
    wk_arena_release(&p.scratch);
    WK_TRY(status);
    wk_store_patience(s->store, 0, NULL);
    return WK_OK;
}
