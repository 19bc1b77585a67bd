/* results.json (DESIGN §1), schema 1: one line a claim and a cell, streamed. */
#include "results/results.h"

#include "base/heap.h"
#include "base/json.h"
#include "base/text.h"
#include "claim/statistic.h"
#include "table/stages.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ,"key":  (without the comma for the first of an object) */
static void key(FILE *out, const char *name, bool first) {
    if (!first)
        putc_unlocked(',', out);
    wk_json_text(out, name);
    putc_unlocked(':', out);
}

static void member_text(FILE *out, const char *name, const char *text, bool first) {
    key(out, name, first);
    wk_json_text(out, text ? text : "");
}

static void member_real(FILE *out, const char *name, double value) {
    key(out, name, false);
    wk_json_real(out, value);
}

/* A parameter: number or boolean where its text is one. Integers keep all their digits. */
static void scalar(FILE *out, const char *text) {
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
        key(out, values->pairs[i].key, i == 0);
        scalar(out, values->pairs[i].text);
    }
    fputc('}', out);
}

/* Environment: "blas.path" becomes {"blas":{"path":…}} */

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

static void fact_value(FILE *out, const wk_fact *fact) {
    double value = 0;
    if (fact->number && wk_text_real(fact->text, &value))
        scalar(out, fact->text);
    else
        wk_json_text(out, fact->text);
}

enum { DEEPEST = 16 };

static void level_of(FILE *out, const wk_fact *facts, size_t n, const char *prefix, size_t length,
                     int depth) {
    bool first = true;
    fputc('{', out);
    const wk_fact *own = length ? fact_at(facts, n, prefix, length - 1) : NULL;
    if (own) { /* "blas" beside "blas.path": a value cannot also be an object */
        key(out, "value", true);
        fact_value(out, own);
        first = false;
    }
    for (size_t i = 0; i < n; i++) {
        const size_t step = step_of(facts[i].key, prefix, length);
        if (strncmp(facts[i].key, prefix, length) != 0 || seen_before(facts, i, length, step))
            continue;
        const size_t end = length + step;
        const char *below = depth < DEEPEST ? key_below(facts, n, i, end) : NULL;
        char name[256];
        snprintf(name, sizeof name, "%.*s", (int)step, facts[i].key + length);
        key(out, name, first);
        first = false;
        if (below)
            level_of(out, facts, n, below, end + 1, depth + 1);
        else
            fact_value(out, &facts[i]);
    }
    fputc('}', out);
}

/* Claims */

/* "; not finite: estimate inf" for what becomes null. */
static void not_finite(FILE *text, const char *name, double value, bool *any) {
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
    not_finite(memory, "estimate", part->estimate, &any);
    not_finite(memory, "interval low", part->low, &any);
    not_finite(memory, "interval high", part->high, &any);
    fclose(memory);
    member_text(out, "reason", text, false);
    free(text);
}

static void rule(FILE *out, const wk_rule *r) {
    key(out, "rule", false);
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
        key(out, where[i].param, i == 0);
        for (size_t k = 0; k < where[i].n; k++) {
            fputs(k ? "," : "[", out);
            scalar(out, where[i].values[k]);
        }
        fputs("]", out);
    }
    fputc('}', out);
}

/* How the test reads the cells: what a reader needs to reckon it again. */
static void reading(FILE *out, const wk_test *test) {
    key(out, "reading", false);
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
        key(out, test->between, true);
        fputc('[', out);
        scalar(out, test->a);
        fputc(',', out);
        scalar(out, test->b);
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
    key(out, "where", false);
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

static void series(FILE *out, const wk_series *s, bool first) {
    key(out, s->name, first);
    fputs(s->indexed ? "{\"i\":[" : "{\"t\":[", out);
    reals(out, s->at, s->n);
    fputs("],\"value\":[", out);
    reals(out, s->value, s->n);
    fputs("]}", out);
}

/* The cell's reason, and which of its numbers became null: "ntk.change: 1 inf". */
static void cell_reason(FILE *out, const wk_row *row) {
    char *text = NULL;
    size_t length = 0;
    FILE *memory = wk_text_stream(&text, &length);
    fputs(row->reason ? row->reason : "", memory);
    bool any = false;
    for (size_t i = 0; i < row->nseries; i++) {
        size_t counts[3] = {0, 0, 0};
        for (size_t j = 0; j < row->series[i].n; j++) {
            const double value = row->series[i].value[j];
            counts[0] += isinf(value) && value > 0;
            counts[1] += isinf(value) && value < 0;
            counts[2] += isnan(value) != 0;
        }
        static const char *const names[] = {"inf", "-inf", "nan"};
        for (size_t k = 0; k < 3; k++) {
            if (!counts[k])
                continue;
            fputs(any                           ? ", "
                  : row->reason && *row->reason ? "; not finite: "
                                                : "not finite: ",
                  memory);
            fprintf(memory, "%s: %zu %s", row->series[i].name, counts[k], names[k]);
            any = true;
        }
    }
    fclose(memory);
    member_text(out, "reason", text, false);
    free(text);
}

/* 0 is unknown. */
static void usage(FILE *out, const char *name, double value) {
    key(out, name, false);
    wk_json_real(out, value > 0 ? value : (double)NAN);
}

static void cell(FILE *out, const wk_row *row) {
    fputc('{', out);
    member_text(out, "id", row->id, true);
    member_text(out, "experiment", row->experiment, false);
    key(out, "params", false);
    bag(out, &row->params);
    fprintf(out, ",\"seed\":%" PRIu64, row->seed);
    member_text(out, "status", wk_end_name(row->status), false);
    cell_reason(out, row);
    /* A time of a cell that was stopped is no time of the cell. */
    const bool measured = row->status == WK_END_OK || row->status == WK_END_DIVERGED;
    usage(out, "wall_s", measured ? row->wall_s : 0);
    usage(out, "cpu_s", measured ? row->cpu_s : 0);
    usage(out, "peak_bytes", row->peak_bytes);
    fputs(",\"metrics\":{", out);
    for (size_t i = 0; i < row->nseries; i++)
        series(out, &row->series[i], i == 0);
    fputs("},\"stages\":[", out);
    for (size_t i = 0; i < row->nstages; i++) {
        const wk_stage *stage = &row->stages[i];
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
    fputs("},\n\"environment\":", out);
    level_of(out, report->environment, report->nenvironment, "", 0, 0);
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
