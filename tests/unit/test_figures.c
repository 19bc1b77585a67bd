/* Figures: what is drawn is what was measured, and texts in them are only drawn. */
#include "report_support.h"
#include "typed.h"

#include "plot/axis.h"
#include "plot/curves.h"
#include "plot/figure.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void every_kind_describes_itself(void **state) {
    (void)state;
    assert_true(wk_figure_kinds_n >= 6);
    for (size_t i = 0; i < wk_figure_kinds_n; i++) {
        const wk_figure_kind *kind = wk_figure_kinds[i];
        assert_ptr_equal(wk_figure_kind_find(kind->name), kind);
        assert_true(kind->help && kind->caption && kind->draw && kind->note);
        for (size_t k = 0; k < kind->n; k++) {
            assert_true(kind->rows[k].help && *kind->rows[k].help);
            assert_ptr_equal(wk_param_find(kind->rows, kind->n, kind->rows[k].name),
                             &kind->rows[k]);
        }
    }
    assert_null(wk_figure_kind_find("pie"));
}

static void hostile_titles_are_drawn_and_not_run(void **state) {
    fixture *f = *state;
    const wk_report_outcome outcome = write_report(f);
    if (outcome.figures_failed)
        fail_msg("%s", outcome.figure_trouble);
    assert_int_equal(outcome.figures_drawn, 4);
    assert_false(there(f, "figures/PWNED") || there(f, "PWNED"));
    assert_int_not_equal(access("PWNED", F_OK), 0);
    static const char *const names[] = {"width", "time", "points", "stages"};
    for (size_t i = 0; i < 4; i++) {
        char name[64];
        snprintf(name, sizeof name, "figures/%s.svg", names[i]);
        const char *picture = read_file(f, name);
        assert_non_null(strstr(picture, "’; system \"touch PWNED\"; print ’`touch PWNED` @x %d"));
        assert_non_null(strstr(picture, "</svg>"));
        snprintf(name, sizeof name, "figures/%s.gp", names[i]);
        for (const char *line = read_file(f, name); (line = strstr(line, "\n")); line++)
            assert_int_not_equal(strncmp(line + 1, "system", 6), 0);
    }
}

static void same_table_same_bytes(void **state) {
    fixture *f = *state;
    static const char *const names[] = {
        "report.md",         "results.json",     "figures/width.svg",  "figures/width.gp",
        "figures/width.dat", "figures/time.svg", "figures/points.svg", "figures/stages.svg"};
    enum { N = sizeof names / sizeof *names };
    char *first[N];
    write_report(f);
    for (size_t i = 0; i < N; i++)
        first[i] = read_file(f, names[i]);
    write_report(f);
    for (size_t i = 0; i < N; i++)
        assert_string_equal(read_file(f, names[i]), first[i]);
}

/* Numbers of the k-th data row of block `index` of a .dat file. */
static void read_numbers(const char *text, int index, size_t k, size_t n, double *out) {
    char start[16];
    snprintf(start, sizeof start, "# %d: ", index);
    const char *line = strstr(text, start);
    assert_non_null(line);
    for (k++; k;) {
        line = strchr(line, '\n');
        assert_non_null(line);
        line++;
        k -= *line != '#';
    }
    for (size_t i = 0; i < n; i++) {
        char *end = NULL;
        out[i] = strtod(line, &end);
        assert_true(end != line);
        line = end;
    }
}

static void line_leaves_divergence_out_of_the_mean_and_counts_it(void **state) {
    fixture *f = *state;
    write_report(f);
    const char *dat = read_file(f, "figures/width.dat");
    double numbers[7];
    read_numbers(dat, 0, 0, 7, numbers); /* cosine, M = 64: seeds 1…5, geometric mean e^{.3}·e/64 */
    assert_true(fabs(numbers[0] - 64) <= 0);
    assert_true(fabs(numbers[1] / (exp(1.3) / 64) - 1) <= 1e-12);
    assert_true(numbers[2] < numbers[1] && numbers[1] < numbers[3]);
    assert_true(numbers[4] == 5 && numbers[5] == 0 && numbers[6] == 0);
    read_numbers(dat, 1, 0, 7, numbers); /* dot: seeds 3, 4, 5 */
    assert_true(fabs(numbers[1] / (exp(1.4) / 64) - 1) <= 1e-12);
    assert_true(numbers[4] == 3 && numbers[5] == 1 && numbers[6] == 1);
    assert_non_null(strstr(read_file(f, "figures/width.gp"), "diverged or unbounded"));
}

