/* The descriptor rows of a training cell: what a suite may say of its network, its training and its
 * measurements, and where wk_spec keeps it. */
#include "model/cell/spec.h"

#define ROWS(table) .rows = table, .n = sizeof table / sizeof *table

static const char *const constraints[] = {"none", "orthogonal", NULL};
static const char *const methods[] = {"gd", "flow", NULL};
static const char *const layers[] = {"all", "output", NULL};
static const char *const kernels[] = {"full", "trace", "none", NULL};
static const char *const spacings[] = {"log", "ends", NULL};
static const char *const forms[] = {"auto", "dual", "primal", NULL};
static const char *const all_inputs[] = {"all", NULL};
const char *const wk_stop_metrics[] = {"ntk.change", "ntk.change.trace", NULL};

/* clang-format off */
static const wk_param model_rows[] = {
    {"depth", WK_INTEGER, WK_AXIS, .offset = offsetof(wk_spec, depth), .fallback = "2", .min = 2,
     .max = 5, .help = "number of layers L; 2: one hidden layer", .label = "depth L",
     .symbol = "L"},
    {"residual", WK_TRUTH, WK_AXIS, .offset = offsetof(wk_spec, residual), .fallback = "false",
     .help = "hidden layers above the first add to the one below: h^l = h^{l-1} + W^l "
             "φ(h^{l-1})/√M"},
    {"activation", WK_WORD, WK_AXIS, .offset = offsetof(wk_spec, phi), .fallback = "relu",
     .words = wk_activation_words, .help = "nonlinearity φ"},
    {"outputs", WK_INTEGER, WK_AXIS, .offset = offsetof(wk_spec, outputs), .fallback = "8",
     .min = 1, .max = 64, .help = "number of outputs k", .label = "outputs k", .symbol = "k"},
    {"width", WK_INTEGER, WK_AXIS | WK_REQUIRED, .offset = offsetof(wk_spec, width), .min = 1,
     .max = 1e8, .help = "hidden width M", .label = "hidden width M", .symbol = "M"},
    {"form", WK_WORD, WK_AXIS, .offset = offsetof(wk_spec, form), .words = forms,
     .help = "how the first layer is trained, with the same result but for rounding: dual moves "
             "H = W X/√d by G = XᵀX/d, primal moves W (for many inputs); auto takes the cheaper "
             "one"},
    {"constraint", WK_WORD, WK_AXIS, .offset = offsetof(wk_spec, constraint), .fallback = "none",
     .words = constraints,
     .help = "orthogonal keeps V V^T = I by polar retraction after each step"},
};
/* clang-format on */
const wk_group wk_model_group = {
    "model", "the network f(x) = V φ(W x/√d)/√M with standard normal weights", ROWS(model_rows)};

/* clang-format off */
static const wk_param step_rows[] = {
    {"size", WK_REAL, WK_AXIS, .offset = offsetof(wk_form, value[0]), .min = WK_POSITIVE,
     .max = 1e6, .help = "the step size η itself"},
    {"spectral-radius", WK_REAL, WK_AXIS, .offset = offsetof(wk_form, value[1]), .min = WK_POSITIVE,
     .max = 1e6, .help = "η = this/|λ|_max of C at the start"},
};
/* clang-format on */
static const wk_group step_group = {"step", "step size of gradient descent", ROWS(step_rows),
                                    .shorthand = "size", .exactly_one = true};

/* clang-format off */
static const wk_param until_rows[] = {
    {"time", WK_REAL, WK_AXIS, .offset = offsetof(wk_form, value[0]), .max = 1e9,
     .help = "T, in training time t = η x steps", .label = "training time T", .symbol = "T"},
    {"log-width", WK_REAL, WK_AXIS, .offset = offsetof(wk_form, value[1]), .min = WK_POSITIVE,
     .max = 1e6, .help = "T = c ln M", .label = "c of T = c ln M", .symbol = "c"},
    {"escape", WK_REAL, WK_AXIS, .offset = offsetof(wk_form, value[2]), .min = WK_POSITIVE,
     .max = 1e6,
     .help = "T = c ln M/(2μ), μ the growth rate of the linearised dot model on this data",
     .label = "c of T = c ln M/(2μ)", .symbol = "c"},
    {"spread", WK_REAL, WK_AXIS, .offset = offsetof(wk_form, value[3]), .min = WK_POSITIVE,
     .max = 100,
     .help = "T = c/(2(λ₁ − λₖ)), λ the eigenvalues of C: the first component outgrows the k-th by "
             "e^c"},
    {"gap", WK_REAL, WK_AXIS, .offset = offsetof(wk_form, value[4]), .min = WK_POSITIVE, .max = 1,
     .help = "as many steps as the eigenvalue gap of C needs to bring sinθ to this"},
};
/* clang-format on */
static const wk_group until_group = {"until", "how long to train", ROWS(until_rows),
                                     .shorthand = "time", .exactly_one = true};

