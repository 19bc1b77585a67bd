/* What the tests of depth 3 to 5 share: the stored cases of tests/ref/deep.txt (and, from depth 2
 * on, of product.txt, which has the same weights), and a plain primal network, every weight matrix
 * explicit, with its gradient by loops: the definition of SCIENCE §1, against which the program's
 * dual form is held. */
#ifndef WK_TESTS_DEEP_SUPPORT_H
#define WK_TESTS_DEEP_SUPPORT_H

#include "model_support.h"

/* ---- stored values ---- */

typedef struct deep_case {
    size_t depth;
    bool residual;
    const char *activation, *similarity;
} deep_case;

/* Depth 3 to 5 x plain, residual x relu, tanh x cosine, dot. */
enum { DEEP_CASES = 3 * 2 * 2 * 2 };
deep_case deep_case_at(size_t index);

wk_data deep_data(lab *l);
/* With the stored weights, of any depth from 2 on; the similarity is not looked at. */
wk_net deep_net(lab *l, const wk_data *data, const deep_case *which, wk_net_options options);
double deep_eta(const deep_case *which);

/* <file>.<depth>.<plain|residual>.<activation>[.<loss>].<name>; `loss` may be "". */
typedef struct deep_name {
    char text[64];
} deep_name;
deep_name deep_named(const char *file, const deep_case *which, const char *loss, const char *name);

/* deep.<depth>.<plain|residual>.<activation>.<name>, and with the similarity before the name. */
const double *deep_start(const deep_case *which, const char *name, size_t rows, size_t cols);
const double *deep_stored(const deep_case *which, const char *name, size_t rows, size_t cols);

/* ---- the primal network ---- */

typedef struct primal {
    const wk_data *data;
    const wk_activation *activation;
    size_t M, k, hidden; /* depth − 2 */
    bool residual;
    double *W1;                          /* (M, d) */
    double *W[WK_DEEP_MOST];             /* (M, M) */
    double *V;                           /* (k, M) */
    double *h[WK_DEEP_MOST + 1];         /* (M, n) pre-activations, h[0] the first layer's */
    double *gW1, *gW[WK_DEEP_MOST], *gV; /* derivatives */
} primal;

/* Weights N(0,1) from `seed`; h is that of these weights. */
primal primal_draw(lab *l, const wk_data *data, const char *activation, size_t M, size_t k,
                   size_t hidden, bool residual, uint64_t seed);
/* Fills h; F (k, n). */
double *primal_forward(lab *l, primal *p);
/* Fills gW1, gW, gV from g (k, n), at the h of the last primal_forward. */
void primal_backward(lab *l, primal *p, const double *g);
/* Gradient descent on triplet-linear. */
void primal_train(lab *l, primal *p, bool cosine, double eta, size_t steps);
/* J (k n, count): derivatives of f_a(x_i) by W1, W, V; row a n + i. */
double *primal_jacobian(lab *l, primal *p, size_t *count);

/* The program's network with the same weights. */
wk_net primal_net(lab *l, const primal *p, wk_net_options options, wk_pool *pool);

#endif
