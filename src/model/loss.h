/* Losses on the outputs F: a registry. A new one is a file loss_NAME.c and a row in loss.c. */
#ifndef WK_MODEL_LOSS_H
#define WK_MODEL_LOSS_H

#include "base/param.h"
#include "model/data.h"

typedef struct wk_loss {
    const struct wk_loss_kind *kind;
    bool cosine; /* similarity: cosine, or dot */
} wk_loss;

typedef struct wk_loss_kind {
    const char *name, *help;
    const wk_param *rows; /* its keys in the suite, below `loss.` */
    size_t n;
    /* The loss at F (k, ld) and its gradient g = dloss/dF (k, ld), zero in columns n … ld-1.
     * scratch: wk_loss_scratch(data) doubles. */
    double (*value)(const wk_loss *loss, const wk_data *data, size_t k, const double *F, double *g,
                    double *scratch);
} wk_loss_kind;

extern const wk_loss_kind wk_loss_kinds[];
extern const size_t wk_loss_kinds_n;
extern const char *const wk_similarities[]; /* "cosine", "dot", NULL */
const wk_loss_kind *wk_loss_kind_find(const char *name);

/* From "loss.name", "loss.similarity", … */
wk_status wk_loss_read(const wk_bag *params, wk_loss *loss, wk_error *err) WK_CHECKED;

size_t wk_loss_scratch(const wk_data *data);

#endif
