/* Frozen features with the dot product: the M x M operator C, its components, and the two laws of
 * training on it (SCIENCE I7, I8), each against the explicit C. */
#include "la/blas.h"
#include "model/pca/components.h"
#include "model/pca/features.h"
#include "model/pca/pca.h"
#include "model/pca/subspace.h"
#include "model/pca/target.h"
#include "model_support.h"
#include "ref.h"

#include <float.h>
#include <math.h>
#include <string.h>

typedef struct setting {
    wk_data data;
    wk_net net;
    size_t M, k;
    double *C;          /* (M, M), by loops */
    double *value, *Ut; /* eigenvalues descending (M), eigenvectors in rows (M, M) */
    double *V0;         /* (k, M) */
} setting;

static setting make(lab *l, const char *activation, size_t M, size_t n, size_t k,
                    wk_net_options options, uint64_t seed) {
    setting s = {.data = lab_data(l, 10, n, seed), .M = M, .k = k};
    MUST(l, wk_net_new(&s.net, &s.data, wk_activation_find(activation), M, k, options, seed,
                       l->pool, &l->arena, &l->err));
    wk_net_settle(&s.net);
    s.V0 = output_weights(l, &s.net);
    s.C = lab_similarity_operator(l, &s.data, s.net.activation, M, pre_activations(l, &s.net));
    double *values = lab_garbage(l, M), *vectors = lab_garbage(l, M * M);
    MUST(l, wk_la_eigen(M, lab_copy(l, M * M, s.C), values, vectors, &l->arena, &l->err));
    s.value = lab_garbage(l, M);
    s.Ut = lab_garbage(l, M * M);
    for (size_t j = 0; j < M; j++) { /* from ascending to descending */
        s.value[j] = values[M - 1 - j];
        memcpy(s.Ut + j * M, vectors + (M - 1 - j) * M, M * sizeof *vectors);
    }
    return s;
}

/* The top k explicit eigenvectors as columns (M, k). */
static double *top(lab *l, const setting *s) {
    return lab_transposed(l, s->k, s->M, s->Ut);
}

static void solve(lab *l, const setting *s, wk_pca *pca, double **U) {
    const wk_features features = wk_hidden_kept(s->net.thin, s->net.H, s->M, s->data.n, s->data.ld);
    wk_components found;
    const size_t n = s->data.n;
    double *K = lab_garbage(l, n * n), *S = NULL;
    wk_features_gram(&features, l->pool, K, &l->arena);
    const double *Phi = lab_features(l, s->net.activation, s->M * n, pre_activations(l, &s->net));
    double *gram = lab_product(l, n, n, s->M, lab_transposed(l, s->M, n, Phi), Phi);
    for (size_t i = 0; i < n * n; i++)
        gram[i] /= (double)s->M;
    assert_near("K", n * n, K, gram, 1e-13);
    wk_data_similarity(&s->data, &l->arena, &S);
    MUST(l, wk_components_find(&features, S, s->k, l->pool, &found, &l->arena, &l->err));
    *pca = found.pca;
    *U = lab_garbage(l, s->M * s->k);
    wk_components_form(&found, &features, *U, &l->arena);
    double *plain = lab_garbage(l, s->M * s->k);
    wk_features_project(&features, s->k, pca->coefficient, plain, &l->arena);
    assert_near("U by coefficients of the features", s->M * s->k, *U, plain, 1e-11);
    wk_pca by_kernel;
    MUST(l, wk_pca_solve(n, K, S, s->k, &by_kernel, &l->arena, &l->err));
    assert_int_equal(by_kernel.positive, pca->positive);
    assert_near("by the kernel", s->k, by_kernel.value, pca->value, 1e-12);
}

static double sine(lab *l, size_t M, size_t k, const double *A, const double *U) {
    double sines[16];
    MUST(l, wk_subspace_sines(M, k, A, U, sines, &l->arena, &l->err));
    return sines[0];
}

static void assert_orthonormal_columns(lab *l, size_t M, size_t k, const double *U) {
    const double *gram = lab_product(l, k, k, M, lab_transposed(l, M, k, U), U);
    for (size_t i = 0; i < k * k; i++)
        assert_below("U^T U - I", fabs(gram[i] - (i % (k + 1) == 0)), 1e-10);
}

