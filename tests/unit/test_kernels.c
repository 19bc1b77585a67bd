/* Kernels that are checked, then timed: what is right passes the check and repeats bit for bit,
 * what is wrong does not pass; sizes, operations and errors; the peak that rates are held against.
 */
#include "base/clock.h"
#include "la/blas.h"
#include "la/isa.h"
#include "la/kernels.h"
#include "la/peak.h"
#include "model/kernel.h"
#include "model/kernel_stages.h"
#include "model_support.h"

#include <dlfcn.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* ---- kernels to try ---- */

typedef struct sizes {
    size_t m, n, k;
} sizes;

static const sizes tried[] = {{1, 1, 1},   {2, 1, 3},   {3, 2, 1},   {5, 5, 2},
                              {17, 8, 33}, {40, 33, 9}, {65, 64, 7}, {130, 7, 65}};
enum { TRIED = sizeof tried / sizeof *tried, KINDS = 13 };

static const wk_kernel_kind *kind_at(size_t i) {
    assert_int_equal(wk_routines_n + wk_kernel_stages_n, KINDS);
    return i < wk_routines_n ? wk_routines[i] : wk_kernel_stages[i - wk_routines_n];
}

static const wk_kernel_kind *kind_of(const char *name) {
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kind_at(i)->name, name) == 0)
            return kind_at(i);
    fail_msg("no kind '%s'", name);
    return NULL;
}

/* As the harness sees it: sizes that a kind has no use for are 0. */
static wk_kernel set_up(lab *l, const wk_kernel_kind *kind, sizes s) {
    wk_kernel kernel = {.kind = kind, .pool = l->pool, .arena = &l->arena};
    kernel.m = kind->uses & WK_KERNEL_ROWS ? s.m : 0;
    kernel.n = kind->uses & WK_KERNEL_COLUMNS ? s.n : 0;
    kernel.k = kind->uses & WK_KERNEL_INNER ? s.k : 0;
    if (kind->few && kernel.k > kernel.n)
        kernel.k = kernel.n;
    MUST(l, kind->prepare(&kernel, &l->err));
    return kernel;
}

static void call(lab *l, wk_kernel *kernel) {
    wk_kernel_restore(kernel, 1);
    MUST(l, kernel->kind->call(kernel, 0, &l->err));
}

/* relu features of a single unit may all be zero, which pca refuses. */
static bool fits(const wk_kernel_kind *kind, sizes s) {
    return strcmp(kind->name, "pca") != 0 || s.m >= 17;
}

/* What each residual's comment promises. */
static double promised(const wk_kernel_kind *kind, const wk_kernel *kernel) {
    static const char *const sums[] = {"dgemm", "sgemm", "dsyrk", "dgemv", "train-step", "ntk"};
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        if (strcmp(kind->name, sums[i]) == 0)
            return 0.5 + 1e-9;
    if (strcmp(kind->name, "dtrsm") == 0)
        return 1;
    if (strcmp(kind->name, "dpotrf") == 0)
        return ((double)kernel->n + 2) / (2 * (double)kernel->n);
    return 4;
}

/* ---- right results ---- */

static void what_is_right_passes_the_check(void **state) {
    lab *l = *state;
    for (size_t i = 0; i < KINDS * TRIED; i++) {
        const wk_kernel_kind *kind = kind_at(i / TRIED);
        if (!fits(kind, tried[i % TRIED]))
            continue;
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        wk_kernel kernel = set_up(l, kind, tried[i % TRIED]);
        call(l, &kernel);
        const double residual = kind->residual(&kernel);
        if (!(residual >= 0 && residual <= promised(kind, &kernel)))
            fail_msg("%s %zu %zu %zu: residual %g", kind->name, kernel.m, kernel.n, kernel.k,
                     residual);
        kind->sample(&kernel);
        assert_in_range(kernel.nsample, 1, WK_KERNEL_SAMPLE);
        assert_true(kind->tolerance(&kernel) > 0);
        wk_arena_reset(&l->arena, mark);
    }
}

