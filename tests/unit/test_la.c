/* Linear algebra against naive loops (with garbage in the output, sub-views, sizes 0 and 1), random
 * streams against Random123's known answers, and the pool's promises. */
#include "la/blas.h"
#include "la/pool.h"
#include "la/random.h"
#include "model_support.h"

#include <float.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* ---- products ---- */

static double at(const double *A, size_t ld, bool transpose, size_t i, size_t j) {
    return transpose ? A[j * ld + i] : A[i * ld + j];
}

typedef struct product {
    bool ta, tb;
    size_t m, n, k;
    double alpha, beta;
} product;

/* All three matrices are sub-views: rows lie further apart than they are long. */
static void check_gemm(lab *l, product p, uint64_t seed) {
    const wk_arena_mark mark = wk_arena_here(&l->arena);
    const size_t lda = (p.ta ? p.m : p.k) + 3, ldb = (p.tb ? p.k : p.n) + 2, ldc = p.n + 4;
    const double *A = lab_normals(l, (p.ta ? p.k : p.m) * lda, seed);
    const double *B = lab_normals(l, (p.tb ? p.n : p.k) * ldb, seed + 1);
    double *C = p.beta == 0 ? lab_garbage(l, p.m * ldc) : lab_normals(l, p.m * ldc, seed + 2);
    const double *before = lab_copy(l, p.m * ldc, C);
    wk_la_gemm(p.ta, p.tb, p.m, p.n, p.k, p.alpha, A, lda, B, ldb, p.beta, C, ldc);
    for (size_t i = 0; i < p.m; i++)
        for (size_t j = 0; j < ldc; j++) {
            if (j >= p.n) {
                assert_memory_equal(&C[i * ldc + j], &before[i * ldc + j], sizeof *C);
                continue;
            }
            double sum = p.beta == 0 ? 0 : p.beta * before[i * ldc + j], size = fabs(sum);
            for (size_t q = 0; q < p.k; q++) {
                const double term = p.alpha * at(A, lda, p.ta, i, q) * at(B, ldb, p.tb, q, j);
                sum += term;
                size += fabs(term);
            }
            assert_below("gemm", fabs(C[i * ldc + j] - sum), 4 * DBL_EPSILON * (size + 1e-300));
        }
    wk_arena_reset(&l->arena, mark);
}

static void gemm_is_the_triple_loop(void **state) {
    lab *l = *state;
    static const size_t size[] = {0, 1, 2, 5, 16, 33};
    enum { SIZES = sizeof size / sizeof *size };
    uint64_t seed = 1;
    for (size_t i = 0; i < SIZES * SIZES * SIZES * 4; i++) {
        product p = {i & 1,
                     i & 2,
                     size[i / 4 % SIZES],
                     size[i / 4 / SIZES % SIZES],
                     size[i / 4 / SIZES / SIZES],
                     1.5,
                     0};
        check_gemm(l, p, seed += 3);
        p.beta = -0.5;
        check_gemm(l, p, seed += 3);
    }
    check_gemm(l, (product){false, true, 130, 70, 300, 1, 1}, 9999);
}

static void gram_is_the_loop_and_leaves_the_upper_triangle(void **state) {
    lab *l = *state;
    static const size_t size[] = {0, 1, 2, 7, 24, 65};
    for (size_t c = 0; c < 72; c++) {
        const size_t m = size[c / 2 % 6], n = size[c / 12], lda = n + 3, ldc = n + 1;
        const double beta = c % 2 ? 0.75 : 0;
        const double *A = lab_normals(l, m * lda, c);
        double *C = c % 2 ? lab_normals(l, n * ldc, 77) : lab_garbage(l, n * ldc);
        const double *before = lab_copy(l, n * ldc, C);
        wk_la_gram_lower(m, n, 2, A, lda, beta, C, ldc);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < ldc; j++) {
                if (j > i) {
                    assert_memory_equal(&C[i * ldc + j], &before[i * ldc + j], sizeof *C);
                    continue;
                }
                double sum = beta == 0 ? 0 : beta * before[i * ldc + j];
                for (size_t q = 0; q < m; q++)
                    sum += 2 * A[q * lda + i] * A[q * lda + j];
                assert_below("gram", fabs(C[i * ldc + j] - sum), 1e-13 * (double)(m + 1));
            }
        wk_la_mirror(n, C, ldc);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                assert_true(C[i * ldc + j] == C[j * ldc + i]);
    }
}

