/* Starts the tasks of the ready queue as there is room, and writes down what comes back. */
#include "run/scheduler.h"

#include "base/clock.h"
#include "run/cell_arrays.h"
#include "run/environment.h"
#include "run/folder.h"
#include "run/progress.h"
#include "run/record.h"
#include "run/session_plan.h"
#include "run/workers.h"
#include "run/write_queue.h"

#include <string.h>

/* A cell at work. */
typedef struct job {
    bool busy;
    wk_allotment given;
} job;

typedef struct scheduler {
    const wk_session *session;
    wk_arena arena, turn; /* turn: for the cell that comes next */
    wk_allotter allotter;
    wk_ready_queue queue;
    wk_session_counts counts;
    job *jobs;           /* (slots) the ticket of a worker is its place */
    wk_plan_cell cell;   /* that comes next, */
    wk_allotment coming; /* and what it is given, if it is `ready` */
    bool ready;
    bool alone;       /* what runs is timed: we keep still */
    double in_flight; /* bytes that cells at work may take by their estimates */
    wk_workers *pool;
    wk_write_queue outbox;
    wk_progress progress;
} scheduler;

/* ---- what waits for the store ---- */

/* Not when it may be of other data than its keys say. */
static wk_status write_down(scheduler *s, wk_urgency urgency, wk_error *err) {
    if (urgency == WK_WHEN_DUE && !wk_write_queue_due(&s->outbox))
        return WK_OK;
    WK_TRY(wk_plan_files_unchanged(&s->allotter.files, err));
    return wk_write_queue_write(&s->outbox, urgency, s->session->order.folder, err);
}

/* What is timed is not to be disturbed, unless it takes so long that what waits might be lost. */
static bool may_write(const scheduler *s) {
    const double long_s = 5;
    return !s->alone || wk_clock_wall() - s->outbox.written > long_s;
}

/* ---- starting ---- */

static void pass_on(scheduler *s) {
    s->queue.next++;
    s->ready = false;
}

static wk_status start(scheduler *s, wk_error *err) {
    const wk_allotment *given = &s->coming;
    char arrays[WK_CELL_ARRAYS_PATH];
    job *j = s->jobs;
    while (j->busy)
        j++;
    if (s->session->order.how.save_arrays)
        WK_TRY(wk_cell_arrays_begin(s->session->order.folder, &given->key, arrays, err));
    wk_request request = given->member->like;
    request.job = WK_JOB_CELL;
    request.alone = given->alone;
    request.seed = s->cell.seed;
    request.threads = given->threads;
    request.arrays = s->session->order.how.save_arrays ? arrays : NULL;
    request.params = s->cell.params;
    WK_TRY(wk_workers_start(s->pool, &request, given->most, (size_t)(j - s->jobs), err));
    *j = (job){.busy = true, .given = *given};
    s->in_flight += given->bytes;
    pass_on(s);
    return WK_OK;
}

/* A cell whose backend cannot be had is recorded as failed, with the reason. */
static void refuse(scheduler *s) {
    const wk_store_cell cell = {
        .result = {.end = WK_END_FAILED, .reason = s->coming.member->blas.trouble}};
    wk_progress_step(&s->progress, s->coming.flops, true);
    wk_write_queue_put(&s->outbox, &s->coming.key, &cell);
    pass_on(s);
}

static bool fits(const scheduler *s) {
    const wk_allotment *given = &s->coming;
    const double memory = s->allotter.memory;
    return wk_workers_has_room(s->pool, given->alone ? s->allotter.slots : given->threads) &&
           (wk_workers_busy(s->pool) == 0 || memory == 0 || s->in_flight + given->bytes <= memory);
}

static wk_status look_ahead(scheduler *s, wk_error *err) {
    if (s->ready)
        return WK_OK;
    wk_arena_reset(&s->turn, (wk_arena_mark){0});
    WK_TRY(wk_allot(&s->allotter, s->queue.tasks[s->queue.next].index, &s->turn, &s->cell,
                    &s->coming, err));
    s->ready = true;
    return WK_OK;
}

/* As many as there is room for. */
static wk_status start_more(scheduler *s, wk_error *err) {
    while (!*s->session->order.how.stop && s->queue.next < s->queue.n) {
        WK_TRY(look_ahead(s, err));
        if (*s->coming.member->blas.trouble) {
            refuse(s);
            WK_TRY(write_down(s, WK_WHEN_DUE, err));
            continue;
        }
        if (!fits(s))
            return WK_OK;
        s->alone = s->coming.alone;
        if (s->alone) /* while nothing is timed; before one that takes long, all */
            WK_TRY(write_down(s, s->coming.flops > 1e10 ? WK_NOW : WK_WHEN_DUE, err));
        WK_TRY(start(s, err));
    }
    return WK_OK;
}

/* ---- what comes back ---- */

/* What came back; an answer that is no record is a crash too. The texts live in scratch, or with
 * the report. */
