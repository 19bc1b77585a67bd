/* The empirical NTK at depth L > 2, for ntk.c alone (SCIENCE I4):
 *
 *   Θ_(a,i),(b,j) = Σ_l (A_{l-1}ᵀA_{l-1})_ij (B_l,aᵀ B_l,b)_ij + δ_ab (ΦᵀΦ)_ij/M
 *
 * B_l,a (M, p) = ∂f_a/∂h^l at the probes, brought down layer by layer for all outputs side by side,
 * A_0ᵀA_0 = G, A_l = φ(h^l)/√M.
 */
#ifndef WK_MODEL_KERNEL_NTK_DEEP_H
#define WK_MODEL_KERNEL_NTK_DEEP_H

#include "model/kernel/ntk.h"

void wk_ntk_deep_full(const wk_net *net, const size_t *probe, wk_ntk *ntk, wk_arena *scratch);
void wk_ntk_deep_trace(const wk_net *net, double *trace, wk_arena *scratch);

#endif
