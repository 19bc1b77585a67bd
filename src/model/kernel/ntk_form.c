/* The empirical NTK of two layers; deeper networks are handed to ntk_deep.c. */
#include "model/kernel/ntk_form.h"

#include "la/blas.h"
#include "model/kernel/ntk_deep.h"
#include "model/pca/features.h"

#include <math.h>
#include <string.h>

enum { ROWS = 128, CHUNK = 640 }; /* hidden units, and pairs of inputs, per product */

/* ---- the second term: chunks of pairs of inputs, each a task ---- */

typedef struct job {
    const wk_net *net;
    const size_t *probe;
    const wk_ntk *ntk;
    size_t pld;      /* probes, padded for wk_thin.apply */
    const double *h; /* (M, pld) pre-activations at the probes */
    double **scratch;
} job;

static size_t scratch_size(const wk_ntk *ntk, size_t pld) {
    return ROWS * (2 * pld + ntk->rows + CHUNK) + ntk->rows * CHUNK;
}

/* slopes (rows, pld): φ' at the probes; pairs of outputs (rows, k(k+1)/2): V_am V_bm. */
static void prepare(const job *j, size_t m, size_t rows, double *slopes, double *outputs,
                    double *unused) {
    const wk_net *net = j->net;
    const size_t k = j->ntk->k;
    for (size_t u = 0; u < rows; u++) {
        const double *v = net->Vt + (m + u) * k;
        double *out = outputs + u * j->ntk->rows;
        for (size_t a = 0; a < k; a++)
            for (size_t b = 0; b <= a; b++)
                *out++ = v[a] * v[b];
    }
    net->thin->apply(rows * j->pld, j->h + m * j->pld, unused, slopes);
}

/* inputs (rows, count): φ'_i φ'_j for the pairs first … first+count-1. */
static void pair_inputs(const job *j, size_t rows, const double *slopes, size_t first, size_t count,
                        double *inputs) {
    size_t i = (size_t)((sqrt(8.0 * (double)first + 1) - 1) / 2);
    while ((i + 1) * (i + 2) / 2 <= first)
        i++;
    while (i * (i + 1) / 2 > first)
        i--;
    for (size_t c = 0; c < count; i++) {
        const size_t from = first + c - i * (i + 1) / 2;
        const size_t n = i + 1 - from < count - c ? i + 1 - from : count - c;
        for (size_t u = 0; u < rows; u++) {
            const double *s = slopes + u * j->pld;
            double *out = inputs + u * count + c;
            for (size_t q = 0; q < n; q++)
                out[q] = s[i] * s[from + q];
        }
        c += n;
    }
}

static void chunk_task(void *context, size_t task, size_t thread) {
    const job *j = context;
    const wk_ntk *ntk = j->ntk;
    const size_t first = task * CHUNK, pld = j->pld;
    const size_t count = ntk->columns - first < CHUNK ? ntk->columns - first : CHUNK;
    double *slopes = j->scratch[thread], *unused = slopes + ROWS * pld;
    double *outputs = unused + ROWS * pld, *inputs = outputs + ROWS * ntk->rows;
    double *sum = inputs + ROWS * CHUNK;
    memset(sum, 0, ntk->rows * count * sizeof *sum);
    for (size_t m = 0; m < j->net->M; m += ROWS) {
        const size_t rows = j->net->M - m < ROWS ? j->net->M - m : ROWS;
        prepare(j, m, rows, slopes, outputs, unused);
        pair_inputs(j, rows, slopes, first, count, inputs);
        wk_la_gemm(true, false, ntk->rows, count, rows, 1, outputs, ntk->rows, inputs, count, 1,
                   sum, count);
    }
    for (size_t r = 0; r < ntk->rows; r++)
        memcpy(ntk->packed + r * ntk->columns + first, sum + r * count, count * sizeof *sum);
}

/* ---- the first term, and the two together ---- */

static void combine(const job *j, const double *K) {
    const wk_ntk *ntk = j->ntk;
    const double M = (double)j->net->M;
    size_t row = 0;
    for (size_t a = 0; a < ntk->k; a++)
        for (size_t b = 0; b <= a; b++, row++) {
            double *T = ntk->packed + row * ntk->columns;
            for (size_t i = 0; i < ntk->p; i++)
                for (size_t q = 0; q <= i; q++, T++)
                    *T = *T / M * wk_data_gram_at(&j->net->data, j->probe[i], j->probe[q]) +
                         (a == b ? K[i * ntk->p + q] : 0);
        }
}

void wk_ntk_full(const wk_net *net, const size_t *probe, wk_ntk *ntk, wk_arena *scratch) {
    WK_ASSERT(!net->pending);
    WK_ASSERT_EQ(net->k, ntk->k);
    WK_ASSERT_EQ(ntk->swaps, net->deep.layers == 0);
    if (net->deep.layers) {
        wk_ntk_deep_full(net, probe, ntk, scratch);
        return;
    }
    const wk_arena_mark mark = wk_arena_here(scratch);
    const size_t threads = wk_pool_threads(net->pool);
    const size_t pld = (ntk->p + WK_THIN_PAD - 1) / WK_THIN_PAD * WK_THIN_PAD;
    double *h = wk_arena_doubles(scratch, net->M * pld);
    job j = {net, probe, ntk, pld, h, wk_arena_get(scratch, threads, sizeof *j.scratch)};
    double *K = wk_arena_doubles(scratch, ntk->p * ntk->p);
    const wk_hidden all = wk_net_first(net);
    wk_hidden_gather(&all, ntk->p, probe, h, pld, scratch);
    for (size_t i = 0; i < threads; i++)
        j.scratch[i] = wk_arena_doubles(scratch, scratch_size(ntk, j.pld));
    wk_pool_run(net->pool, (ntk->columns + CHUNK - 1) / CHUNK, chunk_task, &j);
    const wk_features at_probes = wk_hidden_kept(net->thin, h, net->M, ntk->p, pld);
    wk_features_gram(&at_probes, net->pool, K, scratch);
    combine(&j, K);
    wk_arena_reset(scratch, mark);
}

void wk_ntk_trace(const wk_net *net, double *trace, wk_arena *scratch) {
    WK_ASSERT(!net->pending);
    if (net->deep.layers) {
        wk_ntk_deep_trace(net, trace, scratch);
        return;
    }
    const wk_arena_mark mark = wk_arena_here(scratch);
    WK_ASSERT(net->data.G);
    const size_t n = net->n, k = net->k;
    double *weight = wk_arena_get(scratch, net->M, sizeof *weight);
    double *slopes = wk_arena_doubles(scratch, n * n);
    for (size_t m = 0; m < net->M; m++)
        for (size_t a = 0; a < k; a++)
            weight[m] += net->Vt[m * k + a] * net->Vt[m * k + a];
    const wk_features all = wk_net_first(net);
    wk_features_slope_gram(&all, weight, net->pool, slopes, scratch);
    wk_features_gram(&all, net->pool, trace, scratch);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            trace[i * n + j] =
                (double)k * trace[i * n + j] + net->data.G[i * net->ld + j] * slopes[i * n + j];
    wk_arena_reset(scratch, mark);
}
