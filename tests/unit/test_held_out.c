/* Rows that are held out (`test`): which they are, that training never sees them, and what is
 * measured on them. */
#include "model/cell/cell.h"
#include "model/data/data.h"
#include "model_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROWS = 40, D = 5, TEST = 12, SEED = 5 };

/* What row i is in the table of kind `which`: its numbers are its own, and column 0 tells i. */
typedef struct table {
    double x[ROWS][D];
    int class[ROWS];
} table;

static table plain_table(void) {
    table t;
    for (size_t i = 0; i < ROWS; i++) {
        wk_stream stream = wk_stream_open(3, WK_ROLE_DATA, i);
        wk_stream_normals(&stream, D, t.x[i]);
        t.class[i] = (int)(i % 3);
        t.x[i][0] = (double)i;
        t.x[i][1] += 2 * t.class[i];
    }
    return t;
}

static const char *const path = "held-out-test.csv";

static void write_table(const table *t) {
    unlink(path);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fprintf(out, "a,b,c,d,e,kind\n");
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < D; j++)
            fprintf(out, "%.17g,", t->x[i][j]);
        fprintf(out, "%c\n", "uvw"[t->class[i]]);
    }
    assert_int_equal(fclose(out), 0);
}

#define FROM_TABLE                                                                                 \
    "data.source=csv", "data.file=held-out-test.csv", "data.label=kind", "data.positive=class",    \
        "data.triplets=9", "data.classes", "data.dim", "data.header=true", "data.centre=false",    \
        "data.noise=0.1", "data.missing=refuse", "data.skip=0", "data.separator=auto",             \
        "data.decimal=point"

static wk_data load_data(lab *l, const wk_bag *bag, uint64_t seed) {
    wk_data data;
    MUST(l, wk_data_load(bag, seed, false, &data, &l->arena, &l->err));
    return data;
}

/* The row of column i: the ratio of two entries tells it. */
static size_t row_of(const table *t, const wk_data *data, size_t i) {
    for (size_t r = 0; r < ROWS; r++) {
        double size = 0, off = 0;
        for (size_t j = 0; j < D; j++)
            size += t->x[r][j] * t->x[r][j];
        for (size_t j = 0; j < D; j++)
            off = fmax(off, fabs(t->x[r][j] * sqrt(D / size) - data->X[j * data->all + i]));
        if (off < 1e-12)
            return r;
    }
    fail_msg("column %zu is no row", i);
    return ROWS;
}

/* held[r]: is row r held out? */
static void find_held(const table *t, const wk_data *data, bool held[ROWS]) {
    memset(held, 0, ROWS * sizeof *held);
    for (size_t i = data->n; i < data->all; i++)
        held[row_of(t, data, i)] = true;
}

/* ---- which rows ---- */

static void a_number_or_a_share_is_held_out(void **state) {
    lab *l = *state;
    const table t = plain_table();
    write_table(&t);
    const wk_bag number = CELL(l, FROM_TABLE, "data.test=12"),
                 share = CELL(l, FROM_TABLE, "data.test=0.3");
    const wk_bag none = CELL(l, FROM_TABLE);
    bool first[ROWS], second[ROWS], other[ROWS];
    const wk_data data = load_data(l, &number, SEED), same = load_data(l, &share, SEED);
    assert_int_equal(data.all - data.n, TEST);
    assert_int_equal(same.all - same.n, TEST);
    find_held(&t, &data, first);
    find_held(&t, &same, second);
    assert_memory_equal(first, second, sizeof first);
    for (size_t i = 0; i < data.n; i++)
        assert_false(first[row_of(&t, &data, i)]);
    for (size_t i = 0; i < data.all; i++)
        assert_int_equal(data.label[i] == data.label[0],
                         t.class[row_of(&t, &data, i)] == t.class[row_of(&t, &data, 0)]);
    const wk_data else_where = load_data(l, &number, SEED + 1);
    find_held(&t, &else_where, other);
    assert_memory_not_equal(first, other, sizeof first);
    const wk_data whole = load_data(l, &none, SEED);
    assert_int_equal(whole.all, whole.n);
}

