/* The typed tree: a suite's YAML read by the descriptor tables that it is given (base/param.h).
 *
 * After wk_tree_read every value is known to be of its type and in its range, defaults are filled
 * in, and scalars are typed values (base/value.h).
 */
#ifndef WK_SUITE_TREE_H
#define WK_SUITE_TREE_H

#include "base/param.h"
#include "suite/yaml.h"

enum { WK_TREE_AXIS = 10000 }; /* most alternatives of one axis */

typedef enum wk_node_kind {
    WK_NODE_SCALAR, /* value */
    WK_NODE_LIST,   /* items: scalars of a WK_INTERVAL or WK_WORDS, groups of a WK_GROUPS */
    WK_NODE_GROUP,  /* items: its rows that are present, in the order of the table (then the
                       variant's) */
    WK_NODE_NAMED,  /* items: one a user-chosen name (of WK_NAMED), in the order of the file */
    WK_NODE_MATCH,  /* items: one a parameter name; each a LIST of scalars (one scalar: a list of
                       one) */
    WK_NODE_AXIS,   /* items: the alternatives (scalars, or groups) */
} wk_node_kind;

typedef struct wk_node {
    wk_node_kind kind;
    const wk_param *param;    /* the row that it was read by */
    const char *name;         /* the key under which it stands; of an item of a list, the list's */
    const struct wk_node *up; /* what holds it; NULL at the top */
    const wk_yaml *at;        /* where it was written; of a default, the group that lacks it */
    bool is_default;
    wk_value value;            /* SCALAR */
    const wk_variant *variant; /* GROUP with a selector */
    size_t n;
    struct wk_node **items;
    size_t count; /* what wk_node_count returns */
} wk_node;

/* Reads a map (or, with a shorthand, a scalar) by a group. Lists are axes where rows have WK_AXIS;
 * an empty list there is refused. Errors name the nearest valid key. */
wk_status wk_tree_read(const wk_yaml *yaml, const wk_group *group, wk_arena *arena, wk_node **node,
                       wk_error *err) WK_CHECKED;

/* The child of a GROUP, NAMED or MATCH by its key, or NULL. */
const wk_node *wk_node_find(const wk_node *node, const char *name);

/* A scalar child's value; the child must be there and of that type (else a bug). */
const char *wk_node_text(const wk_node *node, const char *name);
double wk_node_real(const wk_node *node, const char *name);
size_t wk_node_size(const wk_node *node, const char *name);

/* Sums and products of counts; they saturate at SIZE_MAX. */
size_t wk_count_plus(size_t a, size_t b);
size_t wk_count_times(size_t a, size_t b);

/* How many combinations the axes below `node` span (1 without axes). Saturates at SIZE_MAX. */
size_t wk_node_count(const wk_node *node);

/* Pairs while they are collected. It starts as {0} and grows by wk_pairs_add. */
typedef struct wk_pairs {
    wk_pair *list; /* (n) */
    size_t n, room;
} wk_pairs;
void wk_pairs_add(wk_pairs *pairs, const char *key, wk_value value, wk_arena *arena);

/* Adds combination `index` < wk_node_count(node) as pairs "prefix.path.to.key" → value; the last
 * axis varies fastest. Intervals and lists are written "a,b,c"; of a WK_GROUPS "key.1.sub",
 * "key.2.sub". All lives in `arena`. */
void wk_node_expand(const wk_node *node, size_t index, const char *prefix, wk_pairs *pairs,
                    wk_arena *arena);

/* Its name as it is told to users, which is returned: from the nearest mapping that the user named,
 * as parameters are ('model.width', not 'experiments.drift.model.width'). An item of a list has the
 * name of the list. */
enum { WK_NODE_PATH = 256 };
char *wk_node_path(const wk_node *node, char out[WK_NODE_PATH]);

/* "file:line:column: message", at the node's place; returns WK_BAD_INPUT. */
wk_status wk_node_fail(const wk_node *node, wk_error *err, const char *format, ...) WK_PRINTF(3, 4);

#endif
