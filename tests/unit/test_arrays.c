/* --save-arrays: the .npy files are well-formed, and say the same as the metrics. */
#include "model/cell/cell.h"
#include "model/cell/npy.h"
#include "model_support.h"
#include "table/table.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { N = 18, TRIPLETS = 6, D = 8, M = 150, K = 4, P = 5 };

typedef struct place {
    lab *l;
    char folder[64];
} place;

static int set_up(void **state) {
    place *p = calloc(1, sizeof *p);
    void *made = NULL;
    if (!p || lab_up(&made) != 0)
        return -1;
    p->l = made;
    strcpy(p->folder, "/tmp/widecheck-arrays-XXXXXX");
    *state = p;
    return mkdtemp(p->folder) ? 0 : -1;
}

static size_t empty(const char *folder) {
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    size_t n = 0;
    char path[512];
    for (struct dirent *entry; (entry = readdir(dir));) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        n += unlink(path) == 0;
    }
    closedir(dir);
    return n;
}

static int tear_down(void **state) {
    place *p = *state;
    empty(p->folder);
    rmdir(p->folder);
    lab_down(&(void *){p->l});
    free(p);
    return 0;
}

/* Reads folder/name.npy by the format's definition (numpy.lib.format, version 1.0); its header must
 * say this type and shape. */
static void *read_npy(const place *p, const char *name, const char *type, const char *shape,
                      size_t count) {
    char path[256], header[512], expected[512];
    unsigned char start[10];
    snprintf(path, sizeof path, "%s/%s.npy", p->folder, name);
    FILE *in = fopen(path, "rb");
    if (!in)
        fail_msg("no '%s'", path);
    assert_int_equal(fread(start, 1, 10, in), 10);
    assert_memory_equal(start, "\x93NUMPY\x01\x00", 8);
    const size_t length = start[8] + 256u * start[9];
    assert_int_equal((10 + length) % 64, 0);
    assert_true(length < sizeof header);
    assert_int_equal(fread(header, 1, length, in), length);
    header[length] = '\0';
    snprintf(expected, sizeof expected, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }",
             type, shape);
    assert_int_equal(strncmp(header, expected, strlen(expected)), 0);
    assert_int_equal(strspn(header + strlen(expected), " "), length - strlen(expected) - 1);
    assert_int_equal(header[length - 1], '\n');
    void *values = wk_arena_get(&p->l->arena, count, 8);
    assert_non_null(values);
    assert_int_equal(fread(values, 8, count, in), count);
    assert_int_equal(fgetc(in), EOF);
    fclose(in);
    return values;
}

static void any_shape_is_written_as_numpy_reads_it(void **state) {
    place *p = *state;
    lab *l = p->l;
    static const struct {
        size_t ndims, dims[4];
        const char *shape;
        size_t count;
    } cases[] = {{1, {5}, "(5,)", 5},
                 {1, {0}, "(0,)", 0},
                 {2, {3, 4}, "(3,4,)", 12},
                 {3, {2, 3, 2}, "(2,3,2,)", 12},
                 {4, {2, 1, 3, 1}, "(2,1,3,1,)", 6}};
    double *values = lab_normals(l, 12, 1);
    values[2] = INFINITY;
    const int64_t integers[12] = {0, -1, INT64_MAX, INT64_MIN, 5};
    for (size_t i = 0; i < 5; i++) {
        MUST(l, wk_npy_doubles(p->folder, "x", cases[i].ndims, cases[i].dims, values, &l->err));
        assert_memory_equal(read_npy(p, "x", "<f8", cases[i].shape, cases[i].count), values,
                            cases[i].count * 8);
        MUST(l, wk_npy_integers(p->folder, "y", cases[i].ndims, cases[i].dims, integers, &l->err));
        assert_memory_equal(read_npy(p, "y", "<i8", cases[i].shape, cases[i].count), integers,
                            cases[i].count * 8);
    }
    assert_int_equal(empty(p->folder), 2); /* overwritten, and no temporary left */
    MUST_FAIL(l, WK_CANNOT, "/nonexistent",
              wk_npy_doubles("/nonexistent", "x", 1, (size_t[]){1}, values, &l->err));
}

static wk_result run(place *p, const wk_bag *bag, const char *folder) {
    wk_result result;
    MUST(p->l, wk_cell_run(bag, 5, folder, p->l->pool, &p->l->arena, &result, &p->l->err));
    return result;
}

static const wk_series *series(const wk_result *result, const char *metric) {
    const wk_row row = {.result.series = result->series, .result.nseries = result->nseries};
    const wk_series *found = wk_row_series(&row, metric);
    assert_non_null(found);
    return found;
}

static double frobenius(size_t n, const double *a, const double *b) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double x = a[i] - (b ? b[i] : 0);
        sum += x * x;
    }
    return sqrt(sum);
}

/* F = V φ(H)/√M */
static double *outputs(lab *l, const double *V, const double *H) {
    const double *Phi = lab_features(l, wk_activation_find("tanh"), M * N, H);
    double *F = lab_product(l, K, N, M, V, Phi);
    for (size_t i = 0; i < K * N; i++)
        F[i] /= sqrt(M);
    return F;
}

