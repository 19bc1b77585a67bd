/* Saves and loads the facts of a run: program, machine, libraries. */
#include "run/facts.h"

#include "base/heap.h"
#include "run/environment.h"
#include "study/numerics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the order in which a report shows them. */
typedef struct environment {
    const char *cpu, *os, *compiler;
    size_t cores;
    wk_blas_identity blas; /* of cells that name none */
} environment;

static const wk_field known[] = {
    {"cpu", WK_TEXT, offsetof(environment, cpu)},
    {"cores", WK_INTEGER, offsetof(environment, cores)},
    {"os", WK_TEXT, offsetof(environment, os)},
    {"compiler", WK_TEXT, offsetof(environment, compiler)},
    {"kernels", WK_TEXT, offsetof(environment, blas.isa)},
    {"blas.name", WK_TEXT, offsetof(environment, blas.library)},
    {"blas.version", WK_TEXT, offsetof(environment, blas.version)},
    {"blas.path", WK_TEXT, offsetof(environment, blas.path)},
    {"blas.lapack_path", WK_TEXT, offsetof(environment, blas.lapack_path)},
    {"blas.corename", WK_TEXT, offsetof(environment, blas.core)},
    {"blas.threads", WK_INTEGER, offsetof(environment, blas.threads)},
    {"blas.effective_threads", WK_REAL, offsetof(environment, blas.effective_threads)},
    {"blas.gemm_gflops", WK_REAL, offsetof(environment, blas.core_gflops)},
    {"blas.fingerprint", WK_TEXT, offsetof(environment, blas.fingerprint)},
};
enum { KNOWN = sizeof known / sizeof *known };

static const char *name_of(const wk_field *field, char name[64]) {
    snprintf(name, 64, "environment.%s", field->name);
    return name;
}

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

/* ---- the backends that cells name: a line each, fields between tabs ---- */

/* A text that a library says of itself may hold anything. */
static void print_plain(FILE *out, const char *text) {
    for (const char *p = text; *p; p++)
        fputc((unsigned char)*p < ' ' ? ' ' : *p, out);
}

static wk_status save_backends(wk_store *store, const wk_fleet *fleet, wk_error *err) {
    char *lines = NULL, room[32];
    size_t length = 0;
    FILE *out = wk_text_stream(&lines, &length);
    for (size_t i = 1; i < fleet->n; i++) {
        const wk_blas_identity blas = to_be_kept(&fleet->all[i]);
        for (size_t f = 0; f < WK_BLAS_KEPT; f++) {
            print_plain(out, wk_field_text(&wk_blas_kept[f], &blas, room));
            fputc(f + 1 < WK_BLAS_KEPT ? '\t' : '\n', out);
        }
    }
    fclose(out);
    const wk_status status = wk_store_put(store, "environment.backends", lines, err);
    free(lines);
    return status;
}

/* A store of before there were any has none. */
static wk_status load_backends(wk_store *store, wk_judged *report, wk_arena *arena, wk_error *err) {
    const char *text = NULL;
    WK_TRY(wk_store_get(store, "environment.backends", &text, arena, err));
    for (const char *p = text; p && *p; p++)
        report->nbackends += *p == '\n';
    wk_blas_identity *all = wk_arena_get(arena, report->nbackends, sizeof *all);
    char *next = wk_arena_text(arena, text ? text : "");
    for (size_t i = 0; i < report->nbackends * WK_BLAS_KEPT; i++) {
        const size_t f = i % WK_BLAS_KEPT;
        char *end = next + strcspn(next, "\t\n");
        if (*end != (f + 1 < WK_BLAS_KEPT ? '\t' : '\n'))
            return wk_fail(err, WK_CANNOT, "store: 'environment.backends' cannot be read");
        *end = '\0';
        wk_field_parse(&wk_blas_kept[f], next, &all[i / WK_BLAS_KEPT]);
        next = end + 1;
    }
    report->backends = all;
    return WK_OK;
}

wk_status wk_facts_save(wk_store *store, const wk_fleet *fleet, size_t cores, wk_arena *arena,
                        wk_error *err) {
    const environment now = {.cpu = wk_environment_cpu(arena),
                             .os = wk_environment_os(arena),
                             .compiler = wk_environment_compiler(),
                             .cores = cores,
                             .blas = to_be_kept(&fleet->all[0])};
    char name[64], room[32];
    WK_TRY(wk_store_put(store, "program.version", wk_version, err));
    WK_TRY(wk_store_put(store, "program.commit", wk_commit, err));
    WK_TRY(wk_store_put(store, "program.dirty", wk_dirty ? "true" : "false", err));
    WK_TRY(wk_store_put(store, "program.numerics", wk_numerics, err));
    for (size_t i = 0; i < KNOWN; i++)
        WK_TRY(wk_store_put(store, name_of(&known[i], name), wk_field_text(&known[i], &now, room),
                            err));
    return save_backends(store, fleet, err);
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
    environment then = {0};
    wk_fact *facts = wk_arena_get(arena, KNOWN, sizeof *facts);
    for (size_t i = 0; i < KNOWN; i++) {
        char name[64];
        facts[i] = (wk_fact){.key = known[i].name, .number = known[i].type != WK_TEXT};
        WK_TRY(get(store, name_of(&known[i], name), &facts[i].text, arena, err));
        wk_field_parse(&known[i], facts[i].text, &then);
    }
    report->environment = facts;
    report->nenvironment = KNOWN;
    report->gemm_gflops = then.blas.core_gflops;
    report->core_count = then.cores;
    return load_backends(store, report, arena, err);
}
