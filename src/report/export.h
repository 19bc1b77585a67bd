/* The report in formats of other tools. Nothing is judged here that the report has not judged; the
 * same store gives the same bytes (no date, no host name).
 */
#ifndef WK_REPORT_EXPORT_H
#define WK_REPORT_EXPORT_H

#include "report/report.h"

/* What an inconclusive claim is in JUnit: it was not shown, so by default it has not passed. */
typedef enum wk_inconclusive {
    WK_INCONCLUSIVE_FAILURE,
    WK_INCONCLUSIVE_ERROR,
    WK_INCONCLUSIVE_SKIPPED,
} wk_inconclusive;

typedef struct wk_export_options {
    wk_inconclusive inconclusive;
} wk_export_options;

/* One row of the registry. */
typedef struct wk_exporter {
    const char *name, *help;
    wk_status (*write)(const wk_judged *report, const wk_export_options *options, FILE *out,
                       wk_error *err);
} wk_exporter;

extern const wk_exporter wk_exporters[];
extern const size_t wk_exporters_n;
const wk_exporter *wk_exporter_find(const char *name); /* NULL if there is none */

/* csv: RFC 4180 quoting, lines end in LF; one row a metric value:
 *   experiment,id,seed,status,PARAMETER…,metric,t,i,value
 * with a column for every parameter that some cell has, by name, empty where a cell lacks it. Of t
 * (training time) and i (a plain index) one is filled. 17 digits where needed; inf, -inf, nan. */
wk_status wk_export_csv(const wk_judged *report, const wk_export_options *options, FILE *out,
                        wk_error *err) WK_CHECKED;

/* junit: suite `claims`, a test case a claim: failure if it failed or is vacuous, error if it could
 * not be measured, `inconclusive` as asked. Suite `cells`: a test case, an error, for each cell
 * that was not measured (pending, crashed, timed out, …). `time`: wall seconds of the stages of the
 * claim's cells, without exponent; cells that several claims look at count for each. */
wk_status wk_export_junit(const wk_judged *report, const wk_export_options *options, FILE *out,
                          wk_error *err) WK_CHECKED;

/* gbench: the JSON of Google Benchmark, with the keys that its compare.py reads. A family is a
 * stage of an experiment, "EXPERIMENT/STAGE"; its repetitions are the measured cells, in the plan's
 * order, so that those of two runs stand side by side. Milliseconds. */
wk_status wk_export_gbench(const wk_judged *report, const wk_export_options *options, FILE *out,
                           wk_error *err) WK_CHECKED;

#endif
