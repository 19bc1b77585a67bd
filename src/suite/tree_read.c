/* A suite's YAML read by the descriptor tables into a typed tree. */
#include "base/text.h"
#include "suite/scalar.h"
#include "suite/tree.h"

#include <stdio.h>
#include <string.h>

enum { PATH_ROOM = 256 };

/* Where the reader stands. Names are told from the nearest mapping that the user named, as
 * parameters are: 'model.width', not 'experiments.drift.model.width'. */
typedef struct path {
    const struct path *up;
    const char *name;
    bool anew; /* names below begin after this one */
} path;

typedef struct reader {
    wk_arena *arena;
    wk_error *err;
    const wk_yaml *lacking; /* while a default is read: the group that lacks it; else NULL */
} reader;

static wk_status read_value(reader *r, const path *where, const wk_param *row, const wk_yaml *yaml,
                            wk_node **out);
static wk_status read_group(reader *r, const path *where, const wk_param *row,
                            const wk_group *group, const wk_yaml *yaml, wk_node **out);

/* ---- words for messages ---- */

static char *path_text(const path *where, char out[PATH_ROOM]) {
    const path *chain[32];
    size_t n = 0;
    for (const path *p = where; p && n < 32 && (p == where || !p->anew); p = p->up)
        chain[n++] = p;
    *out = '\0';
    while (n-- > 0) {
        char shown[WK_YAML_SHOWN];
        wk_phrase_add(out, PATH_ROOM, "%s%s", *out ? "." : "", wk_yaml_show(chain[n]->name, shown));
    }
    return out;
}

static size_t words_count(const char *const *words) {
    size_t n = 0;
    while (words && words[n])
        n++;
    return n;
}

/* "'model.width' must be an integer from 1 to 10000000, not '1.5'" */
static wk_status fail_type(reader *r, const path *where, const wk_param *row, const wk_yaml *yaml) {
    char name[PATH_ROOM], wanted[WK_PHRASE_ROOM], shown[WK_YAML_SHOWN], hint[WK_PHRASE_ROOM] = "";
    char found[WK_YAML_SHOWN + 32] = "a list";
    if (yaml->kind == WK_YAML_MAP) {
        snprintf(found, sizeof found, "a mapping");
    } else if (yaml->kind == WK_YAML_SCALAR) {
        const bool number = row->type == WK_INTEGER || row->type == WK_REAL;
        const char *how = yaml->quoted && (number || row->type == WK_TRUTH) ? "the text " : "";
        snprintf(found, sizeof found, "%s'%s'", how, wk_yaml_show(yaml->text, shown));
        if (!yaml->quoted && !*yaml->text)
            snprintf(found, sizeof found, "empty");
        const char *near = wk_text_nearest(yaml->text, row->words, words_count(row->words));
        if (near)
            wk_phrase_add(hint, sizeof hint, " (did you mean '%s'?)", near);
    }
    return wk_yaml_fail(yaml, r->err, "'%s' must be %s, not %s%s", path_text(where, name),
                        wk_scalar_expected(row, wanted), found, hint);
}

/* ---- nodes ---- */

