#include "cli/command.h"
#include "cli/confirm.h"
#include "cli/dryrun.h"
#include "cli/publish.h"
#include "run/choose.h"
#include "run/filter.h"
#include "run/scheduler.h"

#include "base/heap.h"
#include "base/text.h"
#include "run/folder.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_OVERRIDES = 64 };

typedef struct run_options {
    const char *suite, *folder, *filter, *backend;
    const char *overrides[MOST_OVERRIDES + 2]; /* room for --seeds, and for a confirmation's seed */
    size_t noverrides, jobs, threads;
    double timeout_s, memory_limit;
    bool fresh, dry_run, save_arrays, quiet, confirm;
} run_options;

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

/* "suites/quick.yaml" → "out/quick" */
static void default_folder(const char *suite, char out[4096]) {
    const char *slash = strrchr(suite, '/');
    const char *name = slash ? slash + 1 : suite;
    const char *dot = strrchr(name, '.');
    snprintf(out, 4096, "out/%.*s", (int)(dot && dot > name ? (size_t)(dot - name) : strlen(name)),
             name);
}

/* "512M", "1.5G": a number and K, M, G or T, powers of 1024. */
static wk_status read_memory(const char *text, double *bytes, wk_error *err) {
    static const char units[] = "KMGT";
    char number[32] = "";
    const size_t length = strlen(text);
    const char *unit = length ? strchr(units, text[length - 1]) : NULL;
    if (unit && *unit && length <= sizeof number) {
        memcpy(number, text, length - 1);
        if (wk_text_real(number, bytes))
            for (const char *u = units; u <= unit; u++)
                *bytes *= 1024;
    }
    if (!(*bytes >= 1048576))
        return wk_fail(err, WK_BAD_INPUT,
                       "--mem:1:1: must be a size of at least 1M, such as 512M or 2G, not '%s'",
                       text);
    return WK_OK;
}

static wk_status read_numbers(run_options *o, const char *jobs, const char *threads,
                              const char *seeds, const char *timeout, const char *memory,
                              wk_arena *arena, wk_error *err) {
    size_t count = 0;
    if (memory)
        WK_TRY(read_memory(memory, &o->memory_limit, err));
    WK_TRY(wk_option_count("-j", jobs, 1, 512, &o->jobs, err));
    WK_TRY(wk_option_count("--threads", threads, 1, 512, &o->threads, err));
    WK_TRY(wk_option_count("--seeds", seeds, 1, 100000, &count, err));
    if (seeds) {
        o->overrides[o->noverrides++] = wk_arena_printf(arena, "seeds=%zu", count);
    }
    if (timeout && (!wk_text_real(timeout, &o->timeout_s) || !(o->timeout_s > 0)))
        return wk_fail(err, WK_BAD_INPUT, "--timeout:1:1: must be seconds above 0, not '%s'",
                       timeout);
    for (size_t i = 0; i < o->noverrides; i++)
        if (strchr(o->overrides[i], '\n'))
            return wk_fail(err, WK_BAD_INPUT, "--set:1:1: must be one line");
    return WK_OK;
}

static wk_status read_options(int argc, char **argv, run_options *o, wk_arena *arena,
                              wk_error *err) {
    const char *jobs = NULL, *threads = NULL, *seeds = NULL, *timeout = NULL, *memory = NULL;
    const wk_option options[] = {
        {.name = "--output", .letter = 'o', .value = &o->folder},
        {.name = "--jobs", .letter = 'j', .value = &jobs},
        {.name = "--threads", .value = &threads},
        {.name = "--backend", .value = &o->backend},
        {.name = "--filter", .value = &o->filter},
        {.name = "--set", .list = o->overrides, .count = &o->noverrides, .most = MOST_OVERRIDES},
        {.name = "--seeds", .value = &seeds},
        {.name = "--timeout", .value = &timeout},
        {.name = "--confirm", .flag = &o->confirm},
        {.name = "--mem", .value = &memory},
        {.name = "--fresh", .flag = &o->fresh},
        {.name = "--dry-run", .flag = &o->dry_run},
        {.name = "--save-arrays", .flag = &o->save_arrays},
        {.name = "--quiet", .letter = 'q', .flag = &o->quiet},
    };
    size_t n = 0;
    WK_TRY(wk_options_read(argc, argv, options, sizeof options / sizeof *options, &o->suite, 1, &n,
                           err));
    if (n == 0)
        return wk_fail(err, WK_BAD_INPUT, "run needs a suite: widecheck run SUITE.yaml");
    WK_TRY(read_numbers(o, jobs, threads, seeds, timeout, memory, arena, err));
    if (!o->folder) {
        char folder[4096];
        default_folder(o->suite, folder);
        o->folder = wk_arena_text(arena, folder);
    }
    return WK_OK;
}

