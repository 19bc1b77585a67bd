/* The empirical NTK: equal to J Jᵀ, by PyTorch's Jacobians and by explicit ones (SCIENCE I4). */
#include "la/blas.h"
#include "model/kernel/ntk_form.h"
#include "model_support.h"
#include "ref.h"

#include <math.h>
#include <string.h>

static const wk_net_options plain = {0};

/* (k p, k p) of the normalised outputs, from blocks of pairs of inputs. */
static double *expand_blocks(lab *l, const wk_ntk *ntk, const double *blocks) {
    const size_t k = ntk->k, p = ntk->p, side = k * p;
    double *full = lab_garbage(l, side * side);
    for (size_t i = 0, pair = 0; i < p; i++)
        for (size_t j = 0; j <= i; j++, pair++)
            for (size_t a = 0; a < k; a++)
                for (size_t b = 0; b < k; b++) {
                    const double value = blocks[(pair * k + a) * k + b];
                    full[(a * p + i) * side + b * p + j] = value;
                    full[(b * p + j) * side + a * p + i] = value;
                }
    return full;
}

static void kernels_are_pytorchs_before_and_after_training(void **state) {
    lab *l = *state;
    const wk_data data = lab_reference_data(l);
    const size_t n = data.n, *probe = all_inputs(l, n);
    for (size_t c = 0; c < 2 * wk_activations_n; c++) {
        const char *activation = wk_activations[c / 2].name;
        const char *similarity = c % 2 ? "dot" : "cosine";
        wk_net net = reference_net(l, &data, activation, plain);
        const size_t k = net.k, side = k * n;
        wk_ntk ntk;
        assert_near("ntk", side * side, kernel(l, &net, probe, n, &ntk),
                    reference(activation, similarity, "ntk", side, side), 1e-12);
        double *blocks = lab_garbage(l, ntk.columns * k * k), *trace = lab_garbage(l, n * n);
        wk_ntk_normalised(&ntk, probe, net.F, net.ld, blocks);
        assert_near("ntk_normalised", side * side, expand_blocks(l, &ntk, blocks),
                    reference(activation, similarity, "ntk_normalised", side, side), 1e-11);
        wk_ntk_trace(&net, trace, &l->arena);
        assert_near("ntk_trace", n * n, trace, reference(activation, similarity, "ntk_trace", n, n),
                    1e-12);
        train(l, &net, &data, c % 2 == 0, *wk_ref_shaped("eta", 1, 1), 5);
        assert_near("ntk5", side * side, kernel(l, &net, probe, n, &ntk),
                    reference(activation, similarity, "ntk5", side, side), 1e-11);
    }
}

/* J (k p, M (k + d)): derivatives of f_a(x_i) by V, then by W. */
static double *jacobian(lab *l, const wk_net *net, const wk_data *data, const size_t *probe,
                        size_t p) {
    const size_t M = net->M, k = net->k, d = data->d, columns = M * (k + d);
    double *J = lab_zeros(l, k * p * columns);
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < p; i++) {
            double *row = J + (a * p + i) * columns;
            for (size_t m = 0; m < M; m++) {
                const double h = net->H[m * net->ld + probe[i]], root = sqrt((double)M);
                row[m * k + a] = plain_value(net->activation, h) / root;
                for (size_t q = 0; q < d; q++)
                    row[M * k + m * d + q] = net->Vt[m * k + a] * plain_slope(net->activation, h) *
                                             data->X[q * data->n + probe[i]] /
                                             (root * sqrt((double)d));
            }
        }
    return J;
}

static void I4_the_kernel_is_the_explicit_jacobians_gram(void **state) {
    lab *l = *state;
    static const struct {
        size_t M, k, n, p;
    } shapes[] = {{1, 1, 3, 1}, {7, 2, 9, 9}, {300, 3, 30, 26}, {129, 5, 12, 4}};
    for (size_t c = 0; c < 4 * wk_activations_n; c++) {
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        const size_t M = shapes[c % 4].M, k = shapes[c % 4].k, n = shapes[c % 4].n;
        const size_t p = shapes[c % 4].p, d = 6, side = k * p;
        const wk_data data = lab_data(l, d, n, c);
        wk_net net;
        MUST(l, wk_net_new(&net, &data, &wk_activations[c / 4], M, k, plain, c, l->pool, &l->arena,
                           &l->err));
        size_t *probe = all_inputs(l, n);
        for (size_t i = 0; i < p; i++) /* not in order: 7 and n have no common factor */
            probe[i] = n % 7 ? 7 * i % n : i;
        wk_ntk ntk;
        const double *full = kernel(l, &net, probe, p, &ntk);
        const double *J = jacobian(l, &net, &data, probe, p);
        const size_t columns = M * (k + d);
        const double *gram =
            lab_product(l, side, side, columns, J, lab_transposed(l, side, columns, J));
        assert_near("J J^T", side * side, full, gram, 1e-13);
        for (size_t i = 0; i < side; i++)
            for (size_t j = 0; j < i; j++)
                assert_true(full[i * side + j] == full[j * side + i]);
        double *values = lab_garbage(l, side), *vectors = lab_garbage(l, side * side);
        MUST(l, wk_la_eigen(side, lab_copy(l, side * side, full), values, vectors, &l->arena,
                            &l->err));
        assert_above("least eigenvalue", values[0], -1e-12 * values[side - 1]);
        wk_arena_reset(&l->arena, mark);
    }
}

