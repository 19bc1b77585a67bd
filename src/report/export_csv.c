/* Export: one line per value, as CSV. */
#include "report/export.h"

#include "base/heap.h"
#include "base/text.h"

#include <errno.h>
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

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool among(const char *const *keys, size_t n, const char *key) {
    for (size_t i = n; i-- > 0;)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* Every parameter that some cell has, by name. */
static void columns_of(const wk_table *table, wk_arena *arena, const char ***keys, size_t *n) {
    size_t room = 0;
    *keys = NULL;
    *n = 0;
    for (size_t i = 0; i < table->n; i++) {
        const wk_bag *params = &table->rows[i].params;
        for (size_t j = 0; j < params->n; j++) {
            if (among(*keys, *n, params->pairs[j].key))
                continue;
            *keys = wk_arena_more(arena, *keys, *n, &room, sizeof **keys);
            (*keys)[(*n)++] = params->pairs[j].key;
        }
    }
    if (*n)
        qsort(*keys, *n, sizeof **keys, by_text);
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

wk_status wk_export_csv(const wk_judged *report, const wk_export_options *options, FILE *out,
                        wk_error *err) {
    (void)options;
    wk_arena arena = {0};
    const char **keys = NULL;
    size_t n = 0;
    columns_of(report->table, &arena, &keys, &n);
    fputs("experiment,id,seed,status,", out);
    for (size_t k = 0; k < n; k++) {
        field(out, keys[k]);
        fputc(',', out);
    }
    fputs("metric,t,i,value\n", out);
    for (size_t i = 0; i < report->table->n; i++)
        cell(out, &report->table->rows[i], keys, n);
    wk_arena_release(&arena);
    return ferror(out) ? wk_fail(err, WK_CANNOT, "cannot write the table: %s", strerror(errno))
                       : WK_OK;
}
