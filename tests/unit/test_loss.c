/* Every loss of the registry with every similarity and several parameters: against PyTorch
 * (tests/ref/losses.txt), against central differences, and the laws that each obeys. */
#include "la/random.h"
#include "loss_support.h"
#include "model/cell/cell.h"
#include "model/cell/spec.h"
#include "model/loss/loss.h"
#include "ref.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static wk_loss named(const char *name, bool cosine) {
    return (wk_loss){
        .kind = wk_loss_kind_find(name), .cosine = cosine, .temperature = 0.5, .lambda = 0.005};
}

static bool is(const subject *s, const char *name) {
    return strcmp(s->loss.kind->name, name) == 0;
}

/* ---- values ---- */

/* 18 inputs, 6 triplets with repeats of every kind; 16 and 17 are in none. */
static wk_data repeating_data(lab *l) {
    static const size_t triplets[6][3] = {{0, 1, 2}, {0, 4, 5},    {1, 0, 8},
                                          {9, 4, 1}, {12, 13, 14}, {15, 10, 0}};
    wk_data data = lab_data(l, 7, 18, 3);
    for (size_t i = 0; i < 6; i++) {
        data.anchor[i] = triplets[i][0];
        data.positive[i] = triplets[i][1];
        data.negative[i] = triplets[i][2];
    }
    for (size_t i = 0; i < data.n; i++)
        data.label[i] = (int)(i % 7);
    return data;
}

/* F (k, ld), N(0, scale²), zero beyond n. */
static double *random_outputs(lab *l, const wk_data *data, size_t k, double scale, uint64_t seed) {
    double *F = lab_zeros(l, k * data->ld), *x = lab_normals(l, k * data->n, seed);
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < data->n; i++)
            F[a * data->ld + i] = scale * x[a * data->n + i];
    return F;
}

/* ---- against PyTorch ---- */

static wk_data losses_data(lab *l) {
    wk_data data = lab_reference_data(l);
    lab_use_triplets(l, &data, "losses.triplets");
    lab_use_labels(&data, "losses.labels");
    return data;
}

static void compare_with_stored(lab *l, subject s, const char *activation) {
    const wk_data data = losses_data(l);
    const double eta = *wk_ref_shaped("losses.eta", 1, 1);
    wk_net net = reference_net(l, &data, activation, (wk_net_options){0});
    const size_t M = net.M, k = net.k, n = net.n;
    prepare_with_targets(l, &s.loss, &data, k, "losses.targets");
    double *g = lab_garbage(l, k * net.ld);
    const double value = value_of(l, &s.loss, &data, k, net.F, g);
    assert_near(s.id, 1, &value, reference(s.id, activation, "loss", 1, 1), 1e-12);
    assert_near(s.id, k * n, lab_dense(l, k, n, g, net.ld), reference(s.id, activation, "gF", k, n),
                1e-11);
    descend(l, &s.loss, &net, &data, eta, 5);
    assert_near(s.id, k * n, lab_dense(l, k, n, net.F, net.ld),
                reference(s.id, activation, "F5", k, n), 1e-11);
    assert_near(s.id, k * M, output_weights(l, &net), reference(s.id, activation, "V5", k, M),
                1e-11);
}

static void on_relu_and_tanh(lab *l, subject s) {
    compare_with_stored(l, s, "relu");
    compare_with_stored(l, s, "tanh");
}

static void loss_gradient_and_five_steps_are_pytorchs(void **state) {
    for_each_loss(*state, on_relu_and_tanh);
}

/* ---- the gradient ---- */

static void compare_with_differences(lab *l, subject s, size_t k, double scale) {
    const wk_data data = repeating_data(l);
    const double h = 1e-3, weight[] = {-1. / 12, 8. / 12, -8. / 12, 1. / 12}, at[] = {2, 1, -1, -2};
    double *F = random_outputs(l, &data, k, scale, 11 + k), *unused = lab_zeros(l, k * data.ld);
    double *g = lab_zeros(l, k * data.ld), *expected = lab_zeros(l, k * data.ld);
    wk_loss_prepare(&s.loss, &data, k, 1, l->pool, &l->arena);
    assert_true(isfinite(value_of(l, &s.loss, &data, k, F, g)));
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < data.n; i++) {
            double *x = &F[a * data.ld + i];
            const double kept = *x;
            for (size_t j = 0; j < 4; j++) {
                *x = kept + at[j] * h;
                expected[a * data.ld + i] +=
                    weight[j] * value_of(l, &s.loss, &data, k, F, unused) / h;
            }
            *x = kept;
        }
    assert_near(s.id, k * data.ld, g, expected, 1e-7);
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < data.ld; i++)
            if (i >= data.n || (i >= 16 && !is(&s, "mse")))
                assert_true(g[a * data.ld + i] == 0);
}

