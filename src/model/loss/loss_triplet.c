/* The triplet losses, means over the triplets (a, p, m) with x = s(f_a, f_m) - s(f_a, f_p) of
 * x itself and of log(1 + e^{x/τ})   (SCIENCE §1).
 * Gradients: dot      ds/du = v
 *            cosine   ds/du = (v/||v|| - s u/||u||) / ||u||, so that <g_i, f_i> = 0 (I1). */
#include "model/data/norm.h"
#include "model/loss/loss_kinds.h"

#include <math.h>
#include <string.h>

static const wk_param triplet_linear_rows[] = {
    WK_LOSS_SIMILARITY,
};
static const wk_param triplet_logistic_rows[] = {
    WK_LOSS_SIMILARITY,
    WK_LOSS_TEMPERATURE,
};

/* norm: (n), 1 for dot */
static double similarity(size_t k, size_t ld, const double *F, const double *norm, size_t i,
                         size_t j) {
    double s = 0;
    for (size_t a = 0; a < k; a++)
        s += (F[a * ld + i] / norm[i]) * (F[a * ld + j] / norm[j]);
    return s;
}

/* Adds weight * s(f_i, f_j) to the loss and its gradient to columns i and j of g. */
static double add_pair(const wk_loss *loss, size_t k, size_t ld, const double *F, double *g,
                       const double *norm, double weight, size_t i, size_t j) {
    const double s = similarity(k, ld, F, norm, i, j);
    const double pull = loss->cosine ? s : 0;
    for (size_t a = 0; a < k; a++) {
        const double u = F[a * ld + i] / norm[i], v = F[a * ld + j] / norm[j];
        g[a * ld + i] += weight * (v - pull * u) / norm[i];
        g[a * ld + j] += weight * (u - pull * v) / norm[j];
    }
    return weight * s;
}

static void find_norms(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                       double *norm) {
    for (size_t i = 0; i < data->n; i++)
        norm[i] = loss->cosine ? wk_norm(k, F + i, data->ld) : 1;
}

static double triplet_linear_value(const wk_loss *loss, const wk_data *data, size_t k,
                                   const double *F, double *g, double *norm) {
    const size_t ld = data->ld;
    find_norms(loss, data, k, F, norm);
    memset(g, 0, k * ld * sizeof *g);
    const double weight = 1 / (double)data->N;
    double value = 0;
    for (size_t t = 0; t < data->N; t++) {
        const size_t a = data->anchor[t];
        value += add_pair(loss, k, ld, F, g, norm, weight, a, data->negative[t]);
        value += add_pair(loss, k, ld, F, g, norm, -weight, a, data->positive[t]);
    }
    return value;
}

double wk_triplet_mean(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                       double *g, double *norm, wk_triplet_part *part) {
    const size_t ld = data->ld;
    find_norms(loss, data, k, F, norm);
    memset(g, 0, k * ld * sizeof *g);
    double value = 0;
    for (size_t t = 0; t < data->N; t++) {
        const size_t a = data->anchor[t], p = data->positive[t], m = data->negative[t];
        double weight = 0;
        value += part(loss, similarity(k, ld, F, norm, a, m) - similarity(k, ld, F, norm, a, p),
                      (double)data->N, &weight);
        add_pair(loss, k, ld, F, g, norm, weight, a, m);
        add_pair(loss, k, ld, F, g, norm, -weight, a, p);
    }
    return value / (double)data->N;
}

static double logistic(const wk_loss *loss, double gap, double N, double *weight) {
    const double tau = loss->temperature, x = gap / tau;
    const double small = exp(-fabs(x)); /* neither this nor what follows can overflow */
    const double slope = (x > 0 ? 1 : small) / (1 + small);
    *weight = slope / (tau * N);
    return (x > 0 ? x : 0) + log1p(small);
}

static double triplet_logistic_value(const wk_loss *loss, const wk_data *data, size_t k,
                                     const double *F, double *g, double *norm) {
    return wk_triplet_mean(loss, data, k, F, g, norm, logistic);
}

const wk_loss_kind wk_loss_triplet_linear = {
    .name = "triplet-linear",
    .help = "mean over triplets of s(anchor, negative) - s(anchor, positive)",
    WK_ROWS(triplet_linear_rows),
    .value = triplet_linear_value,
    .bilinear = true,
};

const wk_loss_kind wk_loss_triplet_logistic = {
    .name = "triplet-logistic",
    .help = "mean over triplets of log(1 + exp((s(anchor, negative) - s(anchor, positive))/τ))",
    WK_ROWS(triplet_logistic_rows),
    .value = triplet_logistic_value,
};
