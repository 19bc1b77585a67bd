/* The registry of export formats. */
#include "report/export.h"

#include "table/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTERS(ROW) ROW(wk_export_csv) ROW(wk_export_junit) ROW(wk_export_gbench)
#define DECLARE(exporter) extern const wk_exporter exporter;
#define ENTRY(exporter) &exporter,
EXPORTERS(DECLARE)
const wk_exporter *const wk_exporters[] = {EXPORTERS(ENTRY)};
const size_t wk_exporters_n = sizeof wk_exporters / sizeof *wk_exporters;

const wk_exporter *wk_exporter_find(const char *name) {
    for (size_t i = 0; i < wk_exporters_n; i++)
        if (strcmp(wk_exporters[i]->name, name) == 0)
            return wk_exporters[i];
    return NULL;
}

wk_status wk_export(const wk_exporter *exporter, const wk_judged *report,
                    const wk_export_options *options, FILE *out, wk_error *err) {
    wk_arena arena = {0};
    exporter->write(report, options, out, &arena);
    wk_arena_release(&arena);
    return ferror(out) ? wk_fail(err, WK_CANNOT, "cannot write the %s: %s", exporter->product,
                                 strerror(errno))
                       : WK_OK;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void wk_export_parameters(const wk_table *table, wk_arena *arena, const char ***keys, size_t *n) {
    size_t room = 0;
    *keys = NULL;
    *n = 0;
    for (size_t i = 0; i < table->n; i++) {
        const wk_bag *params = &table->rows[i].params;
        for (size_t j = 0; j < params->n; j++) {
            if (wk_word_place(params->pairs[j].key, *keys, *n) < *n)
                continue;
            *keys = wk_arena_more(arena, *keys, *n, &room, sizeof **keys);
            (*keys)[(*n)++] = params->pairs[j].key;
        }
    }
    if (*n)
        qsort(*keys, *n, sizeof **keys, by_text);
}
