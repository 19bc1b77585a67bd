/* The products: BLAS, by CBLAS and row by row, as the program itself calls it. */
#include "la/routine_check.h"

#include <cblas.h>
#include <float.h>
#include <math.h>
#include <string.h>

typedef struct operands {
    double *A, *B, *C;
    float *a, *b, *c;                  /* of sgemm */
    long double *x[WK_KERNEL_VECTORS]; /* for the check */
} operands;

/* A and B (0 numbers: none) uniform in (0, 1), C zero. */
static void make_operands(wk_kernel *kernel, size_t A_rows, size_t A_columns, size_t B_rows,
                          size_t B_columns, size_t C_size) {
    operands *o = wk_arena_get(kernel->arena, 1, sizeof *o);
    kernel->state = o;
    kernel->slots = SIZE_MAX;
    o->A = wk_arena_doubles(kernel->arena, A_rows * A_columns);
    o->B = wk_arena_doubles(kernel->arena, B_rows * B_columns);
    o->C = wk_arena_get(kernel->arena, C_size, sizeof *o->C);
    wk_kernel_uniform(kernel, 0, 0, 1, A_rows, A_columns, o->A);
    wk_kernel_uniform(kernel, 1, 0, 1, B_rows, B_columns, o->B);
    kernel->result[0] = (wk_kernel_part){o->C, C_size};
    wk_kernel_vectors(kernel, o->x);
}

/* Two results of the same sum of positive terms: each within γ = n' u of the exact one, so within
 * n' ε of each other, entry by entry. */
static double tolerance_of_sums(const wk_kernel *kernel, double length) {
    return length * (kernel->kind->single ? (double)FLT_EPSILON : DBL_EPSILON);
}

/* ---- dgemm, sgemm: C (m, n) = A (m, k) B (k, n) ---- */

static double gemm_flops(wk_kernel_size s) {
    return 2 * s.m * s.n * s.k;
}

static double gemm_numbers(wk_kernel_size s) {
    return s.m * s.k + s.k * s.n + s.m * s.n;
}

static wk_status dgemm_prepare(wk_kernel *kernel, wk_error *err) {
    (void)err;
    const size_t m = kernel->m, n = kernel->n, k = kernel->k;
    make_operands(kernel, m, k, k, n, m * n);
    return WK_OK;
}

static wk_status dgemm_call(wk_kernel *kernel, size_t slot, wk_error *err) {
    (void)slot, (void)err;
    const operands *o = kernel->state;
    const int m = (int)kernel->m, n = (int)kernel->n, k = (int)kernel->k;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, o->A, k, o->B, n, 0, o->C,
                n);
    return WK_OK;
}

static float *to_single(wk_arena *arena, size_t count, const double *from) {
    float *to = wk_arena_get(arena, count, sizeof *to);
    for (size_t i = 0; i < count; i++)
        to[i] = (float)from[i];
    return to;
}

static wk_status sgemm_prepare(wk_kernel *kernel, wk_error *err) {
    (void)err;
    const size_t m = kernel->m, n = kernel->n, k = kernel->k;
    make_operands(kernel, m, k, k, n, 0);
    operands *o = kernel->state;
    o->a = to_single(kernel->arena, m * k, o->A);
    o->b = to_single(kernel->arena, k * n, o->B);
    o->c = wk_arena_get(kernel->arena, m * n, sizeof *o->c);
    kernel->result[0] = (wk_kernel_part){o->c, m * n};
    return WK_OK;
}

static wk_status sgemm_call(wk_kernel *kernel, size_t slot, wk_error *err) {
    (void)slot, (void)err;
    const operands *o = kernel->state;
    const int m = (int)kernel->m, n = (int)kernel->n, k = (int)kernel->k;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, o->a, k, o->b, n, 0, o->c,
                n);
    return WK_OK;
}

