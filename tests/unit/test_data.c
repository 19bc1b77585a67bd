/* Data: inputs on the sphere, triplets of the right classes, draws that depend on what they should
 * and on nothing else. Whatever the source, through the registry. */
#include "model/data/centre.h"
#include "model/data/data.h"
#include "model/data/data_sources.h"
#include "model_support.h"

#include <float.h>
#include <math.h>
#include <string.h>

static wk_data load(lab *l, const wk_bag *params, uint64_t seed, bool other) {
    wk_data data;
    MUST(l, wk_data_load(params, seed, other, &data, &l->arena, &l->err));
    wk_data_form_gram(&data, &l->arena);
    return data;
}

static double distance2(const wk_data *data, size_t i, size_t j) {
    double sum = 0;
    for (size_t q = 0; q < data->d; q++) {
        const double x = data->X[q * data->n + i] - data->X[q * data->n + j];
        sum += x * x;
    }
    return sum;
}

/* What every source promises (model/data/data.h). */
static void assert_well_formed(lab *l, const wk_data *data) {
    const size_t n = data->n, d = data->d;
    assert_int_equal(data->ld, (n + 7) / 8 * 8);
    double *G = lab_zeros(l, data->ld * data->ld);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            for (size_t q = 0; q < d; q++)
                G[i * data->ld + j] += data->X[q * n + i] * data->X[q * n + j] / (double)d;
            if (i != j)
                assert_above("inputs are distinct", distance2(data, i, j), 1e-12);
        }
    for (size_t i = 0; i < n; i++)
        assert_below("norm - sqrt(d)", fabs(sqrt(G[i * data->ld + i]) - 1), 1e-14);
    assert_near("G", data->ld * data->ld, data->G, G, 1e-13);
    for (size_t i = 0; i < data->ld; i++)
        for (size_t j = 0; j < data->ld; j++)
            if (i >= n || j >= n)
                assert_true(data->G[i * data->ld + j] == 0);
    for (size_t i = 0; i < data->N; i++) {
        const size_t a = data->anchor[i], p = data->positive[i], m = data->negative[i];
        assert_true(a < n && p < n && m < n && a != p);
        assert_int_equal(data->label[p], data->label[a]);
        assert_int_not_equal(data->label[m], data->label[a]);
    }
}

static void assert_same_data(const wk_data *a, const wk_data *b) {
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->N, b->N);
    assert_bits("X", a->d * a->n, a->X, b->X);
    assert_bits("G", a->ld * a->ld, a->G, b->G);
    assert_memory_equal(a->anchor, b->anchor, a->N * sizeof *a->anchor);
    assert_memory_equal(a->positive, b->positive, a->N * sizeof *a->positive);
    assert_memory_equal(a->negative, b->negative, a->N * sizeof *a->negative);
    assert_memory_equal(a->label, b->label, a->n * sizeof *a->label);
}

/* A cell with the defaults of a source that reads no files; false: it needs some. */
static bool default_cell(lab *l, const wk_data_source *source, wk_bag *out) {
    const char *changes[16] = {"data.classes", "data.dim", "data.triplets", "data.noise"};
    size_t n = 4;
    changes[n++] = wk_arena_printf(&l->arena, "data.source=%s", source->name);
    for (size_t i = 0; i < source->n; i++) {
        const wk_param *row = &source->rows[i];
        if (row->flags & WK_REQUIRED)
            return false;
        assert_true(n + 1 < sizeof changes / sizeof *changes);
        if (row->fallback)
            changes[n++] = wk_arena_printf(&l->arena, "data.%s=%s", row->name, row->fallback);
    }
    *out = lab_cell(l, changes);
    return true;
}

static void every_source_keeps_what_data_promises(void **state) {
    lab *l = *state;
    for (size_t i = 0; i < wk_data_sources_n; i++) {
        const wk_data_source *source = wk_data_sources[i];
        wk_bag bag;
        if (!default_cell(l, source, &bag))
            continue;
        size_t n, triplets, d;
        MUST(l, source->size(&bag, &n, &triplets, &d, &l->err));
        MUST(l, source->check(&bag, NULL, &l->err));
        const wk_data one = load(l, &bag, 7, false), again = load(l, &bag, 7, false);
        const wk_data two = load(l, &bag, 8, false), other = load(l, &bag, 7, true);
        assert_true(one.n == n && one.N == triplets && one.d == d);
        assert_well_formed(l, &one);
        assert_well_formed(l, &other);
        assert_same_data(&one, &again);
        assert_above("another seed", distance_of(d * n, two.X, one.X, 0), 0.1);
        assert_above("the other draw", distance_of(d * n, other.X, one.X, 0), 0.1);
    }
}

