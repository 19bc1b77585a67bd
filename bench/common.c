#include "common.h"

#include "base/clock.h"
#include "base/order.h"
#include "base/text.h"
#include "model/net/activation.h"

#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- options ---- */

static wk_status read_one(const char *argument, const wk_bench_option *options, size_t n,
                          wk_error *err) {
    for (size_t i = 0; i < n; i++) {
        const size_t length = strlen(options[i].name);
        if (strncmp(argument, options[i].name, length) != 0 || argument[length] != '=')
            continue;
        const char *value = argument + length + 1;
        if (options[i].text) {
            *options[i].text = value;
            return WK_OK;
        }
        int64_t number = 0;
        if (!wk_text_integer(value, &number) || number < 0 || (size_t)number < options[i].min ||
            (size_t)number > options[i].max)
            return wk_fail(err, WK_BAD_INPUT, "'%s': %s must be a whole number from %zu to %zu",
                           argument, options[i].name, options[i].min, options[i].max);
        *options[i].number = (size_t)number;
        return WK_OK;
    }
    return wk_fail(err, WK_BAD_INPUT, "unknown option '%s'", argument);
}

wk_status wk_bench_read(int argc, char **argv, const wk_bench_option *options, size_t n,
                        wk_error *err) {
    for (int i = 1; i < argc; i++)
        WK_TRY(read_one(argv[i], options, n, err));
    return WK_OK;
}

void wk_bench_usage(const char *program, const wk_bench_option *options, size_t n) {
    printf("usage: OPENBLAS_NUM_THREADS=1 %s [NAME=VALUE]...\n", program);
    for (size_t i = 0; i < n; i++)
        if (options[i].text)
            printf("  %s=TEXT  %s\n", options[i].name, options[i].help);
        else
            printf("  %s=%zu  %s\n", options[i].name, *options[i].number, options[i].help);
}

int wk_bench_failed(const char *program, const wk_error *err) {
    fflush(stdout);
    fprintf(stderr, "%s: %s\n", program, err->message);
    return (int)err->status;
}

/* ---- samples ---- */

void wk_bench_add(wk_bench_samples *samples, double seconds) {
    WK_ASSERT(samples->n < WK_BENCH_SAMPLES);
    samples->value[samples->n++] = seconds;
}

double wk_bench_median(const wk_bench_samples *samples) {
    static double sorted[WK_BENCH_SAMPLES];
    const size_t n = samples->n;
    WK_ASSERT(n >= 1);
    memcpy(sorted, samples->value, n * sizeof *sorted);
    wk_sort(sorted, n);
    return wk_median_sorted(sorted, n);
}

double wk_bench_exponent(size_t count, const size_t *size, const wk_bench_samples *times) {
    double mx = 0, my = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < count; i++) {
        mx += log((double)size[i]) / (double)count;
        my += log(wk_bench_median(&times[i])) / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        const double x = log((double)size[i]) - mx;
        xx += x * x;
        xy += x * (log(wk_bench_median(&times[i])) - my);
    }
    return xy / xx;
}

void wk_bench_print(const char *name, const wk_bench_samples *samples) {
    printf("%s_s=%.6g\n%s_samples_s=", name, wk_bench_median(samples), name);
    for (size_t i = 0; i < samples->n; i++)
        printf("%s%.6g", i ? "," : "", samples->value[i]);
    printf("\n");
}

/* ---- pace ---- */

wk_status wk_bench_pace(const char *pace, bool *paced, wk_error *err) {
    *paced = strcmp(pace, "stdin") == 0;
    if (!*paced && strcmp(pace, "free") != 0)
        return wk_fail(err, WK_BAD_INPUT, "'pace=%s': must be free or stdin", pace);
    return WK_OK;
}

bool wk_bench_next_round(bool paced, size_t round, size_t rounds) {
    if (!paced)
        return round < rounds;
    printf("ok\n"); /* to the round before, or, first, to the setting up */
    fflush(stdout);
    char line[64];
    return round < WK_BENCH_ROUNDS && fgets(line, sizeof line, stdin) != NULL;
}

/* ---- the machine ---- */