/* A word as a shell would need it. */
static void print_word(FILE *out, const char *word) {
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";
    if (*word && strspn(word, plain) == strlen(word)) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (const char *p = word; *p; p++)
        if (*p == '\'')
            fputs("'\\''", out);
        else
            fputc(*p, out);
    fputc('\'', out);
}

/* The command that makes this report again: what changes results, not how fast they come. */
static char *rerun_line(const run_options *o) {
    char *line = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&line, &length);
    fputs("widecheck run ", out);
    print_word(out, o->suite);
    fputs(" -o ", out);
    print_word(out, o->folder);
    for (size_t i = 0; i < o->noverrides; i++) {
        fputs(" --set ", out);
        print_word(out, o->overrides[i]);
    }
    if (o->backend) {
        fputs(" --backend ", out);
        print_word(out, o->backend);
    }
    if (o->filter) {
        fputs(" --filter ", out);
        print_word(out, o->filter);
    }
    if (o->confirm)
        fputs(" --confirm", out);
    return fclose(out) == 0 ? line : (free(line), NULL);
}

static void warn_of_the_machine(const wk_probe *probe) {
    if (!(probe->blas_threads < 1.3))
        fprintf(stderr, "widecheck: warning: BLAS was asked to use one thread, but used %.1f\n",
                probe->blas_threads);
    if (probe->blas_got < 0.9)
        fprintf(
            stderr,
            "widecheck: warning: the machine is busy: DGEMM got %.0f %% of a core; times of this "
            "run will mislead\n",
            100 * probe->blas_got);
}

/* Runs what is missing of a suite. */
static wk_status measure(const run_options *o, const wk_opened *opened, const wk_fleet *fleet,
                         wk_store *store, const char *rerun, wk_error *err) {
    const wk_run_options how = {.filter = o->filter,
                                .jobs = o->jobs,
                                .threads = o->threads,
                                .timeout_s = o->timeout_s,
                                .memory_limit = o->memory_limit,
                                .save_arrays = o->save_arrays,
                                .quiet = o->quiet,
                                .fresh = o->fresh,
                                .stop = &caught};
    const wk_session session = {.how = &how,
                                .opened = opened,
                                .fleet = fleet,
                                .store = store,
                                .folder = o->folder,
                                .rerun = rerun};
    return wk_scheduler_run(&session, err);
}

/* The same suite with another base seed, into a folder of its own. */
typedef struct confirmation {
    run_options options;
    wk_opened opened;
    char folder[4096];
} confirmation;

/* All that can be wrong with it is found here, before anything is run. The suite's text is that of
 * `own`, whatever has become of the file. */
static wk_status prepare(const run_options *o, const wk_opened *own, uint64_t seed, wk_arena *arena,
                         confirmation *out, wk_error *err) {
    run_options *other = &out->options;
    *other = *o;
    WK_TRY(wk_confirm_folder(o->folder, seed, out->folder, err));
    other->folder = out->folder;
    other->confirm = false;
    other->overrides[other->noverrides++] = wk_arena_printf(arena, "seed=%" PRIu64, seed);
    static const char *const none[] = {NULL}; /* what own->all is when nothing asked for it */
    const wk_opening how = {.path = own->suite.path,
                            .text = own->suite.text,
                            .overrides = other->overrides,
                            .noverrides = other->noverrides,
                            .all = own->all ? own->all : none,
                            .nall = own->nall};
    WK_TRY(wk_opened_open(&how, arena, &out->opened, err));
    return wk_folder_check(out->folder, err);
}

