/* Images from IDX files. A triplet is an image, a positive (another image of its class, or an
 * augmented copy of itself) and an image of another class. Each image that is drawn, and each
 * augmented copy, is one distinct input. */
#include "model/data_sources.h"
#include "model/idx.h"

#include <math.h>
#include <string.h>

static const char *const positives[] = {"class", "augment", NULL};
static const char *const scales[] = {"sphere", NULL};

const wk_param wk_idx_rows[WK_IDX_ROWS] = {
    {"images", WK_PATH, WK_REQUIRED, NULL, 0, 0, NULL, NULL,
     "IDX file of images, gzipped or plain"},
    {"labels", WK_PATH, WK_REQUIRED, NULL, 0, 0, NULL, NULL, "IDX file of their labels"},
    {"triplets", WK_INTEGER, WK_AXIS, "16", 1, 1e5, NULL, NULL, "number of triplets N"},
    {"positive", WK_WORD, WK_AXIS, "class", 0, 0, positives, NULL,
     "another image of the anchor's class, or an augmented copy of the anchor"},
    {"shift", WK_INTEGER, WK_AXIS, "2", 0, 1000, NULL, NULL,
     "augment: largest shift along each axis, in pixels"},
    {"crop", WK_REAL, WK_AXIS, "0.9", 0.1, 1, NULL, NULL,
     "augment: smallest side of the part that is cut out and enlarged again, relative to the "
     "image's"},
    {"noise", WK_REAL, WK_AXIS, "0.05", 0, 10, NULL, NULL,
     "augment: standard deviation of the noise added to pixels, whose range is 0 to 1"},
    {"centre", WK_TRUTH, WK_AXIS, "false", 0, 0, NULL, NULL,
     "subtract the mean of the drawn inputs before they are scaled"},
    {"scale", WK_WORD, 0, "sphere", 0, 0, scales, NULL, "inputs are scaled to norm sqrt(d)"},
    {"seed", WK_INTEGER, WK_AXIS, NULL, 0, 1e15, NULL, NULL,
     "fixes the data; without it data is redrawn for each seed"},
};

typedef struct images {
    size_t count, height, width, classes, triplets, shift;
    double crop, noise;
    bool augment, centre;
    const unsigned char *pixels, *labels;
    size_t *by_class;  /* (count) images sorted by class */
    size_t first[257]; /* images of class c: by_class[first[c]) … by_class[first[c+1]) */
} images;

static wk_status read_files(const wk_bag *params, bool with_bytes, wk_idx *pixels, wk_idx *labels,
                            wk_arena *arena, wk_error *err) {
    const char *image_path = NULL, *label_path = NULL;
    WK_TRY(wk_bag_text(params, "data.images", &image_path, err));
    WK_TRY(wk_bag_text(params, "data.labels", &label_path, err));
    WK_TRY(wk_idx_read(image_path, 3, with_bytes, pixels, arena, err));
    WK_TRY(wk_idx_read(label_path, 1, with_bytes, labels, arena, err));
    if (pixels->size[0] != labels->size[0])
        return wk_fail(err, WK_BAD_INPUT, "'%s' has %zu images, but '%s' has %zu labels",
                       image_path, pixels->size[0], label_path, labels->size[0]);
    return WK_OK;
}

/* Sorts the images by class; every class that occurs needs two images, and there must be two
 * classes. */
static wk_status index_classes(images *im, wk_arena *arena, wk_error *err) {
    size_t count[256] = {0}, occurring = 0;
    for (size_t i = 0; i < im->count; i++)
        count[im->labels[i]]++;
    for (size_t c = 0; c < 256; c++) {
        im->first[c + 1] = im->first[c] + count[c];
        occurring += count[c] > 0;
        if (count[c] == 1)
            return wk_fail(err, WK_BAD_INPUT, "class %zu has one image only: no positive exists",
                           c);
    }
    if (occurring < 2)
        return wk_fail(err, WK_BAD_INPUT, "all images are of one class: no negative exists");
    im->by_class = wk_arena_get(arena, im->count, sizeof *im->by_class, err);
    if (!im->by_class)
        return WK_CANNOT;
    size_t next[256];
    memcpy(next, im->first, sizeof next);
    for (size_t i = 0; i < im->count; i++)
        im->by_class[next[im->labels[i]]++] = i;
    return WK_OK;
}

static wk_status open_images(const wk_bag *params, images *im, wk_arena *arena, wk_error *err) {
    const char *positive = NULL, *centre = NULL;
    *im = (images){0};
    WK_TRY(wk_bag_size(params, "data.triplets", &im->triplets, err));
    WK_TRY(wk_bag_size(params, "data.shift", &im->shift, err));
    WK_TRY(wk_bag_real(params, "data.crop", &im->crop, err));
    WK_TRY(wk_bag_real(params, "data.noise", &im->noise, err));
    WK_TRY(wk_bag_text(params, "data.positive", &positive, err));
    WK_TRY(wk_bag_text(params, "data.centre", &centre, err));
    im->augment = strcmp(positive, "augment") == 0;
    im->centre = strcmp(centre, "true") == 0;
    wk_idx pixels, labels;
    WK_TRY(read_files(params, true, &pixels, &labels, arena, err));
    im->count = pixels.size[0];
    im->height = pixels.size[1];
    im->width = pixels.size[2];
    im->pixels = pixels.bytes;
    im->labels = labels.bytes;
    return index_classes(im, arena, err);
}