static void at_random_outputs(lab *l, subject s) {
    compare_with_differences(l, s, 4, 1);
    compare_with_differences(l, s, 4, 0.5); /* vicreg's hinges: on and off, then all on */
    compare_with_differences(l, s, 7, 1);   /* outputs above triplets */
    if (!s.loss.cosine)
        compare_with_differences(l, s, 1, 1);
}

static void the_gradient_is_that_of_central_differences(void **state) {
    for_each_loss(*state, at_random_outputs);
}

/* ---- identities ---- */

/* The largest |<g_i, f_i>|/(||g_i|| ||f_i||) over inputs i. */
static double largest_alignment(const wk_data *data, size_t k, const double *F, const double *g) {
    double largest = 0;
    for (size_t i = 0; i < data->n; i++) {
        double dot = 0, gg = 0, ff = 0;
        for (size_t a = 0; a < k; a++) {
            dot += g[a * data->ld + i] * F[a * data->ld + i];
            gg += g[a * data->ld + i] * g[a * data->ld + i];
            ff += F[a * data->ld + i] * F[a * data->ld + i];
        }
        if (gg > 0)
            largest = fmax(largest, fabs(dot) / sqrt(gg * ff));
    }
    return largest;
}

static void gradient_is_orthogonal_to_outputs(lab *l, subject s) {
    if (!wk_param_find(s.loss.kind->rows, s.loss.kind->n, "similarity"))
        return;
    const size_t k = 4;
    const wk_data data = repeating_data(l);
    double *g = lab_zeros(l, k * data.ld), *scaled = lab_zeros(l, k * data.ld);
    double *F = random_outputs(l, &data, k, 1, 5);
    const double value = value_of(l, &s.loss, &data, k, F, g);
    const double alignment = largest_alignment(&data, k, F, g);
    double *twice = lab_copy(l, k * data.ld, F);
    for (size_t a = 0; a < k; a++)
        twice[a * data.ld] *= 2; /* input 0 alone */
    const double other = value_of(l, &s.loss, &data, k, twice, scaled);
    if (!s.loss.cosine) {
        assert_above("control: dot", alignment, 1e-2);
        assert_above("control: dot", fabs(other - value), 1e-3 * fabs(value));
        return;
    }
    assert_below(s.id, alignment, 1e-13);
    assert_near(s.id, 1, &other, &value, 1e-13);
    for (size_t a = 0; a < k; a++) {
        scaled[a * data.ld] *= 2;
        assert_near(s.id, data.n, scaled + a * data.ld, g + a * data.ld, 1e-12);
    }
}

static void I1_cosine_gradients_are_orthogonal_to_outputs_and_scale_inversely(void **state) {
    for_each_loss(*state, gradient_is_orthogonal_to_outputs);
}

/* Inputs 3i, 3i+1 are anchor and positive of triplet i alone. */
static void I2b_barlow_twins_gradients_are_orthogonal_to_outputs_in_each_view(void **state) {
    lab *l = *state;
    const size_t k = 4;
    const wk_loss loss = named("barlow-twins", false);
    const wk_data data = lab_data(l, 7, 18, 3);
    const double *F = random_outputs(l, &data, k, 1, 6);
    double *g = lab_zeros(l, k * data.ld);
    value_of(l, &loss, &data, k, F, g);
    for (size_t a = 0; a < k; a++)
        for (size_t view = 0; view < 2; view++) {
            double sum = 0, shift = 0, size = 0;
            for (size_t i = view; i < data.n; i += 3) {
                sum += g[a * data.ld + i] * F[a * data.ld + i];
                shift += g[a * data.ld + i];
                size += fabs(g[a * data.ld + i] * F[a * data.ld + i]);
            }
            assert_below("sum g f", fabs(sum), 1e-13 * size);
            assert_below("sum g", fabs(shift), 1e-13 * size);
        }
    assert_above("control: by input", largest_alignment(&data, k, F, g), 1e-2);
}