static wk_status prepare_all(const run_options *o, const wk_opened *own, wk_arena *arena,
                             confirmation **out, size_t *n, wk_error *err) {
    *n = o->confirm ? own->nconfirm : 0;
    *out = wk_arena_get(arena, *n, sizeof **out);
    for (size_t i = 0; i < *n; i++)
        WK_TRY(prepare(o, own, own->confirm[i], arena, &(*out)[i], err));
    return WK_OK;
}

static wk_status confirm_one(const confirmation *c, const wk_fleet *fleet, wk_error *err) {
    if (!c->options.quiet)
        fprintf(stderr, "widecheck: confirming with base seed %" PRIu64 "\n", c->opened.seed);
    char *rerun = rerun_line(&c->options);
    wk_store *store = NULL;
    wk_status status = wk_store_open(c->folder, WK_STORE_WRITE, &store, err);
    if (status == WK_OK)
        status = measure(&c->options, &c->opened, fleet, store, rerun, err);
    wk_store_close(store);
    free(rerun);
    if (status == WK_BAD_INPUT) /* found too late to be called wrong usage: things were run */
        status = err->status = WK_CANNOT;
    return status;
}

/* Measures, confirms and publishes. What was measured is published whatever becomes of the
 * confirmations. */
static wk_status execute(const run_options *o, const wk_opened *opened, const confirmation *others,
                         size_t nothers, const wk_fleet *fleet, wk_store *store, int *code,
                         wk_error *err) {
    char *rerun = rerun_line(o);
    wk_status status = measure(o, opened, fleet, store, rerun, err);
    wk_status confirmed = status;
    for (size_t i = 0; i < nothers && confirmed == WK_OK && !caught; i++)
        confirmed = confirm_one(&others[i], fleet, err);
    if (status == WK_OK)
        status =
            wk_publish(store, o->folder, o->quiet || caught, code, confirmed == WK_OK ? err : NULL);
    status = confirmed == WK_OK ? status : confirmed;
    if (status == WK_OK && caught) {
        fprintf(stderr, "widecheck: interrupted; what is done is kept; to go on: %s\n", rerun);
        *code = 128 + (int)caught;
    } else if (status == WK_OK && !o->quiet) {
        fprintf(stderr, "widecheck: report in %s/report.md\n", o->folder);
    }
    free(rerun);
    return status;
}

static void warn_of_troubles(const wk_fleet *fleet) {
    for (size_t i = 1; i < fleet->n; i++)
        if (fleet->all[i].trouble)
            fprintf(stderr, "widecheck: warning: backend %s with %zu thread%s: %s\n",
                    fleet->all[i].name ? fleet->all[i].name : "of the run", fleet->all[i].threads,
                    fleet->all[i].threads == 1 ? "" : "s", fleet->all[i].trouble);
}

/* With the folder claimed: libraries and machine are looked at, then all is run. */
static wk_status run_in_folder(const run_options *o, const wk_opened *opened,
                               const confirmation *others, size_t nothers,
                               const wk_backend *backend, wk_store *store, wk_arena *arena,
                               int *code, wk_error *err) {
    wk_fleet fleet;
    char links[4096];
    WK_TRY(wk_choose_folder(o->folder, links, err));
    wk_status status = wk_fleet_make(&opened->plan, &opened->backends, backend, links, &caught,
                                     arena, &fleet, err);
    if (status == WK_OK && !o->quiet) {
        warn_of_the_machine(&fleet.all[0].probe);
        warn_of_troubles(&fleet);
    }
    if (status == WK_OK)
        status = execute(o, opened, others, nothers, &fleet, store, code, err);
    if (opened->backends.n)
        wk_choose_end(o->folder);
    return status;
}

