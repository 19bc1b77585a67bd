#include "model_support.h"
#include "model/kernel/ntk_form.h"
#include "typed.h"

#include "la/random.h"
#include "model/data/data_sources.h"
#include "model/loss/loss.h"
#include "model/net/thin.h"
#include "ref.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int lab_up(void **state) {
    one_blas_thread();
    lab *l = calloc(1, sizeof *l);
    const char *threads =
        getenv("LAB_THREADS"); /* set by ci/threads; results do not depend on it */
    if (!l || wk_pool_new(threads ? strtoul(threads, NULL, 10) : 1, &l->pool, &l->err) != WK_OK)
        return -1;
    *state = l;
    return 0;
}

int lab_down(void **state) {
    lab *l = *state;
    wk_pool_free(l->pool);
    wk_arena_release(&l->arena);
    free(l);
    return 0;
}

void one_blas_thread(void) {
    void *symbol = dlsym(RTLD_DEFAULT, "openblas_set_num_threads");
    if (symbol) {
        void (*set)(int);
        memcpy(&set, &symbol, sizeof set);
        set(1);
    }
}

/* ---- memory ---- */

double *lab_doubles(lab *l, size_t n) {
    double *x = wk_arena_doubles(&l->arena, n);
    assert_non_null(x);
    return x;
}

double *lab_zeros(lab *l, size_t n) {
    double *x = wk_arena_get(&l->arena, n, sizeof *x);
    assert_non_null(x);
    return x;
}

double *lab_copy(lab *l, size_t n, const double *x) {
    double *copy = lab_doubles(l, n);
    if (n)
        memcpy(copy, x, n * sizeof *x);
    return copy;
}

double *lab_garbage(lab *l, size_t n) {
    double *x = lab_doubles(l, n);
    for (size_t i = 0; i < n; i++)
        x[i] = NAN;
    return x;
}

double *lab_normals(lab *l, size_t n, uint64_t seed) {
    double *x = lab_doubles(l, n);
    wk_stream stream = wk_stream_open(seed, WK_ROLE_DATA, 12345);
    wk_stream_normals(&stream, n, x);
    return x;
}

/* ---- comparisons ---- */

double distance_of(size_t n, const double *a, const double *b, double least) {
    double gap = 0, size = least;
    for (size_t i = 0; i < n; i++) {
        if (isnan(a[i]) || isnan(b[i]))
            return NAN;
        gap = fmax(gap, fabs(a[i] - b[i]));
        size = fmax(size, fabs(b[i]));
    }
    return gap > 0 ? gap / size : 0;
}

void assert_near(const char *what, size_t n, const double *a, const double *b, double tolerance) {
    const double gap = distance_of(n, a, b, 0);
    if (!(gap <= tolerance))
        fail_msg("%s: off by %.3g of its size, more than %.3g", what, gap, tolerance);
}

void assert_bits(const char *what, size_t n, const double *a, const double *b) {
    for (size_t i = 0; i < n; i++)
        if (memcmp(a + i, b + i, sizeof *a) != 0)
            fail_msg("%s: number %zu is %.17g, not %.17g", what, i, a[i], b[i]);
}

void assert_below(const char *what, double value, double bound) {
    if (!(value <= bound))
        fail_msg("%s: %.6g is not below %.6g", what, value, bound);
}

void assert_above(const char *what, double value, double bound) {
    if (!(value >= bound))
        fail_msg("%s: %.6g is not above %.6g", what, value, bound);
}

/* ---- plain matrices ---- */

double *lab_dense(lab *l, size_t rows, size_t cols, const double *A, size_t ld) {
    double *out = lab_doubles(l, rows * cols);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            out[i * cols + j] = A[i * ld + j];
    return out;
}

double *lab_transposed(lab *l, size_t rows, size_t cols, const double *A) {
    double *out = lab_doubles(l, rows * cols);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            out[j * rows + i] = A[i * cols + j];
    return out;
}

double *lab_product(lab *l, size_t m, size_t n, size_t k, const double *A, const double *B) {
    double *C = lab_zeros(l, m * n);
    for (size_t i = 0; i < m; i++)
        for (size_t q = 0; q < k; q++)
            for (size_t j = 0; j < n; j++)
                C[i * n + j] += A[i * k + q] * B[q * n + j];
    return C;
}

/* ---- data and network ---- */

static void finish_data(lab *l, wk_data *data) {
    const size_t n = data->n, d = data->d;
    data->all = n;
    data->ld = (n + WK_THIN_PAD - 1) / WK_THIN_PAD * WK_THIN_PAD;
    data->G = lab_zeros(l, data->ld * data->ld);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t q = 0; q < d; q++)
                sum += data->X[q * n + i] * data->X[q * n + j];
            data->G[i * data->ld + j] = sum / (double)d;
        }
}