/* ---- components ---- */

static void components_are_those_of_the_explicit_operator(void **state) {
    lab *l = *state;
    static const size_t shape[][3] = {{60, 36, 3}, {10, 36, 2}, {300, 18, 4}, {40, 9, 1}};
    for (size_t c = 0; c < 8; c++) {
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        const size_t M = shape[c / 2][0], n = shape[c / 2][1], k = shape[c / 2][2];
        setting s = make(l, wk_activations[c % 2].name, M, n, k, (wk_net_options){0}, c);
        wk_pca pca;
        double *U;
        solve(l, &s, &pca, &U);
        assert_true(pca.r <= (M < n ? M : n) && pca.r >= (M < n ? M : n) - 1);
        size_t positive = 0;
        for (size_t j = 0; j < M; j++)
            positive += s.value[j] > 1e-12;
        assert_int_equal(pca.positive, positive);
        for (size_t j = 0; j < positive; j++)
            assert_below("positive", fabs(pca.value[j] - s.value[j]), 1e-12);
        for (size_t j = 1; j <= pca.r - positive && s.value[M - j] < -1e-12; j++)
            assert_below("negative", fabs(pca.value[pca.r - j] - s.value[M - j]), 1e-12);
        assert_orthonormal_columns(l, M, k, U);
        assert_below("sine", sine(l, M, k, U, top(l, &s)), 1e-10);
        assert_below("gap", fabs(wk_pca_gap(&pca, M) - (s.value[k - 1] - s.value[k])), 1e-12);
        assert_below("radius", fabs(wk_pca_radius(&pca) - fmax(s.value[0], -s.value[M - 1])),
                     1e-12);
        wk_arena_reset(&l->arena, mark);
    }
}

/* ---- nearly parallel inputs ---- */

enum { UNITS = 12, ALIKE = 15, PARTS = 9 }; /* PARTS: of the inputs' differences */

/* Eigenvalues of A (UNITS, UNITS), descending, by Jacobi's rotations. */
static void rotate_away(long double A[UNITS][UNITS], long double value[UNITS]) {
    for (size_t sweep = 0; sweep < 40; sweep++)
        for (size_t p = 0; p < UNITS; p++)
            for (size_t q = p + 1; q < UNITS; q++) {
                if (A[p][q] == 0)
                    continue;
                const long double theta = (A[q][q] - A[p][p]) / (2 * A[p][q]);
                const long double t =
                    (theta < 0 ? -1 : 1) / (fabsl(theta) + sqrtl(theta * theta + 1));
                const long double c = 1 / sqrtl(t * t + 1), s = t * c;
                for (size_t i = 0; i < UNITS; i++) {
                    const long double x = A[i][p], y = A[i][q];
                    A[i][p] = c * x - s * y;
                    A[i][q] = s * x + c * y;
                }
                for (size_t i = 0; i < UNITS; i++) {
                    const long double x = A[p][i], y = A[q][i];
                    A[p][i] = c * x - s * y;
                    A[q][i] = s * x + c * y;
                }
            }
    for (size_t i = 0; i < UNITS; i++) {
        size_t above = 0;
        for (size_t j = 0; j < UNITS; j++)
            above += A[j][j] > A[i][i] || (A[j][j] == A[i][i] && j < i);
        value[above] = A[i][i];
    }
}

/* relu features of all but equal columns: 1 + delta times small numbers of 26 bits, so that they
 * and their differences are exact. */
static double *alike(lab *l, double delta, size_t ld) {
    double *H = lab_zeros(l, UNITS * ld), *x = lab_normals(l, UNITS * ALIKE, 5);
    for (size_t m = 0; m < UNITS; m++)
        for (size_t i = 0; i < ALIKE; i++) {
            const double part = m < PARTS ? x[m * ALIKE + i] : 0;
            H[m * ld + i] = 1 + (double)m / 16 + delta * round(ldexp(part, 20)) / ldexp(1, 20);
        }
    return H;
}

