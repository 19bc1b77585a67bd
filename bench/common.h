/* What the benchmark programs share: options, samples of times, pace, and what the machine is like.
 *
 * A program prints lines `key=value`; a value that is a list has commas between its numbers. It
 * measures in rounds. With `pace=stdin` it waits for a line on its standard input before each round
 * and answers with the line `ok` after it, until the input ends: so that bench/peers.py can let
 * several programs take turns within one session.
 */
#ifndef WK_BENCH_COMMON_H
#define WK_BENCH_COMMON_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* `name=value` on the command line: a whole number within [min, max], or, with `text`, any text. */
typedef struct wk_bench_option {
    const char *name, *help;
    size_t *number;
    size_t min, max;
    const char **text;
} wk_bench_option;

wk_status wk_bench_read(int argc, char **argv, const wk_bench_option *options, size_t n,
                        wk_error *err) WK_CHECKED;
void wk_bench_usage(const char *program, const wk_bench_option *options, size_t n);

/* Prints `program: message` to the standard error; returns the exit code of a failed status. */
int wk_bench_failed(const char *program, const wk_error *err);

/* Times, in seconds, all kept. Filled from {.n = 0}. */
enum { WK_BENCH_ROUNDS = 100, WK_BENCH_TURN = 40 }; /* at most: rounds, and samples a round */
enum { WK_BENCH_SAMPLES = WK_BENCH_ROUNDS * WK_BENCH_TURN };
typedef struct wk_bench_samples {
    size_t n;
    double value[WK_BENCH_SAMPLES];
} wk_bench_samples;

void wk_bench_add(wk_bench_samples *samples, double seconds);
double wk_bench_median(const wk_bench_samples *samples);

/* Slope of ln(median time) on ln(size), by least squares over `count` sizes. */
double wk_bench_exponent(size_t count, const size_t *size, const wk_bench_samples *times);

/* Prints NAME_s=median and NAME_samples_s=all of them, in the order taken. */
void wk_bench_print(const char *name, const wk_bench_samples *samples);

/* Is there a round `round` (from 0)? `rounds` of them, or, when paced, as many as lines come in, up
 * to WK_BENCH_ROUNDS. A paced round is answered when the next one is asked for. */
bool wk_bench_next_round(bool paced, size_t round, size_t rounds);
wk_status wk_bench_pace(const char *pace, bool *paced, wk_error *err) WK_CHECKED;

/* WK_BAD_INPUT unless BLAS is known to run each call on one thread: here threads are the pool's. */
wk_status wk_bench_require_single_blas(wk_error *err) WK_CHECKED;

/* Prints the BLAS library, the kernels' instruction set and the threads. */
void wk_bench_print_machine(size_t threads);

/* Greatest resident size of this process so far, in bytes; 0 if unknown. Unlike ru_maxrss it does
 * not include that of the process which started this one. */
double wk_bench_peak_bytes(void);
/* Resident size now, in bytes. */
double wk_bench_resident_bytes(void);

/* Runs work(context) in a child process of its own, whose memory is then all that it measures; it
 * prints what it finds. WK_CANNOT if the child fails (it has said why). Call it before any thread
 * is started. */
wk_status wk_bench_apart(wk_status (*work)(void *context, wk_error *err), void *context,
                         wk_error *err) WK_CHECKED;

/* Processor time that others took while we measured: begin, …, print `KEY=0.07`, in
 * processors (1.0: one of them was busy all the time, or stolen by the hypervisor). */
typedef struct wk_bench_watch {
    double wall, own, busy;
} wk_bench_watch;
wk_bench_watch wk_bench_watch_begin(void);
void wk_bench_watch_print(const char *key, wk_bench_watch start);

#endif
