/* Look-ups in a row of the table, and rows that are the same but for some parameters. */
#include "table/table.h"

#include <string.h>

const wk_series *wk_row_series(const wk_row *row, const char *metric) {
    for (size_t i = 0; row && i < row->result.nseries; i++)
        if (strcmp(row->result.series[i].name, metric) == 0)
            return &row->result.series[i];
    return NULL;
}

double wk_series_last(const wk_series *series, double otherwise) {
    return series && series->n ? series->value[series->n - 1] : otherwise;
}

double wk_row_last(const wk_row *row, const char *metric, double otherwise) {
    return wk_series_last(wk_row_series(row, metric), otherwise);
}

bool wk_row_stage_time(const wk_row *row, const char *stage, double *wall_s, double *cpu_s) {
    bool any = false;
    *wall_s = *cpu_s = 0;
    for (size_t i = 0; i < row->result.nstages; i++)
        if (strcmp(row->result.stages[i].name, stage) == 0) {
            *wall_s += row->result.stages[i].wall_s;
            *cpu_s += row->result.stages[i].cpu_s;
            any = true;
        }
    return any;
}

wk_bag wk_bag_without(const wk_bag *bag, bool (*leaves_out)(const char *key, const void *context),
                      const void *context, wk_arena *arena) {
    wk_pair *pairs = wk_arena_get(arena, bag->n, sizeof *pairs);
    size_t n = 0;
    for (size_t i = 0; i < bag->n; i++)
        if (!leaves_out(bag->pairs[i].key, context))
            pairs[n++] = bag->pairs[i];
    return (wk_bag){pairs, n};
}

int wk_bag_compare(const wk_bag *a, const wk_bag *b) {
    for (size_t i = 0; i < a->n && i < b->n; i++) {
        const int key = strcmp(a->pairs[i].key, b->pairs[i].key);
        const int order = key ? key : strcmp(a->pairs[i].value.text, b->pairs[i].value.text);
        if (order)
            return order;
    }
    return a->n < b->n ? -1 : a->n > b->n;
}
