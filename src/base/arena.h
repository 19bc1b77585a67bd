/* Arena: memory that is freed all at once. A cell, a suite, a report has one; views borrow from it.
 *
 *   wk_arena arena = {0};               // ready for use
 *   double *x = wk_arena_doubles(&arena, n);
 *   wk_arena_release(&arena);           // all pointers into it are dead; it may be used again
 *
 * Blocks of 64 bytes or more are 64-byte aligned, smaller ones as any type needs, texts not at all.
 * `wk_arena_doubles` leaves the numbers unset, `wk_arena_get` sets all bytes to zero. Asking for
 * nothing gives a valid pointer. Large blocks are mapped on their own, so that the operating system
 * hands out the pages lazily and gets them back at release.
 */
#ifndef WK_BASE_ARENA_H
#define WK_BASE_ARENA_H

#include "base/error.h"

#include <stddef.h>

typedef struct wk_arena {
    struct wk_arena_chunk *chunks; /* newest first */
    size_t total;                  /* bytes taken from the system */
} wk_arena;

/* A place to return to: everything taken after the mark is freed by wk_arena_reset. */
typedef struct wk_arena_mark {
    struct wk_arena_chunk *chunk;
    size_t used;
} wk_arena_mark;

void wk_arena_release(wk_arena *arena);
wk_arena_mark wk_arena_here(const wk_arena *arena);
void wk_arena_reset(wk_arena *arena, wk_arena_mark mark);

/* These never return NULL: see base/heap.h. */
void *wk_arena_get(wk_arena *arena, size_t count, size_t size);
double *wk_arena_doubles(wk_arena *arena, size_t count);
/* The array, of entries of `size` bytes, with room for one more than `used`. It is `array` itself
 * while used < *room. Otherwise it is a copy of the `used` entries with at least twice the room,
 * and *room becomes its number of entries; the old array stays until the arena is released. An
 * array begins as NULL with used = *room = 0. */
void *wk_arena_more(wk_arena *arena, void *array, size_t used, size_t *room, size_t size);
char *wk_arena_text(wk_arena *arena, const char *text);
char *wk_arena_span(wk_arena *arena, const char *text, size_t length);
char *wk_arena_printf(wk_arena *arena, const char *format, ...) WK_PRINTF(2, 3);

#endif
