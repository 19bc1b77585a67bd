#include "deep_support.h"

#include "ref.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- stored values ---- */

deep_case deep_case_at(size_t index) {
    return (deep_case){.depth = 3 + index / 8,
                       .residual = index / 4 % 2 == 1,
                       .activation = index / 2 % 2 ? "tanh" : "relu",
                       .similarity = index % 2 ? "dot" : "cosine"};
}

wk_data deep_data(lab *l) {
    size_t d, n;
    const double *X = wk_ref("deep.X", &d, &n);
    wk_data data = lab_data(l, d, n, 1);
    data.X = lab_copy(l, d * n, X);
    const double *G = lab_product(l, n, n, d, lab_transposed(l, d, n, X), X);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            data.G[i * data.ld + j] = G[i * n + j] / (double)d;
    lab_use_triplets(l, &data, "deep.triplets");
    return data;
}

wk_net deep_net(lab *l, const wk_data *data, const deep_case *which, wk_net_options options) {
    size_t M, d, k;
    const double *W1 = wk_ref("deep.W1", &M, &d), *V = wk_ref("deep.V", &k, NULL);
    const double *W[WK_DEEP_MOST] = {NULL};
    options.hidden = which->depth - 2;
    options.residual = which->residual;
    for (size_t i = 0; i < options.hidden; i++) {
        char name[16];
        snprintf(name, sizeof name, "deep.W%zu", i + 2);
        W[i] = wk_ref_shaped(name, M, M);
    }
    wk_net net;
    MUST(l, wk_net_from_deep(&net, data, wk_activation_find(which->activation), M, k, options,
                             lab_hidden(l, data, M, W1), W, V, l->pool, &l->arena, &l->err));
    return net;
}

double deep_eta(const deep_case *which) {
    char name[64];
    snprintf(name, sizeof name, "deep.eta.%s", which->similarity);
    return *wk_ref_shaped(name, 1, 1);
}

deep_name deep_named(const char *file, const deep_case *which, const char *loss, const char *name) {
    deep_name key;
    const int length = snprintf(key.text, sizeof key.text, "%s.%zu.%s.%s%s%s.%s", file,
                                which->depth, which->residual ? "residual" : "plain",
                                which->activation, *loss ? "." : "", loss, name);
    assert_in_range(length, 1, sizeof key.text - 1);
    return key;
}

const double *deep_start(const deep_case *which, const char *name, size_t rows, size_t cols) {
    return wk_ref_shaped(deep_named("deep", which, "", name).text, rows, cols);
}

const double *deep_stored(const deep_case *which, const char *name, size_t rows, size_t cols) {
    return wk_ref_shaped(deep_named("deep", which, which->similarity, name).text, rows, cols);
}

/* ---- the primal network ---- */

primal primal_draw(lab *l, const wk_data *data, const char *activation, size_t M, size_t k,
                   size_t hidden, bool residual, uint64_t seed) {
    primal p = {.data = data,
                .activation = wk_activation_find(activation),
                .M = M,
                .k = k,
                .hidden = hidden,
                .residual = residual,
                .W1 = lab_normals(l, M * data->d, 10 * seed),
                .V = lab_normals(l, k * M, 10 * seed + 1),
                .gW1 = lab_garbage(l, M * data->d),
                .gV = lab_garbage(l, k * M)};
    for (size_t i = 0; i < hidden; i++) {
        p.W[i] = lab_normals(l, M * M, 10 * seed + 2 + i);
        p.gW[i] = lab_garbage(l, M * M);
    }
    for (size_t i = 0; i <= hidden; i++)
        p.h[i] = lab_garbage(l, M * data->n);
    primal_forward(l, &p);
    return p;
}

static void copy_scaled(size_t count, double scale, const double *from, double *to) {
    for (size_t i = 0; i < count; i++)
        to[i] = scale * from[i];
}

double *primal_forward(lab *l, primal *p) {
    const size_t M = p->M, n = p->data->n, d = p->data->d;
    const double root = sqrt((double)M);
    double *F = lab_doubles(l, p->k * n);
    const wk_arena_mark mark = wk_arena_here(&l->arena);
    copy_scaled(M * n, 1 / sqrt((double)d), lab_product(l, M, n, d, p->W1, p->data->X), p->h[0]);
    for (size_t i = 0; i < p->hidden; i++) {
        const double *Phi = lab_features(l, p->activation, M * n, p->h[i]);
        copy_scaled(M * n, 1 / root, lab_product(l, M, n, M, p->W[i], Phi), p->h[i + 1]);
        for (size_t j = 0; p->residual && j < M * n; j++)
            p->h[i + 1][j] += p->h[i][j];
    }
    const double *top = lab_features(l, p->activation, M * n, p->h[p->hidden]);
    copy_scaled(p->k * n, 1 / root, lab_product(l, p->k, n, M, p->V, top), F);
    wk_arena_reset(&l->arena, mark);
    return F;
}

