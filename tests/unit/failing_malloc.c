#include "failing_malloc.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static atomic_size_t asked, failing_one;
static atomic_bool counting, and_all_after;
static atomic_long blocks;

/* The allocator beneath. dlsym may allocate before it has found it: from a few bytes of our own. */
static void *(*real_malloc)(size_t), *(*real_calloc)(size_t, size_t),
    *(*real_realloc)(void *, size_t);
static void (*real_free)(void *);
static int (*real_memalign)(void **, size_t, size_t);
static _Alignas(16) unsigned char early[4096];
static size_t early_used;

static bool is_early(const void *block) {
    return (uintptr_t)block >= (uintptr_t)early &&
           (uintptr_t)block < (uintptr_t)(early + sizeof early);
}

static void *take_early(size_t size) {
    void *block = early + early_used;
    early_used += (size + 15) / 16 * 16;
    if (early_used > sizeof early)
        __builtin_trap();
    return block;
}

static void find(void *function, const char *name) {
    void *address = dlsym(RTLD_NEXT, name);
    if (!address)
        __builtin_trap();
    memcpy(function, &address, sizeof address);
}

/* False while the allocator beneath is being looked for. */
static bool ready(void) {
    static bool looking;
    if (real_memalign)
        return true;
    if (looking)
        return false;
    looking = true;
    find(&real_malloc, "malloc");
    find(&real_calloc, "calloc");
    find(&real_realloc, "realloc");
    find(&real_free, "free");
    find(&real_memalign, "posix_memalign");
    looking = false;
    return true;
}

static bool refused(void) {
    if (!atomic_load(&counting))
        return false;
    const size_t nth = atomic_load(&failing_one), now = atomic_fetch_add(&asked, 1) + 1;
    return nth && (now == nth || (now > nth && atomic_load(&and_all_after)));
}

static void *counted(void *block) {
    if (block)
        atomic_fetch_add(&blocks, 1);
    return block;
}

static void *no_memory(void) {
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t size) {
    if (!ready())
        return take_early(size);
    return refused() ? no_memory() : counted(real_malloc(size));
}

void *calloc(size_t count, size_t size) {
    if (!ready())
        return take_early(count * size);
    return refused() ? no_memory() : counted(real_calloc(count, size));
}

void free(void *block) {
    if (!block || is_early(block))
        return;
    atomic_fetch_sub(&blocks, 1);
    const int kept = errno;
    real_free(block);
    errno = kept;
}

void *realloc(void *block, size_t size) {
    if (!block)
        return malloc(size);
    if (is_early(block))
        __builtin_trap();
    if (!size) {
        free(block);
        return NULL;
    }
    return refused() ? no_memory() : real_realloc(block, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    if (!ready())
        __builtin_trap();
    if (refused())
        return ENOMEM;
    const int failed = real_memalign(block, alignment, size);
    if (!failed)
        counted(*block);
    return failed;
}

void *aligned_alloc(size_t alignment, size_t size) {
    void *block = NULL;
    const int failed =
        posix_memalign(&block, alignment < sizeof(void *) ? sizeof(void *) : alignment, size);
    return failed ? no_memory() : block;
}

void *memalign(size_t alignment, size_t size) {
    return aligned_alloc(alignment, size);
}

/* AddressSanitizer has its own of these two, which would not pass here. */
char *strndup(const char *text, size_t most) {
    const size_t length = strnlen(text, most);
    char *copy = malloc(length + 1);
    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

char *strdup(const char *text) {
    return strndup(text, strlen(text));
}

void failing_begin(size_t nth, bool for_good) {
    atomic_store(&asked, 0);
    atomic_store(&failing_one, nth);
    atomic_store(&and_all_after, for_good);
    atomic_store(&counting, true);
}

size_t failing_end(void) {
    atomic_store(&counting, false);
    return atomic_load(&asked);
}

long failing_blocks(void) {
    return atomic_load(&blocks);
}
