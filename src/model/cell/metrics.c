/* The registry of metrics, and the recorder of their values. */
#include "model/cell/metrics.h"

#include <math.h>
#include <string.h>

/* A row that does not say how it replays is smooth. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

const wk_metric wk_metrics[] = {
    {"loss", "loss ℓ", "the training loss"},
    {"output.norm", "‖F‖", "Frobenius norm of all outputs", .positive = true},
    {"output.min-norm", "min ‖f(x)‖", "smallest norm of an output over the inputs",
     .positive = true},
    {"output.mean-norm", "mean ‖f(x)‖", "mean norm of an output over the inputs", .positive = true},
    {"output.norm.unseen", "‖F‖, held out", "output.norm of the inputs that are held out",
     .positive = true},
    {"output.min-norm.unseen", "min ‖f(x)‖, held out",
     "output.min-norm of the inputs that are held out", .positive = true},
    {"output.mean-norm.unseen", "mean ‖f(x)‖, held out",
     "output.mean-norm of the inputs that are held out", .positive = true},
    {"weights.output-norm2", "‖V‖²", "squared Frobenius norm of the output layer",
     .positive = true},
    {"weights.move", "‖Δθ‖", "distance of all weights from their start", .positive = true},
    {"weights.move.relative", "‖Δθ‖/‖θ₀‖",
     "the same relative to the weights' expected norm at the start, √(Md + kM + (L−2)M²)",
     .positive = true},
    {"ntk.change", "ΔΘ = ‖Θₜ − Θ₀‖/‖Θ₀‖",
     "relative change of the empirical NTK of the raw outputs since the start", .brief = "ΔΘ",
     .positive = true},
    {"ntk.change.normalised", "ΔΘ of f/‖f‖",
     "relative change of the empirical NTK of the normalised outputs", .positive = true},
    {"ntk.change.trace", "ΔΘ (trace kernel)",
     "relative change of the NTK summed over outputs, on all inputs", .positive = true},
    {"ntk.change.spectral", "ΔΘ (spectral norm)", "the same in spectral norm: ‖Θₜ − Θ₀‖₂/‖Θ₀‖₂",
     .positive = true},
    {"ntk.init-deviation", "‖Θ₀ − Θ∞‖/‖Θ∞‖",
     "relative distance of the NTK at the start from the infinite-width kernel", .positive = true},
    {"ntk.init-deviation.output", "‖Θ₀ − K‖/‖Θ∞‖",
     "the same against the output layer's part of the infinite-width kernel alone: a control",
     .positive = true},
    {"ntk.init-z", "z of Θ₀",
     "deviation of Θ₀'s entry (first output, first input, twice) from Θ∞ in units of its "
     "exact standard deviation √(Vr/M)"},
    {"ntk.init-z.cross", "z of Θ₀, two outputs",
     "the same between the first two outputs, whose mean is 0"},
    {"ntk.init-z.cross.dropped", "z of Θ₀, two outputs, without δ",
     "its deviation from Θ∞, as if two outputs were one: a control"},
    {"ntk.init-z.output", "z of Θ₀ without W",
     "ntk.init-z of the output layer's part alone: a control"},
    {"identity.radial", "|⟨g, f⟩|/(‖g‖‖f‖)",
     "largest cosine so far between an output and its gradient; 0 under cosine similarity (I1)",
     WK_REPLAY_ROUNDING},
    {"identity.radial.dropped", "the same without the radial term",
     "the same for the gradient of the cosine without its term along f: a control", .refers = true},
    {"identity.growth", "residual of ‖V‖² after a step",
     "largest relative residual so far of ‖V‖² after a step against what I2 says",
     WK_REPLAY_ROUNDING},
    {"identity.growth.dropped", "the same without η²‖∇V‖²",
     "the same without the term η²‖∇V‖²: a control", .refers = true},
    {"identity.balance", "residual of ‖w‖² − ‖v‖²",
     "largest change so far of ‖w‖² − ‖v‖² of a hidden unit, relative to the changes of the two "
     "(I3, flow)",
     WK_REPLAY_ROUNDING},
    {"identity.balance.dropped", "the same without ‖v‖²",
     "the same without the output weights: a control", .refers = true},
    {"identity.closed", "residual of the closed form",
     "largest distance so far from the closed form of frozen dot training: of outputs (I7), or of "
     "row spaces when V is "
     "orthogonal (I8)",
     WK_REPLAY_ROUNDING},
    {"identity.closed.dropped", "the same, flow for steps",
     "the same against the flow's exponential for gradient descent, and the reverse: a control",
     .refers = true},
    {"identity.dual", "residual of the dual form",
     "largest relative distance so far of the outputs from those of a network trained on W itself "
     "(I9)",
     WK_REPLAY_ROUNDING},
    {"identity.dual.dropped", "the same, W left alone",
     "the same from a network whose W is not trained: a control", .refers = true},
    {"linearised.error", "‖F − F_lin‖/‖F − F₀‖",
     "distance of the outputs from those of the model linearised at the start", .positive = true},
    {"t.escape", "escape time t_ε",
     "when the NTK's change passed stop's bound, interpolated in its logarithm; infinite if it did "
     "not",
     WK_REPLAY_EVENT, .positive = true},
    {"t.diverged", "t at divergence", "when ‖F‖ left 10³√M or the finite range", WK_REPLAY_EVENT,
     .positive = true},
    {"escape.growth", "growth rate μ", "2 λ_max(SΘ_∞): growth rate of the linearised dot model",
     .positive = true},
    {"escape.predicted-slope", "dt_ε/d ln M of the linearised model",
     "η/(2 ln(1+ημ)): slope of the escape time on ln M that the linearised dot model predicts for "
     "gradient descent; 1/(2μ) for the flow",
     .positive = true},
    {"train.step", "step size η", "the step size that was used", .positive = true},
    {"train.steps", "steps", "steps that were planned", WK_REPLAY_EVENT},
    {"train.primal", "primal form", "1 where the first layer was trained in primal form",
     WK_REPLAY_EVENT},
    {"pca.sine", "sin θ to PCA",
     "largest principal angle between the rows of V and the top k eigenvectors of C_0",
     .positive = true},
    {"pca.sine.other", "sin θ to PCA of other data",
     "the same to the eigenvectors of C_0 of a second, independent data set", .positive = true},
    {"pca.sine.current", "sin θ to PCA of Cₜ", "the same to the eigenvectors of the current C_t",
     .positive = true},
    {"pca.drift", "‖Cₜ − C₀‖", "how far C has moved with the features", .positive = true},
    {"pca.bound", "2 sup‖Cₜ − C₀‖/gap",
     "Davis–Kahan bound on sin θ from the drift seen at checkpoints so far", .positive = true},
    {"pca.excess", "sin θ less its bound",
     "pca.sine less pca.bound: what the drift of C does not account for"},
    {"pca.excess.other", "sin θ to PCA of other data less the bound",
     "pca.sine.other less pca.bound: a control"},
    {"pca.gap.current", "gap of Cₜ", "eigenvalue gap of the current C_t below the k-th"},
    {"pca.eigenvalue.current", "eigenvalues of Cₜ",
     "of C_t at the last checkpoint, by algebraic value"},
    {"pca.gap", "gap λₖ − λₖ₊₁", "eigenvalue gap of C_0 below the k-th"},
    {"pca.eigenvalue", "eigenvalues of C₀", "by algebraic value, from the largest"},
    {"pca.procrustes", "Procrustes distance to PCA",
     "distance of the outputs to the PCA representation, up to rotation and scale",
     .positive = true},
    {"pca.cka", "CKA with PCA",
     "linear centred kernel alignment of outputs and PCA representation"},
    {"pca.procrustes.unseen", "Procrustes distance to PCA, held out",
     "pca.procrustes of the inputs that are held out, whose PCA representation is on the "
     "components of those trained on",
     .positive = true},
    {"pca.cka.unseen", "CKA with PCA, held out", "pca.cka of the same inputs"},
    {"pca.representation.1.unseen", "first principal component, held out",
     "pca.representation.1 of the inputs that are held out", WK_REPLAY_SIGN},
    {"pca.representation.2.unseen", "second principal component, held out",
     "pca.representation.2 of the inputs that are held out", WK_REPLAY_SIGN},
    {"pca.representation.1", "first principal component",
     "PCA representation of each input, first axis", WK_REPLAY_SIGN},
    {"pca.representation.2", "second principal component",
     "PCA representation of each input, second axis", WK_REPLAY_SIGN},
    {"representation.1", "first output",
     "outputs turned onto the PCA representation, first axis; without the constraint also scaled "
     "to its size",
     WK_REPLAY_SIGN},
    {"representation.2", "second output", "the same, second axis", WK_REPLAY_SIGN},
    {"representation.class", "class", "class of each input"},
    {"representation.1.unseen", "first output, held out",
     "representation.1 of the inputs that are held out, turned and scaled as those trained on",
     WK_REPLAY_SIGN},
    {"representation.2.unseen", "second output, held out", "the same, second axis", WK_REPLAY_SIGN},
    {"representation.class.unseen", "class, held out", "class of each input that is held out"},
    {"representation.effective-rank", "effective rank of F",
     "exponential of the entropy of the normalised singular values of the outputs",
     .positive = true},
    {"representation.effective-rank.unseen", "effective rank of F, held out",
     "representation.effective-rank of the inputs that are held out", .positive = true},
    {"kernel.seconds", "time of a call",
     "wall time of a call, in seconds: for each sample, which is at least 2 ms of calls together",
     WK_REPLAY_TIME, .positive = true, .routine = true},
    {"kernel.cpu", "CPU time of a call", "CPU time of all threads in a call, for each sample",
     WK_REPLAY_TIME, .positive = true, .routine = true},
    {"kernel.gflops", "rate (GFLOP/s)",
     "operations of one call over the median wall time of a call", WK_REPLAY_TIME, .positive = true,
     .routine = true},
    {"kernel.peak", "FMA peak (GFLOP/s)",
     "best rate of a loop of fused multiply-adds in registers, on as many threads, run between "
     "the samples; of each thread by its own CPU time",
     WK_REPLAY_TIME, .positive = true, .routine = true},
    {"kernel.share", "rate over FMA peak", "kernel.gflops over kernel.peak", WK_REPLAY_TIME,
     .positive = true, .routine = true},
    {"kernel.of-gemm", "rate over that of the tile's GEMM",
     "kernel.gflops of a whole stage over the median rate of the product that it is made of, at "
     "the same shape and on the same threads, run between the samples",
     WK_REPLAY_TIME, .positive = true, .routine = true},
    {"kernel.threads", "threads at work", "CPU time over wall time of all timed calls",
     WK_REPLAY_TIME, .positive = true, .routine = true},
    {"kernel.helpers", "share of other threads",
     "share of the timed calls' CPU time that was not the calling thread's: 0 on one thread, 1 − "
     "1/T on T that work alike; a busy machine does not change it",
     WK_REPLAY_TIME, .routine = true},
    {"kernel.contention", "1 − CPU/(wall × threads)",
     "share of the timed calls' wall time that their threads did not get, or did not use: above "
     "0.1 the machine was busy and the rate misleads, or the kernel has not that much parallel "
     "work; below 0 it used more threads than it was given",
     WK_REPLAY_TIME, .routine = true},
    {"kernel.clock", "spread of the FMA rate",
     "90th over 10th percentile of the rate of the loop of fused multiply-adds within the cell: "
     "above 1.1 the clock changed",
     WK_REPLAY_TIME, .positive = true, .routine = true},
    {"kernel.residual", "residual/(n ε)",
     "backward error of the result in units of the rounding error times the length of its sums; "
     "a right result has at most 1/2 (sums), 1 (dtrsm), 3/2 (dpotrf) or 4 (eigenvalues, singular "
     "values, QR, pca)",
     WK_REPLAY_ROUNDING, .routine = true},
    {"kernel.residual.planted", "the same of a wrong result",
     "the same when every number of the result is made wrong by 2^22 rounding errors (10^-9 in "
     "double precision): a control",
     .refers = true, .routine = true},
    {"kernel.unequal", "samples with other bits",
     "samples whose last result was not bit for bit the first call's", WK_REPLAY_EVENT,
     .routine = true},
    {"kernel.digest", "digest of the bits",
     "the result's bits, hashed to 48 bits: equal results have equal digests", WK_REPLAY_BITS,
     .routine = true},
    {"kernel.sample", "entries of the result",
     "some entries of the result, the same on every backend, free of signs that are a "
     "convention",
     .routine = true},
    {"kernel.sample.planted", "the same, wrong",
     "the same, made wrong by an amount that depends on the library's file, up to 2^22 rounding "
     "errors: a control",
     .refers = true, .routine = true},
    {"kernel.tolerance", "bound on their difference",
     "how far, relative to the largest of the entries, two right results may be apart: n ε times "
     "the condition",
     .routine = true},
};
const size_t wk_metrics_n = sizeof wk_metrics / sizeof *wk_metrics;

bool wk_metric_positive(const char *name) {
    for (size_t i = 0; i < wk_metrics_n; i++)
        if (strcmp(wk_metrics[i].name, name) == 0)
            return wk_metrics[i].positive;
    return false;
}

enum { MOST_SERIES = sizeof wk_metrics / sizeof *wk_metrics };

static const char *registered(const char *name) {
    for (size_t i = 0; i < wk_metrics_n; i++)
        if (strcmp(wk_metrics[i].name, name) == 0)
            return wk_metrics[i].name;
    wk_bug(__FILE__, __LINE__, "metric '%s' is not in the table", name);
}

void wk_recorder_init(wk_recorder *recorder, size_t capacity, wk_arena *arena) {
    *recorder = (wk_recorder){.arena = arena, .capacity = capacity};
    recorder->series = wk_arena_get(arena, MOST_SERIES, sizeof *recorder->series);
}

static wk_series *find(const wk_recorder *recorder, const char *metric) {
    for (size_t i = 0; i < recorder->n; i++)
        if (strcmp(recorder->series[i].name, metric) == 0)
            return &recorder->series[i];
    return NULL;
}

/* A series with room for `capacity` points; its arrays are written through these pointers only
 * here. */
