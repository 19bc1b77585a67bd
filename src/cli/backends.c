#include "cli/command.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "blas/backends.h"
#include "run/environment.h"
#include "run/probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_GIVEN = 32 };

/* A backend with what its probes said. */
typedef struct found {
    const wk_backend *backend;
    const char *trouble; /* NULL, or why it cannot be used */
    wk_probe one, all;   /* with one thread of its own, and with as many as there are cores */
    wk_hash hash;        /* of the BLAS file */
} found;

static wk_status probe_with(const wk_backend *backend, const char *search, size_t threads,
                            wk_arena *arena, wk_probe *probe, wk_error *err) {
    wk_request like = {.threads = threads, .blas = backend->blas, .lapack = backend->lapack};
    wk_backend_settings(search, NULL, threads, arena, &like.settings, &like.nsettings);
    return wk_probe_run(&like, NULL, arena, probe, err);
}

/* What cannot be used is told, and is no error of the command. Fails only for lack of memory. */
static void look_at(const wk_backend *backend, const char *folder, wk_arena *arena, found *out) {
    *out = (found){.backend = backend, .trouble = backend->unusable};
    if (out->trouble)
        return;
    const char *search = NULL;
    wk_error trouble = {0};
    wk_status status = wk_backend_link(backend, folder, arena, &search, &trouble);
    if (status == WK_OK)
        status = probe_with(backend, search, 1, arena, &out->one, &trouble);
    if (status == WK_OK)
        status = probe_with(backend, search, wk_environment_cores(), arena, &out->all, &trouble);
    if (status == WK_OK)
        status = wk_hash_file(backend->blas, &out->hash, &trouble);
    if (status == WK_OK)
        return;
    out->trouble = wk_arena_text(arena, trouble.message);
}

/* ---- as people read it ---- */

static void print_one(const found *f) {
    if (f->trouble) {
        printf("%-18s unusable: %s\n%-18s %s\n", f->backend->name, f->trouble, "",
               f->backend->blas ? f->backend->blas : "");
        return;
    }
    const wk_probe *one = &f->one, *all = &f->all;
    wk_arena arena = {0};
    printf("%-18s %s", f->backend->name,
           wk_backend_title(one->blas_name, one->blas_version, &arena));
    wk_arena_release(&arena);
    printf("\n%-18s DGEMM %.1f GFLOP/s on one thread, %.1f where %zu were asked for (%.2f used)\n",
           "", one->gemm_gflops, all->gemm_wall_gflops, wk_environment_cores(), all->blas_threads);
    printf("%-18s core %s, threading %s\n", "", *one->core ? one->core : "not told",
           *one->threading ? one->threading : "not told");
    printf("%-18s %s\n%-18s LAPACK %s%s%s\n", "", one->blas_path, "", one->lapack_path,
           strcmp(f->backend->provider, "own") == 0 ? "" : ", of ",
           strcmp(f->backend->provider, "own") == 0 ? "" : f->backend->provider);
    if (wk_probe_lacks_locks(one))
        printf("%-18s built without threads and so without locks: this program calls it from one "
               "thread at a time\n",
               "");
    if (!(one->blas_threads < 1.3))
        printf("%-18s does not keep to one thread: %.2f used where 1 was asked for\n", "",
               one->blas_threads);
}

/* ---- as scripts read it ---- */

static void member(FILE *out, const char *name, const char *text) {
    fprintf(out, ",\"%s\":", name);
    if (text)
        wk_json_text(out, text);
    else
        fputs("null", out);
}

static void number(FILE *out, const char *name, double value) {
    fprintf(out, ",\"%s\":", name);
    wk_json_real(out, value);
}

