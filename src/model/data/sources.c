/* The registry of data sources, and the data set that a cell trains on. */
#include "model/data/data.h"

#include "base/bind.h"
#include "la/blas.h"
#include "model/data/data_sources.h"
#include "model/data/norm.h"
#include "model/net/thin.h"

#include <float.h>
#include <string.h>

const wk_data_source *wk_data_source_find(const char *name) {
    for (size_t i = 0; i < wk_data_sources_n; i++)
        if (strcmp(wk_data_sources[i]->name, name) == 0)
            return wk_data_sources[i];
    return NULL;
}

/* clang-format off */
#define SOURCES(ROW) \
    ROW(wk_data_mixture) \
    ROW(wk_data_sphere) \
    ROW(wk_data_idx) \
    ROW(wk_data_csv) \
    ROW(wk_data_npy)
/* clang-format on */
#define DECLARE(source) extern const wk_data_source source;
#define ENTRY(source) &source,
SOURCES(DECLARE)
const wk_data_source *const wk_data_sources[] = {SOURCES(ENTRY)};
const size_t wk_data_sources_n = sizeof wk_data_sources / sizeof *wk_data_sources;

/* clang-format off */
const wk_param wk_data_rows[WK_DATA_ROWS] = {
    {.name = "source",
     .type = WK_NAME,
     .flags = WK_REQUIRED,
     .help = "where the inputs come from",
     .offset = offsetof(wk_data_common, source)},
};
/* clang-format on */

typedef struct any_source {
    wk_data_common common;
} any_source;

static const wk_param seed_row = WK_DATA_SEED(any_source);

wk_status wk_data_source_read(const wk_bag *params, const wk_data_source **source,
                              const char **culprit, wk_error *err) {
    wk_data_common common;
    WK_TRY(wk_bind_rows(wk_data_rows, WK_DATA_ROWS, "data", params, &common, culprit, err));
    *source = wk_data_source_find(common.source);
    if (*source)
        return WK_OK;
    if (culprit)
        *culprit = "data.source";
    return wk_fail(err, WK_BAD_INPUT, "unknown data source '%s'", common.source);
}

/* Each column to norm sqrt(d). */
static wk_status to_sphere(wk_data *data, wk_error *err) {
    for (size_t i = 0; i < data->all; i++)
        if (!wk_norm_scale(data->d, data->X + i, data->all, (double)data->d))
            return wk_fail(err, WK_BAD_INPUT, "input %zu is zero or not finite", i);
    return WK_OK;
}

void wk_data_form_gram(wk_data *data, wk_arena *arena) {
    if (data->G)
        return;
    data->G = wk_arena_get(arena, data->ld * data->ld, sizeof *data->G);
    wk_la_gram_lower(data->d, data->all, 1.0 / (double)data->d, data->X, data->all, 0, data->G,
                     data->ld);
    wk_la_mirror(data->all, data->G, data->ld);
}

double wk_data_gram_at(const wk_data *data, size_t i, size_t j) {
    if (data->G)
        return data->G[i * data->ld + j];
    double sum = 0;
    for (size_t q = 0; q < data->d; q++)
        sum += data->X[q * data->all + i] * data->X[q * data->all + j];
    return sum / (double)data->d;
}

wk_status wk_data_load(const wk_bag *params, uint64_t seed, bool other, wk_data *data,
                       wk_arena *arena, wk_error *err) {
    const wk_data_source *source = NULL;
    any_source any = {.common.seed = seed};
    WK_TRY(wk_data_source_read(params, &source, NULL, err));
    WK_TRY(wk_bind_rows(&seed_row, 1, "data", params, &any, NULL, err));
    const wk_draw draw = {any.common.seed, other ? WK_ROLE_OTHER_DATA : WK_ROLE_DATA,
                          other ? WK_ROLE_OTHER_VIEWS : WK_ROLE_VIEWS};
    *data = (wk_data){0};
    WK_TRY(source->load(params, draw, data, arena, err));
    if (!data->all)
        data->all = data->n;
    WK_TRY(to_sphere(data, err));
    data->ld = (data->all + WK_THIN_PAD - 1) / WK_THIN_PAD * WK_THIN_PAD;
    return WK_OK;
}

void wk_data_similarity(const wk_data *data, wk_arena *arena, double **out) {
    const size_t n = data->n;
    double *S = wk_arena_get(arena, n * n, sizeof *S);
    const double half = 0.5 / (double)data->N;
    for (size_t i = 0; i < data->N; i++) {
        const size_t a = data->anchor[i], p = data->positive[i], m = data->negative[i];
        S[a * n + p] += half;
        S[p * n + a] += half;
        S[a * n + m] -= half;
        S[m * n + a] -= half;
    }
    *out = S;
}

void wk_data_make_triplets(wk_data *data, size_t N, wk_arena *arena) {
    data->N = N;
    data->anchor = wk_arena_get(arena, N, sizeof *data->anchor);
    data->positive = wk_arena_get(arena, N, sizeof *data->positive);
    data->negative = wk_arena_get(arena, N, sizeof *data->negative);
}

void wk_data_make_fresh(wk_data *data, size_t N, size_t d, wk_arena *arena) {
    wk_data_make_triplets(data, N, arena);
    data->d = d;
    data->n = 3 * N;
    data->X = wk_arena_doubles(arena, data->d * data->n);
    data->label = wk_arena_get(arena, data->n, sizeof *data->label);
    for (size_t i = 0; i < N; i++) {
        data->anchor[i] = 3 * i;
        data->positive[i] = 3 * i + 1;
        data->negative[i] = 3 * i + 2;
    }
}

bool wk_data_noise_is_lost(double noise, double size) {
    return noise <= 8 * DBL_EPSILON * size;
}

const char *wk_data_equal_how(double noise) {
    return noise > 0 ? " up to rounding" : "";
}

size_t wk_data_other_class(wk_stream *stream, size_t classes, size_t not_this) {
    const size_t other = wk_stream_below(stream, classes - 1);
    return other + (other >= not_this);
}
