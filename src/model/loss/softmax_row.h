/* The exponentials of a softmax, on vectors. Compiled once an instruction set, as the thin kernels
 * of the network are (model/net/thin.h); loss_softmax.c picks by what the processor has. */
#ifndef WK_MODEL_LOSS_SOFTMAX_ROW_H
#define WK_MODEL_LOSS_SOFTMAX_ROW_H

#include <stddef.h>

typedef struct wk_softmax_sum {
    double largest; /* of the logits */
    double rest;    /* Σ e^{logit − largest}, without the 1 of one of the largest */
} wk_softmax_sum;

/* Replaces each of `count` logits, a multiple of WK_THIN_PAD and 64-byte aligned, by e^{logit −
 * largest}. A logit of -INFINITY takes no part: it becomes 0. NaN makes `rest` NaN. */
typedef wk_softmax_sum wk_softmax_row(size_t count, double *logit);

#endif
