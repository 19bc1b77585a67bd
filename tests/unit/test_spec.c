/* What a training cell is asked to be: everything that cannot be right is refused, with the key to
 * blame; descriptors are consistent; estimates are of the right order; metrics are recorded under
 * registered names. */
#include "base/text.h"
#include "model/cell/metrics.h"
#include "model/cell/spec.h"
#include "model_support.h"

#include <math.h>
#include <string.h>

#define ORTHOGONAL_DOT "model.constraint=orthogonal", "loss.similarity=dot"

static void a_small_cell_is_read_as_written(void **state) {
    lab *l = *state;
    const wk_bag bag = CELL(l, "measure.checkpoints.spacing", "measure.checkpoints.every=0.5",
                            "stop.metric=ntk.change", "stop.above=0.25", "measure.ntk.probes=all",
                            "model.activation=tanh", "train.layers=output", "measure.move=true");
    wk_spec spec;
    const char *culprit = "untouched";
    MUST(l, wk_spec_read(&bag, 9, &spec, &culprit, &l->err));
    assert_null(culprit);
    assert_int_equal(spec.seed, 9);
    assert_string_equal(spec.activation->name, "tanh");
    assert_true(spec.width == 150 && spec.outputs == 4 && !spec.orthogonal && spec.frozen);
    assert_true(spec.loss.cosine && !spec.step_is_relative && spec.step == 0.1);
    assert_true(spec.until == WK_UNTIL_TIME && spec.horizon == 2 && spec.most_steps == 20000);
    assert_true(spec.stops && spec.stop_above == 0.25 && spec.ntk == WK_NTK_FULL);
    assert_true(spec.probes == 0 && spec.every == 0.5 && !spec.log_spaced);
    assert_true(spec.move && !spec.pca && !spec.representation && !spec.ntk_normalised);
    assert_true(spec.n_bound == 18 && spec.N == 6 && spec.d == 8);
}

