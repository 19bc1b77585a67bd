/* Joins loading, judging and writing. */
#include "cli/publish.h"
#include "claim/judgement.h"

#include "report/report.h"
#include "run/folder.h"
#include "run/load.h"

wk_status wk_publish_open(wk_store *store, const char *folder, bool quiet, wk_arena *arena,
                          wk_study *study, wk_error *err) {
    WK_TRY(wk_load_study(store, folder, arena, study, err));
    wk_study_judge(study, arena);
    if (*study->passed_over && !quiet)
        fprintf(stderr,
                "widecheck: of another suite, data or version, and passed over (run with "
                "--confirm): %s\n",
                study->passed_over);
    return WK_OK;
}

static wk_status publish(wk_store *store, const char *folder, bool quiet, int *code,
                         wk_arena *arena, wk_error *err) {
    wk_study study;
    wk_report_outcome outcome = {0};
    WK_TRY(wk_publish_open(store, folder, quiet, arena, &study, err));
    WK_TRY(wk_report_write(&study.judged, &outcome, err));
    if (outcome.figures_failed)
        fprintf(stderr, "widecheck: %zu of %zu figures not drawn: %s\n", outcome.figures_failed,
                outcome.figures_failed + outcome.figures_drawn, outcome.figure_trouble);
    if (!quiet)
        wk_report_summary(&study.judged, stdout);
    *code = wk_report_exit_code(&study.judged, &outcome);
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
