#include "problem.h"

#include "model/cell/npy.h"

#include <stdio.h>
#include <string.h>

const double wk_bench_eta = 0.05;

static wk_status load_data(wk_bench_problem *problem, const wk_bench_size *size, wk_error *err) {
    wk_arena *arena = &problem->arena;
    wk_pair pairs[] = {
        {"data.source", wk_value_text("mixture")},
        {"data.classes", wk_value_integer(4, arena)},
        {"data.dim", wk_value_integer((int64_t)size->dim, arena)},
        {"data.triplets", wk_value_integer((int64_t)size->triplets, arena)},
        {"data.noise", wk_value_real(0.5, arena)},
        {"loss.name", wk_value_text("triplet-linear")},
        {"loss.similarity", wk_value_text("cosine")},
    };
    const wk_bag bag = wk_bag_of(pairs, sizeof pairs / sizeof *pairs);
    WK_TRY(wk_data_load(&bag, WK_BENCH_SEED, false, &problem->data, &problem->arena, err));
    const char *culprit;
    return wk_loss_read(&bag, &problem->loss, &culprit, err);
}

wk_status wk_bench_problem_init(wk_bench_problem *problem, const wk_bench_size *size,
                                wk_error *err) {
    WK_TRY(wk_pool_new(size->threads, &problem->pool, err));
    WK_TRY(load_data(problem, size, err));
    const wk_data *data = &problem->data;
    problem->g = wk_arena_get(&problem->arena, size->outputs * data->ld, sizeof(double));
    problem->scratch =
        wk_arena_doubles(&problem->arena, wk_loss_scratch(&problem->loss, data, size->outputs));
    if (!size->width)
        return WK_OK;
    return wk_bench_net(problem, size->width, size->outputs, &problem->net, &problem->arena, err);
}

void wk_bench_problem_release(wk_bench_problem *problem) {
    wk_pool_free(problem->pool);
    wk_arena_release(&problem->arena);
}

wk_net_shape wk_bench_shape(const wk_bench_problem *problem, size_t width, size_t outputs) {
    return (wk_net_shape){width, problem->data.n, problem->data.d, outputs};
}

wk_net_options wk_bench_options(const wk_bench_problem *problem, size_t width, size_t outputs) {
    const wk_net_shape shape = wk_bench_shape(problem, width, outputs);
    const bool primal = wk_net_prefers_primal(shape);
    return (wk_net_options){.primal = primal, .tiled = primal && wk_net_prefers_tiles(shape)};
}

wk_status wk_bench_net(wk_bench_problem *problem, size_t width, size_t outputs, wk_net *net,
                       wk_arena *arena, wk_error *err) {
    const wk_net_options options = wk_bench_options(problem, width, outputs);
    if (!options.primal)
        wk_data_form_gram(&problem->data, &problem->arena);
    return wk_net_new(net, &problem->data, wk_activation_find("relu"), width, outputs, options,
                      WK_BENCH_SEED, problem->pool, arena, err);
}

wk_status wk_bench_step(wk_bench_problem *problem, wk_net *net, wk_error *err) {
    problem->loss.kind->value(&problem->loss, &problem->data, net->k, net->F, problem->g,
                              problem->scratch);
    return wk_net_step(net, problem->g, wk_bench_eta, err);
}

/* ---- for the comparison with others ---- */

static wk_status save_data(wk_bench_problem *problem, const char *folder, wk_error *err) {
    const wk_data *data = &problem->data;
    int64_t *triplets = wk_arena_get(&problem->arena, 3 * data->N, sizeof *triplets);
    for (size_t i = 0; i < data->N; i++) {
        triplets[3 * i] = (int64_t)data->anchor[i];
        triplets[3 * i + 1] = (int64_t)data->positive[i];
        triplets[3 * i + 2] = (int64_t)data->negative[i];
    }
    WK_TRY(wk_npy_doubles(folder, "X", 2, (size_t[]){data->d, data->n}, data->X, err));
    return wk_npy_integers(folder, "triplets", 2, (size_t[]){data->N, 3}, triplets, err);
}

/* The engine drops W once H_0 is formed; here it is drawn again from its stream. */
static wk_status save_first_layer(wk_bench_problem *problem, const char *folder, wk_error *err) {
    const size_t M = problem->net.M, d = problem->data.d;
    double *W = wk_arena_doubles(&problem->arena, M * d);
    wk_hidden_draw_weights(0, M, d, WK_BENCH_SEED, W);
    return wk_npy_doubles(folder, "W", 2, (size_t[]){M, d}, W, err);
}

/* rows of distance ld to rows without gaps */
static wk_status save_rows(wk_bench_problem *problem, const char *folder, const char *name,
                           size_t rows, size_t n, size_t ld, const double *A, wk_error *err) {
    double *copy = wk_arena_doubles(&problem->arena, rows * n);
    for (size_t i = 0; i < rows; i++)
        memcpy(copy + i * n, A + i * ld, n * sizeof *copy);
    return wk_npy_doubles(folder, name, 2, (size_t[]){rows, n}, copy, err);
}

wk_status wk_bench_net_save(wk_bench_problem *problem, const char *folder, const char *H_name,
                            const char *V_name, wk_error *err) {
    const wk_net *net = &problem->net;
    double *V = wk_arena_doubles(&problem->arena, net->k * net->M);
    for (size_t m = 0; m < net->M; m++)
        for (size_t a = 0; a < net->k; a++)
            V[a * net->M + m] = net->Vt[m * net->k + a];
    WK_TRY(wk_npy_doubles(folder, V_name, 2, (size_t[]){net->k, net->M}, V, err));
    const wk_hidden layer = wk_net_first(net);
    double *H = wk_arena_doubles(&problem->arena, net->M * net->ld);
    for (size_t m = 0; m < net->M; m += WK_NET_TILE) {
        const size_t rows = net->M - m < WK_NET_TILE ? net->M - m : WK_NET_TILE;
        double *at = H + m * net->ld;
        const double *h = wk_hidden_rows(&layer, m, rows, at);
        if (h != at)
            memcpy(at, h, rows * net->ld * sizeof *at);
    }
    return save_rows(problem, folder, H_name, net->M, net->n, net->ld, H, err);
}

wk_status wk_bench_problem_save(wk_bench_problem *problem, size_t steps, const char *folder,
                                wk_error *err) {
    wk_net *net = &problem->net;
    WK_TRY(save_data(problem, folder, err));
    WK_TRY(save_first_layer(problem, folder, err));
    WK_TRY(wk_bench_net_save(problem, folder, "H0", "V0", err));
    for (size_t i = 0; i < steps; i++)
        WK_TRY(wk_bench_step(problem, net, err));
    WK_TRY(wk_bench_net_save(problem, folder, "H", "V", err));
    return save_rows(problem, folder, "F", net->k, net->n, net->ld, net->F, err);
}
