/* The facts of a run, by name. */
#include "claim/judged.h"

#include <string.h>

const char *wk_fact_text(const wk_pair *facts, size_t n, const char *key) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(facts[i].key, key) == 0)
            return facts[i].value.text;
    return "";
}

const char *wk_judged_fact(const wk_judged *report, const char *key) {
    return wk_fact_text(report->environment, report->nenvironment, key);
}
