"""What the scripts beside it share: the primal network and its derivatives, comparing, and the files.

Nothing here shares a formula with the program. The network is the primal one, every weight matrix explicit:
h^1 = W^1 x/sqrt d, h^l = W^l phi(h^{l-1})/sqrt M (residual: + h^{l-1}), f = V phi(h^{L-1})/sqrt M. Every
derivative is autograd's; the NTK is J J^T of per-output Jacobians by all weights.

Format of a file: a line `name rows cols`, then `rows` lines of `cols` numbers, 17 significant digits. Lines
that begin with # are comments. Shapes are those of docs/: X (d, n), W^1 (M, d), W^l (M, M), V (k, M),
F (k, n), h (M, n); kernels (k n, k n), rows and columns output-major (a n + i).

Needs Debian's python3-torch, python3-numpy, python3-scipy (`ci/packages --reference`).
"""

import io
import os
import sys

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

FOLDER = os.path.dirname(os.path.abspath(__file__))
SCRIPT = os.path.basename(sys.argv[0])

ACTIVATIONS = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "erf": torch.erf,
    "gelu": torch.nn.functional.gelu,  # its default is the exact form, x Phi(x)
    "linear": lambda h: h,
}


def stop(why):
    sys.exit(f"{SCRIPT}: {why}")


def gap(a, b):
    """The largest difference, relative to the largest entry of b (and to 1)."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return np.max(np.abs(a - b)) / max(1.0, np.max(np.abs(b)))


def agree(what, a, b, tolerance):
    """Stops unless a and b are equal to within tolerance."""
    if not gap(a, b) <= tolerance:
        stop(f"two ways to '{what}' differ by {gap(a, b):.3g}")


# ---- the network --------------------------------------------------------------------------------


def itself(F):
    return F


class Network:
    """On inputs X (d, n), with weights [W^1, ..., W^{L-1}, V]; a loss is a function of F."""

    def __init__(self, X, phi, residual=False):
        self.X, self.phi, self.residual = X, phi, residual

    def pre_activations(self, weights):
        """[h^1, ..., h^{L-1}]"""
        layers = [weights[0] @ self.X / self.X.shape[0] ** 0.5]
        for W in weights[1:-1]:
            above = W @ self.phi(layers[-1]) / W.shape[0] ** 0.5
            layers.append(layers[-1] + above if self.residual else above)
        return layers

    def outputs(self, weights):
        V = weights[-1]
        return V @ self.phi(self.pre_activations(weights)[-1]) / V.shape[1] ** 0.5

    def gradients(self, weights, loss):
        """The loss, F, and the loss's derivatives by F and by each of the weights."""
        weights = [W.clone().requires_grad_() for W in weights]
        F = self.outputs(weights)
        value = loss(F)
        gF, *gW = torch.autograd.grad(value, [F, *weights])
        return value.detach(), F.detach(), gF, gW

    def step(self, weights, loss, eta):
        gW = self.gradients(weights, loss)[3]
        return [W - eta * g for W, g in zip(weights, gW)]

    def descend(self, weights, loss, eta, steps):
        for _ in range(steps):
            weights = self.step(weights, loss, eta)
        return weights

    def jacobian(self, weights, of=itself):
        """Of of(F), (k n, all weights). One backward pass a row."""
        weights = [W.clone().requires_grad_() for W in weights]
        rows = [torch.cat([g.reshape(-1) for g in torch.autograd.grad(value, weights, retain_graph=True)])
                for value in of(self.outputs(weights)).reshape(-1)]
        return torch.stack(rows).numpy()

    def kernel(self, weights, of=itself):
        J = self.jacobian(weights, of)
        self.check_along_a_line(weights, of, J)
        return J @ J.T

    def check_along_a_line(self, weights, of, J):
        """Autograd's derivatives against differences of outputs along one random direction."""
        rng = np.random.default_rng(5)
        line = [torch.as_tensor(rng.normal(size=W.shape)) for W in weights]
        step = 1e-6
        up, down = (of(self.outputs([W + s * v for W, v in zip(weights, line)])) for s in (step, -step))
        along = J @ torch.cat([v.reshape(-1) for v in line]).numpy()
        agree("Jacobian", along, ((up - down) / (2 * step)).reshape(-1), 1e-8)


def trace_kernel(theta, n):
    """(n, n): the sum of the diagonal blocks of (k n, k n)."""
    return sum(theta[i : i + n, i : i + n] for i in range(0, len(theta), n))


# ---- the files ----------------------------------------------------------------------------------


class Entries(dict):
    def put(self, name, value):
        value = value.detach().numpy() if isinstance(value, torch.Tensor) else value
        value = np.atleast_2d(np.asarray(value, dtype=float))
        if name in self or not np.all(np.isfinite(value)):
            stop(f"'{name}' is double or not finite")
        self[name] = value


def text_of(entries):
    out = io.StringIO()
    out.write(f"# made by tests/ref/{SCRIPT}; see there for what each matrix is\n")
    for name, value in entries.items():
        out.write(f"{name} {value.shape[0]} {value.shape[1]}\n")
        for row in value:
            out.write(" ".join("%.17g" % x for x in row) + "\n")
    return out.getvalue()


def stored(name):
    """The matrices of a file in this folder, by name."""
    with open(os.path.join(FOLDER, name), encoding="utf-8") as stream:
        lines = [line for line in stream.read().splitlines() if line and not line.startswith("#")]
    entries, j = {}, 0
    while j < len(lines):
        name, rows, cols = lines[j].split()
        block = np.array([[float(x) for x in line.split()] for line in lines[j + 1 : j + 1 + int(rows)]])
        if block.shape != (int(rows), int(cols)):
            stop(f"'{name}' is not {rows} x {cols}")
        entries[name] = block
        j += 1 + int(rows)
    return entries


def check(entries, name):
    old = stored(name)
    if list(old) != list(entries):
        stop(f"'{name}' has other names than the script makes")
    for key, value in entries.items():
        agree(f"stored {key}", old[key], value, 1e-12)
    print(f"{name}: {len(old)} matrices, all as made again")


def keep_old(entries, old):
    """What differs in roundings alone stays as it is stored, so that a change shows only what is new."""
    for key, value in old.items():
        if key in entries and value.shape == entries[key].shape and gap(value, entries[key]) <= 1e-12:
            entries[key] = value


def main(make, name):
    """make(put) puts every matrix of the file; writes it, or with --check compares with the stored one."""
    arguments = sys.argv[1:]
    if arguments not in ([], ["--check"]):
        sys.exit(f"usage: {SCRIPT} [--check]")
    entries = Entries()
    make(entries.put)
    if arguments:
        check(entries, name)
        return
    path = os.path.join(FOLDER, name)
    keep_old(entries, stored(name) if os.path.exists(path) else {})
    with open(path + ".tmp", "w", encoding="utf-8") as stream:
        stream.write(text_of(entries))
    os.replace(path + ".tmp", path)
