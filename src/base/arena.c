/* Memory that is freed all at once, taken from the system in chunks. */
#include "base/arena.h"

#include "base/error.h"
#include "base/heap.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* AddressSanitizer knows only the chunks. It is told which bytes of them are a block's, and there
 * are some between two blocks that are nobody's. */
#if defined __has_feature && !defined __SANITIZE_ADDRESS__
#if __has_feature(address_sanitizer) /* clang */
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#if defined __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
enum { GAP = 64, TEXT = 8 }; /* it knows eight bytes at a time */
#else
#define ASAN_POISON_MEMORY_REGION(bytes, n) ((void)(bytes), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(bytes, n) ((void)(bytes), (void)(n))
enum { GAP = 0, TEXT = 1 };
#endif

enum { ALIGN = 64, CHUNK = 64 * 1024 };

struct wk_arena_chunk {
    struct wk_arena_chunk *next;
    size_t size, used; /* of the payload */
    _Alignas(ALIGN) unsigned char data[];
};

void wk_arena_release(wk_arena *arena) {
    wk_arena_reset(arena, (wk_arena_mark){0});
    arena->total = 0;
}

wk_arena_mark wk_arena_here(const wk_arena *arena) {
    return (wk_arena_mark){arena->chunks, arena->chunks ? arena->chunks->used : 0};
}

void wk_arena_reset(wk_arena *arena, wk_arena_mark mark) {
    while (arena->chunks != mark.chunk) {
        WK_ASSERT(arena->chunks); /* the mark is of another arena, or older than a reset */
        struct wk_arena_chunk *next = arena->chunks->next;
        arena->total -= arena->chunks->size;
        ASAN_UNPOISON_MEMORY_REGION(arena->chunks->data, arena->chunks->size);
        free(arena->chunks);
        arena->chunks = next;
    }
    if (!mark.chunk)
        return;
    mark.chunk->used = mark.used;
    ASAN_POISON_MEMORY_REGION(mark.chunk->data + mark.used, mark.chunk->size - mark.used);
}

static struct wk_arena_chunk *chunk_new(wk_arena *arena, size_t size) {
    struct wk_arena_chunk *chunk = NULL;
    if (size > SIZE_MAX - sizeof *chunk - ALIGN ||
        posix_memalign((void **)&chunk, ALIGN, sizeof *chunk + size) != 0)
        wk_out_of_memory((double)size);
    chunk->size = size;
    chunk->used = 0;
    ASAN_POISON_MEMORY_REGION(chunk->data, size);
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->total += size;
    return chunk;
}

/* Where a block may begin that is to lie at a multiple of `align`. */
static size_t beginning(const struct wk_arena_chunk *chunk, size_t align) {
    return (chunk->used + align - 1) / align * align;
}

static void *take(wk_arena *arena, size_t count, size_t size, size_t align) {
    if (size && count > (SIZE_MAX - ALIGN - GAP) / size)
        wk_out_of_memory((double)count * (double)size);
    const size_t bytes = count * size + GAP;
    struct wk_arena_chunk *chunk = arena->chunks;
    if (!chunk || beginning(chunk, align) > chunk->size ||
        chunk->size - beginning(chunk, align) < bytes)
        chunk = chunk_new(arena, bytes > CHUNK ? bytes : CHUNK);
    void *block = chunk->data + beginning(chunk, align);
    chunk->used = beginning(chunk, align) + bytes;
    ASAN_UNPOISON_MEMORY_REGION(block, count * size);
    return block;
}

/* What is smaller than a cache line has no need to begin one: results are mostly of that kind. */
static size_t alignment(size_t count, size_t size) {
    return count > (ALIGN - 1) / (size ? size : 1) ? ALIGN : _Alignof(max_align_t);
}

void *wk_arena_get(wk_arena *arena, size_t count, size_t size) {
    return memset(take(arena, count, size, alignment(count, size)), 0, count * size);
}

double *wk_arena_doubles(wk_arena *arena, size_t count) {
    return take(arena, count, sizeof(double), alignment(count, sizeof(double)));
}

void *wk_arena_more(wk_arena *arena, void *array, size_t used, size_t *room, size_t size) {
    if (used < *room)
        return array;
    *room = *room ? 2 * *room : 32;
    void *larger = wk_arena_get(arena, *room, size);
    if (used)
        memcpy(larger, array, used * size);
    return larger;
}

char *wk_arena_span(wk_arena *arena, const char *text, size_t length) {
    char *copy = take(arena, length + 1, 1, TEXT);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *wk_arena_text(wk_arena *arena, const char *text) {
    return wk_arena_span(arena, text, strlen(text));
}

char *wk_arena_printf(wk_arena *arena, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    WK_ASSERT(length >= 0);
    char *text = take(arena, (size_t)length + 1, 1, TEXT);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}
