/* What the parent asks of a worker process, on its standard input: one binary message
 * (base/bytes.h) of the format "wkrq".
 *
 *   u8    job: 0 a cell, 1 the probe
 *   u64   pid of the process that asks
 *   u64   seed
 *   u32   threads, 1 to 1024
 *   text  folder for the arrays; "" if none are wanted
 *   text  file of the BLAS, and text, file of the LAPACK, that must have been loaded; "" for any
 *   the parameters (wk_bag_write)
 *
 * The answer, one message too, comes on the worker's standard output: a cell's record
 * (run/record.h) or what the probe found (run/probe.h). The first value of each is an f64: the most
 * memory, in bytes, that the worker held.
 */
#ifndef WK_RUN_REQUEST_H
#define WK_RUN_REQUEST_H

#include "base/value.h"

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

/* The format of the answer to such a job, and the version of both. */
const char *wk_request_answers(wk_job job);
enum { WK_ANSWER_VERSION = 1 };

/* The exit code of a worker that memory did not suffice for. Its answer is then the number of bytes
 * that it asked for, as a double (base/heap.h). */
enum { WK_EXIT_EXHAUSTED = 86 };

/* Appends the message to `out`. */
void wk_request_write(const wk_request *request, wk_bytes *out);

/* Texts live in `arena`. WK_BAD_INPUT for bytes that are no such message. */
wk_status wk_request_read(const void *data, size_t length, wk_arena *arena, wk_request *request,
                          wk_error *err) WK_CHECKED;

#endif
