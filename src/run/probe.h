/* The probe: which BLAS and LAPACK a worker really runs on, how fast its DGEMM is, and that it
 * keeps to one thread. Asked of a worker process started like any other, so it speaks for all of
 * them. */
#ifndef WK_RUN_PROBE_H
#define WK_RUN_PROBE_H

#include "base/arena.h"
#include "run/request.h"

#include <signal.h>

typedef struct wk_probe {
    const char *blas_name;    /* "OpenBLAS", "BLIS", "ATLAS", "reference", "unknown" */
    const char *blas_version; /* what the library says of itself, or "" */
    const char *blas_path;    /* the file that dgemm_ and cblas_dgemm come from */
    const char *lapack_path;  /* the file that dsyevr_ comes from */
    const char *engine_path;  /* the file that its kernels lie in, where it says so; or "" */
    const char *core;         /* the core type that the library chose, or "" */
    const char *threading;    /* "serial", "pthreads", "openmp", or "" where it does not say */
    int threads;              /* how many it says that it will use; 0 where it does not say */
    const char *isa;          /* of our thin kernels */
    double blas_threads; /* CPU time of DGEMM over that of the calling thread: 1 if it works alone,
                            T if T share the work evenly, on a busy machine too */
    double blas_got;     /* share of the wall time that these threads got: below 0.9 the machine
                            is busy */
    double gemm_gflops;  /* best of several DGEMM of 768, by the CPU time of all its threads */
    double gemm_wall_gflops; /* the same by wall time */
    const char *fingerprint; /* SHA-256 over names, versions, core, isa, the files' content, and
                               the C  library's version, whose log, sin and cos draw the weights */
} wk_probe;

/* In the worker: measures, and appends the answer. threads: that the library was given. */
void wk_probe_answer(size_t threads, wk_bytes *out);

/* An OpenBLAS that was built without threads has no locks either: two threads of ours in it at once
 * spoil each other's results (OpenBLAS issues 2126, 2711). */
bool wk_probe_lacks_locks(const wk_probe *probe);

/* Did it use as many threads as it was given, and no more? Of a library that says that it has one
 * only, one is right; more threads than cores are not expected. */
bool wk_probe_keeps_threads(const wk_probe *probe, size_t asked);

/* In the parent: reads that answer. Texts live in `arena`. */
wk_status wk_probe_read(const void *answer, size_t length, wk_arena *arena, wk_probe *probe,
                        wk_error *err) WK_CHECKED;

/* In the parent: starts a worker for it, with the threads, the libraries and the settings of `like`
 * (NULL: one thread, and what the system loads). WK_CANNOT if it did not answer, if cblas_dgemm and
 * dgemm_ come from different files, if its integers have 64 bits, if it is not what was to be
 * loaded, or if `stop` became non-zero (NULL: it never does). */
wk_status wk_probe_run(const wk_request *like, const volatile sig_atomic_t *stop, wk_arena *arena,
                       wk_probe *probe, wk_error *err) WK_CHECKED;

#endif
