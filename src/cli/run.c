/* widecheck run: runs a suite, confirms it, and publishes what was found. */
#include "cli/command.h"
#include "cli/publish.h"

#include "base/quote.h"
#include "run/budget.h"
#include "run/suite_run.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* ---- options ---- */

typedef struct run_options {
    wk_suite_run_order order;
    wk_option_list overrides;
    size_t seeds; /* 0: not given */
    bool dry_run;
} run_options;

/* clang-format off */
static const wk_option rows[] = {
    {.name = "--output", .letter = 'o', .value = "DIR",
     .help = "where results go (default: out/SUITE)", .type = WK_OPTION_TEXT,
     .offset = offsetof(run_options, order.folder)},
    {.name = "--jobs", .letter = 'j', .value = "N",
     .help = "cells at a time (default: as many as there are cores)", .type = WK_OPTION_COUNT,
     .offset = offsetof(run_options, order.how.jobs), .min = 1, .max = 512},
    {.name = "--threads", .value = "N",
     .help = "threads per cell (default: chosen by its size); results do not depend on it",
     .type = WK_OPTION_COUNT, .offset = offsetof(run_options, order.how.threads), .min = 1,
     .max = 512},
    {.name = "--backend", .value = "NAME",
     .help = "run on this BLAS: one of `widecheck backends`, or NAME=PATH of a library or folder",
     .type = WK_OPTION_TEXT, .offset = offsetof(run_options, order.backend)},
    {.name = "--filter", .value = "GLOB",
     .help = "only cells of experiments or claims whose name matches; others stay pending",
     .type = WK_OPTION_TEXT, .offset = offsetof(run_options, order.how.filter)},
    {.name = "--set", .value = "KEY=VALUE",
     .help = "change the suite: seed=101, model.width=[64,128], claims.x.test.below=-0.3",
     .type = WK_OPTION_LIST, .offset = offsetof(run_options, overrides)},
    {.name = "--seeds", .value = "N", .help = "seeds of every experiment", .type = WK_OPTION_COUNT,
     .offset = offsetof(run_options, seeds), .min = 1, .max = 100000},
    {.name = "--timeout", .value = "S",
     .help = "stop a cell after S seconds; it is then not measured", .type = WK_OPTION_SECONDS,
     .offset = offsetof(run_options, order.how.timeout_s)},
    {.name = "--confirm",
     .help = "then the same with each base seed of the suite's 'confirm', in DIR/confirm; a claim "
      "whose verdict changes is inconclusive", .type = WK_OPTION_FLAG,
     .offset = offsetof(run_options, order.confirm)},
    {.name = "--mem", .value = "SIZE",
     .help = "stop a cell that takes more memory, such as 512M or 2G (default: four times its "
      "estimate in --dry-run, at least 1G); it is then not measured", .type = WK_OPTION_BYTES,
     .offset = offsetof(run_options, order.how.memory_limit)},
    {.name = "--fresh", .help = "forget earlier results in DIR", .type = WK_OPTION_FLAG,
     .offset = offsetof(run_options, order.how.fresh)},
    {.name = "--dry-run", .help = "print cells, operations, memory and time; run nothing",
     .type = WK_OPTION_FLAG, .offset = offsetof(run_options, dry_run)},
    {.name = "--save-arrays",
     .help = "keep inputs, weights, outputs and kernels of each cell as .npy files",
     .type = WK_OPTION_FLAG, .offset = offsetof(run_options, order.how.save_arrays)},
    {.name = "--quiet", .letter = 'q', .help = "errors only", .type = WK_OPTION_FLAG,
     .offset = offsetof(run_options, order.how.quiet)},
};
/* clang-format on */

/* "suites/quick.yaml" → "out/quick" */
static void default_folder(const char *suite, char out[4096]) {
    const char *slash = strrchr(suite, '/');
    const char *name = slash ? slash + 1 : suite;
    const char *dot = strrchr(name, '.');
    snprintf(out, 4096, "out/%.*s", (int)(dot && dot > name ? (size_t)(dot - name) : strlen(name)),
             name);
}

/* --set, and --seeds in the same words; and where results go. */
static wk_status complete(run_options *o, const char *suite, wk_arena *arena, wk_error *err) {
    wk_suite_run_order *order = &o->order;
    char folder[4096];
    const char **all = wk_arena_get(arena, o->overrides.n + 1, sizeof *all);
    for (size_t i = 0; i < o->overrides.n; i++) {
        if (strchr(o->overrides.texts[i], '\n'))
            return wk_fail(err, WK_BAD_INPUT, "--set:1:1: must be one line");
        all[order->noverrides++] = o->overrides.texts[i];
    }
    if (o->seeds)
        all[order->noverrides++] = wk_arena_printf(arena, "seeds=%zu", o->seeds);
    default_folder(suite, folder);
    order->suite = suite;
    order->overrides = all;
    order->folder = order->folder ? order->folder : wk_arena_text(arena, folder);
    return WK_OK;
}

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
        fprintf(stderr, "widecheck: interrupted; what is done is kept; to go on: %s\n",
                run->own.rerun);
        *code = 128 + (int)caught;
    } else if (!run->own.order.how.quiet) {
        fprintf(stderr, "widecheck: report in %s/report.md\n", run->own.order.folder);
    }
}

/* What was measured is published whatever becomes of the confirmations. */
static wk_status measure_and_publish(wk_suite_run *run, int *code, wk_error *err) {
    const bool quiet = run->own.order.how.quiet;
    WK_TRY(wk_suite_run_begin(run, err));
    if (!quiet) {
        warn_of_the_machine(&run->fleet.all[0].blas);
        warn_of_troubles(&run->fleet);
    }
    WK_TRY(wk_suite_run_measure(run, err));
    const wk_status confirmed = wk_suite_run_confirm(run, err);
    const wk_status published = wk_publish(run->own.store, run->own.order.folder, quiet || caught,
                                           code, confirmed == WK_OK ? err : NULL);
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
        WK_TRY(wk_budget_print(&run.own.opened, order->how.filter, stdout, err));
        if (order->confirm)
            printf("--confirm: all of this %zu times\n", 1 + run.own.opened.nconfirm);
        return WK_OK;
    }
    const wk_status status = measure_and_publish(&run, code, err);
    wk_suite_run_end(&run);
    return status;
}

static wk_status run(void *options, const wk_operands *operands, wk_arena *arena, int *code,
                     wk_error *err) {
    run_options *o = options;
    listen_to_signals();
    o->order.how.stop = &caught;
    wk_status status = complete(o, operands->texts[0], arena, err);
    if (status == WK_OK)
        status = run_suite(&o->order, o->dry_run, arena, code, err);
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
    .size = sizeof(run_options),
    .run = run,
    .options = {rows, sizeof rows / sizeof *rows},
    .after = "A run that was killed or interrupted is continued by the same command: finished "
             "cells are not\n"
             "run again. A changed suite re-runs the cells that it changes.\n"};
