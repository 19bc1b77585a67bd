/* A study: a suite with what a run of it found. Whoever loads it fills in suite, table and facts;
 * judging it adds the verdicts. */
#ifndef WK_STUDY_JUDGE_H
#define WK_STUDY_JUDGE_H

#include "claim/judged.h"
#include "study/opened.h"

/* Must stay where it is: its parts point at each other. */
typedef struct wk_study {
    wk_opened opened;
    wk_table table;
    wk_judged judged; /* the facts of the run (folder, program, environment, rerun) are loaded, the
                         rest is made by wk_study_judge; borrows from the two above */
    struct wk_study **others; /* (nothers) the same suite run with other base seeds */
    size_t nothers;
    const char *passed_over; /* folders of other base seeds that are not of this plan; "" if none */
} wk_study;

/* Judges all claims, of the study and of the `others`, and folds the others' verdicts into the
 * study's own (wk_claim_confirm). Everything lives in `arena`. */
void wk_study_judge(wk_study *study, wk_arena *arena);

#endif