static void barlow_twins_sees_no_scale_nor_shift_of_an_output(void **state) {
    lab *l = *state;
    const size_t k = 4;
    const wk_data data = repeating_data(l);
    double *F = random_outputs(l, &data, k, 1, 7), *g = lab_zeros(l, k * data.ld);
    const wk_loss twins = named("barlow-twins", false), linear = named("barlow-linear", false);
    const double before = value_of(l, &twins, &data, k, F, g);
    const double control = value_of(l, &linear, &data, k, F, g);
    for (size_t i = 0; i < data.n; i++) {
        F[i] = 3 * F[i] + 5;
        F[data.ld + i] *= 1e-3;
    }
    const double after = value_of(l, &twins, &data, k, F, g);
    assert_near("value", 1, &after, &before, 1e-13);
    assert_above("control: barlow-linear", fabs(value_of(l, &linear, &data, k, F, g) - control),
                 0.1);
}

/* Standardised, its rounding would be as large as any output. */
static void an_output_without_variance_but_for_rounding_has_no_correlations(void **state) {
    lab *l = *state;
    const size_t k = 4;
    const wk_loss loss = named("barlow-twins", false);
    const wk_data data = repeating_data(l);
    double *F = random_outputs(l, &data, k, 1, 7), *g = lab_zeros(l, k * data.ld);
    assert_true(isfinite(value_of(l, &loss, &data, k, F, g)));
    for (size_t i = 0; i < data.n; i++)
        F[i] = 0.3 * (1 + (double)(i % 3) * DBL_EPSILON);
    assert_true(isnan(value_of(l, &loss, &data, k, F, g)));
}

static void spectral_is_at_least_minus_the_rank(void **state) {
    lab *l = *state;
    const wk_data data = lab_data(l, 7, 18, 3); /* 6 triplets, no repeats */
    for (size_t k = 1; k <= 8; k += 1) {
        double *g = lab_zeros(l, k * data.ld);
        const double bound = -(double)(k < data.N ? k : data.N);
        for (uint64_t seed = 0; seed < 20; seed++)
            for (size_t cosine = k == 1; cosine < 2; cosine++) {
                const wk_loss loss = named("spectral", cosine);
                double *F = random_outputs(l, &data, k, 1 + (double)seed / 5, seed);
                for (size_t step = 0; step < 50; step++) {
                    assert_above("spectral", value_of(l, &loss, &data, k, F, g), bound - 1e-12);
                    for (size_t j = 0; j < k * data.ld; j++)
                        F[j] -= 0.05 * g[j];
                }
            }
        const wk_loss loss = named("spectral", false);
        double *best = lab_zeros(l, k * data.ld); /* k of the a_i = p_i are √N e_i: the bound */
        for (size_t i = 0; i < data.N && i < k; i++)
            best[i * data.ld + 3 * i] = best[i * data.ld + 3 * i + 1] = sqrt((double)data.N);
        assert_near("reached", 1, &(double){value_of(l, &loss, &data, k, best, g)}, &bound, 1e-14);
        for (size_t j = 0; j < k * data.ld; j++)
            assert_below("gradient there", fabs(g[j]), 1e-14);
    }
}

static void among_equal_outputs_partners_are_found_by_chance(void **state) {
    lab *l = *state;
    const size_t k = 3;
    const wk_data data = repeating_data(l);
    const double N = (double)data.N;
    double *F = lab_zeros(l, k * data.ld), *g = lab_zeros(l, k * data.ld);
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < data.n; i++)
            F[a * data.ld + i] = 1 + (double)a;
    double crowd = 0, positives = 0; /* views, and positives, of other inputs */
    for (size_t r = 0; r < 2 * data.N; r++) {
        size_t others = 0;
        for (size_t q = 0; q < 2 * data.N; q++)
            others += (q < data.N ? data.anchor[q] : data.positive[q - data.N]) !=
                      (r < data.N ? data.anchor[r] : data.positive[r - data.N]);
        crowd += log((double)others) / (2 * N);
    }
    for (size_t i = 0; i < data.N; i++) {
        size_t others = 0;
        for (size_t j = 0; j < data.N; j++)
            others += data.positive[j] != data.anchor[i];
        positives += log((double)others) / N;
    }
    assert_true(positives < log(N)); /* some input is drawn twice */
    const struct {
        const char *name;
        double value;
    } cases[] = {{"triplet-linear", 0},
                 {"triplet-logistic", log(2)},
                 {"infonce", positives},
                 {"nt-xent", crowd}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int cosine = 0; cosine < 2; cosine++) {
            const wk_loss loss = named(cases[i].name, cosine);
            assert_near(cases[i].name, 1, &(double){value_of(l, &loss, &data, k, F, g)},
                        &cases[i].value, 1e-14);
        }
}

