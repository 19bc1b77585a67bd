/* Which rows meet the conditions of a selection. */
#include "table/selection.h"

#include <string.h>

static bool match_has(const wk_match *match, const wk_row *row) {
    const wk_pair *own = wk_bag_pair(&row->params, match->param);
    for (size_t i = 0; own && i < match->n; i++)
        if (wk_value_equal(&own->value, &match->values[i]))
            return true;
    return false;
}

bool wk_selection_has(const wk_selection *selection, const wk_row *row) {
    if (strcmp(selection->experiment, row->experiment) != 0)
        return false;
    for (size_t i = 0; i < selection->where.n; i++)
        if (!match_has(&selection->where.list[i], row))
            return false;
    return true;
}
