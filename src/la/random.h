/* Random streams without hidden state: Philox4x64-10 (Salmon et al., SC 2011; Random123), keyed by
 * (seed, role) and counted by (index, block). Two streams that differ in any of the three are
 * independent; a stream does not depend on which others were read, nor on the width of the network.
 */
#ifndef WK_LA_RANDOM_H
#define WK_LA_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What the numbers are for. Never reorder: the values are part of every result. */
typedef enum wk_role {
    WK_ROLE_DATA = 1,       /* the inputs and triplets that are trained on */
    WK_ROLE_W1 = 2,         /* first-layer weights, index = hidden unit */
    WK_ROLE_V = 3,          /* output weights, index = hidden unit */
    WK_ROLE_OTHER_DATA = 4, /* a second data set of the same source, for controls */
    WK_ROLE_VIEWS = 5,      /* augmentations */
    WK_ROLE_OTHER_VIEWS = 6,
    WK_ROLE_TARGETS = 7, /* random targets of `mse`, index = input */
    WK_ROLE_TEST = 8,    /* which rows of a table are held out, index = row */
    WK_ROLE_HIDDEN =
        16, /* + l: hidden weights W^{l+2}, index = hidden unit; 16 to 31 are kept for them */
    WK_ROLE_KERNEL =
        32, /* + which: inputs of a kernel that is timed, seed = its shape, index = row */
} wk_role;

typedef struct wk_stream {
    uint64_t seed, role, index, block; /* where it stands */
    uint64_t words[4];
    unsigned left; /* words not yet given out */
} wk_stream;

wk_stream wk_stream_open(uint64_t seed, wk_role role, uint64_t index);

uint64_t wk_stream_word(wk_stream *stream);
double wk_stream_uniform(wk_stream *stream);             /* in (0, 1), 53 bits, never 0 or 1 */
size_t wk_stream_below(wk_stream *stream, size_t bound); /* 0 … bound-1, unbiased */
void wk_stream_normals(wk_stream *stream, size_t n,
                       double *x); /* N(0,1), Box-Muller; uses whole pairs */

#endif
