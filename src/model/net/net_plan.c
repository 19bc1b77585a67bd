/* What a plan needs to know of a network: the form that is cheaper, its operations and memory. */
#include "model/net/net.h"

/* Below this many inputs the dual form's products are as fast as any, and a machine's noise exceeds
 * what the primal form could save. */
static const double least_primal = 256;
/* At this dimension forming H anew costs as much as moving it through memory. */
static const double most_tiled = 16;
static const double most_kept = 1 << 27; /* numbers: 1 GiB */

bool wk_net_prefers_primal(wk_net_shape shape) {
    const double n = (double)shape.n, d = (double)shape.d;
    return n > least_primal && n > (wk_net_prefers_tiles(shape) ? 3 : 2) * d;
}

bool wk_net_prefers_tiles(wk_net_shape shape) {
    return (double)shape.d < most_tiled || (double)shape.M * (double)shape.n > most_kept;
}

double wk_net_step_flops(wk_net_shape shape, wk_net_options options) {
    const double M = (double)shape.M, n = (double)shape.n, d = (double)shape.d;
    const double thin = 6 * M * n * (double)shape.k;
    const double form = 2 * M * n * d;
    if (options.frozen)
        return thin + (options.tiled ? 2 * form : 0);
    const double first = !options.primal ? 2 * M * n * n : (options.tiled ? 3 : 2) * form;
    return thin + first + wk_deep_step_flops(shape.M, shape.n, options.hidden);
}

double wk_net_draw_flops(wk_net_shape shape) {
    return 2 * (double)shape.M * (double)shape.n * (double)shape.d;
}

double wk_net_bytes(wk_net_shape shape, wk_net_options options) {
    const double M = (double)shape.M, inputs = (double)(shape.n + WK_THIN_PAD);
    const double k = (double)shape.k, copies = options.keep_gradient ? 2 : 1;
    const double H = M * inputs, W = M * (double)shape.d;
    const double first = options.primal ? (options.tiled ? 0 : H) + copies * W : copies * H;
    const double strips = (double)wk_net_strip_count(shape.M, WK_NET_STRIPS);
    const double hidden = (double)options.hidden * M * M;
    const double work = options.hidden ? (double)(options.hidden + 4) * H : 0;
    return 8 * (first + copies * (M * k + hidden) + work + strips * k * (k + inputs));
}