/* However the k terms are added, |Ĉ − AB| ≤ γ_k |A||B| with γ_k = k u/(1 − k u) (Higham, Accuracy
 * and Stability, §3.5). With A, B, x > 0 nothing cancels: |Ĉx − A(Bx)| ≤ γ_k A(Bx), row by row. In
 * units of k ε: at most 1/2. An entry of C that is off by the relative amount r shows as about
 * r/(n k ε), a row that is missing as 1/(k ε), all entries off by r as r/(k ε). */
static double gemm_residual(wk_kernel *kernel) {
    const operands *o = kernel->state;
    const size_t m = kernel->m, n = kernel->n, k = kernel->k;
    const bool single = kernel->kind->single;
    wk_operand A = wk_operand_rows(m, k, o->A), B = wk_operand_rows(k, n, o->B);
    wk_operand C = wk_operand_rows(m, n, o->C);
    if (single) {
        A.single = B.single = C.single = true;
        A.entries = o->a, B.entries = o->b, C.entries = o->c;
    }
    wk_kernel_vector(kernel, 0, false, n, o->x[0]);
    wk_check_times(B, o->x[0], false, o->x[1]);
    wk_check_times(A, o->x[1], false, o->x[2]);
    wk_check_times(C, o->x[0], false, o->x[3]);
    return wk_check_worst(m, o->x[3], o->x[2], o->x[2], tolerance_of_sums(kernel, (double)k));
}

static double gemm_tolerance(const wk_kernel *kernel) {
    return tolerance_of_sums(kernel, (double)kernel->k);
}

/* ---- dsyrk: the lower triangle of C (n, n) = AᵀA, A (k, n) ---- */

static double syrk_flops(wk_kernel_size s) {
    return s.k * s.n * (s.n + 1);
}

static double syrk_numbers(wk_kernel_size s) {
    return s.k * s.n + s.n * s.n;
}

static wk_status syrk_prepare(wk_kernel *kernel, wk_error *err) {
    (void)err;
    make_operands(kernel, kernel->k, kernel->n, 0, 0, kernel->n * kernel->n);
    return WK_OK;
}

static wk_status syrk_call(wk_kernel *kernel, size_t slot, wk_error *err) {
    (void)slot, (void)err;
    const operands *o = kernel->state;
    const int n = (int)kernel->n, k = (int)kernel->k;
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, n, k, 1, o->A, n, 0, o->C, n);
    return WK_OK;
}

/* As for a product: |Ĉ − AᵀA| ≤ γ_k |A|ᵀ|A|, of which the triangle stands for the whole: at most
 * 1/2. */
static double syrk_residual(wk_kernel *kernel) {
    const operands *o = kernel->state;
    const size_t n = kernel->n, k = kernel->k;
    const wk_operand A = wk_operand_rows(k, n, o->A);
    wk_operand C = wk_operand_rows(n, n, o->C);
    wk_kernel_vector(kernel, 0, false, n, o->x[0]);
    wk_check_times(A, o->x[0], false, o->x[1]);
    wk_check_times(wk_operand_transposed(A), o->x[1], false, o->x[2]);
    C.shape = WK_SHAPE_LOWER;
    wk_check_times(C, o->x[0], false, o->x[3]);
    wk_check_times(wk_operand_transposed(C), o->x[0], false, o->x[4]);
    for (size_t i = 0; i < n; i++) /* the diagonal is in both halves */
        o->x[3][i] += o->x[4][i] - (long double)o->C[i * n + i] * o->x[0][i];
    return wk_check_worst(n, o->x[3], o->x[2], o->x[2], tolerance_of_sums(kernel, (double)k));
}

/* Entries of the triangle: of the diagonal, of the first column and of the last row. */
static void syrk_sample(wk_kernel *kernel) {
    const operands *o = kernel->state;
    const size_t n = kernel->n, most = WK_KERNEL_SAMPLE;
    kernel->nsample = n < most ? n : most;
    for (size_t i = 0; i < kernel->nsample; i++) {
        const size_t at = wk_kernel_place(n, i);
        const size_t entry[] = {at * n + at, at * n, (n - 1) * n + at};
        kernel->sample[i] = o->C[entry[i % 3]];
    }
}