/* τ ℓ tends to a mean of maxima, within τ ln(2N): at τ = 1e-8 logits are near 1e9. */
static void low_temperatures_overflow_nothing(void **state) {
    lab *l = *state;
    static const char *const names[] = {"triplet-logistic", "infonce", "nt-xent"};
    const double warm = 1e-3, cold = 1e-8;
    const size_t k = 4;
    const wk_data data = repeating_data(l);
    const double *F = random_outputs(l, &data, k, 3, 8);
    double *g = lab_zeros(l, k * data.ld), *other = lab_zeros(l, k * data.ld);
    for (size_t i = 0; i < 3; i++) {
        wk_loss loss = named(names[i], false);
        loss.temperature = warm;
        const double a = warm * value_of(l, &loss, &data, k, F, g);
        loss.temperature = cold;
        const double b = cold * value_of(l, &loss, &data, k, F, other);
        assert_above(names[i], b, 1);
        assert_below(names[i], fabs(a - b), warm * log(2 * (double)data.N));
        for (size_t j = 0; j < k * data.ld; j++) {
            g[j] *= warm;
            other[j] *= cold;
        }
        assert_near(names[i], k * data.ld, g, other, 1e-3);
    }
}

/* Cosine sees no scale of the outputs, however far it is from 1; and what is blamed is what is
 * there. */
static void tiny_and_huge_outputs_have_a_cosine(void **state) {
    lab *l = *state;
    const size_t k = 4;
    const wk_data data = repeating_data(l);
    double *F = random_outputs(l, &data, k, 1, 8), *g = lab_zeros(l, k * data.ld);
    for (size_t i = 0; i < wk_loss_kinds_n; i++) {
        const wk_loss loss = named(wk_loss_kinds[i]->name, true);
        if (strncmp(loss.kind->name, "triplet", 7) != 0 && strcmp(loss.kind->name, "nt-xent") != 0)
            continue;
        const double right = value_of(l, &loss, &data, k, F, g);
        static const int powers[] = {-700, 700};
        for (size_t p = 0; p < 2; p++) {
            double *scaled = lab_copy(l, k * data.ld, F);
            for (size_t j = 0; j < k * data.ld; j++)
                scaled[j] = ldexp(F[j], powers[p]);
            const double value = value_of(l, &loss, &data, k, scaled, g);
            assert_below(loss.kind->name, fabs(value - right), 1e-14);
        }
    }
    const wk_loss loss = named("triplet-linear", true);
    assert_string_equal(wk_loss_undefined(&loss, &data, k, F), "");
    F[3] = INFINITY;
    assert_string_equal(wk_loss_undefined(&loss, &data, k, F), ": an output is not finite");
    F[3] = 0;
    for (size_t a = 1; a < k; a++)
        F[a * data.ld + 3] = 0;
    assert_non_null(strstr(wk_loss_undefined(&loss, &data, k, F), "exactly 0"));
}

/* Outputs of the views that are equal and uncorrelated with second moments 1. */
static void at_white_outputs_both_barlow_losses_vanish(void **state) {
    lab *l = *state;
    static const double white[2][6] = {{1, 1, -1, -1, 0, 0}, {1, -1, 1, -1, 0, 0}};
    const size_t k = 2;
    const wk_data data = lab_data(l, 7, 18, 3);
    double *F = lab_zeros(l, k * data.ld), *g = lab_zeros(l, k * data.ld);
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < data.N; i++)
            F[a * data.ld + 3 * i] = F[a * data.ld + 3 * i + 1] = sqrt(1.5) * white[a][i];
    static const char *const names[] = {"barlow-twins", "barlow-linear"};
    for (size_t i = 0; i < 2; i++) {
        const wk_loss loss = named(names[i], false);
        assert_below(names[i], fabs(value_of(l, &loss, &data, k, F, g)), 1e-14);
        for (size_t j = 0; j < k * data.ld; j++)
            assert_below(names[i], fabs(g[j]), 1e-14);
    }
    const wk_loss vicreg = named("vicreg", false); /* no hinge is on, views are equal */
    assert_below("vicreg", fabs(value_of(l, &vicreg, &data, k, F, g)), 1e-14);
    F[0] += 0.5;
    assert_above("control", value_of(l, &vicreg, &data, k, F, g), 0.1);
}

