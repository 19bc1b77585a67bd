/* The spectral contrastive loss: -2 mean_i s(a_i, p_i) + mean_{i,j} s(a_i, p_j)², with i = j
 * included: for dot it is then at least -min(k, N); without it, unbounded below (SCIENCE §1).
 *
 * With anchors and positives in the rows of A and P the squares are ‖A Pᵀ‖² = ⟨AᵀA, PᵀP⟩, so that
 * no pair is visited. */
#include "model/loss/loss_kinds.h"
#include "model/loss/loss_views.h"

static const wk_param spectral_rows[] = {
    WK_LOSS_SIMILARITY,
};

static double spectral_value(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                             double *g, double *scratch) {
    const wk_views v = wk_views_gather(data, loss->cosine, k, F, scratch);
    const size_t N = data->N, half = N * k;
    const double each = 1 / (double)N, pair = each * each;
    const double *a = v.z, *p = v.z + half;
    double *of_a = v.spare, *of_p = of_a + k * k; /* AᵀA and PᵀP */
    double aligned = 0, squares = 0;
    wk_views_moment(N, k, 1, a, a, of_a);
    wk_views_moment(N, k, 1, p, p, of_p);
    for (size_t j = 0; j < k * k; j++)
        squares += of_a[j] * of_p[j];
    for (size_t j = 0; j < half; j++)
        aligned += a[j] * p[j];
    wk_views_back(N, k, 2 * pair, a, of_p, v.dz);
    wk_views_back(N, k, 2 * pair, p, of_a, v.dz + half);
    wk_views_add(half, -2 * each, p, v.dz);
    wk_views_add(half, -2 * each, a, v.dz + half);
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
