/* What run, report and export have in common: run loads, study judges, report writes. */
#ifndef WK_CLI_PUBLISH_H
#define WK_CLI_PUBLISH_H

#include "run/store.h"
#include "study/judge.h"

/* Loads the store's current plan and judges it. Unless `quiet`, says on stderr which confirmations
 * in the folder were passed over. */
wk_status wk_publish_open(wk_store *store, const char *folder, bool quiet, wk_arena *arena,
                          wk_study *study, wk_error *err) WK_CHECKED;

/* Judges the store's current plan, writes report.md, results.json and figures/ into `folder`, and
 * prints the summary to stdout unless `quiet`. *code: as wk_report_exit_code. */
wk_status wk_publish(wk_store *store, const char *folder, bool quiet, int *code,
                     wk_error *err) WK_CHECKED;

#endif
