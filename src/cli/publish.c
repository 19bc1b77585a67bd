#include "cli/publish.h"

#include "base/heap.h"
#include "cli/confirm.h"
#include "cli/facts.h"
#include "model/metrics.h"
#include "run/folder.h"

#include <stdlib.h>
#include <string.h>

static wk_status put_lines(wk_store *store, const char *key, const char *const *texts, size_t n,
                           wk_error *err) {
    char *lines = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&lines, &length);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s\n", texts[i]);
    fclose(out);
    const wk_status status = wk_store_put(store, key, lines, err);
    free(lines);
    return status;
}

wk_status wk_publish_remember(wk_store *store, const wk_opened *opened, const char *rerun,
                              wk_error *err) {
    WK_TRY(put_lines(store, "suite.overrides", opened->suite.overrides, opened->suite.noverrides,
                     err));
    WK_TRY(put_lines(store, "suite.backends", opened->all, opened->nall, err));
    WK_TRY(wk_store_put(store, "suite.path", opened->suite.path, err));
    WK_TRY(wk_store_put(store, "suite.text", opened->suite.text, err));
    return wk_store_put(store, "rerun", rerun, err);
}

/* Splits lines in place. */
static void split(char *lines, const char *const **out, size_t *n, wk_arena *arena) {
    *n = 0;
    for (const char *p = lines; *p; p++)
        *n += *p == '\n';
    const char **list = wk_arena_get(arena, *n, sizeof *list);
    for (size_t i = 0; i < *n; i++) {
        list[i] = lines;
        lines = strchr(lines, '\n');
        *lines++ = '\0';
    }
    *out = list;
}

static wk_status get_lines(wk_store *store, const char *key, const char *const **out, size_t *n,
                           wk_arena *arena, wk_error *err) {
    const char *lines = NULL;
    WK_TRY(wk_store_get(store, key, &lines, arena, err));
    char *copy = wk_arena_text(arena, lines ? lines : "");
    split(copy, out, n, arena);
    return WK_OK;
}

static wk_status open_remembered(wk_store *store, wk_arena *arena, wk_opened *opened,
                                 wk_error *err) {
    wk_opening how = {0};
    WK_TRY(wk_store_get(store, "suite.path", &how.path, arena, err));
    WK_TRY(wk_store_get(store, "suite.text", &how.text, arena, err));
    if (!how.path || !how.text)
        return wk_fail(err, WK_CANNOT, "the store holds no suite yet: run one first");
    WK_TRY(get_lines(store, "suite.overrides", &how.overrides, &how.noverrides, arena, err));
    WK_TRY(get_lines(store, "suite.backends", &how.all, &how.nall, arena, err));
    return wk_opened_open(&how, arena, opened, err);
}

static wk_status judge(wk_publication *out, wk_arena *arena, wk_error *err) {
    const wk_opened *opened = &out->opened;
    wk_report *report = &out->report;
    out->judgements = wk_arena_get(arena, opened->nclaims, sizeof *out->judgements);
    for (size_t i = 0; i < opened->nclaims; i++)
        if (!opened->claims[i].nverdicts)
            WK_TRY(wk_claim_judge(&opened->claims[i], report->table, opened->level, arena,
                                  &out->judgements[i], err));
    for (size_t i = 0; i < opened->nclaims; i++) /* when those that it is about are judged */
        if (opened->claims[i].nverdicts)
            wk_claim_judge_verdicts(&opened->claims[i], out->judgements, opened->nclaims, arena,
                                    &out->judgements[i]);
    report->judgements = out->judgements;
    report->njudgements = opened->nclaims;
    report->level = opened->level;
    return WK_OK;
}

/* 1 before 3 before 4: a claim that failed is told first. */
static void exit_code(const wk_report *report, const wk_report_outcome *outcome, int *code,
                      wk_arena *arena) {
    wk_verdict *verdicts = wk_arena_get(arena, report->njudgements, sizeof *verdicts);
    for (size_t i = 0; i < report->njudgements; i++)
        verdicts[i] = report->judgements[i].verdict;
    *code = wk_verdict_exit_code(verdicts, report->njudgements);
    bool unmeasured = outcome->figures_failed > 0;
    for (size_t i = 0; i < report->table->n; i++)
        unmeasured = unmeasured || (report->table->rows[i].status != WK_END_OK &&
                                    report->table->rows[i].status != WK_END_DIVERGED);
    if (unmeasured && *code != 1)
        *code = WK_CANNOT;
}

static wk_status read_store(wk_store *store, wk_arena *arena, wk_publication *out, wk_error *err) {
    WK_TRY(wk_store_hold(store, err));
    WK_TRY(open_remembered(store, arena, &out->opened, err));
    WK_TRY(wk_store_table(store, arena, &out->table, err));
    WK_TRY(wk_facts_load(store, &out->report, arena, err));
    WK_TRY(wk_store_get(store, "rerun", &out->report.rerun, arena, err));
    if (!out->report.rerun)
        return wk_fail(err, WK_CANNOT, "store: 'rerun' is missing; run again to write it anew");
    return wk_store_let_go(store, err);
}

wk_status wk_publish_judge(wk_store *store, const char *folder, wk_arena *arena,
                           wk_publication *out, wk_error *err) {
    wk_report *report = &out->report;
    *report = (wk_report){.folder = folder, .table = &out->table, .metrics = wk_metrics};
    report->nmetrics = wk_metrics_n;
    out->passed_over = "";
    WK_TRY(read_store(store, arena, out, err));
    report->suite_path = out->opened.suite.path;
    report->suite_sha256 = out->opened.sha256;
    report->suite_title = out->opened.title;
    report->figures = out->opened.figures;
    report->nfigures = out->opened.nfigures;
    report->seed = out->opened.seed;
    return judge(out, arena, err);
}

wk_status wk_publish_open(wk_store *store, const char *folder, wk_arena *arena, wk_publication *out,
                          wk_error *err) {
    WK_TRY(wk_publish_judge(store, folder, arena, out, err));
    return wk_confirm_load(store, folder, arena, out, err);
}

void wk_publish_warn(const wk_publication *publication) {
    if (*publication->passed_over)
        fprintf(stderr,
                "widecheck: of another suite, data or version, and passed over (run with "
                "--confirm): %s\n",
                publication->passed_over);
}

static wk_status publish(wk_store *store, const char *folder, bool quiet, int *code,
                         wk_arena *arena, wk_error *err) {
    wk_publication publication;
    wk_report_outcome outcome = {0};
    const wk_report *report = &publication.report;
    WK_TRY(wk_publish_open(store, folder, arena, &publication, err));
    WK_TRY(wk_report_write(report, &outcome, err));
    if (outcome.figures_failed)
        fprintf(stderr, "widecheck: %zu of %zu figures not drawn: %s\n", outcome.figures_failed,
                outcome.figures_failed + outcome.figures_drawn, outcome.figure_trouble);
    if (!quiet) {
        wk_publish_warn(&publication);
        wk_report_summary(report, stdout);
    }
    exit_code(report, &outcome, code, arena);
    return WK_OK;
}

wk_status wk_publish(wk_store *store, const char *folder, bool quiet, int *code, wk_error *err) {
    wk_arena arena = {0};
    int turn = -1;
    wk_status status = wk_folder_take_turn(folder, quiet, &turn, err);
    if (status == WK_OK)
        status = publish(store, folder, quiet, code, &arena, err);
    wk_folder_release(turn);
    wk_arena_release(&arena);
    return status;
}
