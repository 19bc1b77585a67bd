/* Losses on the k x k matrix C between the outputs of the two views   (SCIENCE §1):
 *
 *   barlow-twins    Σ_a (1 - C_aa)² + λ Σ_{a≠b} C_ab²,  C = ẑᴬᵀẑᴮ/N, ẑ each output of each view
 *                   standardised over the batch: mean 0, population variance 1, nothing added to it
 *   barlow-linear   ‖C - I‖²,  C = (F_A F_Pᵀ + F_P F_Aᵀ)/2N  (Simon et al. 2303.15438)
 *
 * barlow-twins sees no shift nor scale of an output, so Σ_i g_ai f_ai = 0 over each view (I2b). */
#include "model/data/centre.h"
#include "model/loss/loss_kinds.h"
#include "model/loss/loss_views.h"

#include <math.h>

/* clang-format off */
static const wk_param barlow_twins_rows[] = {
    {.name = "lambda", .type = WK_REAL, .flags = WK_AXIS, .fallback = "0.005", .max = 1e6,
     .help = "λ, the weight of correlations between different outputs", .label = "weight λ",
     .symbol = "λ", .offset = offsetof(wk_loss, lambda)},
};
/* clang-format on */

static wk_status barlow_twins_check(const wk_loss *loss, size_t N, size_t k, const char **culprit,
                                    wk_error *err) {
    (void)k;
    if (N >= 3)
        return WK_OK;
    *culprit = "data.triplets";
    return wk_fail(err, WK_BAD_INPUT,
                   "%s with triplets %zu: standardised over so few, outputs are constants; take 3 "
                   "or more",
                   loss->kind->name, N);
}

/* z (N, k) to mean 0 and variance 1; deviation (k) is what was divided by. */
static void standardise(size_t N, size_t k, double *z, double *deviation) {
    for (size_t a = 0; a < k; a++) {
        const double rounding = wk_centre(N, k, z + a);
        double sum = 0;
        for (size_t i = 0; i < N; i++)
            sum += z[i * k + a] * z[i * k + a];
        deviation[a] = sqrt(sum / (double)N);
        if (deviation[a] <= rounding)
            deviation[a] = NAN; /* an output without variance, and so is the answer */
        for (size_t i = 0; i < N; i++)
            z[i * k + a] /= deviation[a];
    }
}

/* dloss/dẑ in dz becomes dloss/dz: (dẑ - mean(dẑ) - ẑ mean(dẑ ẑ))/deviation. */
static void standardise_back(size_t N, size_t k, const double *z, const double *deviation,
                             double *dz) {
    for (size_t a = 0; a < k; a++) {
        double mean = 0, along = 0;
        for (size_t i = 0; i < N; i++) {
            mean += dz[i * k + a];
            along += dz[i * k + a] * z[i * k + a];
        }
        mean /= (double)N;
        along /= (double)N;
        for (size_t i = 0; i < N; i++)
            dz[i * k + a] = (dz[i * k + a] - mean - along * z[i * k + a]) / deviation[a];
    }
}

/* Σ_a (1 - C_aa)² + weight Σ_{a≠b} C_ab²; C becomes its derivative by C. */
static double from_identity(size_t k, double weight, double *C) {
    double value = 0;
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b < k; b++) {
            const double off = C[a * k + b] - (double)(a == b), w = a == b ? 1 : weight;
            value += w * off * off;
            C[a * k + b] = 2 * w * off;
        }
    return value;
}

static void transpose(size_t k, double *C) {
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b < a; b++) {
            const double kept = C[a * k + b];
            C[a * k + b] = C[b * k + a];
            C[b * k + a] = kept;
        }
}

static double barlow_twins_value(const wk_loss *loss, const wk_data *data, size_t k,
                                 const double *F, double *g, double *scratch) {
    const wk_views v = wk_views_gather(data, false, k, F, scratch);
    const size_t N = data->N;
    double *A = v.z, *P = v.z + N * k, *dA = v.dz, *dP = v.dz + N * k;
    double *C = v.spare, *deviation = C + k * k;
    const double each = 1 / (double)N;
    standardise(N, k, A, deviation);
    standardise(N, k, P, deviation + k);
    wk_views_moment(N, k, each, A, P, C);
    const double value = from_identity(k, loss->lambda, C);
    wk_views_back(N, k, each, P, C, dA);
    transpose(k, C);
    wk_views_back(N, k, each, A, C, dP);
    standardise_back(N, k, A, deviation, dA);
    standardise_back(N, k, P, deviation + k, dP);
    wk_views_scatter(&v, data, g);
    return value;
}

static double barlow_linear_value(const wk_loss *loss, const wk_data *data, size_t k,
                                  const double *F, double *g, double *scratch) {
    (void)loss;
    const wk_views v = wk_views_gather(data, false, k, F, scratch);
    const size_t N = data->N;
    const double *A = v.z, *P = v.z + N * k;
    const double each = 1 / (double)N;
    double *C = v.spare;
    wk_views_moment(N, k, each, A, P, C);
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b < a; b++)
            C[a * k + b] = C[b * k + a] = 0.5 * (C[a * k + b] + C[b * k + a]);
    const double value = from_identity(k, 1, C);
    wk_views_back(N, k, each, P, C, v.dz);
    wk_views_back(N, k, each, A, C, v.dz + N * k);
    wk_views_scatter(&v, data, g);
    return value;
}

const wk_loss_kind wk_loss_barlow_twins = {
    .name = "barlow-twins",
    .help = "Σ_a (1 - C_aa)² + λ Σ_{a≠b} C_ab², C the correlations between the outputs of the "
            "anchors and those of the positives",
    WK_ROWS(barlow_twins_rows),
    .value = barlow_twins_value,
    .check = barlow_twins_check,
    .undefined = ": an output has no variance over the anchors, or over the positives, where "
                 "correlations are not defined",
};

const wk_loss_kind wk_loss_barlow_linear = {
    .name = "barlow-linear",
    .help = "‖C - I‖², C the symmetrised second moments between the outputs of the anchors and "
            "those of the positives, not standardised",
    .value = barlow_linear_value,
};
