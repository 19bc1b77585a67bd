/* What the LAPACK routines of the registry share: kernels_factor.c and kernels_eigen.c. */
#ifndef WK_LA_KERNELS_LAPACK_H
#define WK_LA_KERNELS_LAPACK_H

#include "la/routine_check.h"

/* LAPACK's integers are int: that they are not wider is checked when a library is chosen. */
typedef struct wk_factors {
    double *start; /* the matrix, rows x columns */
    double *A;     /* (slots) copies of it, and what becomes of them */
    size_t size;   /* rows x columns */
    double norm;   /* bound on the matrix' spectral norm, nearly sharp: its entries are positive */
    double *values, *U, *Vt;
    int lwork, liwork;
    double *work;
    int *iwork;
    long double *x[WK_KERNEL_VECTORS];
} wk_factors;

/* The state, with a matrix of entries uniform in (low, high), drawn column by column. */
void wk_factors_make(wk_kernel *kernel, size_t rows, size_t columns, double low, double high);
/* The upper half of what was drawn (n, n), by columns, is copied to the lower one. */
void wk_factors_make_symmetric(size_t n, double *A);
/* The work space that a query (lwork −1) asked for. */
void wk_factors_make_work(wk_kernel *kernel, double work, int iwork);
void wk_factors_restore(wk_kernel *kernel, size_t slots);
double *wk_factors_slot(const wk_kernel *kernel, size_t slot);
/* WK_OK for info 0. */
wk_status wk_factors_failed(const wk_kernel *kernel, int info, wk_error *err) WK_CHECKED;
double wk_factors_larger(double a, double b); /* NaN if one is */

/* No routine takes matrices of a larger side where its work space would outgrow int. */
enum { WK_FACTORS_MOST = 20000 };

#endif
