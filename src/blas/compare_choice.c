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

static const char *unfit_backend(const wk_judged *report, const wk_contender *contender,
                                 size_t threads, wk_arena *arena) {
    for (size_t i = 0; i < report->nbackends; i++) {
        const wk_blas_identity *backend = &report->backends[i];
        if (!is_of(backend, contender) || !is_with(backend, threads))
            continue;
        if (*backend->trouble)
            return wk_arena_printf(arena, "trouble (%s)", backend->trouble);
        if (wk_blas_compare_threads_differ(backend, report->core_count))
            return wk_arena_printf(arena, "its threads (%.2g at work, %zu asked for)",
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

static const char *unfit_kernel(const wk_blas_compare *contest, size_t contender, size_t threads,
                                wk_arena *arena) {
    for (size_t t = 0; t < contest->ntasks; t++)
        for (size_t s = 0; s < contest->tasks[t].nseeds; s++) {
            const wk_row *row = wk_task_cell(&contest->tasks[t], contender, s);
            if (!row || !wk_task_is_kernel(&contest->tasks[t]))
                continue;
            const char *why = unfit_cell(&contest->tasks[t], row, threads, arena);
            if (!why || *why)
                return why;
        }
    return "";
}

/* ---- rates ---- */

typedef struct scale {
    const wk_blas_compare *contest;
    const wk_candidate *candidates;
    bool stages;
} scale;

static bool decides(const scale *on, const wk_task *task) {
    return wk_task_is_kernel(task) && (!on->stages || wk_task_is_stage(task));
}

/* ln GFLOP/s; NaN if not measured. */
static double log_rate(const wk_task *task, size_t contender, uint64_t seed) {
    for (size_t s = 0; s < task->nseeds; s++) {
        const wk_row *row = wk_task_cell(task, contender, s);
        if (task->seeds[s] != seed || !row)
            continue;
        const double rate = wk_row_last(row, "kernel.gflops", (double)NAN);
        return rate > 0 ? log(rate) : (double)NAN;
    }
    return (double)NAN;
}

/* The candidate's task of that kind, or NULL. */
static const wk_task *task_of(const scale *on, const wk_candidate *candidate, size_t kind) {
    for (size_t t = 0; t < on->contest->ntasks; t++) {
        const wk_task *task = &on->contest->tasks[t];
        if (task->kind == kind && decides(on, task) && task->threads == candidate->threads)
            return task;
    }
    return NULL;
}

static bool is_kind(const scale *on, size_t kind) {
    for (size_t t = 0; t < on->contest->ntasks; t++)
        if (on->contest->tasks[t].kind == kind && decides(on, &on->contest->tasks[t]))
            return true;
    return false;
}

/* Mean over rounds of ln rate; NaN if it has none. */
static double mean_rate(const wk_task *task, size_t contender) {
    wk_tally tally = {0};
    for (size_t s = 0; task && s < task->nseeds; s++)
        wk_tally_add_finite(&tally, log_rate(task, contender, task->seeds[s]));
    return wk_tally_mean(&tally);
}

static void rate(const scale *on, wk_candidate *candidate, wk_arena *arena) {
    wk_tally tally = {0};
    candidate->gflops = (double)NAN;
    for (size_t kind = 0; kind < on->contest->nkinds; kind++) {
        if (!is_kind(on, kind))
            continue;
        const double own = mean_rate(task_of(on, candidate, kind), candidate->contender);
        if (!isfinite(own)) {
            const char *label = "";
            for (size_t t = 0; t < on->contest->ntasks; t++)
                if (on->contest->tasks[t].kind == kind)
                    label = on->contest->tasks[t].label;
            candidate->unfit = wk_arena_printf(arena, "%s, where it was not measured", label);
            return;
        }
        wk_tally_add(&tally, own);
    }
    candidate->gflops = exp(wk_tally_mean(&tally));
}

/* Time of `other` over time of `best`, round by round. A round counts if both have all kinds in it.
 */
static void compare(const scale *on, const wk_candidate *best, const wk_candidate *other,
                    wk_interval *out, size_t *rounds, wk_arena *arena) {
    size_t kind = 0;
    while (!is_kind(on, kind))
        kind++;
    const wk_task *first = task_of(on, best, kind);
    double *ratios = wk_arena_doubles(arena, first->nseeds);
    *rounds = 0;
    for (size_t s = 0; s < first->nseeds; s++) {
        wk_tally tally = {0};
        for (size_t k = kind; k < on->contest->nkinds; k++)
            if (is_kind(on, k))
                wk_tally_add(
                    &tally, log_rate(task_of(on, best, k), best->contender, first->seeds[s]) -
                                log_rate(task_of(on, other, k), other->contender, first->seeds[s]));
        const double mean = wk_tally_mean(&tally);
        if (isfinite(mean))
            ratios[(*rounds)++] = exp(mean);
    }
    *out = wk_interval_of(ratios, *rounds, WK_CONTEST_LEVEL, true);
}

/* ---- choosing ---- */

/* The same files with the same settings, under two names? */
static bool same_library(const wk_judged *report, const wk_contender *a, const wk_contender *b) {
    const wk_blas_identity *x = NULL, *y = NULL;
    for (size_t i = 0; i < report->nbackends; i++) {
        x = !x && is_of(&report->backends[i], a) ? &report->backends[i] : x;
        y = !y && is_of(&report->backends[i], b) ? &report->backends[i] : y;
    }
    return x && y && *x->sha256 && strcmp(x->sha256, y->sha256) == 0 &&
           strcmp(x->lapack_path, y->lapack_path) == 0 && strcmp(x->core, y->core) == 0;
}

static void find_candidates(const wk_blas_compare *contest, const wk_judged *report,
                            wk_arena *arena, wk_choice *out) {
    out->candidates = wk_arena_get(arena, contest->n * contest->ntasks, sizeof *out->candidates);
    for (size_t c = 0; c < contest->n; c++)
        for (size_t t = 0; t < contest->ntasks; t++) {
            const wk_task *task = &contest->tasks[t];
            bool known = !wk_task_is_kernel(task) || (out->stages && !wk_task_is_stage(task));
            for (size_t k = 0; k < out->n && !known; k++)
                known = out->candidates[k].contender == c &&
                        out->candidates[k].threads == task->threads;
            if (known)
                continue;
            const char *why = unfit_backend(report, &contest->contenders[c], task->threads, arena);
            if (why && !*why)
                why = unfit_kernel(contest, c, task->threads, arena);
            out->candidates[out->n++] = (wk_candidate){c, task->threads, (double)NAN, why};
        }
}

/* Is it what the run's own worker loaded, as it is? A run that was itself given a backend does not
 * know what it would have been without. */
static bool is_usual(const wk_judged *report, const wk_contender *contender) {
    const char *path = wk_judged_fact(report, "blas.path");
    if (report->backend && *report->backend)
        return false;
    for (size_t i = 0; *path && i < report->nbackends; i++)
        if (is_of(&report->backends[i], contender) && !*contender->coretype &&
            strcmp(report->backends[i].path, path) == 0)
            return true;
    return false;
}

/* The fastest fit candidate that is not, nor is the same library as, `other_than`. */
static size_t fastest(const wk_blas_compare *contest, const wk_judged *report,
                      const wk_choice *choice, size_t other_than, bool usual) {
    size_t best = WK_CONTEST_NONE;
    for (size_t i = 0; i < choice->n; i++) {
        const wk_candidate *one = &choice->candidates[i];
        const wk_contender *contender = &contest->contenders[one->contender];
        if (*one->unfit || (usual && !is_usual(report, contender)))
            continue;
        if (other_than != WK_CONTEST_NONE) {
            const size_t taken = choice->candidates[other_than].contender;
            if (one->contender == taken ||
                same_library(report, contender, &contest->contenders[taken]))
                continue;
        }
        if (best == WK_CONTEST_NONE || one->gflops > choice->candidates[best].gflops)
            best = i;
    }
    return best;
}

/* Of names for the same library, the one that says which it is. */
static size_t by_its_name(const wk_blas_compare *contest, const wk_judged *report,
                          const wk_choice *choice, size_t best) {
    const wk_candidate *own = &choice->candidates[best];
    if (strcmp(contest->contenders[own->contender].backend, "default") != 0)
        return best;
    for (size_t i = 0; i < choice->n; i++) {
        const wk_candidate *one = &choice->candidates[i];
        if (one->contender != own->contender && !*one->unfit && one->threads == own->threads &&
            same_library(report, &contest->contenders[one->contender],
                         &contest->contenders[own->contender]))
            return i;
    }
    return best;
}

/* More threads that bring nothing to be measured are not asked for. */
static void with_fewer_threads(const scale *on, const wk_choice *choice, size_t *best,
                               wk_arena *arena) {
    const wk_candidate *most = &choice->candidates[*best];
    size_t fewest = most->threads;
    for (size_t i = 0; i < choice->n; i++) {
        const wk_candidate *one = &choice->candidates[i];
        if (one->contender != most->contender || *one->unfit || !one->threads ||
            one->threads >= fewest)
            continue;
        wk_interval gain;
        size_t rounds = 0;
        compare(on, most, one, &gain, &rounds, arena);
        if (rounds < 2 ? gain.mean > 1 : gain.low > 1)
            continue;
        fewest = one->threads;
        *best = i;
    }
}

void wk_blas_compare_choose(const wk_blas_compare *contest, const wk_judged *report,
                            wk_arena *arena, wk_choice *out) {
    *out =
        (wk_choice){.best = WK_CONTEST_NONE, .second = WK_CONTEST_NONE, .usual = WK_CONTEST_NONE};
    const wk_interval none = {(double)NAN, (double)NAN, (double)NAN};
    out->of_second = out->of_usual = none;
    for (size_t t = 0; t < contest->ntasks; t++)
        out->stages = out->stages || wk_task_is_stage(&contest->tasks[t]);
    find_candidates(contest, report, arena, out);
    const scale on = {contest, out->candidates, out->stages};
    for (size_t kind = 0; kind < contest->nkinds; kind++)
        out->kinds += is_kind(&on, kind);
    for (size_t i = 0; i < out->n; i++)
        if (!*out->candidates[i].unfit)
            rate(&on, &out->candidates[i], arena);
    out->best = fastest(contest, report, out, WK_CONTEST_NONE, false);
    if (out->best == WK_CONTEST_NONE)
        return;
    out->best = by_its_name(contest, report, out, out->best);
    with_fewer_threads(&on, out, &out->best, arena);
    const wk_candidate *best = &out->candidates[out->best];
    out->second = fastest(contest, report, out, out->best, false);
    out->usual = fastest(contest, report, out, WK_CONTEST_NONE, true);
    if (out->usual != WK_CONTEST_NONE) {
        const wk_contender *usual = &contest->contenders[out->candidates[out->usual].contender];
        const wk_contender *chosen = &contest->contenders[best->contender];
        out->usual_is_best = is_usual(report, chosen) || same_library(report, usual, chosen);
    }
    if (out->second != WK_CONTEST_NONE)
        compare(&on, best, &out->candidates[out->second], &out->of_second, &out->rounds_second,
                arena);
    if (out->usual != WK_CONTEST_NONE && !out->usual_is_best)
        compare(&on, best, &out->candidates[out->usual], &out->of_usual, &out->rounds_usual, arena);
}
