/* The empirical NTK at depth 3 to 5: PyTorch's, the Gram matrix of explicit Jacobians, and what is
 * derived from it. */
#include "deep_support.h"
#include "la/blas.h"
#include "model/kernel/ntk_form.h"

#include <math.h>
#include <string.h>

static const wk_net_options plain = {0};

static double *trace_of(lab *l, const wk_net *net) {
    double *trace = lab_garbage(l, net->n * net->n);
    wk_ntk_trace(net, trace, &l->arena);
    return trace;
}

static void kernels_are_pytorchs_before_and_after_training(void **state) {
    lab *l = *state;
    const wk_data data = deep_data(l);
    for (size_t c = 0; c < DEEP_CASES; c++) {
        const deep_case which = deep_case_at(c);
        const bool cosine = !strcmp(which.similarity, "cosine");
        wk_net net = deep_net(l, &data, &which, plain);
        const size_t n = net.n, side = net.k * n, *probe = all_inputs(l, n);
        wk_ntk ntk;
        assert_near("ntk", side * side, kernel(l, &net, probe, n, &ntk),
                    deep_start(&which, "ntk", side, side), 1e-11);
        assert_near("ntk_trace", n * n, trace_of(l, &net), deep_start(&which, "ntk_trace", n, n),
                    1e-11);
        train(l, &net, &data, cosine, deep_eta(&which), 5);
        assert_near("ntk_trace5", n * n, trace_of(l, &net), deep_stored(&which, "ntk_trace5", n, n),
                    1e-11);
        if (cosine == which.residual)
            continue; /* not stored */
        assert_near("ntk5", side * side, kernel(l, &net, probe, n, &ntk),
                    deep_stored(&which, "ntk5", side, side), 1e-11);
    }
}

/* ---- explicit Jacobians ---- */

static const struct shape {
    size_t M, k, hidden;
    bool residual;
    const char *activation;
} shapes[] = {{1, 1, 1, false, "tanh"}, {7, 2, 3, true, "relu"},   {130, 3, 1, false, "relu"},
              {90, 3, 2, true, "tanh"}, {70, 5, 3, false, "tanh"}, {33, 4, 2, false, "relu"}};
enum { SHAPES = sizeof shapes / sizeof *shapes, INPUTS = 9 };

static primal draw(lab *l, const wk_data *data, size_t c) {
    const struct shape *s = &shapes[c];
    return primal_draw(l, data, s->activation, s->M, s->k, s->hidden, s->residual, c + 1);
}

/* Rows and columns a n + probe[i] of a matrix of all inputs. */
static double *at_probes(lab *l, size_t k, size_t n, const size_t *probe, size_t p,
                         const double *whole) {
    const size_t side = k * p;
    double *part = lab_garbage(l, side * side);
    for (size_t r = 0; r < side; r++)
        for (size_t c = 0; c < side; c++)
            part[r * side + c] =
                whole[(r / p * n + probe[r % p]) * k * n + c / p * n + probe[c % p]];
    return part;
}

static void I4_the_kernel_is_the_explicit_jacobians_gram(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 6, INPUTS, 3);
    const size_t some[] = {7, 0, 3, 8}, *all = all_inputs(l, INPUTS);
    for (size_t c = 0; c < SHAPES; c++) {
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        primal p = draw(l, &data, c);
        const wk_net net = primal_net(l, &p, plain, l->pool);
        size_t count;
        const double *J = primal_jacobian(l, &p, &count);
        const size_t side = p.k * INPUTS, part = p.k * 4;
        const double *gram =
            lab_product(l, side, side, count, J, lab_transposed(l, side, count, J));
        wk_ntk ntk;
        assert_near("J J^T", side * side, kernel(l, &net, all, INPUTS, &ntk), gram, 1e-12);
        assert_near("at probes", part * part, kernel(l, &net, some, 4, &ntk),
                    at_probes(l, p.k, INPUTS, some, 4, gram), 1e-12);
        wk_arena_reset(&l->arena, mark);
    }
}

static void kernels_are_symmetric_and_positive(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 6, INPUTS, 3);
    for (size_t c = 0; c < SHAPES; c++) {
        primal p = draw(l, &data, c);
        wk_net net = primal_net(l, &p, plain, l->pool);
        train(l, &net, &data, false, 0.01, 2);
        const size_t side = p.k * INPUTS;
        wk_ntk ntk;
        const double *full = kernel(l, &net, all_inputs(l, INPUTS), INPUTS, &ntk);
        for (size_t i = 0; i < side; i++)
            for (size_t j = 0; j < i; j++)
                assert_true(full[i * side + j] == full[j * side + i]);
        double *values = lab_garbage(l, side), *vectors = lab_garbage(l, side * side);
        MUST(l, wk_la_eigen(side, lab_copy(l, side * side, full), values, vectors, &l->arena,
                            &l->err));
        assert_above("least eigenvalue", values[0], -1e-12 * values[side - 1]);
        assert_above("largest", values[side - 1], 1e-3);
    }
}

