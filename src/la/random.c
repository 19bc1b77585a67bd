/* Counter-based random streams, keyed by seed, role and index. */
#include "la/random.h"

#include <math.h>

/* Random123's headers convert between integer types freely. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

wk_stream wk_stream_open(uint64_t seed, wk_role role, uint64_t index) {
    return (wk_stream){.seed = seed, .role = (uint64_t)role, .index = index};
}

uint64_t wk_stream_word(wk_stream *stream) {
    if (stream->left == 0) {
        const philox4x64_ctr_t counter = {{stream->block++, stream->index, 0, 0}};
        const philox4x64_key_t key = {{stream->seed, stream->role}};
        const philox4x64_ctr_t words = philox4x64(counter, key);
        for (int i = 0; i < 4; i++)
            stream->words[i] = words.v[i];
        stream->left = 4;
    }
    return stream->words[4 - stream->left--];
}

double wk_stream_uniform(wk_stream *stream) {
    /* The middle of one of 2^52 equal cells: exact in a double, so neither end can be reached. */
    return ((double)(wk_stream_word(stream) >> 12) + 0.5) * 0x1p-52;
}

size_t wk_stream_below(wk_stream *stream, size_t bound) {
    const uint64_t n = bound;
    const uint64_t reject = (UINT64_MAX - n + 1) % n; /* 2^64 mod n */
    uint64_t word;
    do
        word = wk_stream_word(stream);
    while (word < reject);
    return (size_t)(word % n);
}

void wk_stream_normals(wk_stream *stream, size_t n, double *x) {
    const double two_pi = 6.283185307179586;
    for (size_t i = 0; i < n; i += 2) {
        const double radius = sqrt(-2 * log(wk_stream_uniform(stream)));
        const double angle = two_pi * wk_stream_uniform(stream);
        x[i] = radius * cos(angle);
        if (i + 1 < n)
            x[i + 1] = radius * sin(angle);
    }
}