static void make_triplets(lab *l, wk_data *data, size_t N) {
    wk_data_make_triplets(data, N, &l->arena);
    data->label = wk_arena_get(&l->arena, data->n, sizeof(int));
    assert_non_null(data->label);
}

void lab_use_triplets(lab *l, wk_data *data, const char *name) {
    size_t N, three;
    const double *triplets = wk_ref(name, &N, &three);
    assert_int_equal(three, 3);
    make_triplets(l, data, N);
    for (size_t i = 0; i < N; i++) {
        data->anchor[i] = (size_t)triplets[3 * i];
        data->positive[i] = (size_t)triplets[3 * i + 1];
        data->negative[i] = (size_t)triplets[3 * i + 2];
    }
}

void lab_use_labels(wk_data *data, const char *name) {
    const double *label = wk_ref_shaped(name, 1, data->n);
    for (size_t i = 0; i < data->n; i++)
        data->label[i] = (int)label[i];
}

wk_data lab_data(lab *l, size_t d, size_t n, uint64_t seed) {
    wk_data data = {.d = d, .n = n, .X = lab_normals(l, d * n, seed)};
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t q = 0; q < d; q++)
            sum += data.X[q * n + i] * data.X[q * n + i];
        for (size_t q = 0; q < d; q++)
            data.X[q * n + i] *= sqrt((double)d / sum);
    }
    make_triplets(l, &data, n / 3);
    for (size_t i = 0; i < n / 3; i++) {
        data.anchor[i] = 3 * i;
        data.positive[i] = 3 * i + 1;
        data.negative[i] = 3 * i + 2;
    }
    finish_data(l, &data);
    return data;
}

wk_data lab_reference_data(lab *l) {
    wk_data data = {0};
    const double *X = wk_ref("X", &data.d, &data.n);
    data.X = lab_copy(l, data.d * data.n, X);
    lab_use_triplets(l, &data, "triplets");
    finish_data(l, &data);
    return data;
}

double *lab_hidden(lab *l, const wk_data *data, size_t M, const double *W) {
    double *H = lab_product(l, M, data->all, data->d, W, data->X);
    for (size_t i = 0; i < M * data->all; i++)
        H[i] /= sqrt((double)data->d);
    return H;
}

static bool is(const wk_activation *activation, const char *name) {
    return strcmp(activation->name, name) == 0;
}

/* In long double: h/√2 rounded to a double would cost h² ulp of its erfc. */
static long double normal_distribution(long double h) {
    return erfcl(-h * 0.707106781186547524400844362104849039L) / 2;
}

double plain_value(const wk_activation *activation, double h) {
    if (is(activation, "relu"))
        return h > 0 || isnan(h) ? h : 0;
    if (is(activation, "tanh"))
        return tanh(h);
    if (is(activation, "erf"))
        return (double)erfl(h);
    if (is(activation, "gelu"))
        return isinf(h) ? fmax(h, -0.0) : (double)(h * normal_distribution(h));
    assert_true(is(activation, "linear"));
    return h;
}

double plain_slope(const wk_activation *activation, double h) {
    const long double square = -(long double)h * h;
    if (is(activation, "relu"))
        return h > 0;
    if (is(activation, "tanh"))
        return 1 - tanh(h) * tanh(h);
    if (is(activation, "erf"))
        return (double)(expl(square) * 1.128379167095512573896158903121545172L);
    if (is(activation, "gelu")) /* Φ(h) + h φ_N(h) */
        return isinf(h) ? (double)(h > 0)
                        : (double)(normal_distribution(h) +
                                   h * expl(square / 2) * 0.398942280401432677939946059934381868L);
    assert_true(is(activation, "linear"));
    return 1;
}

double *lab_features(lab *l, const wk_activation *activation, size_t count, const double *H) {
    double *Phi = lab_doubles(l, count);
    for (size_t i = 0; i < count; i++)
        Phi[i] = plain_value(activation, H[i]);
    return Phi;
}

double loss_at(lab *l, const wk_data *data, bool cosine, size_t k, const double *F, double *g) {
    const wk_arena_mark mark = wk_arena_here(&l->arena);
    const wk_loss loss = {.kind = wk_loss_kind_find("triplet-linear"), .cosine = cosine};
    const double value =
        loss.kind->value(&loss, data, k, F, g, lab_garbage(l, wk_loss_scratch(&loss, data, k)));
    wk_arena_reset(&l->arena, mark);
    return value;
}

double *lab_similarity_operator(lab *l, const wk_data *data, const wk_activation *activation,
                                size_t M, const double *H) {
    const size_t n = data->n;
    double *S = lab_zeros(l, n * n), *Phi = lab_features(l, activation, M * n, H);
    for (size_t i = 0; i < data->N; i++) {
        const size_t a = data->anchor[i], p = data->positive[i], m = data->negative[i];
        const double weight = 1 / (2 * (double)data->N);
        S[a * n + p] += weight;
        S[p * n + a] += weight;
        S[a * n + m] -= weight;
        S[m * n + a] -= weight;
    }
    double *C =
        lab_product(l, M, M, n, lab_product(l, M, n, n, Phi, S), lab_transposed(l, M, n, Phi));
    for (size_t i = 0; i < M * M; i++)
        C[i] /= (double)M;
    return C;
}

