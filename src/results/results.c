/* Writes results.json (schema 1) as a stream, with one line per claim and per cell. */
#include "results/results.h"

#include "base/heap.h"
#include "base/json.h"
#include "base/text.h"
#include "blas/identity.h"
#include "claim/statistic.h"
#include "table/stages.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void bag(wk_json *json, const char *name, const wk_bag *values) {
    wk_json_object(json, name);
    for (size_t i = 0; i < values->n; i++)
        wk_json_value(json, values->pairs[i].key, &values->pairs[i].value);
    wk_json_end(json);
}

/* Claims */

/* A part's reason, and for people which of its numbers became null: "estimate is inf". */
static void part_reason(wk_json *json, const wk_part *part) {
    static const char *const names[] = {"estimate", "interval low", "interval high"};
    const double values[] = {part->estimate, part->low, part->high};
    const char *reason = part->reason ? part->reason : "", *before = *reason ? "; " : "";
    char *text = NULL, digits[32];
    size_t length = 0;
    FILE *memory = wk_text_stream(&text, &length);
    fputs(reason, memory);
    for (size_t i = 0; i < 3; i++) {
        if (isfinite(values[i]))
            continue;
        fprintf(memory, "%s%s is %s", before, names[i], wk_text_format(values[i], digits));
        before = ", ";
    }
    fclose(memory);
    wk_json_text(json, "reason", text);
    free(text);
}

/* {"estimate":"inf","low":"-inf"}: the same for programs. Absent if all are finite. */
static void part_not_finite(wk_json *json, const wk_part *part) {
    static const char *const names[] = {"estimate", "low", "high"};
    const double values[] = {part->estimate, part->low, part->high};
    char digits[32];
    if (isfinite(values[0]) && isfinite(values[1]) && isfinite(values[2]))
        return;
    wk_json_object(json, "not_finite");
    for (size_t i = 0; i < 3; i++)
        if (!isfinite(values[i]))
            wk_json_text(json, names[i], wk_text_format(values[i], digits));
    wk_json_end(json);
}

static void rule(wk_json *json, const wk_rule *r) {
    wk_json_object(json, "rule");
    switch (r->kind) {
    case WK_BELOW:
        wk_json_real(json, "below", r->high);
        break;
    case WK_ABOVE:
        wk_json_real(json, "above", r->low);
        break;
    case WK_WITHIN:
        wk_json_reals(json, "within", (const double[]){r->low, r->high}, 2);
        break;
    }
    wk_json_end(json);
}

static void matches(wk_json *json, const wk_matches *where) {
    wk_json_object(json, "where");
    for (size_t i = 0; i < where->n; i++) {
        const wk_match *match = &where->list[i];
        wk_json_array(json, match->param);
        for (size_t k = 0; k < match->n; k++)
            wk_json_value(json, NULL, &match->values[k]);
        wk_json_end(json);
    }
    wk_json_end(json);
}

/* How the test reads the cells: what a reader needs to reckon it again. */
static void reading(wk_json *json, const wk_test *test) {
    wk_json_object(json, "reading");
    matches(json, &test->where);
    if (test->over)
        wk_json_text(json, "over", test->over);
    if (test->when == WK_AT_TIME)
        wk_json_real(json, "t", test->t);
    if (isfinite(test->cap))
        wk_json_real(json, "cap", test->cap);
    if (test->between) {
        wk_json_object(json, "between");
        wk_json_array(json, test->between);
        wk_json_value(json, NULL, &test->a);
        wk_json_value(json, NULL, &test->b);
        wk_json_end(json);
        wk_json_end(json);
    }
    if (test->predicted)
        wk_json_text(json, "predicted", test->predicted);
    wk_json_end(json);
}

/* {"experiment":…,"where":{PARAMETER:[…]}}: the cells that a hypothesis is about. */
static void from(wk_json *json, const wk_selection *selection) {
    wk_json_object(json, "from");
    wk_json_text(json, "experiment", selection->experiment);
    matches(json, &selection->where);
    wk_json_end(json);
}

