/* How the losses over all pairs of views go through them: in blocks of rows, so that no matrix of
 * all pairs is stored. For losses.c, and for what is held against them. */
#ifndef WK_MODEL_LOSS_LOSS_SOFTMAX_H
#define WK_MODEL_LOSS_LOSS_SOFTMAX_H

#include <stddef.h>

enum { WK_SOFTMAX_STRIPS = 16, WK_SOFTMAX_BLOCK = 32 };

/* Rows of a block, at most WK_SOFTMAX_BLOCK: it has all columns, and is to stay in the second-level
 * cache. */
size_t wk_softmax_block(size_t columns);

/* Doubles for N triplets, k outputs and so many threads: O(N k), and a block a thread. */
size_t wk_softmax_scratch(size_t N, size_t k, size_t threads);

#endif
