/* Collects the labels of parameters from the descriptor rows. */
#include "study/labels.h"

#include "study/grammar.h"

#include <string.h>

enum { MOST = 64 }; /* labels */

typedef struct list {
    wk_label *labels;
    size_t n;
    wk_arena *arena;
} list;

static void add(list *all, const char *name, const wk_param *row) {
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->labels[i].name, name) == 0)
            return;
    WK_ASSERT(all->n < MOST && row->symbol);
    all->labels[all->n++] = (wk_label){name, row->label, row->symbol};
}

static void add_group(list *all, const char *prefix, const wk_group *group);

static void add_rows(list *all, const char *prefix, const wk_param *rows, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const char *name =
            wk_arena_printf(all->arena, "%s%s%s", prefix, *prefix ? "." : "", rows[i].name);
        if (rows[i].label)
            add(all, name, &rows[i]);
        if (rows[i].type == WK_GROUP)
            add_group(all, name, rows[i].group);
    }
}

static void add_group(list *all, const char *prefix, const wk_group *group) {
    add_rows(all, prefix, group->rows, group->n);
    for (size_t i = 0; i < group->nvariants; i++)
        add_rows(all, prefix, group->variants[i].rows, group->variants[i].n);
}

const wk_label *wk_labels_list(wk_arena *arena, size_t *n) {
    list all = {.labels = wk_arena_get(arena, MOST, sizeof *all.labels), .arena = arena};
    const wk_group *document = wk_grammar_document();
    const wk_param *data = wk_param_find(document->rows, document->n, "data"),
                   *kernels = wk_param_find(document->rows, document->n, "kernels");
    add_group(&all, "data", data->group);
    add_group(&all, "", wk_grammar_experiment());
    add_group(&all, "", kernels->group);
    *n = all.n;
    return all.labels;
}
