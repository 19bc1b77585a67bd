/* The linearised network, and the distances between kernels that go with it: each against the
 * definition by loops, with the kernel from the explicit Jacobian. */
#include "deep_support.h"
#include "la/blas.h"
#include "model/cell/cell.h"
#include "model/kernel/linearised.h"
#include "model/kernel/ntk_form.h"
#include "table/table.h"

#include <math.h>
#include <string.h>

enum { K = 3, N = 9, SIDE = K * N };

typedef struct pair {
    wk_data data;
    primal plain;
    wk_net net;
    wk_ntk start;
    wk_loss loss;
    double *theta; /* (SIDE, SIDE) J Jᵀ */
    size_t probe[N];
} pair;

static wk_ntk kernel_of(lab *l, const wk_net *net, const size_t *probe, size_t p) {
    wk_ntk ntk;
    wk_ntk_new(&ntk, K, p, net->deep.layers, &l->arena);
    wk_ntk_full(net, probe, &ntk, &l->arena);
    return ntk;
}

static pair *start(lab *l, const char *activation, bool cosine, size_t hidden) {
    pair *p = wk_arena_get(&l->arena, 1, sizeof *p);
    assert_non_null(p);
    p->data = lab_data(l, 10, N, 5);
    p->plain = primal_draw(l, &p->data, activation, 30, K, hidden, false, 4);
    p->net = primal_net(l, &p->plain, (wk_net_options){0}, l->pool);
    for (size_t i = 0; i < N; i++)
        p->probe[i] = i;
    p->start = kernel_of(l, &p->net, p->probe, N);
    p->loss = (wk_loss){.kind = wk_loss_kind_find("triplet-linear"), .cosine = cosine};
    size_t count = 0;
    const double *J = primal_jacobian(l, &p->plain, &count);
    p->theta = lab_product(l, SIDE, SIDE, count, J, lab_transposed(l, SIDE, count, J));
    return p;
}

static wk_linearised linearise(lab *l, const pair *p) {
    wk_linearised linear;
    wk_linearised_init(&linear, &p->start, p->net.F, p->net.ld,
                       wk_loss_scratch(&p->loss, &p->data, K), &l->arena);
    return linear;
}

static void a_step_is_the_kernel_of_the_start_times_the_gradient(void **state) {
    lab *l = *state;
    for (size_t c = 0; c < 8; c++) {
        const bool cosine = c & 1;
        pair *p = start(l, c & 2 ? "tanh" : "relu", cosine, c / 4);
        double *full = lab_garbage(l, SIDE * SIDE), *g = lab_zeros(l, K * p->net.ld);
        wk_ntk_expand(&p->start, full);
        assert_near("Θ_0", SIDE * SIDE, full, p->theta, 1e-12);
        wk_linearised linear = linearise(l, p);
        double *F = lab_copy(l, K * p->net.ld, p->net.F);
        for (size_t s = 0; s < 5; s++) { /* g is that of F_lin, not of the network */
            loss_at(l, &p->data, cosine, K, F, g);
            for (size_t r = 0; r < SIDE; r++)
                for (size_t q = 0; q < SIDE; q++)
                    F[r / N * p->net.ld + r % N] -=
                        0.3 * p->theta[r * SIDE + q] * g[q / N * p->net.ld + q % N];
            wk_linearised_step(&linear, &p->loss, &p->data, 0.3);
            train(l, &p->net, &p->data, cosine, 0.3, 1); /* leaves it alone */
            assert_near("F_lin", SIDE, lab_dense(l, K, N, linear.F, p->net.ld),
                        lab_dense(l, K, N, F, p->net.ld), 1e-11);
        }
    }
}

static void the_error_is_relative_to_the_move_and_0_at_the_start(void **state) {
    lab *l = *state;
    pair *p = start(l, "tanh", true, 0);
    wk_linearised linear = linearise(l, p);
    const double *F0 = lab_dense(l, K, N, p->net.F, p->net.ld);
    assert_true(wk_linearised_error(&linear, p->net.F) == 0);
    for (size_t s = 0; s < 5; s++) {
        wk_linearised_step(&linear, &p->loss, &p->data, 0.3);
        train(l, &p->net, &p->data, true, 0.3, 1);
    }
    const double *F = lab_dense(l, K, N, p->net.F, p->net.ld);
    const double *lin = lab_dense(l, K, N, linear.F, p->net.ld);
    double off = 0, moved = 0;
    for (size_t i = 0; i < SIDE; i++) {
        off += (F[i] - lin[i]) * (F[i] - lin[i]);
        moved += (F[i] - F0[i]) * (F[i] - F0[i]);
    }
    const double error = wk_linearised_error(&linear, p->net.F);
    assert_near("error", 1, &error, &(double){sqrt(off / moved)}, 1e-13);
    assert_true(error > 0 && error < 1);
    const double *same = lab_copy(l, K * p->net.ld, linear.F);
    assert_true(wk_linearised_error(&linear, same) == 0);
}

/* The linear model is the first order of the network: one step differs by O(η²), moves by O(η). */
static void the_error_of_one_step_is_of_its_size(void **state) {
    lab *l = *state;
    for (size_t c = 0; c < 4; c++) {
        double error[3];
        for (int i = 0; i < 3; i++) {
            pair *p = start(l, "tanh", c & 1, c / 2);
            wk_linearised linear = linearise(l, p);
            const double eta = ldexp(0.01, -i);
            wk_linearised_step(&linear, &p->loss, &p->data, eta);
            train(l, &p->net, &p->data, c & 1, eta, 1);
            error[i] = wk_linearised_error(&linear, p->net.F);
        }
        assert_above("error", error[2], 1e-6);
        for (int i = 0; i < 2; i++)
            assert_below("|ratio - 2|", fabs(error[i] / error[i + 1] - 2), 0.05);
    }
}

