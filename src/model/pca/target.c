/* The components that a cell is compared with, of its own and of other data. */
#include "model/pca/target.h"

#include "la/blas.h"
#include "model/pca/components.h"

#include <math.h>
#include <string.h>

/* The k components of C of one data set on a hidden layer. */
static wk_status components(const wk_net *net, const wk_hidden *layer, wk_pca *pca, double *S,
                            double **U, wk_arena *arena, wk_error *err) {
    wk_components found;
    *U = wk_arena_doubles(arena, net->M * net->k);
    WK_TRY(wk_components_find(layer, S, net->k, net->pool, &found, arena, err));
    *pca = found.pca;
    if (net->k >= pca->positive)
        return wk_fail(
            err, WK_BAD_INPUT,
            "outputs %zu must be below the number of positive eigenvalues of C, which is "
            "%zu on this data to working accuracy: the top-%zu space is degenerate",
            net->k, pca->positive, net->k);
    wk_components_form(&found, layer, *U, arena);
    return WK_OK;
}

static wk_status other_components(wk_target *target, const wk_net *net, const wk_data *other,
                                  uint64_t seed, wk_arena *arena, wk_error *err) {
    double *S = NULL;
    wk_pca pca;
    wk_data_similarity(other, arena, &S);
    target->U_other = wk_arena_doubles(arena, net->M * net->k);
    wk_arena scratch = {0}; /* a hidden layer of its own, given back at once */
    wk_hidden layer = wk_net_first(net);
    layer.X = other->X;
    layer.n = other->n;
    layer.all = other->all;
    layer.ld = other->ld;
    layer.H = NULL;
    double *U = NULL;
    if (!layer.W) {
        double *H = wk_arena_doubles(&scratch, net->M * other->ld);
        wk_hidden_draw(other, net->M, seed, net->pool, H, &scratch);
        layer.H = H;
    }
    const wk_status status = components(net, &layer, &pca, S, &U, &scratch, err);
    if (status == WK_OK)
        memcpy(target->U_other, U, net->M * net->k * sizeof *U);
    else
        wk_fail_within(err, "other data");
    wk_arena_release(&scratch);
    return status;
}

/* UᵀΦ_0/√M = (K q)ᵀ for U = Φ q/√M: formed from Φ_0 itself through the net's forward kernel. */
static void represent(wk_target *target, const wk_net *net, wk_arena *arena) {
    const size_t k = net->k, ld = net->ld;
    double *F = wk_arena_get(arena, k * ld, sizeof *F);
    target->representation = wk_arena_doubles(arena, k * net->data.all);
    const wk_hidden layer = wk_net_first(net);
    const wk_arena_mark mark = wk_arena_here(arena);
    double *space = wk_arena_doubles(arena, WK_NET_TILE * ld);
    for (size_t m = 0; m < net->M; m += WK_NET_TILE) {
        const size_t rows = net->M - m < WK_NET_TILE ? net->M - m : WK_NET_TILE;
        net->thin->forward(rows, ld, k, wk_hidden_rows(&layer, m, rows, space), ld,
                           target->U + m * k, F, ld);
    }
    wk_arena_reset(arena, mark);
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < net->data.all; i++)
            target->representation[a * net->data.all + i] = F[a * ld + i] / sqrt((double)net->M);
}

wk_status wk_target_init(wk_target *target, const wk_net *net, const wk_data *data,
                         const wk_data *other, uint64_t seed, bool keep_start, wk_arena *arena,
                         wk_error *err) {
    *target = (wk_target){0};
    const wk_hidden start = wk_net_first(net);
    wk_data_similarity(data, arena, &target->S);
    WK_TRY(components(net, &start, &target->pca, target->S, &target->U, arena, err));
    target->gap = wk_pca_gap(&target->pca, net->M);
    target->radius = wk_pca_radius(&target->pca);
    represent(target, net, arena);
    if (other)
        WK_TRY(other_components(target, net, other, seed, arena, err));
    target->start = keep_start ? wk_hidden_copy(&start, arena) : (wk_hidden){0};
    return WK_OK;
}
