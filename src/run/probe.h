/* The probe: which BLAS and LAPACK a worker really runs on, how fast its DGEMM is, and that it
 * keeps to one thread. Asked of a worker process started like any other, so it speaks for all of
 * them. */
#ifndef WK_RUN_PROBE_H
#define WK_RUN_PROBE_H

#include "blas/backends.h"
#include "blas/identity.h"
#include "run/request.h"

#include <signal.h>

/* In the worker: measures, and appends the answer. threads: that the library was given. */
void wk_probe_answer(size_t threads, wk_bytes *out);

/* An OpenBLAS that was built without threads has no locks either: two threads of ours in it at once
 * spoil each other's results (OpenBLAS issues 2126, 2711). */
bool wk_probe_lacks_locks(const wk_blas_identity *blas);

/* Did it use as many threads as it was given, and no more? Of a library that says that it has one
 * only, one is right; more threads than cores are not expected. */
bool wk_probe_keeps_threads(const wk_blas_identity *blas);

/* In the parent: starts a worker for it, with the threads, the libraries and the settings of `like`
 * (NULL: one thread, and what the system loads). WK_CANNOT if it did not answer, if cblas_dgemm and
 * dgemm_ come from different files, if its integers have 64 bits, if it is not what was to be
 * loaded, or if `stop` became non-zero (NULL: it never does). */
wk_status wk_probe_run(const wk_request *like, const volatile sig_atomic_t *stop, wk_arena *arena,
                       wk_blas_identity *blas, wk_error *err) WK_CHECKED;

/* The same of a backend (NULL: what the system loads), told to be for a core type ("": its own
 * choice) and to use so many threads. Makes its links in `folder`. *like becomes what its workers
 * are started with. */
wk_status wk_probe_backend(const wk_backend *backend, const char *folder, const char *coretype,
                           size_t threads, const volatile sig_atomic_t *stop, wk_arena *arena,
                           wk_request *like, wk_blas_identity *blas, wk_error *err) WK_CHECKED;

#endif
