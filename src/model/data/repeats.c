/* Equal rows are found by a hash of their bytes, and told apart by the bytes themselves. */
#include "model/data/repeats.h"

#include <stdint.h>
#include <string.h>

static uint64_t mix(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    return hash ^ hash >> 29;
}

static uint64_t hash_of(const unsigned char *bytes, size_t n) {
    uint64_t hash = n, word = 0;
    size_t i = 0;
    for (; i + sizeof word <= n; i += sizeof word) {
        memcpy(&word, bytes + i, sizeof word);
        hash = mix(hash, word);
    }
    word = 0;
    memcpy(&word, bytes + i, n - i);
    return mix(hash, word);
}

/* `first` has a row for each slot that is taken, as its number + 1. */
static size_t find_slot(const size_t *first, size_t slots, wk_stored_row *stored,
                        const void *source, size_t i) {
    size_t n = 0, other_n = 0;
    const unsigned char *row = stored(source, i, &n);
    size_t at = hash_of(row, n) & (slots - 1);
    for (; first[at]; at = (at + 1) & (slots - 1)) {
        const void *other = stored(source, first[at] - 1, &other_n);
        if (n == other_n && memcmp(row, other, n) == 0)
            break;
    }
    return at;
}

size_t *wk_repeats_find(size_t count, wk_stored_row *stored, const void *source, wk_arena *arena) {
    wk_arena scratch = {0};
    size_t slots = 16;
    while (slots < 2 * count)
        slots *= 2;
    size_t *first = wk_arena_get(&scratch, slots, sizeof *first);
    size_t *equal = wk_arena_get(arena, count, sizeof *equal);
    for (size_t i = 0; i < count; i++) {
        const size_t at = find_slot(first, slots, stored, source, i);
        if (!first[at])
            first[at] = i + 1;
        equal[i] = first[at] - 1;
    }
    wk_arena_release(&scratch);
    return equal;
}
