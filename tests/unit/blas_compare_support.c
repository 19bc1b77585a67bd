#include "blas_compare_support.h"
#include "typed.h"

#include "study/labels.h"

#include <stdlib.h>
#include <string.h>

int set_up_contest(void **state) {
    static const wk_metric metrics[] = {
        {"loss", "loss ℓ", "the loss", .replay = WK_REPLAY_SMOOTH},
        {"t.escape", "t_ε", "when", .replay = WK_REPLAY_EVENT},
        {"kernel.gflops", "rate (GFLOP/s)", "", .replay = WK_REPLAY_TIME, .routine = true}};
    contest_table *t = calloc(1, sizeof *t);
    if (!t)
        return -1;
    t->rows = get(&t->arena, CONTEST_ROWS, sizeof *t->rows);
    t->table.rows = t->rows;
    t->report = (wk_judged){.table = &t->table,
                            .level = 0.99,
                            .metrics = metrics,
                            .nmetrics = 3,
                            .core_count = 2,
                            .suite_path = "suites/blas.yaml"};
    t->report.labels = wk_labels_list(&t->arena, &t->report.nlabels);
    *state = t;
    return 0;
}

int tear_down_contest(void **state) {
    contest_table *t = *state;
    wk_arena_release(&t->arena);
    free(t);
    return 0;
}

kernel_cell kernel(const char *routine, const char *size, const char *backend, const char *threads,
                   unsigned seed, double gflops) {
    return (kernel_cell){.routine = routine,
                         .size = size,
                         .backend = backend,
                         .threads = threads,
                         .seed = seed,
                         .gflops = gflops,
                         .clock = 1,
                         .residual = 0.5,
                         .digest = 7,
                         .tolerance = 1e-12,
                         .sample = {1, -2, 4}};
}

static wk_row *add_row(contest_table *t, const char *experiment, unsigned seed) {
    assert_true(t->table.n < CONTEST_ROWS);
    wk_row *row = &t->rows[t->table.n++];
    *row = (wk_row){.id = wk_arena_printf(&t->arena, "cell%zu", t->table.n),
                    .experiment = experiment,
                    .seed = seed,
                    .result.reason = ""};
    row->params = wk_bag_of(get(&t->arena, 16, sizeof(wk_pair)), 0);
    return row;
}

void set_param(contest_table *t, wk_row *row, const char *key, const char *text) {
    wk_pair *pairs = (wk_pair *)row->params.pairs;
    size_t n = row->params.n;
    for (size_t i = 0; i < n; i++)
        if (strcmp(pairs[i].key, key) == 0) {
            pairs[i].value = typed(wk_arena_text(&t->arena, text));
            return;
        }
    assert_true(n < 16);
    pairs[n++] = typed_pair(key, wk_arena_text(&t->arena, text));
    row->params = wk_bag_of(pairs, n);
}

void add_series(contest_table *t, wk_row *row, const char *name, size_t n, const double *value) {
    static const double at[] = {0, 1, 2};
    wk_series *all = get(&t->arena, row->result.nseries + 1, sizeof *all);
    if (row->result.nseries)
        memcpy(all, row->result.series, row->result.nseries * sizeof *all);
    all[row->result.nseries] = series(&t->arena, name, n, at, value);
    all[row->result.nseries++].indexed = n == 3;
    row->result.series = all;
}

wk_row *add_kernel(contest_table *t, kernel_cell c) {
    const double zero = 0, half = c.gflops / 100, whole = c.gflops / 120;
    wk_row *row = add_row(t, "kernels", c.seed);
    set_param(t, row, "kernel.routine", c.routine);
    if (c.size)
        set_param(t, row, "kernel.size", c.size);
    set_param(t, row, "backend", c.backend);
    set_param(t, row, "threads", c.threads);
    add_series(t, row, "kernel.gflops", 1, &c.gflops);
    add_series(t, row, "kernel.share", 1, &half);
    add_series(t, row, "kernel.of-gemm", 1, &whole);
    add_series(t, row, "kernel.contention", 1, &c.contention);
    add_series(t, row, "kernel.clock", 1, &c.clock);
    add_series(t, row, "kernel.residual", 1, &c.residual);
    add_series(t, row, "kernel.unequal", 1, &zero);
    add_series(t, row, "kernel.digest", 1, &c.digest);
    add_series(t, row, "kernel.tolerance", 1, &c.tolerance);
    add_series(t, row, "kernel.sample", 3, c.sample);
    return row;
}

