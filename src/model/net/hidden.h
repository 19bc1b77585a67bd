/* A hidden layer's pre-activations H (M, ld), read a tile of hidden units at a time: from memory,
 * or, for a first layer that is not kept (model/net/net.h, primal form), as W X/√d. Both give the
 * same bits. Also how hidden units are dealt to the pool's threads. */
#ifndef WK_MODEL_NET_HIDDEN_H
#define WK_MODEL_NET_HIDDEN_H

#include "la/pool.h"
#include "model/data/data.h"
#include "model/net/thin.h"

/* Hidden units of a tile; strips of tiles, at most; inputs whose pre-activations are formed in one
 * product. */
enum { WK_NET_TILE = 128, WK_NET_STRIPS = 64, WK_NET_BLOCK = 512 };

/* Borrows its arrays. The first n of the ld columns stand for the inputs that are trained on. Those
 * held out follow (wk_data.all); the rest are zero. */
typedef struct wk_hidden {
    const wk_thin *thin;
    const double *H; /* (M, ld); NULL: formed from what follows */
    size_t M, n, ld;
    const double *W, *X; /* (M, d) and (d, all) */
    size_t d, all;
} wk_hidden;

/* Of pre-activations in memory. */
wk_hidden wk_hidden_kept(const wk_thin *thin, const double *H, size_t M, size_t n, size_t ld);

/* The rows m … m+rows-1, (rows, ld): in H itself, or in `space`, which has that room. */
const double *wk_hidden_rows(const wk_hidden *hidden, size_t m, size_t rows, double *space);

/* The columns first … first+columns-1 of these rows, *ld apart: in H itself, or in `space`, which
 * has room for (rows, columns). columns is a multiple of WK_THIN_PAD. */
const double *wk_hidden_part(const wk_hidden *hidden, size_t m, size_t rows, size_t first,
                             size_t columns, double *space, size_t *ld);

/* A copy in `arena` of what it is formed from: W, or else H. */
wk_hidden wk_hidden_copy(const wk_hidden *hidden, wk_arena *arena);

/* out (M, o_ld): the columns at `count` inputs; columns beyond them become 0. */
void wk_hidden_gather(const wk_hidden *hidden, size_t count, const size_t *input, double *out,
                      size_t o_ld, wk_arena *scratch);

/* out (rows, o_ld) = columns first … first+columns-1 of W X/√d, W (rows, d), X (d, all). columns is
 * a multiple of WK_THIN_PAD; those beyond `all` become 0. */
void wk_hidden_form(const double *W, const double *X, size_t d, size_t all, size_t rows,
                    size_t first, size_t columns, double *out, size_t o_ld);

/* W (M, d) of the units first … last-1, drawn from (seed, WK_ROLE_W1, unit). */
void wk_hidden_draw_weights(size_t first, size_t last, size_t d, uint64_t seed, double *W);

/* Fills H_0 (M, ld) = W X/√d tile by tile, with the weights so drawn. */
void wk_hidden_draw(const wk_data *data, size_t M, uint64_t seed, wk_pool *pool, double *H,
                    wk_arena *arena);

/* Tiles of strip s: units [*first, *last). Strips partition 0 … M-1 and depend on M alone. */
size_t wk_net_strip_count(size_t M, size_t most);
void wk_net_strip(size_t M, size_t strips, size_t s, size_t *first, size_t *last);

#endif
