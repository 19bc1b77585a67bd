/* Losses that pick the partner out of a crowd, by cross-entropy of logits s/τ   (SCIENCE §1):
 *
 *   infonce   mean over i of -log e^{s(a_i,p_i)/τ} / Σ_j e^{s(a_i,p_j)/τ},   j over i and the
 *             positives of other inputs than a_i
 *   nt-xent   mean over the 2N views r of -log e^{s(z_r,z_partner)/τ} / Σ_q e^{s(z_r,z_q)/τ},
 *             q over the views of other inputs than r, and r's partner
 *
 * Sums of exponentials are taken relative to the largest logit, so they cannot overflow.
 *
 * Both are a crowd of columns in which each row has its own: for infonce rows are anchors and
 * columns positives, for nt-xent both are all views. A block of rows is multiplied with all columns
 * (2k operations a pair); its logits become exponentials e, once; and with e_own less the row's sum
 * Σ, the row's share of the gradient is e times the columns, and that of the columns is the row,
 * divided by τ Σ, times e (2k each). Blocks are grouped into strips, which the pool's threads take
 * in any order; the strips' parts are added in order of strips. */
#include "model/loss/loss_softmax.h"

#include "la/blas.h"
#include "la/isa.h"
#include "model/loss/loss_kinds.h"
#include "model/loss/loss_views.h"
#include "model/loss/softmax_row.h"
#include "model/net/thin.h"

#include <math.h>
#include <string.h>

static const wk_param softmax_rows[] = {
    WK_LOSS_SIMILARITY,
    WK_LOSS_TEMPERATURE,
};

static wk_status softmax_check(const wk_loss *loss, size_t N, size_t k, const char **culprit,
                               wk_error *err) {
    (void)k;
    if (N >= 2)
        return WK_OK;
    *culprit = "data.triplets";
    return wk_fail(err, WK_BAD_INPUT,
                   "%s with %zu triplet: there is no other to tell the positive from; take 2 or "
                   "more",
                   loss->kind->name, N);
}

#if defined WK_HAVE_X86_KERNELS
extern wk_softmax_row wk_softmax_row_base, wk_softmax_row_avx2, wk_softmax_row_avx512;
static wk_softmax_row *const rows_of_isa[WK_ISAS] = {wk_softmax_row_base, wk_softmax_row_avx2,
                                                     wk_softmax_row_avx512};
#else
extern wk_softmax_row wk_softmax_row_base;
static wk_softmax_row *const rows_of_isa[WK_ISAS] = {wk_softmax_row_base};
#endif

typedef struct crowd {
    const wk_views *views;
    size_t rows;            /* views 0 … rows-1 look for their own */
    size_t first, columns;  /* among views first … first+columns-1, but for themselves */
    const wk_data *repeats; /* and for views of their own input; NULL: these are of others */
    size_t ld, block, strips;
    double tau, weight; /* of a row in the loss */
    wk_softmax_row *exponentials;
    double *turned; /* (k, ld): the columns' z, transposed */
    double *part;   /* (strips, k, ld): the columns' gradient from each strip, transposed */
    double *value;  /* (strips) */
    double *room;   /* a thread: a block of logits (block, ld) and of rows (block, k) */
} crowd;

static size_t padded(size_t count) {
    return (count + WK_THIN_PAD - 1) / WK_THIN_PAD * WK_THIN_PAD;
}

size_t wk_softmax_block(size_t columns) {
    enum { CACHED = 1 << 16, LEAST = 4 }; /* CACHED: doubles, 512 KiB */
    const size_t rows = CACHED / columns;
    return rows < LEAST ? LEAST : rows > WK_SOFTMAX_BLOCK ? WK_SOFTMAX_BLOCK : rows;
}

static size_t room_of_thread(size_t block, size_t ld, size_t k) {
    return block * (ld + padded(k));
}

size_t wk_softmax_scratch(size_t N, size_t k, size_t threads) {
    const size_t ld = padded(2 * N), room = room_of_thread(wk_softmax_block(N), ld, k);
    return padded(wk_views_scratch(N, k)) + k * ld + WK_SOFTMAX_STRIPS * (k * ld + 1) +
           threads * room;
}

static const double *row_of(const crowd *c, size_t r) {
    return c->views->z + r * c->views->k;
}

/* Where row r finds its own, and where itself, among the columns; SIZE_MAX: nowhere. */
static size_t own(const crowd *c, size_t r) {
    const size_t N = c->views->N;
    return (r < N ? r + N : r - N) - c->first;
}

static size_t itself(const crowd *c, size_t r) {
    return r < c->first ? SIZE_MAX : r - c->first;
}

/* An input that is drawn twice is in several views, and must not be its own negative. */
static void mask_own_input(const crowd *c, size_t r, double *logit) {
    const size_t input = wk_views_column(c->repeats, r);
    for (size_t q = 0; q < c->columns; q++)
        if (wk_views_column(c->repeats, c->first + q) == input)
            logit[q] = -INFINITY;
}

/* The logits of row r become the row's weights in the gradient, times τ Σ/weight; *scale is then
 * weight/(τ Σ). Gives the row's part of the loss. */
