/* Writes results.json (schema 1) as a stream, with one line per claim and per cell. */
#include "results/results.h"
#include "results/write.h"

#include "base/heap.h"
#include "base/json.h"
#include "base/text.h"
#include "blas/identity.h"
#include "claim/statistic.h"
#include "table/stages.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void wk_results_key(FILE *out, const char *name, bool first) {
    if (!first)
        putc_unlocked(',', out);
    wk_json_text(out, name);
    putc_unlocked(':', out);
}

static void member_text(FILE *out, const char *name, const char *text, bool first) {
    wk_results_key(out, name, first);
    wk_json_text(out, text ? text : "");
}

static void member_real(FILE *out, const char *name, double value) {
    wk_results_key(out, name, false);
    wk_json_real(out, value);
}

void wk_results_scalar(FILE *out, const char *text) {
    int64_t whole = 0;
    double real = 0;
    if (wk_text_integer(text, &whole) || strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        fputs(text, out);
    else if (wk_text_real(text, &real))
        wk_json_real(out, real);
    else
        wk_json_text(out, text);
}

static void bag(FILE *out, const wk_bag *values) {
    fputc('{', out);
    for (size_t i = 0; i < values->n; i++) {
        wk_results_key(out, values->pairs[i].key, i == 0);
        wk_results_scalar(out, values->pairs[i].text);
    }
    fputc('}', out);
}

/* Claims */

/* "estimate is inf": what becomes null, for people. */
static void tell_not_finite(FILE *text, const char *name, double value, bool *any) {
    char digits[32];
    if (isfinite(value))
        return;
    fprintf(text, "%s%s is %s", *any ? ", " : "", name, wk_text_format(value, digits));
    *any = true;
}

static void part_reason(FILE *out, const wk_part *part) {
    char *text = NULL;
    size_t length = 0;
    FILE *memory = wk_text_stream(&text, &length);
    bool any = false;
    fputs(part->reason ? part->reason : "", memory);
    if (!isfinite(part->estimate) || !isfinite(part->low) || !isfinite(part->high))
        fputs(part->reason && *part->reason ? "; " : "", memory);
    tell_not_finite(memory, "estimate", part->estimate, &any);
    tell_not_finite(memory, "interval low", part->low, &any);
    tell_not_finite(memory, "interval high", part->high, &any);
    fclose(memory);
    member_text(out, "reason", text, false);
    free(text);
}

/* ,"not_finite":{"estimate":"inf","low":"-inf"}: the same for programs. Absent if all are finite.
 */
static void part_not_finite(FILE *out, const wk_part *part) {
    const double values[] = {part->estimate, part->low, part->high};
    static const char *const names[] = {"estimate", "low", "high"};
    char digits[32];
    bool any = false;
    for (size_t i = 0; i < 3; i++) {
        if (isfinite(values[i]))
            continue;
        fputs(any ? "" : ",\"not_finite\":{", out);
        member_text(out, names[i], wk_text_format(values[i], digits), !any);
        any = true;
    }
    fputs(any ? "}" : "", out);
}

static void rule(FILE *out, const wk_rule *r) {
    wk_results_key(out, "rule", false);
    switch (r->kind) {
    case WK_BELOW:
        fputs("{\"below\":", out);
        wk_json_real(out, r->high);
        break;
    case WK_ABOVE:
        fputs("{\"above\":", out);
        wk_json_real(out, r->low);
        break;
    case WK_WITHIN:
        fputs("{\"within\":[", out);
        wk_json_real(out, r->low);
        fputc(',', out);
        wk_json_real(out, r->high);
        fputc(']', out);
        break;
    }
    fputc('}', out);
}

static void matches(FILE *out, const wk_match *where, size_t n) {
    fputc('{', out);
    for (size_t i = 0; i < n; i++) {
        wk_results_key(out, where[i].param, i == 0);
        for (size_t k = 0; k < where[i].n; k++) {
            fputs(k ? "," : "[", out);
            wk_results_scalar(out, where[i].values[k]);
        }
        fputs("]", out);
    }
    fputc('}', out);
}

/* How the test reads the cells: what a reader needs to reckon it again. */
static void reading(FILE *out, const wk_test *test) {
    wk_results_key(out, "reading", false);
    fputs("{\"where\":", out);
    matches(out, test->where, test->nwhere);
    if (test->over)
        member_text(out, "over", test->over, false);
    if (test->when == WK_AT_TIME)
        member_real(out, "t", test->t);
    if (isfinite(test->cap))
        member_real(out, "cap", test->cap);
    if (test->between) {
        fputs(",\"between\":{", out);
        wk_results_key(out, test->between, true);
        fputc('[', out);
        wk_results_scalar(out, test->a);
        fputc(',', out);
        wk_results_scalar(out, test->b);
        fputs("]}", out);
    }
    if (test->predicted)
        member_text(out, "predicted", test->predicted, false);
    fputc('}', out);
}

/* {"experiment":…,"where":{PARAMETER:[…]}}: the cells that a hypothesis is about. */
static void from(FILE *out, const wk_selection *selection) {
    fputs(",\"from\":{", out);
    member_text(out, "experiment", selection->experiment, true);
    wk_results_key(out, "where", false);
    matches(out, selection->where, selection->n);
    fputc('}', out);
}

static void finding(FILE *out, const wk_finding *found) {
    fputs(",\"parts\":[", out);
    for (size_t i = 0; i < found->n; i++) {
        const wk_part *part = &found->parts[i];
        fputs(i ? ",\n   {\"where\":" : "\n   {\"where\":", out);
        bag(out, &part->where);
        member_text(out, "statistic", part->test->statistic->name, false);
        member_text(out, "metric", part->test->metric, false);
        member_real(out, "estimate", part->estimate);
        fputs(",\"interval\":[", out);
        wk_json_real(out, part->low);
        fputc(',', out);
        wk_json_real(out, part->high);
        fputc(']', out);
        part_not_finite(out, part);
        rule(out, &part->test->rule);
        reading(out, part->test);
        fprintf(out, ",\"n\":%zu,\"values\":%zu,\"capped\":%zu", part->n, part->values,
                part->capped);
        member_text(out, "verdict", wk_verdict_name(part->verdict), false);
        part_reason(out, part);
        fputc('}', out);
    }
    fputc(']', out);
}

/* What the claim's own tests say with other base seeds. */
static void confirmations(const wk_judged *report, size_t claim, FILE *out) {
    fputs(",\n  \"confirmations\":[", out);
    for (size_t c = 0; c < report->nconfirmations; c++) {
        const wk_judgement *found = &report->confirmations[c].judgements[claim];
        fprintf(out, "%s\n   {\"seed\":%" PRIu64, c ? "," : "", report->confirmations[c].seed);
        member_text(out, "verdict", wk_verdict_name(found->verdict), false);
        member_text(out, "reason", found->reason, false);
        finding(out, &found->claim_finding);
        fputc('}', out);
    }
    fputc(']', out);
}

static void claims(const wk_judged *report, FILE *out) {
    fputs(",\n\"claims\":[", out);
    for (size_t i = 0; i < report->njudgements; i++) {
        const wk_judgement *found = &report->judgements[i];
        const wk_claim *claim = found->claim;
        fputs(i ? ",\n {" : "\n {", out);
        member_text(out, "id", claim->id, true);
        member_text(out, "statement", claim->statement, false);
        member_text(out, "source", claim->source, false);
        member_text(out, "why", claim->why, false);
        member_real(out, "level", report->level);
        member_text(out, "verdict", wk_verdict_name(found->verdict), false);
        member_text(out, "reason", found->reason, false);
        from(out, &claim->claim.from);
        finding(out, &found->claim_finding);
        fputs(",\n  \"control\":{", out);
        member_text(out, "note", claim->control_note, true);
        member_text(out, "verdict", wk_verdict_name(found->control_finding.verdict), false);
        member_text(out, "reason", found->control_finding.reason, false);
        from(out, &claim->control.from);
        finding(out, &found->control_finding);
        fputc('}', out);
        confirmations(report, i, out);
        fputc('}', out);
    }
    fputs("]", out);
}

/* Cells */

static void reals(FILE *out, const double *values, size_t n) {
    for (size_t j = 0; j < n; j++) {
        if (j)
            putc_unlocked(',', out);
        wk_json_real(out, values[j]);
    }
}

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

/* ,"not_finite":{"inf":[4,5]}: the indices of the values that are null, by what they are. Absent if
 * all are finite. */
static void series_not_finite(FILE *out, const wk_series *s) {
    size_t counts[KINDS + 1];
    bool any = false;
    count_kinds(s, counts);
    for (size_t k = 0; k < KINDS; k++) {
        if (!counts[k])
            continue;
        fputs(any ? "" : ",\"not_finite\":{", out);
        wk_results_key(out, kinds[k], !any);
        any = true;
        for (size_t j = 0, seen = 0; j < s->n; j++)
            if (kind_of(s->value[j]) == k)
                fprintf(out, "%c%zu", seen++ ? ',' : '[', j);
        fputc(']', out);
    }
    fputs(any ? "}" : "", out);
}

static void series(FILE *out, const wk_series *s, bool first) {
    wk_results_key(out, s->name, first);
    fputs(s->indexed ? "{\"i\":[" : "{\"t\":[", out);
    reals(out, s->at, s->n);
    fputs("],\"value\":[", out);
    reals(out, s->value, s->n);
    fputs("]", out);
    series_not_finite(out, s);
    fputs("}", out);
}

/* The cell's reason, and which of its numbers became null: "ntk.change: 1 inf". */
static void cell_reason(FILE *out, const wk_row *row) {
    char *text = NULL;
    size_t length = 0;
    FILE *memory = wk_text_stream(&text, &length);
    fputs(row->result.reason ? row->result.reason : "", memory);
    bool any = false;
    for (size_t i = 0; i < row->result.nseries; i++) {
        size_t counts[KINDS + 1];
        count_kinds(&row->result.series[i], counts);
        for (size_t k = 0; k < KINDS; k++) {
            if (!counts[k])
                continue;
            fputs(any                                         ? ", "
                  : row->result.reason && *row->result.reason ? "; not finite: "
                                                              : "not finite: ",
                  memory);
            fprintf(memory, "%s: %zu %s", row->result.series[i].name, counts[k], kinds[k]);
            any = true;
        }
    }
    fclose(memory);
    member_text(out, "reason", text, false);
    free(text);
}

/* 0 is unknown. */
static void usage(FILE *out, const char *name, double value) {
    wk_results_key(out, name, false);
    wk_json_real(out, value > 0 ? value : (double)NAN);
}

static void cell(FILE *out, const wk_row *row) {
    fputc('{', out);
    member_text(out, "id", row->id, true);
    member_text(out, "experiment", row->experiment, false);
    wk_results_key(out, "params", false);
    bag(out, &row->params);
    fprintf(out, ",\"seed\":%" PRIu64, row->seed);
    member_text(out, "status", wk_end_name(row->result.end), false);
    cell_reason(out, row);
    /* A time of a cell that was stopped is no time of the cell. */
    const bool measured = row->result.end == WK_END_OK || row->result.end == WK_END_DIVERGED;
    usage(out, "wall_s", measured ? row->result.wall_s : 0);
    usage(out, "cpu_s", measured ? row->result.cpu_s : 0);
    usage(out, "peak_bytes", row->result.peak_bytes);
    fputs(",\"metrics\":{", out);
    for (size_t i = 0; i < row->result.nseries; i++)
        series(out, &row->result.series[i], i == 0);
    fputs("},\"stages\":[", out);
    for (size_t i = 0; i < row->result.nstages; i++) {
        const wk_stage *stage = &row->result.stages[i];
        fputs(i ? ",{" : "{", out);
        member_text(out, "name", stage->name, true);
        member_real(out, "wall_s", stage->wall_s);
        member_real(out, "cpu_s", stage->cpu_s);
        member_real(out, "flops", stage->flops);
        fputc('}', out);
    }
    fputs("]}", out);
}

static void stages(const wk_judged *report, FILE *out) {
    wk_arena arena = {0};
    wk_stage_sum *sums = NULL;
    size_t n = 0;
    wk_stages_sum(report->table, NULL, report->gemm_gflops, &arena, &sums, &n);
    fputs(",\n\"stages\":[", out);
    for (size_t i = 0; i < n; i++) {
        fputs(i ? ",\n {" : "\n {", out);
        member_text(out, "name", sums[i].name, true);
        member_real(out, "median_s", sums[i].median_s);
        member_real(out, "total_s", sums[i].total_s);
        member_real(out, "gflops", sums[i].gflops);
        member_real(out, "percent_of_gemm", sums[i].percent_of_gemm);
        fputc('}', out);
    }
    fputs("]", out);
    wk_arena_release(&arena);
}

static void head(const wk_judged *report, FILE *out) {
    fputs("{\"schema\":1,\n\"program\":{", out);
    member_text(out, "version", report->version, true);
    member_text(out, "commit", report->commit, false);
    fprintf(out, ",\"dirty\":%s", report->dirty ? "true" : "false");
    member_text(out, "numerics", report->numerics, false);
    fputs("},\n\"suite\":{", out);
    member_text(out, "path", report->suite_path, true);
    member_text(out, "sha256", report->suite_sha256, false);
    member_text(out, "title", report->suite_title, false);
    fputs("}", out);
    if (report->backend) {
        fputs(",\n", out);
        member_text(out, "backend", report->backend, true);
    }
    fputs(",\n\"environment\":", out);
    wk_results_environment(report->environment, report->nenvironment, out);
}

/* Absent where no cell asks for a backend. */
static void backends(const wk_judged *report, FILE *out) {
    for (size_t i = 0; i < report->nbackends; i++) {
        const wk_blas_identity *one = &report->backends[i];
        fputs(i ? ",\n {" : ",\n\"backends\":[\n {", out);
        member_text(out, "name", one->name, true);
        member_text(out, "option", one->option, false);
        member_text(out, "coretype", one->coretype, false);
        fprintf(out, ",\"threads\":%zu", one->threads);
        member_text(out, "library", one->library, false);
        member_text(out, "version", one->version, false);
        member_text(out, "path", one->path, false);
        member_text(out, "sha256", one->sha256, false);
        member_text(out, "lapack_path", one->lapack_path, false);
        member_text(out, "provider", one->provider, false);
        member_text(out, "core", one->core, false);
        member_text(out, "threading", one->threading, false);
        member_real(out, "effective_threads", one->effective_threads);
        member_real(out, "gemm_gflops", one->gemm_gflops);
        member_text(out, "trouble", one->trouble, false);
        fputc('}', out);
    }
    fputs(report->nbackends ? "]" : "", out);
}

wk_status wk_results_write(const wk_judged *report, FILE *out, wk_error *err) {
    head(report, out);
    backends(report, out);
    claims(report, out);
    fputs(",\n\"cells\":[", out);
    for (size_t i = 0; i < report->table->n; i++) {
        fputs(i ? ",\n " : "\n ", out);
        cell(out, &report->table->rows[i]);
    }
    fputs("]", out);
    stages(report, out);
    fputs("}\n", out);
    if (ferror(out))
        return wk_fail(err, WK_CANNOT, "cannot write the results: %s", strerror(errno));
    return WK_OK;
}
