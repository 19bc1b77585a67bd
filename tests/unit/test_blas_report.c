/* What the report and its figures say of backends. */
#include "blas_compare_support.h"

#include "plot/figure.h"
#include "report/words.h"

#include "claim/statistic.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* report.md, in the arena. */
static const char *words_of(contest_table *t) {
    char *text = NULL;
    size_t length = 0;
    wk_error err = {0};
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    if (wk_report_markdown(&t->report, NULL, out, &err) != WK_OK)
        fail_msg("%s", err.message);
    fclose(out);
    const char *copy = wk_arena_text(&t->arena, text);
    free(text);
    return copy;
}

static void says(const char *words, const char *what) {
    if (!strstr(words, what))
        fail_msg("no '%s' in:\n%s", what, words);
}

static void says_not(const char *words, const char *what) {
    if (strstr(words, what))
        fail_msg("'%s' in:\n%s", what, words);
}

/* Train steps on one thread in 4 rounds; the rate wavers by `spread` about `base`. */
static void fill(contest_table *t, const char *backend, double base, double spread) {
    for (unsigned s = 0; s < 4; s++)
        add_kernel(
            t, kernel("train-step", "64", backend, "1", s, base * exp(spread * (s % 2 ? 1 : -1))));
    add_backend(t, backend, 1);
}

/* ---- the recommendation ---- */

static void without_backends_there_is_no_section(void **state) {
    contest_table *t = *state;
    wk_row *row = add_trained(t, "64", "a", 1, 1, 1);
    ((wk_pair *)row->params.pairs)[0].key = "a"; /* was "backend" */
    says_not(words_of(t), "BLAS backends");
}

static void a_clear_winner_is_recommended_with_its_line(void **state) {
    contest_table *t = *state;
    fill(t, "default", 10, 0.01);
    fill(t, "quick", 30, -0.01);
    fill(t, "middle", 15, 0);
    runs_usually_on(t, "default");
    const char *words = words_of(t);
    /* ratios 2 e^±0.01: s = 0.02/√3, t(0.975, 3) s/2 = 0.0184 */
    says(words, "**The fastest here: `quick` with 1 thread.** At this program's own stage "
                "(train-step 64) it is the fastest of 3 backends: 30 GFLOP/s");
    says(words, "The next, `middle` with 1 thread, takes 2 times as long (95 % interval [1.96, "
                "2.04]). ");
    says(words,
         "What runs without `--backend`, `default` with 1 thread, takes 3 times as long (95 % "
         "interval [2.89, 3.11]). ");
    says(words, "\n    widecheck run SUITE.yaml --backend quick\n");
    says_not(words, "no measured difference");
    says_not(words, "Left out");
}

static void a_tie_is_called_one(void **state) {
    contest_table *t = *state;
    fill(t, "a", 10, 0.2);
    fill(t, "default", 9.9, -0.2);
    runs_usually_on(t, "default");
    const char *words = words_of(t);
    says(words, "The next, `default` with 1 thread, which is what runs without `--backend`, takes "
                "1.01 times as long");
    says(words, ": **no measured difference** between the two. So nothing is gained by choosing.");
}

static void a_wrong_winner_is_left_out_with_the_reason(void **state) {
    contest_table *t = *state;
    fill(t, "right", 10, 0.01);
    fill(t, "wrong", 30, 0.01);
    for (size_t i = 4; i < 8; i++)
        *(double *)wk_row_series(&t->rows[i], "kernel.residual")->value = 99;
    const char *words = words_of(t);
    says(words, "**The fastest here: `right` with 1 thread.**");
    says(words, "it is the only backend that can be chosen: 10 GFLOP/s");
    says(words, "No other library was measured that could be chosen");
    says(words, "Left out: `wrong`, for its residual in train-step 64 (99 n ε).");
    ((wk_blas_identity *)t->report.backends)[0].trouble = "it did not | load";
    says(words_of(t), "**No backend can be recommended.** Left out: `right`, for trouble (it did "
                      "not \\| load); `wrong`, for");
}

