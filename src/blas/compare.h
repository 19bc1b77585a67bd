/* BLAS backends held against each other: what the report says of cells that differ in the library
 * they ran on. Data first; report/section_backends.c and section_kernels.c put them into words.
 *
 * A contender is a backend with the core type asked of it; a task is what it was measured at: the
 * cells that agree in everything else. Only cells with a parameter "backend" that ended as ok or
 * diverged count. Cells of one seed are paired: a seed of kernel cells is a round, in which the
 * contenders took turns.
 *
 * All results live in `arena` and borrow from the table.
 */
#ifndef WK_BLAS_COMPARE_H
#define WK_BLAS_COMPARE_H

#include "blas/identity.h"
#include "claim/judged.h"
#include "table/interval.h"

/* Of the intervals of this file. */
#define WK_CONTEST_LEVEL 0.95

/* A right result's kernel.residual is at most this, whatever the kernel (docs/mathematics.md,
 * "Checks of kernels"); one that is off by 1e-9 at size 2048 has above 1000. */
#define WK_CONTEST_RESIDUAL 4.0

/* Above these the machine was busy or had less to do than it has threads (kernel.contention), or
 * its clock changed (kernel.clock). */
#define WK_CONTEST_CONTENTION 0.1
#define WK_CONTEST_CLOCK 1.1

/* Above this share of the CPU time, threads other than the caller's were at work (kernel.helpers,
 * which is 0 for one thread). */
#define WK_CONTEST_HELPERS 0.05

/* No contender, no task. */
#define WK_CONTEST_NONE ((size_t)-1)

typedef struct wk_contender {
    const char *backend, *coretype; /* coretype "": the library's own choice */
    const char *label;              /* "openblas-pthread", "openblas-pthread/Haswell" */
} wk_contender;

typedef struct wk_task {
    const char *label;   /* "dgemm 2048"; not the threads. Tells it from all other kinds */
    const char *routine; /* of a kernel; "" for other cells */
    const char *experiment;
    wk_bag params;        /* of its cells, but for backend, core type and threads */
    size_t threads;       /* 0 if its cells say nothing of threads */
    size_t kind;          /* equal for tasks that differ in nothing but the threads */
    size_t nseeds;        /* different seeds, */
    uint64_t *seeds;      /* (nseeds) in the table's order */
    const wk_row **cells; /* (contenders, nseeds) row-major; NULL: none with a result */
    size_t *failed;       /* (contenders) cells that were run and ended without a result */
} wk_task;

typedef struct wk_blas_compare {
    wk_contender *contenders; /* (n) in the order in which the table first names them */
    size_t n;
    wk_task *tasks; /* (ntasks) in the table's order */
    size_t ntasks;
    size_t *kinds; /* (nkinds) the first task of each */
    size_t nkinds;
} wk_blas_compare;

/* The contender among list[0..n) on which cells with these parameters, or such a part of a claim,
 * ran; n if there is none. With wk_contender_add it becomes one. */
size_t wk_contender_find(const wk_contender *list, size_t n, const wk_bag *where);
size_t wk_contender_add(wk_contender *list, size_t *n, const wk_bag *where, wk_arena *arena);

/* `from`: which cells; NULL: all. */
void wk_blas_compare_make(const wk_table *table, const wk_selection *from, wk_arena *arena,
                          wk_blas_compare *out);

const wk_row *wk_task_cell(const wk_task *task, size_t contender, size_t seed);

/* A kernel is known by its cells having a rate (kernel.gflops). */
bool wk_task_is_kernel(const wk_task *task);

/* Is the kernel a whole stage of this program: a train step, the NTK, PCA? */
bool wk_task_is_stage(const wk_task *task);

/* ---- speed ---- */

/* One contender at one task. Medians are over rounds; NaN: not measured. */
typedef struct wk_speed {
    /* Of the rounds: threads that did not get or did not use their time, changing clock. Where no
     * thread helped, the caller's alone counts: a serial library does not make a machine busy. */
    size_t rounds, contended, throttled;
    size_t failed; /* cells that ended without a result */
    bool wrong;    /* a residual beyond WK_CONTEST_RESIDUAL */
    double gflops;
    wk_interval of_fastest; /* rate over that of the fastest, geometric mean over the rounds
                               that both have; its interval is Student-t of the logarithm */
    double of_peak, of_gemm, of_product; /* shares: of the FMA peak; of the best GEMM seen with as
                                            many threads; of its own product (kernel.of-gemm) */
} wk_speed;

/* A residual of the cell is beyond WK_CONTEST_RESIDUAL, or not a number. */
bool wk_blas_compare_is_wrong(const wk_row *row);

/* speeds[n] of a kernel; returns which has the largest median rate, of those that are not wrong and
 * had no cell fail there, or WK_CONTEST_NONE. No other sets the best GEMM seen. */
void wk_blas_compare_speeds(const wk_blas_compare *contest, const wk_judged *report, size_t task,
                            wk_speed *speeds, size_t *fastest, wk_arena *arena);

/* ---- which to use ---- */

/* Did a library with threads of its own work with fewer than it was asked for (or than there are
 * cores), or any with more than the one that it was asked for? `backend` must be without trouble.
 */
