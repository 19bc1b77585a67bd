/* The descriptor rows of a training cell: what a suite may say of its network, its training and its
 * measurements, and where wk_spec keeps it. */
#include "model/cell/spec.h"

static const char *const constraints[] = {"none", "orthogonal", NULL};
static const char *const methods[] = {"gd", "flow", NULL};
static const char *const layers[] = {"all", "output", NULL};
static const char *const kernels[] = {"full", "trace", "none", NULL};
static const char *const spacings[] = {"log", "ends", NULL};
static const char *const forms[] = {"auto", "dual", "primal", NULL};
static const char *const all_inputs[] = {"all", NULL};
const char *const wk_stop_metrics[] = {"ntk.change", "ntk.change.trace", NULL};

/* clang-format off: a table, one entry in few lines */
static const wk_param model_rows[] = {
    {.name = "depth", .type = WK_INTEGER, .flags = WK_AXIS, .fallback = "2", .min = 2, .max = 5,
     .help = "number of layers L; 2: one hidden layer", .label = "depth L", .symbol = "L",
     .offset = offsetof(wk_spec, depth)},
    {.name = "residual", .type = WK_TRUTH, .flags = WK_AXIS, .fallback = "false",
     .help = "hidden layers above the first add to the one below: h^l = h^{l-1} + W^l "
      "φ(h^{l-1})/√M", .offset = offsetof(wk_spec, residual)},
    {.name = "activation", .type = WK_WORD, .flags = WK_AXIS, .fallback = "relu",
     .words = wk_activation_words, .help = "nonlinearity φ", .offset = offsetof(wk_spec, phi)},
    {.name = "outputs", .type = WK_INTEGER, .flags = WK_AXIS, .fallback = "8", .min = 1, .max = 64,
     .help = "number of outputs k", .label = "outputs k", .symbol = "k",
     .offset = offsetof(wk_spec, outputs)},
    {.name = "width", .type = WK_INTEGER, .flags = WK_AXIS | WK_REQUIRED, .min = 1, .max = 1e8,
     .help = "hidden width M", .label = "hidden width M", .symbol = "M",
     .offset = offsetof(wk_spec, width)},
    {.name = "form", .type = WK_WORD, .flags = WK_AXIS, .words = forms,
     .help = "how the first layer is trained, with the same result but for rounding: dual moves "
      "H = W X/√d by G = XᵀX/d, primal moves W (for many inputs); auto takes the cheaper one",
     .offset = offsetof(wk_spec, form)},
    {.name = "constraint", .type = WK_WORD, .flags = WK_AXIS, .fallback = "none",
     .words = constraints, .help = "orthogonal keeps V V^T = I by polar retraction after each step",
     .offset = offsetof(wk_spec, constraint)},
};
/* clang-format on */
const wk_group wk_model_group = {
    .name = "model",
    .help = "the network f(x) = V φ(W x/√d)/√M with standard normal weights",
    .rows = model_rows,
    .n = sizeof model_rows / sizeof *model_rows};

/* clang-format off: a table, one entry in few lines */
static const wk_param step_rows[] = {
    {.name = "size", .type = WK_REAL, .flags = WK_AXIS, .min = WK_POSITIVE, .max = 1e6,
     .help = "the step size η itself", .offset = offsetof(wk_form, value[0])},
    {.name = "spectral-radius", .type = WK_REAL, .flags = WK_AXIS, .min = WK_POSITIVE, .max = 1e6,
     .help = "η = this/|λ|_max of C at the start", .offset = offsetof(wk_form, value[1])},
};
/* clang-format on */
static const wk_group step_group = {.name = "step",
                                    .help = "step size of gradient descent",
                                    .rows = step_rows,
                                    .n = sizeof step_rows / sizeof *step_rows,
                                    .shorthand = "size",
                                    .exactly_one = true};