static void the_trace_kernel_is_the_sum_over_outputs(void **state) {
    lab *l = *state;
    const size_t n = 15, k = 4;
    const wk_data data = lab_data(l, 6, n, 1);
    wk_net net;
    MUST(l, wk_net_new(&net, &data, wk_activation_find("relu"), 333, k, plain, 1, l->pool,
                       &l->arena, &l->err));
    wk_ntk ntk;
    const double *full = kernel(l, &net, all_inputs(l, n), n, &ntk);
    double *trace = lab_garbage(l, n * n), *sum = lab_zeros(l, n * n);
    wk_ntk_trace(&net, trace, &l->arena);
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                sum[i * n + j] += full[(a * n + i) * k * n + a * n + j];
    assert_near("trace", n * n, trace, sum, 1e-13);
}

/* u = f/‖f‖ has uᵀ ∂u = 0: the kernel of normalised outputs annihilates u on either side. */
static void the_normalised_kernel_annihilates_its_outputs(void **state) {
    lab *l = *state;
    const size_t n = 9, k = 4;
    const wk_data data = lab_data(l, 6, n, 1);
    wk_net net;
    MUST(l, wk_net_new(&net, &data, wk_activation_find("tanh"), 50, k, plain, 1, l->pool, &l->arena,
                       &l->err));
    const size_t *probe = all_inputs(l, n);
    wk_ntk ntk;
    kernel(l, &net, probe, n, &ntk);
    double *blocks = lab_garbage(l, ntk.columns * k * k), size = 0;
    wk_ntk_normalised(&ntk, probe, net.F, net.ld, blocks);
    for (size_t i = 0; i < ntk.columns * k * k; i++)
        size = fmax(size, fabs(blocks[i]));
    for (size_t i = 0, pair = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++, pair++)
            for (size_t c = 0; c < k; c++) {
                double left = 0, right = 0;
                for (size_t a = 0; a < k; a++) {
                    left += net.F[a * net.ld + i] * blocks[(pair * k + a) * k + c];
                    right += net.F[a * net.ld + j] * blocks[(pair * k + c) * k + a];
                }
                assert_below("u^T Theta", fabs(left) / size, 1e-13);
                assert_below("Theta u", fabs(right) / size, 1e-13);
            }
}

static double frobenius(size_t n, const double *a, const double *b) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double x = a[i] - (b ? b[i] : 0);
        sum += x * x;
    }
    return sqrt(sum);
}

static void changes_are_frobenius_norms_of_whole_matrices(void **state) {
    lab *l = *state;
    const size_t n = 12, p = 5, k = 3, side = k * p, *probe = (const size_t[]){0, 11, 3, 7, 4};
    const wk_data data = lab_data(l, 6, n, 1);
    wk_net net;
    MUST(l, wk_net_new(&net, &data, wk_activation_find("tanh"), 60, k, plain, 1, l->pool, &l->arena,
                       &l->err));
    wk_ntk start, now;
    const double *before = kernel(l, &net, probe, p, &start);
    double *blocks0 = lab_garbage(l, start.columns * k * k);
    double *blocks1 = lab_garbage(l, start.columns * k * k);
    wk_ntk_normalised(&start, probe, net.F, net.ld, blocks0);
    assert_true(wk_ntk_change(&start, &start) == 0);
    assert_true(wk_ntk_normalised_change(&start, blocks0, blocks0) == 0);
    train(l, &net, &data, true, 0.5, 10);
    const double *after = kernel(l, &net, probe, p, &now);
    wk_ntk_normalised(&now, probe, net.F, net.ld, blocks1);
    const double change = frobenius(side * side, after, before) / frobenius(side * side, before, 0);
    assert_above("the kernel moved", change, 1e-3);
    assert_near("change", 1, &(double){wk_ntk_change(&now, &start)}, &change, 1e-12);
    const double *u0 = expand_blocks(l, &start, blocks0), *u1 = expand_blocks(l, &now, blocks1);
    const double moved = frobenius(side * side, u1, u0) / frobenius(side * side, u0, 0);
    assert_near("normalised", 1, &(double){wk_ntk_normalised_change(&start, blocks1, blocks0)},
                &moved, 1e-12);
    now.packed[3] = NAN;
    assert_true(isnan(wk_ntk_change(&now, &start)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(kernels_are_pytorchs_before_and_after_training),
        LAB_TEST(I4_the_kernel_is_the_explicit_jacobians_gram),
        LAB_TEST(the_trace_kernel_is_the_sum_over_outputs),
        LAB_TEST(the_normalised_kernel_annihilates_its_outputs),
        LAB_TEST(changes_are_frobenius_norms_of_whole_matrices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
