/* Look-ups in descriptor tables and in bags of values. */
#include "base/param.h"

#include <stdlib.h>
#include <string.h>

static int by_key(const void *a, const void *b) {
    return strcmp(((const wk_pair *)a)->key, ((const wk_pair *)b)->key);
}

wk_bag wk_bag_of(wk_pair *pairs, size_t n) {
    if (n)
        qsort(pairs, n, sizeof *pairs, by_key);
    for (size_t i = 1; i < n; i++)
        WK_ASSERT(strcmp(pairs[i - 1].key, pairs[i].key) != 0);
    return (wk_bag){pairs, n};
}

const wk_pair *wk_bag_pair(const wk_bag *bag, const char *key) {
    if (!bag->n)
        return NULL;
    const wk_pair wanted = {key, NULL};
    return bsearch(&wanted, bag->pairs, bag->n, sizeof *bag->pairs, by_key);
}

const char *wk_bag_find(const wk_bag *bag, const char *key) {
    const wk_pair *found = wk_bag_pair(bag, key);
    return found ? found->text : NULL;
}

const wk_param *wk_param_find(const wk_param *rows, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

const wk_variant *wk_variant_find(const wk_group *group, const char *name) {
    for (size_t i = 0; i < group->nvariants; i++)
        if (strcmp(group->variants[i].name, name) == 0)
            return &group->variants[i];
    return NULL;
}
