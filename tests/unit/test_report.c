/* The report layer: what is written is strict, escaped, complete and the same twice. */
#include "report/axis.h"
#include "report/figure.h"
#include "report/gather.h"
#include "report/quote.h"
#include "report/report.h"
#include "report/stages.h"
#include "report/words.h"

#include "base/file.h"
#include "claim/statistic.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define HOSTILE                                                                                    \
    "'; system \"touch PWNED\"; print '`touch PWNED` @x %d <b>&|[a](b)*_\n\033[31m\xff\\"
#define INF ((double)INFINITY)
#define NOT_A_NUMBER ((double)NAN)

/* A folder of its own for each test; texts read live in the arena. */
typedef struct fixture {
    char folder[64];
    wk_arena arena;
    wk_report report;
    wk_row rows[40];
    wk_table table;
    wk_figure figures[4];
    wk_judgement judgements[5];
} fixture;

static void *get(wk_arena *arena, size_t count, size_t size) {
    wk_error err = {0};
    void *memory = wk_arena_get(arena, count, size, &err);
    if (!memory)
        fail_msg("%s", err.message);
    return memory;
}

static wk_series series(wk_arena *arena, const char *name, size_t n, const double *at,
                        const double *value) {
    double *copy = get(arena, 2 * n, sizeof *copy);
    memcpy(copy, at, n * sizeof *copy);
    memcpy(copy + n, value, n * sizeof *copy);
    return (wk_series){.name = name, .n = n, .at = copy, .value = copy + n};
}

static wk_bag params(wk_arena *arena, const char *similarity, const char *width) {
    wk_pair *pairs = get(arena, 5, sizeof *pairs);
    pairs[0] = (wk_pair){"loss.similarity", similarity};
    pairs[1] = (wk_pair){"model.width", width};
    pairs[2] = (wk_pair){"model.bias", "true"};
    pairs[3] = (wk_pair){"data", HOSTILE};
    pairs[4] = (wk_pair){"train.step", "1e-3"};
    return wk_bag_of(pairs, 5);
}

/* ΔΘ = c(seed)·e^{t/2}/M on t = 0, 1, 2, and a plane picture of four inputs. */
static void fill_row(fixture *f, wk_row *row, const char *similarity, const char *width, double m,
                     unsigned seed) {
    static const double t[] = {0, 1, 2}, inputs[] = {0, 1, 2, 3}, class_of[] = {0, 1, 0, 1};
    const double scale = exp(0.1 * (double)seed) / m;
    const double change[] = {0, scale * exp(0.5), scale * exp(1)};
    const double picture[] = {-1, 1, -0.8, 0.9}, slope[] = {1.9};
    static const char *const names[] = {"representation.1", "representation.2",
                                        "pca.representation.1", "pca.representation.2"};
    char id[32];
    snprintf(id, sizeof id, "%s%s%u", similarity, width, seed);
    *row = (wk_row){.id = wk_arena_text(&f->arena, id, NULL),
                    .experiment = "drift",
                    .params = params(&f->arena, similarity, width),
                    .seed = seed,
                    .reason = "",
                    .peak_bytes = 1e6 + seed};
    wk_series *all = get(&f->arena, 7, sizeof *all);
    all[0] = series(&f->arena, "ntk.change", 3, t, change);
    for (size_t k = 0; k < 4; k++) {
        all[1 + k] = series(&f->arena, names[k], 4, inputs, picture);
        all[1 + k].indexed = true;
    }
    all[5] = series(&f->arena, "representation.class", 4, inputs, class_of);
    all[5].indexed = true;
    all[6] = series(&f->arena, "mu.slope", 1, t, slope);
    row->series = all;
    row->nseries = 7;
    wk_stage *stages = get(&f->arena, 2, sizeof *stages);
    stages[0] = (wk_stage){"train_all|`x`", 2, 2, 8e9};
    stages[1] = (wk_stage){"ntk", 0.5, 0.25, 0};
    row->stages = stages;
    row->nstages = 2;
}