/* ---- all pairs ---- */

/* As the formula stands there: view r looks for `own` among views first … 2N-1 except itself. z (k,
 * 2N) are the views' outputs; dz gets the gradient of weight times what is returned. */
static double plain_contrast(size_t N, size_t k, const double *z, size_t r, size_t own,
                             size_t first, double tau, double weight, double *dz) {
    const size_t views = 2 * N;
    long double sum = 0, most = -INFINITY, at_own = 0;
    for (int pass = 0; pass < 3; pass++)
        for (size_t q = first; q < views; q++) {
            long double s = 0;
            for (size_t a = 0; a < k; a++)
                s += (long double)z[a * views + r] * z[a * views + q] / tau;
            if (q == r)
                continue;
            at_own = q == own ? s : at_own;
            if (pass == 0)
                most = s > most ? s : most;
            else if (pass == 1)
                sum += expl(s - most);
            else
                for (size_t a = 0; a < k; a++) {
                    const double slope = (double)(expl(s - most) / sum - (q == own)) * weight / tau;
                    dz[a * views + r] += slope * z[a * views + q];
                    dz[a * views + q] += slope * z[a * views + r];
                }
        }
    return (double)(most - at_own + logl(sum));
}

/* infonce and nt-xent with dot on N triplets without repeats, outputs F (k, ld). */
static double plain_softmax(lab *l, const wk_data *data, bool both, size_t k, double tau,
                            const double *F, double *g) {
    const size_t N = data->N, views = 2 * N, rows = both ? views : N;
    double *z = lab_zeros(l, k * views), *dz = lab_zeros(l, k * views), value = 0;
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < N; i++) {
            z[a * views + i] = F[a * data->ld + data->anchor[i]];
            z[a * views + N + i] = F[a * data->ld + data->positive[i]];
        }
    for (size_t r = 0; r < rows; r++)
        value +=
            plain_contrast(N, k, z, r, (r + N) % views, both ? 0 : N, tau, 1 / (double)rows, dz) /
            (double)rows;
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < N; i++) {
            g[a * data->ld + data->anchor[i]] += dz[a * views + i];
            g[a * data->ld + data->positive[i]] += dz[a * views + N + i];
        }
    return value;
}

/* Sizes of one block, of a last block that is not full, and of several strips. */
static void softmax_in_blocks_is_that_of_each_pair(void **state) {
    lab *l = *state;
    static const struct {
        size_t N, k;
        double tau;
    } cases[] = {{2, 1, 0.5}, {31, 3, 0.5}, {33, 8, 0.1}, {129, 5, 0.5}, {701, 3, 1}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (int both = 0; both < 2; both++) {
            const size_t N = cases[c].N, k = cases[c].k;
            const wk_arena_mark mark = wk_arena_here(&l->arena);
            wk_loss loss = named(both ? "nt-xent" : "infonce", false);
            loss.temperature = cases[c].tau;
            const wk_data data = lab_data(l, 2, 3 * N, 3);
            const double *F = random_outputs(l, &data, k, 1, N);
            double *g = lab_zeros(l, k * data.ld), *expected = lab_zeros(l, k * data.ld);
            const double plain = plain_softmax(l, &data, both, k, loss.temperature, F, expected);
            assert_near("value", 1, &(double){value_of(l, &loss, &data, k, F, g)}, &plain, 1e-14);
            assert_near("gradient", k * data.ld, g, expected, 1e-13);
            wk_arena_reset(&l->arena, mark);
        }
}

static void spectral_by_moments_is_that_of_each_pair(void **state) {
    lab *l = *state;
    const size_t k = 5, N = 129;
    const wk_loss loss = named("spectral", false);
    const wk_data data = lab_data(l, 2, 3 * N, 3);
    const double *F = random_outputs(l, &data, k, 1, 3);
    double *g = lab_zeros(l, k * data.ld), *expected = lab_zeros(l, k * data.ld), plain = 0;
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            const double n = (double)N;
            const size_t u = data.anchor[i], v = data.positive[j];
            double s = 0;
            for (size_t a = 0; a < k; a++)
                s += F[a * data.ld + u] * F[a * data.ld + v];
            plain += s * s / (n * n) - (i == j ? 2 * s / n : 0);
            for (size_t a = 0; a < k; a++) {
                const double slope = 2 * s / (n * n) - (i == j ? 2 / n : 0);
                expected[a * data.ld + u] += slope * F[a * data.ld + v];
                expected[a * data.ld + v] += slope * F[a * data.ld + u];
            }
        }
    assert_near("value", 1, &(double){value_of(l, &loss, &data, k, F, g)}, &plain, 1e-13);
    assert_near("gradient", k * data.ld, g, expected, 1e-13);
}

