/* `from` and `where` of the suite → selections, checked against the cells that there will be. */
#ifndef WK_STUDY_SELECT_H
#define WK_STUDY_SELECT_H

#include "claim/claim.h"
#include "study/plan.h"

/* What is written below the node `from`. WK_BAD_INPUT at the name or the condition that no cell
 * meets. */
wk_status wk_select_from(const wk_plan *plan, const wk_selection *selection, const wk_node *from,
                         wk_error *err) WK_CHECKED;

/* The experiment of that name. WK_BAD_INPUT at `at`, with the nearest name. */
wk_status wk_select_experiment(const wk_plan *plan, const wk_node *at, const char *name,
                               wk_error *err) WK_CHECKED;

/* Is there a cell of the selection? If not, WK_BAD_INPUT at `at` says which condition is to blame:
 * an unknown parameter (with the nearest) or a value that none has. */
wk_status wk_select_check(const wk_plan *plan, const wk_selection *selection, const wk_node *at,
                          wk_error *err) WK_CHECKED;

/* *which of claims[0..n) the scalar `at` names. WK_BAD_INPUT there, with the nearest name. */
wk_status wk_select_claim(const wk_claim *claims, size_t n, const wk_node *at, size_t *which,
                          wk_error *err) WK_CHECKED;

/* Has the experiment such a parameter? WK_BAD_INPUT at `at`, with the nearest. */
wk_status wk_select_param(const wk_plan *plan, const char *experiment, const char *param,
                          const wk_node *at, wk_error *err) WK_CHECKED;

/* Is it a metric's name? WK_BAD_INPUT at `at`, with the nearest. */
wk_status wk_select_metric(const char *metric, const wk_node *at, wk_error *err) WK_CHECKED;

#endif
