/* The network: weights drawn, outputs, and one step of gradient descent. */
#include "model/net/net.h"

#include "la/blas.h"

#include <math.h>
#include <string.h>

/* ---- strips ---- */

size_t wk_net_strip_count(size_t M, size_t most) {
    const size_t tiles = (M + WK_NET_TILE - 1) / WK_NET_TILE;
    return tiles < most ? tiles : most;
}

void wk_net_strip(size_t M, size_t strips, size_t s, size_t *first, size_t *last) {
    const size_t tiles = (M + WK_NET_TILE - 1) / WK_NET_TILE;
    *first = tiles * s / strips * WK_NET_TILE;
    *last = tiles * (s + 1) / strips * WK_NET_TILE;
    if (*last > M)
        *last = M;
}

/* ---- drawing ---- */

typedef struct drawing {
    const wk_data *data;
    size_t M, strips;
    uint64_t seed;
    double *H;
    double **W; /* a thread: (tile, d) */
} drawing;

static void draw_strip(void *context, size_t strip, size_t thread) {
    const drawing *job = context;
    const wk_data *data = job->data;
    size_t first, last;
    wk_net_strip(job->M, job->strips, strip, &first, &last);
    for (size_t m = first; m < last; m += WK_NET_TILE) {
        const size_t rows = last - m < WK_NET_TILE ? last - m : WK_NET_TILE;
        double *W = job->W[thread], *H = job->H + m * data->ld;
        for (size_t u = 0; u < rows; u++) {
            wk_stream stream = wk_stream_open(job->seed, WK_ROLE_W1, m + u);
            wk_stream_normals(&stream, data->d, W + u * data->d);
        }
        memset(H, 0, rows * data->ld * sizeof *H);
        wk_la_gemm(false, false, rows, data->n, data->d, 1 / sqrt((double)data->d), W, data->d,
                   data->X, data->n, 0, H, data->ld);
    }
}

void wk_net_draw_hidden(const wk_data *data, size_t M, uint64_t seed, wk_pool *pool, double *H,
                        wk_arena *arena) {
    const wk_arena_mark mark = wk_arena_here(arena);
    const size_t threads = wk_pool_threads(pool);
    drawing job = {data, M, wk_net_strip_count(M, WK_NET_STRIPS),
                   seed, H, wk_arena_get(arena, threads, sizeof *job.W)};
    for (size_t i = 0; i < threads; i++)
        job.W[i] = wk_arena_doubles(arena, WK_NET_TILE * data->d);
    wk_pool_run(pool, job.strips, draw_strip, &job);
    wk_arena_reset(arena, mark);
}

const double *wk_net_top(const wk_net *net) {
    return net->deep.layers ? net->deep.h[net->deep.layers - 1] : net->H;
}

/* ---- one pass ---- */

typedef struct pass {
    wk_net *net;
    const double *g;  /* NULL: no step, only F */
    double eta, rate; /* rate = eta/√M */
} pass;

/* Vt (rows, k) ← Vt R^T, row by row in place. */
static void retract_rows(size_t rows, size_t k, const double *R, double *Vt, double *row) {
    for (size_t m = 0; m < rows; m++) {
        double *v = Vt + m * k;
        for (size_t a = 0; a < k; a++) {
            row[a] = 0;
            for (size_t b = 0; b < k; b++)
                row[a] += R[a * k + b] * v[b];
        }
        memcpy(v, row, k * sizeof *v);
    }
}

/* H (rows, ld) −= step δ G, with the move kept if asked. */
static void update_first(wk_net *net, size_t m, size_t rows, double step, const double *delta) {
    const size_t ld = net->ld;
    if (net->A)
        for (size_t i = 0; i < rows * ld; i++)
            net->A[m * ld + i] -= step * delta[i];
    wk_la_gemm(false, false, rows, ld, net->n, -step, delta, ld, net->G, ld, 1, net->H + m * ld,
               ld);
}

