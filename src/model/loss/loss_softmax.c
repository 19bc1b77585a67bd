/* Losses that pick the partner out of a crowd, by cross-entropy of logits s/τ   (SCIENCE §1):
 *
 *   infonce   mean over i of -log e^{s(a_i,p_i)/τ} / Σ_j e^{s(a_i,p_j)/τ},   j = i included
 *   nt-xent   mean over the 2N views r of -log e^{s(z_r,z_partner)/τ} / Σ_q e^{s(z_r,z_q)/τ},
 *             q over the views of other inputs than r: an input that is drawn twice is in several
 *             views, and must not be its own negative
 *
 * Sums of exponentials are taken relative to the largest logit, so they cannot overflow. */
#include "model/loss/loss_kinds.h"
#include "model/loss/loss_views.h"

#include <math.h>

const wk_param wk_softmax_rows[WK_SOFTMAX_ROWS] = {
    WK_LOSS_SIMILARITY,
    WK_LOSS_TEMPERATURE,
};

wk_status wk_softmax_check(const wk_loss *loss, size_t N, size_t k, const char **culprit,
                           wk_error *err) {
    (void)k;
    if (N >= 2)
        return WK_OK;
    *culprit = "data.triplets";
    return wk_fail(err, WK_BAD_INPUT,
                   "%s with %zu triplet: there is no other to tell the positive from; take 2 or "
                   "more",
                   loss->kind->name, N);
}

/* Is view q view r, or (unless data is NULL) a view of the same input? */
static bool is_own(const wk_data *data, size_t r, size_t q) {
    return q == r || (data && wk_views_column(data, q) == wk_views_column(data, r));
}

/* View r looks for view `partner` among views first … 2N-1 except itself and, with `same`, except
 * views of its own input. Gives its part of the loss, and adds `weight` times its gradient. */
static double contrast(const wk_views *v, const wk_data *same, size_t r, size_t partner,
                       size_t first, double tau, double weight) {
    const size_t last = 2 * v->N, k = v->k;
    const double *zr = v->z + r * k;
    double *logit = v->spare, rest = 0; /* Σ e^{logit - the largest}, without the largest's own 1 */
    size_t best = partner;
    for (size_t q = first; q < last; q++)
        logit[q] = wk_views_dot(k, zr, v->z + q * k) / tau;
    for (size_t q = first; q < last; q++)
        if (!is_own(same, r, q) && logit[q] > logit[best])
            best = q;
    for (size_t q = first; q < last; q++)
        if (!is_own(same, r, q) && q != best)
            rest += exp(logit[q] - logit[best]);
    for (size_t q = first; q < last; q++) {
        if (is_own(same, r, q))
            continue;
        const double share = exp(logit[q] - logit[best]) / (1 + rest) - (double)(q == partner);
        wk_views_add(k, weight * share / tau, v->z + q * k, v->dz + r * k);
        wk_views_add(k, weight * share / tau, zr, v->dz + q * k);
    }
    return logit[best] - logit[partner] + log1p(rest);
}

double wk_infonce_value(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                        double *g, double *scratch) {
    const wk_views views = wk_views_gather(data, loss->cosine, k, F, scratch);
    const double weight = 1 / (double)data->N;
    double value = 0;
    for (size_t i = 0; i < data->N; i++)
        value += contrast(&views, NULL, i, data->N + i, data->N, loss->temperature, weight);
    wk_views_scatter(&views, data, g);
    return weight * value;
}

double wk_nt_xent_value(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                        double *g, double *scratch) {
    const wk_views views = wk_views_gather(data, loss->cosine, k, F, scratch);
    const size_t N = data->N;
    const double weight = 1 / (2 * (double)N);
    double value = 0;
    for (size_t r = 0; r < 2 * N; r++)
        value += contrast(&views, data, r, r < N ? r + N : r - N, 0, loss->temperature, weight);
    wk_views_scatter(&views, data, g);
    return weight * value;
}
