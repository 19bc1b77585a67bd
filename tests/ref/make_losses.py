#!/usr/bin/python3
"""Makes losses.txt, the stored values of every loss that tests/unit/test_loss.c compares with.

    /usr/bin/python3 tests/ref/make_losses.py            write losses.txt beside this script
    /usr/bin/python3 tests/ref/make_losses.py --check    make it again, compare with the stored one

The network, its weights and inputs are those of make_reference.py (two_layer.txt), the batch is
another: an input is an anchor twice, a positive twice, an anchor here and a positive there, and two
inputs are in no triplet at all. Losses are written as their papers and libraries write them, on
(N, k) arrays of outputs, with torch's own cross-entropy, standard deviation and covariance where it
has them; each is also written as plain loops, and both must agree. Every derivative is autograd's.

For each loss and its parameters, CASE = NAME[.similarity][.temperature | .lambda | .targets], at the
start F0 of relu and tanh:

    CASE.relu.loss (1, 1)   CASE.relu.gF (k, n)     and after five steps of gradient descent on W and V:
    CASE.relu.F5 (k, n)     CASE.relu.V5 (k, M)

losses.triplets (N, 3), losses.labels (1, n), losses.targets (k, n), losses.eta (1, 1).
"""

import collections
import math

import numpy as np
import torch
import torch.nn.functional as tnf

import common
from common import agree

TRIPLETS = np.array([[0, 4, 7], [1, 4, 8], [2, 5, 9], [0, 5, 3], [3, 0, 9], [6, 2, 1], [8, 7, 0], [9, 6, 4]])
ETA, STEPS = 0.02, 5
LABELS = np.array([0, 1, 2, 3, 4, 5, 6, 0, 1, 5, 2, 4])  # more classes than outputs


# Triplets (N, 3) of anchor, positive, negative; labels (n) and targets (k, n), which mse alone needs.
Batch = collections.namedtuple("Batch", "triplets labels targets", defaults=(None, None))


# ---- the losses, on outputs f (n, k) ------------------------------------------------------------


def views(f, batch):
    return (f[torch.as_tensor(batch.triplets[:, j])] for j in range(3))


def unit(f, similarity):
    return tnf.normalize(f, dim=1, eps=0) if similarity == "cosine" else f


def triplet_linear(f, batch, similarity):
    a, p, m = views(unit(f, similarity), batch)
    return ((a * m).sum(1) - (a * p).sum(1)).mean()


def triplet_logistic(f, batch, similarity, tau):
    a, p, m = views(unit(f, similarity), batch)
    return tnf.softplus(((a * m).sum(1) - (a * p).sum(1)) / tau, threshold=1e9).mean()


def infonce(f, batch, similarity, tau):
    a, p, _ = views(unit(f, similarity), batch)
    anchors, positives = (torch.as_tensor(batch.triplets[:, j]) for j in range(2))
    logits = (a @ p.T / tau).masked_fill(anchors[:, None] == positives, -math.inf)
    return tnf.cross_entropy(logits, torch.arange(len(a)))


def nt_xent(f, batch, similarity, tau):
    a, p, _ = views(unit(f, similarity), batch)
    z = torch.cat([a, p])
    inputs = torch.as_tensor(batch.triplets[:, :2].T.reshape(-1).copy())
    logits = (z @ z.T / tau).masked_fill(inputs[:, None] == inputs, -math.inf)
    partner = torch.cat([torch.arange(len(a)) + len(a), torch.arange(len(a))])
    return tnf.cross_entropy(logits, partner)


def spectral(f, batch, similarity):
    a, p, _ = views(unit(f, similarity), batch)
    return -2 * (a * p).sum(1).mean() + (a @ p.T).square().mean()


def barlow_twins(f, batch, lam):
    a, p, _ = views(f, batch)
    a, p = ((z - z.mean(0)) / z.std(0, unbiased=False) for z in (a, p))
    c = a.T @ p / len(a)
    off = c - torch.diag(c.diagonal())
    return (1 - c.diagonal()).square().sum() + lam * off.square().sum()


