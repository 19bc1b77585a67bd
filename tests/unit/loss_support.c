#include "loss_support.h"

#include "ref.h"

#include <math.h>
#include <string.h>

/* The i-th value that a row is tried with; NULL: there are no more. */
static const char *choice(const wk_param *row, bool several, size_t i) {
    static const char *const temperatures[] = {"0.5", "0.2", NULL};
    static const char *const lambdas[] = {"0.005", "0.3", NULL};
    if (row->type == WK_WORD)
        return row->words[i];
    if (!several)
        return i == 0 ? row->fallback : NULL;
    if (strcmp(row->name, "temperature") == 0)
        return temperatures[i];
    if (strcmp(row->name, "lambda") == 0)
        return lambdas[i];
    fail_msg("no values to try '%s' with", row->name);
    return NULL;
}

static subject make_subject(lab *l, const wk_loss_kind *kind, bool several, const size_t *chosen) {
    subject s = {.id = kind->name};
    assert_true(kind->n <= 2);
    s.changes[0] = wk_arena_printf(&l->arena, "loss.name=%s", kind->name);
    for (size_t i = 0; i < kind->n; i++) {
        const char *value = choice(&kind->rows[i], several, chosen[i]);
        s.id = wk_arena_printf(&l->arena, "%s.%s", s.id, value);
        s.changes[i + 1] = wk_arena_printf(&l->arena, "loss.%s=%s", kind->rows[i].name, value);
        assert_true(s.id && s.changes[i + 1]);
    }
    const wk_bag bag = lab_cell(l, s.changes);
    const char *culprit;
    MUST(l, wk_loss_read(&bag, &s.loss, &culprit, &l->err));
    return s;
}

static void walk(lab *l, bool several, void (*law)(lab *l, subject s)) {
    for (size_t j = 0; j < wk_loss_kinds_n; j++) {
        const wk_loss_kind *kind = wk_loss_kinds[j];
        size_t chosen[2] = {0};
        for (bool more = true; more;) {
            law(l, make_subject(l, kind, several, chosen));
            more = false;
            for (size_t i = 0; i < kind->n && !more; i++) {
                more = choice(&kind->rows[i], several, ++chosen[i]) != NULL;
                if (!more)
                    chosen[i] = 0;
            }
        }
    }
}

void for_each_loss(lab *l, void (*law)(lab *l, subject s)) {
    walk(l, true, law);
}

void for_each_form(lab *l, void (*law)(lab *l, subject s)) {
    walk(l, false, law);
}

void prepare_with_targets(lab *l, wk_loss *loss, const wk_data *data, size_t k,
                          const char *targets) {
    wk_loss_prepare(loss, data, k, 1, l->pool, &l->arena);
    if (!loss->random_targets)
        return;
    const double *stored = wk_ref_shaped(targets, k, data->n);
    double *target = lab_zeros(l, k * data->ld);
    for (size_t a = 0; a < k; a++)
        memcpy(target + a * data->ld, stored + a * data->n, data->n * sizeof *target);
    loss->target = target;
}

double value_of(lab *l, const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                double *g) {
    const wk_arena_mark mark = wk_arena_here(&l->arena);
    wk_loss on_pool = *loss; /* not all were prepared */
    on_pool.pool = loss->pool ? loss->pool : l->pool;
    const size_t size = wk_loss_scratch(&on_pool, data, k);
    double *scratch = lab_garbage(l, size + 1);
    scratch[size] = 42;
    for (size_t j = 0; j < k * data->ld; j++)
        g[j] = NAN;
    const double value = loss->kind->value(&on_pool, data, k, F, g, scratch);
    assert_true(scratch[size] == 42);
    wk_arena_reset(&l->arena, mark);
    return value;
}

void descend(lab *l, const wk_loss *loss, wk_net *net, const wk_data *data, double eta,
             size_t steps) {
    double *g = lab_garbage(l, net->k * net->ld);
    for (size_t step = 0; step < steps; step++) {
        value_of(l, loss, data, net->k, net->F, g);
        MUST(l, wk_net_step(net, g, eta, &l->err));
    }
    wk_net_settle(net);
}
