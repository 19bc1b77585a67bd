#include "cli/facts.h"

#include "base/text.h"
#include "run/environment.h"
#include "run/numerics.h"

#include <stdlib.h>
#include <string.h>

/* In the order in which a report shows them. */
static const struct {
    const char *key;
    bool number;
} known[] = {
    {"cpu", false},
    {"cores", true},
    {"os", false},
    {"compiler", false},
    {"kernels", false},
    {"blas.name", false},
    {"blas.version", false},
    {"blas.path", false},
    {"blas.lapack_path", false},
    {"blas.corename", false},
    {"blas.threads", true},
    {"blas.effective_threads", true},
    {"blas.gemm_gflops", true},
    {"blas.fingerprint", false},
};
enum { KNOWN = sizeof known / sizeof *known };

static wk_status put(wk_store *store, const char *key, const char *text, wk_error *err) {
    char name[128];
    snprintf(name, sizeof name, "environment.%s", key);
    return text ? wk_store_put(store, name, text, err) : WK_CANNOT;
}

static wk_status put_number(wk_store *store, const char *key, double value, wk_error *err) {
    char digits[32];
    return put(store, key, wk_text_format(value, digits), err);
}

/* Three digits are what a timing is worth. */
static double rounded(double value) {
    char digits[32];
    snprintf(digits, sizeof digits, "%.3g", value);
    return strtod(digits, NULL);
}

wk_status wk_facts_save(wk_store *store, const wk_probe *probe, size_t cores, wk_arena *arena,
                        wk_error *err) {
    WK_TRY(wk_store_put(store, "program.version", wk_version, err));
    WK_TRY(wk_store_put(store, "program.commit", wk_commit, err));
    WK_TRY(wk_store_put(store, "program.numerics", wk_numerics, err));
    WK_TRY(put(store, "cpu", wk_environment_cpu(arena, err), err));
    WK_TRY(put_number(store, "cores", (double)cores, err));
    WK_TRY(put(store, "os", wk_environment_os(arena, err), err));
    WK_TRY(put(store, "compiler", wk_environment_compiler(), err));
    WK_TRY(put(store, "kernels", probe->isa, err));
    WK_TRY(put(store, "blas.name", probe->blas_name, err));
    WK_TRY(put(store, "blas.version", probe->blas_version, err));
    WK_TRY(put(store, "blas.path", probe->blas_path, err));
    WK_TRY(put(store, "blas.lapack_path", probe->lapack_path, err));
    WK_TRY(put(store, "blas.corename", probe->core, err));
    WK_TRY(put_number(store, "blas.threads", 1, err));
    WK_TRY(put_number(store, "blas.effective_threads", rounded(probe->blas_threads), err));
    WK_TRY(put_number(store, "blas.gemm_gflops", rounded(probe->gemm_gflops), err));
    return put(store, "blas.fingerprint", probe->fingerprint, err);
}

/* A fact that is not there has been lost: all are put at once. */
static wk_status get(wk_store *store, const char *key, const char **text, wk_arena *arena,
                     wk_error *err) {
    WK_TRY(wk_store_get(store, key, text, arena, err));
    if (!*text)
        return wk_fail(err, WK_CANNOT, "store: '%s' is missing; run again to write it anew", key);
    return WK_OK;
}

wk_status wk_facts_load(wk_store *store, wk_report *report, wk_arena *arena, wk_error *err) {
    WK_TRY(get(store, "program.version", &report->version, arena, err));
    WK_TRY(get(store, "program.commit", &report->commit, arena, err));
    WK_TRY(get(store, "program.numerics", &report->numerics, arena, err));
    report->dirty = strstr(report->commit, "-dirty") != NULL;
    wk_fact *facts = wk_arena_get(arena, KNOWN, sizeof *facts, err);
    if (!facts)
        return WK_CANNOT;
    for (size_t i = 0; i < KNOWN; i++) {
        char name[128];
        const char *text = NULL;
        snprintf(name, sizeof name, "environment.%s", known[i].key);
        WK_TRY(get(store, name, &text, arena, err));
        facts[report->nenvironment++] = (wk_fact){known[i].key, text, known[i].number};
        if (strcmp(known[i].key, "blas.gemm_gflops") == 0)
            report->gemm_gflops = strtod(text, NULL);
        if (strcmp(known[i].key, "cores") == 0)
            report->core_count = (size_t)strtoul(text, NULL, 10);
    }
    report->environment = facts;
    return WK_OK;
}