static void a_result_repeats_bit_for_bit_in_any_slot_and_from_new_inputs(void **state) {
    lab *l = *state;
    for (size_t i = 0; i < KINDS * TRIED; i++) {
        const wk_kernel_kind *kind = kind_at(i / TRIED);
        if (!fits(kind, tried[i % TRIED]))
            continue;
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        wk_kernel kernel = set_up(l, kind, tried[i % TRIED]);
        call(l, &kernel);
        const uint64_t digest = wk_kernel_digest(&kernel);
        const size_t slots = kernel.slots < 3 ? kernel.slots : 3;
        wk_kernel_restore(&kernel, slots);
        for (size_t slot = slots; slot-- > 0;)
            MUST(l, kind->call(&kernel, slot, &l->err));
        assert_true(wk_kernel_digest(&kernel) == digest);
        wk_kernel again = set_up(l, kind, tried[i % TRIED]);
        call(l, &again);
        assert_true(wk_kernel_digest(&again) == digest);
        wk_arena_reset(&l->arena, mark);
    }
}

static void a_digest_sees_every_bit(void **state) {
    lab *l = *state;
    for (size_t i = 0; i < KINDS; i++) {
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        wk_kernel kernel = set_up(l, kind_at(i), (sizes){20, 5, 3});
        call(l, &kernel);
        const uint64_t digest = wk_kernel_digest(&kernel);
        const size_t size = kind_at(i)->single ? sizeof(float) : sizeof(double);
        for (size_t p = 0; p < WK_KERNEL_RESULTS; p++)
            for (size_t b = 0; b < kernel.result[p].count * size; b++) {
                unsigned char *byte = (unsigned char *)kernel.result[p].numbers + b;
                const unsigned char bit = (unsigned char)(1 << b % 8);
                *byte ^= bit;
                assert_false(wk_kernel_digest(&kernel) == digest);
                *byte ^= bit;
            }
        assert_true(wk_kernel_digest(&kernel) == digest);
        wk_arena_reset(&l->arena, mark);
    }
}

/* ---- wrong results ---- */

static double get(const wk_kernel *kernel, size_t part, size_t i) {
    const void *numbers = kernel->result[part].numbers;
    return kernel->kind->single ? (double)((const float *)numbers)[i]
                                : ((const double *)numbers)[i];
}

static void put(const wk_kernel *kernel, size_t part, size_t i, double value) {
    void *numbers = kernel->result[part].numbers;
    if (kernel->kind->single)
        ((float *)numbers)[i] = (float)value;
    else
        ((double *)numbers)[i] = value;
}

static double largest(const wk_kernel *kernel, size_t part) {
    double most = 0;
    for (size_t i = 0; i < kernel->result[part].count; i++)
        most = fmax(most, fabs(get(kernel, part, i)));
    return most;
}

/* The half of a matrix that a routine leaves alone, and padding, count for nothing. */
static bool counts(const wk_kernel *kernel, size_t part, size_t i) {
    const char *name = kernel->kind->name;
    const size_t n = kernel->n;
    if (strcmp(name, "dsyrk") == 0)
        return i % n <= i / n;
    if (strcmp(name, "dpotrf") == 0)
        return i % n >= i / n; /* column-major */
    if (strcmp(name, "train-step") == 0 && part < 2)
        return i % ((n + 7) / 8 * 8) < n;
    return true;
}

/* For 32 bits the faults are larger by as much as its rounding is. */
static double scale_of(const wk_kernel_kind *kind) {
    return kind->single ? (double)FLT_EPSILON / DBL_EPSILON : 1;
}

enum { SEEN = 16 }; /* a residual well above what is right */

static void all_entries_off_by_1e_9_are_seen(void **state) {
    lab *l = *state;
    for (size_t i = 0; i < KINDS; i++)
        for (size_t part = 0; part < WK_KERNEL_RESULTS; part++) {
            const wk_arena_mark mark = wk_arena_here(&l->arena);
            wk_kernel kernel = set_up(l, kind_at(i), (sizes){150, 65, 33});
            call(l, &kernel);
            for (size_t e = 0; e < kernel.result[part].count; e++)
                put(&kernel, part, e,
                    get(&kernel, part, e) * (1 + 1e-9 * fmin(scale_of(kind_at(i)), 1e8)));
            const double residual = kind_at(i)->residual(&kernel);
            if (kernel.result[part].count && !(residual > SEEN))
                fail_msg("%s, part %zu: residual %g", kind_at(i)->name, part, residual);
            wk_arena_reset(&l->arena, mark);
        }
}

