/* Gradient flow, dθ/dt = −∇ℓ: the Dormand–Prince pair of orders 5 and 4 (Dormand & Prince 1980;
 * Hairer, Nørsett & Wanner, table II.5.2), steps chosen so that the local error stays below the
 * tolerance.
 *
 * A stage's increment h k is what one gradient step of size h does to the state, so there is one
 * gradient in the program: wk_net_step's. Not for orthogonal networks, whose step retracts.
 */
#ifndef WK_MODEL_NET_FLOW_H
#define WK_MODEL_NET_FLOW_H

#include "model/net/net.h"

enum { WK_FLOW_STAGES = 7, WK_FLOW_ARRAYS = 3 + WK_DEEP_MOST };

/* Fills g (k, ld) = ∂ℓ/∂F at net->F. */
typedef wk_status wk_flow_gradient(void *context, wk_error *err);

typedef struct wk_flow {
    wk_net *net;
    const double *g;
    wk_flow_gradient *gradient;
    void *context;
    double tolerance; /* of the local error, relative to the size of the state */
    double step;      /* the next one to be tried */
    size_t arrays, evaluations, rejected;
    double *state[WK_FLOW_ARRAYS]; /* the net's own arrays */
    size_t size[WK_FLOW_ARRAYS], ld[WK_FLOW_ARRAYS], columns[WK_FLOW_ARRAYS];
    double *base[WK_FLOW_ARRAYS]; /* the state at the start of the step */
    double *increment[WK_FLOW_STAGES][WK_FLOW_ARRAYS];
} wk_flow;

/* Eight copies of the state, in `arena`. g: where `gradient` writes. first_step: tried first. */
void wk_flow_init(wk_flow *flow, wk_net *net, const double *g, wk_flow_gradient *gradient,
                  void *context, double tolerance, double first_step, wk_arena *arena);

/* From time t to `until`; net and g are those of `until` afterwards. WK_CANNOT if the step becomes
 * too small to move t. Stops early, with *reached < until, when ‖F‖ leaves `bound`. */
wk_status wk_flow_advance(wk_flow *flow, double t, double until, double bound, double *reached,
                          wk_error *err) WK_CHECKED;

#endif