static wk_series *begin(wk_recorder *recorder, const char *metric, bool indexed, size_t capacity) {
    WK_ASSERT(recorder->n < MOST_SERIES);
    double *at = wk_arena_doubles(recorder->arena, capacity);
    double *value = wk_arena_doubles(recorder->arena, capacity);
    wk_series *series = &recorder->series[recorder->n++];
    *series = (wk_series){registered(metric), indexed, 0, at, value};
    return series;
}

static void append(wk_series *series, double at, double value) {
    ((double *)series->at)[series->n] = at;
    ((double *)series->value)[series->n] = value;
    series->n++;
}

void wk_recorder_add(wk_recorder *recorder, const char *metric, double at, double value) {
    wk_series *series = find(recorder, metric);
    if (!series)
        series = begin(recorder, metric, false, recorder->capacity);
    WK_ASSERT(series->n < recorder->capacity);
    append(series, at, value);
}

void wk_recorder_indexed(wk_recorder *recorder, const char *metric, size_t n, const double *value,
                         size_t stride) {
    WK_ASSERT(!find(recorder, metric));
    wk_series *series = begin(recorder, metric, true, n);
    for (size_t i = 0; i < n; i++)
        append(series, (double)i, value[i * stride]);
}

bool wk_recorder_has(const wk_recorder *recorder, const char *metric) {
    return find(recorder, metric) != NULL;
}

double wk_recorder_last(const wk_recorder *recorder, const char *metric) {
    const wk_series *series = find(recorder, metric);
    return series && series->n ? series->value[series->n - 1] : NAN;
}
