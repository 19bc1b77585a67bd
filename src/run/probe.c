#include "run/probe.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_read.h"
#include "la/blas.h"
#include "model/activation.h"
#include "run/crew.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- in the worker ---- */

/* The real path of the file that a symbol comes from; "" if there is none. */
static void file_of(const char *symbol, char path[PATH_MAX]) {
    Dl_info info;
    void *address = dlsym(RTLD_DEFAULT, symbol);
    path[0] = '\0';
    if (address && dladdr(address, &info) && info.dli_fname && !realpath(info.dli_fname, path))
        path[0] = '\0';
}

/* Calls a function without arguments that returns text, if the process has it. */
static const char *ask(const char *symbol) {
    void *address = dlsym(RTLD_DEFAULT, symbol);
    char *(*function)(void) = NULL;
    memcpy(&function, &address, sizeof function); /* POSIX allows it, ISO C has no cast for it */
    const char *text = function ? function() : NULL;
    return text ? text : "";
}

/* OpenBLAS's questions resolve also when it is only the LAPACK: the name goes by the file of
 * dgemm_. */
static const char *name_of(const char *path) {
    static const char *const names[][2] = {{"openblas", "OpenBLAS"},
                                           {"blis", "BLIS"},
                                           {"atlas", "ATLAS"},
                                           {"mkl", "MKL"},
                                           {"/blas/", "reference"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strstr(path, names[i][0]))
            return names[i][1];
    return "unknown";
}

typedef struct rate {
    double gflops, threads;
} rate;

/* Warm-up, then the best of repeated products; threads from CPU time over wall time of them all. */
static rate measure_gemm(void) {
    enum { SIDE = 768, LEAST = 8, MOST = 40 };
    wk_arena arena = {0};
    double *A = wk_arena_doubles(&arena, 3 * (size_t)SIDE * SIDE, NULL);
    rate result = {0, 0};
    if (!A)
        return result;
    double *B = A + SIDE * SIDE, *C = B + SIDE * SIDE;
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
        A[i] = (double)(i % 17) / 17;
        B[i] = (double)(i % 13) / 13;
    }
    double best = 1e30, wall = 0, cpu = 0;
    wk_la_gemm(false, false, SIDE, SIDE, SIDE, 1, A, SIDE, B, SIDE, 0, C, SIDE);
    for (int i = 0; i < MOST && (i < LEAST || wall < 0.1); i++) {
        const double wall0 = wk_clock_wall(), cpu0 = wk_clock_cpu();
        wk_la_gemm(false, false, SIDE, SIDE, SIDE, 1, A, SIDE, B, SIDE, 0, C, SIDE);
        const double took =
            wk_clock_cpu() - cpu0; /* waiting for a busy machine is not the library's */
        cpu += took;
        wall += wk_clock_wall() - wall0;
        best = took < best ? took : best;
    }
    result.gflops = 2e-9 * SIDE * SIDE * SIDE / best;
    result.threads = cpu / wall;
    wk_arena_release(&arena);
    return result;
}

static void write_text(FILE *out, const char *key, const char *text) {
    fprintf(out, "\"%s\":", key);
    wk_json_text(out, text);
    fputc(',', out);
}

void wk_probe_answer(FILE *out) {
    char blas[PATH_MAX], cblas[PATH_MAX], lapack[PATH_MAX];
    file_of("dgemm_", blas);
    file_of("cblas_dgemm", cblas);
    file_of("dsyevr_", lapack);
    const bool open = strcmp(name_of(blas), "OpenBLAS") == 0;
    fputc('{', out);
    write_text(out, "blas_name", name_of(blas));
    write_text(out, "blas_version",
               open ? ask("openblas_get_config") : ask("bli_info_get_version_str"));
    write_text(out, "blas_path", blas);
    write_text(out, "cblas_path", cblas);
    write_text(out, "lapack_path", lapack);
    write_text(out, "core", open ? ask("openblas_get_corename") : "");
    write_text(out, "isa", wk_isa_name(wk_isa_best()));
    const rate gemm = measure_gemm();
    fputs("\"gemm_gflops\":", out);
    wk_json_real(out, gemm.gflops);
    fputs(",\"blas_threads\":", out);
    wk_json_real(out, gemm.threads);
    fputc('}', out);
}

