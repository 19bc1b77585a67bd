#include "cli/session.h"

#include "cli/facts.h"
#include "cli/publish.h"

#include "base/file.h"
#include "base/text.h"
#include "model/spec.h"
#include "run/crew.h"
#include "run/environment.h"
#include "run/outbox.h"
#include "run/progress.h"
#include "run/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A cell that is still to be run. */
typedef struct task {
    size_t index; /* in the plan */
    wk_hash key;
    double flops, bytes, most; /* bytes: estimated; most: that it may take */
    size_t threads;
} task;

typedef struct loop {
    wk_session *session;
    wk_arena arena;
    task *tasks;
    size_t n, next, reused, left_out;
    size_t slots;
    double memory, in_flight; /* bytes that may be taken, and are */
    wk_crew *crew;
    wk_outbox outbox;
    wk_progress progress;
} loop;

/* ---- which cells ---- */

static bool claim_takes(const wk_claim *claim, const wk_row *cell) {
    return wk_selection_has(&claim->claim.from, cell) ||
           wk_selection_has(&claim->control.from, cell);
}

bool wk_session_takes(const wk_opened *opened, const char *filter, const wk_row *cell) {
    if (!filter || wk_text_match(filter, cell->experiment))
        return true;
    for (size_t i = 0; i < opened->nclaims; i++)
        if (wk_text_match(filter, opened->claims[i].id) && claim_takes(&opened->claims[i], cell))
            return true;
    return false;
}

/* Arrays of a cell lie in folder/arrays/CELL, made under another name and renamed when whole. */
static void arrays_path(const loop *l, const wk_hash *key, const char *suffix, char out[4200]) {
    snprintf(out, 4200, "%s/arrays/%.16s%s", l->session->folder, key->hex, suffix);
}

static wk_status is_done(loop *l, const wk_hash *key, bool *done, wk_error *err) {
    WK_TRY(wk_store_has(l->session->store, key, done, err));
    if (*done && l->session->save_arrays) {
        char path[4200];
        arrays_path(l, key, "", path);
        *done = access(path, F_OK) == 0;
    }
    return WK_OK;
}

static size_t threads_for(const loop *l, const task *t) {
    const double large = 2e11; /* some seconds of one core: worth more than one */
    if (l->session->threads)
        return l->session->threads;
    return t->flops > large || t->bytes > l->memory / 2 ? l->slots : 1;
}

double wk_session_memory_limit(double estimate) {
    const double least = 1024.0 * 1048576, factor = 4;
    return factor * estimate > least ? factor * estimate : least;
}

static wk_status plan_one(loop *l, size_t index, wk_plan_files *files, wk_arena *scratch,
                          wk_error *err) {
    wk_session *s = l->session;
    wk_plan_cell cell;
    wk_spec spec;
    const char *culprit = NULL;
    task t = {.index = index};
    bool done = false;
    WK_TRY(wk_plan_cell_at(&s->opened->plan, index, scratch, &cell, err));
    WK_TRY(
        wk_plan_key(&s->opened->plan, &cell, s->probe->fingerprint, files, scratch, &t.key, err));
    WK_TRY(wk_store_plan_add(s->store, index, &t.key, cell.experiment->name, &cell.params,
                             cell.seed, err));
    WK_TRY(is_done(l, &t.key, &done, err));
    const wk_row row = {.experiment = cell.experiment->name, .params = cell.params};
    if (done)
        l->reused++;
    else if (!wk_session_takes(s->opened, s->filter, &row))
        l->left_out++;
    else {
        WK_TRY(wk_plan_spec(&s->opened->plan, &cell, scratch, &spec, &culprit, err));
        t.flops = wk_spec_flops(&spec);
        t.bytes = wk_spec_bytes(&spec, 1);
        t.threads = threads_for(l, &t);
        t.bytes = wk_spec_bytes(&spec, t.threads);
        if (s->save_arrays)
            t.bytes += wk_spec_arrays_bytes(&spec);
        t.most = s->memory_limit > 0 ? s->memory_limit : wk_session_memory_limit(t.bytes);
        l->tasks[l->n++] = t;
    }
    return WK_OK;
}

