/* For the tests of compare: results.json files, made to measure, and their comparison. Everything
 * lives in one arena, which `reset` empties before each test. */
#ifndef WK_TESTS_RESULTS_DOCUMENT_H
#define WK_TESTS_RESULTS_DOCUMENT_H

#include "compare/compare.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- a results.json, made to measure ---- */

enum { WIDTHS = 4, SEEDS = 10, CELLS = WIDTHS * SEEDS };

typedef struct document {
    const char *numerics, *fingerprint, *cpu, *verdict, *id, *extra; /* extra: more parameters */
    int planted;  /* cell whose metrics are planted; -1: none */
    double loss;  /* factor on all its losses */
    double shift; /* added to the second of its losses */
    double events, sign, rounding;
    const char *status; /* of that cell */
    bool without;       /* that cell is not there */
    double train, all;  /* factor on the time of one stage, of all stages */
    double wall;        /* factor on wall time alone: a busy machine */
    double noise;       /* relative, of each time */
    uint64_t stream;    /* of the noise */
} document;

static const document plain = {.numerics = "n1",
                               .fingerprint = "f1",
                               .cpu = "EPYC",
                               .verdict = "pass",
                               .id = "a",
                               .extra = "",
                               .planted = -1,
                               .loss = 1,
                               .events = 12,
                               .sign = 1,
                               .rounding = 3e-16,
                               .status = "ok",
                               .train = 1,
                               .all = 1,
                               .wall = 1.01};

/* SplitMix64, to a number that is about normal. */
static inline double normal(uint64_t *state) {
    double sum = -6;
    for (int i = 0; i < 12; i++) {
        uint64_t z = *state += 0x9E3779B97F4A7C15u;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
        z = (z ^ z >> 27) * 0x94D049BB133111EBu;
        sum += (double)((z ^ z >> 31) >> 11) * 0x1p-53;
    }
    return sum;
}

static inline void write_stages(const document *d, double base, uint64_t *state, FILE *out) {
    static const char *const names[] = {"train", "ntk", "init"};
    for (int k = 0; k < 3; k++) {
        const double cpu =
            base * (k + 1) * d->all * (k ? 1 : d->train) * exp(d->noise * normal(state));
        fprintf(out, "%s{\"name\":\"%s\",\"wall_s\":%.17g,\"cpu_s\":%.17g,\"flops\":1}",
                k ? "," : "", names[k], cpu * d->wall, cpu);
    }
}

static inline void write_cell(const document *d, int i, uint64_t *state, FILE *out) {
    const bool here = i == d->planted;
    const bool measured =
        !here || strcmp(d->status, "ok") == 0 || strcmp(d->status, "diverged") == 0;
    const int width = 64 << (i / SEEDS);
    const double loss = here ? d->loss : 1, sign = here ? d->sign : 1;
    fprintf(out,
            "%s{\"id\":\"%s%d\",\"experiment\":\"e\",\"params\":{\"model.width\":%d%s},\"seed\":%d,"
            "\"status\":\"%s\",\"reason\":\"%s\",\"metrics\":{",
            i ? ",\n" : "\n", d->id, i, width, d->extra, 1 + i % SEEDS, here ? d->status : "ok",
            measured ? "not finite: endless: 2 inf" : "it is gone");
    if (measured) {
        fprintf(out,
                "\"loss\":{\"t\":[0,1,2],\"value\":[%.17g,%.17g,%.17g]},"
                "\"endless\":{\"t\":[0,1],\"value\":[null,null]},",
                -0.3 * loss, 1e-3 * loss / width + (here ? d->shift : 0), 0.1 * loss * (i + 1));
        fprintf(out,
                "\"events\":{\"t\":[8],\"value\":[%.17g]},"
                "\"vector\":{\"i\":[0,1],\"value\":[%.17g,%.17g]},"
                "\"residue\":{\"t\":[8],\"value\":[%.17g]}",
                here ? d->events : 12, 0.6 * sign, -0.8 * sign, here ? d->rounding : 3e-16);
    }
    fputs("},\"stages\":[", out);
    if (measured)
        write_stages(d, 4e-3 * width / 64, state, out);
    fputs("]}", out);
}

static inline char *written(const document *d) {
    static char *text; /* static: gcc 12 takes what open_memstream gives for the variable itself */
    static size_t length;
    uint64_t state = d->stream;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    fprintf(out,
            "{\"schema\":1,\"program\":{\"version\":\"0\",\"commit\":\"c\",\"dirty\":false,"
            "\"numerics\":\"%s\"},\"suite\":{\"path\":\"s\",\"sha256\":\"0\",\"title\":\"T\"},"
            "\"environment\":{\"cpu\":\"%s\",\"cores\":2,\"blas\":{\"value\":\"b\",\"threads\":1,"
            "\"fingerprint\":\"%s\"}},\n\"claims\":[{\"id\":\"holds\",\"statement\":\"S\","
            "\"reason\":\"why | so\",\"verdict\":\"%s\"}],\n\"cells\":[",
            d->numerics, d->cpu, d->fingerprint, d->verdict);
    bool first = true;
    for (int i = 0; i < CELLS; i++) {
        if (i == d->planted && d->without)
            continue;
        if (i && first)
            fail_msg("the first cell must be there");
        first = false;
        write_cell(d, i, &state, out);
    }
    fputs("],\n\"stages\":[]}\n", out);
    fclose(out);
    return text;
}

/* ---- compared ---- */

static wk_arena arena;
static const wk_metric metrics[] = {{"loss", "", "", .replay = WK_REPLAY_SMOOTH},
                                    {"events", "", "", .replay = WK_REPLAY_EVENT},
                                    {"vector", "", "", .replay = WK_REPLAY_SIGN},
                                    {"residue", "", "", .replay = WK_REPLAY_ROUNDING}};
static wk_compare_options options;

static inline int reset(void **state) {
    (void)state;
    wk_arena_release(&arena);
    options = (wk_compare_options){.tolerance = WK_COMPARE_TOLERANCE,
                                   .time_tolerance = WK_COMPARE_TIME_TOLERANCE,
                                   .metrics = metrics,
                                   .nmetrics = sizeof metrics / sizeof *metrics};
    return 0;
}

static inline wk_results *parsed(const document *d, const char *name) {
    wk_error err = {0};
    wk_results *results = wk_arena_get(&arena, 1, sizeof *results);
    char *text = written(d);
    assert_non_null(results);
    if (wk_results_parse(name, text, strlen(text), &arena, results, &err) != WK_OK)
        fail_msg("%s", err.message);
    free(text);
    return results;
}

static inline wk_comparison compared(const document *base, const document *now) {
    wk_error err = {0};
    wk_comparison found;
    if (wk_compare(parsed(base, "BASE"), parsed(now, "NEW"), &options, &arena, &found, &err) !=
        WK_OK)
        fail_msg("%s", err.message);
    return found;
}

static inline size_t regressions(const document *now) {
    return compared(&plain, now).regressions;
}

/* The document with other numerics: compared numerically. */
static inline document elsewhere(void) {
    document d = plain;
    d.numerics = "n2";
    return d;
}

static inline document planted(document d) {
    d.planted = 7;
    return d;
}

#define T(name) cmocka_unit_test_setup_teardown(name, reset, reset)

#endif