bool wk_blas_compare_threads_differ(const wk_blas_identity *backend, size_t core_count);

/* A contender with one number of threads. */
typedef struct wk_candidate {
    size_t contender, threads;
    double gflops;     /* geometric mean over the tasks that decide; NaN: unfit */
    const char *unfit; /* "" or for what it is not recommended: "its residual in …" */
} wk_candidate;

/* A candidate that the best one is held against. */
typedef struct wk_rival {
    size_t candidate; /* NONE: there is no such */
    wk_interval
        ratio;     /* its time over that of the best: geometric mean over tasks of paired ratios,
                      and over rounds; interval over rounds, NaN if there are fewer than two */
    size_t rounds; /* behind it */
} wk_rival;

typedef struct wk_choice {
    wk_candidate *candidates; /* (n) those of one contender follow each other */
    size_t n;
    bool stages;        /* decided over stages of this program; else over all kernels */
    size_t kinds;       /* how many */
    size_t best;        /* candidate: the fastest that is fit; NONE: no such */
    wk_rival second;    /* the fastest of the others that are not the same library */
    wk_rival usual;     /* the usual one at its best, which is of the file of the run's own workers
                           ("blas.path" of the environment) and asked for no core type */
    bool usual_is_best; /* or is the same library as the best: then no ratio */
} wk_choice;

/* The fastest over the tasks, of those that did not have trouble, a residual beyond
 * WK_CONTEST_RESIDUAL or threads other than asked for; with the fewest threads that are not
 * measurably slower. A wrong residual excludes a backend, anything else with that number of threads
 * only. */
void wk_blas_compare_choose(const wk_blas_compare *contest, const wk_judged *report,
                            wk_arena *arena, wk_choice *out);

/* ---- numbers ---- */

/* Largest |a − b| over the largest |entry| of both: 0 for equal bits, +inf if their lengths or
 * times (beyond rounding) differ, or one has a NaN or infinity that the other has not. NaN if both
 * are empty or one is NULL. */
double wk_series_distance(const wk_series *a, const wk_series *b);

/* Largest number of floating-point numbers between entries: of single precision, if all entries of
 * both are such numbers. +inf and NaN as above. */
double wk_series_ulps(const wk_series *a, const wk_series *b);

/* Do repeated calls give the same bits? */
typedef enum wk_sameness { WK_BITS_UNKNOWN, WK_BITS_SAME, WK_BITS_DIFFER } wk_sameness;

/* Of pairs of cells, of two contenders with the same seed and threads: those that are furthest
 * apart in one metric. */
typedef struct wk_gap {
    size_t pairs;          /* how many were compared; 0: the numbers below are NaN */
    double distance, ulps; /* largest; a distance of 0: the same everywhere */
    double tolerance;      /* kernel.tolerance of the pair of that distance; NaN: no bound */
    size_t a, b;           /* that pair: contenders, */
    const wk_task *task;   /* where, */
    uint64_t seed;
    bool within; /* no pair's distance is above its tolerance */
} wk_gap;

/* The contenders at tasks of one kind. */
typedef struct wk_numerics {
    const char *label;
    wk_gap gap;           /* of kernel.sample */
    double residual;      /* largest; NaN: none has one */
    size_t worst;         /* contender of that residual */
    wk_sameness *repeats; /* (contenders) over calls and rounds, at each threads */
    wk_sameness *across;  /* (contenders) over threads; unknown with but one */
} wk_numerics;

/* One for each kind of kernel. */
void wk_blas_compare_numerics(const wk_blas_compare *contest, wk_arena *arena, wk_numerics **out,
                              size_t *n);

/* A metric over all tasks that are no kernels. */
typedef struct wk_deviation {
    const char *metric;
    wk_gap gap;
} wk_deviation;

/* One for each smooth metric (wk_replay) that at least two contenders have, largest first. */
void wk_blas_compare_deviations(const wk_blas_compare *contest, const wk_judged *report,
                                wk_arena *arena, wk_deviation **out, size_t *n);

/* ---- verdicts ---- */

/* What one claim, or its control, comes to on each backend. */
typedef struct wk_verdict_row {
    const wk_judgement *judgement;
    bool control;
    bool *has;           /* (contenders) any part */
    wk_verdict *verdict; /* (contenders) of its parts: fail, else error, else inconclusive, …;
                            of a control's parts: pass, else error, else inconclusive, else fail */
    /* Parts that differ in the backend alone: sets of them; of these, with a pass and a fail; of
     * the others, with a pass or a fail on some and neither on another; with one not measured. */
    size_t compared, flips, partly, unmeasured;
    wk_bag flipped; /* what the parts of the first flip share */
} wk_verdict_row;

typedef struct wk_verdicts {
    wk_contender *contenders; /* (n) those that parts name */
    size_t n;
    wk_verdict_row *rows; /* (nrows) claims with such parts; their controls where one flips */
    size_t nrows, compared, flips, partly, unmeasured;
    size_t timed; /* claims left out: all their tests read times and rates (WK_REPLAY_TIME), which
                     are to depend on the backend. Controls are left out by themselves */
} wk_verdicts;

void wk_blas_compare_verdicts(const wk_judged *report, wk_arena *arena, wk_verdicts *out);

#endif
