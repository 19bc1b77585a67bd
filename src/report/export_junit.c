/* Export: claims as test cases, as JUnit XML.
 *
 * Suite `claims`, a test case a claim: failure if it failed or is vacuous, error if it could
 * not be measured, `inconclusive` as asked. Suite `cells`: a test case, an error, for each cell
 * that was not measured (pending, crashed, timed out, …). `time`: wall seconds of the stages of the
 * claim's cells, without exponent; cells that several claims look at count for each. */
#include "report/export.h"

#include "base/heap.h"
#include "base/quote.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Text for an attribute or an element. wk_quote_plain leaves only characters that XML allows. */
static void xml(FILE *out, const char *text) {
    char *plain = NULL;
    size_t length = 0;
    FILE *memory = wk_text_stream(&plain, &length);
    wk_quote_plain(memory, text);
    fclose(memory);
    for (const char *p = plain; *p; p++)
        switch (*p) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&apos;", out);
            break;
        default:
            fputc(*p, out);
        }
    free(plain);
}

static void attribute(FILE *out, const char *name, const char *text) {
    fprintf(out, " %s=\"", name);
    xml(out, text ? text : "");
    fputc('"', out);
}

static bool measured(const wk_row *row) {
    return row->result.end == WK_END_OK || row->result.end == WK_END_DIVERGED;
}

static double seconds_of(const wk_row *row) {
    double sum = 0;
    for (size_t i = 0; measured(row) && i < row->result.nstages; i++)
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

/* The element that a verdict becomes; NULL for a pass. */
static const char *element_of(wk_verdict verdict, wk_inconclusive inconclusive) {
    static const char *const names[] = {[WK_INCONCLUSIVE_FAILURE] = "failure",
                                        [WK_INCONCLUSIVE_ERROR] = "error",
                                        [WK_INCONCLUSIVE_SKIPPED] = "skipped"};
    switch (verdict) {
    case WK_PASS:
        return NULL;
    case WK_INCONCLUSIVE:
        return names[inconclusive];
    case WK_ERROR:
        return "error";
    case WK_FAIL:
    case WK_VACUOUS:
        break;
    }
    return "failure";
}

typedef struct counts {
    size_t tests, failures, errors, skipped;
} counts;

static counts count_claims(const wk_judged *report, wk_inconclusive inconclusive) {
    counts c = {.tests = report->njudgements};
    for (size_t i = 0; i < report->njudgements; i++) {
        const char *element = element_of(report->judgements[i].verdict, inconclusive);
        c.failures += element && strcmp(element, "failure") == 0;
        c.errors += element && strcmp(element, "error") == 0;
        c.skipped += element && strcmp(element, "skipped") == 0;
    }
    return c;
}

static counts count_cells(const wk_judged *report) {
    counts c = {0};
    for (size_t i = 0; i < report->table->n; i++)
        c.errors += !measured(&report->table->rows[i]);
    c.tests = c.errors;
    return c;
}

static void numbers(FILE *out, const counts *c, double time) {
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\">\n",
            c->tests, c->failures, c->errors, c->skipped, time);
}

static void claim(const wk_judged *report, const wk_judgement *found, wk_inconclusive inconclusive,
                  FILE *out) {
    const char *element = element_of(found->verdict, inconclusive);
    fputs("  <testcase classname=\"claims\"", out);
    attribute(out, "name", found->claim->id);
    fprintf(out, " time=\"%.3f\"", seconds(report, &found->claim->claim.from));
    if (!element) {
        fputs("/>\n", out);
        return;
    }
    fprintf(out, ">\n   <%s", element);
    attribute(out, "message", found->reason);
    if (strcmp(element, "skipped") == 0) { /* the schema gives it neither type nor text */
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
    fprintf(out, "</%s>\n  </testcase>\n", element);
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

static wk_status write_junit(const wk_judged *report, const wk_export_options *options, FILE *out,
                             wk_error *err) {
    const counts claims = count_claims(report, options->inconclusive);
    const counts cells = count_cells(report);
    const counts all = {claims.tests + cells.tests, claims.failures, claims.errors + cells.errors,
                        claims.skipped};
    const double time = seconds(report, NULL);
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out);
    attribute(out, "name", report->suite_title);
    numbers(out, &all, time);
    fputs(" <testsuite name=\"claims\"", out);
    numbers(out, &claims, time);
    properties(report, out);
    for (size_t i = 0; i < report->njudgements; i++)
        claim(report, &report->judgements[i], options->inconclusive, out);
    fputs(" </testsuite>\n <testsuite name=\"cells\"", out);
    numbers(out, &cells, 0);
    for (size_t i = 0; i < report->table->n; i++)
        if (!measured(&report->table->rows[i]))
            cell(&report->table->rows[i], out);
    fputs(" </testsuite>\n</testsuites>\n", out);
    if (ferror(out))
        return wk_fail(err, WK_CANNOT, "cannot write the test report: %s", strerror(errno));
    return WK_OK;
}

const wk_exporter wk_export_junit = {
    "junit",
    "claims as test cases: failure if failed or vacuous, error if not measured; cells that were "
    "not measured as errors",
    write_junit};
