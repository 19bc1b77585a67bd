/* Starting a worker process: this executable, anew, with single-threaded BLAS, in a process group
 * of its own, with default signals and no descriptor of ours but its three pipes. */
#ifndef WK_RUN_SPAWN_H
#define WK_RUN_SPAWN_H

#include "base/arena.h"

#include <stdbool.h>
#include <sys/types.h>

/* Our environment with what a worker's BLAS must be told, one thread above all; each of
 * settings[0..n), "NAME=VALUE", in place of the usual or of ours. Lives in `arena`. */
char **wk_spawn_environment(const char *const *settings, size_t n, wk_arena *arena);

typedef struct wk_spawned {
    pid_t pid;
    int in, out, err; /* our ends: to write its input, to read its output and errors */
} wk_spawned;

/* The reading ends do not block. On failure nothing is left. */
wk_status wk_spawn_worker(const char *folder, char *const *environment, wk_spawned *out,
                          wk_error *err) WK_CHECKED;

/* From now on what a worker leaves running in a group of its own becomes our child when the worker
 * has ended. */
void wk_spawn_adopt_strays(void);

/* Ends such strays: children that carry a worker's environment and are none of `known`'s. Other
 * children, which we may have been started with, are let be. */
void wk_spawn_end_strays(bool (*known)(const void *context, pid_t pid), const void *context);

#endif
