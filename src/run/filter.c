/* Tells which cells and claims a filter matches. */
#include "run/filter.h"

#include "base/text.h"

bool wk_filter_claim_takes(const wk_claim *claim, const wk_row *cell) {
    for (size_t i = 0; i < claim->nverdicts; i++)
        if (wk_filter_claim_takes(claim->verdicts[i], cell))
            return true;
    return wk_selection_has(&claim->claim.from, cell) ||
           wk_selection_has(&claim->control.from, cell);
}

bool wk_filter_takes(const wk_opened *opened, const char *filter, const wk_row *cell) {
    if (!filter || wk_text_match(filter, cell->experiment))
        return true;
    for (size_t i = 0; i < opened->nclaims; i++)
        if (wk_text_match(filter, opened->claims[i].id) &&
            wk_filter_claim_takes(&opened->claims[i], cell))
            return true;
    return false;
}

wk_status wk_filter_check(const wk_opened *opened, const char *filter, wk_error *err) {
    if (!filter)
        return WK_OK;
    const wk_plan *plan = &opened->plan;
    for (size_t i = 0; i < plan->n; i++)
        if (wk_text_match(filter, plan->experiments[i].name))
            return WK_OK;
    for (size_t i = 0; i < opened->nclaims; i++)
        if (wk_text_match(filter, opened->claims[i].id))
            return WK_OK;
    return wk_fail(err, WK_BAD_INPUT, "--filter:1:1: '%s' matches no experiment and no claim",
                   filter);
}