static void trouble_with_some_threads_is_said_with_them(void **state) {
    contest_table *t = *state;
    fill(t, "right", 10, 0.01);
    fill(t, "half", 30, 0.01);
    for (unsigned s = 0; s < 4; s++)
        add_kernel(t, kernel("train-step", "64", "half", "2", s, 40));
    *add_backend(t, "half", 2) = (wk_blas_identity){.name = "half",
                                                    .coretype = "",
                                                    .threads = 2,
                                                    .trouble = "no threads",
                                                    .threading = "",
                                                    .library = "",
                                                    .version = "",
                                                    .path = "",
                                                    .provider = "",
                                                    .core = ""};
    const char *words = words_of(t);
    says(words, "**The fastest here: `half` with 1 thread.**");
    says(words, "; `half` with 2 threads, for trouble (no threads).");
}

static void the_line_is_what_a_shell_takes(void **state) {
    contest_table *t = *state;
    for (unsigned s = 0; s < 3; s++)
        for (size_t b = 0; b < 2; b++)
            add_kernel(t, kernel("dgemm", "64", b ? "slow" : "quick", "2", s, b ? 10 : 30));
    says(words_of(t), "At the one kernel that was measured it is the fastest of 2 backends: ");
    says(words_of(t), "**The one kernel differs by no more than rounding may do.**");
    wk_blas_identity *one = add_backend(t, "quick", 2);
    says(words_of(t),
         "\n    widecheck run SUITE.yaml --backend quick --threads 2\n"); /* no option */
    one->option = "quick=/opt/lib/libx-0.so";
    says(words_of(t), "--backend quick=/opt/lib/libx-0.so --threads 2\n");
    one->option = "quick=/opt/it's $(here)/x.so";
    says(words_of(t), "--backend 'quick=/opt/it'\\''s $(here)/x.so' --threads 2\n");
    one->option = "";
    says(words_of(t), "--backend quick --threads 2\n");
    for (size_t i = 0; i < t->table.n; i++)
        set_param(t, &t->rows[i], "threads", "1");
    says(words_of(t), "--backend quick\n");
    for (unsigned s = 0; s < 3; s++)
        for (size_t b = 0; b < 2; b++)
            add_kernel(t, kernel("dsyrk", "64", b ? "slow" : "quick", "1", s, b ? 10 : 30));
    says(words_of(t), "Over all 2 kernels it is the fastest");
}

static void one_backend_has_no_rival(void **state) {
    contest_table *t = *state;
    fill(t, "only", 10, 0.01);
    const char *words = words_of(t);
    says(words, "Only `only` was measured: there is nothing to hold it against.");
    says_not(words, "--backend only");
    says(words, "| train-step 64 | 1 | **10** |");
}

static void the_systems_own_choice_is_recognised(void **state) {
    contest_table *t = *state;
    fill(t, "default", 10, 0.01);
    fill(t, "same", 10, -0.01);
    fill(t, "slow", 5, 0);
    runs_usually_on(t, "default");
    wk_blas_identity *all = (wk_blas_identity *)t->report.backends;
    all[0].sha256 = all[1].sha256;
    const char *words = words_of(t);
    says(words, "**The fastest here: `same` with 1 thread.**");
    says(words, "The next, `slow` with 1 thread");
    says(words, "It is what runs without `--backend`, too. ");
}

/* ---- libraries ---- */

static void libraries_are_listed_with_their_troubles(void **state) {
    contest_table *t = *state;
    add_trained(t, "64", "a", 1, 1, 1);
    wk_blas_identity *one = add_backend(t, "a", 2);
    one->effective_threads = 1.04;
    one = add_backend(t, "b|", 1);
    *one = (wk_blas_identity){"b|",           "",          1, "", "", "", "", "", "", "", "", 0, 0,
                              "no such file", .option = ""};
    one = add_backend(t, "", 2);
    one->trouble = "no threads";
    const char *words = words_of(t);
    says(words, "| `a` | OpenBLAS 0.3 | own | SkylakeX | pthreads | 2 / 1 ⚠ | 10 | `/lib/a.so` |");
    says(words, "| `b\\|` | – | – | – | – | 1 / – | – | – |");
    says(words, "| that of the run | OpenBLAS 0.3 |");
    says(words, "- that of the run with 2 threads could not be used: no threads.");
    says(words, "⚠: not the threads that were asked for.");
    says(words, "- `b\\|` with 1 thread could not be used: no such file.");
    says_not(words, "fastest"); /* nothing has a rate */
}

/* ---- speed ---- */

