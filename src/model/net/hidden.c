/* The first layer's pre-activations: drawn, and formed from weights and inputs. */
#include "model/net/hidden.h"

#include "la/blas.h"

#include <math.h>
#include <string.h>

/* ---- strips ---- */

size_t wk_net_strip_count(size_t M, size_t most) {
    const size_t tiles = (M + WK_NET_TILE - 1) / WK_NET_TILE;
    return tiles < most ? tiles : most;
}

void wk_net_strip(size_t M, size_t strips, size_t s, size_t *first, size_t *last) {
    const size_t tiles = (M + WK_NET_TILE - 1) / WK_NET_TILE;
    *first = tiles * s / strips * WK_NET_TILE;
    *last = tiles * (s + 1) / strips * WK_NET_TILE;
    if (*last > M)
        *last = M;
}

/* ---- forming ---- */

wk_hidden wk_hidden_kept(const wk_thin *thin, const double *H, size_t M, size_t n, size_t ld) {
    return (wk_hidden){.thin = thin, .H = H, .M = M, .n = n, .ld = ld};
}

void wk_hidden_form(const double *W, const double *X, size_t d, size_t all, size_t rows,
                    size_t first, size_t columns, double *out, size_t o_ld) {
    const size_t inputs = all - first < columns ? all - first : columns;
    wk_la_gemm(false, false, rows, inputs, d, 1 / sqrt((double)d), W, d, X + first, all, 0, out,
               o_ld);
    for (size_t u = 0; inputs < columns && u < rows; u++)
        memset(out + u * o_ld + inputs, 0, (columns - inputs) * sizeof *out);
}

const double *wk_hidden_rows(const wk_hidden *hidden, size_t m, size_t rows, double *space) {
    if (hidden->H)
        return hidden->H + m * hidden->ld;
    const size_t ld = hidden->ld;
    for (size_t i = 0; i < ld; i += WK_NET_BLOCK)
        wk_hidden_form(hidden->W + m * hidden->d, hidden->X, hidden->d, hidden->all, rows, i,
                       ld - i < WK_NET_BLOCK ? ld - i : WK_NET_BLOCK, space + i, ld);
    return space;
}

const double *wk_hidden_part(const wk_hidden *hidden, size_t m, size_t rows, size_t first,
                             size_t columns, double *space, size_t *ld) {
    *ld = hidden->H ? hidden->ld : columns;
    if (hidden->H)
        return hidden->H + m * hidden->ld + first;
    wk_hidden_form(hidden->W + m * hidden->d, hidden->X, hidden->d, hidden->all, rows, first, columns,
                   space, columns);
    return space;
}

wk_hidden wk_hidden_copy(const wk_hidden *hidden, wk_arena *arena) {
    wk_hidden copy = *hidden;
    const size_t size = hidden->M * (hidden->W ? hidden->d : hidden->ld);
    double *array = wk_arena_doubles(arena, size);
    memcpy(array, hidden->W ? hidden->W : hidden->H, size * sizeof *array);
    copy.W = hidden->W ? array : NULL;
    copy.H = hidden->W ? NULL : array;
    return copy;
}

void wk_hidden_gather(const wk_hidden *hidden, size_t count, const size_t *input, double *out,
                      size_t o_ld, wk_arena *scratch) {
    const size_t M = hidden->M, d = hidden->d;
    if (hidden->H) {
        for (size_t m = 0; m < M; m++)
            for (size_t i = 0; i < o_ld; i++)
                out[m * o_ld + i] = i < count ? hidden->H[m * hidden->ld + input[i]] : 0;
        return;
    }
    const wk_arena_mark mark = wk_arena_here(scratch);
    double *X = wk_arena_doubles(scratch, d * count);
    for (size_t q = 0; q < d; q++)
        for (size_t i = 0; i < count; i++)
            X[q * count + i] = hidden->X[q * hidden->all + input[i]];
    wk_hidden_form(hidden->W, X, d, count, M, 0, o_ld, out, o_ld);
    wk_arena_reset(scratch, mark);
}

/* ---- drawing ---- */

void wk_hidden_draw_weights(size_t first, size_t last, size_t d, uint64_t seed, double *W) {
    for (size_t m = first; m < last; m++) {
        wk_stream stream = wk_stream_open(seed, WK_ROLE_W1, m);
        wk_stream_normals(&stream, d, W + (m - first) * d);
    }
}

typedef struct drawing {
    const wk_data *data;
    size_t M, strips;
    uint64_t seed;
    double *H;
    double **W; /* a thread: (tile, d) */
} drawing;

static void draw_strip(void *context, size_t strip, size_t thread) {
    const drawing *job = context;
    const wk_data *data = job->data;
    double *W = job->W[thread];
    size_t first, last;
    wk_net_strip(job->M, job->strips, strip, &first, &last);
    for (size_t m = first; m < last; m += WK_NET_TILE) {
        const size_t rows = last - m < WK_NET_TILE ? last - m : WK_NET_TILE;
        wk_hidden_draw_weights(m, m + rows, data->d, job->seed, W);
        wk_hidden_form(W, data->X, data->d, data->all, rows, 0, data->ld, job->H + m * data->ld,
                       data->ld);
    }
}

void wk_hidden_draw(const wk_data *data, size_t M, uint64_t seed, wk_pool *pool, double *H,
                    wk_arena *arena) {
    const wk_arena_mark mark = wk_arena_here(arena);
    const size_t threads = wk_pool_threads(pool);
    drawing job = {data, M, wk_net_strip_count(M, WK_NET_STRIPS),
                   seed, H, wk_arena_get(arena, threads, sizeof *job.W)};
    for (size_t i = 0; i < threads; i++)
        job.W[i] = wk_arena_doubles(arena, WK_NET_TILE * data->d);
    wk_pool_run(pool, job.strips, draw_strip, &job);
    wk_arena_reset(arena, mark);
}
