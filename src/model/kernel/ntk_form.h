/* Forming the empirical NTK of a network, streamed over hidden units: no Jacobian is ever formed
 * (SCIENCE I4). The formulas stand in model/kernel/ntk.h. */
#ifndef WK_MODEL_KERNEL_NTK_FORM_H
#define WK_MODEL_KERNEL_NTK_FORM_H

#include "model/kernel/ntk.h"

/* The kernel of the RAW outputs at the inputs probe[0..p). The net must be settled. */
void wk_ntk_full(const wk_net *net, const size_t *probe, wk_ntk *ntk, wk_arena *scratch);

/* Trace kernel (n, n): Σ_a Θ_(a,i),(a,j) over all inputs. */
void wk_ntk_trace(const wk_net *net, double *trace, wk_arena *scratch);

#endif