static void rates_stand_beside_ratios_and_flags(void **state) {
    contest_table *t = *state;
    for (unsigned s = 0; s < 3; s++) {
        add_kernel(t, kernel("dgemm", "64", "fast", "2", s, 100));
        kernel_cell cell = kernel("dgemm", "64", "slow", "2", s, s == 1 ? 40 : 50);
        cell.contention = s ? 0.5 : 0;
        cell.clock = s == 2 ? 1.3 : 1;
        add_kernel(t, cell);
        add_kernel(t, kernel("dgemm", "64", "close", "2", s, s == 1 ? 101 : 98));
    }
    const char *words = words_of(t);
    says(words, "| kernel | threads | fast | slow | close |");
    /* ln 1/2, ln 2/5, ln 1/2 as in test_contest */
    says(words,
         "| dgemm 64 | 2 | **100** | 50 · 0.46 [0.34, 0.64] †2 ‡1 | 98 · 0.99 [0.95, 1.03] ≈ |");
    says(words, "| dgemm 64 | 2 | 100 · 99 · 83 | 50 · 50 · 42 | 98 · 97 · 82 |");
    says(words, "≈: no measured difference from the fastest.");
    says(words, "†: rounds in which");
    says(words, "‡: rounds in which");
    says_not(words, "No round was disturbed");
}

static void wrong_rates_are_marked(void **state) {
    contest_table *t = *state;
    add_kernel(t, kernel("dgemm", "64", "right", "1", 1, 10));
    says_not(words_of(t), "✘:");
    says_not(words_of(t), "↯:");
    kernel_cell cell = kernel("dgemm", "64", "wrong", "1", 1, 20);
    cell.residual = 5;
    add_kernel(t, cell);
    add_kernel(t, kernel("dgemm", "64", "broken", "1", 1, 30));
    add_kernel(t, kernel("dgemm", "64", "broken", "1", 2, 30))->result.end = WK_END_TIMEOUT;
    const char *words = words_of(t);
    says(words, "| dgemm 64 | 1 | **10** | 20 · 2.00 ✘ | 30 · 3.00 ↯1 |");
    says(words, "✘: its result is wrong. ↯: cells that ended without a result. ");
}

/* ---- numbers ---- */

static void numbers_say_which_pair_and_whether_within_the_bound(void **state) {
    contest_table *t = *state;
    static const char *const backends[] = {"a", "b", "c"};
    for (unsigned s = 0; s < 2; s++)
        for (size_t b = 0; b < 3; b++) {
            kernel_cell cell = kernel("dgemm", "64", backends[b], "1", s, 1);
            if (b == 2)
                cell.sample[0] += 0x1p-52;
            cell.digest = b == 1 && s ? 8 : 7;
            add_kernel(t, cell);
            cell = kernel("dpotrf", "64", backends[b], "1", s, 1);
            cell.sample[0] += b == 1 ? 4e-9 : 0;
            cell.residual = b == 1 ? 31 : 0.25;
            add_kernel(t, cell);
            add_kernel(t, kernel("dsyrk", "64", backends[b], "1", s, 1));
        }
    add_trained(t, "64", "a", 1, 8, 1);
    add_trained(t, "64", "c", 1, 8, 2);
    const char *words = words_of(t);
    says(words, "**1 of 3 kernels differs by more than rounding may do.**");
    says(words, "| dgemm 64 | 5.6e-17 | 1 | `a`, `c`, threads 1 | ✔ within 1e-12 | 0.5 (`a`) | not "
                "`b` | – |");
    says(words, "| dpotrf 64 | 1e-09 | 1.8e+07 | `a`, `b`, threads 1 | ✘ **beyond** 1e-12 | ✘ 31 "
                "(`b`) | yes | – |");
    says(words, "| dsyrk 64 | equal | equal | – | ✔ within 1e-12 | 0.5 (`a`) | yes | – |");
    says(words, "of 1 smooth metric 0 are bit for bit the same on all backends. The others:");
    says(words, "| `loss` | 0.12 | `a`, `c` | drift | 1 |");
}

static void equal_numbers_are_called_so(void **state) {
    contest_table *t = *state;
    add_trained(t, "64", "a", 1, 8, 1);
    add_trained(t, "64", "b", 1, 8, 1);
    says(words_of(t), "of 1 smooth metric 1 is bit for bit the same on all backends.\n");
}

/* ---- verdicts ---- */

static const wk_test some_test = {.metric = "loss"};

