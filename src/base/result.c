/* The names of the ways in which a cell ends; rows of metrics by name. */
#include "base/result.h"

#include "base/error.h"

#include <string.h>

static const char *const ends[] = {
    [WK_END_OK] = "ok",           [WK_END_DIVERGED] = "diverged", [WK_END_TIMEOUT] = "timeout",
    [WK_END_MEMORY] = "memory",   [WK_END_CRASHED] = "crashed",   [WK_END_FAILED] = "failed",
    [WK_END_PENDING] = "pending",
};

const char *wk_end_name(wk_end end) {
    WK_ASSERT((size_t)end < sizeof ends / sizeof *ends);
    return ends[end];
}

bool wk_end_parse(const char *name, wk_end *end) {
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (strcmp(ends[i], name) == 0) {
            *end = (wk_end)i;
            return true;
        }
    return false;
}

bool wk_end_has_metrics(wk_end end) {
    return end == WK_END_OK || end == WK_END_DIVERGED;
}

const wk_metric *wk_metric_find(const wk_metric *metrics, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(metrics[i].name, name) == 0)
            return &metrics[i];
    return NULL;
}
