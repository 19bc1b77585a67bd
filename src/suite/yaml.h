/* Strict YAML: libyaml's events into a tree that remembers where each thing stood.
 *
 * Refused, with file:line:column: tags, anchors, aliases, `<<`, duplicate keys, keys that are not
 * plain scalars, more than one document, an empty document, nesting deeper than WK_YAML_DEPTH, more
 * than WK_YAML_NODES nodes, text longer than WK_YAML_BYTES.
 */
#ifndef WK_SUITE_YAML_H
#define WK_SUITE_YAML_H

#include "base/arena.h"

#include <stdbool.h>

enum { WK_YAML_DEPTH = 16, WK_YAML_NODES = 100000, WK_YAML_BYTES = 1 << 20, WK_YAML_SHOWN = 96 };

typedef enum wk_yaml_kind { WK_YAML_SCALAR, WK_YAML_LIST, WK_YAML_MAP } wk_yaml_kind;

typedef struct wk_yaml {
    wk_yaml_kind kind;
    const char *source;  /* "suites/quick.yaml", or "--set" */
    size_t line, column; /* of its first character, from 1; for a map's value */
    const char *text;    /* scalar: its content */
    bool quoted;         /* scalar: written with quotes (or as a block) */
    size_t n;            /* list, map: how many */
    struct wk_yaml **items;
    struct wk_yaml **keys; /* map: keys[i] (scalars) belongs to items[i] */
} wk_yaml;

/* `text` needs no NUL; everything in *root lives in `arena`. WK_BAD_INPUT "source:line:column: …".
 */
wk_status wk_yaml_parse(const char *source, const char *text, size_t length, wk_arena *arena,
                        wk_yaml **root, wk_error *err) WK_CHECKED;

/* The value of a key in a map, or NULL. */
wk_yaml *wk_yaml_find(const wk_yaml *map, const char *key);

/* Adds key: value to a map that has no such key. */
void wk_yaml_add(wk_yaml *map, wk_yaml *key, wk_yaml *value, wk_arena *arena);

/* A deep copy: changing it leaves `yaml` as it is. */
wk_yaml *wk_yaml_copy(const wk_yaml *yaml, wk_arena *arena);

/* User's text made fit for a message: cut when it is long, control characters as '?'. Returns
 * `out`. */
char *wk_yaml_show(const char *text, char out[WK_YAML_SHOWN]);

/* Fills err with "source:line:column: message" and returns WK_BAD_INPUT. */
wk_status wk_yaml_fail(const wk_yaml *at, wk_error *err, const char *format, ...) WK_PRINTF(3, 4);

#endif