/* clang-format off */
static const wk_param train_rows[] = {
    {"method", WK_WORD, WK_AXIS, .offset = offsetof(wk_spec, method), .fallback = "gd",
     .words = methods,
     .help = "gd: full-batch gradient descent; flow: gradient flow by adaptive Dormand–Prince "
             "steps, with `step` as the unit of its checkpoints"},
    {"step", WK_GROUP, WK_AXIS | WK_REQUIRED, .offset = offsetof(wk_spec, step_form),
     .group = &step_group, .help = "step size", .label = "step size η", .symbol = "η"},
    {"until", WK_GROUP, WK_AXIS | WK_REQUIRED, .offset = offsetof(wk_spec, until_form),
     .group = &until_group, .help = "horizon T", .label = "training time T", .symbol = "T"},
    {"layers", WK_WORD, WK_AXIS, .offset = offsetof(wk_spec, layers), .fallback = "all",
     .words = layers,
     .help = "output trains V alone: the frozen-feature twin, same data and start"},
    {"tolerance", WK_REAL, .offset = offsetof(wk_spec, tolerance), .fallback = "1e-8", .min = 1e-13,
     .max = 1e-2, .help = "flow: local error a step, relative to 1 + |weight|"},
    {"max-steps", WK_INTEGER, .offset = offsetof(wk_spec, most_steps), .fallback = "200000",
     .min = 1, .max = 1e9, .help = "a cell that would take more steps fails"},
};
/* clang-format on */
const wk_group wk_train_group = {"train", "how the network is trained", ROWS(train_rows)};

/* clang-format off */
static const wk_param stop_rows[] = {
    {"metric", WK_WORD, .offset = offsetof(wk_spec, watched), .fallback = "ntk.change",
     .words = wk_stop_metrics, .help = "what is watched"},
    {"above", WK_REAL, WK_AXIS | WK_REQUIRED, .offset = offsetof(wk_spec, stop_above),
     .min = WK_POSITIVE, .max = 1e9,
     .help = "the cell ends when it exceeds this; t.escape is interpolated in its logarithm"},
};
/* clang-format on */
const wk_group wk_stop_group = {"stop", "ends a cell early and records t.escape", ROWS(stop_rows)};

/* clang-format off */
static const wk_param ntk_rows[] = {
    {"kernel", WK_WORD, WK_AXIS, .offset = offsetof(wk_ntk_form, kernel), .fallback = "full",
     .words = kernels,
     .help = "full: over the probes, all outputs; trace: summed over outputs, all inputs; none"},
    {"probes", WK_INTEGER, .offset = offsetof(wk_ntk_form, probes), .fallback = "24", .min = 1,
     .max = 10000, .words = all_inputs,
     .help = "how many inputs the full kernel is taken over, evenly spread; or all"},
    {"normalised", WK_TRUTH, .offset = offsetof(wk_ntk_form, normalised), .fallback = "false",
     .help = "also the kernel of the normalised outputs f/‖f‖"},
};
/* clang-format on */
static const wk_group ntk_group = {"ntk", "the empirical neural tangent kernel", ROWS(ntk_rows),
                                   .shorthand = "kernel"};

/* clang-format off */
static const wk_param checkpoint_rows[] = {
    {"spacing", WK_WORD, .offset = offsetof(wk_checkpoint_form, spacing), .words = spacings,
     .help = "log: start, end and about 8 a decade of steps; ends: start and end"},
    {"every", WK_REAL, .offset = offsetof(wk_checkpoint_form, every), .min = WK_POSITIVE,
     .max = 1e9, .help = "this far apart in training time"},
};
/* clang-format on */
static const wk_group checkpoint_group = {"checkpoints", "when metrics are taken",
                                          ROWS(checkpoint_rows), .shorthand = "spacing",
                                          .exactly_one = true};

/* clang-format off */
static const wk_param measure_rows[] = {
    {"ntk", WK_GROUP, .offset = offsetof(wk_spec, ntk_form), .fallback = "{}", .group = &ntk_group,
     .help = "the empirical neural tangent kernel"},
    {"checkpoints", WK_GROUP, .offset = offsetof(wk_spec, checkpoints), .fallback = "log",
     .group = &checkpoint_group, .help = "when metrics are taken"},
    {"pca", WK_TRUTH, .offset = offsetof(wk_spec, pca), .fallback = "false",
     .help = "distances to the principal components of C_0, and of C of other data"},
    {"representation", WK_TRUTH, .offset = offsetof(wk_spec, representation), .fallback = "false",
     .help = "the outputs at the end, turned onto the PCA representation; needs pca"},
    {"linearised", WK_TRUTH, .offset = offsetof(wk_spec, linearised), .fallback = "false",
     .help = "the model linearised at the start, trained beside the network; needs kernel: full, "
             "probes: all, method: gd"},
    {"limit", WK_TRUTH, .offset = offsetof(wk_spec, limit), .fallback = "false",
     .help = "distance of the kernel at the start from the infinite-width one; needs kernel: full"},
    {"spectral", WK_TRUTH, .offset = offsetof(wk_spec, spectral), .fallback = "false",
     .help = "also the kernel's change in spectral norm; needs kernel: full"},
    {"identities", WK_TRUTH, .offset = offsetof(wk_spec, identities), .fallback = "false",
     .help = "residuals of the exact identities that hold for the cell, each with a control; at "
             "every step, at the cost of some plain steps"},
    {"move", WK_TRUTH, .offset = offsetof(wk_spec, move), .fallback = "false",
     .help = "‖Δθ‖, absolute and relative; doubles the memory"},
};
/* clang-format on */
const wk_group wk_measure_group = {"measure", "what is measured", ROWS(measure_rows)};