static void fill_table(fixture *f) {
    static const char *const similarities[] = {"cosine", "dot"};
    static const char *const widths[] = {"64", "256", "1024", "4096"};
    static const double m[] = {64, 256, 1024, 4096};
    size_t n = 0;
    for (size_t s = 0; s < 2; s++)
        for (size_t w = 0; w < 4; w++)
            for (unsigned seed = 1; seed <= 5; seed++)
                fill_row(f, &f->rows[n++], similarities[s], widths[w], m[w], seed);
    wk_row *diverged = &f->rows[20], *crashed = &f->rows[21]; /* dot, 64, seeds 1 and 2 */
    diverged->status = WK_END_DIVERGED;
    diverged->reason = "‖F‖ > 10³√M at step 7 | " HOSTILE;
    ((double *)diverged->series[0].value)[2] = INF;
    crashed->status = WK_END_CRASHED;
    crashed->reason = "signal 11 <script>";
    crashed->nseries = crashed->nstages = 0;
    crashed->peak_bytes = 0;
    f->table = (wk_table){f->rows, n};
}

static const wk_test below_test = {.metric = "ntk.change",
                                   .over = "model.width",
                                   .cap = INFINITY,
                                   .rule = {WK_BELOW, -INFINITY, -0.4}};
static const wk_test within_test = {.metric = "t.escape",
                                    .cap = 1,
                                    .when = WK_AT_TIME,
                                    .t = 16,
                                    .between = "loss.similarity",
                                    .a = "dot",
                                    .b = "cosine",
                                    .rule = {WK_WITHIN, 0.8, 1.2}};

/* One judgement of each verdict, with what is hardest to print. */
static void fill_judgements(fixture *f) {
    static const double local[] = {-0.9, -1.1};
    static const char *const ids[] = {"passes", "fails", "undecided", "broken", "vacuous"};
    wk_test *tests = get(&f->arena, 2, sizeof *tests);
    tests[0] = below_test;
    tests[1] = within_test;
    tests[0].statistic = wk_statistic_find("slope");
    tests[1].statistic = wk_statistic_find("ratio");
    assert_non_null(tests[0].statistic);
    assert_non_null(tests[1].statistic);
    wk_match *where = get(&f->arena, 1, sizeof *where);
    const char **values = get(&f->arena, 2, sizeof *values);
    values[0] = "cosine";
    values[1] = HOSTILE;
    *where = (wk_match){"loss.similarity", values, 2};
    wk_pair *pair = get(&f->arena, 1, sizeof *pair);
    *pair = (wk_pair){"data|x", HOSTILE};
    for (int v = WK_PASS; v <= WK_VACUOUS; v++) {
        wk_claim *claim = get(&f->arena, 1, sizeof *claim);
        *claim = (wk_claim){.id = ids[v],
                            .statement = "It holds | " HOSTILE,
                            .source = "abstract",
                            .why = "bound −½, margin .1 " HOSTILE,
                            .control_note = HOSTILE,
                            .figure = v < 2    ? "width"
                                      : v == 2 ? "no-such"
                                               : NULL,
                            .claim = {{"drift", where, 1}, tests, 2},
                            .control = {{"drift", NULL, 0}, tests, 1}};
        wk_part *parts = get(&f->arena, 3, sizeof *parts);
        parts[0] = (wk_part){.test = &tests[0],
                             .estimate = -0.75,
                             .low = -0.8,
                             .high = -0.7,
                             .n = 5,
                             .local = local,
                             .nlocal = 2,
                             .curvature = 0.01,
                             .reason = ""};
        parts[1] = (wk_part){.test = &tests[1],
                             .where = wk_bag_of(pair, 1),
                             .estimate = INF,
                             .low = -INF,
                             .high = NOT_A_NUMBER,
                             .n = 4,
                             .curvature = NOT_A_NUMBER,
                             .verdict = (wk_verdict)v,
                             .reason = v ? "why | " HOSTILE : ""};
        parts[2] = parts[0];
        parts[2].verdict = v == WK_VACUOUS ? WK_PASS : WK_FAIL;
        f->judgements[v] = (wk_judgement){
            .claim = claim,
            .claim_finding = {parts, 2, v == WK_VACUOUS ? WK_PASS : (wk_verdict)v, "own reason"},
            .control_finding = {parts + 2, 1, parts[2].verdict, ""},
            .verdict = (wk_verdict)v,
            .reason = v ? "reason in words | " HOSTILE : ""};
    }
}

