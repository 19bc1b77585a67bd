/* Kernels: what is right passes the check and repeats bit for bit, what is wrong does not pass;
 * samples and tolerances; operations. */
#include "kernels_support.h"
#include "la/blas.h"
#include "model/kernel/ntk.h"
#include "model_support.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- kernels to try ---- */

typedef struct sizes {
    size_t m, n, k;
} sizes;

static const sizes tried[] = {{1, 1, 1},   {2, 1, 3},   {3, 2, 1},   {5, 5, 2},
                              {17, 8, 33}, {40, 33, 9}, {65, 64, 7}, {130, 7, 65}};
enum { TRIED = sizeof tried / sizeof *tried };

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
        wk_kernel_sample(&kernel);
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
    wk_kernel_sample(&kernel);
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
        wk_kernel_sample(&kernel);
        wk_kernel plain = kernel;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= i; j++)
                A[qr ? i * m + j : j * n + i] = (double)gram[j * n + i];
        wk_kernel_sample(&plain);
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
    return kind_of(name)->flops((wk_kernel_size){m, n, k, 1});
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
    assert_true(flops("train-step", M, N, K) ==
                wk_net_step_flops((wk_net_shape){M, N, 10, K}, (wk_net_options){0}));
    assert_true(flops("ntk", M, N, K) == wk_ntk_flops(M, K, N, 0));
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
    };
    return cmocka_run_group_tests_name("kernels", tests, NULL, NULL);
}
