/* Export: one line per value, as CSV.
 *
 * RFC 4180 quoting, lines end in LF; one row a metric value:
 *   experiment,id,seed,status,PARAMETER…,metric,t,i,value
 * with a column for every parameter that some cell has, by name, empty where a cell lacks it. Of t
 * (training time) and i (a plain index) one is filled. 17 digits where needed; inf, -inf, nan. */
#include "report/export.h"

#include "base/heap.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* RFC 4180: quotes around what holds a comma, a quote or a line break; quotes doubled. */
static void field(FILE *out, const char *text) {
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            fputc('"', out);
        fputc(*p, out);
    }
    fputc('"', out);
}

/* What all rows of a cell begin with: "experiment,id,seed,status,…,". */
static void cell_fields(FILE *out, const wk_row *row, const char *const *keys, size_t n) {
    field(out, row->experiment);
    fputc(',', out);
    field(out, row->id);
    fprintf(out, ",%" PRIu64 ",%s,", row->seed, wk_end_name(row->result.end));
    for (size_t k = 0; k < n; k++) {
        const char *text = wk_bag_find(&row->params, keys[k]);
        field(out, text ? text : "");
        fputc(',', out);
    }
}

static void cell(FILE *out, const wk_row *row, const char *const *keys, size_t n) {
    char *head = NULL, at[32], value[32];
    size_t length = 0;
    FILE *memory = wk_text_stream(&head, &length);
    cell_fields(memory, row, keys, n);
    fclose(memory);
    for (size_t i = 0; i < row->result.nseries; i++) {
        const wk_series *s = &row->result.series[i];
        for (size_t j = 0; j < s->n; j++) {
            fputs(head, out);
            field(out, s->name);
            fprintf(out, s->indexed ? ",,%s,%s\n" : ",%s,,%s\n", wk_text_format(s->at[j], at),
                    wk_text_format(s->value[j], value));
        }
    }
    if (row->result.nseries == 0)
        fprintf(out, "%s,,,\n", head);
    free(head);
}

static void write_csv(const wk_judged *report, const wk_export_options *options, FILE *out,
                      wk_arena *arena) {
    (void)options;
    const char **keys = NULL;
    size_t n = 0;
    wk_export_parameters(report->table, arena, &keys, &n);
    fputs("experiment,id,seed,status,", out);
    for (size_t k = 0; k < n; k++) {
        field(out, keys[k]);
        fputc(',', out);
    }
    fputs("metric,t,i,value\n", out);
    for (size_t i = 0; i < report->table->n; i++)
        cell(out, &report->table->rows[i], keys, n);
}

const wk_exporter wk_export_csv = {
    "csv",
    "one row per metric value: experiment, id, seed, status, parameters, metric, t or i, value",
    "table", write_csv};
