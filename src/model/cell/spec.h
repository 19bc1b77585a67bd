/* What a training cell is: its parameters, typed; their descriptor rows; and what can be told of it
 * before it runs. */
#ifndef WK_MODEL_CELL_SPEC_H
#define WK_MODEL_CELL_SPEC_H

#include "model/loss/loss.h"
#include "model/net/net.h"

/* How long to train, in the order of the rows of `until`. T is training time t = step x size. */
typedef enum wk_until {
    WK_UNTIL_TIME,      /* T given */
    WK_UNTIL_LOG_WIDTH, /* T = c ln M */
    WK_UNTIL_ESCAPE, /* T = c ln M/(2μ), μ the growth rate of the linearised dot model on this data
                      */
    WK_UNTIL_SPREAD, /* T = c/(2(λ_1 − λ_k)), λ of C_0: e^c between first and k-th component */
    WK_UNTIL_GAP,    /* as many steps as SCIENCE I8 says bring sinθ to tol */
} wk_until;

/* Words of the rows, in their order. */
enum { WK_FORM_AUTO, WK_FORM_DUAL, WK_FORM_PRIMAL }; /* model.form */
enum { WK_UNCONSTRAINED, WK_ORTHOGONAL };            /* model.constraint */
enum { WK_DESCENT, WK_FLOW };                        /* train.method */
enum { WK_ALL_LAYERS, WK_OUTPUT_LAYER };             /* train.layers */
enum { WK_LOG_SPACED, WK_ENDS };                     /* measure.checkpoints.spacing */
typedef enum wk_ntk_kind { WK_NTK_FULL, WK_NTK_TRACE, WK_NTK_NONE } wk_ntk_kind;

/* Which row of a group of exactly one is there. */
enum { WK_STEP_SIZE, WK_STEP_SPECTRAL_RADIUS };
enum { WK_CHECKPOINTS_SPACING, WK_CHECKPOINTS_EVERY };

/* A group of which exactly one row is there: which, and its value at that index. */
typedef struct wk_form {
    int which;
    double value[5];
} wk_form;

typedef struct wk_ntk_form {
    int kernel;
    size_t probes;
    bool normalised;
} wk_ntk_form;

typedef struct wk_checkpoint_form {
    int which, spacing;
    double every;
} wk_checkpoint_form;

/* Exact identities of training (model/cell/identities.h). */
typedef enum wk_identity {
    WK_IDENTITY_RADIAL,
    WK_IDENTITY_GROWTH,
    WK_IDENTITY_BALANCE,
    WK_IDENTITY_CLOSED,
    WK_IDENTITY_DUAL,
    WK_IDENTITY_KINDS,
} wk_identity;

typedef struct wk_spec {
    uint64_t seed;
    /* Bound to the rows of `model`, `train`, `measure` and `stop`. */
    size_t depth, width, outputs; /* L, M, k */
    bool residual;
    int phi; /* index in wk_activations */
    int form, constraint, method, layers;
    wk_form step_form, until_form;
    double tolerance; /* of the flow's steps */
    size_t most_steps;
    wk_ntk_form ntk_form;
    wk_checkpoint_form checkpoints;
    bool pca, representation, move;
    bool identities;
    bool linearised, limit, spectral; /* see the rows of `measure` */
    int watched;                      /* wk_ntk_kind of the change that ends the cell */
    double stop_above;
    /* What follows from them. */
    const wk_activation *activation;
    size_t hidden; /* depth − 2 */
    bool orthogonal, frozen;
    wk_loss loss;
    bool flow;             /* gradient flow instead of gradient descent */
    bool step_is_relative; /* η = step/|λ|_max(C_0), else η = step */
    double step;
    wk_until until;
    double horizon; /* T, c, c, c or tol */
    bool stops;     /* end when the NTK change (of kind `watched`) exceeds `stop_above` */
    wk_ntk_kind ntk;
    size_t probes; /* 0: all */
    bool ntk_normalised;
    double every;    /* checkpoints this far apart in t; 0: see log_spaced */
    bool log_spaced; /* start, end, and about 8 a decade of steps; false with every = 0: start and
                        end */
    size_t n_bound, N, d; /* at most n inputs; triplets; input dimension */
    double table_bytes;   /* that reading the data's files takes; 0: it is drawn */
} wk_spec;

extern const wk_group wk_model_group, wk_train_group, wk_stop_group, wk_measure_group;
extern const char *const wk_stop_metrics[]; /* the words of `stop.metric`, NULL-terminated */

/* Binds the parameters, and checks what can be checked without the data: k >= 2 with cosine, k <= M
 * and k below the number of triplets (of positive eigenvalues) with orthogonality, … On
 * WK_BAD_INPUT *culprit is the key to blame ("model.outputs"), or the group that lacks one. */
wk_status wk_spec_read(const wk_bag *params, uint64_t seed, wk_spec *spec, const char **culprit,
                       wk_error *err) WK_CHECKED;

/* Does the identity hold for such a cell? */
bool wk_identity_holds(const wk_spec *spec, wk_identity identity);

/* The network's options that this asks for, with n inputs of dimension d. */
wk_net_options wk_spec_options(const wk_spec *spec, size_t n, size_t d);
wk_net_shape wk_spec_shape(const wk_spec *spec, size_t n, size_t d);

/* Does anything need G (n, n) of the inputs: the dual form, or a kernel over all of them? */
bool wk_spec_needs_gram(const wk_spec *spec, size_t n, size_t d);

/* Operations that the cell will take, roughly: T of `escape` and `gap` is not known before. */
double wk_spec_flops(const wk_spec *spec);

/* Bytes that its process will take at most, with so many threads: an upper estimate (memory.c).
 * wk_spec_arrays_bytes: what --save-arrays adds. */
double wk_spec_bytes(const wk_spec *spec, size_t threads);
double wk_spec_arrays_bytes(const wk_spec *spec);

/* Checkpoints, at most. */
double wk_spec_checkpoints(const wk_spec *spec);

#endif
