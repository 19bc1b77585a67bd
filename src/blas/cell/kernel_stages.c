/* The program's own multi-threaded stages as benchmarks. */
#include "blas/cell/kernel_stages.h"
#include "model/kernel/ntk_form.h"

#include "la/routine_check.h"
#include "model/pca/features.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { DIM = 64 };                /* of the inputs */
enum { MOST_LIMIT_UNITS = 8192 }; /* hidden units of the product that a stage is held against */

/* What the streams are for, after those of the routines' inputs. */
enum { OF_X = 2, OF_H, OF_V, OF_GRADIENT };

/* ---- inputs ---- */

/* Standard normal: row i from a stream of its own. */
static void draw(const wk_kernel *kernel, unsigned which, size_t rows, size_t columns, size_t ld,
                 double *x) {
    for (size_t i = 0; i < rows; i++) {
        wk_stream stream = wk_kernel_stream(kernel, which, i);
        wk_stream_normals(&stream, columns, x + i * ld);
    }
}

/* G (ld, ld) of inputs on the sphere of radius √d. */
static void make_data(wk_kernel *kernel, wk_data *data) {
    const size_t n = kernel->n;
    *data = (wk_data){
        .d = DIM, .n = n, .all = n, .ld = (n + WK_THIN_PAD - 1) / WK_THIN_PAD * WK_THIN_PAD};
    double *x = wk_arena_doubles(kernel->arena, n * DIM); /* an input a row */
    data->G = wk_arena_get(kernel->arena, data->ld * data->ld, sizeof(double));
    draw(kernel, OF_X, n, DIM, DIM, x);
    for (size_t i = 0; i < n; i++) {
        double square = 0;
        for (size_t q = 0; q < DIM; q++)
            square += x[i * DIM + q] * x[i * DIM + q];
        for (size_t q = 0; q < DIM; q++)
            x[i * DIM + q] /= sqrt(square);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t q = 0; q < DIM; q++)
                sum += x[i * DIM + q] * x[j * DIM + q];
            data->G[i * data->ld + j] = sum;
        }
}

static wk_status make_net(wk_kernel *kernel, wk_kernel_stage *s, wk_error *err) {
    const size_t M = kernel->m, n = kernel->n, k = kernel->k, ld = s->data.ld;
    const wk_net_options options = {0};
    double *H = wk_arena_doubles(kernel->arena, M * n);
    double *V = wk_arena_doubles(kernel->arena, k * M);
    s->H = wk_arena_doubles(kernel->arena, M * ld);
    s->Vt = wk_arena_doubles(kernel->arena, M * k);
    draw(kernel, OF_H, M, n, n, H);
    draw(kernel, OF_V, k, M, M, V);
    WK_TRY(wk_net_from(&s->net, &s->data, wk_activation_find("relu"), M, k, options, H, V,
                       kernel->pool, kernel->arena, err));
    memcpy(s->H, s->net.H, M * ld * sizeof *H);
    memcpy(s->Vt, s->net.Vt, M * k * sizeof *V);
    return WK_OK;
}

static wk_status make_stage(wk_kernel *kernel, wk_kernel_stage **stage, wk_error *err) {
    wk_kernel_stage *s = wk_arena_get(kernel->arena, 1, sizeof *s);
    *stage = kernel->state = s;
    kernel->slots = SIZE_MAX;
    make_data(kernel, &s->data);
    WK_TRY(make_net(kernel, s, err));
    wk_kernel_vectors(kernel, s->x);
    return WK_OK;
}

static size_t limit_units(const wk_kernel *kernel) {
    return kernel->m < MOST_LIMIT_UNITS ? kernel->m : MOST_LIMIT_UNITS;
}

static double limit(wk_kernel *kernel) {
    wk_kernel_stage *s = kernel->state;
    return s->gemm.flops / wk_tile_gemm_run(&s->gemm);
}

/* Data, network, its start twice, inputs as drawn, and a copy of the product's operands. */
static double common_numbers(wk_kernel_size s) {
    const wk_net_options options = {0};
    const double ld = s.n + WK_THIN_PAD;
    return wk_net_bytes((wk_net_shape){(size_t)s.m, (size_t)s.n, DIM, (size_t)s.k}, options) / 8 +
           s.m * (2 * ld + 2 * s.k) + DIM * s.n + 2 * ld * ld +
           s.threads * WK_NET_TILE * (3 * ld + 2 * s.k);
}

/* ---- train-step ---- */

static double step_flops(wk_kernel_size s) {
    const wk_net_options options = {0};
    return wk_net_step_flops((wk_net_shape){(size_t)s.m, (size_t)s.n, DIM, (size_t)s.k}, options);
}

/* One step with a gradient that is drawn, of a size that moves H and V by about as much as they
 * are: what the products contribute is not small beside what was there. */
