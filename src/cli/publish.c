#include "cli/publish.h"
#include "claim/judgement.h"

#include "base/heap.h"
#include "cli/confirm.h"
#include "model/cell/metrics.h"
#include "run/facts.h"
#include "run/folder.h"
#include "run/remembered.h"

#include <stdlib.h>
#include <string.h>

static wk_status judge(wk_publication *out, wk_arena *arena, wk_error *err) {
    const wk_opened *opened = &out->opened;
    wk_judged *report = &out->report;
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
static void exit_code(const wk_judged *report, const wk_report_outcome *outcome, int *code,
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
    WK_TRY(wk_remembered_open(store, arena, &out->opened, err));
    WK_TRY(wk_store_table(store, arena, &out->table, err));
    WK_TRY(wk_facts_load(store, &out->report, arena, err));
    WK_TRY(wk_store_get(store, "rerun", &out->report.rerun, arena, err));
    if (!out->report.rerun)
        return wk_fail(err, WK_CANNOT, "store: 'rerun' is missing; run again to write it anew");
    return wk_store_let_go(store, err);
}

wk_status wk_publish_judge(wk_store *store, const char *folder, wk_arena *arena,
                           wk_publication *out, wk_error *err) {
    wk_judged *report = &out->report;
    *report = (wk_judged){.folder = folder, .table = &out->table, .metrics = wk_metrics};
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
    const wk_judged *report = &publication.report;
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