/* ---- in the parent ---- */

static const char *text_of(const json_t *json, const char *key, wk_arena *arena, wk_error *err) {
    const char *text = json_string_value(json_object_get(json, key));
    return text ? wk_arena_text(arena, text, err) : NULL;
}

static wk_status fingerprint(wk_probe *probe, wk_arena *arena, wk_error *err) {
    wk_hash blas, lapack;
    WK_TRY(wk_hash_file(probe->blas_path, &blas, err));
    WK_TRY(wk_hash_file(probe->lapack_path, &lapack, err));
    const char *all = wk_arena_printf(arena, err, "%s\n%s\n%s\n%s\n%s\n%s\nlibc %s\n",
                                      probe->blas_name, probe->blas_version, probe->core,
                                      probe->isa, blas.hex, lapack.hex, gnu_get_libc_version());
    if (!all)
        return WK_CANNOT;
    probe->fingerprint = wk_arena_text(arena, wk_hash_text(all).hex, err);
    return probe->fingerprint ? WK_OK : WK_CANNOT;
}

static wk_status read_fields(const json_t *json, wk_arena *arena, wk_probe *probe, wk_error *err) {
    wk_fail(err, WK_CANNOT, "the probe's answer lacks a field");
    const char *cblas = text_of(json, "cblas_path", arena, err);
    probe->blas_name = text_of(json, "blas_name", arena, err);
    probe->blas_version = text_of(json, "blas_version", arena, err);
    probe->blas_path = text_of(json, "blas_path", arena, err);
    probe->lapack_path = text_of(json, "lapack_path", arena, err);
    probe->core = text_of(json, "core", arena, err);
    probe->isa = text_of(json, "isa", arena, err);
    if (!cblas || !probe->blas_name || !probe->blas_version || !probe->blas_path ||
        !probe->lapack_path || !probe->core || !probe->isa)
        return WK_CANNOT;
    probe->blas_threads = json_number_value(json_object_get(json, "blas_threads"));
    probe->gemm_gflops = json_number_value(json_object_get(json, "gemm_gflops"));
    if (strcmp(cblas, probe->blas_path) != 0)
        return wk_fail(err, WK_CANNOT, "cblas_dgemm comes from '%s' but dgemm_ from '%s'", cblas,
                       probe->blas_path);
    return fingerprint(probe, arena, err);
}

wk_status wk_probe_read(const char *answer, wk_arena *arena, wk_probe *probe, wk_error *err) {
    json_error_t trouble;
    json_t *json = NULL;
    wk_status status = wk_json_read(answer, strlen(answer), &json, &trouble, err);
    if (status == WK_CANNOT)
        return status;
    if (status != WK_OK)
        return wk_fail(err, WK_CANNOT, "the probe's answer cannot be read: %s", trouble.text);
    status = read_fields(json, arena, probe, err);
    wk_json_free(json);
    return status;
}

wk_status wk_probe_run(wk_arena *arena, wk_probe *probe, wk_error *err) {
    static const volatile sig_atomic_t never = 0;
    wk_crew *crew = NULL;
    WK_TRY(wk_crew_new(1, ".", 60, &never, &crew, err));
    const wk_request request = {.job = WK_JOB_PROBE, .threads = 1};
    wk_crew_report report = {0};
    bool got = false;
    wk_status status = wk_crew_start(crew, &request, 0, 0, err);
    while (status == WK_OK && !got)
        status = wk_crew_wait(crew, 1, &report, &got, err);
    if (status == WK_OK && !report.answer)
        status = wk_fail(err, WK_CANNOT, "the probe of the BLAS library failed: %s", report.reason);
    if (status == WK_OK)
        status = wk_probe_read(report.answer, arena, probe, err);
    wk_crew_free(crew);
    return status;
}
