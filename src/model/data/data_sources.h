/* What data sources share. */
#ifndef WK_MODEL_DATA_DATA_SOURCES_H
#define WK_MODEL_DATA_DATA_SOURCES_H

#include "model/data/data.h"

/* The start of every source's struct, bound for all of them by wk_data_load. */
typedef struct wk_data_common {
    const char *source;
    size_t seed;
} wk_data_common;

/* The row of a source whose struct begins with `wk_data_common common`. */
#define WK_DATA_SEED(owner)                                                                        \
    {                                                                                              \
        .name = "seed", .type = WK_INTEGER, .flags = WK_AXIS, .max = 1e15,                         \
        .offset = offsetof(owner, common.seed),                                                    \
        .help = "fixes the data; without it data is redrawn for each seed"                         \
    }

/* Room for N triplets in `data`. */
void wk_data_make_triplets(wk_data *data, size_t N, wk_arena *arena);

/* The same, and room for X and labels, where triplet i has three inputs of its own, 3i (anchor),
 * 3i + 1 (positive) and 3i + 2 (negative), of dimension d. */
void wk_data_make_fresh(wk_data *data, size_t N, size_t d, wk_arena *arena);

/* Is normal noise of this deviation lost in the rounding of numbers of this size? A positive that
 * is its anchor with such noise is its anchor. */
bool wk_data_noise_is_lost(double noise, double size);

/* " up to rounding" for messages about such noise; "" for none at all. */
const char *wk_data_equal_how(double noise);

/* A class in 0 … classes-1 other than `not_this`. */
size_t wk_data_other_class(wk_stream *stream, size_t classes, size_t not_this);

#endif
