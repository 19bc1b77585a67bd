/* A kernel cell: its parameters and their errors, what it records, and the peak that rates are held
 * against. */
#include "base/clock.h"
#include "blas/cell/kernel.h"
#include "blas/cell/kernel_stages.h"
#include "kernels_support.h"
#include "la/isa.h"
#include "la/peak.h"
#include "model_support.h"
#include "table/table.h"
#include "typed.h"

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

/* ---- parameters ---- */

#define REFUSED(l, key, text, ...)                                                                 \
    do {                                                                                           \
        const wk_bag bag_ = BAG({"kernel.seconds", "0.2"}, __VA_ARGS__);                           \
        const char *culprit_ = "none";                                                             \
        MUST_FAIL(l, WK_BAD_INPUT, text, wk_kernel_check(&bag_, &culprit_, &(l)->err));            \
        assert_string_equal(culprit_, key);                                                        \
    } while (0)

static void wrong_sizes_are_refused_with_the_key_to_blame(void **state) {
    lab *l = *state;
    REFUSED(l, "kernel.routine", "'zgemm'", {"kernel.routine", "zgemm"}, {"kernel.size", "4"});
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
    REFUSED(l, "threads", "threads must not be 0", {"kernel.routine", "dgemm"},
            {"kernel.size", "20"}, {"threads", "0"});
    const wk_bag bag = BAG({"kernel.routine", "dgemm"}, {"kernel.size", "20"}, {"kernel.rows", "8"},
                           {"kernel.seconds", "0.2"}, {"threads", "2"});
    const char *culprit = NULL;
    MUST(l, wk_kernel_check(&bag, &culprit, &l->err));
    const wk_bag slow =
        BAG({"kernel.routine", "dsyevr"}, {"kernel.columns", "20"}, {"kernel.seconds", "long"});
    MUST_FAIL(l, WK_BAD_INPUT, "'long'", wk_kernel_check(&slow, &culprit, &l->err));
    assert_string_equal(culprit, "kernel.seconds");
}

static void the_rows_name_every_kind_and_stages_are_told_apart(void **state) {
    (void)state;
    const wk_param *routine = wk_param_find(wk_kernel_group.rows, wk_kernel_group.n, "routine");
    assert_non_null(routine);
    for (size_t i = 0; i < KINDS; i++) {
        assert_string_equal(routine->words[i], kind_at(i)->name);
        assert_non_null(strstr(routine->help, kind_at(i)->name));
        const wk_bag bag = BAG({"kernel.routine", kind_at(i)->name}, {"kernel.seconds", "1"});
        assert_int_equal(wk_kernel_is_stage(&bag), i >= wk_routines_n);
        assert_true(wk_kernel_asked(&bag));
    }
    assert_null(routine->words[KINDS]);
    const wk_bag nothing = BAG({"kernel.routine", "nothing"}, {"kernel.seconds", "1"});
    assert_false(wk_kernel_is_stage(&nothing));
}

/* ---- a cell ---- */

static const wk_series *find(const wk_result *result, const char *metric) {
    for (size_t i = 0; i < result->nseries; i++)
        if (strcmp(result->series[i].name, metric) == 0)
            return &result->series[i];
    return NULL;
}

static double scalar(const wk_result *result, const char *metric) {
    const wk_series *series = find(result, metric);
    if (!series)
        fail_msg("no %s", metric);
    assert_int_equal(series->n, 1);
    return series->value[0];
}

static wk_result run(lab *l, const char *routine, const char *threads, wk_pool *pool) {
    const wk_bag bag = BAG({"kernel.routine", routine}, {"kernel.seconds", "0.004"},
                           {"threads", threads}, {"kernel.size", "24"});
    wk_result result = {0};
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
        const wk_result result = run(l, kind->name, "1", l->pool);
        const wk_series *seconds = find(&result, "kernel.seconds"),
                        *cpu = find(&result, "kernel.cpu");
        assert_true(seconds && cpu && seconds->indexed && cpu->indexed);
        assert_in_range(seconds->n, 3, 200);
        assert_int_equal(cpu->n, seconds->n);
        const double size = 24,
                     one =
                         kind->flops((wk_kernel_size){kind->uses & WK_KERNEL_ROWS ? size : 0,
                                                      kind->uses & WK_KERNEL_COLUMNS ? size : 0,
                                                      kind->uses & WK_KERNEL_INNER ? size : 0, 1});
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
        const wk_result again = run(l, kind->name, "1", l->pool);
        assert_true(scalar(&again, "kernel.digest") == digest);
    }
}

static void a_stage_has_the_same_bits_with_any_number_of_threads(void **state) {
    lab *l = *state;
    wk_pool *pool = NULL;
    MUST(l, wk_pool_new(3, &pool, &l->err));
    for (size_t i = 0; i < wk_kernel_stages_n; i++) {
        const char *name = wk_kernel_stages[i]->name;
        const wk_result one = run(l, name, "1", l->pool), three = run(l, name, "3", pool);
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
    wk_result result = run(l, "dgemv", "1", l->pool);
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
    const wk_result by_two = run(l, "dgemv", "1", l->pool);
    helped = false;
    const wk_result by_one = run(l, "dgemv", "1", l->pool);
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
        return; /* the library may use instructions that this build does not */
    for (int single = 0; single < 2; single++) {
        const wk_bag bag = BAG({"kernel.routine", single ? "sgemm" : "dgemm"},
                               {"kernel.size", "512"}, {"kernel.seconds", "0.1"});
        wk_result result = {0};
        MUST(l, wk_kernel_run(&bag, l->pool, &l->arena, &result, &l->err));
        assert_below("share of the peak", scalar(&result, "kernel.share"), 1.05);
        const double peak = best_peak(l->pool, single);
        assert_above("peak, GFLOP/s", 1e-9 * peak, 2);
        assert_below("peak, GFLOP/s", 1e-9 * peak, 1000);
    }
}

/* Two threads that share one processor: by the CPU time of each they are as fast as on two, and no
 * sibling thread of the core takes part. */
static void the_peak_doubles_with_half_the_bits_and_with_two_threads(void **state) {
    lab *l = *state;
    if (!OPTIMISED)
        return;
    cpu_set_t before, one;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    CPU_ZERO(&one);
    CPU_SET((size_t)sched_getcpu(), &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    wk_pool *pool = NULL;
    MUST(l, wk_pool_new(2, &pool, &l->err));
    const double peak = best_peak(l->pool, false);
    const double narrow = best_peak(l->pool, true), both = best_peak(pool, false);
    wk_pool_free(pool);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
    assert_below("32 bits", fabs(narrow / peak - 2), 0.4);
    assert_below("two threads", fabs(both / peak - 2), 0.4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(wrong_sizes_are_refused_with_the_key_to_blame),
        LAB_TEST(the_rows_name_every_kind_and_stages_are_told_apart),
        LAB_TEST(a_cell_records_what_the_metrics_say),
        LAB_TEST(a_stage_has_the_same_bits_with_any_number_of_threads),
        LAB_TEST(a_result_that_changes_between_calls_is_counted),
        LAB_TEST(work_on_other_threads_shows_however_busy_the_machine),
        LAB_TEST(no_product_is_faster_than_the_peak),
        LAB_TEST(the_peak_doubles_with_half_the_bits_and_with_two_threads),
    };
    return cmocka_run_group_tests_name("kernel_cell", tests, NULL, NULL);
}
