/* Images from IDX files; triplets are drawn from them as data_table.h says, where an augmented copy
 * is a shifted, cropped and noisy image. */
#include "base/bind.h"
#include "model/data/data_sources.h"
#include "model/data/data_table.h"
#include "model/data/idx.h"

#include <math.h>

typedef struct images {
    wk_data_common common;
    const char *image_path, *label_path;
    size_t triplets;
    int positive, scale;
    size_t shift;
    double crop, noise;
    bool centre;
    double test;
    /* not bound: */
    size_t height, width;
    const unsigned char *pixels; /* (count, height, width) */
} images;

/* In the order of `positives`. */
enum { CLASS, AUGMENT };
static const char *const positives[] = {"class", "augment", NULL};
static const char *const scales[] = {"sphere", NULL};

/* clang-format off */
static const wk_param rows[] = {
    {.name = "images", .type = WK_PATH, .flags = WK_REQUIRED,
     .help = "IDX file of images, gzipped or plain", .offset = offsetof(images, image_path)},
    {.name = "labels", .type = WK_PATH,
     .help = "IDX file of their labels; without it every image is a class of its own",
     .offset = offsetof(images, label_path)},
    {.name = "triplets", .type = WK_INTEGER, .flags = WK_AXIS, .fallback = "16", .min = 1,
     .max = 1e5, .help = "number of triplets N", .label = "triplets N", .symbol = "N",
     .offset = offsetof(images, triplets)},
    {.name = "positive", .type = WK_WORD, .flags = WK_AXIS, .fallback = "class", .words = positives,
     .help = "another image of the anchor's class, or an augmented copy of the anchor",
     .offset = offsetof(images, positive)},
    {.name = "shift", .type = WK_INTEGER, .flags = WK_AXIS, .fallback = "2", .max = 1000,
     .help = "augment: largest shift along each axis, in pixels",
     .offset = offsetof(images, shift)},
    {.name = "crop", .type = WK_REAL, .flags = WK_AXIS, .fallback = "0.9", .min = 0.1, .max = 1,
     .help = "augment: smallest side of the part that is cut out and enlarged again, relative to "
      "the image's", .offset = offsetof(images, crop)},
    {.name = "noise", .type = WK_REAL, .flags = WK_AXIS, .fallback = "0.05", .max = 10,
     .help = "augment: standard deviation of the noise added to pixels, whose range is 0 to 1",
     .offset = offsetof(images, noise)},
    {.name = "centre", .type = WK_TRUTH, .flags = WK_AXIS, .fallback = "false",
     .help = "subtract the mean of the drawn inputs before they are scaled",
     .offset = offsetof(images, centre)},
    {.name = "scale", .type = WK_WORD, .fallback = "sphere", .words = scales,
     .help = "inputs are scaled to norm sqrt(d)", .offset = offsetof(images, scale)},
    WK_TABLE_TEST(images, test),
    WK_DATA_SEED(images),
};
/* clang-format on */

enum { CLASSES = 256 }; /* labels are bytes */

static wk_status bind(const wk_bag *params, images *im, wk_error *err) {
    *im = (images){0};
    return wk_bind_rows(rows, sizeof rows / sizeof *rows, "data", params, im, NULL, err);
}

static wk_status read_files(const images *im, bool with_bytes, wk_idx *pixels, wk_idx *labels,
                            wk_arena *arena, wk_error *err) {
    WK_TRY(wk_idx_read(im->image_path, 3, with_bytes, pixels, arena, err));
    *labels = (wk_idx){0};
    if (!im->label_path)
        return WK_OK;
    WK_TRY(wk_idx_read(im->label_path, 1, with_bytes, labels, arena, err));
    if (pixels->size[0] != labels->size[0])
        return wk_fail(err, WK_BAD_INPUT, "'%s' has %zu images, but '%s' has %zu labels",
                       im->image_path, pixels->size[0], im->label_path, labels->size[0]);
    return WK_OK;
}

static wk_status size(const wk_bag *params, size_t *n, size_t *triplets, size_t *d, wk_error *err) {
    images im;
    wk_idx pixels, labels;
    WK_TRY(bind(params, &im, err));
    wk_arena scratch = {0};
    const wk_status status = read_files(&im, false, &pixels, &labels, &scratch, err);
    wk_arena_release(&scratch);
    WK_TRY(status);
    *triplets = im.triplets;
    *n = 3 * im.triplets + wk_data_table_held(im.test, pixels.size[0]);
    *d = pixels.size[1] * pixels.size[2];
    return WK_OK;
}

/* ---- images ---- */

static double pixel(const images *im, size_t image, long row, long column) {
    if (row < 0 || column < 0 || row >= (long)im->height || column >= (long)im->width)
        return 0;
    return im->pixels[(image * im->height + (size_t)row) * im->width + (size_t)column] / 255.0;
}

static double bilinear(const images *im, size_t image, double row, double column) {
    const double r = floor(row), c = floor(column), fr = row - r, fc = column - c;
    const long i = (long)r, j = (long)c;
    return (1 - fr) * ((1 - fc) * pixel(im, image, i, j) + fc * pixel(im, image, i, j + 1)) +
           fr * ((1 - fc) * pixel(im, image, i + 1, j) + fc * pixel(im, image, i + 1, j + 1));
}

static const void *stored_image(const void *source, size_t image, size_t *bytes) {
    const images *im = source;
    *bytes = im->height * im->width;
    return im->pixels + image * *bytes;
}