/* Where the own one stands far above all others the loss is Σ e^{…}, far below the rounding of 1,
 * and so is its gradient. */
static void a_tiny_softmax_loss_keeps_its_digits(void **state) {
    lab *l = *state;
    const size_t N = 40, k = 1;
    wk_loss loss = named("infonce", false);
    const wk_data data = lab_data(l, 2, 3 * N, 3);
    double *F = lab_zeros(l, k * data.ld), *g = lab_zeros(l, k * data.ld), expected = 0;
    for (size_t i = 0; i < N; i++) {
        const double x = (double)i - (double)(N - 1) / 2;
        F[data.anchor[i]] = x / fabs(x) * 20;
        F[data.positive[i]] = i == 0 || i == N - 1 ? x / fabs(x) : 0;
    }
    loss.temperature = 0.5;
    value_of(l, &loss, &data, k, F, g);
    const double rest = (double)(N - 2) * exp(-40) + exp(-80);
    expected = -rest / (1 + rest) / loss.temperature / (double)N * F[data.positive[0]];
    expected += exp(-80) / (1 + rest) / loss.temperature / (double)N * F[data.positive[N - 1]];
    assert_near("gradient", 1, &g[data.anchor[0]], &expected, 1e-13);
}

/* No matrix of all pairs: the room grows as N. */
static void softmax_takes_room_for_blocks_alone(void **state) {
    (void)state;
    static const char *const names[] = {"infonce", "nt-xent"};
    for (size_t i = 0; i < 2; i++) {
        const wk_loss_kind *kind = wk_loss_kind_find(names[i]);
        const double some = (double)wk_loss_room(kind, 0, 20000, 8, 2);
        const double more = (double)wk_loss_room(kind, 0, 80000, 8, 2);
        assert_below(names[i], more, 4.01 * some);
        assert_below(names[i], more, 600 * 80000.);
    }
}

static void softmax_has_the_same_bits_on_any_number_of_threads(void **state) {
    lab *l = *state;
    static const char *const names[] = {"infonce", "nt-xent"};
    const size_t N = 701, k = 3;
    const wk_data data = lab_data(l, 2, 3 * N, 3);
    const double *F = random_outputs(l, &data, k, 1, 2);
    double *one = lab_zeros(l, k * data.ld), *g = lab_zeros(l, k * data.ld), value[4];
    for (size_t i = 0; i < 2; i++)
        for (size_t threads = 1; threads <= 3; threads++) {
            wk_loss loss = named(names[i], true);
            wk_pool *pool = NULL;
            MUST(l, wk_pool_new(threads, &pool, &l->err));
            loss.pool = pool;
            value[threads] = value_of(l, &loss, &data, k, F, threads == 1 ? one : g);
            wk_pool_free(pool);
            assert_true(value[threads] == value[1]);
            assert_true(threads == 1 || memcmp(g, one, k * data.ld * sizeof *g) == 0);
        }
}

/* ---- mse's targets ---- */