static void part(wk_json *json, const wk_part *found) {
    wk_json_row(json, 3);
    bag(json, "where", &found->where);
    wk_json_text(json, "statistic", found->test->statistic->name);
    wk_json_text(json, "metric", found->test->metric);
    wk_json_real(json, "estimate", found->estimate);
    wk_json_reals(json, "interval", (const double[]){found->low, found->high}, 2);
    part_not_finite(json, found);
    rule(json, &found->test->rule);
    reading(json, found->test);
    wk_json_count(json, "n", found->n);
    wk_json_count(json, "values", found->values);
    wk_json_count(json, "capped", found->capped);
    wk_json_text(json, "verdict", wk_verdict_name(found->verdict));
    part_reason(json, found);
    wk_json_end(json);
}

static void finding(wk_json *json, const wk_finding *found) {
    wk_json_array(json, "parts");
    for (size_t i = 0; i < found->n; i++)
        part(json, &found->parts[i]);
    wk_json_end(json);
}

/* What the claim's own tests say with other base seeds. */
static void confirmations(const wk_judged *report, size_t claim, wk_json *json) {
    wk_json_line(json, 2);
    wk_json_array(json, "confirmations");
    for (size_t c = 0; c < report->nconfirmations; c++) {
        const wk_judgement *found = &report->confirmations[c].judgements[claim];
        wk_json_row(json, 3);
        wk_json_count(json, "seed", report->confirmations[c].seed);
        wk_json_text(json, "verdict", wk_verdict_name(found->verdict));
        wk_json_text(json, "reason", found->reason);
        finding(json, &found->claim_finding);
        wk_json_end(json);
    }
    wk_json_end(json);
}

static void claims(const wk_judged *report, wk_json *json) {
    wk_json_line(json, 0);
    wk_json_array(json, "claims");
    for (size_t i = 0; i < report->njudgements; i++) {
        const wk_judgement *found = &report->judgements[i];
        const wk_claim *claim = found->claim;
        wk_json_row(json, 1);
        wk_json_text(json, "id", claim->id);
        wk_json_text(json, "statement", claim->statement);
        wk_json_text(json, "source", claim->source);
        wk_json_text(json, "why", claim->why);
        wk_json_real(json, "level", report->level);
        wk_json_text(json, "verdict", wk_verdict_name(found->verdict));
        wk_json_text(json, "reason", found->reason);
        from(json, &claim->claim.from);
        finding(json, &found->claim_finding);
        wk_json_line(json, 2);
        wk_json_object(json, "control");
        wk_json_text(json, "note", claim->control_note);
        wk_json_text(json, "verdict", wk_verdict_name(found->control_finding.verdict));
        wk_json_text(json, "reason", found->control_finding.reason);
        from(json, &claim->control.from);
        finding(json, &found->control_finding);
        wk_json_end(json);
        confirmations(report, i, json);
        wk_json_end(json);
    }
    wk_json_end(json);
}

/* Cells */

/* What a value that is written as null stands for. */
enum { KINDS = 3 };
static const char *const kinds[KINDS] = {"inf", "-inf", "nan"};

/* An index of `kinds`; KINDS for a finite value. */
static size_t kind_of(double value) {
    return isfinite(value) ? KINDS : isnan(value) ? 2 : value < 0 ? 1 : 0;
}

static void count_kinds(const wk_series *s, size_t counts[KINDS + 1]) {
    memset(counts, 0, (KINDS + 1) * sizeof *counts);
    for (size_t j = 0; j < s->n; j++)
        counts[kind_of(s->value[j])]++;
}

/* {"inf":[4,5]}: the indices of the values that are null, by what they are. Absent if all are
 * finite. */
static void series_not_finite(wk_json *json, const wk_series *s) {
    size_t counts[KINDS + 1];
    count_kinds(s, counts);
    if (counts[KINDS] == s->n)
        return;
    wk_json_object(json, "not_finite");
    for (size_t k = 0; k < KINDS; k++) {
        if (!counts[k])
            continue;
        wk_json_array(json, kinds[k]);
        for (size_t j = 0; j < s->n; j++)
            if (kind_of(s->value[j]) == k)
                wk_json_count(json, NULL, j);
        wk_json_end(json);
    }
    wk_json_end(json);
}

