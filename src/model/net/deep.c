/* Hidden layers above the first. */
#include "model/net/deep.h"

#include "la/blas.h"
#include "la/random.h"

#include <math.h>
#include <string.h>

enum { BLOCK = 128 }; /* rows of a result, a task */

/* ---- products in blocks of rows ---- */

typedef struct product {
    const wk_deep *deep;
    const double *A; /* (M, M) */
    bool transposed;
    const double *B;   /* (M, width) */
    const double *add; /* (M, width) added to the result; NULL: none */
    double scale;      /* C = scale op(A) B + add */
    size_t width;
    double *C;
} product;

static void product_task(void *context, size_t task, size_t thread) {
    (void)thread;
    const product *p = context;
    const size_t M = p->deep->M, m = task * BLOCK, rows = M - m < BLOCK ? M - m : BLOCK;
    double *C = p->C + m * p->width;
    wk_la_gemm(p->transposed, false, rows, p->width, M, p->scale,
               p->transposed ? p->A + m : p->A + m * M, M, p->B, p->width, 0, C, p->width);
    for (size_t i = 0; p->add && i < rows * p->width; i++)
        C[i] += p->add[m * p->width + i];
}

static void multiply(const product *p) {
    wk_pool_run(p->deep->pool, (p->deep->M + BLOCK - 1) / BLOCK, product_task, (void *)p);
}

/* W (M, M) += scale delta phi^T */
typedef struct update {
    const wk_deep *deep;
    double *W, scale;
} update;

static void update_task(void *context, size_t task, size_t thread) {
    (void)thread;
    const update *u = context;
    const wk_deep *deep = u->deep;
    const size_t M = deep->M, m = task * BLOCK, rows = M - m < BLOCK ? M - m : BLOCK;
    wk_la_gemm(false, true, rows, M, deep->ld, u->scale, deep->delta + m * deep->ld, deep->ld,
               deep->phi, deep->ld, 1, u->W + m * M, M);
}

/* ---- life ---- */

typedef struct drawing {
    wk_deep *deep;
    size_t layer;
    uint64_t seed;
} drawing;

static void draw_task(void *context, size_t m, size_t thread) {
    (void)thread;
    const drawing *job = context;
    wk_stream stream = wk_stream_open(job->seed, (wk_role)(WK_ROLE_HIDDEN + (int)job->layer), m);
    wk_stream_normals(&stream, job->deep->M, job->deep->W[job->layer] + m * job->deep->M);
}

void wk_deep_init(wk_deep *deep, size_t M, size_t ld, size_t layers, bool residual, bool keep_start,
                  const wk_thin *thin, uint64_t seed, wk_pool *pool, wk_arena *arena) {
    WK_ASSERT(layers <= WK_DEEP_MOST);
    *deep = (wk_deep){
        .M = M, .ld = ld, .layers = layers, .residual = residual, .thin = thin, .pool = pool};
    deep->phi = wk_arena_doubles(arena, M * ld);
    deep->slope = wk_arena_doubles(arena, M * ld);
    deep->delta = wk_arena_doubles(arena, M * ld);
    deep->below = wk_arena_doubles(arena, M * ld);
    for (size_t l = 0; l < layers; l++) {
        deep->W[l] = wk_arena_doubles(arena, M * M);
        deep->h[l] = wk_arena_doubles(arena, M * ld);
        drawing job = {deep, l, seed};
        wk_pool_run(pool, M, draw_task, &job);
        if (!keep_start)
            continue;
        deep->W0[l] = wk_arena_doubles(arena, M * M);
        memcpy(deep->W0[l], deep->W[l], M * M * sizeof(double));
    }
}

/* ---- passes ---- */

static const double *layer_below(const wk_deep *deep, size_t l, const double *H) {
    return l ? deep->h[l - 1] : H;
}

void wk_deep_forward(wk_deep *deep, const double *H) {
    const size_t count = deep->M * deep->ld;
    for (size_t l = 0; l < deep->layers; l++) {
        const double *in = layer_below(deep, l, H);
        deep->thin->apply(count, in, deep->phi, deep->slope);
        const product p = {.deep = deep,
                           .A = deep->W[l],
                           .B = deep->phi,
                           .add = deep->residual ? in : NULL,
                           .scale = 1 / sqrt((double)deep->M),
                           .width = deep->ld,
                           .C = deep->h[l]};
        multiply(&p);
    }
}

void wk_deep_signal_down(const wk_deep *deep, size_t l, size_t width, const double *signal,
                         const double *slopes, double *below) {
    const product p = {.deep = deep,
                       .A = deep->W[l],
                       .transposed = true,
                       .B = signal,
                       .scale = 1 / sqrt((double)deep->M),
                       .width = width,
                       .C = below};
    multiply(&p);
    for (size_t i = 0; i < deep->M * width; i++)
        below[i] = slopes[i] * below[i] + (deep->residual ? signal[i] : 0);
}

void wk_deep_backward(wk_deep *deep, const double *H, double eta) {
    const size_t count = deep->M * deep->ld;
    for (size_t l = deep->layers; l-- > 0;) {
        deep->thin->apply(count, layer_below(deep, l, H), deep->phi, deep->slope);
        wk_deep_signal_down(deep, l, deep->ld, deep->delta, deep->slope, deep->below);
        update job = {deep, deep->W[l], -eta / sqrt((double)deep->M)};
        wk_pool_run(deep->pool, (deep->M + BLOCK - 1) / BLOCK, update_task, &job);
        double *swap = deep->delta;
        deep->delta = deep->below;
        deep->below = swap;
    }
}

double wk_deep_move2(const wk_deep *deep) {
    double sum = 0;
    for (size_t l = 0; l < deep->layers; l++) {
        WK_ASSERT(deep->W0[l]);
        for (size_t i = 0; i < deep->M * deep->M; i++) {
            const double moved = deep->W[l][i] - deep->W0[l][i];
            sum += moved * moved;
        }
    }
    return sum;
}

double wk_deep_step_flops(size_t M, size_t n, size_t layers) {
    return 6 * (double)layers * (double)M * (double)M * (double)n;
}