static wk_status step_prepare(wk_kernel *kernel, wk_error *err) {
    wk_kernel_stage *s = NULL;
    WK_TRY(make_stage(kernel, &s, err));
    const size_t n = kernel->n, k = kernel->k, ld = s->data.ld;
    s->g = wk_arena_get(kernel->arena, k * ld, sizeof *s->g);
    draw(kernel, OF_GRADIENT, k, n, ld, s->g);
    s->rate = 1 / (4 * sqrt((double)k + (double)n / 8));
    kernel->slots = 1;
    kernel->result[0] = (wk_kernel_part){s->net.F, k * ld};
    kernel->result[1] = (wk_kernel_part){s->net.H, kernel->m * ld};
    kernel->result[2] = (wk_kernel_part){s->net.Vt, kernel->m * k};
    wk_tile_gemm_step(&s->gemm, kernel->pool, limit_units(kernel), n, ld, s->data.G, kernel->arena);
    return WK_OK;
}

static void step_restore(wk_kernel *kernel, size_t slots) {
    (void)slots;
    wk_kernel_stage *s = kernel->state;
    memcpy(s->net.H, s->H, kernel->m * s->data.ld * sizeof *s->H);
    memcpy(s->net.Vt, s->Vt, kernel->m * kernel->k * sizeof *s->Vt);
}

static wk_status step_call(wk_kernel *kernel, size_t slot, wk_error *err) {
    (void)slot;
    wk_kernel_stage *s = kernel->state;
    return wk_net_step(&s->net, s->g, s->rate * sqrt((double)kernel->m), err);
}

static void step_sample(wk_kernel *kernel) {
    const wk_kernel_stage *s = kernel->state;
    const size_t count = kernel->k * kernel->n, most = WK_KERNEL_SAMPLE;
    kernel->nsample = count < most ? count : most;
    for (size_t i = 0; i < kernel->nsample; i++) {
        const size_t at = wk_kernel_place(count, i);
        kernel->sample[i] = s->net.F[at / kernel->n * s->data.ld + at % kernel->n];
    }
}

static double stage_tolerance(const wk_kernel *kernel) {
    const wk_kernel_stage *s = kernel->state;
    return s->tolerance;
}

/* ---- ntk ---- */

static double ntk_flops(wk_kernel_size s) {
    return wk_ntk_flops((size_t)s.m, (size_t)s.k, (size_t)s.n, 0);
}

static double ntk_numbers(wk_kernel_size s) {
    const double rows = s.k * (s.k + 1) / 2, columns = s.n * (s.n + 1) / 2, ld = s.n + WK_THIN_PAD;
    const double chunk = 640; /* ntk.c */
    return common_numbers(s) + rows * columns + 18 * ld * ld +
           2 * s.threads *
               (WK_NET_TILE * (3 * ld + rows + chunk) + rows * chunk + 4 * ld * WK_NET_TILE);
}

static wk_status ntk_prepare(wk_kernel *kernel, wk_error *err) {
    wk_kernel_stage *s = NULL;
    WK_TRY(make_stage(kernel, &s, err));
    const size_t n = kernel->n, k = kernel->k;
    s->probe = wk_arena_get(kernel->arena, n, sizeof *s->probe);
    for (size_t i = 0; i < n; i++)
        s->probe[i] = i;
    wk_ntk_new(&s->ntk, k, n, 0, kernel->arena);
    kernel->result[0] = (wk_kernel_part){s->ntk.packed, s->ntk.rows * s->ntk.columns};
    wk_tile_gemm_ntk(&s->gemm, kernel->pool, limit_units(kernel), k, n, kernel->arena);
    return WK_OK;
}

static wk_status ntk_call(wk_kernel *kernel, size_t slot, wk_error *err) {
    (void)err;
    (void)slot;
    wk_kernel_stage *s = kernel->state;
    const wk_arena_mark mark = wk_arena_here(kernel->arena);
    wk_ntk_full(&s->net, s->probe, &s->ntk, kernel->arena);
    wk_arena_reset(kernel->arena, mark);
    return WK_OK;
}

/* Each entry is a sum over M units of terms whose absolute values come to no more than about the
 * largest entry of the diagonal (Cauchy–Schwarz), and the first of the sample is one of the
 * diagonal; they are alike within a factor of 2. Two results: 2 · 2 γ_{M+8}. */
static double ntk_tolerance(const wk_kernel *kernel) {
    return 2 * ((double)kernel->m + 8) * DBL_EPSILON;
}

/* ---- pca ---- */

/* The Gram matrix by its lower half; then R S Rᵀ and two eigen-problems, counted as dsyevr's. */
static double pca_flops(wk_kernel_size s) {
    return s.m * s.n * (s.n + 1) + 4 * s.n * s.n * s.n + 2 * 10 * s.n * s.n * s.n / 3;
}

