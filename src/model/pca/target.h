/* What the orthogonal dot model is compared with: the principal components of C_0 on the training
 * data, and, for controls, those of C on other data (SCIENCE I8, claims pca-*). */
#ifndef WK_MODEL_PCA_TARGET_H
#define WK_MODEL_PCA_TARGET_H

#include "model/net/net.h"
#include "model/pca/pca.h"

typedef struct wk_target {
    wk_pca pca;
    double gap, radius;
    double *S;       /* (n, n) */
    double *U;       /* (M, k) components of C_0, orthonormal columns */
    double *U_other; /* (M, k) those of other data; NULL if not asked for */
    wk_hidden
        start; /* a copy, kept to see C drift; without layers' arrays if features are frozen */
    double *representation; /* (k, all) = UᵀΦ_0/√M, those of inputs held out too */
} wk_target;

/* From the network at its start. `other`: the second draw of the data, or NULL; seed: the
 * network's. WK_BAD_INPUT if k is not below the number of positive eigenvalues. */
wk_status wk_target_init(wk_target *target, const wk_net *net, const wk_data *data,
                         const wk_data *other, uint64_t seed, bool keep_start, wk_arena *arena,
                         wk_error *err) WK_CHECKED;

#endif