static void norm_neither_overflows_nor_hides_nan(void **state) {
    lab *l = *state;
    assert_true(wk_la_norm(0, 3, NULL, 3) == 0);
    const double sub[] = {3, 99, 4, 99};
    assert_near("3-4-5", 1, &(double){wk_la_norm(2, 1, sub, 2)}, &(double){5}, DBL_EPSILON);
    const double *x = lab_normals(l, 400, 5);
    double sum = 0;
    for (size_t i = 0; i < 400; i++)
        sum += x[i] * x[i];
    assert_near("norm", 1, &(double){wk_la_norm(20, 20, x, 20)}, &(double){sqrt(sum)}, 1e-14);
    const double huge[] = {3e300, 4e300}, tiny[] = {3e-300, 4e-300};
    assert_near("huge", 1, &(double){wk_la_norm(1, 2, huge, 2)}, &(double){5e300}, 1e-15);
    assert_near("tiny", 1, &(double){wk_la_norm(2, 1, tiny, 1)}, &(double){5e-300}, 1e-15);
    const double nans[][3] = {{NAN, 1, 2}, {1, NAN, 2}, {1, 2, NAN}, {0, 0, NAN}};
    for (size_t i = 0; i < 4; i++)
        assert_true(isnan(wk_la_norm(1, 3, nans[i], 3)));
    const double infinite[][3] = {{-INFINITY, 1, 2}, {1, 2, INFINITY}, {INFINITY, 0, 0}};
    for (size_t i = 0; i < 3; i++)
        assert_true(isinf(wk_la_norm(1, 3, infinite[i], 3)));
}

static void norm_sees_a_nan_before_zeros(void **state) {
    (void)state;
    const double values[] = {NAN, 0, 0};
    assert_true(isnan(wk_la_norm(1, 3, values, 3)));
}

/* ---- decompositions ---- */

/* Q (rows, n) has orthonormal rows. */
static void assert_orthonormal_rows(size_t rows, size_t n, const double *Q) {
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t q = 0; q < n; q++)
                sum += Q[i * n + q] * Q[j * n + q];
            assert_below("orthonormality", fabs(sum - (i == j)), 1e-13);
        }
}

/* Pieces of several widths, and a lower triangle; columns of very different sizes keep their
 * digits. */
static void appended_pieces_have_the_triangle_of_the_whole(void **state) {
    lab *l = *state;
    static const size_t sizes[] = {1, 5, 40};
    for (size_t c = 0; c < 3; c++) {
        const size_t n = sizes[c], widths[] = {1, n + 3, 2 * n};
        double *L = lab_zeros(l, n * n), *sum = lab_zeros(l, n * n);
        double *work = lab_garbage(l, wk_la_append_work(n));
        for (size_t piece = 0; piece < 4; piece++) {
            const size_t m = piece < 3 ? widths[piece] : n;
            double *A = lab_normals(l, n * m, piece);
            for (size_t i = 0; i < n; i++)
                for (size_t q = 0; q < m; q++)
                    A[i * m + q] = piece == 3 && q > i ? 0 : ldexp(A[i * m + q], -(int)(i % 30));
            for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < n; j++)
                    for (size_t q = 0; q < m; q++)
                        sum[i * n + j] += A[i * m + q] * A[j * m + q];
            wk_la_append(n, m, L, A, piece == 3, work);
        }
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                double found = 0;
                for (size_t q = 0; q < n; q++)
                    found += L[i * n + q] * L[j * n + q];
                assert_below("L Lᵀ", fabs(found - sum[i * n + j]),
                             1e-14 * (double)n * sqrt(sum[i * n + i] * sum[j * n + j]));
                assert_true(j <= i || L[i * n + j] == 0);
            }
    }
}

