#include "model/limit.h"

#include "model/pca.h"

typedef struct job {
    const wk_data *data;
    const wk_activation *activation;
    double *theta;
} job;

static void row_task(void *context, size_t i, size_t thread) {
    (void)thread;
    const job *j = context;
    const wk_data *data = j->data;
    for (size_t q = 0; q <= i; q++) {
        const double *G = data->G;
        const double c = G[i * data->ld + q];
        const wk_dual dual = j->activation->dual(G[i * data->ld + i], G[q * data->ld + q], c);
        j->theta[i * data->n + q] = j->theta[q * data->n + i] = dual.value + c * dual.slope;
    }
}

wk_status wk_limit_kernel(const wk_data *data, const wk_activation *activation, wk_pool *pool,
                          double *theta, wk_error *err) {
    if (!activation->dual)
        return wk_fail(err, WK_BAD_INPUT, "no infinite-width kernel is known for activation '%s'",
                       activation->name);
    job j = {data, activation, theta};
    wk_pool_run(pool, data->n, row_task, &j);
    return WK_OK;
}

wk_status wk_limit_growth(size_t n, const double *S, const double *theta, double *mu,
                          wk_arena *scratch, wk_error *err) {
    wk_pca pca;
    WK_TRY(wk_pca_solve(n, theta, S, 1, &pca, scratch, err));
    *mu = 2 * pca.value[0];
    return WK_OK;
}
