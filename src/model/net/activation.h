/* Activations: a registry. A new one is a file thin_NAME.c, a row here, its limit kernel, a test
 * row. */
#ifndef WK_MODEL_NET_ACTIVATION_H
#define WK_MODEL_NET_ACTIVATION_H

#include "base/error.h"
#include "la/isa.h"
#include "model/net/thin.h"

/* The pair E[φ(u)φ(v)], E[φ'(u)φ'(v)] for Gaussians u, v. */
typedef struct wk_dual {
    double value, slope;
} wk_dual;

typedef struct wk_activation {
    const char *name, *help;
    const wk_thin *const *thin; /* kernels by instruction set, in the order of wk_isa */
    /* (u, v) ~ N(0, [[q1, c], [c, q2]]), q1, q2 > 0, |c| <= sqrt(q1 q2) (clamped). SCIENCE I6. */
    wk_dual (*dual)(double q1, double q2, double c);
} wk_activation;

extern const wk_activation wk_activations[];
extern const size_t wk_activations_n;
extern const char
    *const wk_activation_words[]; /* their names, NULL-terminated, for descriptor rows */
const wk_activation *wk_activation_find(const char *name);

/* The activation's kernels for the best instruction set. */
const wk_thin *wk_activation_thin(const wk_activation *activation);

#endif
