/* Allocation that ends the process when memory is exhausted. */
#include "base/heap.h"

#include "base/error.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int code = WK_CANNOT, told = -1;

void wk_out_of_memory_tells(int exit_code, int descriptor) {
    code = exit_code;
    told = descriptor;
}

void wk_out_of_memory(double bytes) {
    char line[96];
    int length = bytes > 0
                     ? snprintf(line, sizeof line, "widecheck: out of memory (%.0f bytes)\n", bytes)
                     : snprintf(line, sizeof line, "widecheck: out of memory\n");
    ssize_t written = write(STDERR_FILENO, line, (size_t)length);
    if (told >= 0)
        written = write(told, &bytes, sizeof bytes);
    (void)written; /* there is nobody left to tell */
    _exit(code);
}

void *wk_allocate(size_t bytes) {
    void *block = malloc(bytes ? bytes : 1);
    if (!block)
        wk_out_of_memory((double)bytes);
    return block;
}

void *wk_reallocate(void *block, size_t bytes) {
    void *larger = realloc(block, bytes ? bytes : 1);
    if (!larger)
        wk_out_of_memory((double)bytes);
    return larger;
}

void *wk_allocate_zeroed(size_t count, size_t size) {
    void *block = calloc(count ? count : 1, size ? size : 1);
    if (!block)
        wk_out_of_memory((double)count * (double)size);
    return block;
}

/* ---- a stream into memory ---- */

typedef struct memory {
    char **text; /* where the caller wants them */
    size_t *length;
    char *bytes;
    size_t used, room;
} memory;

static ssize_t append(void *cookie, const char *bytes, size_t n) {
    memory *m = cookie;
    if (n >= m->room - m->used) { /* one is kept for the NUL */
        m->room = 2 * (m->used + n + 1);
        m->bytes = wk_reallocate(m->bytes, m->room);
    }
    memcpy(m->bytes + m->used, bytes, n);
    m->used += n;
    return (ssize_t)n;
}

static int finish(void *cookie) {
    memory *m = cookie;
    m->bytes[m->used] = '\0';
    *m->text = m->bytes;
    *m->length = m->used;
    free(m);
    return 0;
}

FILE *wk_text_stream(char **text, size_t *length) {
    enum { ROOM = 256 };
    static const cookie_io_functions_t functions = {.write = append, .close = finish};
    memory *m = wk_allocate(sizeof *m);
    *m = (memory){.text = text, .length = length, .bytes = wk_allocate(ROOM), .room = ROOM};
    FILE *stream = fopencookie(m, "w", functions);
    if (!stream)
        wk_out_of_memory(0);
    return stream;
}