/* By 1e-6 of the largest; the kernel's check looks at some probes alone. */
static void one_entry_off_by_1e_6_is_seen(void **state) {
    lab *l = *state;
    for (size_t i = 0; i < KINDS; i++) {
        const wk_kernel_kind *kind = kind_at(i);
        if (strcmp(kind->name, "ntk") == 0)
            continue;
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        wk_kernel kernel = set_up(l, kind, (sizes){37, 21, 9});
        for (size_t part = 0; part < WK_KERNEL_RESULTS; part++) {
            call(l, &kernel);
            const double off = 1e-6 * fmin(scale_of(kind), 1e5) * largest(&kernel, part);
            for (size_t e = 0; e < kernel.result[part].count; e++) {
                if (!counts(&kernel, part, e))
                    continue;
                const double right = get(&kernel, part, e);
                put(&kernel, part, e, right + off);
                const double residual = kind->residual(&kernel);
                if (!(residual > SEEN))
                    fail_msg("%s, part %zu entry %zu: residual %g", kind->name, part, e, residual);
                put(&kernel, part, e, right);
            }
        }
        wk_arena_reset(&l->arena, mark);
    }
}

static void half_of_the_result_missing_or_nan_is_seen(void **state) {
    lab *l = *state;
    static const double instead[] = {0, NAN, INFINITY};
    for (size_t i = 0; i < KINDS * 3; i++) {
        const wk_kernel_kind *kind = kind_at(i / 3);
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        wk_kernel kernel = set_up(l, kind, (sizes){37, 21, 9});
        for (size_t part = 0; part < WK_KERNEL_RESULTS && kernel.result[part].count; part++) {
            call(l, &kernel);
            for (size_t e = kernel.result[part].count / 2; e < kernel.result[part].count; e++)
                if (counts(&kernel, part, e))
                    put(&kernel, part, e, instead[i % 3]);
            const double residual = kind->residual(&kernel);
            if (residual <= SEEN)
                fail_msg("%s, part %zu: residual %g", kind->name, part, residual);
        }
        wk_arena_reset(&l->arena, mark);
    }
}

/* A product over the first half of the inner length: right in form, and too small. */
static void half_of_the_inner_sum_missing_is_seen(void **state) {
    lab *l = *state;
    static const char *const names[] = {"dgemm", "sgemm", "dsyrk", "dgemv"};
    for (size_t i = 0; i < 4; i++) {
        const wk_kernel_kind *kind = kind_of(names[i]);
        wk_kernel kernel = set_up(l, kind, (sizes){30, 20, 40});
        wk_kernel shorter = kernel;
        if (i < 3)
            shorter.k = 20;
        else
            shorter.n = 10;
        call(l, &shorter); /* rows of A and B lie closer than they should: another product */
        assert_above(names[i], kind->residual(&kernel), 1e6 / fmin(scale_of(kind), 1e4));
    }
}

/* ---- samples and tolerances ---- */

static void assert_samples(const char *what, const wk_kernel *a, const wk_kernel *b,
                           double tolerance) {
    assert_int_equal(a->nsample, b->nsample);
    assert_near(what, a->nsample, a->sample, b->sample, tolerance);
}

static wk_kernel sampled(lab *l, const char *name, sizes s) {
    wk_kernel kernel = set_up(l, kind_of(name), s);
    call(l, &kernel);
    (void)kernel.kind->residual(&kernel);
    kernel.kind->sample(&kernel);
    return kernel;
}

