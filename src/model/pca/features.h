/* Products of the hidden features Φ = φ(H), streamed over tiles of hidden units so that Φ is never
 * stored. Parts are added in a fixed order: the same bits for any number of threads. For up to
 * WK_NET_BLOCK columns the hidden units are dealt to threads; for more, blocks of the result, so
 * that nothing of its size is held twice. */
#ifndef WK_MODEL_PCA_FEATURES_H
#define WK_MODEL_PCA_FEATURES_H

#include "la/pool.h"
#include "model/net/hidden.h"

#include "base/arena.h"

/* Those of a hidden layer, at its first n columns. */
typedef wk_hidden wk_features;

/* K (n, n) = ΦᵀΦ/M. */
void wk_features_gram(const wk_features *features, wk_pool *pool, double *K, wk_arena *scratch);

/* P (n, n) = φ'(H)ᵀ diag(w) φ'(H)/M with weights w (M) >= 0. */
void wk_features_slope_gram(const wk_features *features, const double *weight, wk_pool *pool,
                            double *P, wk_arena *scratch);

/* U (M, k) = Φ Q/√M, Q (n, k). */
void wk_features_project(const wk_features *features, size_t k, const double *Q, double *U,
                         wk_arena *scratch);

#endif