/* Most series have the abscissae of the one before, in a cell and from cell to cell. To print
 * numbers is most of the work of a report, so the text of the last abscissae is kept. */
typedef struct abscissae {
    const double *at;
    size_t n;
    char *text;
} abscissae;

static void write_abscissae(wk_json *json, const wk_series *s, abscissae *last) {
    const size_t size = s->n * sizeof *s->at;
    if (!last->text || s->n != last->n || (size && memcmp(s->at, last->at, size) != 0)) {
        free(last->text);
        *last = (abscissae){.at = s->at, .n = s->n};
        size_t length = 0;
        wk_json memory = {.out = wk_text_stream(&last->text, &length)};
        wk_json_reals(&memory, NULL, s->at, s->n);
        fclose(memory.out);
    }
    wk_json_copy(json, s->indexed ? "i" : "t", last->text);
}

static void series(wk_json *json, const wk_series *s, abscissae *last) {
    wk_json_object(json, s->name);
    write_abscissae(json, s, last);
    wk_json_reals(json, "value", s->value, s->n);
    series_not_finite(json, s);
    wk_json_end(json);
}

/* The cell's reason, and which of its numbers became null: "ntk.change: 1 inf". */
static void cell_reason(wk_json *json, const wk_row *row) {
    const char *reason = row->result.reason ? row->result.reason : "";
    const char *before = *reason ? "; not finite: " : "not finite: ";
    char *text = NULL;
    size_t length = 0;
    FILE *memory = wk_text_stream(&text, &length);
    fputs(reason, memory);
    for (size_t i = 0; i < row->result.nseries; i++) {
        size_t counts[KINDS + 1];
        count_kinds(&row->result.series[i], counts);
        for (size_t k = 0; k < KINDS; k++) {
            if (!counts[k])
                continue;
            fprintf(memory, "%s%s: %zu %s", before, row->result.series[i].name, counts[k],
                    kinds[k]);
            before = ", ";
        }
    }
    fclose(memory);
    wk_json_text(json, "reason", text);
    free(text);
}

/* 0 is unknown. */
static void usage(wk_json *json, const char *name, double value) {
    wk_json_real(json, name, value > 0 ? value : (double)NAN);
}

static void cell(wk_json *json, const wk_row *row, abscissae *last) {
    wk_json_row(json, 1);
    wk_json_text(json, "id", row->id);
    wk_json_text(json, "experiment", row->experiment);
    bag(json, "params", &row->params);
    wk_json_count(json, "seed", row->seed);
    wk_json_text(json, "status", wk_end_name(row->result.end));
    cell_reason(json, row);
    /* A time of a cell that was stopped is no time of the cell. */
    const bool measured = row->result.end == WK_END_OK || row->result.end == WK_END_DIVERGED;
    usage(json, "wall_s", measured ? row->result.wall_s : 0);
    usage(json, "cpu_s", measured ? row->result.cpu_s : 0);
    usage(json, "peak_bytes", row->result.peak_bytes);
    wk_json_object(json, "metrics");
    for (size_t i = 0; i < row->result.nseries; i++)
        series(json, &row->result.series[i], last);
    wk_json_end(json);
    wk_json_array(json, "stages");
    for (size_t i = 0; i < row->result.nstages; i++) {
        const wk_stage *stage = &row->result.stages[i];
        wk_json_object(json, NULL);
        wk_json_text(json, "name", stage->name);
        wk_json_real(json, "wall_s", stage->wall_s);
        wk_json_real(json, "cpu_s", stage->cpu_s);
        wk_json_real(json, "flops", stage->flops);
        wk_json_end(json);
    }
    wk_json_end(json);
    wk_json_end(json);
}

static void cells(const wk_judged *report, wk_json *json) {
    wk_json_line(json, 0);
    wk_json_array(json, "cells");
    abscissae last = {0};
    for (size_t i = 0; i < report->table->n; i++)
        cell(json, &report->table->rows[i], &last);
    free(last.text);
    wk_json_end(json);
}

