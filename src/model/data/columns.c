/* Columns called by name or number. */
#include "model/data/columns.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* "; there are: a, b, c, …" */
static void list_names(const char *const *names, size_t n, char *out, size_t room) {
    size_t used = 0;
    for (size_t i = 0; names && i < n && used + 64 < room; i++) {
        char shown[WK_TEXT_SHOWN];
        used += (size_t)snprintf(out + used, room - used, "%s%s", i ? ", " : "; there are: ",
                                 i < 12 ? wk_text_show(names[i], shown) : "…");
        if (i == 12)
            return;
    }
}

static wk_status absent(const char *name, const char *key, const char *const *names, size_t n,
                        wk_error *err) {
    char shown[WK_TEXT_SHOWN], hint[WK_TEXT_HINT] = "", all[700] = "";
    wk_text_show(name, shown);
    if (!names)
        return wk_fail(err, WK_BAD_INPUT,
                       "%s '%s' must be the number of a column, from 1 to %zu: the file has no "
                       "names",
                       key, shown, n);
    if (!*wk_text_hint(name, names, n, hint))
        list_names(names, n, all, sizeof all);
    return wk_fail(err, WK_BAD_INPUT, "no column '%s' for `%s`%s%s", shown, key, hint, all);
}

/* The column that is called so. */
static wk_status find(const char *name, const char *key, const char *const *names, size_t n,
                      size_t *column, wk_error *err) {
    char shown[WK_TEXT_SHOWN];
    size_t found = 0;
    int64_t number = 0;
    for (size_t i = 0; names && i < n; i++)
        if (strcmp(names[i], name) == 0 && found++ == 0)
            *column = i;
    if (found > 1)
        return wk_fail(err, WK_BAD_INPUT,
                       "%zu columns are called '%s': give `%s` the number of one, from 1", found,
                       wk_text_show(name, shown), key);
    if (found == 1)
        return WK_OK;
    if (!wk_text_integer(name, &number) || number < 1 || number > (int64_t)n)
        return absent(name, key, names, n, err);
    *column = (size_t)number - 1;
    return WK_OK;
}

/* Calls of a list "a,b,c": each column gets the role. */
static wk_status assign(const char *list, const char *key, wk_column_role role,
                        const char *const *names, size_t n, wk_column_role *roles, wk_arena *arena,
                        wk_error *err) {
    for (const char *from = list; from;) {
        const size_t length = strcspn(from, ",");
        size_t column = 0;
        WK_TRY(find(wk_arena_span(arena, from, length), key, names, n, &column, err));
        roles[column] = role;
        from = from[length] ? from + length + 1 : NULL;
    }
    return WK_OK;
}

wk_status wk_columns_choose(const wk_column_choice *choice, const char *const *names, size_t n,
                            wk_column_role **out, size_t *inputs, wk_arena *arena, wk_error *err) {
    wk_column_role *roles = wk_arena_get(arena, n, sizeof *roles);
    size_t label = 0;
    for (size_t i = 0; i < n; i++)
        roles[i] = choice->columns ? WK_COLUMN_OUT : WK_COLUMN_INPUT;
    WK_TRY(assign(choice->columns, "columns", WK_COLUMN_INPUT, names, n, roles, arena, err));
    WK_TRY(assign(choice->drop, "drop", WK_COLUMN_OUT, names, n, roles, arena, err));
    if (choice->label) {
        WK_TRY(find(choice->label, "label", names, n, &label, err));
        roles[label] = WK_COLUMN_LABEL;
    }
    *inputs = 0;
    for (size_t i = 0; i < n; i++)
        *inputs += roles[i] == WK_COLUMN_INPUT;
    *out = roles;
    return *inputs ? WK_OK
                   : wk_fail(err, WK_BAD_INPUT, "no column of numbers is left as an input%s",
                             choice->label ? " beside the label" : "");
}
