/* What a training cell is: its parameters, typed; their descriptor rows; and what can be told of it
 * before it runs. */
#ifndef WK_MODEL_CELL_SPEC_H
#define WK_MODEL_CELL_SPEC_H

#include "model/loss/loss.h"
#include "model/net/net.h"

/* How long to train. T is training time t = step x size. */
typedef enum wk_until {
    WK_UNTIL_TIME,      /* T given */
    WK_UNTIL_LOG_WIDTH, /* T = c ln M */
    WK_UNTIL_ESCAPE, /* T = c ln M/(2μ), μ the growth rate of the linearised dot model on this data
                      */
    WK_UNTIL_SPREAD, /* T = c/(2(λ_1 − λ_k)), λ of C_0: e^c between first and k-th component */
    WK_UNTIL_GAP,    /* as many steps as SCIENCE I8 says bring sinθ to tol */
} wk_until;

typedef enum wk_ntk_kind { WK_NTK_NONE, WK_NTK_FULL, WK_NTK_TRACE } wk_ntk_kind;

typedef struct wk_spec {
    uint64_t seed;
    const wk_activation *activation;
    size_t width, outputs; /* M, k */
    size_t hidden;         /* depth − 2 */
    bool residual;
    bool orthogonal, frozen;
    wk_loss loss;
    bool flow;             /* gradient flow instead of gradient descent */
    double tolerance;      /* of the flow's steps */
    bool step_is_relative; /* η = step/|λ|_max(C_0), else η = step */
    double step;
    wk_until until;
    double horizon; /* T, c, c, c or tol */
    size_t most_steps;
    bool stops; /* end when the NTK change (of kind `ntk`) exceeds `stop_above` */
    double stop_above;
    wk_ntk_kind ntk;
    size_t probes; /* 0: all */
    bool ntk_normalised;
    double every;    /* checkpoints this far apart in t; 0: see log_spaced */
    bool log_spaced; /* start, end, and about 8 a decade of steps; false with every = 0: start and
                        end */
    bool pca, representation, move;
    bool identities;
    bool linearised, limit, spectral; /* see the rows of `measure` */
    size_t n_bound, N, d;             /* at most n inputs; triplets; input dimension */
    double table_bytes;               /* that reading the data's files takes; 0: it is drawn */
} wk_spec;

extern const wk_group wk_model_group, wk_train_group, wk_stop_group, wk_measure_group;

/* Reads and checks what can be checked without the data: k >= 2 with cosine, k <= M and k below the
 * number of triplets (of positive eigenvalues) with orthogonality, … On WK_BAD_INPUT *culprit is
 * the key to blame
 * ("model.outputs"). */
wk_status wk_spec_read(const wk_bag *params, uint64_t seed, wk_spec *spec, const char **culprit,
                       wk_error *err) WK_CHECKED;

/* The network's options that this asks for. */
wk_net_options wk_spec_options(const wk_spec *spec);

/* Operations that the cell will take, roughly: T of `escape` and `gap` is not known before. */
double wk_spec_flops(const wk_spec *spec);

/* Bytes that its process will take at most, with so many threads: an upper estimate (memory.c).
 * wk_spec_arrays_bytes: what --save-arrays adds. */
double wk_spec_bytes(const wk_spec *spec, size_t threads);
double wk_spec_arrays_bytes(const wk_spec *spec);

/* Checkpoints, at most. */
double wk_spec_checkpoints(const wk_spec *spec);

#endif
