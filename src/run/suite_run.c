/* Runs a suite: opens it, claims its folder, measures its cells, and confirms them. */
#include "run/suite_run.h"

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

wk_status wk_suite_run_open(const wk_suite_run_order *order, wk_arena *arena, wk_suite_run *run,
                            wk_error *err) {
    *run =
        (wk_suite_run){.arena = arena,
                       .warnings.arena = arena,
                       .own = {.order = *order, .fleet = &run->fleet, .warnings = &run->warnings}};
    const wk_opening how = {.path = order->suite,
                            .overrides = order->overrides,
                            .noverrides = order->noverrides,
                            .backend = order->backend};
    WK_TRY(wk_opened_open(&how, arena, &run->own.opened, err));
    WK_TRY(wk_filter_check(&run->own.opened, order->how.filter, err));
    if (order->confirm)
        WK_TRY(check_confirm(&run->own.opened, err));
    run->own.rerun = wk_rerun_line(order, arena);
    return wk_plan_check(&run->own.opened.plan, &run->warnings, err);
}

/* ---- other base seeds ---- */

/* All that can be wrong with it is found here, before anything is run. The suite's text is that of
 * the run's own, whatever has become of the file. */
static wk_status prepare_other(const wk_suite_run *run, uint64_t seed, wk_session *out,
                               wk_error *err) {
    const wk_opened *own = &run->own.opened;
    wk_suite_run_order *order = &out->order;
    *out = (wk_session){.order = run->own.order, .fleet = &run->fleet, .warnings = &run->warnings};
    const char **overrides = wk_arena_get(run->arena, order->noverrides + 1, sizeof *overrides);
    for (size_t i = 0; i < order->noverrides; i++)
        overrides[i] = order->overrides[i];
    overrides[order->noverrides++] = wk_arena_printf(run->arena, "seed=%" PRIu64, seed);
    order->overrides = overrides;
    order->folder = wk_load_confirmation_folder(run->own.order.folder, seed, run->arena);
    order->confirm = false;
    out->rerun = wk_rerun_line(order, run->arena);
    static const char *const none[] = {NULL}; /* what own->all is when nothing asked for it */
    const wk_opening how = {.path = own->suite.path,
                            .text = own->suite.text,
                            .overrides = order->overrides,
                            .noverrides = order->noverrides,
                            .all = own->all ? own->all : none,
                            .nall = own->nall};
    WK_TRY(wk_opened_open(&how, run->arena, &out->opened, err));
    return wk_folder_check(order->folder, err);
}

static wk_status prepare_others(wk_suite_run *run, wk_error *err) {
    run->nothers = run->own.order.confirm ? run->own.opened.nconfirm : 0;
    run->others = wk_arena_get(run->arena, run->nothers, sizeof *run->others);
    for (size_t i = 0; i < run->nothers; i++)
        WK_TRY(prepare_other(run, run->own.opened.confirm[i], &run->others[i], err));
    return WK_OK;
}

/* ---- running ---- */

/* The backend that --backend names; NULL if it was not given. */
static wk_status find_backend(const wk_backends *backends, const char *asked, wk_arena *arena,
                              const wk_backend **out, wk_error *err) {
    *out = NULL;
    if (!asked)
        return WK_OK;
    const char *name = wk_arena_span(arena, asked, strcspn(asked, "="));
    const wk_status status = wk_backends_usable(backends, name, out, err);
    return status == WK_OK ? WK_OK : wk_fail_within(err, "--backend:1:1");
}

/* Where workers find the libraries of a run into that folder, which is ours by now. */
static const char *links_in(const char *folder, wk_arena *arena) {
    return wk_arena_printf(arena, "%s/backends", folder);
}

wk_status wk_suite_run_begin(wk_suite_run *run, wk_error *err) {
    const wk_opened *opened = &run->own.opened;
    const char *folder = run->own.order.folder;
    WK_TRY(wk_fleet_check(&opened->plan, &opened->backends, err));
    WK_TRY(find_backend(&opened->backends, run->own.order.backend, run->arena, &run->backend, err));
    WK_TRY(wk_folder_check(folder, err));
    WK_TRY(prepare_others(run, err));
    WK_TRY(wk_store_open(folder, WK_STORE_WRITE, &run->own.store, err));
    return wk_fleet_make(&opened->plan, &opened->backends, run->backend,
                         links_in(folder, run->arena), run->own.order.how.stop, run->arena,
                         &run->fleet, err);
}

wk_status wk_suite_run_measure(wk_suite_run *run, wk_error *err) {
    return wk_scheduler_run(&run->own, err);
}

static wk_status confirm(wk_session *other, wk_error *err) {
    if (!other->order.how.quiet)
        fprintf(stderr, "widecheck: confirming with base seed %" PRIu64 "\n", other->opened.seed);
    wk_status status = wk_store_open(other->order.folder, WK_STORE_WRITE, &other->store, err);
    if (status == WK_OK)
        status = wk_scheduler_run(other, err);
    wk_store_close(other->store);
    if (status == WK_BAD_INPUT) /* found too late to be called wrong usage: things were run */
        status = err->status = WK_CANNOT;
    return status;
}

wk_status wk_suite_run_confirm(wk_suite_run *run, wk_error *err) {
    for (size_t i = 0; i < run->nothers && !*run->own.order.how.stop; i++)
        WK_TRY(confirm(&run->others[i], err));
    return WK_OK;
}

void wk_suite_run_end(wk_suite_run *run) {
    if (run->own.store && run->own.opened.backends.n)
        wk_backend_unlink_all(links_in(run->own.order.folder, run->arena));
    wk_store_close(run->own.store);
    run->own.store = NULL;
}
