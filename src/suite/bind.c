/* Binds the values of a group of the typed tree to the fields of a struct. */
#include "suite/bind.h"

#include "base/bind.h"

static wk_words words_of(const wk_node *node, wk_arena *arena) {
    const char **list = wk_arena_get(arena, node->n, sizeof *list);
    for (size_t i = 0; i < node->n; i++)
        list[i] = node->items[i]->value.text;
    return (wk_words){list, node->n};
}

static wk_matches matches_of(const wk_node *node, wk_arena *arena) {
    wk_match *list = wk_arena_get(arena, node->n, sizeof *list);
    for (size_t i = 0; i < node->n; i++) {
        const wk_node *own = node->items[i];
        wk_value *values = wk_arena_get(arena, own->n, sizeof *values);
        for (size_t v = 0; v < own->n; v++)
            values[v] = own->items[v]->value;
        list[i] = (wk_match){own->name, values, own->n};
    }
    return (wk_matches){list, node->n};
}

static void bind_value(const wk_node *node, wk_arena *arena, void *field) {
    WK_ASSERT(node->kind != WK_NODE_AXIS);
    switch (node->param->type) {
    case WK_INTERVAL:
        for (size_t i = 0; i < 2; i++)
            WK_ASSERT(wk_bind_value(node->param, &node->items[i]->value, (double *)field + i));
        break;
    case WK_WORDS:
        *(wk_words *)field = words_of(node, arena);
        break;
    case WK_GROUP:
        wk_node_bind(node, arena, field);
        break;
    case WK_MATCH:
        *(wk_matches *)field = matches_of(node, arena);
        break;
    case WK_GROUPS:
    case WK_NAMED:
        *(const wk_node **)field = node;
        break;
    default:
        WK_ASSERT(wk_bind_value(node->param, &node->value, field));
    }
}

void wk_node_bind(const wk_node *node, wk_arena *arena, void *out) {
    WK_ASSERT(node->kind == WK_NODE_GROUP);
    const wk_group *group = node->param->group;
    if (group->exactly_one)
        *(int *)out = (int)(node->items[0]->param - group->rows);
    for (size_t i = 0; i < node->n; i++)
        bind_value(node->items[i], arena, (char *)out + node->items[i]->param->offset);
}
