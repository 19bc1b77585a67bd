#include "report_support.h"
#include "typed.h"

#include "plot/figure.h"

#include "base/file.h"
#include "claim/statistic.h"
#include "study/labels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void *get(wk_arena *arena, size_t count, size_t size) {
    wk_error err = {0};
    void *memory = wk_arena_get(arena, count, size);
    if (!memory)
        fail_msg("%s", err.message);
    return memory;
}

wk_series series(wk_arena *arena, const char *name, size_t n, const double *at,
                 const double *value) {
    double *copy = get(arena, 2 * n, sizeof *copy);
    memcpy(copy, at, n * sizeof *copy);
    memcpy(copy + n, value, n * sizeof *copy);
    return (wk_series){.name = name, .n = n, .at = copy, .value = copy + n};
}

static wk_bag params(wk_arena *arena, const char *similarity, const char *width) {
    wk_pair *pairs = get(arena, 5, sizeof *pairs);
    pairs[0] = typed_pair("loss.similarity", similarity);
    pairs[1] = typed_pair("model.width", width);
    pairs[2] = typed_pair("model.bias", "true");
    pairs[3] = typed_pair("data", HOSTILE);
    pairs[4] = typed_pair("train.step", "1e-3");
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
    *row = (wk_row){.id = wk_arena_text(&f->arena, id),
                    .experiment = "drift",
                    .params = params(&f->arena, similarity, width),
                    .seed = seed,
                    .result.reason = "",
                    .result.peak_bytes = 1e6 + seed};
    wk_series *all = get(&f->arena, 7, sizeof *all);
    all[0] = series(&f->arena, "ntk.change", 3, t, change);
    for (size_t k = 0; k < 4; k++) {
        all[1 + k] = series(&f->arena, names[k], 4, inputs, picture);
        all[1 + k].indexed = true;
    }
    all[5] = series(&f->arena, "representation.class", 4, inputs, class_of);
    all[5].indexed = true;
    all[6] = series(&f->arena, "mu.slope", 1, t, slope);
    row->result.series = all;
    row->result.nseries = 7;
    wk_stage *stages = get(&f->arena, 2, sizeof *stages);
    stages[0] = (wk_stage){"train_all|`x`", 2, 2, 8e9};
    stages[1] = (wk_stage){"ntk", 0.5, 0.25, 0};
    row->result.stages = stages;
    row->result.nstages = 2;
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
    diverged->result.end = WK_END_DIVERGED;
    diverged->result.reason = "‖F‖ > 10³√M at step 7 | " HOSTILE;
    ((double *)diverged->result.series[0].value)[2] = INF;
    crashed->result.end = WK_END_CRASHED;
    crashed->result.reason = "signal 11 <script>";
    crashed->result.nseries = crashed->result.nstages = 0;
    crashed->result.peak_bytes = 0;
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
                                    .a = {.text = "dot"},
                                    .b = {.text = "cosine"},
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
    wk_value *values = get(&f->arena, 2, sizeof *values);
    values[0] = typed("cosine");
    values[1] = typed(HOSTILE);
    *where = (wk_match){"loss.similarity", values, 2};
    wk_pair *pair = get(&f->arena, 1, sizeof *pair);
    *pair = typed_pair("data|x", HOSTILE);
    for (int v = WK_PASS; v <= WK_VACUOUS; v++) {
        wk_claim *claim = get(&f->arena, 1, sizeof *claim);
        *claim = (wk_claim){.id = ids[v],
                            .statement = "It holds | " HOSTILE,
                            .source = "abstract",
                            .origin = WK_FROM_ABSTRACT,
                            .who = "abstract",
                            .why = "bound −½, margin .1 " HOSTILE,
                            .control_note = HOSTILE,
                            .figure = v < 2    ? "width"
                                      : v == 2 ? "no-such"
                                               : NULL,
                            .claim = {{"drift", {where, 1}}, tests, 2},
                            .control = {{"drift", {NULL, 0}}, tests, 1}};
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
                            .from = {"drift", {NULL, 0}},
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
                                .from = {"drift", {NULL, 0}},
                                .title = HOSTILE};
    f->figures[3] =
        (wk_figure){.id = "stages", .kind = wk_figure_kind_find("bars"), .title = HOSTILE};
}

int set_up(void **state) {
    static const wk_fact facts[] = {
        {"cpu", "A CPU | " HOSTILE, false},   {"blas.name", "openblas", false},
        {"blas.path", "/usr/lib/`x`", false}, {"blas.threads", "1", true},
        {"memory_bytes", "8589934592", true}, {"odd", "007x", true}};
    static const wk_metric metrics[] = {{"ntk.change", "ΔΘ = ‖Θ_t − Θ_0‖ / ‖Θ_0‖",
                                         "relative change of the kernel",
                                         .replay = WK_REPLAY_SMOOTH}};
    fixture *f = calloc(1, sizeof *f);
    if (!f)
        return -1;
    snprintf(f->folder, sizeof f->folder, "/tmp/wk-report-XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    fill_table(f);
    fill_judgements(f);
    fill_figures(f);
    f->report = (wk_judged){.folder = f->folder,
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
    f->report.labels = wk_labels_list(&f->arena, &f->report.nlabels);
    *state = f;
    return 0;
}

int tear_down(void **state) {
    fixture *f = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", f->folder);
    wk_arena_release(&f->arena);
    const int failed = system(command);
    free(f);
    return failed;
}

char *read_file(fixture *f, const char *name) {
    char path[256], *text = NULL;
    wk_error err = {0};
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    if (wk_file_read(path, 1 << 24, &f->arena, &text, NULL, &err) != WK_OK)
        fail_msg("%s", err.message);
    return text;
}

bool there(const fixture *f, const char *name) {
    char path[256];
    struct stat info;
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    return stat(path, &info) == 0;
}

wk_report_outcome write_report(fixture *f) {
    wk_report_outcome outcome;
    wk_error err = {0};
    if (wk_report_write(&f->report, &outcome, &err) != WK_OK)
        fail_msg("%s", err.message);
    return outcome;
}

/* What a function writes, as text in the arena. */
char *markdown_of(fixture *f) {
    char *text = NULL;
    size_t length = 0;
    wk_error err = {0};
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_int_equal(wk_report_markdown(&f->report, NULL, out, &err), WK_OK);
    fclose(out);
    char *copy = wk_arena_text(&f->arena, text);
    free(text);
    return copy;
}

char *summary_of(fixture *f) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    wk_report_summary(&f->report, out);
    fclose(out);
    char *copy = wk_arena_text(&f->arena, text);
    free(text);
    return copy;
}
