#include "run/session.h"

#include "run/facts.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "run/environment.h"
#include "run/folder.h"
#include "run/progress.h"
#include "run/record.h"
#include "run/remembered.h"
#include "run/workers.h"
#include "run/write_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A cell that is still to be run. Small, for there may be a million: all else is made anew when its
 * turn comes. */
typedef struct task {
    uint32_t index; /* in the plan */
    uint32_t turn;  /* of a kernel: its place among them, from 1; of others 0: they come before */
    float flops;
    uint64_t tag; /* the start of its key: equal cells have equal tags, and others, but for a chance
                     of 1 in 10^7 among a million, have not */
} task;

/* A cell whose turn has come. */
typedef struct job {
    bool busy;
    wk_hash key;
    double flops, bytes, most; /* bytes: estimated; most: that it may take */
    size_t threads;
    bool alone; /* nothing runs beside it */
    const wk_fleet_member *member;
} job;

/* What a cell takes; its seed changes nothing of that. */
typedef struct weighed {
    size_t first;   /* the first cell of its combination */
    size_t threads; /* 0: none weighed yet */
    wk_plan_cost cost;
} weighed;

typedef struct loop {
    wk_session *session;
    wk_arena arena, turn; /* turn: for what is `coming` */
    task *tasks;
    size_t n, next, reused, left_out;
    job *jobs;         /* (slots) at work; the ticket of a worker is its place */
    job coming;        /* of tasks[next], if it is `ready` */
    wk_plan_cell cell; /* that is coming */
    bool ready;
    weighed light, heavy; /* the last ones, with one thread and with several */
    bool alone;           /* what runs is timed: we keep still */
    size_t slots;
    double memory, in_flight; /* bytes that may be taken, and are */
    wk_workers *crew;
    wk_plan_files files; /* that keys were made of */
    wk_write_queue outbox;
    wk_progress progress;
} loop;

/* ---- which cells ---- */

bool wk_session_claim_takes(const wk_claim *claim, const wk_row *cell) {
    for (size_t i = 0; i < claim->nverdicts; i++)
        if (wk_session_claim_takes(claim->verdicts[i], cell))
            return true;
    return wk_selection_has(&claim->claim.from, cell) ||
           wk_selection_has(&claim->control.from, cell);
}

