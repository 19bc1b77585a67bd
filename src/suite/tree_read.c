/* A suite's YAML read by the descriptor tables into a typed tree. */
#include "base/text.h"
#include "suite/scalar.h"
#include "suite/tree.h"

#include <stdio.h>
#include <string.h>

typedef struct reader {
    wk_arena *arena;
    wk_error *err;
} reader;

/* Reads `yaml` into a node that knows its row, its name, its place and what holds it. */
typedef wk_status read_function(reader *r, wk_node *node, const wk_yaml *yaml);

static wk_status read_value(reader *r, wk_node *node, const wk_yaml *yaml);
static wk_status read_group(reader *r, wk_node *node, const wk_yaml *yaml);

/* ---- words for messages ---- */

static void add_path(const wk_node *node, char out[WK_NODE_PATH]) {
    const wk_node *up = node->up;
    const bool item = up && (up->kind == WK_NODE_AXIS || up->kind == WK_NODE_LIST);
    char shown[WK_YAML_SHOWN];
    if (item || (up && up->up && up->up->kind != WK_NODE_NAMED))
        add_path(up, out);
    if (!item)
        wk_phrase_add(out, WK_NODE_PATH, "%s%s", *out ? "." : "", wk_yaml_show(node->name, shown));
}

char *wk_node_path(const wk_node *node, char out[WK_NODE_PATH]) {
    *out = '\0';
    add_path(node, out);
    return out;
}

static size_t words_count(const char *const *words) {
    size_t n = 0;
    while (words && words[n])
        n++;
    return n;
}

/* "'model.width' must be an integer from 1 to 10000000, not '1.5'" */
static wk_status fail_type(reader *r, const wk_node *node, const wk_param *row,
                           const wk_yaml *yaml) {
    char name[WK_NODE_PATH], wanted[WK_PHRASE_ROOM], shown[WK_YAML_SHOWN],
        hint[WK_PHRASE_ROOM] = "";
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
    return wk_yaml_fail(yaml, r->err, "'%s' must be %s, not %s%s", wk_node_path(node, name),
                        wk_scalar_expected(row, wanted), found, hint);
}

/* ---- nodes ---- */

static void begin(reader *r, wk_node *node, wk_node_kind kind, size_t room) {
    node->kind = kind;
    node->count = kind == WK_NODE_AXIS ? 0 : 1;
    node->items = wk_arena_get(r->arena, room, sizeof *node->items);
}

/* Reads the next item of `node`. `at`: where it was written; NULL: it is a default. */
static wk_status read_item(reader *r, wk_node *node, const wk_param *row, const char *name,
                           const wk_yaml *at, const wk_yaml *yaml, read_function *read) {
    wk_node *item = wk_arena_get(r->arena, 1, sizeof *item);
    *item = (wk_node){.param = row, .name = name, .up = node, .count = 1};
    item->is_default = node->is_default || !at;
    item->at = item->is_default ? node->at : at;
    WK_TRY(read(r, item, yaml));
    node->items[node->n++] = item;
    node->count = node->kind == WK_NODE_AXIS ? wk_count_plus(node->count, item->count)
                                             : wk_count_times(node->count, item->count);
    return WK_OK;
}

/* The items of a list, all by the row of the list. */
static wk_status read_items(reader *r, wk_node *node, wk_node_kind kind, const wk_yaml *list,
                            read_function *read) {
    begin(r, node, kind, list->n);
    for (size_t i = 0; i < list->n; i++)
        WK_TRY(read_item(r, node, node->param, node->name, list->items[i], list->items[i], read));
    return WK_OK;
}

/* ---- scalars ---- */

static wk_status read_scalar(reader *r, wk_node *node, const wk_yaml *yaml) {
    return yaml->kind == WK_YAML_SCALAR &&
                   wk_scalar_accept(node->param, yaml, r->arena, &node->value)
               ? WK_OK
               : fail_type(r, node, node->param, yaml);
}

/* ---- values that are lists, and maps with keys that the user chooses ---- */

