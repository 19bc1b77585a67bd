/* A kernel cell's parameters, typed. */
#ifndef WK_BLAS_CELL_KERNEL_SPEC_H
#define WK_BLAS_CELL_KERNEL_SPEC_H

#include "base/param.h"
#include "la/routine.h"

typedef struct wk_kernel_spec {
    const wk_kernel_kind *kind;
    size_t m, n, k; /* 0 where the kind has no use for it */
    double seconds;
    size_t threads;
} wk_kernel_spec;

/* As wk_kernel_check. */
wk_status wk_kernel_spec_read(const wk_bag *params, wk_kernel_spec *spec, const char **culprit,
                              wk_error *err) WK_CHECKED;

#endif
