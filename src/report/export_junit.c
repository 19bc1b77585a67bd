/* Export: claims as test cases, as JUnit XML.
 *
 * Suite `claims`, a test case a claim: failure if it failed or is vacuous, error if it could
 * not be measured, `inconclusive` as asked. Suite `cells`: a test case, an error, for each cell
 * that was not measured (pending, crashed, timed out, …). `time`: wall seconds of the stages of the
 * claim's cells, without exponent; cells that several claims look at count for each. */
#include "report/export.h"

#include "base/heap.h"
#include "base/quote.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Text for an attribute or an element. wk_quote_plain leaves only characters that XML allows. */
static void xml(FILE *out, const char *text) {
    static const char marks[] = "&<>\"'";
    static const char *const names[] = {"amp", "lt", "gt", "quot", "apos"};
    char *plain = NULL;
    size_t length = 0;
    FILE *memory = wk_text_stream(&plain, &length);
    wk_quote_plain(memory, text);
    fclose(memory);
    for (const char *p = plain; *p; p++) {
        const char *mark = strchr(marks, *p);
        if (mark)
            fprintf(out, "&%s;", names[mark - marks]);
        else
            fputc(*p, out);
    }
    free(plain);
}

static void attribute(FILE *out, const char *name, const char *text) {
    fprintf(out, " %s=\"", name);
    xml(out, text ? text : "");
    fputc('"', out);
}

static double seconds_of(const wk_row *row) {
    double sum = 0;
    for (size_t i = 0; wk_end_has_metrics(row->result.end) && i < row->result.nstages; i++)
        sum += isfinite(row->result.stages[i].wall_s) ? row->result.stages[i].wall_s : 0;
    return sum;
}

/* Of the cells that a claim looks at; of all for NULL. */
static double seconds(const wk_judged *report, const wk_selection *from) {
    double sum = 0;
    for (size_t i = 0; i < report->table->n; i++)
        if (!from || wk_selection_has(from, &report->table->rows[i]))
            sum += seconds_of(&report->table->rows[i]);
    return sum;
}

/* What a verdict becomes: an element of this name, or none for a pass. */
enum outcome { FAILURE, ERROR, SKIPPED, PASSED, OUTCOMES };
static const char *const elements[] = {"failure", "error", "skipped"};

static enum outcome outcome_of(wk_verdict verdict, wk_inconclusive inconclusive) {
    static const enum outcome asked[] = {[WK_INCONCLUSIVE_FAILURE] = FAILURE,
                                         [WK_INCONCLUSIVE_ERROR] = ERROR,
                                         [WK_INCONCLUSIVE_SKIPPED] = SKIPPED};
    return verdict == WK_PASS           ? PASSED
           : verdict == WK_INCONCLUSIVE ? asked[inconclusive]
           : verdict == WK_ERROR        ? ERROR
                                        : FAILURE;
}

/* `counts`: of each outcome. */
static void numbers(FILE *out, const size_t counts[OUTCOMES], double time) {
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\">\n",
            counts[FAILURE] + counts[ERROR] + counts[SKIPPED] + counts[PASSED], counts[FAILURE],
            counts[ERROR], counts[SKIPPED], time);
}

static void claim(const wk_judged *report, const wk_judgement *found, wk_inconclusive inconclusive,
                  FILE *out) {
    const enum outcome outcome = outcome_of(found->verdict, inconclusive);
    fputs("  <testcase classname=\"claims\"", out);
    attribute(out, "name", found->claim->id);
    fprintf(out, " time=\"%.3f\"", seconds(report, &found->claim->claim.from));
    if (outcome == PASSED) {
        fputs("/>\n", out);
        return;
    }
    fprintf(out, ">\n   <%s", elements[outcome]);
    attribute(out, "message", found->reason);
    if (outcome == SKIPPED) { /* the schema gives it neither type nor text */
        fputs("/>\n  </testcase>\n", out);
        return;
    }
    attribute(out, "type", wk_verdict_name(found->verdict));
    fputs(">", out);
    xml(out, found->claim->statement ? found->claim->statement : "");
    fputs("\n", out);
    xml(out, found->reason ? found->reason : "");
    fputs("\nagain: ", out);
    xml(out, report->rerun ? report->rerun : "");
    fprintf(out, "</%s>\n  </testcase>\n", elements[outcome]);
}

static void cell(const wk_row *row, FILE *out) {
    fputs("  <testcase", out);
    attribute(out, "classname", row->experiment);
    attribute(out, "name", row->id);
    fputs(" time=\"0.000\">\n   <error", out);
    attribute(out, "type", wk_end_name(row->result.end));
    attribute(out, "message",
              row->result.reason && *row->result.reason ? row->result.reason : "not run");
    fprintf(out, ">seed=%" PRIu64, row->seed);
    for (size_t i = 0; i < row->params.n; i++) {
        fputs(" ", out);
        xml(out, row->params.pairs[i].key);
        fputs("=", out);
        xml(out, row->params.pairs[i].value.text);
    }
    fputs("</error>\n  </testcase>\n", out);
}

static void property(FILE *out, const char *name, const char *value) {
    fputs("   <property", out);
    attribute(out, "name", name);
    attribute(out, "value", value);
    fputs("/>\n", out);
}

static void properties(const wk_judged *report, FILE *out) {
    fputs("  <properties>\n", out);
    property(out, "version", report->version);
    property(out, "commit", report->commit);
    property(out, "suite.sha256", report->suite_sha256);
    for (size_t i = 0; i < report->nenvironment; i++)
        property(out, report->environment[i].key, report->environment[i].value.text);
    fputs("  </properties>\n", out);
}

static void write_junit(const wk_judged *report, const wk_export_options *options, FILE *out,
                        wk_arena *arena) {
    (void)arena;
    size_t claims[OUTCOMES] = {0}, cells[OUTCOMES] = {0}, all[OUTCOMES];
    for (size_t i = 0; i < report->njudgements; i++)
        claims[outcome_of(report->judgements[i].verdict, options->inconclusive)]++;
    for (size_t i = 0; i < report->table->n; i++)
        cells[ERROR] += !wk_end_has_metrics(report->table->rows[i].result.end);
    for (size_t i = 0; i < OUTCOMES; i++)
        all[i] = claims[i] + cells[i];
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out);
    attribute(out, "name", report->suite_title);
    numbers(out, all, seconds(report, NULL));
    fputs(" <testsuite name=\"claims\"", out);
    numbers(out, claims, seconds(report, NULL));
    properties(report, out);
    for (size_t i = 0; i < report->njudgements; i++)
        claim(report, &report->judgements[i], options->inconclusive, out);
    fputs(" </testsuite>\n <testsuite name=\"cells\"", out);
    numbers(out, cells, 0);
    for (size_t i = 0; i < report->table->n; i++)
        if (!wk_end_has_metrics(report->table->rows[i].result.end))
            cell(&report->table->rows[i], out);
    fputs(" </testsuite>\n</testsuites>\n", out);
}

const wk_exporter wk_export_junit = {
    "junit",
    "claims as test cases: failure if failed or vacuous, error if not measured; cells that were "
    "not measured as errors",
    "test report", write_junit};