/* Two cells of the plan may be the same cell (of two experiments): it is run once. */
static int by_key(const void *a, const void *b) {
    const task *x = a, *y = b;
    const int order = strcmp(x->key.hex, y->key.hex);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* Largest first, so that no long cell is left for the end. */
static int by_size(const void *a, const void *b) {
    const task *x = a, *y = b;
    if (x->flops != y->flops)
        return x->flops < y->flops ? 1 : -1;
    return (x->index > y->index) - (x->index < y->index);
}

static void order_tasks(loop *l) {
    if (!l->n)
        return;
    qsort(l->tasks, l->n, sizeof *l->tasks, by_key);
    size_t kept = 1;
    for (size_t i = 1; i < l->n; i++)
        if (strcmp(l->tasks[i].key.hex, l->tasks[kept - 1].key.hex) != 0)
            l->tasks[kept++] = l->tasks[i];
    l->reused += l->n - kept;
    l->n = kept;
    qsort(l->tasks, l->n, sizeof *l->tasks, by_size);
}

/* Facts are those of the run that measured something last: when nothing is to be run, those in the
 * store stay, if they can be read. */
static wk_status remember_facts(loop *l, wk_error *err) {
    wk_session *s = l->session;
    wk_report known = {0};
    if (l->n == 0 && wk_facts_load(s->store, &known, &l->arena, err) == WK_OK && known.nenvironment)
        return WK_OK;
    return wk_facts_save(s->store, s->probe, wk_environment_cores(), &l->arena, err);
}

/* The plan, the suite and the facts: in one transaction, so that a report never mixes two suites.
 */
static wk_status write_plan(loop *l, wk_error *err) {
    const size_t cells = l->session->opened->plan.cells;
    wk_arena scratch = {0};
    wk_plan_files files = {.arena = &l->arena};
    l->tasks = wk_arena_get(&l->arena, cells, sizeof *l->tasks, err);
    wk_status status = l->tasks ? wk_store_begin(l->session->store, err) : WK_CANNOT;
    if (status == WK_OK && l->session->fresh)
        status = wk_store_clear(l->session->store, err);
    if (status == WK_OK)
        status = wk_store_plan_clear(l->session->store, err);
    for (size_t i = 0; i < cells && status == WK_OK; i++) {
        const wk_arena_mark mark = wk_arena_here(&scratch);
        status = plan_one(l, i, &files, &scratch, err);
        wk_arena_reset(&scratch, mark);
    }
    wk_arena_release(&scratch);
    WK_TRY(status);
    order_tasks(l);
    char count[24];
    snprintf(count, sizeof count, "%zu", cells);
    WK_TRY(wk_store_put(l->session->store, "plan.cells", count, err));
    WK_TRY(wk_publish_remember(l->session->store, l->session->opened, l->session->rerun, err));
    WK_TRY(remember_facts(l, err));
    return wk_store_commit(l->session->store, err);
}

/* ---- running them ---- */

static wk_status absolute(const char *folder, char out[4200], wk_error *err) {
    char *real = realpath(folder, NULL);
    if (!real)
        return wk_fail(err, WK_CANNOT, "cannot use '%s': %s", folder, strerror(errno));
    snprintf(out, 4200, "%s", real);
    free(real);
    return WK_OK;
}

static wk_status start(loop *l, const task *t, wk_error *err) {
    wk_session *s = l->session;
    const wk_arena_mark mark = wk_arena_here(&l->arena);
    wk_plan_cell cell;
    char folder[4200] = "", full[4200];
    WK_TRY(wk_plan_cell_at(&s->opened->plan, t->index, &l->arena, &cell, err));
    if (s->save_arrays) {
        arrays_path(l, &t->key, ".part", folder);
        wk_file_remove_folder(folder);
        WK_TRY(wk_file_make_folder(folder, err));
        WK_TRY(absolute(folder, full, err));
    }
    wk_request request = s->like;
    request.job = WK_JOB_CELL;
    request.seed = cell.seed;
    request.threads = t->threads;
    request.arrays = s->save_arrays ? full : NULL;
    request.params = cell.params;
    WK_TRY(wk_crew_start(l->crew, &request, t->most, (size_t)(t - l->tasks), err));
    l->in_flight += t->bytes;
    wk_arena_reset(&l->arena, mark);
    return WK_OK;
}

static bool fits(const loop *l, const task *t) {
    return wk_crew_has_room(l->crew, t->threads) &&
           (wk_crew_busy(l->crew) == 0 || l->memory == 0 || l->in_flight + t->bytes <= l->memory);
}

static wk_status keep_arrays(const loop *l, const task *t, wk_error *err) {
    char part[4200], whole[4200];
    arrays_path(l, &t->key, ".part", part);
    arrays_path(l, &t->key, "", whole);
    wk_file_remove_folder(whole); /* of an earlier run, when this one is --fresh */
    if (rename(part, whole) != 0)
        return wk_fail(err, WK_CANNOT, "cannot keep '%s': %s", whole, strerror(errno));
    return WK_OK;
}

static void drop_arrays(const loop *l, const task *t) {
    char part[4200];
    arrays_path(l, &t->key, ".part", part);
    wk_file_remove_folder(part);
}

/* What came back goes to the store; an answer that is no record is a crash too. */
static wk_status settle(loop *l, const wk_crew_report *report, wk_error *err) {
    const task *t = &l->tasks[report->ticket];
    l->in_flight -= t->bytes;
    if (report->end == WK_END_PENDING) {
        if (l->session->save_arrays)
            drop_arrays(l, t);
        return WK_OK;
    }
    wk_store_cell cell = {.end = report->end,
                          .reason = report->reason,
                          .wall_s = report->wall_s,
                          .cpu_s = report->cpu_s,
                          .peak_bytes = report->peak_bytes};
    wk_arena scratch = {0};
    wk_record record;
    wk_error trouble = {0};
    if (report->answer) {
        if (wk_record_read(report->answer, &scratch, &record, &trouble) == WK_OK) {
            cell.end = record.end;
            cell.reason = record.reason;
        } else {
            cell.end = WK_END_CRASHED;
            cell.reason = trouble.message;
        }
    }
    const bool measured = cell.end == WK_END_OK || cell.end == WK_END_DIVERGED;
    cell.record = measured ? report->answer : NULL;
    wk_status status = WK_OK;
    if (measured && l->session->save_arrays)
        status = keep_arrays(l, t, err);
    else if (l->session->save_arrays)
        drop_arrays(l, t);
    if (status == WK_OK)
        status = wk_outbox_put(&l->outbox, &t->key, &cell, err);
    wk_arena_release(&scratch);
    wk_progress_step(&l->progress, t->flops, !measured);
    return status;
}

static wk_status run_all(loop *l, wk_error *err) {
    while (l->next < l->n || wk_crew_busy(l->crew)) {
        const bool stopping = *l->session->stop != 0;
        while (!stopping && l->next < l->n && fits(l, &l->tasks[l->next])) {
            WK_TRY(start(l, &l->tasks[l->next], err));
            l->next++;
        }
        if (!wk_crew_busy(l->crew))
            return WK_OK;                                /* stopped */
        WK_TRY(wk_outbox_flush(&l->outbox, false, err)); /* while the next cells are at work */
        wk_crew_report report;
        bool got = false;
        WK_TRY(wk_crew_wait(l->crew, 0.2, &report, &got, err));
        if (got)
            WK_TRY(settle(l, &report, err));
        wk_progress_show(&l->progress);
    }
    return WK_OK;
}

static double total_flops(const loop *l) {
    double sum = 0;
    for (size_t i = 0; i < l->n; i++)
        sum += l->tasks[i].flops;
    return sum;
}

static void announce(const loop *l) {
    const wk_session *s = l->session;
    if (s->quiet)
        return;
    const size_t cells = s->opened->plan.cells;
    if (l->reused)
        fprintf(stderr, "widecheck: %zu of %zu cells reused\n", l->reused, cells);
    if (l->left_out)
        fprintf(stderr, "widecheck: %zu of %zu cells left out by --filter\n", l->left_out, cells);
    if (l->n)
        fprintf(stderr, "widecheck: running %zu cells, %zu at a time\n", l->n,
                l->slots / (s->threads ? s->threads : 1));
}

static wk_status run_loop(loop *l, wk_error *err) {
    wk_session *s = l->session;
    WK_TRY(write_plan(l, err));
    announce(l);
    const char *folder = wk_plan_folder(&s->opened->plan, &l->arena, err);
    if (!folder)
        return WK_CANNOT;
    WK_TRY(wk_crew_new(l->slots, folder, s->timeout_s, s->stop, &l->crew, err));
    wk_progress_begin(&l->progress, l->n, total_flops(l), s->quiet);
    const wk_status status = run_all(l, err);
    wk_progress_end(&l->progress);
    /* Whatever went wrong, what is done is kept. */
    const wk_status kept = wk_outbox_flush(&l->outbox, true, status == WK_OK ? err : NULL);
    return status == WK_OK ? kept : status;
}

wk_status wk_session_run(wk_session *session, wk_error *err) {
    const size_t cores = wk_environment_cores(), threads = session->threads ? session->threads : 1;
    loop l = {.session = session,
              .outbox = {.store = session->store},
              .memory = 0.8 * wk_environment_free_memory()};
    l.slots = session->jobs     ? session->jobs * threads
              : cores > threads ? cores / threads * threads
                                : threads;
    const wk_status status = run_loop(&l, err);
    wk_crew_free(l.crew);
    wk_outbox_release(&l.outbox);
    wk_arena_release(&l.arena);
    return status;
}