static void equal_rows_are_held_out_together(void **state) {
    lab *l = *state;
    table t = plain_table();
    for (size_t i = 0; i < ROWS; i += 4)
        memcpy(t.x[i + 3], t.x[i], sizeof t.x[i]);
    t.x[3][2] = t.x[0][2] = -0.0;
    write_table(&t);
    t.x[3][2] = 0;
    size_t pairs = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        const wk_bag bag = CELL(l, FROM_TABLE, "data.test=12");
        const wk_data data = load_data(l, &bag, seed);
        size_t copies[ROWS] = {0};
        assert_true(data.all - data.n == TEST);
        for (size_t i = data.n; i < data.all; i++)
            copies[row_of(&t, &data, i)]++; /* the first of equal rows */
        for (size_t i = 0; i < ROWS; i += 4) {
            assert_true(copies[i] == 0 || copies[i] == 2);
            pairs += copies[i] == 2;
        }
        for (size_t i = 0; i < data.n; i++)
            assert_true(copies[row_of(&t, &data, i)] == 0);
    }
    assert_true(pairs > 20);
}

static void what_cannot_be_held_out_is_refused(void **state) {
    lab *l = *state;
    table t = plain_table();
    write_table(&t);
    static const char *const cases[][2] = {
        {"data.test=2.5", "neither a share below 1 nor a number of rows"},
        {"data.test=0.001", "0 of the 40 rows"},
        {"data.test=39", "at least 2 must be left"},
        {"data.test=4000", "at least 2 must be left"},
        {"data.test=38", "no positive exists"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const wk_bag bag = CELL(l, FROM_TABLE, cases[i][0]);
        wk_data data;
        l->err = (wk_error){0};
        const wk_status status = wk_data_load(&bag, 0, false, &data, &l->arena, &l->err);
        assert_int_equal(status, WK_BAD_INPUT);
        if (i < 4)
            assert_non_null(strstr(l->err.message, cases[i][1]));
    }
    for (size_t i = 0; i < ROWS; i++)
        memcpy(t.x[i], t.x[0], sizeof t.x[0]);
    write_table(&t);
    wk_data data;
    const wk_bag bag = CELL(l, FROM_TABLE, "data.test=12");
    MUST_FAIL(l, WK_BAD_INPUT, "equal ones stay together",
              wk_data_load(&bag, 0, false, &data, &l->arena, &l->err));
}

/* ---- training does not see them ---- */

static bool is_unseen(const char *metric) {
    const size_t length = strlen(metric);
    return length > 7 && strcmp(metric + length - 7, ".unseen") == 0;
}

/* Other numbers, in a column of any size, and the labels of other rows. */
static table with_other_rows(const table *t, const bool held[ROWS]) {
    table other = *t;
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; held[i] && j < D; j++) {
            other.x[i][j] = 1e3 * sin(7 * t->x[i][j] + (double)j);
            other.class[i] = (t->class[i] + 1 + (int)(i % 2)) % 3;
        }
    return other;
}

static const char *const variants[][10] = {
    {"measure.ntk.normalised=true", "measure.move=true", "measure.limit=true",
     "measure.spectral=true"},
    {"measure.ntk.kernel=trace", "loss.similarity=dot"},
    {"loss.similarity=dot", "model.constraint=orthogonal", "measure.pca=true",
     "measure.representation=true", "model.outputs=3", "data.centre=true",
     "measure.ntk.probes=all"},
    {"loss.similarity=dot", "model.constraint=orthogonal", "measure.pca=true",
     "measure.representation=true", "model.outputs=3", "model.form=primal"},
    {"train.method=flow", "train.tolerance=1e-3", "train.until.time=0.2", "model.depth=3",
     "model.width=40"},
    {"train.method=flow", "train.tolerance=1e-6", "measure.move=true"},
    {"measure.identities=true", "measure.linearised=true", "measure.ntk.probes=all",
     "data.standardise=true"},
    {"measure.identities=true", "model.form=primal", "data.standardise=true"},
    {"loss.name=mse", "loss.targets=classes", "loss.similarity", "measure.identities=true",
     "model.activation=linear", "train.method=flow", "train.tolerance=1e-6"},
};
enum { VARIANTS = sizeof variants / sizeof *variants };

static wk_result run(lab *l, size_t variant) {
    const char *changes[32] = {FROM_TABLE, "data.test=12"};
    size_t n = 0;
    while (changes[n])
        n++;
    for (size_t i = 0; variants[variant][i]; i++)
        changes[n++] = variants[variant][i];
    const wk_bag bag = lab_cell(l, changes);
    wk_result result;
    MUST(l, wk_cell_run(&bag, SEED, NULL, l->pool, &l->arena, &result, &l->err));
    return result;
}