/* Does the key show this title, beside a sample made by a line of the script that begins so? */
static bool key_has(const char *gp, const char *sample, const char *title) {
    char text[256];
    snprintf(text, sizeof text, "title %s", title);
    const char *found = strstr(gp, text), *entry = found;
    while (entry && entry > gp && entry[-1] != '\n')
        entry--;
    return found && strncmp(entry, sample, strlen(sample)) == 0;
}

static void a_line_without_a_point_has_no_line_in_the_key(void **state) {
    fixture *f = *state;
    static const char *const names[] = {"'dot'", "'dot'.' (diverged)'", "'dot'.' (unbounded)'",
                                        "'dot'.' (no values)'"};
    const double ends[] = {1, INF, INF, NOT_A_NUMBER};
    f->figures[0].predicted = NULL;
    for (size_t k = 0; k < 4; k++) {
        for (size_t i = 20; i < 40; i++) {
            ((double *)f->rows[i].result.series[0].value)[2] = ends[k];
            f->rows[i].result.end = k == 1 ? WK_END_DIVERGED : WK_END_OK;
        }
        write_report(f);
        const char *gp = read_file(f, "figures/width.gp");
        if (!key_has(gp, k ? "keyentry with points pt 8" : "'width.dat' index 1", names[k]))
            fail_msg("no key %s in: %s", names[k], gp);
        assert_true(key_has(gp, "'width.dat' index 0", "'cosine'"));
        assert_non_null(strstr(read_file(f, "figures/width.svg"), "cosine"));
    }
}

static void the_factor_of_a_horizon_is_called_c(void **state) {
    fixture *f = *state;
    static const char *const by[] = {"train.until.escape"};
    for (size_t i = 0; i < 40; i++)
        ((wk_pair *)f->rows[i].params.pairs)[4] =
            typed_pair("train.until.escape", i < 20 ? "0.5" : "1.5");
    f->figures[0].by = by;
    wk_curves set;
    assert_int_equal(wk_curves_make(&f->figures[0], &f->report, "model.width", WK_CURVES_MOST,
                                    &f->arena, &set, NULL),
                     WK_OK);
    assert_int_equal(set.n, 2);
    assert_string_equal(set.curves[0].label, "c = 0.5");
    assert_string_equal(set.curves[1].label, "c = 1.5");
}

static void conditions_are_never_averaged_as_seeds(void **state) {
    fixture *f = *state;
    wk_curves set;
    f->figures[0].nby = 0; /* both similarities have every seed */
    assert_int_equal(wk_curves_make(&f->figures[0], &f->report, "model.width", WK_CURVES_MOST,
                                    &f->arena, &set, NULL),
                     WK_OK);
    assert_int_equal(set.n, 2);
    assert_int_equal(set.nby, 1);
    assert_string_equal(set.curves[0].label, "cosine");
    assert_int_equal(set.curves[1].n, 20);
    assert_int_equal(set.seeds, 5);
    assert_true(set.diverged == 1 && set.missing == 1);
}

static void trajectory_is_the_median_on_a_common_grid(void **state) {
    fixture *f = *state;
    static const double t[] = {0, 0.5, 2};
    const double scale = exp(0.5) / 64; /* seed 5 on another grid; log-linear between 0.5 and 2 */
    const double change[] = {0, scale * exp(0.25), scale * exp(1)};
    ((wk_series *)f->rows[4].result.series)[0] = series(&f->arena, "ntk.change", 3, t, change);
    write_report(f);
    double numbers[4];
    read_numbers(read_file(f, "figures/time.dat"), 0, 0, 4, numbers); /* t = 0 is not positive */
    const double expected[] = {1, exp(0.3 + 0.5) / 64, exp(0.1 + 0.5) / 64, exp(0.5 + 0.5) / 64};
    for (size_t i = 0; i < 4; i++)
        assert_true(fabs(numbers[i] / expected[i] - 1) <= 1e-12);
}

