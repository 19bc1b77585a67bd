/* Inputs for the routines, and their products in long double by plain loops. */
#include "la/routine_check.h"

#include <math.h>
#include <string.h>

/* ---- products ---- */

wk_operand wk_operand_rows(size_t rows, size_t columns, const double *entries) {
    return (wk_operand){
        .rows = rows, .columns = columns, .row = columns, .column = 1, .entries = entries};
}

wk_operand wk_operand_columns(size_t rows, size_t columns, const double *entries) {
    return (wk_operand){
        .rows = rows, .columns = columns, .row = 1, .column = rows, .entries = entries};
}

wk_operand wk_operand_transposed(wk_operand A) {
    static const wk_shape turned[] = {WK_SHAPE_FULL, WK_SHAPE_UPPER, WK_SHAPE_LOWER};
    return (wk_operand){.rows = A.columns,
                        .columns = A.rows,
                        .row = A.column,
                        .column = A.row,
                        .shape = turned[A.shape],
                        .single = A.single,
                        .entries = A.entries};
}

static long double entry(const wk_operand *A, size_t at, bool absolute) {
    const long double value =
        A->single ? (long double)((const float *)A->entries)[at] : ((const double *)A->entries)[at];
    return absolute ? fabsl(value) : value;
}

/* Always along the entries that lie side by side. */
void wk_check_times(wk_operand A, const long double *x, bool absolute, long double *y) {
    const bool by_rows = A.column == 1;
    const size_t lines = by_rows ? A.rows : A.columns, length = by_rows ? A.columns : A.rows;
    const size_t apart = by_rows ? A.row : A.column;
    const bool head = A.shape == (by_rows ? WK_SHAPE_LOWER : WK_SHAPE_UPPER);
    memset(y, 0, A.rows * sizeof *y);
    for (size_t l = 0; l < lines; l++) {
        const size_t first = A.shape == WK_SHAPE_FULL || head ? 0 : l;
        const size_t last = head && l + 1 < length ? l + 1 : length;
        for (size_t i = first; i < last; i++) {
            const long double value = entry(&A, l * apart + i, absolute);
            if (by_rows)
                y[l] += value * x[i];
            else
                y[i] += value * x[l];
        }
    }
}

double wk_check_worst(size_t n, const long double *a, const long double *b, const long double *size,
                      double unit) {
    long double worst = 0;
    for (size_t i = 0; i < n; i++) {
        const long double apart = fabsl(a[i] - b[i]);
        const long double one = apart == 0 ? 0 : apart / ((long double)unit * size[i]);
        if (!(one <= worst))
            worst = one;
        if (isnan(worst))
            break;
    }
    return (double)worst;
}

long double wk_check_norm(size_t n, const long double *a) {
    long double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * a[i];
    return sqrtl(sum);
}

long double wk_check_distance(size_t n, const long double *a, const long double *b) {
    long double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrtl(sum);
}

/* ---- inputs ---- */

wk_stream wk_kernel_stream(const wk_kernel *kernel, unsigned which, size_t row) {
    const uint64_t shape = ((uint64_t)kernel->m << 42) ^ ((uint64_t)kernel->n << 21) ^ kernel->k;
    return wk_stream_open(shape, (wk_role)(WK_ROLE_KERNEL + which), row);
}

void wk_kernel_uniform(const wk_kernel *kernel, unsigned which, double low, double high,
                       size_t rows, size_t columns, double *entries) {
    for (size_t i = 0; i < rows; i++) {
        wk_stream stream = wk_kernel_stream(kernel, which, i);
        for (size_t j = 0; j < columns; j++)
            entries[i * columns + j] = low + (high - low) * wk_stream_uniform(&stream);
    }
}

enum { CHECK = 16 }; /* streams of vectors start here */

void wk_kernel_vector(const wk_kernel *kernel, unsigned which, bool generic, size_t count,
                      long double *x) {
    wk_stream stream = wk_kernel_stream(kernel, CHECK + which, 0);
    for (size_t i = 0; i < count; i++) {
        const double uniform = wk_stream_uniform(&stream);
        x[i] = generic ? 2 * uniform - 1 : 0.5 + uniform / 2;
    }
}

/* ---- results ---- */

void wk_kernel_vectors(wk_kernel *kernel, long double *x[WK_KERNEL_VECTORS]) {
    size_t length = kernel->m > kernel->n ? kernel->m : kernel->n;
    length = kernel->k > length ? kernel->k : length;
    for (size_t i = 0; i < WK_KERNEL_VECTORS; i++)
        x[i] = wk_arena_get(kernel->arena, length, sizeof **x);
}

double wk_kernel_slots(double size) {
    const double slots = floor(0x1p21 / size);
    return slots < 1 ? 1 : slots > 4096 ? 4096 : slots;
}

size_t wk_kernel_place(size_t count, size_t i) {
    const size_t most = WK_KERNEL_SAMPLE;
    return count <= most ? i : i * ((count - 1) / (most - 1));
}

void wk_kernel_spread(wk_kernel *kernel, const wk_kernel_part *part) {
    const size_t most = WK_KERNEL_SAMPLE;
    kernel->nsample = part->count < most ? part->count : most;
    for (size_t i = 0; i < kernel->nsample; i++) {
        const size_t at = wk_kernel_place(part->count, i);
        kernel->sample[i] = kernel->kind->single ? (double)((const float *)part->numbers)[at]
                                                 : ((const double *)part->numbers)[at];
    }
}
