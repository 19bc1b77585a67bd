/* Kernels that are checked and timed: a registry of library routines, and the form that others of
 * the kind (blas/cell/kernel_stages.c) share. What is timed is `call` alone.
 *
 *   wk_kernel kernel = {.kind = kind, .m = m, .n = n, .k = k, .pool = pool, .arena = arena};
 *   WK_TRY(kind->prepare(&kernel, err));          // draws inputs: the same on every machine
 *   wk_kernel_restore(&kernel, 1);
 *   WK_TRY(kind->call(&kernel, 0, err));
 *   double residual = kind->residual(&kernel);    // of slot 0
 *
 * A routine that overwrites its input has as many copies of it as `slots`; calls may be made in
 * slots slots-1 … 0 before the copies have to be restored. kernel.result is what slot 0 came to.
 *
 * Sizes: m rows, n columns, k the inner length; those that a kind does not use are 0. Matrices are
 * row-major for CBLAS, column-major for LAPACK (whose own order it is: nothing is transposed within
 * a timed call).
 *
 * Residuals: the result, or what it stands for, is multiplied with a vector by plain loops that add
 * in long double, and compared with the same product of the inputs: O(n²), and every entry counts.
 * The unit is n' ε, n' the length of the sums, ε = 2u; each residual's comment derives what a
 * right implementation may reach. NaN anywhere gives NaN or infinity.
 */
#ifndef WK_LA_KERNELS_H
#define WK_LA_KERNELS_H

#include "base/arena.h"
#include "la/pool.h"

#include <stdbool.h>
#include <stdint.h>

/* Which sizes a kind uses. */
enum { WK_KERNEL_ROWS = 1, WK_KERNEL_COLUMNS = 2, WK_KERNEL_INNER = 4 };

enum { WK_KERNEL_RESULTS = 3, WK_KERNEL_SAMPLE = 16 };

/* A part of the result: `count` numbers, 32-bit if the kind is single. */
typedef struct wk_kernel_part {
    void *numbers;
    size_t count;
} wk_kernel_part;

typedef struct wk_kernel {
    const struct wk_kernel_kind *kind;
    size_t m, n, k;
    wk_pool *pool; /* of the stages; library routines bring their own threads */
    wk_arena *arena;
    /* filled by prepare: */
    size_t slots; /* SIZE_MAX: a call changes no input */
    wk_kernel_part result[WK_KERNEL_RESULTS];
    double sample[WK_KERNEL_SAMPLE]; /* filled by kind->sample */
    size_t nsample;
    void *state; /* the kind's own */
} wk_kernel;

/* The sizes of a kernel as the estimates take them. */
typedef struct wk_kernel_size {
    double m, n, k, threads;
} wk_kernel_size;

typedef struct wk_kernel_kind {
    const char *name, *help;
    unsigned uses;    /* WK_KERNEL_… */
    bool tall;        /* needs m >= n */
    bool few;         /* needs k <= n */
    bool single;      /* 32-bit numbers */
    bool stage;       /* one of our own, multi-threaded stages; else a library's routine */
    size_t most_side; /* no size above it; 0: INT_MAX alone */
    double (*flops)(wk_kernel_size size);   /* of a call, by its usual count */
    double (*numbers)(wk_kernel_size size); /* (8 bytes each) that prepare and a call take */
    wk_status (*prepare)(wk_kernel *kernel, wk_error *err);
    void (*restore)(wk_kernel *kernel, size_t slots); /* NULL where a call changes no input */
    wk_status (*call)(wk_kernel *kernel, size_t slot, wk_error *err);
    double (*residual)(wk_kernel *kernel);
    /* Some entries of the result, the same on every backend, with no sign that is a convention;
     * NULL: of the first part, evenly spread. */
    void (*sample)(wk_kernel *kernel);
    /* How far apart two right results' samples may be, relative to the largest of the entries. */
    double (*tolerance)(const wk_kernel *kernel);
    /* Of a stage: runs the matrix product that it is made of, at the same shape and on the same
     * threads, and returns operations per second. NULL for a routine. */
    double (*limit)(wk_kernel *kernel);
} wk_kernel_kind;

extern const wk_kernel_kind *const wk_routines[];
extern const size_t wk_routines_n;

void wk_kernel_restore(wk_kernel *kernel, size_t slots);
void wk_kernel_sample(wk_kernel *kernel);
double wk_kernel_call_flops(const wk_kernel *kernel);

/* A hash of all bits of the result; not of cryptographic strength. */
uint64_t wk_kernel_digest(const wk_kernel *kernel);

#endif