static void without_gnuplot_data_and_scripts_are_still_there(void **state) {
    fixture *f = *state;
    write_report(f);
    assert_true(there(f, "figures/width.svg"));
    char path[4096];
    snprintf(path, sizeof path, "%s", getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    const wk_report_outcome outcome = write_report(f);
    setenv("PATH", path, 1);
    assert_int_equal(outcome.figures_drawn, 0);
    assert_int_equal(outcome.figures_failed, 4);
    assert_string_equal(outcome.figure_trouble,
                        "gnuplot is not installed (apt-get install gnuplot-nox)");
    assert_true(there(f, "figures/width.dat") && there(f, "figures/width.gp"));
    assert_false(there(f, "figures/width.svg")); /* the old one may show other data */
    assert_non_null(
        strstr(read_file(f, "report.md"), "Figure width was not drawn: gnuplot is not"));
}

static void a_figure_with_nothing_to_show_does_not_stop_the_rest(void **state) {
    fixture *f = *state;
    static const char *const absent[] = {"no.such"};
    f->figures[0].y = absent;
    const wk_report_outcome outcome = write_report(f);
    assert_int_equal(outcome.figures_drawn, 3);
    assert_int_equal(outcome.figures_failed, 1);
    assert_non_null(strstr(outcome.figure_trouble, "no.such"));
    assert_false(there(f, "figures/width.gp"));
}

static void figures_of_another_suite_are_removed_and_nothing_else(void **state) {
    fixture *f = *state;
    write_report(f);
    static const char *const names[] = {"old.svg", "old.gp", "notes.txt"};
    for (size_t i = 0; i < 3; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/figures/%s", f->folder, names[i]);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fclose(file);
    }
    write_report(f);
    assert_false(there(f, "figures/old.svg") || there(f, "figures/old.gp"));
    assert_true(there(f, "figures/notes.txt") && there(f, "figures/width.svg"));
}

static void stage_times_are_drawn_without_being_asked_for(void **state) {
    fixture *f = *state;
    f->report.nfigures = 1;
    const wk_report_outcome outcome = write_report(f);
    assert_int_equal(outcome.figures_drawn, 2);
    assert_true(there(f, "figures/stage-times.svg"));
    assert_non_null(strstr(read_file(f, "figures/stage-times.svg"), "train_all|`x`"));
}

static void a_folder_that_cannot_be_written_is_an_error(void **state) {
    fixture *f = *state;
    wk_report_outcome outcome;
    wk_error err = {0};
    f->report.folder = "/proc/no-such";
    assert_int_not_equal(wk_report_write(&f->report, &outcome, &err), WK_OK);
    assert_non_null(strstr(err.message, "/proc/no-such"));
}

/* ---- axes ---- */

static void axis_shows_all_it_can_and_nothing_else(void **state) {
    (void)state;
    wk_axis axis = wk_axis_empty(true);
    const double values[] = {0, -1, INF, NOT_A_NUMBER, 1e-8, 1e3};
    for (size_t i = 0; i < 6; i++)
        wk_axis_include(&axis, values[i]);
    assert_true(axis.low == 1e-8 && axis.high == 1e3);
    wk_axis none = wk_axis_empty(true), one = wk_axis_empty(false);
    wk_axis_pad(&none, 0.1, 0.1);
    assert_true(none.low > 0 && none.low < none.high);
    wk_axis_include(&one, 3);
    wk_axis_pad(&one, 0, 0);
    assert_true(one.low < 3 && one.high > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_describes_itself),
        TEST(hostile_titles_are_drawn_and_not_run),
        TEST(same_table_same_bytes),
        TEST(line_leaves_divergence_out_of_the_mean_and_counts_it),
        TEST(a_line_without_a_point_has_no_line_in_the_key),
        TEST(the_factor_of_a_horizon_is_called_c),
        TEST(conditions_are_never_averaged_as_seeds),
        TEST(trajectory_is_the_median_on_a_common_grid),
        TEST(without_gnuplot_data_and_scripts_are_still_there),
        TEST(a_figure_with_nothing_to_show_does_not_stop_the_rest),
        TEST(figures_of_another_suite_are_removed_and_nothing_else),
        TEST(stage_times_are_drawn_without_being_asked_for),
        TEST(a_folder_that_cannot_be_written_is_an_error),
        cmocka_unit_test(axis_shows_all_it_can_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
