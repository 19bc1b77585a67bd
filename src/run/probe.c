/* What a BLAS library is and how fast, seen by a worker that loaded it. */
#include "run/probe.h"

#include "base/clock.h"
#include "base/hash.h"
#include "la/blas.h"
#include "la/isa.h"
#include "la/library.h"
#include "run/environment.h"
#include "run/resident.h"
#include "run/workers.h"

#include <gnu/libc-version.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- in the worker ---- */

enum { SIDE = 768, FIRST = 4, LONGEST_S = 60 };

/* Is it known how fast it is? A slow library is not waited for. */
static bool is_enough(size_t repeats, double wall) {
    return repeats >= 2 && (wall > 1 || (repeats >= FIRST && wall > 0.1));
}

/* The threads of a library may spin for a while when there is nothing for them to do, which looks
 * like work. */
static void let_them_sleep(void) {
    nanosleep(&(struct timespec){.tv_nsec = 60000000}, NULL);
}

/* Warm-up, then the best of repeated products; of some, how many threads shared the CPU time, and
 * how much of their wall time they got. */
static void measure_gemm(size_t threads, wk_blas_identity *blas) {
    wk_arena arena = {0};
    double *A = wk_arena_doubles(&arena, 3 * (size_t)SIDE * SIDE);
    double *B = A + SIDE * SIDE, *C = B + SIDE * SIDE;
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
        A[i] = (double)(i % 17) / 17;
        B[i] = (double)(i % 13) / 13;
    }
    double best = 1e30, best_wall = 1e30, wall = 0, cpu = 0, own = 0, counted = 0;
    wk_la_gemm(false, false, SIDE, SIDE, SIDE, 1, A, SIDE, B, SIDE, 0, C, SIDE);
    for (size_t i = 0; !is_enough(i, wall); i++) {
        if (threads > 1 && i < FIRST)
            let_them_sleep();
        const double wall0 = wk_clock_wall(), cpu0 = wk_clock_cpu(), own0 = wk_clock_thread();
        wk_la_gemm(false, false, SIDE, SIDE, SIDE, 1, A, SIDE, B, SIDE, 0, C, SIDE);
        const double took =
            wk_clock_cpu() - cpu0; /* waiting for a busy machine is not the library's */
        const double passed = wk_clock_wall() - wall0;
        wall += passed;
        if (threads == 1 || i < FIRST) {
            cpu += took;
            own += wk_clock_thread() - own0;
            counted += passed;
        }
        best_wall = passed < best_wall ? passed : best_wall;
        best = took < best ? took : best;
    }
    blas->core_gflops = 2e-9 * SIDE * SIDE * SIDE / best;
    blas->gemm_gflops = 2e-9 * SIDE * SIDE * SIDE / best_wall;
    blas->effective_threads = cpu / own;
    blas->got = cpu / counted / blas->effective_threads;
    wk_arena_release(&arena);
}

void wk_probe_answer(size_t threads, wk_bytes *out) {
    static wk_library library; /* some pages: not on the stack */
    wk_library_identify(&library);
    wk_blas_identity blas = {.library = library.name,
                             .version = library.version,
                             .path = library.blas,
                             .cblas_path = library.cblas,
                             .lapack_path = library.lapack,
                             .engine_path = library.engine,
                             .core = library.core,
                             .threading = library.threading,
                             .isa = wk_isa_name(wk_isa_best()),
                             .said_threads = (size_t)library.threads,
                             .bits = library.wide ? 64 : 32};
    if (!library.wide) /* one that is must not be called */
        measure_gemm(threads, &blas);
    wk_bytes_begin(out, wk_request_answers(WK_JOB_PROBE), WK_ANSWER_VERSION);
    wk_bytes_f64(out, wk_resident_peak(getpid()));
    wk_arena arena = {0};
    const wk_bag answer =
        wk_bag_of(wk_unbind_rows(wk_blas_answered, wk_blas_answered_n, "", &blas, &arena),
                  wk_blas_answered_n);
    wk_bag_write(&answer, out);
    wk_bytes_seal(out);
    wk_arena_release(&arena);
}

/* ---- in the parent ---- */

static wk_status fingerprint(wk_blas_identity *blas, wk_arena *arena, wk_error *err) {
    wk_hash file, lapack, engine = {""};
    WK_TRY(wk_hash_file(blas->path, &file, err));
    WK_TRY(wk_hash_file(blas->lapack_path, &lapack, err));
    if (*blas->engine_path)
        WK_TRY(wk_hash_file(blas->engine_path, &engine, err));
    const char *all = wk_arena_printf(arena, "%s\n%s\n%s\n%s\n%s\n%s\n%s\nlibc %s\n", blas->library,
                                      blas->version, blas->core, blas->isa, file.hex, lapack.hex,
                                      engine.hex, gnu_get_libc_version());
    blas->sha256 = wk_arena_text(arena, file.hex);
    blas->fingerprint = wk_arena_text(arena, wk_hash_text(all).hex);
    return WK_OK;
}

