/* What the parent asks of a worker process, on its standard input: lines, closed by "end".
 *     widecheck-worker 1
 *     job cell | probe
 *     parent 4711           (pid of who asks)
 *     seed 3
 *     threads 2
 *     blas /file, lapack /file   (only if chosen: what must have been loaded)
 *     arrays /folder          (only if wanted; in a path a line break is \n, a backslash \\)
 *     param model.width=64
 *     end
 * The answer, one line of JSON, comes on its standard output (run/answer.h).
 */
#ifndef WK_RUN_REQUEST_H
#define WK_RUN_REQUEST_H

#include "base/param.h"

#include <stdio.h>

typedef enum wk_job { WK_JOB_CELL, WK_JOB_PROBE } wk_job;

typedef struct wk_request {
    wk_job job;
    uint64_t seed, parent;
    size_t threads;
    const char *arrays;        /* folder, or NULL */
    const char *blas, *lapack; /* real paths of the files that it must have loaded; NULL: any */
    wk_bag params;
    /* Not sent from here on. "NAME=VALUE" of the worker's environment, in place of what is usual
     * (run/spawn.h). */
    const char *const *settings; /* (nsettings) */
    size_t nsettings;
    bool alone; /* no other worker runs beside it */
} wk_request;

void wk_request_write(const wk_request *request, FILE *out);
wk_status wk_request_read(FILE *in, wk_arena *arena, wk_request *request, wk_error *err) WK_CHECKED;

#endif