static double pca_numbers(wk_kernel_size s) {
    const double ld = s.n + WK_THIN_PAD;
    return common_numbers(s) + (18 + 12) * ld * ld +
           s.threads * (4 * ld * WK_NET_TILE + 2 * ld * ld);
}

/* S: each input's anchor role with the next input as its positive and the one after as its
 * negative, as of n triplets. */
static wk_status pca_prepare(wk_kernel *kernel, wk_error *err) {
    wk_kernel_stage *s = NULL;
    WK_TRY(make_stage(kernel, &s, err));
    const size_t n = kernel->n, k = kernel->k;
    s->S = wk_arena_get(kernel->arena, n * n, sizeof *s->S);
    s->K = wk_arena_doubles(kernel->arena, n * n);
    s->value = wk_arena_get(kernel->arena, n, sizeof *s->value);
    s->coefficient = wk_arena_get(kernel->arena, n * k, sizeof *s->coefficient);
    for (size_t i = 0; i < n; i++) {
        const size_t positive = (i + 1) % n, negative = (i + 2) % n;
        const double weight = (1 + (double)(i % 7) / 7) / (2 * (double)n);
        s->S[i * n + positive] += weight, s->S[positive * n + i] += weight;
        s->S[i * n + negative] -= weight, s->S[negative * n + i] -= weight;
    }
    kernel->result[0] = (wk_kernel_part){s->K, n * n};
    kernel->result[1] = (wk_kernel_part){s->value, n};
    kernel->result[2] = (wk_kernel_part){s->coefficient, n * k};
    wk_tile_gemm_gram(&s->gemm, kernel->pool, limit_units(kernel), n, s->data.ld, kernel->arena);
    return WK_OK;
}

static wk_status pca_call(wk_kernel *kernel, size_t slot, wk_error *err) {
    (void)slot;
    wk_kernel_stage *s = kernel->state;
    const size_t n = kernel->n, k = kernel->k;
    const wk_arena_mark mark = wk_arena_here(kernel->arena);
    const wk_features features = wk_hidden_kept(s->net.thin, s->net.H, kernel->m, n, s->data.ld);
    wk_pca pca;
    wk_features_gram(&features, kernel->pool, s->K, kernel->arena);
    WK_TRY(wk_pca_solve(n, s->K, s->S, k, &pca, kernel->arena, err));
    s->rank = pca.r;
    memset(s->value, 0, n * sizeof *s->value);
    memcpy(s->value, pca.value, pca.r * sizeof *s->value);
    memcpy(s->coefficient, pca.coefficient, n * k * sizeof *s->coefficient);
    wk_arena_reset(kernel->arena, mark);
    return WK_OK;
}

/* Eigenvalues from both ends. */
static void pca_sample(wk_kernel *kernel) {
    const wk_kernel_stage *s = kernel->state;
    const size_t most = WK_KERNEL_SAMPLE, r = s->rank;
    kernel->nsample = r < most ? r : most;
    for (size_t i = 0; i < kernel->nsample; i++)
        kernel->sample[i] = s->value[i % 2 ? r - 1 - i / 2 : i / 2];
}

/* ---- the table ---- */

enum { ALL = WK_KERNEL_ROWS | WK_KERNEL_COLUMNS | WK_KERNEL_INNER };

/* clang-format off */
static const wk_kernel_kind train_step = {
    .name = "train-step", .help = "one training step", .uses = ALL, .stage = true,
    .flops = step_flops, .numbers = common_numbers, .prepare = step_prepare,
    .restore = step_restore, .call = step_call, .residual = wk_stage_step_residual,
    .sample = step_sample, .tolerance = stage_tolerance, .limit = limit};
static const wk_kernel_kind ntk = {
    .name = "ntk", .help = "the full empirical kernel", .uses = ALL, .stage = true,
    .flops = ntk_flops, .numbers = ntk_numbers, .prepare = ntk_prepare, .call = ntk_call,
    .residual = wk_stage_ntk_residual, .tolerance = ntk_tolerance, .limit = limit};
static const wk_kernel_kind pca = {
    .name = "pca", .help = "principal components of the features", .uses = ALL, .tall = true,
    .few = true, .stage = true, .flops = pca_flops, .numbers = pca_numbers,
    .prepare = pca_prepare, .call = pca_call, .residual = wk_stage_pca_residual,
    .sample = pca_sample, .tolerance = stage_tolerance, .limit = limit};
/* clang-format on */

const wk_kernel_kind *const wk_kernel_stages[] = {&train_step, &ntk, &pca};
const size_t wk_kernel_stages_n = sizeof wk_kernel_stages / sizeof *wk_kernel_stages;
