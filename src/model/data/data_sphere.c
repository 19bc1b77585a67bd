/* The uniform law on the sphere: no classes, no centres. Triplet i has three points of its own: an
 * anchor, the anchor with noise (of which wk_data_load makes a point of the sphere), and a point
 * that has nothing to do with either; so n = 3N distinct inputs. Anchor and positive have class i,
 * the negative has class N + i: it belongs to no other point. */
#include "base/bind.h"
#include "model/data/data_sources.h"

#include <math.h>

typedef struct sphere {
    wk_data_common common;
    size_t dim, triplets;
    double noise;
} sphere;

/* clang-format off */
static const wk_param rows[] = {
    {.name = "dim", .type = WK_INTEGER, .flags = WK_AXIS, .fallback = "16", .min = 2, .max = 1e6,
     .help = "input dimension d", .label = "input dimension d", .symbol = "d",
     .offset = offsetof(sphere, dim)},
    {.name = "triplets", .type = WK_INTEGER, .flags = WK_AXIS, .fallback = "16", .min = 1,
     .max = 1e5, .help = "number of triplets N", .label = "triplets N", .symbol = "N",
     .offset = offsetof(sphere, triplets)},
    {.name = "noise", .type = WK_REAL, .flags = WK_AXIS, .fallback = "0.3", .max = 1e6,
     .help = "standard deviation of what is added to each coordinate of the anchor, whose root "
      "mean square is 1, to make the positive", .offset = offsetof(sphere, noise)},
    WK_DATA_SEED(sphere),
};
/* clang-format on */

static wk_status read(const wk_bag *params, sphere *s, wk_error *err) {
    *s = (sphere){0};
    return wk_bind_rows(rows, sizeof rows / sizeof *rows, "data", params, s, NULL, err);
}

static wk_status size(const wk_bag *params, size_t *n, size_t *triplets, size_t *d, wk_error *err) {
    sphere s;
    WK_TRY(read(params, &s, err));
    *n = 3 * s.triplets;
    *triplets = s.triplets;
    *d = s.dim;
    return WK_OK;
}

static wk_status check(const wk_bag *params, wk_warnings *warnings, wk_error *err) {
    (void)warnings;
    sphere s;
    WK_TRY(read(params, &s, err));
    if (wk_data_noise_is_lost(s.noise, 1))
        return wk_fail(err, WK_BAD_INPUT,
                       "noise %.3g makes anchor and positive equal%s, but inputs must be distinct",
                       s.noise, wk_data_equal_how(s.noise));
    return WK_OK;
}

/* A point of the sphere of radius sqrt(d). */
static void draw_point(wk_stream *stream, size_t d, double *x) {
    double sum = 0;
    wk_stream_normals(stream, d, x);
    for (size_t j = 0; j < d; j++)
        sum += x[j] * x[j];
    const double scale = sqrt((double)d / sum);
    for (size_t j = 0; j < d; j++)
        x[j] *= scale;
}

/* Columns 3i … 3i+2; x and normals (d). */
static void draw_triplet(const sphere *s, wk_draw draw, size_t i, double *x, double *normals,
                         wk_data *data) {
    const size_t n = data->n, d = s->dim;
    wk_stream stream = wk_stream_open(draw.seed, draw.data, i);
    wk_stream views = wk_stream_open(draw.seed, draw.views, i);
    draw_point(&stream, d, x);
    wk_stream_normals(&views, d, normals);
    for (size_t j = 0; j < d; j++) {
        data->X[j * n + 3 * i] = x[j];
        data->X[j * n + 3 * i + 1] = x[j] + s->noise * normals[j];
    }
    draw_point(&stream, d, x);
    for (size_t j = 0; j < d; j++)
        data->X[j * n + 3 * i + 2] = x[j];
    data->label[3 * i] = data->label[3 * i + 1] = (int)i;
    data->label[3 * i + 2] = (int)(s->triplets + i);
}

static wk_status load(const wk_bag *params, wk_draw draw, wk_data *data, wk_arena *arena,
                      wk_error *err) {
    sphere s;
    WK_TRY(read(params, &s, err));
    wk_data_make_fresh(data, s.triplets, s.dim, arena);
    double *x = wk_arena_doubles(arena, s.dim);
    double *normals = wk_arena_doubles(arena, s.dim);
    for (size_t i = 0; i < s.triplets; i++)
        draw_triplet(&s, draw, i, x, normals, data);
    return WK_OK;
}

const wk_data_source wk_data_sphere = {
    .name = "sphere",
    .help = "points uniform on the sphere; each triplet drawn afresh",
    WK_ROWS(rows),
    .size = size,
    .load = load,
    .check = check,
};
