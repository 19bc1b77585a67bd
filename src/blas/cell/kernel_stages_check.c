/* What the program's own stages should give, computed by plain loops. */
#include "blas/cell/kernel_stages.h"
#include "la/routine_check.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* |got − right|/(unit size), kept if it is the worst so far; NaN stays. */
static void see(double *worst, long double got, long double right, long double size, double unit) {
    const double one = wk_check_worst(1, &got, &right, &size, unit);
    if (!isnan(*worst) && !(one <= *worst))
        *worst = one;
}

/* How many terms our own sums over hidden units add in a row: a strip's, then the strips. */
static double strip_length(size_t M, size_t most) {
    const size_t strips = wk_net_strip_count(M, most);
    const size_t tiles = (M + WK_NET_TILE - 1) / WK_NET_TILE;
    return (double)((tiles + strips - 1) / strips * WK_NET_TILE + strips);
}

/* ---- train-step ---- */

typedef struct step_check {
    const wk_kernel *kernel;
    const wk_kernel_stage *s;
    const long double *x, *Gx, *size;         /* (n) x, G x, |G| x */
    long double *dV, *dV_size, *F, *F_size;   /* (k) */
    long double entry_size[WK_KERNEL_SAMPLE]; /* what moves an entry of the sample, over u */
    double worst;
} step_check;

/* φ'(H) ∘ Vᵀg of unit m, times G x; returns Σ_i of its terms' absolute values. */
static long double move_of(step_check *c, size_t m, long double *move, long double *move_size) {
    const wk_kernel_stage *s = c->s;
    const size_t k = c->kernel->k, ld = s->data.ld;
    const double *h = s->H + m * ld, *v = s->Vt + m * k;
    long double row = 0;
    *move = *move_size = 0;
    memset(c->dV, 0, k * sizeof *c->dV);
    memset(c->dV_size, 0, k * sizeof *c->dV);
    for (size_t i = 0; i < c->kernel->n; i++) {
        long double back = 0, back_size = 0;
        for (size_t a = 0; h[i] > 0 && a < k; a++) {
            const long double g = s->g[a * ld + i];
            back += v[a] * g;
            back_size += fabsl(v[a] * g);
            c->dV[a] += g * h[i];
            c->dV_size[a] += fabsl(g * h[i]);
        }
        *move += back * c->Gx[i];
        *move_size += back_size * c->size[i];
        row += back_size;
    }
    return row;
}

/* What unit m adds to the bound on the sample's entries of F: through V, through H (with |G| <= 1),
 * and in the sum itself. */
static void bound_entries(step_check *c, size_t m, long double row) {
    const wk_kernel_stage *s = c->s;
    const size_t n = c->kernel->n, k = c->kernel->k, ld = s->data.ld;
    const double length = strip_length(c->kernel->m, WK_NET_STRIPS);
    for (size_t e = 0; e < c->kernel->nsample; e++) {
        const size_t at = wk_kernel_place(k * n, e), a = at / n, i = at % n;
        const long double v = fabsl((long double)s->net.Vt[m * k + a]);
        const long double phi = fmaxl(s->net.H[m * ld + i], 0);
        const long double V_size = fabsl((long double)s->Vt[m * k + a]) + s->rate * c->dV_size[a];
        const long double H_size = fabsl((long double)s->H[m * ld + i]) + s->rate * row;
        c->entry_size[e] += (long double)length * v * phi + (long double)(n + 8) * V_size * phi +
                            (long double)(n + k + 8) * H_size * v;
    }
}

static void check_unit(step_check *c, size_t m) {
    const wk_kernel_stage *s = c->s;
    const size_t n = c->kernel->n, k = c->kernel->k, ld = s->data.ld;
    const double *h = s->H + m * ld, *after = s->net.H + m * ld;
    const double *v = s->Vt + m * k, *v_after = s->net.Vt + m * k;
    long double move, move_size, before = 0, before_size = 0, now = 0, phi = 0;
    const long double row = move_of(c, m, &move, &move_size);
    for (size_t i = 0; i < n; i++) {
        before += h[i] * c->x[i];
        before_size += fabsl(h[i] * c->x[i]);
        now += after[i] * c->x[i];
        phi += fmaxl(after[i], 0) * c->x[i];
        if (isnan(after[i])) /* fmaxl hides it */
            c->worst = NAN;
    }
    see(&c->worst, now, before - s->rate * move, before_size + s->rate * move_size,
        (double)(n + k + 8) * DBL_EPSILON);
    for (size_t a = 0; a < k; a++) {
        see(&c->worst, v_after[a], v[a] - s->rate * c->dV[a],
            fabsl((long double)v[a]) + s->rate * c->dV_size[a], (double)(n + 8) * DBL_EPSILON);
        c->F[a] += v_after[a] * phi;
        c->F_size[a] += fabsl((long double)v_after[a]) * phi;
    }
    bound_entries(c, m, row);
}

