/* Export: the form of Google Benchmark.
 *
 * The JSON of Google Benchmark, with the keys that its compare.py reads. A family is a
 * stage of an experiment, "EXPERIMENT/STAGE"; its repetitions are the measured cells, in the plan's
 * order, so that those of two runs stand side by side. Milliseconds. */
#include "report/export.h"

#include "base/json.h"
#include "table/stages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void context(const wk_judged *report, wk_json *json) {
    wk_json_object(json, "context");
    wk_json_text(json, "executable", "widecheck");
    wk_json_count(json, "num_cpus", report->core_count);
    wk_json_reals(json, "caches", NULL, 0);
    wk_json_text(json, "cpu", wk_judged_fact(report, "cpu"));
    wk_json_text(json, "compiler", wk_judged_fact(report, "compiler"));
    wk_json_text(json, "blas", wk_judged_fact(report, "blas.version"));
    wk_json_text(json, "version", report->version);
    wk_json_text(json, "commit", report->commit);
    wk_json_text(json, "suite", report->suite_path);
    wk_json_end(json);
}

/* Only a cell that was measured has a time; one that was killed has none. */
static bool timed(const wk_row *row, const char *experiment, const char *stage, double *wall,
                  double *cpu) {
    return wk_end_has_metrics(row->result.end) && strcmp(row->experiment, experiment) == 0 &&
           wk_row_stage_time(row, stage, wall, cpu) && isfinite(*wall) && isfinite(*cpu);
}

static void family(const wk_judged *report, size_t index, const char *experiment, const char *stage,
                   const char *name, wk_json *json) {
    const wk_table *table = report->table;
    size_t repetitions = 0, repetition = 0;
    double wall = 0, cpu = 0;
    for (size_t i = 0; i < table->n; i++)
        repetitions += timed(&table->rows[i], experiment, stage, &wall, &cpu);
    for (size_t i = 0; i < table->n; i++) {
        if (!timed(&table->rows[i], experiment, stage, &wall, &cpu))
            continue;
        wk_json_row(json, 1);
        wk_json_text(json, "name", name);
        wk_json_count(json, "family_index", index);
        wk_json_count(json, "per_family_instance_index", 0);
        wk_json_text(json, "run_name", name);
        wk_json_text(json, "run_type", "iteration");
        wk_json_count(json, "repetitions", repetitions);
        wk_json_count(json, "repetition_index", repetition++);
        wk_json_count(json, "threads", 1);
        wk_json_count(json, "iterations", 1);
        wk_json_real(json, "real_time", 1e3 * wall);
        wk_json_real(json, "cpu_time", 1e3 * cpu);
        wk_json_text(json, "time_unit", "ms");
        wk_json_text(json, "cell", table->rows[i].id);
        wk_json_end(json);
    }
}

static bool is_first(const wk_table *table, size_t i) {
    for (size_t k = 0; k < i; k++)
        if (strcmp(table->rows[k].experiment, table->rows[i].experiment) == 0)
            return false;
    return true;
}

static void families(const wk_judged *report, wk_arena *arena, wk_json *json) {
    size_t index = 0;
    for (size_t i = 0; i < report->table->n; i++) {
        const wk_selection own = {.experiment = report->table->rows[i].experiment};
        wk_stage_sum *sums = NULL;
        size_t n = 0;
        if (!is_first(report->table, i))
            continue;
        wk_stages_sum(report->table, &own, 0, arena, &sums, &n);
        for (size_t s = 0; s < n; s++) {
            const char *name = wk_arena_printf(arena, "%s/%s", own.experiment, sums[s].name);
            family(report, index++, own.experiment, sums[s].name, name, json);
        }
    }
}

static void write_gbench(const wk_judged *report, const wk_export_options *options, FILE *out,
                         wk_arena *arena) {
    (void)options;
    wk_json json = {.out = out};
    wk_json_object(&json, NULL);
    context(report, &json);
    wk_json_line(&json, 0);
    wk_json_array(&json, "benchmarks");
    families(report, arena, &json);
    wk_json_end(&json);
    wk_json_end(&json);
}

const wk_exporter wk_export_gbench = {"gbench",
                                      "stage times as Google Benchmark JSON, for its compare.py",
                                      "benchmark", write_gbench};