static void what_cannot_be_right_is_refused_with_its_key(void **state) {
    lab *l = *state;
    static const struct {
        const char *change[6], *culprit, *text;
    } cases[] = {
        {{"model.outputs=1"}, "model.outputs", "vanishes identically"},
        {{ORTHOGONAL_DOT, "model.outputs=5", "model.width=4"}, "model.outputs", "orthonormal"},
        {{ORTHOGONAL_DOT, "model.outputs=6"}, "model.outputs", "positive eigenvalues"},
        {{ORTHOGONAL_DOT, "model.width=4"}, "model.outputs", "degenerate"},
        {{"measure.pca=true", "model.outputs=7"}, "model.outputs", "triplets 6"},
        {{"train.step.size", "train.step.spectral-radius=1", "model.outputs=6"},
         "model.outputs",
         "positive eigenvalues"},
        {{"train.until.time", "train.until.gap=1e-3", "loss.similarity=dot"},
         "train.until",
         "orthogonal"},
        {{"train.until.time", "train.until.gap=1e-3", "model.constraint=orthogonal"},
         "train.until",
         "cosine"},
        {{"train.until.time", "train.until.gap=1e-3", "model.constraint=orthogonal",
          "loss.name=spectral", "loss.similarity=dot"},
         "train.until",
         "the loss is spectral"},
        {{"loss.name=barlow-twins", "loss.lambda=0.005", "data.triplets=2"},
         "data.triplets",
         "3 or more"},
        {{"loss.name=mse", "loss.targets=classes", "model.outputs=1"},
         "model.outputs",
         "targets: random"},
        {{"measure.representation=true"}, "measure.representation", "needs pca"},
        {{"measure.ntk.normalised=true", "measure.ntk.kernel=trace"}, "measure.ntk", "full"},
        {{"stop.above=1", "stop.metric=ntk.change", "measure.ntk.kernel=trace"},
         "stop",
         "'ntk.change'"},
        {{"stop.above=1", "stop.metric=ntk.change.trace"}, "stop", "'ntk.change.trace'"},
        {{"stop.above=1", "stop.metric=ntk.change", "measure.ntk.kernel=none"},
         "stop",
         "not measured"},
        {{"train.until.gap=1e-3"}, "train", "exactly one"},
        {{"train.until.time"}, "train", "exactly one"},
        {{"train.step.size"}, "train", "'train.step.size'"},
        {{"train.step.size=fast"}, "train.step.size", "'fast'"},
        {{"model.activation=relo"}, "model.activation", "'relo'"},
        {{"model.width"}, "model", "'model.width'"},
        {{"loss.name=infonze"}, "loss.name", "'infonze'"},
        {{"loss.name=infonce"}, "loss", "'loss.temperature'"},
        {{"measure.ntk.probes=-1"}, "measure.ntk.probes", "'-1'"},
        {{"model.depth=1"}, "model.depth", "at least 2"},
        {{"model.depth=6"}, "model.depth", "at most 5"},
        {{"model.depth=x"}, "model.depth", "'x'"},
        {{"model.residual=true"}, "model.residual", "depth 3"},
        {{"model.depth=2", "model.residual=true"}, "model.residual", "depth 3"},
        {{"model.depth=3", "measure.pca=true"}, "model.depth", "depth 3"},
        {{"model.depth=4", "train.step.size", "train.step.spectral-radius=1"},
         "model.depth",
         "depth 4"},
        {{"model.depth=5", ORTHOGONAL_DOT, "train.until.time", "train.until.gap=1e-3"},
         "model.depth",
         "depth 5"},
        {{"data.source=mnist"}, "data.source", "'mnist'"},
        {{"data.dim=x"}, "data", "'data.dim'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const wk_bag bag = lab_cell(l, cases[i].change);
        wk_spec spec;
        const char *culprit = NULL;
        MUST_FAIL(l, WK_BAD_INPUT, cases[i].text, wk_spec_read(&bag, 1, &spec, &culprit, &l->err));
        assert_string_equal(culprit, cases[i].culprit);
    }
}

static void what_is_only_just_right_is_accepted(void **state) {
    lab *l = *state;
    static const char *const cases[][6] = {
        {"model.outputs=1", "loss.similarity=dot"},
        {"model.outputs=1", "loss.name=vicreg"}, /* the similarity is not its */
        {ORTHOGONAL_DOT, "model.outputs=5"},
        {ORTHOGONAL_DOT, "model.width=5"},
        {"model.outputs=64", "model.width=1"},
        {"measure.ntk.kernel=trace", "stop.above=1", "stop.metric=ntk.change.trace"},
        {"train.until.time", "train.until.gap=1e-3", ORTHOGONAL_DOT},
        {"measure.pca=true", "measure.representation=true"},
        {"model.depth=5", "model.residual=true", "measure.move=true"},
        {"model.depth=3", ORTHOGONAL_DOT},
        {"model.depth=2", "model.residual=false"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const wk_bag bag = lab_cell(l, cases[i]);
        wk_spec spec;
        const char *culprit = NULL;
        MUST(l, wk_spec_read(&bag, 1, &spec, &culprit, &l->err));
    }
}

/* ---- descriptors ---- */

static bool is_word(const wk_param *row, const char *text) {
    for (size_t i = 0; row->words && row->words[i]; i++)
        if (strcmp(row->words[i], text) == 0)
            return true;
    return false;
}

static void check_row(const wk_group *group, const wk_param *row) {
    int64_t integer;
    double real = NAN;
    if (!row->name || !row->help || !*row->help)
        fail_msg("a row of '%s' has no name or help", group->name);
    assert_ptr_equal(wk_param_find(group->rows, group->n, row->name), row); /* no name twice */
    if (row->type == WK_WORD)
        assert_true(row->words && row->words[0]);
    if (row->type == WK_INTEGER || row->type == WK_REAL)
        assert_true(row->min <= row->max);
    if (!row->fallback)
        return;
    assert_false(row->flags & WK_REQUIRED);
    if (row->type == WK_WORD)
        assert_true(is_word(row, row->fallback));
    if (row->type == WK_TRUTH)
        assert_true(!strcmp(row->fallback, "true") || !strcmp(row->fallback, "false"));
    if (row->type == WK_INTEGER && !is_word(row, row->fallback)) {
        assert_true(wk_text_integer(row->fallback, &integer));
        assert_true((double)integer >= row->min && (double)integer <= row->max);
    }
    if (row->type == WK_REAL)
        assert_true(wk_text_real(row->fallback, &real) && real >= row->min && real <= row->max);
}

static void check_group(const wk_group *group) {
    assert_true(group->name && group->help && group->n);
    if (group->shorthand)
        assert_non_null(wk_param_find(group->rows, group->n, group->shorthand));
    for (size_t i = 0; i < group->n; i++) {
        check_row(group, &group->rows[i]);
        if (group->rows[i].type == WK_GROUP)
            check_group(group->rows[i].group);
    }
}

static void descriptor_rows_obey_their_own_limits(void **state) {
    (void)state;
    check_group(&wk_model_group);
    check_group(&wk_train_group);
    check_group(&wk_stop_group);
    check_group(&wk_measure_group);
    for (size_t i = 0; i < wk_data_sources_n; i++)
        check_group(&(wk_group){.name = wk_data_sources[i]->name,
                                .help = wk_data_sources[i]->help,
                                .rows = wk_data_sources[i]->rows,
                                .n = wk_data_sources[i]->n});
    for (size_t i = 0; i < wk_loss_kinds_n; i++) {
        assert_ptr_equal(wk_loss_kind_find(wk_loss_kinds[i]->name), wk_loss_kinds[i]);
        assert_true(*wk_loss_kinds[i]->help);
        if (wk_loss_kinds[i]->n) /* a loss may have no key of its own */
            check_group(&(wk_group){.name = wk_loss_kinds[i]->name,
                                    .help = wk_loss_kinds[i]->help,
                                    .rows = wk_loss_kinds[i]->rows,
                                    .n = wk_loss_kinds[i]->n});
    }
}

/* ---- estimates ---- */

static wk_spec read(lab *l, const wk_bag *bag) {
    wk_spec spec;
    const char *culprit;
    MUST(l, wk_spec_read(bag, 1, &spec, &culprit, &l->err));
    return spec;
}

static void work_and_memory_grow_with_what_is_asked(void **state) {
    lab *l = *state;
    static const char *const larger[][3] = {{"model.width=300"},
                                            {"data.triplets=12"},
                                            {"measure.move=true"},
                                            {"train.until.time=4"},
                                            {"measure.pca=true"}};
    const wk_bag small = CELL(l, "train.layers=all");
    const wk_spec base = read(l, &small);
    assert_true(wk_spec_flops(&base) > 0 && isfinite(wk_spec_flops(&base)));
    for (size_t i = 0; i < sizeof larger / sizeof *larger; i++) {
        const wk_bag bag = lab_cell(l, larger[i]);
        const wk_spec spec = read(l, &bag);
        assert_true(wk_spec_flops(&spec) >= wk_spec_flops(&base));
        assert_true(wk_spec_bytes(&spec, 1) >= wk_spec_bytes(&base, 1));
        assert_true(wk_spec_flops(&spec) > wk_spec_flops(&base) ||
                    wk_spec_bytes(&spec, 1) > wk_spec_bytes(&base, 1));
    }
    const wk_bag frozen = CELL(l, "train.layers=output"), none = CELL(l, "measure.ntk.kernel=none");
    const wk_spec a = read(l, &frozen), b = read(l, &none);
    assert_true(wk_spec_flops(&a) < wk_spec_flops(&base));
    assert_true(wk_spec_flops(&b) < wk_spec_flops(&base));
    static const char *const forms[][3] = {{"train.until.time", "train.until.log-width=2"},
                                           {"train.until.time", "train.until.escape=1.5"}};
    for (size_t i = 0; i < 2; i++) {
        const wk_bag bag = lab_cell(l, forms[i]);
        const wk_spec spec = read(l, &bag);
        assert_true(wk_spec_flops(&spec) > 0 && isfinite(wk_spec_flops(&spec)));
    }
}

/* ---- recording ---- */

static void a_recorder_keeps_series_in_order(void **state) {
    lab *l = *state;
    wk_recorder recorder;
    wk_recorder_init(&recorder, 3, &l->arena);
    assert_true(isnan(wk_recorder_last(&recorder, "loss")));
    wk_recorder_add(&recorder, "loss", 0, 5);
    wk_recorder_add(&recorder, "ntk.change", 0, 0);
    wk_recorder_add(&recorder, "loss", 1, 4);
    const double values[] = {1, -1, 2, -2, 3, -3};
    wk_recorder_indexed(&recorder, "pca.eigenvalue", 3, values, 2);
    assert_true(wk_recorder_last(&recorder, "loss") == 4);
    assert_int_equal(recorder.n, 3);
    assert_string_equal(recorder.series[0].name, "loss");
    assert_true(recorder.series[0].n == 2 && recorder.series[0].at[1] == 1);
    assert_true(recorder.series[2].indexed && recorder.series[2].n == 3);
    assert_true(recorder.series[2].value[2] == 3 && recorder.series[2].at[2] == 2);
    for (size_t i = 0; i < wk_metrics_n; i++) {
        assert_true(wk_metrics[i].symbol && *wk_metrics[i].help);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(wk_metrics[i].name, wk_metrics[j].name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(a_small_cell_is_read_as_written),
        LAB_TEST(what_cannot_be_right_is_refused_with_its_key),
        LAB_TEST(what_is_only_just_right_is_accepted),
        LAB_TEST(descriptor_rows_obey_their_own_limits),
        LAB_TEST(work_and_memory_grow_with_what_is_asked),
        LAB_TEST(a_recorder_keeps_series_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