static wk_store_cell judge(const wk_workers_report *report, wk_arena *scratch) {
    wk_store_cell cell = {.result = report->result};
    if (!report->answer)
        return cell;
    wk_result found;
    wk_error trouble = {0};
    if (wk_record_read(report->answer, report->length, scratch, &found, &trouble) == WK_OK) {
        cell.result.end = found.end;
        cell.result.reason = found.reason;
    } else {
        cell.result.end = WK_END_CRASHED;
        cell.result.reason = wk_arena_text(scratch, trouble.message);
    }
    if (wk_end_has_metrics(cell.result.end)) {
        cell.record = report->answer;
        cell.size = report->length;
    }
    return cell;
}

static wk_status keep(scheduler *s, const wk_hash *key, const wk_store_cell *cell, wk_error *err) {
    if (s->session->order.how.save_arrays && cell->record) {
        WK_TRY(wk_plan_files_unchanged(&s->allotter.files, err)); /* the folder is there at once */
        WK_TRY(wk_cell_arrays_keep(s->session->order.folder, key, err));
    }
    wk_write_queue_put(&s->outbox, key, cell);
    return WK_OK;
}

static wk_status settle(scheduler *s, const wk_workers_report *report, wk_error *err) {
    job *j = &s->jobs[report->ticket];
    wk_arena scratch = {0};
    wk_status status = WK_OK;
    const wk_store_cell cell = judge(report, &scratch);
    j->busy = false;
    s->in_flight -= j->given.bytes;
    if (s->session->order.how.save_arrays && !cell.record)
        wk_cell_arrays_drop(s->session->order.folder, &j->given.key);
    if (cell.result.end != WK_END_PENDING) {
        status = keep(s, &j->given.key, &cell, err);
        wk_progress_step(&s->progress, j->given.flops, !cell.record);
    }
    wk_arena_release(&scratch);
    return status;
}

/* ---- the loop ---- */

static wk_status run_all(scheduler *s, wk_error *err) {
    while (s->queue.next < s->queue.n || wk_workers_busy(s->pool)) {
        WK_TRY(start_more(s, err));
        if (!wk_workers_busy(s->pool))
            return WK_OK; /* stopped */
        if (may_write(s)) /* while others work */
            WK_TRY(write_down(s, *s->session->order.how.stop ? WK_NOW : WK_WHEN_DUE, err));
        wk_workers_report report;
        if (wk_workers_wait(s->pool, 0.2, &report))
            WK_TRY(settle(s, &report, err));
        wk_progress_show(&s->progress);
    }
    return WK_OK;
}

static void announce(const scheduler *s) {
    const wk_run_options *how = &s->session->order.how;
    if (how->quiet)
        return;
    const size_t cells = s->session->opened.plan.cells, n = s->queue.n;
    if (s->counts.reused)
        fprintf(stderr, "widecheck: %zu of %zu cells reused\n", s->counts.reused, cells);
    if (s->counts.left_out)
        fprintf(stderr, "widecheck: %zu of %zu cells left out by --filter\n", s->counts.left_out,
                cells);
    const size_t timed = wk_ready_queue_timed(&s->queue);
    const size_t together = timed == n ? 1 : s->allotter.slots / (how->threads ? how->threads : 1);
    if (n)
        fprintf(stderr, "widecheck: running %zu cells, %zu at a time%s\n", n, together,
                timed && timed < n ? ", kernels alone" : "");
}

static wk_status run_session(scheduler *s, wk_error *err) {
    const wk_session *session = s->session;
    const wk_run_options *how = &session->order.how;
    WK_TRY(wk_session_plan_write(&s->allotter, &s->queue, &s->counts, &s->arena, err));
    announce(s);
    const char *folder = wk_plan_folder(&session->opened.plan, &s->arena);
    s->jobs = wk_arena_get(&s->arena, s->allotter.slots, sizeof *s->jobs);
    s->pool = wk_workers_new(s->allotter.slots, folder, how->timeout_s, how->stop);
    wk_progress_begin(&s->progress, s->queue.n, wk_ready_queue_flops(&s->queue), how->quiet);
    const wk_status status = run_all(s, err);
    wk_progress_end(&s->progress);
    /* Whatever went wrong, what is done is kept; unless that is a file that was changed. */
    const wk_status kept = write_down(s, WK_AT_LAST, status == WK_OK ? err : NULL);
    return status == WK_OK ? kept : status;
}

/* Threads that may be at work at once: all cores, in cells of as many threads as are asked for. */
static size_t slots_of(const wk_run_options *how) {
    const size_t cores = wk_environment_cores(), threads = how->threads ? how->threads : 1;
    if (how->jobs)
        return how->jobs * threads;
    return cores > threads ? cores / threads * threads : threads;
}

wk_status wk_scheduler_run(const wk_session *session, wk_error *err) {
    scheduler s = {.session = session,
                   .allotter = {.session = session,
                                .slots = slots_of(&session->order.how),
                                .memory = 0.8 * wk_environment_free_memory()},
                   .outbox = {.store = session->store}};
    s.allotter.files.arena = &s.arena;
    const wk_status status = run_session(&s, err);
    wk_workers_free(s.pool);
    if (status != WK_OK)
        wk_folder_sweep(session->order.folder); /* arrays of the cells that were in flight */
    wk_write_queue_release(&s.outbox);
    wk_arena_release(&s.turn);
    wk_arena_release(&s.arena);
    return status;
}
