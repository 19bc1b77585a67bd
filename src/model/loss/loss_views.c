/* The two views of a batch, and what losses over them share. */
#include "model/loss/loss_views.h"

#include "model/data/norm.h"

#include <string.h>

size_t wk_views_scratch(size_t N, size_t k) {
    return 4 * N * k + 2 * N + 2 * k * k + 2 * k;
}

size_t wk_views_column(const wk_data *data, size_t row) {
    return row < data->N ? data->anchor[row] : data->positive[row - data->N];
}

wk_views wk_views_gather(const wk_data *data, bool cosine, size_t k, const double *F,
                         double *scratch) {
    const size_t N = data->N, ld = data->ld;
    wk_views views = {.N = N, .k = k, .cosine = cosine, .z = scratch};
    views.dz = views.z + 2 * N * k;
    views.norm = views.dz + 2 * N * k;
    views.spare = views.norm + 2 * N;
    for (size_t r = 0; r < 2 * N; r++) {
        double *z = views.z + r * k;
        for (size_t a = 0; a < k; a++)
            z[a] = F[a * ld + wk_views_column(data, r)];
        views.norm[r] = cosine ? wk_norm(k, z, 1) : 1;
        for (size_t a = 0; a < k; a++)
            z[a] /= views.norm[r];
    }
    memset(views.dz, 0, 2 * N * k * sizeof *views.dz);
    return views;
}

void wk_views_scatter(const wk_views *views, const wk_data *data, double *g) {
    const size_t k = views->k, ld = data->ld;
    memset(g, 0, k * ld * sizeof *g);
    for (size_t r = 0; r < 2 * views->N; r++) {
        const double *z = views->z + r * k, *dz = views->dz + r * k;
        const double along = views->cosine ? wk_views_dot(k, dz, z) : 0;
        for (size_t a = 0; a < k; a++)
            g[a * ld + wk_views_column(data, r)] +=
                (views->cosine ? dz[a] - along * z[a] : dz[a]) / views->norm[r];
    }
}

void wk_views_add(size_t k, double alpha, const double *x, double *y) {
    for (size_t a = 0; a < k; a++)
        y[a] += alpha * x[a];
}

double wk_views_dot(size_t k, const double *x, const double *y) {
    double sum = 0;
    for (size_t a = 0; a < k; a++)
        sum += x[a] * y[a];
    return sum;
}

void wk_views_moment(size_t N, size_t k, double alpha, const double *A, const double *B,
                     double *C) {
    memset(C, 0, k * k * sizeof *C);
    for (size_t i = 0; i < N; i++)
        for (size_t a = 0; a < k; a++)
            wk_views_add(k, A[i * k + a], B + i * k, C + a * k);
    for (size_t j = 0; j < k * k; j++)
        C[j] *= alpha;
}

void wk_views_back(size_t N, size_t k, double alpha, const double *B, const double *E, double *dA) {
    for (size_t i = 0; i < N; i++)
        for (size_t a = 0; a < k; a++)
            dA[i * k + a] += alpha * wk_views_dot(k, E + a * k, B + i * k);
}