/* Two right results differ by at most twice the bound of either. */
static double step_tolerance(const step_check *c) {
    long double most = 0, largest = 0;
    for (size_t e = 0; e < c->kernel->nsample; e++) {
        most = fmaxl(most, c->entry_size[e]);
        largest = fmaxl(largest, fabsl((long double)c->kernel->sample[e]));
    }
    return (double)(DBL_EPSILON * most / (largest * sqrtl((long double)c->kernel->m)));
}

/* From the start, with r = η/√M, D = φ'(H) ∘ Vᵀg:
 *   H'x = Hx − r D(Gx) row by row,   V' = V − r g φ(H)ᵀ entry by entry,
 *   F'x = V'(φ(H')x)/√M with the H' and V' that were found, output by output.
 * The sums have n + k, n and strip_length terms, with at most 8 operations beside: each is right
 * within γ times the same sum of absolute values, in units of its length ε at most 1/2. */
double wk_stage_step_residual(wk_kernel *kernel) {
    wk_kernel_stage *s = kernel->state;
    const size_t n = kernel->n, k = kernel->k, ld = s->data.ld;
    step_check c = {.kernel = kernel,
                    .s = s,
                    .x = s->x[0],
                    .Gx = s->x[1],
                    .size = s->x[2],
                    .dV = s->x[3],
                    .dV_size = s->x[4],
                    .F = s->x[5],
                    .F_size = s->x[6]};
    wk_operand G = wk_operand_rows(n, n, s->data.G);
    G.row = ld;
    wk_kernel_vector(kernel, 0, false, n, s->x[0]);
    wk_check_times(G, c.x, false, s->x[1]);
    wk_check_times(G, c.x, true, s->x[2]);
    memset(c.F, 0, k * sizeof *c.F);
    memset(c.F_size, 0, k * sizeof *c.F);
    wk_kernel_sample(kernel);
    for (size_t m = 0; m < kernel->m; m++)
        check_unit(&c, m);
    const long double root = sqrtl((long double)kernel->m);
    const double unit = (strip_length(kernel->m, WK_NET_STRIPS) + 8) * DBL_EPSILON;
    for (size_t a = 0; a < k; a++) {
        long double Fx = 0;
        for (size_t i = 0; i < n; i++)
            Fx += s->net.F[a * ld + i] * c.x[i];
        see(&c.worst, Fx, c.F[a] / root, c.F_size[a] / root, unit);
    }
    s->tolerance = step_tolerance(&c);
    return c.worst;
}

/* ---- ntk ---- */

enum { PROBES_CHECKED = 8 };

/* For a few probes i and all j <= i, all outputs at once: with generic weights w,
 *   Σ_ab w_a w_b Θ_(a,i),(b,j) = Σ_a w_a² (ΦᵀΦ)_ij/M + G_ij (1/M) Σ_m (Σ_a w_a V_am)² φ'φ'.
 * Sums of M terms, of k weights twice, and a few operations beside: in units of (M + 2k + 8) ε at
 * most 1/2 of the same with absolute values. */
double wk_stage_ntk_residual(wk_kernel *kernel) {
    const wk_kernel_stage *s = kernel->state;
    const size_t M = kernel->m, p = kernel->n, k = kernel->k, ld = s->data.ld;
    long double *w = s->x[0], *first = s->x[1], *second = s->x[2], *size = s->x[3];
    const double unit = (double)(M + 2 * k + 8) * DBL_EPSILON;
    double worst = 0;
    wk_kernel_vector(kernel, 0, true, k, w);
    long double square = 0;
    for (size_t a = 0; a < k; a++)
        square += w[a] * w[a];
    const size_t checked = p < PROBES_CHECKED ? p : PROBES_CHECKED;
    for (size_t q = 1; q <= checked; q++) {
        const size_t i = q * p / checked - 1;
        for (size_t j = 0; j <= i; j++)
            first[j] = second[j] = size[j] = 0;
        for (size_t m = 0; m < M; m++) {
            const double *h = s->H + m * ld;
            long double sum = 0, sum_size = 0;
            for (size_t a = 0; a < k; a++) {
                sum += w[a] * s->Vt[m * k + a];
                sum_size += fabsl(w[a] * s->Vt[m * k + a]);
            }
            for (size_t j = 0; h[i] > 0 && j <= i; j++)
                if (h[j] > 0) {
                    first[j] += (long double)h[i] * h[j];
                    second[j] += sum * sum;
                    size[j] += sum_size * sum_size;
                }
        }
        for (size_t j = 0; j <= i; j++) {
            const size_t column = i * (i + 1) / 2 + j;
            const long double G = s->data.G[i * ld + j], width = (long double)M;
            long double got = 0;
            for (size_t a = 0; a < k; a++)
                for (size_t b = 0; b <= a; b++)
                    got += (a == b ? 1 : 2) * w[a] * w[b] *
                           s->ntk.packed[(a * (a + 1) / 2 + b) * s->ntk.columns + column];
            see(&worst, got, (square * first[j] + G * second[j]) / width,
                (square * first[j] + fabsl(G) * size[j]) / width, unit);
        }
    }
    return worst;
}

