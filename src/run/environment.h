/* Facts about the machine and this program. Reads only; changes nothing. */
#ifndef WK_RUN_ENVIRONMENT_H
#define WK_RUN_ENVIRONMENT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* Path of this executable, for starting it again: of the file that was open since the first call,
 * not of one that a build may have put in its place meanwhile. */
const char *wk_environment_executable(void);

/* Cores that this process may use, >= 1. */
size_t wk_environment_cores(void);

/* Bytes of memory that could be had now; 0 if unknown. */
double wk_environment_free_memory(void);

/* One line each; texts live in `arena`. */
const char *wk_environment_cpu(wk_arena *arena); /* "AMD EPYC …" */
const char *wk_environment_os(wk_arena *arena);  /* "Linux 6.1, x86_64; Debian …" */
const char *wk_environment_compiler(void);       /* "gcc 12.2.0" */

/* The file that `program` would run from PATH, or NULL. */
const char *wk_environment_find_program(const char *program, wk_arena *arena);

#endif