static void a_mixture_is_well_formed(void **state) {
    lab *l = *state;
    const char *const classes[] = {"data.classes=2", "data.classes=3", "data.classes=10"};
    for (size_t c = 0; c < 3; c++) {
        const wk_bag bag = CELL(l, classes[c], "data.triplets=11", "data.dim=9");
        const wk_data data = load(l, &bag, 4 + c, false);
        assert_int_equal(data.d, 9);
        assert_int_equal(data.n, 33);
        assert_int_equal(data.N, 11);
        assert_well_formed(l, &data);
    }
}

static void noise_is_the_distance_to_the_class_centre(void **state) {
    lab *l = *state;
    const wk_bag close = CELL(l, "data.noise=0.01", "data.dim=50", "data.triplets=20");
    const wk_data data = load(l, &close, 1, false);
    for (size_t i = 0; i < data.N; i++) {
        const size_t a = data.anchor[i];
        assert_above("same class", data.G[a * data.ld + data.positive[i]], 0.99);
        assert_below("other class", data.G[a * data.ld + data.negative[i]], 0.9);
    }
    const wk_bag none = CELL(l, "data.noise=0");
    MUST_FAIL(l, WK_BAD_INPUT, "distinct",
              wk_data_source_find("mixture")->check(&none, NULL, &l->err));
    const wk_bag lost = CELL(l, "data.noise=1e-15");
    MUST_FAIL(l, WK_BAD_INPUT, "noise 1e-15 makes",
              wk_data_source_find("mixture")->check(&lost, NULL, &l->err));
    assert_non_null(strstr(l->err.message, "equal up to rounding, but inputs must be distinct"));
    const wk_bag enough = CELL(l, "data.noise=1e-14");
    MUST(l, wk_data_source_find("mixture")->check(&enough, NULL, &l->err));
    /* centre and point have unit and noise variance: unscaled, cos of one class is 1/(1 + noise²)
     */
    const wk_bag wide = CELL(l, "data.noise=1", "data.dim=2000", "data.triplets=20");
    const wk_data far = load(l, &wide, 1, false);
    double mean = 0;
    for (size_t i = 0; i < far.N; i++)
        mean += far.G[far.anchor[i] * far.ld + far.positive[i]] / (double)far.N;
    assert_below("mean cosine - 1/2", fabs(mean - 0.5), 0.05);
}

static const wk_data_source *the(const char *name) {
    return wk_data_source_find(name);
}

#define SPHERE_CELL(l, ...) CELL(l, "data.source=sphere", "data.classes", __VA_ARGS__)

static void a_sphere_is_well_formed(void **state) {
    lab *l = *state;
    const wk_bag bag = SPHERE_CELL(l, "data.triplets=11", "data.dim=9");
    for (uint64_t seed = 4; seed < 7; seed++) {
        const wk_data data = load(l, &bag, seed, seed == 6);
        assert_true(data.d == 9 && data.n == 33 && data.N == 11);
        assert_well_formed(l, &data);
        for (size_t i = 0; i < data.N; i++)
            assert_int_equal(data.label[data.anchor[i]], i);
    }
    const wk_bag none = SPHERE_CELL(l, "data.noise=0");
    MUST_FAIL(l, WK_BAD_INPUT, "distinct", the("sphere")->check(&none, NULL, &l->err));
    const wk_bag lost = SPHERE_CELL(l, "data.noise=1e-15");
    MUST_FAIL(l, WK_BAD_INPUT, "noise 1e-15 makes",
              wk_data_source_find("sphere")->check(&lost, NULL, &l->err));
    assert_non_null(strstr(l->err.message, "equal up to rounding, but inputs must be distinct"));
    const wk_bag enough = SPHERE_CELL(l, "data.noise=1e-14");
    MUST(l, wk_data_source_find("sphere")->check(&enough, NULL, &l->err));
}

/* Uniform: anchors and negatives have mean 0 and covariance I, are independent of each other; the
 * positive is cos = 1/√(1 + noise²) off its anchor. */
