/* A BLAS library, from the worker that loads it to the report: what was asked for, what the worker
 * saw from inside, and what it measured. One struct, whose fields stand in tables, by which a
 * worker's answer, the store's facts and results.json are written and read. */
#ifndef WK_BLAS_IDENTITY_H
#define WK_BLAS_IDENTITY_H

#include "base/bind.h"

/* Texts are "" where nothing is known. */
typedef struct wk_blas_identity {
    const char *name, *coretype; /* as asked; name "": what the run or the system chooses; coretype
                                    "": the library's own choice */
    size_t threads;              /* asked of the library */
    const char *library;         /* "OpenBLAS", "BLIS", "ATLAS", "MKL", "reference", "unknown" */
    const char *version;         /* what the library says of itself */
    const char *path, *sha256;   /* the file that dgemm_ and cblas_dgemm come from */
    const char *lapack_path;     /* the file that dsyevr_ comes from */
    const char *provider;        /* of its LAPACK: "own", or another's name */
    const char *core;            /* the core type that the library chose */
    const char *threading;       /* "serial", "pthreads", "openmp" */
    double effective_threads;    /* CPU time of DGEMM over that of the calling thread: 1 if it works
                                    alone, T if T share the work evenly, on a busy machine too */
    double gemm_gflops;          /* best of several DGEMM of 768, by wall time, of all threads */
    const char *trouble;         /* why it could not be used: its cells failed */
    const char *option; /* what to give to --backend: its name, or NAME=PATH for one that is not in
                           the usual places; "" or NULL if unknown: then the name */

    /* From here on known to the run alone. */
    const char *cblas_path;  /* the file that cblas_dgemm comes from */
    const char *engine_path; /* the file that its kernels lie in, where it says so */
    const char *isa;         /* of our thin kernels */
    size_t said_threads;     /* how many it says that it will use; 0 where it does not say */
    size_t bits;             /* of its integers: 32 or 64 */
    double core_gflops;      /* as gemm_gflops, by the CPU time of all its threads */
    double got;              /* share of the wall time that its threads got: below 0.9 the machine
                                is busy */
    const char *fingerprint; /* SHA-256 over names, versions, core, isa, the files' content, and the
                                C library's version, whose log, sin and cos draw the weights */
} wk_blas_identity;

/* The fields that a worker answers, in the order of its message. */
extern const wk_param wk_blas_answered[];
extern const size_t wk_blas_answered_n;

/* The fields that a run keeps of a backend, in the order in which results.json tells them. */
extern const wk_param wk_blas_kept[];
enum { WK_BLAS_KEPT = 15 };

#endif