static void the_pivoted_factor_is_that_of_its_columns(void **state) {
    lab *l = *state;
    const size_t n = 6, m = 9;
    double *A = lab_normals(l, n * m, 1);
    for (size_t i = 0; i < m; i++)
        A[5 * m + i] = A[2 * m + i]; /* rank 5 */
    const double *before = lab_copy(l, n * m, A);
    size_t pivot[6];
    MUST(l, wk_la_pivoted(n, m, A, pivot, &l->arena, &l->err));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double left = 0, right = 0;
            for (size_t q = 0; q <= i && q <= j; q++)
                left += A[i * m + q] * A[j * m + q];
            for (size_t q = 0; q < m; q++)
                right += before[pivot[i] * m + q] * before[pivot[j] * m + q];
            assert_below("RᵀR", fabs(left - right), 1e-13);
        }
    assert_below("rank", fabs(A[5 * m + 5]), 1e-14);
    const double *R = lab_copy(l, n * m, A);
    MUST(l, wk_la_invert(5, A, m, &l->err));
    for (size_t i = 0; i < 5; i++)
        for (size_t j = i; j < 5; j++) {
            double sum = 0;
            for (size_t q = i; q <= j; q++)
                sum += R[q * m + i] * A[j * m + q];
            assert_below("R times its inverse", fabs(sum - (i == j)), 1e-13);
        }
}

/* Eigenvalues of D B D, D of powers of 2 that fall, are the reciprocals of those of D⁻¹ B⁻¹ D⁻¹. */
static void small_eigenvalues_of_a_graded_matrix_keep_their_digits(void **state) {
    lab *l = *state;
    enum { N = 3 };
    /* B = L Lᵀ, L unit lower triangular of small integers: B and B⁻¹ are exact */
    static const double B[N][N] = {{1, 1, 2}, {1, 2, 3}, {2, 3, 6}};
    static const double inverse[N][N] = {{3, 0, -1}, {0, 2, -1}, {-1, -1, 1}};
    double A[N * N], I[N * N], value[N], reciprocal[N];
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            A[i * N + j] = ldexp(B[i][j], -20 * (int)(i + j));
            I[(N - 1 - i) * N + N - 1 - j] = ldexp(inverse[i][j], 20 * (int)(i + j));
        }
    MUST(l, wk_la_eigenvalues(N, A, value, &l->err));
    MUST(l, wk_la_eigenvalues(N, I, reciprocal, &l->err));
    for (size_t i = 0; i < N; i++)
        assert_below("value", fabs(value[i] * reciprocal[N - 1 - i] - 1), 1e-14);
}

static void eigenvectors_have_small_residuals(void **state) {
    lab *l = *state;
    static const size_t size[] = {0, 1, 2, 9, 40};
    for (size_t c = 0; c < 5; c++) {
        const size_t n = size[c];
        double *A = lab_normals(l, n * n, c), *values = lab_garbage(l, n);
        double *vectors = lab_garbage(l, n * n);
        double *full = lab_copy(l, n * n, A);
        wk_la_mirror(n, full, n);
        for (size_t i = 0; i < n; i++) /* only the lower triangle may be read */
            for (size_t j = i + 1; j < n; j++)
                A[i * n + j] = 1e6;
        MUST(l, wk_la_eigen(n, A, values, vectors, &l->arena, &l->err));
        assert_orthonormal_rows(n, n, vectors);
        for (size_t j = 0; j < n; j++) {
            assert_true(j == 0 || values[j - 1] <= values[j]);
            const double *Av = lab_product(l, n, 1, n, full, vectors + j * n);
            for (size_t i = 0; i < n; i++)
                assert_below("residual", fabs(Av[i] - values[j] * vectors[j * n + i]), 1e-12);
        }
    }
}