def barlow_linear(f, batch):
    a, p, _ = views(f, batch)
    c = (a.T @ p + p.T @ a) / (2 * len(a))
    return (c - torch.eye(c.shape[0])).square().sum()


def vicreg(f, batch):
    """lightly.loss.VICRegLoss with its defaults (25, 25, 1, eps 1e-4), as in its source."""
    a, p, _ = views(f, batch)

    def variance(x):
        return tnf.relu(1.0 - torch.sqrt(x.var(dim=0) + 1e-4)).mean()

    def covariance(x):
        cov = torch.cov(x.T)
        return (cov - torch.diag(cov.diagonal())).square().sum() / x.shape[1]

    return (25 * tnf.mse_loss(a, p) + 25 * 0.5 * (variance(a) + variance(p))
            + 1 * (covariance(a) + covariance(p)))


def mse(f, batch, targets):
    if targets == "classes":
        y = 2.0 * tnf.one_hot(torch.as_tensor(batch.labels) % f.shape[1], f.shape[1]) - 1
    else:
        y = torch.as_tensor(batch.targets.T)
    return 0.5 * (f - y).square().sum(1).mean()


# ---- the same once more, number by number -------------------------------------------------------


def by_loops(name, f, batch, *options):
    """The formulas of SCIENCE section 1 on nested lists."""
    f = f.detach().tolist()
    rows, k, N = batch.triplets.tolist(), len(f[0]), len(batch.triplets)
    mean = lambda values: math.fsum(values) / len(values)
    dot = lambda u, v: math.fsum(x * y for x, y in zip(u, v))
    cosine = lambda u, v: dot(u, v) / math.sqrt(dot(u, u) * dot(v, v))
    s = cosine if options and options[0] == "cosine" else dot
    A, P = [f[a] for a, _, _ in rows], [f[p] for _, p, _ in rows]
    column = lambda Z, a: [z[a] for z in Z]
    pairs = [(a, b) for a in range(k) for b in range(k)]

    def crowd(r, partner, others, tau):
        return -math.log(math.exp(s(r, partner) / tau) / math.fsum(math.exp(s(r, q) / tau) for q in others))

    def covariance(x, y, over):
        return math.fsum((u - mean(x)) * (v - mean(y)) for u, v in zip(x, y)) / over

    if name == "triplet-linear":
        return mean([s(f[a], f[m]) - s(f[a], f[p]) for a, p, m in rows])
    if name == "triplet-logistic":
        return mean([math.log(1 + math.exp((s(f[a], f[m]) - s(f[a], f[p])) / options[1])) for a, p, m in rows])
    if name == "infonce":
        others = lambda anchor: [f[p] for _, p, _ in rows if p != anchor]
        return mean([crowd(f[a], f[p], others(a), options[1]) for a, p, _ in rows])
    if name == "nt-xent":
        Z, inputs = A + P, [a for a, _, _ in rows] + [p for _, p, _ in rows]
        others = lambda r: [z for z, i in zip(Z, inputs) if i != inputs[r]]
        return mean([crowd(Z[r], Z[(r + N) % (2 * N)], others(r), options[1]) for r in range(2 * N)])
    if name == "spectral":
        return -2 * mean([s(A[i], P[i]) for i in range(N)]) + mean([s(u, v) ** 2 for u in A for v in P])
    if name == "barlow-twins":
        total = 0
        for a, b in pairs:
            x, y = column(A, a), column(P, b)
            c = covariance(x, y, N) / math.sqrt(covariance(x, x, N) * covariance(y, y, N))
            total += (1 - c) ** 2 if a == b else options[0] * c**2
        return total
    if name == "barlow-linear":
        c = lambda a, b: (dot(column(A, a), column(P, b)) + dot(column(P, a), column(A, b))) / (2 * N)
        return math.fsum((c(a, b) - (a == b)) ** 2 for a, b in pairs)
    if name == "vicreg":
        total = 25 * mean([(A[i][a] - P[i][a]) ** 2 for i in range(N) for a in range(k)])
        for Z in (A, P):
            cov = lambda a, b: covariance(column(Z, a), column(Z, b), N - 1)
            total += 12.5 * mean([max(0.0, 1 - math.sqrt(cov(a, a) + 1e-4)) for a in range(k)])
            total += math.fsum(cov(a, b) ** 2 for a, b in pairs if a != b) / k
        return total
    assert name == "mse"
    code = lambda i, a: 1.0 if batch.labels[i] % k == a else -1.0
    y = code if options[0] == "classes" else (lambda i, a: batch.targets[a, i])
    return mean([0.5 * math.fsum((f[i][a] - y(i, a)) ** 2 for a in range(k)) for i in range(len(f))])