/* ---- dgemv: y (m) = A (m, n) x ---- */

static double gemv_flops(wk_kernel_size s) {
    return 2 * s.m * s.n;
}

static double gemv_numbers(wk_kernel_size s) {
    return s.m * s.n + s.m + s.n;
}

static wk_status gemv_prepare(wk_kernel *kernel, wk_error *err) {
    (void)err;
    make_operands(kernel, kernel->m, kernel->n, 1, kernel->n, kernel->m);
    return WK_OK;
}

static wk_status gemv_call(wk_kernel *kernel, size_t slot, wk_error *err) {
    (void)slot, (void)err;
    const operands *o = kernel->state;
    const int m = (int)kernel->m, n = (int)kernel->n;
    cblas_dgemv(CblasRowMajor, CblasNoTrans, m, n, 1, o->A, n, o->B, 1, 0, o->C, 1);
    return WK_OK;
}

/* Entry by entry |ŷ − Ax| ≤ γ_n |A||x|: at most 1/2. */
static double gemv_residual(wk_kernel *kernel) {
    const operands *o = kernel->state;
    for (size_t j = 0; j < kernel->n; j++)
        o->x[0][j] = o->B[j];
    wk_check_times(wk_operand_rows(kernel->m, kernel->n, o->A), o->x[0], false, o->x[1]);
    for (size_t i = 0; i < kernel->m; i++)
        o->x[2][i] = o->C[i];
    return wk_check_worst(kernel->m, o->x[2], o->x[1], o->x[1],
                          tolerance_of_sums(kernel, (double)kernel->n));
}

static double gemv_tolerance(const wk_kernel *kernel) {
    return tolerance_of_sums(kernel, (double)kernel->n);
}

/* ---- dtrsm: A (m, m) X = B (m, n), A lower triangular; X overwrites B ---- */

static double trsm_flops(wk_kernel_size s) {
    return s.m * s.m * s.n;
}

static double trsm_numbers(wk_kernel_size s) {
    return s.m * s.m + 2 * s.m * s.n + wk_kernel_slots(s.m * s.n) * s.m * s.n;
}

/* Off the diagonal uniform in (0, 1), on it within 4m … 4m + 1, so that a row's other entries come
 * to less than a quarter of it. B within 1 … 2. */
static wk_status trsm_prepare(wk_kernel *kernel, wk_error *err) {
    (void)err;
    const size_t m = kernel->m, n = kernel->n;
    const size_t slots = (size_t)wk_kernel_slots((double)m * (double)n);
    make_operands(kernel, m, m, m, n, slots * m * n);
    operands *o = kernel->state;
    for (size_t i = 0; i < m; i++) {
        o->A[i * m + i] += 4 * (double)m;
        for (size_t j = i + 1; j < m; j++)
            o->A[i * m + j] = 0;
    }
    for (size_t i = 0; i < m * n; i++)
        o->B[i] += 1;
    kernel->slots = slots;
    kernel->result[0].count = m * n;
    return WK_OK;
}

static void trsm_restore(wk_kernel *kernel, size_t slots) {
    const operands *o = kernel->state;
    const size_t size = kernel->m * kernel->n;
    for (size_t s = 0; s < slots; s++)
        memcpy(o->C + s * size, o->B, size * sizeof *o->C);
}

static wk_status trsm_call(wk_kernel *kernel, size_t slot, wk_error *err) {
    (void)err;
    const operands *o = kernel->state;
    const int m = (int)kernel->m, n = (int)kernel->n;
    cblas_dtrsm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, m, n, 1, o->A, m,
                o->C + slot * kernel->m * kernel->n, n);
    return WK_OK;
}