static void eigenvalues_of_nearly_parallel_features_keep_their_digits(void **state) {
    lab *l = *state;
    static const double deltas[] = {0x1p-10, 0x1p-20, 0x1p-26};
    const wk_data data = lab_data(l, 4, ALIKE, 2);
    const size_t n = ALIKE, M = UNITS, k = 2;
    double *S = NULL, *K = lab_garbage(l, n * n);
    wk_data_similarity(&data, &l->arena, &S);
    for (size_t c = 0; c < 3; c++) {
        const double *H = alike(l, deltas[c], data.ld);
        long double C[UNITS][UNITS] = {0}, value[UNITS];
        for (size_t i = 0; i < data.N; i++)
            for (size_t u = 0; u < M; u++)
                for (size_t v = 0; v < M; v++) {
                    const double *p = H + v * data.ld;
                    const long double entry =
                        H[u * data.ld + data.anchor[i]] *
                        ((long double)p[data.positive[i]] - p[data.negative[i]]) /
                        (2 * (long double)data.N * M);
                    C[u][v] += entry;
                    C[v][u] += entry;
                }
        rotate_away(C, value);
        const wk_features features =
            wk_hidden_kept(wk_activation_thin(wk_activation_find("relu")), H, M, n, data.ld);
        wk_components found;
        MUST(l, wk_components_find(&features, S, k, l->pool, &found, &l->arena, &l->err));
        size_t positive = 0;
        while (positive < M && value[positive] > 1e-12L * value[0] * deltas[c])
            positive++;
        assert_int_equal(found.pca.positive, positive);
        for (size_t j = 0; j < 3; j++)
            assert_below("value", fabs(found.pca.value[j] / (double)value[j] - 1), 1e-7);
        double *U = lab_garbage(l, M * k);
        wk_components_form(&found, &features, U, &l->arena);
        assert_orthonormal_columns(l, M, k, U);
        wk_pca by_kernel;
        wk_features_gram(&features, l->pool, K, &l->arena);
        MUST(l, wk_pca_solve(n, K, S, k, &by_kernel, &l->arena, &l->err));
        const double off = by_kernel.r > 1 ? fabs(by_kernel.value[1] / (double)value[1] - 1) : 1;
        if (c > 0)
            assert_above("control: by the Gram matrix", off, 1e-5);
    }
}

static void components_have_the_same_bits_on_any_number_of_threads(void **state) {
    lab *l = *state;
    const setting s = make(l, "tanh", 700, 24, 3, (wk_net_options){0}, 3);
    const wk_features features = wk_hidden_kept(s.net.thin, s.net.H, s.M, s.data.n, s.data.ld);
    double *S = NULL;
    wk_components one, more;
    wk_data_similarity(&s.data, &l->arena, &S);
    MUST(l, wk_components_find(&features, S, s.k, l->pool, &one, &l->arena, &l->err));
    for (size_t threads = 2; threads <= 3; threads++) {
        wk_pool *pool = NULL;
        MUST(l, wk_pool_new(threads, &pool, &l->err));
        MUST(l, wk_components_find(&features, S, s.k, pool, &more, &l->arena, &l->err));
        wk_pool_free(pool);
        assert_int_equal(more.pca.r, one.pca.r);
        assert_bits("values", one.pca.r, more.pca.value, one.pca.value);
        assert_bits("components", s.data.n * s.k, more.moved, one.moved);
    }
}

