/* dpotrf and dgeqrf, by LAPACKE's functions that take their work space from outside and do not look
 * for NaN first; column-major. */
#include "la/routine_lapack.h"

#include <float.h>
#include <lapacke.h>
#include <math.h>

/* ---- dpotrf: A (n, n) = L Lᵀ ---- */

static double potrf_flops(wk_kernel_size s) {
    return s.n * s.n * s.n / 3 + s.n * s.n / 2 + s.n / 6;
}

static double potrf_numbers(wk_kernel_size s) {
    return s.n * s.n * (1 + wk_kernel_slots(s.n * s.n));
}

static int potrf(const wk_kernel *kernel, double *A, double *work, int lwork, int *iwork,
                 int liwork) {
    (void)work, (void)iwork, (void)liwork; /* it needs none */
    const int n = (int)kernel->n;
    return lwork < 0 ? 0 : LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', n, A, n);
}

/* Off the diagonal within 1/2 … 1, on it 2n + 1/2 … 2n + 1. Then no entry of L is negative: those
 * off the diagonal are (a_ij − Σ_q l_iq l_jq)/l_jj, where the sum is below n/(2n). */
static wk_status potrf_prepare(wk_kernel *kernel, wk_error *err) {
    const size_t n = kernel->n;
    wk_factors_make(kernel, n, n, 0.5, 1);
    wk_factors *f = kernel->state;
    wk_factors_make_symmetric(n, f->start);
    for (size_t i = 0; i < n; i++)
        f->start[i * n + i] += 2 * (double)n;
    return wk_factors_ready(kernel, potrf, err);
}

/* |L̂L̂ᵀ − A| ≤ γ_{n+1} |L̂||L̂ᵀ| (Higham, Theorem 10.3), one more where a library multiplies by
 * reciprocals. With v > 0 and L ≥ 0 nothing cancels: |L̂(L̂ᵀv) − Av| ≤ γ_{n+2} |L̂|(|L̂ᵀ|v), in units
 * of n ε at most (n + 2)/2n: below 1 but for n = 1. */
static double potrf_residual(wk_kernel *kernel) {
    const wk_factors *f = kernel->state;
    const size_t n = kernel->n;
    wk_operand L = wk_operand_columns(n, n, f->A);
    L.shape = WK_SHAPE_LOWER;
    const wk_operand Lt = wk_operand_transposed(L);
    wk_kernel_vector(kernel, 0, false, n, f->x[0]);
    wk_check_times(wk_operand_columns(n, n, f->start), f->x[0], false, f->x[1]);
    wk_check_times(Lt, f->x[0], false, f->x[2]);
    wk_check_times(L, f->x[2], false, f->x[3]);
    wk_check_times(Lt, f->x[0], true, f->x[2]);
    wk_check_times(L, f->x[2], true, f->x[4]);
    return wk_check_worst(n, f->x[3], f->x[1], f->x[4], (double)n * DBL_EPSILON);
}

/* Entries of a triangle: of the diagonal, of the first line and of the last. */
static void sample_triangle(wk_kernel *kernel, size_t lines, size_t length, bool lower) {
    const wk_factors *f = kernel->state;
    const size_t most = WK_KERNEL_SAMPLE;
    kernel->nsample = lines < most ? lines : most;
    for (size_t i = 0; i < kernel->nsample; i++) {
        const size_t at = wk_kernel_place(lines, i), last = lines - 1;
        const size_t lower_ones[] = {at * length + at, at, at * length + last};
        const size_t upper_ones[] = {at * length + at, at * length, last * length + at};
        kernel->sample[i] = fabs(f->A[(lower ? lower_ones : upper_ones)[i % 3]]);
    }
}

static void potrf_sample(wk_kernel *kernel) {
    sample_triangle(kernel, kernel->n, kernel->n, true);
}

/* To first order |ΔL| ≤ |L| tril(|L⁻¹||ΔA||L⁻ᵀ|) with |ΔA| ≤ γ A. Here ‖A‖∞ ≤ 3n + 1; rows and
 * columns of L have beside the diagonal, which is about √2n, at most half of it, so that ‖L⁻¹‖∞ and
 * ‖L⁻ᵀ‖∞ ≤ 2/√2n, ‖L‖∞ ≤ (3/2)√2n: ‖ΔL‖∞ ≤ (3/2)√2n · 6γ = 9γ √2n. The sample has an entry of the
 * diagonal. Two results: 18 γ_{n+2} = 9 (n + 2) ε. */
static double potrf_tolerance(const wk_kernel *kernel) {
    return 9 * ((double)kernel->n + 2) * DBL_EPSILON;
}

/* ---- dgeqrf: A (m, n) = Q R, m >= n ---- */

static double geqrf_flops(wk_kernel_size s) {
    return 2 * s.m * s.n * s.n - 2 * s.n * s.n * s.n / 3;
}

static double geqrf_numbers(wk_kernel_size s) {
    return s.m * s.n * (1 + wk_kernel_slots(s.m * s.n)) + 129 * s.n;
}

static int geqrf(const wk_kernel *kernel, double *A, double *work, int lwork, int *iwork,
                 int liwork) {
    (void)iwork, (void)liwork;
    const wk_factors *f = kernel->state;
    const int m = (int)kernel->m, n = (int)kernel->n;
    return LAPACKE_dgeqrf_work(LAPACK_COL_MAJOR, m, n, A, m, f->values, work, lwork);
}