/* Substitution is backward stable column by column: |AX̂ − B| ≤ γ_m |A||X̂| (Higham, Theorem 8.5);
 * a library that multiplies by the reciprocals of the diagonal has γ_{m+1}. So |A(X̂v) − Bv| ≤
 * γ_{m+1} |A|(|X̂|v) for v > 0, and in units of m ε at most (m + 1)/2m ≤ 1. All of X off by r shows
 * as r Bv against m ε |A||X|v, where |A||X| ≤ (3/2) B by the dominance. */
static double trsm_residual(wk_kernel *kernel) {
    const operands *o = kernel->state;
    const size_t m = kernel->m, n = kernel->n;
    const wk_operand A = wk_operand_rows(m, m, o->A), X = wk_operand_rows(m, n, o->C);
    wk_kernel_vector(kernel, 0, false, n, o->x[0]);
    wk_check_times(wk_operand_rows(m, n, o->B), o->x[0], false, o->x[1]);
    wk_check_times(X, o->x[0], false, o->x[2]);
    wk_check_times(A, o->x[2], false, o->x[3]);
    wk_check_times(X, o->x[0], true, o->x[2]);
    wk_check_times(A, o->x[2], true, o->x[4]);
    return wk_check_worst(m, o->x[3], o->x[1], o->x[4], (double)m * DBL_EPSILON);
}

/* |X̂ − X| ≤ γ_{m+1} |A⁻¹||A||X̂|. With A = D(I + N), ‖N‖∞ ≤ 1/4: ‖|A⁻¹||A|‖∞ ≤ (1 + 1/4)/(1 − 1/4)
 * = 5/3. Entries of X lie between (1 − 1/2)/(4m + 1) and 2/(4m): the largest of the sample is at
 * least a fifth of the largest of all. Two results: 2 · 5/3 · 5 γ_{m+1} ≤ 9 (m + 1) ε. */
static double trsm_tolerance(const wk_kernel *kernel) {
    return 9 * ((double)kernel->m + 1) * DBL_EPSILON;
}

/* ---- for the table ---- */

enum { M = WK_KERNEL_ROWS, N = WK_KERNEL_COLUMNS, K = WK_KERNEL_INNER };

/* clang-format off */
const wk_kernel_kind wk_kernel_dgemm = {
    .name = "dgemm", .help = "C (rows, columns) = A B over `inner`", .uses = M | N | K,
    .flops = gemm_flops, .numbers = gemm_numbers, .prepare = dgemm_prepare, .call = dgemm_call,
    .residual = gemm_residual, .tolerance = gemm_tolerance};
const wk_kernel_kind wk_kernel_sgemm = {
    .name = "sgemm", .help = "dgemm in 32 bits", .uses = M | N | K, .single = true,
    .flops = gemm_flops, .numbers = gemm_numbers, .prepare = sgemm_prepare, .call = sgemm_call,
    .residual = gemm_residual, .tolerance = gemm_tolerance};
const wk_kernel_kind wk_kernel_dsyrk = {
    .name = "dsyrk", .help = "lower triangle of AᵀA, A (inner, columns)", .uses = N | K,
    .flops = syrk_flops, .numbers = syrk_numbers, .prepare = syrk_prepare, .call = syrk_call,
    .residual = syrk_residual, .sample = syrk_sample, .tolerance = gemm_tolerance};
const wk_kernel_kind wk_kernel_dgemv = {
    .name = "dgemv", .help = "A x, A (rows, columns)", .uses = M | N,
    .flops = gemv_flops, .numbers = gemv_numbers, .prepare = gemv_prepare, .call = gemv_call,
    .residual = gemv_residual, .tolerance = gemv_tolerance};
const wk_kernel_kind wk_kernel_dtrsm = {
    .name = "dtrsm", .help = "A X = B, A (rows, rows) lower triangular, B (rows, columns)",
    .uses = M | N, .flops = trsm_flops, .numbers = trsm_numbers, .prepare = trsm_prepare,
    .restore = trsm_restore, .call = trsm_call, .residual = trsm_residual,
    .tolerance = trsm_tolerance};
/* clang-format on */
