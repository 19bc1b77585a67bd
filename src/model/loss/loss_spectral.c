/* The spectral contrastive loss: -2 mean_i s(a_i, p_i) + mean_{i,j} s(a_i, p_j)², with i = j
 * included: for dot it is then at least -min(k, N); without it, unbounded below (SCIENCE §1). */
#include "model/loss/loss_kinds.h"
#include "model/loss/loss_views.h"

static const wk_param spectral_rows[] = {
    WK_LOSS_SIMILARITY,
};

static double spectral_value(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                             double *g, double *scratch) {
    const wk_views v = wk_views_gather(data, loss->cosine, k, F, scratch);
    const size_t N = data->N;
    const double each = 1 / (double)N, pair = each * each;
    double aligned = 0, squares = 0;
    for (size_t i = 0; i < N; i++)
        for (size_t j = N; j < 2 * N; j++) {
            const double s = wk_views_dot(k, v.z + i * k, v.z + j * k);
            const bool own = j == N + i;
            const double slope = 2 * pair * s - (own ? 2 * each : 0);
            aligned += own ? s : 0;
            squares += s * s;
            wk_views_add(k, slope, v.z + j * k, v.dz + i * k);
            wk_views_add(k, slope, v.z + i * k, v.dz + j * k);
        }
    wk_views_scatter(&v, data, g);
    return pair * squares - 2 * each * aligned;
}

const wk_loss_kind wk_loss_spectral = {
    .name = "spectral",
    .help = "-2 mean s(anchor, positive) + mean over all pairs, of one triplet too, of "
            "s(anchor, positive)²",
    WK_ROWS(spectral_rows),
    .value = spectral_value,
};
