/* The registry of losses. */
#include "model/loss/loss.h"

#include "base/bind.h"
#include "model/loss/loss_kinds.h"
#include "model/loss/loss_softmax.h"
#include "model/loss/loss_views.h"

#include <math.h>
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

static bool no_input_repeats(const wk_data *data, wk_arena *arena) {
    const wk_arena_mark mark = wk_arena_here(arena);
    bool *seen = wk_arena_get(arena, data->n, sizeof *seen), repeats = false;
    for (size_t view = 0; view < 2 * data->N && !repeats; view++) {
        bool *input = &seen[wk_views_column(data, view)];
        repeats = *input;
        *input = true;
    }
    wk_arena_reset(arena, mark);
    return !repeats;
}

void wk_loss_prepare(wk_loss *loss, const wk_data *data, size_t k, uint64_t seed, wk_pool *pool,
                     wk_arena *arena) {
    loss->pool = pool;
    loss->distinct = no_input_repeats(data, arena);
    if (loss->kind->prepare)
        loss->kind->prepare(loss, data, k, seed, arena);
}

/* Is every output of some input exactly 0? *finite: is every output finite? */
static bool find_zero(const wk_data *data, size_t k, const double *F, bool *finite) {
    bool zero = false;
    *finite = true;
    for (size_t i = 0; i < data->n; i++) {
        bool all = true;
        for (size_t a = 0; a < k; a++) {
            all = all && F[a * data->ld + i] == 0;
            *finite = *finite && isfinite(F[a * data->ld + i]);
        }
        zero = zero || all;
    }
    return zero;
}

const char *wk_loss_undefined(const wk_loss *loss, const wk_data *data, size_t k, const double *F) {
    bool finite = true;
    const bool zero = find_zero(data, k, F, &finite);
    if (!finite)
        return ": an output is not finite";
    if (loss->cosine)
        return zero ? ": an output is exactly 0, where cosine similarity is not defined" : "";
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
