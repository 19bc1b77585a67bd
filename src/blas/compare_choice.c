/* Which backend to use: the fastest over this program's own stages, of those whose numbers and
 * threads are right. */
#include "blas/compare.h"

#include "base/text.h"
#include "table/summary.h"

#include <math.h>
#include <string.h>

bool wk_blas_compare_threads_differ(const wk_blas_identity *backend, size_t core_count) {
    const double asked =
        (double)(core_count && core_count < backend->threads ? core_count : backend->threads);
    const double found = backend->effective_threads;
    const bool threaded = *backend->threading && strcmp(backend->threading, "serial") != 0;
    if (!(found > 0) || !backend->threads)
        return false; /* not measured */
    /* One that takes no threads cannot take too few. Where two are asked for, a busy machine may
     * give 1.5, and one that ignores the question gets 1. More than several says nothing: on such a
     * machine the calling thread, by whose time they are counted, may do the least of all. */
    return asked > 1 ? threaded && found < 0.7 * asked : found > 1.3;
}

/* What a choice is made from. */
typedef struct chooser {
    const wk_blas_compare *contest;
    const wk_judged *report;
    wk_arena *arena;
    wk_choice *choice;
    const wk_task **kinds; /* (choice->kinds) the first task of each that decides */
} chooser;

/* ---- who is fit ---- */

static bool is_of(const wk_blas_identity *backend, const wk_contender *contender) {
    return strcmp(backend->name, contender->backend) == 0 &&
           strcmp(backend->coretype, contender->coretype) == 0;
}

/* A library with trouble at one number of threads may do at another. Of cells that do not say how
 * many they have, all numbers count. */
static bool is_with(const wk_blas_identity *backend, size_t threads) {
    return !threads || backend->threads == threads;
}

static const char *unfit_backend(const chooser *c, size_t contender, size_t threads) {
    for (size_t i = 0; i < c->report->nbackends; i++) {
        const wk_blas_identity *backend = &c->report->backends[i];
        if (!is_of(backend, &c->contest->contenders[contender]) || !is_with(backend, threads))
            continue;
        if (*backend->trouble)
            return wk_arena_printf(c->arena, "trouble (%s)", backend->trouble);
        if (wk_blas_compare_threads_differ(backend, c->report->core_count))
            return wk_arena_printf(c->arena, "its threads (%.2g at work, %zu asked for)",
                                   backend->effective_threads, backend->threads);
    }
    return "";
}

/* What one of its cells says against it with so many threads, "" if nothing. */
static const char *unfit_cell(const wk_task *task, const wk_row *row, size_t threads,
                              wk_arena *arena) {
    if (wk_blas_compare_is_wrong(row))
        return wk_arena_printf(arena, "its residual in %s (%.3g n ε)", task->label,
                               wk_row_last(row, "kernel.residual", 0));
    const double helpers = wk_row_last(row, "kernel.helpers", 0);
    if (task->threads == 1 && threads == 1 && !(helpers <= WK_CONTEST_HELPERS))
        return wk_arena_printf(arena,
                               "its threads (%.0f %% of the CPU time of %s was that of others, "
                               "with one asked for)",
                               100 * helpers, task->label);
    return "";
}

static const char *why_unfit(const chooser *c, size_t contender, size_t threads) {
    const char *why = unfit_backend(c, contender, threads);
    for (size_t t = 0; t < c->contest->ntasks; t++) {
        const wk_task *task = &c->contest->tasks[t];
        for (size_t s = 0; !*why && wk_task_is_kernel(task) && s < task->nseeds; s++)
            why = unfit_cell(task, wk_task_cell(task, contender, s), threads, c->arena);
    }
    return why;
}

/* ---- rates ---- */

static bool decides(const chooser *c, const wk_task *task) {
    return wk_task_is_kernel(task) && (!c->choice->stages || wk_task_is_stage(task));
}

static void find_kinds(chooser *c) {
    const wk_blas_compare *contest = c->contest;
    for (size_t t = 0; t < contest->ntasks; t++)
        c->choice->stages = c->choice->stages || wk_task_is_stage(&contest->tasks[t]);
    c->kinds = wk_arena_get(c->arena, contest->nkinds, sizeof *c->kinds);
    for (size_t kind = 0; kind < contest->nkinds; kind++) {
        const wk_task *first = &contest->tasks[contest->kinds[kind]];
        if (decides(c, first))
            c->kinds[c->choice->kinds++] = first;
    }
}

