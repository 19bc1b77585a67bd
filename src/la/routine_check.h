/* What the registry's routines share: inputs drawn, and products in long double by plain loops,
 * which owe nothing to the library under test. For src/la/routine*.c and the stages. */
#ifndef WK_LA_KERNELS_CHECK_H
#define WK_LA_KERNELS_CHECK_H

#include "la/random.h"
#include "la/routine.h"

/* The routines: of routine_blas.c, and of routine_lapack.c. */
extern const wk_kernel_kind wk_kernel_dgemm, wk_kernel_sgemm, wk_kernel_dsyrk, wk_kernel_dgemv,
    wk_kernel_dtrsm;
extern const wk_kernel_kind wk_kernel_dpotrf, wk_kernel_dgeqrf, wk_kernel_dsyevr, wk_kernel_dsyevd,
    wk_kernel_dgesdd;

/* Which entries of a matrix count. */
typedef enum wk_shape { WK_SHAPE_FULL, WK_SHAPE_LOWER, WK_SHAPE_UPPER } wk_shape;

/* A matrix where it lies: entry (i, j) is at i row + j column, one of which is 1. */
typedef struct wk_operand {
    size_t rows, columns, row, column;
    wk_shape shape;
    bool single; /* of float, else of double */
    const void *entries;
} wk_operand;

wk_operand wk_operand_rows(size_t rows, size_t columns, const double *entries);    /* row-major */
wk_operand wk_operand_columns(size_t rows, size_t columns, const double *entries); /* column- */
wk_operand wk_operand_transposed(wk_operand A);

/* y (rows) = A x, or |A| x with `absolute`. y may not overlap x. */
void wk_check_times(wk_operand A, const long double *x, bool absolute, long double *y);

/* max |a_i − b_i|/(unit size_i); 0/0 counts 0, NaN stays. */
double wk_check_worst(size_t n, const long double *a, const long double *b, const long double *size,
                      double unit);
/* ‖a − b‖₂ and ‖a‖₂ */
long double wk_check_distance(size_t n, const long double *a, const long double *b);
long double wk_check_norm(size_t n, const long double *a);

/* The stream of an input's row: the same for every kernel of these sizes. */
wk_stream wk_kernel_stream(const wk_kernel *kernel, unsigned which, size_t row);
/* Uniform in (low, high), the same for the same kernel and `which`. */
void wk_kernel_uniform(const wk_kernel *kernel, unsigned which, double low, double high,
                       size_t rows, size_t columns, double *entries);
/* `count` numbers between 1/2 and 1, or (generic) between −1 and 1, for a check. */
void wk_kernel_vector(const wk_kernel *kernel, unsigned which, bool generic, size_t count,
                      long double *x);

/* Vectors for a check, each as long as the greatest size. */
enum { WK_KERNEL_VECTORS = 7 };
void wk_kernel_vectors(wk_kernel *kernel, long double *x[WK_KERNEL_VECTORS]);

/* How many copies of an input of `size` numbers that every call overwrites: as many as 16 MiB hold,
 * at least one, at most 4096. */
double wk_kernel_slots(double size);

/* Which of `count` entries is the i-th of a sample: WK_KERNEL_SAMPLE of them (or all, if fewer),
 * from the first on, evenly spread. */
size_t wk_kernel_place(size_t count, size_t i);
/* A sample of all that the part holds. */
void wk_kernel_spread(wk_kernel *kernel, const wk_kernel_part *part);

#endif
