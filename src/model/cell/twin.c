/* The twin of a network in the other form, by which each form is checked. */
#include "model/cell/twin.h"

#include "la/blas.h"

#include <math.h>
#include <string.h>

/* H = W X/√d, F = V φ(H)/√M. */
static void forward(wk_twin *t) {
    const wk_data *data = t->data;
    const size_t M = t->M, n = data->n, d = data->d, ld = data->ld;
    wk_la_gemm(false, false, M, n, d, 1 / sqrt((double)d), t->W, d, data->X, data->all, 0, t->H,
               ld);
    t->thin->apply(M * ld, t->H, t->phi, t->slope);
    wk_la_gemm(true, false, t->k, n, M, 1 / sqrt((double)M), t->Vt, t->k, t->phi, ld, 0, t->F, ld);
}

wk_status wk_twin_step(wk_twin *t, double eta, wk_error *err) {
    const wk_data *data = t->data;
    if (t->dual) {
        t->loss->kind->value(t->loss, data, t->dual->k, t->dual->F, t->g, t->scratch);
        return wk_net_step(t->dual, t->g, eta, err);
    }
    const size_t M = t->M, k = t->k, n = data->n, d = data->d, ld = data->ld;
    const double root = 1 / sqrt((double)M);
    t->loss->kind->value(t->loss, data, k, t->F, t->g, t->scratch);
    wk_la_gemm(false, true, M, k, n, root, t->phi, ld, t->g, ld, 0, t->dV, k);
    wk_la_gemm(false, false, M, n, k, root, t->Vt, k, t->g, ld, 0, t->delta, ld);
    for (size_t i = 0; i < M * ld; i++)
        t->delta[i] *= t->slope[i];
    wk_la_gemm(false, true, M, d, n, 1 / sqrt((double)d), t->delta, ld, data->X, data->all, 0,
               t->dW, d);
    for (size_t i = 0; i < M * k; i++)
        t->Vt[i] -= eta * t->dV[i];
    for (size_t i = 0; i < M * d && !t->frozen; i++)
        t->W[i] -= eta * t->dW[i];
    forward(t);
    return WK_OK;
}

const double *wk_twin_outputs(const wk_twin *t) {
    return t->dual ? t->dual->F : t->F;
}

static wk_status draw_dual(wk_twin *t, const wk_net *net, uint64_t seed, wk_arena *arena,
                           wk_error *err) {
    const wk_net_options options = {.frozen = t->frozen};
    t->dual = wk_arena_get(arena, 1, sizeof *t->dual);
    t->g = wk_arena_get(arena, net->k * net->ld, sizeof *t->g);
    return wk_net_new(t->dual, t->data, net->activation, net->M, net->k, options, seed, net->pool,
                      arena, err);
}

wk_status wk_twin_init(wk_twin *t, const wk_net *net, const wk_data *data, const wk_loss *loss,
                       uint64_t seed, bool frozen, wk_arena *arena, wk_error *err) {
    WK_ASSERT(!net->deep.layers && !net->options.orthogonal);
    const size_t M = net->M, k = net->k, ld = net->ld, d = data->d;
    *t = (wk_twin){.M = M, .k = k, .data = data, .loss = loss, .thin = net->thin, .frozen = frozen};
    t->scratch = wk_arena_doubles(arena, wk_loss_scratch(loss, data, k));
    if (net->options.primal)
        return draw_dual(t, net, seed, arena, err);
    double **const arrays[] = {&t->W, &t->dW, &t->Vt,  &t->dV,    &t->F,
                               &t->g, &t->H,  &t->phi, &t->slope, &t->delta};
    const size_t sizes[] = {M * d,  M * d,  M * k,  M * k,  k * ld,
                            k * ld, M * ld, M * ld, M * ld, M * ld};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        *arrays[i] = wk_arena_get(arena, sizes[i], sizeof(double));
    wk_hidden_draw_weights(0, M, d, seed, t->W);
    memcpy(t->Vt, net->Vt, M * k * sizeof *t->Vt);
    forward(t);
    return WK_OK;
}
