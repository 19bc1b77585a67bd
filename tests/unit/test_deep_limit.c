/* Θ_∞ at depth 3 and more: by hand, by a recursion over whole matrices, and as what the kernels of
 * finite networks approach. */
#include "model/kernel/limit.h"
#include "model/kernel/ntk_form.h"
#include "model_support.h"

#include <math.h>
#include <string.h>

static double *limit_of(lab *l, const wk_data *data, const char *activation, size_t hidden,
                        bool residual) {
    double *theta = lab_garbage(l, data->n * data->n);
    MUST(l, wk_limit_kernel(data, wk_activation_find(activation), hidden, residual, l->pool, theta,
                            &l->arena, &l->err));
    return theta;
}

/* Two inputs on the sphere at 60 degrees, relu. With κ(ρ) = (√(1−ρ²) + (π−acos ρ)ρ)/2π and κ'(ρ) =
 * (π−acos ρ)/2π, K = q κ(c/q), K̇ = κ'(c/q) for equal variances q; worked out by acos, in Python.
 *   layer 1: q = 1,  c = .5:                 K = .304498890522, K̇ = 1/3,           Θ =
 * .471165557189 depth 3: q = .5, c = .304498890522:      K = .170976412725, K̇ = .354214086768, Θ =
 * K + .4711… K̇ residual: q = 1.5, c = .804498890522, the kernel below it .5 + .471165557189. On the
 * diagonal K = q/2, K̇ = 1/2: Θ = 1, .75, .5 at depth 2, 3, 4; residual, depth 3: .75 + 1. */
static void relu_kernels_worked_out_by_hand(void **state) {
    lab *l = *state;
    double G[WK_THIN_PAD * WK_THIN_PAD] = {0};
    G[0] = G[WK_THIN_PAD + 1] = 1;
    G[1] = G[WK_THIN_PAD] = 0.5;
    const wk_data data = {.n = 2, .ld = WK_THIN_PAD, .G = G};
    static const struct {
        size_t hidden;
        bool residual;
        double same, other;
    } golden[] = {{0, false, 1, 0.4711655571887813},
                  {1, false, 0.75, 0.3378698902808707},
                  {2, false, 0.5, 0.21723058490191355},
                  {1, true, 1.75, 0.8053870037934492}};
    for (size_t c = 0; c < sizeof golden / sizeof *golden; c++) {
        const double *theta = limit_of(l, &data, "relu", golden[c].hidden, golden[c].residual);
        assert_below("same", fabs(theta[0] - golden[c].same), 1e-14);
        assert_below("same", fabs(theta[3] - golden[c].same), 1e-14);
        assert_below("other", fabs(theta[1] - golden[c].other), 1e-14);
        assert_true(theta[1] == theta[2]);
    }
}

/* Θ_∞ layer by layer, each a whole matrix: the program goes pair by pair. */
static double *by_layers(lab *l, const wk_data *data, const char *activation, size_t hidden,
                         bool residual) {
    const size_t n = data->n;
    const wk_activation *phi = wk_activation_find(activation);
    double *sigma = lab_dense(l, n, n, data->G, data->ld), *theta = lab_copy(l, n * n, sigma);
    for (size_t layer = 0; layer <= hidden; layer++) {
        double *next = lab_garbage(l, n * n), *kernel = lab_garbage(l, n * n);
        const double keep = residual && layer < hidden ? 1 : 0;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                const size_t e = i * n + j;
                const wk_dual dual = phi->dual(sigma[i * n + i], sigma[j * n + j], sigma[e]);
                kernel[e] = keep * theta[e] + dual.value + theta[e] * dual.slope;
                next[e] = keep * sigma[e] + dual.value;
            }
        sigma = next;
        theta = kernel;
    }
    return theta;
}

static void the_recursion_over_whole_matrices_gives_the_same(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 5, 9, 3);
    for (size_t c = 0; c < 16; c++) {
        const char *activation = c & 1 ? "tanh" : "relu";
        const size_t hidden = c >> 2;
        const double *theta = limit_of(l, &data, activation, hidden, c & 2);
        assert_near("Theta", 81, theta, by_layers(l, &data, activation, hidden, c & 2), 1e-12);
        for (size_t i = 0; i < 9; i++)
            for (size_t j = 0; j < i; j++)
                assert_true(theta[i * 9 + j] == theta[j * 9 + i]);
        if (hidden)
            continue;
        double two[81];
        MUST(l, wk_limit_kernel(&data, wk_activation_find(activation), 0, false, l->pool, two,
                                &l->arena, &l->err));
        assert_bits("two layers", 81, theta, two);
    }
    const wk_activation unknown = {.name = "mystery"};
    double theta[81];
    MUST_FAIL(l, WK_BAD_INPUT, "'mystery'",
              wk_limit_kernel(&data, &unknown, 2, true, l->pool, theta, &l->arena, &l->err));
}

/* ---- finite networks ---- */

enum { DRAWS = 400, NARROW = 32, WIDE = 128, K = 2, N = 3, SIDE = K * N };

