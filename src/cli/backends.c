/* widecheck backends: prints the BLAS and LAPACK libraries of this machine. */
#include "cli/command.h"

#include "base/json.h"
#include "blas/backends.h"
#include "run/environment.h"
#include "run/survey.h"

#include <string.h>

/* ---- as people read it ---- */

static void print_one(const wk_surveyed *f) {
    if (*f->one.trouble) {
        printf("%-18s unusable: %s\n%-18s %s\n", f->backend->name, f->one.trouble, "",
               f->backend->blas ? f->backend->blas : "");
        return;
    }
    const wk_blas_identity *one = &f->one, *all = &f->all;
    wk_arena arena = {0};
    printf("%-18s %s", f->backend->name, wk_backend_title(one->library, one->version, &arena));
    wk_arena_release(&arena);
    printf("\n%-18s DGEMM %.1f GFLOP/s on one thread, %.1f where %zu were asked for (%.2f used)\n",
           "", one->core_gflops, all->gemm_gflops, wk_environment_cores(), all->effective_threads);
    printf("%-18s core %s, threading %s\n", "", *one->core ? one->core : "not told",
           *one->threading ? one->threading : "not told");
    printf("%-18s %s\n%-18s LAPACK %s%s%s\n", "", one->path, "", one->lapack_path,
           strcmp(f->backend->provider, "own") == 0 ? "" : ", of ",
           strcmp(f->backend->provider, "own") == 0 ? "" : f->backend->provider);
    if (wk_probe_lacks_locks(one))
        printf("%-18s built without threads and so without locks: this program calls it from one "
               "thread at a time\n",
               "");
    if (!(one->effective_threads < 1.3))
        printf("%-18s does not keep to one thread: %.2f used where 1 was asked for\n", "",
               one->effective_threads);
}

/* At once, for the next one takes a while. */
static void tell_one(const wk_surveyed *f) {
    print_one(f);
    fflush(stdout);
}

/* ---- as scripts read it ---- */

static void print_json(const wk_surveyed *all, size_t n) {
    wk_json json = {.out = stdout};
    wk_json_object(&json, NULL);
    wk_json_count(&json, "schema", 1);
    wk_json_array(&json, "backends");
    for (size_t i = 0; i < n; i++) {
        const wk_surveyed *f = &all[i];
        wk_json_row(&json, 1);
        wk_json_text(&json, "name", f->backend->name);
        wk_json_text_or_null(&json, "unusable", *f->one.trouble ? f->one.trouble : NULL);
        wk_json_text_or_null(&json, "path", f->backend->blas);
        if (!*f->one.trouble) {
            wk_json_text(&json, "library", f->one.library);
            wk_json_text(&json, "version", f->one.version);
            wk_json_text(&json, "sha256", f->one.sha256);
            wk_json_text(&json, "lapack_path", f->one.lapack_path);
            wk_json_text(&json, "lapack_of", f->backend->provider);
            wk_json_text(&json, "corename", f->one.core);
            wk_json_text(&json, "threading", f->one.threading);
            wk_json_count(&json, "most_threads", f->all.said_threads);
            wk_json_real(&json, "effective_threads_of_1", f->one.effective_threads);
            wk_json_real(&json, "effective_threads", f->all.effective_threads);
            wk_json_real(&json, "gemm_gflops_of_1", f->one.core_gflops);
            wk_json_real(&json, "gemm_gflops", f->all.gemm_gflops);
            wk_json_text(&json, "fingerprint", f->one.fingerprint);
        }
        wk_json_end(&json);
    }
    wk_json_end(&json);
    wk_json_end(&json);
}

/* ---- the command ---- */

typedef struct backends_options {
    wk_option_list given;
    int format; /* index in `formats` */
} backends_options;

enum { TEXT, JSON };
static const char *const formats[] = {[TEXT] = "text", [JSON] = "json", NULL};

/* clang-format off */
static const wk_option rows[] = {
    {.name = "--backend",
     .value = "NAME=PATH",
     .help = "look at this one too: a library, or a folder of libraries",
     .type = WK_OPTION_LIST,
     .offset = offsetof(backends_options, given)},
    {.name = "--format", .value = "text|json", .help = "default: text", .type = WK_OPTION_CHOICE,
     .offset = offsetof(backends_options, format), .words = formats},
};
/* clang-format on */

static wk_status survey(void *options, const wk_operands *none, wk_arena *arena, int *code,
                        wk_error *err) {
    (void)none, (void)code;
    const backends_options *o = options;
    wk_backends backends;
    wk_backend_fault fault = {0};
    const wk_status status =
        wk_backends_find(o->given.texts, o->given.n, arena, &backends, &fault, err);
    if (status == WK_BAD_INPUT)
        return wk_fail_within(err, "--backend:1:%d", fault.column);
    WK_TRY(status);
    wk_surveyed *found = wk_arena_get(arena, backends.n, sizeof *found);
    WK_TRY(wk_survey(&backends, o->format == JSON ? NULL : tell_one, arena, found, err));
    if (o->format == JSON)
        print_json(found, backends.n);
    return WK_OK;
}

const wk_command wk_command_backends = {
    .name = "backends",
    .usage = "backends [OPTIONS]",
    .summary = "the BLAS and LAPACK libraries of this machine, and what they are like",
    .size = sizeof(backends_options),
    .run = survey,
    .options = {rows, sizeof rows / sizeof *rows},
    .after =
        "A process of its own loads each library, says from inside what it has loaded, and proves "
        "by\n"
        "the CPU time of a product how many threads the library uses. No special privileges are\n"
        "needed, and nothing is left changed. What is installed but cannot be used is listed with "
        "the\n"
        "reason. Exit code 2 for a PATH that is none.\n"};
