/* The `claims` and `families` of a suite → claim/claim.h. */
#ifndef WK_STUDY_CLAIMS_H
#define WK_STUDY_CLAIMS_H

#include "claim/claim.h"
#include "study/plan.h"

/* nodes: where each claim stands. WK_BAD_INPUT for what cannot be judged: unknown experiment,
 * metric or parameter, conditions that no cell meets, not exactly one rule, a statistic without
 * what it needs, a control that is the claim itself, a family of a claim that there is not. */
wk_status wk_claims_make(const wk_plan *plan, wk_arena *arena, const wk_claim **claims,
                         const wk_node *const **nodes, size_t *n, wk_error *err) WK_CHECKED;

#endif