bool wk_session_takes(const wk_opened *opened, const char *filter, const wk_row *cell) {
    if (!filter || wk_text_match(filter, cell->experiment))
        return true;
    for (size_t i = 0; i < opened->nclaims; i++)
        if (wk_text_match(filter, opened->claims[i].id) &&
            wk_session_claim_takes(&opened->claims[i], cell))
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

static size_t threads_wanted(const loop *l, const wk_plan_cell *cell, const job *j) {
    const double large = 2e11; /* some seconds of one core: worth more than one */
    size_t ours, library;
    wk_plan_threads(cell, &ours, &library);
    if (ours)
        return ours;
    if (l->session->threads)
        return l->session->threads;
    return j->flops > large || j->bytes > l->memory / 2 ? l->slots : 1;
}

static size_t threads_for(const loop *l, const wk_plan_cell *cell, const job *j) {
    const size_t wanted = threads_wanted(l, cell, j);
    return wanted < j->member->most_threads ? wanted : j->member->most_threads;
}

double wk_session_memory_limit(double estimate) {
    const double least = 1024.0 * 1048576, factor = 4;
    return factor * estimate > least ? factor * estimate : least;
}

static uint64_t tag_of(const wk_hash *key) {
    char start[17];
    snprintf(start, sizeof start, "%.16s", key->hex);
    return strtoull(start, NULL, 16);
}

static wk_status cell_and_key(loop *l, size_t index, wk_plan_cell *cell, wk_hash *key,
                              wk_arena *scratch, wk_error *err) {
    const wk_session *s = l->session;
    WK_TRY(wk_plan_cell_at(&s->opened->plan, index, scratch, cell, err));
    const wk_fleet_member *member = wk_fleet_find(s->fleet, cell);
    return wk_plan_key(&s->opened->plan, cell,
                       cell->experiment->kernel ? member->timed : member->fingerprint, &l->files,
                       scratch, key, err);
}

static wk_status weigh(loop *l, const wk_plan_cell *cell, size_t index, size_t threads,
                       wk_arena *scratch, wk_plan_cost *cost, wk_error *err) {
    const wk_plan_experiment *e = cell->experiment;
    const size_t first = index - (index - e->first) % e->seeds;
    weighed *last = threads == 1 ? &l->light : &l->heavy;
    const char *culprit = NULL;
    if (last->threads != threads || last->first != first) {
        *last = (weighed){.first = first};
        WK_TRY(wk_plan_weigh(&l->session->opened->plan, cell, threads, scratch, &last->cost,
                             &culprit, err));
        last->threads = threads;
    }
    *cost = last->cost;
    return WK_OK;
}

/* Kernels are timed in rounds: every combination once, the backends of each one after the other,
 * then all of them again, the other way round, so that no backend owes its place to a drift of the
 * machine. */
static uint32_t turn_of(const wk_plan_cell *cell, size_t index) {
    const wk_plan_experiment *e = cell->experiment;
    if (!e->kernel)
        return 0;
    const size_t within = index - e->first, round = within % e->seeds;
    const size_t combination = within / e->seeds;
    const size_t place = round % 2 ? e->combinations - 1 - combination : combination;
    return (uint32_t)(1 + e->first + round * e->combinations + place);
}

/* Backends are compared within a round: what of one combination's turn is missing is not put beside
 * what was timed another day, but all of it is timed again. `index` is of its first backend. */
static wk_status complete_turn(loop *l, const wk_plan_experiment *e, size_t index,
                               wk_arena *scratch, wk_error *err) {
    wk_session *s = l->session;
    size_t taken = 0, have = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t b = 0; b < e->nbackends; b++) {
            wk_plan_cell cell;
            wk_hash key;
            bool done = false;
            WK_TRY(cell_and_key(l, index + b * e->seeds, &cell, &key, scratch, err));
            const wk_row row = {.experiment = e->name, .params = cell.params};
            if (wk_fleet_find(s->fleet, &cell)->trouble ||
                !wk_session_takes(s->opened, s->filter, &row))
                continue; /* nobody waits for it */
            if (pass == 0) {
                WK_TRY(is_done(l, &key, &done, err));
                taken++;
                have += done;
            } else if (have < taken) {
                WK_TRY(wk_store_forget(s->store, &key, err));
            }
        }
    return WK_OK;
}

static wk_status plan_one(loop *l, size_t index, wk_arena *scratch, wk_error *err) {
    wk_session *s = l->session;
    wk_plan_cell cell;
    wk_hash key;
    wk_plan_cost cost;
    bool done = false;
    WK_TRY(cell_and_key(l, index, &cell, &key, scratch, err));
    const wk_plan_experiment *e = cell.experiment;
    if (e->kernel && e->nbackends > 1 && (index - e->first) / e->seeds % e->nbackends == 0)
        WK_TRY(complete_turn(l, e, index, scratch, err));
    WK_TRY(wk_store_plan_add(s->store, index, &key, cell.experiment->name, &cell.params, cell.seed,
                             err));
    WK_TRY(is_done(l, &key, &done, err));
    const wk_row row = {.experiment = cell.experiment->name, .params = cell.params};
    if (done)
        l->reused++;
    else if (!wk_session_takes(s->opened, s->filter, &row))
        l->left_out++;
    else {
        WK_TRY(weigh(l, &cell, index, 1, scratch, &cost, err));
        l->tasks[l->n++] =
            (task){(uint32_t)index, turn_of(&cell, index), (float)cost.flops, tag_of(&key)};
    }
    return WK_OK;
}