static void rows_held_out_change_no_number_of_training(void **state) {
    lab *l = *state;
    const table t = plain_table();
    write_table(&t);
    bool held[ROWS];
    const wk_bag bag = CELL(l, FROM_TABLE, "data.test=12");
    const wk_data data = load_data(l, &bag, SEED);
    find_held(&t, &data, held);
    const table other = with_other_rows(&t, held);
    for (size_t v = 0; v < VARIANTS; v++) {
        size_t unseen = 0, moved = 0;
        write_table(&t);
        const wk_result a = run(l, v);
        write_table(&other);
        const wk_result b = run(l, v);
        assert_int_equal(a.nseries, b.nseries);
        for (size_t i = 0; i < a.nseries; i++) {
            const wk_series *x = &a.series[i], *y = &b.series[i];
            assert_string_equal(x->name, y->name);
            assert_int_equal(x->n, y->n);
            unseen += is_unseen(x->name);
            if (is_unseen(x->name))
                moved += memcmp(x->value, y->value, x->n * sizeof *x->value) != 0;
            else
                assert_bits(x->name, x->n, x->value, y->value);
        }
        assert_true(unseen >= 3 && moved >= 3); /* the control: those held out did change */
    }
}

/* ---- what is measured on them ---- */

static const wk_series *series(const wk_result *result, const char *metric) {
    for (size_t i = 0; i < result->nseries; i++)
        if (strcmp(result->series[i].name, metric) == 0)
            return &result->series[i];
    fail_msg("no metric '%s'", metric);
    return NULL;
}

/* Training on rows of which some are also held out, as copies that differ by a last digit: what is
 * measured on the copies is what is measured on the rows. */
static void what_is_measured_of_a_row_held_out_is_that_of_its_neighbour(void **state) {
    lab *l = *state;
    table t = plain_table();
    bool held[ROWS];
    write_table(&t);
    const wk_bag bag = CELL(l, FROM_TABLE, "data.test=12");
    const wk_data first = load_data(l, &bag, SEED);
    find_held(&t, &first, held);
    size_t twin[ROWS], next = 0; /* twin: the seen input that a row held out is a copy of */
    for (size_t i = 0; i < ROWS; i++) {
        if (!held[i])
            continue;
        twin[i] = next++;
        const size_t row = row_of(&t, &first, twin[i]);
        memcpy(t.x[i], t.x[row], sizeof t.x[i]);
        t.x[i][1] *= 1 + 1e-12;
        t.class[i] = t.class[row];
    }
    write_table(&t);
    for (size_t v = 2; v < 4; v++) {
        const wk_result result = run(l, v);
        static const char *const maps[] = {"representation.class", "representation.1",
                                           "pca.representation.1", "pca.representation.2"};
        for (size_t m = 0; m < 4; m++) {
            char name[64];
            snprintf(name, sizeof name, "%s.unseen", maps[m]);
            const wk_series *seen = series(&result, maps[m]), *unseen = series(&result, name);
            assert_int_equal(unseen->n, TEST);
            for (size_t i = 0, at = 0; i < ROWS; i++)
                if (held[i])
                    assert_below(name, fabs(unseen->value[at++] - seen->value[twin[i]]), 1e-8);
        }
        const wk_series *least = series(&result, "output.min-norm");
        const wk_series *others = series(&result, "output.min-norm.unseen");
        assert_true(others->value[0] > 0.999999 * least->value[0]);
        assert_true(series(&result, "pca.cka.unseen")->value[0] <= 1 + 1e-12);
        assert_true(series(&result, "representation.effective-rank.unseen")->value[0] >= 1);
    }
}

static int enter(void **state) {
    char folder[] = "/tmp/widecheck-held-XXXXXX";
    return lab_up(state) != 0 || !mkdtemp(folder) || chdir(folder) != 0;
}

static int leave(void **state) {
    char folder[4096];
    unlink(path);
    if (getcwd(folder, sizeof folder))
        rmdir(folder);
    return lab_down(state);
}

#define HELD_TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void) {
    one_blas_thread();
    const struct CMUnitTest tests[] = {
        HELD_TEST(a_number_or_a_share_is_held_out),
        HELD_TEST(equal_rows_are_held_out_together),
        HELD_TEST(what_cannot_be_held_out_is_refused),
        HELD_TEST(rows_held_out_change_no_number_of_training),
        HELD_TEST(what_is_measured_of_a_row_held_out_is_that_of_its_neighbour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
