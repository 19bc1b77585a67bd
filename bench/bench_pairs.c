/* The losses over all pairs: their time, and that of the matrix products that the softmax ones are
 * made of, alone, in the same calls on the same threads. See bench/README.md. */
#include "common.h"

#include "base/clock.h"
#include "la/blas.h"
#include "la/pool.h"
#include "model/loss/loss.h"
#include "model/loss/loss_softmax.h"

#include <stdio.h>
#include <string.h>

typedef struct asked {
    size_t triplets, outputs, threads, rounds;
    const char *loss;
} asked;

/* Rows and columns as loss_softmax.c has them; on one block a thread, whose numbers stay what they
 * are. */
typedef struct products {
    size_t rows, columns, ld, block, k;
    const double *z, *turned; /* (columns, k), (k, ld) */
    double *room;             /* a thread: (block, ld), (k, ld) and (block, k) */
} products;

static size_t room_of_thread(const products *p) {
    return (p->block + p->k) * (p->ld + p->k);
}

static void multiply_strip(void *context, size_t strip, size_t thread) {
    const products *p = context;
    const size_t k = p->k, ld = p->ld, blocks = (p->rows + p->block - 1) / p->block;
    double *logit = p->room + thread * room_of_thread(p), *part = logit + p->block * ld;
    double *dz = part + k * ld;
    const size_t last = (strip + 1) * blocks / WK_SOFTMAX_STRIPS;
    for (size_t b = strip * blocks / WK_SOFTMAX_STRIPS; b < last; b++) {
        const size_t r = b * p->block, left = p->rows - r;
        const size_t count = left < p->block ? left : p->block;
        wk_la_gemm(false, false, count, p->columns, k, 1, p->z, k, p->turned, ld, 0, logit, ld);
        wk_la_gemm(false, false, count, k, p->columns, 1, logit, ld, p->z, k, 0, dz, k);
        wk_la_gemm(true, false, k, p->columns, count, 1, p->z, k, logit, ld, 1, part, ld);
    }
}

static double *draw(size_t count, wk_arena *arena) {
    double *x = wk_arena_doubles(arena, count);
    wk_stream stream = wk_stream_open(1, WK_ROLE_DATA, count);
    wk_stream_normals(&stream, count, x);
    return x;
}

static products products_of(const asked *a, wk_arena *arena) {
    const size_t views = strcmp(a->loss, "nt-xent") == 0 ? 2 : 1, k = a->outputs;
    products p = {.rows = views * a->triplets, .columns = views * a->triplets, .k = k};
    p.ld = (p.columns + 7) / 8 * 8;
    p.block = wk_softmax_block(p.columns);
    p.z = draw(p.columns * k, arena);
    p.turned = draw(p.ld * k, arena);
    p.room = wk_arena_get(arena, a->threads * room_of_thread(&p), sizeof(double));
    return p;
}

/* Triplets of inputs 2i, 2i+1; what the negatives are is nothing to these losses. */
static wk_data views_of(const asked *a, wk_arena *arena) {
    const size_t N = a->triplets, n = 2 * N;
    wk_data data = {.n = n, .N = N, .all = n, .ld = (n + 7) / 8 * 8};
    data.anchor = wk_arena_get(arena, N, sizeof *data.anchor);
    data.positive = wk_arena_get(arena, N, sizeof *data.positive);
    data.negative = wk_arena_get(arena, N, sizeof *data.negative);
    for (size_t i = 0; i < N; i++) {
        data.anchor[i] = 2 * i;
        data.positive[i] = data.negative[i] = 2 * i + 1;
    }
    return data;
}

static wk_bench_samples loss_times, product_times, ratios;

static wk_status measure(const asked *a, wk_pool *pool, wk_arena *arena, wk_error *err) {
    wk_loss loss = {.kind = wk_loss_kind_find(a->loss), .cosine = true, .temperature = 0.5};
    if (!loss.kind)
        return wk_fail(err, WK_BAD_INPUT, "unknown loss '%s'", a->loss);
    const wk_data data = views_of(a, arena);
    const size_t k = a->outputs;
    wk_loss_prepare(&loss, &data, k, 1, pool, arena);
    double *F = draw(k * data.ld, arena), *g = wk_arena_doubles(arena, k * data.ld);
    double *scratch = wk_arena_doubles(arena, wk_loss_scratch(&loss, &data, k));
    products p = products_of(a, arena);
    printf("loss=%s\ntriplets=%zu\noutputs=%zu\nblock=%zu\n", a->loss, a->triplets, k, p.block);
    const wk_bench_watch watch = wk_bench_watch_begin();
    for (size_t r = 0; r <= a->rounds; r++) {
        double start = wk_clock_wall();
        loss.kind->value(&loss, &data, k, F, g, scratch);
        const double by_loss = wk_clock_wall() - start;
        start = wk_clock_wall();
        wk_pool_run(pool, WK_SOFTMAX_STRIPS, multiply_strip, &p);
        const double by_products = wk_clock_wall() - start;
        if (r == 0)
            continue; /* the first warms up */
        wk_bench_add(&loss_times, by_loss);
        wk_bench_add(&product_times, by_products);
        wk_bench_add(&ratios, by_loss / by_products);
    }
    wk_bench_watch_print("others_cpu", watch);
    const double flops = 6 * (double)p.rows * (double)p.columns * (double)k;
    wk_bench_print("loss", &loss_times);
    wk_bench_print("gemm", &product_times);
    printf("gemm_gflops=%.2f\nratio=%.3f\nratio_by_round=%.3f\n",
           flops / wk_bench_median(&product_times) / 1e9,
           wk_bench_median(&loss_times) / wk_bench_median(&product_times),
           wk_bench_median(&ratios));
    return WK_OK;
}

static wk_status run(const asked *a, wk_error *err) {
    WK_TRY(wk_bench_require_single_blas(err));
    wk_pool *pool = NULL;
    WK_TRY(wk_pool_new(a->threads, &pool, err));
    wk_bench_print_machine(a->threads);
    wk_arena arena = {0};
    const wk_status status = measure(a, pool, &arena, err);
    wk_arena_release(&arena);
    wk_pool_free(pool);
    return status;
}

int main(int argc, char **argv) {
    asked a = {4000, 8, 2, 15, "infonce"};
    const wk_bench_option options[] = {
        {"loss", "infonce (default), nt-xent or spectral", NULL, 0, 0, &a.loss},
        {"triplets", "triplets N", &a.triplets, 2, 1000000, NULL},
        {"outputs", "outputs k", &a.outputs, 1, 1000, NULL},
        {"threads", "threads of the pool", &a.threads, 1, 1024, NULL},
        {"rounds", "rounds", &a.rounds, 1, WK_BENCH_ROUNDS, NULL},
    };
    const size_t n = sizeof options / sizeof *options;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        wk_bench_usage("bench_pairs", options, n);
        return 0;
    }
    wk_error err = {0};
    wk_status status = wk_bench_read(argc, argv, options, n, &err);
    if (status == WK_OK)
        status = run(&a, &err);
    return status == WK_OK ? 0 : wk_bench_failed("bench_pairs", &err);
}
