/* A made-up table of cells on several backends, filled cell by cell. */
#ifndef WK_TESTS_CONTEST_SUPPORT_H
#define WK_TESTS_CONTEST_SUPPORT_H

#include "report_support.h"

#include "blas/compare.h"

enum { CONTEST_ROWS = 4096 };

typedef struct contest_table {
    wk_arena arena;
    wk_row *rows; /* (CONTEST_ROWS) */
    wk_table table;
    wk_judged report; /* of that table; nothing else in it */
} contest_table;

/* What a kernel cell measured; the rest is plain (nothing busy, residual 0.5, equal calls). */
typedef struct kernel_cell {
    const char *routine, *size, *backend, *threads;
    unsigned seed;
    double gflops, contention, clock, residual, digest, tolerance;
    double sample[3];
} kernel_cell;

kernel_cell kernel(const char *routine, const char *size, const char *backend, const char *threads,
                   unsigned seed, double gflops);

int set_up_contest(void **state);
int tear_down_contest(void **state);
#define CONTEST(name) cmocka_unit_test_setup_teardown(name, set_up_contest, tear_down_contest)

/* Each returns the new last row. */
wk_row *add_kernel(contest_table *t, kernel_cell cell);
/* A trained cell with metrics "loss" (this curve at t = 0, 1) and "t.escape" = 3. */
wk_row *add_trained(contest_table *t, const char *width, const char *backend, unsigned seed,
                    double start, double end);
/* Sets a text parameter. */
void set_param(contest_table *t, wk_row *row, const char *key, const char *text);

/* One more series: of training times 0 and 1, or indexed if n is 3. */
void add_series(contest_table *t, wk_row *row, const char *name, size_t n, const double *value);

/* A library as it should be, and its place in the report. */
wk_blas_identity *add_backend(contest_table *t, const char *name, size_t threads);

/* Says in the environment that the run's own workers loaded that backend's file. */
void runs_usually_on(contest_table *t, const char *name);

/* One part with this verdict, where backend = B and model.width = W (NULL: without). */
wk_part part_on(contest_table *t, const wk_test *test, const char *backend, const char *width,
                wk_verdict verdict);
/* Adds a judgement of these parts. */
void add_judgement(contest_table *t, const char *id, const wk_part *parts, size_t n,
                   const wk_part *control, size_t ncontrol);

wk_blas_compare contest_of(contest_table *t);
/* The contender of that label, the task of that label and threads. */
size_t contender_of(const wk_blas_compare *contest, const char *label);
size_t task_of(const wk_blas_compare *contest, const char *label, size_t threads);

#endif