/* D (rows, ld) = φ'(top) ∘ (Vᵀg), before V moves. */
static void update_output(const pass *job, size_t m, size_t rows, double *D, double *dV) {
    wk_net *net = job->net;
    double *Vt = net->Vt + m * net->k;
    net->thin->backward(rows, net->ld, net->k, wk_net_top(net) + m * net->ld, Vt, job->g, dV, D);
    for (size_t i = 0; i < rows * net->k; i++)
        Vt[i] -= job->rate * dV[i];
}

/* What a strip does in a pass. `back`: step the output layer, leaving δ of the top layer for deep
 * nets; `first`: step the first layer; `forward`: add up outputs. Depth 2 does all three while a
 * tile is in cache. */
typedef struct phase {
    const pass *job;
    bool back, first, forward;
} phase;

static void phase_tile(const phase *p, size_t strip, size_t thread, size_t m, size_t rows) {
    wk_net *net = p->job->net;
    const size_t ld = net->ld, k = net->k;
    const bool deep = net->deep.layers > 0;
    double *D = net->scratch[thread], *dV = D + WK_NET_TILE * ld, *row = dV + WK_NET_TILE * k;
    double *Vt = net->Vt + m * k, *delta = deep ? net->deep.delta + m * ld : D;
    if (p->back || !p->job->g) {
        if (net->pending)
            retract_rows(rows, k, net->retraction, Vt, row);
    }
    if (p->back && p->job->g) {
        update_output(p->job, m, rows, D, dV);
        for (size_t i = 0; deep && i < rows * ld; i++)
            delta[i] = D[i] / sqrt((double)net->M);
    }
    if (p->first && p->job->g && !net->options.frozen)
        update_first(net, m, rows, deep ? p->job->eta : p->job->rate, delta);
    if (!p->forward)
        return;
    net->thin->forward(rows, ld, k, wk_net_top(net) + m * ld, Vt, net->partial + strip * k * ld);
    if (net->options.orthogonal)
        wk_la_gram_lower(rows, k, 1, Vt, k, 1, net->grams + strip * k * k, k);
}

static void phase_strip(void *context, size_t strip, size_t thread) {
    const phase *p = context;
    wk_net *net = p->job->net;
    if (p->forward) {
        memset(net->partial + strip * net->k * net->ld, 0, net->k * net->ld * sizeof(double));
        memset(net->grams + strip * net->k * net->k, 0, net->k * net->k * sizeof(double));
    }
    size_t first, last;
    wk_net_strip(net->M, net->strips, strip, &first, &last);
    for (size_t m = first; m < last; m += WK_NET_TILE)
        phase_tile(p, strip, thread, m, last - m < WK_NET_TILE ? last - m : WK_NET_TILE);
}

static void run_phase(const pass *job, bool back, bool first, bool forward) {
    phase p = {job, back, first, forward};
    wk_pool_run(job->net->pool, job->net->strips, phase_strip, &p);
}

static void run_deep(const pass *job) {
    wk_net *net = job->net;
    if (job->g) {
        run_phase(job, true, false, false);
        net->pending = false;
    }
    if (job->g && !net->options.frozen) {
        wk_deep_backward(&net->deep, net->H, job->eta);
        run_phase(job, false, true, false);
    }
    if (!job->g || !net->options.frozen)
        wk_deep_forward(&net->deep, net->H);
    run_phase(job, false, false, true);
}

static void add_strips(size_t strips, size_t size, const double *parts, double *sum) {
    memset(sum, 0, size * sizeof *sum);
    for (size_t s = 0; s < strips; s++)
        for (size_t i = 0; i < size; i++)
            sum[i] += parts[s * size + i];
}

/* V = S^{-1/2} Z with S = Z Z^T; F is linear in V, so it is retracted at once, Z at the next pass.
 */
static wk_status retract(wk_net *net, wk_error *err) {
    const size_t k = net->k, ld = net->ld;
    const wk_arena_mark mark = wk_arena_here(net->arena);
    double *S = wk_arena_doubles(net->arena, k * k);
    double *Z = wk_arena_doubles(net->arena, k * ld);
    add_strips(net->strips, k * k, net->grams, S);
    wk_la_mirror(k, S, k);
    WK_TRY(wk_la_inverse_root(k, S, net->retraction, net->arena, err));
    memcpy(Z, net->F, k * ld * sizeof *Z);
    wk_la_gemm(false, false, k, ld, k, 1, net->retraction, k, Z, ld, 0, net->F, ld);
    net->pending = true;
    wk_arena_reset(net->arena, mark);
    return WK_OK;
}

