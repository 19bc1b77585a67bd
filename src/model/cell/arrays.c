/* Arrays of a cell, kept for whoever wants to compute it again. */
#include "model/cell/arrays.h"

#include "model/cell/npy.h"

#include <string.h>

/* (M, all) from rows with distance ld; (k, M) from the transpose. */
static wk_status save_weights(const wk_arrays *arrays, const wk_net *net, const char *H_name,
                              const char *V_name, wk_error *err) {
    const size_t n = net->data.all, k = net->k, M = net->M;
    const wk_hidden layer = wk_net_first(net);
    size_t *all = wk_arena_get(arrays->arena, n, sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i] = i;
    const wk_arena_mark mark = wk_arena_here(arrays->arena);
    double *H = wk_arena_doubles(arrays->arena, M * n);
    double *V = wk_arena_doubles(arrays->arena, M * k);
    for (size_t m = 0; m < M; m++) {
        for (size_t a = 0; a < k; a++)
            V[a * M + m] = net->Vt[m * k + a];
    }
    wk_hidden_gather(&layer, n, all, H, n, arrays->arena);
    WK_TRY(wk_npy_doubles(arrays->folder, H_name, 2, (size_t[]){M, n}, H, err));
    WK_TRY(wk_npy_doubles(arrays->folder, V_name, 2, (size_t[]){k, M}, V, err));
    wk_arena_reset(arrays->arena, mark);
    return WK_OK;
}

/* What the first layer is trained by: G, or W0. */
static wk_status save_form(const wk_arrays *arrays, const wk_data *data, const wk_net *net,
                           wk_error *err) {
    const size_t n = data->all;
    if (net->W)
        return wk_npy_doubles(arrays->folder, "W0", 2, (size_t[]){net->M, data->d}, net->W, err);
    double *G = wk_arena_doubles(arrays->arena, n * n);
    for (size_t i = 0; i < n; i++)
        memcpy(G + i * n, data->G + i * data->ld, n * sizeof *G);
    return wk_npy_doubles(arrays->folder, "G", 2, (size_t[]){n, n}, G, err);
}

wk_status wk_arrays_start(wk_arrays *arrays, const wk_data *data, const wk_net *net,
                          const size_t *probe, size_t p, wk_error *err) {
    if (!arrays->folder)
        return WK_OK;
    const size_t N = data->N;
    const char *folder = arrays->folder;
    int64_t *triplet = wk_arena_get(arrays->arena, 3 * N, sizeof *triplet);
    int64_t *probes = wk_arena_get(arrays->arena, p, sizeof *probes);
    for (size_t i = 0; i < N; i++) {
        triplet[3 * i] = (int64_t)data->anchor[i];
        triplet[3 * i + 1] = (int64_t)data->positive[i];
        triplet[3 * i + 2] = (int64_t)data->negative[i];
    }
    for (size_t i = 0; i < p; i++)
        probes[i] = (int64_t)probe[i];
    arrays->side = net->k * p;
    WK_TRY(wk_npy_doubles(folder, "X", 2, (size_t[]){data->d, data->all}, data->X, err));
    WK_TRY(save_form(arrays, data, net, err));
    WK_TRY(wk_npy_integers(folder, "triplets", 2, (size_t[]){N, 3}, triplet, err));
    WK_TRY(wk_npy_integers(folder, "probes", 1, &p, probes, err));
    return save_weights(arrays, net, "H0", "V0", err);
}

static void make_room(wk_arrays *arrays, const wk_net *net, size_t most) {
    arrays->most = most;
    arrays->step = wk_arena_get(arrays->arena, most, sizeof *arrays->step);
    arrays->t = wk_arena_doubles(arrays->arena, most);
    arrays->F = wk_arena_doubles(arrays->arena, most * net->k * net->data.all);
    arrays->ntk = wk_arena_doubles(arrays->arena, most * arrays->side * arrays->side);
}

void wk_arrays_keep(wk_arrays *arrays, const wk_net *net, size_t step, double t, const wk_ntk *ntk,
                    size_t most) {
    if (!arrays->folder)
        return;
    if (!arrays->most)
        make_room(arrays, net, most);
    WK_ASSERT(arrays->count < arrays->most);
    const size_t at = arrays->count++;
    arrays->step[at] = (int64_t)step;
    arrays->t[at] = t;
    for (size_t a = 0; a < net->k; a++)
        memcpy(arrays->F + (at * net->k + a) * net->data.all, net->F + a * net->ld,
               net->data.all * sizeof(double));
    if (ntk)
        wk_ntk_expand(ntk, arrays->ntk + at * arrays->side * arrays->side);
}

wk_status wk_arrays_end(wk_arrays *arrays, wk_net *net, wk_error *err) {
    if (!arrays->folder)
        return WK_OK;
    const size_t count = arrays->count, side = arrays->side;
    const char *folder = arrays->folder;
    WK_TRY(wk_npy_integers(folder, "step", 1, &count, arrays->step, err));
    WK_TRY(wk_npy_doubles(folder, "t", 1, &count, arrays->t, err));
    WK_TRY(
        wk_npy_doubles(folder, "F", 3, (size_t[]){count, net->k, net->data.all}, arrays->F, err));
    if (side)
        WK_TRY(wk_npy_doubles(folder, "ntk", 3, (size_t[]){count, side, side}, arrays->ntk, err));
    wk_net_settle(net);
    return save_weights(arrays, net, "H", "V", err);
}
