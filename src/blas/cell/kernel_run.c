/* Check, then time. */
#include "blas/cell/kernel.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/order.h"
#include "blas/cell/kernel_spec.h"
#include "la/library.h"
#include "la/peak.h"
#include "model/cell/metrics.h"
#include "model/cell/stages.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { LEAST_SAMPLES = 3, MOST_SAMPLES = 200 };
static const double least_sample = 2e-3; /* seconds that a sample takes at least */
static const double peak_seconds = 1e-3; /* of the loop of multiply-adds between two samples */

typedef struct timing {
    wk_kernel_spec spec;
    wk_kernel kernel;
    wk_pool *peak_pool; /* as many threads as work, for the peak */
    wk_stages *stages;
    wk_recorder record;
    size_t calls;    /* of a sample */
    uint64_t digest; /* of the first result */
    double residual, planted, tolerance;
    double sample[WK_KERNEL_SAMPLE]; /* of the first result */
    size_t n, unequal;               /* samples so far */
    double seconds[MOST_SAMPLES], cpu[MOST_SAMPLES], own[MOST_SAMPLES], peak[MOST_SAMPLES];
    double limit[MOST_SAMPLES]; /* rate of the product that a stage is made of */
} timing;

/* ---- one sample ---- */

/* Seconds of so many calls together: by the clock, of CPU time of all threads, and of this one. */
typedef struct spent {
    double wall, cpu, own;
} spent;

/* Times so many calls together; restoring inputs is left out. Slots are used from
 * the last to the first: what is left in slot 0 is the result of the last call. */
static wk_status time_calls(wk_kernel *kernel, size_t calls, spent *sum, wk_error *err) {
    *sum = (spent){0};
    while (calls) {
        const size_t batch = calls < kernel->slots ? calls : kernel->slots;
        wk_kernel_restore(kernel, batch);
        const double cpu = wk_clock_cpu(), own = wk_clock_thread(), wall = wk_clock_wall();
        for (size_t slot = batch; slot-- > 0;)
            WK_TRY(kernel->kind->call(kernel, slot, err));
        sum->wall += wk_clock_wall() - wall;
        sum->own += wk_clock_thread() - own;
        sum->cpu += wk_clock_cpu() - cpu;
        calls -= batch;
    }
    return WK_OK;
}

/* ---- before: the check, and how many calls make a sample ---- */

/* Makes every number of the result wrong by 2^22 rounding errors, 10^-9 in double precision: what
 * the check must see. */
static void plant(const wk_kernel *kernel) {
    for (size_t part = 0; part < WK_KERNEL_RESULTS; part++) {
        float *single = kernel->result[part].numbers;
        double *numbers = kernel->result[part].numbers;
        for (size_t i = 0; i < kernel->result[part].count; i++)
            if (kernel->kind->single)
                single[i] *= 1 + 0x1p22f * FLT_EPSILON;
            else
                numbers[i] *= 1 + 0x1p22 * DBL_EPSILON;
    }
}

static wk_status check(timing *t, wk_error *err) {
    wk_kernel *kernel = &t->kernel;
    wk_stages_begin(t->stages, "check");
    wk_kernel_restore(kernel, 1);
    WK_TRY(kernel->kind->call(kernel, 0, err));
    t->residual = kernel->kind->residual(kernel);
    t->digest = wk_kernel_digest(kernel);
    wk_kernel_sample(kernel);
    memcpy(t->sample, kernel->sample, sizeof t->sample); /* checks take others */
    t->tolerance = kernel->kind->tolerance(kernel);
    plant(kernel); /* the next call makes all of it anew */
    t->planted = kernel->kind->residual(kernel);
    wk_stages_end(t->stages, wk_kernel_call_flops(kernel));
    return WK_OK;
}

/* Also warms up: the call that was checked was the first. */
static wk_status calibrate(timing *t, wk_error *err) {
    spent now = {0};
    for (t->calls = 1;; t->calls *= 2) {
        WK_TRY(time_calls(&t->kernel, t->calls, &now, err));
        if (!(now.wall < least_sample / 2) || t->calls >= (size_t)1 << 30)
            break;
    }
    if (now.wall < least_sample)
        t->calls = (size_t)ceil((double)t->calls * least_sample / now.wall);
    return WK_OK;
}

/* ---- the samples ---- */

/* What comes between two samples leaves caches cold and a library's threads asleep: one call that
 * is not counted mends that, where it is short beside the sample. */
static wk_status wake_up(timing *t, wk_error *err) {
    spent unused;
    return t->calls > 8 ? time_calls(&t->kernel, 1, &unused, err) : WK_OK;
}

/* A result that is not the first one bit for bit is checked like that one; the worst residual
 * counts. */
static void look_again(timing *t) {
    if (wk_kernel_digest(&t->kernel) == t->digest)
        return;
    t->unequal++;
    const double residual = t->kernel.kind->residual(&t->kernel);
    t->residual = residual <= t->residual ? t->residual : residual; /* NaN stays */
}

