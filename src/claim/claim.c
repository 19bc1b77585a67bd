/* Verdicts: their names, and the exit code that they ask for. */
#include "claim/claim.h"

const char *wk_verdict_name(wk_verdict verdict) {
    static const char *const names[] = {
        [WK_PASS] = "pass",   [WK_FAIL] = "fail",       [WK_INCONCLUSIVE] = "inconclusive",
        [WK_ERROR] = "error", [WK_VACUOUS] = "vacuous",
    };
    WK_ASSERT((size_t)verdict < sizeof names / sizeof *names);
    return names[verdict];
}

int wk_verdict_exit_code(const wk_verdict *verdicts, size_t n) {
    bool has[WK_VACUOUS + 1] = {false};
    for (size_t i = 0; i < n; i++) {
        WK_ASSERT((size_t)verdicts[i] <= WK_VACUOUS);
        has[verdicts[i]] = true;
    }
    if (has[WK_FAIL] || has[WK_VACUOUS])
        return 1;
    return has[WK_ERROR] ? 3 : has[WK_INCONCLUSIVE] ? 4 : 0;
}
