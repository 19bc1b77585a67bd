/* Combinations of axes as pairs of key and value. */
#include "suite/tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

wk_status wk_node_fail(const wk_node *node, wk_error *err, const char *format, ...) {
    char message[sizeof err->message];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return wk_yaml_fail(node->at, err, "%s", message);
}

const wk_node *wk_node_find(const wk_node *node, const char *name) {
    if (node->kind != WK_NODE_GROUP && node->kind != WK_NODE_NAMED && node->kind != WK_NODE_MATCH)
        return NULL;
    for (size_t i = 0; i < node->n; i++)
        if (strcmp(node->items[i]->name, name) == 0)
            return node->items[i];
    return NULL;
}

static const wk_value *value_of(const wk_node *node, const char *name) {
    const wk_node *child = wk_node_find(node, name);
    WK_ASSERT(child && child->kind == WK_NODE_SCALAR);
    return &child->value;
}

const char *wk_node_text(const wk_node *node, const char *name) {
    return value_of(node, name)->text;
}

double wk_node_real(const wk_node *node, const char *name) {
    double number = 0;
    WK_ASSERT(wk_value_number(value_of(node, name), &number));
    return number;
}

size_t wk_node_size(const wk_node *node, const char *name) {
    const wk_value *value = value_of(node, name);
    WK_ASSERT(value->kind == WK_KIND_INTEGER && value->integer >= 0);
    return (size_t)value->integer;
}

size_t wk_count_plus(size_t a, size_t b) {
    return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

size_t wk_count_times(size_t a, size_t b) {
    return b && a > SIZE_MAX / b ? SIZE_MAX : a * b;
}

size_t wk_node_count(const wk_node *node) {
    return node->count;
}

void wk_pairs_add(wk_pairs *pairs, const char *key, wk_value value, wk_arena *arena) {
    pairs->list = wk_arena_more(arena, pairs->list, pairs->n, &pairs->room, sizeof *pairs->list);
    pairs->list[pairs->n++] = (wk_pair){key, value};
}

/* "a,b,c" */
static const char *list_text(const wk_node *node, wk_arena *arena) {
    size_t length = 0;
    for (size_t i = 0; i < node->n; i++)
        length += strlen(node->items[i]->value.text) + 1;
    char *text = wk_arena_get(arena, length + 1, 1), *end = text;
    for (size_t i = 0; i < node->n; i++)
        end = stpcpy(stpcpy(end, i ? "," : ""), node->items[i]->value.text);
    return text;
}

/* "key.name"; at the top "name". Not by printf: plans of a million cells are looked through several
 * times. */
static const char *below(const char *key, const char *name, wk_arena *arena) {
    char *path = wk_arena_get(arena, strlen(key) + strlen(name) + 2, 1);
    stpcpy(stpcpy(stpcpy(path, key), *key ? "." : ""), name);
    return path;
}

/* Of a group by their names; of a list of groups by their numbers. */
static void expand_children(const wk_node *node, size_t index, const char *key, wk_pairs *pairs,
                            wk_arena *arena) {
    for (size_t i = 0; i < node->n; i++) {
        size_t later = 1; /* combinations of the children after this one: they vary faster */
        for (size_t j = i + 1; j < node->n; j++)
            later = wk_count_times(later, node->items[j]->count);
        char number[24];
        if (node->kind != WK_NODE_GROUP)
            snprintf(number, sizeof number, "%zu", i + 1);
        const char *name = node->kind == WK_NODE_GROUP ? node->items[i]->name : number;
        wk_node_expand(node->items[i], index / later, below(key, name, arena), pairs, arena);
        index %= later;
    }
}

void wk_node_expand(const wk_node *node, size_t index, const char *key, wk_pairs *pairs,
                    wk_arena *arena) {
    WK_ASSERT(index < node->count);
    size_t i = 0;
    switch (node->kind) {
    case WK_NODE_SCALAR:
        wk_pairs_add(pairs, key, node->value, arena);
        return;
    case WK_NODE_LIST:
        if (node->items[0]->kind == WK_NODE_SCALAR)
            wk_pairs_add(pairs, key, wk_value_text(list_text(node, arena)), arena);
        else
            expand_children(node, index, key, pairs, arena);
        return;
    case WK_NODE_GROUP:
        expand_children(node, index, key, pairs, arena);
        return;
    case WK_NODE_AXIS:
        while (index >= node->items[i]->count)
            index -= node->items[i++]->count;
        wk_node_expand(node->items[i], index, key, pairs, arena);
        return;
    default:
        wk_bug(__FILE__, __LINE__, "'%s' cannot be expanded", node->name);
    }
}