static double weigh(const crowd *c, size_t r, double *logit, double *scale) {
    for (size_t j = c->columns; j < c->ld; j++)
        logit[j] = -INFINITY;
    double *mine = logit + own(c, r);
    const double own_logit = *mine;
    if (itself(c, r) < c->columns)
        logit[itself(c, r)] = -INFINITY;
    if (c->repeats)
        mask_own_input(c, r, logit);
    *mine = own_logit;
    const wk_softmax_sum sum = c->exponentials(c->ld, logit);
    *mine = (*mine - 1) - sum.rest; /* where it is the largest, no digit is lost */
    *scale = c->weight / (c->tau * (1 + sum.rest));
    return sum.largest - own_logit + log1p(sum.rest);
}

/* Rows r … r+count-1: writes their gradient, adds to the columns'. */
static double visit_block(const crowd *c, size_t r, size_t count, double *logit, double *scaled,
                          double *part) {
    const size_t k = c->views->k, columns = c->columns, ld = c->ld;
    double *dz = c->views->dz + r * k, value = 0;
    wk_la_gemm(false, false, count, columns, k, 1 / c->tau, row_of(c, r), k, c->turned, ld, 0,
               logit, ld);
    double scale[WK_SOFTMAX_BLOCK];
    for (size_t i = 0; i < count; i++) {
        value += weigh(c, r + i, logit + i * ld, &scale[i]);
        for (size_t a = 0; a < k; a++)
            scaled[i * k + a] = scale[i] * row_of(c, r + i)[a];
    }
    wk_la_gemm(false, false, count, k, columns, 1, logit, ld, row_of(c, c->first), k, 0, dz, k);
    for (size_t i = 0; i < count; i++)
        for (size_t a = 0; a < k; a++)
            dz[i * k + a] *= scale[i];
    wk_la_gemm(true, false, k, columns, count, 1, scaled, k, logit, ld, 1, part, ld);
    return value;
}

static void visit_strip(void *context, size_t strip, size_t thread) {
    const crowd *c = context;
    const size_t blocks = (c->rows + c->block - 1) / c->block, k = c->views->k;
    const size_t last = (strip + 1) * blocks / c->strips;
    double *logit = c->room + thread * room_of_thread(c->block, c->ld, k);
    double *part = c->part + strip * k * c->ld;
    memset(part, 0, k * c->ld * sizeof *part);
    c->value[strip] = 0;
    for (size_t b = strip * blocks / c->strips; b < last; b++) {
        const size_t r = b * c->block, left = c->rows - r;
        c->value[strip] += visit_block(c, r, left < c->block ? left : c->block, logit,
                                       logit + c->block * c->ld, part);
    }
}

/* The mean over the rows, and its gradient added to the views'. */
static double mean_over(crowd *c, wk_pool *pool) {
    const size_t k = c->views->k;
    for (size_t j = 0; j < c->columns; j++)
        for (size_t a = 0; a < k; a++)
            c->turned[a * c->ld + j] = row_of(c, c->first + j)[a];
    wk_pool_run(pool, c->strips, visit_strip, c);
    double value = 0;
    for (size_t s = 0; s < c->strips; s++) {
        const double *part = c->part + s * k * c->ld;
        double *dz = c->views->dz + c->first * k;
        value += c->value[s];
        for (size_t j = 0; j < c->columns; j++)
            for (size_t a = 0; a < k; a++)
                dz[j * k + a] += part[a * c->ld + j];
    }
    return c->weight * value;
}

/* Each of `rows` views looks for its own among views first … 2N-1. */
static double find_own(const wk_loss *loss, const wk_data *data, size_t rows, size_t first,
                       size_t k, const double *F, double *g, double *scratch) {
    const wk_views views = wk_views_gather(data, loss->cosine, k, F, scratch);
    const size_t columns = 2 * data->N - first, ld = padded(columns);
    const size_t block = wk_softmax_block(columns), blocks = (rows + block - 1) / block;
    crowd c = {.views = &views,
               .rows = rows,
               .first = first,
               .columns = columns,
               .repeats = loss->distinct ? NULL : data,
               .ld = ld,
               .block = block,
               .strips = blocks < WK_SOFTMAX_STRIPS ? blocks : WK_SOFTMAX_STRIPS,
               .tau = loss->temperature,
               .weight = 1 / (double)rows,
               .exponentials = rows_of_isa[wk_isa_best()],
               .turned = scratch + padded(wk_views_scratch(data->N, k))};
    c.room = c.turned + k * ld; /* blocks first: they stay aligned */
    c.part = c.room + wk_pool_threads(loss->pool) * room_of_thread(block, ld, k);
    c.value = c.part + c.strips * k * ld;
    const double value = mean_over(&c, loss->pool);
    wk_views_scatter(&views, data, g);
    return value;
}

static double infonce_value(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                            double *g, double *scratch) {
    return find_own(loss, data, data->N, data->N, k, F, g, scratch);
}

static double nt_xent_value(const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                            double *g, double *scratch) {
    return find_own(loss, data, 2 * data->N, 0, k, F, g, scratch);
}

const wk_loss_kind wk_loss_infonce = {
    .name = "infonce",
    .help = "cross-entropy of finding an anchor's positive among the positives of the batch that "
            "are other inputs than the anchor (N if no input is drawn twice), with logits s/τ",
    WK_ROWS(softmax_rows),
    .value = infonce_value,
    .pairs = true,
    .check = softmax_check,
};

const wk_loss_kind wk_loss_nt_xent = {
    .name = "nt-xent",
    .help = "that of SimCLR: cross-entropy of finding each view's partner among the views of other "
            "inputs (anchors and positives, 2N - 1 if no input is drawn twice), with logits s/τ",
    WK_ROWS(softmax_rows),
    .value = nt_xent_value,
    .pairs = true,
    .check = softmax_check,
};
