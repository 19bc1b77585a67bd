/* dsyevr, dsyevd and dgesdd, as in kernels_factor.c. */
#include "la/routine_lapack.h"

#include <float.h>
#include <lapacke.h>
#include <math.h>

/* ---- dsyevr, dsyevd: A (n, n) = Z Λ Zᵀ ---- */

/* The reduction to tridiagonal form, 4n³/3, and the vectors' way back, 2n³. What the tridiagonal
 * problem itself takes depends on the method and on the matrix, and is not counted. */
static double syev_flops(wk_kernel_size s) {
    return 10 * s.n * s.n * s.n / 3;
}

static double syev_numbers(wk_kernel_size s) {
    return s.n * s.n * (4 + wk_kernel_slots(s.n * s.n)) + 200 * s.n;
}

/* Entries within 0 … 1: one eigenvalue near n/2, as a Gram matrix of positive features has, the
 * others within ±0.58 √n. ‖A‖ is at most the largest row sum, which is near n/2 too. */
static void syev_make(wk_kernel *kernel) {
    const size_t n = kernel->n;
    wk_factors_make(kernel, n, n, 0, 1);
    wk_factors *f = kernel->state;
    wk_factors_make_symmetric(n, f->start);
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++)
            sum += f->start[i * n + j];
        f->norm = fmax(f->norm, sum);
    }
    f->values = wk_arena_doubles(kernel->arena, n);
    kernel->result[1] = (wk_kernel_part){f->values, n};
}

static int syevr(const wk_kernel *kernel, double *A, double *work, int lwork, int *iwork,
                 int liwork) {
    const wk_factors *f = kernel->state;
    const int n = (int)kernel->n;
    int found = 0;
    const int info =
        LAPACKE_dsyevr_work(LAPACK_COL_MAJOR, 'V', 'A', 'U', n, A, n, 0, 0, 0, 0, 0, &found,
                            f->values, f->U, n, f->support, work, lwork, iwork, liwork);
    return info == 0 && lwork > 0 && found != n ? n + 1 : info;
}

static wk_status syevr_prepare(wk_kernel *kernel, wk_error *err) {
    const size_t n = kernel->n;
    syev_make(kernel);
    wk_factors *f = kernel->state;
    f->U = wk_arena_doubles(kernel->arena, n * n);
    f->support = wk_arena_get(kernel->arena, 2 * n, sizeof *f->support);
    kernel->result[0] = (wk_kernel_part){f->U, n * n};
    return wk_factors_ready(kernel, syevr, err);
}

static int syevd(const wk_kernel *kernel, double *A, double *work, int lwork, int *iwork,
                 int liwork) {
    const wk_factors *f = kernel->state;
    const int n = (int)kernel->n;
    return LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'U', n, A, n, f->values, work, lwork, iwork,
                               liwork);
}

static wk_status syevd_prepare(wk_kernel *kernel, wk_error *err) {
    syev_make(kernel);
    wk_factors *f = kernel->state;
    f->U = f->A; /* the vectors take the place of the matrix */
    return wk_factors_ready(kernel, syevd, err);
}

/* Ẑ is near an orthogonal matrix of eigenvectors of A + ΔA: ‖A(Ẑv) − Ẑ(Λ̂v)‖ ≤ p(n) u ‖A‖‖v‖ and
 * ‖Ẑᵀ(Ẑv) − v‖ ≤ p(n) u ‖v‖ with p a low polynomial, in practice below n (LAPACK Users' Guide
 * §4.7; LAPACK's own tests let 30 n ε pass for the norms of whole matrices). In units of n ε a
 * right result stays below 1 for one generic v, but for the smallest n, where a few roundings are
 * more than n: below 4. */