/* --confirm needs base seeds that share none with the suite's own. */
static wk_status check_confirm(const run_options *o, const wk_opened *opened, wk_error *err) {
    if (!o->confirm)
        return WK_OK;
    if (!opened->nconfirm)
        return wk_fail(
            err, WK_BAD_INPUT,
            "--confirm:1:1: the suite names no base seeds to confirm with: it has no 'confirm'");
    const wk_node *list = wk_node_find(opened->suite.root, "confirm");
    for (size_t i = 0; i < opened->nconfirm; i++)
        WK_TRY(wk_opened_apart(opened, list->items[i], opened->confirm[i], opened->seed, err));
    return WK_OK;
}

static wk_status run(const run_options *o, wk_arena *arena, int *code, wk_error *err) {
    wk_opened opened;
    confirmation *others = NULL;
    size_t n = 0;
    const wk_opening how = {.path = o->suite,
                            .overrides = o->overrides,
                            .noverrides = o->noverrides,
                            .backend = o->backend};
    WK_TRY(wk_opened_open(&how, arena, &opened, err));
    WK_TRY(wk_filter_check(&opened, o->filter, err));
    WK_TRY(check_confirm(o, &opened, err));
    WK_TRY(wk_plan_check(&opened.plan, err));
    if (o->dry_run) {
        WK_TRY(wk_dryrun_print(&opened, o->filter, stdout, err));
        if (o->confirm)
            printf("--confirm: all of this %zu times\n", 1 + opened.nconfirm);
        return WK_OK;
    }
    const wk_backend *backend = NULL;
    WK_TRY(wk_fleet_check(&opened.plan, &opened.backends, err));
    WK_TRY(wk_choose_find(&opened, o->backend, arena, &backend, err));
    WK_TRY(wk_folder_check(o->folder, err));
    WK_TRY(prepare_all(o, &opened, arena, &others, &n, err));
    wk_store *store = NULL;
    WK_TRY(wk_store_open(o->folder, WK_STORE_WRITE, &store, err));
    const wk_status status = run_in_folder(o, &opened, others, n, backend, store, arena, code, err);
    wk_store_close(store);
    return status;
}

static int run_main(int argc, char **argv) {
    wk_arena arena = {0};
    wk_error err = {0};
    run_options o = {0};
    int code = 0;
    listen_to_signals();
    wk_status status = read_options(argc, argv, &o, &arena, &err);
    if (status == WK_OK)
        status = run(&o, &arena, &code, &err);
    wk_arena_release(&arena);
    if (status == WK_OK)
        return code;
    code = wk_command_failed(&err);
    return caught && code == WK_CANNOT ? 128 + (int)caught : code;
}

const wk_command wk_command_run = {
    "run", "run SUITE.yaml [-o DIR] [OPTIONS]", "run a suite: experiments, claims, figures, report",
    run_main,
    "  -o, --output DIR     where results go (default: out/SUITE)\n"
    "  -j, --jobs N         cells at a time (default: as many as there are cores)\n"
    "      --threads N      threads a cell (default: chosen by its size); results do not depend on "
    "it\n"
    "      --backend NAME   run on this BLAS: one of `widecheck backends`, or NAME=PATH of a "
    "library or folder\n"
    "      --filter GLOB    only cells of experiments or claims whose name matches; others stay "
    "pending\n"
    "      --set KEY=VALUE  change the suite: seed=101, model.width=[64,128], "
    "claims.x.test.below=-0.3\n"
    "      --seeds N        seeds of every experiment\n"
    "      --timeout S      stop a cell after S seconds; it is then not measured\n"
    "      --confirm        then the same with each base seed of the suite's 'confirm', in "
    "DIR/confirm; a claim\n"
    "                       whose verdict changes is inconclusive\n"
    "      --mem SIZE       stop a cell that takes more memory, such as 512M or 2G (default: four "
    "times\n"
    "                       its estimate in --dry-run, at least 1G); it is then not measured\n"
    "      --fresh          forget earlier results in DIR\n"
    "      --dry-run        print cells, operations, memory and time; run nothing\n"
    "      --save-arrays    keep inputs, weights, outputs and kernels of each cell as .npy files\n"
    "  -q, --quiet          errors only\n\n"
    "A run that was killed or interrupted is continued by the same command: finished cells are "
    "not\n"
    "run again. A changed suite re-runs the cells that it changes.\n"};
