/* Which BLAS and LAPACK this process has loaded, from inside: what the dynamic linker made of it,
 * not what was asked. */
#ifndef WK_LA_LIBRARY_H
#define WK_LA_LIBRARY_H

#include "base/error.h"

#include <limits.h>
#include <stdbool.h>

typedef struct wk_library {
    char blas[PATH_MAX];   /* real path of the file that dgemm_ comes from; "" if there is none */
    char cblas[PATH_MAX];  /* … cblas_dgemm */
    char lapack[PATH_MAX]; /* … dsyevr_ */
    char
        engine[PATH_MAX]; /* … what the library says of itself: a file that `blas` may only lead to;
                             "" where it does not say */
    const char *name;     /* "OpenBLAS", "BLIS", "ATLAS", "MKL", "reference", or "unknown" */
    const char *version;   /* what the library says of itself, or "" */
    const char *core;      /* the core type that it chose, or "" */
    const char *threading; /* "serial", "pthreads", "openmp", or "" where it does not say */
    int threads;           /* how many it will use; 0 where it does not say */
    bool wide;             /* its integers have 64 bits: it must not be called */
} wk_library;

/* For a process that calls no BLAS: ends the threads that an OpenBLAS starts when it is loaded,
 * which look for work without sleeping for a while. As OpenBLAS itself does before each fork. */
void wk_library_rest(void);

/* The three paths alone; calls nothing. */
void wk_library_locate(wk_library *library);
/* All of it. Texts are the library's own, or constants. A library of 64-bit integers is recognised
 * by one call that is harmless in either kind. */
void wk_library_identify(wk_library *library);

/* All three functions come from where they should: `blas` and `lapack` are real paths. WK_CANNOT
 * says what came instead; a library that is not loaded as asked is never silently another one. */
wk_status wk_library_check(const wk_library *library, const char *blas, const char *lapack,
                           wk_error *err) WK_CHECKED;

#endif
