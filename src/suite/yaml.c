/* Strict YAML: the events of libyaml as a tree that remembers places. */
#include "suite/yaml.h"

#include "base/heap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

typedef struct reader {
    yaml_parser_t parser;
    const char *source, *text;
    size_t length;
    size_t index, byte; /* character number `index` begins at text[byte] */
    size_t nodes;
    wk_arena *arena;
    wk_error *err;
} reader;

wk_status wk_yaml_fail(const wk_yaml *at, wk_error *err, const char *format, ...) {
    char message[sizeof err->message];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return wk_fail(err, WK_BAD_INPUT, "%s:%zu:%zu: %s", at->source, at->line, at->column, message);
}

char *wk_yaml_show(const char *text, char out[WK_YAML_SHOWN]) {
    const size_t most = WK_YAML_SHOWN - sizeof "…", length = strnlen(text, WK_YAML_SHOWN);
    size_t n = length > most ? most : length;
    while (n > 0 && n < length && ((unsigned char)text[n] & 0xC0) == 0x80)
        n--; /* never half a character */
    for (size_t i = 0; i < n; i++)
        out[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7F ? '?' : text[i];
    strcpy(out + n, n < length ? "…" : "");
    return out;
}

static bool continues(char byte) {
    return ((unsigned char)byte & 0xC0) == 0x80;
}

static wk_yaml place(const reader *r, yaml_mark_t mark) {
    return (wk_yaml){.source = r->source, .line = mark.line + 1, .column = mark.column + 1};
}

/* The source text at a mark: libyaml counts characters, not bytes. */
static const char *source_at(reader *r, yaml_mark_t mark) {
    if (mark.index < r->index)
        r->index = r->byte = 0;
    while (r->index < mark.index && r->byte < r->length) {
        r->byte++;
        while (r->byte < r->length && continues(r->text[r->byte]))
            r->byte++;
        r->index++;
    }
    return r->byte < r->length ? r->text + r->byte : "";
}

static wk_yaml place_of_byte(const reader *r, size_t byte) {
    wk_yaml at = {.source = r->source, .line = 1, .column = 1};
    for (size_t i = 0; i < byte && i < r->length; i++) {
        at.column += !continues(r->text[i]);
        if (r->text[i] == '\n') {
            at.line++;
            at.column = 1;
        }
    }
    return at;
}

/* What libyaml found wrong, in our form. Of a bad byte it knows only the offset; the end of the
 * text it puts on a line of its own. */
static wk_status fail_syntax(reader *r) {
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR)
        wk_out_of_memory(0);
    if (p->error == YAML_READER_ERROR) {
        const wk_yaml bad = place_of_byte(r, p->problem_offset);
        return p->problem_value < 0 ? wk_yaml_fail(&bad, r->err, "%s", p->problem)
                                    : wk_yaml_fail(&bad, r->err, "%s (0x%02x)", p->problem,
                                                   (unsigned)p->problem_value);
    }
    const bool ended = !*source_at(r, p->problem_mark);
    const wk_yaml at = ended ? place_of_byte(r, r->length) : place(r, p->problem_mark);
    if (!p->context)
        return wk_yaml_fail(&at, r->err, "%s", p->problem);
    return wk_yaml_fail(&at, r->err, "%s (%s that begins at line %zu)", p->problem, p->context,
                        p->context_mark.line + 1);
}

/* A tag, an anchor or an alias, quoted from the source. */
static wk_status refuse(reader *r, yaml_mark_t mark, const char *what) {
    const char *from = source_at(r, mark);
    const wk_yaml at = place(r, mark);
    const size_t left = r->length - r->byte;
    char word[WK_YAML_SHOWN], shown[WK_YAML_SHOWN];
    size_t n = 0;
    while (n < left && n + 1 < sizeof word && !strchr(" \t\r\n,[]{}", from[n]))
        n++;
    memcpy(word, from, n);
    word[n] = '\0';
    return wk_yaml_fail(&at, r->err, "'%s': %s are not allowed", wk_yaml_show(word, shown), what);
}

/* Tags and anchors. libyaml drops a lone `!` of a scalar, hence the look at the source. */
static wk_status check_properties(reader *r, const yaml_event_t *event) {
    const yaml_char_t *tag = NULL, *anchor = NULL;
    if (event->type == YAML_SCALAR_EVENT) {
        tag = event->data.scalar.tag;
        anchor = event->data.scalar.anchor;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        tag = event->data.sequence_start.tag;
        anchor = event->data.sequence_start.anchor;
    } else {
        tag = event->data.mapping_start.tag;
        anchor = event->data.mapping_start.anchor;
    }
    if (anchor)
        return refuse(r, event->start_mark, "anchors");
    if (tag || *source_at(r, event->start_mark) == '!')
        return refuse(r, event->start_mark, "tags");
    return WK_OK;
}

