/* The batch as two views, for the losses that compare all of it with all of it: the outputs of the
 * anchors and those of their positives, gathered into rows. An input may be in several rows.
 *
 *   const wk_views views = wk_views_gather(data, cosine, k, F, scratch);
 *   … value from views.z, gradient added to views.dz …
 *   wk_views_scatter(&views, data, g);
 */
#ifndef WK_MODEL_LOSS_LOSS_VIEWS_H
#define WK_MODEL_LOSS_LOSS_VIEWS_H

#include "model/data/data.h"

typedef struct wk_views {
    size_t N, k;
    bool cosine;
    double *z;  /* (2N, k): row i is f of anchor i, row N+i f of its positive; f/||f|| if cosine */
    double *dz; /* (2N, k): dloss/dz, zero at first */
    double *norm;  /* (2N): ||f||, 1 for dot */
    double *spare; /* (2k² + 2k): for the loss */
} wk_views;

size_t wk_views_scratch(size_t N, size_t k);

/* The input, a column of X, that view `row` is of: an anchor (row < N) or a positive. */
size_t wk_views_column(const wk_data *data, size_t row);

/* From F (k, ld); everything lies in scratch, wk_views_scratch(N, k) doubles. */
wk_views wk_views_gather(const wk_data *data, bool cosine, size_t k, const double *F,
                         double *scratch);

/* g (k, ld) = dloss/dF from dz, through the normalisation: (dz - <dz, z> z)/||f|| if cosine, so
 * that <g_i, f_i> = 0 (I1); z must then still be what gather left. */
void wk_views_scatter(const wk_views *views, const wk_data *data, double *g);

/* y += alpha x, and <x, y>, on rows of k. */
void wk_views_add(size_t k, double alpha, const double *x, double *y);
double wk_views_dot(size_t k, const double *x, const double *y);

/* C (k, k) = alpha AᵀB, and dA += alpha B Eᵀ, of rows A, B, dA (N, k) and E (k, k). */
void wk_views_moment(size_t N, size_t k, double alpha, const double *A, const double *B, double *C);
void wk_views_back(size_t N, size_t k, double alpha, const double *B, const double *E, double *dA);

#endif
