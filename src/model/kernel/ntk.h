/* The empirical neural tangent kernel, without any Jacobian (SCIENCE I4). Of two layers:
 *
 *   Θ_(a,i),(b,j) = δ_ab (ΦᵀΦ)_ij/M + G_ij (1/M) Σ_m V_am V_bm φ'(H_mi) φ'(H_mj)
 *
 * It is symmetric in a ↔ b and, separately, in i ↔ j, so a quarter of it says all: for each pair a
 * >= b of outputs and i >= j of inputs one number, from one matrix product (pairs of outputs) x M x
 * (pairs of inputs). Of more layers only Θ_(a,i),(b,j) = Θ_(b,j),(a,i) holds, and half of it is
 * kept (ntk_deep.c).
 */
#ifndef WK_MODEL_KERNEL_NTK_H
#define WK_MODEL_KERNEL_NTK_H

#include "model/net/net.h"

typedef struct wk_ntk {
    size_t k, p;    /* outputs, probe inputs */
    bool swaps;     /* Θ_(a,i),(b,j) = Θ_(b,i),(a,j): two layers only */
    size_t rows;    /* k(k+1)/2 pairs a >= b if it swaps, else k² */
    size_t columns; /* p(p+1)/2 */
    double
        *packed; /* (rows, columns): row a(a+1)/2+b (swaps) or a k+b, column i(i+1)/2+j, i >= j */
} wk_ntk;

/* Room for the kernel of a network with `hidden` layers above the first (depth − 2). */
void wk_ntk_new(wk_ntk *ntk, size_t k, size_t p, size_t hidden, wk_arena *arena);

/* The kernel of the normalised outputs u = f/‖f‖: Θ^u_ij = P_i Θ_ij P_j, P_i = (I − u_i
 * u_iᵀ)/‖f_i‖. blocks (columns, k, k): block of the pair i >= j. F (k, ld): the outputs of the same
 * net. */
void wk_ntk_normalised(const wk_ntk *ntk, const size_t *probe, const double *F, size_t ld,
                       double *blocks);

/* ‖now − start‖_F / ‖start‖_F. Differences below ~1e-15 are rounding. */
double wk_ntk_change(const wk_ntk *now, const wk_ntk *start);
double wk_ntk_normalised_change(const wk_ntk *shape, const double *now, const double *start);

/* The same in spectral norm, by the eigenvalues of the whole matrices. */
wk_status wk_ntk_spectral_change(const wk_ntk *now, const wk_ntk *start, double *change,
                                 wk_arena *scratch, wk_error *err) WK_CHECKED;

/* ‖Θ − δ_ab target‖_F/‖δ_ab size‖_F for target, size (n, n) over all inputs, read at the probes. */
double wk_ntk_deviation(const wk_ntk *ntk, const size_t *probe, size_t n, const double *target,
                        const double *size);

/* The whole matrix (k p, k p), row index a p + i. */
void wk_ntk_expand(const wk_ntk *ntk, double *full);

/* Operations of wk_ntk_full and wk_ntk_trace; hidden = depth − 2. */
double wk_ntk_flops(size_t M, size_t k, size_t p, size_t hidden);
double wk_ntk_trace_flops(size_t M, size_t n, size_t k, size_t hidden);

#endif
