/* Memory that is always there: these calls do not fail. When there is no more, the process ends.
 *
 * That is safe, for a run survives kill -9 at any moment: what was committed to the store is kept,
 * and workers die with their parent. So nobody above this file has to pass "out of memory" on.
 * Sizes that come from a file are bounded before anything is allocated; what a cell needs and the
 * machine does not have is refused before the cell starts (model/cell/memory.c).
 */
#ifndef WK_BASE_HEAP_H
#define WK_BASE_HEAP_H

#include <stddef.h>
#include <stdio.h>

/* As malloc and realloc; the caller frees. */
void *wk_allocate(size_t bytes);
void *wk_reallocate(void *block, size_t bytes);
/* As calloc. */
void *wk_allocate_zeroed(size_t count, size_t size);

/* Prints "widecheck: out of memory (N bytes)" and ends the process with exit code 3. Libraries that
 * report exhausted memory end here too. bytes: what was asked for; 0 if unknown. */
_Noreturn void wk_out_of_memory(double bytes);

/* For a worker: from now on exhausted memory ends the process with this exit code, and `bytes`, as
 * a double, is written to `descriptor`, where the parent reads it. */
void wk_out_of_memory_tells(int exit_code, int descriptor);

/* A stream that writes to memory, for text of unknown length:
 *
 *   char *text = NULL;
 *   size_t length = 0;
 *   FILE *out = wk_text_stream(&text, &length);
 *   fprintf(out, ...);
 *   fclose(out);
 *   use(text), free(text);
 *
 * fclose sets *text (NUL-terminated, the caller's to free) and *length. glibc's open_memstream
 * drops bytes without a word when memory runs out; this one ends the process. */
FILE *wk_text_stream(char **text, size_t *length);

#endif