static void eigen_refuses_nan_with_lapacks_info(void **state) {
    lab *l = *state;
    double A[] = {1, 0, NAN, 1}, values[2], vectors[4];
    MUST_FAIL(l, WK_CANNOT, "dsyevr failed (info",
              wk_la_eigen(2, A, values, vectors, &l->arena, &l->err));
}

static void svd_rebuilds_its_matrix(void **state) {
    lab *l = *state;
    static const size_t shape[][2] = {{0, 3}, {3, 0}, {1, 1}, {1, 5},
                                      {5, 1}, {4, 9}, {9, 4}, {8, 8}};
    for (size_t c = 0; c < 8; c++) {
        const size_t m = shape[c][0], n = shape[c][1], r = m < n ? m : n;
        const double *A = lab_normals(l, m * n, c);
        double *U = lab_garbage(l, m * r), *s = lab_garbage(l, r), *Vt = lab_garbage(l, r * n);
        double *alone = lab_garbage(l, r);
        MUST(l, wk_la_svd(m, n, lab_copy(l, m * n, A), U, s, Vt, &l->err));
        MUST(l, wk_la_singular_values(m, n, lab_copy(l, m * n, A), alone, &l->err));
        assert_orthonormal_rows(r, m, lab_transposed(l, m, r, U));
        assert_orthonormal_rows(r, n, Vt);
        double *Us = lab_copy(l, m * r, U);
        for (size_t i = 0; i < m * r; i++)
            Us[i] *= s[i % r];
        if (r)
            assert_near("U s Vt", m * n, lab_product(l, m, n, r, Us, Vt), A, 1e-13);
        for (size_t i = 0; i < r; i++) {
            assert_true(s[i] >= 0 && (i == 0 || s[i] <= s[i - 1]));
            assert_below("singular value", fabs(s[i] - alone[i]), 1e-13);
        }
    }
}

static void orthonormalise_keeps_the_span(void **state) {
    lab *l = *state;
    static const size_t shape[][2] = {{3, 0}, {1, 1}, {5, 1}, {7, 7}, {50, 6}};
    for (size_t c = 0; c < 5; c++) {
        const size_t m = shape[c][0], n = shape[c][1];
        const double *A = lab_normals(l, m * n, c);
        double *Q = lab_copy(l, m * n, A);
        MUST(l, wk_la_orthonormalise(m, n, Q, &l->err));
        const double *Qt = lab_transposed(l, m, n, Q);
        assert_orthonormal_rows(n, m, Qt);
        if (n) /* Q Q^T A = A */
            assert_near("span", m * n, lab_product(l, m, n, n, Q, lab_product(l, n, n, m, Qt, A)),
                        A, 1e-13);
    }
}

static void inverse_root_whitens(void **state) {
    lab *l = *state;
    for (size_t k = 1; k <= 12; k++) {
        const double *Z = lab_normals(l, k * (k + 5), k);
        const double *S = lab_product(l, k, k, k + 5, Z, lab_transposed(l, k, k + 5, Z));
        double *root = lab_garbage(l, k * k);
        MUST(l, wk_la_inverse_root(k, lab_copy(l, k * k, S), root, &l->arena, &l->err));
        double *one = lab_product(l, k, k, k, lab_product(l, k, k, k, root, S), root);
        for (size_t i = 0; i < k * k; i++)
            assert_below("R S R - I", fabs(one[i] - (i % (k + 1) == 0)), 1e-12);
        for (size_t i = 0; i < k; i++)
            for (size_t j = 0; j < k; j++)
                assert_below("symmetry", fabs(root[i * k + j] - root[j * k + i]), 1e-14);
    }
}

