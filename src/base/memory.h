/* A stream that writes to memory, for text of unknown length:
 *
 *   char *text = NULL;
 *   size_t length = 0;
 *   FILE *out = wk_memory_stream(&text, &length);
 *   if (!out)
 *       return wk_fail_memory(err, 0);
 *   fprintf(out, ...);
 *   if (fclose(out) != 0)
 *       return wk_fail_memory(err, 0);
 *   use(text), free(text);
 *
 * As open_memstream, but when memory runs out it fails as a file on a full disk does, so that
 * fclose tells; glibc's (2.36) then drops bytes and calls it a success.
 */
#ifndef WK_BASE_MEMORY_H
#define WK_BASE_MEMORY_H

#include <stddef.h>
#include <stdio.h>

/* NULL for lack of memory. *text and *length are set by fclose: NUL-terminated and the caller's to
 * free; or NULL and 0 where fclose fails. */
FILE *wk_memory_stream(char **text, size_t *length);

#endif