static wk_status run_pass(wk_net *net, const double *g, double eta, wk_error *err) {
    const pass job = {net, g, eta, eta / sqrt((double)net->M)};
    if (net->deep.layers)
        run_deep(&job);
    else
        run_phase(&job, true, true, true);
    net->pending = false;
    add_strips(net->strips, net->k * net->ld, net->partial, net->F);
    const double scale = 1 / sqrt((double)net->M);
    for (size_t i = 0; i < net->k * net->ld; i++)
        net->F[i] *= scale;
    return net->options.orthogonal ? retract(net, err) : WK_OK;
}

wk_status wk_net_step(wk_net *net, const double *g, double eta, wk_error *err) {
    return run_pass(net, g, eta, err);
}

wk_status wk_net_refresh(wk_net *net, wk_error *err) {
    return run_pass(net, NULL, 0, err);
}

void wk_net_settle(wk_net *net) {
    if (!net->pending)
        return;
    double *row = net->scratch[0];
    retract_rows(net->M, net->k, net->retraction, net->Vt, row);
    net->pending = false;
}

/* ---- life ---- */

/* All memory; H and Vt are left unset. */
static void allocate(wk_net *net) {
    const size_t M = net->M, ld = net->ld, k = net->k, threads = wk_pool_threads(net->pool);
    const size_t row = k > ld ? k : ld;
    wk_arena *arena = net->arena;
    net->strips = wk_net_strip_count(M, WK_NET_STRIPS);
    net->H = wk_arena_doubles(arena, M * ld);
    net->Vt = wk_arena_doubles(arena, M * k);
    net->F = wk_arena_get(arena, k * ld, sizeof(double));
    net->retraction = wk_arena_doubles(arena, k * k);
    net->partial = wk_arena_doubles(arena, net->strips * k * ld);
    net->grams = wk_arena_doubles(arena, net->strips * k * k);
    net->scratch = wk_arena_get(arena, threads, sizeof *net->scratch);
    for (size_t i = 0; i < threads; i++)
        net->scratch[i] = wk_arena_doubles(arena, WK_NET_TILE * (ld + k) + row);
    if (net->options.keep_gradient) {
        net->A = wk_arena_get(arena, M * ld, sizeof(double));
        net->V0t = wk_arena_doubles(arena, M * k);
    }
}

/* With H and Vt in place: the first F, the first retraction, and the copies of the start. */
static wk_status begin(wk_net *net, wk_error *err) {
    WK_TRY(run_pass(net, NULL, 0, err));
    if (net->V0t) {
        wk_net_settle(net);
        memcpy(net->V0t, net->Vt, net->M * net->k * sizeof *net->V0t);
    }
    return WK_OK;
}

static void set_up(wk_net *net, const wk_data *data, const wk_activation *activation, size_t M,
                   size_t k, wk_net_options options, wk_pool *pool, wk_arena *arena) {
    WK_ASSERT(M >= 1 && k >= 1 && (!options.orthogonal || k <= M));
    *net = (wk_net){.M = M,
                    .n = data->n,
                    .ld = data->ld,
                    .k = k,
                    .activation = activation,
                    .thin = wk_activation_thin(activation),
                    .options = options,
                    .G = data->G,
                    .pool = pool,
                    .arena = arena};
}

wk_status wk_net_new(wk_net *net, const wk_data *data, const wk_activation *activation, size_t M,
                     size_t k, wk_net_options options, uint64_t seed, wk_pool *pool,
                     wk_arena *arena, wk_error *err) {
    set_up(net, data, activation, M, k, options, pool, arena);
    allocate(net);
    if (options.hidden)
        wk_deep_init(&net->deep, M, net->ld, options.hidden, options.residual,
                     options.keep_gradient, net->thin, seed, pool, arena);
    wk_net_draw_hidden(data, M, seed, pool, net->H, arena);
    for (size_t m = 0; m < M; m++) {
        wk_stream stream = wk_stream_open(seed, WK_ROLE_V, m);
        wk_stream_normals(&stream, k, net->Vt + m * k);
    }
    return begin(net, err);
}