static void inverse_root_refuses_lost_rank(void **state) {
    lab *l = *state;
    double root[4];
    double singular[] = {1, 1, 1, 1}, nearly[] = {1, 0, 0, 1e-17}, negative[] = {1, 0, 0, -1};
    double zero[] = {0, 0, 0, 0}, fine[] = {1, 0, 0, 1e-12};
    double *bad[] = {singular, nearly, negative, zero};
    for (size_t i = 0; i < 4; i++)
        MUST_FAIL(l, WK_CANNOT, "rank", wk_la_inverse_root(2, bad[i], root, &l->arena, &l->err));
    MUST(l, wk_la_inverse_root(2, fine, root, &l->arena, &l->err));
    assert_near("1e6", 1, &root[3], &(double){1e6}, 1e-12);
}

/* ---- random streams ---- */

__extension__ typedef unsigned __int128 wide;

/* Philox4x64-10 written from Salmon et al., SC 2011, figure 4: independent of Random123's code. */
static void philox(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4]) {
    uint64_t c[4], k0 = key[0], k1 = key[1];
    memcpy(c, counter, sizeof c);
    for (int round = 0; round < 10; round++) {
        const wide a = (wide)c[0] * 0xD2E7470EE14C6C93u, b = (wide)c[2] * 0xCA5A826395121157u;
        const uint64_t next[4] = {(uint64_t)(b >> 64) ^ c[1] ^ k0, (uint64_t)b,
                                  (uint64_t)(a >> 64) ^ c[3] ^ k1, (uint64_t)a};
        memcpy(c, next, sizeof c);
        k0 += 0x9E3779B97F4A7C15u;
        k1 += 0xBB67AE8584CAA73Bu;
    }
    memcpy(out, c, sizeof c);
}

/* Random123's tests/kat_vectors, lines `philox4x64 10`. */
static void the_tests_own_philox_gives_the_known_answers(void **state) {
    (void)state;
    static const uint64_t known[3][10] = {
        {0, 0, 0, 0, 0, 0, 0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b,
         0x7e68b68aec7ba23b},
        {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, 0x87b092c3013fe90b,
         0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0},
        {0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89,
         0x452821e638d01377, 0xbe5466cf34e90c6c, 0xa528f45403e61d95, 0x38c72dbd566e9788,
         0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}};
    for (size_t i = 0; i < 3; i++) {
        uint64_t out[4];
        philox(known[i], known[i] + 4, out);
        assert_memory_equal(out, known[i] + 6, sizeof out);
    }
}

static void a_stream_is_philox_of_seed_role_index(void **state) {
    (void)state;
    static const uint64_t seeds[] = {0, 1, 42, UINT64_MAX}, indices[] = {0, 1, 7, UINT64_MAX};
    for (size_t s = 0; s < 4; s++)
        for (size_t i = 0; i < 4; i++)
            for (unsigned role = 0; role <= WK_ROLE_OTHER_VIEWS; role++) {
                wk_stream stream = wk_stream_open(seeds[s], (wk_role)role, indices[i]);
                for (uint64_t block = 0; block < 5; block++) {
                    const uint64_t counter[4] = {block, indices[i], 0, 0};
                    const uint64_t key[2] = {seeds[s], role};
                    uint64_t out[4];
                    philox(counter, key, out);
                    for (size_t q = 0; q < 4; q++)
                        assert_true(wk_stream_word(&stream) == out[q]);
                }
            }
}

static void the_roles_never_change(void **state) {
    (void)state;
    assert_true(WK_ROLE_DATA == 1 && WK_ROLE_W1 == 2 && WK_ROLE_V == 3);
    assert_true(WK_ROLE_OTHER_DATA == 4 && WK_ROLE_VIEWS == 5 && WK_ROLE_OTHER_VIEWS == 6);
}

static void uniforms_are_the_middles_of_2_to_the_52_cells(void **state) {
    (void)state;
    wk_stream uniform = wk_stream_open(5, WK_ROLE_V, 3), word = wk_stream_open(5, WK_ROLE_V, 3);
    for (size_t i = 0; i < 1000; i++) {
        const double cell = (double)(wk_stream_word(&word) >> 12);
        const double u = wk_stream_uniform(&uniform);
        assert_true(u * 0x1p52 == cell + 0.5);
    }
}

