/* The registry of losses. */
#include "model/loss/loss.h"

#include "base/bind.h"
#include "model/loss/loss_kinds.h"
#include "model/loss/loss_softmax.h"
#include "model/loss/loss_views.h"

#include <string.h>

const char *const wk_similarities[] = {"cosine", "dot", NULL};

const wk_loss_kind wk_loss_kinds[] = {
    {.name = "triplet-linear",
     .help = "mean over triplets of s(anchor, negative) - s(anchor, positive)",
     .rows = wk_triplet_linear_rows,
     .n = WK_TRIPLET_LINEAR_ROWS,
     .value = wk_triplet_linear_value,
     .bilinear = true},
    {.name = "triplet-logistic",
     .help = "mean over triplets of log(1 + exp((s(anchor, negative) - s(anchor, positive))/τ))",
     .rows = wk_triplet_logistic_rows,
     .n = WK_TRIPLET_LOGISTIC_ROWS,
     .value = wk_triplet_logistic_value},
    {.name = "infonce",
     .help = "cross-entropy of finding an anchor's positive among all positives of the batch, with "
             "logits s/τ",
     .rows = wk_softmax_rows,
     .n = WK_SOFTMAX_ROWS,
     .value = wk_infonce_value,
     .pairs = true,
     .check = wk_softmax_check},
    {.name = "nt-xent",
     .help = "that of SimCLR: cross-entropy of finding each view's partner among the other 2N - 1 "
             "views (anchors and positives), with logits s/τ",
     .rows = wk_softmax_rows,
     .n = WK_SOFTMAX_ROWS,
     .value = wk_nt_xent_value,
     .pairs = true,
     .check = wk_softmax_check},
    {.name = "spectral",
     .help = "-2 mean s(anchor, positive) + mean over all pairs, of one triplet too, of "
             "s(anchor, positive)²",
     .rows = wk_spectral_rows,
     .n = WK_SPECTRAL_ROWS,
     .value = wk_spectral_value},
    {.name = "barlow-twins",
     .help = "Σ_a (1 - C_aa)² + λ Σ_{a≠b} C_ab², C the correlations between the outputs of the "
             "anchors and those of the positives",
     .rows = wk_barlow_twins_rows,
     .n = WK_BARLOW_TWINS_ROWS,
     .value = wk_barlow_twins_value,
     .check = wk_barlow_twins_check,
     .undefined = ": an output has no variance over the anchors, or over the positives, where "
                  "correlations are not defined"},
    {.name = "barlow-linear",
     .help = "‖C - I‖², C the symmetrised second moments between the outputs of the anchors and "
             "those of the positives, not standardised",
     .value = wk_barlow_linear_value},
    {.name = "vicreg",
     .help = "25 times the mean square between the views, 25 times a hinge on each output's "
             "deviation, and the squared covariances of different outputs",
     .value = wk_vicreg_value,
     .check = wk_vicreg_check},
    {.name = "mse",
     .help = "half the mean over the distinct inputs of ‖f(x) - y‖²: supervised, for comparison",
     .rows = wk_mse_rows,
     .n = WK_MSE_ROWS,
     .value = wk_mse_value,
     .check = wk_mse_check,
     .prepare = wk_mse_prepare},
};
const size_t wk_loss_kinds_n = sizeof wk_loss_kinds / sizeof *wk_loss_kinds;

const wk_loss_kind *wk_loss_kind_find(const char *name) {
    for (size_t i = 0; i < wk_loss_kinds_n; i++)
        if (strcmp(wk_loss_kinds[i].name, name) == 0)
            return &wk_loss_kinds[i];
    return NULL;
}

typedef struct choice {
    const char *name;
} choice;

/* clang-format off: a table, one entry in few lines */
const wk_param wk_loss_rows[WK_LOSS_ROWS] = {
    {.name = "name", .type = WK_NAME, .flags = WK_REQUIRED, .help = "which loss",
     .offset = offsetof(choice, name)},
};
/* clang-format on */

wk_status wk_loss_read(const wk_bag *params, wk_loss *loss, const char **culprit, wk_error *err) {
    choice chosen;
    WK_TRY(wk_bind_rows(wk_loss_rows, WK_LOSS_ROWS, "loss", params, &chosen, culprit, err));
    *loss = (wk_loss){.kind = wk_loss_kind_find(chosen.name), .similarity = WK_DOT};
    if (!loss->kind) {
        *culprit = "loss.name";
        return wk_fail(err, WK_BAD_INPUT, "unknown loss '%s'", chosen.name);
    }
    WK_TRY(wk_bind_rows(loss->kind->rows, loss->kind->n, "loss", params, loss, culprit, err));
    loss->cosine = loss->similarity == WK_COSINE;
    loss->random_targets = loss->targets == WK_RANDOM_TARGETS;
    return WK_OK;
}

wk_status wk_loss_check(const wk_loss *loss, size_t N, size_t k, const char **culprit,
                        wk_error *err) {
    return loss->kind->check ? loss->kind->check(loss, N, k, culprit, err) : WK_OK;
}

void wk_loss_prepare(wk_loss *loss, const wk_data *data, size_t k, uint64_t seed, wk_pool *pool,
                     wk_arena *arena) {
    loss->pool = pool;
    if (loss->kind->prepare)
        loss->kind->prepare(loss, data, k, seed, arena);
}

const char *wk_loss_undefined(const wk_loss *loss) {
    if (loss->cosine)
        return ": an output is exactly 0, where cosine similarity is not defined";
    return loss->kind->undefined ? loss->kind->undefined : "";
}

size_t wk_loss_room(const wk_loss_kind *kind, size_t n, size_t N, size_t k, size_t threads) {
    if (kind->pairs)
        return wk_softmax_scratch(N, k, threads);
    const size_t views = wk_views_scratch(N, k);
    return n > views ? n : views; /* the triplet losses keep n norms */
}

size_t wk_loss_scratch(const wk_loss *loss, const wk_data *data, size_t k) {
    const size_t threads = loss->kind->pairs ? wk_pool_threads(loss->pool) : 1;
    return wk_loss_room(loss->kind, data->n, data->N, k, threads);
}
