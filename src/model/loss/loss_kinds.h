/* The losses, for the table in losses.c alone; and the rows that several of them have. */
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

enum {
    WK_TRIPLET_LINEAR_ROWS = 1,
    WK_TRIPLET_LOGISTIC_ROWS = 2,
    WK_SOFTMAX_ROWS = 2,
    WK_SPECTRAL_ROWS = 1,
    WK_BARLOW_TWINS_ROWS = 1,
    WK_MSE_ROWS = 1,
};
extern const wk_param wk_triplet_linear_rows[WK_TRIPLET_LINEAR_ROWS],
    wk_triplet_logistic_rows[WK_TRIPLET_LOGISTIC_ROWS], wk_softmax_rows[WK_SOFTMAX_ROWS],
    wk_spectral_rows[WK_SPECTRAL_ROWS], wk_barlow_twins_rows[WK_BARLOW_TWINS_ROWS],
    wk_mse_rows[WK_MSE_ROWS];

typedef double wk_loss_value(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                             double *g, double *scratch);
wk_loss_value wk_triplet_linear_value, wk_triplet_logistic_value, wk_infonce_value,
    wk_nt_xent_value, wk_spectral_value, wk_barlow_twins_value, wk_barlow_linear_value,
    wk_vicreg_value, wk_mse_value;

typedef wk_status wk_loss_checker(const wk_loss *loss, size_t N, size_t k, const char **culprit,
                                  wk_error *err);
/* In the order of the words of `targets`. */
enum { WK_CLASS_TARGETS, WK_RANDOM_TARGETS };

wk_loss_checker wk_softmax_check, wk_barlow_twins_check, wk_vicreg_check, wk_mse_check;

void wk_mse_prepare(wk_loss *loss, const wk_data *data, size_t k, uint64_t seed, wk_arena *arena);

#endif
