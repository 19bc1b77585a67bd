#include "base/memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

typedef struct memory {
    char **text; /* where the caller wants them */
    size_t *length;
    char *bytes;
    size_t used, room;
    bool failed;
} memory;

/* 0 tells stdio that it failed. */
static ssize_t append(void *cookie, const char *bytes, size_t n) {
    memory *m = cookie;
    if (n >= m->room - m->used) { /* one is kept for the NUL */
        const size_t needed = m->used + n + 1;
        const size_t room = needed > 2 * m->room ? needed : 2 * m->room;
        char *larger = n < SIZE_MAX / 4 - m->used ? realloc(m->bytes, room) : NULL;
        if (!larger) {
            m->failed = true;
            errno = ENOMEM;
            return 0;
        }
        m->bytes = larger;
        m->room = room;
    }
    memcpy(m->bytes + m->used, bytes, n);
    m->used += n;
    return (ssize_t)n;
}

static int finish(void *cookie) {
    memory *m = cookie;
    const bool failed = m->failed;
    if (failed) {
        free(m->bytes);
        *m->text = NULL;
        *m->length = 0;
    } else {
        m->bytes[m->used] = '\0';
        *m->text = m->bytes;
        *m->length = m->used;
    }
    free(m);
    return failed ? -1 : 0;
}

FILE *wk_memory_stream(char **text, size_t *length) {
    enum { ROOM = 256 };
    static const cookie_io_functions_t functions = {.write = append, .close = finish};
    memory *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    *m = (memory){.text = text, .length = length, .bytes = malloc(ROOM), .room = ROOM};
    FILE *stream = m->bytes ? fopencookie(m, "w", functions) : NULL;
    if (!stream) {
        free(m->bytes);
        free(m);
    }
    *text = NULL;
    *length = 0;
    return stream;
}
