/* triplet-linear: loss = (1/N) sum over triplets of s(f_a, f_m) - s(f_a, f_p)   (SCIENCE §1)
 * Gradients: dot      ds/du = v
 *            cosine   ds/du = (v/||v|| - s u/||u||) / ||u||, so that <g_i, f_i> = 0 (I1). */
#include "model/loss_triplet.h"

#include <math.h>
#include <string.h>

const wk_param wk_triplet_rows[WK_TRIPLET_ROWS] = {
    {"similarity", WK_WORD, WK_AXIS, "cosine", 0, 0, wk_similarities, NULL,
     "cosine: u'v/(||u|| ||v||); dot: u'v"},
};

/* Adds weight * s(f_i, f_j) to the loss and its gradient to columns i and j of g. norm: (n), 1 for
 * dot. */
static double add_pair(const wk_loss *loss, size_t k, size_t ld, const double *F, double *g,
                       const double *norm, double weight, size_t i, size_t j) {
    double s = 0;
    for (size_t a = 0; a < k; a++)
        s += (F[a * ld + i] / norm[i]) * (F[a * ld + j] / norm[j]);
    const double pull = loss->cosine ? s : 0;
    for (size_t a = 0; a < k; a++) {
        const double u = F[a * ld + i] / norm[i], v = F[a * ld + j] / norm[j];
        g[a * ld + i] += weight * (v - pull * u) / norm[i];
        g[a * ld + j] += weight * (u - pull * v) / norm[j];
    }
    return weight * s;
}

double wk_triplet_value(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                        double *g, double *norm) {
    const size_t ld = data->ld;
    for (size_t i = 0; i < data->n; i++) {
        double sum = 0;
        for (size_t a = 0; a < k; a++)
            sum += F[a * ld + i] * F[a * ld + i];
        norm[i] = loss->cosine ? sqrt(sum) : 1;
    }
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