static void two_ways_agree_within_the_tolerance(void **state) {
    lab *l = *state;
    for (size_t i = 0; i < TRIED; i++) {
        const wk_kernel by_mrrr = sampled(l, "dsyevr", tried[i]),
                        by_dc = sampled(l, "dsyevd", tried[i]);
        assert_samples("eigenvalues", &by_mrrr, &by_dc, by_dc.kind->tolerance(&by_dc));
        const wk_kernel wide = sampled(l, "dgemm", tried[i]),
                        narrow = sampled(l, "sgemm", tried[i]);
        assert_samples("products", &narrow, &wide,
                       narrow.kind->tolerance(&narrow) + 2 * (double)FLT_EPSILON);
    }
}

/* What their tolerances are relative to. */
static void samples_hold_the_largest_value(void **state) {
    lab *l = *state;
    static const char *const names[] = {"dsyevr", "dsyevd", "dgesdd"};
    for (size_t i = 0; i < 3 * TRIED; i++) {
        const wk_kernel kernel = sampled(l, names[i / TRIED], tried[i % TRIED]);
        double most = 0;
        for (size_t e = 0; e < kernel.nsample; e++)
            most = fmax(most, kernel.sample[e]);
        assert_true(most == largest(&kernel, 1)); /* the second part of the result: the values */
    }
}

/* The lower factor of a symmetric A (n, n), by columns; A is destroyed. */
static void cholesky(size_t n, long double *A) {
    for (size_t j = 0; j < n; j++) {
        for (size_t q = 0; q < j; q++)
            for (size_t i = j; i < n; i++)
                A[j * n + i] -= A[q * n + i] * A[q * n + j];
        const long double pivot = sqrtl(A[j * n + j]);
        for (size_t i = j; i < n; i++)
            A[j * n + i] /= pivot;
    }
}

/* |R| of A is the factor of AᵀA. The result is put in the result's place, and sampled there. */
static void factors_agree_with_plain_loops(void **state) {
    lab *l = *state;
    for (size_t t = 0; t < 2 * TRIED; t++) {
        const bool qr = t % 2;
        const sizes s = tried[t / 2];
        wk_kernel kernel = set_up(l, kind_of(qr ? "dgeqrf" : "dpotrf"), s);
        const size_t n = s.n, m = qr ? s.m : n;
        wk_kernel_restore(&kernel, 1);
        double *A = kernel.result[0].numbers;
        long double *gram = calloc(n * n, sizeof *gram);
        assert_non_null(gram);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                for (size_t q = 0; q < (qr ? m : 1); q++)
                    gram[j * n + i] +=
                        qr ? (long double)A[i * m + q] * A[j * m + q] : (long double)A[j * n + i];
        cholesky(n, gram);
        call(l, &kernel);
        kernel.kind->sample(&kernel);
        wk_kernel plain = kernel;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= i; j++)
                A[qr ? i * m + j : j * n + i] = (double)gram[j * n + i];
        kernel.kind->sample(&plain);
        assert_samples(kernel.kind->name, &kernel, &plain, kernel.kind->tolerance(&kernel));
        free(gram);
    }
}

static void inputs_are_as_well_conditioned_as_the_tolerances_say(void **state) {
    lab *l = *state;
    for (size_t t = 0; t < TRIED; t++) {
        const size_t m = tried[t].m, n = tried[t].n;
        wk_kernel kernel = set_up(l, kind_of("dgeqrf"), tried[t]);
        wk_kernel_restore(&kernel, 1);
        double *values = lab_doubles(l, n); /* column-major (m, n) is row-major (n, m) */
        MUST(l, wk_la_singular_values(n, m, kernel.result[0].numbers, values, &l->err));
        assert_below("condition of dgeqrf's", values[0] / values[n - 1], 3);
        kernel = set_up(l, kind_of("dpotrf"), tried[t]);
        call(l, &kernel);
        const double *L = kernel.result[0].numbers;
        for (size_t i = 0; i < n * n; i++)
            assert_true(L[i] >= 0);
        kernel = set_up(l, kind_of("dtrsm"), tried[t]);
        call(l, &kernel);
        for (size_t i = 0; i < m * n; i++) {
            const double x = ((double *)kernel.result[0].numbers)[i] * (double)m;
            assert_true(x > 0.5 / 5 && x < 0.5);
        }
    }
}