static void fill_figures(fixture *f) {
    static const char *const change[] = {"ntk.change"}, *const by[] = {"loss.similarity"};
    static const double guides[] = {-0.5, -1};
    const wk_figure line = {.id = "width",
                            .title = HOSTILE,
                            .caption = HOSTILE,
                            .kind = wk_figure_kind_find("line"),
                            .from = {"drift", NULL, 0},
                            .x = "model.width",
                            .y = change,
                            .ny = 1,
                            .by = by,
                            .nby = 1,
                            .log_x = true,
                            .log_y = true,
                            .band = true,
                            .level = 0.95,
                            .guides = guides,
                            .nguides = 2,
                            .mark = 1e-3,
                            .predicted = "mu.slope"};
    f->figures[0] = line;
    f->figures[1] = line;
    f->figures[1].id = "time";
    f->figures[1].kind = wk_figure_kind_find("trajectory");
    f->figures[1].band = false;
    f->figures[1].log_x = false;
    f->figures[1].by = NULL;
    f->figures[1].nby = 0;
    f->figures[2] = (wk_figure){.id = "points",
                                .kind = wk_figure_kind_find("scatter"),
                                .from = {"drift", NULL, 0},
                                .title = HOSTILE};
    f->figures[3] =
        (wk_figure){.id = "stages", .kind = wk_figure_kind_find("bars"), .title = HOSTILE};
}

static int set_up(void **state) {
    static const wk_fact facts[] = {{"cpu", "A CPU | " HOSTILE, false},
                                    {"blas.name", "openblas", false},
                                    {"memory_bytes", "8589934592", true},
                                    {"blas.path", "/usr/lib/`x`", false},
                                    {"blas.threads", "1", true},
                                    {"blas", "generic", false},
                                    {"odd", "007x", true}};
    static const wk_metric metrics[] = {{"ntk.change", "ΔΘ = ‖Θ_t − Θ_0‖ / ‖Θ_0‖",
                                         "relative change of the kernel", WK_REPLAY_SMOOTH}};
    fixture *f = calloc(1, sizeof *f);
    if (!f)
        return -1;
    snprintf(f->folder, sizeof f->folder, "/tmp/wk-report-XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    fill_table(f);
    fill_judgements(f);
    fill_figures(f);
    f->report = (wk_report){.folder = f->folder,
                            .version = "0.1",
                            .commit = "abc",
                            .dirty = true,
                            .numerics = "n1",
                            .suite_path = "suites/" HOSTILE,
                            .suite_sha256 = "0123456789abcdef",
                            .suite_title = HOSTILE,
                            .rerun = "widecheck run 'a b.yaml'",
                            .environment = facts,
                            .nenvironment = sizeof facts / sizeof *facts,
                            .table = &f->table,
                            .judgements = f->judgements,
                            .njudgements = 5,
                            .level = 0.99,
                            .figures = f->figures,
                            .nfigures = 4,
                            .metrics = metrics,
                            .nmetrics = 1,
                            .gemm_gflops = 8,
                            .core_count = 2};
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", f->folder);
    wk_arena_release(&f->arena);
    const int failed = system(command);
    free(f);
    return failed;
}

static char *read_file(fixture *f, const char *name) {
    char path[256], *text = NULL;
    wk_error err = {0};
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    if (wk_file_read(path, 1 << 24, &f->arena, &text, NULL, &err) != WK_OK)
        fail_msg("%s", err.message);
    return text;
}

static bool there(const fixture *f, const char *name) {
    char path[256];
    struct stat info;
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    return stat(path, &info) == 0;
}

static wk_report_outcome write_report(fixture *f) {
    wk_report_outcome outcome;
    wk_error err = {0};
    if (wk_report_write(&f->report, &outcome, &err) != WK_OK)
        fail_msg("%s", err.message);
    return outcome;
}

/* What a function writes, as text in the arena. */
static char *markdown_of(fixture *f) {
    char *text = NULL;
    size_t length = 0;
    wk_error err = {0};
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_int_equal(wk_report_markdown(&f->report, NULL, out, &err), WK_OK);
    fclose(out);
    char *copy = wk_arena_text(&f->arena, text, NULL);
    free(text);
    return copy;
}

/* ---- quoting ---- */

typedef void quoter(FILE *out, const char *text);

static void check_quote(quoter *quote, const char *text, const char *expected) {
    char *got = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&got, &length);
    assert_non_null(out);
    quote(out, text);
    fclose(out);
    assert_string_equal(got, expected);
    free(got);
}

