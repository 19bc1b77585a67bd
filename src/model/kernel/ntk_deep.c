/* The empirical NTK of networks with several hidden layers. */
#include "model/kernel/ntk_deep.h"

#include "la/blas.h"
#include "model/pca/features.h"

#include <math.h>
#include <string.h>

/* Signals of `outputs` outputs, from `first` on, at p inputs: width = outputs p, column c p + i is
 * output first + c at input probe[i]. */
typedef struct signals {
    const wk_net *net;
    const size_t *probe;
    size_t p, first, outputs, width;
    double *B, *below, *slopes; /* (M, width) */
    double *phi, *slope;        /* (M, ld) work space */
    double *gram;               /* (width, width) BᵀB */
    double *A;                  /* (n, n) gram of the features below */
} signals;

static void make_room(signals *s, wk_arena *arena) {
    const wk_net *net = s->net;
    s->width = s->outputs * s->p;
    s->B = wk_arena_doubles(arena, net->M * s->width);
    s->below = wk_arena_doubles(arena, net->M * s->width);
    s->slopes = wk_arena_doubles(arena, net->M * s->width);
    s->phi = wk_arena_doubles(arena, net->M * net->ld);
    s->slope = wk_arena_doubles(arena, net->M * net->ld);
    s->gram = wk_arena_doubles(arena, s->width * s->width);
    s->A = wk_arena_doubles(arena, net->n * net->n);
}

/* Pre-activations of hidden layer l, 0 the first. */
static const double *layer(const wk_net *net, size_t l) {
    WK_ASSERT(net->H);
    return l ? net->deep.h[l - 1] : net->H;
}

/* slopes (M, width): φ' of layer l at the probes, the same for each output. */
static void take_slopes(signals *s, size_t l) {
    const wk_net *net = s->net;
    net->thin->apply(net->M * net->ld, layer(net, l), s->phi, s->slope);
    for (size_t m = 0; m < net->M; m++)
        for (size_t c = 0; c < s->outputs; c++)
            for (size_t i = 0; i < s->p; i++)
                s->slopes[m * s->width + c * s->p + i] = s->slope[m * net->ld + s->probe[i]];
}

/* B of the top layer: V_am φ'(h_mi)/√M. */
static void start(signals *s) {
    const wk_net *net = s->net;
    const double scale = 1 / sqrt((double)net->M);
    take_slopes(s, net->deep.layers);
    for (size_t m = 0; m < net->M; m++)
        for (size_t c = 0; c < s->outputs; c++)
            for (size_t i = 0; i < s->p; i++) {
                const size_t at = m * s->width + c * s->p + i;
                s->B[at] = net->Vt[m * net->k + s->first + c] * s->slopes[at] * scale;
            }
}

/* BᵀB in blocks of rows of the result, each over all hidden units: the same bits for any number of
 * threads. */
enum { ROWS = 32 };

static void gram_task(void *context, size_t task, size_t thread) {
    (void)thread;
    const signals *s = context;
    const size_t first = task * ROWS, rows = s->width - first < ROWS ? s->width - first : ROWS;
    wk_la_gemm(true, false, rows, s->width, s->net->M, 1, s->B + first, s->width, s->B, s->width, 0,
               s->gram + first * s->width, s->width);
}

/* gram and A of layer l: what its weights contribute is their product. The gram is mirrored, since
 * BLAS need not round (i, j) and (j, i) alike, and the kernel is to be symmetric to the last bit.
 */
static void take_grams(signals *s, size_t l, wk_arena *scratch) {
    const wk_net *net = s->net;
    wk_pool_run(net->pool, (s->width + ROWS - 1) / ROWS, gram_task, s);
    wk_la_mirror(s->width, s->gram, s->width);
    if (l == 0) {
        for (size_t i = 0; i < net->n; i++)
            memcpy(s->A + i * net->n, net->data.G + i * net->ld, net->n * sizeof(double));
        return;
    }
    const wk_features below = wk_hidden_kept(net->thin, layer(net, l - 1), net->M, net->n, net->ld);
    wk_features_gram(&below, net->pool, s->A, scratch);
}

static void go_down(signals *s, size_t l) {
    take_slopes(s, l - 1);
    wk_deep_signal_down(&s->net->deep, l - 1, s->width, s->B, s->slopes, s->below);
    double *swap = s->B;
    s->B = s->below;
    s->below = swap;
}

/* ---- the full kernel ---- */

static void add_layer(const signals *s, wk_ntk *ntk) {
    const size_t k = ntk->k, p = ntk->p, n = s->net->n;
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b < k; b++) {
            double *T = ntk->packed + (a * k + b) * ntk->columns;
            for (size_t i = 0; i < p; i++)
                for (size_t j = 0; j <= i; j++, T++)
                    *T += s->gram[(a * p + i) * s->width + b * p + j] *
                          s->A[s->probe[i] * n + s->probe[j]];
        }
}

static void add_output_layer(const signals *s, wk_ntk *ntk, wk_arena *scratch) {
    const wk_net *net = s->net;
    const wk_features top = wk_net_top(net);
    wk_features_gram(&top, net->pool, s->A, scratch);
    for (size_t a = 0; a < ntk->k; a++) {
        double *T = ntk->packed + (a * ntk->k + a) * ntk->columns;
        for (size_t i = 0; i < ntk->p; i++)
            for (size_t j = 0; j <= i; j++, T++)
                *T += s->A[s->probe[i] * net->n + s->probe[j]];
    }
}

void wk_ntk_deep_full(const wk_net *net, const size_t *probe, wk_ntk *ntk, wk_arena *scratch) {
    const wk_arena_mark mark = wk_arena_here(scratch);
    signals s = {.net = net, .probe = probe, .p = ntk->p, .outputs = ntk->k};
    make_room(&s, scratch);
    memset(ntk->packed, 0, ntk->rows * ntk->columns * sizeof *ntk->packed);
    start(&s);
    for (size_t l = net->deep.layers;; l--) {
        take_grams(&s, l, scratch);
        add_layer(&s, ntk);
        if (l == 0)
            break;
        go_down(&s, l);
    }
    add_output_layer(&s, ntk, scratch);
    wk_arena_reset(scratch, mark);
}

/* ---- the trace kernel: one output at a time, all inputs ---- */

static void add_output(const wk_net *net, size_t a, const size_t *all, double *trace,
                       wk_arena *scratch) {
    const wk_arena_mark mark = wk_arena_here(scratch);
    signals s = {.net = net, .probe = all, .p = net->n, .first = a, .outputs = 1};
    make_room(&s, scratch);
    start(&s);
    for (size_t l = net->deep.layers;; l--) {
        take_grams(&s, l, scratch);
        for (size_t i = 0; i < net->n * net->n; i++)
            trace[i] += s.gram[i] * s.A[i];
        if (l == 0)
            break;
        go_down(&s, l);
    }
    wk_arena_reset(scratch, mark);
}

void wk_ntk_deep_trace(const wk_net *net, double *trace, wk_arena *scratch) {
    const wk_arena_mark mark = wk_arena_here(scratch);
    const wk_features top = wk_net_top(net);
    size_t *all = wk_arena_get(scratch, net->n, sizeof *all);
    for (size_t i = 0; i < net->n; i++)
        all[i] = i;
    wk_features_gram(&top, net->pool, trace, scratch);
    for (size_t i = 0; i < net->n * net->n; i++)
        trace[i] *= (double)net->k;
    for (size_t a = 0; a < net->k; a++)
        add_output(net, a, all, trace, scratch);
    wk_arena_reset(scratch, mark);
}
