/* This program's own stages as kernels (la/routine.h): m = hidden units M, n = inputs, k = outputs;
 * relu. Their inputs are drawn, with G formed by plain loops: no bit of them is the library's. */
#ifndef WK_BLAS_CELL_KERNEL_STAGES_H
#define WK_BLAS_CELL_KERNEL_STAGES_H

#include "la/routine_check.h"
#include "model/kernel/ntk.h"
#include "model/net/tile_gemm.h"
#include "model/pca/pca.h"

extern const wk_kernel_kind *const wk_kernel_stages[];
extern const size_t wk_kernel_stages_n;

typedef struct wk_kernel_stage {
    wk_data data;
    wk_net net;
    double *H, *Vt; /* (M, ld), (M, k): the start, to be restored */
    double *g;      /* (k, ld) the gradient of the step */
    double rate;    /* η/√M of the step */
    size_t *probe;
    wk_ntk ntk;
    double *S;                       /* (n, n) */
    double *K, *value, *coefficient; /* (n, n), (n), (n, k): what pca found */
    size_t rank;                     /* how many values */
    double tolerance;                /* filled by the residual, where it takes the data to know */
    wk_tile_gemm gemm;
    long double *x[WK_KERNEL_VECTORS];
} wk_kernel_stage;

/* kernel_stages_check.c: against the formulas of docs/mathematics.md, by plain loops in long
 * double. */
double wk_stage_step_residual(wk_kernel *kernel);
double wk_stage_ntk_residual(wk_kernel *kernel);
double wk_stage_pca_residual(wk_kernel *kernel);

#endif
