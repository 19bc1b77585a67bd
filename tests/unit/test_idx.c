/* IDX files: read right, gzipped or plain; every kind of wrong file refused by name; triplets of
 * images, and augmented copies. */
#include "model/data/data.h"
#include "model/data/idx.h"
#include "model/data/survey.h"
#include "model_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { COUNT = 12, HEIGHT = 5, WIDTH = 4, D = HEIGHT * WIDTH, CLASSES = 3 };

typedef struct files {
    lab *l;
    char folder[64], images[128], labels[128];
    char images_key[160], labels_key[160];
} files;

static unsigned char pixel(size_t image, size_t q) {
    return (unsigned char)((image * 37 + q * q * 11 + image * q * 5 + 13) % 251);
}

static unsigned char label(size_t image) {
    return (unsigned char)(image % CLASSES * 4); /* classes 0, 4, 8: not dense */
}

/* magic of this type and these sizes, then bytes; returns the length. */
static size_t compose(unsigned char *out, unsigned type, size_t dimensions, const size_t *size,
                      const unsigned char *bytes, size_t n) {
    const unsigned char magic[4] = {0, 0, (unsigned char)type, (unsigned char)dimensions};
    memcpy(out, magic, 4);
    for (size_t i = 0; i < dimensions; i++)
        for (size_t b = 0; b < 4; b++)
            out[4 + 4 * i + b] = (unsigned char)(size[i] >> (24 - 8 * b));
    if (n)
        memcpy(out + 4 + 4 * dimensions, bytes, n);
    return 4 + 4 * dimensions + n;
}

static void write_plain(const char *path, const unsigned char *bytes, size_t n) {
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, n, out), n);
    assert_int_equal(fclose(out), 0);
}

static void write_gzipped(const char *path, const unsigned char *bytes, size_t n) {
    gzFile out = gzopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(gzwrite(out, bytes, (unsigned)n), (int)n);
    assert_int_equal(gzclose(out), Z_OK);
}

static size_t compose_images(unsigned char *out, size_t count) {
    unsigned char pixels[COUNT * D];
    for (size_t i = 0; i < count * D; i++)
        pixels[i] = pixel(i / D, i % D);
    return compose(out, 8, 3, (const size_t[]){count, HEIGHT, WIDTH}, pixels, count * D);
}

static size_t compose_labels(unsigned char *out, size_t count) {
    unsigned char labels[COUNT];
    for (size_t i = 0; i < count; i++)
        labels[i] = label(i);
    return compose(out, 8, 1, &count, labels, count);
}

