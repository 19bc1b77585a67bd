/* Reads the options of `run`. */
#include "cli/run_order.h"

#include <string.h>

/* clang-format off */
static const wk_option rows[] = {
    {.name = "--output", .letter = 'o', .value = "DIR",
     .help = "where results go (default: out/SUITE)", .type = WK_OPTION_TEXT,
     .offset = offsetof(wk_run_values, folder)},
    {.name = "--jobs", .letter = 'j', .value = "N",
     .help = "cells at a time (default: as many as there are cores)", .type = WK_OPTION_COUNT,
     .offset = offsetof(wk_run_values, how.jobs), .min = 1, .max = 512},
    {.name = "--threads", .value = "N",
     .help = "threads per cell (default: chosen by its size); results do not depend on it",
     .type = WK_OPTION_COUNT, .offset = offsetof(wk_run_values, how.threads), .min = 1, .max = 512},
    {.name = "--backend", .value = "NAME",
     .help = "run on this BLAS: one of `widecheck backends`, or NAME=PATH of a library or folder",
     .type = WK_OPTION_TEXT, .offset = offsetof(wk_run_values, backend)},
    {.name = "--filter", .value = "GLOB",
     .help = "only cells of experiments or claims whose name matches; others stay pending",
     .type = WK_OPTION_TEXT, .offset = offsetof(wk_run_values, how.filter)},
    {.name = "--set", .value = "KEY=VALUE",
     .help = "change the suite: seed=101, model.width=[64,128], claims.x.test.below=-0.3",
     .type = WK_OPTION_LIST, .offset = offsetof(wk_run_values, overrides)},
    {.name = "--seeds", .value = "N", .help = "seeds of every experiment", .type = WK_OPTION_COUNT,
     .offset = offsetof(wk_run_values, seeds), .min = 1, .max = 100000},
    {.name = "--timeout", .value = "S",
     .help = "stop a cell after S seconds; it is then not measured", .type = WK_OPTION_SECONDS,
     .offset = offsetof(wk_run_values, how.timeout_s)},
    {.name = "--confirm",
     .help = "then the same with each base seed of the suite's 'confirm', in DIR/confirm; a claim "
      "whose verdict changes is inconclusive", .type = WK_OPTION_FLAG,
     .offset = offsetof(wk_run_values, confirm)},
    {.name = "--mem", .value = "SIZE",
     .help = "stop a cell that takes more memory, such as 512M or 2G (default: four times its "
      "estimate in --dry-run, at least 1G); it is then not measured", .type = WK_OPTION_BYTES,
     .offset = offsetof(wk_run_values, how.memory_limit)},
    {.name = "--fresh", .help = "forget earlier results in DIR", .type = WK_OPTION_FLAG,
     .offset = offsetof(wk_run_values, how.fresh)},
    {.name = "--dry-run", .help = "print cells, operations, memory and time; run nothing",
     .type = WK_OPTION_FLAG, .offset = offsetof(wk_run_values, dry_run)},
    {.name = "--save-arrays",
     .help = "keep inputs, weights, outputs and kernels of each cell as .npy files",
     .type = WK_OPTION_FLAG, .offset = offsetof(wk_run_values, how.save_arrays)},
    {.name = "--quiet", .letter = 'q', .help = "errors only", .type = WK_OPTION_FLAG,
     .offset = offsetof(wk_run_values, how.quiet)},
};
/* clang-format on */
const wk_option_table wk_run_order_options = {rows, sizeof rows / sizeof *rows};

/* "suites/quick.yaml" → "out/quick" */
static void default_folder(const char *suite, char out[4096]) {
    const char *slash = strrchr(suite, '/');
    const char *name = slash ? slash + 1 : suite;
    const char *dot = strrchr(name, '.');
    snprintf(out, 4096, "out/%.*s", (int)(dot && dot > name ? (size_t)(dot - name) : strlen(name)),
             name);
}

/* --set, and --seeds in the same words. */
static wk_status read_overrides(const wk_run_values *o, wk_arena *arena, wk_suite_run_order *order,
                                wk_error *err) {
    const char **all = wk_arena_get(arena, o->overrides.n + 1, sizeof *all);
    for (size_t i = 0; i < o->overrides.n; i++) {
        if (strchr(o->overrides.texts[i], '\n'))
            return wk_fail(err, WK_BAD_INPUT, "--set:1:1: must be one line");
        all[order->noverrides++] = o->overrides.texts[i];
    }
    if (o->seeds)
        all[order->noverrides++] = wk_arena_printf(arena, "seeds=%zu", o->seeds);
    order->overrides = all;
    return WK_OK;
}

wk_status wk_run_order_make(const wk_run_values *o, const char *suite, wk_arena *arena,
                            wk_suite_run_order *order, wk_error *err) {
    char folder[4096];
    default_folder(suite, folder);
    *order = (wk_suite_run_order){.suite = suite,
                                  .folder = o->folder ? o->folder : wk_arena_text(arena, folder),
                                  .backend = o->backend,
                                  .confirm = o->confirm,
                                  .how = o->how};
    return read_overrides(o, arena, order, err);
}