wk_status wk_idx_size(const wk_bag *params, size_t *n, size_t *triplets, size_t *d, wk_error *err) {
    wk_arena scratch = {0};
    wk_idx pixels, labels;
    wk_status status = read_files(params, false, &pixels, &labels, &scratch, err);
    wk_arena_release(&scratch);
    WK_TRY(status);
    WK_TRY(wk_bag_size(params, "data.triplets", triplets, err));
    *n = 3 * *triplets;
    *d = pixels.size[1] * pixels.size[2];
    return WK_OK;
}

wk_status wk_idx_check(const wk_bag *params, wk_error *err) {
    wk_arena scratch = {0};
    images im;
    const wk_status status = open_images(params, &im, &scratch, err);
    wk_arena_release(&scratch);
    return status;
}

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

/* A part of the image, cut out, shifted and enlarged to the whole, with noise. */
static void augment(const images *im, size_t image, wk_stream *stream, double *x, double *noise) {
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

typedef struct builder {
    const images *im;
    wk_data *data;
    double *rows;   /* (3N, d) inputs found so far */
    size_t *column; /* (count) column + 1 of each image, 0 if not drawn yet */
} builder;

static size_t column_of(builder *b, size_t image) {
    if (b->column[image] == 0) {
        const size_t d = b->data->d, column = b->data->n++;
        for (size_t j = 0; j < d; j++)
            b->rows[column * d + j] = b->im->pixels[image * d + j] / 255.0;
        b->data->label[column] = b->im->labels[image];
        b->column[image] = column + 1;
    }
    return b->column[image] - 1;
}

static size_t of_same_class(const images *im, size_t image, wk_stream *stream) {
    const size_t class = im->labels[image];
    for (;;) {
        const size_t at = wk_stream_below(stream, im->first[class + 1] - im->first[class]);
        if (im->by_class[im->first[class] + at] != image)
            return im->by_class[im->first[class] + at];
    }
}

static size_t of_other_class(const images *im, size_t image, wk_stream *stream) {
    for (;;) {
        const size_t other = wk_stream_below(stream, im->count);
        if (im->labels[other] != im->labels[image])
            return other;
    }
}

static void draw_triplet(builder *b, size_t i, wk_draw draw, double *noise) {
    const images *im = b->im;
    wk_data *data = b->data;
    wk_stream stream = wk_stream_open(draw.seed, draw.data, i);
    const size_t anchor = wk_stream_below(&stream, im->count);
    data->anchor[i] = column_of(b, anchor);
    if (im->augment) {
        wk_stream views = wk_stream_open(draw.seed, draw.views, i);
        const size_t column = data->n++;
        augment(im, anchor, &views, b->rows + column * data->d, noise);
        data->label[column] = im->labels[anchor];
        data->positive[i] = column;
    } else {
        data->positive[i] = column_of(b, of_same_class(im, anchor, &stream));
    }
    data->negative[i] = column_of(b, of_other_class(im, anchor, &stream));
}

/* rows (n, d) to X (d, n), less the mean if asked. */
static wk_status lay_out(const builder *b, wk_arena *arena, wk_error *err) {
    wk_data *data = b->data;
    data->X = wk_arena_doubles(arena, data->d * data->n, err);
    if (!data->X)
        return WK_CANNOT;
    for (size_t j = 0; j < data->d; j++) {
        double mean = 0;
        for (size_t i = 0; i < data->n && b->im->centre; i++)
            mean += b->rows[i * data->d + j] / (double)data->n;
        for (size_t i = 0; i < data->n; i++)
            data->X[j * data->n + i] = b->rows[i * data->d + j] - mean;
    }
    return WK_OK;
}

wk_status wk_idx_load(const wk_bag *params, wk_draw draw, wk_data *data, wk_arena *arena,
                      wk_error *err) {
    wk_arena scratch = {0};
    images im;
    wk_status status = open_images(params, &im, &scratch, err);
    if (status == WK_OK)
        status = wk_data_make_triplets(data, im.triplets, arena, err);
    builder b = {.im = &im, .data = data};
    double *noise = NULL;
    if (status == WK_OK) {
        data->d = im.height * im.width;
        data->label = wk_arena_get(arena, 3 * im.triplets, sizeof *data->label, err);
        b.rows = wk_arena_doubles(&scratch, 3 * im.triplets * data->d, err);
        b.column = wk_arena_get(&scratch, im.count, sizeof *b.column, err);
        noise = wk_arena_doubles(&scratch, data->d, err);
        if (!data->label || !b.rows || !b.column || !noise)
            status = WK_CANNOT;
    }
    if (status == WK_OK) {
        for (size_t i = 0; i < im.triplets; i++)
            draw_triplet(&b, i, draw, noise);
        status = lay_out(&b, arena, err);
    }
    wk_arena_release(&scratch);
    return status;
}
