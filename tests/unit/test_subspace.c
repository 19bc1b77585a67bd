/* Angles between subspaces and distances between representations (SCIENCE I10). */
#include "la/blas.h"
#include "la/random.h"
#include "model/pca/subspace.h"
#include "model_support.h"
#include "ref.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* An orthonormal basis (M, k) of the column span of A (M, k). */
static double *basis(lab *l, size_t M, size_t k, const double *A) {
    double *Q = lab_copy(l, M * k, A);
    MUST(l, wk_la_orthonormalise(M, k, Q, &l->err));
    return Q;
}

static void sines(lab *l, size_t M, size_t k, const double *A, const double *U, double *out) {
    for (size_t j = 0; j < k; j++)
        out[j] = NAN;
    MUST(l, wk_subspace_sines(M, k, A, U, out, &l->arena, &l->err));
}

static void angles_are_scipys(void **state) {
    lab *l = *state;
    const double *P = lab_transposed(l, 3, 30, wk_ref_shaped("sub.P", 3, 30));
    const double *Q = lab_transposed(l, 3, 30, wk_ref_shaped("sub.Q", 3, 30));
    const double *near = lab_transposed(l, 3, 30, wk_ref_shaped("sub.near", 3, 30));
    double out[3];
    sines(l, 30, 3, P, basis(l, 30, 3, Q), out);
    assert_near("P, Q", 3, out, wk_ref_shaped("sub.sines", 1, 3), 1e-12);
    sines(l, 30, 3, Q, basis(l, 30, 3, P), out); /* symmetric */
    assert_near("Q, P", 3, out, wk_ref_shaped("sub.sines", 1, 3), 1e-12);
    sines(l, 30, 3, P, basis(l, 30, 3, near), out);
    for (size_t j = 0; j < 3; j++)
        assert_near("near", 1, &out[j], &wk_ref_shaped("sub.near_sines", 1, 3)[j], 1e-6);
}

/* U = first k axes, A = U cos t + next k axes sin t, its basis mixed and badly scaled. */
static void I10_small_angles_keep_their_digits(void **state) {
    lab *l = *state;
    enum { M = 40, K = 4 };
    static const double angle[][K] = {
        {1e-7, 9e-8, 5e-8, 1e-8}, {1e-3, 1e-5, 1e-7, 1e-9}, {1.5, 1.0, 1e-7, 0}, {0, 0, 0, 0}};
    for (size_t c = 0; c < 4; c++) {
        double *A = lab_zeros(l, M * K), *U = lab_zeros(l, M * K);
        for (size_t j = 0; j < K; j++) {
            U[j * K + j] = 1;
            A[j * K + j] = cos(angle[c][j]);
            A[(K + j) * K + j] = sin(angle[c][j]);
        }
        double out[K], *mixed = lab_product(l, M, K, K, A, lab_normals(l, K * K, c));
        for (size_t i = 0; i < M * K; i++)
            mixed[i] *= 1e5;
        sines(l, M, K, mixed, U, out);
        for (size_t j = 0; j < K; j++)
            assert_below("sine", fabs(out[j] - sin(angle[c][j])),
                         fmax(1e-6 * sin(angle[c][j]), 2e-15));
    }
}

static void I10_random_planes_have_mean_squared_sines_k_times_1_minus_k_over_n(void **state) {
    lab *l = *state;
    static const size_t shape[][2] = {{10, 3}, {24, 2}, {9, 4}};
    enum { DRAWS = 2000 };
    for (size_t c = 0; c < 3; c++) {
        const size_t n = shape[c][0], k = shape[c][1];
        const double expected = (double)k * (1 - (double)k / (double)n);
        double mean = 0, square = 0, out[4];
        for (size_t r = 0; r < DRAWS; r++) {
            const wk_arena_mark mark = wk_arena_here(&l->arena);
            const double *A = lab_normals(l, n * k, 10 * r + c);
            sines(l, n, k, A, basis(l, n, k, lab_normals(l, n * k, 10 * r + c + 5)), out);
            double sum = 0;
            for (size_t j = 0; j < k; j++) {
                assert_true(out[j] <= 1 + 1e-14 && (j == 0 || out[j] <= out[j - 1]));
                sum += out[j] * out[j];
            }
            mean += sum / DRAWS;
            square += sum * sum / DRAWS;
            wk_arena_reset(&l->arena, mark);
        }
        const double z = (mean - expected) / sqrt((square - mean * mean) / DRAWS);
        assert_below("|z|", fabs(z), 4);
    }
}