static void sphere_points_are_uniform_and_positives_at_their_distance(void **state) {
    lab *l = *state;
    enum { N = 3000, DIM = 4 };
    const wk_bag bag = SPHERE_CELL(l, "data.triplets=3000", "data.dim=4", "data.noise=0.5");
    wk_data data = {0};
    const wk_draw draw = {3, WK_ROLE_DATA, WK_ROLE_VIEWS};
    MUST(l, the("sphere")->load(&bag, draw, &data, &l->arena, &l->err));
    double mean[2][DIM] = {{0}}, square[2][DIM] = {{0}}, cross[DIM] = {0}, offset = 0;
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < DIM; j++) {
            const double *x = data.X + j * data.n;
            const double a = x[data.anchor[i]], m = x[data.negative[i]];
            mean[0][j] += a / N, mean[1][j] += m / N;
            square[0][j] += a * a / N, square[1][j] += m * m / N;
            cross[j] += a * m / N;
            offset += pow(x[data.positive[i]] - a, 2) / (N * DIM);
        }
    for (size_t j = 0; j < DIM; j++) {
        for (size_t w = 0; w < 2; w++) {
            assert_below("mean", fabs(mean[w][j]), 4 / sqrt(N));
            assert_below("variance", fabs(square[w][j] - 1), 4 / sqrt(N)); /* x² has variance 1 */
        }
        assert_below("anchor and negative", fabs(cross[j]), 4 / sqrt(N));
    }
    assert_below("noise", fabs(sqrt(offset) / 0.5 - 1), 4 / sqrt(2.0 * N * DIM));
}

static void sphere_anchors_do_not_depend_on_the_noise(void **state) {
    lab *l = *state;
    const wk_bag little = SPHERE_CELL(l, "data.noise=0.1"), much = SPHERE_CELL(l, "data.noise=2");
    const wk_data a = load(l, &little, 7, false), b = load(l, &much, 7, false);
    for (size_t i = 0; i < a.n; i++) {
        double gap = 0;
        for (size_t j = 0; j < a.d; j++)
            gap = fmax(gap, fabs(a.X[j * a.n + i] - b.X[j * b.n + i]));
        if (i % 3 == 1)
            assert_above("positive", gap, 0.01);
        else
            assert_true(gap == 0);
    }
}

static void classes_and_the_negatives_classes_are_uniform(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, "data.triplets=3000", "data.dim=2", "data.classes=4");
    wk_data data = {0};
    const wk_draw draw = {3, WK_ROLE_DATA, WK_ROLE_VIEWS};
    MUST(l, wk_data_source_find("mixture")->load(&bag, draw, &data, &l->arena, &l->err));
    double count[4][4] = {{0}}, chi2 = 0;
    for (size_t i = 0; i < data.N; i++)
        count[data.label[data.anchor[i]]][data.label[data.negative[i]]] += 1;
    for (size_t a = 0; a < 4; a++)
        for (size_t b = 0; b < 4; b++)
            chi2 += a == b ? 0 : pow(count[a][b] - 250, 2) / 250;
    assert_below("chi-square, 11 degrees", chi2, 40);
}

static void data_depends_on_the_seed_alone(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, "model.width=64"), wide = CELL(l, "model.width=4096");
    const wk_bag loss = CELL(l, "loss.similarity=dot", "model.constraint=orthogonal");
    const wk_data one = load(l, &bag, 7, false), again = load(l, &wide, 7, false);
    const wk_data third = load(l, &loss, 7, false), two = load(l, &bag, 8, false);
    assert_same_data(&one, &again);
    assert_same_data(&one, &third);
    assert_above("another seed", distance_of(one.d * one.n, two.X, one.X, 0), 0.1);
}

static void a_fixed_seed_fixes_the_data(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, "data.dim=8"), fixed = CELL(l, "data.seed=7");
    const wk_data one = load(l, &fixed, 1, false), two = load(l, &fixed, 2, false);
    const wk_data free = load(l, &bag, 7, false);
    assert_same_data(&one, &two);
    assert_same_data(&one, &free);
    const wk_bag bad = CELL(l, "data.seed=-1");
    wk_data unused;
    MUST_FAIL(l, WK_BAD_INPUT, "data.seed",
              wk_data_load(&bad, 1, false, &unused, &l->arena, &l->err));
}

static void the_other_draw_is_another_draw_of_the_same_source(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, "data.dim=40"), fixed = CELL(l, "data.dim=40", "data.seed=7");
    const wk_data one = load(l, &bag, 7, false), other = load(l, &bag, 7, true);
    assert_well_formed(l, &other);
    double correlation = 0;
    for (size_t i = 0; i < one.d * one.n; i++)
        correlation += one.X[i] * other.X[i] / (double)(one.d * one.n);
    assert_below("correlation", fabs(correlation), 0.2);
    const wk_data fixed_other = load(l, &fixed, 1, true);
    assert_same_data(&other, &fixed_other);
}

