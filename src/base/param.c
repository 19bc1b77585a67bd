/* Look-ups in descriptor tables. */
#include "base/param.h"

#include <string.h>

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
