/* Export: the form of Google Benchmark. */
#include "report/export.h"

#include "base/json.h"
#include "table/stages.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void member(FILE *out, const char *name, const char *text) {
    fprintf(out, "\"%s\":", name);
    wk_json_text(out, text ? text : "");
}

static const char *fact(const wk_judged *report, const char *key) {
    for (size_t i = 0; i < report->nenvironment; i++)
        if (strcmp(report->environment[i].key, key) == 0)
            return report->environment[i].text;
    return "";
}

static void context(const wk_judged *report, FILE *out) {
    fputs("{\"context\":{", out);
    member(out, "executable", "widecheck");
    fprintf(out, ",\"num_cpus\":%zu,\"caches\":[],", report->core_count);
    member(out, "cpu", fact(report, "cpu"));
    fputc(',', out);
    member(out, "compiler", fact(report, "compiler"));
    fputc(',', out);
    member(out, "blas", fact(report, "blas.version"));
    fputc(',', out);
    member(out, "version", report->version);
    fputc(',', out);
    member(out, "commit", report->commit);
    fputc(',', out);
    member(out, "suite", report->suite_path);
    fputs("},\n\"benchmarks\":[", out);
}

/* Only a cell that was measured has a time; one that was killed has none. */
static bool timed(const wk_row *row, const char *experiment, const char *stage, double *wall,
                  double *cpu) {
    return (row->result.end == WK_END_OK || row->result.end == WK_END_DIVERGED) &&
           strcmp(row->experiment, experiment) == 0 && wk_row_stage_time(row, stage, wall, cpu) &&
           isfinite(*wall) && isfinite(*cpu);
}

static void milliseconds(FILE *out, const char *name, double seconds) {
    fprintf(out, ",\"%s\":", name);
    wk_json_real(out, 1e3 * seconds);
}

static void family(const wk_judged *report, size_t index, const char *experiment, const char *stage,
                   const char *name, bool *any, FILE *out) {
    const wk_table *table = report->table;
    size_t repetitions = 0, repetition = 0;
    double wall = 0, cpu = 0;
    for (size_t i = 0; i < table->n; i++)
        repetitions += timed(&table->rows[i], experiment, stage, &wall, &cpu);
    for (size_t i = 0; i < table->n; i++) {
        if (!timed(&table->rows[i], experiment, stage, &wall, &cpu))
            continue;
        fputs(*any ? ",\n {" : "\n {", out);
        *any = true;
        member(out, "name", name);
        fprintf(out, ",\"family_index\":%zu,\"per_family_instance_index\":0,", index);
        member(out, "run_name", name);
        fprintf(out,
                ",\"run_type\":\"iteration\",\"repetitions\":%zu,\"repetition_index\":%zu,"
                "\"threads\":1,\"iterations\":1",
                repetitions, repetition++);
        milliseconds(out, "real_time", wall);
        milliseconds(out, "cpu_time", cpu);
        fputs(",\"time_unit\":\"ms\",", out);
        member(out, "cell", table->rows[i].id);
        fputc('}', out);
    }
}

static bool is_first(const wk_table *table, size_t i) {
    for (size_t k = 0; k < i; k++)
        if (strcmp(table->rows[k].experiment, table->rows[i].experiment) == 0)
            return false;
    return true;
}

static void families(const wk_judged *report, wk_arena *arena, FILE *out) {
    size_t index = 0;
    bool any = false;
    for (size_t i = 0; i < report->table->n; i++) {
        const wk_selection own = {.experiment = report->table->rows[i].experiment};
        wk_stage_sum *sums = NULL;
        size_t n = 0;
        if (!is_first(report->table, i))
            continue;
        wk_stages_sum(report->table, &own, 0, arena, &sums, &n);
        for (size_t s = 0; s < n; s++) {
            const char *name = wk_arena_printf(arena, "%s/%s", own.experiment, sums[s].name);
            family(report, index++, own.experiment, sums[s].name, name, &any, out);
        }
    }
}

wk_status wk_export_gbench(const wk_judged *report, const wk_export_options *options, FILE *out,
                           wk_error *err) {
    (void)options;
    wk_arena arena = {0};
    context(report, out);
    families(report, &arena, out);
    wk_arena_release(&arena);
    fputs("]}\n", out);
    return ferror(out) ? wk_fail(err, WK_CANNOT, "cannot write the benchmark: %s", strerror(errno))
                       : WK_OK;
}