/* Entries within ±1, and 3√m more on the diagonal: the spectral norm of the former is near √m/√3
 * (1 + √(n/m)) ≤ 1.16 √m, so that the singular values lie within (3 ± 1.2) √m and the condition is
 * below 3. */
static wk_status geqrf_prepare(wk_kernel *kernel, wk_error *err) {
    const size_t m = kernel->m, n = kernel->n;
    wk_factors_make(kernel, m, n, -1, 1);
    wk_factors *f = kernel->state;
    for (size_t j = 0; j < n; j++)
        f->start[j * m + j] += 3 * sqrt((double)m);
    f->values = wk_arena_doubles(kernel->arena, n); /* τ */
    kernel->result[1] = (wk_kernel_part){f->values, n};
    return wk_factors_ready(kernel, geqrf, err);
}

/* y (m) ← Q y = H_1 … H_n y with H = I − τ v vᵀ, v = e_j + what lies below the diagonal of column
 * j. */
static void apply_reflectors(const wk_kernel *kernel, long double *y) {
    const wk_factors *f = kernel->state;
    const size_t m = kernel->m;
    for (size_t j = kernel->n; j-- > 0;) {
        const double *v = f->A + j * m;
        long double sum = y[j];
        for (size_t i = j + 1; i < m; i++)
            sum += v[i] * y[i];
        sum *= f->values[j];
        y[j] -= sum;
        for (size_t i = j + 1; i < m; i++)
            y[i] -= sum * v[i];
    }
}

/* Householder's QR is backward stable column by column: A + ΔA = Q R̂ with ‖δa_j‖ ≤ c m n u ‖a_j‖
 * (Higham, Theorem 19.4), and by his rule of thumb √(mn) in place of mn, which is at most m. So,
 * with s = Σ_j ‖a_j‖|v_j|,
 *   ‖Q(R̂v) − Av‖ ≤ c m u s   and   |R̂ᵀ(R̂v) − Aᵀ(Av)|_i ≤ 2 c m u ‖a_i‖ s;
 * both in units of m ε, the second halved: c/2, with a c of order 1. The first sees reflectors and
 * τ, the second whether they are orthogonal. */
static double geqrf_residual(wk_kernel *kernel) {
    const wk_factors *f = kernel->state;
    const size_t m = kernel->m, n = kernel->n;
    const wk_operand A = wk_operand_columns(m, n, f->start);
    wk_operand R = wk_operand_columns(m, n, f->A);
    R.shape = WK_SHAPE_UPPER;
    const double unit = (double)m * DBL_EPSILON;
    wk_kernel_vector(kernel, 0, true, n, f->x[0]);
    wk_check_times(A, f->x[0], false, f->x[1]);
    wk_check_times(wk_operand_transposed(A), f->x[1], false, f->x[2]);
    wk_check_times(R, f->x[0], false, f->x[3]);
    wk_check_times(wk_operand_transposed(R), f->x[3], false, f->x[4]);
    long double s = 0;
    for (size_t j = 0; j < n; j++) {
        f->x[5][j] = 0;
        for (size_t i = 0; i < m; i++)
            f->x[5][j] += (long double)f->start[j * m + i] * f->start[j * m + i];
        f->x[5][j] = sqrtl(f->x[5][j]);
        s += f->x[5][j] * fabsl(f->x[0][j]);
    }
    for (size_t j = 0; j < n; j++)
        f->x[5][j] *= 2 * s;
    const double gram = wk_check_worst(n, f->x[4], f->x[2], f->x[5], unit);
    apply_reflectors(kernel, f->x[3]);
    const double whole = (double)(wk_check_distance(m, f->x[3], f->x[1]) / (unit * s));
    return whole > gram || isnan(whole) ? whole : gram;
}

static void geqrf_sample(wk_kernel *kernel) {
    sample_triangle(kernel, kernel->n, kernel->m, false);
}

/* ‖ΔR‖_F ≤ √2 κ(A) ‖ΔA‖_F (Sun 1991, to first order) with κ < 3 and ‖ΔA‖_F ≤ m ε √n max ‖a_j‖: the
 * residual at most 1. The sample has r_11 = ‖a_1‖, and columns are about as long as each other. Two
 * results: 2 √2 · 3 √n m ε. */
static double geqrf_tolerance(const wk_kernel *kernel) {
    return 9 * sqrt((double)kernel->n) * (double)kernel->m * DBL_EPSILON;
}

/* ---- for the table ---- */

enum { M = WK_KERNEL_ROWS, N = WK_KERNEL_COLUMNS };

/* clang-format off */
const wk_kernel_kind wk_kernel_dpotrf = {
    .name = "dpotrf", .help = "Cholesky factor of (columns, columns)", .uses = N,
    .most_side = WK_FACTORS_MOST, .flops = potrf_flops, .numbers = potrf_numbers,
    .prepare = potrf_prepare, .restore = wk_factors_restore, .call = wk_factors_call,
    .residual = potrf_residual, .sample = potrf_sample, .tolerance = potrf_tolerance};
const wk_kernel_kind wk_kernel_dgeqrf = {
    .name = "dgeqrf", .help = "QR of (rows, columns), rows >= columns", .uses = M | N, .tall = true,
    .flops = geqrf_flops, .numbers = geqrf_numbers,
    .prepare = geqrf_prepare, .restore = wk_factors_restore, .call = wk_factors_call,
    .residual = geqrf_residual, .sample = geqrf_sample, .tolerance = geqrf_tolerance};
/* clang-format on */
