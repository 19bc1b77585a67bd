/* Data: distinct inputs on the sphere ||x|| = sqrt(d), and triplets of indices into them. A
 * registry of sources; a new one is a file data_NAME.c, which ends with its wk_data_source, and a
 * row in sources.c.
 */
#ifndef WK_MODEL_DATA_DATA_H
#define WK_MODEL_DATA_DATA_H

#include "base/param.h"
#include "la/random.h"
#include "model/data/warnings.h"

typedef struct wk_data {
    size_t d, n, N; /* input dimension, distinct inputs, triplets */
    size_t all;     /* inputs with those held out, which follow the n; no triplet names them */
    size_t ld;      /* all rounded up to WK_THIN_PAD */
    double *X;      /* (d, all), a column an input, each of norm sqrt(d) */
    double *G;      /* (ld, ld) = X^T X / d, zero beyond all; NULL: not formed */
    size_t *anchor, *positive, *negative; /* (N) columns of X, below n */
    int *label;                           /* (all) class of each input, from 0 */
} wk_data;

/* Which of the independent draws of a source: the data to train on, or the other data of controls.
 */
typedef struct wk_draw {
    uint64_t seed;
    wk_role data, views;
} wk_draw;

typedef struct wk_data_source {
    const char *name, *help;
    const wk_param *rows; /* its keys in the suite, below `data.` */
    size_t n;
    /* How many triplets and inputs at most, and of which dimension (0: not known before reading):
     * what a plan can know. */
    wk_status (*size)(const wk_bag *params, size_t *n, size_t *triplets, size_t *d, wk_error *err);
    /* Fills d, n, N, X (columns of any norm), the triplets and labels; `all` if it holds inputs
     * out. */
    wk_status (*load)(const wk_bag *params, wk_draw draw, wk_data *data, wk_arena *arena,
                      wk_error *err);
    /* Opens what it reads and looks whether it is what it should be: for errors before a run, and
     * warnings. */
    wk_status (*check)(const wk_bag *params, wk_warnings *warnings, wk_error *err);
    /* Bytes of memory that reading its files takes at most; NULL: it reads none. */
    double (*bytes)(const wk_bag *params);
} wk_data_source;

enum { WK_DATA_ROWS = 1 };
extern const wk_param wk_data_rows[WK_DATA_ROWS]; /* what every source has: its name */
extern const wk_data_source *const wk_data_sources[];
extern const size_t wk_data_sources_n;
const wk_data_source *wk_data_source_find(const char *name);

/* The source that the parameters name. *culprit as in base/bind.h. */
wk_status wk_data_source_read(const wk_bag *params, const wk_data_source **source,
                              const char **culprit, wk_error *err) WK_CHECKED;

/* Draws data as params ("data.source" …) say: seed, unless "data.seed" fixes it; other: the second
 * draw. Scales the inputs to the sphere; G is not formed yet. An input that is zero is
 * WK_BAD_INPUT. Everything lives in `arena`. */
wk_status wk_data_load(const wk_bag *params, uint64_t seed, bool other, wk_data *data,
                       wk_arena *arena, wk_error *err) WK_CHECKED;

/* Forms G, in `arena`, if there is none yet: n × n, so only where a form of the network or a kernel
 * needs it. */
void wk_data_form_gram(wk_data *data, wk_arena *arena);

/* G_ij, from G if it is formed. */
double wk_data_gram_at(const wk_data *data, size_t i, size_t j);

/* S (n, n): loss = -tr(F S F^T) for `triplet-linear` with dot (SCIENCE I7);
 * S = (1/2N) sum_i e_a (e_p - e_m)^T + (e_p - e_m) e_a^T. */
void wk_data_similarity(const wk_data *data, wk_arena *arena, double **S);

#endif