static wk_status take_samples(timing *t, wk_error *err) {
    const wk_kernel_kind *kind = t->kernel.kind;
    double used = 0;
    wk_stages_begin(t->stages, "time");
    WK_TRY(calibrate(t, err));
    while (t->n < MOST_SAMPLES && (t->n < LEAST_SAMPLES || used < t->spec.seconds)) {
        spent now;
        WK_TRY(wake_up(t, err));
        WK_TRY(time_calls(&t->kernel, t->calls, &now, err));
        t->seconds[t->n] = now.wall / (double)t->calls;
        t->cpu[t->n] = now.cpu / (double)t->calls;
        t->own[t->n] = now.own / (double)t->calls;
        t->peak[t->n] = wk_peak_rate(t->peak_pool, kind->single, peak_seconds);
        if (kind->limit)
            t->limit[t->n] = kind->limit(&t->kernel);
        look_again(t);
        used += now.wall;
        t->n++;
    }
    wk_stages_end(t->stages, (double)(t->n * t->calls) * wk_kernel_call_flops(&t->kernel));
    return WK_OK;
}

/* ---- what came out ---- */

/* The quantile of x[0..n) at share q; x is left as it is. */
static double quantile(size_t n, const double *x, double q) {
    double sorted[MOST_SAMPLES];
    memcpy(sorted, x, n * sizeof *x);
    wk_sort(sorted, n);
    return wk_quantile_sorted(sorted, n, q);
}

static double sum_of(size_t n, const double *x) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

/* The sample as it would be if every library were wrong by an amount of its own, up to 2^22
 * rounding errors: what a comparison of backends must see. */
static void spoil(timing *t) {
    static wk_library library; /* some pages: not on the stack */
    wk_library_locate(&library);
    const wk_hash hash = wk_hash_text(library.blas);
    const double share = (double)(wk_hash_bits(&hash) >> 32) / 0x1p32;
    const double eps = t->kernel.kind->single ? (double)FLT_EPSILON : DBL_EPSILON;
    for (size_t i = 0; i < t->kernel.nsample; i++)
        t->sample[i] *= 1 + 0x1p22 * eps * share;
}

static void record(timing *t) {
    const wk_kernel *kernel = &t->kernel;
    const double rate = 1e-9 * wk_kernel_call_flops(kernel) / quantile(t->n, t->seconds, 0.5);
    const double peak = 1e-9 * quantile(t->n, t->peak, 1);
    const double threads = sum_of(t->n, t->cpu) / sum_of(t->n, t->seconds);
    const double digest = (double)(t->digest & (((uint64_t)1 << 48) - 1));
    const struct {
        const char *metric;
        double value;
    } scalars[] = {
        {"kernel.gflops", rate},
        {"kernel.peak", peak},
        {"kernel.share", rate / peak},
        {"kernel.threads", threads},
        {"kernel.helpers", 1 - sum_of(t->n, t->own) / sum_of(t->n, t->cpu)},
        {"kernel.contention", 1 - threads / (double)t->spec.threads},
        {"kernel.clock", quantile(t->n, t->peak, 0.9) / quantile(t->n, t->peak, 0.1)},
        {"kernel.residual", t->residual},
        {"kernel.residual.planted", t->planted},
        {"kernel.unequal", (double)t->unequal},
        {"kernel.digest", digest},
        {"kernel.tolerance", t->tolerance},
    };
    wk_recorder_indexed(&t->record, "kernel.seconds", t->n, t->seconds, 1);
    wk_recorder_indexed(&t->record, "kernel.cpu", t->n, t->cpu, 1);
    wk_recorder_indexed(&t->record, "kernel.sample", kernel->nsample, t->sample, 1);
    spoil(t);
    wk_recorder_indexed(&t->record, "kernel.sample.planted", kernel->nsample, t->sample, 1);
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++)
        wk_recorder_add(&t->record, scalars[i].metric, 0, scalars[i].value);
    if (kernel->kind->limit)
        wk_recorder_add(&t->record, "kernel.of-gemm", 0,
                        1e9 * rate / quantile(t->n, t->limit, 0.5));
}

/* ---- the cell ---- */

static wk_status run(timing *t, const wk_bag *params, wk_arena *arena, wk_error *err) {
    const char *culprit = NULL;
    WK_TRY(wk_kernel_spec_read(params, &t->spec, &culprit, err));
    const wk_kernel_spec *spec = &t->spec;
    wk_stages_begin(t->stages, "setup");
    t->kernel.kind = spec->kind;
    t->kernel.m = spec->m, t->kernel.n = spec->n, t->kernel.k = spec->k;
    wk_recorder_init(&t->record, 1, arena);
    WK_TRY(spec->kind->prepare(&t->kernel, err));
    wk_stages_end(t->stages, 0);
    WK_TRY(check(t, err));
    WK_TRY(wk_pool_new(spec->threads, &t->peak_pool, err));
    WK_TRY(take_samples(t, err));
    record(t);
    return WK_OK;
}

wk_status wk_kernel_run(const wk_bag *params, wk_pool *pool, wk_arena *arena, wk_result *result,
                        wk_error *err) {
    timing *t = wk_arena_get(arena, 1, sizeof *t);
    wk_stages *stages = wk_arena_get(arena, 1, sizeof *stages);
    wk_arena inputs = {0};
    t->stages = stages;
    t->kernel.pool = pool;
    t->kernel.arena = &inputs;
    const wk_status status = run(t, params, arena, err);
    wk_pool_free(t->peak_pool);
    wk_arena_release(&inputs);
    WK_TRY(status);
    *result = (wk_result){.end = WK_END_OK,
                          .reason = "",
                          .series = t->record.series,
                          .nseries = t->record.n,
                          .stages = stages->stage,
                          .nstages = stages->n};
    return WK_OK;
}