static void mse_targets_are_class_codes_or_their_stream(void **state) {
    lab *l = *state;
    const size_t k = 3;
    const wk_data data = repeating_data(l);
    const double *zero = lab_zeros(l, k * data.ld), half_k = 1.5, nothing = 0;
    double *g = lab_zeros(l, k * data.ld), drawn[3];
    wk_loss classes = named("mse", false), chance = named("mse", false), again;
    chance.random_targets = true;
    again = chance;
    wk_loss_prepare(&classes, &data, k, 9, l->pool, &l->arena);
    wk_loss_prepare(&chance, &data, k, 9, l->pool, &l->arena);
    wk_loss_prepare(&again, &data, k, 10, l->pool, &l->arena);
    for (size_t i = 0; i < data.n; i++) {
        wk_stream stream = wk_stream_open(9, WK_ROLE_TARGETS, i);
        wk_stream_normals(&stream, k, drawn);
        for (size_t a = 0; a < k; a++) {
            assert_true(chance.target[a * data.ld + i] == drawn[a]);
            assert_true(again.target[a * data.ld + i] != drawn[a]);
            assert_true(classes.target[a * data.ld + i] == ((i % 7) % k == a ? 1 : -1));
        }
    }
    assert_near("at 0", 1, &(double){value_of(l, &classes, &data, k, zero, g)}, &half_k, 1e-14);
    assert_near("at the targets", 1, &(double){value_of(l, &chance, &data, k, chance.target, g)},
                &nothing, 0);
}

/* ---- what is refused ---- */

static void batches_on_which_a_loss_says_nothing_are_refused(void **state) {
    lab *l = *state;
    const struct {
        const char *name;
        size_t N, k;
        const char *culprit, *text;
    } cases[] = {{"infonce", 1, 4, "data.triplets", "no other"},
                 {"nt-xent", 1, 4, "data.triplets", "no other"},
                 {"barlow-twins", 2, 4, "data.triplets", "3 or more"},
                 {"vicreg", 1, 4, "data.triplets", "variances"},
                 {"mse", 5, 1, "model.outputs", "targets: random"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const wk_loss loss = named(cases[i].name, false);
        const char *culprit = NULL;
        MUST_FAIL(l, WK_BAD_INPUT, cases[i].text,
                  wk_loss_check(&loss, cases[i].N, cases[i].k, &culprit, &l->err));
        assert_string_equal(culprit, cases[i].culprit);
        const bool few = strcmp(culprit, "data.triplets") == 0;
        MUST(l, wk_loss_check(&loss, cases[i].N + few, cases[i].k + !few, &culprit, &l->err));
    }
    wk_loss chance = named("mse", false);
    const char *culprit = NULL;
    chance.random_targets = true;
    MUST(l, wk_loss_check(&chance, 1, 1, &culprit, &l->err));
}

static void cosine_with_one_output_is_refused(lab *l, subject s) {
    const char *changes[6] = {"model.outputs=1", s.changes[0], s.changes[1], s.changes[2]};
    const wk_bag bag = lab_cell(l, changes);
    wk_spec spec;
    const char *culprit = NULL;
    if (s.loss.cosine) {
        MUST_FAIL(l, WK_BAD_INPUT, "vanishes identically",
                  wk_spec_read(&bag, 1, &spec, &culprit, &l->err));
        assert_string_equal(culprit, "model.outputs");
    } else if (!is(&s, "mse") || s.loss.random_targets) {
        MUST(l, wk_spec_read(&bag, 1, &spec, &culprit, &l->err));
    }
}

static void one_output_is_refused_by_every_cosine_loss_alone(void **state) {
    for_each_loss(*state, cosine_with_one_output_is_refused);
}

static void gap_is_for_triplet_linear_dot(lab *l, subject s) {
    const char *changes[8] = {
        "train.until.time", "train.until.gap=1e-3", "model.constraint=orthogonal",
        s.changes[0],       s.changes[1],           s.changes[2]};
    const wk_bag bag = lab_cell(l, changes);
    wk_spec spec;
    const char *culprit = NULL;
    if (strcmp(s.id, "triplet-linear.dot") == 0) {
        MUST(l, wk_spec_read(&bag, 1, &spec, &culprit, &l->err));
        return;
    }
    MUST_FAIL(l, WK_BAD_INPUT, s.loss.kind->name, wk_spec_read(&bag, 1, &spec, &culprit, &l->err));
    assert_string_equal(culprit, "train.until");
}

static void the_gap_sets_the_steps_of_triplet_linear_with_dot_alone(void **state) {
    for_each_loss(*state, gap_is_for_triplet_linear_dot);
}

/* ---- in a cell ---- */

static void descends(lab *l, subject s) {
    const char *changes[8] = {"train.step.size=0.005", "train.until.time=0.1", s.changes[0],
                              s.changes[1], s.changes[2]};
    const wk_bag bag = lab_cell(l, changes);
    wk_result result;
    MUST(l, wk_cell_run(&bag, 3, NULL, l->pool, &l->arena, &result, &l->err));
    assert_int_equal(result.end, WK_END_OK);
    for (size_t i = 0; i < result.nseries; i++)
        if (strcmp(result.series[i].name, "loss") == 0) {
            const wk_series *loss = &result.series[i];
            for (size_t j = 1; j < loss->n; j++)
                if (!(loss->value[j] < loss->value[j - 1]))
                    fail_msg("%s: %.17g, then %.17g", s.id, loss->value[j - 1], loss->value[j]);
            return;
        }
    fail_msg("%s: no loss is recorded", s.id);
}

static void every_loss_descends_in_a_cell(void **state) {
    for_each_loss(*state, descends);
}

/* A single relu unit that is off on all anchors makes every output 0 there. */
static void an_output_without_variance_is_an_error_that_says_so(void **state) {
    lab *l = *state;
    size_t found = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        const wk_bag bag = CELL(l, "loss.name=barlow-twins", "loss.lambda=0.005", "model.width=1",
                                "model.outputs=2", "data.triplets=3");
        wk_result result;
        wk_error err = {0};
        if (wk_cell_run(&bag, seed, NULL, l->pool, &l->arena, &result, &err) == WK_OK)
            continue;
        assert_int_equal(err.status, WK_CANNOT);
        assert_non_null(strstr(err.message, "no variance"));
        found++;
    }
    assert_true(found > 0 && found < 40);
}