/* ---- operations ---- */

static double flops(const char *name, double m, double n, double k) {
    return kind_of(name)->flops(m, n, k);
}

static void operations_are_those_of_the_loops(void **state) {
    (void)state;
    enum { M = 7, N = 5, K = 3 };
    double trsm = 0, potrf = 0, syrk = 0;
    for (int j = 0; j < N; j++)
        for (int i = 0; i < M; i++)
            trsm += 2 * i + 1; /* multiply and subtract what is known, divide */
    for (int j = 0; j < N; j++) {
        potrf += 2 * j + 1; /* the diagonal, with its root */
        for (int i = j + 1; i < N; i++)
            potrf += 2 * j + 1;
        syrk += 2.0 * K * (j + 1);
    }
    assert_true(flops("dgemm", M, N, K) == 2 * M * N * K);
    assert_true(flops("sgemm", M, N, K) == 2 * M * N * K);
    assert_true(flops("dgemv", M, N, 0) == 2 * M * N);
    assert_below("dtrsm", fabs(flops("dtrsm", M, N, 0) - trsm), 1e-9);
    assert_below("dpotrf", fabs(flops("dpotrf", 0, N, 0) - potrf), 1e-9);
    assert_below("dsyrk", fabs(flops("dsyrk", 0, N, K) - syrk), 1e-9);
    /* the leading terms of Golub and Van Loan's tables */
    assert_true(flops("dgeqrf", 300, 300, 0) == 4.0 / 3 * 300 * 300 * 300);
    assert_true(flops("dgeqrf", 600, 3, 0) == 2.0 * 600 * 9 - 18);
    assert_true(flops("dsyevr", 0, 30, 0) == 90000 && flops("dsyevd", 0, 30, 0) == 90000);
    assert_true(flops("dgesdd", 30, 30, 0) == 20.0 / 3 * 27000);
    assert_true(flops("dgesdd", 30, 10, 0) == flops("dgesdd", 10, 30, 0));
    assert_true(flops("train-step", M, N, K) == wk_net_step_flops(M, N, K, (wk_net_options){0}));
    assert_true(flops("ntk", M, N, K) == wk_ntk_flops(M, K, N, 0));
}

/* ---- parameters ---- */

#define BAG(...)                                                                                   \
    wk_bag_of((wk_pair[]){__VA_ARGS__}, sizeof((wk_pair[]){__VA_ARGS__}) / sizeof(wk_pair))
#define REFUSED(l, key, text, ...)                                                                 \
    do {                                                                                           \
        const wk_bag bag_ = BAG(__VA_ARGS__);                                                      \
        const char *culprit_ = "none";                                                             \
        MUST_FAIL(l, WK_BAD_INPUT, text, wk_kernel_check(&bag_, &culprit_, &(l)->err));            \
        assert_string_equal(culprit_, key);                                                        \
    } while (0)

static void wrong_sizes_are_refused_with_the_key_to_blame(void **state) {
    lab *l = *state;
    REFUSED(l, "kernel.routine", "there is no routine 'zgemm'", {"kernel.routine", "zgemm"},
            {"kernel.size", "4"});
    REFUSED(l, "kernel.inner", "dgemm needs inner, or size", {"kernel.routine", "dgemm"},
            {"kernel.rows", "4"}, {"kernel.columns", "4"});
    REFUSED(l, "kernel.rows", "dpotrf has no rows", {"kernel.routine", "dpotrf"},
            {"kernel.rows", "4"}, {"kernel.columns", "4"});
    REFUSED(l, "kernel.inner", "dgemv has no inner", {"kernel.routine", "dgemv"},
            {"kernel.inner", "4"}, {"kernel.size", "4"});
    REFUSED(l, "kernel.size", "size stands for nothing", {"kernel.routine", "dpotrf"},
            {"kernel.columns", "4"}, {"kernel.size", "4"});
    REFUSED(l, "kernel.rows", "dgeqrf needs rows >= columns, but 4 < 5",
            {"kernel.routine", "dgeqrf"}, {"kernel.rows", "4"}, {"kernel.columns", "5"});
    REFUSED(l, "kernel.inner", "pca needs inner <= columns, but 6 > 5", {"kernel.routine", "pca"},
            {"kernel.rows", "40"}, {"kernel.columns", "5"}, {"kernel.inner", "6"});
    REFUSED(l, "kernel.columns", "takes at most 20000", {"kernel.routine", "dsyevr"},
            {"kernel.columns", "20001"});
    REFUSED(l, "kernel.seconds", "kernel.seconds", {"kernel.routine", "dsyevr"},
            {"kernel.columns", "20"}, {"kernel.seconds", "long"});
    REFUSED(l, "threads", "threads must not be 0", {"kernel.routine", "dgemm"},
            {"kernel.size", "20"}, {"threads", "0"});
    const wk_bag bag = BAG({"kernel.routine", "dgemm"}, {"kernel.size", "20"}, {"kernel.rows", "8"},
                           {"threads", "2"});
    const char *culprit = NULL;
    MUST(l, wk_kernel_check(&bag, &culprit, &l->err));
}