static double error_at_end(lab *l, const char *width, const char *similarity, uint64_t seed) {
    const wk_bag bag = CELL(l, "measure.linearised=true", "measure.ntk.probes=all", width,
                            similarity, "model.activation=tanh", "train.until.time=4");
    wk_result result;
    MUST(l, wk_cell_run(&bag, seed, NULL, l->pool, &l->arena, &result, &l->err));
    assert_int_equal(result.end, WK_END_OK);
    const wk_row row = {.result.series = result.series, .result.nseries = result.nseries};
    const wk_series *s = wk_row_series(&row, "linearised.error");
    assert_non_null(s);
    assert_true(s->n > 2 && s->value[0] == 0 && fabs(s->at[s->n - 1] - 4) < 1e-12);
    return s->value[s->n - 1];
}

static void the_error_of_cosine_falls_with_width(void **state) {
    lab *l = *state;
    double narrow = 0, wide = 0;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        narrow += log(error_at_end(l, "model.width=64", "loss.similarity=cosine", seed)) / 4;
        wide += log(error_at_end(l, "model.width=1024", "loss.similarity=cosine", seed)) / 4;
    }
    assert_above("error at 64 over that at 1024", exp(narrow - wide), 2.5);
}

/* ---- distances between kernels ---- */

static double largest_singular_value(lab *l, const double *A) {
    double values[SIDE];
    MUST(l, wk_la_singular_values(SIDE, SIDE, lab_copy(l, SIDE * SIDE, A), values, &l->err));
    double *x = lab_normals(l, SIDE, 1), size = 0; /* and no vector is stretched by more */
    for (int i = 0; i < 500; i++) {
        double square = 0;
        x = lab_product(l, SIDE, 1, SIDE, A, x);
        for (size_t r = 0; r < SIDE; r++)
            square += x[r] * x[r];
        size = sqrt(square);
        for (size_t r = 0; r < SIDE; r++)
            x[r] /= size;
    }
    assert_near("power iteration", 1, &size, &values[0], 1e-2);
    return values[0];
}

static void spectral_change_is_of_the_largest_singular_values(void **state) {
    lab *l = *state;
    for (size_t hidden = 0; hidden < 2; hidden++) {
        pair *p = start(l, "tanh", false, hidden);
        train(l, &p->net, &p->data, false, 0.1, 10);
        const wk_ntk now = kernel_of(l, &p->net, p->probe, N);
        double *A = lab_garbage(l, SIDE * SIDE), change = NAN;
        wk_ntk_expand(&now, A);
        for (size_t i = 0; i < SIDE * SIDE; i++)
            A[i] -= p->theta[i];
        const double expected = largest_singular_value(l, A) / largest_singular_value(l, p->theta);
        MUST(l, wk_ntk_spectral_change(&now, &p->start, &change, &l->arena, &l->err));
        assert_near("change", 1, &change, &expected, 1e-9);
        assert_above("change", change, 1e-3);
        MUST(l, wk_ntk_spectral_change(&p->start, &p->start, &change, &l->arena, &l->err));
        assert_true(change == 0);
        wk_ntk less = kernel_of(l, &p->net, p->probe, N);
        for (size_t i = 0; i < less.rows * less.columns; i++)
            less.packed[i] = -2 * p->start.packed[i]; /* negative eigenvalues count too */
        MUST(l, wk_ntk_spectral_change(&less, &p->start, &change, &l->arena, &l->err));
        assert_near("-2 Θ", 1, &change, &(double){3}, 1e-12);
    }
}

static void deviation_is_from_the_target_on_every_output_alone(void **state) {
    lab *l = *state;
    const size_t probe[] = {1, 4, 5, 8}, p = 4;
    for (size_t hidden = 0; hidden < 2; hidden++) {
        pair *q = start(l, "relu", false, hidden);
        const wk_ntk ntk = kernel_of(l, &q->net, probe, p);
        double *target = lab_normals(l, N * N, 6), *size = lab_normals(l, N * N, 7);
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < i; j++) {
                target[i * N + j] = target[j * N + i];
                size[i * N + j] = size[j * N + i];
            }
        double off = 0, whole = 0;
        for (size_t a = 0; a < K; a++)
            for (size_t b = 0; b < K; b++)
                for (size_t i = 0; i < p; i++)
                    for (size_t j = 0; j < p; j++) {
                        const size_t at = probe[i] * N + probe[j];
                        const double theta = q->theta[(a * N + probe[i]) * SIDE + b * N + probe[j]];
                        off += pow(theta - (a == b) * target[at], 2);
                        whole += (a == b) * size[at] * size[at];
                    }
        const double deviation = wk_ntk_deviation(&ntk, probe, N, target, size);
        assert_near("deviation", 1, &deviation, &(double){sqrt(off / whole)}, 1e-12);
    }
}

int main(void) {
    one_blas_thread();
    const struct CMUnitTest tests[] = {
        LAB_TEST(a_step_is_the_kernel_of_the_start_times_the_gradient),
        LAB_TEST(the_error_is_relative_to_the_move_and_0_at_the_start),
        LAB_TEST(the_error_of_one_step_is_of_its_size),
        LAB_TEST(the_error_of_cosine_falls_with_width),
        LAB_TEST(spectral_change_is_of_the_largest_singular_values),
        LAB_TEST(deviation_is_from_the_target_on_every_output_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
