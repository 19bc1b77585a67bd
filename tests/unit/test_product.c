/* The whole product against PyTorch (tests/ref/product.txt): every loss of the registry with every
 * similarity or source of targets, every activation, depth 2 to 4, plain and (from 3 on) residual.
 */
#include "deep_support.h"
#include "loss_support.h"
#include "model/kernel/ntk_form.h"
#include "ref.h"

#include <stdio.h>
#include <string.h>

static const double tolerance = 1e-11;

/* ---- the walk ---- */

typedef struct specimen {
    deep_case which;
    const char *id; /* of the loss */
    wk_loss loss;
    wk_data data;
    wk_net net; /* at the start */
    double eta;
} specimen;

static specimen take(lab *l, const deep_case *which, const subject *s) {
    specimen x = {.which = *which, .id = s->id, .loss = s->loss, .data = deep_data(l)};
    lab_use_labels(&x.data, "product.labels");
    x.net = deep_net(l, &x.data, which, (wk_net_options){0});
    prepare_with_targets(l, &x.loss, &x.data, x.net.k, "product.targets");
    char key[64];
    const int length = snprintf(key, sizeof key, "product.eta.%s.%s", which->activation, s->id);
    assert_in_range(length, 1, sizeof key - 1);
    x.eta = *wk_ref_shaped(key, 1, 1);
    return x;
}

static void (*law_in_hand)(lab *l, specimen *x);
static size_t specimens;

static void in_every_network(lab *l, subject s) {
    static const deep_case shapes[] = {{.depth = 2},
                                       {.depth = 3},
                                       {.depth = 3, .residual = true},
                                       {.depth = 4},
                                       {.depth = 4, .residual = true}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (size_t j = 0; j < wk_activations_n; j++) {
            const wk_arena_mark mark = wk_arena_here(&l->arena);
            deep_case which = shapes[i];
            which.activation = wk_activations[j].name;
            specimen x = take(l, &which, &s);
            law_in_hand(l, &x);
            specimens++;
            wk_arena_reset(&l->arena, mark);
        }
}

static void for_all(lab *l, void (*law)(lab *l, specimen *x)) {
    law_in_hand = law;
    specimens = 0;
    for_each_form(l, in_every_network);
    assert_true((double)specimens == *wk_ref_shaped("product.cases", 1, 1));
}

/* values (k, n) against those stored as `name`, less `start` in both unless that is NULL. */
static void compare(lab *l, const specimen *x, const char *name, const double *values,
                    const double *start) {
    const size_t k = x->net.k, n = x->net.n;
    const deep_name key = deep_named("product", &x->which, x->id, name);
    double *mine = lab_copy(l, k * n, values);
    double *theirs = lab_copy(l, k * n, wk_ref_shaped(key.text, k, n));
    const double *F0 = wk_ref_shaped(deep_named("product", &x->which, "", "F0").text, k, n);
    for (size_t j = 0; start && j < k * n; j++) {
        mine[j] -= start[j];
        theirs[j] -= F0[j];
    }
    assert_near(key.text, k * n, mine, theirs, tolerance);
}

static double *outputs(lab *l, const specimen *x) {
    return lab_dense(l, x->net.k, x->net.n, x->net.F, x->net.ld);
}

/* ---- the laws ---- */

static void gradient_by_outputs(lab *l, specimen *x) {
    double *g = lab_garbage(l, x->net.k * x->net.ld);
    value_of(l, &x->loss, &x->data, x->net.k, x->net.F, g);
    compare(l, x, "gF", lab_dense(l, x->net.k, x->net.n, g, x->net.ld), NULL);
}

static void gradients_by_outputs_are_pytorchs(void **state) {
    for_all(*state, gradient_by_outputs);
}

/* By what one step changes, relative to that change. */
static void gradient_by_weights(lab *l, specimen *x) {
    const double *F0 = outputs(l, x);
    descend(l, &x->loss, &x->net, &x->data, x->eta, 1);
    compare(l, x, "F1", outputs(l, x), F0);
}

static void gradients_by_weights_are_pytorchs(void **state) {
    for_all(*state, gradient_by_weights);
}

static void five_steps(lab *l, specimen *x) {
    descend(l, &x->loss, &x->net, &x->data, x->eta, 5);
    compare(l, x, "F5", outputs(l, x), NULL);
}

static void five_steps_are_pytorchs(void **state) {
    for_all(*state, five_steps);
}

static void kernel_after_five_steps(lab *l, specimen *x) {
    const size_t k = x->net.k, n = x->net.n, side = k * n, *probe = all_inputs(l, n);
    descend(l, &x->loss, &x->net, &x->data, x->eta, 5);
    wk_ntk ntk;
    const double *theta = kernel(l, &x->net, probe, n, &ntk);
    const double *r = wk_ref_shaped("product.r", k, n);
    compare(l, x, "ntk5r", lab_product(l, side, 1, side, theta, r), NULL);
    /* the trace kernel has code of its own */
    double *trace = lab_garbage(l, n * n), *blocks = lab_zeros(l, n * n);
    wk_ntk_trace(&x->net, trace, &l->arena);
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                blocks[i * n + j] += theta[(a * n + i) * side + a * n + j];
    assert_near(deep_named("trace", &x->which, x->id, "5").text, n * n, trace, blocks, tolerance);
}

static void kernels_after_five_steps_are_pytorchs(void **state) {
    for_all(*state, kernel_after_five_steps);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(gradients_by_outputs_are_pytorchs),
        LAB_TEST(gradients_by_weights_are_pytorchs),
        LAB_TEST(five_steps_are_pytorchs),
        LAB_TEST(kernels_after_five_steps_are_pytorchs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
