#include "model/loss.h"

#include "model/loss_triplet.h"

#include <string.h>

const char *const wk_similarities[] = {"cosine", "dot", NULL};

const wk_loss_kind wk_loss_kinds[] = {
    {"triplet-linear", "mean over triplets of s(anchor, negative) - s(anchor, positive)",
     wk_triplet_rows, WK_TRIPLET_ROWS, wk_triplet_value},
};
const size_t wk_loss_kinds_n = sizeof wk_loss_kinds / sizeof *wk_loss_kinds;

const wk_loss_kind *wk_loss_kind_find(const char *name) {
    for (size_t i = 0; i < wk_loss_kinds_n; i++)
        if (strcmp(wk_loss_kinds[i].name, name) == 0)
            return &wk_loss_kinds[i];
    return NULL;
}

wk_status wk_loss_read(const wk_bag *params, wk_loss *loss, wk_error *err) {
    const char *name = NULL, *similarity = NULL;
    WK_TRY(wk_bag_text(params, "loss.name", &name, err));
    WK_TRY(wk_bag_text(params, "loss.similarity", &similarity, err));
    loss->kind = wk_loss_kind_find(name);
    if (!loss->kind)
        return wk_fail(err, WK_BAD_INPUT, "unknown loss '%s'", name);
    loss->cosine = strcmp(similarity, "cosine") == 0;
    return WK_OK;
}

size_t wk_loss_scratch(const wk_data *data) {
    return data->n;
}