static void normals_are_box_muller_of_the_words(void **state) {
    lab *l = *state;
    double *x = lab_garbage(l, 8), *shorter = lab_garbage(l, 8);
    wk_stream normal = wk_stream_open(5, WK_ROLE_V, 3), word = wk_stream_open(5, WK_ROLE_V, 3);
    wk_stream_normals(&normal, 8, x);
    for (size_t i = 0; i < 8; i += 2) {
        const double u = ((double)(wk_stream_word(&word) >> 12) + 0.5) / 0x1p52;
        const double v = ((double)(wk_stream_word(&word) >> 12) + 0.5) / 0x1p52;
        const double pair[2] = {sqrt(-2 * log(u)) * cos(2 * M_PI * v),
                                sqrt(-2 * log(u)) * sin(2 * M_PI * v)};
        assert_near("normals", 2, x + i, pair, 1e-14);
    }
    normal =
        wk_stream_open(5, WK_ROLE_V, 3); /* an odd count writes no more, and has the same start */
    wk_stream_normals(&normal, 5, shorter);
    assert_bits("prefix", 5, shorter, x);
    assert_true(isnan(shorter[5]));
}

static void moments_are_those_of_the_law(void **state) {
    lab *l = *state;
    enum { N = 200000 };
    const double *x = lab_normals(l, N, 2024);
    wk_stream stream = wk_stream_open(9, WK_ROLE_DATA, 0);
    double moment[5] = {0}, uniform = 0, square = 0;
    for (size_t i = 0; i < N; i++) {
        double power = 1;
        for (size_t p = 1; p < 5; p++)
            moment[p] += (power *= x[i]) / N;
        const double u = wk_stream_uniform(&stream);
        assert_true(u > 0 && u < 1);
        uniform += u / N;
        square += (u - 0.5) * (u - 0.5) / N;
    }
    const double root = sqrt((double)N);
    assert_below("mean", fabs(moment[1]) * root, 4);
    assert_below("variance", fabs(moment[2] - 1) * root / sqrt(2), 4);
    assert_below("third moment", fabs(moment[3]) * root / sqrt(15), 4);
    assert_below("fourth moment", fabs(moment[4] - 3) * root / sqrt(96), 4);
    assert_below("uniform mean", fabs(uniform - 0.5) * root * sqrt(12), 4);
    assert_below("uniform variance", fabs(square - 1.0 / 12) * root * sqrt(180), 4);
}

static void below_is_unbiased_and_in_range(void **state) {
    (void)state;
    static const size_t bounds[] = {1, 2, 3, 7, 10};
    enum { N = 60000 };
    for (size_t b = 0; b < 5; b++) {
        size_t count[10] = {0};
        wk_stream stream = wk_stream_open(b, WK_ROLE_DATA, 1);
        for (size_t i = 0; i < N; i++) {
            const size_t drawn = wk_stream_below(&stream, bounds[b]);
            assert_true(drawn < bounds[b]);
            count[drawn]++;
        }
        double chi2 = 0;
        const double expected = (double)N / (double)bounds[b];
        for (size_t i = 0; i < bounds[b]; i++)
            chi2 += ((double)count[i] - expected) * ((double)count[i] - expected) / expected;
        assert_below("chi-square", chi2, 35); /* P < 1e-4 at 9 degrees */
    }
    /* 2^63 + 1: nearly half of all words must be rejected, or small numbers come twice as often */
    const size_t large = ((size_t)1 << 63) + 1;
    wk_stream stream = wk_stream_open(3, WK_ROLE_DATA, 1);
    double low = 0;
    for (size_t i = 0; i < 20000; i++) {
        const size_t drawn = wk_stream_below(&stream, large);
        assert_true(drawn < large);
        low += drawn < large / 2;
    }
    assert_below("halves", fabs(low - 10000) / sqrt(5000), 4);
}

