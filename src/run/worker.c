/* The worker's side: one request, one answer. */
#include "run/worker.h"

#include "base/heap.h"
#include "blas/cell/kernel.h"
#include "la/library.h"
#include "model/cell/cell.h"
#include "run/probe.h"
#include "run/record.h"
#include "run/request.h"
#include "run/resident.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* A BLAS that was not loaded as asked is an error, never silently another one. */
static wk_status check_libraries(const wk_request *request, wk_error *err) {
    if (!request->blas)
        return WK_OK;
    static wk_library library; /* some pages: not on the stack */
    wk_library_identify(&library);
    return wk_library_check(&library, request->blas, request->lapack, err);
}

static wk_status run(const wk_request *request, wk_pool *pool, wk_arena *arena, wk_result *result,
                     wk_error *err) {
    if (wk_kernel_asked(&request->params))
        return wk_kernel_run(&request->params, pool, arena, result, err);
    return wk_cell_run(&request->params, request->seed, request->arrays, pool, arena, result, err);
}

/* A cell that cannot be computed is a result too: it is recorded with its reason. */
static void answer_cell(const wk_request *request, wk_pool *pool, wk_arena *arena, wk_bytes *out) {
    wk_error err = {0};
    wk_result result = {0};
    wk_status status = check_libraries(request, &err);
    if (status == WK_OK)
        status = run(request, pool, arena, &result, &err);
    if (status != WK_OK)
        result = (wk_result){.end = WK_END_FAILED, .reason = err.message};
    result.peak_bytes = wk_resident_peak(getpid());
    wk_record_write(&result, out);
}

/* The parent reads when we have ended, or when it comes by: an answer that the pipe does not hold
 * would wait for that. More than an unprivileged process may have is not to be had: then it waits.
 */
static void make_room(size_t length) {
    const size_t usual = 64 * 1024, most = 1 << 20;
    if (length > usual)
        fcntl(STDOUT_FILENO, F_SETPIPE_SZ, (int)(length < most ? length : most));
}

static int answer(const wk_request *request, wk_arena *arena) {
    wk_error err = {0};
    wk_pool *pool = NULL;
    if (wk_pool_new(request->threads, &pool, &err) != WK_OK) {
        fprintf(stderr, "worker: %s\n", err.message);
        return WK_CANNOT;
    }
    wk_bytes out = {0};
    if (request->job == WK_JOB_CELL)
        answer_cell(request, pool, arena, &out);
    else
        wk_probe_answer(request->threads, &out);
    wk_pool_free(pool);
    make_room(out.length);
    const bool sent = fwrite(out.data, 1, out.length, stdout) == out.length && fflush(stdout) == 0;
    wk_bytes_release(&out);
    return sent ? 0 : WK_CANNOT;
}

/* When the machine runs out of memory, a worker is to go before its parent. */
static void offer_to_the_killer(void) {
    FILE *file = fopen("/proc/self/oom_score_adj", "we");
    if (file) {
        fputs("500", file);
        fclose(file);
    }
}

/* What is freed of large blocks goes back at once, and a few megabytes of small ones are kept. By
 * itself glibc moves both limits, up to 64 MiB, as soon as a large block was freed, and what a cell
 * takes would hang on what was asked for before, and in which order. */
static void give_back_what_is_freed(void) {
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 4 << 20);
}

/* All of standard input, to be freed. What is longer than any request is cut, and so refused. */
static char *read_input(size_t *length) {
    enum { MOST = 1 << 24, STEP = 64 * 1024 };
    char *bytes = NULL;
    size_t got = 0;
    *length = 0;
    do {
        bytes = wk_reallocate(bytes, *length + STEP);
        got = fread(bytes + *length, 1, STEP, stdin);
        *length += got;
    } while (got == STEP && *length < MOST);
    return bytes;
}

int wk_worker_main(void) {
    /* Nobody waits for a worker whose parent has died, before or after this line. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return WK_CANNOT;
    prctl(PR_SET_NAME, "widecheck");                /* what it was started by is no name */
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* it would lie beside the suite */
    offer_to_the_killer();
    give_back_what_is_freed();
    wk_out_of_memory_tells(WK_EXIT_EXHAUSTED, STDOUT_FILENO);
    wk_arena arena = {0};
    wk_error err = {0};
    wk_request request;
    int code;
    size_t length = 0;
    char *input = read_input(&length);
    const wk_status status = wk_request_read(input, length, &arena, &request, &err);
    free(input);
    if (status == WK_OK) {
        code = request.parent == (uint64_t)getppid() ? answer(&request, &arena) : WK_CANNOT;
    } else {
        fprintf(stderr, "worker: %s\n", err.message);
        code = WK_BAD_INPUT;
    }
    wk_arena_release(&arena);
    return code;
}
