/* What several losses share: their rows, and the mean over triplets. */
#ifndef WK_MODEL_LOSS_LOSS_KINDS_H
#define WK_MODEL_LOSS_LOSS_KINDS_H

#include "model/loss/loss.h"

#define WK_LOSS_SIMILARITY                                                                         \
    {                                                                                              \
        .name = "similarity", .type = WK_WORD, .flags = WK_AXIS, .fallback = "cosine",             \
        .words = wk_similarities, .offset = offsetof(wk_loss, similarity),                         \
        .help = "cosine: u'v/(||u|| ||v||); dot: u'v"                                              \
    }
#define WK_LOSS_TEMPERATURE                                                                        \
    {                                                                                              \
        .name = "temperature", .type = WK_REAL, .flags = WK_AXIS, .fallback = "0.5",               \
        .min = WK_POSITIVE, .max = 1e6, .label = "temperature τ", .symbol = "τ",                   \
        .offset = offsetof(wk_loss, temperature), .help = "τ, by which similarities are divided"  \
    }

/* In the order of the words of `targets`. */
enum { WK_CLASS_TARGETS, WK_RANDOM_TARGETS };

/* The mean over the triplets of part(x), x = s(f_a, f_m) - s(f_a, f_p), as a loss's `value`. A part
 * gives its value at x, and in *weight its derivative by x over N. */
typedef double wk_triplet_part(const wk_loss *loss, double x, double N, double *weight);
double wk_triplet_mean(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                       double *g, double *norm, wk_triplet_part *part);

#endif
