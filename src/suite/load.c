/* A suite from its text: YAML, defaults, overrides, types. */
#include "suite/load.h"

#include "base/text.h"
#include "suite/override.h"

#include <string.h>

/* Keys of `below` that `above` lacks, level by level as `group` allows. */
static void lay_below(wk_yaml *above, const wk_yaml *below, const wk_group *group,
                      wk_arena *arena) {
    for (size_t i = 0; i < below->n; i++) {
        const char *key = below->keys[i]->text;
        wk_yaml *own = wk_yaml_find(above, key);
        const wk_param *row = wk_param_find(group->rows, group->n, key);
        if (!own) {
            wk_yaml_add(above, below->keys[i], wk_yaml_copy(below->items[i], arena), arena);
        } else if (row && row->type == WK_GROUP && own->kind == WK_YAML_MAP &&
                   below->items[i]->kind == WK_YAML_MAP && !row->group->exactly_one &&
                   !row->group->selector) {
            lay_below(own, below->items[i], row->group, arena);
        }
    }
}

static wk_status unknown_default(const wk_yaml *key, const wk_group *experiment, wk_error *err) {
    char shown[WK_YAML_SHOWN], hint[WK_TEXT_HINT];
    return wk_yaml_fail(key, err, "unknown key '%s' in 'defaults'%s",
                        wk_yaml_show(key->text, shown),
                        wk_text_hint_of(key->text, experiment->rows, experiment->n,
                                        sizeof *experiment->rows, hint));
}

static wk_status apply_defaults(wk_yaml *root, const wk_group *experiment, wk_arena *arena,
                                wk_error *err) {
    wk_yaml *defaults = wk_yaml_find(root, "defaults"), *all = wk_yaml_find(root, "experiments");
    if (!defaults)
        return WK_OK;
    if (defaults->kind != WK_YAML_MAP)
        return wk_yaml_fail(defaults, err, "'defaults' must be a mapping");
    for (size_t i = 0; i < defaults->n; i++)
        if (!wk_param_find(experiment->rows, experiment->n, defaults->keys[i]->text))
            return unknown_default(defaults->keys[i], experiment, err);
    for (size_t i = 0; all && all->kind == WK_YAML_MAP && i < all->n; i++)
        if (all->items[i]->kind == WK_YAML_MAP)
            lay_below(all->items[i], defaults, experiment, arena);
    for (size_t i = 0; i < root->n; i++)
        if (root->items[i] == defaults) {
            root->n--;
            memmove(root->keys + i, root->keys + i + 1, (root->n - i) * sizeof *root->keys);
            memmove(root->items + i, root->items + i + 1, (root->n - i) * sizeof *root->items);
        }
    return WK_OK;
}

wk_status wk_suite_load(const char *path, const char *text, size_t length,
                        const char *const *overrides, size_t noverrides, const wk_group *document,
                        const wk_group *experiment, wk_arena *arena, wk_suite *suite,
                        wk_error *err) {
    *suite =
        (wk_suite){.path = path, .text = text, .overrides = overrides, .noverrides = noverrides};
    wk_yaml *yaml = NULL;
    WK_TRY(wk_yaml_parse(path, text, length, arena, &yaml, err));
    if (yaml->kind != WK_YAML_MAP)
        return wk_yaml_fail(yaml, err, "a suite must be a mapping");
    WK_TRY(apply_defaults(yaml, experiment, arena, err));
    for (size_t i = 0; i < noverrides; i++)
        WK_TRY(wk_override_apply(yaml, overrides[i], document, arena, err));
    wk_node *root = NULL;
    WK_TRY(wk_tree_read(yaml, document, arena, &root, err));
    suite->root = root;
    return WK_OK;
}