static int set_up(void **state) {
    files *f = calloc(1, sizeof *f);
    void *made = NULL;
    if (!f || lab_up(&made) != 0)
        return -1;
    f->l = made;
    strcpy(f->folder, "/tmp/widecheck-idx-XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    snprintf(f->images, sizeof f->images, "%s/images", f->folder);
    snprintf(f->labels, sizeof f->labels, "%s/labels", f->folder);
    snprintf(f->images_key, sizeof f->images_key, "data.images=%s", f->images);
    snprintf(f->labels_key, sizeof f->labels_key, "data.labels=%s", f->labels);
    unsigned char bytes[512];
    write_gzipped(f->images, bytes, compose_images(bytes, COUNT));
    write_plain(f->labels, bytes, compose_labels(bytes, COUNT));
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    files *f = *state;
    unlink(f->images);
    unlink(f->labels);
    rmdir(f->folder);
    lab_down(&(void *){f->l});
    free(f);
    return 0;
}

#define IDX_CELL(f, ...)                                                                           \
    CELL((f)->l, "data.source=idx", (f)->images_key, (f)->labels_key, "data.classes", "data.dim",  \
         "data.centre=false", "data.scale=sphere", __VA_ARGS__)
#define BY_CLASS "data.positive=class", "data.shift=2", "data.crop=0.9", "data.noise=0.05"
#define AUGMENT(shift, crop, noise)                                                                \
    "data.positive=augment", "data.shift=" shift, "data.crop=" crop, "data.noise=" noise

/* ---- reading ---- */

static void plain_and_gzipped_files_read_alike(void **state) {
    files *f = *state;
    lab *l = f->l;
    unsigned char bytes[512];
    const size_t n = compose_images(bytes, COUNT);
    for (int gzipped = 0; gzipped < 2; gzipped++) {
        (gzipped ? write_gzipped : write_plain)(f->images, bytes, n);
        wk_idx idx;
        MUST(l, wk_idx_read(f->images, 3, true, &idx, &l->arena, &l->err));
        assert_int_equal(idx.dimensions, 3);
        assert_true(idx.size[0] == COUNT && idx.size[1] == HEIGHT && idx.size[2] == WIDTH);
        assert_memory_equal(idx.bytes, bytes + 16, COUNT * D);
        MUST(l, wk_idx_read(f->images, 3, false, &idx, &l->arena, &l->err));
        assert_null(idx.bytes);
        assert_int_equal(idx.size[2], WIDTH);
    }
}

/* The message must hold `text` and the path, which is the user's to mend. */
static void assert_refused(files *f, const unsigned char *bytes, size_t n, bool gzipped,
                           const char *text) {
    lab *l = f->l;
    wk_idx idx;
    (gzipped ? write_gzipped : write_plain)(f->images, bytes, n);
    MUST_FAIL(l, WK_BAD_INPUT, text, wk_idx_read(f->images, 3, true, &idx, &l->arena, &l->err));
    assert_non_null(strstr(l->err.message, f->images));
}

static void wrong_files_are_refused_by_name(void **state) {
    files *f = *state;
    unsigned char good[512], bad[512];
    const size_t n = compose_images(good, COUNT);
    for (int gzipped = 0; gzipped < 2; gzipped++) {
        for (size_t cut = 0; cut < n; cut += cut < 20 ? 1 : 37)
            assert_refused(f, good, cut, gzipped, "truncated");
        assert_refused(f, good, n - 1, gzipped, "truncated");
        memcpy(bad, good, n + 1);
        bad[n] = 0;
        assert_refused(f, bad, n + 1, gzipped, "more bytes than its header announces");
        bad[2] = 0x0d; /* floats */
        assert_refused(f, bad, n, gzipped, "00000d03");
        memcpy(bad, "PNG\n", 4);
        assert_refused(f, bad, n, gzipped, "not an IDX file");
        memcpy(bad, "\x93NUMPY", 6);
        assert_refused(f, bad, n, gzipped, "a NumPy array: say `source: npy`");
        memcpy(bad, "PAR1\x15", 5);
        assert_refused(f, bad, n, gzipped, "a Parquet file");
        memcpy(bad, good, n);
        bad[3] = 2;
        assert_refused(f, bad, n, gzipped, "2 dimensions where 3 are needed");
        memset(bad + 3, 0xff, 13);
        bad[3] = 3;
        assert_refused(f, bad, n, gzipped, "impossible size");
        memset(bad + 8, 0, 4);
        memcpy(bad, good, 8);
        assert_refused(f, bad, n, gzipped, "impossible size (0 in dimension 2)");
    }
}

static void damaged_gzip_is_refused(void **state) {
    files *f = *state;
    unsigned char good[512], packed[1024];
    write_gzipped(f->images, good, compose_images(good, COUNT));
    FILE *in = fopen(f->images, "rb");
    assert_non_null(in);
    const size_t n = fread(packed, 1, sizeof packed, in);
    fclose(in);
    assert_true(n > 40 && n < sizeof packed);
    for (size_t cut = 1; cut < 30; cut++) /* written as it is; the last 8 bytes are the trailer */
        assert_refused(f, packed, n - cut, false, "truncated");
    packed[n] = 'x';
    assert_refused(f, packed, n + 1, false, "more bytes stand behind");
    packed[n - 8] ^= 1; /* the checksum */
    assert_refused(f, packed, n, false, f->images);
    packed[n - 8] ^= 1;
    packed[n / 2] ^= 0x55;
    assert_refused(f, packed, n, false, f->images);
}

/* `zeros` bytes behind a header, packed: some thousandth of their number. */
static void write_zeros(const char *path, const size_t size[3], size_t zeros) {
    static const unsigned char block[1 << 16];
    unsigned char head[16];
    gzFile out = gzopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(gzwrite(out, head, (unsigned)compose(head, 8, 3, size, head, 0)), 16);
    for (; zeros >= sizeof block; zeros -= sizeof block)
        assert_int_equal(gzwrite(out, block, sizeof block), (int)sizeof block);
    assert_int_equal(gzclose(out), Z_OK);
}

static void what_a_file_cannot_hold_is_not_allocated(void **state) {
    files *f = *state;
    lab *l = f->l;
    const size_t gibibyte[3] = {1 << 20, 32, 32}, bomb[3] = {1 << 16, 32, 33};
    unsigned char head[16];
    wk_idx idx;
    for (int kind = 0; kind < 3; kind++) {
        if (kind == 0)
            write_plain(f->images, head, compose(head, 8, 3, gibibyte, head, 0));
        else
            write_zeros(f->images, kind == 1 ? gibibyte : bomb, kind == 1 ? 0 : 66 << 20);
        const size_t before = l->arena.total;
        MUST_FAIL(l, WK_BAD_INPUT, kind < 2 ? "is truncated" : "no images shrink so far",
                  wk_idx_read(f->images, 3, true, &idx, &l->arena, &l->err));
        assert_true(l->arena.total - before < 1 << 20);
    }
}

static void images_that_shrink_well_are_read_up_to_64_mebibytes(void **state) {
    files *f = *state;
    lab *l = f->l;
    wk_idx idx;
    write_zeros(f->images, (const size_t[]){1 << 16, 32, 32}, 64 << 20);
    MUST(l, wk_idx_read(f->images, 3, true, &idx, &l->arena, &l->err));
    assert_int_equal(idx.bytes[(64 << 20) - 1], 0);
}

static void missing_files_and_folders_are_refused_by_name(void **state) {
    files *f = *state;
    lab *l = f->l;
    wk_idx idx;
    MUST_FAIL(l, WK_BAD_INPUT, "'/nonexistent/images'",
              wk_idx_read("/nonexistent/images", 3, true, &idx, &l->arena, &l->err));
    assert_non_null(strstr(l->err.message, "No such file"));
    MUST_FAIL(l, WK_BAD_INPUT, f->folder,
              wk_idx_read(f->folder, 3, true, &idx, &l->arena, &l->err));
}

static void assert_pixel(const wk_survey_column *c, size_t q) {
    double mean = 0, squares = 0, least = 255, largest = 0;
    for (size_t i = 0; i < COUNT; i++) {
        mean += pixel(i, q) / (double)COUNT;
        least = fmin(least, pixel(i, q));
        largest = fmax(largest, pixel(i, q));
    }
    for (size_t i = 0; i < COUNT; i++)
        squares += pow(pixel(i, q) - mean, 2) / COUNT;
    assert_below("mean", fabs(c->mean - mean), 1e-12);
    assert_below("deviation", fabs(c->deviation - sqrt(squares)), 1e-12);
    assert_true(c->least == least && c->largest == largest && c->numbers == COUNT);
    size_t all = 0;
    for (size_t v = 0; v < c->values.n; v++) {
        size_t times = 0;
        for (size_t i = 0; i < COUNT; i++)
            times += pixel(i, q) == atoi(c->values.text[v]);
        assert_int_equal(c->occurs[v], times);
        all += times;
    }
    assert_true(all == COUNT && !c->many && !c->texts && !c->missing);
}

static void a_survey_tells_each_pixel(void **state) {
    files *f = *state;
    lab *l = f->l;
    wk_survey found;
    for (int labelled = 0; labelled < 2; labelled++) {
        MUST(l, wk_survey_idx(f->images, labelled ? f->labels : NULL, &found, &l->arena, &l->err));
        assert_true(found.rows == COUNT && found.n == D + (size_t)labelled);
        assert_true(found.height == HEIGHT && found.width == WIDTH && found.packed);
        assert_int_equal(found.duplicate_rows, 0);
        for (size_t q = 0; q < D; q++)
            assert_pixel(&found.column[q], q);
    }
    assert_int_equal(found.column[D].values.n, CLASSES);
    assert_true(wk_survey_is_class(&found, D));
    unsigned char bytes[512];
    write_plain(f->images, bytes, compose_images(bytes, COUNT) - 1);
    MUST_FAIL(l, WK_BAD_INPUT, "truncated",
              wk_survey_idx(f->images, NULL, &found, &l->arena, &l->err));
}

/* More classes than are told apart in other columns of so wide a table. */
static void a_survey_holds_one_image_at_a_time(void **state) {
    files *f = *state;
    lab *l = f->l;
    const size_t size[3] = {1 << 14, 32, 32};
    unsigned char *bytes = calloc(1 << 14, 1), *packed = malloc((1 << 14) + 8);
    assert_true(bytes && packed);
    for (size_t i = 0; i < size[0]; i++)
        bytes[i] = (unsigned char)(i % 100);
    write_zeros(f->images, size, 16 << 20);
    write_plain(f->labels, packed, compose(packed, 8, 1, size, bytes, size[0]));
    free(bytes);
    free(packed);
    const size_t before = l->arena.total;
    wk_survey found;
    MUST(l, wk_survey_idx(f->images, f->labels, &found, &l->arena, &l->err));
    assert_true(l->arena.total - before < 4 << 20);
    assert_int_equal(found.duplicate_rows, size[0] - 100);
    assert_true(found.column[1].deviation == 0 && found.column[1].same_as == 1);
    assert_int_equal(found.column[1024].values.n, 100);
    assert_true(wk_survey_is_class(&found, 1024));
}

/* ---- as a data source ---- */

static void assert_source_refuses(files *f, const wk_bag *bag, const char *text) {
    lab *l = f->l;
    const wk_data_source *source = wk_data_source_find("idx");
    wk_data data;
    MUST_FAIL(l, WK_BAD_INPUT, text, source->check(bag, NULL, &l->err));
    MUST_FAIL(l, WK_BAD_INPUT, text, wk_data_load(bag, 1, false, &data, &l->arena, &l->err));
}

static void a_pair_of_files_must_fit_and_have_triplets(void **state) {
    files *f = *state;
    lab *l = f->l;
    unsigned char bytes[512], labels[COUNT] = {0};
    const wk_bag bag = IDX_CELL(f, BY_CLASS);
    const wk_data_source *source = wk_data_source_find("idx");
    size_t n, N, d;
    MUST(l, source->check(&bag, NULL, &l->err));
    MUST(l, source->size(&bag, &n, &N, &d, &l->err));
    assert_true(n == 18 && N == 6 && d == D);
    write_plain(f->labels, bytes, compose_labels(bytes, COUNT - 1));
    assert_source_refuses(f, &bag, "has 11 labels");
    MUST_FAIL(l, WK_BAD_INPUT, f->labels, source->size(&bag, &n, &N, &d, &l->err));
    write_plain(f->labels, bytes, compose(bytes, 8, 1, &(size_t){COUNT}, labels, COUNT));
    assert_source_refuses(f, &bag, "one class");
    labels[3] = 1;
    write_plain(f->labels, bytes, compose(bytes, 8, 1, &(size_t){COUNT}, labels, COUNT));
    assert_source_refuses(f, &bag, "class 1 has one image only");
    unlink(f->labels);
    assert_source_refuses(f, &bag, f->labels);
    MUST_FAIL(l, WK_BAD_INPUT, f->labels, source->size(&bag, &n, &N, &d, &l->err));
}

static void an_image_of_zeros_is_refused(void **state) {
    files *f = *state;
    unsigned char bytes[512];
    const size_t n = compose_images(bytes, COUNT);
    memset(bytes + 16, 0, COUNT * D);
    write_plain(f->images, bytes, n);
    const wk_bag bag = IDX_CELL(f, BY_CLASS);
    assert_source_refuses(f, &bag, "image 1 is zero: an image without light cannot be scaled");
    memset(bytes + 16, 1, COUNT * D); /* one among others, which few cells would draw */
    memset(bytes + 16 + 7 * D, 0, D);
    write_plain(f->images, bytes, n);
    assert_source_refuses(f, &bag, "image 8 is zero: an image without light cannot be scaled");
    const wk_bag still = IDX_CELL(f, AUGMENT("0", "1", "0"));
    memset(bytes + 16, 1, COUNT * D);
    write_plain(f->images, bytes, n);
    assert_source_refuses(f, &still,
                          "augment with shift 0, crop 1 and noise 0 makes anchor and "
                          "positive equal, but");
}

static void copies_that_are_their_images_are_refused_or_told(void **state) {
    files *f = *state;
    lab *l = f->l;
    const wk_data_source *source = wk_data_source_find("idx");
    const wk_bag lost[] = {IDX_CELL(f, AUGMENT("0", "1", "1e-300")),
                           IDX_CELL(f, AUGMENT("0", "0.9999999999999999", "0")),
                           IDX_CELL(f, AUGMENT("0", "1", "1e-15"))};
    for (size_t i = 0; i < 3; i++)
        assert_source_refuses(f, &lost[i], "makes anchor and positive equal up to rounding, but");
    const wk_bag some = IDX_CELL(f, AUGMENT("1", "1", "0"));
    const wk_bag none = IDX_CELL(f, AUGMENT("1", "1", "0.1"));
    wk_warnings found = {.arena = &l->arena};
    MUST(l, source->check(&some, &found, &l->err));
    assert_int_equal(found.n, 1);
    assert_non_null(strstr(found.text[0], "one in 9 positives from '"));
    MUST(l, source->check(&none, &found, &l->err));
    assert_int_equal(found.n, 1);
}

static wk_data load(files *f, const wk_bag *bag, uint64_t seed, bool other) {
    wk_data data;
    MUST(f->l, wk_data_load(bag, seed, other, &data, &f->l->arena, &f->l->err));
    wk_data_form_gram(&data, &f->l->arena);
    return data;
}

/* Largest difference of column i and these D numbers scaled to norm √D. */
static double column_distance(const wk_data *data, size_t i, const double *x) {
    double norm = 0, gap = 0;
    for (size_t q = 0; q < D; q++)
        norm += x[q] * x[q];
    for (size_t q = 0; q < D; q++)
        gap = fmax(gap, fabs(data->X[q * data->n + i] - x[q] * sqrt(D / norm)));
    return gap;
}

static void image_of(size_t image, double *x) {
    for (size_t q = 0; q < D; q++)
        x[q] = pixel(image, q) / 255.0;
}

/* Which image column i is; COUNT if none. */
static size_t find_image(const wk_data *data, size_t i) {
    double x[D];
    for (size_t image = 0; image < COUNT; image++) {
        image_of(image, x);
        if (column_distance(data, i, x) < 1e-12)
            return image;
    }
    return COUNT;
}

static void labels_may_be_left_out(void **state) {
    files *f = *state;
    lab *l = f->l;
    const wk_data_source *source = wk_data_source_find("idx");
    const wk_bag bag = CELL(l, "data.source=idx", f->images_key, "data.classes", "data.dim",
                            "data.centre=false", "data.scale=sphere", AUGMENT("1", "0.8", "0.1"));
    const wk_bag by_class = CELL(l, "data.source=idx", f->images_key, "data.classes", "data.dim",
                                 "data.centre=false", "data.scale=sphere", BY_CLASS);
    assert_source_refuses(f, &by_class, "positive: class needs a file of labels");
    size_t n, N, d;
    MUST(l, source->check(&bag, NULL, &l->err));
    MUST(l, source->size(&bag, &n, &N, &d, &l->err));
    assert_true(n == 18 && N == 6 && d == D && source->bytes(&bag) >= COUNT * D);
    const wk_data data = load(f, &bag, 1, false);
    for (size_t i = 0; i < data.N; i++) { /* each image is a class of its own */
        assert_int_equal(data.label[data.anchor[i]], find_image(&data, data.anchor[i]));
        assert_int_equal(data.label[data.positive[i]], data.label[data.anchor[i]]);
        assert_int_not_equal(data.label[data.negative[i]], data.label[data.anchor[i]]);
    }
}

/* Images 3 and 6 are equal to image 0, and of its class; image 5 is equal to image 1. */
static void equal_images_are_one_input(void **state) {
    files *f = *state;
    lab *l = f->l;
    unsigned char bytes[512];
    const size_t n = compose_images(bytes, COUNT);
    memcpy(bytes + 16 + 3 * D, bytes + 16, D);
    memcpy(bytes + 16 + 6 * D, bytes + 16, D);
    memcpy(bytes + 16 + 5 * D, bytes + 16 + 1 * D, D);
    write_plain(f->images, bytes, n);
    const wk_bag bag = IDX_CELL(f, BY_CLASS, "data.triplets=40");
    wk_warnings found = {.arena = &l->arena};
    MUST(l, wk_data_source_find("idx")->check(&bag, &found, &l->err));
    assert_int_equal(found.n, 1);
    assert_non_null(strstr(found.text[0], "1 image of '"));
    assert_non_null(strstr(found.text[0], "another class, the first is image 6:"));
    const wk_data data = load(f, &bag, 1, false);
    for (size_t i = 0; i < data.N; i++) {
        const size_t anchor = find_image(&data, data.anchor[i]);
        assert_int_not_equal(find_image(&data, data.positive[i]), anchor);
        assert_int_not_equal(find_image(&data, data.negative[i]), anchor);
    }
    assert_int_equal(data.n, COUNT - 2);
}

static void triplets_by_class_are_of_images(void **state) {
    files *f = *state;
    const wk_bag bag = IDX_CELL(f, BY_CLASS, "data.triplets=40");
    for (uint64_t seed = 1; seed <= 3; seed++) {
        const wk_data data = load(f, &bag, seed, false);
        assert_true(data.d == D && data.N == 40 && data.n <= COUNT && data.n > 6);
        bool seen[COUNT + 1] = {false};
        for (size_t i = 0; i < data.n; i++) { /* each image once */
            const size_t image = find_image(&data, i);
            assert_true(image < COUNT && !seen[image]);
            seen[image] = true;
            assert_int_equal(data.label[i], label(image));
        }
        for (size_t i = 0; i < data.N; i++) {
            const size_t a = data.anchor[i], p = data.positive[i], m = data.negative[i];
            assert_true(a < data.n && p < data.n && m < data.n && a != p);
            assert_int_equal(data.label[a], data.label[p]);
            assert_int_not_equal(data.label[a], data.label[m]);
        }
    }
}

static void draws_depend_on_seed_and_role(void **state) {
    files *f = *state;
    const wk_bag bag = IDX_CELL(f, AUGMENT("1", "0.8", "0.1"));
    const wk_data one = load(f, &bag, 5, false), again = load(f, &bag, 5, false);
    const wk_data two = load(f, &bag, 6, false), other = load(f, &bag, 5, true);
    assert_int_equal(one.n, again.n);
    assert_bits("X", D * one.n, one.X, again.X);
    assert_true(one.n != two.n || memcmp(one.X, two.X, D * one.n * sizeof *one.X) != 0);
    assert_true(one.n != other.n || memcmp(one.X, other.X, D * one.n * sizeof *one.X) != 0);
}

static void an_augmented_copy_is_a_new_input_of_the_same_class(void **state) {
    files *f = *state;
    const wk_bag bag = IDX_CELL(f, AUGMENT("1", "0.8", "0.1"), "data.triplets=10");
    const wk_data data = load(f, &bag, 2, false);
    bool used[64] = {false};
    for (size_t i = 0; i < data.N; i++) {
        const size_t p = data.positive[i];
        assert_true(p < data.n && !used[p]);
        used[p] = true;
        assert_int_equal(find_image(&data, p), COUNT); /* no image of the file */
        assert_int_equal(data.label[p], data.label[data.anchor[i]]);
        assert_true(find_image(&data, data.anchor[i]) < COUNT);
        assert_true(find_image(&data, data.negative[i]) < COUNT);
        assert_int_not_equal(data.label[data.negative[i]], data.label[data.anchor[i]]);
    }
}

static void without_shift_crop_and_noise_a_copy_is_the_image(void **state) {
    files *f = *state;
    const wk_bag bag = IDX_CELL(f, AUGMENT("0", "1", "1e-14"));
    const wk_data data = load(f, &bag, 2, false);
    for (size_t i = 0; i < data.N; i++)
        assert_int_equal(find_image(&data, data.positive[i]), find_image(&data, data.anchor[i]));
}

/* The image moved, with zeros where nothing is. */
static void moved(size_t image, long down, long right, double *x) {
    for (long i = 0; i < HEIGHT; i++)
        for (long j = 0; j < WIDTH; j++) {
            const long r = i + down, c = j + right;
            const bool inside = r >= 0 && c >= 0 && r < HEIGHT && c < WIDTH;
            x[i * WIDTH + j] = inside ? pixel(image, (size_t)(r * WIDTH + c)) / 255.0 : 0;
        }
}

static void shifts_are_whole_pixels_within_bounds(void **state) {
    files *f = *state;
    const wk_bag bag = IDX_CELL(f, AUGMENT("1", "1", "0"), "data.triplets=60");
    const wk_data data = load(f, &bag, 2, false);
    size_t count[3][3] = {{0}}, seen = 0;
    for (size_t i = 0; i < data.N; i++) {
        const size_t image = find_image(&data, data.anchor[i]);
        size_t matches = 0;
        for (long down = -1; down <= 1; down++)
            for (long right = -1; right <= 1; right++) {
                double x[D];
                moved(image, down, right, x);
                if (column_distance(&data, data.positive[i], x) < 1e-12) {
                    matches++;
                    seen += count[down + 1][right + 1]++ == 0;
                }
            }
        assert_int_equal(matches, 1);
    }
    assert_int_equal(seen, 9); /* all of them occur */
}

static void noise_has_the_stated_deviation(void **state) {
    files *f = *state;
    const wk_bag bag = IDX_CELL(f, AUGMENT("0", "1", "0.001"), "data.triplets=200");
    const wk_data data = load(f, &bag, 2, false);
    double sum = 0;
    for (size_t i = 0; i < data.N; i++) { /* small noise hardly changes the norm */
        double x[D], norm = 0;
        image_of(find_image(&data, data.anchor[i]), x);
        for (size_t q = 0; q < D; q++)
            norm += x[q] * x[q];
        for (size_t q = 0; q < D; q++) {
            const double off = data.X[q * data.n + data.positive[i]] * sqrt(norm / D) - x[q];
            sum += off * off / (double)(data.N * D);
        }
    }
    /* scaling takes away one direction of D */
    assert_below("deviation/0.001 - 1", fabs(sqrt(sum * D / (D - 1)) / 0.001 - 1), 0.06);
}

static void centring_takes_the_mean_of_the_drawn_inputs(void **state) {
    files *f = *state;
    const wk_bag bag = IDX_CELL(f, BY_CLASS), centred = IDX_CELL(f, BY_CLASS, "data.centre=true");
    const wk_data plain = load(f, &bag, 3, false), data = load(f, &centred, 3, false);
    assert_int_equal(plain.n, data.n);
    double mean[D] = {0}, x[D];
    for (size_t i = 0; i < plain.n; i++) {
        image_of(find_image(&plain, i), x);
        for (size_t q = 0; q < D; q++)
            mean[q] += x[q] / (double)plain.n;
    }
    for (size_t i = 0; i < plain.n; i++) {
        image_of(find_image(&plain, i), x);
        for (size_t q = 0; q < D; q++)
            x[q] -= mean[q];
        assert_below("column", column_distance(&data, i, x), 1e-12);
    }
}

#define FILES_TEST(law) cmocka_unit_test_setup_teardown(law, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        FILES_TEST(plain_and_gzipped_files_read_alike),
        FILES_TEST(wrong_files_are_refused_by_name),
        FILES_TEST(damaged_gzip_is_refused),
        FILES_TEST(what_a_file_cannot_hold_is_not_allocated),
        FILES_TEST(images_that_shrink_well_are_read_up_to_64_mebibytes),
        FILES_TEST(missing_files_and_folders_are_refused_by_name),
        FILES_TEST(a_pair_of_files_must_fit_and_have_triplets),
        FILES_TEST(labels_may_be_left_out),
        FILES_TEST(equal_images_are_one_input),
        FILES_TEST(copies_that_are_their_images_are_refused_or_told),
        FILES_TEST(a_survey_tells_each_pixel),
        FILES_TEST(a_survey_holds_one_image_at_a_time),
        FILES_TEST(an_image_of_zeros_is_refused),
        FILES_TEST(triplets_by_class_are_of_images),
        FILES_TEST(draws_depend_on_seed_and_role),
        FILES_TEST(an_augmented_copy_is_a_new_input_of_the_same_class),
        FILES_TEST(without_shift_crop_and_noise_a_copy_is_the_image),
        FILES_TEST(shifts_are_whole_pixels_within_bounds),
        FILES_TEST(noise_has_the_stated_deviation),
        FILES_TEST(centring_takes_the_mean_of_the_drawn_inputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