static void plain_image(const void *source, size_t image, double *x) {
    const images *im = source;
    const size_t d = im->height * im->width;
    for (size_t j = 0; j < d; j++)
        x[j] = im->pixels[image * d + j] / 255.0;
}

/* A part of the image, cut out, shifted and enlarged to the whole, with noise. */
static void augment(const void *source, size_t image, wk_stream *stream, double *x, double *noise) {
    const images *im = source;
    const double side = im->crop + (1 - im->crop) * wk_stream_uniform(stream);
    const double top = (1 - side) * (double)(im->height - 1) * wk_stream_uniform(stream);
    const double left = (1 - side) * (double)(im->width - 1) * wk_stream_uniform(stream);
    const size_t span = 2 * im->shift + 1;
    const double down = (double)wk_stream_below(stream, span) - (double)im->shift;
    const double right = (double)wk_stream_below(stream, span) - (double)im->shift;
    wk_stream_normals(stream, im->height * im->width, noise);
    for (size_t i = 0; i < im->height; i++)
        for (size_t j = 0; j < im->width; j++)
            x[i * im->width + j] = bilinear(im, image, top + side * (double)i + down,
                                            left + side * (double)j + right) +
                                   im->noise * noise[i * im->width + j];
}

/* ---- the table ---- */

/* Is every augmented copy a shifted image and no more, up to rounding? */
static bool only_shifts(const images *im) {
    const double side = (double)(im->height > im->width ? im->height : im->width);
    return wk_data_noise_is_lost(im->noise, 1) &&
           wk_data_noise_is_lost((1 - im->crop) * (side - 1), 1);
}

/* Refuses copies that are all their images; warns where some are. */
static wk_status check_copies(const images *im, wk_warnings *warnings, wk_error *err) {
    const size_t span = 2 * im->shift + 1;
    if (im->positive != AUGMENT || !only_shifts(im))
        return WK_OK;
    if (im->shift == 0)
        return wk_fail(err, WK_BAD_INPUT,
                       "augment with shift 0, crop %g and noise %.3g makes anchor and positive "
                       "equal%s, but inputs must be distinct",
                       im->crop, im->noise, wk_data_equal_how(im->noise + (1 - im->crop)));
    wk_warn(warnings,
            "one in %zu positives from '%s' is its anchor: with noise %.3g and crop %g the shift "
            "alone tells them apart, and it is 0 so often",
            span * span, im->image_path, im->noise, im->crop);
    return WK_OK;
}

/* NULL without labels. */
static const int *classes_of(const wk_idx *labels, wk_arena *arena) {
    if (!labels->bytes)
        return NULL;
    int *label = wk_arena_get(arena, labels->size[0], sizeof *label);
    for (size_t i = 0; i < labels->size[0]; i++)
        label[i] = labels->bytes[i];
    return label;
}

static wk_status open_table(const wk_bag *params, uint64_t seed, wk_warnings *warnings,
                            size_t *triplets, wk_data_table *table, wk_arena *arena,
                            wk_error *err) {
    wk_idx pixels, labels;
    images *im = wk_arena_get(arena, 1, sizeof *im);
    WK_TRY(bind(params, im, err));
    WK_TRY(read_files(im, true, &pixels, &labels, arena, err));
    im->height = pixels.size[1];
    im->width = pixels.size[2];
    im->pixels = pixels.bytes;
    if (im->positive == CLASS && !im->label_path)
        return wk_fail(
            err, WK_BAD_INPUT,
            "positive: class needs a file of labels; without one take positive: augment");
    WK_TRY(check_copies(im, warnings, err));
    *triplets = im->triplets;
    *table = (wk_data_table){.count = pixels.size[0],
                             .d = im->height * im->width,
                             .classes = im->label_path ? CLASSES : pixels.size[0],
                             .label = classes_of(&labels, arena),
                             .noun = "image",
                             .path = im->image_path,
                             .zero = "an image without light",
                             .centre = im->centre,
                             .source = im,
                             .row = plain_image,
                             .stored = stored_image,
                             .view = im->positive == AUGMENT ? augment : NULL};
    WK_TRY(wk_data_table_split(table, im->test, seed, arena, err));
    return wk_data_table_index(table, arena, err);
}

static wk_status check(const wk_bag *params, wk_warnings *warnings, wk_error *err) {
    return wk_data_table_check(open_table, params, warnings, err);
}

static double bytes(const wk_bag *params) {
    images im;
    wk_idx pixels = {0}, labels = {0};
    if (bind(params, &im, NULL) != WK_OK)
        return 0;
    wk_arena scratch = {0};
    const wk_status status = read_files(&im, false, &pixels, &labels, &scratch, NULL);
    wk_arena_release(&scratch);
    if (status != WK_OK)
        return 0;
    const double count = (double)pixels.size[0], each = (double)(pixels.size[1] * pixels.size[2]);
    return count * (each + 1 + sizeof(int) + 9 * sizeof(size_t)); /* labels, the index, repeats */
}

static wk_status load(const wk_bag *params, wk_draw draw, wk_data *data, wk_arena *arena,
                      wk_error *err) {
    return wk_data_table_load(open_table, params, draw, data, arena, err);
}

const wk_data_source wk_data_idx = {
    .name = "idx",
    .help = "images from a pair of IDX files (the format of MNIST), gzipped or plain",
    WK_ROWS(rows),
    .size = size,
    .load = load,
    .check = check,
    .bytes = bytes,
};