static wk_status read_answer(const wk_workers_report *report, wk_arena *arena,
                             wk_blas_identity *blas, wk_error *err) {
    wk_reader in;
    wk_reader_open(&in, report->answer, report->length, wk_request_answers(WK_JOB_PROBE),
                   WK_ANSWER_VERSION);
    wk_reader_f64(&in); /* the worker's memory */
    wk_bag answer;
    if (!wk_bag_read(&in, arena, &answer) || !wk_reader_done(&in) ||
        wk_bind_rows(wk_blas_answered, wk_blas_answered_n, "", &answer, blas, NULL, NULL) != WK_OK)
        return wk_fail(err, WK_CANNOT, "the probe's answer cannot be read");
    if (blas->bits != 32)
        return wk_fail(err, WK_CANNOT, "'%s' takes integers of 64 bits; this program's have 32",
                       blas->path);
    if (strcmp(blas->cblas_path, blas->path) != 0)
        return wk_fail(err, WK_CANNOT, "cblas_dgemm comes from '%s' but dgemm_ from '%s'",
                       blas->cblas_path, blas->path);
    return fingerprint(blas, arena, err);
}

/* Did the worker load what it was to load? Its own word for it. */
static wk_status check_paths(const wk_request *request, const wk_blas_identity *blas,
                             wk_error *err) {
    if (request->blas && strcmp(blas->path, request->blas) != 0)
        return wk_fail(err, WK_CANNOT, "'%s' was to be loaded, but '%s' was", request->blas,
                       blas->path);
    if (request->lapack && strcmp(blas->lapack_path, request->lapack) != 0)
        return wk_fail(err, WK_CANNOT, "the LAPACK '%s' was to be loaded, but '%s' was",
                       request->lapack, blas->lapack_path);
    return WK_OK;
}

bool wk_probe_lacks_locks(const wk_blas_identity *blas) {
    return strcmp(blas->library, "OpenBLAS") == 0 && strcmp(blas->threading, "serial") == 0;
}

bool wk_probe_keeps_threads(const wk_blas_identity *blas) {
    const size_t cores = wk_environment_cores(), asked = blas->threads;
    const size_t expected = strcmp(blas->threading, "serial") == 0 ? 1
                            : asked < cores                        ? asked
                                                                   : cores;
    const double least = expected == 1 ? 0 : 1 + 0.5 * (double)(expected - 1);
    const double most = expected == 1 ? 1.3 : 1.5 * (double)expected;
    return blas->effective_threads > least && blas->effective_threads < most;
}

/* Why there is no answer. */
static wk_status fail_report(const wk_workers_report *report, wk_error *err) {
    if (report->result.end == WK_END_PENDING)
        return wk_fail(err, WK_CANNOT, "interrupted before anything was run");
    if (report->result.end == WK_END_TIMEOUT)
        return wk_fail(err, WK_CANNOT,
                       "the probe of the BLAS library failed: no answer within %d s", LONGEST_S);
    return wk_fail(err, WK_CANNOT, "the probe of the BLAS library failed: %s",
                   report->result.reason);
}

wk_status wk_probe_run(const wk_request *like, const volatile sig_atomic_t *stop, wk_arena *arena,
                       wk_blas_identity *blas, wk_error *err) {
    static const volatile sig_atomic_t never = 0;
    wk_workers *pool =
        wk_workers_new(like ? like->threads : 1, ".", LONGEST_S, stop ? stop : &never);
    wk_request request = like ? *like : (wk_request){.threads = 1};
    request.job = WK_JOB_PROBE;
    wk_workers_report report = {0};
    bool got = false;
    wk_status status = wk_workers_start(pool, &request, 0, 0, err);
    while (status == WK_OK && !got)
        got = wk_workers_wait(pool, 1, &report);
    if (status == WK_OK && !report.answer)
        status = fail_report(&report, err);
    if (status == WK_OK)
        status = read_answer(&report, arena, blas, err);
    if (status == WK_OK)
        status = check_paths(&request, blas, err);
    wk_workers_free(pool);
    return status;
}

wk_status wk_probe_backend(const wk_backend *backend, const char *folder, const char *coretype,
                           size_t threads, const volatile sig_atomic_t *stop, wk_arena *arena,
                           wk_request *like, wk_blas_identity *blas, wk_error *err) {
    const char *search = NULL;
    *like = (wk_request){.threads = threads};
    if (backend) {
        WK_TRY(wk_backend_link(backend, folder, arena, &search, err));
        like->blas = backend->blas;
        like->lapack = backend->lapack;
    }
    if (backend || *coretype || threads != 1)
        wk_backend_settings(search, *coretype ? coretype : NULL, threads, arena, &like->settings,
                            &like->nsettings);
    return wk_probe_run(like, stop, arena, blas, err);
}
