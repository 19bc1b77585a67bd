/* What the LAPACK routines of the registry share: kernels_factor.c and kernels_eigen.c. */
#ifndef WK_LA_KERNELS_LAPACK_H
#define WK_LA_KERNELS_LAPACK_H

#include "la/routine_check.h"

/* Runs the routine on the matrix A, which it overwrites; returns LAPACK's info. A query (lwork −1)
 * puts what work space it asks for into work[0] and iwork[0]. */
typedef int wk_factors_routine(const wk_kernel *kernel, double *A, double *work, int lwork,
                               int *iwork, int liwork);

/* LAPACK's integers are int: that they are not wider is checked when a library is chosen. */
typedef struct wk_factors {
    double *start; /* the matrix, rows x columns */
    double *A;     /* (slots) copies of it, and what becomes of them */
    size_t size;   /* rows x columns */
    double norm;   /* bound on the matrix' spectral norm, nearly sharp: its entries are positive */
    double *values, *U, *Vt;
    int *support; /* integers that the routine brings or takes beside its work space */
    wk_factors_routine *routine;
    int lwork, liwork;
    double *work;
    int *iwork;
    long double *x[WK_KERNEL_VECTORS];
} wk_factors;

/* The state, with a matrix of entries uniform in (low, high), drawn column by column. */
void wk_factors_make(wk_kernel *kernel, size_t rows, size_t columns, double low, double high);
/* The upper half of what was drawn (n, n), by columns, is copied to the lower one. */
void wk_factors_make_symmetric(size_t n, double *A);
/* Asks the routine for its work space, which is then of the state. */
wk_status wk_factors_ready(wk_kernel *kernel, wk_factors_routine *routine,
                           wk_error *err) WK_CHECKED;
void wk_factors_restore(wk_kernel *kernel, size_t slots);
/* Runs the routine on the copy in that slot. */
wk_status wk_factors_call(wk_kernel *kernel, size_t slot, wk_error *err) WK_CHECKED;
double wk_factors_larger(double a, double b); /* NaN if one is */

/* No routine takes matrices of a larger side where its work space would outgrow int. */
enum { WK_FACTORS_MOST = 20000 };

#endif
