/* Body of the thin kernels, included once by each activation's file, which first defines
 *     static inline void activate(vec h, vec *phi, vec *slope)
 * and, after this file, says WK_THIN_DEFINE(name).
 *
 * Loops are written so that all accumulators stay in registers: `kc` outputs at a time (a
 * compile-time constant, through the switch), two hidden units (backward) or two vectors of inputs
 * (forward).
 */
#ifndef WK_MODEL_NET_THIN_TEMPLATE_H
#define WK_MODEL_NET_THIN_TEMPLATE_H

#include "model/net/thin.h"
#include "model/net/thin_vector.h"

#include <stdbool.h>

enum { LARGEST_CHUNK = 10, AHEAD = 8 }; /* AHEAD: rows that are prefetched before their turn */

/* Units m … m+units-1, outputs a0 … a0+kc-1. On the first chunk D starts from nothing, on the last
 * it is multiplied by the slope. */
ALWAYS_INLINE void backward_block(size_t ld, size_t k, const double *H, const double *ahead,
                                  const double *Vt, const double *g, double *dV, double *D,
                                  bool first, bool last, const int units, const int kc) {
    vec sum[2][LARGEST_CHUNK];
    for (int u = 0; u < units; u++)
        for (int a = 0; a < kc; a++)
            sum[u][a] = splat(0);
    for (size_t i = 0; i < ld; i += LANES) {
        vec phi[2], slope[2], back[2];
        for (int u = 0; u < units; u++) {
            if (first) /* H is read once a pass, from memory: ask for a later row now */
                __builtin_prefetch(ahead + (size_t)u * ld + i, 0);
            activate(load(H + (size_t)u * ld + i), &phi[u], &slope[u]);
            back[u] = first ? splat(0) : load(D + (size_t)u * ld + i);
        }
        for (int a = 0; a < kc; a++) {
            const vec ga = load(g + (size_t)a * ld + i);
            for (int u = 0; u < units; u++) {
                sum[u][a] += ga * phi[u];
                back[u] += ga * Vt[(size_t)u * k + (size_t)a];
            }
        }
        for (int u = 0; u < units; u++) {
            if (last)
                back[u] *= slope[u];
            store(D + (size_t)u * ld + i, back[u]);
        }
    }
    for (int u = 0; u < units; u++)
        for (int a = 0; a < kc; a++)
            dV[(size_t)u * k + (size_t)a] = add_lanes(sum[u][a]);
}

ALWAYS_INLINE void backward_chunk(size_t rows, size_t ld, size_t k, const double *H,
                                  const double *Vt, const double *g, double *dV, double *D,
                                  bool first, bool last, const int kc) {
    size_t m = 0;
    for (; m + 2 <= rows; m += 2) {
        const size_t later = m + AHEAD + 2 <= rows ? m + AHEAD : m;
        backward_block(ld, k, H + m * ld, H + later * ld, Vt + m * k, g, dV + m * k, D + m * ld,
                       first, last, 2, kc);
    }
    if (m < rows)
        backward_block(ld, k, H + m * ld, H + m * ld, Vt + m * k, g, dV + m * k, D + m * ld, first,
                       last, 1, kc);
}

/* Inputs i … i+blocks*LANES-1, outputs 0 … kc-1 of F. */
ALWAYS_INLINE void forward_block(size_t rows, size_t ld, size_t k, const double *H,
                                 const double *Vt, double *F, const int blocks, const int kc) {
    vec sum[2][LARGEST_CHUNK];
    for (int b = 0; b < blocks; b++)
        for (int a = 0; a < kc; a++)
            sum[b][a] = load(F + (size_t)a * ld + (size_t)b * LANES);
    for (size_t m = 0; m < rows; m++) {
        vec phi[2], unused;
        for (int b = 0; b < blocks; b++)
            activate(load(H + m * ld + (size_t)b * LANES), &phi[b], &unused);
        for (int a = 0; a < kc; a++) {
            const double v = Vt[m * k + (size_t)a];
            for (int b = 0; b < blocks; b++)
                sum[b][a] += phi[b] * v;
        }
    }
    for (int b = 0; b < blocks; b++)
        for (int a = 0; a < kc; a++)
            store(F + (size_t)a * ld + (size_t)b * LANES, sum[b][a]);
}

ALWAYS_INLINE void forward_chunk(size_t rows, size_t ld, size_t k, const double *H,
                                 const double *Vt, double *F, const int kc) {
    size_t i = 0;
    for (; i + 2 * LANES <= ld; i += 2 * LANES)
        forward_block(rows, ld, k, H + i, Vt, F + i, 2, kc);
    for (; i < ld; i += LANES)
        forward_block(rows, ld, k, H + i, Vt, F + i, 1, kc);
}

/* Outputs are taken in chunks of nearly equal size, none above LARGEST_CHUNK. */
static inline size_t chunk_size(size_t k) {
    const size_t chunks = (k + LARGEST_CHUNK - 1) / LARGEST_CHUNK;
    return chunks ? (k + chunks - 1) / chunks : 0;
}

#define WITH_CONSTANT(kc, call)                                                                    \
    switch (kc) {                                                                                  \
        CONSTANT_CASE(1, call)                                                                     \
        CONSTANT_CASE(2, call)                                                                     \
        CONSTANT_CASE(3, call)                                                                     \
        CONSTANT_CASE(4, call)                                                                     \
        CONSTANT_CASE(5, call) CONSTANT_CASE(6, call) CONSTANT_CASE(7, call)                       \
            CONSTANT_CASE(8, call) CONSTANT_CASE(9, call) CONSTANT_CASE(10, call)                  \
    }
#define CONSTANT_CASE(value, call)                                                                 \
    case value: {                                                                                  \
        const int constant = value;                                                                \
        call;                                                                                      \
        break;                                                                                     \
    }

static void backward(size_t rows, size_t ld, size_t k, const double *H, const double *Vt,
                     const double *g, double *dV, double *D) {
    const size_t size = chunk_size(k);
    for (size_t a = 0; a < k; a += size) {
        const size_t kc = k - a < size ? k - a : size;
        WITH_CONSTANT(kc, backward_chunk(rows, ld, k, H, Vt + a, g + a * ld, dV + a, D, a == 0,
                                         a + kc == k, constant))
    }
}

static void forward(size_t rows, size_t ld, size_t k, const double *H, const double *Vt,
                    double *F) {
    const size_t size = chunk_size(k);
    for (size_t a = 0; a < k; a += size) {
        const size_t kc = k - a < size ? k - a : size;
        WITH_CONSTANT(kc, forward_chunk(rows, ld, k, H, Vt + a, F + a * ld, constant))
    }
}

static void apply(size_t count, const double *H, double *phi, double *slope) {
    for (size_t i = 0; i < count; i += LANES) {
        vec value, derivative;
        activate(load(H + i), &value, &derivative);
        store(phi + i, value);
        store(slope + i, derivative);
    }
}

/* The instruction set's name is pasted on by the build: wk_thin_relu_avx2. */
#define PASTE3_(a, b, c) a##_##b##_##c
#define PASTE3(a, b, c) PASTE3_(a, b, c)
#define WK_THIN_DEFINE(activation)                                                                 \
    extern const wk_thin PASTE3(wk_thin, activation, WK_ISA);                                      \
    const wk_thin PASTE3(wk_thin, activation, WK_ISA) = {backward, forward, apply};

#endif
