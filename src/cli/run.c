/* widecheck run: runs a suite, confirms it, and publishes what was found. */
#include "cli/command.h"
#include "cli/publish.h"
#include "cli/run_order.h"

#include "base/quote.h"
#include "run/budget.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* ---- signals ---- */

static volatile sig_atomic_t caught; /* the signal that asked to end, 0 if none */

static void on_signal(int number) {
    if (caught)
        _Exit(128 + number); /* the second one ends at once; the store is whole at any instant */
    caught = number;
}

static void listen_to_signals(void) {
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* ---- running ---- */

static void warn_of_the_machine(const wk_blas_identity *blas) {
    if (!(blas->effective_threads < 1.3))
        fprintf(stderr, "widecheck: warning: BLAS was asked to use one thread, but used %.1f\n",
                blas->effective_threads);
    if (blas->got < 0.9)
        fprintf(
            stderr,
            "widecheck: warning: the machine is busy: DGEMM got %.0f %% of a core; times of this "
            "run will mislead\n",
            100 * blas->got);
}

static void warn_of_troubles(const wk_fleet *fleet) {
    for (size_t i = 1; i < fleet->n; i++) {
        const wk_blas_identity *blas = &fleet->all[i].blas;
        if (*blas->trouble)
            fprintf(stderr, "widecheck: warning: backend %s with %zu thread%s: %s\n",
                    *blas->name ? blas->name : "of the run", blas->threads,
                    blas->threads == 1 ? "" : "s", blas->trouble);
    }
}

static void print_end(const wk_suite_run *run, int *code) {
    if (caught) {
        fprintf(stderr, "widecheck: interrupted; what is done is kept; to go on: %s\n", run->rerun);
        *code = 128 + (int)caught;
    } else if (!run->order.how.quiet) {
        fprintf(stderr, "widecheck: report in %s/report.md\n", run->order.folder);
    }
}

/* What was measured is published whatever becomes of the confirmations. */
static wk_status measure_and_publish(wk_suite_run *run, int *code, wk_error *err) {
    const bool quiet = run->order.how.quiet;
    WK_TRY(wk_suite_run_begin(run, err));
    if (!quiet) {
        warn_of_the_machine(&run->fleet.all[0].blas);
        warn_of_troubles(&run->fleet);
    }
    WK_TRY(wk_suite_run_measure(run, err));
    const wk_status confirmed = wk_suite_run_confirm(run, err);
    const wk_status published = wk_publish(run->store, run->order.folder, quiet || caught, code,
                                           confirmed == WK_OK ? err : NULL);
    WK_TRY(confirmed);
    WK_TRY(published);
    print_end(run, code);
    return WK_OK;
}

/* Even where the run is quiet: a confident answer to a wrong question is worth less than a line. */
static void warn_of_data(const wk_warnings *warnings) {
    for (size_t i = 0; i < warnings->n; i++) {
        fputs("widecheck: WARNING: ", stderr);
        wk_quote_plain(stderr, warnings->text[i]);
        fputs("\n", stderr);
    }
}

static wk_status run_suite(const wk_suite_run_order *order, bool dry, wk_arena *arena, int *code,
                           wk_error *err) {
    wk_suite_run run;
    WK_TRY(wk_suite_run_open(order, arena, &run, err));
    warn_of_data(&run.warnings);
    if (dry) {
        WK_TRY(wk_budget_print(&run.opened, order->how.filter, stdout, err));
        if (order->confirm)
            printf("--confirm: all of this %zu times\n", 1 + run.opened.nconfirm);
        return WK_OK;
    }
    const wk_status status = measure_and_publish(&run, code, err);
    wk_suite_run_end(&run);
    return status;
}

static wk_status run(void *options, const wk_operands *operands, wk_arena *arena, int *code,
                     wk_error *err) {
    const wk_run_values *o = options;
    wk_suite_run_order order;
    listen_to_signals();
    wk_status status = wk_run_order_make(o, operands->texts[0], arena, &order, err);
    order.how.stop = &caught;
    if (status == WK_OK)
        status = run_suite(&order, o->dry_run, arena, code, err);
    if (status != WK_OK)
        *code = caught && status == WK_CANNOT ? 128 + (int)caught : (int)status;
    return status;
}

const wk_command wk_command_run = {
    .name = "run",
    .usage = "run SUITE.yaml [-o DIR] [OPTIONS]",
    .summary = "run a suite: experiments, claims, figures, report",
    .least = 1,
    .most = 1,
    .needs = "a suite: widecheck run SUITE.yaml",
    .size = sizeof(wk_run_values),
    .run = run,
    .options = &wk_run_order_options,
    .after = "A run that was killed or interrupted is continued by the same command: finished "
             "cells are not\n"
             "run again. A changed suite re-runs the cells that it changes.\n"};
