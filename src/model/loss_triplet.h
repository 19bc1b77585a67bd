/* triplet-linear, for the table in loss.c alone. */
#ifndef WK_MODEL_LOSS_TRIPLET_H
#define WK_MODEL_LOSS_TRIPLET_H

#include "model/loss.h"

enum { WK_TRIPLET_ROWS = 1 };
extern const wk_param wk_triplet_rows[WK_TRIPLET_ROWS];

double wk_triplet_value(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                        double *g, double *scratch);

#endif