/* One scalar, or a non-empty list of them, as a list. */
static wk_status read_list(reader *r, wk_node *node, const wk_yaml *yaml) {
    if (yaml->kind == WK_YAML_LIST && yaml->n)
        return read_items(r, node, WK_NODE_LIST, yaml, read_scalar);
    if (yaml->kind != WK_YAML_SCALAR)
        return fail_type(r, node, node->param, yaml);
    begin(r, node, WK_NODE_LIST, 1);
    return read_item(r, node, node->param, node->name, yaml, yaml, read_scalar);
}

static wk_status read_interval(reader *r, wk_node *node, const wk_yaml *yaml) {
    if (yaml->kind != WK_YAML_LIST || yaml->n != 2)
        return fail_type(r, node, node->param, yaml);
    WK_TRY(read_items(r, node, WK_NODE_LIST, yaml, read_scalar));
    const wk_value *low = &node->items[0]->value, *high = &node->items[1]->value;
    char name[WK_NODE_PATH];
    if (!(low->real < high->real))
        return wk_yaml_fail(yaml, r->err, "'%s' must be [low, high] with low < high, not [%s, %s]",
                            wk_node_path(node, name), low->text, high->text);
    return WK_OK;
}

static wk_status read_groups(reader *r, wk_node *node, const wk_yaml *yaml) {
    return yaml->kind == WK_YAML_LIST && yaml->n
               ? read_items(r, node, WK_NODE_LIST, yaml, read_group)
               : fail_type(r, node, node->param, yaml);
}

/* What stands below a key of a WK_MATCH. */
static wk_status read_matched(reader *r, wk_node *node, const wk_yaml *yaml) {
    char name[WK_NODE_PATH];
    if (yaml->kind == WK_YAML_SCALAR || (yaml->kind == WK_YAML_LIST && yaml->n))
        return read_list(r, node, yaml);
    return wk_yaml_fail(yaml, r->err, "'%s' must be a value or a non-empty list of values",
                        wk_node_path(node, name));
}

/* WK_NAMED and WK_MATCH: differ in what stands below a key. */
static wk_status read_keyed(reader *r, wk_node *node, const wk_yaml *yaml) {
    const bool named = node->param->type == WK_NAMED;
    char text[WK_NODE_PATH], shown[WK_YAML_SHOWN];
    if (yaml->kind != WK_YAML_MAP)
        return fail_type(r, node, node->param, yaml);
    if (yaml->n == 0 && (node->param->flags & WK_REQUIRED))
        return wk_yaml_fail(yaml, r->err, "'%s' must not be empty", wk_node_path(node, text));
    begin(r, node, named ? WK_NODE_NAMED : WK_NODE_MATCH, yaml->n);
    for (size_t i = 0; i < yaml->n; i++) {
        const wk_yaml *key = yaml->keys[i], *item = yaml->items[i];
        if (!wk_text_is_name(key->text))
            return wk_yaml_fail(key, r->err, "'%s' is not a name (letters, digits and . _ -)",
                                wk_yaml_show(key->text, shown));
        WK_TRY(read_item(r, node, node->param, key->text, item, item,
                         named ? read_group : read_matched));
    }
    return WK_OK;
}

/* ---- axes ---- */

/* The row that takes a value which is no mapping, in the group's stead; NULL if there is none. */
static const wk_param *bare_row(const wk_group *group) {
    const wk_param *row =
        group->shorthand ? wk_param_find(group->rows, group->n, group->shorthand) : NULL;
    return row && row->type == WK_GROUP ? bare_row(row->group) : row;
}

