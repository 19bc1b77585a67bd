/* An allocator under the test's control. A program that is linked with failing_malloc.c allocates
 * through it wholly: malloc and its kin are defined in the executable, so the calls of libc,
 * libyaml, SQLite, jansson and BLAS arrive there too, and are handed on to the allocator that would
 * have served them (libc's, or AddressSanitizer's). */
#ifndef FAILING_MALLOC_H
#define FAILING_MALLOC_H

#include <stdbool.h>
#include <stddef.h>

/* From now on the `nth` allocation (1, 2 …) fails, and if `for_good` all that follow; 0: none.
 * Counting begins anew. */
void failing_begin(size_t nth, bool for_good);

/* Back to normal; how many allocations were asked for since failing_begin. */
size_t failing_end(void);

/* Blocks that are allocated now. */
long failing_blocks(void);

#endif