static void quoted_text_cannot_leave_its_quotes(void **state) {
    (void)state;
    check_quote(wk_quote_gnuplot, "it's `a` \"b\" \\", "'it’s `a` \"b\" \\'");
    check_quote(wk_quote_gnuplot, "a\nsystem 'x'\r\t\x1b[0m", "'a system ’x’   [0m'");
    check_quote(wk_quote_markdown, "a|b*_`[<\n", "a\\|b\\*\\_\\`\\[\\< ");
    check_quote(wk_quote_code, "a`b|", "`` a`b\\| ``");
    check_quote(wk_quote_code, "", "–");
}

static void text_that_is_not_utf8_is_replaced(void **state) {
    (void)state;
    check_quote(wk_quote_plain, "\xff", "\xef\xbf\xbd");
    check_quote(wk_quote_plain, "a\xc3", "a\xef\xbf\xbd");               /* cut off */
    check_quote(wk_quote_plain, "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"); /* overlong */
    check_quote(wk_quote_plain, "\xed\xa0\x80x", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx");
    check_quote(wk_quote_plain, "\xc2\x85\xe2\x80\xae", " \xef\xbf\xbd"); /* C1, right-to-left */
    check_quote(wk_quote_plain, "ΔΘ‖½𝟙", "ΔΘ‖½𝟙");
}

static void cut_text_fits_its_columns(void **state) {
    (void)state;
    assert_int_equal(wk_quote_columns("ΔΘ漢"), 4);
    for (size_t columns = 0; columns < 8; columns++) {
        char *got = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&got, &length);
        assert_non_null(out);
        const size_t used = wk_quote_cut(out, "ab漢字cd", columns);
        fclose(out);
        assert_true(used <= columns);
        assert_int_equal(wk_quote_columns(got), used);
        free(got);
    }
}

/* ---- numbers ---- */

static void interval_is_student_t(void **state) {
    (void)state;
    const double values[] = {1, 2, 3, 4};
    const wk_interval got = wk_interval_of(values, 4, 0.95, false);
    const double half = 3.182446305284263 * sqrt(5.0 / 3.0 / 4.0); /* t_{.975,3} */
    assert_true(fabs(got.mean - 2.5) <= 1e-14);
    assert_true(fabs(got.high - (2.5 + half)) <= 1e-9);
    const double powers[] = {10, 1000};
    assert_true(fabs(wk_interval_of(powers, 2, 0.95, true).mean - 100) <= 1e-11);
    assert_true(isnan(wk_interval_of(values, 1, 0.95, false).low));
}

static void percent_of_gemm_is_per_core(void **state) {
    fixture *f = *state;
    wk_stage_sum *sums = NULL;
    size_t n = 0;
    ((wk_stage *)f->rows[0].stages)[0].cpu_s = 6; /* three cores for two seconds */
    f->table.n = 1;
    assert_int_equal(wk_stages_sum(&f->table, NULL, 8, &f->arena, &sums, &n, NULL), WK_OK);
    assert_int_equal(n, 2);
    assert_true(fabs(sums[0].gflops - 4) <= 1e-12);
    assert_true(fabs(sums[0].percent_of_gemm - 100 * (8.0 / 6.0) / 8.0) <= 1e-10);
    assert_true(isnan(sums[1].gflops) && isnan(sums[1].percent_of_gemm));
}

static void times_of_killed_cells_are_not_counted(void **state) {
    fixture *f = *state;
    wk_stage_sum *sums = NULL;
    size_t n = 0;
    f->rows[0].status = WK_END_TIMEOUT;
    assert_int_equal(wk_stages_sum(&f->table, NULL, 8, &f->arena, &sums, &n, NULL), WK_OK);
    assert_int_equal(sums[0].cells, 38); /* nor those of the crashed one */
    assert_true(fabs(sums[0].total_s - 76) <= 1e-12);
    assert_true(fabs(sums[0].median_s - 2) <= 0);
}