static void stages(const wk_judged *report, wk_json *json) {
    wk_arena arena = {0};
    wk_stage_sum *sums = NULL;
    size_t n = 0;
    wk_stages_sum(report->table, NULL, report->gemm_gflops, &arena, &sums, &n);
    wk_json_line(json, 0);
    wk_json_array(json, "stages");
    for (size_t i = 0; i < n; i++) {
        wk_json_row(json, 1);
        wk_json_text(json, "name", sums[i].name);
        wk_json_real(json, "median_s", sums[i].median_s);
        wk_json_real(json, "total_s", sums[i].total_s);
        wk_json_real(json, "gflops", sums[i].gflops);
        wk_json_real(json, "percent_of_gemm", sums[i].percent_of_gemm);
        wk_json_end(json);
    }
    wk_json_end(json);
    wk_arena_release(&arena);
}

/* "blas.name" and "blas.path" are members of one object, "blas". */
static void environment(const wk_pair *facts, size_t n, wk_json *json) {
    wk_json_line(json, 0);
    wk_json_object(json, "environment");
    for (size_t i = 0; i < n;) {
        const char *key = facts[i].key, *dot = strchr(key, '.');
        if (!dot) {
            wk_json_value(json, key, &facts[i++].value);
            continue;
        }
        char group[64];
        const size_t length = (size_t)(dot + 1 - key);
        snprintf(group, sizeof group, "%.*s", (int)length - 1, key);
        wk_json_object(json, group);
        for (; i < n && strncmp(facts[i].key, key, length) == 0; i++)
            wk_json_value(json, facts[i].key + length, &facts[i].value);
        wk_json_end(json);
    }
    wk_json_end(json);
}

static void head(const wk_judged *report, wk_json *json) {
    wk_json_count(json, "schema", 1);
    wk_json_line(json, 0);
    wk_json_object(json, "program");
    wk_json_text(json, "version", report->version);
    wk_json_text(json, "commit", report->commit);
    wk_json_truth(json, "dirty", report->dirty);
    wk_json_text(json, "numerics", report->numerics);
    wk_json_end(json);
    wk_json_line(json, 0);
    wk_json_object(json, "suite");
    wk_json_text(json, "path", report->suite_path);
    wk_json_text(json, "sha256", report->suite_sha256);
    wk_json_text(json, "title", report->suite_title);
    wk_json_end(json);
    if (report->backend) {
        wk_json_line(json, 0);
        wk_json_text(json, "backend", report->backend);
    }
    environment(report->environment, report->nenvironment, json);
}

/* What the readers of data had to say; each without a full stop. */
static void warnings(const wk_judged *report, wk_json *json) {
    wk_json_line(json, 0);
    wk_json_array(json, "warnings");
    for (size_t i = 0; i < report->nwarnings; i++) {
        wk_json_line(json, 1);
        wk_json_text(json, NULL, report->warnings[i]);
    }
    wk_json_end(json);
}

/* Absent where no cell asks for a backend. */
static void backends(const wk_judged *report, wk_json *json) {
    if (!report->nbackends)
        return;
    wk_json_line(json, 0);
    wk_json_array(json, "backends");
    wk_arena arena = {0};
    for (size_t i = 0; i < report->nbackends; i++) {
        const wk_pair *pairs =
            wk_unbind_rows(wk_blas_kept, WK_BLAS_KEPT, "", &report->backends[i], &arena);
        wk_json_row(json, 1);
        for (size_t k = 0; k < WK_BLAS_KEPT; k++)
            wk_json_value(json, pairs[k].key, &pairs[k].value);
        wk_json_end(json);
    }
    wk_arena_release(&arena);
    wk_json_end(json);
}

wk_status wk_results_write(const wk_judged *report, FILE *out, wk_error *err) {
    wk_json json = {.out = out};
    wk_json_object(&json, NULL);
    head(report, &json);
    warnings(report, &json);
    backends(report, &json);
    claims(report, &json);
    cells(report, &json);
    stages(report, &json);
    wk_json_end(&json);
    if (ferror(out))
        return wk_fail(err, WK_CANNOT, "cannot write the results: %s", strerror(errno));
    return WK_OK;
}
