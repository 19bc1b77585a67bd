/* The network: weights drawn, outputs, and one step of gradient descent. */
#include "model/net/net.h"

#include "la/blas.h"

#include <math.h>
#include <string.h>

wk_hidden wk_net_first(const wk_net *net) {
    const wk_data *data = &net->data;
    return (wk_hidden){net->thin, net->H,  net->M,  net->n,   net->ld,
                       net->W,    data->X, data->d, data->all};
}

wk_hidden wk_net_top(const wk_net *net) {
    wk_hidden top = wk_net_first(net);
    if (net->deep.layers)
        top.H = net->deep.h[net->deep.layers - 1];
    return top;
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

/* Work space of a thread. */
struct wk_net_work {
    double *D;  /* (tile, block_ld) φ'(H) ∘ (Vᵀg) */
    double *h;  /* (tile, block_ld) pre-activations, when H is not kept */
    double *dV; /* (tile, k) */
    double *dW; /* (tile, d), primal */
    double *row;
};

/* A tile of hidden units in hand: units m … m+rows-1. */
typedef struct tile {
    wk_net *net;
    const struct wk_net_work *work;
    size_t m, rows;
} tile;

/* Columns that hold inputs which losses see, padded: beyond them g is zero. */
static size_t seen_columns(const wk_net *net) {
    return (net->n + WK_THIN_PAD - 1) / WK_THIN_PAD * WK_THIN_PAD;
}

static size_t block_at(const wk_net *net, size_t first, size_t columns) {
    return columns - first < net->block ? columns - first : net->block;
}

/* The tile's first layer at a block of inputs: as it is kept, or formed from W, into H where H is
 * kept. *ld is its distance between rows. */
static const double *first_layer(const tile *t, size_t first, size_t columns, bool form,
                                 size_t *ld) {
    const wk_net *net = t->net;
    double *h = net->H ? net->H + t->m * net->ld + first : t->work->h;
    *ld = net->H ? net->ld : net->block_ld;
    if (form || !net->H)
        wk_hidden_form(net->W + t->m * net->data.d, net->data.X, net->data.d, net->data.all,
                       t->rows,
                       first, columns, h, *ld);
    return h;
}

/* dW (rows, d) += δ Xᵀ/√d over a block of inputs, and = for the first one; δ has the distance ld
 * between rows. */
static void add_gradient(const tile *t, size_t first, size_t columns, const double *delta,
                         size_t ld) {
    const wk_data *data = &t->net->data;
    const size_t d = data->d, n = t->net->n;
    const size_t inputs = n - first < columns ? n - first : columns;
    wk_la_gemm(false, true, t->rows, d, inputs, 1 / sqrt((double)d), delta, ld, data->X + first,
               data->all, first > 0, t->work->dW, d);
}

/* dV = φ(top) gᵀ, and δ = φ'(top) ∘ (Vᵀg): of deep nets into deep.delta; else block by block, each
 * added to dW in primal form. */
static void back_tile(const tile *t, const double *g, bool first_layer_moves) {
    const wk_net *net = t->net;
    const struct wk_net_work *work = t->work;
    const bool deep = net->deep.layers > 0;
    const size_t columns = deep ? net->ld : seen_columns(net);
    const double *Vt = net->Vt + t->m * net->k;
    memset(work->dV, 0, t->rows * net->k * sizeof *work->dV);
    for (size_t i = 0; i < columns; i += net->block) {
        const size_t block = block_at(net, i, columns);
        size_t ld = net->ld;
        const double *h =
            deep ? wk_net_top(net).H + t->m * ld + i : first_layer(t, i, block, false, &ld);
        double *D = deep ? net->deep.delta + t->m * net->ld + i : work->D;
        const size_t D_ld = deep ? net->ld : net->block_ld;
        net->thin->backward(t->rows, block, net->k, h, ld, Vt, g + i, net->ld, work->dV, D, D_ld);
        if (net->W && !deep && first_layer_moves)
            add_gradient(t, i, block, D, D_ld);
    }
}

static void step_output(const tile *t, double rate) {
    const size_t k = t->net->k;
    double *Vt = t->net->Vt + t->m * k;
    for (size_t i = 0; i < t->rows * k; i++)
        Vt[i] -= rate * t->work->dV[i];
}

/* H −= step δ G, δ (rows, ld) at the inputs that losses see, with the move kept if asked. */
static void step_dual(const tile *t, double step, const double *delta) {
    const wk_net *net = t->net;
    const size_t ld = net->ld, columns = seen_columns(net);
    for (size_t u = 0; net->A && u < t->rows; u++)
        for (size_t i = 0; i < columns; i++)
            net->A[(t->m + u) * ld + i] -= step * delta[u * ld + i];
    wk_la_gemm(false, false, t->rows, ld, net->n, -step, delta, ld, net->data.G, ld, 1,
               net->H + t->m * ld, ld);
}

/* W −= step dW. */
static void step_primal(const tile *t, double step) {
    const size_t d = t->net->data.d;
    double *W = t->net->W + t->m * d;
    for (size_t i = 0; i < t->rows * d; i++)
        W[i] -= step * t->work->dW[i];
}

static void step_first(const tile *t, double eta) {
    const wk_net *net = t->net;
    const bool deep = net->deep.layers > 0;
    const double step = deep ? eta : eta / sqrt((double)net->M);
    const double *delta = deep ? net->deep.delta + t->m * net->ld : t->work->D;
    for (size_t i = 0; net->W && deep && i < net->n; i += net->block)
        add_gradient(t, i, block_at(net, i, net->n), delta + i, net->ld);
    if (net->W)
        step_primal(t, step);
    else
        step_dual(t, step, delta);
}

/* F (k, ld) += the tile's columns of V times φ(top). `form`: the first layer has moved. */
static void forward_tile(const tile *t, bool form, double *F) {
    const wk_net *net = t->net;
    for (size_t i = 0; i < net->ld; i += net->block) {
        const size_t block = block_at(net, i, net->ld);
        size_t ld = net->ld;
        const double *h = net->deep.layers ? wk_net_top(net).H + t->m * ld + i
                                           : first_layer(t, i, block, form, &ld);
        net->thin->forward(t->rows, block, net->k, h, ld, net->Vt + t->m * net->k, F + i, net->ld);
    }
}

/* What a strip does in a pass. `back`: step the output layer, leaving δ of the top layer for deep
 * nets; `first`: step the first layer; `forward`: add up outputs. Depth 2 does all three while a
 * tile is in cache. */
typedef struct phase {
    const pass *job;
    bool back, first, forward;
} phase;

static void phase_tile(const phase *p, const tile *t, size_t strip) {
    wk_net *net = t->net;
    const pass *job = p->job;
    const size_t k = net->k;
    const bool moves = job->g && !net->options.frozen, deep = net->deep.layers > 0;
    const bool form = net->W && (moves || !job->g);
    double *Vt = net->Vt + t->m * k;
    if ((p->back || !job->g) && net->pending)
        retract_rows(t->rows, k, net->retraction, Vt, t->work->row);
    if (p->back && job->g) {
        back_tile(t, job->g, moves);
        step_output(t, job->rate);
        for (size_t i = 0; deep && i < t->rows * net->ld; i++)
            net->deep.delta[t->m * net->ld + i] /= sqrt((double)net->M);
    }
    if (p->first && moves)
        step_first(t, job->eta);
    for (size_t i = 0, ld; p->first && deep && form && i < net->ld; i += net->block)
        first_layer(t, i, block_at(net, i, net->ld), true, &ld);
    if (!p->forward)
        return;
    forward_tile(t, form, net->partial + strip * k * net->ld);
    if (net->options.orthogonal)
        wk_la_gram_lower(t->rows, k, 1, Vt, k, 1, net->grams + strip * k * k, k);
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
        phase_tile(
            p, &(tile){net, net->work[thread], m, last - m < WK_NET_TILE ? last - m : WK_NET_TILE},
            strip);
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
    if (job->g && !net->options.frozen)
        wk_deep_backward(&net->deep, net->H, job->eta);
    run_phase(job, false, true, false);
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
    retract_rows(net->M, net->k, net->retraction, net->Vt, net->work[0]->row);
    net->pending = false;
}

/* ---- life ---- */

static struct wk_net_work *work_space(const wk_net *net) {
    struct wk_net_work *work = wk_arena_get(net->arena, 1, sizeof *work);
    work->D = wk_arena_doubles(net->arena, WK_NET_TILE * net->block_ld);
    work->dV = wk_arena_doubles(net->arena, WK_NET_TILE * net->k);
    work->row = wk_arena_doubles(net->arena, net->k);
    if (net->W)
        work->dW = wk_arena_doubles(net->arena, WK_NET_TILE * net->data.d);
    if (!net->H)
        work->h = wk_arena_doubles(net->arena, WK_NET_TILE * net->block_ld);
    return work;
}

/* The first layer, left unset. */
static void allocate_first(wk_net *net) {
    const size_t M = net->M, ld = net->ld, d = net->data.d;
    const bool keeps = net->options.keep_gradient;
    if (!net->options.tiled)
        net->H = wk_arena_doubles(net->arena, M * ld);
    if (net->options.primal) {
        net->W = wk_arena_doubles(net->arena, M * d);
        net->W0 = keeps ? wk_arena_doubles(net->arena, M * d) : NULL;
    } else if (keeps) {
        net->A = wk_arena_get(net->arena, M * ld, sizeof(double));
    }
    const bool blocks = net->options.primal && ld > WK_NET_BLOCK;
    net->block = blocks ? WK_NET_BLOCK : ld;
    net->block_ld = blocks ? WK_NET_BLOCK + WK_THIN_PAD : ld; /* rows apart in the cache's sets */
}

/* All memory; the first layer and Vt are left unset. */
static void allocate(wk_net *net) {
    const size_t M = net->M, ld = net->ld, k = net->k, threads = wk_pool_threads(net->pool);
    wk_arena *arena = net->arena;
    allocate_first(net);
    net->strips = wk_net_strip_count(M, WK_NET_STRIPS);
    net->Vt = wk_arena_doubles(arena, M * k);
    net->F = wk_arena_get(arena, k * ld, sizeof(double));
    net->retraction = wk_arena_doubles(arena, k * k);
    net->partial = wk_arena_doubles(arena, net->strips * k * ld);
    net->grams = wk_arena_doubles(arena, net->strips * k * k);
    net->V0t = net->options.keep_gradient ? wk_arena_doubles(arena, M * k) : NULL;
    net->work = wk_arena_get(arena, threads, sizeof(struct wk_net_work *));
    for (size_t i = 0; i < threads; i++)
        net->work[i] = work_space(net);
}

/* With the first layer and Vt in place: the first F, the first retraction, and the copies of the
 * start. */
static wk_status begin(wk_net *net, wk_error *err) {
    WK_TRY(run_pass(net, NULL, 0, err));
    if (net->V0t) {
        wk_net_settle(net);
        memcpy(net->V0t, net->Vt, net->M * net->k * sizeof *net->V0t);
    }
    if (net->W0)
        memcpy(net->W0, net->W, net->M * net->data.d * sizeof *net->W0);
    return WK_OK;
}

static void set_up(wk_net *net, const wk_data *data, const wk_activation *activation, size_t M,
                   size_t k, wk_net_options options, wk_pool *pool, wk_arena *arena) {
    WK_ASSERT(M >= 1 && k >= 1 && (!options.orthogonal || k <= M));
    WK_ASSERT(!options.tiled || (options.primal && options.hidden == 0));
    WK_ASSERT(options.primal || data->G);
    *net = (wk_net){.M = M,
                    .n = data->n,
                    .ld = data->ld,
                    .k = k,
                    .activation = activation,
                    .thin = wk_activation_thin(activation),
                    .options = options,
                    .data = *data,
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
    if (net->W)
        wk_hidden_draw_weights(0, M, data->d, seed, net->W);
    else
        wk_hidden_draw(data, M, seed, pool, net->H, arena);
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
    WK_ASSERT(!options.primal);
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
        memcpy(net->H + m * net->ld, H0 + m * data->all, data->all * sizeof *H0);
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

static double square_apart(size_t count, const double *a, const double *b) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

/* Σ (A G) ∘ A */
static double first_move2(const wk_net *net) {
    const size_t ld = net->ld;
    if (net->W0)
        return square_apart(net->M * net->data.d, net->W, net->W0);
    double *AG = net->work[0]->D, sum = 0;
    for (size_t m = 0; m < net->M; m += WK_NET_TILE) {
        const size_t rows = net->M - m < WK_NET_TILE ? net->M - m : WK_NET_TILE;
        const double *A = net->A + m * ld;
        wk_la_gemm(false, false, rows, ld, net->n, 1, A, ld, net->data.G, ld, 0, AG, ld);
        for (size_t i = 0; i < rows * ld; i++)
            sum += A[i] * AG[i];
    }
    return sum;
}

double wk_net_move2(const wk_net *net) {
    WK_ASSERT(net->V0t && !net->pending);
    return first_move2(net) + square_apart(net->M * net->k, net->Vt, net->V0t) +
           wk_deep_move2(&net->deep);
}
