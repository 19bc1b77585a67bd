/* Judges the claims of a study, and holds the verdicts of other base seeds against them. */
#include "study/judge.h"

#include "claim/judgement.h"
#include "model/cell/metrics.h"
#include "study/labels.h"

#include <inttypes.h>

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

/* *out (nclaims): in the suite's order. */
static wk_status judge_claims(wk_study *study, wk_arena *arena, wk_judgement **out, wk_error *err) {
    const wk_opened *opened = &study->opened;
    wk_judgement *judgements = wk_arena_get(arena, opened->nclaims, sizeof *judgements);
    describe(study, arena);
    for (size_t i = 0; i < opened->nclaims; i++)
        if (!opened->claims[i].nverdicts)
            WK_TRY(wk_claim_judge(&opened->claims[i], &study->table, opened->level, arena,
                                  &judgements[i], err));
    for (size_t i = 0; i < opened->nclaims; i++) /* when those that it is about are judged */
        if (opened->claims[i].nverdicts)
            wk_claim_judge_verdicts(&opened->claims[i], judgements, opened->nclaims, arena,
                                    &judgements[i]);
    study->judged.judgements = judgements;
    study->judged.njudgements = opened->nclaims;
    *out = judgements;
    return WK_OK;
}

/* All hold the claims of the suite, in its order: their suites have the same text. */
static void fold(const wk_judged *judged, wk_judgement *judgements, wk_arena *arena) {
    for (size_t i = 0; i < judged->njudgements; i++)
        for (size_t c = 0; c < judged->nconfirmations; c++)
            wk_claim_confirm(&judgements[i], &judged->confirmations[c].judgements[i],
                             judged->confirmations[c].seed, arena);
}

wk_status wk_study_judge(wk_study *study, wk_arena *arena, wk_error *err) {
    wk_judgement *own = NULL;
    wk_confirmation *all = wk_arena_get(arena, study->nothers, sizeof *all);
    WK_TRY(judge_claims(study, arena, &own, err));
    for (size_t i = 0; i < study->nothers; i++) {
        wk_judgement *judgements = NULL;
        const uint64_t seed = study->others[i]->opened.seed;
        if (judge_claims(study->others[i], arena, &judgements, err) != WK_OK)
            return wk_fail_within(err, "confirmation with seed %" PRIu64, seed);
        all[i] = (wk_confirmation){seed, judgements};
    }
    study->judged.confirmations = all;
    study->judged.nconfirmations = study->nothers;
    fold(&study->judged, own, arena);
    return WK_OK;
}