/* δ (M, n) of a layer: φ'(h) ∘ Bᵀ signal/√M (+ carried), B (rows, M), signal (rows, n). */
static double *signal_below(lab *l, const primal *p, const double *h, size_t rows, const double *B,
                            const double *signal, const double *carried) {
    const size_t M = p->M, n = p->data->n;
    double *delta = lab_product(l, M, n, rows, lab_transposed(l, rows, M, B), signal);
    for (size_t j = 0; j < M * n; j++)
        delta[j] = delta[j] * plain_slope(p->activation, h[j]) / sqrt((double)M) +
                   (carried ? carried[j] : 0);
    return delta;
}

void primal_backward(lab *l, primal *p, const double *g) {
    const size_t M = p->M, n = p->data->n, d = p->data->d, k = p->k;
    const double root = sqrt((double)M);
    const wk_arena_mark mark = wk_arena_here(&l->arena);
    const double *top = p->h[p->hidden], *Phi = lab_features(l, p->activation, M * n, top);
    copy_scaled(k * M, 1 / root, lab_product(l, k, M, n, g, lab_transposed(l, M, n, Phi)), p->gV);
    const double *delta = signal_below(l, p, top, k, p->V, g, NULL);
    for (size_t i = p->hidden; i-- > 0;) {
        Phi = lab_transposed(l, M, n, lab_features(l, p->activation, M * n, p->h[i]));
        copy_scaled(M * M, 1 / root, lab_product(l, M, M, n, delta, Phi), p->gW[i]);
        delta = signal_below(l, p, p->h[i], M, p->W[i], delta, p->residual ? delta : NULL);
    }
    const double *Xt = lab_transposed(l, d, n, p->data->X);
    copy_scaled(M * d, 1 / sqrt((double)d), lab_product(l, M, d, n, delta, Xt), p->gW1);
    wk_arena_reset(&l->arena, mark);
}

static void descend(size_t count, double eta, const double *g, double *W) {
    for (size_t i = 0; i < count; i++)
        W[i] -= eta * g[i];
}

void primal_train(lab *l, primal *p, bool cosine, double eta, size_t steps) {
    const size_t n = p->data->n, ld = p->data->ld, k = p->k;
    for (size_t s = 0; s < steps; s++) {
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        const double *F = primal_forward(l, p);
        double *padded = lab_zeros(l, k * ld), *g = lab_zeros(l, k * ld);
        for (size_t a = 0; a < k; a++)
            memcpy(padded + a * ld, F + a * n, n * sizeof *F);
        loss_at(l, p->data, cosine, k, padded, g);
        primal_backward(l, p, lab_dense(l, k, n, g, ld));
        descend(p->M * p->data->d, eta, p->gW1, p->W1);
        for (size_t i = 0; i < p->hidden; i++)
            descend(p->M * p->M, eta, p->gW[i], p->W[i]);
        descend(k * p->M, eta, p->gV, p->V);
        wk_arena_reset(&l->arena, mark);
    }
    const wk_arena_mark mark = wk_arena_here(&l->arena);
    primal_forward(l, p);
    wk_arena_reset(&l->arena, mark);
}

double *primal_jacobian(lab *l, primal *p, size_t *count) {
    const size_t M = p->M, n = p->data->n, d = p->data->d, k = p->k;
    *count = M * d + p->hidden * M * M + k * M;
    double *J = lab_garbage(l, k * n * *count), *g = lab_zeros(l, k * n), *row = J;
    for (size_t r = 0; r < k * n; r++, row += *count) {
        g[r] = 1;
        primal_backward(l, p, g);
        g[r] = 0;
        memcpy(row, p->gW1, M * d * sizeof *row);
        for (size_t i = 0; i < p->hidden; i++)
            memcpy(row + M * d + i * M * M, p->gW[i], M * M * sizeof *row);
        memcpy(row + M * d + p->hidden * M * M, p->gV, k * M * sizeof *row);
    }
    return J;
}

wk_net primal_net(lab *l, const primal *p, wk_net_options options, wk_pool *pool) {
    wk_net net;
    options.hidden = p->hidden;
    options.residual = p->residual;
    MUST(l, wk_net_from_deep(&net, p->data, p->activation, p->M, p->k, options, p->h[0],
                             (const double *const *)p->W, p->V, pool, &l->arena, &l->err));
    return net;
}