static void components_are_numpys(void **state) {
    lab *l = *state;
    const wk_data data = lab_reference_data(l);
    wk_net net = reference_net(l, &data, "relu", (wk_net_options){.frozen = true});
    const size_t M = net.M, n = net.n, k = net.k;
    assert_near("C", M * M,
                lab_similarity_operator(l, &data, net.activation, M, pre_activations(l, &net)),
                wk_ref_shaped("frozen.C", M, M), 1e-12);
    wk_target target;
    MUST(l, wk_target_init(&target, &net, &data, NULL, 1, true, &l->arena, &l->err));
    const double *value = wk_ref_shaped("frozen.values", 1, M);
    for (size_t j = 0; j < target.pca.positive; j++)
        assert_below("value", fabs(target.pca.value[j] - value[j]), 1e-12);
    assert_true(target.pca.positive > k && value[target.pca.positive] < 1e-12);
    assert_near("projector", M * M,
                lab_product(l, M, M, k, target.U, lab_transposed(l, M, k, target.U)),
                wk_ref_shaped("frozen.projector", M, M), 1e-11);
    assert_below("gap", fabs(target.gap - (value[k - 1] - value[k])), 1e-12);
    const double *Phi = lab_features(l, net.activation, M * n, pre_activations(l, &net));
    double *rep = lab_product(l, k, n, M, lab_transposed(l, M, k, target.U), Phi);
    for (size_t i = 0; i < k * n; i++)
        rep[i] /= sqrt((double)M);
    assert_near("representation", k * n, target.representation, rep, 1e-12);
    assert_bits("H0", M * net.ld, target.start.H, net.H);
}

static void a_degenerate_top_space_is_refused(void **state) {
    lab *l = *state;
    wk_data data = lab_data(l, 6, 12, 3);
    for (size_t i = 0; i < data.N; i++) { /* one triplet, four times: one positive eigenvalue */
        data.anchor[i] = 0;
        data.positive[i] = 1;
        data.negative[i] = 2;
    }
    for (size_t k = 1; k <= 3; k++) {
        wk_net net;
        wk_target target;
        MUST(l, wk_net_new(&net, &data, wk_activation_find("relu"), 50, k,
                           (wk_net_options){.orthogonal = true}, 3, l->pool, &l->arena, &l->err));
        wk_net_settle(&net);
        MUST_FAIL(l, WK_BAD_INPUT, "which is 1 on this data",
                  wk_target_init(&target, &net, &data, NULL, 3, false, &l->arena, &l->err));
    }
}

static void other_datas_components_belong_to_the_same_weights(void **state) {
    lab *l = *state;
    const size_t M = 60, k = 3;
    setting s = make(l, "relu", M, 36, k, (wk_net_options){.orthogonal = true}, 5);
    const wk_data other = lab_data(l, 10, 30, 99);
    wk_target target;
    MUST(l, wk_target_init(&target, &s.net, &s.data, &other, 5, false, &l->arena, &l->err));
    assert_null(target.start.H);
    double *W = lab_doubles(l, M * 10);
    for (size_t m = 0; m < M; m++) {
        wk_stream stream = wk_stream_open(5, WK_ROLE_W1, m);
        wk_stream_normals(&stream, 10, W + m * 10);
    }
    const double *H = lab_hidden(l, &other, M, W);
    double *C = lab_similarity_operator(l, &other, s.net.activation, M, H);
    double *values = lab_garbage(l, M), *vectors = lab_garbage(l, M * M);
    MUST(l, wk_la_eigen(M, C, values, vectors, &l->arena, &l->err));
    const double *U = lab_transposed(l, k, M, vectors + (M - k) * M);
    assert_below("sine", sine(l, M, k, target.U_other, U), 1e-10);
    assert_above("control: its own data", sine(l, M, k, target.U_other, top(l, &s)), 0.1);
}

/* ---- training ---- */

/* V ← V (I + 2ηC); rows made orthonormal again if asked. */
static void power_step(lab *l, const setting *s, double eta, bool orthonormal, double *V) {
    const wk_arena_mark mark = wk_arena_here(&l->arena);
    const double *VC = lab_product(l, s->k, s->M, s->M, V, s->C);
    for (size_t i = 0; i < s->k * s->M; i++)
        V[i] += 2 * eta * VC[i];
    if (orthonormal) {
        double *columns = lab_transposed(l, s->k, s->M, V);
        MUST(l, wk_la_orthonormalise(s->M, s->k, columns, &l->err));
        memcpy(V, lab_transposed(l, s->M, s->k, columns), s->k * s->M * sizeof *V);
    }
    wk_arena_reset(&l->arena, mark);
}