wk_status wk_net_from(wk_net *net, const wk_data *data, const wk_activation *activation, size_t M,
                      size_t k, wk_net_options options, const double *H0, const double *V0,
                      wk_pool *pool, wk_arena *arena, wk_error *err) {
    WK_ASSERT(options.hidden == 0);
    return wk_net_from_deep(net, data, activation, M, k, options, H0, NULL, V0, pool, arena, err);
}

wk_status wk_net_from_deep(wk_net *net, const wk_data *data, const wk_activation *activation,
                           size_t M, size_t k, wk_net_options options, const double *H0,
                           const double *const *W, const double *V0, wk_pool *pool, wk_arena *arena,
                           wk_error *err) {
    set_up(net, data, activation, M, k, options, pool, arena);
    allocate(net);
    if (options.hidden)
        wk_deep_init(&net->deep, M, net->ld, options.hidden, options.residual,
                     options.keep_gradient, net->thin, 0, pool, arena);
    for (size_t l = 0; l < options.hidden; l++) {
        memcpy(net->deep.W[l], W[l], M * M * sizeof(double));
        if (net->deep.W0[l])
            memcpy(net->deep.W0[l], W[l], M * M * sizeof(double));
    }
    memset(net->H, 0, M * net->ld * sizeof *net->H);
    for (size_t m = 0; m < M; m++) {
        memcpy(net->H + m * net->ld, H0 + m * net->n, net->n * sizeof *H0);
        for (size_t a = 0; a < k; a++)
            net->Vt[m * k + a] = V0[a * M + m];
    }
    return begin(net, err);
}

/* ---- what is measured on it ---- */

double wk_net_output_norm2(const wk_net *net) {
    WK_ASSERT(!net->pending);
    const double norm = wk_la_norm(net->M, net->k, net->Vt, net->k);
    return norm * norm;
}

double wk_net_move2(const wk_net *net) {
    WK_ASSERT(net->A && !net->pending);
    const size_t ld = net->ld, k = net->k;
    double *AG = net->scratch[0];
    double sum = 0;
    for (size_t m = 0; m < net->M; m += WK_NET_TILE) {
        const size_t rows = net->M - m < WK_NET_TILE ? net->M - m : WK_NET_TILE;
        const double *A = net->A + m * ld;
        wk_la_gemm(false, false, rows, ld, net->n, 1, A, ld, net->G, ld, 0, AG, ld);
        for (size_t i = 0; i < rows * ld; i++)
            sum += A[i] * AG[i];
        for (size_t i = m * k; i < (m + rows) * k; i++)
            sum += (net->Vt[i] - net->V0t[i]) * (net->Vt[i] - net->V0t[i]);
    }
    return sum + wk_deep_move2(&net->deep);
}

/* ---- what a plan needs ---- */

double wk_net_step_flops(size_t M, size_t n, size_t k, wk_net_options options) {
    const double width = (double)M, inputs = (double)n;
    const double thin = 6 * width * inputs * (double)k;
    return options.frozen
               ? thin
               : thin + 2 * width * inputs * inputs + wk_deep_step_flops(M, n, options.hidden);
}

double wk_net_draw_flops(size_t M, size_t n, size_t d) {
    return 2 * (double)M * (double)n * (double)d;
}

double wk_net_bytes(size_t M, size_t n, size_t k, wk_net_options options) {
    const double H = (double)M * (double)(n + WK_THIN_PAD), V = (double)M * (double)k;
    const double strips = (double)wk_net_strip_count(M, WK_NET_STRIPS);
    const double hidden = (double)options.hidden * (double)M * (double)M;
    const double work = options.hidden ? (double)(options.hidden + 4) * H : 0;
    return 8 * ((options.keep_gradient ? 2 : 1) * (H + V + hidden) + work +
                strips * (double)(k * (n + k)));
}
