/* NumPy arrays: every type and order is read right, and every kind of wrong file is refused by
 * name. */
#include "model/data/csv.h"
#include "model/data/npy_read.h"
#include "model_support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { N = 3, D = 2 };

static const double right[N][D] = {{1, -2}, {3, 4}, {-5, 6}};
static const char path[] = "/tmp/widecheck-npy-test.npy";

static void write_npy(const char *header, const void *bytes, size_t n) {
    const unsigned char head[] = {
        0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (unsigned char)strlen(header), 0};
    unlink(path);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(head, 1, sizeof head, out), sizeof head);
    assert_int_equal(fwrite(header, 1, strlen(header), out), strlen(header));
    assert_int_equal(fwrite(bytes, 1, n, out), n);
    assert_int_equal(fclose(out), 0);
}

/* Entry (i, j) in so many bytes of this kind. */
static void put(unsigned char *out, char kind, size_t width, bool big, double value) {
    unsigned char bytes[8];
    const int64_t whole = (int64_t)value;
    const float narrow = (float)value;
    memcpy(bytes,
           kind == 'i'  ? (const void *)&whole
           : width == 4 ? (const void *)&narrow
                        : &value,
           width);
    for (size_t b = 0; b < width; b++)
        out[b] = bytes[big ? width - 1 - b : b];
}

static void every_type_and_order_is_read(void **state) {
    lab *l = *state;
    static const struct {
        char kind;
        size_t width;
    } types[] = {{'f', 4}, {'f', 8}, {'i', 1}, {'i', 2}, {'i', 4}, {'i', 8}};
    for (size_t t = 0; t < sizeof types / sizeof *types; t++)
        for (int way = 0; way < 4; way++) {
            const bool big = way & 1, columns_first = way & 2;
            unsigned char bytes[N * D * 8];
            char header[128];
            wk_rows rows;
            for (size_t i = 0; i < N; i++)
                for (size_t j = 0; j < D; j++)
                    put(bytes + (columns_first ? j * N + i : i * D + j) * types[t].width,
                        types[t].kind, types[t].width, big, right[i][j]);
            snprintf(header, sizeof header,
                     "{'descr': '%c%c%zu', 'fortran_order': %s, 'shape': (3, 2), }\n",
                     big ? '>' : '<', types[t].kind, types[t].width,
                     columns_first ? "True" : "False");
            write_npy(header, bytes, N * D * types[t].width);
            MUST(l, wk_npy_read(path, &(wk_npy_form){0}, true, &rows, NULL, &l->arena, &l->err));
            assert_true(rows.rows == N && rows.columns == D);
            for (size_t i = 0; i < N; i++)
                assert_bits("row", D, wk_rows_at(&rows, i), right[i]);
        }
    unlink(path);
}

#define HEADER(type, shape) "{'descr': '" type "', 'fortran_order': False, 'shape': " shape ", }\n"

static void wrong_arrays_are_refused_by_name(void **state) {
    lab *l = *state;
    static const double numbers[] = {1, NAN, INFINITY, 4};
    static const struct {
        const char *header;
        size_t bytes;
        const char *message;
    } cases[] = {
        {HEADER("<f8", "(2, 2)"), 31, "is truncated"},
        {HEADER("<f8", "(1, 1)"), 16, "has more bytes than its header announces"},
        {HEADER("<f8", "(4,)"), 32, "has 1 dimension where (rows, columns) are needed"},
        {HEADER("<f8", "(1, 2, 2)"), 32, "has more than two dimensions"},
        {HEADER("<f8", "(0, 2)"), 0, "announces an impossible size (0 in dimension 1)"},
        {HEADER("<f8", "(99999999999, 2)"), 8, "announces an impossible size"},
        {HEADER("<c16", "(1, 2)"), 32, "has entries of type '<c16'"},
        {HEADER("<U4", "(1, 2)"), 32, "holds texts where numbers are needed"},
        {"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1, 2), }\n", 16,
         "holds records, not plain numbers"},
        {HEADER("<f8", "(2, 2)"), 32, "holds NaN in row 1, column 2 (from 1): `missing: drop`"},
        {HEADER("<f8", "(2, 1"), 16, "has a header that cannot be read"},
    };
    wk_rows rows;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_npy(cases[i].header, numbers, cases[i].bytes);
        MUST_FAIL(l, WK_BAD_INPUT, cases[i].message,
                  wk_npy_read(path, &(wk_npy_form){0}, true, &rows, NULL, &l->arena, &l->err));
        assert_non_null(strstr(l->err.message, path));
    }
    const wk_npy_form same = {.labels = path, .missing = WK_MISSING_DROP};
    write_npy(HEADER("<f8", "(2, 1)"), numbers, 16);
    MUST(l, wk_npy_read(path, &same, true, &rows, NULL, &l->arena, &l->err));
    assert_true(rows.rows == 1 && rows.left_out == 1);
    assert_string_equal(rows.classes.text[0], "1");
    unlink(path);
}

/* As in a table in text. */
static void labels_that_are_missing_are_refused_told_or_left_out(void **state) {
    lab *l = *state;
    static const char labels_path[] = "/tmp/widecheck-npy-labels.npy";
    static const double numbers[] = {1, 2, 3, 4, NAN, 6};
    wk_npy_form form = {.labels = labels_path};
    wk_rows rows;
    write_npy(HEADER("|S2", "(3,)"), "a\0NAb\0", 6);
    assert_int_equal(rename(path, labels_path), 0);
    write_npy(HEADER("<f8", "(3, 1)"), numbers, 24);
    MUST(l, wk_npy_read(path, &form, true, &rows, NULL, &l->arena, &l->err));
    assert_true(rows.rows == 3 && rows.classes.n == 3 && rows.missing_labels == 1);
    form.missing = WK_MISSING_DROP;
    MUST(l, wk_npy_read(path, &form, true, &rows, NULL, &l->arena, &l->err));
    assert_true(rows.rows == 2 && rows.classes.n == 2 && rows.left_out == 1);
    assert_true(rows.missing_labels == 0 && rows.place[1] == 2);
    write_npy(HEADER("<f8", "(3, 2)"), numbers, 48); /* row 3 lacks a number */
    MUST(l, wk_npy_read(path, &form, true, &rows, NULL, &l->arena, &l->err));
    assert_true(rows.rows == 1 && rows.left_out == 2);
    write_npy(HEADER("<f8", "(3,)"), numbers + 2, 24);
    assert_int_equal(rename(path, labels_path), 0);
    write_npy(HEADER("<f8", "(3, 1)"), numbers, 24);
    form.missing = WK_MISSING_REFUSE;
    MUST(l, wk_npy_read(path, &form, true, &rows, NULL, &l->arena, &l->err));
    assert_true(rows.classes.n == 3 && rows.missing_labels == 1); /* NaN among numbers */
    write_npy(HEADER("|S2", "(3,)"), "a\0\0\0b\0", 6);
    assert_int_equal(rename(path, labels_path), 0);
    write_npy(HEADER("<f8", "(3, 1)"), numbers, 24);
    MUST_FAIL(l, WK_BAD_INPUT, "labels.npy' has no label in row 2 (from 1): `missing: drop`",
              wk_npy_read(path, &form, true, &rows, NULL, &l->arena, &l->err));
    unlink(labels_path);
    unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(every_type_and_order_is_read),
        LAB_TEST(wrong_arrays_are_refused_by_name),
        LAB_TEST(labels_that_are_missing_are_refused_told_or_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
