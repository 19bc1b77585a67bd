/* Judging: from a claim and the table of a run to a verdict. What is claimed and what is found
 * stands in claim/claim.h. */
#ifndef WK_CLAIM_JUDGEMENT_H
#define WK_CLAIM_JUDGEMENT_H

#include "claim/claim.h"

/* Judges one claim. `level`: of each interval, e.g. 1 - alpha/m, in (0, 1). A claim without a
 * control (no tests in it) is an error: nothing shows that its tests could fail. Everything in *out
 * lives in `arena` and borrows from `claim` and `table`. What cannot be measured is a verdict. Each
 * test must be one that wk_test_check lets pass. */
void wk_claim_judge(const wk_claim *claim, const wk_table *table, double level, wk_arena *arena,
                    wk_judgement *out);

/* Judges a claim about verdicts, when the claims that it is about are among others[0..n): does any
 * of them, in parts that differ in nothing but `over`, get different verdicts? Its control counts
 * the claims whose own control ended otherwise than they did: if there is none, nothing shows that
 * a difference would have been seen. Memory as of wk_claim_judge. */
void wk_claim_judge_verdicts(const wk_claim *claim, const wk_judgement *others, size_t n,
                             wk_arena *arena, wk_judgement *out);

/* A claim that passes, or fails, with one base seed and not with another is inconclusive: folds
 * what `other`, the same claim on other seeds, says into `own`. An `other` that could not be
 * measured says nothing. */
void wk_claim_confirm(wk_judgement *own, const wk_judgement *other, uint64_t seed, wk_arena *arena);

#endif
