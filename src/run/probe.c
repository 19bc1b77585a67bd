/* What a BLAS library is and how fast, seen by a worker that loaded it. */
#include "run/probe.h"

#include "base/clock.h"
#include "base/hash.h"
#include "la/blas.h"
#include "la/library.h"
#include "model/net/activation.h"
#include "run/environment.h"
#include "run/resident.h"
#include "run/workers.h"

#include <gnu/libc-version.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- in the worker ---- */

typedef struct rate {
    double gflops, wall_gflops, threads, got;
} rate;

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
static rate measure_gemm(size_t threads) {
    wk_arena arena = {0};
    double *A = wk_arena_doubles(&arena, 3 * (size_t)SIDE * SIDE);
    rate result = {0, 0, 0, 0};
    if (!A)
        return result;
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
    result.gflops = 2e-9 * SIDE * SIDE * SIDE / best;
    result.wall_gflops = 2e-9 * SIDE * SIDE * SIDE / best_wall;
    result.threads = cpu / own;
    result.got = cpu / counted / result.threads;
    wk_arena_release(&arena);
    return result;
}

void wk_probe_answer(size_t threads, wk_bytes *out) {
    static wk_library library; /* some pages: not on the stack */
    wk_library_identify(&library);
    const rate gemm =
        library.wide ? (rate){0} : measure_gemm(threads); /* wide: must not be called */
    wk_bytes_begin(out, wk_request_answers(WK_JOB_PROBE), WK_ANSWER_VERSION);
    wk_bytes_f64(out, wk_resident_peak(getpid()));
    wk_bytes_text(out, library.name);
    wk_bytes_text(out, library.version);
    wk_bytes_text(out, library.blas);
    wk_bytes_text(out, library.cblas);
    wk_bytes_text(out, library.lapack);
    wk_bytes_text(out, library.engine);
    wk_bytes_text(out, library.core);
    wk_bytes_text(out, library.threading);
    wk_bytes_text(out, wk_isa_name(wk_isa_best()));
    wk_bytes_u32(out, (uint32_t)library.threads);
    wk_bytes_u8(out, library.wide);
    wk_bytes_f64(out, gemm.gflops);
    wk_bytes_f64(out, gemm.wall_gflops);
    wk_bytes_f64(out, gemm.threads);
    wk_bytes_f64(out, gemm.got);
    wk_bytes_seal(out);
}

/* ---- in the parent ---- */

static wk_status fingerprint(wk_probe *probe, wk_arena *arena, wk_error *err) {
    wk_hash blas, lapack, engine = {""};
    WK_TRY(wk_hash_file(probe->blas_path, &blas, err));
    WK_TRY(wk_hash_file(probe->lapack_path, &lapack, err));
    if (*probe->engine_path)
        WK_TRY(wk_hash_file(probe->engine_path, &engine, err));
    const char *all = wk_arena_printf(
        arena, "%s\n%s\n%s\n%s\n%s\n%s\n%s\nlibc %s\n", probe->blas_name, probe->blas_version,
        probe->core, probe->isa, blas.hex, lapack.hex, engine.hex, gnu_get_libc_version());
    probe->fingerprint = wk_arena_text(arena, wk_hash_text(all).hex);
    return WK_OK;
}

wk_status wk_probe_read(const void *answer, size_t length, wk_arena *arena, wk_probe *probe,
                        wk_error *err) {
    wk_reader in;
    wk_reader_open(&in, answer, length, wk_request_answers(WK_JOB_PROBE), WK_ANSWER_VERSION);
    wk_reader_f64(&in); /* the worker's memory */
    probe->blas_name = wk_reader_text(&in, arena);
    probe->blas_version = wk_reader_text(&in, arena);
    probe->blas_path = wk_reader_text(&in, arena);
    const char *cblas = wk_reader_text(&in, arena);
    probe->lapack_path = wk_reader_text(&in, arena);
    probe->engine_path = wk_reader_text(&in, arena);
    probe->core = wk_reader_text(&in, arena);
    probe->threading = wk_reader_text(&in, arena);
    probe->isa = wk_reader_text(&in, arena);
    probe->threads = (int)wk_reader_u32(&in);
    const bool wide = wk_reader_u8(&in);
    probe->gemm_gflops = wk_reader_f64(&in);
    probe->gemm_wall_gflops = wk_reader_f64(&in);
    probe->blas_threads = wk_reader_f64(&in);
    probe->blas_got = wk_reader_f64(&in);
    if (!wk_reader_done(&in))
        return wk_fail(err, WK_CANNOT, "the probe's answer cannot be read");
    if (wide)
        return wk_fail(err, WK_CANNOT, "'%s' takes integers of 64 bits; this program's have 32",
                       probe->blas_path);
    if (strcmp(cblas, probe->blas_path) != 0)
        return wk_fail(err, WK_CANNOT, "cblas_dgemm comes from '%s' but dgemm_ from '%s'", cblas,
                       probe->blas_path);
    return fingerprint(probe, arena, err);
}

/* Did the worker load what it was to load? Its own word for it. */
static wk_status check_paths(const wk_request *request, const wk_probe *probe, wk_error *err) {
    if (request->blas && strcmp(probe->blas_path, request->blas) != 0)
        return wk_fail(err, WK_CANNOT, "'%s' was to be loaded, but '%s' was", request->blas,
                       probe->blas_path);
    if (request->lapack && strcmp(probe->lapack_path, request->lapack) != 0)
        return wk_fail(err, WK_CANNOT, "the LAPACK '%s' was to be loaded, but '%s' was",
                       request->lapack, probe->lapack_path);
    return WK_OK;
}

bool wk_probe_lacks_locks(const wk_probe *probe) {
    return strcmp(probe->blas_name, "OpenBLAS") == 0 && strcmp(probe->threading, "serial") == 0;
}

bool wk_probe_keeps_threads(const wk_probe *probe, size_t asked) {
    const size_t cores = wk_environment_cores();
    const size_t expected = strcmp(probe->threading, "serial") == 0 ? 1
                            : asked < cores                         ? asked
                                                                    : cores;
    const double least = expected == 1 ? 0 : 1 + 0.5 * (double)(expected - 1);
    const double most = expected == 1 ? 1.3 : 1.5 * (double)expected;
    return probe->blas_threads > least && probe->blas_threads < most;
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
                       wk_probe *probe, wk_error *err) {
    static const volatile sig_atomic_t never = 0;
    wk_workers *pool = NULL;
    WK_TRY(
        wk_workers_new(like ? like->threads : 1, ".", LONGEST_S, stop ? stop : &never, &pool, err));
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
        status = wk_probe_read(report.answer, report.length, arena, probe, err);
    if (status == WK_OK)
        status = check_paths(&request, probe, err);
    wk_workers_free(pool);
    return status;
}
