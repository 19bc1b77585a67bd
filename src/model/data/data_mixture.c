/* Gaussian mixture: centres mu_c ~ N(0, I_d), a point is mu_c + noise * N(0, I_d). Triplet i has
 * three points of its own: anchor and positive of one class, negative of another; so n = 3N
 * distinct inputs. */
#include "base/bind.h"
#include "model/data/data_sources.h"

typedef struct mixture {
    wk_data_common common;
    size_t classes, dim, triplets;
    double noise;
} mixture;

/* clang-format off */
static const wk_param rows[] = {
    {.name = "classes", .type = WK_INTEGER, .flags = WK_AXIS, .fallback = "4", .min = 2,
     .max = 10000, .help = "number of classes", .offset = offsetof(mixture, classes)},
    {.name = "dim", .type = WK_INTEGER, .flags = WK_AXIS, .fallback = "16", .min = 1, .max = 1e6,
     .help = "input dimension d", .label = "input dimension d", .symbol = "d",
     .offset = offsetof(mixture, dim)},
    {.name = "triplets", .type = WK_INTEGER, .flags = WK_AXIS, .fallback = "16", .min = 1,
     .max = 1e5, .help = "number of triplets N", .label = "triplets N", .symbol = "N",
     .offset = offsetof(mixture, triplets)},
    {.name = "noise", .type = WK_REAL, .flags = WK_AXIS, .fallback = "0.5", .max = 1e6,
     .help = "standard deviation around a class centre, whose own coordinates have 1",
     .offset = offsetof(mixture, noise)},
    WK_DATA_SEED(mixture),
};
/* clang-format on */

static wk_status read(const wk_bag *params, mixture *m, wk_error *err) {
    *m = (mixture){0};
    return wk_bind_rows(rows, sizeof rows / sizeof *rows, "data", params, m, NULL, err);
}

static wk_status size(const wk_bag *params, size_t *n, size_t *triplets, size_t *d, wk_error *err) {
    mixture m;
    WK_TRY(read(params, &m, err));
    *n = 3 * m.triplets;
    *triplets = m.triplets;
    *d = m.dim;
    return WK_OK;
}

static wk_status check(const wk_bag *params, wk_warnings *warnings, wk_error *err) {
    (void)warnings;
    mixture m;
    WK_TRY(read(params, &m, err));
    if (wk_data_noise_is_lost(m.noise, 1))
        return wk_fail(
            err, WK_BAD_INPUT,
            "noise %.3g makes the inputs of a class equal%s, but inputs must be distinct", m.noise,
            wk_data_equal_how(m.noise));
    return WK_OK;
}

static void place(const mixture *m, const double *centres, size_t class, wk_stream *stream,
                  double *point, wk_data *data, size_t column) {
    wk_stream_normals(stream, m->dim, point);
    for (size_t j = 0; j < m->dim; j++)
        data->X[j * data->n + column] = centres[class * m->dim + j] + m->noise * point[j];
    data->label[column] = (int)class;
}

static wk_status load(const wk_bag *params, wk_draw draw, wk_data *data, wk_arena *arena,
                      wk_error *err) {
    mixture m;
    WK_TRY(read(params, &m, err));
    wk_data_make_fresh(data, m.triplets, m.dim, arena);
    double *centres = wk_arena_doubles(arena, m.classes * m.dim);
    double *point = wk_arena_doubles(arena, m.dim);
    wk_stream stream = wk_stream_open(draw.seed, draw.data, 0);
    for (size_t c = 0; c < m.classes; c++)
        wk_stream_normals(&stream, m.dim, centres + c * m.dim);
    for (size_t i = 0; i < m.triplets; i++) {
        stream = wk_stream_open(draw.seed, draw.data, i + 1);
        const size_t class = wk_stream_below(&stream, m.classes);
        const size_t other = wk_data_other_class(&stream, m.classes, class);
        place(&m, centres, class, &stream, point, data, 3 * i);
        place(&m, centres, class, &stream, point, data, 3 * i + 1);
        place(&m, centres, other, &stream, point, data, 3 * i + 2);
    }
    return WK_OK;
}

const wk_data_source wk_data_mixture = {
    .name = "mixture",
    .help = "points around the centres of Gaussian classes, each triplet drawn afresh",
    WK_ROWS(rows),
    .size = size,
    .load = load,
    .check = check,
};
