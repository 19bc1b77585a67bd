/* What the tests of losses share: the walk over the registry, with a loss for each combination of
 * its parameters, and training on any of them. */
#ifndef WK_TESTS_LOSS_SUPPORT_H
#define WK_TESTS_LOSS_SUPPORT_H

#include "model/loss/loss.h"
#include "model_support.h"

typedef struct subject {
    wk_loss loss;
    const char *id;         /* "infonce.cosine.0.2" */
    const char *changes[4]; /* "loss.name=infonce", … for lab_cell */
} subject;

/* Every loss with every word (similarity, targets) and several numbers (temperature, λ). */
void for_each_loss(lab *l, void (*law)(lab *l, subject s));
/* The same, but numbers only at their defaults. */
void for_each_form(lab *l, void (*law)(lab *l, subject s));

/* wk_loss_prepare; random targets, which are ours by a law of test_loss, become those of the stored
 * matrix `targets` (k, n). */
void prepare_with_targets(lab *l, wk_loss *loss, const wk_data *data, size_t k,
                          const char *targets);

/* The value; g and the scratch hold NaN before, and nothing beyond the scratch is touched. */
double value_of(lab *l, const wk_loss *loss, const wk_data *data, size_t k, const double *F,
                double *g);

/* `steps` steps of gradient descent from where the network is; then settled. */
void descend(lab *l, const wk_loss *loss, wk_net *net, const wk_data *data, double eta,
             size_t steps);

#endif
