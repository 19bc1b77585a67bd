/* Runs a suite: opens it, claims its folder, measures its cells, and confirms them. */
#include "run/suite_run.h"

#include "run/choose.h"
#include "run/filter.h"
#include "run/folder.h"
#include "run/load.h"
#include "run/rerun.h"
#include "run/scheduler.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- opening ---- */

/* --confirm needs base seeds that share none with the suite's own. */
static wk_status check_confirm(const wk_opened *opened, wk_error *err) {
    if (!opened->nconfirm)
        return wk_fail(
            err, WK_BAD_INPUT,
            "--confirm:1:1: the suite names no base seeds to confirm with: it has no 'confirm'");
    const wk_node *list = wk_node_find(opened->suite.root, "confirm");
    for (size_t i = 0; i < opened->nconfirm; i++)
        WK_TRY(wk_opened_apart(opened, list->items[i], opened->confirm[i], opened->seed, err));
    return WK_OK;
}

static const char *rerun_line(const wk_suite_run_order *order, wk_arena *arena) {
    const wk_rerun rerun = {.suite = order->suite,
                            .folder = order->folder,
                            .overrides = order->overrides,
                            .noverrides = order->noverrides,
                            .backend = order->backend,
                            .filter = order->how.filter,
                            .confirm = order->confirm};
    return wk_rerun_line(&rerun, arena);
}

wk_status wk_suite_run_open(const wk_suite_run_order *order, wk_arena *arena, wk_suite_run *run,
                            wk_error *err) {
    *run = (wk_suite_run){.order = *order, .arena = arena};
    const wk_opening how = {.path = order->suite,
                            .overrides = order->overrides,
                            .noverrides = order->noverrides,
                            .backend = order->backend};
    WK_TRY(wk_opened_open(&how, arena, &run->opened, err));
    WK_TRY(wk_filter_check(&run->opened, order->how.filter, err));
    if (order->confirm)
        WK_TRY(check_confirm(&run->opened, err));
    run->rerun = rerun_line(order, arena);
    run->warnings = (wk_warnings){.arena = arena};
    return wk_plan_check(&run->opened.plan, &run->warnings, err);
}

/* ---- other base seeds ---- */

/* All that can be wrong with it is found here, before anything is run. The suite's text is that of
 * the run's own, whatever has become of the file. */
static wk_status prepare_other(const wk_suite_run *run, uint64_t seed, wk_suite_run_other *out,
                               wk_error *err) {
    const wk_opened *own = &run->opened;
    wk_suite_run_order order = run->order;
    char folder[4096];
    WK_TRY(wk_load_confirmation_folder(run->order.folder, seed, folder, err));
    const char **overrides = wk_arena_get(run->arena, order.noverrides + 1, sizeof *overrides);
    for (size_t i = 0; i < order.noverrides; i++)
        overrides[i] = order.overrides[i];
    overrides[order.noverrides++] = wk_arena_printf(run->arena, "seed=%" PRIu64, seed);
    order.overrides = overrides;
    order.folder = out->folder = wk_arena_text(run->arena, folder);
    order.confirm = false;
    out->rerun = rerun_line(&order, run->arena);
    static const char *const none[] = {NULL}; /* what own->all is when nothing asked for it */
    const wk_opening how = {.path = own->suite.path,
                            .text = own->suite.text,
                            .overrides = order.overrides,
                            .noverrides = order.noverrides,
                            .all = own->all ? own->all : none,
                            .nall = own->nall};
    WK_TRY(wk_opened_open(&how, run->arena, &out->opened, err));
    return wk_folder_check(out->folder, err);
}

static wk_status prepare_others(wk_suite_run *run, wk_error *err) {
    run->nothers = run->order.confirm ? run->opened.nconfirm : 0;
    run->others = wk_arena_get(run->arena, run->nothers, sizeof *run->others);
    for (size_t i = 0; i < run->nothers; i++)
        WK_TRY(prepare_other(run, run->opened.confirm[i], &run->others[i], err));
    return WK_OK;
}

/* ---- running ---- */

wk_status wk_suite_run_begin(wk_suite_run *run, wk_error *err) {
    const wk_opened *opened = &run->opened;
    const char *folder = run->order.folder;
    char links[4096];
    WK_TRY(wk_fleet_check(&opened->plan, &opened->backends, err));
    WK_TRY(wk_choose_find(opened, run->order.backend, run->arena, &run->backend, err));
    WK_TRY(wk_folder_check(folder, err));
    WK_TRY(prepare_others(run, err));
    WK_TRY(wk_store_open(folder, WK_STORE_WRITE, &run->store, err));
    WK_TRY(wk_choose_folder(folder, links, err));
    return wk_fleet_make(&opened->plan, &opened->backends, run->backend, links, run->order.how.stop,
                         run->arena, &run->fleet, err);
}

wk_status wk_suite_run_measure(wk_suite_run *run, wk_error *err) {
    const wk_session session = {.how = &run->order.how,
                                .opened = &run->opened,
                                .fleet = &run->fleet,
                                .store = run->store,
                                .folder = run->order.folder,
                                .rerun = run->rerun,
                                .warnings = &run->warnings,
                                .backend = run->order.backend};
    return wk_scheduler_run(&session, err);
}

static wk_status confirm(const wk_suite_run *run, const wk_suite_run_other *other, wk_error *err) {
    wk_session session = {.how = &run->order.how,
                          .opened = &other->opened,
                          .fleet = &run->fleet,
                          .folder = other->folder,
                          .rerun = other->rerun,
                          .warnings = &run->warnings,
                          .backend = run->order.backend};
    if (!run->order.how.quiet)
        fprintf(stderr, "widecheck: confirming with base seed %" PRIu64 "\n", other->opened.seed);
    wk_status status = wk_store_open(other->folder, WK_STORE_WRITE, &session.store, err);
    if (status == WK_OK)
        status = wk_scheduler_run(&session, err);
    wk_store_close(session.store);
    if (status == WK_BAD_INPUT) /* found too late to be called wrong usage: things were run */
        status = err->status = WK_CANNOT;
    return status;
}

wk_status wk_suite_run_confirm(wk_suite_run *run, wk_error *err) {
    for (size_t i = 0; i < run->nothers && !*run->order.how.stop; i++)
        WK_TRY(confirm(run, &run->others[i], err));
    return WK_OK;
}

void wk_suite_run_end(wk_suite_run *run) {
    if (run->store && run->opened.backends.n)
        wk_choose_end(run->order.folder);
    wk_store_close(run->store);
    run->store = NULL;
}
