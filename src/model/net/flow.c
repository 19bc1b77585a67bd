/* Gradient flow by Dormand–Prince steps. */
#include "model/net/flow.h"

#include "la/blas.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const double a[WK_FLOW_STAGES][WK_FLOW_STAGES - 1] = {
    {0},
    {1.0 / 5},
    {3.0 / 40, 9.0 / 40},
    {44.0 / 45, -56.0 / 15, 32.0 / 9},
    {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
    {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
    {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}, /* = order 5 */
};
/* Order 5 less order 4. */
static const double e[WK_FLOW_STAGES] = {71.0 / 57600,      0,          -71.0 / 16695, 71.0 / 1920,
                                         -17253.0 / 339200, 22.0 / 525, -1.0 / 40};

/* (rows, ld), of which the first `columns` of a row decide the step's size. */
static void add_array(wk_flow *flow, double *state, size_t rows, size_t ld, size_t columns) {
    if (!state)
        return;
    WK_ASSERT(flow->arrays < WK_FLOW_ARRAYS);
    flow->state[flow->arrays] = state;
    flow->size[flow->arrays] = rows * ld;
    flow->ld[flow->arrays] = ld;
    flow->columns[flow->arrays++] = columns;
}

void wk_flow_init(wk_flow *flow, wk_net *net, const double *g, wk_flow_gradient *gradient,
                  void *context, double tolerance, double first_step, wk_arena *arena) {
    WK_ASSERT(!net->options.orthogonal);
    *flow = (wk_flow){.net = net,
                      .g = g,
                      .gradient = gradient,
                      .context = context,
                      .tolerance = tolerance,
                      .step = first_step};
    const size_t M = net->M, d = net->data.d;
    add_array(flow, net->Vt, M, net->k, net->k);
    if (!net->options.frozen) {
        if (net->W) {
            add_array(flow, net->W, M, d, d);
        } else {
            add_array(flow, net->H, M, net->ld, net->n);
            add_array(flow, net->A, M, net->ld, net->n);
        }
        for (size_t l = 0; l < net->deep.layers; l++)
            add_array(flow, net->deep.W[l], M, M, M);
    }
    for (size_t i = 0; i < flow->arrays; i++) {
        flow->base[i] = wk_arena_doubles(arena, flow->size[i]);
        for (size_t s = 0; s < WK_FLOW_STAGES; s++)
            flow->increment[s][i] = wk_arena_doubles(arena, flow->size[i]);
    }
}

/* state = base + Σ_r weight[r] increment[r] */
static void combine(wk_flow *flow, const double *weight, size_t stages) {
    for (size_t i = 0; i < flow->arrays; i++) {
        double *state = flow->state[i];
        memcpy(state, flow->base[i], flow->size[i] * sizeof *state);
        for (size_t r = 0; r < stages; r++)
            for (size_t j = 0; weight[r] != 0 && j < flow->size[i]; j++)
                state[j] += weight[r] * flow->increment[r][i][j];
    }
}

/* increment[s] = h k_s at the present state; the net is left one gradient step further. */
static wk_status take_stage(wk_flow *flow, size_t s, double h, wk_error *err) {
    WK_TRY(wk_net_refresh(flow->net, err));
    WK_TRY(flow->gradient(flow->context, err));
    flow->evaluations++;
    for (size_t i = 0; i < flow->arrays; i++)
        memcpy(flow->increment[s][i], flow->state[i], flow->size[i] * sizeof(double));
    WK_TRY(wk_net_step(flow->net, flow->g, h, err));
    for (size_t i = 0; i < flow->arrays; i++)
        for (size_t j = 0; j < flow->size[i]; j++)
            flow->increment[s][i][j] = flow->state[i][j] - flow->increment[s][i][j];
    return WK_OK;
}

/* Root of the mean square of the error estimate in units of the tolerance, over all numbers of the
 * state but those of inputs held out, which must not change how the others are trained. */
static double local_error(const wk_flow *flow) {
    double sum = 0, count = 0;
    for (size_t i = 0; i < flow->arrays; i++)
        for (size_t j = 0; j < flow->size[i]; j++) {
            if (j % flow->ld[i] >= flow->columns[i])
                continue;
            double error = 0;
            for (size_t s = 0; s < WK_FLOW_STAGES; s++)
                error += e[s] * flow->increment[s][i][j];
            const double scale = flow->tolerance * (1 + fabs(flow->base[i][j]));
            sum += (error / scale) * (error / scale);
            count++;
        }
    return sqrt(sum / count);
}

/* One accepted step of at most `most`; *taken is its size. */
static wk_status step_once(wk_flow *flow, double t, double most, double *taken, wk_error *err) {
    for (size_t i = 0; i < flow->arrays; i++)
        memcpy(flow->base[i], flow->state[i], flow->size[i] * sizeof(double));
    for (;;) {
        const double h = fmin(flow->step, most);
        if (!(h > 16 * DBL_EPSILON * fabs(t)))
            return wk_fail(err, WK_CANNOT, "the flow needs steps below %g at t = %g", h, t);
        for (size_t s = 0; s < WK_FLOW_STAGES; s++) {
            combine(flow, a[s], s);
            WK_TRY(take_stage(flow, s, h, err));
        }
        const double error = local_error(flow);
        const double factor = error > 0 ? fmin(5, fmax(0.1, 0.9 * pow(error, -0.2))) : 5;
        if (error <= 1) {
            /* A step that `most` cut short says nothing against a longer one. */
            flow->step = h < flow->step ? fmax(flow->step, h * factor) : h * factor;
            combine(flow, a[WK_FLOW_STAGES - 1], WK_FLOW_STAGES - 1);
            *taken = h;
            return WK_OK;
        }
        flow->step = h * (isnan(error) ? 0.1 : factor);
        flow->rejected++;
    }
}

wk_status wk_flow_advance(wk_flow *flow, double t, double until, double bound, double *reached,
                          wk_error *err) {
    while (t < until) {
        double taken = 0;
        WK_TRY(step_once(flow, t, until - t, &taken, err));
        t = until - t <= taken ? until : t + taken;
        WK_TRY(wk_net_refresh(flow->net, err));
        const wk_net *net = flow->net;
        if (!(wk_la_norm(net->k, net->n, net->F, net->ld) <= bound))
            break;
    }
    *reached = t;
    return t < until ? WK_OK : flow->gradient(flow->context, err);
}
