/* Combinations of axes as pairs of key and value. */
#include "suite/tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct writer {
    wk_pair *pairs;
    size_t room, *n;
    wk_arena *arena;
    wk_error *err;
} writer;

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

size_t wk_node_count(const wk_node *node) {
    return node->count;
}

static wk_status write_pair(writer *w, const char *key, wk_value value) {
    if (*w->n >= w->room)
        return wk_fail(w->err, WK_CANNOT, "more than %zu parameters: no room for '%s'", w->room,
                       key);
    w->pairs[(*w->n)++] = (wk_pair){key, value};
    return WK_OK;
}

/* "a,b,c" */
static wk_status write_list(writer *w, const wk_node *node, const char *key) {
    size_t length = 0;
    for (size_t i = 0; i < node->n; i++)
        length += strlen(node->items[i]->value.text) + 1;
    char *text = wk_arena_get(w->arena, length + 1, 1);
    char *end = text;
    for (size_t i = 0; i < node->n; i++) {
        if (i)
            *end++ = ',';
        end = stpcpy(end, node->items[i]->value.text);
    }
    return write_pair(w, key, wk_value_text(text));
}

static wk_status write_node(writer *w, const wk_node *node, size_t index, const char *key);

/* "key.name"; at the top "name". Not by printf: plans of a million cells are looked through several
 * times. */
static const char *below(writer *w, const char *key, const char *name) {
    char *path = wk_arena_get(w->arena, strlen(key) + strlen(name) + 2, 1);
    if (path)
        stpcpy(stpcpy(stpcpy(path, key), *key ? "." : ""), name);
    return path;
}

/* Of a group by their names; of a list of groups by their numbers. */
static wk_status write_children(writer *w, const wk_node *node, size_t index, const char *key) {
    for (size_t i = 0; i < node->n; i++) {
        size_t later = 1; /* combinations of the children after this one: they vary faster */
        for (size_t j = i + 1; j < node->n; j++) {
            const size_t count = node->items[j]->count;
            later = later > SIZE_MAX / count ? SIZE_MAX : later * count;
        }
        char number[24];
        if (node->kind != WK_NODE_GROUP)
            snprintf(number, sizeof number, "%zu", i + 1);
        const char *path =
            below(w, key, node->kind == WK_NODE_GROUP ? node->items[i]->name : number);
        WK_TRY(write_node(w, node->items[i], index / later, path));
        index %= later;
    }
    return WK_OK;
}

static wk_status write_node(writer *w, const wk_node *node, size_t index, const char *key) {
    WK_ASSERT(index < node->count);
    switch (node->kind) {
    case WK_NODE_SCALAR:
        return write_pair(w, key, node->value);
    case WK_NODE_LIST:
        if (node->items[0]->kind == WK_NODE_SCALAR)
            return write_list(w, node, key);
        return write_children(w, node, index, key);
    case WK_NODE_GROUP:
        return write_children(w, node, index, key);
    case WK_NODE_AXIS:
        for (size_t i = 0; i < node->n; i++) {
            if (index < node->items[i]->count)
                return write_node(w, node->items[i], index, key);
            index -= node->items[i]->count;
        }
        break;
    default:
        break;
    }
    wk_bug(__FILE__, __LINE__, "'%s' cannot be expanded", node->name);
}

wk_status wk_node_expand(const wk_node *node, size_t index, const char *prefix, wk_pair *pairs,
                         size_t room, size_t *n, wk_arena *arena, wk_error *err) {
    writer w = {pairs, room, n, arena, err};
    return write_node(&w, node, index, prefix ? prefix : "");
}