/* ---- results.json ---- */

static json_t *results(fixture *f) {
    char *text = NULL;
    size_t length = 0;
    wk_error err = {0};
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_int_equal(wk_report_results(&f->report, out, &err), WK_OK);
    fclose(out);
    json_error_t why;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    if (!root)
        fail_msg("line %d: %s", why.line, why.text);
    free(text);
    return root;
}

static json_t *at(json_t *value, const char *key) {
    json_t *found = json_object_get(value, key);
    if (!found)
        fail_msg("no '%s'", key);
    return found;
}

static void results_are_strict_json_of_schema_1(void **state) {
    json_t *root = results(*state);
    assert_int_equal(json_integer_value(at(root, "schema")), 1);
    assert_true(json_is_true(at(at(root, "program"), "dirty")));
    assert_string_equal(json_string_value(at(at(root, "suite"), "sha256")), "0123456789abcdef");
    json_t *blas = at(at(root, "environment"), "blas");
    assert_string_equal(json_string_value(at(blas, "value")), "generic");
    assert_int_equal(json_integer_value(at(blas, "threads")), 1);
    assert_true(json_is_string(at(at(root, "environment"), "odd")));
    assert_int_equal(json_array_size(at(root, "cells")), 40);
    json_t *cell = json_array_get(at(root, "cells"), 0), *values = at(cell, "params");
    assert_int_equal(json_integer_value(at(values, "model.width")), 64);
    assert_true(json_is_true(at(values, "model.bias")));
    assert_true(fabs(json_real_value(at(values, "train.step")) - 1e-3) <= 0);
    assert_true(json_is_string(at(values, "data")));
    assert_non_null(json_object_get(at(at(cell, "metrics"), "ntk.change"), "t"));
    assert_non_null(json_object_get(at(at(cell, "metrics"), "representation.1"), "i"));
    assert_int_equal(json_integer_value(at(cell, "peak_bytes")), 1000001);
    assert_int_equal(json_array_size(at(root, "stages")), 2);
    json_t *stage = json_array_get(at(root, "stages"), 1);
    assert_true(json_is_null(at(stage, "gflops")) && json_is_null(at(stage, "percent_of_gemm")));
    json_decref(root);
}

static void numbers_survive_with_all_their_digits(void **state) {
    fixture *f = *state;
    ((double *)f->rows[0].series[0].value)[2] = 0.1 + 0.2;
    json_t *root = results(f);
    json_t *cell = json_array_get(at(root, "cells"), 0);
    json_t *value = at(at(at(cell, "metrics"), "ntk.change"), "value");
    assert_true(fabs(json_real_value(json_array_get(value, 2)) - (0.1 + 0.2)) <= 0);
    json_decref(root);
}

static void what_is_not_finite_is_null_and_the_reason_says_which(void **state) {
    json_t *root = results(*state);
    json_t *cell = json_array_get(at(root, "cells"), 20);
    json_t *value = at(at(at(cell, "metrics"), "ntk.change"), "value");
    assert_true(json_is_null(json_array_get(value, 2)));
    assert_string_equal(json_string_value(at(cell, "status")), "diverged");
    assert_non_null(strstr(json_string_value(at(cell, "reason")), "ntk.change: 1 inf"));
    json_t *part = json_array_get(at(json_array_get(at(root, "claims"), 3), "parts"), 1);
    assert_true(json_is_null(at(part, "estimate")));
    assert_true(json_is_null(json_array_get(at(part, "interval"), 0)));
    const char *reason = json_string_value(at(part, "reason"));
    assert_non_null(strstr(reason, "estimate is inf"));
    assert_non_null(strstr(reason, "interval low is -inf"));
    assert_non_null(strstr(reason, "interval high is nan"));
    json_decref(root);
}