typedef int integer_function(void);
typedef char *text_function(void);

/* ISO C has no cast from a void pointer to a function; POSIX promises that the bits are the same.
 */
#define FIND(type, name)                                                                           \
    __extension__({                                                                                \
        void *found_ = dlsym(RTLD_DEFAULT, name);                                                  \
        type *function_ = NULL;                                                                    \
        memcpy(&function_, &found_, sizeof found_);                                                \
        function_;                                                                                 \
    })

wk_status wk_bench_require_single_blas(wk_error *err) {
    integer_function *threads = FIND(integer_function, "openblas_get_num_threads");
    if (threads && threads() != 1)
        return wk_fail(err, WK_BAD_INPUT,
                       "BLAS would run on %d threads of its own: set OPENBLAS_NUM_THREADS=1 and "
                       "OMP_NUM_THREADS=1",
                       threads());
    const char *blis = getenv("BLIS_NUM_THREADS");
    if (!threads && blis && strcmp(blis, "1") != 0)
        return wk_fail(err, WK_BAD_INPUT, "unset BLIS_NUM_THREADS='%s'", blis);
    return WK_OK;
}

void wk_bench_print_machine(size_t threads) {
    text_function *config = FIND(text_function, "openblas_get_config");
    text_function *core = FIND(text_function, "openblas_get_corename");
    printf("blas=%s\n", config ? config() : "not OpenBLAS");
    if (core)
        printf("blas_core=%s\n", core());
    printf("kernels=%s\nthreads=%zu\n", wk_isa_name(wk_isa_best()), threads);
}

/* "NAME:   123 kB" of /proc/self/status */
static double status_bytes(const char *name) {
    FILE *file = fopen("/proc/self/status", "r");
    if (!file)
        return 0;
    char line[256];
    double kib = 0;
    while (fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtod(line + strlen(name) + 1, NULL);
    fclose(file);
    return 1024 * kib;
}

double wk_bench_peak_bytes(void) {
    return status_bytes("VmHWM");
}

double wk_bench_resident_bytes(void) {
    return status_bytes("VmRSS");
}

wk_status wk_bench_apart(wk_status (*work)(void *context, wk_error *err), void *context,
                         wk_error *err) {
    fflush(NULL);
    const pid_t child = fork();
    if (child < 0)
        return wk_fail(err, WK_CANNOT, "cannot start a process of its own for the memory");
    if (child == 0) {
        const wk_status status = work(context, err);
        if (status != WK_OK)
            fprintf(stderr, "in the process of its own: %s\n", err->message);
        fflush(NULL);
        _exit((int)status);
    }
    int ended = 0;
    if (waitpid(child, &ended, 0) != child || !WIFEXITED(ended) || WEXITSTATUS(ended) != 0)
        return wk_fail(err, WK_CANNOT, "the process of its own failed (wait status %d)", ended);
    return WK_OK;
}

/* ---- neighbours ---- */

/* Seconds of processor time spent on anything by the whole machine, since it started: user, nice,
 * system, irq, softirq, steal of the first line of /proc/stat; 0 if unknown. */
static double busy_seconds(void) {
    FILE *file = fopen("/proc/stat", "r");
    if (!file)
        return 0;
    double t[8] = {0};
    const int found = fscanf(file, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &t[0], &t[1], &t[2],
                             &t[3], &t[4], &t[5], &t[6], &t[7]);
    fclose(file);
    const double ticks = t[0] + t[1] + t[2] + t[5] + t[6] + t[7];
    return found == 8 ? ticks / (double)sysconf(_SC_CLK_TCK) : 0;
}

wk_bench_watch wk_bench_watch_begin(void) {
    return (wk_bench_watch){wk_clock_wall(), wk_clock_cpu(), busy_seconds()};
}

void wk_bench_watch_print(const char *key, wk_bench_watch start) {
    const double wall = wk_clock_wall() - start.wall, own = wk_clock_cpu() - start.own;
    const double others = busy_seconds() - start.busy - own;
    printf("%s=%.2f\n", key, others > 0 && wall > 0 ? others / wall : 0);
}
