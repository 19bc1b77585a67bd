/* Names numbered in the order in which they come. */
#include "model/data/names.h"

#include <stdint.h>
#include <string.h>

enum { FIRST_SLOTS = 64 }; /* a power of 2 */

static uint64_t fnv1a(const char *text) {
    uint64_t hash = 0xcbf29ce484222325;
    for (const char *p = text; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 0x100000001b3;
    return hash;
}

/* The slot that holds the text, or the free one where it belongs. */
static size_t find(const wk_names *names, const char *text) {
    size_t at = fnv1a(text) & (names->slots - 1);
    while (names->slot[at] && strcmp(names->text[names->slot[at] - 1], text) != 0)
        at = (at + 1) & (names->slots - 1);
    return at;
}

/* Twice the room, at most half of the slots taken. */
static void grow(wk_names *names, wk_arena *arena) {
    const size_t slots = names->slots ? 2 * names->slots : FIRST_SLOTS;
    const char **text = wk_arena_get(arena, slots / 2, sizeof *text);
    size_t *slot = wk_arena_get(arena, slots, sizeof *slot);
    if (names->n)
        memcpy(text, names->text, names->n * sizeof *text);
    names->text = text;
    names->room = slots / 2;
    names->slot = slot;
    names->slots = slots;
    for (size_t i = 0; i < names->n; i++)
        slot[find(names, text[i])] = i + 1;
}

void wk_names_number(wk_names *names, const char *text, wk_arena *arena, size_t *number) {
    if (names->n == names->room)
        grow(names, arena);
    const size_t at = find(names, text);
    if (!names->slot[at]) {
        const char *copy = wk_arena_text(arena, text);
        names->text[names->n++] = copy;
        names->slot[at] = names->n;
    }
    *number = names->slot[at] - 1;
}