/* Of the entries of Θ_M over the draws. */
typedef struct moments {
    double mean[SIDE * SIDE], error2[SIDE * SIDE]; /* error2: squared standard error of the mean */
    double off;                                    /* mean of ‖Θ_M − 1 ⊗ Θ_∞‖_F² */
} moments;

typedef struct setting {
    const char *activation;
    size_t hidden;
    bool residual;
} setting;

static const setting settings[] = {{"relu", 1, false}, {"relu", 1, true},  {"relu", 2, false},
                                   {"relu", 2, true},  {"tanh", 1, false}, {"tanh", 1, true},
                                   {"tanh", 2, false}, {"tanh", 2, true}};
enum { SETTINGS = sizeof settings / sizeof *settings };

static void draw_kernel(lab *l, const wk_data *data, const setting *s, size_t M, uint64_t seed,
                        double *full) {
    const wk_net_options options = {.hidden = s->hidden, .residual = s->residual};
    const size_t probe[N] = {0, 1, 2};
    wk_net net;
    wk_ntk ntk;
    MUST(l, wk_net_new(&net, data, wk_activation_find(s->activation), M, K, options, seed, l->pool,
                       &l->arena, &l->err));
    wk_ntk_new(&ntk, K, N, net.deep.layers, &l->arena);
    wk_ntk_full(&net, probe, &ntk, &l->arena);
    wk_ntk_expand(&ntk, full);
}

/* 1 ⊗ Θ_∞ at entry e. */
static double expected(const double *limit, size_t e) {
    const size_t r = e / SIDE, c = e % SIDE;
    return r / N == c / N ? limit[r % N * N + c % N] : 0;
}

static moments sample(lab *l, const wk_data *data, const setting *s, size_t M, uint64_t first,
                      const double *limit) {
    enum { ENTRIES = SIDE * SIDE };
    moments m = {.off = 0};
    double *values = lab_garbage(l, DRAWS * ENTRIES);
    for (size_t r = 0; r < DRAWS; r++) {
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        draw_kernel(l, data, s, M, first + r, values + r * ENTRIES);
        wk_arena_reset(&l->arena, mark);
        for (size_t e = 0; e < ENTRIES; e++) {
            m.mean[e] += values[r * ENTRIES + e] / DRAWS;
            m.off += pow(values[r * ENTRIES + e] - expected(limit, e), 2) / DRAWS;
        }
    }
    for (size_t r = 0; r < DRAWS; r++)
        for (size_t e = 0; e < ENTRIES; e++)
            m.error2[e] += pow(values[r * ENTRIES + e] - m.mean[e], 2) / DRAWS / (DRAWS - 1.0);
    return m;
}

/* For L > 2 the mean of Θ_M is off by β/M + γ/M² + …: each layer sees the empirical covariance of
 * the one below. Of two widths, M and 4M, (4 Θ_4M − Θ_M)/3 has no 1/M part; what is left, −γ/4M²,
 * is 2.4e-4 γ here, far below the standard errors (z stays below 4 with ten times the draws too).
 * The largest |z| of its entries against a limit: */
static double worst_z(const moments *narrow, const moments *wide, const double *limit) {
    double worst = 0;
    for (size_t e = 0; e < SIDE * SIDE; e++) {
        const double estimate = (4 * wide->mean[e] - narrow->mean[e]) / 3;
        const double error = sqrt(16 * wide->error2[e] + narrow->error2[e]) / 3;
        const double z = fabs(estimate - expected(limit, e)) / error;
        if (!(z <= worst))
            worst = z; /* NaN too */
    }
    return worst;
}

static void finite_networks_kernels_approach_the_limit_like_one_over_width(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 5, N, 3);
    for (size_t c = 0; c < SETTINGS; c++) {
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        const setting *s = &settings[c];
        const double *limit = limit_of(l, &data, s->activation, s->hidden, s->residual);
        const moments narrow = sample(l, &data, s, NARROW, 1000, limit);
        const moments wide = sample(l, &data, s, WIDE, 5000, limit);
        print_message("# %s hidden %zu residual %d: z %.2f, ratio %.2f\n", s->activation, s->hidden,
                      s->residual, worst_z(&narrow, &wide, limit), narrow.off / wide.off);
        assert_below("|z|", worst_z(&narrow, &wide, limit), 4);
        /* squared distances fall like 1/M, here by 4; were the limit another, they would not */
        assert_above("ratio of squared distances", narrow.off / wide.off, 3);
        assert_below("ratio of squared distances", narrow.off / wide.off, 6);
        /* controls: one layer more, and residual or not */
        const double *deeper = limit_of(l, &data, s->activation, s->hidden + 1, s->residual);
        const double *other = limit_of(l, &data, s->activation, s->hidden, !s->residual);
        assert_above("control, depth", worst_z(&narrow, &wide, deeper), 4);
        assert_above("control, residual", worst_z(&narrow, &wide, other), 4);
        wk_arena_reset(&l->arena, mark);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(relu_kernels_worked_out_by_hand),
        LAB_TEST(the_recursion_over_whole_matrices_gives_the_same),
        LAB_TEST(finite_networks_kernels_approach_the_limit_like_one_over_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
