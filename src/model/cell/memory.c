/* What a cell's memory comes to, piece by piece, each beside the place that takes it. In numbers
 * (doubles); what is small beside the program itself is left out. */
#include "la/blas.h"
#include "model/cell/spec.h"
#include "model/kernel/ntk.h"

#include "model/net/thin.h"

#include <math.h>

typedef struct sizes {
    double M, n, k, p, d, layers; /* n padded; layers above the first hidden one */
    double side, tile;            /* k p; hidden units of a tile */
} sizes;

static sizes sizes_of(const wk_spec *spec) {
    const size_t n = spec->n_bound, p = spec->probes && spec->probes < n ? spec->probes : n;
    const double k = (double)spec->outputs;
    return (sizes){.M = (double)spec->width,
                   .n = (double)(n + WK_THIN_PAD),
                   .k = k,
                   .p = (double)p,
                   .d = (double)spec->d,
                   .layers = (double)spec->hidden,
                   .side = k * (double)p,
                   .tile = WK_NET_TILE};
}

/* features.c: a part of the size of the result for each strip, and a tile a thread; or blocks. */
static double gram(const wk_spec *spec, const sizes *s, double width, double threads) {
    enum { STRIPS = 16, UNITS = 256 };
    if (spec->n_bound > WK_NET_BLOCK)
        return threads * 4 * UNITS * WK_NET_BLOCK;
    return (double)wk_net_strip_count(spec->width, STRIPS) * width * width +
           threads * s->tile * (width + 4 * s->n);
}

/* components.c: a triangular factor for each strip and the one that they become, and per thread a
 * tile, its features, and the room to append it. */
static double triangle(const wk_spec *spec, const sizes *s, double columns, double threads) {
    enum { STRIPS = 16 };
    const double few = fmax(1, fmin(STRIPS, s->M / columns));
    const double strips = (double)wk_net_strip_count(spec->width, (size_t)few);
    return (strips + 1) * columns * columns +
           threads * (s->tile * (columns + 4 * s->n) + (double)wk_la_append_work((size_t)columns));
}

/* pca.c: what a solution keeps, and what it needs on the way. */
static double solution(const sizes *s) {
    return 9 * s->n * s->n;
}

/* data.c, data_mixture.c, data_table.c: inputs, before and after they are laid out, and G. */
static double data(const wk_spec *spec, const sizes *s) {
    return 2 * s->d * s->n + (wk_spec_needs_gram(spec, spec->n_bound, spec->d) ? s->n * s->n : 0);
}

/* target.c, while the components of the other data are found; then measure_drift in cell.c. */
static double components(const wk_spec *spec, const sizes *s, double threads) {
    const bool asked =
        spec->pca || spec->orthogonal || spec->step_is_relative || spec->until == WK_UNTIL_SPREAD;
    if (!asked)
        return 0;
    const double kept = 3 * s->n * s->n + solution(s) + 3 * s->M * s->k;
    if (!spec->pca)
        return kept + triangle(spec, s, s->n, threads);
    const double layer = s->M * s->n;
    const double finding = layer + solution(s) + triangle(spec, s, s->n, threads);
    const double drift = 13 * s->n * s->n + solution(s) + triangle(spec, s, 2 * s->n, threads);
    return kept + data(spec, s) + (spec->frozen ? 0 : layer) +
           fmax(finding, spec->frozen ? triangle(spec, s, s->n, threads) : drift);
}

/* limit.c: the kernel of infinite width, and its growth rate on this data. */
static double growth(const wk_spec *spec, const sizes *s) {
    return spec->until == WK_UNTIL_ESCAPE || spec->stops ? 2 * s->n * s->n + solution(s) : 0;
}

/* ntk_deep.c: signals of `width` columns going down. */
static double signals(const wk_spec *spec, const sizes *s, double width, double threads) {
    return 3 * s->M * width + 2 * s->M * s->n + width * width + 2 * s->n * s->n +
           gram(spec, s, s->n, threads);
}

/* ntk.c: chunks of pairs of inputs, a thread. */
static double chunks(const wk_spec *spec, const sizes *s, double pairs, double threads) {
    enum { ROWS = 128, CHUNK = 640 };
    const double probes = s->p + WK_THIN_PAD;
    const double task = ROWS * (2 * probes + pairs + CHUNK) + pairs * CHUNK;
    return threads * task + s->M * probes + s->p * s->p + gram(spec, s, probes, threads);
}

