#include "failing_malloc.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

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

/* LeakSanitizer, if it is there. It takes what the dynamic linker asked for as being in use,
 * because the linker's own records, which hold it, are hidden from it; it knows it by malloc's
 * caller. Here that would be this file. */
extern void __lsan_ignore_object(const void *block) __attribute__((weak));
static uintptr_t linker_begin, linker_end;

static void find_linker(void) {
    const uintptr_t base = getauxval(AT_BASE);
    const ElfW(Ehdr) *header = (const ElfW(Ehdr) *)base;
    if (!base || !__lsan_ignore_object)
        return;
    const ElfW(Phdr) *part = (const ElfW(Phdr) *)(base + header->e_phoff);
    linker_begin = linker_end = base;
    for (size_t i = 0; i < header->e_phnum; i++)
        if (part[i].p_type == PT_LOAD && base + part[i].p_vaddr + part[i].p_memsz > linker_end)
            linker_end = base + part[i].p_vaddr + part[i].p_memsz;
}

static void *asked_by(const void *caller, void *block) {
    if (block && (uintptr_t)caller >= linker_begin && (uintptr_t)caller < linker_end)
        __lsan_ignore_object(block);
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
    find_linker();
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
    return refused() ? no_memory()
                     : asked_by(__builtin_return_address(0), counted(real_malloc(size)));
}

void *calloc(size_t count, size_t size) {
    if (!ready())
        return take_early(count * size);
    return refused() ? no_memory()
                     : asked_by(__builtin_return_address(0), counted(real_calloc(count, size)));
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
    if (!block && !ready())
        return take_early(size);
    if (is_early(block))
        __builtin_trap();
    if (block && !size) {
        free(block);
        return NULL;
    }
    if (refused())
        return no_memory();
    void *moved = real_realloc(block, size);
    return asked_by(__builtin_return_address(0), block ? moved : counted(moved));
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
