/* Writes the environment of a run: the fact "blas.path" becomes {"blas":{"path":…}}. */
#include "base/text.h"
#include "results/write.h"

#include <string.h>

/* The length of the next step of a key below prefix[0..length), or 0 if the key is not below it. */
static size_t step_of(const char *fact, const char *prefix, size_t length) {
    if (strncmp(fact, prefix, length) != 0)
        return 0;
    return strcspn(fact + length, ".");
}

static bool seen_before(const wk_fact *facts, size_t i, size_t length, size_t step) {
    for (size_t j = 0; j < i; j++)
        if (strncmp(facts[j].key, facts[i].key, length) == 0 &&
            step_of(facts[j].key, facts[i].key, length) == step &&
            strncmp(facts[j].key + length, facts[i].key + length, step) == 0)
            return true;
    return false;
}

/* The key of a fact further down than facts[i] at that step, or NULL. */
static const char *key_below(const wk_fact *facts, size_t n, size_t i, size_t end) {
    for (size_t j = 0; j < n; j++)
        if (strncmp(facts[j].key, facts[i].key, end) == 0 && facts[j].key[end] == '.')
            return facts[j].key;
    return NULL;
}

/* The fact whose key is exactly prefix[0..length), or NULL. */
static const wk_fact *fact_at(const wk_fact *facts, size_t n, const char *prefix, size_t length) {
    for (size_t j = 0; j < n; j++)
        if (strlen(facts[j].key) == length && strncmp(facts[j].key, prefix, length) == 0)
            return &facts[j];
    return NULL;
}

static void fact_value(wk_json *json, const char *name, const wk_fact *fact) {
    double value = 0;
    if (fact->number && wk_text_real(fact->text, &value))
        wk_json_real(json, name, value);
    else
        wk_json_text(json, name, fact->text);
}

enum { DEEPEST = 16 };

static void level_of(wk_json *json, const char *member, const wk_fact *facts, size_t n,
                     const char *prefix, size_t length, int depth) {
    wk_json_object(json, member);
    const wk_fact *own = length ? fact_at(facts, n, prefix, length - 1) : NULL;
    if (own) /* "blas" beside "blas.path": a value cannot also be an object */
        fact_value(json, "value", own);
    for (size_t i = 0; i < n; i++) {
        const size_t step = step_of(facts[i].key, prefix, length);
        if (strncmp(facts[i].key, prefix, length) != 0 || seen_before(facts, i, length, step))
            continue;
        const size_t end = length + step;
        const char *below = depth < DEEPEST ? key_below(facts, n, i, end) : NULL;
        char name[256];
        snprintf(name, sizeof name, "%.*s", (int)step, facts[i].key + length);
        if (below)
            level_of(json, name, facts, n, below, end + 1, depth + 1);
        else
            fact_value(json, name, &facts[i]);
    }
    wk_json_end(json);
}

void wk_results_environment(const wk_fact *facts, size_t n, wk_json *json) {
    level_of(json, "environment", facts, n, "", 0, 0);
}