static void I7_frozen_dot_steps_are_powers_of_I_plus_2_eta_C(void **state) {
    lab *l = *state;
    for (size_t c = 0; c < wk_activations_n; c++) {
        setting s =
            make(l, wk_activations[c].name, 60, 18, 3, (wk_net_options){.frozen = true}, 7 + c);
        const double eta = 0.3 / s.value[0];
        train(l, &s.net, &s.data, false, eta, 40);
        double *V = lab_copy(l, s.k * s.M, s.V0), *half = lab_copy(l, s.k * s.M, s.V0);
        for (size_t step = 0; step < 40; step++) {
            power_step(l, &s, eta, false, V);
            power_step(l, &s, eta / 2, false, half);
        }
        const double *trained = output_weights(l, &s.net);
        assert_near("V_s", s.k * s.M, trained, V, 1e-11);
        assert_above("control: I + eta C", distance_of(s.k * s.M, trained, half, 0), 0.1);
    }
}

static void I7_the_loss_is_minus_tr_V_C_Vt(void **state) {
    lab *l = *state;
    setting s = make(l, "tanh", 60, 18, 3, (wk_net_options){0}, 7);
    const double loss = loss_at(l, &s.data, false, s.k, s.net.F, lab_zeros(l, s.k * s.net.ld));
    const double *VC = lab_product(l, s.k, s.M, s.M, s.V0, s.C);
    double trace = 0;
    for (size_t i = 0; i < s.k * s.M; i++)
        trace += VC[i] * s.V0[i];
    assert_near("loss", 1, &loss, &(double){-trace}, 1e-12);
}

/* V ← polar(V + 2ηVC(I − VᵀV)): what I8 says does not keep the row span. */
static void projected_step(lab *l, const setting *s, double eta, double *V) {
    const wk_arena_mark mark = wk_arena_here(&l->arena);
    const size_t M = s->M, k = s->k;
    double *VC = lab_product(l, k, M, M, V, s->C), *root = lab_garbage(l, k * k);
    const double *inner = lab_product(l, k, k, M, VC, lab_transposed(l, k, M, V));
    const double *along = lab_product(l, k, M, k, inner, V);
    for (size_t i = 0; i < k * M; i++)
        VC[i] = V[i] + 2 * eta * (VC[i] - along[i]);
    double *gram = lab_product(l, k, k, M, VC, lab_transposed(l, k, M, VC));
    MUST(l, wk_la_inverse_root(k, gram, root, &l->arena, &l->err));
    memcpy(V, lab_product(l, k, M, k, root, VC), k * M * sizeof *V);
    wk_arena_reset(&l->arena, mark);
}

static void I8_retracted_raw_steps_keep_the_row_span_and_projected_ones_do_not(void **state) {
    lab *l = *state;
    for (size_t c = 0; c < wk_activations_n; c++) {
        const wk_net_options options = {.orthogonal = true, .frozen = true};
        setting s = make(l, wk_activations[c].name, 60, 36, 3, options, 11 + c);
        const double eta = 1 / fmax(s.value[0], -s.value[s.M - 1]);
        double *power = lab_copy(l, s.k * s.M, s.V0), *projected = lab_copy(l, s.k * s.M, s.V0);
        double worst = 0, farthest = 0;
        for (size_t step = 0; step < 60; step++) {
            train(l, &s.net, &s.data, false, eta, 1);
            power_step(l, &s, eta, true, power);
            projected_step(l, &s, eta, projected);
            const double *U = lab_transposed(l, s.k, s.M, power);
            worst = fmax(worst, sine(l, s.M, s.k, s.net.Vt, U));
            farthest = fmax(farthest, sine(l, s.M, s.k, lab_transposed(l, s.k, s.M, projected), U));
        }
        assert_below("row span of V_0 (I + 2 eta C)^s", worst, 1e-11);
        assert_above("control: projected gradient", farthest, 1e-3);
    }
}

