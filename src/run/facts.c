/* Saves and loads the facts of a run: program, machine, libraries. */
#include "run/facts.h"

#include "base/bind.h"
#include "run/environment.h"
#include "study/numerics.h"

#include <stdio.h>
#include <stdlib.h>

/* In the order in which a report shows them. */
typedef struct environment {
    const char *cpu, *os, *compiler;
    size_t cores;
    wk_blas_identity blas; /* of cells that name none */
} environment;

#define FACT(key, kind, field)                                                                     \
    { .name = key, .type = kind, .flags = WK_REQUIRED, .offset = offsetof(environment, field) }

static const wk_param known[] = {
    FACT("cpu", WK_TEXT, cpu),
    FACT("cores", WK_INTEGER, cores),
    FACT("os", WK_TEXT, os),
    FACT("compiler", WK_TEXT, compiler),
    FACT("kernels", WK_TEXT, blas.isa),
    FACT("blas.name", WK_TEXT, blas.library),
    FACT("blas.version", WK_TEXT, blas.version),
    FACT("blas.path", WK_TEXT, blas.path),
    FACT("blas.lapack_path", WK_TEXT, blas.lapack_path),
    FACT("blas.corename", WK_TEXT, blas.core),
    FACT("blas.threads", WK_INTEGER, blas.threads),
    FACT("blas.effective_threads", WK_REAL, blas.effective_threads),
    FACT("blas.gemm_gflops", WK_REAL, blas.core_gflops),
    FACT("blas.fingerprint", WK_TEXT, blas.fingerprint),
};
enum { KNOWN = sizeof known / sizeof *known };

static const char group[] = "environment", backends[] = "environment.backends";

/* Three digits are what a timing is worth. */
static double rounded(double value) {
    char digits[32];
    snprintf(digits, sizeof digits, "%.3g", value);
    return strtod(digits, NULL);
}

static wk_blas_identity to_be_kept(const wk_fleet_member *member) {
    wk_blas_identity blas = member->blas;
    blas.effective_threads = rounded(blas.effective_threads);
    blas.core_gflops = rounded(blas.core_gflops);
    blas.gemm_gflops = rounded(blas.gemm_gflops);
    return blas;
}

/* ---- into the store ---- */

static wk_status put_fields(wk_store *store, const char *prefix, const wk_param *rows, size_t n,
                            const void *from, wk_arena *arena, wk_error *err) {
    const wk_pair *pairs = wk_unbind_rows(rows, n, prefix, from, arena);
    for (size_t i = 0; i < n; i++)
        WK_TRY(wk_store_put(store, pairs[i].key, pairs[i].value, err));
    return WK_OK;
}

static const char *prefix_of(size_t backend, wk_arena *arena) {
    return wk_arena_printf(arena, "%s.%zu", backends, backend);
}

wk_status wk_facts_save(wk_store *store, const wk_fleet *fleet, size_t cores, wk_arena *arena,
                        wk_error *err) {
    const environment now = {.cpu = wk_environment_cpu(arena),
                             .os = wk_environment_os(arena),
                             .compiler = wk_environment_compiler(),
                             .cores = cores,
                             .blas = to_be_kept(&fleet->all[0])};
    WK_TRY(wk_store_drop(store, group, err)); /* there may be fewer backends now */
    WK_TRY(wk_store_put(store, "program.version", wk_value_text(wk_version), err));
    WK_TRY(wk_store_put(store, "program.commit", wk_value_text(wk_commit), err));
    WK_TRY(wk_store_put(store, "program.dirty", wk_value_truth(wk_dirty), err));
    WK_TRY(wk_store_put(store, "program.numerics", wk_value_text(wk_numerics), err));
    WK_TRY(put_fields(store, group, known, KNOWN, &now, arena, err));
    for (size_t i = 1; i < fleet->n; i++) {
        const wk_blas_identity blas = to_be_kept(&fleet->all[i]);
        WK_TRY(put_fields(store, prefix_of(i - 1, arena), wk_blas_kept, WK_BLAS_KEPT, &blas, arena,
                          err));
    }
    return WK_OK;
}

/* ---- out of the store ---- */

wk_status wk_facts_read(wk_store *store, wk_arena *arena, wk_bag *facts, wk_error *err) {
    WK_TRY(wk_store_facts(store, arena, facts, err));
    const wk_pair *dirty = wk_bag_pair(facts, "program.dirty");
    return dirty && dirty->value.kind == WK_KIND_TRUTH
               ? WK_OK
               : wk_store_old_facts(known, KNOWN, facts, arena, err);
}

wk_status wk_facts_text(const wk_bag *facts, const char *key, const char **text, wk_error *err) {
    *text = wk_bag_find(facts, key);
    return *text
               ? WK_OK
               : wk_fail(err, WK_CANNOT, "store: '%s' is missing; run again to write it anew", key);
}

/* A fact that is not there has been lost: all are put at once. */
static wk_status get_fields(const wk_bag *facts, const char *prefix, const wk_param *rows, size_t n,
                            void *to, wk_error *err) {
    wk_error why = {0};
    return wk_bind_rows(rows, n, prefix, facts, to, NULL, &why) == WK_OK
               ? WK_OK
               : wk_fail(err, WK_CANNOT, "store: %s; run again to write it anew", why.message);
}

static wk_status load_backends(const wk_bag *facts, wk_judged *report, wk_arena *arena,
                               wk_error *err) {
    while (wk_bind_any(facts, prefix_of(report->nbackends, arena)))
        report->nbackends++;
    wk_blas_identity *all = wk_arena_get(arena, report->nbackends, sizeof *all);
    report->backends = all;
    for (size_t i = 0; i < report->nbackends; i++)
        WK_TRY(get_fields(facts, prefix_of(i, arena), wk_blas_kept, WK_BLAS_KEPT, &all[i], err));
    return WK_OK;
}

wk_status wk_facts_load(const wk_bag *facts, wk_judged *report, wk_arena *arena, wk_error *err) {
    environment then = {0};
    WK_TRY(wk_facts_text(facts, "program.version", &report->version, err));
    WK_TRY(wk_facts_text(facts, "program.commit", &report->commit, err));
    WK_TRY(wk_facts_text(facts, "program.numerics", &report->numerics, err));
    WK_TRY(get_fields(facts, group, known, KNOWN, &then, err));
    report->dirty = wk_bag_pair(facts, "program.dirty")->value.truth;
    report->environment = wk_unbind_rows(known, KNOWN, "", &then, arena);
    report->nenvironment = KNOWN;
    report->gemm_gflops = then.blas.core_gflops;
    report->core_count = then.cores;
    return load_backends(facts, report, arena, err);
}