/* 0.1 + 0.1 + 0.1 rounds: a mean taken naively would leave a variance of 1e-34, and correlations of
 * noise. */
static void equal_outputs_have_no_variance_at_all(void **state) {
    lab *l = *state;
    const wk_loss loss = named("barlow-twins", false);
    const wk_data data = lab_data(l, 7, 18, 3);
    double *F = random_outputs(l, &data, 2, 1, 9), *g = lab_zeros(l, 2 * data.ld);
    for (size_t i = 0; i < data.n; i++)
        F[i] = 0.1;
    assert_true(isnan(value_of(l, &loss, &data, 2, F, g)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        LAB_TEST(loss_gradient_and_five_steps_are_pytorchs),
        LAB_TEST(the_gradient_is_that_of_central_differences),
        LAB_TEST(I1_cosine_gradients_are_orthogonal_to_outputs_and_scale_inversely),
        LAB_TEST(I2b_barlow_twins_gradients_are_orthogonal_to_outputs_in_each_view),
        LAB_TEST(barlow_twins_sees_no_scale_nor_shift_of_an_output),
        LAB_TEST(an_output_without_variance_but_for_rounding_has_no_correlations),
        LAB_TEST(spectral_is_at_least_minus_the_rank),
        LAB_TEST(softmax_in_blocks_is_that_of_each_pair),
        LAB_TEST(spectral_by_moments_is_that_of_each_pair),
        LAB_TEST(a_tiny_softmax_loss_keeps_its_digits),
        LAB_TEST(softmax_takes_room_for_blocks_alone),
        LAB_TEST(softmax_has_the_same_bits_on_any_number_of_threads),
        LAB_TEST(among_equal_outputs_partners_are_found_by_chance),
        LAB_TEST(low_temperatures_overflow_nothing),
        LAB_TEST(tiny_and_huge_outputs_have_a_cosine),
        LAB_TEST(at_white_outputs_both_barlow_losses_vanish),
        LAB_TEST(mse_targets_are_class_codes_or_their_stream),
        LAB_TEST(batches_on_which_a_loss_says_nothing_are_refused),
        LAB_TEST(one_output_is_refused_by_every_cosine_loss_alone),
        LAB_TEST(the_gap_sets_the_steps_of_triplet_linear_with_dot_alone),
        LAB_TEST(every_loss_descends_in_a_cell),
        LAB_TEST(an_output_without_variance_is_an_error_that_says_so),
        LAB_TEST(equal_outputs_have_no_variance_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