/* clang-format off: a table, one entry in few lines */
static const wk_param until_rows[] = {
    {.name = "time", .type = WK_REAL, .flags = WK_AXIS, .max = 1e9,
     .help = "T, in training time t = η x steps", .label = "training time T", .symbol = "T",
     .offset = offsetof(wk_form, value[0])},
    {.name = "log-width", .type = WK_REAL, .flags = WK_AXIS, .min = WK_POSITIVE, .max = 1e6,
     .help = "T = c ln M", .label = "c of T = c ln M", .symbol = "c",
     .offset = offsetof(wk_form, value[1])},
    {.name = "escape", .type = WK_REAL, .flags = WK_AXIS, .min = WK_POSITIVE, .max = 1e6,
     .help = "T = c ln M/(2μ), μ the growth rate of the linearised dot model on this data",
     .label = "c of T = c ln M/(2μ)", .symbol = "c", .offset = offsetof(wk_form, value[2])},
    {.name = "spread", .type = WK_REAL, .flags = WK_AXIS, .min = WK_POSITIVE, .max = 100,
     .help = "T = c/(2(λ₁ − λₖ)), λ the eigenvalues of C: the first component outgrows the k-th by "
      "e^c", .offset = offsetof(wk_form, value[3])},
    {.name = "gap", .type = WK_REAL, .flags = WK_AXIS, .min = WK_POSITIVE, .max = 1,
     .help = "as many steps as the eigenvalue gap of C needs to bring sinθ to this",
     .offset = offsetof(wk_form, value[4])},
};
/* clang-format on */
static const wk_group until_group = {.name = "until",
                                     .help = "how long to train",
                                     .rows = until_rows,
                                     .n = sizeof until_rows / sizeof *until_rows,
                                     .shorthand = "time",
                                     .exactly_one = true};

/* clang-format off: a table, one entry in few lines */
static const wk_param train_rows[] = {
    {.name = "method", .type = WK_WORD, .flags = WK_AXIS, .fallback = "gd", .words = methods,
     .help = "gd: full-batch gradient descent; flow: gradient flow by adaptive Dormand–Prince "
      "steps, with `step` as the unit of its checkpoints", .offset = offsetof(wk_spec, method)},
    {.name = "step", .type = WK_GROUP, .flags = WK_AXIS | WK_REQUIRED, .group = &step_group,
     .help = "step size", .label = "step size η", .symbol = "η",
     .offset = offsetof(wk_spec, step_form)},
    {.name = "until", .type = WK_GROUP, .flags = WK_AXIS | WK_REQUIRED, .group = &until_group,
     .help = "horizon T", .label = "training time T", .symbol = "T",
     .offset = offsetof(wk_spec, until_form)},
    {.name = "layers", .type = WK_WORD, .flags = WK_AXIS, .fallback = "all", .words = layers,
     .help = "output trains V alone: the frozen-feature twin, same data and start",
     .offset = offsetof(wk_spec, layers)},
    {.name = "tolerance", .type = WK_REAL, .fallback = "1e-8", .min = 1e-13, .max = 1e-2,
     .help = "flow: local error a step, relative to 1 + |weight|",
     .offset = offsetof(wk_spec, tolerance)},
    {.name = "max-steps", .type = WK_INTEGER, .fallback = "200000", .min = 1, .max = 1e9,
     .help = "a cell that would take more steps fails", .offset = offsetof(wk_spec, most_steps)},
};
/* clang-format on */
const wk_group wk_train_group = {.name = "train",
                                 .help = "how the network is trained",
                                 .rows = train_rows,
                                 .n = sizeof train_rows / sizeof *train_rows};

/* clang-format off: a table, one entry in few lines */
static const wk_param stop_rows[] = {
    {.name = "metric", .type = WK_WORD, .fallback = "ntk.change", .words = wk_stop_metrics,
     .help = "what is watched", .offset = offsetof(wk_spec, watched)},
    {.name = "above", .type = WK_REAL, .flags = WK_AXIS | WK_REQUIRED, .min = WK_POSITIVE,
     .max = 1e9,
     .help = "the cell ends when it exceeds this; t.escape is interpolated in its logarithm",
     .offset = offsetof(wk_spec, stop_above)},
};
/* clang-format on */
const wk_group wk_stop_group = {.name = "stop",
                                .help = "ends a cell early and records t.escape",
                                .rows = stop_rows,
                                .n = sizeof stop_rows / sizeof *stop_rows};

