/* The binder: from typed values to the fields of structs. */
#include "base/bind.h"

#include <string.h>

enum { KEY_ROOM = 128 }; /* longer than any key: names are in the source */

/* What stays the same on the way down into nested groups. */
typedef struct binder {
    const wk_bag *params;
    const char **culprit;
    wk_error *err;
} binder;

/* "prefix.name"; not by printf, since plans of a million cells are bound several times. */
static void join(char key[KEY_ROOM], const char *prefix, const char *name) {
    WK_ASSERT(strlen(prefix) + strlen(name) + 2 <= KEY_ROOM);
    stpcpy(stpcpy(stpcpy(key, prefix), *prefix ? "." : ""), name);
}

/* The index of a text in a list of words; -1 if it is not there. */
static int index_of(const char *const *words, const char *text) {
    for (int i = 0; words && words[i]; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    return -1;
}

static bool store_size(const wk_param *row, const wk_value *value, size_t *field) {
    const bool count = value->kind == WK_KIND_INTEGER && value->integer >= 0;
    *field = count ? (size_t)value->integer : 0;
    return count || index_of(row->words, value->text) >= 0;
}

static bool store_word(const wk_param *row, const wk_value *value, int *field) {
    *field = index_of(row->words, value->text);
    return *field >= 0;
}

bool wk_bind_value(const wk_param *row, const wk_value *value, void *field) {
    switch (row->type) {
    case WK_INTEGER:
        return store_size(row, value, field);
    case WK_REAL:
    case WK_INTERVAL: /* one of its ends */
        return wk_value_number(value, field);
    case WK_TRUTH:
        *(bool *)field = value->kind == WK_KIND_TRUTH && value->truth;
        return value->kind == WK_KIND_TRUTH;
    case WK_WORD:
        return store_word(row, value, field);
    case WK_NAME:
    case WK_TEXT:
    case WK_PATH:
    case WK_WORDS:
        *(const char **)field = value->text;
        return true;
    default:
        wk_bug(__FILE__, __LINE__, "'%s' is of a type that no single value has", row->name);
    }
}

static wk_status ill_formed(binder *b, const wk_pair *pair, const char *what) {
    *b->culprit = pair->key;
    return wk_fail(b->err, WK_BAD_INPUT, "parameter '%s' is %s: '%s'", pair->key, what,
                   pair->value.text);
}

static wk_status missing(binder *b, const char *key) {
    return wk_fail(b->err, WK_BAD_INPUT, "parameter '%s' is missing", key);
}

static wk_status bind_group(binder *b, const wk_group *group, const char *prefix, void *out);

static bool is_there(const binder *b, const wk_param *row, const char *key) {
    return row->type == WK_GROUP ? wk_bind_any(b->params, key)
                                 : wk_bag_pair(b->params, key) != NULL;
}

static wk_status bind_row(binder *b, const wk_param *row, const char *prefix, void *out) {
    char key[KEY_ROOM];
    void *field = (char *)out + row->offset;
    const bool needed = row->flags & WK_REQUIRED || row->fallback;
    join(key, prefix, row->name);
    if (row->type == WK_GROUP)
        return needed || is_there(b, row, key) ? bind_group(b, row->group, key, field) : WK_OK;
    static const char *const wrong[] = {[WK_INTEGER] = "not a count",
                                        [WK_REAL] = "not a number",
                                        [WK_TRUTH] = "neither true nor false",
                                        [WK_WORD] = "not one of its words"};
    const wk_pair *pair = wk_bag_pair(b->params, key);
    if (pair)
        return wk_bind_value(row, &pair->value, field) ? WK_OK
                                                       : ill_formed(b, pair, wrong[row->type]);
    return needed ? missing(b, key) : WK_OK;
}

static wk_status bind_rows(binder *b, const wk_param *rows, size_t n, const char *prefix,
                           void *out) {
    for (size_t i = 0; i < n; i++)
        WK_TRY(bind_row(b, &rows[i], prefix, out));
    return WK_OK;
}

static wk_status not_exactly_one(binder *b, const wk_group *group, const char *prefix) {
    char names[512] = "", key[KEY_ROOM], *end = names;
    for (size_t i = 0; i < group->n; i++) {
        join(key, prefix, group->rows[i].name);
        if (strlen(key) + 5 <= (size_t)(names + sizeof names - end))
            end = stpcpy(stpcpy(stpcpy(end, i ? ", '" : "'"), key), "'");
    }
    return wk_fail(b->err, WK_BAD_INPUT, "exactly one of %s must be given", names);
}

static wk_status bind_one(binder *b, const wk_group *group, const char *prefix, void *out) {
    char key[KEY_ROOM];
    size_t found = 0, which = 0;
    for (size_t i = 0; i < group->n; i++) {
        join(key, prefix, group->rows[i].name);
        if (is_there(b, &group->rows[i], key)) {
            which = i;
            found++;
        }
    }
    if (found != 1)
        return not_exactly_one(b, group, prefix);
    *(int *)out = (int)which;
    return bind_row(b, &group->rows[which], prefix, out);
}

static wk_status bind_variant(binder *b, const wk_group *group, const char *prefix, void *out) {
    char key[KEY_ROOM];
    join(key, prefix, group->selector);
    const wk_pair *pair = wk_bag_pair(b->params, key);
    if (!pair)
        return missing(b, key);
    const wk_variant *variant = wk_variant_find(group, pair->value.text);
    return variant ? bind_rows(b, variant->rows, variant->n, prefix, out)
                   : ill_formed(b, pair, "not one of its variants");
}

static wk_status bind_group(binder *b, const wk_group *group, const char *prefix, void *out) {
    if (group->exactly_one)
        return bind_one(b, group, prefix, out);
    WK_TRY(bind_rows(b, group->rows, group->n, prefix, out));
    return group->selector ? bind_variant(b, group, prefix, out) : WK_OK;
}

wk_status wk_bind(const wk_group *group, const char *prefix, const wk_bag *params, void *out,
                  const char **culprit, wk_error *err) {
    const char *blamed = prefix;
    binder b = {params, &blamed, err};
    const wk_status status = bind_group(&b, group, prefix ? prefix : "", out);
    if (status != WK_OK && culprit)
        *culprit = blamed;
    return status;
}

wk_status wk_bind_rows(const wk_param *rows, size_t n, const char *prefix, const wk_bag *params,
                       void *out, const char **culprit, wk_error *err) {
    return wk_bind(&(wk_group){.rows = rows, .n = n}, prefix, params, out, culprit, err);
}

static wk_value value_of(const wk_param *row, const void *field, wk_arena *arena) {
    const char *text;
    switch (row->type) {
    case WK_INTEGER:
        return wk_value_integer((int64_t) * (const size_t *)field, arena);
    case WK_REAL:
        return wk_value_real(*(const double *)field, arena);
    case WK_TRUTH:
        return wk_value_truth(*(const bool *)field);
    case WK_TEXT:
        text = *(const char *const *)field;
        return wk_value_text(text ? text : "");
    default:
        wk_bug(__FILE__, __LINE__, "'%s' is of a type that is only bound", row->name);
    }
}

wk_pair *wk_unbind_rows(const wk_param *rows, size_t n, const char *prefix, const void *from,
                        wk_arena *arena) {
    char key[KEY_ROOM];
    wk_pair *pairs = wk_arena_get(arena, n, sizeof *pairs);
    for (size_t i = 0; i < n; i++) {
        join(key, prefix, rows[i].name);
        pairs[i] = (wk_pair){wk_arena_text(arena, key),
                             value_of(&rows[i], (const char *)from + rows[i].offset, arena)};
    }
    return pairs;
}

bool wk_bind_any(const wk_bag *params, const char *prefix) {
    const size_t length = strlen(prefix);
    for (size_t i = 0; i < params->n; i++)
        if (strncmp(params->pairs[i].key, prefix, length) == 0 &&
            params->pairs[i].key[length] == '.')
            return true;
    return false;
}
