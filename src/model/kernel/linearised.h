/* The network linearised at its start: F_lin moves by the NTK of the start, held fixed,
 *     F_lin ← F_lin − η Θ_0 ∂ℓ/∂F(F_lin),
 * which is gradient descent on f_0(x) + ∇_θ f_0(x)·(θ − θ_0) (Lee et al. 2019). */
#ifndef WK_MODEL_KERNEL_LINEARISED_H
#define WK_MODEL_KERNEL_LINEARISED_H

#include "model/kernel/ntk.h"
#include "model/loss/loss.h"

typedef struct wk_linearised {
    size_t k, n, ld;
    double *theta;  /* (k n, k n) the NTK at the start, over all inputs */
    double *F, *F0; /* (k, ld) now and at the start */
    double *g, *flat, *moved, *scratch;
} wk_linearised;

/* start: the kernel over all n inputs in their order; F0 (k, ld): outputs of the start. */
void wk_linearised_init(wk_linearised *linear, const wk_ntk *start, const double *F0, size_t ld,
                        size_t loss_scratch, wk_arena *arena);

/* One step of size eta. */
void wk_linearised_step(wk_linearised *linear, const wk_loss *loss, const wk_data *data,
                        double eta);

/* ‖F − F_lin‖_F/‖F − F_0‖_F; 0 where nothing has moved. */
double wk_linearised_error(const wk_linearised *linear, const double *F);

#endif
