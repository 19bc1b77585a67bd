/* Which rows meet the conditions of a selection. */
#include "table/selection.h"

#include "base/text.h"

#include <string.h>

static bool same_value(const char *a, const char *b) {
    double x, y;
    return strcmp(a, b) == 0 || (wk_text_real(a, &x) && wk_text_real(b, &y) && x == y);
}

static bool match_has(const wk_match *match, const wk_row *row) {
    const char *text = wk_bag_find(&row->params, match->param);
    for (size_t i = 0; text && i < match->n; i++)
        if (same_value(text, match->values[i]))
            return true;
    return false;
}

bool wk_selection_has(const wk_selection *selection, const wk_row *row) {
    if (strcmp(selection->experiment, row->experiment) != 0)
        return false;
    for (size_t i = 0; i < selection->n; i++)
        if (!match_has(&selection->where[i], row))
            return false;
    return true;
}
