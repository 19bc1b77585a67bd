#!/usr/bin/python3
"""Makes deep.txt, the stored values that the unit tests compare networks of depth 3 to 5 with.

    /usr/bin/python3 tests/ref/make_deep.py            write deep.txt beside this script
    /usr/bin/python3 tests/ref/make_deep.py --check    make it again, compare with the stored one

The network, what is needed, and the file's format are in common.py.

Weights are shared: depth L uses W1 ... W<L-1>. A case is
deep.<depth>.<plain|residual>.<relu|tanh>[.<cosine|dot>]; to keep the file small the whole kernel after
training is stored for cosine of plain networks and for dot of residual ones, its trace for all.
"""

import numpy as np
import torch

import common
from common import Network, trace_kernel
from make_losses import Batch, batch_loss, triplet_linear

D, INPUTS, WIDTH, OUTPUTS, DEEPEST = 5, 9, 12, 3, 5
STEPS = 5
ETA = {"cosine": 0.1, "dot": 0.02}  # with dot, deep residual networks explode at 0.1
TRIPLETS = np.array([[0, 3, 6], [1, 3, 7], [2, 4, 8], [5, 0, 2]])  # 3 is positive twice, 0 and 2 in two roles
ACTIVATIONS = ("relu", "tanh")


def one_case(put, case, network, weights, similarity, whole):
    loss = batch_loss(triplet_linear, Batch(TRIPLETS), similarity)
    value, _, gF, _ = network.gradients(weights, loss)
    put(f"{case}.loss", value)
    put(f"{case}.gF", gF)
    after = network.descend(weights, loss, ETA[similarity], STEPS)
    put(f"{case}.F5", network.outputs(after))
    put(f"{case}.H5", network.pre_activations(after)[0])
    for l, W in enumerate(after[1:-1]):
        put(f"{case}.W{l + 2}", W)
    put(f"{case}.V5", after[-1])
    theta = network.kernel(after)
    put(f"{case}.ntk_trace5", trace_kernel(theta, INPUTS))
    if whole:
        put(f"{case}.ntk5", theta)


def make(put):
    rng = np.random.default_rng(2403_08673_3)
    X = rng.normal(size=(D, INPUTS))
    X *= np.sqrt(D) / np.linalg.norm(X, axis=0)
    hidden = [rng.normal(size=(WIDTH, D if l == 0 else WIDTH)) for l in range(DEEPEST - 1)]
    V = rng.normal(size=(OUTPUTS, WIDTH))
    put("deep.X", X)
    for l, W in enumerate(hidden):
        put(f"deep.W{l + 1}", W)
    put("deep.V", V)
    put("deep.triplets", TRIPLETS)
    for similarity, eta in ETA.items():
        put(f"deep.eta.{similarity}", eta)
    X, V, hidden = torch.as_tensor(X), torch.as_tensor(V), [torch.as_tensor(W) for W in hidden]
    for depth in range(3, DEEPEST + 1):
        weights = [*hidden[: depth - 1], V]
        for residual in (False, True):
            for name in ACTIVATIONS:
                case = f"deep.{depth}.{'residual' if residual else 'plain'}.{name}"
                network = Network(X, common.ACTIVATIONS[name], residual)
                theta = network.kernel(weights)
                put(f"{case}.ntk", theta)
                put(f"{case}.ntk_trace", trace_kernel(theta, INPUTS))
                for similarity in ("cosine", "dot"):
                    whole = residual == (similarity == "dot")
                    one_case(put, f"{case}.{similarity}", network, weights, similarity, whole)


if __name__ == "__main__":
    common.main(make, "deep.txt")