static void flips_are_marked_and_counted(void **state) {
    contest_table *t = *state;
    add_trained(t, "64", "a", 1, 8, 1);
    wk_part parts[] = {
        part_on(t, &some_test, "a", "64", WK_PASS), part_on(t, &some_test, "b", "64", WK_PASS),
        part_on(t, &some_test, "a", "128", WK_PASS), part_on(t, &some_test, "b", "128", WK_FAIL)};
    static const wk_test rate_test = {.metric = "kernel.gflops"};
    const wk_part rate = part_on(t, &rate_test, "a", "64", WK_PASS);
    add_judgement(t, "c1", parts, 4, NULL, 0);
    const char *words = words_of(t);
    says(words, "**1 of 2 verdicts depends on the backend**");
    says(words, "| [c1](#c1) | ✔ pass | ✘ fail | ⇄ **1 of 2**, the first at `model.width` = 128 |");
    parts[3].verdict = WK_PASS;
    words = words_of(t);
    says(words, "**No verdict depends on the backend**: of 2 sets of parts that differ in nothing "
                "else, none passes on one and fails on another. \n");
    says(words, "| [c1](#c1) | ✔ pass | ✔ pass | none |");
    says_not(words, "⇄");
    parts[3].verdict = WK_ERROR;
    words = words_of(t);
    says(words,
         "another. 1 is settled on some backends only (◐). In 1 of the sets a backend was not "
         "measured. ");
    says(words, "| none, ◐ 1 of 2 |");
    parts[1].verdict = WK_FAIL;
    words = words_of(t);
    says(words, "(⇄). 1 more is settled on some backends only (◐). ");
    says(words, "| ⇄ **1 of 2**, the first at `model.width` = 64, ◐ 1 of 2 |");
    says_not(words, "left out");
    add_judgement(t, "c2", &rate, 1, NULL, 0);
    says(words_of(t), "1 claim is left out, which tests nothing but times and rates. ");
}

static void kernels_are_not_read_at_the_end_of_training(void **state) {
    contest_table *t = *state;
    for (size_t k = 0; k < 2; k++) {
        const wk_test test = {.statistic = wk_statistic_find("worst"),
                              .metric = k ? "kernel.gflops" : "loss",
                              .cap = INFINITY,
                              .rule = {WK_BELOW, -INFINITY, 4}};
        char text[512] = "";
        FILE *out = fmemopen(text, sizeof text, "w");
        assert_non_null(out);
        wk_doc *doc = wk_doc_markdown(out);
        wk_doc_paragraph(doc);
        wk_words_test(doc, &t->report, &test);
        wk_doc_end(doc);
        fclose(out);
        says(text,
             k ? "(`kernel.gflops`) is below 4" : "(`loss`) at the end of training is below 4");
    }
}

/* ---- figures ---- */

typedef struct drawn {
    char folder[64];
    const char *dat, *gp, *svg;
} drawn;

static drawn draw(contest_table *t, const wk_figure *figure) {
    drawn out = {.folder = "/tmp/wk-contest-XXXXXX"};
    assert_non_null(mkdtemp(out.folder));
    t->report.folder = out.folder;
    wk_error err = {0};
    if (wk_figure_draw(figure, &t->report, &err) != WK_OK)
        fail_msg("%s", err.message);
    const char **texts[] = {&out.dat, &out.gp, &out.svg};
    static const char *const endings[] = {"dat", "gp", "svg"};
    for (size_t i = 0; i < 3; i++) {
        char path[256], *text = NULL;
        snprintf(path, sizeof path, "%s/figures/%s.%s", out.folder, figure->id, endings[i]);
        if (wk_file_read(path, 1 << 24, &t->arena, &text, NULL, &err) != WK_OK)
            fail_msg("%s", err.message);
        *texts[i] = text;
    }
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", out.folder);
    assert_int_equal(system(command), 0);
    return out;
}

/* Numbers of the line that ends in "# NAME" in block `index` of a .dat file. */
static void numbers_of(const char *dat, int index, const char *name, size_t n, double *out) {
    char start[16], end[64];
    snprintf(start, sizeof start, "# %d: ", index);
    snprintf(end, sizeof end, "# %s\n", name);
    const char *block = strstr(dat, start), *line = block ? strstr(block, end) : NULL;
    if (!line)
        fail_msg("no '%s' in block %d of:\n%s", name, index, dat);
    while (line[-1] != '\n')
        line--;
    for (size_t i = 0; i < n; i++) {
        char *rest = NULL;
        out[i] = strtod(line, &rest);
        assert_true(rest != line);
        line = rest;
    }
}