static void find_candidates(chooser *c) {
    const wk_blas_compare *contest = c->contest;
    wk_choice *out = c->choice;
    out->candidates = wk_arena_get(c->arena, contest->n * contest->ntasks, sizeof *out->candidates);
    for (size_t i = 0; i < contest->n; i++)
        for (size_t t = 0; t < contest->ntasks; t++) {
            const size_t threads = contest->tasks[t].threads;
            bool known = !decides(c, &contest->tasks[t]);
            for (size_t k = 0; k < out->n && !known; k++)
                known = out->candidates[k].contender == i && out->candidates[k].threads == threads;
            if (!known)
                out->candidates[out->n++] =
                    (wk_candidate){i, threads, (double)NAN, why_unfit(c, i, threads)};
        }
}

/* The candidate's task of that kind, or NULL. */
static const wk_task *task_of(const chooser *c, size_t candidate, size_t kind) {
    for (size_t t = 0; t < c->contest->ntasks; t++) {
        const wk_task *task = &c->contest->tasks[t];
        if (task->kind == c->kinds[kind]->kind &&
            task->threads == c->choice->candidates[candidate].threads)
            return task;
    }
    return NULL;
}

/* ln GFLOP/s; NaN if not measured. */
static double log_rate(const chooser *c, size_t candidate, size_t kind, uint64_t seed) {
    const wk_task *task = task_of(c, candidate, kind);
    const size_t contender = c->choice->candidates[candidate].contender;
    double rate = (double)NAN;
    for (size_t s = 0; task && s < task->nseeds; s++)
        if (task->seeds[s] == seed)
            rate = wk_row_last(wk_task_cell(task, contender, s), "kernel.gflops", (double)NAN);
    return rate > 0 ? log(rate) : (double)NAN;
}

/* The geometric mean over kinds of that over rounds. */
static void rate(const chooser *c, size_t candidate) {
    wk_candidate *one = &c->choice->candidates[candidate];
    wk_tally all = {0};
    for (size_t kind = 0; kind < c->choice->kinds && !*one->unfit; kind++) {
        const wk_task *task = task_of(c, candidate, kind);
        wk_tally tally = {0};
        for (size_t s = 0; task && s < task->nseeds; s++)
            wk_tally_add_finite(&tally, log_rate(c, candidate, kind, task->seeds[s]));
        if (!tally.n)
            one->unfit =
                wk_arena_printf(c->arena, "%s, where it was not measured", c->kinds[kind]->label);
        wk_tally_add(&all, wk_tally_mean(&tally));
    }
    one->gflops = *one->unfit ? (double)NAN : exp(wk_tally_mean(&all));
}

/* Time of the candidate over that of the best, round by round. A round counts if both have all
 * kinds in it. */
static wk_rival rival_of(const chooser *c, size_t candidate, size_t best) {
    const wk_task *first = task_of(c, best, 0);
    wk_rival out = {.candidate = candidate};
    double *ratios = wk_arena_doubles(c->arena, first->nseeds);
    for (size_t s = 0; s < first->nseeds; s++) {
        wk_tally tally = {0};
        for (size_t kind = 0; kind < c->choice->kinds; kind++)
            wk_tally_add(&tally, log_rate(c, best, kind, first->seeds[s]) -
                                     log_rate(c, candidate, kind, first->seeds[s]));
        if (isfinite(wk_tally_mean(&tally)))
            ratios[out.rounds++] = exp(wk_tally_mean(&tally));
    }
    out.ratio = wk_interval_of(ratios, out.rounds, WK_CONTEST_LEVEL, true);
    return out;
}

/* ---- choosing ---- */

static const wk_blas_identity *identity_of(const chooser *c, size_t candidate) {
    const size_t contender = c->choice->candidates[candidate].contender;
    for (size_t i = 0; i < c->report->nbackends; i++)
        if (is_of(&c->report->backends[i], &c->contest->contenders[contender]))
            return &c->report->backends[i];
    return NULL;
}

