/* Verdicts: their names, and the exit code that they ask for. */
#include "claim/claim.h"

#include <string.h>

const char *wk_verdict_name(wk_verdict verdict) {
    static const char *const names[] = {
        [WK_PASS] = "pass",   [WK_FAIL] = "fail",       [WK_INCONCLUSIVE] = "inconclusive",
        [WK_ERROR] = "error", [WK_VACUOUS] = "vacuous",
    };
    WK_ASSERT((size_t)verdict < sizeof names / sizeof *names);
    return names[verdict];
}

wk_origin wk_origin_read(const char *source, const char **who) {
    static const char related[] = "related:";
    *who = source;
    if (strcmp(source, "abstract") == 0)
        return WK_FROM_ABSTRACT;
    if (strcmp(source, "derived") == 0)
        return WK_FROM_DERIVED;
    if (strncmp(source, related, sizeof related - 1) != 0)
        return WK_FROM_ELSEWHERE;
    *who += sizeof related - 1;
    return WK_FROM_RELATED;
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