/* The kernel at the start and now, and the most that measuring it takes. */
static double full_kernel(const wk_spec *spec, const sizes *s, double threads) {
    const double columns = s->p * (s->p + 1) / 2;
    const double pairs = spec->hidden ? s->k * s->k : s->k * (s->k + 1) / 2;
    const double kept = 2 * columns * (pairs + (spec->ntk_normalised ? s->k * s->k : 0)) +
                        (spec->linearised ? s->side * s->side : 0) +
                        (spec->limit ? 2 * s->n * s->n : 0);
    const double forming =
        spec->hidden ? signals(spec, s, s->side, threads) : chunks(spec, s, pairs, threads);
    const double norms = spec->spectral ? 4 * s->side * s->side : 0; /* ntk.c, by eigenvalues */
    return kept + fmax(forming, norms);
}

static double kernels(const wk_spec *spec, const sizes *s, double threads) {
    if (spec->ntk == WK_NTK_FULL)
        return full_kernel(spec, s, threads);
    if (spec->ntk == WK_NTK_NONE)
        return 0;
    return 4 * s->n * s->n +
           (spec->hidden ? signals(spec, s, s->n, threads) : s->M + gram(spec, s, s->n, threads));
}

/* identities.c: copies of the start, all components of C, and two networks in the other form
 * (twin.c). */
static double identities(const wk_spec *spec, const sizes *s, double threads) {
    if (!spec->identities)
        return 0;
    const double twin = 2 * s->M * (s->d + s->k) + 4 * s->M * s->n + 3 * s->k * s->n;
    const double passing = fmax(s->M * s->n, 2 * s->M * s->k) + 3 * s->k * s->n;
    return 3 * s->n * s->n + s->k * s->n + s->M * s->k + solution(s) + 2 * twin + passing +
           fmax(gram(spec, s, s->n, threads), triangle(spec, s, s->n, threads));
}

/* net.c; the flow keeps eight copies of what it moves (flow.c). */
static double network(const wk_spec *spec, const sizes *s, double threads) {
    const wk_net_options options = wk_spec_options(spec, spec->n_bound, spec->d);
    const double net = wk_net_bytes(wk_spec_shape(spec, spec->n_bound, spec->d), options) / 8;
    const double first =
        options.primal ? s->M * s->d : (options.keep_gradient ? 2 : 1) * s->M * s->n;
    const double copies = s->M * s->k + (spec->frozen ? 0 : first + s->layers * s->M * s->M);
    const double block = options.primal ? fmin(s->n, WK_NET_BLOCK + WK_THIN_PAD) : s->n;
    return net + threads * s->tile * (2 * s->d + 2 * block + s->k) + (spec->flow ? 8 * copies : 0);
}

/* loss.h, where it goes through all pairs; each of the twins, the linearised network and the radial
 * identity has room of its own. What the others need is small. */
static double loss(const wk_spec *spec, size_t threads) {
    const wk_loss_kind *kind = spec->loss.kind;
    if (!kind->pairs)
        return 0;
    const double users = 1 + (spec->linearised ? 1 : 0) + (spec->identities ? 3 : 0);
    return users * (double)wk_loss_room(kind, spec->n_bound, spec->N, spec->outputs, threads);
}

double wk_spec_bytes(const wk_spec *spec, size_t threads) {
    const double program = 14e6; /* the program, its libraries, their work space */
    const double each = 2e6;     /* of a thread: its stack, the work space of BLAS */
    const sizes s = sizes_of(spec);
    const double t = (double)threads;
    const double numbers = data(spec, &s) + network(spec, &s, t) + components(spec, &s, t) +
                           growth(spec, &s) + kernels(spec, &s, t) + identities(spec, &s, t) +
                           loss(spec, threads);
    return program + each * t + spec->table_bytes + 8 * numbers;
}

double wk_spec_arrays_bytes(const wk_spec *spec) {
    const sizes s = sizes_of(spec);
    const double side = spec->ntk == WK_NTK_FULL ? s.side : 0;
    return 8 *
           (wk_spec_checkpoints(spec) * (s.k * s.n + side * side) + s.M * (s.n + s.k) + s.n * s.n);
}