static void bars_are_means_over_rounds_with_intervals(void **state) {
    contest_table *t = *state;
    static const char *const x[] = {"kernel.routine"}, *const y[] = {"kernel.gflops"};
    static const char *const by[] = {"backend", "threads"};
    for (unsigned s = 0; s < 3; s++)
        for (int b = 0; b < 2; b++) {
            add_kernel(t, kernel("dgemm", "64", b ? "b" : "a", "1", s, 10 * (b + 1) + (double)s));
            add_kernel(t, kernel("dgemm", "128", b ? "b" : "a", "1", s, 1));
            if (b == 0)
                add_kernel(t, kernel("dgemm", "64", "a", "2", s, 30));
        }
    const wk_figure figure = {.id = "f",
                              .kind = wk_figure_kind_find("grouped"),
                              .groups = x,
                              .ngroups = 1,
                              .y = y,
                              .ny = 1,
                              .by = by,
                              .nby = 2,
                              .level = 0.95,
                              .mark = NAN};
    drawn got = draw(t, &figure);
    double numbers[7];
    numbers_of(got.dat, 0, "dgemm 64", 7, numbers); /* a, one thread: 10, 11, 12 */
    assert_true(fabs(numbers[1] - 11) <= 1e-12);
    assert_true(fabs(numbers[2] - (11 - 4.30265272974946 / sqrt(3))) <= 1e-9);
    assert_true(fabs(numbers[3] - (11 + 4.30265272974946 / sqrt(3))) <= 1e-9);
    assert_true(numbers[5] == 3 && numbers[6] == 0);
    const double left = numbers[0];
    numbers_of(got.dat, 1, "dgemm 64", 7, numbers); /* a, two threads */
    assert_true(fabs(numbers[1] - 30) <= 1e-12 && numbers[0] > left && numbers[0] < 0.5);
    numbers_of(got.dat, 2, "dgemm 128", 7, numbers); /* sizes are groups of their own */
    assert_true(fabs(numbers[1] - 1) <= 1e-12 && numbers[0] > 0.5);
    says(got.svg, "threads = 2");
    says(got.svg, "rate (GFLOP/s)");
    says_not(got.gp, "set logscale y");
    wk_figure log_figure = figure;
    log_figure.log_y = true;
    got = draw(t, &log_figure);
    numbers_of(got.dat, 0, "dgemm 64", 7, numbers);
    assert_true(fabs(numbers[1] - cbrt(10 * 11 * 12)) <= 1e-9);
    says(got.gp, "set logscale y");
}

static void one_round_makes_bars_without_whiskers(void **state) {
    contest_table *t = *state;
    static const char *const x[] = {"kernel.routine"}, *const y[] = {"kernel.gflops"};
    add_kernel(t, kernel("dgemm", "64", HOSTILE, "1", 1, 20));
    add_kernel(t, kernel("dgemm", "128", HOSTILE, "1", 1, 20));
    wk_row *row = add_kernel(t, kernel("dgemm", NULL, HOSTILE, "1", 1, 10));
    set_param(t, row, "kernel.rows", "256");
    set_param(t, row, "kernel.inner", "32");
    const wk_figure figure = {.id = "f",
                              .title = HOSTILE,
                              .kind = wk_figure_kind_find("grouped"),
                              .groups = x,
                              .ngroups = 1,
                              .y = y,
                              .ny = 1,
                              .level = 0.95,
                              .mark = 5};
    const drawn got = draw(t, &figure);
    double numbers[4];
    numbers_of(got.dat, 0, "dgemm 256×32", 4, numbers);
    assert_true(numbers[1] == 10 && isnan(numbers[2]) && isnan(numbers[3]));
    numbers_of(got.dat, 0, "dgemm 64", 4, numbers);
    assert_int_not_equal(access("PWNED", F_OK), 0);
}