/* ---- networks ---- */

const double *reference(const char *activation, const char *similarity, const char *name,
                        size_t rows, size_t cols) {
    char key[64];
    snprintf(key, sizeof key, "%s.%s.%s", activation, similarity, name);
    return wk_ref_shaped(key, rows, cols);
}

wk_net reference_net(lab *l, const wk_data *data, const char *activation, wk_net_options options) {
    size_t M, d, k, width;
    const double *W = wk_ref("W", &M, &d), *V = wk_ref("V", &k, &width);
    assert_true(d == data->d && width == M);
    wk_net net;
    MUST(l, wk_net_from(&net, data, wk_activation_find(activation), M, k, options,
                        lab_hidden(l, data, M, W), V, l->pool, &l->arena, &l->err));
    return net;
}

void train(lab *l, wk_net *net, const wk_data *data, bool cosine, double eta, size_t steps) {
    double *g = lab_zeros(l, net->k * net->ld);
    for (size_t s = 0; s < steps; s++) {
        loss_at(l, data, cosine, net->k, net->F, g);
        MUST(l, wk_net_step(net, g, eta, &l->err));
    }
    wk_net_settle(net);
}

double *output_weights(lab *l, const wk_net *net) {
    assert_false(net->pending);
    return lab_transposed(l, net->M, net->k, net->Vt);
}

double *pre_activations(lab *l, const wk_net *net) {
    return lab_dense(l, net->M, net->n, net->H, net->ld);
}

size_t *all_inputs(lab *l, size_t n) {
    size_t *probe = wk_arena_get(&l->arena, n, sizeof *probe);
    assert_non_null(probe);
    for (size_t i = 0; i < n; i++)
        probe[i] = i;
    return probe;
}

double *kernel(lab *l, const wk_net *net, const size_t *probe, size_t p, wk_ntk *ntk) {
    wk_ntk_new(ntk, net->k, p, net->deep.layers, &l->arena);
    for (size_t i = 0; i < ntk->rows * ntk->columns; i++)
        ntk->packed[i] = NAN;
    wk_ntk_full(net, probe, ntk, &l->arena);
    double *full = lab_garbage(l, net->k * p * net->k * p);
    wk_ntk_expand(ntk, full);
    return full;
}

/* ---- cells ---- */

static const typed_text small_cell[] = {
    {"data.source", "mixture"},
    {"data.classes", "4"},
    {"data.dim", "8"},
    {"data.triplets", "6"},
    {"data.noise", "0.5"},
    {"loss.name", "triplet-linear"},
    {"loss.similarity", "cosine"},
    {"measure.checkpoints.spacing", "log"},
    {"measure.identities", "false"},
    {"measure.limit", "false"},
    {"measure.linearised", "false"},
    {"measure.move", "false"},
    {"measure.ntk.kernel", "full"},
    {"measure.ntk.normalised", "false"},
    {"measure.ntk.probes", "24"},
    {"measure.pca", "false"},
    {"measure.representation", "false"},
    {"measure.spectral", "false"},
    {"model.activation", "relu"},
    {"model.constraint", "none"},
    {"model.depth", "2"},
    {"model.outputs", "4"},
    {"model.residual", "false"},
    {"model.width", "150"},
    {"train.layers", "all"},
    {"train.max-steps", "20000"},
    {"train.method", "gd"},
    {"train.step.size", "0.1"},
    {"train.tolerance", "1e-8"},
    {"train.until.time", "2"},
};

enum { SMALL = sizeof small_cell / sizeof *small_cell, MOST = SMALL + 32 };

wk_bag lab_cell(lab *l, const char *const *changes) {
    wk_pair *pairs = wk_arena_get(&l->arena, MOST, sizeof *pairs);
    assert_non_null(pairs);
    size_t n = typed_bag(pairs, small_cell, SMALL).n;
    for (; *changes; changes++) {
        const size_t length = strcspn(*changes, "=");
        const char *key = wk_arena_span(&l->arena, *changes, length);
        assert_non_null(key);
        size_t at = 0;
        while (at < n && strcmp(pairs[at].key, key) != 0)
            at++;
        if ((*changes)[length] == '=') {
            n += at == n;
            assert_true(n <= MOST);
            pairs[at] = typed_pair(key, *changes + length + 1);
        } else {
            assert_true(at < n);
            pairs[at] = pairs[--n];
        }
    }
    return wk_bag_of(pairs, n);
}