static void every_claim_carries_what_the_contract_names(void **state) {
    static const char *const verdicts[] = {"pass", "fail", "inconclusive", "error", "vacuous"};
    static const char *const keys[] = {"id",      "statement", "source", "why",    "level",
                                       "verdict", "reason",    "parts",  "control"};
    json_t *root = results(*state);
    assert_int_equal(json_array_size(at(root, "claims")), 5);
    for (size_t i = 0; i < 5; i++) {
        json_t *claim = json_array_get(at(root, "claims"), i);
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            assert_non_null(json_object_get(claim, keys[k]));
        assert_string_equal(json_string_value(at(claim, "verdict")), verdicts[i]);
        assert_non_null(json_object_get(at(claim, "control"), "verdict"));
        json_t *first = json_array_get(at(claim, "parts"), 0);
        assert_true(fabs(json_real_value(at(at(first, "rule"), "below")) + 0.4) <= 0);
        assert_string_equal(json_string_value(at(first, "metric")), "ntk.change");
        json_t *second = json_array_get(at(claim, "parts"), 1);
        assert_int_equal(json_array_size(at(at(second, "rule"), "within")), 2);
    }
    json_decref(root);
}

/* ---- report.md ---- */

static size_t bars_of(const char *line, size_t length) {
    size_t n = 0;
    for (size_t i = 0; i < length; i++)
        n += line[i] == '|' && !(i && line[i - 1] == '\\');
    return n;
}

static void tables_keep_their_columns_whatever_the_text(void **state) {
    char *text = markdown_of(*state);
    size_t columns = 0, rows = 0;
    for (const char *line = text; *line;) {
        const size_t length = strcspn(line, "\n");
        if (*line == '|') {
            const size_t own = bars_of(line, length);
            if (columns)
                assert_int_equal(own, columns);
            columns = own;
            rows++;
        } else {
            columns = 0;
        }
        line += length + (line[length] == '\n');
    }
    assert_true(rows > 40);
}

static void no_control_byte_and_no_markup_of_a_text_reaches_the_report(void **state) {
    static const char *const markup[] = {"<b>", "<script>", "[a]", "`touch", "*_"};
    fixture *f = *state;
    f->report.suite_path = "suites/a.yaml"; /* a code span, where markup is only text */
    char *text = markdown_of(f);
    for (const char *p = text; *p; p++)
        assert_true((unsigned char)*p >= 0x20 || *p == '\n');
    for (size_t i = 0; i < sizeof markup / sizeof *markup; i++)
        for (const char *p = text; (p = strstr(p, markup[i])); p++)
            assert_true(p > text && p[-1] == '\\');
    assert_non_null(strstr(text, "\\<script\\>"));
}

static void verdicts_come_first_and_nothing_is_proved(void **state) {
    char *text = markdown_of(*state);
    static const char *const order[] = {
        "## Verdicts",      "### passes",        "### vacuous",
        "## Other figures", "## Diverged cells", "## Cells that were not measured",
        "## Stage times",   "## Environment",    "## How to run it again"};
    const char *before = text;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const char *found = strstr(text, order[i]);
        if (!found || found < before)
            fail_msg("'%s' is missing or out of order", order[i]);
        before = found;
    }
    assert_null(strstr(text, "prove"));
    assert_non_null(strstr(text, "**consistent with**"));
    assert_non_null(strstr(text, "**contradict**"));
    assert_non_null(strstr(text, "arXiv 2403.08673"));
    assert_non_null(strstr(text, "    widecheck run 'a b.yaml'\n"));
}

static void a_shared_figure_is_shown_once(void **state) {
    char *text = markdown_of(*state);
    const char *first = strstr(text, "figures/width.svg");
    assert_non_null(first);
    assert_null(strstr(first + 1, "figures/width.svg"));
    assert_non_null(strstr(text, "at [passes](#passes)"));
}

static void a_figure_that_was_not_drawn_is_named(void **state) {
    fixture *f = *state;
    const char *troubles[] = {"gnuplot is <gone>", "", "", ""};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_int_equal(wk_report_markdown(&f->report, troubles, out, NULL), WK_OK);
    fclose(out);
    assert_null(strstr(text, "figures/width.svg"));
    assert_non_null(strstr(text, "Figure width was not drawn: gnuplot is \\<gone\\>"));
    free(text);
}

/* ---- figures ---- */

