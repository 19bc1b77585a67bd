/* --set KEY=VALUE, applied to the YAML of a suite. */
#include "suite/override.h"

#include "base/text.h"

#include <string.h>

typedef struct setter {
    const char *text; /* KEY=VALUE */
    size_t key_length;
    const char *key;      /* KEY alone */
    const wk_yaml *value; /* copied to each place */
    wk_arena *arena;
    wk_error *err;
} setter;

/* What is left of KEY=VALUE, as a key and as a place for messages. */
static wk_yaml *at(const setter *s, const char *rest) {
    wk_yaml *place = wk_arena_get(s->arena, 1, sizeof *place);
    *place = (wk_yaml){
        .source = "--set", .line = 1, .column = (size_t)(rest - s->key) + 1, .text = rest};
    return place;
}

static size_t component_length(const char *rest) {
    return strcspn(rest, ".");
}

static wk_status set_below(setter *s, wk_yaml *node, const char *rest);

/* What stands before `rest`, for messages. */
static const char *above(const setter *s, const char *rest, char out[WK_YAML_SHOWN]) {
    if (rest == s->key)
        return "experiments.*";
    wk_yaml_show(s->key, out);
    const size_t length = (size_t)(rest - s->key) - 1;
    if (length < strlen(out))
        out[length] = '\0';
    return out;
}

/* Names may hold dots: the longest key that begins `rest` is meant. n if there is none. */
static size_t find_key(const wk_yaml *map, const char *rest, size_t *length) {
    size_t found = map->n;
    *length = 0;
    for (size_t i = 0; i < map->n; i++) {
        const size_t n = strlen(map->keys[i]->text);
        if (n > *length && strncmp(map->keys[i]->text, rest, n) == 0 &&
            (rest[n] == '.' || rest[n] == '\0')) {
            found = i;
            *length = n;
        }
    }
    return found;
}

static wk_status fail_absent(const setter *s, const wk_yaml *map, const char *rest) {
    char *name = wk_arena_span(s->arena, rest, component_length(rest));
    const char **keys = wk_arena_get(s->arena, map->n, sizeof *keys);
    for (size_t i = 0; i < map->n; i++)
        keys[i] = map->keys[i]->text;
    const char *near = wk_text_nearest(name, keys, map->n);
    char shown[WK_YAML_SHOWN], hint[WK_YAML_SHOWN];
    if (near)
        return wk_yaml_fail(at(s, rest), s->err, "there is no '%s' (did you mean '%s'?)",
                            wk_yaml_show(name, shown), wk_yaml_show(near, hint));
    return wk_yaml_fail(at(s, rest), s->err, "there is no '%s' in the suite at line %zu",
                        wk_yaml_show(name, shown), map->line);
}

static wk_status set_child(setter *s, wk_yaml **child, const char *rest) {
    if (*rest == '.')
        return set_below(s, *child, rest + 1);
    *child = wk_yaml_copy(s->value, s->arena);
    return WK_OK;
}

static wk_status set_all(setter *s, wk_yaml *node, const char *rest) {
    char shown[WK_YAML_SHOWN];
    if (node->n == 0) /* of a scalar, too */
        return wk_yaml_fail(at(s, rest), s->err, "'*': there is nothing below '%s'",
                            above(s, rest, shown));
    for (size_t i = 0; i < node->n; i++)
        WK_TRY(set_child(s, &node->items[i], rest + 1));
    return WK_OK;
}

static wk_status set_below(setter *s, wk_yaml *node, const char *rest) {
    if (component_length(rest) == 1 && *rest == '*')
        return set_all(s, node, rest);
    char shown[WK_YAML_SHOWN];
    if (node->kind != WK_YAML_MAP)
        return wk_yaml_fail(at(s, rest), s->err, "'%s' is a %s: it has no keys",
                            above(s, rest, shown),
                            node->kind == WK_YAML_LIST ? "list" : "single value");
    size_t length = 0;
    const size_t i = find_key(node, rest, &length);
    if (i < node->n)
        return set_child(s, &node->items[i], rest + length);
    if (rest[component_length(rest)] == '.')
        return fail_absent(s, node, rest);
    wk_yaml_add(node, at(s, rest), wk_yaml_copy(s->value, s->arena), s->arena);
    return WK_OK;
}

/* No component may be empty, no character odd. */
static wk_status check_key(const setter *s) {
    char shown[WK_YAML_SHOWN];
    for (const char *p = s->key;; p++) {
        if ((*p == '.' || *p == '\0') && (p == s->key || p[-1] == '.'))
            return wk_yaml_fail(at(s, p), s->err, "a name is missing in '%s'",
                                wk_yaml_show(s->key, shown));
        if (*p == '\0')
            return WK_OK;
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7F)
            return wk_yaml_fail(at(s, p), s->err, "'%s' is not a key", wk_yaml_show(s->key, shown));
    }
}

/* VALUE is parsed with blanks in place of "KEY=", so that its columns are those of the whole. */
static wk_status parse_value(setter *s) {
    const size_t length = strlen(s->text), before = s->key_length + 1;
    char shown[WK_YAML_SHOWN];
    if (strspn(s->text + before, " ") == length - before)
        return wk_yaml_fail(at(s, s->key + before), s->err, "'%s' is given no value",
                            wk_yaml_show(s->key, shown));
    char *blanked = wk_arena_text(s->arena, s->text);
    memset(blanked, ' ', before);
    wk_yaml *value = NULL;
    WK_TRY(wk_yaml_parse("--set", blanked, length, s->arena, &value, s->err));
    s->value = value;
    return WK_OK;
}

/* Below every experiment, whatever the key, so that an unknown one is told; below every kernel what
 * kernels have. */
static wk_status set_in_sections(setter *s, wk_yaml *root, const char *first,
                                 const wk_group *document) {
    wk_yaml *experiments = wk_yaml_find(root, "experiments"),
            *kernels = wk_yaml_find(root, "kernels");
    const wk_param *row = wk_param_find(document->rows, document->n, "kernels");
    const bool of_kernels = row && wk_param_find(row->group->rows, row->group->n, first);
    const size_t n = experiments ? experiments->n : 0;
    const size_t nkernels = kernels && (of_kernels || !n) ? kernels->n : 0;
    char shown[WK_YAML_SHOWN];
    if (!n && !nkernels)
        return wk_yaml_fail(at(s, s->key), s->err,
                            "'%s' is meant below every experiment, but there is none",
                            wk_yaml_show(s->key, shown));
    for (size_t i = 0; i < n; i++)
        WK_TRY(set_below(s, experiments->items[i], s->key));
    for (size_t i = 0; i < nkernels; i++)
        WK_TRY(set_below(s, kernels->items[i], s->key));
    return WK_OK;
}

wk_status wk_override_apply(wk_yaml *root, const char *key_value, const wk_group *document,
                            wk_arena *arena, wk_error *err) {
    setter s = {.text = key_value, .arena = arena, .err = err};
    const char *equals = strchr(key_value, '=');
    char shown[WK_YAML_SHOWN];
    if (!equals)
        return wk_fail(err, WK_BAD_INPUT, "--set:1:1: expected KEY=VALUE, not '%s'",
                       wk_yaml_show(key_value, shown));
    s.key_length = (size_t)(equals - key_value);
    s.key = wk_arena_span(arena, key_value, s.key_length);
    WK_TRY(check_key(&s));
    WK_TRY(parse_value(&s));
    const char *first = wk_arena_span(arena, s.key, component_length(s.key));
    if (wk_param_find(document->rows, document->n, first))
        return set_below(&s, root, s.key);
    return set_in_sections(&s, root, first, document);
}
