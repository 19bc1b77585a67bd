/* Exact facts (SCIENCE §2) as residuals of the running system, each beside its control: the same
 * residual with a term of the identity dropped, which must be large.
 *
 * A residual is relative, and the largest so far: the value at the end of a cell is that of all its
 * steps.
 *
 * An identity.closed under V V^T = I is taken only while the first component has outgrown the k-th
 * by at most e^18; later checkpoints repeat the last that was.
 *
 * identity.radial (I1): |⟨g_i, f_i⟩|/(‖g_i‖ ‖f_i‖) under cosine similarity.
 *
 * identity.growth (I2): ‖V‖² after a step of gradient descent against
 * ‖V‖² − 2ηΣ⟨g_i, f_i⟩ + η² tr(g K gᵀ), K = ΦᵀΦ/M.
 *
 * identity.balance (I3): change of ‖w_m‖² − ‖V_{:m}‖² under flow, linear activation.
 *
 * identity.closed (I7): dot `triplet-linear`, frozen features: F_s against
 * F_0 + F_0 Q((1 + 2ηλ)^s − 1)QᵀK (flow: e^{2tλ}); Q, λ of model/pca/pca.h. With V V^T = I (I8):
 * largest sine between the rows of V_s and of V_0(I + 2ηC)^s.
 *
 * identity.dual (I9, I9b): F against that of the other form of the network (model/cell/twin.h).
 */
#ifndef WK_MODEL_CELL_IDENTITIES_H
#define WK_MODEL_CELL_IDENTITIES_H

#include "model/cell/metrics.h"
#include "model/cell/spec.h"
#include "model/cell/twin.h"
#include "model/pca/pca.h"

typedef struct wk_identities {
    bool holds[WK_IDENTITY_KINDS]; /* for this cell */
    double worst[WK_IDENTITY_KINDS],
        dropped[WK_IDENTITY_KINDS]; /* residual, and its control; below 0: none yet */
    const wk_spec *spec;
    const wk_data *data;
    const wk_net *net;
    double eta;
    wk_arena *scratch;
    double *K, *F0, *V0t; /* (n, n) ΦᵀΦ/M, of now for I2; at the start (k, ld), (M, k) */
    wk_pca pca;           /* all components of C_0 */
    double expected, expected_dropped; /* ‖V‖² after the step, as I2 says */
    wk_twin twin, twin_frozen;
} wk_identities;

/* At the start. What is passed is borrowed; memory from `arena`, and for the moment from `scratch`.
 */
wk_status wk_identities_init(wk_identities *id, const wk_spec *spec, const wk_data *data,
                             const wk_net *net, double eta, wk_arena *arena, wk_arena *scratch,
                             wk_error *err) WK_CHECKED;

/* Around a step of gradient descent; g (k, ld) = ∂ℓ/∂F before it. */
void wk_identities_before(wk_identities *id, const double *g);
wk_status wk_identities_after(wk_identities *id, wk_error *err) WK_CHECKED;

/* At a checkpoint after `step` steps (of a flow: at time step η), the net settled, g that of its
 * outputs: all residuals go to the recorder. */
wk_status wk_identities_record(wk_identities *id, size_t step, const double *g, wk_recorder *record,
                               wk_error *err) WK_CHECKED;

#endif