/* Appends to an array that has doubled whenever n was a power of two. */
static void append(reader *r, wk_yaml ***items, size_t n, wk_yaml *item) {
    if ((n & (n - 1)) == 0) {
        wk_yaml **more = wk_arena_get(r->arena, n ? 2 * n : 1, sizeof *more);
        if (n)
            memcpy(more, *items, n * sizeof *more);
        *items = more;
    }
    (*items)[n] = item;
}

static int by_text_then_place(const void *a, const void *b) {
    const wk_yaml *x = *(wk_yaml *const *)a, *y = *(wk_yaml *const *)b;
    const int order = strcmp(x->text, y->text);
    if (order)
        return order;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return (x->column > y->column) - (x->column < y->column);
}

static wk_status check_unique(reader *r, const wk_yaml *map) {
    if (map->n < 2)
        return WK_OK;
    wk_yaml **sorted = wk_arena_get(r->arena, map->n, sizeof *sorted);
    memcpy(sorted, map->keys, map->n * sizeof *sorted);
    qsort(sorted, map->n, sizeof *sorted, by_text_then_place);
    char shown[WK_YAML_SHOWN];
    for (size_t i = 1; i < map->n; i++)
        if (strcmp(sorted[i - 1]->text, sorted[i]->text) == 0)
            return wk_yaml_fail(sorted[i], r->err, "duplicate key '%s' (first at line %zu)",
                                wk_yaml_show(sorted[i]->text, shown), sorted[i - 1]->line);
    return WK_OK;
}

static wk_status check_key(reader *r, const wk_yaml *key) {
    if (key->kind != WK_YAML_SCALAR)
        return wk_yaml_fail(key, r->err, "a key must be a plain word, not a %s",
                            key->kind == WK_YAML_LIST ? "list" : "mapping");
    char shown[WK_YAML_SHOWN];
    if (key->quoted)
        return wk_yaml_fail(key, r->err, "key '%s' must be written without quotes",
                            wk_yaml_show(key->text, shown));
    if (!*key->text)
        return wk_yaml_fail(key, r->err, "a key is missing");
    if (strcmp(key->text, "<<") == 0)
        return wk_yaml_fail(key, r->err, "'<<': merge keys are not allowed");
    return WK_OK;
}

static wk_status read_next(reader *r, size_t depth, wk_yaml **node);

/* What follows the start of a list or map, up to its end. */
static wk_status read_children(reader *r, wk_yaml *node, size_t depth) {
    for (;;) {
        wk_yaml *key = NULL, *item = NULL;
        if (node->kind == WK_YAML_MAP) {
            WK_TRY(read_next(r, depth, &key));
            if (!key)
                return check_unique(r, node);
            WK_TRY(check_key(r, key));
            append(r, &node->keys, node->n, key);
        }
        WK_TRY(read_next(r, depth, &item));
        if (!item)
            return WK_OK;
        append(r, &node->items, node->n, item);
        node->n++;
    }
}

static wk_status read_scalar(reader *r, const yaml_event_t *event, wk_yaml *node) {
    const char *value = (const char *)event->data.scalar.value;
    const size_t length = event->data.scalar.length;
    if (memchr(value, 0, length))
        return wk_yaml_fail(node, r->err, "a text must not hold the character '\\0'");
    node->kind = WK_YAML_SCALAR;
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->text = wk_arena_span(r->arena, value, length);
    return WK_OK;
}

/* NULL in *out when the event ends a list or map. */
static wk_status read_event(reader *r, const yaml_event_t *event, size_t depth, wk_yaml **out) {
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return refuse(r, event->start_mark, "aliases");
    case YAML_SCALAR_EVENT:
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        break;
    default:
        return WK_OK;
    }
    const wk_yaml at = place(r, event->start_mark);
    if (depth > WK_YAML_DEPTH)
        return wk_yaml_fail(&at, r->err, "nested deeper than %d levels", WK_YAML_DEPTH);
    if (++r->nodes > WK_YAML_NODES)
        return wk_yaml_fail(&at, r->err, "more than %d values", WK_YAML_NODES);
    WK_TRY(check_properties(r, event));
    wk_yaml *node = wk_arena_get(r->arena, 1, sizeof *node);
    *node = at;
    *out = node;
    if (event->type == YAML_SCALAR_EVENT)
        return read_scalar(r, event, node);
    node->kind = event->type == YAML_MAPPING_START_EVENT ? WK_YAML_MAP : WK_YAML_LIST;
    return read_children(r, node, depth + 1);
}