static void I8_the_planned_steps_reach_the_top_components(void **state) {
    lab *l = *state;
    static const double tols[] = {1e-2, 1e-3, 1e-6};
    for (size_t c = 0; c < 6; c++) {
        const wk_net_options options = {.orthogonal = true, .frozen = true};
        setting s = make(l, wk_activations[c % 2].name, 80, 24, 3, options, 20 + c % 2);
        wk_pca pca;
        double *U, tangent = NAN;
        solve(l, &s, &pca, &U);
        const double eta = 1 / wk_pca_radius(&pca), tol = tols[c / 2];
        MUST(l, wk_subspace_tangent(s.M, s.k, s.net.Vt, U, &tangent, &l->arena, &l->err));
        const double steps = wk_pca_steps(&pca, s.M, eta, tangent, tol);
        assert_true(steps > 1 && steps < 5000);
        train(l, &s.net, &s.data, false, eta, (size_t)steps);
        assert_below("sine at the end", sine(l, s.M, s.k, s.net.Vt, top(l, &s)), tol);
        setting again = make(l, wk_activations[c % 2].name, 80, 24, 3, options, 20 + c % 2);
        train(l, &again.net, &again.data, false, eta, (size_t)(steps / 3));
        assert_above("control: a third of the steps", sine(l, s.M, s.k, again.net.Vt, top(l, &s)),
                     tol);
    }
}

/* Largest principal sine between V after time 3 in steps of eta, and the stored flow's row span. */
static double off_the_flow(lab *l, double eta) {
    const wk_data data = lab_reference_data(l);
    wk_net net =
        reference_net(l, &data, "relu", (wk_net_options){.orthogonal = true, .frozen = true});
    const size_t M = net.M, k = net.k;
    train(l, &net, &data, false, eta, (size_t)lround(3 / eta));
    double *Q = lab_copy(l, M * k, net.Vt);
    MUST(l, wk_la_orthonormalise(M, k, Q, &l->err));
    const double *P = wk_ref_shaped("frozen.flow_projector", M, M);
    double *rest = lab_product(l, M, k, M, P, Q), values[16];
    for (size_t i = 0; i < M * k; i++)
        rest[i] = Q[i] - rest[i];
    MUST(l, wk_la_singular_values(M, k, rest, values, &l->err));
    return values[0];
}

static void I8_small_steps_follow_the_flow_to_first_order(void **state) {
    lab *l = *state;
    const double coarse = off_the_flow(l, 1e-3), fine = off_the_flow(l, 5e-4);
    assert_below("off the row span of V_0 exp(2tC)", fine, 1e-3);
    assert_below("order one", fabs(coarse / fine - 2), 0.02);
}

static void steps_that_cannot_converge_are_infinite(void **state) {
    (void)state;
    double value[] = {2, 1, 1, -3};
    wk_pca pca = {.r = 4, .n = 4, .k = 1, .value = value, .positive = 3};
    const double expected = ceil(log(5 / 1e-3) / log(1.8 / 1.4));
    assert_true(wk_pca_steps(&pca, 10, 0.2, 5, 1e-3) == expected);
    assert_true(wk_pca_steps(&pca, 10, 0.2, 1e-4, 1e-3) == 0); /* there already */
    assert_true(wk_pca_steps(&pca, 10, 0.2, INFINITY, 1e-3) == INFINITY);
    assert_true(wk_pca_steps(&pca, 10, 0.2, NAN, 1e-3) == INFINITY);
    pca.k = 2; /* no gap */
    assert_true(wk_pca_steps(&pca, 10, 0.2, 5, 1e-3) == INFINITY);
    assert_true(wk_pca_gap(&pca, 10) == 0);
    pca.k = 3; /* below it: the null space, not -3 */
    assert_true(wk_pca_gap(&pca, 10) == 1 && wk_pca_gap(&pca, 4) == 4);
    assert_true(wk_pca_radius(&pca) == 3);
}

/* ---- drift ---- */

/* ‖C_t − C_0‖_F from whole matrices in long double: relu makes Φ exact, so no digit is lost. */
static double explicit_drift(lab *l, const setting *s, const double *H, const double *H0) {
    const size_t M = s->M, n = s->data.n;
    double *S = NULL;
    wk_data_similarity(&s->data, &l->arena, &S);
    const double *P = lab_features(l, s->net.activation, M * n, H);
    const double *P0 = lab_features(l, s->net.activation, M * n, H0);
    long double total = 0;
    for (size_t u = 0; u < M; u++)
        for (size_t v = 0; v < M; v++) {
            long double entry = 0;
            for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < n; j++)
                    if (S[i * n + j] != 0)
                        entry += (long double)S[i * n + j] *
                                 ((long double)P[u * n + i] * P[v * n + j] -
                                  (long double)P0[u * n + i] * P0[v * n + j]);
            total += entry * entry;
        }
    return sqrt((double)total) / (double)M;
}