/* ---- pca ---- */

static long double dot(size_t n, const long double *x, const long double *y) {
    long double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

/* The largest row sum of absolute values: ‖K‖ and ‖S‖ are no larger. */
static double row_norm(size_t n, const double *A) {
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++)
            sum += fabs(A[i * n + j]);
        most = sum > most || isnan(sum) ? sum : most;
    }
    return most;
}

/* Kx = Φᵀ(Φx)/M: sums of positive terms, over strip_length units: at most 1/2. */
static double gram_residual(wk_kernel *kernel) {
    const wk_kernel_stage *s = kernel->state;
    const size_t n = kernel->n, ld = s->data.ld, M = kernel->m;
    long double *x = s->x[0], *Kx = s->x[1], *right = s->x[2];
    wk_kernel_vector(kernel, 0, false, n, x);
    wk_check_times(wk_operand_rows(n, n, s->K), x, false, Kx);
    memset(right, 0, n * sizeof *right);
    for (size_t m = 0; m < M; m++) {
        const double *h = s->H + m * ld;
        long double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += fmaxl(h[i], 0) * x[i];
        for (size_t i = 0; i < n; i++)
            right[i] += fmaxl(h[i], 0) * sum / (long double)M;
    }
    return wk_check_worst(n, Kx, right, right, (strip_length(M, 16) + 2) * DBL_EPSILON);
}

/* Σλ = tr(SK) = Σ_ij S_ij K_ij. Forming R S Rᵀ and the eigen-problem each err by a low multiple of
 * n u; in units of n ε Σ_ij |S_ij| √(K_ii K_jj), which bounds the traces of the absolute values. */
static void see_trace(const wk_kernel *kernel, double *worst) {
    const wk_kernel_stage *s = kernel->state;
    const size_t n = kernel->n;
    long double trace = 0, size = 0, sum = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            trace += (long double)s->S[i * n + j] * s->K[i * n + j];
            size += fabsl((long double)s->S[i * n + j]) *
                    sqrtl((long double)s->K[i * n + i] * s->K[j * n + j]);
        }
    for (size_t j = 0; j < n; j++)
        sum += s->value[j];
    see(worst, sum, trace, size, (double)n * DBL_EPSILON);
}

/* Component j is u = Φc/√M with C u = λ u: S K c = λ c, in the norm of K; and uᵀu = cᵀKc = 1. What
 * was factored is K + ΔK, ‖ΔK‖ <= p u ‖K‖, so with κ = ‖K‖: ‖SKc − λc‖_K is at most p u ‖S‖ κ (1 +
 * √κ ‖c‖), and |cᵀKc − 1| at most p u (1 + κ ‖c‖²); p in practice below n: in units of n ε. */
static void see_component(const wk_kernel *kernel, size_t j, double K_norm, double S_norm,
                          double *worst) {
    const wk_kernel_stage *s = kernel->state;
    const size_t n = kernel->n;
    const double unit = (double)n * DBL_EPSILON;
    long double *c = s->x[0], *Kc = s->x[1], *r = s->x[2], *Kr = s->x[3];
    for (size_t i = 0; i < n; i++)
        c[i] = s->coefficient[i * kernel->k + j];
    const wk_operand K = wk_operand_rows(n, n, s->K);
    wk_check_times(K, c, false, Kc);
    wk_check_times(wk_operand_rows(n, n, s->S), Kc, false, r);
    for (size_t i = 0; i < n; i++)
        r[i] -= s->value[j] * c[i];
    wk_check_times(K, r, false, Kr);
    const long double norm = wk_check_norm(n, c), left = dot(n, r, Kr);
    see(worst, isnan(left) ? left : sqrtl(fmaxl(left, 0)), 0,
        (long double)S_norm * K_norm * (1 + sqrtl((long double)K_norm) * norm), unit);
    see(worst, dot(n, c, Kc), 1, 1 + (long double)K_norm * norm * norm, unit);
}

/* Eigenvalues of SK move by at most ‖S‖‖ΔK‖ and what the eigen-problems lose, 4 n ε ‖S‖‖K‖ each. */
static double pca_tolerance(const wk_kernel *kernel, double scale) {
    const wk_kernel_stage *s = kernel->state;
    const double largest = fmax(fabs(s->value[0]), fabs(s->value[s->rank - 1]));
    const double length = 16 * (double)kernel->n + strip_length(kernel->m, 16);
    return length * DBL_EPSILON * scale / largest;
}

double wk_stage_pca_residual(wk_kernel *kernel) {
    wk_kernel_stage *s = kernel->state;
    const double K_norm = row_norm(kernel->n, s->K), S_norm = row_norm(kernel->n, s->S);
    double worst = gram_residual(kernel);
    see_trace(kernel, &worst);
    for (size_t j = 0; j < kernel->k && j < s->rank; j++)
        see_component(kernel, j, K_norm, S_norm, &worst);
    s->tolerance = pca_tolerance(kernel, K_norm * S_norm);
    return worst;
}
