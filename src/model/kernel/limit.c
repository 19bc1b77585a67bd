/* Infinite-width kernels, layer by layer. */
#include "model/kernel/limit.h"

#include "model/net/dual.h"
#include "model/pca/pca.h"

typedef struct job {
    const wk_data *data;
    const wk_activation *activation;
    size_t hidden;
    bool residual;
    const double *variance; /* (hidden + 1, n) Σ_ii at each layer */
    double *theta;
} job;

/* One pair of inputs through all layers. */
static double pair(const job *j, size_t i, size_t q) {
    const size_t n = j->data->n;
    double c = wk_data_gram_at(j->data, i, q), theta = c;
    for (size_t l = 0;; l++) {
        const wk_dual dual = j->activation->dual(j->variance[l * n + i], j->variance[l * n + q], c);
        const double next = dual.value + theta * dual.slope;
        if (l == j->hidden)
            return next;
        theta = j->residual ? theta + next : next;
        c = j->residual ? c + dual.value : dual.value;
    }
}

static void row_task(void *context, size_t i, size_t thread) {
    (void)thread;
    const job *j = context;
    const size_t n = j->data->n;
    for (size_t q = 0; q <= i; q++)
        j->theta[i * n + q] = j->theta[q * n + i] = pair(j, i, q);
}

wk_status wk_limit_kernel(const wk_data *data, const wk_activation *activation, size_t hidden,
                          bool residual, wk_pool *pool, double *theta, wk_arena *scratch,
                          wk_error *err) {
    if (!activation->dual)
        return wk_fail(err, WK_BAD_INPUT, "no infinite-width kernel is known for activation '%s'",
                       activation->name);
    const wk_arena_mark mark = wk_arena_here(scratch);
    const size_t n = data->n;
    double *variance = wk_arena_doubles(scratch, (hidden + 1) * n);
    for (size_t i = 0; i < n; i++) {
        variance[i] = wk_data_gram_at(data, i, i);
        for (size_t l = 0; l < hidden; l++) {
            const double v = variance[l * n + i];
            variance[(l + 1) * n + i] = activation->dual(v, v, v).value + (residual ? v : 0);
        }
    }
    job j = {data, activation, hidden, residual, variance, theta};
    wk_pool_run(pool, n, row_task, &j);
    wk_arena_reset(scratch, mark);
    return WK_OK;
}

/* Θ_aa is the mean over units of φ(h)² + v² φ'(h)², Θ_ab that of v_a v_b φ'(h)². */
double wk_limit_variance(const wk_activation *activation, bool same_output) {
    const wk_moments m = wk_dual_moments(activation);
    if (!same_output)
        return m.slope4;
    const wk_dual limit = activation->dual(1, 1, 1);
    const double mean = limit.value + limit.slope;
    return m.value4 + 2 * m.value2_slope2 + 3 * m.slope4 - mean * mean;
}

wk_status wk_limit_growth(size_t n, const double *S, const double *theta, double *mu,
                          wk_arena *scratch, wk_error *err) {
    wk_pca pca;
    WK_TRY(wk_pca_solve(n, theta, S, 1, &pca, scratch, err));
    *mu = 2 * pca.value[0];
    return WK_OK;
}
