/* The components that a cell is compared with, of its own and of other data. */
#include "model/pca/target.h"

#include "la/blas.h"
#include "model/pca/components.h"

#include <math.h>
#include <string.h>

/* The k components of C of one data set on hidden layer H (M, ld). */
static wk_status components(const wk_net *net, const wk_data *data, const double *H, wk_pca *pca,
                            double *S, double **U, wk_arena *arena, wk_error *err) {
    const wk_features features = {net->thin, H, net->M, data->n, data->ld};
    wk_components found;
    *U = wk_arena_doubles(arena, net->M * net->k);
    WK_TRY(wk_components_find(&features, S, net->k, net->pool, &found, arena, err));
    *pca = found.pca;
    if (net->k >= pca->positive)
        return wk_fail(
            err, WK_BAD_INPUT,
            "outputs %zu must be below the number of positive eigenvalues of C, which is "
            "%zu on this data to working accuracy: the top-%zu space is degenerate",
            net->k, pca->positive, net->k);
    wk_components_form(&found, &features, *U, arena);
    return WK_OK;
}

static wk_status other_components(wk_target *target, const wk_net *net, const wk_data *other,
                                  uint64_t seed, wk_arena *arena, wk_error *err) {
    double *S = NULL;
    wk_pca pca;
    wk_data_similarity(other, arena, &S);
    target->U_other = wk_arena_doubles(arena, net->M * net->k);
    wk_arena scratch = {0}; /* a hidden layer of its own, given back at once */
    double *H = wk_arena_doubles(&scratch, net->M * other->ld), *U = NULL;
    wk_status status = H ? WK_OK : WK_CANNOT;
    if (status == WK_OK)
        wk_net_draw_hidden(other, net->M, seed, net->pool, H, &scratch);
    if (status == WK_OK)
        status = components(net, other, H, &pca, S, &U, &scratch, err);
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
    target->representation = wk_arena_doubles(arena, k * net->n);
    net->thin->forward(net->M, ld, k, net->H, target->U, F);
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < net->n; i++)
            target->representation[a * net->n + i] = F[a * ld + i] / sqrt((double)net->M);
}

wk_status wk_target_init(wk_target *target, const wk_net *net, const wk_data *data,
                         const wk_data *other, uint64_t seed, bool keep_start, wk_arena *arena,
                         wk_error *err) {
    *target = (wk_target){0};
    wk_data_similarity(data, arena, &target->S);
    WK_TRY(components(net, data, net->H, &target->pca, target->S, &target->U, arena, err));
    target->gap = wk_pca_gap(&target->pca, net->M);
    target->radius = wk_pca_radius(&target->pca);
    represent(target, net, arena);
    if (other)
        WK_TRY(other_components(target, net, other, seed, arena, err));
    if (keep_start) {
        target->H0 = wk_arena_doubles(arena, net->M * net->ld);
        memcpy(target->H0, net->H, net->M * net->ld * sizeof *target->H0);
    }
    return WK_OK;
}