static wk_status read_next(reader *r, size_t depth, wk_yaml **node) {
    yaml_event_t event;
    if (!yaml_parser_parse(&r->parser, &event))
        return fail_syntax(r);
    const wk_status status = read_event(r, &event, depth, node);
    yaml_event_delete(&event);
    return status;
}

static wk_status read_stream(reader *r, wk_yaml **root) {
    const wk_yaml begin = place(r, (yaml_mark_t){0});
    for (;;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&r->parser, &event))
            return fail_syntax(r);
        const yaml_event_type_t type = event.type;
        const wk_yaml at = place(r, event.start_mark);
        const bool tags =
            type == YAML_DOCUMENT_START_EVENT && event.data.document_start.tag_directives.start !=
                                                     event.data.document_start.tag_directives.end;
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT)
            return *root ? WK_OK : wk_yaml_fail(&begin, r->err, "the document is empty");
        if (type != YAML_DOCUMENT_START_EVENT)
            continue;
        if (tags)
            return wk_yaml_fail(&at, r->err, "'%%TAG': tags are not allowed");
        if (*root)
            return wk_yaml_fail(&at, r->err, "a second document is not allowed");
        WK_TRY(read_next(r, 1, root));
        if ((*root)->kind == WK_YAML_SCALAR && !(*root)->quoted && !*(*root)->text)
            return wk_yaml_fail(*root, r->err, "the document is empty");
    }
}

wk_status wk_yaml_parse(const char *source, const char *text, size_t length, wk_arena *arena,
                        wk_yaml **root, wk_error *err) {
    *root = NULL;
    reader r = {.text = text, .length = length, .arena = arena, .err = err};
    r.source = wk_arena_text(arena, source);
    if (length > WK_YAML_BYTES) {
        const wk_yaml at = place(&r, (yaml_mark_t){0});
        return wk_yaml_fail(&at, err, "longer than %d bytes", WK_YAML_BYTES);
    }
    const char *nul = memchr(text, 0, length);
    if (nul) {
        const wk_yaml at = place_of_byte(&r, (size_t)(nul - text));
        return wk_yaml_fail(&at, err, "a NUL byte: a suite must be text in UTF-8");
    }
    if (!yaml_parser_initialize(&r.parser))
        wk_out_of_memory(0);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, length);
    wk_yaml *read = NULL;
    const wk_status status = read_stream(&r, &read);
    yaml_parser_delete(&r.parser);
    if (status == WK_OK)
        *root = read;
    return status;
}

wk_yaml *wk_yaml_find(const wk_yaml *map, const char *key) {
    for (size_t i = 0; map->kind == WK_YAML_MAP && i < map->n; i++)
        if (strcmp(map->keys[i]->text, key) == 0)
            return map->items[i];
    return NULL;
}

void wk_yaml_add(wk_yaml *map, wk_yaml *key, wk_yaml *value, wk_arena *arena) {
    WK_ASSERT(map->kind == WK_YAML_MAP);
    wk_yaml **keys = wk_arena_get(arena, map->n + 1, sizeof *keys);
    wk_yaml **items = wk_arena_get(arena, map->n + 1, sizeof *items);
    for (size_t i = 0; i <= map->n; i++) {
        keys[i] = i < map->n ? map->keys[i] : key;
        items[i] = i < map->n ? map->items[i] : value;
    }
    map->keys = keys;
    map->items = items;
    map->n++;
}

wk_yaml *wk_yaml_copy(const wk_yaml *yaml, wk_arena *arena) {
    wk_yaml *copy = wk_arena_get(arena, 1, sizeof *copy);
    *copy = *yaml;
    if (yaml->kind == WK_YAML_SCALAR)
        return copy;
    copy->items = wk_arena_get(arena, yaml->n, sizeof *copy->items);
    for (size_t i = 0; i < yaml->n; i++)
        copy->items[i] = wk_yaml_copy(yaml->items[i], arena);
    return copy; /* keys are never changed in place: shared */
}