/* Two cells of the plan may be the same cell (of two experiments): it is run once. */
static int by_tag(const void *a, const void *b) {
    const task *x = a, *y = b;
    if (x->tag != y->tag)
        return x->tag < y->tag ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* Largest first, so that no long cell is left for the end; then kernels, each in its turn. */
static int by_size(const void *a, const void *b) {
    const task *x = a, *y = b;
    if (x->turn != y->turn)
        return x->turn < y->turn ? -1 : 1;
    if (x->flops != y->flops)
        return x->flops < y->flops ? 1 : -1;
    return (x->index > y->index) - (x->index < y->index);
}

static void order_tasks(loop *l) {
    if (!l->n)
        return;
    qsort(l->tasks, l->n, sizeof *l->tasks, by_tag);
    size_t kept = 1;
    for (size_t i = 1; i < l->n; i++)
        if (l->tasks[i].tag != l->tasks[kept - 1].tag)
            l->tasks[kept++] = l->tasks[i];
    l->reused += l->n - kept;
    l->n = kept;
    qsort(l->tasks, l->n, sizeof *l->tasks, by_size);
}

/* Facts are those of the run that measured something last: when nothing is to be run, those in the
 * store stay, if they can be read. */
static wk_status remember_facts(loop *l, wk_error *err) {
    wk_session *s = l->session;
    wk_judged known = {0};
    if (l->n == 0) {
        const wk_status status = wk_facts_load(s->store, &known, &l->arena, err);
        if (status == WK_OK && known.nenvironment)
            return WK_OK;
        if (!wk_store_in_transaction(s->store)) /* SQLite may undo one when it fails */
            return status;
    }
    return wk_facts_save(s->store, s->fleet, wk_environment_cores(), &l->arena, err);
}

/* The plan, the suite and the facts: in one transaction, so that a report never mixes two suites.
 */
static wk_status write_plan(loop *l, wk_error *err) {
    const size_t cells = l->session->opened->plan.cells;
    wk_arena scratch = {0};
    l->files = (wk_plan_files){.arena = &l->arena};
    l->tasks = wk_arena_get(&l->arena, cells, sizeof *l->tasks);
    wk_store_patience(l->session->store, 0, l->session->stop);
    wk_status status = l->tasks ? wk_store_begin(l->session->store, err) : WK_CANNOT;
    if (status == WK_OK && l->session->fresh)
        status = wk_store_clear(l->session->store, err);
    if (status == WK_OK)
        status = wk_store_plan_clear(l->session->store, err);
    for (size_t i = 0; i < cells && status == WK_OK; i++) {
        const wk_arena_mark mark = wk_arena_here(&scratch);
        status = *l->session->stop ? wk_fail(err, WK_CANNOT, "interrupted before anything was run")
                                   : plan_one(l, i, &scratch, err);
        wk_arena_reset(&scratch, mark);
    }
    wk_arena_release(&scratch);
    WK_TRY(status);
    order_tasks(l);
    char count[24];
    snprintf(count, sizeof count, "%zu", cells);
    WK_TRY(wk_store_put(l->session->store, "plan.cells", count, err));
    const char *hash = wk_plan_files_hash(&l->files);
    WK_TRY(wk_store_put(l->session->store, "plan.files", hash, err));
    WK_TRY(wk_remembered_put(l->session->store, l->session->opened, l->session->rerun, err));
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

/* Of tasks[next]: what it is, and what it takes. */
static wk_status prepare_job(loop *l, wk_error *err) {
    const wk_session *s = l->session;
    const size_t index = l->tasks[l->next].index;
    wk_plan_cell *cell = &l->cell;
    wk_plan_cost cost;
    job *j = &l->coming;
    wk_arena_reset(&l->turn, (wk_arena_mark){0});
    *j = (job){0};
    WK_TRY(cell_and_key(l, index, cell, &j->key, &l->turn, err));
    WK_TRY(weigh(l, cell, index, 1, &l->turn, &cost, err));
    j->flops = cost.flops;
    j->bytes = cost.bytes;
    j->alone = cell->experiment->kernel;
    j->member = wk_fleet_find(s->fleet, cell);
    j->threads = threads_for(l, cell, j);
    WK_TRY(weigh(l, cell, index, j->threads, &l->turn, &cost, err));
    j->bytes = cost.bytes + (s->save_arrays ? cost.arrays : 0);
    j->most = s->memory_limit > 0 ? s->memory_limit : wk_session_memory_limit(j->bytes);
    l->ready = true;
    return WK_OK;
}

static wk_status start(loop *l, wk_error *err) {
    const wk_session *s = l->session;
    char folder[4200] = "", full[4200];
    job *j = l->jobs;
    while (j->busy)
        j++;
    *j = l->coming;
    if (s->save_arrays) {
        arrays_path(l, &j->key, ".part", folder);
        wk_file_remove_folder(folder);
        WK_TRY(wk_file_make_folder(folder, err));
        WK_TRY(absolute(folder, full, err));
    }
    wk_request request = j->member->like;
    request.job = WK_JOB_CELL;
    request.alone = j->alone;
    request.seed = l->cell.seed;
    request.threads = j->threads;
    request.arrays = s->save_arrays ? full : NULL;
    request.params = l->cell.params;
    WK_TRY(wk_workers_start(l->crew, &request, j->most, (size_t)(j - l->jobs), err));
    j->busy = true;
    l->in_flight += j->bytes;
    l->next++;
    l->ready = false;
    return WK_OK;
}

/* A cell whose backend cannot be had is recorded as failed, with the reason. */
static void refuse(loop *l) {
    const job *j = &l->coming;
    const wk_store_cell cell = {.result = {.end = WK_END_FAILED, .reason = j->member->trouble}};
    l->next++;
    l->ready = false;
    wk_progress_step(&l->progress, j->flops, true);
    wk_write_queue_put(&l->outbox, &j->key, &cell);
}

static bool fits(const loop *l, const job *j) {
    return wk_workers_has_room(l->crew, j->alone ? l->slots : j->threads) &&
           (wk_workers_busy(l->crew) == 0 || l->memory == 0 ||
            l->in_flight + j->bytes <= l->memory);
}

/* The last results are not given up as soon as somebody reads the store. */
static wk_status insist(loop *l, wk_error *err) {
    enum { MINUTES = 10 };
    if (!l->outbox.first)
        return WK_OK;
    fprintf(stderr,
            "widecheck: somebody is reading '%s/store.db': waiting for up to %d minutes to "
            "store the last results\n",
            l->session->folder, MINUTES);
    WK_TRY(wk_write_queue_flush(&l->outbox, 60 * MINUTES, err));
    return l->outbox.first ? wk_fail(err, WK_CANNOT,
                                     "the last results could not be stored: "
                                     "'%s/store.db' was being read for %d minutes",
                                     l->session->folder, MINUTES)
                           : WK_OK;
}

typedef enum urgency { WHEN_DUE, NOW, AT_LAST } urgency;

/* What waits for the store. Not when it may be of other data than its keys say. */
static wk_status write_down(loop *l, urgency when, wk_error *err) {
    if (when == WHEN_DUE && !wk_write_queue_due(&l->outbox))
        return WK_OK;
    WK_TRY(wk_plan_files_unchanged(&l->files, err));
    WK_TRY(wk_write_queue_flush(&l->outbox, when == AT_LAST ? 2 : 0.1, err));
    if (l->outbox.put_off == 4)
        fprintf(stderr,
                "widecheck: warning: somebody is reading '%s/store.db': what is measured "
                "waits to be stored\n",
                l->session->folder);
    return when == AT_LAST ? insist(l, err) : WK_OK;
}

/* As many as there is room for. */
static wk_status start_more(loop *l, wk_error *err) {
    while (!*l->session->stop && l->next < l->n) {
        if (!l->ready)
            WK_TRY(prepare_job(l, err));
        if (l->coming.member->trouble) {
            refuse(l);
            WK_TRY(write_down(l, WHEN_DUE, err));
            continue;
        }
        if (!fits(l, &l->coming))
            return WK_OK;
        l->alone = l->coming.alone;
        if (l->alone) /* while nothing is timed; before one that takes long, all */
            WK_TRY(write_down(l, l->coming.flops > 1e10 ? NOW : WHEN_DUE, err));
        WK_TRY(start(l, err));
    }
    return WK_OK;
}

static wk_status keep_arrays(const loop *l, const job *j, wk_error *err) {
    char part[4200], whole[4200];
    arrays_path(l, &j->key, ".part", part);
    arrays_path(l, &j->key, "", whole);
    wk_file_remove_folder(whole); /* of an earlier run, when this one is --fresh */
    if (rename(part, whole) != 0)
        return wk_fail(err, WK_CANNOT, "cannot keep '%s': %s", whole, strerror(errno));
    return WK_OK;
}

static void drop_arrays(const loop *l, const job *j) {
    char part[4200];
    arrays_path(l, &j->key, ".part", part);
    wk_file_remove_folder(part);
}

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

static wk_status keep(loop *l, const job *j, const wk_store_cell *cell, wk_error *err) {
    if (l->session->save_arrays && cell->record) {
        WK_TRY(wk_plan_files_unchanged(&l->files, err)); /* the folder is there at once */
        WK_TRY(keep_arrays(l, j, err));
    }
    wk_write_queue_put(&l->outbox, &j->key, cell);
    return WK_OK;
}

static wk_status settle(loop *l, const wk_workers_report *report, wk_error *err) {
    job *j = &l->jobs[report->ticket];
    wk_arena scratch = {0};
    wk_status status = WK_OK;
    const wk_store_cell cell = judge(report, &scratch);
    j->busy = false;
    l->in_flight -= j->bytes;
    if (l->session->save_arrays && !cell.record)
        drop_arrays(l, j);
    if (cell.result.end != WK_END_PENDING) {
        status = keep(l, j, &cell, err);
        wk_progress_step(&l->progress, j->flops, !cell.record);
    }
    wk_arena_release(&scratch);
    return status;
}

/* What is timed is not to be disturbed, unless it takes so long that what waits might be lost. */
static bool may_write(const loop *l) {
    const double long_s = 5;
    return !l->alone || wk_clock_wall() - l->outbox.written > long_s;
}

static wk_status run_all(loop *l, wk_error *err) {
    while (l->next < l->n || wk_workers_busy(l->crew)) {
        WK_TRY(start_more(l, err));
        if (!wk_workers_busy(l->crew))
            return WK_OK; /* stopped */
        if (may_write(l))
            WK_TRY(write_down(l, *l->session->stop ? NOW : WHEN_DUE, err)); /* while others work */
        wk_workers_report report;
        if (wk_workers_wait(l->crew, 0.2, &report))
            WK_TRY(settle(l, &report, err));
        wk_progress_show(&l->progress);
    }
    return WK_OK;
}

static double total_flops(const loop *l) {
    double sum = 0;
    for (size_t i = 0; i < l->n; i++)
        sum += (double)l->tasks[i].flops;
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
    size_t kernels = 0;
    for (size_t i = 0; i < l->n; i++)
        kernels += l->tasks[i].turn > 0;
    const size_t together = kernels == l->n ? 1 : l->slots / (s->threads ? s->threads : 1);
    if (l->n)
        fprintf(stderr, "widecheck: running %zu cells, %zu at a time%s\n", l->n, together,
                kernels && kernels < l->n ? ", kernels alone" : "");
}

static wk_status run_loop(loop *l, wk_error *err) {
    wk_session *s = l->session;
    WK_TRY(write_plan(l, err));
    wk_store_patience(s->store, 0, NULL);
    announce(l);
    const char *folder = wk_plan_folder(&s->opened->plan, &l->arena);
    l->jobs = wk_arena_get(&l->arena, l->slots, sizeof *l->jobs);
    WK_TRY(wk_workers_new(l->slots, folder, s->timeout_s, s->stop, &l->crew, err));
    wk_progress_begin(&l->progress, l->n, total_flops(l), s->quiet);
    const wk_status status = run_all(l, err);
    wk_progress_end(&l->progress);
    /* Whatever went wrong, what is done is kept; unless that is a file that was changed. */
    const wk_status kept = write_down(l, AT_LAST, status == WK_OK ? err : NULL);
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
    wk_workers_free(l.crew);
    if (status != WK_OK)
        wk_folder_sweep(session->folder); /* arrays of the cells that were in flight */
    wk_write_queue_release(&l.outbox);
    wk_arena_release(&l.turn);
    wk_arena_release(&l.arena);
    return status;
}
