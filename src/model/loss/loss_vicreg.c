/* VICReg (Bardes, Ponce, LeCun 2105.04906) in the form of the library lightly   (SCIENCE §1):
 *
 *   25 mean((zᴬ - zᴾ)²) + 25 (v + v')/2 + (c + c')
 *   v = mean_a max(0, 1 - √(Var_{N-1}(z_a) + 1e-4)),   c = Σ_{a≠b} Cov_{N-1}(z_a, z_b)²/k
 *
 * with v, c of the anchors and v', c' of the positives. */
#include "model/data/centre.h"
#include "model/loss/loss_kinds.h"
#include "model/loss/loss_views.h"

#include <math.h>

static const double invariance = 25, variance = 25, ridge = 1e-4;

static wk_status vicreg_check(const wk_loss *loss, size_t N, size_t k, const char **culprit,
                              wk_error *err) {
    (void)k;
    if (N >= 2)
        return WK_OK;
    *culprit = "data.triplets";
    return wk_fail(err, WK_BAD_INPUT, "%s with %zu triplet has no variances; take 2 or more",
                   loss->kind->name, N);
}

/* The terms of one view; z (N, k) is centred, its gradient added to dz. S: (k, k). */
static double spread(size_t N, size_t k, double *z, double *S, double *dz) {
    for (size_t a = 0; a < k; a++)
        wk_centre(N, k, z + a);
    wk_views_moment(N, k, 1 / (double)(N - 1), z, z, S);
    double hinges = 0, squares = 0;
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b < k; b++) {
            double *s = &S[a * k + b]; /* becomes the derivative by itself */
            if (a != b) {
                squares += *s * *s;
                *s = 2 * *s / (double)k;
                continue;
            }
            const double deviation = sqrt(*s + ridge);
            const bool active = !(deviation >= 1); /* NaN goes on */
            hinges += active ? 1 - deviation : 0;
            *s = active ? -0.5 * variance / (2 * deviation * (double)k) : 0;
        }
    wk_views_back(N, k, 2 / (double)(N - 1), z, S, dz);
    return 0.5 * variance * hinges / (double)k + squares / (double)k;
}

static double vicreg_value(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                           double *g, double *scratch) {
    (void)loss;
    const wk_views v = wk_views_gather(data, false, k, F, scratch);
    const size_t N = data->N, half = N * k;
    double apart = 0;
    for (size_t j = 0; j < half; j++) {
        const double off = v.z[j] - v.z[half + j];
        apart += off * off;
        v.dz[j] = 2 * invariance * off / (double)half;
        v.dz[half + j] = -v.dz[j];
    }
    double value = invariance * apart / (double)half;
    value += spread(N, k, v.z, v.spare, v.dz);
    value += spread(N, k, v.z + half, v.spare, v.dz + half);
    wk_views_scatter(&v, data, g);
    return value;
}

const wk_loss_kind wk_loss_vicreg = {
    .name = "vicreg",
    .help = "25 times the mean square between the views, 25 times a hinge on each output's "
            "deviation, and the squared covariances of different outputs",
    .value = vicreg_value,
    .check = vicreg_check,
};
