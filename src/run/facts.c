/* Saves and loads the facts of a run: program, machine, libraries. */
#include "run/facts.h"

#include "base/text.h"
#include "run/environment.h"
#include "study/numerics.h"

#include <stdio.h>
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

/* ---- the backends that cells name: a line each, fields between tabs ---- */

enum { FIELDS = 15 };

/* A text that a library says of itself may hold anything. */
static const char *plain(const char *text, wk_arena *arena) {
    char *copy = wk_arena_text(arena, text ? text : "");
    for (char *p = copy; p && *p; p++)
        if ((unsigned char)*p < ' ')
            *p = ' ';
    return copy;
}

static wk_status save_backends(wk_store *store, const wk_fleet *fleet, wk_arena *arena,
                               wk_error *err) {
    const char *all = "";
    for (size_t i = 1; i < fleet->n; i++) {
        const wk_fleet_member *m = &fleet->all[i];
        const wk_probe *p = &m->probe;
        char threads[32], effective[32], gflops[32];
        wk_text_format((double)m->threads, threads);
        wk_text_format(rounded(p->blas_threads), effective);
        wk_text_format(rounded(p->gemm_wall_gflops), gflops);
        const char *const fields[FIELDS] = {m->name ? m->name : "",
                                            m->coretype,
                                            threads,
                                            p->blas_name,
                                            p->blas_version,
                                            p->blas_path,
                                            m->hash.hex,
                                            p->lapack_path,
                                            m->backend ? m->backend->provider : "own",
                                            p->core,
                                            p->threading,
                                            effective,
                                            gflops,
                                            m->trouble,
                                            m->backend ? m->backend->option : ""};
        for (size_t f = 0; f < FIELDS; f++) {
            const char *field = plain(fields[f], arena);
            all = field ? wk_arena_printf(arena, "%s%s%s", all, field, f + 1 < FIELDS ? "\t" : "\n")
                        : NULL;
        }
    }
    return put(store, "backends", all, err);
}

/* Splits a line in place; false if it has not so many fields. */
static bool split_fields(char *line, const char *fields[FIELDS]) {
    for (size_t f = 0; f < FIELDS; f++) {
        fields[f] = line;
        char *end = strchr(line, f + 1 < FIELDS ? '\t' : '\n');
        if (!end)
            return false;
        *end = '\0';
        line = end + 1;
    }
    return true;
}

/* A store of before there were any has none. */
static wk_status load_backends(wk_store *store, wk_judged *report, wk_arena *arena, wk_error *err) {
    const char *text = NULL;
    WK_TRY(wk_store_get(store, "environment.backends", &text, arena, err));
    size_t n = 0;
    for (const char *p = text; p && *p; p++)
        n += *p == '\n';
    wk_blas_identity *all = wk_arena_get(arena, n, sizeof *all);
    char *line = wk_arena_text(arena, text ? text : "");
    for (size_t i = 0; i < n; i++) {
        const char *f[FIELDS];
        char *next = strchr(line, '\n') + 1;
        if (!split_fields(line, f))
            return wk_fail(err, WK_CANNOT, "store: 'environment.backends' cannot be read");
        all[i] = (wk_blas_identity){.name = f[0],
                                    .coretype = f[1],
                                    .threads = (size_t)strtoul(f[2], NULL, 10),
                                    .library = f[3],
                                    .version = f[4],
                                    .path = f[5],
                                    .sha256 = f[6],
                                    .lapack_path = f[7],
                                    .provider = f[8],
                                    .core = f[9],
                                    .threading = f[10],
                                    .effective_threads = strtod(f[11], NULL),
                                    .gemm_gflops = strtod(f[12], NULL),
                                    .trouble = f[13],
                                    .option = f[14]};
        line = next;
    }
    report->backends = all;
    report->nbackends = n;
    return WK_OK;
}

wk_status wk_facts_save(wk_store *store, const wk_fleet *fleet, size_t cores, wk_arena *arena,
                        wk_error *err) {
    const wk_probe *probe = &fleet->all[0].probe;
    WK_TRY(wk_store_put(store, "program.version", wk_version, err));
    WK_TRY(wk_store_put(store, "program.commit", wk_commit, err));
    WK_TRY(wk_store_put(store, "program.dirty", wk_dirty ? "true" : "false", err));
    WK_TRY(wk_store_put(store, "program.numerics", wk_numerics, err));
    WK_TRY(put(store, "cpu", wk_environment_cpu(arena), err));
    WK_TRY(put_number(store, "cores", (double)cores, err));
    WK_TRY(put(store, "os", wk_environment_os(arena), err));
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
    WK_TRY(put(store, "blas.fingerprint", probe->fingerprint, err));
    return save_backends(store, fleet, arena, err);
}

/* A fact that is not there has been lost: all are put at once. */
static wk_status get(wk_store *store, const char *key, const char **text, wk_arena *arena,
                     wk_error *err) {
    WK_TRY(wk_store_get(store, key, text, arena, err));
    if (!*text)
        return wk_fail(err, WK_CANNOT, "store: '%s' is missing; run again to write it anew", key);
    return WK_OK;
}

wk_status wk_facts_load(wk_store *store, wk_judged *report, wk_arena *arena, wk_error *err) {
    const char *dirty = NULL;
    WK_TRY(get(store, "program.version", &report->version, arena, err));
    WK_TRY(get(store, "program.commit", &report->commit, arena, err));
    WK_TRY(get(store, "program.numerics", &report->numerics, arena, err));
    WK_TRY(wk_store_get(store, "program.dirty", &dirty, arena, err));
    report->dirty = dirty ? strcmp(dirty, "true") == 0 : wk_store_old_dirty(report->commit);
    wk_fact *facts = wk_arena_get(arena, KNOWN, sizeof *facts);
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
    return load_backends(store, report, arena, err);
}
