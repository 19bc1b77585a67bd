/* Judges the claims of a study, and holds the verdicts of other base seeds against them. */
#include "study/judge.h"

#include "claim/judgement.h"
#include "model/cell/metrics.h"
#include "study/labels.h"

/* What the suite says that a report repeats. */
static void describe(wk_study *study, wk_arena *arena) {
    const wk_opened *opened = &study->opened;
    wk_judged *judged = &study->judged;
    judged->suite_path = opened->suite.path;
    judged->suite_sha256 = opened->sha256;
    judged->suite_title = opened->title;
    judged->figures = opened->figures;
    judged->nfigures = opened->nfigures;
    judged->seed = opened->seed;
    judged->confirm = opened->confirm;
    judged->nconfirm = opened->nconfirm;
    judged->level = opened->level;
    judged->metrics = wk_metrics;
    judged->nmetrics = wk_metrics_n;
    judged->labels = wk_labels_list(arena, &judged->nlabels);
    judged->table = &study->table;
}

/* (nclaims) in the suite's order. */
static wk_judgement *judge_claims(wk_study *study, wk_arena *arena) {
    const wk_opened *opened = &study->opened;
    wk_judgement *judgements = wk_arena_get(arena, opened->nclaims, sizeof *judgements);
    describe(study, arena);
    for (size_t i = 0; i < opened->nclaims; i++)
        if (!opened->claims[i].nverdicts)
            wk_claim_judge(&opened->claims[i], &study->table, opened->level, arena, &judgements[i]);
    for (size_t i = 0; i < opened->nclaims; i++) /* when those that it is about are judged */
        if (opened->claims[i].nverdicts)
            wk_claim_judge_verdicts(&opened->claims[i], judgements, opened->nclaims, arena,
                                    &judgements[i]);
    study->judged.judgements = judgements;
    study->judged.njudgements = opened->nclaims;
    return judgements;
}

/* All hold the claims of the suite, in its order: their suites have the same text. */
void wk_study_judge(wk_study *study, wk_arena *arena) {
    wk_judgement *own = judge_claims(study, arena);
    wk_confirmation *all = wk_arena_get(arena, study->nothers, sizeof *all);
    for (size_t c = 0; c < study->nothers; c++)
        all[c] =
            (wk_confirmation){study->others[c]->opened.seed, judge_claims(study->others[c], arena)};
    for (size_t i = 0; i < study->opened.nclaims; i++)
        for (size_t c = 0; c < study->nothers; c++)
            wk_claim_confirm(&own[i], &all[c].judgements[i], all[c].seed, arena);
    study->judged.confirmations = all;
    study->judged.nconfirmations = study->nothers;
}
