/* The registry of BLAS and LAPACK routines that are benchmarked. */
#include "la/routine.h"

#include "la/routine_check.h"

#include <string.h>

const wk_kernel_kind *const wk_routines[] = {
    &wk_kernel_dgemm,  &wk_kernel_sgemm,  &wk_kernel_dsyrk,  &wk_kernel_dgemv,  &wk_kernel_dtrsm,
    &wk_kernel_dpotrf, &wk_kernel_dgeqrf, &wk_kernel_dsyevr, &wk_kernel_dsyevd, &wk_kernel_dgesdd,
};
const size_t wk_routines_n = sizeof wk_routines / sizeof *wk_routines;

void wk_kernel_restore(wk_kernel *kernel, size_t slots) {
    if (kernel->kind->restore)
        kernel->kind->restore(kernel, slots);
}

void wk_kernel_sample(wk_kernel *kernel) {
    if (kernel->kind->sample)
        kernel->kind->sample(kernel);
    else
        wk_kernel_spread(kernel, &kernel->result[0]);
}

double wk_kernel_call_flops(const wk_kernel *kernel) {
    return kernel->kind->flops(
        (wk_kernel_size){.m = (double)kernel->m, .n = (double)kernel->n, .k = (double)kernel->k});
}

/* Multiplications by odd numbers and rotations, word by word: each is one to one, so that two
 * results which differ in a single word never have the same 64 bits. */
uint64_t wk_kernel_digest(const wk_kernel *kernel) {
    uint64_t hash = 0x9e3779b97f4a7c15;
    const size_t size = kernel->kind->single ? sizeof(float) : sizeof(double);
    for (size_t p = 0; p < WK_KERNEL_RESULTS; p++) {
        const unsigned char *bytes = kernel->result[p].numbers;
        for (size_t i = 0; i < kernel->result[p].count; i++) {
            uint64_t word = 0;
            memcpy(&word, bytes + i * size, size);
            hash = (hash ^ word) * 0xd6e8feb86659fd93;
            hash ^= hash >> 32;
        }
    }
    return hash;
}
