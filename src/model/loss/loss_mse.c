/* Supervised squares, where NTK theory is at home: (1/2n) Σ over the distinct inputs of
 * ‖f(x_i) - y_i‖²   (SCIENCE §1). */
#include "model/loss/loss_kinds.h"

#include <string.h>

static const char *const sources[] = {"classes", "random", NULL};

/* clang-format off */
static const wk_param mse_rows[] = {
    {.name = "targets", .type = WK_WORD, .flags = WK_AXIS, .fallback = "classes", .words = sources,
     .help = "classes: +1 in the output of the input's class (modulo k), -1 in the others; random: "
      "standard normal, drawn afresh for each seed", .offset = offsetof(wk_loss, targets)},
};
/* clang-format on */

static wk_status mse_check(const wk_loss *loss, size_t N, size_t k, const char **culprit,
                           wk_error *err) {
    (void)N;
    if (loss->random_targets || k >= 2)
        return WK_OK;
    *culprit = "model.outputs";
    return wk_fail(err, WK_BAD_INPUT,
                   "outputs %zu with targets: classes: all targets would be the same; take 2 or "
                   "more, or targets: random",
                   k);
}

static void mse_prepare(wk_loss *loss, const wk_data *data, size_t k, uint64_t seed,
                        wk_arena *arena) {
    double *target = wk_arena_get(arena, k * data->ld, sizeof *target);
    double *drawn = wk_arena_doubles(arena, k);
    for (size_t i = 0; i < data->n; i++) {
        wk_stream stream = wk_stream_open(seed, WK_ROLE_TARGETS, i);
        wk_stream_normals(&stream, k, drawn);
        for (size_t a = 0; a < k; a++) {
            const double code = a == (size_t)data->label[i] % k ? 1 : -1;
            target[a * data->ld + i] = loss->random_targets ? drawn[a] : code;
        }
    }
    loss->target = target;
}

static double mse_value(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                        double *g, double *scratch) {
    (void)scratch;
    WK_ASSERT(loss->target);
    const double each = 1 / (double)data->n;
    double sum = 0;
    memset(g, 0, k * data->ld * sizeof *g);
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < data->n; i++) {
            const size_t at = a * data->ld + i;
            const double off = F[at] - loss->target[at];
            sum += off * off;
            g[at] = each * off;
        }
    return 0.5 * each * sum;
}

const wk_loss_kind wk_loss_mse = {
    .name = "mse",
    .help = "half the mean over the distinct inputs of ‖f(x) - y‖²: supervised, for comparison",
    WK_ROWS(mse_rows),
    .value = mse_value,
    .check = mse_check,
    .prepare = mse_prepare,
};