# ---- each with its parameters -------------------------------------------------------------------


def cases(temperatures, lambdas):
    """Name, function, options; the first option is the similarity where there is one."""
    for s in ("cosine", "dot"):
        yield "triplet-linear", triplet_linear, (s,)
        for tau in temperatures:
            yield "triplet-logistic", triplet_logistic, (s, tau)
            yield "infonce", infonce, (s, tau)
            yield "nt-xent", nt_xent, (s, tau)
        yield "spectral", spectral, (s,)
    for lam in lambdas:
        yield "barlow-twins", barlow_twins, (lam,)
    yield "barlow-linear", barlow_linear, ()
    yield "vicreg", vicreg, ()
    for targets in ("classes", "random"):
        yield "mse", mse, (targets,)


def case_name(name, options):
    return ".".join([name, *map(str, options)])


def batch_loss(function, batch, *options):
    """As a function of F (k, n)."""
    return lambda F: function(F.T, batch, *options)


def check_twice(what, loss, loops, F, value, gF):
    """The value against that of `loops`, autograd's gradient along one random direction against differences."""
    agree(what, loops, value, 1e-13)
    direction = torch.as_tensor(np.random.default_rng(5).normal(size=F.shape))
    up, down = (loss(F + h * direction) for h in (1e-5, -1e-5))
    agree(f"{what}, gradient", (gF * direction).sum(), (up - down) / 2e-5, 1e-7)


# ---- the file -----------------------------------------------------------------------------------


def put_case(put, case, loss, loops, network, weights):
    value, F, gF, _ = network.gradients(weights, loss)
    check_twice(case, loss, loops(F.T), F, value, gF)
    put(f"{case}.loss", value)
    put(f"{case}.gF", gF)
    weights = network.descend(weights, loss, ETA, STEPS)
    F5 = network.outputs(weights)
    if not 1e-3 < (F5 - F).norm() < 10 * F.norm():
        common.stop(f"'{case}' moves by {(F5 - F).norm()}, which tests little")
    put(f"{case}.F5", F5)
    put(f"{case}.V5", weights[-1])


def make(put):
    stored = common.stored("two_layer.txt")
    X, W, V = (torch.as_tensor(stored[name]) for name in ("X", "W", "V"))
    targets = np.random.default_rng(7).normal(size=(V.shape[0], X.shape[1]))
    batch = Batch(TRIPLETS, LABELS, targets)
    put("losses.triplets", TRIPLETS)
    put("losses.labels", LABELS)
    put("losses.targets", targets)
    put("losses.eta", ETA)
    for name, function, options in cases((0.5, 0.2), (0.005, 0.3)):
        loss = batch_loss(function, batch, *options)
        loops = lambda f: by_loops(name, f, batch, *options)
        for activation in ("relu", "tanh"):
            network = common.Network(X, common.ACTIVATIONS[activation])
            put_case(put, f"{case_name(name, options)}.{activation}", loss, loops, network, [W, V])


if __name__ == "__main__":
    common.main(make, "losses.txt")
