#include "base/json_read.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* What jansson takes stands in a ring, so that all that one reading took can be given back when
 * memory runs out in its midst: we leave jansson by longjmp, before it sees a NULL. A ring needs no
 * head to be shortened: the blocks of a document that was read are freed one by one later. */
typedef struct block {
    _Alignas(max_align_t) struct block *next;
    struct block *previous;
} block;

typedef struct reading {
    block head;
    jmp_buf starved;
} reading;

static _Thread_local reading *now;

static void *take(size_t size) {
    block *b = size <= SIZE_MAX - sizeof *b ? malloc(sizeof *b + size) : NULL;
    if (!b && now)
        longjmp(now->starved, 1);
    if (!b)
        return NULL;
    *b = (block){.next = b, .previous = b};
    if (now) {
        b->next = now->head.next;
        b->previous = &now->head;
        b->next->previous = b;
        now->head.next = b;
    }
    return b + 1;
}

static void give(void *bytes) {
    if (!bytes)
        return;
    block *b = (block *)bytes - 1;
    b->next->previous = b->previous;
    b->previous->next = b->next;
    free(b);
}

static void give_all(block *head) {
    while (head->next != head)
        give(head->next + 1);
}

typedef struct allocator {
    json_malloc_t take;
    json_free_t give;
} allocator;

static allocator use(allocator other) {
    allocator before;
    json_get_alloc_funcs(&before.take, &before.give);
    json_set_alloc_funcs(other.take, other.give);
    return before;
}

static const allocator ours = {take, give};

/* False if memory ran out; else *out is what jansson made of it. */
static bool load(reading *mine, const char *text, size_t length, json_t **out,
                 json_error_t *where) {
    if (setjmp(mine->starved) != 0)
        return false;
    *out = json_loadb(text, length, JSON_REJECT_DUPLICATES, where);
    return true;
}

wk_status wk_json_read(const char *text, size_t length, json_t **out, json_error_t *where,
                       wk_error *err) {
    reading mine;
    mine.head = (block){.next = &mine.head, .previous = &mine.head};
    *out = NULL;
    const allocator theirs = use(ours);
    now = &mine;
    const bool fed = load(&mine, text, length, out, where);
    now = NULL;
    use(theirs);
    if (!fed) {
        give_all(&mine.head);
        *out = NULL;
        return wk_fail_memory(err, (double)length);
    }
    mine.head.next->previous = mine.head.previous; /* the head goes, the ring stays */
    mine.head.previous->next = mine.head.next;
    return *out ? WK_OK : WK_BAD_INPUT;
}

void wk_json_free(json_t *json) {
    const allocator theirs = use(ours);
    json_decref(json);
    use(theirs);
}