static void tangent_is_the_norm_of_the_explicit_matrix(void **state) {
    lab *l = *state;
    enum { M = 30, K = 3 };
    const double *Vt = lab_normals(l, M * K, 1), *U = basis(l, M, K, lab_normals(l, M * K, 2));
    double tangent = NAN;
    MUST(l, wk_subspace_tangent(M, K, Vt, U, &tangent, &l->arena, &l->err));
    /* ‖tan‖² = Σ s²/(1 − s²) over the sines s: (VU)^{-1}V(I − UUᵀ) has the tangents as singular
     * values, whatever basis V is. */
    double out[K], sum = 0;
    sines(l, M, K, Vt, U, out);
    for (size_t j = 0; j < K; j++)
        sum += out[j] * out[j] / (1 - out[j] * out[j]);
    assert_near("tangent", 1, &tangent, &(double){sqrt(sum)}, 1e-10);
    const double *mixed = lab_product(l, M, K, K, Vt, lab_normals(l, K * K, 3));
    double again = NAN;
    MUST(l, wk_subspace_tangent(M, K, mixed, U, &again, &l->arena, &l->err));
    assert_near("tangent of another basis", 1, &again, &tangent, 1e-9);
}

/* A tangent of 3 from an overlap and a rest that are both tiny, beside one of 1, turned among each
 * other: quadratic forms by the Gram matrix of the rest would lose it. */
static void a_tangent_of_tiny_overlap_and_rest_is_found(void **state) {
    lab *l = *state;
    const double U[] = {1, 0, 0, 1, 0, 0, 0, 0}, small = 0x1p-27, less = 0x1p-27 * 3;
    const double plain[4][2] = {{1, 0}, {0, small}, {1, 0}, {0, less}}; /* VU, then the rest */
    double Vt[8], tangent = NAN;
    for (size_t m = 0; m < 4; m++) {
        Vt[2 * m] = 0.75 * plain[m][0] + 0.5 * plain[m][1];
        Vt[2 * m + 1] = -0.5 * plain[m][0] + 0.75 * plain[m][1];
    }
    MUST(l, wk_subspace_tangent(4, 2, Vt, U, &tangent, &l->arena, &l->err));
    assert_near("tangent", 1, &tangent, &(double){sqrt(1 + 9)}, 1e-6);
}

static void a_singular_overlap_has_an_infinite_tangent(void **state) {
    lab *l = *state;
    double U[] = {1, 0, 0, 1, 0, 0, 0, 0}, V[] = {0, 0, 0, 0, 1, 0, 0, 1}, tangent = NAN;
    MUST(l, wk_subspace_tangent(4, 2, V, U, &tangent, &l->arena, &l->err));
    assert_true(tangent == INFINITY);
    double flat[] = {1, 0, 0, 0, 0, 0, 0, 0}; /* a row of zeros: 0/0 */
    MUST(l, wk_subspace_tangent(4, 2, flat, U, &tangent, &l->arena, &l->err));
    assert_true(tangent == INFINITY);
    MUST(l, wk_subspace_tangent(4, 2, U, U, &tangent, &l->arena, &l->err));
    assert_true(tangent == 0);
}

/* ---- representations ---- */

static void distances_are_numpys(void **state) {
    lab *l = *state;
    size_t k, n;
    const double *A = wk_ref("sub.A", &k, &n), *B = wk_ref_shaped("sub.B", k, n);
    const size_t ld = n + 3; /* rows further apart than long, garbage between */
    double *A_view = lab_garbage(l, k * ld);
    for (size_t i = 0; i < k * n; i++)
        A_view[i / n * ld + i % n] = A[i];
    double distance = NAN, cka = NAN, rank[2] = {NAN, NAN};
    double *Q = lab_garbage(l, k * k);
    MUST(l, wk_subspace_procrustes(k, n, A_view, ld, B, n, &distance, Q, &l->arena, &l->err));
    assert_near("procrustes", 1, &distance, wk_ref_shaped("sub.procrustes", 1, 1), 1e-12);
    wk_subspace_cka(k, n, A_view, ld, B, n, &cka, &l->arena);
    assert_near("cka", 1, &cka, wk_ref_shaped("sub.cka", 1, 1), 1e-12);
    MUST(l, wk_subspace_effective_rank(k, n, A_view, ld, &rank[0], &l->arena, &l->err));
    MUST(l, wk_subspace_effective_rank(k, n, B, n, &rank[1], &l->arena, &l->err));
    assert_near("effective rank", 2, rank, wk_ref_shaped("sub.effective_rank", 1, 2), 1e-12);
}

static double *orthogonal(lab *l, size_t k, uint64_t seed) {
    return basis(l, k, k, lab_normals(l, k * k, seed));
}