static size_t add_counts(size_t a, size_t b) {
    return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

static size_t multiply_counts(size_t a, size_t b) {
    return b && a > SIZE_MAX / b ? SIZE_MAX : a * b;
}

static wk_node *node_new(reader *r, wk_node_kind kind, const path *where, const wk_param *row,
                         const wk_yaml *yaml, size_t room) {
    wk_node *node = wk_arena_get(r->arena, 1, sizeof *node);
    *node = (wk_node){.kind = kind, .param = row, .name = where->name, .count = 1};
    node->at = r->lacking ? r->lacking : yaml;
    node->is_default = r->lacking != NULL;
    if (room) {
        node->items = wk_arena_get(r->arena, room, sizeof(wk_node *));
    }
    return node;
}

static void adopt(wk_node *node, wk_node *child) {
    node->items[node->n++] = child;
    node->count = multiply_counts(node->count, child->count);
}

/* ---- scalars ---- */

static wk_status read_scalar(reader *r, const path *where, const wk_param *row, const wk_yaml *yaml,
                             wk_node **out) {
    wk_value value;
    if (yaml->kind != WK_YAML_SCALAR || !wk_scalar_accept(row, yaml, r->arena, &value))
        return fail_type(r, where, row, yaml);
    *out = node_new(r, WK_NODE_SCALAR, where, row, yaml, 0);
    (*out)->value = value;
    return WK_OK;
}

/* ---- values that are lists, and maps with keys that the user chooses ---- */

/* One scalar, or a non-empty list of them, as a list. */
static wk_status read_list(reader *r, const path *where, const wk_param *row, const wk_yaml *yaml,
                           wk_node **out) {
    const bool single = yaml->kind == WK_YAML_SCALAR;
    const size_t n = single ? 1 : yaml->n;
    if (yaml->kind == WK_YAML_MAP || n == 0)
        return fail_type(r, where, row, yaml);
    wk_node *node = node_new(r, WK_NODE_LIST, where, row, yaml, n);
    for (size_t i = 0; i < n; i++) {
        wk_node *item = NULL;
        WK_TRY(read_scalar(r, where, row, single ? yaml : yaml->items[i], &item));
        adopt(node, item);
    }
    *out = node;
    return WK_OK;
}

static wk_status read_interval(reader *r, const path *where, const wk_param *row,
                               const wk_yaml *yaml, wk_node **out) {
    if (yaml->kind != WK_YAML_LIST || yaml->n != 2)
        return fail_type(r, where, row, yaml);
    WK_TRY(read_list(r, where, row, yaml, out));
    const wk_value *low = &(*out)->items[0]->value, *high = &(*out)->items[1]->value;
    char name[PATH_ROOM];
    if (!(low->real < high->real))
        return wk_yaml_fail(yaml, r->err, "'%s' must be [low, high] with low < high, not [%s, %s]",
                            path_text(where, name), low->text, high->text);
    return WK_OK;
}

static wk_status read_groups(reader *r, const path *where, const wk_param *row, const wk_yaml *yaml,
                             wk_node **out) {
    if (yaml->kind != WK_YAML_LIST || yaml->n == 0)
        return fail_type(r, where, row, yaml);
    wk_node *node = node_new(r, WK_NODE_LIST, where, row, yaml, yaml->n);
    for (size_t i = 0; i < yaml->n; i++) {
        wk_node *item = NULL;
        WK_TRY(read_group(r, where, row, row->group, yaml->items[i], &item));
        adopt(node, item);
    }
    *out = node;
    return WK_OK;
}

/* WK_NAMED and WK_MATCH: differ in what stands below a key. */
static wk_status read_keyed(reader *r, const path *where, const wk_param *row, const wk_yaml *yaml,
                            wk_node **out) {
    const bool named = row->type == WK_NAMED;
    if (yaml->kind != WK_YAML_MAP)
        return fail_type(r, where, row, yaml);
    char text[PATH_ROOM], shown[WK_YAML_SHOWN];
    if (yaml->n == 0 && (row->flags & WK_REQUIRED))
        return wk_yaml_fail(yaml, r->err, "'%s' must not be empty", path_text(where, text));
    wk_node *node = node_new(r, named ? WK_NODE_NAMED : WK_NODE_MATCH, where, row, yaml, yaml->n);
    for (size_t i = 0; i < yaml->n; i++) {
        const path below = {where, yaml->keys[i]->text, named};
        if (!wk_text_is_name(below.name))
            return wk_yaml_fail(yaml->keys[i], r->err,
                                "'%s' is not a name (letters, digits and . _ -)",
                                wk_yaml_show(below.name, shown));
        wk_node *item = NULL;
        if (named) {
            WK_TRY(read_group(r, &below, row, row->group, yaml->items[i], &item));
        } else if (yaml->items[i]->kind == WK_YAML_MAP ||
                   (yaml->items[i]->kind == WK_YAML_LIST && yaml->items[i]->n == 0)) {
            return wk_yaml_fail(yaml->items[i], r->err,
                                "'%s' must be a value or a non-empty list of values",
                                path_text(&below, text));
        } else {
            WK_TRY(read_list(r, &below, row, yaml->items[i], &item));
        }
        adopt(node, item);
    }
    *out = node;
    return WK_OK;
}

/* ---- axes ---- */

/* Through shorthands: the row that takes a value which is no mapping; NULL if there is none. */
static const wk_param *row_of_bare(const wk_param *row) {
    while (row && row->type == WK_GROUP)
        row = row->group->shorthand
                  ? wk_param_find(row->group->rows, row->group->n, row->group->shorthand)
                  : NULL;
    return row;
}

/* Is this list the value itself, rather than a list of values? */
static bool list_is_value(const wk_param *row, const wk_yaml *list) {
    const wk_param *bare = row_of_bare(row);
    if (!bare)
        return false;
    const wk_yaml_kind first = list->n ? list->items[0]->kind : WK_YAML_SCALAR;
    return bare->type == WK_GROUPS
               ? first == WK_YAML_MAP
               : (bare->type == WK_INTERVAL || bare->type == WK_WORDS) && first == WK_YAML_SCALAR;
}

static bool is_axis(const wk_param *row, const wk_yaml *yaml) {
    const bool never = row->type == WK_WORDS || row->type == WK_GROUPS || row->type == WK_NAMED ||
                       row->type == WK_MATCH;
    return (row->flags & WK_AXIS) && !never && yaml->kind == WK_YAML_LIST &&
           !list_is_value(row, yaml);
}

/* Do two alternatives share a combination? Children of a group vary independently of one another.
 */
static bool overlap(const wk_node *a, const wk_node *b) {
    if (a->kind == WK_NODE_AXIS || b->kind == WK_NODE_AXIS) {
        const wk_node *axis = a->kind == WK_NODE_AXIS ? a : b, *other = axis == a ? b : a;
        for (size_t i = 0; i < axis->n; i++)
            if (overlap(axis->items[i], other))
                return true;
        return false;
    }
    if (a->kind != b->kind || a->n != b->n || a->variant != b->variant)
        return false;
    if (a->kind == WK_NODE_SCALAR)
        return strcmp(a->value.text, b->value.text) == 0;
    for (size_t i = 0; i < a->n; i++)
        if (strcmp(a->items[i]->name, b->items[i]->name) != 0 || !overlap(a->items[i], b->items[i]))
            return false;
    return true;
}

static wk_status check_distinct(reader *r, const path *where, const wk_yaml *yaml,
                                const wk_node *axis) {
    char name[PATH_ROOM], shown[WK_YAML_SHOWN];
    for (size_t j = 1; j < axis->n; j++)
        for (size_t i = 0; i < j; i++) {
            if (!overlap(axis->items[i], axis->items[j]))
                continue;
            if (yaml->items[j]->kind == WK_YAML_SCALAR)
                return wk_yaml_fail(yaml->items[j], r->err, "'%s' lists '%s' twice",
                                    path_text(where, name),
                                    wk_yaml_show(yaml->items[j]->text, shown));
            return wk_yaml_fail(yaml->items[j], r->err,
                                "alternatives %zu and %zu of '%s' make the same cell twice", i + 1,
                                j + 1, path_text(where, name));
        }
    return WK_OK;
}

static wk_status read_one(reader *r, const path *where, const wk_param *row, const wk_yaml *yaml,
                          wk_node **out) {
    switch (row->type) {
    case WK_INTERVAL:
        return read_interval(r, where, row, yaml, out);
    case WK_WORDS:
        return read_list(r, where, row, yaml, out);
    case WK_GROUP:
        return read_group(r, where, row, row->group, yaml, out);
    case WK_GROUPS:
        return read_groups(r, where, row, yaml, out);
    case WK_NAMED:
    case WK_MATCH:
        return read_keyed(r, where, row, yaml, out);
    default:
        return read_scalar(r, where, row, yaml, out);
    }
}

static wk_status read_value(reader *r, const path *where, const wk_param *row, const wk_yaml *yaml,
                            wk_node **out) {
    if (!is_axis(row, yaml))
        return read_one(r, where, row, yaml, out);
    char name[PATH_ROOM];
    if (yaml->n == 0)
        return wk_yaml_fail(yaml, r->err, "'%s' must not be an empty list", path_text(where, name));
    if (yaml->n > WK_TREE_AXIS)
        return wk_yaml_fail(yaml, r->err, "'%s' has more than %d values", path_text(where, name),
                            WK_TREE_AXIS);
    wk_node *axis = node_new(r, WK_NODE_AXIS, where, row, yaml, yaml->n);
    axis->count = 0;
    for (size_t i = 0; i < yaml->n; i++) {
        WK_TRY(read_one(r, where, row, yaml->items[i], &axis->items[i]));
        axis->count = add_counts(axis->count, axis->items[i]->count);
        axis->n++;
    }
    *out = axis;
    return check_distinct(r, where, yaml, axis);
}

/* ---- groups ---- */

static wk_status fail_missing(reader *r, const path *where, const char *key, const wk_yaml *group) {
    const path below = {where, key, false};
    char name[PATH_ROOM];
    return wk_yaml_fail(group, r->err, "missing required key '%s'", path_text(&below, name));
}

static wk_status fail_variant(reader *r, const wk_group *group, const wk_yaml *value) {
    const char **names = wk_arena_get(r->arena, group->nvariants + 1, sizeof *names);
    for (size_t i = 0; i < group->nvariants; i++)
        names[i] = group->variants[i].name;
    const char *near = wk_text_nearest(value->text, names, group->nvariants);
    char shown[WK_YAML_SHOWN], known[WK_PHRASE_ROOM] = "";
    if (near)
        return wk_yaml_fail(value, r->err, "unknown %s '%s' (did you mean '%s'?)", group->name,
                            wk_yaml_show(value->text, shown), near);
    wk_phrase_words(known, "", names);
    return wk_yaml_fail(value, r->err, "unknown %s '%s' (there are: %s)", group->name,
                        wk_yaml_show(value->text, shown), known);
}

/* The variant that the selector names, or else its fallback. NULL if neither is there. */
static wk_status pick_variant(reader *r, const path *where, const wk_group *group,
                              const wk_yaml *map, const wk_yaml *at, const wk_variant **variant) {
    const wk_param *row = wk_param_find(group->rows, group->n, group->selector);
    WK_ASSERT(row);
    const wk_yaml *value = wk_yaml_find(map, group->selector);
    if (!value) {
        if (row->fallback) {
            *variant = wk_variant_find(group, row->fallback);
            WK_ASSERT(*variant);
        } else if (row->flags & WK_REQUIRED) {
            return fail_missing(r, where, row->name, at);
        }
        return WK_OK;
    }
    const path below = {where, row->name, false};
    char name[PATH_ROOM];
    if (value->kind == WK_YAML_LIST)
        return wk_yaml_fail(value, r->err,
                            "'%s' must be one name, not a list (a list of mappings is an axis)",
                            path_text(&below, name));
    if (value->kind != WK_YAML_SCALAR || !*value->text)
        return fail_type(r, &below, row, value);
    *variant = wk_variant_find(group, value->text);
    return *variant ? WK_OK : fail_variant(r, group, value);
}

static wk_status fail_key(reader *r, const wk_group *group, const wk_variant *variant,
                          const wk_yaml *key) {
    char shown[WK_YAML_SHOWN], list[WK_PHRASE_ROOM] = "";
    wk_yaml_show(key->text, shown);
    for (size_t i = 0; variant && i < group->nvariants; i++)
        if (wk_param_find(group->variants[i].rows, group->variants[i].n, key->text))
            return wk_yaml_fail(key, r->err, "key '%s' belongs to %s '%s', not to '%s'", shown,
                                group->name, group->variants[i].name, variant->name);
    const size_t n = group->n + (variant ? variant->n : 0);
    const char **names = wk_arena_get(r->arena, n + 1, sizeof *names);
    for (size_t i = 0; i < n; i++)
        names[i] = i < group->n ? group->rows[i].name : variant->rows[i - group->n].name;
    const char *near = wk_text_nearest(key->text, names, n);
    if (near)
        return wk_yaml_fail(key, r->err, "unknown key '%s' (did you mean '%s'?)", shown, near);
    wk_phrase_words(list, "", names);
    return wk_yaml_fail(key, r->err, "unknown key '%s' in '%s' (there are: %s)", shown, group->name,
                        list);
}

static wk_status check_keys(reader *r, const path *where, const wk_group *group,
                            const wk_variant *variant, const wk_yaml *map, const wk_yaml *at) {
    const wk_yaml *second = NULL;
    size_t present = 0;
    for (size_t i = 0; i < map->n; i++) {
        const char *key = map->keys[i]->text;
        const bool own = wk_param_find(group->rows, group->n, key) != NULL;
        if (!own && !(variant && wk_param_find(variant->rows, variant->n, key)))
            return fail_key(r, group, variant, map->keys[i]);
        if (own && ++present == 2)
            second = map->keys[i];
    }
    if (!group->exactly_one || present == 1)
        return WK_OK;
    char name[PATH_ROOM], list[WK_PHRASE_ROOM] = "";
    for (size_t i = 0; i < group->n; i++)
        wk_phrase_add(list, sizeof list, "%s%s", i ? ", " : "", group->rows[i].name);
    return wk_yaml_fail(second ? second : at, r->err, "'%s' must have exactly one of %s, not %zu",
                        path_text(where, name), list, present);
}

/* A default is written as the user would; it cannot be wrong, unless the table is. */
static wk_status read_default(reader *r, const path *where, const wk_param *row,
                              const wk_yaml *group, wk_node **out) {
    wk_yaml empty = {.source = group->source, .line = group->line, .column = group->column};
    empty.text = "";
    empty.quoted = true;
    wk_yaml *yaml = &empty;
    wk_error wrong = {0};
    reader inner = {r->arena, &wrong, r->lacking ? r->lacking : group};
    wk_status status = WK_OK;
    if (*row->fallback)
        status =
            wk_yaml_parse("default", row->fallback, strlen(row->fallback), r->arena, &yaml, &wrong);
    if (status == WK_OK)
        status = read_value(&inner, where, row, yaml, out);
    if (status == WK_BAD_INPUT)
        wk_bug(__FILE__, __LINE__, "'%s' cannot be the default of '%s': %s", row->fallback,
               row->name, wrong.message);
    return status == WK_OK ? WK_OK : wk_fail(r->err, status, "%s", wrong.message);
}

static wk_status read_rows(reader *r, const path *where, const wk_param *rows, size_t n,
                           bool defaults, const wk_yaml *map, const wk_yaml *at, wk_node *node) {
    for (size_t i = 0; i < n; i++) {
        const path below = {where, rows[i].name, false};
        const wk_yaml *value = wk_yaml_find(map, rows[i].name);
        wk_node *child = NULL;
        if (value) {
            WK_TRY(read_value(r, &below, &rows[i], value, &child));
        } else if (rows[i].flags & WK_REQUIRED) {
            return fail_missing(r, where, rows[i].name, at);
        } else if (rows[i].fallback && defaults) {
            WK_TRY(read_default(r, &below, &rows[i], at, &child));
        } else {
            continue;
        }
        adopt(node, child);
    }
    return WK_OK;
}

/* `at`: where it was written, which for a shorthand is not the map. */
static wk_status read_map(reader *r, const path *where, const wk_param *row, const wk_group *group,
                          const wk_yaml *map, const wk_yaml *at, wk_node **out) {
    const wk_variant *variant = NULL;
    if (group->selector)
        WK_TRY(pick_variant(r, where, group, map, at, &variant));
    WK_TRY(check_keys(r, where, group, variant, map, at));
    const size_t room = group->n + (variant ? variant->n : 0);
    wk_node *node = node_new(r, WK_NODE_GROUP, where, row, at, room);
    node->variant = variant;
    WK_TRY(read_rows(r, where, group->rows, group->n, !group->exactly_one, map, at, node));
    if (variant)
        WK_TRY(read_rows(r, where, variant->rows, variant->n, true, map, at, node));
    *out = node;
    return WK_OK;
}

static wk_status read_group(reader *r, const path *where, const wk_param *row,
                            const wk_group *group, const wk_yaml *yaml, wk_node **out) {
    if (yaml->kind == WK_YAML_MAP)
        return read_map(r, where, row, group, yaml, yaml, out);
    const wk_param own = {.name = where->name, .type = WK_GROUP, .group = group};
    const wk_param *bare = row_of_bare(&own);
    const bool takes_list = bare && ((bare->flags & WK_AXIS) || bare->type == WK_INTERVAL ||
                                     bare->type == WK_WORDS || bare->type == WK_GROUPS);
    const bool nothing = yaml->kind == WK_YAML_SCALAR && !yaml->quoted && !*yaml->text;
    if (!bare || nothing || (yaml->kind == WK_YAML_LIST && !takes_list))
        return fail_type(r, where, &own, yaml);
    wk_yaml key = *yaml;
    key.kind = WK_YAML_SCALAR;
    key.text = group->shorthand;
    wk_yaml *keys[] = {&key}, *items[] = {(wk_yaml *)yaml}; /* only read */
    wk_yaml map = *yaml;
    map.kind = WK_YAML_MAP;
    map.n = 1;
    map.keys = keys;
    map.items = items;
    return read_map(r, where, row, group, &map, yaml, out);
}

wk_status wk_tree_read(const wk_yaml *yaml, const wk_group *group, wk_arena *arena, wk_node **node,
                       wk_error *err) {
    reader r = {arena, err, NULL};
    const path root = {NULL, group->name, true};
    *node = NULL;
    return read_group(&r, &root, NULL, group, yaml, node);
}