static void streams_of_other_keys_are_uncorrelated(void **state) {
    lab *l = *state;
    enum { N = 20000 };
    double *x[4];
    const wk_stream open[4] = {wk_stream_open(1, WK_ROLE_W1, 1), wk_stream_open(2, WK_ROLE_W1, 1),
                               wk_stream_open(1, WK_ROLE_V, 1), wk_stream_open(1, WK_ROLE_W1, 2)};
    for (size_t i = 0; i < 4; i++) {
        wk_stream stream = open[i];
        wk_stream_normals(&stream, N, x[i] = lab_garbage(l, N));
    }
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < i; j++) {
            double dot = 0;
            for (size_t q = 0; q < N; q++)
                dot += x[i][q] * x[j][q];
            assert_below("correlation", fabs(dot) / sqrt((double)N), 4);
        }
}

/* ---- pool ---- */

typedef struct counting {
    atomic_uint ran[97], busy[4];
    size_t threads;
    atomic_bool wrong;
} counting;

static void count_task(void *context, size_t task, size_t thread) {
    counting *c = context;
    if (task >= 97 || thread >= c->threads) {
        c->wrong = true;
        return;
    }
    if (atomic_fetch_add(&c->busy[thread], 1) != 0) /* its scratch space is the task's alone */
        c->wrong = true;
    atomic_fetch_add(&c->ran[task], 1);
    atomic_fetch_sub(&c->busy[thread], 1);
}

static void every_task_runs_once_in_each_of_many_jobs(void **state) {
    lab *l = *state;
    static const size_t tasks[] = {0, 1, 2, 3, 97};
    for (size_t threads = 1; threads <= 4; threads++) {
        wk_pool *pool = NULL;
        MUST(l, wk_pool_new(threads, &pool, &l->err));
        assert_int_equal(wk_pool_threads(pool), threads);
        counting c = {.threads = threads};
        unsigned expected[97] = {0};
        for (size_t job = 0; job < 2000; job++) {
            const size_t n = tasks[job % 5];
            wk_pool_run(pool, n, count_task, &c);
            for (size_t i = 0; i < 97; i++) /* all done when the call returns */
                assert_int_equal(c.ran[i], expected[i] += i < n);
        }
        assert_false(c.wrong);
        wk_pool_free(pool);
    }
    wk_pool_free(NULL);
}

static void a_pool_without_a_job_ends_at_once(void **state) {
    lab *l = *state;
    for (size_t i = 0; i < 50; i++) {
        wk_pool *pool = NULL;
        MUST(l, wk_pool_new(1 + i % 4, &pool, &l->err));
        wk_pool_free(pool);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(gemm_is_the_triple_loop),
        LAB_TEST(gram_is_the_loop_and_leaves_the_upper_triangle),
        LAB_TEST(norm_neither_overflows_nor_hides_nan),
        LAB_TEST(norm_sees_a_nan_before_zeros),
        LAB_TEST(appended_pieces_have_the_triangle_of_the_whole),
        LAB_TEST(the_pivoted_factor_is_that_of_its_columns),
        LAB_TEST(small_eigenvalues_of_a_graded_matrix_keep_their_digits),
        LAB_TEST(eigenvectors_have_small_residuals),
        LAB_TEST(eigen_refuses_nan_with_lapacks_info),
        LAB_TEST(svd_rebuilds_its_matrix),
        LAB_TEST(orthonormalise_keeps_the_span),
        LAB_TEST(inverse_root_whitens),
        LAB_TEST(inverse_root_refuses_lost_rank),
        LAB_TEST(the_tests_own_philox_gives_the_known_answers),
        LAB_TEST(a_stream_is_philox_of_seed_role_index),
        LAB_TEST(the_roles_never_change),
        LAB_TEST(uniforms_are_the_middles_of_2_to_the_52_cells),
        LAB_TEST(normals_are_box_muller_of_the_words),
        LAB_TEST(moments_are_those_of_the_law),
        LAB_TEST(below_is_unbiased_and_in_range),
        LAB_TEST(streams_of_other_keys_are_uncorrelated),
        LAB_TEST(every_task_runs_once_in_each_of_many_jobs),
        LAB_TEST(a_pool_without_a_job_ends_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