static double syev_residual(wk_kernel *kernel) {
    const wk_factors *f = kernel->state;
    const size_t n = kernel->n;
    const wk_operand Z = wk_operand_columns(n, n, f->U);
    long double *v = f->x[0];
    wk_kernel_vector(kernel, 0, true, n, v);
    const long double unit = (double)n * DBL_EPSILON * wk_check_norm(n, v);
    wk_check_times(Z, v, false, f->x[1]);
    wk_check_times(wk_operand_columns(n, n, f->start), f->x[1], false, f->x[2]);
    for (size_t i = 0; i < n; i++)
        f->x[3][i] = f->values[i] * v[i];
    wk_check_times(Z, f->x[3], false, f->x[4]);
    wk_check_times(wk_operand_transposed(Z), f->x[1], false, f->x[5]);
    return wk_factors_larger((double)(wk_check_distance(n, f->x[2], f->x[4]) / (unit * f->norm)),
                             (double)(wk_check_distance(n, f->x[5], v) / unit));
}

/* From the largest on. */
static void syev_sample(wk_kernel *kernel) {
    const wk_factors *f = kernel->state;
    const size_t n = kernel->n, most = WK_KERNEL_SAMPLE;
    kernel->nsample = n < most ? n : most;
    for (size_t i = 0; i < kernel->nsample; i++)
        kernel->sample[i] = f->values[n - 1 - wk_kernel_place(n, i)];
}

/* Eigenvalues are as well conditioned as can be: |λ̂ − λ| ≤ ‖ΔA‖ (Weyl), at most 4 n ε ‖A‖, and ‖A‖
 * is the largest of the sample. Two results: twice that. */
static double syev_tolerance(const wk_kernel *kernel) {
    return 8 * (double)kernel->n * DBL_EPSILON;
}

/* ---- dgesdd: A (m, n) = U S Vᵀ, U (m, r), Vᵀ (r, n), r = min(m, n) ---- */

/* The reduction to bidiagonal form, 4mn² − 4n³/3 for m >= n, and the way back of the vectors on the
 * left, 4mn² − 2n³, and on the right, 2n³; what the bidiagonal problem takes is not counted. */
static double gesdd_flops(wk_kernel_size s) {
    const double high = fmax(s.m, s.n), r = fmin(s.m, s.n);
    return 8 * high * r * r - 4 * r * r * r / 3;
}

static double gesdd_numbers(wk_kernel_size s) {
    const double r = fmin(s.m, s.n);
    return s.m * s.n * (1 + wk_kernel_slots(s.m * s.n)) + (s.m + s.n) * (r + 70) + 7 * r * r;
}

/* ‖A‖² ≤ (largest row sum)(largest column sum). */
static double norm_of_positive(size_t m, size_t n, const double *A, wk_arena *arena) {
    double *row = wk_arena_get(arena, m, sizeof *row), columns = 0, rows = 0;
    for (size_t j = 0; j < n; j++) {
        double sum = 0;
        for (size_t i = 0; i < m; i++) {
            sum += A[j * m + i];
            row[i] += A[j * m + i];
        }
        columns = fmax(columns, sum);
    }
    for (size_t i = 0; i < m; i++)
        rows = fmax(rows, row[i]);
    return sqrt(rows * columns);
}

static int gesdd(const wk_kernel *kernel, double *A, double *work, int lwork, int *iwork,
                 int liwork) {
    (void)iwork, (void)liwork;
    const wk_factors *f = kernel->state;
    const int m = (int)kernel->m, n = (int)kernel->n;
    return LAPACKE_dgesdd_work(LAPACK_COL_MAJOR, 'S', m, n, A, m, f->values, f->U, m, f->Vt,
                               m < n ? m : n, work, lwork, f->support);
}

static wk_status gesdd_prepare(wk_kernel *kernel, wk_error *err) {
    const size_t m = kernel->m, n = kernel->n, r = m < n ? m : n;
    wk_factors_make(kernel, m, n, 0, 1);
    wk_factors *f = kernel->state;
    f->norm = norm_of_positive(m, n, f->start, kernel->arena);
    f->values = wk_arena_doubles(kernel->arena, r);
    f->U = wk_arena_doubles(kernel->arena, m * r);
    f->Vt = wk_arena_doubles(kernel->arena, r * n);
    kernel->result[0] = (wk_kernel_part){f->U, m * r};
    kernel->result[1] = (wk_kernel_part){f->values, r};
    kernel->result[2] = (wk_kernel_part){f->Vt, r * n};
    f->support = wk_arena_get(kernel->arena, 8 * r, sizeof *f->support);
    return wk_factors_ready(kernel, gesdd, err);
}

