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

/* Where a backward pass reads and writes: see thin.h. */
typedef struct back {
    size_t columns, k, h_ld, g_ld, d_ld;
    const double *H, *Vt, *g;
    double *dV, *D;
} back;

/* Units m and m+1, or m alone, outputs 0 … kc-1 of those that b points at. On the first chunk D
 * starts from nothing, on the last it is multiplied by the slope. `later`: the row
 * that will be needed. */
ALWAYS_INLINE void backward_block(const back *b, size_t m, size_t later, bool first, bool last,
                                  const int units, const int kc) {
    const double *H = b->H + m * b->h_ld, *ahead = b->H + later * b->h_ld, *Vt = b->Vt + m * b->k;
    double *D = b->D + m * b->d_ld, *dV = b->dV + m * b->k;
    vec sum[2][LARGEST_CHUNK];
    for (int u = 0; u < units; u++)
        for (int a = 0; a < kc; a++)
            sum[u][a] = splat(0);
    for (size_t i = 0; i < b->columns; i += LANES) {
        vec phi[2], slope[2], signal[2];
        for (int u = 0; u < units; u++) {
            if (first) /* H is read once a pass, from memory: ask for a later row now */
                __builtin_prefetch(ahead + (size_t)u * b->h_ld + i, 0);
            activate(load(H + (size_t)u * b->h_ld + i), &phi[u], &slope[u]);
            signal[u] = first ? splat(0) : load(D + (size_t)u * b->d_ld + i);
        }
        for (int a = 0; a < kc; a++) {
            const vec ga = load(b->g + (size_t)a * b->g_ld + i);
            for (int u = 0; u < units; u++) {
                sum[u][a] += ga * phi[u];
                signal[u] += ga * Vt[(size_t)u * b->k + (size_t)a];
            }
        }
        for (int u = 0; u < units; u++) {
            if (last)
                signal[u] *= slope[u];
            store(D + (size_t)u * b->d_ld + i, signal[u]);
        }
    }
    for (int u = 0; u < units; u++)
        for (int a = 0; a < kc; a++)
            dV[(size_t)u * b->k + (size_t)a] += add_lanes(sum[u][a]);
}

ALWAYS_INLINE void backward_chunk(const back *b, size_t rows, bool first, bool last, const int kc) {
    size_t m = 0;
    for (; m + 2 <= rows; m += 2)
        backward_block(b, m, m + AHEAD + 2 <= rows ? m + AHEAD : m, first, last, 2, kc);
    if (m < rows)
        backward_block(b, m, m, first, last, 1, kc);
}

/* Inputs i … i+blocks*LANES-1, outputs 0 … kc-1 of F. */
ALWAYS_INLINE void forward_block(size_t rows, size_t k, const double *H, size_t h_ld,
                                 const double *Vt, double *F, size_t f_ld, const int blocks,
                                 const int kc) {
    vec sum[2][LARGEST_CHUNK];
    for (int b = 0; b < blocks; b++)
        for (int a = 0; a < kc; a++)
            sum[b][a] = load(F + (size_t)a * f_ld + (size_t)b * LANES);
    for (size_t m = 0; m < rows; m++) {
        vec phi[2], unused;
        for (int b = 0; b < blocks; b++)
            activate(load(H + m * h_ld + (size_t)b * LANES), &phi[b], &unused);
        for (int a = 0; a < kc; a++) {
            const double v = Vt[m * k + (size_t)a];
            for (int b = 0; b < blocks; b++)
                sum[b][a] += phi[b] * v;
        }
    }
    for (int b = 0; b < blocks; b++)
        for (int a = 0; a < kc; a++)
            store(F + (size_t)a * f_ld + (size_t)b * LANES, sum[b][a]);
}

ALWAYS_INLINE void forward_chunk(size_t rows, size_t columns, size_t k, const double *H,
                                 size_t h_ld, const double *Vt, double *F, size_t f_ld,
                                 const int kc) {
    size_t i = 0;
    for (; i + 2 * LANES <= columns; i += 2 * LANES)
        forward_block(rows, k, H + i, h_ld, Vt, F + i, f_ld, 2, kc);
    for (; i < columns; i += LANES)
        forward_block(rows, k, H + i, h_ld, Vt, F + i, f_ld, 1, kc);
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
        CONSTANT_CASE(5, call)                                                                     \
        CONSTANT_CASE(6, call) CONSTANT_CASE(7, call) CONSTANT_CASE(8, call)                       \
            CONSTANT_CASE(9, call) CONSTANT_CASE(10, call)                                         \
    }
#define CONSTANT_CASE(value, call)                                                                 \
    case value: {                                                                                  \
        const int constant = value;                                                                \
        call;                                                                                      \
        break;                                                                                     \
    }

static void backward(size_t rows, size_t columns, size_t k, const double *H, size_t h_ld,
                     const double *Vt, const double *g, size_t g_ld, double *dV, double *D,
                     size_t d_ld) {
    const size_t size = chunk_size(k);
    for (size_t a = 0; a < k; a += size) {
        const size_t kc = k - a < size ? k - a : size;
        const back b = {columns, k, h_ld, g_ld, d_ld, H, Vt + a, g + a * g_ld, dV + a, D};
        WITH_CONSTANT(kc, backward_chunk(&b, rows, a == 0, a + kc == k, constant))
    }
}

static void forward(size_t rows, size_t columns, size_t k, const double *H, size_t h_ld,
                    const double *Vt, double *F, size_t f_ld) {
    const size_t size = chunk_size(k);
    for (size_t a = 0; a < k; a += size) {
        const size_t kc = k - a < size ? k - a : size;
        WITH_CONSTANT(
            kc, forward_chunk(rows, columns, k, H, h_ld, Vt + a, F + a * f_ld, f_ld, constant))
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
