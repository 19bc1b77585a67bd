/* Losses on the outputs F: a registry. A new one is a file loss_NAME.c, which ends with its
 * wk_loss_kind, and a row in losses.c. The formulas stand in docs/mathematics.md.
 *
 *   wk_loss loss;
 *   WK_TRY(wk_loss_read(params, &loss, &culprit, err));
 *   wk_loss_prepare(&loss, &data, k, seed, pool, arena);     // once the data is there
 *   double *scratch = wk_arena_doubles(arena, wk_loss_scratch(&loss, &data, k));
 *   double value = loss.kind->value(&loss, &data, k, F, g, scratch);
 */
#ifndef WK_MODEL_LOSS_LOSS_H
#define WK_MODEL_LOSS_LOSS_H

#include "base/param.h"
#include "la/pool.h"
#include "model/data/data.h"

/* In the order of wk_similarities. */
enum { WK_COSINE, WK_DOT };

/* The rows of all kinds are bound to this struct; a field without a row in the loss's kind is 0. */
typedef struct wk_loss {
    const struct wk_loss_kind *kind;
    int similarity;
    double temperature, lambda;
    int targets; /* of `mse` */
    /* not bound: */
    bool cosine;         /* similarity: cosine; false: dot, or a loss without similarity */
    bool random_targets; /* targets: random; false: classes */
    /* set by wk_loss_prepare: */
    const double *target; /* (k, ld) of `mse`; else NULL */
    wk_pool *pool;        /* what losses over all pairs run on; borrowed */
    bool distinct;        /* no input is in several views */
} wk_loss;

typedef struct wk_loss_kind {
    const char *name, *help;
    const wk_param *rows; /* its keys in the suite, below `loss.`, bound to wk_loss */
    size_t n;
    /* The loss at F (k, ld) and its gradient g = dloss/dF (k, ld), zero in columns n … ld-1. An
     * input that occurs several times in the batch gets the sum. NaN where the loss is not defined.
     * scratch: wk_loss_scratch(loss, data, k) doubles, 64-byte aligned. The same bits for any
     * number of threads. */
    double (*value)(const wk_loss *loss, const wk_data *data, size_t k, const double *F, double *g,
                    double *scratch);
    /* Refuses a batch of N triplets, or k outputs, on which the loss says nothing; *culprit is then
     * the key to blame. NULL: any will do. */
    wk_status (*check)(const wk_loss *loss, size_t N, size_t k, const char **culprit,
                       wk_error *err);
    /* Makes what the loss needs of the data and the seed. NULL: nothing. */
    void (*prepare)(wk_loss *loss, const wk_data *data, size_t k, uint64_t seed, wk_arena *arena);
    const char *undefined; /* what is wrong where the value is NaN; NULL: only what cosine has */
    bool pairs;            /* over all pairs of views: needs the room of wk_softmax_scratch */
    bool bilinear;         /* with dot it is -tr(F S F^T), S of wk_data_similarity (SCIENCE I7) */
} wk_loss_kind;

enum { WK_LOSS_ROWS = 1 };
extern const wk_param wk_loss_rows[WK_LOSS_ROWS]; /* what every loss has: its name */
extern const wk_loss_kind *const wk_loss_kinds[];
extern const size_t wk_loss_kinds_n;
extern const char *const wk_similarities[]; /* "cosine", "dot", NULL */
const wk_loss_kind *wk_loss_kind_find(const char *name);

/* Binds "loss.name" and the rows of the kind that it names. *culprit as in base/bind.h. */
wk_status wk_loss_read(const wk_bag *params, wk_loss *loss, const char **culprit,
                       wk_error *err) WK_CHECKED;

wk_status wk_loss_check(const wk_loss *loss, size_t N, size_t k, const char **culprit,
                        wk_error *err) WK_CHECKED;
void wk_loss_prepare(wk_loss *loss, const wk_data *data, size_t k, uint64_t seed, wk_pool *pool,
                     wk_arena *arena);

/* Why the value at F (k, ld) is not finite, for a message: "" if it is not known, or ": an output
 * is …". */
const char *wk_loss_undefined(const wk_loss *loss, const wk_data *data, size_t k, const double *F);

/* Doubles that the value of a prepared loss needs; and the same before there is data or a pool, for
 * n inputs, N triplets and so many threads. */
size_t wk_loss_scratch(const wk_loss *loss, const wk_data *data, size_t k);
size_t wk_loss_room(const wk_loss_kind *kind, size_t n, size_t N, size_t k, size_t threads);

#endif
