/* What the tests of src/base, src/la and src/model share: memory and threads for one test, data by
 * hand, parameters of a cell, comparisons that NaN cannot pass.
 *
 *   static void some_law(void **state) {
 *       lab *l = *state;                            // in a LAB_TEST
 *       double *x = lab_doubles(l, n);
 *       MUST(l, wk_net_step(&net, g, eta, &l->err));
 *       assert_near("H", n, x, y, 1e-12);
 *   }
 *
 * A lab is made and released by lab_up and lab_down, the set-up and tear-down of each test.
 */
#ifndef WK_TESTS_MODEL_SUPPORT_H
#define WK_TESTS_MODEL_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "la/pool.h"
#include "model/kernel/ntk.h"

typedef struct lab {
    wk_arena arena;
    wk_pool *pool; /* of one thread */
    wk_error err;
} lab;

int lab_up(void **state);
int lab_down(void **state);
#define LAB_TEST(law) cmocka_unit_test_setup_teardown(law, lab_up, lab_down)

/* The call must give WK_OK; else its message is shown. */
#define MUST(l, call)                                                                              \
    do {                                                                                           \
        if ((call) != WK_OK)                                                                       \
            fail_msg("%s: %s", #call, (l)->err.message);                                           \
    } while (0)

/* The call must give this status, with `text` somewhere in its message. */
#define MUST_FAIL(l, expected, text, call)                                                         \
    do {                                                                                           \
        (l)->err = (wk_error){0};                                                                  \
        assert_int_equal(call, expected);                                                          \
        assert_int_equal((l)->err.status, expected);                                               \
        if (!strstr((l)->err.message, text))                                                       \
            fail_msg("'%s' lacks '%s'", (l)->err.message, text);                                   \
    } while (0)

/* Memory, with numbers unset (garbage), zeroed, and copied. Never NULL. */
double *lab_doubles(lab *l, size_t n);
double *lab_zeros(lab *l, size_t n);
double *lab_copy(lab *l, size_t n, const double *x);
/* NaN everywhere: what an output buffer holds before the call under test. */
double *lab_garbage(lab *l, size_t n);
/* N(0,1), the same for the same seed. */
double *lab_normals(lab *l, size_t n, uint64_t seed);

/* max |a - b| / max(|b|_max, least). NaN if any is NaN. */
double distance_of(size_t n, const double *a, const double *b, double least);

/* Fails unless max |a - b| <= tolerance max |b|. */
void assert_near(const char *what, size_t n, const double *a, const double *b, double tolerance);
void assert_bits(const char *what, size_t n, const double *a, const double *b);
void assert_below(const char *what, double value, double bound);
void assert_above(const char *what, double value, double bound);

/* (rows, cols) with distance ld, as a dense matrix. */
double *lab_dense(lab *l, size_t rows, size_t cols, const double *A, size_t ld);
double *lab_transposed(lab *l, size_t rows, size_t cols, const double *A);
/* C (m, n) = A (m, k) B (k, n), by three loops. */
double *lab_product(lab *l, size_t m, size_t n, size_t k, const double *A, const double *B);

/* X (d, n) on the sphere with N = n/3 triplets (3i, 3i+1, 3i+2), or as in the stored values. */
wk_data lab_data(lab *l, size_t d, size_t n, uint64_t seed);
wk_data lab_reference_data(lab *l);
/* The triplets of the stored matrix `name` (N, 3) in place of those that the data has. */
void lab_use_triplets(lab *l, wk_data *data, const char *name);
/* The labels of the stored matrix `name` (1, n). */
void lab_use_labels(wk_data *data, const char *name);

/* H0 (M, n) = W X/√d. */
double *lab_hidden(lab *l, const wk_data *data, size_t M, const double *W);

/* φ and φ' by libm. */
double plain_value(const wk_activation *activation, double h);
double plain_slope(const wk_activation *activation, double h);
/* Φ (M, n) of H (M, n) */
double *lab_features(lab *l, const wk_activation *activation, size_t count, const double *H);

/* The triplet-linear loss at F (k, ld); g (k, ld) is filled. */
double loss_at(lab *l, const wk_data *data, bool cosine, size_t k, const double *F, double *g);

/* C (M, M) = Φ S Φᵀ/M, by loops; H (M, n). */
double *lab_similarity_operator(lab *l, const wk_data *data, const wk_activation *activation,
                                size_t M, const double *H);

/* The stored matrix "relu.dot.F5" from its three parts. */
const double *reference(const char *activation, const char *similarity, const char *name,
                        size_t rows, size_t cols);
/* A network with the stored weights, on lab_reference_data. */
wk_net reference_net(lab *l, const wk_data *data, const char *activation, wk_net_options options);

/* `steps` steps of gradient descent on triplet-linear from where the network is; then settled. */
void train(lab *l, wk_net *net, const wk_data *data, bool cosine, double eta, size_t steps);

/* V (k, M) and H (M, n) of a settled network, dense. */
double *output_weights(lab *l, const wk_net *net);
double *pre_activations(lab *l, const wk_net *net);

/* Θ (k p, k p) of a settled network at these inputs; `ntk` is made. And 0 … n-1: all inputs. */
double *kernel(lab *l, const wk_net *net, const size_t *probe, size_t p, wk_ntk *ntk);
size_t *all_inputs(lab *l, size_t n);

/* One thread for BLAS, whatever the environment says: bits depend on it. */
void one_blas_thread(void);

/* Parameters of a small cell, with changes: "key=value", or "key" alone to take it away. Ends with
 * NULL. */
wk_bag lab_cell(lab *l, const char *const *changes);
#define CELL(l, ...) lab_cell(l, (const char *const[]){__VA_ARGS__, NULL})

#endif
