/* What the LAPACK routines of the registry share. */
#include "la/routine_lapack.h"

#include <math.h>
#include <string.h>

static wk_status failed(const wk_kernel *kernel, int info, wk_error *err) {
    return info ? wk_fail(err, WK_CANNOT, "LAPACK's %s failed (info %ld)", kernel->kind->name,
                          (long)info)
                : WK_OK;
}

void wk_factors_make(wk_kernel *kernel, size_t rows, size_t columns, double low, double high) {
    wk_factors *f = wk_arena_get(kernel->arena, 1, sizeof *f);
    kernel->state = f;
    f->size = rows * columns;
    kernel->slots = (size_t)wk_kernel_slots((double)rows * (double)columns);
    f->start = wk_arena_doubles(kernel->arena, f->size);
    f->A = wk_arena_doubles(kernel->arena, kernel->slots * f->size);
    wk_kernel_uniform(kernel, 0, low, high, columns, rows, f->start);
    kernel->result[0] = (wk_kernel_part){f->A, f->size};
    wk_kernel_vectors(kernel, f->x);
}

void wk_factors_restore(wk_kernel *kernel, size_t slots) {
    const wk_factors *f = kernel->state;
    for (size_t s = 0; s < slots; s++)
        memcpy(f->A + s * f->size, f->start, f->size * sizeof *f->A);
}

void wk_factors_make_symmetric(size_t n, double *A) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            A[i * n + j] = A[j * n + i];
}

wk_status wk_factors_ready(wk_kernel *kernel, wk_factors_routine *routine, wk_error *err) {
    wk_factors *f = kernel->state;
    double work = 0;
    int iwork = 0;
    WK_TRY(failed(kernel, routine(kernel, f->A, &work, -1, &iwork, -1), err));
    f->routine = routine;
    f->lwork = (int)work;
    f->liwork = iwork;
    f->work = wk_arena_doubles(kernel->arena, (size_t)f->lwork);
    f->iwork = wk_arena_get(kernel->arena, (size_t)iwork, sizeof *f->iwork);
    return WK_OK;
}

wk_status wk_factors_call(wk_kernel *kernel, size_t slot, wk_error *err) {
    const wk_factors *f = kernel->state;
    return failed(kernel,
                  f->routine(kernel, f->A + slot * f->size, f->work, f->lwork, f->iwork, f->liwork),
                  err);
}

double wk_factors_larger(double a, double b) {
    return a > b || isnan(a) ? a : b;
}