/* Is this list the value itself, rather than a list of values? */
static bool list_is_value(const wk_param *row, const wk_yaml *list) {
    const wk_param *bare = row->type == WK_GROUP ? bare_row(row->group) : row;
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

static wk_status check_distinct(reader *r, const wk_node *axis, const wk_yaml *yaml) {
    char name[WK_NODE_PATH], shown[WK_YAML_SHOWN];
    for (size_t j = 1; j < axis->n; j++)
        for (size_t i = 0; i < j; i++) {
            if (!overlap(axis->items[i], axis->items[j]))
                continue;
            if (yaml->items[j]->kind == WK_YAML_SCALAR)
                return wk_yaml_fail(yaml->items[j], r->err, "'%s' lists '%s' twice",
                                    wk_node_path(axis, name),
                                    wk_yaml_show(yaml->items[j]->text, shown));
            return wk_yaml_fail(yaml->items[j], r->err,
                                "alternatives %zu and %zu of '%s' make the same cell twice", i + 1,
                                j + 1, wk_node_path(axis, name));
        }
    return WK_OK;
}

static wk_status read_one(reader *r, wk_node *node, const wk_yaml *yaml) {
    static read_function *const by_type[] = {
        [WK_INTEGER] = read_scalar,    [WK_REAL] = read_scalar,   [WK_TRUTH] = read_scalar,
        [WK_WORD] = read_scalar,       [WK_NAME] = read_scalar,   [WK_TEXT] = read_scalar,
        [WK_PATH] = read_scalar,       [WK_WORDS] = read_list,    [WK_GROUP] = read_group,
        [WK_INTERVAL] = read_interval, [WK_GROUPS] = read_groups, [WK_NAMED] = read_keyed,
        [WK_MATCH] = read_keyed,
    };
    return by_type[node->param->type](r, node, yaml);
}

static wk_status read_value(reader *r, wk_node *node, const wk_yaml *yaml) {
    char name[WK_NODE_PATH];
    if (!is_axis(node->param, yaml))
        return read_one(r, node, yaml);
    if (yaml->n == 0)
        return wk_yaml_fail(yaml, r->err, "'%s' must not be an empty list",
                            wk_node_path(node, name));
    if (yaml->n > WK_TREE_AXIS)
        return wk_yaml_fail(yaml, r->err, "'%s' has more than %d values", wk_node_path(node, name),
                            WK_TREE_AXIS);
    WK_TRY(read_items(r, node, WK_NODE_AXIS, yaml, read_one));
    return check_distinct(r, node, yaml);
}

/* ---- groups ---- */

/* What is written for a row. A value that is no mapping is written for the shorthand. */
static const wk_yaml *written(const wk_group *group, const wk_yaml *yaml, const char *name) {
    if (yaml->kind == WK_YAML_MAP)
        return wk_yaml_find(yaml, name);
    return strcmp(group->shorthand, name) == 0 ? yaml : NULL;
}

static wk_status fail_missing(reader *r, const wk_node *node, const char *key) {
    const wk_node below = {.name = key, .up = node};
    char name[WK_NODE_PATH];
    return wk_node_fail(node, r->err, "missing required key '%s'", wk_node_path(&below, name));
}

static wk_status fail_variant(reader *r, const wk_group *group, const wk_yaml *value) {
    char shown[WK_YAML_SHOWN], after[WK_PHRASE_ROOM] = "", hint[WK_TEXT_HINT];
    wk_text_hint_of(value->text, group->variants, group->nvariants, sizeof *group->variants, hint);
    for (size_t i = 0; !*hint && i < group->nvariants; i++)
        wk_phrase_add(after, sizeof after, "%s%s",
                      i ? ", " : " (there are: ", group->variants[i].name);
    return wk_yaml_fail(value, r->err, "unknown %s '%s'%s%s%s", group->name,
                        wk_yaml_show(value->text, shown), hint, after, *after ? ")" : "");
}

/* The variant that the selector names, or else its fallback. NULL if neither is there. */
static wk_status pick_variant(reader *r, wk_node *node, const wk_group *group,
                              const wk_yaml *yaml) {
    const wk_param *row = wk_param_find(group->rows, group->n, group->selector);
    WK_ASSERT(row);
    const wk_yaml *value = written(group, yaml, group->selector);
    const wk_node below = {.name = row->name, .up = node};
    char name[WK_NODE_PATH];
    if (!value && !row->fallback)
        return row->flags & WK_REQUIRED ? fail_missing(r, node, row->name) : WK_OK;
    if (value && value->kind == WK_YAML_LIST)
        return wk_yaml_fail(value, r->err,
                            "'%s' must be one name, not a list (a list of mappings is an axis)",
                            wk_node_path(&below, name));
    if (value && (value->kind != WK_YAML_SCALAR || !*value->text))
        return fail_type(r, &below, row, value);
    node->variant = wk_variant_find(group, value ? value->text : row->fallback);
    WK_ASSERT(value || node->variant);
    return node->variant ? WK_OK : fail_variant(r, group, value);
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

/* The keys of a mapping. */
static wk_status check_keys(reader *r, const wk_node *node, const wk_group *group,
                            const wk_yaml *map) {
    const wk_variant *variant = node->variant;
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
    char name[WK_NODE_PATH], list[WK_PHRASE_ROOM] = "";
    for (size_t i = 0; i < group->n; i++)
        wk_phrase_add(list, sizeof list, "%s%s", i ? ", " : "", group->rows[i].name);
    return wk_yaml_fail(second ? second : map, r->err, "'%s' must have exactly one of %s, not %zu",
                        wk_node_path(node, name), list, present);
}

/* A default is written as the user would; it cannot be wrong, unless the table is. */
static void read_default(reader *r, wk_node *node, const wk_param *row) {
    wk_yaml *yaml = &(wk_yaml){.source = "default", .text = "", .quoted = true};
    wk_status status = WK_OK;
    if (*row->fallback)
        status =
            wk_yaml_parse("default", row->fallback, strlen(row->fallback), r->arena, &yaml, r->err);
    if (status == WK_OK)
        status = read_item(r, node, row, row->name, NULL, yaml, read_value);
    if (status != WK_OK)
        wk_bug(__FILE__, __LINE__, "'%s' cannot be the default of '%s': %s", row->fallback,
               row->name, r->err->message);
}

static wk_status read_rows(reader *r, wk_node *node, const wk_param *rows, size_t n, bool defaults,
                           const wk_yaml *yaml) {
    for (size_t i = 0; i < n; i++) {
        const wk_yaml *value = written(node->param->group, yaml, rows[i].name);
        if (value)
            WK_TRY(read_item(r, node, &rows[i], rows[i].name, value, value, read_value));
        else if (rows[i].flags & WK_REQUIRED)
            return fail_missing(r, node, rows[i].name);
        else if (rows[i].fallback && defaults)
            read_default(r, node, &rows[i]);
    }
    return WK_OK;
}

/* May a value that is no mapping stand for the group? */
static bool takes_bare(const wk_group *group, const wk_yaml *yaml) {
    const wk_param *bare = bare_row(group);
    if (!bare || yaml->kind == WK_YAML_SCALAR)
        return bare && (yaml->quoted || *yaml->text);
    return (bare->flags & WK_AXIS) || bare->type == WK_INTERVAL || bare->type == WK_WORDS ||
           bare->type == WK_GROUPS;
}

static wk_status read_group(reader *r, wk_node *node, const wk_yaml *yaml) {
    static const wk_param mapping = {.type = WK_GROUP};
    const wk_group *group = node->param->group;
    if (yaml->kind != WK_YAML_MAP && !takes_bare(group, yaml))
        return fail_type(r, node, &mapping, yaml);
    if (group->selector)
        WK_TRY(pick_variant(r, node, group, yaml));
    if (yaml->kind == WK_YAML_MAP)
        WK_TRY(check_keys(r, node, group, yaml));
    const wk_variant *variant = node->variant;
    begin(r, node, WK_NODE_GROUP, group->n + (variant ? variant->n : 0));
    WK_TRY(read_rows(r, node, group->rows, group->n, !group->exactly_one, yaml));
    return variant ? read_rows(r, node, variant->rows, variant->n, true, yaml) : WK_OK;
}

wk_status wk_tree_read(const wk_yaml *yaml, const wk_group *group, wk_arena *arena, wk_node **node,
                       wk_error *err) {
    reader r = {arena, err};
    wk_param *row = wk_arena_get(arena, 1, sizeof *row);
    wk_node *root = wk_arena_get(arena, 1, sizeof *root);
    *row = (wk_param){.name = group->name, .type = WK_GROUP, .group = group};
    *root = (wk_node){.param = row, .name = row->name, .at = yaml};
    *node = NULL;
    WK_TRY(read_group(&r, root, yaml));
    *node = root;
    return WK_OK;
}
