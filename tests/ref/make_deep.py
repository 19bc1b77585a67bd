#!/usr/bin/python3
"""Makes deep.txt, the stored values that the unit tests compare networks of depth 3 to 5 with.

    /usr/bin/python3 tests/ref/make_deep.py            write deep.txt beside this script
    /usr/bin/python3 tests/ref/make_deep.py --check    make it again, compare with the stored one

Needs Debian's python3-torch and python3-numpy (`ci/packages --reference`).

Nothing here shares a formula with the program. The network is the primal one, every weight matrix explicit:
h^1 = W^1 x/sqrt d, h^l = W^l phi(h^{l-1})/sqrt M (residual: + h^{l-1}), f = V phi(h^{L-1})/sqrt M. Every
derivative is autograd's; the NTK is J J^T of per-output Jacobians by all weights.

Format: as two_layer.txt. Weights are shared: depth L uses W1 ... W<L-1>. A case is
deep.<depth>.<plain|residual>.<relu|tanh>[.<cosine|dot>]; to keep the file small the whole kernel after
training is stored for cosine of plain networks and for dot of residual ones, its trace for all.
"""

import io
import os
import sys

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

D, INPUTS, WIDTH, OUTPUTS, DEEPEST = 5, 9, 12, 3, 5
STEPS = 5
ETA = {"cosine": 0.1, "dot": 0.02}  # with dot, deep residual networks explode at 0.1
TRIPLETS = np.array([[0, 3, 6], [1, 3, 7], [2, 4, 8], [5, 0, 2]])  # 3 is positive twice, 0 and 2 in two roles
ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh}


def agree(what, a, b, tolerance):
    """Stops unless a and b are equal to within tolerance, relative to the largest entry (and to 1)."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    gap = np.max(np.abs(a - b)) / max(1.0, np.max(np.abs(b)))
    if not gap <= tolerance:
        sys.exit(f"make_deep: two ways to '{what}' differ by {gap:.3g}")


class Network:
    """weights: W^1, ..., W^{L-1}, V."""

    def __init__(self, X, phi, residual):
        self.X, self.phi, self.residual = X, phi, residual

    def outputs(self, weights):
        *hidden, V = weights
        h = hidden[0] @ self.X / self.X.shape[0] ** 0.5
        for W in hidden[1:]:
            above = W @ self.phi(h) / W.shape[0] ** 0.5
            h = h + above if self.residual else above
        return V @ self.phi(h) / V.shape[1] ** 0.5

    def loss(self, F, similarity):
        """triplet-linear: the mean over the triplets of s(anchor, negative) - s(anchor, positive)."""
        if similarity == "cosine":
            F = F / F.norm(dim=0)
        a, p, m = (F[:, torch.as_tensor(TRIPLETS[:, j])] for j in range(3))
        return ((a * m).sum(0) - (a * p).sum(0)).mean()

    def gradients(self, weights, similarity):
        """Loss, its derivative by F, its derivatives by all weights."""
        weights = [W.clone().requires_grad_() for W in weights]
        F = self.outputs(weights)
        loss = self.loss(F, similarity)
        gF, *gW = torch.autograd.grad(loss, [F, *weights])
        return loss.detach(), gF, gW

    def descend(self, weights, similarity):
        for _ in range(STEPS):
            gW = self.gradients(weights, similarity)[2]
            weights = [W - ETA[similarity] * g for W, g in zip(weights, gW)]
        return weights

    def jacobian(self, weights):
        """(k n, all weights), rows output-major (a n + i). One backward pass a row."""
        weights = [W.clone().requires_grad_() for W in weights]
        rows = [torch.cat([g.reshape(-1) for g in torch.autograd.grad(value, weights, retain_graph=True)])
                for value in self.outputs(weights).reshape(-1)]
        return torch.stack(rows).numpy()

    def kernel(self, weights):
        J = self.jacobian(weights)
        self.check_along_a_line(weights, J)
        return J @ J.T

    def check_along_a_line(self, weights, J):
        """Autograd's derivatives against differences of outputs along one random direction."""
        rng = np.random.default_rng(5)
        line = [torch.as_tensor(rng.normal(size=W.shape)) for W in weights]
        step = 1e-6
        up, down = (self.outputs([W + s * v for W, v in zip(weights, line)]) for s in (step, -step))
        along = J @ torch.cat([v.reshape(-1) for v in line]).numpy()
        agree("Jacobian", along, ((up - down) / (2 * step)).reshape(-1), 1e-8)


def trace_of(theta):
    n = INPUTS
    return sum(theta[a * n : (a + 1) * n, a * n : (a + 1) * n] for a in range(OUTPUTS))


def one_case(put, case, network, weights, similarity, whole):
    loss, gF, _ = network.gradients(weights, similarity)
    put(f"{case}.loss", loss)
    put(f"{case}.gF", gF)
    after = network.descend(weights, similarity)
    put(f"{case}.F5", network.outputs(after))
    put(f"{case}.H5", after[0] @ network.X / network.X.shape[0] ** 0.5)
    for l, W in enumerate(after[1:-1]):
        put(f"{case}.W{l + 2}", W)
    put(f"{case}.V5", after[-1])
    theta = network.kernel(after)
    put(f"{case}.ntk_trace5", trace_of(theta))
    if whole:
        put(f"{case}.ntk5", theta)


def make():
    entries = {}

    def put(name, value):
        value = value.detach().numpy() if isinstance(value, torch.Tensor) else value
        value = np.atleast_2d(np.asarray(value, dtype=float))
        if name in entries or not np.all(np.isfinite(value)):
            sys.exit(f"make_deep: '{name}' is double or not finite")
        entries[name] = value

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
            for name, phi in ACTIVATIONS.items():
                case = f"deep.{depth}.{'residual' if residual else 'plain'}.{name}"
                network = Network(X, phi, residual)
                theta = network.kernel(weights)
                put(f"{case}.ntk", theta)
                put(f"{case}.ntk_trace", trace_of(theta))
                for similarity in ("cosine", "dot"):
                    whole = residual == (similarity == "dot")
                    one_case(put, f"{case}.{similarity}", network, weights, similarity, whole)
    return entries


def text_of(entries):
    out = io.StringIO()
    out.write("# made by tests/ref/make_deep.py; see there for what each matrix is\n")
    for name, value in entries.items():
        out.write(f"{name} {value.shape[0]} {value.shape[1]}\n")
        for row in value:
            out.write(" ".join("%.17g" % x for x in row) + "\n")
    return out.getvalue()


def parse(text):
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    entries, j = {}, 0
    while j < len(lines):
        name, rows, cols = lines[j].split()
        block = np.array([[float(x) for x in line.split()] for line in lines[j + 1 : j + 1 + int(rows)]])
        if block.shape != (int(rows), int(cols)):
            sys.exit(f"make_deep: '{name}' is not {rows} x {cols}")
        entries[name] = block
        j += 1 + int(rows)
    return entries


def check(entries, path):
    with open(path, encoding="utf-8") as stream:
        stored = parse(stream.read())
    if list(stored) != list(entries):
        sys.exit(f"make_deep: '{path}' has other names than the script makes")
    for name, value in entries.items():
        agree(f"stored {name}", stored[name], value, 1e-12)
    print(f"{path}: {len(stored)} matrices, all as made again")


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "deep.txt")
    arguments = sys.argv[1:]
    if arguments == ["--check"]:
        check(make(), path)
    elif not arguments:
        text = text_of(make())
        with open(path + ".tmp", "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(path + ".tmp", path)
    else:
        sys.exit("usage: make_deep.py [--check]")


if __name__ == "__main__":
    main()
