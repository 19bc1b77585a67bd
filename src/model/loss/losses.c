/* The registry of losses. */
#include "model/loss/loss.h"

#include "base/bind.h"
#include "model/loss/loss_kinds.h"
#include "model/loss/loss_softmax.h"
#include "model/loss/loss_views.h"

#include <string.h>

const char *const wk_similarities[] = {"cosine", "dot", NULL};

/* clang-format off */
#define LOSSES(ROW) \
    ROW(wk_loss_triplet_linear) \
    ROW(wk_loss_triplet_logistic) \
    ROW(wk_loss_infonce) \
    ROW(wk_loss_nt_xent) \
    ROW(wk_loss_spectral) \
    ROW(wk_loss_barlow_twins) \
    ROW(wk_loss_barlow_linear) \
    ROW(wk_loss_vicreg) \
    ROW(wk_loss_mse)
/* clang-format on */
#define DECLARE(kind) extern const wk_loss_kind kind;
#define ENTRY(kind) &kind,
LOSSES(DECLARE)
const wk_loss_kind *const wk_loss_kinds[] = {LOSSES(ENTRY)};
const size_t wk_loss_kinds_n = sizeof wk_loss_kinds / sizeof *wk_loss_kinds;

const wk_loss_kind *wk_loss_kind_find(const char *name) {
    for (size_t i = 0; i < wk_loss_kinds_n; i++)
        if (strcmp(wk_loss_kinds[i]->name, name) == 0)
            return wk_loss_kinds[i];
    return NULL;
}

typedef struct choice {
    const char *name;
} choice;

/* clang-format off */
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
