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

/* A format. A new one is a file export_NAME.c, which ends with it and begins with what it promises,
 * and a row in export.c. */
typedef struct wk_exporter {
    const char *name, *help;
    const char *product; /* what it writes: "table" */
    /* `arena` is released afterwards. */
    void (*write)(const wk_judged *report, const wk_export_options *options, FILE *out,
                  wk_arena *arena);
} wk_exporter;

/* WK_CANNOT if `out` could not be written to. */
wk_status wk_export(const wk_exporter *exporter, const wk_judged *report,
                    const wk_export_options *options, FILE *out, wk_error *err) WK_CHECKED;

extern const wk_exporter *const wk_exporters[];
extern const size_t wk_exporters_n;
const wk_exporter *wk_exporter_find(const char *name); /* NULL if there is none */

/* Every parameter that some cell has, by name: *keys (*n). */
void wk_export_parameters(const wk_table *table, wk_arena *arena, const char ***keys, size_t *n);

#endif