/* clang-format off: a table, one entry in few lines */
static const wk_param ntk_rows[] = {
    {.name = "kernel", .type = WK_WORD, .flags = WK_AXIS, .fallback = "full", .words = kernels,
     .help = "full: over the probes, all outputs; trace: summed over outputs, all inputs; none",
     .offset = offsetof(wk_ntk_form, kernel)},
    {.name = "probes", .type = WK_INTEGER, .fallback = "24", .min = 1, .max = 10000,
     .words = all_inputs,
     .help = "how many inputs the full kernel is taken over, evenly spread; or all",
     .offset = offsetof(wk_ntk_form, probes)},
    {.name = "normalised", .type = WK_TRUTH, .fallback = "false",
     .help = "also the kernel of the normalised outputs f/‖f‖",
     .offset = offsetof(wk_ntk_form, normalised)},
};
/* clang-format on */
static const wk_group ntk_group = {.name = "ntk",
                                   .help = "the empirical neural tangent kernel",
                                   .rows = ntk_rows,
                                   .n = sizeof ntk_rows / sizeof *ntk_rows,
                                   .shorthand = "kernel"};

/* clang-format off: a table, one entry in few lines */
static const wk_param checkpoint_rows[] = {
    {.name = "spacing", .type = WK_WORD, .words = spacings,
     .help = "log: start, end and about 8 a decade of steps; ends: start and end",
     .offset = offsetof(wk_checkpoint_form, spacing)},
    {.name = "every", .type = WK_REAL, .min = WK_POSITIVE, .max = 1e9,
     .help = "this far apart in training time", .offset = offsetof(wk_checkpoint_form, every)},
};
/* clang-format on */
static const wk_group checkpoint_group = {.name = "checkpoints",
                                          .help = "when metrics are taken",
                                          .rows = checkpoint_rows,
                                          .n = sizeof checkpoint_rows / sizeof *checkpoint_rows,
                                          .shorthand = "spacing",
                                          .exactly_one = true};

/* clang-format off: a table, one entry in few lines */
static const wk_param measure_rows[] = {
    {.name = "ntk", .type = WK_GROUP, .fallback = "{}", .group = &ntk_group,
     .help = "the empirical neural tangent kernel", .offset = offsetof(wk_spec, ntk_form)},
    {.name = "checkpoints", .type = WK_GROUP, .fallback = "log", .group = &checkpoint_group,
     .help = "when metrics are taken", .offset = offsetof(wk_spec, checkpoints)},
    {.name = "pca", .type = WK_TRUTH, .fallback = "false",
     .help = "distances to the principal components of C_0, and of C of other data",
     .offset = offsetof(wk_spec, pca)},
    {.name = "representation", .type = WK_TRUTH, .fallback = "false",
     .help = "the outputs at the end, turned onto the PCA representation; needs pca",
     .offset = offsetof(wk_spec, representation)},
    {.name = "linearised", .type = WK_TRUTH, .fallback = "false",
     .help = "the model linearised at the start, trained beside the network; needs kernel: full, "
      "probes: all, method: gd", .offset = offsetof(wk_spec, linearised)},
    {.name = "limit", .type = WK_TRUTH, .fallback = "false",
     .help = "distance of the kernel at the start from the infinite-width one; needs kernel: full",
     .offset = offsetof(wk_spec, limit)},
    {.name = "spectral", .type = WK_TRUTH, .fallback = "false",
     .help = "also the kernel's change in spectral norm; needs kernel: full",
     .offset = offsetof(wk_spec, spectral)},
    {.name = "identities", .type = WK_TRUTH, .fallback = "false",
     .help = "residuals of the exact identities that hold for the cell, each with a control; at "
      "every step, at the cost of some plain steps", .offset = offsetof(wk_spec, identities)},
    {.name = "move", .type = WK_TRUTH, .fallback = "false",
     .help = "‖Δθ‖, absolute and relative; doubles the memory", .offset = offsetof(wk_spec, move)},
};
/* clang-format on */
const wk_group wk_measure_group = {.name = "measure",
                                   .help = "what is measured",
                                   .rows = measure_rows,
                                   .n = sizeof measure_rows / sizeof *measure_rows};