/* As for the eigen-problem: ‖U(S(Vᵀv)) − Av‖ ≤ p u ‖A‖‖v‖, ‖Uᵀ(Uw) − w‖ and ‖Vᵀ(Vw) − w‖ ≤ p u ‖w‖,
 * in units of max(m, n) ε. */
static double gesdd_residual(wk_kernel *kernel) {
    const wk_factors *f = kernel->state;
    const size_t m = kernel->m, n = kernel->n, r = m < n ? m : n;
    const wk_operand U = wk_operand_columns(m, r, f->U), Vt = wk_operand_columns(r, n, f->Vt);
    const double unit = (double)(m > n ? m : n) * DBL_EPSILON;
    wk_kernel_vector(kernel, 0, true, n, f->x[0]);
    wk_check_times(Vt, f->x[0], false, f->x[1]);
    for (size_t i = 0; i < r; i++)
        f->x[1][i] *= f->values[i];
    wk_check_times(U, f->x[1], false, f->x[2]);
    wk_check_times(wk_operand_columns(m, n, f->start), f->x[0], false, f->x[3]);
    const long double whole =
        wk_check_distance(m, f->x[2], f->x[3]) / (unit * f->norm * wk_check_norm(n, f->x[0]));
    wk_kernel_vector(kernel, 1, true, r, f->x[0]);
    const long double size = unit * wk_check_norm(r, f->x[0]);
    wk_check_times(U, f->x[0], false, f->x[1]);
    wk_check_times(wk_operand_transposed(U), f->x[1], false, f->x[2]);
    wk_check_times(wk_operand_transposed(Vt), f->x[0], false, f->x[3]);
    wk_check_times(Vt, f->x[3], false, f->x[4]);
    const double left = (double)(wk_check_distance(r, f->x[2], f->x[0]) / size);
    const double right = (double)(wk_check_distance(r, f->x[4], f->x[0]) / size);
    return wk_factors_larger((double)whole, wk_factors_larger(left, right));
}

static void gesdd_sample(wk_kernel *kernel) {
    wk_kernel_spread(kernel, &kernel->result[1]);
}

/* As eigenvalues: σ_1 = ‖A‖ is the first of the sample. */
static double gesdd_tolerance(const wk_kernel *kernel) {
    return 8 * (double)(kernel->m > kernel->n ? kernel->m : kernel->n) * DBL_EPSILON;
}

/* ---- for the table ---- */

enum { M = WK_KERNEL_ROWS, N = WK_KERNEL_COLUMNS };

/* clang-format off */
const wk_kernel_kind wk_kernel_dsyevr = {
    .name = "dsyevr", .help = "eigenvalues and vectors of (columns, columns), by MRRR", .uses = N,
    .most_side = WK_FACTORS_MOST, .flops = syev_flops, .numbers = syev_numbers,
    .prepare = syevr_prepare, .restore = wk_factors_restore, .call = wk_factors_call,
    .residual = syev_residual, .sample = syev_sample, .tolerance = syev_tolerance};
const wk_kernel_kind wk_kernel_dsyevd = {
    .name = "dsyevd", .help = "the same, by divide and conquer", .uses = N,
    .most_side = WK_FACTORS_MOST, .flops = syev_flops, .numbers = syev_numbers,
    .prepare = syevd_prepare, .restore = wk_factors_restore, .call = wk_factors_call,
    .residual = syev_residual, .sample = syev_sample, .tolerance = syev_tolerance};
const wk_kernel_kind wk_kernel_dgesdd = {
    .name = "dgesdd", .help = "thin singular value decomposition of (rows, columns)", .uses = M | N,
    .most_side = WK_FACTORS_MOST, .flops = gesdd_flops, .numbers = gesdd_numbers,
    .prepare = gesdd_prepare, .restore = wk_factors_restore, .call = wk_factors_call,
    .residual = gesdd_residual, .sample = gesdd_sample, .tolerance = gesdd_tolerance};
/* clang-format on */