/* Why half of the kernel is kept, not a quarter: Θ_(a,i),(b,j) ≠ Θ_(b,i),(a,j). */
static void deep_kernels_do_not_swap_outputs(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 6, INPUTS, 3);
    primal p = draw(l, &data, 3);
    const wk_net net = primal_net(l, &p, plain, l->pool);
    const size_t side = p.k * INPUTS;
    wk_ntk ntk;
    const double *full = kernel(l, &net, all_inputs(l, INPUTS), INPUTS, &ntk);
    const double straight = full[2 * side + INPUTS + 5], crossed = full[(INPUTS + 2) * side + 5];
    assert_above("difference", fabs(straight - crossed) / fabs(straight), 1e-3);
}

static void the_trace_kernel_is_the_sum_over_outputs(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 6, INPUTS, 3);
    for (size_t c = 0; c < SHAPES; c++) {
        primal p = draw(l, &data, c);
        const wk_net net = primal_net(l, &p, plain, l->pool);
        const size_t n = INPUTS, k = p.k;
        wk_ntk ntk;
        const double *full = kernel(l, &net, all_inputs(l, n), n, &ntk);
        double *sum = lab_zeros(l, n * n);
        for (size_t a = 0; a < k; a++)
            for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < n; j++)
                    sum[i * n + j] += full[(a * n + i) * k * n + a * n + j];
        assert_near("trace", n * n, trace_of(l, &net), sum, 1e-13);
    }
}

/* ---- derived from the kernel ---- */

static double frobenius(size_t count, const double *a, const double *b) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        const double x = a[i] - (b ? b[i] : 0);
        sum += x * x;
    }
    return sqrt(sum);
}

/* P Θ P with P_(a,i),(b,j) = δ_ij (δ_ab − u_ai u_bi)/‖f_i‖, whole matrices. */
static double *normalised(lab *l, const wk_net *net, const size_t *probe, size_t p,
                          const double *full) {
    const size_t k = net->k, side = k * p;
    double *P = lab_zeros(l, side * side);
    for (size_t i = 0; i < p; i++) {
        double norm2 = 0;
        for (size_t a = 0; a < k; a++)
            norm2 += net->F[a * net->ld + probe[i]] * net->F[a * net->ld + probe[i]];
        for (size_t a = 0; a < k; a++)
            for (size_t b = 0; b < k; b++)
                P[(a * p + i) * side + b * p + i] =
                    ((a == b) -
                     net->F[a * net->ld + probe[i]] * net->F[b * net->ld + probe[i]] / norm2) /
                    sqrt(norm2);
    }
    return lab_product(l, side, side, side, lab_product(l, side, side, side, P, full), P);
}

/* The whole matrix of blocks (columns, k, k). */
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

static void changes_are_frobenius_norms_of_whole_matrices(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 6, INPUTS, 3);
    const size_t probe[] = {0, 8, 3, 7, 4}, inputs = 5;
    for (size_t c = 2; c < SHAPES; c++) {
        primal p = draw(l, &data, c);
        wk_net net = primal_net(l, &p, plain, l->pool);
        const size_t side = p.k * inputs, count = side * side;
        wk_ntk start, now;
        const double *before = kernel(l, &net, probe, inputs, &start);
        const double *u0 = normalised(l, &net, probe, inputs, before);
        double *blocks0 = lab_garbage(l, start.columns * p.k * p.k);
        double *blocks1 = lab_garbage(l, start.columns * p.k * p.k);
        wk_ntk_normalised(&start, probe, net.F, net.ld, blocks0);
        assert_near("normalised kernel", count, expand_blocks(l, &start, blocks0), u0, 1e-11);
        assert_true(wk_ntk_change(&start, &start) == 0);
        train(l, &net, &data, true, 0.5, 5);
        const double *after = kernel(l, &net, probe, inputs, &now);
        const double *u1 = normalised(l, &net, probe, inputs, after);
        wk_ntk_normalised(&now, probe, net.F, net.ld, blocks1);
        const double change = frobenius(count, after, before) / frobenius(count, before, NULL);
        const double moved = frobenius(count, u1, u0) / frobenius(count, u0, NULL);
        assert_above("the kernel moved", change, 1e-3);
        assert_near("change", 1, &(double){wk_ntk_change(&now, &start)}, &change, 1e-11);
        assert_near("normalised", 1, &(double){wk_ntk_normalised_change(&start, blocks1, blocks0)},
                    &moved, 1e-10);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(kernels_are_pytorchs_before_and_after_training),
        LAB_TEST(I4_the_kernel_is_the_explicit_jacobians_gram),
        LAB_TEST(kernels_are_symmetric_and_positive),
        LAB_TEST(deep_kernels_do_not_swap_outputs),
        LAB_TEST(the_trace_kernel_is_the_sum_over_outputs),
        LAB_TEST(changes_are_frobenius_norms_of_whole_matrices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
