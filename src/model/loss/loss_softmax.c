/* Losses that pick the partner out of a crowd, by cross-entropy of logits s/τ   (SCIENCE §1):
 *
 *   infonce   mean over i of -log e^{s(a_i,p_i)/τ} / Σ_j e^{s(a_i,p_j)/τ},   j = i included
 *   nt-xent   mean over the 2N views r of -log e^{s(z_r,z_partner)/τ} / Σ_{q≠r} e^{s(z_r,z_q)/τ}
 *
 * Sums of exponentials are taken relative to the largest logit, so they cannot overflow. */
#include "model/loss/loss_kinds.h"
#include "model/loss/loss_views.h"

#include <math.h>

static const wk_param softmax_rows[] = {
    WK_LOSS_SIMILARITY,
    WK_LOSS_TEMPERATURE,
};

static wk_status softmax_check(const wk_loss *loss, size_t N, size_t k, const char **culprit,
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

/* View r looks for view `partner` among views first … 2N-1 except itself. Gives its part of the
 * loss, and adds `weight` times its gradient. */
static double contrast(const wk_views *v, size_t r, size_t partner, size_t first, double tau,
                       double weight) {
    const size_t last = 2 * v->N, k = v->k;
    const double *zr = v->z + r * k;
    double *logit = v->spare, rest = 0; /* Σ e^{logit - the largest}, without the largest's own 1 */
    size_t best = partner;
    for (size_t q = first; q < last; q++)
        logit[q] = wk_views_dot(k, zr, v->z + q * k) / tau;
    for (size_t q = first; q < last; q++)
        if (q != r && logit[q] > logit[best])
            best = q;
    for (size_t q = first; q < last; q++)
        if (q != r && q != best)
            rest += exp(logit[q] - logit[best]);
    for (size_t q = first; q < last; q++) {
        if (q == r)
            continue;
        const double share = exp(logit[q] - logit[best]) / (1 + rest) - (double)(q == partner);
        wk_views_add(k, weight * share / tau, v->z + q * k, v->dz + r * k);
        wk_views_add(k, weight * share / tau, zr, v->dz + q * k);
    }
    return logit[best] - logit[partner] + log1p(rest);
}

static double infonce_value(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                            double *g, double *scratch) {
    const wk_views views = wk_views_gather(data, loss->cosine, k, F, scratch);
    const double weight = 1 / (double)data->N;
    double value = 0;
    for (size_t i = 0; i < data->N; i++)
        value += contrast(&views, i, data->N + i, data->N, loss->temperature, weight);
    wk_views_scatter(&views, data, g);
    return weight * value;
}

static double nt_xent_value(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                            double *g, double *scratch) {
    const wk_views views = wk_views_gather(data, loss->cosine, k, F, scratch);
    const size_t N = data->N;
    const double weight = 1 / (2 * (double)N);
    double value = 0;
    for (size_t r = 0; r < 2 * N; r++)
        value += contrast(&views, r, r < N ? r + N : r - N, 0, loss->temperature, weight);
    wk_views_scatter(&views, data, g);
    return weight * value;
}

const wk_loss_kind wk_loss_infonce = {
    .name = "infonce",
    .help = "cross-entropy of finding an anchor's positive among all positives of the batch, with "
            "logits s/τ",
    WK_ROWS(softmax_rows),
    .value = infonce_value,
    .check = softmax_check,
};

const wk_loss_kind wk_loss_nt_xent = {
    .name = "nt-xent",
    .help = "that of SimCLR: cross-entropy of finding each view's partner among the other 2N - 1 "
            "views (anchors and positives), with logits s/τ",
    WK_ROWS(softmax_rows),
    .value = nt_xent_value,
    .check = softmax_check,
};
