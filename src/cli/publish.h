/* From a store to everything that people read: used by `run` and `report` alike, so that they
 * agree. */
#ifndef WK_CLI_PUBLISH_H
#define WK_CLI_PUBLISH_H

#include "report/report.h"
#include "run/store.h"
#include "study/opened.h"

/* What a store holds, judged and ready to be written in any form. */
typedef struct wk_publication {
    wk_opened opened;
    wk_table table;
    wk_judgement *judgements; /* (opened.nclaims) */
    wk_judged report;         /* borrows from the three */
    const char *passed_over;  /* folders of confirmations that are not of this plan; "" if none */
} wk_publication;

/* Opens the store's suite again and judges its current plan. `folder` is for report.folder. All in
 * `arena`; *out must stay where it is. */
wk_status wk_publish_judge(wk_store *store, const char *folder, wk_arena *arena,
                           wk_publication *out, wk_error *err) WK_CHECKED;

/* The same, with the confirmations that `folder` holds taken into account (cli/confirm.h). */
wk_status wk_publish_open(wk_store *store, const char *folder, wk_arena *arena, wk_publication *out,
                          wk_error *err) WK_CHECKED;

/* One line on stderr if confirmations were passed over. */
void wk_publish_warn(const wk_publication *publication);

/* Judges the store's current plan, writes report.md, results.json and figures/ into `folder`,
 * prints the summary to stdout unless quiet. *code: 1, 3, 4 or 0, as the verdicts, the cells and
 * the figures ask for. */
wk_status wk_publish(wk_store *store, const char *folder, bool quiet, int *code,
                     wk_error *err) WK_CHECKED;

#endif
