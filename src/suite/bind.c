/* Binds the values of a group of the typed tree to the fields of a struct. */
#include "suite/bind.h"

#include "base/text.h"

#include <string.h>

/* The place of a word in a list of words; WK_INTEGER takes some in place of a number. */
static size_t place_of(const char *const *words, const char *text) {
    size_t i = 0;
    while (words && words[i] && strcmp(words[i], text) != 0)
        i++;
    return i;
}

static size_t integer_of(const wk_node *node) {
    const char *const *words = node->param->words;
    int64_t value = 0;
    if (words && words[place_of(words, node->text)])
        return 0;
    WK_ASSERT(wk_text_integer(node->text, &value) && value >= 0);
    return (size_t)value;
}

static double real_of(const wk_node *node) {
    double value = 0;
    WK_ASSERT(wk_text_real(node->text, &value));
    return value;
}

static wk_words words_of(const wk_node *node, wk_arena *arena) {
    const char **list = wk_arena_get(arena, node->n, sizeof *list);
    for (size_t i = 0; i < node->n; i++)
        list[i] = node->items[i]->text;
    return (wk_words){list, node->n};
}

static void bind_value(const wk_node *node, wk_arena *arena, void *field) {
    WK_ASSERT(node->kind != WK_NODE_AXIS);
    switch (node->param->type) {
    case WK_INTEGER:
        *(size_t *)field = integer_of(node);
        break;
    case WK_REAL:
        *(double *)field = real_of(node);
        break;
    case WK_TRUTH:
        *(bool *)field = strcmp(node->text, "true") == 0;
        break;
    case WK_WORD:
        *(int *)field = (int)place_of(node->param->words, node->text);
        break;
    case WK_NAME:
    case WK_TEXT:
    case WK_PATH:
        *(const char **)field = node->text;
        break;
    case WK_INTERVAL:
        for (size_t i = 0; i < 2; i++)
            ((double *)field)[i] = real_of(node->items[i]);
        break;
    case WK_WORDS:
        *(wk_words *)field = words_of(node, arena);
        break;
    case WK_GROUP:
        wk_node_bind(node, arena, field);
        break;
    case WK_GROUPS:
    case WK_NAMED:
    case WK_MATCH:
        *(const wk_node **)field = node;
        break;
    }
}

void wk_node_bind(const wk_node *node, wk_arena *arena, void *out) {
    WK_ASSERT(node->kind == WK_NODE_GROUP);
    const wk_group *group = node->param ? node->param->group : NULL;
    if (group && group->exactly_one)
        *(int *)out = (int)(node->items[0]->param - group->rows);
    for (size_t i = 0; i < node->n; i++)
        bind_value(node->items[i], arena, (char *)out + node->items[i]->param->offset);
}