static void print_json(const found *all, size_t n) {
    fputs("{\"schema\":1,\"backends\":[", stdout);
    for (size_t i = 0; i < n; i++) {
        const found *f = &all[i];
        fputs(i ? ",\n {\"name\":" : "\n {\"name\":", stdout);
        wk_json_text(stdout, f->backend->name);
        member(stdout, "unusable", f->trouble);
        member(stdout, "path", f->backend->blas);
        if (!f->trouble) {
            member(stdout, "library", f->one.blas_name);
            member(stdout, "version", f->one.blas_version);
            member(stdout, "sha256", f->hash.hex);
            member(stdout, "lapack_path", f->one.lapack_path);
            member(stdout, "lapack_of", f->backend->provider);
            member(stdout, "corename", f->one.core);
            member(stdout, "threading", f->one.threading);
            number(stdout, "most_threads", f->all.threads);
            number(stdout, "effective_threads_of_1", f->one.blas_threads);
            number(stdout, "effective_threads", f->all.blas_threads);
            number(stdout, "gemm_gflops_of_1", f->one.gemm_gflops);
            number(stdout, "gemm_gflops", f->all.gemm_wall_gflops);
            member(stdout, "fingerprint", f->one.fingerprint);
        }
        fputc('}', stdout);
    }
    fputs("]}\n", stdout);
}

/* ---- the command ---- */

static wk_status look_at_all(const char *const *given, size_t ngiven, const char *folder, bool json,
                             wk_arena *arena, wk_error *err) {
    wk_backends backends;
    wk_backend_fault fault = {0};
    const wk_status status = wk_backends_find(given, ngiven, arena, &backends, &fault, err);
    if (status == WK_BAD_INPUT)
        return wk_fail_within(err, "--backend:1:%d", fault.column);
    WK_TRY(status);
    found *all = wk_arena_get(arena, backends.n, sizeof *all);
    for (size_t i = 0; i < backends.n; i++) {
        look_at(&backends.all[i], folder, arena, &all[i]);
        if (!json)
            print_one(&all[i]);
        fflush(stdout);
    }
    if (json)
        print_json(all, backends.n);
    return WK_OK;
}

static wk_status in_a_folder(const char *const *given, size_t ngiven, bool json, wk_arena *arena,
                             wk_error *err) {
    const char *parent = getenv("TMPDIR");
    char folder[4096];
    if (snprintf(folder, sizeof folder, "%s/widecheck-backends.XXXXXX",
                 parent && *parent ? parent : "/tmp") >= (int)sizeof folder ||
        !mkdtemp(folder))
        return wk_fail(err, WK_CANNOT, "cannot make a folder for links in '%.200s': %s",
                       parent && *parent ? parent : "/tmp", strerror(errno));
    const wk_status status = look_at_all(given, ngiven, folder, json, arena, err);
    wk_backend_unlink_all(folder);
    return status;
}

static int backends_main(int argc, char **argv) {
    wk_error err = {0};
    wk_arena arena = {0};
    const char *given[MOST_GIVEN], *format = "text", *unused = NULL;
    size_t ngiven = 0, n = 0;
    const wk_option options[] = {
        {.name = "--backend", .list = given, .count = &ngiven, .most = MOST_GIVEN},
        {.name = "--format", .value = &format},
    };
    wk_status status = wk_options_read(argc, argv, options, sizeof options / sizeof *options,
                                       &unused, 0, &n, &err);
    const bool json = strcmp(format, "json") == 0;
    if (status == WK_OK && !json && strcmp(format, "text") != 0)
        status =
            wk_fail(&err, WK_BAD_INPUT, "--format:1:1: must be text or json, not '%s'", format);
    if (status == WK_OK)
        status = in_a_folder(given, ngiven, json, &arena, &err);
    wk_arena_release(&arena);
    return status == WK_OK ? 0 : wk_command_failed(&err);
}

const wk_command wk_command_backends = {
    "backends", "backends [OPTIONS]",
    "the BLAS and LAPACK libraries of this machine, and what they are like", backends_main,
    "  --backend NAME=PATH    look at this one too: a library, or a folder of libraries\n"
    "  --format text|json     default: text\n\n"
    "Each is loaded by a process of its own, which says from inside what it has loaded, and proves "
    "by the\n"
    "CPU time of a product how many threads it uses. Needs no rights and leaves nothing changed.\n"
    "What is installed but cannot be used is listed with the reason. Exit code 2 for a PATH that "
    "is none.\n"};