static void turning_scaling_and_shifting_cost_nothing(void **state) {
    lab *l = *state;
    enum { K = 4, N = 15 };
    const double *A = lab_normals(l, K * N, 1), *R = orthogonal(l, K, 2);
    double *B = lab_product(l, K, N, K, R, A), *Q = lab_garbage(l, K * K);
    for (size_t i = 0; i < K * N; i++)
        B[i] = 7 * B[i] + 3 * (double)(i / N + 1);
    double distance = NAN, cka = NAN;
    MUST(l, wk_subspace_procrustes(K, N, A, N, B, N, &distance, Q, &l->arena, &l->err));
    assert_below("procrustes", distance, 1e-13);
    assert_near("the rotation that is found", K * K, Q, lab_transposed(l, K, K, R), 1e-12);
    wk_subspace_cka(K, N, A, N, B, N, &cka, &l->arena);
    assert_near("cka", 1, &cka, &(double){1}, 1e-13);
    MUST(l, wk_subspace_procrustes(K, N, A, N, lab_normals(l, K * N, 9), N, &distance, NULL,
                                   &l->arena, &l->err));
    assert_above("control: another representation", distance, 0.1);
    assert_below("its bound", distance, sqrt(2));
}

/* Outputs that are the same for all inputs, but for their rounding. */
static void a_constant_representation_is_not_compared(void **state) {
    lab *l = *state;
    enum { K = 2, N = 12 };
    double A[K * N], distance = NAN, cka = 0;
    const double *B = lab_normals(l, K * N, 2);
    for (size_t i = 0; i < K * N; i++)
        A[i] = (i < N ? 0.3 : 1e6) * (1 + (double)(i % 3) * DBL_EPSILON);
    MUST_FAIL(l, WK_CANNOT, "the same for all inputs",
              wk_subspace_procrustes(K, N, A, N, B, N, &distance, NULL, &l->arena, &l->err));
    wk_subspace_cka(K, N, A, N, B, N, &cka, &l->arena);
    assert_true(isnan(cka));
}

static void procrustes_is_the_least_over_rotations(void **state) {
    lab *l = *state;
    enum { K = 3, N = 12 };
    double *A = lab_normals(l, K * N, 1), *B = lab_normals(l, K * N, 2), distance = NAN;
    MUST(l, wk_subspace_procrustes(K, N, A, N, B, N, &distance, NULL, &l->arena, &l->err));
    double *both[2] = {A, B};
    for (int c = 0; c < 2; c++) { /* centred, and of norm 1 */
        double norm = 0;
        for (size_t a = 0; a < K; a++) {
            double mean = 0;
            for (size_t i = 0; i < N; i++)
                mean += both[c][a * N + i] / N;
            for (size_t i = 0; i < N; i++) {
                both[c][a * N + i] -= mean;
                norm += both[c][a * N + i] * both[c][a * N + i];
            }
        }
        for (size_t i = 0; i < K * N; i++)
            both[c][i] /= sqrt(norm);
    }
    double least = INFINITY;
    for (uint64_t r = 0; r < 3000; r++) {
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        const double *turned = lab_product(l, K, N, K, orthogonal(l, K, 100 + r), B);
        double sum = 0;
        for (size_t i = 0; i < K * N; i++)
            sum += (A[i] - turned[i]) * (A[i] - turned[i]);
        least = fmin(least, sqrt(sum));
        wk_arena_reset(&l->arena, mark);
    }
    assert_below("no rotation is better", distance, least);
    assert_below("and some come near", least - distance, 0.1);
}

static void effective_rank_counts_equal_directions(void **state) {
    lab *l = *state;
    enum { K = 5, N = 8 };
    for (size_t r = 1; r <= K; r++) {
        double *A = lab_zeros(l, K * N), rank = NAN;
        for (size_t a = 0; a < r; a++)
            A[a * N + a + 2] = 3;
        MUST(l, wk_subspace_effective_rank(K, N, A, N, &rank, &l->arena, &l->err));
        assert_near("rank", 1, &rank, &(double){(double)r}, 1e-13);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(angles_are_scipys),
        LAB_TEST(I10_small_angles_keep_their_digits),
        LAB_TEST(I10_random_planes_have_mean_squared_sines_k_times_1_minus_k_over_n),
        LAB_TEST(tangent_is_the_norm_of_the_explicit_matrix),
        LAB_TEST(a_tangent_of_tiny_overlap_and_rest_is_found),
        LAB_TEST(a_singular_overlap_has_an_infinite_tangent),
        LAB_TEST(distances_are_numpys),
        LAB_TEST(turning_scaling_and_shifting_cost_nothing),
        LAB_TEST(a_constant_representation_is_not_compared),
        LAB_TEST(procrustes_is_the_least_over_rotations),
        LAB_TEST(effective_rank_counts_equal_directions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