/* Triplet i has its own stream: more triplets leave the first ones as they are. */
static void more_triplets_begin_with_fewer(void **state) {
    lab *l = *state;
    const wk_bag few = CELL(l, "data.triplets=5"), many = CELL(l, "data.triplets=9");
    const wk_data a = load(l, &few, 7, false), b = load(l, &many, 7, false);
    for (size_t q = 0; q < a.d; q++)
        assert_bits("X", a.n, a.X + q * a.n, b.X + q * b.n);
    assert_memory_equal(a.label, b.label, a.n * sizeof *a.label);
}

static void the_similarity_matrix_is_that_of_the_triplets(void **state) {
    lab *l = *state;
    const wk_data data = lab_reference_data(l); /* with repeated inputs */
    double *S = NULL;
    wk_data_similarity(&data, &l->arena, &S);
    double *right = lab_zeros(l, data.n * data.n);
    for (size_t i = 0; i < data.N; i++) {
        const size_t a = data.anchor[i], p = data.positive[i], m = data.negative[i];
        right[a * data.n + p] += 0.1;
        right[p * data.n + a] += 0.1;
        right[a * data.n + m] -= 0.1;
        right[m * data.n + a] -= 0.1;
    }
    assert_near("S", data.n * data.n, S, right, 1e-15);
}

static void sources_are_found_by_name(void **state) {
    lab *l = *state;
    assert_true(wk_data_sources_n >= 4);
    for (size_t i = 0; i < wk_data_sources_n; i++) {
        assert_ptr_equal(wk_data_source_find(wk_data_sources[i]->name), wk_data_sources[i]);
        assert_true(wk_data_sources[i]->size && wk_data_sources[i]->load &&
                    wk_data_sources[i]->check);
        for (size_t r = 0; r < wk_data_sources[i]->n; r++)
            assert_true(wk_data_sources[i]->rows[r].name && wk_data_sources[i]->rows[r].help);
    }
    assert_null(wk_data_source_find("mnist"));
    const wk_bag bag = CELL(l, "data.source=mnist"), missing = CELL(l, "data.triplets");
    wk_data data;
    MUST_FAIL(l, WK_BAD_INPUT, "'mnist'", wk_data_load(&bag, 1, false, &data, &l->arena, &l->err));
    MUST_FAIL(l, WK_BAD_INPUT, "'data.triplets'",
              wk_data_load(&missing, 1, false, &data, &l->arena, &l->err));
}

/* ---- centring ---- */

static void centring_tells_what_is_rounding(void **state) {
    (void)state;
    double equal[] = {5.3, 5.3, 5.3}, decimals[] = {0.1, 9, 0.3, 9, 0.2, 9},
           apart[] = {1e6, 1e6 + 1};
    assert_true(wk_centre(3, 1, equal) == 0 && equal[0] == 0 && equal[1] == 0 && equal[2] == 0);
    const double noise = wk_centre(3, 2, decimals);
    assert_true(fabs(decimals[4]) <= noise && noise < 1e-14 && decimals[1] == 9);
    assert_near("signal", 1, &decimals[2], &(double){0.1}, 1e-15);
    const double left = wk_centre(2, 1, apart);
    assert_true(apart[0] == -0.5 && apart[1] == 0.5 && left < 1e-8 && left > 1e6 * DBL_EPSILON);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(every_source_keeps_what_data_promises),
        LAB_TEST(a_mixture_is_well_formed),
        LAB_TEST(noise_is_the_distance_to_the_class_centre),
        LAB_TEST(a_sphere_is_well_formed),
        LAB_TEST(sphere_points_are_uniform_and_positives_at_their_distance),
        LAB_TEST(sphere_anchors_do_not_depend_on_the_noise),
        LAB_TEST(classes_and_the_negatives_classes_are_uniform),
        LAB_TEST(data_depends_on_the_seed_alone),
        LAB_TEST(a_fixed_seed_fixes_the_data),
        LAB_TEST(the_other_draw_is_another_draw_of_the_same_source),
        LAB_TEST(more_triplets_begin_with_fewer),
        LAB_TEST(the_similarity_matrix_is_that_of_the_triplets),
        LAB_TEST(sources_are_found_by_name),
        LAB_TEST(centring_tells_what_is_rounding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