static void drift_is_the_explicit_distance_also_when_tiny(void **state) {
    lab *l = *state;
    static const double eta[] = {0.5, 1e-3, 1e-8};
    for (size_t c = 0; c < 3; c++) {
        setting s = make(l, "relu", 50, 15, 3, (wk_net_options){.orthogonal = true}, 5);
        const size_t n = s.data.n;
        const double *padded = lab_copy(l, s.M * s.net.ld, s.net.H),
                     *H0 = pre_activations(l, &s.net);
        double *S = NULL, drift = NAN;
        wk_data_similarity(&s.data, &l->arena, &S);
        train(l, &s.net, &s.data, false, eta[c], 5);
        const wk_features features = wk_hidden_kept(s.net.thin, s.net.H, s.M, n, s.net.ld);
        const wk_features start = wk_hidden_kept(s.net.thin, padded, s.M, n, s.net.ld);
        wk_components_drift(&features, &start, S, l->pool, &drift, &l->arena);
        const double right = explicit_drift(l, &s, pre_activations(l, &s.net), H0);
        assert_above("it drifted", right, 1e-2 * eta[c] * 0.01);
        assert_near("drift", 1, &drift, &right, c < 2 ? 1e-10 : 1e-7);
    }
}

/* All features move alike, and all inputs are nearly alike: what is left is second in either. */
static void drift_of_nearly_parallel_features_keeps_its_digits(void **state) {
    lab *l = *state;
    setting s = {.data = lab_data(l, 4, ALIKE, 2), .M = UNITS, .k = 2};
    s.net.activation = wk_activation_find("relu");
    const size_t n = ALIKE, ld = s.data.ld;
    const wk_thin *thin = wk_activation_thin(s.net.activation);
    for (size_t c = 0; c < 2; c++) {
        double *H0 = alike(l, c ? 0x1p-26 : 0x1p-16, ld), *H = lab_copy(l, UNITS * ld, H0);
        double *S = NULL, drift = NAN;
        for (size_t m = 0; m < UNITS; m++)
            for (size_t i = 0; i < n; i++)
                H[m * ld + i] += 0x1p-6 * (double)(m % 5);
        const wk_features start = wk_hidden_kept(thin, H0, UNITS, n, ld);
        const wk_features now = wk_hidden_kept(thin, H, UNITS, n, ld);
        wk_data_similarity(&s.data, &l->arena, &S);
        wk_components_drift(&now, &start, S, l->pool, &drift, &l->arena);
        const double right =
            explicit_drift(l, &s, lab_dense(l, UNITS, n, H, ld), lab_dense(l, UNITS, n, H0, ld));
        assert_below("drift", fabs(drift / right - 1), 1e-8);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(components_are_those_of_the_explicit_operator),
        LAB_TEST(eigenvalues_of_nearly_parallel_features_keep_their_digits),
        LAB_TEST(components_have_the_same_bits_on_any_number_of_threads),
        LAB_TEST(components_are_numpys),
        LAB_TEST(a_degenerate_top_space_is_refused),
        LAB_TEST(other_datas_components_belong_to_the_same_weights),
        LAB_TEST(I7_frozen_dot_steps_are_powers_of_I_plus_2_eta_C),
        LAB_TEST(I7_the_loss_is_minus_tr_V_C_Vt),
        LAB_TEST(I8_retracted_raw_steps_keep_the_row_span_and_projected_ones_do_not),
        LAB_TEST(I8_the_planned_steps_reach_the_top_components),
        LAB_TEST(I8_small_steps_follow_the_flow_to_first_order),
        LAB_TEST(steps_that_cannot_converge_are_infinite),
        LAB_TEST(drift_is_the_explicit_distance_also_when_tiny),
        LAB_TEST(drift_of_nearly_parallel_features_keeps_its_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
