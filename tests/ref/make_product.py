#!/usr/bin/python3
"""Makes product.txt, the stored values of every loss with every activation at depth 2 to 4, plain and residual.

    /usr/bin/python3 tests/ref/make_product.py            write product.txt beside this script
    /usr/bin/python3 tests/ref/make_product.py --check    make it again, compare with the stored one

The network, what is needed, and the file's format are in common.py; the losses are those of make_losses.py;
inputs, weights and triplets are those of make_deep.py (deep.txt). A case is

    product.<depth>.<plain|residual>.<activation>.<loss>[.similarity][.temperature | .lambda | .targets]

with residual for depth 3 and more. Each has, all weights being trained,

    CASE.gF (k, n)     the loss's derivative by F at the start
    CASE.F1 (k, n)     outputs after one step of gradient descent: F1 - F0 is the gradient by all weights, in F
    CASE.F5 (k, n)     outputs after five
    CASE.ntk5r (k, n)  the NTK after five steps times product.r: a k n-th of its size, yet every entry is in it

and beside them product.<depth>.<plain|residual>.<activation>.F0 (k, n), product.eta.<activation>.<loss>... (1, 1),
product.r (k, n), product.labels (1, n), product.targets (k, n), product.cases (1, 1): how many there are.
"""

import numpy as np
import torch

import common
from common import ACTIVATIONS, Network
from make_losses import Batch, batch_loss, by_loops, case_name, cases, check_twice, views

STEPS = 5
SHAPES = ((2, False), (3, False), (3, True), (4, False), (4, True))
LABELS = np.array([0, 1, 2, 0, 3, 1, 4, 2, 1])  # more classes than outputs
NEAR = 1e-9  # no derivative is taken so close to where there is none

# Step sizes other than 0.1: small enough for the deepest residual network; outputs of linear ones are the largest.
ETA = {
    "triplet-linear.dot": 0.02,
    "infonce.dot.0.5": 0.05,
    "nt-xent.dot.0.5": 0.05,
    "spectral.dot": 0.05,
    "barlow-twins.0.005": 0.02,
    "vicreg": 0.01,
}
ETA_LINEAR = ETA | {
    "triplet-linear.dot": 0.01,
    "triplet-logistic.dot.0.5": 0.02,
    "infonce.dot.0.5": 0.02,
    "nt-xent.dot.0.5": 0.01,
    "spectral.dot": 0.002,
    "barlow-linear": 0.02,
    "vicreg": 0.001,
    "mse.classes": 0.05,
    "mse.random": 0.05,
}


def eta_of(activation, loss):
    return (ETA_LINEAR if activation == "linear" else ETA).get(loss, 0.1)


def margin(network, weights, name, options, batch):
    """How far the nearest point is at which there is no derivative: a kink, or 0 to be divided by."""
    F = network.outputs(weights)
    distances = [torch.ones(1)]
    if network.phi is ACTIVATIONS["relu"]:
        distances += [h.abs() for h in network.pre_activations(weights)]
    if "cosine" in options:
        distances.append(F.norm(dim=0))
    a, p, _ = views(F.T, batch)
    if name == "barlow-twins":
        distances += [a.std(dim=0), p.std(dim=0)]
    if name == "vicreg":
        distances += [(1 - torch.sqrt(z.var(dim=0) + 1e-4)).abs() for z in (a, p)]
    return min(d.min().item() for d in distances)


def put_case(put, case, network, weights, loss, eta, margin_at, r):
    """The path of gradient descent, and at its end the kernel; `margin_at` each point of it."""
    F0 = network.outputs(weights)
    put(f"{case}.gF", network.gradients(weights, loss)[2])
    path = [weights]
    for _ in range(STEPS):
        path.append(network.step(path[-1], loss, eta))
    if not min(map(margin_at, path)) > NEAR:
        common.stop(f"'{case}' comes too near to where there is no derivative: {min(map(margin_at, path))}")
    F1, F5 = network.outputs(path[1]), network.outputs(path[-1])
    for F, steps in ((F1, 1), (F5, STEPS)):
        if not 1e-3 < (F - F0).norm() / F0.norm() < 2:
            common.stop(f"'{case}' moves by {(F - F0).norm() / F0.norm()} in {steps}: too little to see, or too far")
    put(f"{case}.F1", F1)
    put(f"{case}.F5", F5)
    put(f"{case}.ntk5r", (network.kernel(path[-1]) @ r.reshape(-1)).reshape(r.shape))


def make(put):
    stored = common.stored("deep.txt")
    X, V, *hidden = (torch.as_tensor(stored[f"deep.{name}"]) for name in ("X", "V", "W1", "W2", "W3"))
    rng = np.random.default_rng(2403_08673_33)
    targets, r = (rng.normal(size=(V.shape[0], X.shape[1])) for _ in range(2))
    batch = Batch(stored["deep.triplets"].astype(int), LABELS, targets)
    put("product.labels", LABELS)
    put("product.targets", targets)
    put("product.r", r)
    every = [(case_name(name, options), name, function, options)
             for name, function, options in cases((0.5,), (0.005,))]
    for activation in ACTIVATIONS:
        for which, *_ in every:
            put(f"product.eta.{activation}.{which}", eta_of(activation, which))
    put("product.cases", len(SHAPES) * len(ACTIVATIONS) * len(every))
    for depth, residual in SHAPES:
        weights = [*hidden[: depth - 1], V]
        for activation, phi in ACTIVATIONS.items():
            shape = f"{depth}.{'residual' if residual else 'plain'}.{activation}"
            network = Network(X, phi, residual)
            put(f"product.{shape}.F0", network.outputs(weights))
            for which, name, function, options in every:
                case, loss = f"product.{shape}.{which}", batch_loss(function, batch, *options)
                value, F, gF, _ = network.gradients(weights, loss)
                check_twice(case, loss, by_loops(name, F.T, batch, *options), F, value, gF)
                put_case(put, case, network, weights, loss, eta_of(activation, which),
                         lambda point: margin(network, point, name, options, batch), r)


if __name__ == "__main__":
    common.main(make, "product.txt")