static void arrays_agree_with_each_other_and_with_the_metrics(void **state) {
    place *p = *state;
    lab *l = p->l;
    const wk_bag bag = CELL(l, "model.activation=tanh", "measure.ntk.probes=5",
                            "measure.checkpoints.spacing", "measure.checkpoints.every=0.5");
    const wk_result result = run(p, &bag, p->folder);
    const size_t c = 5, side = K * P;
    const wk_series *change = series(&result, "ntk.change");
    assert_int_equal(change->n, c);
    const double *X = read_npy(p, "X", "<f8", "(8,18,)", D * N);
    const double *G = read_npy(p, "G", "<f8", "(18,18,)", N * N);
    const double *H0 = read_npy(p, "H0", "<f8", "(150,18,)", M * N);
    const double *V0 = read_npy(p, "V0", "<f8", "(4,150,)", K * M);
    const double *H = read_npy(p, "H", "<f8", "(150,18,)", M * N);
    const double *V = read_npy(p, "V", "<f8", "(4,150,)", K * M);
    const double *F = read_npy(p, "F", "<f8", "(5,4,18,)", c * K * N);
    const double *ntk = read_npy(p, "ntk", "<f8", "(5,20,20,)", c * side * side);
    const double *t = read_npy(p, "t", "<f8", "(5,)", c);
    const int64_t *step = read_npy(p, "step", "<i8", "(5,)", c);
    const int64_t *triplets = read_npy(p, "triplets", "<i8", "(6,3,)", 3 * TRIPLETS);
    const int64_t *probes = read_npy(p, "probes", "<i8", "(5,)", P);
    assert_int_equal(empty(p->folder), 12);

    wk_data data;
    MUST(l, wk_data_load(&bag, 5, false, &data, &l->arena, &l->err));
    wk_data_form_gram(&data, &l->arena);
    assert_bits("X", D * N, X, data.X);
    assert_bits("G", N * N, G, lab_dense(l, N, N, data.G, data.ld));
    for (size_t i = 0; i < TRIPLETS; i++) {
        assert_int_equal(triplets[3 * i], data.anchor[i]);
        assert_int_equal(triplets[3 * i + 1], data.positive[i]);
        assert_int_equal(triplets[3 * i + 2], data.negative[i]);
    }
    assert_near("F0", K * N, F, outputs(l, V0, H0), 1e-13);
    assert_near("F", K * N, F + (c - 1) * K * N, outputs(l, V, H), 1e-13);
    for (size_t i = 0; i < c; i++) {
        assert_int_equal(step[i], 5 * i);
        assert_bits("t", 1, &t[i], &change->at[i]);
        const double moved =
            frobenius(side * side, ntk + i * side * side, ntk) / frobenius(side * side, ntk, NULL);
        assert_below("ntk.change", fabs(moved - change->value[i]), 1e-12);
        assert_near("output.norm", 1, &(double){frobenius(K * N, F + i * K * N, NULL)},
                    &series(&result, "output.norm")->value[i], 1e-13);
    }
    /* row index a P + i: one entry of Θ_0 from its definition */
    const size_t i = (size_t)probes[1], j = (size_t)probes[3];
    double entry = 0;
    for (size_t m = 0; m < M; m++) {
        const double si = 1 - pow(tanh(H0[m * N + i]), 2), sj = 1 - pow(tanh(H0[m * N + j]), 2);
        entry += V0[2 * M + m] * V0[0 * M + m] * si * sj * G[i * N + j] / M;
    }
    assert_near("Theta_(2,1),(0,3)", 1, &ntk[(2 * P + 1) * side + 0 * P + 3], &entry, 1e-12);
}

static void saving_changes_no_metric(void **state) {
    place *p = *state;
    lab *l = p->l;
    static const char *const changes[][5] = {{"measure.ntk.normalised=true"},
                                             {"measure.ntk.kernel=trace"},
                                             {"loss.similarity=dot", "model.constraint=orthogonal",
                                              "measure.pca=true", "measure.ntk.kernel=none"}};
    for (size_t c = 0; c < 3; c++) {
        const wk_bag bag = lab_cell(l, changes[c]);
        const wk_result plain = run(p, &bag, NULL), saved = run(p, &bag, p->folder);
        assert_int_equal(plain.nseries, saved.nseries);
        for (size_t i = 0; i < plain.nseries; i++)
            assert_bits(plain.series[i].name, plain.series[i].n, saved.series[i].value,
                        plain.series[i].value);
        read_npy(p, "probes", "<i8", c == 0 ? "(18,)" : "(0,)", c == 0 ? N : 0);
        assert_int_equal(empty(p->folder), c == 0 ? 12 : 11); /* no ntk without a full kernel */
    }
}

static void orthogonal_weights_are_saved_settled(void **state) {
    place *p = *state;
    lab *l = p->l;
    const wk_bag bag = CELL(l, "loss.similarity=dot", "model.constraint=orthogonal");
    run(p, &bag, p->folder);
    for (int end = 0; end < 2; end++) {
        const double *V = read_npy(p, end ? "V" : "V0", "<f8", "(4,150,)", K * M);
        const double *gram = lab_product(l, K, K, M, V, lab_transposed(l, K, M, V));
        for (size_t i = 0; i < K * K; i++)
            assert_below("V V^T - I", fabs(gram[i] - (i % (K + 1) == 0)), 1e-13);
    }
}

static void a_folder_that_is_not_there_is_refused(void **state) {
    place *p = *state;
    lab *l = p->l;
    const wk_bag bag = CELL(l, "model.width=20");
    wk_result result;
    MUST_FAIL(l, WK_CANNOT, "/nonexistent/arrays",
              wk_cell_run(&bag, 1, "/nonexistent/arrays", l->pool, &l->arena, &result, &l->err));
}

#define PLACE_TEST(law) cmocka_unit_test_setup_teardown(law, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        PLACE_TEST(any_shape_is_written_as_numpy_reads_it),
        PLACE_TEST(arrays_agree_with_each_other_and_with_the_metrics),
        PLACE_TEST(saving_changes_no_metric),
        PLACE_TEST(orthogonal_weights_are_saved_settled),
        PLACE_TEST(a_folder_that_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