static void heat_is_the_distance_from_the_first_backend(void **state) {
    contest_table *t = *state;
    static const char *const backends[] = {"first", "same", "off", "nan"};
    for (unsigned s = 0; s < 2; s++)
        for (size_t b = 0; b < 4; b++) {
            kernel_cell cell = kernel("dgemm", "64", backends[b], "1", s, 1);
            if (b == 2)
                cell.sample[1] = -2 - (s ? 1e-12 : 8e-9);
            if (b == 3)
                cell.sample[0] = NAN;
            add_kernel(t, cell);
            if (b < 2)
                add_kernel(t, kernel("dsyrk", "64", backends[b], "1", s, 1));
        }
    const wk_figure figure = {.id = "f", .kind = wk_figure_kind_find("heat")};
    const drawn got = draw(t, &figure);
    says(got.dat, "0 1 0 # dgemm 64, same\n");
    says(got.dat, "0 3 inf # dgemm 64, nan\n");
    says(got.dat, "1 1 0 # dsyrk 64, same\n");
    says(got.dat, "1 2 NaN # dsyrk 64, off\n");
    const char *off = strstr(got.dat, "0 2 ");
    assert_non_null(off);
    assert_true(fabs(strtod(off + 4, NULL) / 2e-9 - 1) <= 1e-6);
    static const char *const shown[] = {">2e-9<",
                                        ">equal<",
                                        ">∞<",
                                        ">–<",
                                        ">same<",
                                        ">dsyrk 64<",
                                        "Largest relative difference from first"};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        says(got.svg, shown[i]);
}

static void heat_has_rows_of_what_it_is_told(void **state) {
    contest_table *t = *state;
    static const char *const y[] = {"loss", "t.escape"}, *const by[] = {"model.width"};
    for (size_t b = 0; b < 2; b++)
        for (size_t w = 0; w < 2; w++)
            add_trained(t, w ? "128" : "64", b ? "b" : "a", 1, 8, 4 + (b && w ? 1e-6 : 0));
    const wk_figure figure = {
        .id = "f", .kind = wk_figure_kind_find("heat"), .y = y, .ny = 2, .by = by, .nby = 1};
    const drawn got = draw(t, &figure);
    says(got.dat, "0 1 0 # loss ℓ, M = 64, b\n");
    says(got.dat, "# t_ε, M = 128, b\n");
    const char *off = strstr(got.dat, "1 1 ");
    assert_non_null(off);
    assert_true(fabs(strtod(off + 4, NULL) / 1.25e-7 - 1) <= 1e-6);
}

static void heat_needs_two_backends(void **state) {
    contest_table *t = *state;
    add_kernel(t, kernel("dgemm", "64", "a", "1", 1, 1));
    const wk_figure figure = {.id = "f", .kind = wk_figure_kind_find("heat")};
    t->report.folder = "/tmp";
    wk_error err = {0};
    assert_int_equal(wk_figure_draw(&figure, &t->report, &err), WK_CANNOT);
    assert_string_equal(err.message, "fewer than two backends have a finished cell of it");
}

static void threads_are_whole_numbers_on_an_axis(void **state) {
    contest_table *t = *state;
    static const char *const y[] = {"kernel.gflops"}, *const by[] = {"backend"};
    for (unsigned s = 0; s < 2; s++) {
        add_kernel(t, kernel("dgemm", "64", "a", "1", s, 10));
        add_kernel(t, kernel("dgemm", "64", "a", "2", s, 19));
    }
    const wk_figure figure = {.id = "f",
                              .kind = wk_figure_kind_find("line"),
                              .x = "threads",
                              .y = y,
                              .ny = 1,
                              .by = by,
                              .nby = 1,
                              .level = 0.95,
                              .band = true,
                              .mark = NAN};
    says(draw(t, &figure).gp, "set xtics ('1' 1, '2' 2)\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CONTEST(without_backends_there_is_no_section),
        CONTEST(a_clear_winner_is_recommended_with_its_line),
        CONTEST(a_tie_is_called_one),
        CONTEST(a_wrong_winner_is_left_out_with_the_reason),
        CONTEST(trouble_with_some_threads_is_said_with_them),
        CONTEST(the_line_is_what_a_shell_takes),
        CONTEST(one_backend_has_no_rival),
        CONTEST(the_systems_own_choice_is_recognised),
        CONTEST(libraries_are_listed_with_their_troubles),
        CONTEST(rates_stand_beside_ratios_and_flags),
        CONTEST(wrong_rates_are_marked),
        CONTEST(numbers_say_which_pair_and_whether_within_the_bound),
        CONTEST(equal_numbers_are_called_so),
        CONTEST(flips_are_marked_and_counted),
        CONTEST(kernels_are_not_read_at_the_end_of_training),
        CONTEST(bars_are_means_over_rounds_with_intervals),
        CONTEST(one_round_makes_bars_without_whiskers),
        CONTEST(heat_is_the_distance_from_the_first_backend),
        CONTEST(heat_has_rows_of_what_it_is_told),
        CONTEST(heat_needs_two_backends),
        CONTEST(threads_are_whole_numbers_on_an_axis),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