static void the_rows_name_every_kind_and_stages_are_told_apart(void **state) {
    (void)state;
    const wk_param *routine = wk_param_find(wk_kernel_group.rows, wk_kernel_group.n, "routine");
    assert_non_null(routine);
    for (size_t i = 0; i < KINDS; i++) {
        assert_string_equal(routine->words[i], kind_at(i)->name);
        assert_non_null(strstr(routine->help, kind_at(i)->name));
        assert_int_equal(wk_kernel_is_stage(kind_at(i)->name), i >= wk_routines_n);
    }
    assert_null(routine->words[KINDS]);
    assert_false(wk_kernel_is_stage("nothing"));
}

/* ---- a cell ---- */

static const wk_series *find(const wk_cell_result *result, const char *metric) {
    for (size_t i = 0; i < result->nseries; i++)
        if (strcmp(result->series[i].name, metric) == 0)
            return &result->series[i];
    return NULL;
}

static double scalar(const wk_cell_result *result, const char *metric) {
    const wk_series *series = find(result, metric);
    if (!series)
        fail_msg("no %s", metric);
    assert_int_equal(series->n, 1);
    return series->value[0];
}

static wk_cell_result run(lab *l, const char *routine, const char *threads, wk_pool *pool) {
    wk_pair pairs[] = {{"kernel.routine", routine},
                       {"kernel.seconds", "0.004"},
                       {"threads", threads},
                       {"kernel.size", "24"}};
    const wk_bag bag = wk_bag_of(pairs, sizeof pairs / sizeof *pairs);
    wk_cell_result result = {0};
    MUST(l, wk_kernel_run(&bag, pool, &l->arena, &result, &l->err));
    assert_int_equal(result.end, WK_END_OK);
    return result;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(lab *l, const wk_series *series) {
    double *sorted = lab_copy(l, series->n, series->value);
    qsort(sorted, series->n, sizeof *sorted, ascending);
    return (sorted[(series->n - 1) / 2] + sorted[series->n / 2]) / 2;
}

static void a_cell_records_what_the_metrics_say(void **state) {
    lab *l = *state;
    for (size_t i = 0; i < KINDS; i++) {
        const wk_kernel_kind *kind = kind_at(i);
        const wk_cell_result result = run(l, kind->name, "1", l->pool);
        const wk_series *seconds = find(&result, "kernel.seconds"),
                        *cpu = find(&result, "kernel.cpu");
        assert_true(seconds && cpu && seconds->indexed && cpu->indexed);
        assert_in_range(seconds->n, 3, 200);
        assert_int_equal(cpu->n, seconds->n);
        const double size = 24, one = kind->flops(kind->uses & WK_KERNEL_ROWS ? size : 0,
                                                  kind->uses & WK_KERNEL_COLUMNS ? size : 0,
                                                  kind->uses & WK_KERNEL_INNER ? size : 0);
        const double rate = scalar(&result, "kernel.gflops");
        assert_below("rate", fabs(rate * median(l, seconds) / (1e-9 * one) - 1), 1e-9);
        assert_below(
            "share",
            fabs(scalar(&result, "kernel.share") * scalar(&result, "kernel.peak") / rate - 1),
            1e-9);
        assert_below(
            "contention",
            fabs(scalar(&result, "kernel.contention") + scalar(&result, "kernel.threads") - 1),
            1e-9);
        assert_true(scalar(&result, "kernel.clock") >= 1);
        assert_true(scalar(&result, "kernel.unequal") == 0);
        assert_below(kind->name, scalar(&result, "kernel.residual"), 4);
        assert_true(scalar(&result, "kernel.tolerance") > 0);
        assert_int_equal(find(&result, "kernel.of-gemm") != NULL, kind->stage);
        assert_true(find(&result, "kernel.sample")->n > 0);
        const double digest = scalar(&result, "kernel.digest");
        assert_true(digest >= 0 && digest < 0x1p48 && digest == floor(digest));
        assert_int_equal(result.nstages, 3);
        assert_string_equal(result.stages[0].name, "setup");
        assert_string_equal(result.stages[1].name, "check");
        assert_string_equal(result.stages[2].name, "time");
        assert_true(result.stages[2].flops >= (double)seconds->n * one);
        const wk_cell_result again = run(l, kind->name, "1", l->pool);
        assert_true(scalar(&again, "kernel.digest") == digest);
    }
}

static void a_stage_has_the_same_bits_with_any_number_of_threads(void **state) {
    lab *l = *state;
    wk_pool *pool = NULL;
    MUST(l, wk_pool_new(3, &pool, &l->err));
    for (size_t i = 0; i < wk_kernel_stages_n; i++) {
        const char *name = wk_kernel_stages[i]->name;
        const wk_cell_result one = run(l, name, "1", l->pool), three = run(l, name, "3", pool);
        assert_true(scalar(&one, "kernel.digest") == scalar(&three, "kernel.digest"));
        assert_true(scalar(&three, "kernel.unequal") == 0);
    }
    wk_pool_free(pool);
}

/* This program's cblas_dgemv stands before the library's, and calls it. CBLAS's enumerations are
 * ints. */
static int calls, wrong_every;
static bool helped;

/* A millisecond of CPU time. */
static void *burn(void *unused) {
    const double start = wk_clock_thread();
    while (wk_clock_thread() - start < 1e-3)
        ;
    return unused;
}

void cblas_dgemv(int order, int transposed, int m, int n, double alpha, const double *A, int lda,
                 const double *x, int incx, double beta, double *y, int incy);

void cblas_dgemv(int order, int transposed, int m, int n, double alpha, const double *A, int lda,
                 const double *x, int incx, double beta, double *y, int incy) {
    void (*real)(int, int, int, int, double, const double *, int, const double *, int, double,
                 double *, int);
    void *address = dlsym(RTLD_NEXT, "cblas_dgemv");
    assert_non_null(address);
    memcpy(&real, &address, sizeof real);
    real(order, transposed, m, n, alpha, A, lda, x, incx, beta, y, incy);
    pthread_t thread;
    if (helped) {
        assert_int_equal(pthread_create(&thread, NULL, burn, NULL), 0);
        pthread_join(thread, NULL);
    }
    if (wrong_every && ++calls % wrong_every == 0)
        y[m / 2] = nextafter(y[m / 2], 1e9);
}

static void a_result_that_changes_between_calls_is_counted(void **state) {
    lab *l = *state;
    wrong_every = 1;
    wk_cell_result result = run(l, "dgemv", "1", l->pool);
    assert_true(scalar(&result, "kernel.unequal") == 0); /* the same each time */
    assert_below("a last bit", scalar(&result, "kernel.residual"), 4);
    const double digest = scalar(&result, "kernel.digest");
    wrong_every = 1 << 30;
    calls = wrong_every - 1; /* the first call alone is wrong */
    result = run(l, "dgemv", "1", l->pool);
    wrong_every = 0;
    assert_true(scalar(&result, "kernel.digest") == digest);
    assert_true(scalar(&result, "kernel.unequal") == (double)find(&result, "kernel.seconds")->n);
}

static void work_on_other_threads_shows_however_busy_the_machine(void **state) {
    lab *l = *state;
    helped = true;
    const wk_cell_result by_two = run(l, "dgemv", "1", l->pool);
    helped = false;
    const wk_cell_result by_one = run(l, "dgemv", "1", l->pool);
    assert_above("helpers", scalar(&by_two, "kernel.helpers"), 0.5);
    assert_below("helpers", scalar(&by_one, "kernel.helpers"), 0.1);
}

/* ---- the peak ---- */

#if !defined __has_feature
#define __has_feature(feature) 0 /* clang's */
#endif
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__ || !defined __OPTIMIZE__ ||        \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { OPTIMISED = 0 }; /* loops are then compiled as they stand */
#else
enum { OPTIMISED = 1 };
#endif

static double best_peak(wk_pool *pool, bool single) {
    double best = 0;
    for (int i = 0; i < 20; i++)
        best = fmax(best, wk_peak_rate(pool, single, 1e-3));
    return best;
}

static void no_product_is_faster_than_the_peak(void **state) {
    lab *l = *state;
    if (!OPTIMISED || wk_isa_best() == WK_ISA_BASE)
        skip(); /* the library may use instructions that this build does not */
    for (int single = 0; single < 2; single++) {
        wk_pair pairs[] = {{"kernel.routine", single ? "sgemm" : "dgemm"},
                           {"kernel.size", "512"},
                           {"kernel.seconds", "0.1"}};
        const wk_bag bag = wk_bag_of(pairs, 3);
        wk_cell_result result = {0};
        MUST(l, wk_kernel_run(&bag, l->pool, &l->arena, &result, &l->err));
        assert_below("share of the peak", scalar(&result, "kernel.share"), 1.05);
        const double peak = best_peak(l->pool, single);
        assert_above("peak, GFLOP/s", 1e-9 * peak, 2);
        assert_below("peak, GFLOP/s", 1e-9 * peak, 1000);
    }
}

static void the_peak_doubles_with_half_the_bits_and_with_two_threads(void **state) {
    lab *l = *state;
    if (!OPTIMISED)
        skip();
    const double peak = best_peak(l->pool, false);
    assert_below("32 bits", fabs(best_peak(l->pool, true) / peak - 2), 0.4);
    wk_pool *pool = NULL;
    MUST(l, wk_pool_new(2, &pool, &l->err));
    assert_below("two threads", fabs(best_peak(pool, false) / peak - 2), 0.9);
    wk_pool_free(pool);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(what_is_right_passes_the_check),
        LAB_TEST(a_result_repeats_bit_for_bit_in_any_slot_and_from_new_inputs),
        LAB_TEST(a_digest_sees_every_bit),
        LAB_TEST(all_entries_off_by_1e_9_are_seen),
        LAB_TEST(one_entry_off_by_1e_6_is_seen),
        LAB_TEST(half_of_the_result_missing_or_nan_is_seen),
        LAB_TEST(half_of_the_inner_sum_missing_is_seen),
        LAB_TEST(two_ways_agree_within_the_tolerance),
        LAB_TEST(samples_hold_the_largest_value),
        LAB_TEST(factors_agree_with_plain_loops),
        LAB_TEST(inputs_are_as_well_conditioned_as_the_tolerances_say),
        LAB_TEST(operations_are_those_of_the_loops),
        LAB_TEST(wrong_sizes_are_refused_with_the_key_to_blame),
        LAB_TEST(the_rows_name_every_kind_and_stages_are_told_apart),
        LAB_TEST(a_cell_records_what_the_metrics_say),
        LAB_TEST(a_stage_has_the_same_bits_with_any_number_of_threads),
        LAB_TEST(a_result_that_changes_between_calls_is_counted),
        LAB_TEST(work_on_other_threads_shows_however_busy_the_machine),
        LAB_TEST(no_product_is_faster_than_the_peak),
        LAB_TEST(the_peak_doubles_with_half_the_bits_and_with_two_threads),
    };
    return cmocka_run_group_tests_name("kernels", tests, NULL, NULL);
}