wk_row *add_trained(contest_table *t, const char *width, const char *backend, unsigned seed,
                    double start, double end) {
    const double curve[] = {start, end}, escape = 3 + (double)t->table.n;
    wk_row *row = add_row(t, "drift", seed);
    set_param(t, row, "model.width", width);
    set_param(t, row, "backend", backend);
    add_series(t, row, "loss", 2, curve);
    add_series(t, row, "t.escape", 1, &escape);
    return row;
}

wk_blas_identity *add_backend(contest_table *t, const char *name, size_t threads) {
    wk_blas_identity *all = get(&t->arena, t->report.nbackends + 1, sizeof *all);
    if (t->report.nbackends)
        memcpy(all, t->report.backends, t->report.nbackends * sizeof *all);
    all[t->report.nbackends] =
        (wk_blas_identity){.name = name,
                           .coretype = "",
                           .threads = threads,
                           .library = "OpenBLAS",
                           .version = "0.3",
                           .path = wk_arena_printf(&t->arena, "/lib/%s.so", name),
                           .sha256 = name,
                           .lapack_path = "/lib/lapack.so",
                           .provider = "own",
                           .core = "SkylakeX",
                           .threading = "pthreads",
                           .effective_threads = (double)threads,
                           .gemm_gflops = 10,
                           .trouble = ""};
    t->report.backends = all;
    return &all[t->report.nbackends++];
}

void runs_usually_on(contest_table *t, const char *name) {
    wk_pair *facts = get(&t->arena, 2, sizeof *facts);
    facts[0] = (wk_pair){"cpu", wk_value_text("a machine")};
    facts[1] =
        (wk_pair){"blas.path", wk_value_text(wk_arena_printf(&t->arena, "/lib/%s.so", name))};
    t->report.environment = facts;
    t->report.nenvironment = 2;
}

wk_part part_on(contest_table *t, const wk_test *test, const char *backend, const char *width,
                wk_verdict verdict) {
    wk_pair *pairs = get(&t->arena, 2, sizeof *pairs);
    pairs[0] = typed_pair("backend", backend);
    pairs[1] = typed_pair("model.width", width ? width : "");
    return (wk_part){
        .test = test, .where = wk_bag_of(pairs, width ? 2 : 1), .verdict = verdict, .reason = ""};
}

void add_judgement(contest_table *t, const char *id, const wk_part *parts, size_t n,
                   const wk_part *control, size_t ncontrol) {
    wk_claim *claim = get(&t->arena, 1, sizeof *claim);
    *claim = (wk_claim){.id = id};
    wk_judgement *all = get(&t->arena, t->report.njudgements + 1, sizeof *all);
    if (t->report.njudgements)
        memcpy(all, t->report.judgements, t->report.njudgements * sizeof *all);
    all[t->report.njudgements++] =
        (wk_judgement){.claim = claim,
                       .claim_finding = {parts, n, WK_PASS, ""},
                       .control_finding = {control, ncontrol, WK_FAIL, ""}};
    t->report.judgements = all;
}

wk_blas_compare contest_of(contest_table *t) {
    wk_blas_compare contest;
    wk_blas_compare_make(&t->table, NULL, &t->arena, &contest);
    return contest;
}

size_t contender_of(const wk_blas_compare *contest, const char *label) {
    for (size_t c = 0; c < contest->n; c++)
        if (strcmp(contest->contenders[c].label, label) == 0)
            return c;
    fail_msg("no contender '%s'", label);
    return 0;
}

size_t task_of(const wk_blas_compare *contest, const char *label, size_t threads) {
    for (size_t k = 0; k < contest->ntasks; k++)
        if (strcmp(contest->tasks[k].label, label) == 0 && contest->tasks[k].threads == threads)
            return k;
    fail_msg("no task '%s' with %zu threads", label, threads);
    return 0;
}