/* The same contender, or the same files with the same settings under two names? */
static bool same_library(const chooser *c, size_t a, size_t b) {
    const wk_blas_identity *x = identity_of(c, a), *y = identity_of(c, b);
    return c->choice->candidates[a].contender == c->choice->candidates[b].contender ||
           (x && y && *x->sha256 && strcmp(x->sha256, y->sha256) == 0 &&
            strcmp(x->lapack_path, y->lapack_path) == 0 && strcmp(x->core, y->core) == 0);
}

/* Is it what the run's own worker loaded, as it is? A run that was itself given a backend does not
 * know what it would have been without. */
static bool is_usual(const chooser *c, size_t candidate) {
    const wk_judged *report = c->report;
    const wk_contender *contender =
        &c->contest->contenders[c->choice->candidates[candidate].contender];
    const char *path = wk_judged_fact(report, "blas.path");
    if (report->backend && *report->backend)
        return false;
    for (size_t i = 0; *path && i < report->nbackends; i++)
        if (is_of(&report->backends[i], contender) && !*contender->coretype &&
            strcmp(report->backends[i].path, path) == 0)
            return true;
    return false;
}

/* The fastest fit candidate that is not on the same library as `other_than`. */
static size_t fastest(const chooser *c, size_t other_than, bool usual) {
    const wk_choice *choice = c->choice;
    size_t best = WK_CONTEST_NONE;
    for (size_t i = 0; i < choice->n; i++)
        if (!*choice->candidates[i].unfit && (!usual || is_usual(c, i)) &&
            (other_than == WK_CONTEST_NONE || !same_library(c, i, other_than)) &&
            (best == WK_CONTEST_NONE ||
             choice->candidates[i].gflops > choice->candidates[best].gflops))
            best = i;
    return best;
}

/* Of names for the same library, the one that says which it is. */
static size_t by_its_name(const chooser *c, size_t best) {
    const wk_candidate *all = c->choice->candidates, *own = &all[best];
    if (strcmp(c->contest->contenders[own->contender].backend, "default") != 0)
        return best;
    for (size_t i = 0; i < c->choice->n; i++)
        if (all[i].contender != own->contender && !*all[i].unfit &&
            all[i].threads == own->threads && same_library(c, i, best))
            return i;
    return best;
}

/* More threads that bring nothing to be measured are not asked for. */
static size_t with_fewer_threads(const chooser *c, size_t most) {
    const wk_candidate *all = c->choice->candidates;
    size_t best = most;
    for (size_t i = 0; i < c->choice->n; i++) {
        if (all[i].contender != all[most].contender || *all[i].unfit || !all[i].threads ||
            all[i].threads >= all[best].threads)
            continue;
        const wk_rival fewer = rival_of(c, i, most);
        if (!(fewer.rounds < 2 ? fewer.ratio.mean > 1 : fewer.ratio.low > 1))
            best = i;
    }
    return best;
}

void wk_blas_compare_choose(const wk_blas_compare *contest, const wk_judged *report,
                            wk_arena *arena, wk_choice *out) {
    chooser c = {.contest = contest, .report = report, .arena = arena, .choice = out};
    *out = (wk_choice){.second.candidate = WK_CONTEST_NONE, .usual.candidate = WK_CONTEST_NONE};
    find_kinds(&c);
    find_candidates(&c);
    for (size_t i = 0; i < out->n; i++)
        rate(&c, i);
    out->best = fastest(&c, WK_CONTEST_NONE, false);
    if (out->best == WK_CONTEST_NONE)
        return;
    out->best = with_fewer_threads(&c, by_its_name(&c, out->best));
    out->second.candidate = fastest(&c, out->best, false);
    out->usual.candidate = fastest(&c, WK_CONTEST_NONE, true);
    if (out->second.candidate != WK_CONTEST_NONE)
        out->second = rival_of(&c, out->second.candidate, out->best);
    if (out->usual.candidate == WK_CONTEST_NONE)
        return;
    out->usual_is_best =
        is_usual(&c, out->best) || same_library(&c, out->usual.candidate, out->best);
    if (!out->usual_is_best)
        out->usual = rival_of(&c, out->usual.candidate, out->best);
}