static void every_kind_describes_itself(void **state) {
    (void)state;
    assert_int_equal(wk_figure_kinds_n, 4);
    for (size_t i = 0; i < wk_figure_kinds_n; i++) {
        const wk_figure_kind *kind = &wk_figure_kinds[i];
        assert_ptr_equal(wk_figure_kind_find(kind->name), kind);
        assert_true(kind->help && kind->caption && kind->write && kind->note);
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

static void conditions_are_never_averaged_as_seeds(void **state) {
    fixture *f = *state;
    wk_curves set;
    f->figures[0].nby = 0; /* both similarities have every seed */
    assert_int_equal(wk_gather(&f->figures[0], &f->report, "model.width", &f->arena, &set, NULL),
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
    ((wk_series *)f->rows[4].series)[0] = series(&f->arena, "ntk.change", 3, t, change);
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

/* ---- the terminal ---- */

static void summary_fits_80_columns_and_repeats_what_did_not_pass(void **state) {
    fixture *f = *state;
    f->report.rerun = "widecheck run a.yaml";
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    wk_report_summary(&f->report, out);
    fclose(out);
    assert_null(strchr(text, '\033'));
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        assert_true(wk_quote_columns(line) <= 80);
    free(text);
    out = open_memstream(&text, &length);
    assert_non_null(out);
    wk_report_summary(&f->report, out);
    fclose(out);
    const char *again = strstr(text, "not passed:");
    assert_non_null(again);
    static const char *const ids[] = {"fails", "undecided", "broken", "vacuous"};
    for (size_t i = 0; i < 4; i++) {
        assert_non_null(strstr(text, ids[i]));
        assert_true(strstr(text, ids[i]) < again);
        assert_non_null(strstr(again, ids[i]));
    }
    assert_null(strstr(again, "passes"));
    assert_non_null(strstr(text, "40 cells: 38 ok, 1 diverged, 1 crashed"));
    free(text);
}

static void the_part_shown_is_one_that_decided(void **state) {
    fixture *f = *state;
    for (size_t i = WK_FAIL; i <= WK_ERROR; i++) {
        const wk_part *part = wk_words_part(&f->judgements[i].claim_finding);
        assert_ptr_equal(part, &f->judgements[i].claim_finding.parts[1]);
    }
    wk_part pair[2] = {f->judgements[0].claim_finding.parts[0],
                       f->judgements[0].claim_finding.parts[0]};
    pair[1].high = -0.45; /* nearer to the bound −0.4 */
    const wk_finding both = {pair, 2, WK_PASS, ""};
    assert_ptr_equal(wk_words_part(&both), &pair[1]);
    assert_null(wk_words_part(&(wk_finding){NULL, 0, WK_ERROR, ""}));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quoted_text_cannot_leave_its_quotes),
        cmocka_unit_test(text_that_is_not_utf8_is_replaced),
        cmocka_unit_test(cut_text_fits_its_columns),
        cmocka_unit_test(interval_is_student_t),
        TEST(percent_of_gemm_is_per_core),
        TEST(times_of_killed_cells_are_not_counted),
        TEST(results_are_strict_json_of_schema_1),
        TEST(numbers_survive_with_all_their_digits),
        TEST(what_is_not_finite_is_null_and_the_reason_says_which),
        TEST(every_claim_carries_what_the_contract_names),
        TEST(tables_keep_their_columns_whatever_the_text),
        TEST(no_control_byte_and_no_markup_of_a_text_reaches_the_report),
        TEST(verdicts_come_first_and_nothing_is_proved),
        TEST(a_shared_figure_is_shown_once),
        TEST(a_figure_that_was_not_drawn_is_named),
        cmocka_unit_test(every_kind_describes_itself),
        TEST(hostile_titles_are_drawn_and_not_run),
        TEST(same_table_same_bytes),
        TEST(line_leaves_divergence_out_of_the_mean_and_counts_it),
        TEST(conditions_are_never_averaged_as_seeds),
        TEST(trajectory_is_the_median_on_a_common_grid),
        TEST(without_gnuplot_data_and_scripts_are_still_there),
        TEST(a_figure_with_nothing_to_show_does_not_stop_the_rest),
        TEST(figures_of_another_suite_are_removed_and_nothing_else),
        TEST(stage_times_are_drawn_without_being_asked_for),
        TEST(a_folder_that_cannot_be_written_is_an_error),
        cmocka_unit_test(axis_shows_all_it_can_and_nothing_else),
        TEST(summary_fits_80_columns_and_repeats_what_did_not_pass),
        TEST(the_part_shown_is_one_that_decided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
